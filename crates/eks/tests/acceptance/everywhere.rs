//! What holds of every operation: whose clusters it sees, what it says of clusters that run elsewhere, and how lists take
//! their pages.

use super::*;

/// Every operation about a cluster, by the member that names it, with what else an account needs for it.
fn of_clusters(account: &str) -> Vec<(&'static str, &'static str, Value)> {
    let arn = &format!("arn:aws:iam::{account}:role/r");
    let policy = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy";
    let oidc = json!({ "issuerUrl": "https://e.com", "clientId": "c", "identityProviderConfigName": "p" });
    let provider = json!({ "identityProviderConfig": { "type": "oidc", "name": "p" } });
    let secrets = json!([{ "resources": ["secrets"], "provider": { "keyArn": KEY } }]);
    let node = json!({ "nodegroupName": "ng" });
    let of_cluster = "clusterName";
    vec![
        ("ActivateCertificateAuthority", of_cluster, json!({ "certificateAuthorityId": "i" })),
        (
            "AssociateAccessPolicy",
            of_cluster,
            json!({ "principalArn": arn, "policyArn": policy, "accessScope": { "type": "cluster" } }),
        ),
        ("AssociateEncryptionConfig", of_cluster, json!({ "encryptionConfig": secrets })),
        ("AssociateIdentityProviderConfig", of_cluster, json!({ "oidc": oidc })),
        ("CancelUpdate", "name", json!({ "updateId": "u" })),
        ("CreateAccessEntry", of_cluster, json!({ "principalArn": arn })),
        ("CreateAddon", of_cluster, json!({ "addonName": "coredns" })),
        (
            "CreateCapability",
            of_cluster,
            json!({ "capabilityName": "c", "type": "ACK", "roleArn": arn, "deletePropagationPolicy": "RETAIN" }),
        ),
        ("CreateCertificateAuthority", of_cluster, json!({})),
        (
            "CreateFargateProfile",
            of_cluster,
            json!({ "fargateProfileName": "p", "podExecutionRoleArn": arn }),
        ),
        ("CreateNodegroup", of_cluster, with(node.clone(), json!({ "subnets": [], "nodeRole": arn }))),
        (
            "CreatePodIdentityAssociation",
            of_cluster,
            json!({ "namespace": "n", "serviceAccount": "s", "roleArn": arn }),
        ),
        ("DeleteAccessEntry", of_cluster, json!({ "principalArn": arn })),
        ("DeleteAddon", of_cluster, json!({ "addonName": "coredns" })),
        ("DeleteCapability", of_cluster, json!({ "capabilityName": "c" })),
        ("DeleteCertificateAuthority", of_cluster, json!({ "certificateAuthorityId": "i" })),
        ("DeleteFargateProfile", of_cluster, json!({ "fargateProfileName": "p" })),
        ("DeleteNodegroup", of_cluster, node.clone()),
        ("DeletePodIdentityAssociation", of_cluster, json!({ "associationId": "a-1" })),
        ("DescribeAccessEntry", of_cluster, json!({ "principalArn": arn })),
        ("DescribeAddon", of_cluster, json!({ "addonName": "coredns" })),
        ("DescribeCapability", of_cluster, json!({ "capabilityName": "c" })),
        ("DescribeCertificateAuthority", of_cluster, json!({ "certificateAuthorityId": "i" })),
        ("DescribeFargateProfile", of_cluster, json!({ "fargateProfileName": "p" })),
        ("DescribeIdentityProviderConfig", of_cluster, provider.clone()),
        ("DescribeInsight", of_cluster, json!({ "id": "i" })),
        ("DescribeInsightsRefresh", of_cluster, json!({})),
        ("DescribeNodegroup", of_cluster, node.clone()),
        ("DescribePodIdentityAssociation", of_cluster, json!({ "associationId": "a-1" })),
        ("DescribeUpdate", "name", json!({ "updateId": "u" })),
        ("DisassociateAccessPolicy", of_cluster, json!({ "principalArn": arn, "policyArn": policy })),
        ("DisassociateIdentityProviderConfig", of_cluster, provider),
        ("ListAccessEntries", of_cluster, json!({})),
        ("ListAddons", of_cluster, json!({})),
        ("ListAssociatedAccessPolicies", of_cluster, json!({ "principalArn": arn })),
        ("ListCapabilities", of_cluster, json!({})),
        ("ListCertificateAuthorities", of_cluster, json!({})),
        ("ListFargateProfiles", of_cluster, json!({})),
        ("ListIdentityProviderConfigs", of_cluster, json!({})),
        ("ListInsights", of_cluster, json!({})),
        ("ListNodegroups", of_cluster, json!({})),
        ("ListPodIdentityAssociations", of_cluster, json!({})),
        ("ListUpdates", "name", json!({})),
        ("StartInsightsRefresh", of_cluster, json!({})),
        ("UpdateAccessEntry", of_cluster, json!({ "principalArn": arn })),
        ("UpdateAddon", of_cluster, json!({ "addonName": "coredns" })),
        ("UpdateCapability", of_cluster, json!({ "capabilityName": "c" })),
        ("UpdateClusterConfig", "name", json!({ "deletionProtection": true })),
        ("UpdateClusterVersion", "name", json!({ "version": "1.34" })),
        ("UpdateNodegroupConfig", of_cluster, with(node.clone(), json!({ "labels": {} }))),
        ("UpdateNodegroupVersion", of_cluster, node),
        ("UpdatePodIdentityAssociation", of_cluster, json!({ "associationId": "a-1" })),
    ]
}

