//! What changes of node groups: how many nodes there are and how they are marked, and what they are made of.

use super::birth::made_of;
use super::model::{Nodegroup, Release, Status, find};
use super::template::{self, Found};
use super::wish::Wish;
use crate::Eks;
use crate::cluster::{self, Cluster};
use crate::error::{Error, Nodes, Refusal};
use crate::event::Changed;
use crate::repeat::{self, Call};
use crate::update::{self, Begun, Owner, Update};
use crate::version;
use ports::Cx;
use serde_json::{Value, json};
use shapes_eks as api;
use store::Tx;

/// Milliseconds that a change takes which replaces no nodes.
const MILLIS: u32 = 10_000;

/// Refuses a change of a group that is changing already, or that is unwell.
fn require_ready(own: &Nodegroup) -> Result<(), Error> {
    match own.status {
        Status::Active => Ok(()),
        Status::Degraded if own.issues.iter().all(|issue| issue.is_mendable()) => Ok(()),
        Status::Degraded => Err(Nodes::Unwell.into()),
        Status::Creating
        | Status::Updating
        | Status::Deleting
        | Status::CreateFailed
        | Status::DeleteFailed => Err(Nodes::NotActive.into()),
    }
}

/// `UpdateNodegroupConfig`.
pub(crate) fn update_config(
    cx: &Cx,
    _svc: &Eks,
    input: api::UpdateNodegroupConfigRequest,
) -> Result<api::UpdateNodegroupConfigResponse, Error> {
    let cluster = input.cluster_name.clone().unwrap_or_default();
    let name = input.nodegroup_name.clone().unwrap_or_default();
    let words = |error: Error| error.of(&cluster).nodegroup(&name);
    let token = input.client_request_token.as_deref();
    let call = Call { operation: "UpdateNodegroupConfig", token, input: &input };
    cx.write(|tx| {
        repeat::once(tx, cx.scope(), &call, |tx| {
            let of = cluster::find(tx, cx.scope(), &cluster)?;
            let own = find(tx, &of, &name)?;
            require_ready(&own).map_err(words)?;
            let (wish, params) = own.wish.with(&input).map_err(words)?;
            tx.put(Nodegroup { status: Status::Updating, ..(*own).clone() });
            let begun = Begun {
                owner: Owner::Nodegroup(name.clone()),
                kind: "ConfigUpdate",
                params,
                wanted: json!(wish),
                millis: Some(MILLIS),
            };
            Ok(api::UpdateNodegroupConfigResponse { update: Some(update::begin(tx, cx, &of, begun)?) })
        })
    })
}

/// A change that replaces no nodes is done. How nodes are marked stands in the launch template: it gets another version.
pub(crate) fn finish(tx: &mut Tx, cluster: &Cluster, name: &str, update: &Update) {
    let Ok(own) = find(tx, cluster, name) else { return };
    let Ok(wish) = serde_json::from_value::<Wish>(update.wanted.clone()) else { return };
    let mut own = (*own).clone();
    if (&wish.labels, &wish.taints) != (&own.wish.labels, &own.wish.taints) {
        own.release.own_version = None;
        own.revision += 1;
    }
    own.wish = wish;
    own.modified_at = tx.now();
    own.status = Status::Active;
    tx.emit(&Changed { kind: "NodegroupChanged", resource: own.arn() });
    tx.put(own);
}

