//! What is made beside nodes: the instance profile of their role, the group that lets SSH in, and the launch template. Each is
//! named after the node group, so that making it twice finds it.

use super::NODEGROUPS;
use super::health;
use super::model::{Issue, Nodegroup};
use super::template;
use super::user_data::Home;
use super::work::Keeper;
use crate::cluster::{Cluster, authority};
use crate::document;
use ports::StepError;
use serde_json::{Map, Value, json};
use shapes_ec2 as ec2;
use shapes_iam as iam;
use wire::Fault;

/// Makes what is missing.
pub(super) async fn prepare(
    keeper: &Keeper<'_>,
    own: &Nodegroup,
    cluster: &Cluster,
) -> Result<Result<(), Issue>, StepError> {
    if !own.beside.has_profile {
        if let Err(fault) = profile(keeper, own).await {
            return Ok(Err(health::of_beside(own, &own.own_name(), &fault)));
        }
        keeper.change(|_, own| own.beside.has_profile = true).await?;
    }
    if own.remote_access.is_some() && own.beside.remote_group.is_none() {
        let vpc = &cluster.config.resources_vpc_config.vpc_id;
        match remote_group(keeper, own, vpc).await {
            Ok(id) => {
                keeper.change(|_, own| own.beside.remote_group = Some(id.clone())).await?;
            }
            Err(fault) => return Ok(Err(health::of_beside(own, &remote_name(own), &fault))),
        }
    }
    match keeper.row() {
        Some(own) if own.target().1.own_version.is_none() => launch_template(keeper, &own, cluster).await,
        Some(_) | None => Ok(Ok(())),
    }
}

/// The instance profile, with the role of nodes in it.
async fn profile(keeper: &Keeper<'_>, own: &Nodegroup) -> Result<(), Fault> {
    let service = keeper.cx.as_service(NODEGROUPS);
    let name = Some(own.own_name());
    let asked =
        iam::CreateInstanceProfileRequest { instance_profile_name: name.clone(), ..Default::default() };
    match service.call::<iam::CreateInstanceProfile>(asked).await {
        Err(fault) if fault.code != "EntityAlreadyExists" => return Err(fault),
        Ok(_) | Err(_) => {}
    }
    let role_name = Some(role_name(own));
    let asked = iam::AddRoleToInstanceProfileRequest { instance_profile_name: name, role_name };
    match service.call::<iam::AddRoleToInstanceProfile>(asked).await {
        // The role is in it.
        Err(fault) if fault.code != "LimitExceeded" => Err(fault),
        Ok(_) | Err(_) => Ok(()),
    }
}

fn role_name(own: &Nodegroup) -> String {
    own.role.rsplit('/').next().unwrap_or_default().to_owned()
}

/// Recorded: eksctl, terraform-aws-eks.
fn remote_name(own: &Nodegroup) -> String {
    format!("eks-remoteAccess-{}", own.mark)
}

/// The group that lets SSH in: from groups of the user's, or from everywhere.
async fn remote_group(keeper: &Keeper<'_>, own: &Nodegroup, vpc: &str) -> Result<String, Fault> {
    let service = keeper.cx.as_service(NODEGROUPS);
    let name = remote_name(own);
    let asked = ec2::CreateSecurityGroupRequest {
        group_name: Some(name.clone()),
        description: Some("Security group for all nodes in the nodeGroup to allow SSH access".to_owned()),
        vpc_id: Some(vpc.to_owned()),
        tag_specifications: Some(vec![tags(own, "security-group")]),
        ..Default::default()
    };
    let id = match service.call::<ec2::CreateSecurityGroup>(asked).await {
        Ok(made) => made.group_id.unwrap_or_default(),
        Err(fault) if fault.code == "InvalidGroup.Duplicate" => {
            let filter = |name: &str, value: &str| ec2::Filter {
                name: Some(name.to_owned()),
                values: Some(vec![value.to_owned()]),
            };
            let filters = Some(vec![filter("group-name", &name), filter("vpc-id", vpc)]);
            let asked = ec2::DescribeSecurityGroupsRequest { filters, ..Default::default() };
            let found = service.call::<ec2::DescribeSecurityGroups>(asked).await?;
            let found = found.security_groups.into_iter().flatten().next();
            found.and_then(|group| group.group_id).unwrap_or_default()
        }
        Err(fault) => return Err(fault),
    };
    let port = if own.ami_type.is_windows() { 3389 } else { 22 };
    let mut rule = json!({ "IpProtocol": "tcp", "FromPort": port, "ToPort": port });
    let sources = own.remote_access.as_ref().and_then(|access| access["sourceSecurityGroups"].as_array());
    match sources.filter(|sources| !sources.is_empty()) {
        Some(sources) => {
            let pairs: Vec<Value> = sources.iter().map(|group| json!({ "GroupId": group })).collect();
            rule["UserIdGroupPairs"] = json!(pairs);
        }
        None => rule["IpRanges"] = json!([{ "CidrIp": "0.0.0.0/0" }]),
    }
    let asked = ec2::AuthorizeSecurityGroupIngressRequest {
        group_id: Some(id.clone()),
        ip_permissions: Some(vec![document::shape(&rule)]),
        ..Default::default()
    };
    match service.call::<ec2::AuthorizeSecurityGroupIngress>(asked).await {
        Err(fault) if fault.code != "InvalidPermission.Duplicate" => Err(fault),
        Ok(_) | Err(_) => Ok(id),
    }
}

