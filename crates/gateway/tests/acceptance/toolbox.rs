//! A denial, asked of IAM's own API by the id that its sentence ends with.

use serde_json::{Value, json};
use testkit::{Answer, Client, Options, Server};

const ANNA: &str = "arn:aws:iam::000000000000:user/anna";
const OTHER: &str = "222222222222";

fn enforcing() -> Server {
    let keys = "000000000000:root of the default account";
    Server::start_with(Options::default().flags(&["--iam", "enforce", "--bootstrap-key", keys]))
}

fn root(server: &Server, service: &str) -> Client {
    server.client(service).key("000000000000", "root of the default account", None)
}

/// A user with inline policies, as a client of `service`.
fn user(server: &Server, name: &str, policies: &[(&str, &str)]) -> impl Fn(&str) -> Client + use<> {
    let iam = root(server, "iam");
    iam.call("CreateUser", &json!({ "UserName": name })).ok();
    for (policy, document) in policies {
        let put = json!({ "UserName": name, "PolicyName": policy, "PolicyDocument": document });
        iam.call("PutUserPolicy", &put).ok();
    }
    let key = iam.call("CreateAccessKey", &json!({ "UserName": name })).ok();
    let text = |name: &str| key.text(&format!("CreateAccessKeyResult.AccessKey.{name}"));
    let (id, secret, address) = (text("AccessKeyId"), text("SecretAccessKey"), server.address());
    move |service| Client::new(address, service).key(&id, &secret, None)
}

fn document(statements: &Value) -> String {
    json!({ "Version": "2012-10-17", "Statement": statements }).to_string()
}

/// The id that a refusal of IAM's ends with.
#[track_caller]
fn id_of(refused: &Answer) -> String {
    let message = refused.refusal().message;
    let (_, id) = message.rsplit_once("with the following authorization id: ").expect(&message);
    assert_eq!(refused.header("x-angae-deny-id"), Some(id));
    assert!(message.contains(&format!(
        ". Go to https://us-east-1.console.aws.amazon.com/iam/home?region=us-east-1#/authorization-details/{id} for \
         complete details, or call the GetRequestAuthorizationDetails API with the"
    )));
    assert_eq!(id.len(), 25);
    id.to_owned()
}

fn details(client: &Client, id: &str, token: Option<&str>) -> Answer {
    let query = token.map(|token| format!("?nextToken={token}")).unwrap_or_default();
    client.request("GET", &format!("/authorization-details/{id}{query}")).send()
}

fn policy(client: &Client, id: &str, uri: &str) -> Answer {
    let uri = uri.replace(':', "%3A").replace('/', "%2F");
    client.request("GET", &format!("/authorization-details/{id}/policy?policyUri={uri}")).send()
}

/// A refusal of a JSON service.
#[track_caller]
fn refuses(answer: &Answer, status: u16, code: &str, sentence: &str) {
    assert_eq!((answer.status, answer.header("x-amzn-errortype")), (status, Some(code)));
    assert_eq!(answer.tree()["message"], sentence);
}

const GONE: &str = "The requested authorization details do not exist in this region or have expired.";
const NO_POLICY: &str =
    "The requested policy or authorization details do not exist in this region or have expired.";

