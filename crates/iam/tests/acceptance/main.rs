//! IAM and STS, as a client sees them: what an answer says and what is refused. Nothing here knows the crate under
//! test; another implementation at the endpoint would be judged by the same words.

mod access;
mod access_key;
mod account;
mod account_features;
mod boundary;
mod delegation_request;
mod grammar;
mod group;
mod instance_profile;
mod login_profile;
mod managed;
mod mfa_device;
mod oidc_provider;
mod policy;
mod report;
mod role;
mod saml_provider;
mod server_certificate;
mod service_credential;
mod service_linked;
mod signing_certificate;
mod simulate;
mod ssh_public_key;
mod sts;
mod sts_refusals;
mod sts_saml;
mod sts_sessions;
mod sts_web_identity;
mod trust;
mod user;

use serde_json::{Value, json};
use testkit::{Client, Golden, Server};

/// A document that allows nothing of interest.
const DOCUMENT: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}"#;
/// A trust policy.
const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}]}"#;

/// Recorded answers of a scenario.
fn golden(name: &str) -> Golden {
    Golden::new(name)
}

/// A refusal: the operation, its parameters, the status, the code and the sentence.
type Refused<'a> = (&'a str, Value, u16, &'a str, &'a str);

#[track_caller]
fn refuses(client: &Client, cases: &[Refused<'_>]) {
    for (operation, parameters, status, code, sentence) in cases {
        let refusal = client.call(operation, parameters).refusal();
        let found = (refusal.status, refusal.code.as_str(), refusal.message.as_str());
        assert_eq!(found, (*status, *code, *sentence), "{operation} {parameters}");
    }
}

/// Parameters with others, in place of those of the same name.
fn with(mut parameters: Value, more: Value) -> Value {
    for (name, value) in more.as_object().into_iter().flatten() {
        parameters[name] = value.clone();
    }
    parameters
}

/// A server and its IAM.
fn start() -> (Server, Client) {
    let server = Server::start();
    let iam = server.client("iam");
    (server, iam)
}

#[track_caller]
fn user(iam: &Client, name: &str) {
    iam.call("CreateUser", &json!({ "UserName": name })).ok();
}

#[track_caller]
fn role(iam: &Client, name: &str) -> String {
    let create = json!({ "RoleName": name, "AssumeRolePolicyDocument": TRUST });
    iam.call("CreateRole", &create).ok().text("CreateRoleResult.Role.Arn")
}

#[track_caller]
fn policy(iam: &Client, name: &str) -> String {
    let create = json!({ "PolicyName": name, "PolicyDocument": DOCUMENT });
    iam.call("CreatePolicy", &create).ok().text("CreatePolicyResult.Policy.Arn")
}

/// Id and secret of a new key of that user.
#[track_caller]
fn key(iam: &Client, user: &str) -> (String, String) {
    let key = iam.call("CreateAccessKey", &json!({ "UserName": user })).ok();
    let text = |name: &str| key.text(&format!("CreateAccessKeyResult.AccessKey.{name}"));
    (text("AccessKeyId"), text("SecretAccessKey"))
}

/// The ARN of a resource of the default account.
fn arn(resource: &str) -> String {
    format!("arn:aws:iam::000000000000:{resource}")
}
