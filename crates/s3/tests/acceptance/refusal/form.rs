//! Section 22.4: what browser forms are refused for.

use super::request::{MISMATCH, issued, spaced};
use super::{Ask, BASE64, Row, ask, check};
use crate::{no_such_key, start};
use base64::Engine;

/// A form with these fields and a file of these bytes, as browsers write it.
fn form(fields: &[(&str, &str)], file: &str) -> Ask {
    let mut body = String::new();
    for (name, value) in fields {
        body.push_str(&format!(
            "--xyz\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        ));
    }
    body.push_str("--xyz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\n");
    body.push_str(&format!("{file}\r\n--xyz--\r\n"));
    ask("POST /photos").header("content-type", "multipart/form-data; boundary=xyz").body(body)
}

/// A policy as it stands in a form.
fn policy(expiration: &str, conditions: &str) -> String {
    BASE64.encode(format!("{{\"expiration\": \"{expiration}\", \"conditions\": {conditions}}}"))
}

fn lasting(conditions: &str) -> String {
    policy("2999-01-01T00:00:00Z", conditions)
}

/// A form with a policy that an account vouches for.
fn vouched(policy: &str, more: &[(&str, &str)], file: &str) -> Ask {
    let mut fields = vec![("key", "k"), ("policy", policy)];
    fields.extend([("AWSAccessKeyId", "000000000000"), ("signature", "x")]);
    fields.extend(more);
    form(&fields, file)
}

const ANY: &str = r#"[["starts-with", "$key", ""]]"#;

fn against_policy(ask: Ask, what: &str) -> Row {
    ask.refused(403, "AccessDenied", &format!("Invalid according to Policy: {what}"))
}

#[test]
fn policies_of_forms() {
    let (server, s3) = start();
    let nobody = server.client("s3").anonymous();
    let invalid = |policy: &str, what: &str| {
        vouched(policy, &[], "12345").refused(
            400,
            "InvalidPolicyDocument",
            &format!("Invalid Policy: {what}"),
        )
    };
    let simple = "Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.";
    let small = lasting(r#"[["starts-with", "$key", ""], ["content-length-range", 6, 9]]"#);
    let large = lasting(r#"[["starts-with", "$key", ""], ["content-length-range", 1, 4]]"#);
    let condition = |conditions: &str, shown: &str| {
        let what = format!("Policy Condition failed: {shown}");
        against_policy(vouched(&lasting(conditions), &[], "12345"), &what)
    };
    check(
        &nobody,
        [
            against_policy(vouched(&policy("2025-01-01T00:00:00Z", ANY), &[], "12345"), "Policy expired."),
            condition(r#"[["eq", "$key", "other"]]"#, r#"["eq", "$key", "other"]"#),
            condition(r#"[["like", "$key", "k"]]"#, r#"["like", "$key", "k"]"#),
            against_policy(vouched(&lasting(ANY), &[("acl", "private")], "12345"), "Extra input fields: acl"),
            invalid("bm8gcG9saWN5", "Invalid JSON."),
            invalid(&lasting(r#"[{"key": "k", "acl": "private"}]"#), simple),
            vouched(&small, &[], "12345")
                .refused(
                    400,
                    "EntityTooSmall",
                    "Your proposed upload is smaller than the minimum allowed size",
                )
                .with("ProposedSize", "5")
                .with("MinSizeAllowed", "6"),
            vouched(&large, &[], "12345")
                .refused(400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size")
                .with("ProposedSize", "5")
                .with("MaxSizeAllowed", "4"),
        ],
    );
    no_such_key(&ask("GET /photos/k").send(&s3), "k");
    let _stored = vouched(&lasting(ANY), &[], "12345").send(&nobody).ok();
}

#[test]
fn signatures_of_forms() {
    let (server, _s3) = start();
    let anna = issued(&server, "anna");
    let nobody = server.client("s3").anonymous();
    let any = lasting(ANY);
    let missing = |name: &str, fields: &[(&str, &str)]| {
        let sentence = format!(
            "Bucket POST must contain a field named '{name}'.  If it is specified, please check the order of the \
             fields."
        );
        form(fields, "12345").argument(name, &sentence).value("")
    };
    let changed = |fields: &[(&str, &str)]| {
        form(fields, "12345")
            .refused(403, "SignatureDoesNotMatch", MISMATCH)
            .with("AWSAccessKeyId", &anna.id)
            .with("StringToSign", &any)
            .with("SignatureProvided", "0000")
            .with("StringToSignBytes", &spaced(&any))
    };
    let credential = format!("{}/20260101/us-east-1/s3/aws4_request", anna.id);
    let no_credential = "Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; expecting \
                         \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\".";
    let (key, policy) = (("key", "k"), ("policy", any.as_str()));
    let v4 = |credential: &'static str| {
        [
            key,
            policy,
            ("x-amz-algorithm", "AWS4-HMAC-SHA256"),
            ("x-amz-credential", credential),
            ("x-amz-date", "20260101T120000Z"),
        ]
    };
    let whole = [v4("a/b").as_slice(), &[("x-amz-signature", "0000")]].concat();
    let own: Vec<(&str, &str)> = whole
        .iter()
        .map(|&(name, value)| (name, if name == "x-amz-credential" { credential.as_str() } else { value }))
        .collect();
    check(
        &nobody,
        [
            form(&[key, policy], "12345").refused(403, "AccessDenied", "Access Denied"),
            missing("X-Amz-Signature", &v4("a")),
            missing("AWSAccessKeyId", &[key, policy, ("signature", "x")]),
            missing("key", &[policy]),
            form(&whole, "12345").argument("X-Amz-Credential", no_credential).value("a/b"),
            changed(&own),
            changed(&[key, policy, ("AWSAccessKeyId", &anna.id), ("signature", "0000")]),
        ],
    );
}
