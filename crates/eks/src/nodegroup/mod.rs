//! Managed node groups: instances that EKS makes for the user, which nodes of a cluster run on.
//!
//! Handlers record what is wanted. [`work::Tend`] makes it so, by the public operations of EC2 and IAM.

mod beside;
mod birth;
mod change;
mod health;
mod image;
mod model;
mod plan;
mod shape;
mod template;
mod user_data;
mod wish;
mod work;

pub(crate) use birth::create;
pub(crate) use change::{finish, update_config, update_version};
pub(crate) use model::{Issue, Nodegroup, all, find};
pub(crate) use wish::is_qualified;
pub(crate) use work::Tend;

use crate::Eks;
use crate::cluster::{self, Cluster};
use crate::error::{Error, Nodes};
use crate::event::Changed;
use crate::listing::Asked;
use crate::version::{self, Version};
use model::Status;
use ports::{Acting, Cx};
use shapes_eks as api;
use store::{Rows, Tx};

/// Who makes what stands beside nodes. Recorded: launch templates of node groups tell that they were created by it.
const NODEGROUPS: Acting = Acting { service: "eks-nodegroup.amazonaws.com", session: "EKS" };
/// Who launches and ends nodes: with AWS the Auto Scaling group of a node group.
const SCALING: Acting = Acting { service: "autoscaling.amazonaws.com", session: "AutoScaling" };

/// Minor versions that nodes may be older than their cluster. Measured: cdk-preflight,
/// pf-eks-nodegroup-version-matches-cluster (a cluster of 1.35 takes nodes of 1.35 to 1.32); it is Kubernetes' own "Version
/// Skew Policy".
const SKEW: u32 = 3;

/// `DescribeNodegroup`.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Eks,
    input: api::DescribeNodegroupRequest,
) -> Result<api::DescribeNodegroupResponse, Error> {
    cx.read(|view| {
        let of = cluster::find(view, cx.scope(), &input.cluster_name.unwrap_or_default())?;
        let own = find(view, &of, &input.nodegroup_name.unwrap_or_default())?;
        Ok(api::DescribeNodegroupResponse { nodegroup: Some(shape::whole(&own)) })
    })
}

/// `ListNodegroups`, by name.
pub(crate) fn list(
    cx: &Cx,
    _svc: &Eks,
    input: api::ListNodegroupsRequest,
) -> Result<api::ListNodegroupsResponse, Error> {
    let name = input.cluster_name.unwrap_or_default();
    let found = cx.read(|view| cluster::find(view, cx.scope(), &name).map(|of| all(view, &of)))?;
    let asked = Asked { token: input.next_token, most: input.max_results };
    let (page, next_token) = asked.page(cx, &["ListNodegroups", &name], found, |own| own.name.clone())?;
    let nodegroups = page.iter().map(|own| own.name.clone()).collect();
    Ok(api::ListNodegroupsResponse { nodegroups: Some(nodegroups), next_token })
}

/// `DeleteNodegroup`. One that could not be deleted is tried again.
pub(crate) fn delete(
    cx: &Cx,
    _svc: &Eks,
    input: api::DeleteNodegroupRequest,
) -> Result<api::DeleteNodegroupResponse, Error> {
    let cluster = input.cluster_name.unwrap_or_default();
    let name = input.nodegroup_name.unwrap_or_default();
    cx.write(|tx| {
        let of = cluster::find(tx, cx.scope(), &cluster)?;
        let own = find(tx, &of, &name)?;
        if own.status == Status::Updating {
            return Err(Nodes::Deleting(name.clone()).about(&cluster).nodegroup(&name));
        }
        let own = Nodegroup {
            status: Status::Deleting,
            modified_at: cx.now(),
            issues: Vec::new(),
            ..(*own).clone()
        };
        tx.emit(&Changed { kind: "NodegroupDeleting", resource: own.arn() });
        let answer = api::DeleteNodegroupResponse { nodegroup: Some(shape::whole(&own)) };
        tx.put(own);
        Ok(answer)
    })
}

/// Refuses the deletion of a cluster that has node groups.
pub(crate) fn require_none(tx: &Tx, cluster: &Cluster) -> Result<(), Error> {
    let names: Vec<String> = all(tx, cluster).iter().map(|own| own.name.clone()).collect();
    if names.is_empty() {
        return Ok(());
    }
    Err(Nodes::Attached.about(&cluster.name).nodegroup(&names.join(",")))
}

/// Refuses a version of a cluster for which nodes would be too old.
pub(crate) fn require_young(rows: &impl Rows, cluster: &Cluster, target: &Version) -> Result<(), Error> {
    let minor = |own: &Nodegroup| version::find(&own.release.version).map_or(0, |version| version.minor);
    let groups = all(rows, cluster);
    let old = groups.iter().filter(|own| minor(own) + SKEW < target.minor);
    let names: Vec<String> = old.map(|own| own.name.clone()).collect();
    if names.is_empty() {
        return Ok(());
    }
    let names = names.join(", ");
    Err(Nodes::Behind(names, cluster.config.version.clone()).about(&cluster.name))
}