#[test]
fn a_denial_is_told_with_its_context_its_checks_and_its_policies() {
    let server = enforcing();
    let deny = document(&json!([
        { "Effect": "Allow", "Action": "iam:*", "Resource": "*" },
        { "Sid": "NoUsers", "Effect": "Deny", "Action": "iam:DeleteUser", "Resource": "*",
            "Condition": { "Bool": { "aws:SecureTransport": "false" } } },
    ]));
    let anna = user(&server, "anna", &[("own", &deny)]);
    let managed = json!({ "UserName": "anna", "PolicyArn": "arn:aws:iam::aws:policy/IAMReadOnlyAccess" });
    root(&server, "iam").call("AttachUserPolicy", &managed).ok();
    let id = id_of(&anna("iam").call("DeleteUser", &json!({ "UserName": "anna" })));
    // What is told is what was, whatever changes afterwards.
    let delete = json!({ "UserName": "anna", "PolicyName": "own" });
    root(&server, "iam").call("DeleteUserPolicy", &delete).ok();

    let told = details(&root(&server, "iam"), &id, None).ok().tree();
    let context = &told["requestContext"];
    for (key, want) in [
        ("aws:PrincipalArn", ANNA),
        ("aws:PrincipalAccount", "000000000000"),
        ("aws:PrincipalType", "User"),
        ("aws:RequestedRegion", "us-east-1"),
        ("aws:SourceIp", "127.0.0.1"),
        ("aws:SecureTransport", "false"),
        ("aws:username", "anna"),
    ] {
        assert_eq!(context[key], want, "{key}");
    }
    assert!(context.get("aws:TokenIssueTime").is_none(), "a user has no token");
    let [evaluation] = told["evaluations"].as_array().unwrap().as_slice() else { panic!("{told}") };
    assert_eq!((&evaluation["action"], &evaluation["resource"]), (&json!("iam:DeleteUser"), &json!(ANNA)));
    assert_eq!(evaluation["evaluatedEffect"], "EXPLICIT_DENY");
    assert_eq!(evaluation["context"], json!({ "aws:ResourceAccount": "000000000000" }));
    let uri = evaluation["matchedPolicies"][0]["uri"].as_str().unwrap();
    let matched = json!([{
        "uri": uri, "matchedStatements": [{ "sid": "NoUsers", "evaluatedEffect": "DENY" }],
    }]);
    let checks = json!([{
        "checkType": "PRINCIPAL", "evaluatedEffect": "EXPLICIT_DENY",
        "relevantPolicyTypes": ["IDENTITY_BASED_POLICY"], "matchedPolicies": matched,
    }]);
    assert_eq!((&evaluation["matchedPolicies"], &evaluation["checks"]), (&matched, &checks));
    let attached = json!([{ "arn": ANNA }]);
    let policies = json!([
        { "type": "IDENTITY_BASED_POLICY", "inline": true, "uri": uri, "attachedTo": attached },
        { "type": "IDENTITY_BASED_POLICY", "inline": false,
            "uri": "arn:aws:iam::aws:policy/IAMReadOnlyAccess", "attachedTo": attached },
    ]);
    assert_eq!(told["policies"], policies);
    let kept = policy(&root(&server, "iam"), &id, uri).ok().tree();
    assert_eq!(kept["policyDocument"].to_string(), deny);
    let aws = policy(&root(&server, "iam"), &id, "arn:aws:iam::aws:policy/IAMReadOnlyAccess").ok().tree();
    assert_eq!(aws["policyDocument"]["Version"], "2012-10-17");
}

#[test]
fn each_operation_takes_a_permission_of_its_own() {
    let server = enforcing();
    let may = |action: &str| document(&json!([{ "Effect": "Allow", "Action": action, "Resource": "*" }]));
    let anna = user(&server, "anna", &[("own", &may("sts:*"))]);
    let bob = user(&server, "bob", &[("own", &may("iam:GetRequestAuthorizationDetails"))]);
    let id = id_of(&anna("iam").call("ListUsers", &json!({})));
    let told = details(&bob("iam"), &id, None).ok().tree();
    assert_eq!(told["evaluations"][0]["evaluatedEffect"], "IMPLICIT_DENY");
    let checks = json!([{
        "checkType": "PRINCIPAL", "evaluatedEffect": "IMPLICIT_DENY",
        "relevantPolicyTypes": ["IDENTITY_BASED_POLICY"], "matchedPolicies": [],
    }]);
    assert_eq!(told["evaluations"][0]["checks"], checks);
    let uri = told["policies"][0]["uri"].as_str().unwrap();
    for (client, operation, answer) in [
        ("bob", "GetRequestAuthorizationPolicy", policy(&bob("iam"), &id, uri)),
        ("anna", "GetRequestAuthorizationDetails", details(&anna("iam"), &id, None)),
    ] {
        let sentence = format!(
            "User: arn:aws:iam::000000000000:user/{client} is not authorized to perform: iam:{operation} on resource: \
             * because no identity-based policy allows the iam:{operation} action"
        );
        refuses(&answer, 403, "AccessDeniedException", &sentence);
    }
}

