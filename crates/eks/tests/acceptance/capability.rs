//! Capabilities.

use super::*;

#[test]
fn a_capability_comes_changes_and_goes() {
    let (server, eks) = start();
    cluster(&server, "one");
    let own = role(&server, "ack", "capabilities.eks.amazonaws.com");
    let of = |more: Value| {
        let own = json!({
            "clusterName": "one",
            "capabilityName": "ack",
            "type": "ACK",
            "roleArn": own,
            "deletePropagationPolicy": "RETAIN",
        });
        with(own, more)
    };
    let other = role(&server, "other", "ec2.amazonaws.com");
    let trust = "The trust policy for the provided role is invalid. The policy must include sts:AssumeRole and sts:TagSession \
                 actions granting access to the AWS service capabilities.eks.amazonaws.com";
    eks.call("CreateCapability", &of(json!({ "roleArn": other }))).refused(400, PARAMETER, trust);
    let made =
        eks.call("CreateCapability", &of(json!({ "tags": { "a": "b" } }))).ok().tree()["capability"].clone();
    assert_eq!(made["status"], "CREATING");
    assert_eq!(
        made["configuration"],
        json!({ "ack": { "enableCrossNamespace": false, "disabledServices": [] } })
    );
    let arn = made["arn"].as_str().unwrap();
    assert!(arn.starts_with("arn:aws:eks:us-east-1:000000000000:capability/one/ack/ack/"), "{arn}");
    let name = json!({ "clusterName": "one", "capabilityName": "ack" });
    assert_eq!(eks.call("DescribeCapability", &name).ok().text("capability.status"), "ACTIVE");
    let entry = json!({ "clusterName": "one", "principalArn": own });
    let policies = eks.call("ListAssociatedAccessPolicies", &entry).ok();
    assert!(policies.text("associatedAccessPolicies.policyArn").ends_with("/AmazonEKSACKPolicy"));
    refuses(
        &eks,
        &[
            (
                "CreateCapability",
                of(json!({ "capabilityName": "again" })),
                409,
                IN_USE,
                "A capability with name again or type ACK already exists on the cluster.",
            ),
            (
                "CreateCapability",
                of(json!({ "capabilityName": "a.b", "type": "KRO" })),
                400,
                PARAMETER,
                "The capability name a.b is invalid.",
            ),
            (
                "CreateCapability",
                of(json!({ "capabilityName": "argo", "type": "ARGOCD" })),
                400,
                PARAMETER,
                "The configuration of a capability of type ARGOCD requires argoCd",
            ),
            (
                "UpdateCapability",
                with(name.clone(), json!({ "configuration": { "argoCd": {} } })),
                400,
                PARAMETER,
                "The configuration does not match the type of the capability",
            ),
            (
                "DescribeCapability",
                json!({ "clusterName": "one", "capabilityName": "none" }),
                404,
                NOT_FOUND,
                "No capability found with name: none",
            ),
            ("DeleteCluster", json!({ "name": "one" }), 409, IN_USE, "Cluster has capabilities attached"),
        ],
    );
    let change = with(name.clone(), json!({ "configuration": { "ack": { "disabledServices": ["s3"] } } }));
    let update = eks.call("UpdateCapability", &change).ok();
    assert_eq!(
        update.tree()["update"]["params"],
        json!([{ "type": "DisabledServices", "value": "[\"s3\"]" }])
    );
    let shown = json!({ "name": "one", "capabilityName": "ack", "updateId": update.text("update.id") });
    assert_eq!(eks.call("DescribeUpdate", &shown).ok().text("update.status"), "Successful");
    let shown = eks.call("DescribeCapability", &name).ok().tree();
    assert_eq!(shown["capability"]["configuration"]["ack"]["disabledServices"], json!(["s3"]));
    let list = eks.call("ListCapabilities", &json!({ "clusterName": "one" })).ok();
    assert_eq!(list.texts("capabilities.capabilityName"), ["ack"]);
    assert_eq!(eks.call("DeleteCapability", &name).ok().text("capability.status"), "DELETING");
    assert_eq!(eks.call("DescribeCapability", &name).refusal().code, NOT_FOUND);
}

/// Role mappings of Argo CD are added, replaced and removed by their role.
#[test]
fn mappings_of_argo_cd_change_by_role() {
    let (server, eks) = start();
    cluster(&server, "one");
    let admin = json!({ "role": "ADMIN", "identities": [{ "id": "u1", "type": "SSO_USER" }] });
    let viewer = json!({ "role": "VIEWER", "identities": [{ "id": "g1", "type": "SSO_GROUP" }] });
    let idc = json!({ "idcInstanceArn": "arn:aws:sso:::instance/ssoins-1" });
    eks.call(
        "CreateCapability",
        &json!({
            "clusterName": "one",
            "capabilityName": "argo",
            "type": "ARGOCD",
            "roleArn": role(&server, "argo", "capabilities.eks.amazonaws.com"),
            "deletePropagationPolicy": "RETAIN",
            "configuration": { "argoCd": { "awsIdc": idc, "rbacRoleMappings": [admin] } },
        }),
    )
    .ok();
    let name = json!({ "clusterName": "one", "capabilityName": "argo" });
    let mappings = json!({ "addOrUpdateRoleMappings": [viewer], "removeRoleMappings": [admin] });
    eks.call(
        "UpdateCapability",
        &with(name.clone(), json!({ "configuration": { "argoCd": { "rbacRoleMappings": mappings } } })),
    )
    .ok();
    let shown = eks.call("DescribeCapability", &name).ok().tree();
    assert_eq!(shown["capability"]["configuration"]["argoCd"]["rbacRoleMappings"], json!([viewer]));
    assert_eq!(shown["capability"]["configuration"]["argoCd"]["namespace"], "argocd");
}
