//! What policies decide about clusters and what is in them, where they are enforced.

use super::*;

/// Requests name an add-on without the end of its ARN, and an access entry by its principal.
#[test]
fn tags_of_what_a_request_names_in_part_decide() {
    let (mut server, eks) = start();
    cluster(&server, "one");
    for (name, team) in [("coredns", "red"), ("vpc-cni", "blue")] {
        let asked = json!({ "clusterName": "one", "addonName": name, "tags": { "team": team } });
        eks.call("CreateAddon", &asked).ok();
    }
    let iam = server.client("iam");
    iam.call("CreateUser", &json!({ "UserName": "ann" })).ok();
    let policy = json!({
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": "eks:DescribeAddon",
                "Resource": "arn:aws:eks:us-east-1:000000000000:addon/one/*",
                "Condition": { "StringEquals": { "aws:ResourceTag/team": "red" } },
            },
            {
                "Effect": "Allow",
                "Action": ["eks:CreateCluster", "eks:CreateFargateProfile"],
                "Resource": "*",
            },
            {
                "Effect": "Allow",
                "Action": "iam:PassRole",
                "Resource": "arn:aws:iam::000000000000:role/run",
            },
        ],
    });
    let asked = json!({ "UserName": "ann", "PolicyName": "own", "PolicyDocument": policy.to_string() });
    iam.call("PutUserPolicy", &asked).ok();
    let key = iam.call("CreateAccessKey", &json!({ "UserName": "ann" })).ok();
    let of = |member: &str| key.text(&format!("CreateAccessKeyResult.AccessKey.{member}"));
    let (id, secret) = (of("AccessKeyId"), of("SecretAccessKey"));
    let more = wish(&server, "two");
    let profile = json!({
        "clusterName": "one",
        "fargateProfileName": "p",
        "podExecutionRoleArn": role(&server, "run", "eks-fargate-pods.amazonaws.com"),
        "selectors": [{ "namespace": "default" }],
    });
    server.restart_with(&["--iam", "enforce"]);
    let ann = server.client("eks").key(&id, &secret, None);
    let read = |name: &str| ann.call("DescribeAddon", &json!({ "clusterName": "one", "addonName": name }));
    assert_eq!(read("coredns").ok().text("addon.addonName"), "coredns");
    let refusal = read("vpc-cni").refusal();
    assert_eq!((refusal.status, refusal.code.as_str()), (403, "AccessDeniedException"));
    let sentence = "User: arn:aws:iam::000000000000:user/ann is not authorized to perform: eks:DescribeAddon on resource: \
                    arn:aws:eks:us-east-1:000000000000:addon/one/vpc-cni/";
    assert!(refusal.message.starts_with(sentence), "{}", refusal.message);
    // Whoever makes a cluster has to be allowed to pass its role.
    let refusal = ann.call("CreateCluster", &more).refusal();
    assert_eq!((refusal.status, refusal.code.as_str()), (403, "AccessDeniedException"));
    assert!(refusal.message.contains("iam:PassRole"), "{}", refusal.message);
    // What no policy allows is denied.
    let capability = json!({ "clusterName": "one", "capabilityName": "c" });
    let kind = json!({ "type": "ACK", "roleArn": "r", "deletePropagationPolicy": "RETAIN" });
    let connector = json!({ "connectorConfig": { "roleArn": "r", "provider": "OTHER" } });
    let named = json!({ "name": "away" });
    for (operation, asked) in [
        ("CreateCapability", with(capability.clone(), kind)),
        ("DescribeCapability", capability.clone()),
        ("UpdateCapability", capability.clone()),
        ("DeleteCapability", capability),
        ("RegisterCluster", with(named.clone(), connector)),
        ("DeregisterCluster", named),
    ] {
        let refusal = ann.call(operation, &asked).refusal();
        assert_eq!((refusal.status, refusal.code.as_str()), (403, "AccessDeniedException"), "{operation}");
        let sentence = format!(
            "User: arn:aws:iam::000000000000:user/ann is not authorized to perform: eks:{operation} on"
        );
        assert!(refusal.message.starts_with(&sentence), "{}", refusal.message);
    }
    // So has whoever uses a service first to make the role that it needs.
    let sentence = "Failed to create service linked role: AWSServiceRoleForAmazonEKSForFargate due to missing permissions for \
                    'iam:CreateServiceLinkedRole'";
    ann.call("CreateFargateProfile", &profile).refused(400, REQUEST, sentence);
}

