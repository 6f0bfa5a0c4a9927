//! Updates of clusters.

use super::*;

fn update(eks: &Client, more: Value) -> Value {
    let answer = eks.call("UpdateClusterConfig", &with(json!({ "name": "one" }), more)).ok();
    answer.tree()["update"].clone()
}

fn shown(eks: &Client) -> Value {
    eks.call("DescribeCluster", &json!({ "name": "one" })).ok().tree()["cluster"].clone()
}

/// Sources of types and params: recorded answers in threads of eksctl and aws-cli, and the API reference.
#[test]
fn each_kind_of_change_is_an_update_of_its_own() {
    let (server, eks) = start();
    cluster(&server, "one");
    let subnets = subnets(&server);
    // Another one in a zone that the cluster stands in.
    let ec2 = server.client("ec2");
    let found = ec2.call("DescribeSubnets", &json!({ "SubnetId": [subnets[0]] })).ok();
    let more = json!({
        "VpcId": found.text("subnetSet.item.vpcId"),
        "CidrBlock": "172.31.240.0/24",
        "AvailabilityZoneId": found.text("subnetSet.item.availabilityZoneId"),
    });
    let more = ec2.call("CreateSubnet", &more).ok().text("subnet.subnetId");
    let first = update(
        &eks,
        json!({ "resourcesVpcConfig": { "endpointPublicAccess": false, "endpointPrivateAccess": true } }),
    );
    assert_eq!((&first["status"], &first["errors"]), (&json!("InProgress"), &json!([])));
    assert_eq!(first["type"], "EndpointAccessUpdate");
    assert_eq!(
        first["params"],
        json!([
            { "type": "EndpointPublicAccess", "value": "false" },
            { "type": "EndpointPrivateAccess", "value": "true" },
        ])
    );
    let described = eks.call("DescribeUpdate", &json!({ "name": "one", "updateId": first["id"] })).ok();
    assert_eq!(described.text("update.status"), "Successful");
    for (asked, kind, path, want) in [
        (
            json!({ "resourcesVpcConfig": { "subnetIds": [subnets[0], subnets[1], more] } }),
            "VpcConfigUpdate",
            "/resourcesVpcConfig/subnetIds",
            json!([subnets[0], subnets[1], more]),
        ),
        (
            json!({ "resourcesVpcConfig": { "controlPlaneEgressMode": "CUSTOMER_ROUTED" } }),
            "ControlPlaneEgressUpdate",
            "/resourcesVpcConfig/controlPlaneEgressMode",
            json!("CUSTOMER_ROUTED"),
        ),
        (
            json!({ "logging": { "clusterLogging": [{ "types": ["api", "audit"], "enabled": true }] } }),
            "LoggingUpdate",
            "/logging/clusterLogging/0",
            json!({ "types": ["api", "audit"], "enabled": true }),
        ),
        (
            json!({ "accessConfig": { "authenticationMode": "API" } }),
            "AccessConfigUpdate",
            "/accessConfig/authenticationMode",
            json!("API"),
        ),
        (
            json!({ "upgradePolicy": { "supportType": "STANDARD" } }),
            "UpgradePolicyUpdate",
            "/upgradePolicy/supportType",
            json!("STANDARD"),
        ),
        (
            json!({ "zonalShiftConfig": { "enabled": true } }),
            "ZonalShiftConfigUpdate",
            "/zonalShiftConfig/enabled",
            json!(true),
        ),
        (
            json!({ "remoteNetworkConfig": { "remoteNodeNetworks": [{ "cidrs": ["10.8.0.0/16"] }] } }),
            "RemoteNetworkConfigUpdate",
            "/remoteNetworkConfig/remoteNodeNetworks/0/cidrs",
            json!(["10.8.0.0/16"]),
        ),
        (
            json!({ "controlPlaneScalingConfig": { "tier": "tier-xl" } }),
            "ControlPlaneScalingConfigUpdate",
            "/controlPlaneScalingConfig/tier",
            json!("tier-xl"),
        ),
        (
            json!({ "kubeApiServerConfig": { "eventTtl": "10m" } }),
            "ControlPlaneComponentConfigUpdate",
            "/kubeApiServerConfig",
            json!({ "eventTtl": "10m", "serviceNodePortRange": { "minPort": 30000, "maxPort": 32767 } }),
        ),
    ] {
        assert_eq!(update(&eks, asked.clone())["type"], kind, "{asked}");
        assert_eq!(shown(&eks).pointer(path), Some(&want), "{asked}");
    }
    // A call that is repeated begins nothing again.
    let again = json!({ "deletionProtection": true, "clientRequestToken": "t" });
    assert_eq!(update(&eks, again.clone())["id"], update(&eks, again)["id"]);
    update(&eks, json!({ "deletionProtection": false }));
    let all = eks.call("ListUpdates", &json!({ "name": "one" })).ok().texts("updateIds");
    assert_eq!(all.len(), 12);
    let page = eks.call("ListUpdates", &json!({ "name": "one", "maxResults": 11 })).ok();
    assert_eq!((page.texts("updateIds").len(), page.tree()["nextToken"].is_string()), (11, true));
}

