//! Access entries and their policies.

use super::*;

#[test]
fn entries_are_made_changed_and_deleted() {
    let (server, eks) = start();
    cluster(&server, "one");
    let principal = role(&server, "ops", "ec2.amazonaws.com");
    let of = json!({ "clusterName": "one", "principalArn": principal });
    let asked = with(
        of.clone(),
        json!({ "kubernetesGroups": ["viewers"], "tags": { "a": "b" }, "clientRequestToken": "t" }),
    );
    let made = eks.call("CreateAccessEntry", &asked).ok().tree()["accessEntry"].clone();
    assert_eq!(made["username"], "arn:aws:sts::000000000000:assumed-role/ops/{{SessionName}}");
    assert_eq!((&made["type"], &made["kubernetesGroups"]), (&json!("STANDARD"), &json!(["viewers"])));
    let arn = made["accessEntryArn"].as_str().unwrap();
    assert!(
        arn.starts_with("arn:aws:eks:us-east-1:000000000000:access-entry/one/role/000000000000/ops/"),
        "{arn}"
    );
    assert_eq!(
        eks.call("CreateAccessEntry", &asked).ok().tree()["accessEntry"]["accessEntryArn"],
        made["accessEntryArn"]
    );
    let taken = "The specified access entry resource is already in use on this cluster.";
    eks.call("CreateAccessEntry", &of).refused(409, IN_USE, taken);
    let change = with(of.clone(), json!({ "kubernetesGroups": [], "username": "ops:{{SessionName}}" }));
    let changed = eks.call("UpdateAccessEntry", &change).ok();
    assert_eq!(changed.text("accessEntry.username"), "ops:{{SessionName}}");
    assert_eq!(changed.tree()["accessEntry"]["kubernetesGroups"], json!([]));
    let node = role(&server, "node", "ec2.amazonaws.com");
    let node = json!({ "clusterName": "one", "principalArn": node, "type": "EC2_LINUX" });
    let made = eks.call("CreateAccessEntry", &node).ok().tree();
    assert_eq!(made["accessEntry"]["username"], "system:node:{{EC2PrivateDNSName}}");
    assert_eq!(made["accessEntry"]["kubernetesGroups"], json!(["system:nodes"]));
    let all = eks.call("ListAccessEntries", &json!({ "clusterName": "one" })).ok().texts("accessEntries");
    assert_eq!(all.len(), 4);
    let page = eks.call("ListAccessEntries", &json!({ "clusterName": "one", "maxResults": 3 })).ok();
    let next = json!({ "clusterName": "one", "maxResults": 3, "nextToken": page.text("nextToken") });
    assert_eq!(eks.call("ListAccessEntries", &next).ok().texts("accessEntries"), all[3..]);
    assert_eq!(eks.call("DeleteAccessEntry", &of).ok().tree(), json!({}));
    let gone = "The specified principalArn could not be found. You can view your available access entries with \
                'list-access-entries'.";
    for operation in ["DescribeAccessEntry", "DeleteAccessEntry", "ListAssociatedAccessPolicies"] {
        eks.call(operation, &of).refused(404, NOT_FOUND, gone);
    }
}

/// Sources: threads of terraform-provider-aws and crossplane; those of names, groups and kinds are of the API reference.
#[test]
fn who_does_not_enter_is_refused() {
    let (server, eks) = start();
    cluster(&server, "one");
    let principal = role(&server, "ops", "ec2.amazonaws.com");
    let of = json!({ "clusterName": "one", "principalArn": principal });
    let and = |more: Value| with(of.clone(), more);
    let linked =
        "arn:aws:iam::000000000000:role/aws-service-role/eks.amazonaws.com/AWSServiceRoleForAmazonEKS";
    refuses(
        &eks,
        &[
            (
                "CreateAccessEntry",
                and(json!({ "principalArn": "arn:aws:iam::000000000000:role/none" })),
                400,
                PARAMETER,
                "The specified principalArn is invalid: invalid principal.",
            ),
            (
                "CreateAccessEntry",
                and(json!({ "principalArn": "arn:aws:iam::000000000000:role/path/ops" })),
                400,
                PARAMETER,
                "The specified principalArn is invalid: invalid principal.",
            ),
            (
                "CreateAccessEntry",
                and(json!({ "principalArn": linked })),
                400,
                PARAMETER,
                "The caller is not allowed to modify access entries with a principalArn value of a Service Linked Role",
            ),
            (
                "CreateAccessEntry",
                and(json!({ "username": "system:masters" })),
                400,
                PARAMETER,
                "The specified username is invalid: system:masters",
            ),
            (
                "CreateAccessEntry",
                and(json!({ "kubernetesGroups": ["system:masters"] })),
                400,
                PARAMETER,
                "The kubernetes group name system:masters is invalid, it cannot start with [system:, eks:, aws:, amazon:, iam:]",
            ),
            (
                "CreateAccessEntry",
                and(json!({ "type": "OTHER" })),
                400,
                PARAMETER,
                "The specified type is invalid: OTHER",
            ),
            (
                "CreateAccessEntry",
                and(json!({ "type": "EC2_LINUX", "kubernetesGroups": ["g"] })),
                400,
                PARAMETER,
                "The username and kubernetesGroups of an access entry of type EC2_LINUX cannot be specified.",
            ),
        ],
    );
    // Where the config map alone counts, there are no entries.
    let old = wish(&server, "old");
    eks.call("CreateCluster", &with(old, json!({ "accessConfig": { "authenticationMode": "CONFIG_MAP" } })))
        .ok();
    let sentence = "The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to perform this \
                    operation.";
    eks.call("CreateAccessEntry", &and(json!({ "clusterName": "old" }))).refused(400, REQUEST, sentence);
    eks.call("ListAccessEntries", &json!({ "clusterName": "old" })).refused(400, REQUEST, sentence);
}