#[test]
fn what_is_not_there_is_not_told_from_what_is_anothers() {
    let server = enforcing();
    let nothing = document(&json!([{ "Effect": "Allow", "Action": "sts:*", "Resource": "*" }]));
    let anna = user(&server, "anna", &[("own", &nothing)]);
    let id = id_of(&anna("iam").call("ListUsers", &json!({})));
    let iam = root(&server, "iam");
    refuses(&details(&iam, "unknown1", None), 404, "ResourceNotFoundException", GONE);
    refuses(&policy(&iam, "unknown1", "x"), 404, "ResourceNotFoundException", NO_POLICY);
    refuses(
        &policy(&iam, &id, "arn:aws:iam::aws:policy/ReadOnlyAccess"),
        404,
        "ResourceNotFoundException",
        NO_POLICY,
    );
    // The API is one of its Region.
    let elsewhere = root(&server, "iam").region("eu-west-1");
    refuses(&details(&elsewhere, &id, None), 404, "ResourceNotFoundException", GONE);
    server.page("PUT", "/_angae/iam/mode", &json!({ "mode": "audit" }));
    let stranger = server.client("iam").key(OTHER, "test", None);
    refuses(&details(&stranger, &id, None), 404, "ResourceNotFoundException", GONE);
    let uri = details(&iam, &id, None).ok().text("policies.uri");
    refuses(&policy(&stranger, &id, &uri), 404, "ResourceNotFoundException", NO_POLICY);
    // A value that is no id is told apart: the model has its form.
    let malformed = details(&iam, "UPPER", None);
    assert_eq!((malformed.status, malformed.header("x-amzn-errortype")), (400, Some("ValidationException")));
    let token = "The request is malformed or is missing one or more required parameters.";
    refuses(&details(&iam, &id, Some("forged")), 400, "ValidationException", token);
    let unsaid = iam.request("GET", &format!("/authorization-details/{id}/policy")).send();
    assert_eq!((unsaid.status, unsaid.header("x-amzn-errortype")), (400, Some("ValidationException")));
}

#[test]
fn a_denial_is_told_for_a_day() {
    let server = Server::start_with(Options::default().flags(&["--iam", "audit"]));
    let iam = server.client("iam");
    let asked = json!({ "UserName": "anna" });
    iam.call("CreateUser", &asked).ok();
    let key = iam.call("CreateAccessKey", &asked).ok();
    let text = |name: &str| key.text(&format!("CreateAccessKeyResult.AccessKey.{name}"));
    let anna = server.client("iam").key(&text("AccessKeyId"), &text("SecretAccessKey"), None);
    // Nothing is refused in this mode, but what would be is kept.
    anna.call("ListUsers", &json!({})).ok();
    let kept = server.page("GET", "/_angae/iam/decisions?newest=1", &Value::Null);
    let id = kept["decisions"][0]["id"].as_str().unwrap().to_owned();
    details(&iam, &id, None).ok();
    server.page("POST", "/_angae/clock", &json!({ "advance": "86399s" }));
    details(&iam, &id, None).ok();
    server.page("POST", "/_angae/clock", &json!({ "advance": "1s" }));
    refuses(&details(&iam, &id, None), 404, "ResourceNotFoundException", GONE);
}