const KEY: &str = "arn:aws:kms:us-east-1:000000000000:key/k";

/// Somebody else: another account in this Region, and this account in another one.
fn others(server: &Server) -> [(&'static str, Client); 2] {
    let eks = || server.client("eks");
    [("111122223333", eks().key("111122223333", "test", None)), (ACCOUNT, eks().region("eu-west-1"))]
}

#[test]
fn clusters_are_seen_in_their_account_and_region_alone() {
    let (server, eks) = start();
    cluster(&server, "one");
    let sentence = "No cluster found for name: one.";
    for (account, other) in others(&server) {
        for (operation, member, mut more) in of_clusters(account) {
            // A key has to be one of the Region.
            if operation == "AssociateEncryptionConfig" && account == ACCOUNT {
                more["encryptionConfig"][0]["provider"]["keyArn"] =
                    json!(KEY.replace("us-east-1", "eu-west-1"));
            }
            let refusal = other
                .call(operation, &with(more, json!({ member: "one" })))
                .refused(404, NOT_FOUND, sentence);
            assert_eq!(refusal.members["clusterName"], "one", "{operation}");
        }
        for operation in ["DescribeCluster", "DeleteCluster", "DeregisterCluster"] {
            other.call(operation, &json!({ "name": "one" })).refused(404, NOT_FOUND, sentence);
        }
        assert!(other.call("ListClusters", &json!({ "include": ["all"] })).ok().texts("clusters").is_empty());
        let arn = "arn:aws:eks:us-east-1:000000000000:cluster/one";
        let bad = format!("Invalid resource ARN: {arn}");
        for (operation, more) in [
            ("TagResource", json!({ "tags": { "a": "b" } })),
            ("UntagResource", json!({ "tagKeys": ["a"] })),
            ("ListTagsForResource", json!({})),
        ] {
            let asked = with(more, json!({ "resourceArn": arn }));
            other.call(operation, &asked).refused(400, "BadRequestException", &bad);
        }
    }
    assert_eq!(eks.call("DescribeCluster", &json!({ "name": "one" })).ok().text("cluster.status"), "ACTIVE");
}

/// What EKS tells of itself is the same for everybody; what belongs to nobody else is theirs.
#[test]
fn others_have_lists_and_things_of_their_own() {
    let (server, eks) = start();
    for (_, other) in others(&server) {
        for (operation, asked) in [
            ("DescribeClusterVersions", json!({})),
            ("ListAccessPolicies", json!({})),
            ("DescribeAddonVersions", json!({ "addonName": "coredns" })),
        ] {
            assert_eq!(
                other.call(operation, &asked).ok().tree(),
                eks.call(operation, &asked).ok().tree(),
                "{operation}"
            );
        }
        let version = eks.call("DescribeAddonVersions", &json!({ "addonName": "coredns" })).ok().tree();
        let version = &version["addons"][0]["addonVersions"][0]["addonVersion"];
        let asked = json!({ "addonName": "coredns", "addonVersion": version });
        other.call("DescribeAddonConfiguration", &asked).ok();
        let asked = with(wish(&server, "mine"), json!({ "roleArn": "arn:aws:iam::999999999999:role/r" }));
        let sentence = "Cross-account pass role is not allowed.";
        other.call("CreateCluster", &asked).refused(403, "AccessDeniedException", sentence);
        server.client("iam").call("DeleteRole", &json!({ "RoleName": "mine-role" })).ok();
        let asked = json!({ "name": "away", "connectorConfig": { "roleArn": "x", "provider": "OTHER" } });
        other.call("RegisterCluster", &asked).refused(400, PARAMETER, "Invalid Role Arn: 'x'");
        let term = json!({ "duration": 12, "unit": "MONTHS" });
        let asked = json!({ "name": "s", "term": term, "licenseQuantity": 1, "licenseType": "Cluster" });
        let id = other.call("CreateEksAnywhereSubscription", &asked).ok().text("subscription.id");
        let (of, listed) = (json!({ "id": id }), "subscriptions.id");
        let list =
            |client: &Client| client.call("ListEksAnywhereSubscriptions", &json!({})).ok().texts(listed);
        assert_eq!(list(&other), std::slice::from_ref(&id));
        assert!(list(&eks).is_empty());
        let sentence = format!("No subscription found for ID: {id}");
        for operation in [
            "DescribeEksAnywhereSubscription",
            "UpdateEksAnywhereSubscription",
            "DeleteEksAnywhereSubscription",
        ] {
            let asked = with(of.clone(), json!({ "autoRenew": true }));
            let asked = if operation.starts_with("Update") { asked } else { of.clone() };
            let refusal = eks.call(operation, &asked).refused(404, NOT_FOUND, &sentence);
            assert_eq!(refusal.members["subscriptionId"], id, "{operation}");
        }
        other.call("DescribeEksAnywhereSubscription", &of).ok();
        other.call("UpdateEksAnywhereSubscription", &with(of.clone(), json!({ "autoRenew": true }))).ok();
        let sentence = format!("Subscription {id} is active and cannot be deleted");
        other.call("DeleteEksAnywhereSubscription", &of).refused(400, REQUEST, &sentence);
    }
}

#[test]
fn a_cluster_that_runs_elsewhere_takes_no_operation_of_those_here() {
    let (server, eks) = start();
    let agent = role(&server, "agent", "ssm.amazonaws.com");
    let asked = json!({ "name": "away", "connectorConfig": { "roleArn": agent, "provider": "OTHER" } });
    eks.call("RegisterCluster", &asked).ok();
    let sentence = "Cluster away is a connected cluster; the operation is not supported for it.";
    for (operation, member, more) in of_clusters(ACCOUNT) {
        let asked = with(more, json!({ member: "away" }));
        eks.call(operation, &asked).refused(400, REQUEST, sentence);
    }
    eks.call("DeleteCluster", &json!({ "name": "away" })).refused(400, REQUEST, sentence);
}

#[test]
fn lists_take_pages_of_one_to_a_hundred_and_tokens_of_their_own() {
    let (server, eks) = start();
    cluster(&server, "one");
    let entry = role(&server, "entry", "ec2.amazonaws.com");
    eks.call("CreateAccessEntry", &json!({ "clusterName": "one", "principalArn": entry })).ok();
    let lists = of_clusters(ACCOUNT).into_iter().filter(|(operation, ..)| operation.starts_with("List"));
    let mut lists: Vec<(&str, Value)> =
        lists.map(|(operation, member, more)| (operation, with(more, json!({ member: "one" })))).collect();
    for (_, asked) in lists.iter_mut().filter(|(_, asked)| asked.get("principalArn").is_some()) {
        asked["principalArn"] = json!(entry);
    }
    let bare = [
        "ListClusters",
        "ListEksAnywhereSubscriptions",
        "ListAccessPolicies",
        "DescribeAddonVersions",
        "DescribeClusterVersions",
    ];
    lists.extend(bare.map(|operation| (operation, json!({}))));
    for (operation, asked) in lists {
        for most in [0, 101] {
            let refusal = eks.call(operation, &with(asked.clone(), json!({ "maxResults": most }))).refusal();
            assert_eq!((refusal.status, refusal.code.as_str()), (400, PARAMETER), "{operation} {most}");
        }
        let other = with(asked.clone(), json!({ "nextToken": "x" }));
        eks.call(operation, &other).refused(400, PARAMETER, "Invalid nextToken");
        eks.call(operation, &asked).ok();
    }
}

/// What else members cannot be, of operations that other tests do not ask so.
#[test]
fn members_that_cannot_be_are_refused() {
    let (server, eks) = start();
    cluster(&server, "one");
    for operation in ["DescribeAddon", "DeleteAddon"] {
        let refusal = eks.call(operation, &json!({ "clusterName": "-", "addonName": "coredns" })).refusal();
        assert_eq!((refusal.status, refusal.code.as_str()), (400, PARAMETER), "{operation}");
    }
    let of = json!({ "clusterName": "one" });
    let principal = role(&server, "entry", "ec2.amazonaws.com");
    let entry = with(of.clone(), json!({ "principalArn": principal }));
    eks.call("CreateAccessEntry", &entry).ok();
    eks.call("CreateAddon", &with(of.clone(), json!({ "addonName": "coredns" }))).ok();
    let pods = role(&server, "pods", "pods.eks.amazonaws.com");
    let asked = with(of.clone(), json!({ "namespace": "n", "serviceAccount": "s", "roleArn": pods }));
    let id = eks.call("CreatePodIdentityAssociation", &asked).ok().text("association.associationId");
    refuses(
        &eks,
        &[
            (
                "UpdateAccessEntry",
                with(entry, json!({ "kubernetesGroups": ["system:masters"] })),
                400,
                PARAMETER,
                "The kubernetes group name system:masters is invalid, it cannot start with system:",
            ),
            (
                "UpdateAddon",
                with(of.clone(), json!({ "addonName": "coredns", "addonVersion": "v0" })),
                400,
                PARAMETER,
                "Addon version specified is not supported",
            ),
            (
                "UpdatePodIdentityAssociation",
                with(of, json!({ "associationId": id, "roleArn": principal })),
                400,
                PARAMETER,
                "Trust policy of the role provided is invalid.",
            ),
        ],
    );
}
