//! Sessions of the root user where policies are enforced: they may what they were given, and nothing else.

use crate::enforce::{allow, denied, root, server};
use serde_json::{Value, json};
use testkit::{Answer, Client, Server};

/// A client of `service` with the credentials of an answer.
fn opened<'a>(server: &'a Server, answer: &Answer, result: &str) -> impl Fn(&str) -> Client + use<'a> {
    let text = |name: &str| answer.text(&format!("{result}.Credentials.{name}"));
    let (id, secret, token) = (text("AccessKeyId"), text("SecretAccessKey"), text("SessionToken"));
    move |service| server.client(service).key(&id, &secret, Some(&token))
}

/// Whoever it is may see VPCs; that making one is denied ends in `why`.
#[track_caller]
fn sees_and_makes_none(client: &Client, who: &str, why: &str) {
    client.call("DescribeVpcs", &json!({})).ok();
    let refused = client.call("CreateVpc", &json!({ "CidrBlock": "10.0.0.0/16" }));
    let sentence = denied(&refused, 403, "UnauthorizedOperation");
    let want = format!(
        "You are not authorized to perform this operation. User: {who} is not authorized to perform: ec2:CreateVpc \
         on resource: arn:aws:ec2:us-east-1:000000000000:vpc/* {why}. Encoded authorization failure message: "
    );
    assert!(sentence.starts_with(&want), "{sentence}");
}

const ROOT: &str = "arn:aws:iam::000000000000:root";
const NO_SESSION_POLICY: &str = "because no session policy allows the ec2:CreateVpc action";

/// Source: STS API Reference, GetFederationToken: the session may what both its caller and the policies passed allow; root's
/// own account allows root everything.
#[test]
fn a_federated_user_of_root_may_what_was_passed() {
    let server = server("enforce");
    let open = |more: Value| {
        let ask = json!({ "Name": "bob", "Policy": more.to_string() });
        let answer = root(&server, "sts").call("GetFederationToken", &ask).ok();
        opened(&server, &answer, "GetFederationTokenResult")
    };
    let bob = open(allow("ec2:DescribeVpcs", "*"));
    let who = "arn:aws:sts::000000000000:federated-user/bob";
    sees_and_makes_none(&bob("ec2"), who, NO_SESSION_POLICY);
    let everything = open(allow("*", "*"));
    everything("ec2").call("CreateVpc", &json!({ "CidrBlock": "10.0.0.0/16" })).ok();
    // Without a policy it may nothing.
    let answer = root(&server, "sts").call("GetFederationToken", &json!({ "Name": "bob" })).ok();
    let nothing = opened(&server, &answer, "GetFederationTokenResult");
    let refused = nothing("ec2").call("DescribeVpcs", &json!({}));
    let sentence = denied(&refused, 403, "UnauthorizedOperation");
    assert!(sentence.contains("because no session policy allows the ec2:DescribeVpcs action"), "{sentence}");
}

/// Source: STS API Reference, GetScopedCredentials.
#[test]
fn a_narrowed_session_of_root_may_what_it_was_narrowed_to() {
    let server = server("enforce");
    let answer = root(&server, "sts").call("GetSessionToken", &json!({})).ok();
    let session = opened(&server, &answer, "GetSessionTokenResult");
    session("ec2").call("CreateVpc", &json!({ "CidrBlock": "10.0.0.0/16" })).ok();
    let scope = |policy: Value| json!({ "Policy": policy.to_string() });
    let answer = session("sts").call("GetScopedCredentials", &scope(allow("ec2:DescribeVpcs", "*"))).ok();
    let narrow = opened(&server, &answer, "GetScopedCredentialsResult");
    sees_and_makes_none(&narrow("ec2"), ROOT, NO_SESSION_POLICY);
    let deny = json!({
        "Version": "2012-10-17",
        "Statement": [
            { "Effect": "Allow", "Action": "*", "Resource": "*" },
            { "Effect": "Deny", "Action": "ec2:CreateVpc", "Resource": "*" },
        ],
    });
    let answer = session("sts").call("GetScopedCredentials", &scope(deny)).ok();
    let narrow = opened(&server, &answer, "GetScopedCredentialsResult");
    sees_and_makes_none(&narrow("ec2"), ROOT, "with an explicit deny in a session policy");
}

/// Recorded of AWS in public issue threads.
#[test]
fn root_assumes_no_roles() {
    let server = server("enforce");
    let trust = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"000000000000"},"Action":"sts:AssumeRole"}]}"#;
    let create = json!({ "RoleName": "builder", "AssumeRolePolicyDocument": trust });
    let role = root(&server, "iam").call("CreateRole", &create).ok().text("CreateRoleResult.Role.Arn");
    let assume = json!({ "RoleArn": role, "RoleSessionName": "s1" });
    root(&server, "sts").call("AssumeRole", &assume).refused(
        403,
        "AccessDenied",
        "Roles may not be assumed by root accounts.",
    );
}

/// Source: IAM User Guide, "Permissions for GetSessionToken".
#[test]
fn no_policy_keeps_a_user_from_its_session_token() {
    let server = server("enforce");
    let deny = json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Deny", "Action": "*", "Resource": "*" }] });
    let anna = crate::enforce::user(&server, "anna", &deny);
    anna("sts").call("GetSessionToken", &json!({})).ok();
    let target =
        "/_angae/iam/explain?as=arn:aws:iam::000000000000:user/anna&action=sts:GetSessionToken&resource=*";
    assert_eq!(server.page("GET", target, &Value::Null)["decision"], "allowed");
}