fn tags(own: &Nodegroup, kind: &str) -> ec2::TagSpecification {
    let tag = |(key, value)| ec2::Tag { key: Some(key), value: Some(value) };
    let tags = Some(own.own_tags().into_iter().map(tag).collect());
    ec2::TagSpecification { resource_type: Some(kind.to_owned()), tags }
}

/// The launch template, or another version of it.
async fn launch_template(
    keeper: &Keeper<'_>,
    own: &Nodegroup,
    cluster: &Cluster,
) -> Result<Result<(), Issue>, StepError> {
    let ((rollout, release), revision) = (own.target(), own.revision);
    let mut user: Option<Map<String, Value>> = None;
    if let Some(named) = &release.template {
        match keeper.user_content(named).await {
            Ok(found) => user = Some(document::members(&found)),
            Err(fault) => return Ok(Err(health::no_user_template(&named.id, &fault))),
        }
    }
    let bundle = keeper.cx.read(|view| authority::bundle(view, cluster));
    let home = Home { cluster, authority: bundle["data"].as_str().unwrap_or_default() };
    let Ok(data) = template::own(own, home, release, user.as_ref()) else {
        let id = release.template.as_ref().map_or("", |named| named.id.as_str());
        return Ok(Err(health::not_mime(id)));
    };
    let (id, number) = match make_template(keeper, own, data).await {
        Ok(made) => made,
        Err(fault) if fault.code == "InvalidLaunchTemplateId.NotFound" => {
            return Ok(Err(health::no_template(own)));
        }
        // Before a crash another one was made for the same change; what it is to say has changed since.
        Err(fault) if fault.code == "IdempotentParameterMismatch" => {
            keeper.change(|_, own| own.revision += u32::from(own.revision == revision)).await?;
            return Ok(Ok(()));
        }
        Err(fault) => return Ok(Err(health::of_beside(own, &own.own_name(), &fault))),
    };
    keeper
        .change(|_, own| {
            own.beside.template = Some(id.clone());
            // What changed meanwhile is not in it: another version follows.
            if own.revision != revision {
                return;
            }
            if own.rollout == rollout {
                own.release.own_version = Some(number);
            }
            if let Some((_, release)) = own.next.as_mut().filter(|(next, _)| *next == rollout) {
                release.own_version = Some(number);
            }
        })
        .await?;
    Ok(Ok(()))
}

async fn make_template(
    keeper: &Keeper<'_>,
    own: &Nodegroup,
    data: ec2::RequestLaunchTemplateData,
) -> Result<(String, i64), Fault> {
    let service = keeper.cx.as_service(NODEGROUPS);
    let Some(id) = own.beside.template.clone() else {
        let asked = ec2::CreateLaunchTemplateRequest {
            client_token: Some(own.mark.clone()),
            launch_template_name: Some(own.own_name()),
            launch_template_data: Some(data),
            tag_specifications: Some(vec![tags(own, "launch-template")]),
            ..Default::default()
        };
        let made = service.call::<ec2::CreateLaunchTemplate>(asked).await?.launch_template;
        let made = made.unwrap_or_default();
        return Ok((made.launch_template_id.unwrap_or_default(), made.latest_version_number.unwrap_or(1)));
    };
    let asked = ec2::CreateLaunchTemplateVersionRequest {
        client_token: Some(format!("{}-{}", own.mark, own.revision)),
        launch_template_id: Some(id.clone()),
        launch_template_data: Some(data),
        ..Default::default()
    };
    let made = service.call::<ec2::CreateLaunchTemplateVersion>(asked).await?.launch_template_version;
    Ok((id, made.and_then(|version| version.version_number).unwrap_or(1)))
}

