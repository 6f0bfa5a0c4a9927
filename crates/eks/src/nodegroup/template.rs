//! Launch templates: the one a user names, and the one that EKS makes for a node group, of it or of its own.
//!
//! Source: EKS user guide, "Customize managed nodes with launch templates".

use super::model::{Nodegroup, Release, UserTemplate};
use super::{NODEGROUPS, user_data};
use crate::cluster::Cluster;
use crate::document;
use crate::error::{Error, Nodes};
use ports::Cx;
use serde_json::{Map, Value, json};
use shapes_ec2 as ec2;
use shapes_eks as api;

/// A version of a user's launch template.
pub(crate) struct Found {
    pub(crate) named: UserTemplate,
    /// What it says, by the names that members have in the API of EC2.
    pub(crate) content: Map<String, Value>,
}

impl Found {
    /// A text of it.
    pub(crate) fn text(&self, member: &str) -> Option<&str> {
        self.content.get(member).and_then(Value::as_str)
    }
}

/// Looks up the version that a call means: that template's default one where it says none.
pub(crate) fn look_up(cx: &Cx, asked: &api::LaunchTemplateSpecification) -> Result<Found, Error> {
    let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    let (id, name) = (given(&asked.id), given(&asked.name));
    match (&id, &name) {
        (None, None) => return Err(Nodes::NoTemplateNamed.into()),
        (Some(_), Some(_)) => return Err(Nodes::TemplateTwice.into()),
        (Some(_), None) | (None, Some(_)) => {}
    }
    let version = given(&asked.version).unwrap_or_else(|| "$Default".to_owned());
    let request = ec2::DescribeLaunchTemplateVersionsRequest {
        launch_template_id: id,
        launch_template_name: name,
        versions: Some(vec![version]),
        ..Default::default()
    };
    let answer = cx.as_service(NODEGROUPS).ask::<ec2::DescribeLaunchTemplateVersions>(request);
    let refused = |sentence: Option<String>| Nodes::Template(sentence.unwrap_or_default());
    let answer = answer.map_err(|fault| refused(fault.message))?;
    let found = answer.launch_template_versions.into_iter().flatten().next();
    let found =
        found.ok_or_else(|| refused(Some("Could not find the launch template version".to_owned())))?;
    Ok(Found {
        named: UserTemplate {
            id: found.launch_template_id.unwrap_or_default(),
            name: found.launch_template_name.unwrap_or_default(),
            version: found.version_number.unwrap_or_default().to_string(),
        },
        content: found.launch_template_data.map(|own| document::members(&own)).unwrap_or_default(),
    })
}

/// Refuses what stands in a template and must not: what it says belongs to the node group.
pub(crate) fn require_fit(found: &Found, has_types: bool) -> Result<(), Error> {
    if has_types && found.content.contains_key("InstanceType") {
        return Err(Nodes::TypesTwice.into());
    }
    if found.content.contains_key("IamInstanceProfile") {
        return Err(Nodes::ProfileInTemplate(found.named.name.clone()).into());
    }
    if cards(&found.content).iter().any(|card| card.get("SubnetId").is_some()) {
        return Err(Nodes::SubnetInTemplate.into());
    }
    Ok(())
}

/// The interfaces of a template.
fn cards(content: &Map<String, Value>) -> Vec<&Value> {
    content.get("NetworkInterfaces").and_then(Value::as_array).into_iter().flatten().collect()
}

/// What EKS's own launch template says for a release: what the user's says, with what only EKS knows.
pub(crate) fn own(
    group: &Nodegroup,
    home: user_data::Home<'_>,
    release: &Release,
    user: Option<&Map<String, Value>>,
) -> Result<ec2::RequestLaunchTemplateData, user_data::NotMime> {
    let mut all = user.cloned().unwrap_or_default();
    let has_own_image = all.contains_key("ImageId");
    all.insert("IamInstanceProfile".to_owned(), json!({ "Name": group.own_name() }));
    all.insert("ImageId".to_owned(), json!(release.image));
    if let Some(size) = group.disk_size_gib {
        let ebs = json!({ "VolumeSize": size, "DeleteOnTermination": true });
        let device = json!({ "DeviceName": group.ami_type.data_device(), "Ebs": ebs });
        all.insert("BlockDeviceMappings".to_owned(), json!([device]));
    }
    if let Some(key) = group.remote_access.as_ref().and_then(|access| access["ec2SshKey"].as_str()) {
        all.insert("KeyName".to_owned(), json!(key));
    }
    let mut metadata = json!({ "HttpTokens": "required", "HttpPutResponseHopLimit": 2 });
    if let (Some(Value::Object(given)), Value::Object(own)) = (all.get("MetadataOptions"), &mut metadata) {
        own.extend(given.clone());
    }
    all.insert("MetadataOptions".to_owned(), metadata);
    protect(&mut all, group, home.cluster);
    all.insert("TagSpecifications".to_owned(), tags(group, all.get("TagSpecifications")));
    // Whoever brings an image brings what starts its nodes too.
    if !has_own_image {
        let given = all.get("UserData").and_then(Value::as_str);
        let text = user_data::of(group, home, release, given)?;
        all.insert("UserData".to_owned(), json!(text));
    }
    Ok(document::shape(&Value::Object(all)))
}

/// Puts nodes into the group of the cluster, where no other is named.
fn protect(all: &mut Map<String, Value>, group: &Nodegroup, cluster: &Cluster) {
    let own: Vec<&String> = cluster.seen.group.iter().chain(&group.beside.remote_group).collect();
    if let Some(cards) = all.get_mut("NetworkInterfaces").and_then(Value::as_array_mut) {
        for card in cards.iter_mut().filter(|card| card.get("Groups").is_none()) {
            card["Groups"] = json!(own);
        }
    } else if !all.contains_key("SecurityGroupIds") && !all.contains_key("SecurityGroups") {
        all.insert("SecurityGroupIds".to_owned(), json!(own));
    }
}

/// The tags of the user's template, with EKS's own on instances and volumes.
fn tags(group: &Nodegroup, given: Option<&Value>) -> Value {
    let mut all: Vec<Value> = given.and_then(Value::as_array).cloned().unwrap_or_default();
    for kind in ["instance", "volume"] {
        let own = group.own_tags();
        let before = all.iter().position(|entry| entry["ResourceType"] == kind);
        let before = before.map(|position| all.remove(position));
        let before = before.as_ref().and_then(|entry| entry["Tags"].as_array()).cloned().unwrap_or_default();
        let kept =
            before.into_iter().filter(|tag| !tag["Key"].as_str().is_some_and(|key| own.contains_key(key)));
        let own = own.iter().map(|(key, value)| json!({ "Key": key, "Value": value }));
        let tags: Vec<Value> = kept.chain(own).collect();
        all.push(json!({ "ResourceType": kind, "Tags": tags }));
    }
    Value::Array(all)
}

/// The interfaces of a launch into a subnet, where the template has interfaces: a subnet beside them is refused.
pub(crate) fn cards_in(
    data: &ec2::ResponseLaunchTemplateData,
    subnet: &str,
) -> Option<Vec<ec2::InstanceNetworkInterfaceSpecification>> {
    let cards = data.network_interfaces.as_ref().filter(|cards| !cards.is_empty())?;
    let one = |card: &ec2::LaunchTemplateInstanceNetworkInterfaceSpecification| {
        let mut members = document::members(card);
        members.insert("SubnetId".to_owned(), json!(subnet));
        document::shape(&Value::Object(members))
    };
    Some(cards.iter().map(one).collect())
}
