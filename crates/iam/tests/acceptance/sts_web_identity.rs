//! Tokens of OIDC providers. The issuer is the account's own: what it signs is true, and is then attacked.

use crate::{TRUST, role, start};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use testkit::{Answer, Client, Server};

const AUDIENCE: &str = "sts.amazonaws.com";
const NO_KEY: &str = "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements";
const NO_JWT: &str =
    "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)";

/// A server whose account issues tokens and trusts them, its IAM and the issuer.
fn issuing() -> (Server, Client, String) {
    let (server, iam) = start();
    let enabled = iam.call("EnableOutboundWebIdentityFederation", &json!({})).ok();
    let issuer = enabled.text("EnableOutboundWebIdentityFederationResult.IssuerIdentifier");
    let create = json!({ "Url": issuer, "ClientIDList": [AUDIENCE] });
    iam.call("CreateOpenIDConnectProvider", &create).ok();
    role(&iam, "pod");
    (server, iam, issuer)
}

#[track_caller]
fn token(sts: &Client, parameters: &Value) -> String {
    let mut ask = json!({ "Audience": [AUDIENCE], "SigningAlgorithm": "RS256" });
    for (name, value) in parameters.as_object().expect("the test made it so") {
        ask[name] = value.clone();
    }
    sts.call("GetWebIdentityToken", &ask).ok().text("GetWebIdentityTokenResult.WebIdentityToken")
}

fn exchange(token: &str) -> Value {
    json!({ "RoleArn": crate::arn("role/pod"), "RoleSessionName": "pod-1", "WebIdentityToken": token })
}

/// The exchange, by somebody who signs nothing.
fn open(server: &Server, parameters: &Value) -> Answer {
    server.client("sts").anonymous().call("AssumeRoleWithWebIdentity", parameters)
}

/// Head and claims of a token.
fn parts(token: &str) -> (Value, Value) {
    let mut parts = token.split('.').map(|part| URL_SAFE_NO_PAD.decode(part).expect("the test made it so"));
    let mut next =
        || serde_json::from_slice(&parts.next().expect("the test made it so")).expect("the test made it so");
    (next(), next())
}

/// The same token with other parts; the signature stays.
fn forge(token: &str, change: impl Fn(&mut Value, &mut Value)) -> String {
    let (mut head, mut claims) = parts(token);
    change(&mut head, &mut claims);
    let encode = |part: &Value| URL_SAFE_NO_PAD.encode(part.to_string());
    let (_, signature) = token.rsplit_once('.').expect("the test made it so");
    format!("{}.{}.{signature}", encode(&head), encode(&claims))
}

#[test]
fn a_token_is_exchanged_for_a_session() {
    let server = Server::start_with(testkit::Options::default().running_clock());
    let iam = server.client("iam");
    let enabled = iam.call("EnableOutboundWebIdentityFederation", &json!({})).ok();
    let issuer = enabled.text("EnableOutboundWebIdentityFederationResult.IssuerIdentifier");
    iam.call("CreateOpenIDConnectProvider", &json!({ "Url": issuer, "ClientIDList": ["app", AUDIENCE] }))
        .ok();
    role(&iam, "pod");
    let sts = server.client("sts");
    let host = issuer.strip_prefix("https://").unwrap();
    for algorithm in ["RS256", "ES384"] {
        let token =
            token(&sts, &json!({ "SigningAlgorithm": algorithm, "Tags": [{ "Key": "job", "Value": "7" }] }));
        let (head, claims) = parts(&token);
        assert_eq!((head["alg"].as_str(), claims["iss"].as_str()), (Some(algorithm), Some(issuer.as_str())));
        assert_eq!(claims["aud"], AUDIENCE);
        assert_eq!(claims["sub"], "arn:aws:iam::000000000000:root");
        assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 300);
        assert_eq!(claims["https://sts.amazonaws.com/"]["aws_account"], "000000000000");
        assert_eq!(claims["https://sts.amazonaws.com/"]["request_tags"], json!({ "job": "7" }));
        // Whoever verifies it outside finds the key on a page.
        let page = server.page(
            "GET",
            &format!("/_angae/issuers/{host}/.well-known/openid-configuration"),
            &Value::Null,
        );
        assert_eq!(page["issuer"], issuer.as_str());
        let keys = page["jwks_uri"].as_str().unwrap().split_once("/_angae").unwrap().1;
        let keys = server.page("GET", &format!("/_angae{keys}"), &Value::Null);
        let known = keys["keys"].as_array().unwrap().iter().find(|key| key["kid"] == head["kid"]);
        assert_eq!(known.unwrap()["alg"], algorithm);
        let answer = open(&server, &exchange(&token)).ok();
        let text = |name: &str| answer.text(&format!("AssumeRoleWithWebIdentityResult.{name}"));
        assert_eq!(text("Audience"), AUDIENCE);
        assert_eq!(text("SubjectFromWebIdentityToken"), "arn:aws:iam::000000000000:root");
        assert_eq!(text("Provider"), crate::arn(&format!("oidc-provider/{host}")));
        assert_eq!(text("AssumedRoleUser.Arn"), "arn:aws:sts::000000000000:assumed-role/pod/pod-1");
        let key = |name: &str| text(&format!("Credentials.{name}"));
        let session = server.client("sts");
        let session = session.key(&key("AccessKeyId"), &key("SecretAccessKey"), Some(&key("SessionToken")));
        let who = session.call("GetCallerIdentity", &json!({})).ok().text("GetCallerIdentityResult.Arn");
        assert_eq!(who, "arn:aws:sts::000000000000:assumed-role/pod/pod-1");
    }
}