#[test]
fn what_cannot_change_so_is_refused() {
    let (server, eks) = start();
    cluster(&server, "one");
    let subnets = subnets(&server);
    let and = |more: Value| with(json!({ "name": "one" }), more);
    let on = json!({ "enabled": true });
    let ec2 = server.client("ec2");
    let zones = |subnets: &[String]| {
        let found = ec2.call("DescribeSubnets", &json!({ "SubnetId": subnets })).ok();
        let mut zones = found.texts("subnetSet.item.availabilityZone");
        zones.sort();
        zones.join(",")
    };
    let other_zones = |other: &[String]| {
        format!(
            "Provided subnets belong to the AZs '{}'. But they should belong to the exact set of AZs '{}' in which subnets \
             were provided during cluster creation.",
            zones(other),
            zones(&subnets[..2])
        )
    };
    let vpc = shown(&eks)["resourcesVpcConfig"]["vpcId"].as_str().unwrap().to_owned();
    let outside = format!("Specified subnets must belong to cluster's vpc {vpc}");
    refuses(
        &eks,
        &[
            (
                "UpdateClusterConfig",
                and(json!({})),
                400,
                PARAMETER,
                "The type for cluster update was not provided.",
            ),
            (
                "UpdateClusterConfig",
                and(json!({ "zonalShiftConfig": on, "deletionProtection": true })),
                400,
                PARAMETER,
                "Only one type of update can be allowed.",
            ),
            (
                "UpdateClusterConfig",
                and(json!({ "resourcesVpcConfig": { "endpointPublicAccess": true } })),
                400,
                PARAMETER,
                "Cluster is already at the desired configuration with endpointPrivateAccess: false , endpointPublicAccess: \
             true, and Public Endpoint Restrictions: [0.0.0.0/0]",
            ),
            (
                "UpdateClusterConfig",
                and(json!({ "logging": { "clusterLogging": [{ "types": ["api"], "enabled": false }] } })),
                400,
                PARAMETER,
                "No changes needed for the logging config provided",
            ),
            (
                "UpdateClusterConfig",
                and(json!({ "accessConfig": { "authenticationMode": "CONFIG_MAP" } })),
                400,
                PARAMETER,
                "Unsupported authentication mode update from API_AND_CONFIG_MAP to CONFIG_MAP",
            ),
            (
                "UpdateClusterConfig",
                and(json!({ "resourcesVpcConfig": { "subnetIds": [subnets[2], subnets[3]] } })),
                400,
                PARAMETER,
                &other_zones(&subnets[2..4]),
            ),
            // Not even one zone more.
            (
                "UpdateClusterConfig",
                and(json!({ "resourcesVpcConfig": { "subnetIds": subnets[..3] } })),
                400,
                PARAMETER,
                &other_zones(&subnets[..3]),
            ),
            (
                "UpdateClusterConfig",
                and(json!({ "resourcesVpcConfig": { "subnetIds": super::setup::vpc(&server, "10.7").1 } })),
                400,
                PARAMETER,
                &outside,
            ),
            (
                "UpdateClusterConfig",
                and(json!({ "computeConfig": { "enabled": false } })),
                400,
                REQUEST,
                "Cannot modify EKS Auto Mode configuration. Auto Mode is not enabled on this cluster.",
            ),
            (
                "UpdateClusterConfig",
                and(json!({ "kubeApiServerConfig": { "eventTtl": "5m" } })),
                400,
                PARAMETER,
                "The value of kubeApiServerConfig.eventTtl is outside the supported range",
            ),
            (
                "UpdateClusterVersion",
                and(json!({ "version": "1.20" })),
                400,
                PARAMETER,
                "unsupported Kubernetes version 1.20",
            ),
            (
                "UpdateClusterVersion",
                and(json!({ "version": "1.33" })),
                400,
                PARAMETER,
                "Unsupported Kubernetes minor version update from 1.33 to 1.33",
            ),
            (
                "UpdateClusterVersion",
                and(json!({ "version": "1.32" })),
                400,
                PARAMETER,
                "Unsupported Kubernetes minor version update from 1.33 to 1.32",
            ),
            (
                "AssociateEncryptionConfig",
                json!({ "clusterName": "one", "encryptionConfig": [{ "resources": ["pods"], "provider": { "keyArn": "k" } }] }),
                400,
                PARAMETER,
                "Invalid k8s resource for encryption",
            ),
            ("DescribeUpdate", and(json!({ "updateId": "u" })), 404, NOT_FOUND, "No update found for ID: u"),
            ("CancelUpdate", and(json!({ "updateId": "u" })), 404, NOT_FOUND, "No update found for ID: u"),
            (
                "DescribeUpdate",
                and(json!({ "updateId": "u", "nodegroupName": "n" })),
                404,
                NOT_FOUND,
                "No node group found for name: n.",
            ),
        ],
    );
}

