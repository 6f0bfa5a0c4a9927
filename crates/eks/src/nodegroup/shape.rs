//! A node group as the API shows it.

use super::model::Nodegroup;
use crate::document;
use serde_json::{Value, json};
use shapes_eks as api;

/// As `DescribeNodegroup` shows it.
pub(super) fn whole(own: &Nodegroup) -> api::Nodegroup {
    let mut told = members(own);
    let mut resources = json!({ "autoScalingGroups": [{ "name": own.scaling_group() }] });
    if let Some(group) = &own.beside.remote_group {
        resources["remoteAccessSecurityGroup"] = json!(group);
    }
    told["resources"] = resources;
    document::shape(&told)
}

/// As `CreateNodegroup` shows it: nothing is made yet. Recorded: moto; AWS CLI reference, `create-nodegroup`.
pub(super) fn newborn(own: &Nodegroup) -> api::Nodegroup {
    let mut told = members(own);
    if own.wish.labels.is_empty() {
        told["labels"] = Value::Null;
    }
    document::shape(&told)
}

fn members(own: &Nodegroup) -> Value {
    let mut told = json!({
        "nodegroupName": own.name,
        "nodegroupArn": own.arn(),
        "clusterName": own.cluster,
        "version": own.release.version,
        "releaseVersion": own.release.release_version,
        "createdAt": own.created_at,
        "modifiedAt": own.modified_at,
        "status": own.status.name(),
        "capacityType": own.capacity_type,
        "scalingConfig": own.wish.scaling_config,
        "instanceTypes": own.instance_types,
        "subnets": own.subnets,
        "remoteAccess": own.remote_access,
        "amiType": own.ami_type,
        "nodeRole": own.role,
        "labels": own.wish.labels,
        "diskSize": own.disk_size_gib,
        "health": { "issues": own.issues },
        "updateConfig": own.wish.update_config,
        "nodeRepairConfig": own.wish.node_repair_config,
        "launchTemplate": own.release.template,
        "tags": own.tags,
    });
    if !own.wish.taints.is_empty() {
        told["taints"] = json!(own.wish.taints);
    }
    told
}