/// A user with these statements, where policies are enforced from now on.
#[track_caller]
fn enforced(server: &mut Server, statements: &Value) -> Client {
    let iam = server.client("iam");
    iam.call("CreateUser", &json!({ "UserName": "bob" })).ok();
    let policy = json!({ "Version": "2012-10-17", "Statement": statements });
    let asked = json!({ "UserName": "bob", "PolicyName": "own", "PolicyDocument": policy.to_string() });
    iam.call("PutUserPolicy", &asked).ok();
    let key = iam.call("CreateAccessKey", &json!({ "UserName": "bob" })).ok();
    let of = |member: &str| key.text(&format!("CreateAccessKeyResult.AccessKey.{member}"));
    let (id, secret) = (of("AccessKeyId"), of("SecretAccessKey"));
    server.restart_with(&["--iam", "enforce"]);
    server.client("eks").key(&id, &secret, None)
}

/// Source: Service Authorization Reference, "Condition keys for Amazon Elastic Kubernetes Service".
#[test]
fn what_a_request_sets_decides() {
    let (mut server, eks) = start();
    cluster(&server, "one");
    eks.call("CreateCluster", &with(wish(&server, "old"), json!({ "version": "1.32" }))).ok();
    let good = wish(&server, "new");
    let key = "arn:aws:kms:us-east-1:000000000000:key/k";
    let deny = |action: &str, operator: &str, name: &str, value: &str| {
        json!({
            "Effect": "Deny",
            "Action": format!("eks:{action}"),
            "Resource": "*",
            "Condition": { operator: { name: value } },
        })
    };
    let both = "*Cluster*";
    let bob = enforced(
        &mut server,
        &json!([
            { "Effect": "Allow", "Action": "*", "Resource": "*" },
            deny(both, "Bool", "eks:endpointPublicAccess", "false"),
            deny(both, "Bool", "eks:endpointPrivateAccess", "true"),
            deny(both, "StringEquals", "eks:authenticationMode", "API"),
            deny(both, "StringEquals", "eks:supportType", "STANDARD"),
            deny(both, "StringEquals", "eks:kubernetesVersion", "1.34"),
            deny(both, "StringEquals", "eks:controlPlaneScalingTier", "tier-8xl"),
            deny(both, "StringEquals", "eks:controlPlaneEgressMode", "CUSTOMER_ROUTED"),
            deny(both, "Bool", "eks:deletionProtection", "true"),
            deny(both, "Bool", "eks:zonalShiftEnabled", "true"),
            deny(both, "Bool", "eks:loggingType/audit", "false"),
            deny(both, "Bool", "eks:kubeApiServerConfig", "true"),
            deny(both, "Bool", "eks:bootstrapSelfManagedAddons", "false"),
            deny("*", "ForAnyValue:ArnEquals", "eks:encryptionConfigProviderKeyArns", key),
        ]),
    );
    let refused = |operation: &str, asked: Value| {
        let refusal = bob.call(operation, &asked).refusal();
        let found = (refusal.status, refusal.code.as_str());
        assert_eq!(found, (403, "AccessDeniedException"), "{operation} {asked}: {}", refusal.message);
        let sentence = format!("is not authorized to perform: eks:{operation} on resource:");
        assert!(refusal.message.contains(&sentence), "{}", refusal.message);
    };
    let network = |more: Value| json!({ "resourcesVpcConfig": more });
    let logs = |enabled: bool| json!({ "logging": { "clusterLogging": [{ "types": ["api", "audit"], "enabled": enabled }] } });
    for change in [
        network(json!({ "endpointPrivateAccess": true })),
        network(json!({ "controlPlaneEgressMode": "CUSTOMER_ROUTED" })),
        json!({ "accessConfig": { "authenticationMode": "API" } }),
        json!({ "upgradePolicy": { "supportType": "STANDARD" } }),
        json!({ "controlPlaneScalingConfig": { "tier": "tier-8xl" } }),
        json!({ "deletionProtection": true }),
        json!({ "zonalShiftConfig": { "enabled": true } }),
        json!({ "kubeApiServerConfig": { "eventTtl": "10m" } }),
        logs(false),
    ] {
        let mut asked = with(good.clone(), change.clone());
        if asked["resourcesVpcConfig"]["subnetIds"].is_null() {
            asked["resourcesVpcConfig"]["subnetIds"] = good["resourcesVpcConfig"]["subnetIds"].clone();
        }
        refused("CreateCluster", asked);
        refused("UpdateClusterConfig", with(json!({ "name": "one" }), change));
    }
    refused("CreateCluster", with(good.clone(), json!({ "version": "1.34" })));
    refused("UpdateClusterVersion", json!({ "name": "one", "version": "1.34" }));
    refused("CreateCluster", with(good.clone(), json!({ "bootstrapSelfManagedAddons": false })));
    let secrets =
        json!({ "encryptionConfig": [{ "resources": ["secrets"], "provider": { "keyArn": key } }] });
    refused("CreateCluster", with(good.clone(), secrets.clone()));
    refused("AssociateEncryptionConfig", with(json!({ "clusterName": "one" }), secrets));
    // What nobody sets is in no condition's way.
    bob.call("CreateCluster", &with(good, logs(true))).ok();
    bob.call("UpdateClusterConfig", &with(json!({ "name": "one" }), logs(true))).ok();
    bob.call("UpdateClusterVersion", &json!({ "name": "old", "version": "1.33" })).ok();
}