/// Sources: threads of rancher, aws-cdk and ACK for what runs meanwhile.
#[test]
fn one_update_runs_at_a_time() {
    let (server, eks) = start_real();
    cluster(&server, "one");
    let and = |more: Value| with(json!({ "name": "one" }), more);
    eks.call("UpdateClusterConfig", &and(json!({ "deletionProtection": true }))).refused(
        400,
        REQUEST,
        "Cluster 'one' is not in ACTIVE status",
    );
    advance(&server, "10m");
    let ec2 = server.client("ec2");
    let filter = json!({ "Filter": [{ "Name": "description", "Value": ["Amazon EKS one"] }] });
    let interfaces = || {
        let found = ec2.call("DescribeNetworkInterfaces", &filter).ok();
        found.texts("networkInterfaceSet.item.networkInterfaceId")
    };
    let before = interfaces();
    let begun = eks.call("UpdateClusterVersion", &and(json!({ "version": "1.34" }))).ok();
    let id = begun.text("update.id");
    assert_eq!(begun.tree()["update"]["params"][0], json!({ "type": "Version", "value": "1.34" }));
    assert_eq!(
        (shown(&eks)["status"].clone(), shown(&eks)["version"].clone()),
        (json!("UPDATING"), json!("1.33"))
    );
    let sentence = format!("Cannot LoggingUpdate because cluster one currently has update {id} in progress");
    let logging = json!({ "logging": { "clusterLogging": [{ "types": ["api"], "enabled": true }] } });
    eks.call("UpdateClusterConfig", &and(logging)).refused(409, IN_USE, &sentence);
    eks.call("DeleteCluster", &and(json!({}))).refused(
        409,
        IN_USE,
        "Cannot delete because cluster one currently has an update in progress",
    );
    let sentence = format!("Update {id} cannot be cancelled");
    eks.call("CancelUpdate", &and(json!({ "updateId": id }))).refused(400, REQUEST, &sentence);
    advance(&server, "10m");
    assert_eq!(
        (shown(&eks)["status"].clone(), shown(&eks)["version"].clone()),
        (json!("ACTIVE"), json!("1.34"))
    );
    // The control plane that has taken over has interfaces of its own.
    assert_eq!(interfaces().len(), before.len());
    assert!(interfaces().iter().all(|id| !before.contains(id)), "{before:?}");
    // For a week it may be taken back.
    let back = eks.call("UpdateClusterVersion", &and(json!({ "version": "1.33" }))).ok();
    assert_eq!(back.text("update.type"), "VersionRollback");
    advance(&server, "10m");
    assert_eq!(shown(&eks)["version"], "1.33");
    eks.call("UpdateClusterVersion", &and(json!({ "version": "1.32" }))).refused(
        400,
        PARAMETER,
        "Unsupported Kubernetes minor version update from 1.33 to 1.32",
    );
}

