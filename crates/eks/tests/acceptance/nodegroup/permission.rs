//! What policies decide about groups, and about what EKS does for them.

use super::*;

/// Gives a user these statements, and answers a client of the user's.
#[track_caller]
fn user(server: &Server, name: &str, statements: Value) -> (String, String) {
    let iam = server.client("iam");
    iam.call("CreateUser", &json!({ "UserName": name })).ok();
    let policy = json!({ "Version": "2012-10-17", "Statement": statements });
    let asked = json!({ "UserName": name, "PolicyName": "own", "PolicyDocument": policy.to_string() });
    iam.call("PutUserPolicy", &asked).ok();
    let key = iam.call("CreateAccessKey", &json!({ "UserName": name })).ok();
    let of = |member: &str| key.text(&format!("CreateAccessKeyResult.AccessKey.{member}"));
    (of("AccessKeyId"), of("SecretAccessKey"))
}

/// Nodes are made by roles of AWS's in the account, with the policies that AWS gives them: users need no permission of EC2.
#[test]
fn roles_of_aws_make_nodes_where_policies_are_enforced() {
    let (mut server, _) = start();
    cluster(&server, "one");
    server.client("ec2").call("CreateKeyPair", &json!({ "KeyName": "k" })).ok();
    let remote = json!({ "remoteAccess": { "ec2SshKey": "k" } });
    let wish = with(with(asked(&server, "one", "ng"), sizes(1, 2, 2)), remote);
    let role = wish["nodeRole"].clone();
    let (id, secret) = user(
        &server,
        "ann",
        json!([
            { "Effect": "Allow", "Action": "eks:*", "Resource": "*" },
            { "Effect": "Allow", "Action": "iam:PassRole", "Resource": role },
            { "Effect": "Allow", "Action": ["iam:CreateServiceLinkedRole", "iam:GetRole"], "Resource": "*" },
            { "Effect": "Allow", "Action": "ec2:TerminateInstances", "Resource": "*" },
        ]),
    );
    let (weak, weak_secret) =
        user(&server, "bob", json!([{ "Effect": "Allow", "Action": "eks:*", "Resource": "*" }]));
    server.restart_with(&["--iam", "enforce"]);
    let bob = server.client("eks").key(&weak, &weak_secret, None);
    let refusal = bob.call("CreateNodegroup", &wish).refusal();
    assert_eq!((refusal.status, refusal.code.as_str()), (403, "AccessDeniedException"));
    assert!(refusal.message.contains("iam:PassRole"), "{}", refusal.message);
    let ann = server.client("eks").key(&id, &secret, None);
    ann.call("CreateNodegroup", &wish).ok();
    let state = |want: &str| {
        until(&server, "NodegroupChanged", || {
            let own = ann.call("DescribeNodegroup", &named("one", "ng")).ok().tree()["nodegroup"].clone();
            (own["status"] == want || own["status"] == "CREATE_FAILED").then_some(own)
        })
    };
    let own = state("ACTIVE");
    assert_eq!((&own["status"], &own["health"]["issues"]), (&json!("ACTIVE"), &json!([])));
    ann.call("DeleteNodegroup", &named("one", "ng")).ok();
    until(&server, "NodegroupDeleted", || {
        (ann.call("DescribeNodegroup", &named("one", "ng")).status == 404).then_some(())
    });
}

#[test]
fn without_its_role_aws_may_nothing() {
    let (mut server, _) = start();
    cluster(&server, "one");
    let own = group(&server, "one", "ng", sizes(1, 2, 1));
    let node = count(&server, "ng", 1)[0].clone();
    let iam = server.client("iam");
    iam.call("DeleteServiceLinkedRole", &json!({ "RoleName": "AWSServiceRoleForAutoScaling" })).ok();
    let (id, secret) = user(&server, "ann", json!([{ "Effect": "Allow", "Action": "*", "Resource": "*" }]));
    server.restart_with(&["--iam", "enforce"]);
    server
        .client("ec2")
        .key(&id, &secret, None)
        .call("TerminateInstances", &json!({ "InstanceId": [node] }))
        .ok();
    let eks = server.client("eks").key(&id, &secret, None);
    let shown = until(&server, "NodegroupChanged", || {
        let own = eks.call("DescribeNodegroup", &named("one", "ng")).ok().tree()["nodegroup"].clone();
        (own["status"] == "DEGRADED").then_some(own)
    });
    let issue = &shown["health"]["issues"][0];
    assert_eq!(issue["code"], "AccessDenied");
    assert_eq!(issue["resourceIds"][0], own["resources"]["autoScalingGroups"][0]["name"]);
    let message = issue["message"].as_str().unwrap();
    assert!(message.contains("ec2:DescribeInstances"), "{message}");
}

/// Whoever uses node groups first has to be allowed to look for the role that they need, and to make it. Recorded: by many who
/// may make it and not read it.
#[test]
fn the_role_of_node_groups_is_made_for_whoever_may() {
    let (mut server, _) = start();
    cluster(&server, "one");
    let wish = asked(&server, "one", "ng");
    let (id, secret) = user(
        &server,
        "ann",
        json!([{ "Effect": "Allow", "Action": ["eks:*", "iam:PassRole", "iam:GetRole"], "Resource": "*" }]),
    );
    let (blind, blind_secret) = user(
        &server,
        "bob",
        json!([{ "Effect": "Allow", "Action": ["eks:*", "iam:PassRole", "iam:CreateServiceLinkedRole"],
            "Resource": "*" }]),
    );
    server.restart_with(&["--iam", "enforce"]);
    let sentence = "Failed to validate if SLR: AWSServiceRoleForAmazonEKSNodegroup already exists due to missing permissions for \
                    'iam:GetRole'";
    server
        .client("eks")
        .key(&blind, &blind_secret, None)
        .call("CreateNodegroup", &wish)
        .refused(400, REQUEST, sentence);
    let sentence = "Failed to create service linked role: AWSServiceRoleForAmazonEKSNodegroup due to missing permissions for \
                    'iam:CreateServiceLinkedRole'";
    server
        .client("eks")
        .key(&id, &secret, None)
        .call("CreateNodegroup", &wish)
        .refused(400, REQUEST, sentence);
}
