//! Why calls are denied and who uses what, as pages and as the command line tells it.

use serde_json::{Value, json};
use testkit::{Client, Options, Server};

const ANNA: &str = "arn:aws:iam::000000000000:user/anna";
const POLICY: &str = "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n    {\n      \"Sid\": \"Team\",\n      \"Effect\": \"Allow\",\n      \"Action\": [\"sqs:SendMessage\", \"iam:ListUsers\"],\n      \"Resource\": \"*\",\n      \"Condition\": {\"StringEquals\": {\"aws:PrincipalTag/team\": \"red\"}}\n    }\n  ]\n}";

/// A server that notes what would be denied, and a client of Anna, whose team is the wrong one.
fn start() -> (Server, Client) {
    let server = Server::start_with(Options::default().flags(&["--iam", "audit"]));
    let iam = server.client("iam");
    let tags = json!([{ "Key": "team", "Value": "blue" }]);
    iam.call("CreateUser", &json!({ "UserName": "anna", "Tags": tags })).ok();
    let put = json!({ "UserName": "anna", "PolicyName": "reads", "PolicyDocument": POLICY });
    iam.call("PutUserPolicy", &put).ok();
    let key = iam.call("CreateAccessKey", &json!({ "UserName": "anna" })).ok();
    let text = |name: &str| key.text(&format!("CreateAccessKeyResult.AccessKey.{name}"));
    let anna = server.client("iam").key(&text("AccessKeyId"), &text("SecretAccessKey"), None);
    (server, anna)
}

/// What a sub-command prints.
#[track_caller]
fn says(server: &Server, arguments: &[&str]) -> String {
    let output = server.run(arguments, b"");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("it prints text")
}

#[test]
fn a_denial_is_kept_with_its_reasons() {
    let (server, anna) = start();
    anna.call("ListUsers", &json!({})).ok();
    let kept = server.page("GET", "/_angae/iam/decisions", &Value::Null);
    let first = &kept["decisions"][0];
    assert_eq!((&first["caller"], &first["action"]), (&json!(ANNA), &json!("iam:ListUsers")));
    let id = first["id"].as_str().unwrap();
    let one = server.page("GET", &format!("/_angae/iam/decisions/{id}"), &Value::Null);
    assert_eq!(one, *first);
    assert_eq!(one["decision"], "implicitDeny");
    let near = &one["nearest"][0];
    assert_eq!((&near["wanted"], &near["had"]), (&json!(["red"]), &json!(["blue"])));
    assert_eq!((&near["statement"]["sid"], &near["statement"]["line"]), (&json!("Team"), &json!(4)));
    assert_eq!(near["origin"], "tag of the user or role");
    let context = json!([
        { "key": "aws:PrincipalTag/team", "values": ["blue"], "origin": "tag of the user or role" },
    ]);
    assert_eq!(one["context"], context);
    let asks = json!([{ "action": "iam:ListUsers", "resource": one["resource"] }]);
    assert_eq!(one["mapping"], json!({ "api": "iam", "operation": "ListUsers", "asks": asks }));
    let said = says(&server, &["iam", "decision", id]);
    let nearest =
        "reads.json:4:5 (Sid Team): StringEquals aws:PrincipalTag/team wanted red; the request had blue";
    assert!(said.contains(nearest), "{said}");
    let unknown = server.client("angae").request("GET", "/_angae/iam/decisions/none").send();
    assert_eq!(unknown.status, 404);
}

