//! Policies decide where they are enforced: who may is let through, who may not is told why.

use serde_json::{Value, json};
use testkit::{Answer, Client, Options, Server};

const ROOT: (&str, &str) = ("000000000000", "root of the default account");

pub(crate) fn server(mode: &str) -> Server {
    let key = format!("{}:{}", ROOT.0, ROOT.1);
    Server::start_with(Options::default().flags(&["--iam", mode, "--bootstrap-key", &key]))
}

pub(crate) fn root(server: &Server, service: &str) -> Client {
    server.client(service).key(ROOT.0, ROOT.1, None)
}

/// A user with one policy, as a client of `service`.
pub(crate) fn user(server: &Server, name: &str, policy: &Value) -> impl Fn(&str) -> Client + use<> {
    let iam = root(server, "iam");
    iam.call("CreateUser", &json!({ "UserName": name })).ok();
    let document = policy.to_string();
    let put = json!({ "UserName": name, "PolicyName": "own", "PolicyDocument": document });
    iam.call("PutUserPolicy", &put).ok();
    let key = iam.call("CreateAccessKey", &json!({ "UserName": name })).ok();
    let path = "CreateAccessKeyResult.AccessKey";
    let (id, secret) =
        (key.text(&format!("{path}.AccessKeyId")), key.text(&format!("{path}.SecretAccessKey")));
    let address = server.address();
    move |service| Client::new(address, service).key(&id, &secret, None)
}

/// Holds a refusal's status and code against what is wanted; answers its sentence.
#[track_caller]
pub(crate) fn denied(answer: &Answer, status: u16, code: &str) -> String {
    let refusal = answer.refusal();
    assert_eq!((refusal.status, refusal.code.as_str()), (status, code), "{}", refusal.message);
    refusal.message
}

pub(crate) fn allow(action: &str, resource: &str) -> Value {
    json!({
        "Version": "2012-10-17",
        "Statement": [{ "Effect": "Allow", "Action": action, "Resource": resource }],
    })
}

#[test]
fn a_user_may_what_its_policy_allows_and_is_told_what_not() {
    let server = server("enforce");
    let anna = user(&server, "anna", &allow("ec2:DescribeVpcs", "*"));
    anna("ec2").call("DescribeVpcs", &json!({})).ok();
    let refused = anna("ec2").call("CreateVpc", &json!({ "CidrBlock": "10.0.0.0/16" }));
    let sentence = denied(&refused, 403, "UnauthorizedOperation");
    assert!(
        sentence.starts_with(
            "You are not authorized to perform this operation. User: arn:aws:iam::000000000000:user/anna is not \
             authorized to perform: ec2:CreateVpc on resource: arn:aws:ec2:us-east-1:000000000000:vpc/* because no \
             identity-based policy allows the ec2:CreateVpc action. Encoded authorization failure message: "
        ),
        "{sentence}"
    );
    let sealed = sentence.rsplit(' ').next().expect("it ends with the message");
    let opened = root(&server, "sts")
        .call("DecodeAuthorizationMessage", &json!({ "EncodedMessage": sealed }))
        .ok()
        .text("DecodeAuthorizationMessageResult.DecodedMessage");
    let opened: Value = serde_json::from_str(&opened).expect("it is JSON");
    assert_eq!((&opened["allowed"], &opened["context"]["action"]), (&json!(false), &json!("ec2:CreateVpc")));
    let refused = anna("iam").call("ListUsers", &json!({}));
    let sentence = denied(&refused, 403, "AccessDenied");
    assert_eq!(
        sentence.split(". Go to ").next(),
        Some(
            "User: arn:aws:iam::000000000000:user/anna is not authorized to perform: iam:ListUsers on resource: \
             arn:aws:iam::000000000000:user/ because no identity-based policy allows the iam:ListUsers action"
        )
    );
}

