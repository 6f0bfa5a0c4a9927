//! How long sessions live, where, and what opens them.

use crate::{arn, refuses, role, start, user};
use ring::hmac;
use serde_json::{Value, json};
use testkit::{Answer, Client};

/// The credentials of an answer, as a client.
fn client(server: &testkit::Server, answer: &Answer, result: &str) -> Client {
    with(server.client("sts"), answer, result)
}

fn with(client: Client, answer: &Answer, result: &str) -> Client {
    let text = |name: &str| answer.text(&format!("{result}.Credentials.{name}"));
    client.key(&text("AccessKeyId"), &text("SecretAccessKey"), Some(&text("SessionToken")))
}

const UNKNOWN: &str = "The security token included in the request is invalid.";

#[test]
fn a_session_belongs_to_its_world() {
    let (server, iam) = start();
    let assume = json!({ "RoleArn": role(&iam, "builder"), "RoleSessionName": "s1" });
    let before = server.client("sts").call("AssumeRole", &assume).ok();
    let fork = server.fork("fork");
    // Opened before the fork and after it, here and there.
    let after = server.client("sts").call("AssumeRole", &assume).ok();
    let theirs = Client::new(fork, "sts").call("AssumeRole", &assume).ok();
    for answer in [&before, &after] {
        client(&server, answer, "AssumeRoleResult").call("GetCallerIdentity", &json!({})).ok();
        with(Client::new(fork, "sts"), answer, "AssumeRoleResult")
            .call("GetCallerIdentity", &json!({}))
            .refused(403, "InvalidClientTokenId", UNKNOWN);
    }
    with(Client::new(fork, "sts"), &theirs, "AssumeRoleResult").call("GetCallerIdentity", &json!({})).ok();
    client(&server, &theirs, "AssumeRoleResult").call("GetCallerIdentity", &json!({})).refused(
        403,
        "InvalidClientTokenId",
        UNKNOWN,
    );
}

#[test]
fn a_session_ends_by_the_worlds_clock_or_with_its_role() {
    let (mut server, iam) = start();
    let assume = json!({ "RoleArn": role(&iam, "builder"), "RoleSessionName": "s1", "DurationSeconds": 900 });
    let answer = server.client("sts").call("AssumeRole", &assume).ok();
    let ask = |server: &testkit::Server| {
        client(server, &answer, "AssumeRoleResult").call("GetCallerIdentity", &json!({}))
    };
    server.page("POST", "/_angae/clock", &json!({ "advance": "899s" }));
    ask(&server).ok();
    server.restart();
    server.page("POST", "/_angae/clock", &json!({ "advance": "900s" }));
    let sentence = "The security token included in the request is expired";
    ask(&server).refused(403, "ExpiredToken", sentence);
    let ec2 = with(server.client("ec2"), &answer, "AssumeRoleResult");
    ec2.call("DescribeVpcs", &json!({})).refused(400, "RequestExpired", "Request has expired.");
    let again = server.client("sts").call("AssumeRole", &assume).ok();
    let again = client(&server, &again, "AssumeRoleResult");
    again.call("GetCallerIdentity", &json!({})).ok();
    let iam = server.client("iam");
    iam.call("DeleteRole", &json!({ "RoleName": "builder" })).ok();
    again.call("GetCallerIdentity", &json!({})).refused(403, "InvalidClientTokenId", UNKNOWN);
    role(&iam, "builder");
    again.call("GetCallerIdentity", &json!({})).refused(403, "InvalidClientTokenId", UNKNOWN);
}

/// What a virtual device shows at the start of the tests' time and some steps of 30 seconds later (RFC 6238).
fn code(seed: &str, step: u64) -> String {
    let mut bits = 0_u64;
    let mut count = 0;
    let mut secret = Vec::new();
    for letter in seed.bytes() {
        let value = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
            .iter()
            .position(|own| *own == letter)
            .expect("the test made it so");
        bits = (bits << 5) | value as u64;
        count += 5;
        if count >= 8 {
            count -= 8;
            secret.push(u8::try_from((bits >> count) & 0xff).expect("the test made it so"));
        }
    }
    let at = u64::try_from(testkit::START.millis / 30_000).expect("the test made it so") + step;
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &secret);
    let digest = hmac::sign(&key, &at.to_be_bytes());
    let bytes = digest.as_ref();
    let offset = usize::from(bytes[19] & 15);
    let number =
        u32::from_be_bytes([bytes[offset] & 0x7f, bytes[offset + 1], bytes[offset + 2], bytes[offset + 3]]);
    format!("{:06}", number % 1_000_000)
}