/// Trust is judged by STS itself: what it denies is kept and noted like every other denial.
#[test]
fn a_role_that_does_not_trust_somebody_says_why() {
    let (server, _) = start();
    let key = server.client("iam").call("CreateAccessKey", &json!({ "UserName": "anna" })).ok();
    let text = |name: &str| key.text(&format!("CreateAccessKeyResult.AccessKey.{name}"));
    let sts = server.client("sts").key(&text("AccessKeyId"), &text("SecretAccessKey"), None);
    let trust = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": { "AWS": ANNA }, "Action": "sts:AssumeRole",
        "Condition": { "StringEquals": { "sts:ExternalId": "c-17" } },
    }] });
    let role = json!({ "RoleName": "target", "AssumeRolePolicyDocument": trust.to_string() });
    server.client("iam").call("CreateRole", &role).ok();
    let arn = "arn:aws:iam::000000000000:role/target";
    let assume = |id: &str| {
        let input = json!({ "RoleArn": arn, "RoleSessionName": "s1", "ExternalId": id });
        sts.call("AssumeRole", &input)
    };
    // With `audit` it is noted, and not refused.
    assume("c-18").ok();
    let newest =
        || server.page("GET", "/_angae/iam/decisions?newest=1", &Value::Null)["decisions"][0].clone();
    assert_eq!((&newest()["action"], &newest()["resource"]), (&json!("sts:AssumeRole"), &json!(arn)));
    server.page("PUT", "/_angae/iam/mode", &json!({ "services": { "sts": "enforce" } }));
    let refused = assume("c-19");
    let sentence = format!("User: {ANNA} is not authorized to perform: sts:AssumeRole on resource: {arn}");
    refused.refused(403, "AccessDenied", &sentence);
    let kept = newest();
    assert_eq!(refused.header("x-angae-deny-id"), kept["id"].as_str());
    let near = &kept["nearest"][0];
    assert_eq!((&near["wanted"], &near["had"]), (&json!(["c-17"]), &json!(["c-19"])));
    assert_eq!(near["origin"], "request");
    let origin_of = |key: &str| {
        let found = kept["context"].as_array().unwrap().iter().find(|one| one["key"] == key);
        found.map(|one| one["origin"].clone())
    };
    assert_eq!(origin_of("sts:ExternalId"), Some(json!("request")));
    assume("c-17").ok();
    let gone = json!({ "RoleArn": format!("{arn}-gone"), "RoleSessionName": "s1" });
    let refused = sts.call("AssumeRole", &gone);
    assert!(refused.header("x-angae-deny-id").is_some(), "a role that is not there is refused alike");
    let audit = server.page("GET", "/_angae/iam/audit", &Value::Null);
    let of_anna =
        audit["principals"].as_array().unwrap().iter().find(|one| one["principal"] == ANNA).unwrap();
    let used =
        of_anna["used"].as_array().unwrap().iter().find(|one| one["action"] == "sts:AssumeRole").unwrap();
    assert_eq!(used["resources"][0], json!({ "resource": arn, "allowed": true }));
}

#[test]
fn the_command_line_explains_what_was_never_asked() {
    let (server, _anna) = start();
    let explain = |more: &[&str]| {
        let mut arguments = vec!["iam", "explain", "--as", ANNA];
        arguments.extend(more);
        says(&server, &arguments)
    };
    let queue = "arn:aws:sqs:us-east-1:000000000000:q";
    let denied = explain(&["sqs:SendMessage", queue]);
    assert!(denied.starts_with(&format!("denied: sqs:SendMessage on {queue} for {ANNA}\n")), "{denied}");
    assert!(denied.contains("decided by no statement"), "{denied}");
    assert!(denied.contains("fix        add to the identity-based policy: "), "{denied}");
    assert!(denied.contains("aws:PrincipalTag/team = blue (tag of the user or role)"), "{denied}");
    let allowed = explain(&["sqs:SendMessage", queue, "--context", "aws:PrincipalTag/team=red"]);
    assert!(allowed.starts_with("allowed: "), "{allowed}");
    assert!(allowed.contains("decided by reads.json:4:5 (Sid Team), identity-based policy"), "{allowed}");
    assert!(allowed.contains("aws:PrincipalTag/team = red (given)"), "{allowed}");
    let kept = server.page("GET", "/_angae/iam/decisions", &Value::Null);
    let of_anna = kept["decisions"].as_array().unwrap().iter().filter(|one| one["caller"] == ANNA);
    assert_eq!(of_anna.count(), 0, "an explanation is no denial");
    let nobody =
        server.run(&["iam", "explain", "--as", "arn:aws:iam::000000000000:user/x", "s3:GetObject"], b"");
    assert_eq!(nobody.status.code(), Some(2));
    let complaint = String::from_utf8_lossy(&nobody.stderr).into_owned();
    assert!(complaint.contains("no user, role or root user"), "{complaint}");
}

#[test]
fn an_audit_tells_what_is_used_what_is_not_and_the_least_policy() {
    let (server, anna) = start();
    anna.call("ListUsers", &json!({})).ok();
    let audit: Value = serde_json::from_str(&says(&server, &["iam", "audit", "--json"])).unwrap();
    let principals = audit["principals"].as_array().unwrap();
    let anna = principals.iter().find(|one| one["principal"] == ANNA).unwrap();
    assert_eq!(anna["used"][0]["action"], "iam:ListUsers");
    let used = &anna["used"][0]["resources"][0];
    assert_eq!(used["allowed"], false);
    let least = json!([
        { "Effect": "Allow", "Action": ["iam:ListUsers"], "Resource": [used["resource"]] },
    ]);
    assert_eq!(anna["policy"]["Statement"], least);
    let lines = server.client("angae").request("GET", "/_angae/iam/audit.jsonl").send().ok();
    let text = lines.body_text();
    let of_anna: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(of_anna.iter().filter(|line| line["caller"] == ANNA).count(), 1);
    // With the policy that the audit wrote, nothing is denied any more.
    let put = json!({
        "UserName": "anna", "PolicyName": "least", "PolicyDocument": anna["policy"].to_string(),
    });
    server.client("iam").call("PutUserPolicy", &put).ok();
    let resource = used["resource"].as_str().unwrap();
    let said = says(&server, &["iam", "explain", "--as", ANNA, "iam:ListUsers", resource]);
    assert!(said.starts_with("allowed: "), "{said}");
}

