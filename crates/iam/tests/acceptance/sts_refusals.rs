//! What STS refuses of sessions and sealed messages, in its words. Where no recording is known the sentence is the API
//! reference's: the README names those.

use crate::{DOCUMENT, arn, refuses, role, start};
use serde_json::{Value, json};

#[test]
fn sessions_have_little_room() {
    let (server, iam) = start();
    role(&iam, "builder");
    let assume =
        |more: Value| crate::with(json!({ "RoleArn": arn("role/builder"), "RoleSessionName": "s1" }), more);
    let wide = DOCUMENT.replace("s3:GetObject", &format!("s3:{}", "x".repeat(1167)));
    let heavy: Vec<Value> =
        (0..12).map(|n| json!({ "Key": format!("k{n}"), "Value": "v".repeat(100) })).collect();
    let context = json!({
        "ProviderArn": "arn:aws:iam::aws:contextProvider/IdentityCenter", "ContextAssertion": "assertion",
    });
    refuses(
        &server.client("sts"),
        &[
            (
                "AssumeRole",
                assume(json!({ "Policy": wide })),
                400,
                "PackedPolicyTooLarge",
                "Packed policy consumes 119% of allotted space, please use smaller policy.",
            ),
            (
                "AssumeRole",
                assume(json!({ "Tags": heavy })),
                400,
                "PackedPolicyTooLarge",
                "Packed size of session tags consumes 112% of allotted space.",
            ),
            (
                "AssumeRole",
                assume(json!({ "ProvidedContexts": [context] })),
                400,
                "InvalidContextAssertion",
                "The context assertion provided is not valid.",
            ),
            (
                "DecodeAuthorizationMessage",
                json!({ "EncodedMessage": "nobody sealed this" }),
                400,
                "InvalidAuthorizationMessageException",
                "The message passed to DecodeAuthorizationMessage was invalid.",
            ),
            (
                "GetDelegatedAccessToken",
                json!({ "TradeInToken": "nobody traded this" }),
                400,
                "ExpiredTradeInTokenException",
                "The trade-in token provided is expired.",
            ),
            (
                "GetScopedCredentials",
                json!({ "Policy": DOCUMENT }),
                400,
                "InvalidSubjectCredentials",
                "GetScopedCredentials can be called with temporary security credentials only.",
            ),
        ],
    );
}

#[test]
fn a_narrowed_session_ends_with_the_one_it_comes_from() {
    let (server, iam) = start();
    let assume = json!({ "RoleArn": role(&iam, "builder"), "RoleSessionName": "s1", "DurationSeconds": 900 });
    let opened = server.client("sts").call("AssumeRole", &assume).ok();
    let text = |name: &str| opened.text(&format!("AssumeRoleResult.Credentials.{name}"));
    let session =
        server.client("sts").key(&text("AccessKeyId"), &text("SecretAccessKey"), Some(&text("SessionToken")));
    let scope = |seconds: i32| json!({ "Policy": DOCUMENT, "DurationSeconds": seconds });
    session.call("GetScopedCredentials", &scope(900)).ok();
    refuses(
        &session,
        &[(
            "GetScopedCredentials",
            scope(901),
            400,
            "InsufficientSessionLifetime",
            "The requested DurationSeconds exceeds the remaining lifetime of the calling session.",
        )],
    );
}
