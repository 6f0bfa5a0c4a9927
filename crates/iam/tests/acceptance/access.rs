//! What the tags and paths of identities decide, where policies are enforced.

use serde_json::{Value, json};
use testkit::Server;

fn document(statement: &Value) -> String {
    json!({ "Version": "2012-10-17", "Statement": statement }).to_string()
}

#[test]
fn tags_and_paths_of_roles_decide() {
    let mut server = Server::start();
    let iam = server.client("iam");
    let trust = document(&json!({ "Effect": "Allow", "Action": "sts:AssumeRole",
                                  "Principal": { "Service": "ec2.amazonaws.com" } }));
    for (name, path, team) in [("red", "/team/", "red"), ("blue", "/team/", "blue"), ("plain", "/", "red")] {
        let asked = json!({ "RoleName": name, "Path": path, "AssumeRolePolicyDocument": trust,
                            "Tags": [{ "Key": "team", "Value": team }] });
        iam.call("CreateRole", &asked).ok();
    }
    iam.call("CreateUser", &json!({ "UserName": "ann" })).ok();
    let policy = document(&json!({ "Effect": "Allow", "Action": "iam:GetRole",
        "Resource": "arn:aws:iam::000000000000:role/team/*",
        "Condition": { "StringEquals": { "iam:ResourceTag/team": "red", "aws:ResourceTag/team": "red" } } }));
    let asked = json!({ "UserName": "ann", "PolicyName": "own", "PolicyDocument": policy });
    iam.call("PutUserPolicy", &asked).ok();
    let key = iam.call("CreateAccessKey", &json!({ "UserName": "ann" })).ok();
    let of = |member: &str| key.text(&format!("CreateAccessKeyResult.AccessKey.{member}"));
    let (id, secret) = (of("AccessKeyId"), of("SecretAccessKey"));
    server.restart_with(&["--iam", "enforce"]);
    let ann = server.client("iam").key(&id, &secret, None);
    let read = |name: &str| ann.call("GetRole", &json!({ "RoleName": name }));
    // The request names the role without its path.
    assert_eq!(read("red").ok().text("GetRoleResult.Role.Path"), "/team/");
    for name in ["blue", "plain", "none"] {
        let sentence = format!(
            "User: arn:aws:iam::000000000000:user/ann is not authorized to perform: iam:GetRole on resource: role \
             {name} because no identity-based policy allows the iam:GetRole action"
        );
        // Where it is explained stands behind it.
        let refusal = read(name).refusal();
        assert_eq!((refusal.status, refusal.code.as_str()), (403, "AccessDenied"));
        assert_eq!(refusal.message.split(". Go to ").next(), Some(sentence.as_str()));
    }
}
