//! Fargate profiles.

use super::*;

/// Two subnets that nothing leads out of.
fn private(server: &Server) -> Vec<String> {
    let ec2 = server.client("ec2");
    let vpc = ec2.call("CreateVpc", &json!({ "CidrBlock": "10.0.0.0/16" })).ok().text("vpc.vpcId");
    let subnet = |zone: &str, block: &str| {
        let asked = json!({ "VpcId": vpc, "CidrBlock": block, "AvailabilityZoneId": zone });
        ec2.call("CreateSubnet", &asked).ok().text("subnet.subnetId")
    };
    vec![subnet("use1-az1", "10.0.1.0/24"), subnet("use1-az2", "10.0.2.0/24")]
}

/// Sources: moto, whose contributors recorded the sentences, eksctl, and cdk-preflight (GitHub, badmintoncryer, rules/eks,
/// pf-eks-fargate-*) for names and formats, which are looked at before the cluster.
#[test]
fn profiles_come_and_go_one_at_a_time() {
    let (server, eks) = start_real();
    let subnets = private(&server);
    let network = json!({ "resourcesVpcConfig": { "subnetIds": subnets } });
    eks.call("CreateCluster", &with(wish(&server, "one"), network)).ok();
    advance(&server, "10m");
    let run = role(&server, "run", "eks-fargate-pods.amazonaws.com");
    let of = |name: &str, more: Value| {
        let own = json!({
            "clusterName": "one",
            "fargateProfileName": name,
            "podExecutionRoleArn": run,
            "selectors": [{ "namespace": "default", "labels": { "a": "b" } }],
        });
        with(own, more)
    };
    let made = eks.call("CreateFargateProfile", &of("p1", json!({}))).ok().tree()["fargateProfile"].clone();
    assert_eq!((&made["status"], &made["tags"]), (&json!("CREATING"), &json!({})));
    assert_eq!(made["subnets"], json!(subnets));
    assert_eq!(made["selectors"], json!([{ "namespace": "default", "labels": { "a": "b" } }]));
    let entry = json!({ "clusterName": "one", "principalArn": run });
    assert_eq!(eks.call("DescribeAccessEntry", &entry).ok().text("accessEntry.type"), "FARGATE_LINUX");
    let public = super::subnets(&server);
    let other = role(&server, "other", "ec2.amazonaws.com");
    let many = json!({ "a": "1", "b": "1", "c": "1", "d": "1", "e": "1", "f": "1" });
    refuses(
        &eks,
        &[
            (
                "CreateFargateProfile",
                of("p2", json!({})),
                409,
                IN_USE,
                "Cannot create Fargate Profile p2 because cluster one currently has Fargate profile p1 in status CREATING",
            ),
            (
                "CreateFargateProfile",
                of("p1", json!({ "tags": { "x": "y" } })),
                409,
                IN_USE,
                "A Fargate Profile already exists with this name in this cluster.",
            ),
            (
                "CreateFargateProfile",
                of("p2", json!({ "selectors": [] })),
                400,
                PARAMETER,
                "Fargate Profile requires at least one selector.",
            ),
            (
                "CreateFargateProfile",
                of("p2", json!({ "selectors": [{ "labels": {} }] })),
                400,
                PARAMETER,
                "Fargate Profile must have at least one selector with at least one namespace value.",
            ),
            (
                "CreateFargateProfile",
                of("p2", json!({ "selectors": [{ "namespace": "n", "labels": many }] })),
                400,
                PARAMETER,
                "Request contains Selector with more than 5 Label pairs",
            ),
            (
                "CreateFargateProfile",
                of("p2", json!({ "selectors": vec![json!({ "namespace": "n" }); 6] })),
                400,
                PARAMETER,
                "Request contains more than 5 Selectors",
            ),
            (
                "CreateFargateProfile",
                of("cdkpf.fp", json!({ "clusterName": "nowhere" })),
                400,
                PARAMETER,
                "The Fargate profile name parameter contains invalid characters. It should begin with letter or digit and \
                 can have any of the following characters: the set of Unicode letters, digits, hyphens and underscores.",
            ),
            (
                "CreateFargateProfile",
                of("p2", json!({ "clusterName": "nowhere", "selectors": [{ "namespace": "bad_ns" }] })),
                400,
                PARAMETER,
                "The namespace provided is invalid.",
            ),
            (
                "CreateFargateProfile",
                of(
                    "p2",
                    json!({
                        "clusterName": "nowhere",
                        "selectors": [{ "namespace": "team-*", "labels": { "bad key!": "x" } }],
                    }),
                ),
                400,
                PARAMETER,
                "Selector label provided is invalid.",
            ),
            (
                "CreateFargateProfile",
                of("p2", json!({ "podExecutionRoleArn": other })),
                400,
                PARAMETER,
                "Misconfigured PodExecutionRole Trust Policy; Please add the eks-fargate-pods.amazonaws.com Service Principal",
            ),
            (
                "DescribeFargateProfile",
                json!({ "clusterName": "one", "fargateProfileName": "p9" }),
                404,
                NOT_FOUND,
                "No Fargate Profile found with name: p9.",
            ),
        ],
    );
    advance(&server, "2m");
    let outside = eks.call("CreateFargateProfile", &of("p2", json!({ "subnets": [public[0]] }))).refusal();
    assert!(
        outside.message.starts_with("Specified subnets must belong to cluster's vpc vpc-"),
        "{}",
        outside.message
    );
    let of_name = json!({ "clusterName": "one", "fargateProfileName": "p1" });
    assert_eq!(eks.call("DescribeFargateProfile", &of_name).ok().text("fargateProfile.status"), "ACTIVE");
    eks.call("DeleteCluster", &json!({ "name": "one" })).refused(
        409,
        IN_USE,
        "Cannot delete because cluster one currently has Fargate profile p1 in status ACTIVE",
    );
    let patterns = json!({ "selectors": [{ "namespace": "team-*", "labels": { "app?": "a*" } }] });
    eks.call("CreateFargateProfile", &of("p3", patterns)).ok();
    advance(&server, "2m");
    assert_eq!(eks.call("DeleteFargateProfile", &of_name).ok().text("fargateProfile.status"), "DELETING");
    let third = json!({ "clusterName": "one", "fargateProfileName": "p3" });
    eks.call("DeleteFargateProfile", &third).refused(
        409,
        IN_USE,
        "Cannot delete Fargate Profile p3 because cluster one currently has Fargate profile p1 in status DELETING",
    );
    advance(&server, "2m");
    eks.call("DeleteFargateProfile", &third).ok();
    advance(&server, "2m");
    assert!(
        eks.call("ListFargateProfiles", &json!({ "clusterName": "one" }))
            .ok()
            .texts("fargateProfileNames")
            .is_empty()
    );
    eks.call("DeleteCluster", &json!({ "name": "one" })).ok();
}

#[test]
fn public_subnets_are_refused() {
    let (server, eks) = start();
    cluster(&server, "one");
    let subnet = subnets(&server)[0].clone();
    let asked = json!({
        "clusterName": "one",
        "fargateProfileName": "p",
        "podExecutionRoleArn": role(&server, "run", "eks-fargate-pods.amazonaws.com"),
        "selectors": [{ "namespace": "default" }],
        "subnets": [subnet],
    });
    let sentence = format!("Subnet {subnet} provided in Fargate Profile is not a private subnet");
    eks.call("CreateFargateProfile", &asked).refused(400, PARAMETER, &sentence);
}