#[test]
fn policies_are_associated() {
    let (server, eks) = start();
    cluster(&server, "one");
    let all = eks.call("ListAccessPolicies", &json!({})).ok();
    assert_eq!(all.texts("accessPolicies.name").len(), 33);
    let page = eks.call("ListAccessPolicies", &json!({ "maxResults": 2 })).ok();
    assert_eq!(
        page.texts("accessPolicies.name"),
        ["AIDevOpsAgentAccessPolicy", "AmazonAIOpsAssistantPolicy"]
    );
    let principal = role(&server, "ops", "ec2.amazonaws.com");
    let of = json!({ "clusterName": "one", "principalArn": principal });
    eks.call("CreateAccessEntry", &of).ok();
    let view = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy";
    let asked =
        |policy: &str, scope: Value| with(of.clone(), json!({ "policyArn": policy, "accessScope": scope }));
    let whole = json!({ "type": "cluster" });
    let made = eks.call("AssociateAccessPolicy", &asked(view, whole.clone())).ok().tree();
    assert_eq!(made["associatedAccessPolicy"]["accessScope"], json!({ "type": "cluster", "namespaces": [] }));
    let narrow = json!({ "type": "namespace", "namespaces": ["a", "b-*"] });
    eks.call("AssociateAccessPolicy", &asked(view, narrow.clone())).ok();
    let own = eks.call("ListAssociatedAccessPolicies", &of).ok().tree();
    assert_eq!(own["associatedAccessPolicies"].as_array().unwrap().len(), 1);
    assert_eq!(own["associatedAccessPolicies"][0]["accessScope"], narrow);
    let by_policy = json!({ "clusterName": "one", "associatedPolicyArn": view });
    assert_eq!(
        eks.call("ListAccessEntries", &by_policy).ok().texts("accessEntries"),
        std::slice::from_ref(&principal)
    );
    let reserved = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSComputeClusterPolicy";
    let node = role(&server, "node", "ec2.amazonaws.com");
    let node = json!({ "clusterName": "one", "principalArn": node });
    eks.call("CreateAccessEntry", &with(node.clone(), json!({ "type": "EC2_LINUX" }))).ok();
    refuses(
        &eks,
        &[
            (
                "AssociateAccessPolicy",
                asked("arn:aws:eks:::cluster-access-policy/AmazonEKSViewPolicy", whole.clone()),
                404,
                NOT_FOUND,
                "The specified policyArn could not be found.",
            ),
            (
                "AssociateAccessPolicy",
                asked(reserved, whole.clone()),
                400,
                PARAMETER,
                "The specified policyArn can only be associated with service-linked roles",
            ),
            (
                "AssociateAccessPolicy",
                asked(view, json!({ "type": "namespace" })),
                400,
                PARAMETER,
                "The accessScope of type namespace requires namespaces.",
            ),
            (
                "AssociateAccessPolicy",
                with(node.clone(), json!({ "policyArn": view, "accessScope": whole })),
                400,
                REQUEST,
                "Access policies cannot be associated with an access entry of type EC2_LINUX.",
            ),
        ],
    );
    let which = with(of.clone(), json!({ "policyArn": view }));
    assert_eq!(eks.call("DisassociateAccessPolicy", &which).ok().tree(), json!({}));
    eks.call("DisassociateAccessPolicy", &which).refused(
        404,
        NOT_FOUND,
        "The specified policyArn could not be found.",
    );
}