/// Subnets that lead to the internet have to give their instances public addresses: they would reach nothing without.
pub(super) async fn require_public_addresses(
    keeper: &Keeper<'_>,
    own: &Nodegroup,
    subnets: &[(String, (String, bool))],
) -> Result<Option<Issue>, StepError> {
    let public = subnets.iter().filter(|(_, (_, is_public))| *is_public).map(|(id, _)| id.clone());
    let public: Vec<String> = public.collect();
    if public.is_empty() || own.release.template.is_some() {
        return Ok(None);
    }
    let asked = ec2::DescribeSubnetsRequest { subnet_ids: Some(public), ..Default::default() };
    let answer = match keeper.cx.as_service(NODEGROUPS).call::<ec2::DescribeSubnets>(asked).await {
        Ok(answer) => answer,
        Err(fault) => return Ok(Some(health::of_beside(own, &own.scaling_group(), &fault))),
    };
    let dull = answer.subnets.into_iter().flatten().filter(|own| own.map_public_ip_on_launch != Some(true));
    let dull: Vec<String> = dull.filter_map(|own| own.subnet_id).collect();
    Ok((!dull.is_empty()).then(|| health::no_public_addresses(own, dull)))
}

/// Takes it all away; what stays.
pub(super) async fn remove(
    keeper: &Keeper<'_>,
    own: &Nodegroup,
) -> Result<Result<(), Vec<Issue>>, StepError> {
    let mut issues = Vec::new();
    if let Err(fault) = remove_template(keeper, own).await {
        issues.push(health::of_beside(own, &own.own_name(), &fault));
    }
    if let Err(fault) = remove_profile(keeper, own).await {
        issues.push(health::of_beside(own, &own.own_name(), &fault));
    }
    if let Some(id) = own.beside.remote_group.clone() {
        let asked = ec2::DeleteSecurityGroupRequest { group_id: Some(id.clone()), ..Default::default() };
        match keeper.cx.as_service(NODEGROUPS).call::<ec2::DeleteSecurityGroup>(asked).await {
            Err(fault) if fault.code != "InvalidGroup.NotFound" => issues.push(health::group_stays(&id)),
            Ok(_) | Err(_) => {}
        }
    }
    Ok(if issues.is_empty() { Ok(()) } else { Err(issues) })
}

async fn remove_template(keeper: &Keeper<'_>, own: &Nodegroup) -> Result<(), Fault> {
    let Some(id) = own.beside.template.clone() else { return Ok(()) };
    let asked = ec2::DeleteLaunchTemplateRequest { launch_template_id: Some(id), ..Default::default() };
    match keeper.cx.as_service(NODEGROUPS).call::<ec2::DeleteLaunchTemplate>(asked).await {
        Err(fault) if fault.code != "InvalidLaunchTemplateId.NotFound" => Err(fault),
        Ok(_) | Err(_) => Ok(()),
    }
}

async fn remove_profile(keeper: &Keeper<'_>, own: &Nodegroup) -> Result<(), Fault> {
    let service = keeper.cx.as_service(NODEGROUPS);
    let name = Some(own.own_name());
    let asked = iam::RemoveRoleFromInstanceProfileRequest {
        instance_profile_name: name.clone(),
        role_name: Some(role_name(own)),
    };
    match service.call::<iam::RemoveRoleFromInstanceProfile>(asked).await {
        Err(fault) if fault.code != "NoSuchEntity" => return Err(fault),
        Ok(_) | Err(_) => {}
    }
    let asked = iam::DeleteInstanceProfileRequest { instance_profile_name: name };
    match service.call::<iam::DeleteInstanceProfile>(asked).await {
        Err(fault) if fault.code != "NoSuchEntity" => Err(fault),
        Ok(_) | Err(_) => Ok(()),
    }
}