#[test]
fn forged_tokens_are_refused() {
    let (server, _, _) = issuing();
    let sts = server.client("sts");
    let other = token(&sts, &json!({ "SigningAlgorithm": "ES384" }));
    let good = token(&sts, &json!({}));
    let (signed, signature) = good.rsplit_once('.').unwrap();
    let bytes = URL_SAFE_NO_PAD.decode(signature).unwrap();
    let cut = URL_SAFE_NO_PAD.encode(&bytes[..bytes.len() - 1]);
    let unsigned = |algorithm: &str| {
        let forged = forge(&good, |head, _| head["alg"] = json!(algorithm));
        forged.rsplit_once('.').map(|(signed, _)| format!("{signed}.")).unwrap()
    };
    let invalid = "Token signature invalid";
    for (what, token, sentence) in [
        ("no algorithm", unsigned("none"), NO_KEY),
        ("no algorithm, otherwise", unsigned("nOnE"), NO_KEY),
        ("a shared secret", forge(&good, |head, _| head["alg"] = json!("HS256")), NO_KEY),
        ("another family", forge(&good, |head, _| head["alg"] = json!("ES384")), NO_KEY),
        ("an unknown key", forge(&good, |head, _| head["kid"] = json!("mine")), NO_KEY),
        ("another key", forge(&good, |head, _| head["kid"] = parts(&other).0["kid"].clone()), NO_KEY),
        ("a key of its own", forge(&good, |head, _| head["jwk"] = json!({ "kty": "RSA" })), invalid),
        ("another subject", forge(&good, |_, claims| claims["sub"] = json!("system:masters")), invalid),
        ("a longer life", forge(&good, |_, claims| claims["exp"] = json!(99_999_999_999_i64)), invalid),
        ("a cut signature", format!("{signed}.{cut}"), invalid),
        ("another's signature", format!("{signed}.{}", other.rsplit_once('.').unwrap().1), invalid),
        ("no signature", format!("{signed}."), invalid),
        ("two parts", signed.to_owned(), NO_JWT),
        ("nonsense", "not-a-token".to_owned(), NO_JWT),
        (
            "no audience of the provider's",
            token(&sts, &json!({ "Audience": ["else"] })),
            "Incorrect token audience",
        ),
        (
            "another issuer",
            forge(&good, |_, claims| claims["iss"] = json!("https://evil.example")),
            "No OpenIDConnect provider found in your account for https://evil.example",
        ),
    ] {
        let refusal = open(&server, &exchange(&token)).refusal();
        let found = (refusal.status, refusal.code.as_str(), refusal.message.as_str());
        assert_eq!(found, (400, "InvalidIdentityToken", sentence), "{what}");
    }
    open(&server, &exchange(&good)).ok();
}

