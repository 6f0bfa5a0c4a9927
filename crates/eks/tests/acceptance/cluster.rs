//! Clusters.

use super::*;

#[test]
fn a_cluster_is_made_shown_and_deleted() {
    let (server, eks) = start_real();
    let asked = with(wish(&server, "one"), json!({ "tags": { "team": "red" }, "version": "1.33" }));
    let made = eks.call("CreateCluster", &asked).ok().tree()["cluster"].clone();
    assert_eq!(
        (&made["name"], &made["status"], &made["version"]),
        (&json!("one"), &json!("CREATING"), &json!("1.33"))
    );
    assert_eq!(made["arn"], "arn:aws:eks:us-east-1:000000000000:cluster/one");
    assert_eq!(made["certificateAuthority"], json!({}));
    assert!(made["endpoint"].is_null() && made["identity"].is_null());
    let network = &made["resourcesVpcConfig"];
    assert!(network["clusterSecurityGroupId"].is_null());
    assert_eq!(network["publicAccessCidrs"], json!(["0.0.0.0/0"]));
    assert_eq!(network["endpointPublicAccess"], true);
    assert_eq!(made["kubernetesNetworkConfig"]["serviceIpv4Cidr"], "10.100.0.0/16");
    assert_eq!(made["kubernetesNetworkConfig"]["elasticLoadBalancing"], json!({ "enabled": false }));
    assert_eq!(made["accessConfig"], json!({ "authenticationMode": "API_AND_CONFIG_MAP" }));
    assert_eq!(made["upgradePolicy"], json!({ "supportType": "EXTENDED" }));
    assert_eq!(made["logging"]["clusterLogging"][0]["enabled"], false);
    assert_eq!(made["tags"], json!({ "team": "red" }));
    assert!(made["encryptionConfig"].is_null());
    let describe = || eks.call("DescribeCluster", &json!({ "name": "one" })).ok().tree()["cluster"].clone();
    assert_eq!(describe()["status"], "CREATING");
    advance(&server, "10m");
    let active = describe();
    assert_eq!(active["status"], "ACTIVE");
    let endpoint = active["endpoint"].as_str().unwrap();
    let (id, rest) = endpoint.strip_prefix("https://").unwrap().split_once('.').unwrap();
    assert!(id.len() == 32 && id.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase()), "{endpoint}");
    assert!(rest.ends_with(".us-east-1.eks.amazonaws.com"), "{endpoint}");
    assert_eq!(
        active["identity"]["oidc"]["issuer"],
        format!("https://oidc.eks.us-east-1.amazonaws.com/id/{id}")
    );
    assert_eq!(active["health"], json!({ "issues": [] }));
    assert!(
        active["certificateAuthority"]["data"]
            .as_str()
            .unwrap()
            .starts_with("LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0t")
    );
    // Its group and its interfaces are seen in the network.
    let ec2 = server.client("ec2");
    let group = active["resourcesVpcConfig"]["clusterSecurityGroupId"].as_str().unwrap();
    let groups = ec2.call("DescribeSecurityGroups", &json!({ "GroupId": [group] })).ok();
    assert!(groups.text("securityGroupInfo.item.groupName").starts_with("eks-cluster-sg-one-"));
    let interfaces = json!({ "Filter": [{ "Name": "description", "Value": ["Amazon EKS one"] }] });
    let found = ec2.call("DescribeNetworkInterfaces", &interfaces).ok();
    assert_eq!(found.texts("networkInterfaceSet.item.groupSet.item.groupId"), [group, group]);
    assert_eq!(found.texts("networkInterfaceSet.item.requesterManaged"), ["true", "true"]);
    let held = ec2.call("DeleteSecurityGroup", &json!({ "GroupId": group })).refusal();
    assert_eq!(held.code, "DependencyViolation");
    let gone = eks.call("DeleteCluster", &json!({ "name": "one" })).ok();
    assert_eq!(gone.text("cluster.status"), "DELETING");
    assert_eq!(describe()["status"], "DELETING");
    advance(&server, "4m");
    let refusal = eks.call("DescribeCluster", &json!({ "name": "one" })).refused(
        404,
        NOT_FOUND,
        "No cluster found for name: one.",
    );
    assert_eq!(refusal.members.get("clusterName").map(String::as_str), Some("null"));
    assert!(
        ec2.call("DescribeNetworkInterfaces", &interfaces).ok().texts("networkInterfaceSet.item").is_empty()
    );
    assert_eq!(
        ec2.call("DescribeSecurityGroups", &json!({ "GroupId": [group] })).refusal().code,
        "InvalidGroup.NotFound"
    );
}

