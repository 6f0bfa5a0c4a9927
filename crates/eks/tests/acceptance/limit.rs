//! How many of each there may be, and how the lists of them are read on.

use super::*;

/// Source: EKS user guide, "View and manage Amazon EKS and Fargate service quotas".
#[test]
fn there_are_limits_of_what_stands_in_a_cluster() {
    let (server, eks) = start();
    cluster(&server, "one");
    let of = json!({ "clusterName": "one" });
    let pods = role(&server, "pods", "pods.eks.amazonaws.com");
    let association =
        |name: String| with(of.clone(), json!({ "namespace": "n", "serviceAccount": name, "roleArn": pods }));
    for number in 0..1000 {
        eks.call("CreatePodIdentityAssociation", &association(format!("s{number}"))).ok();
    }
    let sentence = "The pod identity association limit of 1000 for the cluster has been exceeded.";
    eks.call("CreatePodIdentityAssociation", &association("more".to_owned())).refused(400, LIMIT, sentence);
    // The creator of the cluster and EKS itself have an entry each.
    let entry = |number: u32| {
        let principal = role(&server, &format!("r{number}"), "ec2.amazonaws.com");
        with(of.clone(), json!({ "principalArn": principal }))
    };
    for number in 0..2498 {
        eks.call("CreateAccessEntry", &entry(number)).ok();
    }
    let sentence = "The access entry limit of 2500 for the cluster has been exceeded.";
    eks.call("CreateAccessEntry", &entry(2498)).refused(400, LIMIT, sentence);
    let agent = role(&server, "agent", "ssm.amazonaws.com");
    let asked = |number: u32| {
        let connector = json!({ "roleArn": agent, "provider": "OTHER" });
        json!({ "name": format!("away{number}"), "connectorConfig": connector })
    };
    for number in 0..10 {
        eks.call("RegisterCluster", &asked(number)).ok();
    }
    let sentence = "The limit of 10 registered clusters in this Region has been exceeded.";
    eks.call("RegisterCluster", &asked(10)).refused(400, LIMIT, sentence);
}

/// A VPC of its own, whose subnets nothing leads out of.
#[track_caller]
fn closed(server: &Server) -> Value {
    let ec2 = server.client("ec2");
    let vpc = ec2.call("CreateVpc", &json!({ "CidrBlock": "10.0.0.0/16" })).ok().text("vpc.vpcId");
    let made = [("10.0.1.0/24", "use1-az1"), ("10.0.2.0/24", "use1-az2")].map(|(block, zone)| {
        let asked = json!({ "VpcId": vpc, "CidrBlock": block, "AvailabilityZoneId": zone });
        ec2.call("CreateSubnet", &asked).ok().text("subnet.subnetId")
    });
    json!({ "resourcesVpcConfig": { "subnetIds": made } })
}