#[test]
fn a_token_has_its_time_its_account_and_its_world() {
    let (server, iam, issuer) = issuing();
    let sts = server.client("sts");
    let good = token(&sts, &json!({}));
    // The role's account has to know the issuer.
    let other = server.client("iam").key("111111111111", "x", None);
    let create = json!({ "RoleName": "pod", "AssumeRolePolicyDocument": TRUST });
    other.call("CreateRole", &create).ok();
    let mut elsewhere = exchange(&good);
    elsewhere["RoleArn"] = json!("arn:aws:iam::111111111111:role/pod");
    open(&server, &elsewhere).refused(
        400,
        "InvalidIdentityToken",
        &format!("No OpenIDConnect provider found in your account for {issuer}"),
    );
    let mut nobody = exchange(&good);
    nobody["RoleArn"] = json!(crate::arn("role/nobody"));
    open(&server, &nobody).refused(
        403,
        "AccessDenied",
        "Not authorized to perform sts:AssumeRoleWithWebIdentity",
    );
    // A fork has the provider and keys of its own: what one world signs the other does not take.
    let fork = server.fork("fork");
    let forked = Client::new(fork, "sts");
    forked.anonymous().call("AssumeRoleWithWebIdentity", &exchange(&good)).refused(
        400,
        "InvalidIdentityToken",
        NO_KEY,
    );
    let theirs = token(&Client::new(fork, "sts"), &json!({}));
    let forked = Client::new(fork, "sts");
    forked.anonymous().call("AssumeRoleWithWebIdentity", &exchange(&theirs)).ok();
    open(&server, &exchange(&theirs)).refused(400, "InvalidIdentityToken", NO_KEY);
    server.page("POST", "/_angae/clock", &json!({ "advance": "300s" }));
    let refusal = open(&server, &exchange(&good)).refusal();
    assert_eq!((refusal.status, refusal.code.as_str()), (400, "ExpiredTokenException"));
    assert!(refusal.message.starts_with("Token expired: current date/time "), "{}", refusal.message);
    // An account that issues nothing says so, and vouches for nothing any more.
    let sts = server.client("sts");
    let fresh = token(&sts, &json!({}));
    iam.call("DisableOutboundWebIdentityFederation", &json!({})).ok();
    let ask = json!({ "Audience": [AUDIENCE], "SigningAlgorithm": "RS256" });
    let refusal = sts.call("GetWebIdentityToken", &ask).refusal();
    assert_eq!(
        (refusal.status, refusal.code.as_str()),
        (403, "OutboundWebIdentityFederationDisabledException")
    );
    let refusal = open(&server, &exchange(&fresh)).refusal();
    assert_eq!((refusal.code.as_str(), refusal.message.as_str()), ("InvalidIdentityToken", NO_KEY));
}

#[test]
fn a_token_does_not_outlive_the_session_that_asks_for_it() {
    let (server, iam, _) = issuing();
    let sts = server.client("sts");
    let assume = json!({ "RoleArn": role(&iam, "short"), "RoleSessionName": "s1", "DurationSeconds": 900 });
    let assumed = sts.call("AssumeRole", &assume).ok();
    let text = |name: &str| assumed.text(&format!("AssumeRoleResult.Credentials.{name}"));
    let session = server.client("sts");
    let session = session.key(&text("AccessKeyId"), &text("SecretAccessKey"), Some(&text("SessionToken")));
    let own = token(&session, &json!({ "DurationSeconds": 900 }));
    assert_eq!(parts(&own).1["sub"], crate::arn("role/short"));
    let long = json!({ "Audience": [AUDIENCE], "SigningAlgorithm": "RS256", "DurationSeconds": 901 });
    let refusal = session.call("GetWebIdentityToken", &long).refusal();
    assert_eq!((refusal.status, refusal.code.as_str()), (403, "SessionDurationEscalationException"));
    let unknown = json!({ "Audience": [AUDIENCE], "SigningAlgorithm": "HS256" });
    assert_eq!(session.call("GetWebIdentityToken", &unknown).refusal().code, "ValidationError");
    let tags: Vec<_> = (0..50).map(|n| json!({ "Key": format!("k{n}"), "Value": "v".repeat(256) })).collect();
    let large = json!({ "Audience": [AUDIENCE], "SigningAlgorithm": "RS256", "Tags": tags });
    assert_eq!(session.call("GetWebIdentityToken", &large).refusal().code, "JWTPayloadSizeExceededException");
}