/// Recorded answers: matched are the statements that deny, with the caller as their principal; of the call there are the keys
/// of its service, and where the resource is.
#[test]
fn a_decoded_message_tells_the_statement_and_the_call() {
    let server = server("enforce");
    let policy = json!({
        "Version": "2012-10-17",
        "Statement": [
            { "Effect": "Allow", "Action": "ec2:*", "Resource": "*" },
            {
                "Sid": "NoVpcs", "Effect": "Deny", "Action": ["ec2:CreateVpc", "ec2:DeleteVpc"], "Resource": "*",
                "Condition": { "StringEquals": { "aws:RequestedRegion": ["us-east-1", "us-east-2"] } },
            },
        ],
    });
    let anna = user(&server, "anna", &policy);
    let wish = json!({ "CidrBlock": "10.0.0.0/16", "InstanceTenancy": "default" });
    let sentence = denied(&anna("ec2").call("CreateVpc", &wish), 403, "UnauthorizedOperation");
    assert!(
        sentence.contains(" with an explicit deny in an identity-based policy. Encoded authorization"),
        "{sentence}"
    );
    let sealed = json!({ "EncodedMessage": sentence.rsplit(' ').next() });
    let opened = root(&server, "sts").call("DecodeAuthorizationMessage", &sealed).ok();
    let opened: Value =
        serde_json::from_str(&opened.text("DecodeAuthorizationMessageResult.DecodedMessage")).unwrap();
    let id = root(&server, "iam").call("GetUser", &json!({ "UserName": "anna" })).ok();
    let id = id.text("GetUserResult.User.UserId");
    let values = |texts: &[&str]| {
        let values: Vec<Value> = texts.iter().map(|text| json!({ "value": text })).collect();
        json!({ "items": values })
    };
    let key = |(name, text): (&str, &str)| json!({ "key": name, "values": values(&[text]) });
    let vpc = "arn:aws:ec2:us-east-1:000000000000:vpc/*";
    let conditions: Vec<Value> = [
        ("ec2:Tenancy", "default"),
        ("ec2:Region", "us-east-1"),
        ("aws:Region", "us-east-1"),
        ("aws:Service", "ec2"),
        ("aws:Resource", "vpc/*"),
        ("aws:Type", "vpc"),
        ("aws:Account", "000000000000"),
        ("aws:ARN", vpc),
    ]
    .into_iter()
    .map(key)
    .collect();
    let matched = json!({
        "statementId": "NoVpcs",
        "effect": "DENY",
        "principals": values(&[&id]),
        "principalGroups": values(&[]),
        "actions": values(&["ec2:CreateVpc", "ec2:DeleteVpc"]),
        "resources": values(&["*"]),
        "conditions": {
            "items": [{ "key": "aws:RequestedRegion", "values": values(&["us-east-1", "us-east-2"]) }],
        },
    });
    let want = json!({
        "allowed": false,
        "explicitDeny": true,
        "matchedStatements": { "items": [matched] },
        "failures": values(&[]),
        "context": {
            "principal": { "id": id, "name": "anna", "arn": "arn:aws:iam::000000000000:user/anna" },
            "action": "ec2:CreateVpc",
            "resource": vpc,
            "conditions": { "items": conditions },
        },
    });
    assert_eq!(opened, want);
}

#[test]
fn a_role_is_assumed_by_whom_it_trusts_and_by_nobody_else() {
    let server = server("enforce");
    let nothing = allow("s3:ListAllMyBuckets", "*");
    let (anna, bob) = (user(&server, "anna", &nothing), user(&server, "bob", &nothing));
    let role = |name: &str, principal: &str| {
        let trust = json!({
            "Version": "2012-10-17",
            "Statement": [{ "Effect": "Allow", "Principal": { "AWS": principal }, "Action": "sts:AssumeRole" }],
        });
        let input = json!({ "RoleName": name, "AssumeRolePolicyDocument": trust.to_string() });
        root(&server, "iam").call("CreateRole", &input).ok();
        json!({ "RoleArn": format!("arn:aws:iam::000000000000:role/{name}"), "RoleSessionName": "session" })
    };
    // IAM User Guide, cross-account policy evaluation: within an account, a trust policy that names a user is enough;
    // one that names the account leaves it to the user's own policies.
    let (named, account) = (
        role("named", "arn:aws:iam::000000000000:user/anna"),
        role("account", "arn:aws:iam::000000000000:root"),
    );
    anna("sts").call("AssumeRole", &named).ok();
    denied(&bob("sts").call("AssumeRole", &named), 403, "AccessDenied");
    denied(&anna("sts").call("AssumeRole", &account), 403, "AccessDenied");
    let policy = allow("sts:AssumeRole", "arn:aws:iam::000000000000:role/account").to_string();
    let put = json!({ "UserName": "bob", "PolicyName": "assume", "PolicyDocument": policy });
    root(&server, "iam").call("PutUserPolicy", &put).ok();
    bob("sts").call("AssumeRole", &account).ok();
    // Trust is STS's: a mode of its own decides about it.
    server.page("PUT", "/_angae/iam/mode", &json!({ "services": { "sts": "off" } }));
    bob("sts").call("AssumeRole", &named).ok();
}