#[test]
fn uses_can_be_followed_as_they_come() {
    let (server, anna) = start();
    anna.call("ListUsers", &json!({})).ok();
    let mut uses = server.follow("/_angae/iam/audit.jsonl?follow=true");
    let mut next_of_anna = || loop {
        let line = uses.next_line();
        if line["caller"] == ANNA {
            return line;
        }
    };
    assert_eq!(next_of_anna()["action"], "iam:ListUsers");
    for allowed in [false, true] {
        anna.call("ListRoles", &json!({}));
        let used = next_of_anna();
        assert_eq!((&used["action"], &used["allowed"]), (&json!("iam:ListRoles"), &json!(allowed)));
        let policy = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"iam:ListRoles","Resource":"*"}}"#;
        let put = json!({ "UserName": "anna", "PolicyName": "roles", "PolicyDocument": policy });
        server.client("iam").call("PutUserPolicy", &put).ok();
    }
    let refused = server.client("angae").request("GET", "/_angae/iam/audit.jsonl?follow=perhaps").send();
    assert_eq!(refused.status, 400);
}

#[test]
fn the_least_policy_serves_what_is_made_again_under_another_id() {
    let (server, _) = start();
    let key = server.client("iam").call("CreateAccessKey", &json!({ "UserName": "anna" })).ok();
    let text = |name: &str| key.text(&format!("CreateAccessKeyResult.AccessKey.{name}"));
    let ec2 = server.client("ec2").key(&text("AccessKeyId"), &text("SecretAccessKey"), None);
    let make_and_delete = || {
        let made = ec2.call("CreateVpc", &json!({ "CidrBlock": "10.0.0.0/16" })).ok().text("vpc.vpcId");
        ec2.call("DeleteVpc", &json!({ "VpcId": made })).ok();
    };
    make_and_delete();
    let audit = server.page("GET", "/_angae/iam/audit", &Value::Null);
    let principals = audit["principals"].as_array().unwrap();
    let policy = &principals.iter().find(|one| one["principal"] == ANNA).unwrap()["policy"];
    let put = json!({ "UserName": "anna", "PolicyName": "least", "PolicyDocument": policy.to_string() });
    server.client("iam").call("PutUserPolicy", &put).ok();
    server.page("PUT", "/_angae/iam/mode", &json!({ "mode": "enforce" }));
    make_and_delete();
}

#[test]
fn granted_but_never_used_actions_are_named() {
    let (server, anna) = start();
    let put = json!({
        "UserName": "anna", "PolicyName": "two",
        "PolicyDocument": r#"{"Version":"2012-10-17","Statement":[{"Sid":"Two","Effect":"Allow","Action":["iam:ListUsers","iam:ListRoles"],"Resource":"*"}]}"#,
    });
    server.client("iam").call("PutUserPolicy", &put).ok();
    anna.call("ListUsers", &json!({})).ok();
    let audit = server.page("GET", "/_angae/iam/audit", &Value::Null);
    let principals = audit["principals"].as_array().unwrap();
    let anna = principals.iter().find(|one| one["principal"] == ANNA).unwrap();
    let unused = anna["unused"].as_array().unwrap().iter().find(|one| one["sid"] == "Two").unwrap();
    assert_eq!((&unused["granted"], &unused["unused"]), (&json!(2), &json!(1)));
    assert_eq!(unused["actions"], json!(["iam:ListRoles"]));
}

#[test]
fn a_world_that_begins_anew_knows_of_no_denials() {
    let (server, anna) = start();
    anna.call("ListUsers", &json!({})).ok();
    let kept = || server.page("GET", "/_angae/iam/decisions?newest=1", &Value::Null)["decisions"].clone();
    assert_eq!(kept().as_array().unwrap().len(), 1);
    server.page("POST", "/_angae/reset", &Value::Null);
    assert_eq!(kept(), json!([]));
    assert_eq!(server.page("GET", "/_angae/iam/audit", &Value::Null)["principals"], json!([]));
}
