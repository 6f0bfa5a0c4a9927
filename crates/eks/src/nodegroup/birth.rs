//! `CreateNodegroup`: what is asked for, and what it means where nothing is.

use super::SKEW;
use super::image::AmiType;
use super::model::{Beside, Nodegroup, Release, Status, all};
use super::shape;
use super::template::{self, Found};
use super::wish::Wish;
use crate::access_entry::{self, Known};
use crate::cluster::{self, Cluster};
use crate::document;
use crate::error::{Error, Nodes, Refusal};
use crate::event::Changed;
use crate::repeat::{self, Call};
use crate::{Eks, key, role, tag, version};
use base::Tags;
use ports::Cx;
use serde_json::Value;
use shapes_eks as api;
use store::Tx;

/// Node groups of a cluster at the most. Source: EKS user guide, "View and manage Amazon EKS and Fargate service quotas".
const MOST: usize = 30;
/// Letters of a name at the most.
const LONGEST_NAME: usize = 63;
/// Instance types at the most.
const MOST_TYPES: usize = 20;
/// The type of nodes where none is asked for.
const USUAL_TYPE: &str = "t3.medium";

/// `CreateNodegroup`.
pub(crate) fn create(
    cx: &Cx,
    svc: &Eks,
    input: api::CreateNodegroupRequest,
) -> Result<api::CreateNodegroupResponse, Error> {
    let cluster = input.cluster_name.clone().unwrap_or_default();
    let name = input.nodegroup_name.clone().unwrap_or_default();
    let words = |error: Error| error.of(&cluster).nodegroup(&name);
    let tags = tag::read(input.tags.as_ref()).map_err(words)?;
    let token = input.client_request_token.as_deref();
    let call = Call { operation: "CreateNodegroup", token, input: &input };
    require_letters(&name).map_err(words)?;
    let (of, is_new) = cx.read(|view| {
        let of = cluster::find(view, cx.scope(), &cluster)?;
        let is_new = view.get::<Nodegroup>(&key::child(cx.scope(), &cluster, &name)).is_none();
        Ok::<_, Error>((of, is_new))
    })?;
    let draft = if is_new {
        of.require_active()?;
        Some(draft(cx, svc, &of, (&input, tags)).map_err(words)?)
    } else {
        None
    };
    let known = Known::of(cx, svc, &[input.node_role.as_deref().unwrap_or_default()]);
    cx.write(|tx| {
        repeat::once(tx, cx.scope(), &call, |tx| {
            let of = cluster::find(tx, cx.scope(), &cluster)?;
            let taken = tx.get::<Nodegroup>(&key::child(cx.scope(), &cluster, &name)).is_some();
            let Some(own) = draft.clone().filter(|_| !taken) else {
                return Err(words(Nodes::Exists(name.clone(), cluster.clone()).into()));
            };
            of.require_active()?;
            if all(tx, &of).len() >= MOST {
                return Err(words(Nodes::TooMany.into()));
            }
            require_subnets(svc, tx, &of, &own.subnets).map_err(words)?;
            if of.config.has_access_entries() {
                let kind = if own.ami_type.is_windows() { "EC2_WINDOWS" } else { "EC2_LINUX" };
                access_entry::make_of_nodes(tx, &of, (cx.ids(), &known), (&own.role, kind));
            }
            tx.emit(&Changed { kind: "NodegroupCreated", resource: own.arn() });
            let answer = api::CreateNodegroupResponse { nodegroup: Some(shape::newborn(&own)) };
            tx.put(own);
            Ok(answer)
        })
    })
}

/// The group as it will be, where nothing keeps it from coming.
fn draft(
    cx: &Cx,
    svc: &Eks,
    of: &Cluster,
    (input, tags): (&api::CreateNodegroupRequest, Tags),
) -> Result<Nodegroup, Error> {
    let name = input.nodegroup_name.clone().unwrap_or_default();
    if name.len() > LONGEST_NAME {
        return Err(Nodes::NameLong.into());
    }
    if input.subnets.as_ref().is_none_or(Vec::is_empty) {
        return Err(Nodes::NoSubnets.into());
    }
    let types = input.instance_types.clone().filter(|types| !types.is_empty());
    if input.launch_template.is_some() && input.disk_size.is_some() {
        return Err(Nodes::DiskWithTemplate.into());
    }
    if input.launch_template.is_some() && input.remote_access.is_some() {
        return Err(Nodes::RemoteWithTemplate.into());
    }
    role::require_form(cx, input.node_role.as_deref().unwrap_or_default())?;
    role::look_for_linked(cx, &role::OF_NODEGROUPS)?;
    // Templates are looked up by the role that the service needs.
    role::ensure_linked(cx, svc, &role::OF_NODEGROUPS)?;
    let found = input.launch_template.as_ref().map(|asked| template::look_up(cx, asked)).transpose()?;
    if let Some(found) = &found {
        template::require_fit(found, types.is_some())?;
    }
    let wish = Wish::new(input)?;
    let (ami_type, release) = release(cx, of, input, found.as_ref())?;
    let given = found.as_ref().and_then(|found| found.text("InstanceType")).map(str::to_owned);
    let usual = || if given.is_none() { Some(vec![USUAL_TYPE.to_owned()]) } else { None };
    let instance_types = types.or_else(usual);
    let all_types = instance_types.clone().unwrap_or_else(|| given.into_iter().collect());
    require_types(&all_types, &ami_type)?;
    let node_role = input.node_role.clone().unwrap_or_default();
    role::require(cx, svc, &node_role, role::NODE)?;
    if node_role == of.role {
        return Err(Nodes::ClusterRole.into());
    }
    svc.roles.ensure_service_linked(cx, super::SCALING.service);
    let disk_size_gib = found.is_none().then(|| input.disk_size.unwrap_or_else(|| ami_type.usual_disk_gib()));
    Ok(Nodegroup {
        scope: of.scope.clone(),
        cluster: of.name.clone(),
        name,
        mark: key::mark(cx.ids()),
        status: Status::Creating,
        created_at: cx.now(),
        modified_at: cx.now(),
        tags,
        role: node_role,
        subnets: input.subnets.clone().unwrap_or_default(),
        capacity_type: input.capacity_type.clone().unwrap_or_else(|| "ON_DEMAND".to_owned()),
        ami_type,
        instance_types,
        disk_size_gib,
        remote_access: input.remote_access.as_ref().map(|own| Value::Object(document::members(own))),
        wish,
        release,
        rollout: 1,
        next: None,
        last_rollout: 1,
        revision: 1,
        beside: Beside::default(),
        nodes: Vec::new(),
        issues: Vec::new(),
    })
}