#[test]
fn secrets_are_wrapped_once() {
    let (server, eks) = start();
    cluster(&server, "one");
    let key = "arn:aws:kms:us-east-1:000000000000:key/11111111-2222-3333-4444-555555555555";
    let asked = json!({
        "clusterName": "one",
        "encryptionConfig": [{ "resources": ["secrets"], "provider": { "keyArn": key } }],
    });
    let update = eks.call("AssociateEncryptionConfig", &asked).ok();
    assert_eq!(update.text("update.type"), "AssociateEncryptionConfig");
    let told: Value = serde_json::from_str(&update.text("update.params.value")).unwrap();
    assert_eq!(told, asked["encryptionConfig"]);
    assert_eq!(shown(&eks)["encryptionConfig"], asked["encryptionConfig"]);
    eks.call("AssociateEncryptionConfig", &asked).refused(
        400,
        PARAMETER,
        "Encryption is already enabled on the cluster",
    );
}

/// Source: EKS user guide, "View Amazon EKS security group requirements for clusters": what lets in from the group itself and
/// its tags come back with the next update; what lets out does not.
#[test]
fn an_update_puts_back_what_the_group_of_a_cluster_has() {
    let (server, eks) = start();
    cluster(&server, "one");
    let ec2 = server.client("ec2");
    let group = shown(&eks)["resourcesVpcConfig"]["clusterSecurityGroupId"].as_str().unwrap().to_owned();
    let rules = || {
        let filter = json!({ "Filter": [{ "Name": "group-id", "Value": [group] }] });
        let found = ec2.call("DescribeSecurityGroupRules", &filter).ok();
        let ids = found.texts("securityGroupRuleSet.item.securityGroupRuleId");
        ids.into_iter().zip(found.texts("securityGroupRuleSet.item.isEgress")).collect::<Vec<_>>()
    };
    let tags = || {
        let found = ec2.call("DescribeSecurityGroups", &json!({ "GroupId": [group] })).ok();
        found.texts("securityGroupInfo.item.tagSet.item.key")
    };
    let before = tags();
    for (id, is_egress) in rules() {
        let operation =
            if is_egress == "true" { "RevokeSecurityGroupEgress" } else { "RevokeSecurityGroupIngress" };
        ec2.call(operation, &json!({ "GroupId": group, "SecurityGroupRuleId": [id] })).ok();
    }
    let gone = json!({ "ResourceId": [group], "Tag": [{ "Key": "kubernetes.io/cluster/one" }] });
    ec2.call("DeleteTags", &gone).ok();
    assert!(rules().is_empty() && tags().len() + 1 == before.len());
    update(&eks, json!({ "deletionProtection": true }));
    let back: Vec<String> = rules().into_iter().map(|(_, is_egress)| is_egress).collect();
    assert_eq!((back, tags()), (vec!["false".to_owned()], before));
}