#[test]
fn a_device_opens_sessions() {
    let (server, iam) = start();
    user(&iam, "anna");
    let (id, secret) = crate::key(&iam, "anna");
    let made = iam.call("CreateVirtualMFADevice", &json!({ "VirtualMFADeviceName": "phone" })).ok();
    let device = |name: &str| made.text(&format!("CreateVirtualMFADeviceResult.VirtualMFADevice.{name}"));
    let serial = device("SerialNumber");
    let seed = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, device("Base32StringSeed"))
        .unwrap();
    let seed = String::from_utf8(seed).unwrap();
    let enable = json!({ "UserName": "anna", "SerialNumber": serial, "AuthenticationCode1": code(&seed, 0), "AuthenticationCode2": code(&seed, 1) });
    iam.call("EnableMFADevice", &enable).ok();
    server.page("POST", "/_angae/clock", &json!({ "advance": "60s" }));
    let anna = server.client("sts").key(&id, &secret, None);
    let session = |serial: &str, code: &str| json!({ "SerialNumber": serial, "TokenCode": code });
    let device_sentence = "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.";
    let code_sentence = "MultiFactorAuthentication failed with invalid MFA one time pass code. ";
    refuses(
        &anna,
        &[
            ("GetSessionToken", session(&arn("mfa/other"), "123456"), 403, "AccessDenied", device_sentence),
            ("GetSessionToken", session(&serial, &code(&seed, 500)), 403, "AccessDenied", code_sentence),
            (
                "GetSessionToken",
                json!({ "SerialNumber": serial }),
                403,
                "AccessDenied",
                "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.",
            ),
        ],
    );
    let opened = anna.call("GetSessionToken", &session(&serial, &code(&seed, 2))).ok();
    let who = client(&server, &opened, "GetSessionTokenResult").call("GetCallerIdentity", &json!({})).ok();
    assert_eq!(who.text("GetCallerIdentityResult.Arn"), arn("user/anna"));
    // A code is good once, for whatever operation.
    let mut assume = session(&serial, &code(&seed, 2));
    assume["RoleArn"] = json!(role(&iam, "builder"));
    assume["RoleSessionName"] = json!("s1");
    anna.call("AssumeRole", &assume).refused(403, "AccessDenied", code_sentence);
    server.page("POST", "/_angae/clock", &json!({ "advance": "30s" }));
    assume["TokenCode"] = json!(code(&seed, 3));
    anna.call("AssumeRole", &assume).ok();
    // Somebody else's device proves nothing.
    let stranger = server.client("sts");
    stranger.call("GetSessionToken", &session(&serial, "123456")).refused(
        403,
        "AccessDenied",
        device_sentence,
    );
}

#[test]
fn a_federated_user_is_who_was_named() {
    let (server, iam) = start();
    user(&iam, "anna");
    let (id, secret) = crate::key(&iam, "anna");
    let anna = server.client("sts").key(&id, &secret, None);
    let ask = json!({ "Name": "bob", "Policy": crate::DOCUMENT, "DurationSeconds": 900 });
    let answer = anna.call("GetFederationToken", &ask).ok();
    let text = |name: &str| answer.text(&format!("GetFederationTokenResult.{name}"));
    assert_eq!(text("FederatedUser.FederatedUserId"), "000000000000:bob");
    let bob = client(&server, &answer, "GetFederationTokenResult");
    let who = bob.call("GetCallerIdentity", &json!({})).ok();
    assert_eq!(who.text("GetCallerIdentityResult.Arn"), "arn:aws:sts::000000000000:federated-user/bob");
    assert_eq!(who.text("GetCallerIdentityResult.UserId"), "000000000000:bob");
    // It goes with the user who vouches for it.
    iam.call("DeleteAccessKey", &json!({ "UserName": "anna", "AccessKeyId": id })).ok();
    iam.call("DeleteUser", &json!({ "UserName": "anna" })).ok();
    bob.call("GetCallerIdentity", &json!({})).refused(403, "InvalidClientTokenId", UNKNOWN);
}

/// What Kubernetes clients send: a presigned GET, answered in XML or, where they ask for it, in JSON.
#[test]
fn who_is_calling_is_asked_by_other_means_too() {
    let (server, _) = start();
    let sts = server.client("sts");
    let query = "/?Action=GetCallerIdentity&Version=2011-06-15";
    let answer = sts.request("GET", query).send().ok();
    assert_eq!(answer.text("GetCallerIdentityResult.Account"), "000000000000");
    let answer = sts.request("GET", query).header("accept", "application/json").send().ok();
    let tree: Value = serde_json::from_str(&answer.body_text()).unwrap();
    assert_eq!(tree["GetCallerIdentityResponse"]["GetCallerIdentityResult"]["Account"], "000000000000");
}