#[test]
fn a_call_that_is_repeated_makes_nothing_again() {
    let (server, eks) = start();
    let asked = with(wish(&server, "one"), json!({ "clientRequestToken": "t1" }));
    let first = eks.call("CreateCluster", &asked).ok().tree();
    let again = eks.call("CreateCluster", &asked).ok().tree();
    assert_eq!(first["cluster"]["createdAt"], again["cluster"]["createdAt"]);
    let other = with(asked.clone(), json!({ "version": "1.32" }));
    let sentence = "The client request token was already used with different parameters.";
    eks.call("CreateCluster", &other).refused(400, PARAMETER, sentence);
    let other = with(asked, json!({ "clientRequestToken": "t2" }));
    let refusal =
        eks.call("CreateCluster", &other).refused(409, IN_USE, "Cluster already exists with name: one");
    assert_eq!(refusal.members.get("clusterName").map(String::as_str), Some("one"));
    assert_eq!(refusal.members.get("nodegroupName").map(String::as_str), Some("null"));
}

/// Sources: threads of terraform-provider-aws, eksctl and aws-cdk, moto, and cdk-preflight (GitHub, badmintoncryer, rules/eks);
/// those of CIDRs, groups and subnets that are missing are of the API reference alone.
#[test]
fn what_no_cluster_can_be_is_refused() {
    let (server, eks) = start();
    let good = wish(&server, "bad");
    let subnets = subnets(&server);
    let role = good["roleArn"].as_str().unwrap();
    let network = |more: Value| {
        let own = with(json!({ "subnetIds": [subnets[0], subnets[1]] }), more);
        with(good.clone(), json!({ "resourcesVpcConfig": own }))
    };
    let and = |more: Value| with(good.clone(), more);
    let services = |block: &str| and(json!({ "kubernetesNetworkConfig": { "serviceIpv4Cidr": block } }));
    let zone_3 = server.client("ec2").call(
        "DescribeSubnets",
        &json!({ "Filter": [{ "Name": "availability-zone-id", "Value": ["use1-az3"] }] }),
    );
    let zone_3 = zone_3.ok().text("subnetSet.item.subnetId");
    let on = json!({ "enabled": true });
    let bad_size = "Invalid Cluster Service Ipv4 CIDR 10.0.0.0/25 for the cluster bad, must have netmask size between /12 and \
                    /24 inclusive";
    let bad_range =
        "Invalid Cluster Service Ipv4 CIDR 11.0.0.0/16 for the cluster bad, must be within RFC1918 range";
    refuses(
        &eks,
        &[
            (
                "CreateCluster",
                and(json!({ "roleArn": "nothing" })),
                400,
                PARAMETER,
                "Invalid Role Arn: 'nothing'",
            ),
            (
                "CreateCluster",
                and(json!({ "roleArn": "arn:aws:iam::000000000000:role/none" })),
                400,
                PARAMETER,
                "Role with arn: arn:aws:iam::000000000000:role/none, could not be assumed because it does not exist or the \
             trusted entity is not correct",
            ),
            (
                "CreateCluster",
                and(json!({ "version": "1.20" })),
                400,
                PARAMETER,
                "unsupported Kubernetes version 1.20",
            ),
            (
                "CreateCluster",
                and(json!({ "version": "1.37" })),
                400,
                PARAMETER,
                "unsupported Kubernetes version 1.37",
            ),
            (
                "CreateCluster",
                network(json!({ "subnetIds": [subnets[0]] })),
                400,
                PARAMETER,
                "Subnets specified must be in at least two different AZs",
            ),
            (
                "CreateCluster",
                network(json!({ "subnetIds": ["subnet-1", subnets[0]] })),
                400,
                PARAMETER,
                "The subnet ID 'subnet-1' does not exist",
            ),
            (
                "CreateCluster",
                network(json!({ "securityGroupIds": ["sg-1"] })),
                400,
                PARAMETER,
                "The security group ID 'sg-1' does not exist",
            ),
            (
                "CreateCluster",
                network(json!({ "endpointPublicAccess": false })),
                400,
                PARAMETER,
                "Private and public endpoint access cannot be false",
            ),
            (
                "CreateCluster",
                network(json!({ "publicAccessCidrs": ["10.0.0.0/8", "1.2.3.4"] })),
                400,
                PARAMETER,
                "The following CIDRs are invalid in publicAccessCidrs: [1.2.3.4]",
            ),
            ("CreateCluster", services("10.0.0.0/25"), 400, PARAMETER, bad_size),
            ("CreateCluster", services("11.0.0.0/16"), 400, PARAMETER, bad_range),
            (
                "CreateCluster",
                services("tens"),
                400,
                PARAMETER,
                "serviceIpv4Cidr tens is not a valid CIDR block",
            ),
            (
                "CreateCluster",
                and(json!({ "roleArn": "arn:aws:iam::999999999999:role/r" })),
                403,
                "AccessDeniedException",
                "Cross-account pass role is not allowed.",
            ),
            (
                "CreateCluster",
                services("172.31.0.0/16"),
                400,
                PARAMETER,
                "serviceIpv4Cidr 172.31.0.0/16 overlaps with a CIDR block of the VPC",
            ),
            (
                "CreateCluster",
                and(json!({ "accessConfig": { "bootstrapClusterCreatorAdminPermissions": false } })),
                400,
                PARAMETER,
                "bootstrapClusterCreatorAdminPermissions must be true if the authentication mode is CONFIG_MAP",
            ),
            (
                "CreateCluster",
                and(json!({ "computeConfig": on })),
                400,
                PARAMETER,
                "For EKS Auto Mode, please ensure that all required configs, including computeConfig, \
             kubernetesNetworkConfig, and blockStorage are all either fully enabled or fully disabled.",
            ),
            (
                "CreateCluster",
                and(json!({
                    "computeConfig": on,
                    "storageConfig": { "blockStorage": on },
                    "kubernetesNetworkConfig": { "elasticLoadBalancing": on },
                })),
                400,
                PARAMETER,
                "When EKS Auto Mode is enabled, bootstrapSelfManagedAddons must be set to false.",
            ),
            (
                "CreateCluster",
                and(json!({ "tags": { "aws:x": "y" } })),
                400,
                PARAMETER,
                "Tag keys that start with aws: are reserved for system use",
            ),
        ],
    );
    let zones = server.client("ec2").call("DescribeAvailabilityZones", &json!({})).ok();
    let ids = zones.texts("availabilityZoneInfo.item.zoneId").into_iter();
    let zones: Vec<(String, String)> = ids.zip(zones.texts("availabilityZoneInfo.item.zoneName")).collect();
    let (full, valid): (Vec<_>, Vec<_>) = zones.into_iter().partition(|(id, _)| id == "use1-az3");
    let valid: Vec<String> = valid.into_iter().map(|(_, name)| name).collect();
    let sentence = format!(
        "Cannot create cluster 'bad' because {}, the targeted availability zone, does not currently have sufficient \
         capacity to support the cluster. Retry and choose from these availability zones: {}",
        full[0].1,
        valid.join(", ")
    );
    let refusal = eks.call("CreateCluster", &network(json!({ "subnetIds": [subnets[0], zone_3] }))).refused(
        400,
        "UnsupportedAvailabilityZoneException",
        &sentence,
    );
    assert_eq!(refusal.members["validZones"], valid.concat());
    // A role that trusts somebody else.
    let other = super::role(&server, "other", "ec2.amazonaws.com");
    let sentence = format!(
        "Role with arn: {other}, could not be assumed because it does not exist or the trusted entity is not correct"
    );
    eks.call("CreateCluster", &and(json!({ "roleArn": other }))).refused(400, PARAMETER, &sentence);
    assert_ne!(role, other);
    assert!(eks.call("ListClusters", &json!({})).ok().texts("clusters").is_empty());
}

