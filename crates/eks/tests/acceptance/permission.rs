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