/// Refuses other letters than names have, before the cluster is looked for; how long a name is comes after it (measured:
/// cdk-preflight, pf-eks-nodegroup-name-charset and pf-eks-nodegroup-name-length).
fn require_letters(name: &str) -> Result<(), Error> {
    let starts = name.starts_with(|c: char| c.is_ascii_alphanumeric());
    let fits = name.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c));
    if starts && fits { Ok(()) } else { Err(Nodes::Name.into()) }
}

/// What its nodes are made of.
fn release(
    cx: &Cx,
    of: &Cluster,
    input: &api::CreateNodegroupRequest,
    found: Option<&Found>,
) -> Result<(AmiType, Release), Error> {
    let image = found.and_then(|found| found.text("ImageId"));
    let asked = input.ami_type.clone().map(AmiType);
    if image.is_some() && asked.as_ref().is_some_and(|asked| !asked.is_custom()) {
        return Err(Nodes::ImageTwice.into());
    }
    if image.is_some() && (input.version.is_some() || input.release_version.is_some()) {
        return Err(Nodes::VersionWithImage.into());
    }
    let minor = version::find(&of.config.version).map_or(0, |version| version.minor);
    let version = input.version.as_ref().unwrap_or(&of.config.version);
    let fitting = version::VERSIONS
        .iter()
        .filter(|version| (minor.saturating_sub(SKEW)..=minor).contains(&version.minor));
    let fitting: Vec<String> = fitting.map(|version| version.name.to_owned()).collect();
    if !fitting.contains(version) {
        return Err(Nodes::Version(of.config.version.clone(), fitting).into());
    }
    let usual = || if image.is_some() { AmiType::custom() } else { AmiType::usual(minor) };
    let ami_type = asked.unwrap_or_else(usual);
    let named = found.map(|found| found.named.clone());
    let made = made_of(cx, &ami_type, (version, input.release_version.as_deref()), image)?;
    Ok((ami_type, Release { template: named, ..made }))
}

/// The image and the release of a version, or those that the user brings.
pub(super) fn made_of(
    cx: &Cx,
    ami_type: &AmiType,
    (version, asked): (&str, Option<&str>),
    image: Option<&str>,
) -> Result<Release, Error> {
    let (image, release_version) = match image {
        Some(image) => (image.to_owned(), image.to_owned()),
        None if ami_type.is_custom() => return Err(Nodes::NoImage.into()),
        None => {
            let newest = ami_type.newest(cx.region(), version);
            let newest = newest.ok_or_else(|| Nodes::NoRelease(version.to_owned()))?;
            if let Some(asked) = asked.filter(|asked| *asked != newest.release_version) {
                return Err(Nodes::Release(asked.to_owned(), version.to_owned()).into());
            }
            (newest.image, newest.release_version)
        }
    };
    Ok(Release { version: version.to_owned(), release_version, image, template: None, own_version: None })
}

/// Refuses types that there are not, or that do not run the images.
fn require_types(types: &[String], ami_type: &AmiType) -> Result<(), Error> {
    if types.len() > MOST_TYPES {
        return Err(Nodes::TooManyTypes.into());
    }
    let is_known = |name: &&String| instance_types::by_name(name).is_some();
    let unknown: Vec<String> = types.iter().filter(|name| !is_known(name)).cloned().collect();
    if !unknown.is_empty() {
        return Err(Nodes::NoTypes(unknown).into());
    }
    let runs = |name: &&String| {
        let found = instance_types::by_name(name);
        found.is_some_and(|own| own.processor.architectures.iter().any(|one| one == ami_type.architecture()))
    };
    let other: Vec<String> = types.iter().filter(|name| !runs(name)).cloned().collect();
    if other.is_empty() || ami_type.is_custom() {
        return Ok(());
    }
    Err(Nodes::TypeOfImage(other, ami_type.0.clone()).into())
}

fn require_subnets(svc: &Eks, tx: &Tx, of: &Cluster, subnets: &[String]) -> Result<(), Error> {
    for id in subnets {
        match svc.networks.subnet(tx, &of.scope, id) {
            None => return Err(Refusal::NoSubnet(id.clone()).into()),
            Some(subnet) if subnet.vpc != of.config.resources_vpc_config.vpc_id => {
                return Err(Nodes::SubnetsOutside(of.config.resources_vpc_config.vpc_id.clone()).into());
            }
            Some(_) => {}
        }
    }
    Ok(())
}
