//! What is refused while something else of a cluster changes, and what may be called off.

use super::*;

#[test]
fn while_an_update_runs_the_cluster_takes_no_other() {
    let (server, eks) = start_real();
    cluster(&server, "one");
    advance(&server, "10m");
    let oidc = json!({ "identityProviderConfigName": "p", "issuerUrl": "https://e.com", "clientId": "c" });
    eks.call("AssociateIdentityProviderConfig", &json!({ "clusterName": "one", "oidc": oidc })).ok();
    advance(&server, "20m");
    let named = json!({ "name": "one" });
    let asked = with(named.clone(), json!({ "upgradePolicy": { "supportType": "STANDARD" } }));
    let id = eks.call("UpdateClusterConfig", &asked).ok().text("update.id");
    let secrets = json!([{ "resources": ["secrets"], "provider": { "keyArn": "arn:aws:kms:us-east-1:000000000000:key/k" } }]);
    let provider = json!({ "identityProviderConfig": { "type": "oidc", "name": "p" } });
    let of = json!({ "clusterName": "one" });
    for (kind, operation, asked) in [
        (
            "AssociateEncryptionConfig",
            "AssociateEncryptionConfig",
            with(of.clone(), json!({ "encryptionConfig": secrets })),
        ),
        (
            "DisassociateIdentityProviderConfig",
            "DisassociateIdentityProviderConfig",
            with(of.clone(), provider),
        ),
        ("VersionUpdate", "UpdateClusterVersion", with(named, json!({ "version": "1.34" }))),
        ("CertificateAuthorityUpdate", "CreateCertificateAuthority", of),
    ] {
        let sentence = format!("Cannot {kind} because cluster one currently has update {id} in progress");
        eks.call(operation, &asked).refused(409, IN_USE, &sentence);
    }
}

#[test]
fn a_capability_that_changes_is_neither_changed_nor_deleted() {
    let (server, eks) = start_real();
    cluster(&server, "one");
    advance(&server, "10m");
    let of = json!({ "clusterName": "one", "capabilityName": "c" });
    let ack = role(&server, "ack", "capabilities.eks.amazonaws.com");
    let kind = json!({ "type": "ACK", "roleArn": ack, "deletePropagationPolicy": "RETAIN" });
    eks.call("CreateCapability", &with(of.clone(), kind)).ok();
    let update = with(of.clone(), json!({ "roleArn": ack }));
    eks.call("UpdateCapability", &update).refused(409, IN_USE, "Capability c is currently in CREATING state");
    advance(&server, "20m");
    eks.call("UpdateCapability", &update).ok();
    eks.call("DeleteCapability", &of).refused(409, IN_USE, "Capability c is currently in UPDATING state");
}

/// Source: EKS API reference, CancelUpdate: a version that is taken back, while nodes of Auto Mode go back.
#[test]
fn a_version_that_is_taken_back_may_be_called_off_in_auto_mode() {
    let (server, eks) = start_real();
    let auto = json!({
        "version": "1.33",
        "bootstrapSelfManagedAddons": false,
        "computeConfig": { "enabled": true },
        "storageConfig": { "blockStorage": { "enabled": true } },
        "kubernetesNetworkConfig": { "elasticLoadBalancing": { "enabled": true } },
    });
    eks.call("CreateCluster", &with(wish(&server, "one"), auto)).ok();
    advance(&server, "10m");
    let version = |version: &str| {
        eks.call("UpdateClusterVersion", &json!({ "name": "one", "version": version })).ok().text("update.id")
    };
    version("1.34");
    advance(&server, "10m");
    let id = version("1.33");
    let asked = json!({ "name": "one", "updateId": id, "clientRequestToken": "t" });
    let cancelled = eks.call("CancelUpdate", &asked).ok().tree();
    assert_eq!(
        (&cancelled["update"]["status"], &cancelled["update"]["type"]),
        (&json!("Cancelled"), &json!("VersionRollback"))
    );
    assert_eq!(eks.call("CancelUpdate", &asked).ok().tree(), cancelled);
    // What was to take over stands in no subnet any more.
    let filter = json!({ "Filter": [{ "Name": "description", "Value": ["Amazon EKS one"] }] });
    let found = server.client("ec2").call("DescribeNetworkInterfaces", &filter).ok();
    assert_eq!(found.texts("networkInterfaceSet.item.networkInterfaceId").len(), 2);
    let shown = eks.call("DescribeCluster", &json!({ "name": "one" })).ok();
    assert_eq!(
        (shown.text("cluster.status"), shown.text("cluster.version")),
        ("ACTIVE".to_owned(), "1.34".to_owned())
    );
}