#[test]
fn a_dry_run_says_whether_it_would_have_been_allowed() {
    let server = server("enforce");
    let anna = user(&server, "anna", &allow("ec2:CreateVpc", "*"));
    let dry = json!({ "CidrBlock": "10.0.0.0/16", "DryRun": true });
    denied(&anna("ec2").call("CreateVpc", &dry), 412, "DryRunOperation");
    denied(&anna("ec2").call("DescribeSubnets", &json!({ "DryRun": true })), 403, "UnauthorizedOperation");
}

#[test]
fn a_deny_wins_and_names_itself() {
    let server = server("enforce");
    let policy = json!({
        "Version": "2012-10-17",
        "Statement": [
            { "Effect": "Allow", "Action": "*", "Resource": "*" },
            { "Sid": "NoUsers", "Effect": "Deny", "Action": "iam:DeleteUser", "Resource": "*" },
        ],
    });
    let anna = user(&server, "anna", &policy);
    anna("iam").call("CreateUser", &json!({ "UserName": "bob" })).ok();
    let refused = anna("iam").call("DeleteUser", &json!({ "UserName": "bob" }));
    let sentence = denied(&refused, 403, "AccessDenied");
    assert!(sentence.contains(" with an explicit deny in an identity-based policy. Go to "), "{sentence}");
}

#[test]
fn a_changed_policy_holds_for_the_next_request() {
    let server = server("enforce");
    let anna = user(&server, "anna", &allow("iam:ListRoles", "*"));
    denied(&anna("iam").call("ListUsers", &json!({})), 403, "AccessDenied");
    let more = allow("iam:ListUsers", "*").to_string();
    let put = json!({ "UserName": "anna", "PolicyName": "more", "PolicyDocument": more });
    root(&server, "iam").call("PutUserPolicy", &put).ok();
    anna("iam").call("ListUsers", &json!({})).ok();
    root(&server, "iam").call("DeleteUserPolicy", &json!({ "UserName": "anna", "PolicyName": "more" })).ok();
    denied(&anna("iam").call("ListUsers", &json!({})), 403, "AccessDenied");
}

#[test]
fn who_one_is_may_be_asked_without_permission() {
    let server = server("enforce");
    let anna = user(&server, "anna", &allow("s3:ListAllMyBuckets", "*"));
    anna("sts").call("GetCallerIdentity", &json!({})).ok();
    anna("sts").call("GetSessionToken", &json!({})).ok();
}

#[test]
fn keys_that_nobody_issued_are_refused_where_policies_are_enforced() {
    let server = server("enforce");
    let unknown = |service| server.client(service).key("AKIAUNKNOWNUNKNOWN00", "secret", None);
    denied(&unknown("sts").call("GetCallerIdentity", &json!({})), 403, "InvalidClientTokenId");
    denied(&unknown("ec2").call("DescribeVpcs", &json!({})), 401, "AuthFailure");
    denied(&unknown("s3").request("GET", "/").send(), 403, "InvalidAccessKeyId");
    let forged = server.client("sts").key(ROOT.0, "another secret", None);
    denied(&forged.call("GetCallerIdentity", &json!({})), 403, "SignatureDoesNotMatch");
    root(&server, "sts").call("GetCallerIdentity", &json!({})).ok();
}

#[test]
fn an_audit_refuses_nothing() {
    let server = server("audit");
    let anna = user(&server, "anna", &allow("ec2:DescribeVpcs", "*"));
    anna("iam").call("ListUsers", &json!({})).ok();
    server.client("iam").call("ListUsers", &json!({})).ok();
}