#[test]
fn lists_of_what_stands_in_a_cluster_are_read_on() {
    let (server, eks) = start();
    eks.call("CreateCluster", &with(wish(&server, "one"), closed(&server))).ok();
    let of = json!({ "clusterName": "one" });
    let and = |more: Value| with(of.clone(), more);
    let run = role(&server, "run", "eks-fargate-pods.amazonaws.com");
    let profile = |name: String| {
        let selectors = json!([{ "namespace": "n" }]);
        and(
            json!({ "fargateProfileName": name, "podExecutionRoleArn": run, "selectors": selectors, "tags": { "a": "b" } }),
        )
    };
    for number in 0..10 {
        eks.call("CreateFargateProfile", &profile(format!("p{number}"))).ok();
    }
    let sentence = "The Fargate profile limit of 10 for the cluster has been exceeded.";
    eks.call("CreateFargateProfile", &profile("more".to_owned())).refused(400, LIMIT, sentence);
    let pods = role(&server, "pods", "pods.eks.amazonaws.com");
    for name in ["a", "b"] {
        let asked = and(json!({ "namespace": "n", "serviceAccount": name, "roleArn": pods }));
        let id = eks.call("CreatePodIdentityAssociation", &asked).ok().text("association.associationId");
        let shown = eks.call("DescribePodIdentityAssociation", &and(json!({ "associationId": id }))).ok();
        assert_eq!(shown.text("association.serviceAccount"), name);
        eks.call(
            "CreateAddon",
            &and(json!({ "addonName": if name == "a" { "coredns" } else { "vpc-cni" } })),
        )
        .ok();
        let term = json!({ "duration": 12, "unit": "MONTHS" });
        let asked = json!({ "name": name, "term": term, "licenseQuantity": 1, "licenseType": "Cluster" });
        eks.call("CreateEksAnywhereSubscription", &asked).ok();
        let oidc = json!({ "identityProviderConfigName": name, "issuerUrl": format!("https://{name}.com"), "clientId": "c" });
        eks.call("AssociateIdentityProviderConfig", &and(json!({ "oidc": oidc }))).ok();
        eks.call("UpdateClusterConfig", &json!({ "name": "one", "deletionProtection": name == "a" })).ok();
    }
    let ack = role(&server, "ack", "capabilities.eks.amazonaws.com");
    for kind in ["ACK", "KRO"] {
        let asked = json!({ "capabilityName": kind.to_lowercase(), "type": kind, "roleArn": ack, "deletePropagationPolicy": "RETAIN" });
        eks.call("CreateCapability", &and(asked)).ok();
    }
    eks.call("CreateCertificateAuthority", &of).ok();
    let principal = role(&server, "entry", "ec2.amazonaws.com");
    let entry = and(json!({ "principalArn": principal }));
    eks.call("CreateAccessEntry", &entry).ok();
    for name in ["AmazonEKSViewPolicy", "AmazonEKSEditPolicy"] {
        let policy = format!("arn:aws:eks::aws:cluster-access-policy/{name}");
        let asked = json!({ "policyArn": policy, "accessScope": { "type": "cluster" } });
        eks.call("AssociateAccessPolicy", &with(entry.clone(), asked)).ok();
    }
    for (operation, asked, path) in [
        ("ListAccessPolicies", json!({}), "accessPolicies.name"),
        ("ListAddons", of.clone(), "addons"),
        ("ListAssociatedAccessPolicies", entry, "associatedAccessPolicies.policyArn"),
        ("ListCapabilities", of.clone(), "capabilities.capabilityName"),
        ("ListCertificateAuthorities", of.clone(), "certificateAuthorities.id"),
        ("ListEksAnywhereSubscriptions", json!({}), "subscriptions.id"),
        ("ListFargateProfiles", of.clone(), "fargateProfileNames"),
        ("ListIdentityProviderConfigs", of.clone(), "identityProviderConfigs.name"),
        ("ListPodIdentityAssociations", of.clone(), "associations.associationId"),
        ("ListUpdates", json!({ "name": "one" }), "updateIds"),
    ] {
        let all = eks.call(operation, &asked).ok().texts(path);
        assert!(all.len() > 1, "{operation}: {all:?}");
        let first = eks.call(operation, &with(asked.clone(), json!({ "maxResults": 1 }))).ok();
        let more = json!({ "maxResults": 100, "nextToken": first.text("nextToken") });
        let rest = eks.call(operation, &with(asked, more)).ok();
        assert_eq!([first.texts(path), rest.texts(path)].concat(), all, "{operation}");
        assert!(rest.tree()["nextToken"].is_null(), "{operation}");
    }
}

#[test]
fn nothing_is_tagged_that_is_not_there() {
    let (_server, eks) = start();
    let arn = "arn:aws:eks:us-east-1:000000000000:cluster/none";
    let sentence = format!("Resource was not found: {arn}");
    for (operation, more) in [
        ("TagResource", json!({ "tags": { "a": "b" } })),
        ("UntagResource", json!({ "tagKeys": ["a"] })),
        ("ListTagsForResource", json!({})),
    ] {
        eks.call(operation, &with(more, json!({ "resourceArn": arn }))).refused(
            404,
            "NotFoundException",
            &sentence,
        );
    }
}