#[test]
fn clusters_are_listed_by_account_and_region() {
    let (server, eks) = start();
    cluster(&server, "b");
    cluster(&server, "a");
    let page = eks.call("ListClusters", &json!({ "maxResults": 1 })).ok();
    assert_eq!(page.texts("clusters"), ["a"]);
    let next =
        eks.call("ListClusters", &json!({ "maxResults": 1, "nextToken": page.text("nextToken") })).ok();
    assert_eq!(next.texts("clusters"), ["b"]);
    assert!(next.tree()["nextToken"].is_null());
    eks.call("ListClusters", &json!({ "nextToken": "x" })).refused(400, PARAMETER, "Invalid nextToken");
    for other in
        [server.client("eks").region("eu-west-1"), server.client("eks").key("111111111111", "test", None)]
    {
        assert!(other.call("ListClusters", &json!({})).ok().texts("clusters").is_empty());
        let refusal = other.call("DescribeCluster", &json!({ "name": "a" })).refusal();
        assert_eq!((refusal.status, refusal.code.as_str()), (404, NOT_FOUND));
    }
}

#[test]
fn auto_mode_brings_entries_of_its_roles() {
    let (server, eks) = start();
    let node = role(&server, "node", "ec2.amazonaws.com");
    let on = json!({ "enabled": true });
    let asked = with(
        wish(&server, "auto"),
        json!({
            "bootstrapSelfManagedAddons": false,
            "computeConfig": { "enabled": true, "nodePools": ["system", "general-purpose"], "nodeRoleArn": node },
            "storageConfig": { "blockStorage": on },
            "kubernetesNetworkConfig": { "elasticLoadBalancing": on },
        }),
    );
    eks.call("CreateCluster", &asked).ok();
    let made = eks.call("DescribeCluster", &json!({ "name": "auto" })).ok().tree();
    assert_eq!(made["cluster"]["computeConfig"]["nodePools"], json!(["system", "general-purpose"]));
    assert_eq!(made["cluster"]["storageConfig"]["blockStorage"]["enabled"], true);
    let entry = json!({ "clusterName": "auto", "principalArn": node });
    assert_eq!(eks.call("DescribeAccessEntry", &entry).ok().text("accessEntry.type"), "EC2");
    let policies = eks.call("ListAssociatedAccessPolicies", &entry).ok();
    assert!(policies.text("associatedAccessPolicies.policyArn").ends_with("/AmazonEKSAutoNodePolicy"));
    // The three switches go together, and the role of nodes stays.
    let off = json!({ "enabled": false });
    refuses(
        &eks,
        &[
            (
                "UpdateClusterConfig",
                json!({ "name": "auto", "computeConfig": off }),
                400,
                PARAMETER,
                "For EKS Auto Mode, please ensure that all required configs, including computeConfig, \
             kubernetesNetworkConfig, and blockStorage are all either fully enabled or fully disabled.",
            ),
            (
                "UpdateClusterConfig",
                json!({
                    "name": "auto",
                    "computeConfig": { "enabled": true, "nodeRoleArn": role(&server, "node2", "ec2.amazonaws.com") },
                    "storageConfig": { "blockStorage": on },
                    "kubernetesNetworkConfig": { "elasticLoadBalancing": on },
                }),
                400,
                PARAMETER,
                "nodeRoleArn cannot be changed after EKS Auto Mode is enabled",
            ),
        ],
    );
    let update = eks.call(
        "UpdateClusterConfig",
        &json!({
            "name": "auto",
            "computeConfig": off,
            "storageConfig": { "blockStorage": off },
            "kubernetesNetworkConfig": { "elasticLoadBalancing": off },
        }),
    );
    assert_eq!(update.ok().text("update.type"), "AutoModeUpdate");
    let made = eks.call("DescribeCluster", &json!({ "name": "auto" })).ok().tree();
    assert_eq!(made["cluster"]["computeConfig"]["enabled"], false);
}