#[test]
fn every_pair_that_a_call_asks_is_told_in_pages() {
    let server = enforcing();
    let some = document(&json!([
        { "Effect": "Allow", "Action": "ec2:CreateTags", "Resource": "arn:aws:ec2:*:*:vpc/vpc-0000000000000001*" },
    ]));
    let anna = user(&server, "anna", &[("own", &some)]);
    let ids: Vec<String> = (0..60).map(|number| format!("vpc-{number:017}")).collect();
    let tags = json!({ "ResourceId": ids, "Tag": [{ "Key": "k", "Value": "v" }] });
    let refused = anna("ec2").call("CreateTags", &tags);
    assert_eq!(refused.refusal().code, "UnauthorizedOperation");
    let id = refused.header("x-angae-deny-id").unwrap().to_owned();
    let iam = root(&server, "iam");
    let first = details(&iam, &id, None).ok().tree();
    let second = details(&iam, &id, first["nextToken"].as_str()).ok().tree();
    assert!(second.get("nextToken").is_none());
    let list = |page: &Value| page["evaluations"].as_array().unwrap().clone();
    let all = [list(&first), list(&second)].concat();
    assert_eq!((list(&first).len(), all.len()), (50, 60));
    // First what was denied; then the others, each as it would have been decided.
    assert_eq!(all[0]["resource"], format!("arn:aws:ec2:us-east-1:000000000000:vpc/{}", ids[0]));
    assert_eq!(all[0]["evaluatedEffect"], "IMPLICIT_DENY");
    let allowed: Vec<&Value> = all.iter().filter(|one| one["evaluatedEffect"] == "ALLOW").collect();
    assert_eq!(allowed.len(), 10, "{allowed:?}");
    assert_eq!(allowed[0]["context"]["aws:RequestTag/k"], "v");
    assert_eq!(allowed[0]["context"]["aws:TagKeys"], json!(["k"]));
    let foreign = details(&iam, "unknown1", first["nextToken"].as_str());
    refuses(&foreign, 404, "ResourceNotFoundException", GONE);
}

#[test]
fn the_owner_of_a_resource_sees_its_own_policy_and_no_more() {
    let server = enforcing();
    server.page("PUT", "/_angae/iam/mode", &json!({ "mode": "off" }));
    let owner = server.client("s3").key(OTHER, "test", None);
    owner.request("PUT", "/theirs").send().ok();
    let closed = document(&json!([
        { "Effect": "Allow", "Principal": { "AWS": "000000000000" }, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::theirs/*" },
        { "Sid": "Shut", "Effect": "Deny", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::theirs/secret" },
    ]));
    owner.request("PUT", "/theirs?policy").body(closed.clone()).send().ok();
    server.page("PUT", "/_angae/iam/mode", &json!({ "mode": "enforce" }));
    let all = document(&json!([{ "Effect": "Allow", "Action": "s3:*", "Resource": "*" }]));
    let anna = user(&server, "anna", &[("own", &all)]);
    let refused = anna("s3").request("GET", "/theirs/secret").send();
    let id = refused.header("x-angae-deny-id").unwrap().to_owned();

    let caller = details(&root(&server, "iam"), &id, None).ok().tree();
    let types = |told: &Value| -> Vec<String> {
        told["policies"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["type"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(types(&caller), ["IDENTITY_BASED_POLICY"]);
    let checks = caller["evaluations"][0]["checks"].as_array().unwrap();
    let told = |check: &Value| (check["checkType"].clone(), check["evaluatedEffect"].clone());
    assert_eq!(told(&checks[0]), (json!("RESOURCE"), json!("EXPLICIT_DENY")));
    assert_eq!(told(&checks[1]), (json!("PRINCIPAL"), json!("ALLOW")));
    assert_eq!(checks[0]["matchedPolicies"], json!([]));

    server.page("PUT", "/_angae/iam/mode", &json!({ "mode": "off" }));
    let theirs = server.client("iam").key(OTHER, "test", None);
    let told = details(&theirs, &id, None).ok().tree();
    assert_eq!(
        (types(&told), &told["requestContext"]),
        (vec!["RESOURCE_BASED_POLICY".to_owned()], &json!({}))
    );
    let evaluation = &told["evaluations"][0];
    assert!(evaluation.get("checks").is_none());
    let statements = json!([{ "sid": "Shut", "evaluatedEffect": "DENY" }]);
    assert_eq!(evaluation["matchedPolicies"][0]["matchedStatements"], statements);
    assert_eq!(told["policies"][0]["attachedTo"], json!([{ "arn": "arn:aws:s3:::theirs" }]));
    let uri = told["policies"][0]["uri"].as_str().unwrap();
    refuses(&policy(&theirs, &id, uri), 404, "ResourceNotFoundException", NO_POLICY);
}
