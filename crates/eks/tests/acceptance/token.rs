//! Calls with a token of the client's: the same token with the same parameters answers what it answered first, and does nothing
//! twice.

use super::*;

/// Calls twice with one token, and answers what both calls answered.
#[track_caller]
fn twice(eks: &Client, operation: &str, asked: Value) -> Value {
    let asked = with(asked, json!({ "clientRequestToken": format!("t-{operation}") }));
    let first = eks.call(operation, &asked).ok().tree();
    assert_eq!(eks.call(operation, &asked).ok().tree(), first, "{operation}");
    first
}

#[test]
fn what_is_called_twice_with_a_token_is_done_once() {
    let (server, eks) = start_real();
    cluster(&server, "one");
    advance(&server, "10m");
    let named = json!({ "name": "one" });
    let of = json!({ "clusterName": "one" });
    let and = |more: Value| with(of.clone(), more);
    let then = |operation: &str, asked: Value| {
        let answer = twice(&eks, operation, asked);
        advance(&server, "20m");
        answer
    };
    let secrets = json!([{ "resources": ["secrets"], "provider": { "keyArn": "arn:aws:kms:us-east-1:000000000000:key/k" } }]);
    then("AssociateEncryptionConfig", and(json!({ "encryptionConfig": secrets })));
    then(
        "UpdateClusterConfig",
        with(named.clone(), json!({ "upgradePolicy": { "supportType": "STANDARD" } })),
    );
    let oidc = json!({ "identityProviderConfigName": "p", "issuerUrl": "https://e.com", "clientId": "c" });
    then("AssociateIdentityProviderConfig", and(json!({ "oidc": oidc })));
    let provider = json!({ "identityProviderConfig": { "type": "oidc", "name": "p" } });
    then("DisassociateIdentityProviderConfig", and(provider));
    let principal = role(&server, "principal", "ec2.amazonaws.com");
    let entry = and(json!({ "principalArn": principal }));
    then("CreateAccessEntry", entry.clone());
    then("UpdateAccessEntry", with(entry, json!({ "kubernetesGroups": ["g"] })));
    let addon = and(json!({ "addonName": "coredns" }));
    then("CreateAddon", addon.clone());
    then("UpdateAddon", with(addon, json!({ "configurationValues": "{\"replicaCount\":3}" })));
    let ack = role(&server, "ack", "capabilities.eks.amazonaws.com");
    let capability = and(json!({ "capabilityName": "c" }));
    let kind = json!({ "type": "ACK", "roleArn": ack, "deletePropagationPolicy": "RETAIN" });
    then("CreateCapability", with(capability.clone(), kind));
    let other = role(&server, "ack2", "capabilities.eks.amazonaws.com");
    then("UpdateCapability", with(capability, json!({ "roleArn": other })));
    let first = eks.call("ListCertificateAuthorities", &of).ok().text("certificateAuthorities.id");
    let made = then("CreateCertificateAuthority", of.clone());
    then(
        "ActivateCertificateAuthority",
        and(json!({ "certificateAuthorityId": made["certificateAuthority"]["id"] })),
    );
    then("DeleteCertificateAuthority", and(json!({ "certificateAuthorityId": first })));
    let pods = role(&server, "pods", "pods.eks.amazonaws.com");
    let association = and(json!({ "namespace": "n", "serviceAccount": "s", "roleArn": pods }));
    let made = then("CreatePodIdentityAssociation", association);
    let id = &made["association"]["associationId"];
    then("UpdatePodIdentityAssociation", and(json!({ "associationId": id, "disableSessionTags": true })));
    let nodes = role(&server, "nodes", "ec2.amazonaws.com");
    let group = json!({ "nodegroupName": "ng", "subnets": subnets(&server)[..2], "nodeRole": nodes });
    then("CreateNodegroup", and(group));
    let group = and(json!({ "nodegroupName": "ng" }));
    let labels = json!({ "labels": { "addOrUpdateLabels": { "a": "b" } } });
    // Its nodes may have been launched after the last step.
    while eks.call("DescribeNodegroup", &group).ok().text("nodegroup.status") != "ACTIVE" {
        advance(&server, "1m");
    }
    then("UpdateNodegroupConfig", with(group.clone(), labels));
    twice(&eks, "UpdateNodegroupVersion", group);
    let run = role(&server, "run", "eks-fargate-pods.amazonaws.com");
    let selectors = json!([{ "namespace": "n" }]);
    let profile = json!({ "fargateProfileName": "p", "podExecutionRoleArn": run, "selectors": selectors });
    twice(&eks, "CreateFargateProfile", and(profile));
    twice(&eks, "UpdateClusterVersion", with(named, json!({ "version": "1.34" })));
    let agent = role(&server, "agent", "ssm.amazonaws.com");
    let connector = json!({ "roleArn": agent, "provider": "OTHER" });
    twice(&eks, "RegisterCluster", json!({ "name": "away", "connectorConfig": connector }));
    let term = json!({ "duration": 12, "unit": "MONTHS" });
    let asked = json!({ "name": "s", "term": term, "licenseQuantity": 1, "licenseType": "Cluster" });
    let made = twice(&eks, "CreateEksAnywhereSubscription", asked);
    let asked = json!({ "id": made["subscription"]["id"], "autoRenew": true });
    twice(&eks, "UpdateEksAnywhereSubscription", asked);
}