#[test]
fn a_protected_cluster_stays() {
    let (server, eks) = start();
    eks.call("CreateCluster", &with(wish(&server, "kept"), json!({ "deletionProtection": true }))).ok();
    let name = json!({ "name": "kept" });
    let sentence = "Cluster kept cannot be deleted because deletion protection is enabled";
    eks.call("DeleteCluster", &name).refused(400, REQUEST, sentence);
    let update =
        eks.call("UpdateClusterConfig", &with(name.clone(), json!({ "deletionProtection": false }))).ok();
    assert_eq!(update.text("update.type"), "DeletionProtectionUpdate");
    assert_eq!(
        update.tree()["update"]["params"],
        json!([{ "type": "DeletionProtection", "value": "false" }])
    );
    eks.call("DeleteCluster", &name).ok();
}

/// Whoever makes a cluster becomes its administrator; the role of EKS itself looks into it.
#[test]
fn the_creator_enters() {
    let (server, eks) = start();
    cluster(&server, "one");
    let entries = eks.call("ListAccessEntries", &json!({ "clusterName": "one" })).ok().texts("accessEntries");
    let own = format!("arn:aws:iam::{ACCOUNT}:root");
    assert!(entries.contains(&own), "{entries:?}");
    assert!(entries.iter().any(|arn| arn.ends_with("/AWSServiceRoleForAmazonEKS")), "{entries:?}");
    let found = server.client("iam").call("GetRole", &json!({ "RoleName": "AWSServiceRoleForAmazonEKS" }));
    assert_eq!(found.ok().text("GetRoleResult.Role.Path"), "/aws-service-role/eks.amazonaws.com/");
    let of = json!({ "clusterName": "one", "principalArn": own });
    let policies = eks.call("ListAssociatedAccessPolicies", &of).ok();
    assert_eq!(
        policies.tree()["associatedAccessPolicies"][0]["accessScope"],
        json!({ "type": "cluster", "namespaces": [] })
    );
    assert!(policies.text("associatedAccessPolicies.policyArn").ends_with("/AmazonEKSClusterAdminPolicy"));
}

/// A cluster outlives its server: what it is, its keys and its states.
#[test]
fn a_cluster_survives_the_end_of_its_server() {
    let (mut server, eks) = start();
    cluster(&server, "one");
    let before = eks.call("DescribeCluster", &json!({ "name": "one" })).ok().tree();
    server.kill();
    server.restart();
    let after = server.client("eks").call("DescribeCluster", &json!({ "name": "one" })).ok().tree();
    assert_eq!(before, after);
}

/// What a cluster is on its way to is not forgotten with the server.
#[test]
fn a_cluster_that_is_being_made_is_made_after_a_crash() {
    let (mut server, eks) = start_real();
    cluster(&server, "one");
    let before = eks.call("DescribeCluster", &json!({ "name": "one" })).ok();
    assert_eq!(before.text("cluster.status"), "CREATING");
    server.kill();
    server.restart();
    advance(&server, "10m");
    let after = server.client("eks").call("DescribeCluster", &json!({ "name": "one" })).ok();
    assert_eq!(after.text("cluster.status"), "ACTIVE");
}