#[test]
fn the_mode_changes_while_it_runs_for_a_world_and_for_a_service() {
    let server = server("off");
    let anna = user(&server, "anna", &allow("ec2:DescribeVpcs", "*"));
    let mode = |change: &Value| server.page("PUT", "/_angae/iam/mode", change);
    anna("iam").call("ListUsers", &json!({})).ok();
    assert_eq!(
        mode(&json!({ "services": { "iam": "enforce" } })),
        json!({ "mode": "off", "services": { "iam": "enforce" } })
    );
    denied(&anna("iam").call("ListUsers", &json!({})), 403, "AccessDenied");
    anna("ec2").call("CreateVpc", &json!({ "CidrBlock": "10.0.0.0/16" })).ok();
    mode(&json!({ "mode": "enforce", "services": {} }));
    denied(
        &anna("ec2").call("CreateVpc", &json!({ "CidrBlock": "10.0.0.0/16" })),
        403,
        "UnauthorizedOperation",
    );
    // A fork begins as its parent stands, and goes its own way.
    let fork = server.fork("fork");
    let of_fork = |service| Client::new(fork, service).key(ROOT.0, ROOT.1, None);
    of_fork("iam").call("ListUsers", &json!({})).ok();
    mode(&json!({ "mode": "off" }));
    server.client("iam").call("ListUsers", &json!({})).ok();
    denied(&Client::new(fork, "iam").call("ListUsers", &json!({})), 403, "InvalidClientTokenId");
}

#[test]
fn temporary_credentials_are_refused_what_they_are_not_for() {
    let server = server("enforce");
    let anna = user(&server, "anna", &allow("*", "*"));
    let trust = json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow", "Principal": { "AWS": ROOT.0 }, "Action": "sts:AssumeRole",
        }],
    });
    let role = json!({ "RoleName": "work", "AssumeRolePolicyDocument": trust.to_string() });
    root(&server, "iam").call("CreateRole", &role).ok();
    let assume = json!({ "RoleArn": "arn:aws:iam::000000000000:role/work", "RoleSessionName": "session" });
    let opened = |operation: &str, input: &Value| {
        let answer = anna("sts").call(operation, input).ok();
        let text = |name: &str| answer.text(&format!("{operation}Result.Credentials.{name}"));
        let key = (text("AccessKeyId"), text("SecretAccessKey"), text("SessionToken"));
        let address = server.address();
        move |service| Client::new(address, service).key(&key.0, &key.1, Some(&key.2))
    };
    let passed = allow("*", "*").to_string();
    let (session, federated, worker) = (
        opened("GetSessionToken", &json!({})),
        opened("GetFederationToken", &json!({ "Name": "bob", "Policy": passed })),
        opened("AssumeRole", &assume),
    );
    let kept = || server.page("GET", "/_angae/iam/decisions?newest=1", &Value::Null)["decisions"][0].clone();
    let explained = |answer: &Answer, action: &str| {
        let record = kept();
        assert_eq!(
            (record["id"].as_str(), &record["action"]),
            (answer.header("x-angae-deny-id"), &json!(action))
        );
        assert_eq!(record["decision"], "refusedByService");
    };
    for of_user in [&session, &federated] {
        of_user("sts").call("GetCallerIdentity", &json!({})).ok();
        of_user("ec2").call("DescribeVpcs", &json!({})).ok();
        let sentence = "The security token included in the request is invalid";
        let refused = of_user("iam").call("ListUsers", &json!({}));
        refused.refused(403, "InvalidClientTokenId", sentence);
        explained(&refused, "iam:ListUsers");
    }
    session("sts").call("AssumeRole", &assume).ok();
    let info = json!({ "AccessKeyId": "ASIAAAAAAAAAAAAAAAAA" });
    for (client, operation, input) in [
        (&session, "GetAccessKeyInfo", &info),
        (&federated, "GetAccessKeyInfo", &info),
        (&federated, "AssumeRole", &assume),
        (&worker, "GetSessionToken", &json!({})),
        (&worker, "GetFederationToken", &json!({ "Name": "bob" })),
    ] {
        let answer = client("sts").call(operation, input);
        explained(&answer, &format!("sts:{operation}"));
        answer.refused(403, "AccessDenied", &format!("Cannot call {operation} with session credentials"));
    }
    // What a service refuses by itself, whatever policies say, is kept too.
    let of_aws = json!({ "PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess" });
    let refused = root(&server, "iam").call("DeletePolicy", &of_aws);
    denied(&refused, 403, "AccessDenied");
    explained(&refused, "iam:DeletePolicy");
    // Elsewhere nothing is decided, and so nobody is limited.
    server.page("PUT", "/_angae/iam/mode", &json!({ "services": { "iam": "audit", "sts": "off" } }));
    session("iam").call("ListUsers", &json!({})).ok();
    federated("sts").call("GetAccessKeyInfo", &info).ok();
}
