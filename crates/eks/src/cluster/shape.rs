//! A cluster as answers show it.

use crate::cluster::model::{Cluster, Status};
use crate::cluster::{authority, components};
use crate::document;
use serde_json::{Value, json};
use shapes_eks as api;
use store::Rows;

/// A cluster. What its creation brings is shown once it is there.
pub(crate) fn cluster(rows: &impl Rows, own: &Cluster) -> api::Cluster {
    if let Some(connector) = &own.connector {
        let mut told = json!({
            "name": own.name,
            "arn": own.arn(),
            "createdAt": own.created_at,
            "status": own.status.name(),
            "tags": own.tags,
            "connectorConfig": connector,
        });
        if own.status == Status::Deleting {
            told["connectorConfig"]["activationCode"] = Value::Null;
        }
        return document::shape(&told);
    }
    let config = &own.config;
    let is_there = own.status != Status::Creating;
    let mut network = json!(config.resources_vpc_config);
    network["clusterSecurityGroupId"] = json!(own.seen.group.as_ref().filter(|_| is_there));
    let mut told = json!({
        "name": own.name,
        "arn": own.arn(),
        "createdAt": own.created_at,
        "version": config.version,
        "platformVersion": own.platform(),
        "roleArn": own.role,
        "status": own.status.name(),
        "resourcesVpcConfig": network,
        "kubernetesNetworkConfig": config.kubernetes_network_config,
        "logging": config.logging(),
        "certificateAuthority": {},
        "tags": own.tags,
        "accessConfig": { "authenticationMode": config.authentication_mode },
        "upgradePolicy": { "supportType": config.support_type },
        "zonalShiftConfig": config.zonal_shift.map(|enabled| json!({ "enabled": enabled })),
        "remoteNetworkConfig": config.remote_network_config,
        "deletionProtection": config.deletion_protection,
        "controlPlaneScalingConfig": { "tier": config.tier },
    });
    if let Some(key) = &config.encryption_key {
        told["encryptionConfig"] = json!([{ "resources": ["secrets"], "provider": { "keyArn": key } }]);
    }
    if let Some(compute) = &config.compute_config {
        told["computeConfig"] = json!(compute);
        told["storageConfig"] = json!({ "blockStorage": { "enabled": compute.enabled } });
    }
    for block in components::BLOCKS {
        told[block] = config.components[block].clone();
    }
    if is_there {
        told["endpoint"] = json!(own.endpoint());
        told["identity"] = json!({ "oidc": { "issuer": own.issuer() } });
        told["certificateAuthority"] = authority::bundle(rows, own);
        told["health"] = json!({ "issues": [] });
    }
    document::shape(&told)
}
