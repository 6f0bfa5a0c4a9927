use crate::{arn, golden, key, refuses, role, start, user};
use serde_json::json;

#[test]
fn who_is_calling() {
    let (server, iam) = start();
    let mut golden = golden("sts");
    let sts = server.client("sts");
    golden.note("GetCallerIdentity", sts.call("GetCallerIdentity", &json!({}))).ok();
    let account = server.client("sts").key("123456789012", "x", None);
    golden.note("of another account", account.call("GetCallerIdentity", &json!({}))).ok();
    user(&iam, "anna");
    let (id, _) = key(&iam, "anna");
    golden.note("GetAccessKeyInfo", sts.call("GetAccessKeyInfo", &json!({ "AccessKeyId": id }))).ok();
    golden.note("GetSessionToken", sts.call("GetSessionToken", &json!({}))).ok();
    let assume = json!({ "RoleArn": role(&iam, "builder"), "RoleSessionName": "build-7" });
    golden.note("AssumeRole", sts.call("AssumeRole", &assume)).ok();
    golden.check();
}

#[test]
fn a_session_signs_with_its_token_only() {
    let server = testkit::Server::start_with(testkit::Options::default().running_clock());
    let iam = server.client("iam");
    let sts = server.client("sts");
    let assume = json!({ "RoleArn": role(&iam, "builder"), "RoleSessionName": "build-7" });
    let assumed = sts.call("AssumeRole", &assume).ok();
    let text = |name: &str| assumed.text(&format!("AssumeRoleResult.Credentials.{name}"));
    let (id, secret, token) = (text("AccessKeyId"), text("SecretAccessKey"), text("SessionToken"));
    let session = server.client("sts").key(&id, &secret, Some(&token));
    let arn = session.call("GetCallerIdentity", &json!({})).ok().text("GetCallerIdentityResult.Arn");
    assert_eq!(arn, "arn:aws:sts::000000000000:assumed-role/builder/build-7");
    let chained = json!({ "RoleArn": role(&iam, "other"), "RoleSessionName": "b7", "DurationSeconds": 7200 });
    refuses(
        &session,
        &[
            (
                "GetSessionToken",
                json!({}),
                403,
                "AccessDenied",
                "Cannot call GetSessionToken with session credentials",
            ),
            (
                "AssumeRole",
                chained,
                400,
                "ValidationError",
                "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining",
            ),
        ],
    );
    let sentence = "The security token included in the request is invalid.";
    for (key, token) in
        [(&id, None), (&id, Some("made-up")), (&"ASIAAAAAAAAAAAAAAAAA".to_owned(), Some(token.as_str()))]
    {
        let stranger = server.client("sts").key(key, &secret, token);
        stranger.call("GetCallerIdentity", &json!({})).refused(403, "InvalidClientTokenId", sentence);
    }
    let forger = server.client("sts").key(&id, "not the secret", Some(&token));
    assert_eq!(forger.call("GetCallerIdentity", &json!({})).refusal().code, "SignatureDoesNotMatch");
}

#[test]
fn what_sts_refuses() {
    let (server, iam) = start();
    role(&iam, "builder");
    let sts = server.client("sts");
    let nobody = arn("role/nobody");
    let assume = |arn: &str| json!({ "RoleArn": arn, "RoleSessionName": "s1" });
    let user = arn("user/someone-who-is-no-role");
    let long = json!({ "RoleArn": arn("role/builder"), "RoleSessionName": "s1", "DurationSeconds": 7200 });
    refuses(
        &sts,
        &[
            (
                "AssumeRole",
                assume(&nobody),
                403,
                "AccessDenied",
                &format!(
                    "User: arn:aws:iam::000000000000:root is not authorized to perform: sts:AssumeRole on resource: {nobody}"
                ),
            ),
            (
                "AssumeRole",
                assume("this-is-no-arn-at-all"),
                400,
                "ValidationError",
                "this-is-no-arn-at-all is invalid",
            ),
            ("AssumeRole", assume(&user), 400, "ValidationError", &format!("{user} is invalid")),
            (
                "AssumeRole",
                long,
                400,
                "ValidationError",
                "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
            ),
            (
                "GetAccessKeyInfo",
                json!({ "AccessKeyId": "NotAnAccessKeyOfOurs" }),
                400,
                "ValidationError",
                "Invalid AccessKeyId: NotAnAccessKeyOfOurs",
            ),
        ],
    );
    let anonymous = server.client("sts").anonymous();
    anonymous.call("GetCallerIdentity", &json!({})).refused(
        403,
        "MissingAuthenticationToken",
        "Request is missing Authentication Token",
    );
}
