use crate::{arn, golden, refuses, start, with};
use serde_json::{Value, json};
use testkit::Client;

/// A certificate for `www.example.com` to the end of 2125, its key, and who signed it.
const LEAF: &str = include_str!("data/leaf.pem");
const LEAF_KEY: &str = include_str!("data/leaf.key.pem");
const MIDDLE: &str = include_str!("data/middle.pem");
const ROOT: &str = include_str!("data/root.pem");
/// The key of another.
const OTHER_KEY: &str = include_str!("data/rsa.key.pem");

fn certificate(name: &str) -> Value {
    json!({ "ServerCertificateName": name, "CertificateBody": LEAF, "PrivateKey": LEAF_KEY })
}

fn own(name: &str) -> Value {
    json!({ "ServerCertificateName": name })
}

#[track_caller]
fn upload(iam: &Client, name: &str) {
    iam.call("UploadServerCertificate", &certificate(name)).ok();
}

#[test]
fn the_life_of_a_server_certificate() {
    let (_server, iam) = start();
    let mut golden = golden("server-certificate");
    let chain = format!("{MIDDLE}{ROOT}");
    let upload =
        json!({ "Path": "/cloudfront/", "CertificateChain": chain, "Tags": [{ "Key": "a", "Value": "1" }] });
    let upload = with(certificate("www"), upload);
    let mut note = |step: &str, operation: &str, parameters: &Value| {
        golden.note(step, iam.call(operation, parameters)).ok()
    };
    note("UploadServerCertificate", "UploadServerCertificate", &upload);
    let got = note("GetServerCertificate", "GetServerCertificate", &own("WWW"));
    assert_eq!(got.text("GetServerCertificateResult.ServerCertificate.CertificateBody"), LEAF);
    assert_eq!(got.text("GetServerCertificateResult.ServerCertificate.CertificateChain"), chain);
    assert!(!got.body_text().contains("PRIVATE"), "the key is never shown");
    note("ListServerCertificates", "ListServerCertificates", &json!({ "PathPrefix": "/cloudfront/" }));
    note("of another path", "ListServerCertificates", &json!({ "PathPrefix": "/other/" }));
    note(
        "TagServerCertificate",
        "TagServerCertificate",
        &with(own("www"), json!({ "Tags": [{ "Key": "b", "Value": "2" }] })),
    );
    note("UntagServerCertificate", "UntagServerCertificate", &with(own("www"), json!({ "TagKeys": ["a"] })));
    note("ListServerCertificateTags", "ListServerCertificateTags", &own("www"));
    let renamed = json!({ "NewServerCertificateName": "Web", "NewPath": "/" });
    note("UpdateServerCertificate", "UpdateServerCertificate", &with(own("www"), renamed));
    note("renamed", "ListServerCertificates", &json!({}));
    note("DeleteServerCertificate", "DeleteServerCertificate", &own("Web"));
    golden.check();
    let gone = "The Server Certificate with name Web cannot be found.";
    refuses(
        &iam,
        &[
            ("GetServerCertificate", own("Web"), 404, "NoSuchEntity", gone),
            ("DeleteServerCertificate", own("Web"), 404, "NoSuchEntity", gone),
            ("UpdateServerCertificate", own("Web"), 404, "NoSuchEntity", gone),
            ("ListServerCertificateTags", own("Web"), 404, "NoSuchEntity", gone),
            (
                "TagServerCertificate",
                with(own("Web"), json!({ "Tags": [{ "Key": "b", "Value": "" }] })),
                404,
                "NoSuchEntity",
                gone,
            ),
            (
                "UntagServerCertificate",
                with(own("Web"), json!({ "TagKeys": ["b"] })),
                404,
                "NoSuchEntity",
                gone,
            ),
        ],
    );
}

#[test]
fn what_does_not_fit_together_is_refused() {
    let (_server, iam) = start();
    let change = |more: Value| with(certificate("www"), more);
    let body = "Unable to parse certificate. Please ensure the certificate is in PEM format.";
    let key = "Unable to parse key. Please ensure the key is in PEM format.";
    let chain = |index: i32| {
        format!(
            "Unable to validate certificate chain. The certificate chain must start with the immediate signing certificate, followed by any intermediaries in order. The index within the chain of the invalid certificate is: {index}"
        )
    };
    let malformed = "MalformedCertificate";
    let call = "UploadServerCertificate";
    refuses(
        &iam,
        &[
            (call, change(json!({ "CertificateBody": "file://leaf.pem" })), 400, malformed, body),
            (call, change(json!({ "CertificateBody": LEAF_KEY })), 400, malformed, body),
            (call, change(json!({ "CertificateBody": format!("{LEAF}{MIDDLE}") })), 400, malformed, body),
            (call, change(json!({ "CertificateChain": "none" })), 400, malformed, body),
            (call, change(json!({ "PrivateKey": "none" })), 400, malformed, key),
            (call, change(json!({ "PrivateKey": LEAF })), 400, malformed, key),
            (
                call,
                change(json!({ "PrivateKey": OTHER_KEY })),
                400,
                "KeyPairMismatch",
                "Public key certificate and private key doesn't match.",
            ),
            (call, change(json!({ "CertificateChain": ROOT })), 400, malformed, &chain(-1)),
            (
                call,
                change(json!({ "CertificateChain": format!("{ROOT}{MIDDLE}") })),
                400,
                malformed,
                &chain(-1),
            ),
            (
                call,
                change(json!({ "CertificateChain": format!("{MIDDLE}{MIDDLE}") })),
                400,
                malformed,
                &chain(0),
            ),
        ],
    );
    let none = iam.call("ListServerCertificates", &json!({})).ok();
    assert_eq!(
        none.texts("ListServerCertificatesResult.ServerCertificateMetadataList.member.Arn"),
        Vec::<String>::new()
    );
}

#[test]
fn names_are_taken_once() {
    let (_server, iam) = start();
    upload(&iam, "www");
    upload(&iam, "web");
    let taken = "The Server Certificate with name Web already exists.";
    refuses(
        &iam,
        &[
            ("UploadServerCertificate", certificate("Web"), 409, "EntityAlreadyExists", taken),
            (
                "UpdateServerCertificate",
                with(own("www"), json!({ "NewServerCertificateName": "Web" })),
                409,
                "EntityAlreadyExists",
                taken,
            ),
        ],
    );
    // Its own name in another case is no other's.
    iam.call("UpdateServerCertificate", &with(own("www"), json!({ "NewServerCertificateName": "WWW" }))).ok();
    let list = iam.call("ListServerCertificates", &json!({ "MaxItems": 1 })).ok();
    let arns = "ListServerCertificatesResult.ServerCertificateMetadataList.member.Arn";
    assert_eq!(list.texts(arns), [arn("server-certificate/web")]);
    let next = json!({ "Marker": list.text("ListServerCertificatesResult.Marker") });
    let list = iam.call("ListServerCertificates", &next).ok();
    assert_eq!(list.texts(arns), [arn("server-certificate/WWW")]);
}

#[test]
fn the_thousand_and_first_certificate_is_refused() {
    let (_server, iam) = start();
    for n in 0..1000 {
        upload(&iam, &format!("c{n}"));
    }
    refuses(
        &iam,
        &[(
            "UploadServerCertificate",
            certificate("more"),
            409,
            "LimitExceeded",
            "Cannot exceed quota for ServerCertificatesPerAccount: 1000",
        )],
    );
}
