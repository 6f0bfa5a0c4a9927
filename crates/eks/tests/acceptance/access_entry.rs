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

/// Sources: threads of terraform-provider-aws and crossplane, and cdk-preflight (GitHub, badmintoncryer, rules/eks,
/// pf-eks-accessentry-*); that of kinds is of the API reference.
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
                "The username must not begin with system:",
            ),
            (
                "CreateAccessEntry",
                and(json!({ "username": "{{SessionName}}" })),
                400,
                PARAMETER,
                "The specified username is invalid: {{SessionName}}",
            ),
            (
                "CreateAccessEntry",
                and(json!({ "kubernetesGroups": ["system:masters"] })),
                400,
                PARAMETER,
                "The kubernetes group name system:masters is invalid, it cannot start with system:",
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
                "The specified kubernetesGroups is invalid: setting kubernetesGroups is not allowed when the type is \
                 \"EC2_LINUX\"",
            ),
            (
                "CreateAccessEntry",
                and(json!({ "type": "EC2_WINDOWS", "username": "u" })),
                400,
                PARAMETER,
                "The specified username is invalid: setting username is not allowed when the type is \"EC2_WINDOWS\"",
            ),
            (
                "CreateAccessEntry",
                and(json!({ "type": "EC2_LINUX", "principalArn": "arn:aws:iam::000000000000:user/ann" })),
                400,
                PARAMETER,
                "AccessEntry principalArn must be IAM role when using types [EC2_LINUX, EC2_WINDOWS, FARGATE_LINUX, \
                 HYBRID_LINUX, EC2]",
            ),
            (
                "CreateAccessEntry",
                and(json!({ "type": "EC2", "principalArn": "arn:aws:iam::999999999999:role/r" })),
                400,
                PARAMETER,
                "AccessEntry principalArn must be from the same account as the cluster when using types [EC2_LINUX, \
                 EC2_WINDOWS, FARGATE_LINUX, HYBRID_LINUX, EC2]",
            ),
            // Whether the cluster is there is looked at later.
            (
                "CreateAccessEntry",
                and(json!({ "clusterName": "nowhere", "kubernetesGroups": ["eks:x"] })),
                400,
                PARAMETER,
                "The kubernetes group name eks:x is invalid, it cannot start with eks:",
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
                asked("arn:aws-cn:eks::aws:cluster-access-policy/AmazonEKSViewPolicy", whole.clone()),
                404,
                NOT_FOUND,
                "The specified policyArn could not be found. You can view your available access policies with \
                 'list-access-policies'",
            ),
            (
                "AssociateAccessPolicy",
                asked("arn:aws:iam::aws:policy/AmazonEKSClusterPolicy", whole.clone()),
                400,
                PARAMETER,
                "The policyArn parameter format is not valid",
            ),
            (
                "AssociateAccessPolicy",
                asked(view, json!({ "type": "cluster", "namespaces": ["default"] })),
                400,
                PARAMETER,
                "accessScope should not include namespaces if the type is not set as namespace",
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
                "At least 1 namespace must be provided if the type is set as namespace",
            ),
            (
                "AssociateAccessPolicy",
                with(node.clone(), json!({ "policyArn": view, "accessScope": whole })),
                400,
                PARAMETER,
                "This operation can only be performed on Access Entries with a type of \"STANDARD\"",
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

/// Source: EKS user guide, "Create a node class for Amazon EKS": an entry of type EC2, and then its policy.
#[test]
fn nodes_of_auto_mode_act_by_a_policy_of_their_own() {
    let (server, eks) = start();
    cluster(&server, "one");
    let node = role(&server, "node", "ec2.amazonaws.com");
    let of = json!({ "clusterName": "one", "principalArn": node });
    eks.call("CreateAccessEntry", &with(of.clone(), json!({ "type": "EC2" }))).ok();
    let asked = |name: &str| {
        let policy = format!("arn:aws:eks::aws:cluster-access-policy/{name}");
        with(of.clone(), json!({ "policyArn": policy, "accessScope": { "type": "cluster" } }))
    };
    eks.call("AssociateAccessPolicy", &asked("AmazonEKSAutoNodePolicy")).ok();
    let own = eks.call("ListAssociatedAccessPolicies", &of).ok();
    assert!(own.text("associatedAccessPolicies.policyArn").ends_with("/AmazonEKSAutoNodePolicy"));
    let sentence = "This operation can only be performed on Access Entries with a type of \"STANDARD\"";
    eks.call("AssociateAccessPolicy", &asked("AmazonEKSViewPolicy")).refused(400, PARAMETER, sentence);
}

/// Whoever EKS lets in by itself enters by the unique id too: one that is made again under the name does not.
#[test]
fn entries_that_eks_makes_know_their_principals() {
    let (server, eks) = start();
    cluster(&server, "one");
    let ack = role(&server, "ack", "capabilities.eks.amazonaws.com");
    let kind = json!({ "type": "ACK", "roleArn": ack, "deletePropagationPolicy": "RETAIN" });
    let named = json!({ "clusterName": "one", "capabilityName": "c" });
    eks.call("CreateCapability", &with(named, kind)).ok();
    let state = String::from_utf8_lossy(&server.export()).into_owned();
    let iam = server.client("iam");
    for name in ["AWSServiceRoleForAmazonEKS", "ack"] {
        let found = iam.call("GetRole", &json!({ "RoleName": name })).ok();
        let (arn, id) = (found.text("GetRoleResult.Role.Arn"), found.text("GetRoleResult.Role.RoleId"));
        let row = format!("\"principalArn\":\"{arn}\",\"principalId\":\"{id}\"");
        assert!(state.contains(&row), "{row}");
    }
}