/// Whoever lets EKS act by a role has to be allowed to pass it, with changes too.
#[test]
fn roles_are_passed_with_changes_too() {
    let (mut server, eks) = start();
    cluster(&server, "one");
    let ack = role(&server, "ack", "capabilities.eks.amazonaws.com");
    let of = json!({ "clusterName": "one", "capabilityName": "c" });
    let kind = json!({ "type": "ACK", "roleArn": ack, "deletePropagationPolicy": "RETAIN" });
    eks.call("CreateCapability", &with(of.clone(), kind)).ok();
    let node = role(&server, "node", "ec2.amazonaws.com");
    let on = json!({ "enabled": true });
    let auto = json!({
        "name": "one",
        "computeConfig": { "enabled": true, "nodePools": ["system"], "nodeRoleArn": node },
        "storageConfig": { "blockStorage": on },
        "kubernetesNetworkConfig": { "elasticLoadBalancing": on },
    });
    let bob = enforced(&mut server, &json!([{ "Effect": "Allow", "Action": "eks:*", "Resource": "*" }]));
    let entry = json!({ "clusterName": "one", "principalArn": node });
    for (operation, asked, role) in [
        ("UpdateCapability", with(of, json!({ "roleArn": ack })), &ack),
        ("UpdateClusterConfig", auto, &node),
        ("CreateAccessEntry", with(entry.clone(), json!({ "type": "EC2_LINUX" })), &node),
    ] {
        let refusal = bob.call(operation, &asked).refusal();
        assert_eq!((refusal.status, refusal.code.as_str()), (403, "AccessDeniedException"), "{operation}");
        let sentence = format!("is not authorized to perform: iam:PassRole on resource: {role}");
        assert!(refusal.message.contains(&sentence), "{operation}: {}", refusal.message);
    }
    // Whoever enters as a person is not acted by.
    bob.call("CreateAccessEntry", &entry).ok();
}