/// `UpdateNodegroupVersion`. Nothing runs on the nodes yet that would have to leave them first, so `force` changes nothing.
pub(crate) fn update_version(
    cx: &Cx,
    svc: &Eks,
    input: api::UpdateNodegroupVersionRequest,
) -> Result<api::UpdateNodegroupVersionResponse, Error> {
    let cluster = input.cluster_name.clone().unwrap_or_default();
    let name = input.nodegroup_name.clone().unwrap_or_default();
    let words = |error: Error| error.of(&cluster).nodegroup(&name);
    let token = input.client_request_token.as_deref();
    let call = Call { operation: "UpdateNodegroupVersion", token, input: &input };
    cx.read(|view| {
        let of = cluster::find(view, cx.scope(), &cluster)?;
        find(view, &of, &name).map(|_| ())
    })?;
    crate::role::ensure_linked(cx, svc, &crate::role::OF_NODEGROUPS).map_err(words)?;
    let found = input.launch_template.as_ref().map(|asked| template::look_up(cx, asked)).transpose();
    let found = found.map_err(words)?;
    cx.write(|tx| {
        repeat::once(tx, cx.scope(), &call, |tx| {
            let of = cluster::find(tx, cx.scope(), &cluster)?;
            let own = find(tx, &of, &name)?;
            require_ready(&own).map_err(words)?;
            let release = release(cx, &of, &own, (&input, found.as_ref())).map_err(words)?;
            let is_same = Release { own_version: own.release.own_version, ..release.clone() } == own.release;
            let mut updated = (*own).clone();
            if is_same {
                updated.next = Some((own.rollout, own.release.clone()));
            } else {
                updated.last_rollout += 1;
                updated.revision += 1;
                updated.next = Some((updated.last_rollout, release.clone()));
            }
            updated.status = Status::Updating;
            updated.modified_at = cx.now();
            tx.emit(&Changed { kind: "NodegroupChanged", resource: own.arn() });
            tx.put(updated);
            let begun = Begun {
                owner: Owner::Nodegroup(name.clone()),
                kind: "VersionUpdate",
                params: params(&release, found.as_ref()),
                wanted: Value::Null,
                // The nodes that run say when it is done.
                millis: None,
            };
            Ok(api::UpdateNodegroupVersionResponse { update: Some(update::begin(tx, cx, &of, begun)?) })
        })
    })
}

/// What an update is told by.
fn params(release: &Release, found: Option<&Found>) -> Vec<(&'static str, String)> {
    let mut params =
        vec![("Version", release.version.clone()), ("ReleaseVersion", release.release_version.clone())];
    if let Some(found) = found {
        params.push(("LaunchTemplateName", found.named.name.clone()));
        params.push(("LaunchTemplateVersion", found.named.version.clone()));
    }
    params
}

/// What nodes are to be made of.
fn release(
    cx: &Cx,
    of: &Cluster,
    own: &Nodegroup,
    (input, found): (&api::UpdateNodegroupVersionRequest, Option<&Found>),
) -> Result<Release, Error> {
    if let Some(found) = found {
        let before = own.release.template.as_ref().ok_or(Nodes::NoTemplateBefore)?;
        if before.id != found.named.id {
            return Err(Nodes::OtherTemplate.into());
        }
        template::require_fit(found, own.instance_types.is_some())?;
    }
    let image = found.and_then(|found| found.text("ImageId"));
    if image.is_some() && !own.ami_type.is_custom() {
        return Err(Nodes::ImageTwice.into());
    }
    if image.is_some() && (input.version.is_some() || input.release_version.is_some()) {
        return Err(Nodes::VersionOfImage.into());
    }
    let target = target(of, own, input.version.as_deref())?;
    let asked = input.release_version.as_deref();
    let made = made_of(cx, &own.ami_type, (&target, asked), image)?;
    let named = found.map(|found| found.named.clone()).or_else(|| own.release.template.clone());
    Ok(Release { template: named, ..made })
}

/// The version that is asked for: never newer than the cluster's, and older than the nodes' only where the cluster has gone
/// back. Source: EKS API reference, UpdateNodegroupVersion.
fn target(of: &Cluster, own: &Nodegroup, asked: Option<&str>) -> Result<String, Error> {
    let before = &own.release.version;
    let Some(asked) = asked else { return Ok(before.clone()) };
    let minor = |name: &str| version::find(name).map(|version| version.minor);
    let target = minor(asked).ok_or_else(|| Refusal::Version(asked.to_owned()))?;
    let (from, most) = (minor(before).unwrap_or_default(), minor(&of.config.version).unwrap_or_default());
    let goes_back = target < from && !(from > most && target == most);
    if target > most || goes_back {
        return Err(Nodes::VersionStep(before.clone(), asked.to_owned()).into());
    }
    Ok(asked.to_owned())
}
