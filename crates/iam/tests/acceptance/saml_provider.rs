use crate::{arn, golden, refuses, start, with};
use serde_json::{Value, json};
use testkit::Client;

/// Documents of two identity providers. Their certificates end with the years 2126 and 2127.
const METADATA: &str = include_str!("data/metadata.xml");
const OTHER: &str = include_str!("data/metadata-other.xml");
/// A private key of RSA.
const KEY: &str = include_str!("data/rsa.key.pem");

#[track_caller]
fn create(iam: &Client, name: &str, more: Value) -> String {
    let parameters = with(json!({ "Name": name, "SAMLMetadataDocument": METADATA }), more);
    iam.call("CreateSAMLProvider", &parameters).ok().text("CreateSAMLProviderResult.SAMLProviderArn")
}

fn of(arn: &str, more: Value) -> Value {
    with(json!({ "SAMLProviderArn": arn }), more)
}

fn own(arn: &str) -> Value {
    of(arn, json!({}))
}

#[test]
fn the_life_of_a_saml_provider() {
    let (_server, iam) = start();
    let mut golden = golden("saml-provider");
    let create =
        json!({ "Name": "Okta", "SAMLMetadataDocument": METADATA, "Tags": [{ "Key": "a", "Value": "1" }] });
    golden.note("CreateSAMLProvider", iam.call("CreateSAMLProvider", &create)).ok();
    let arn = arn("saml-provider/Okta");
    let mut note = |step: &str, operation: &str, parameters: Value| {
        golden.note(step, iam.call(operation, &parameters)).ok()
    };
    let got = note("GetSAMLProvider", "GetSAMLProvider", own(&arn));
    assert_eq!(got.text("GetSAMLProviderResult.SAMLMetadataDocument"), METADATA);
    note("ListSAMLProviders", "ListSAMLProviders", json!({}));
    note("UpdateSAMLProvider", "UpdateSAMLProvider", of(&arn, json!({ "SAMLMetadataDocument": OTHER })));
    let secure = json!({ "AddPrivateKey": KEY, "AssertionEncryptionMode": "Required" });
    note("encrypted", "UpdateSAMLProvider", of(&arn, secure));
    let context =
        json!({ "ContextProvider": { "SubjectSourceKey": "NameID", "SubjectTypeSourceKey": "kind" } });
    note("with a context", "UpdateSAMLProvider", of(&arn, context));
    note("TagSAMLProvider", "TagSAMLProvider", of(&arn, json!({ "Tags": [{ "Key": "b", "Value": "2" }] })));
    note("UntagSAMLProvider", "UntagSAMLProvider", of(&arn, json!({ "TagKeys": ["A"] })));
    note("ListSAMLProviderTags", "ListSAMLProviderTags", own(&arn));
    let changed = note("changed", "GetSAMLProvider", own(&arn));
    assert_eq!(changed.text("GetSAMLProviderResult.SAMLMetadataDocument"), OTHER);
    note("DeleteSAMLProvider", "DeleteSAMLProvider", own(&arn));
    golden.check();
    let gone = format!("Manifest not found for arn {arn}");
    refuses(
        &iam,
        &[
            ("GetSAMLProvider", own(&arn), 404, "NoSuchEntity", &gone),
            ("UpdateSAMLProvider", own(&arn), 404, "NoSuchEntity", &gone),
            ("DeleteSAMLProvider", own(&arn), 404, "NoSuchEntity", &gone),
            ("ListSAMLProviderTags", own(&arn), 404, "NoSuchEntity", &gone),
            (
                "TagSAMLProvider",
                of(&arn, json!({ "Tags": [{ "Key": "a", "Value": "" }] })),
                404,
                "NoSuchEntity",
                &gone,
            ),
            ("UntagSAMLProvider", of(&arn, json!({ "TagKeys": ["a"] })), 404, "NoSuchEntity", &gone),
        ],
    );
}

#[test]
fn private_keys_come_and_go() {
    let (_server, iam) = start();
    let arn = create(&iam, "Okta", json!({ "AddPrivateKey": KEY, "AssertionEncryptionMode": "Required" }));
    let keys = || {
        let got = iam.call("GetSAMLProvider", &own(&arn)).ok();
        got.texts("GetSAMLProviderResult.PrivateKeyList.member.KeyId")
    };
    let first = keys();
    assert_eq!(first.len(), 1);
    iam.call("UpdateSAMLProvider", &of(&arn, json!({ "AddPrivateKey": KEY }))).ok();
    let unknown = "AAAAAAAAAAAAAAAAAAAAAA";
    refuses(
        &iam,
        &[
            (
                "UpdateSAMLProvider",
                of(&arn, json!({ "AddPrivateKey": KEY })),
                409,
                "LimitExceeded",
                "Cannot exceed quota for PrivateKeysPerSAMLProvider: 2",
            ),
            (
                "UpdateSAMLProvider",
                of(&arn, json!({ "RemovePrivateKey": unknown })),
                404,
                "NoSuchEntity",
                &format!("The private key with id {unknown} cannot be found."),
            ),
            (
                "UpdateSAMLProvider",
                of(&arn, json!({ "AddPrivateKey": "no key" })),
                400,
                "InvalidInput",
                "The private key could not be parsed.",
            ),
        ],
    );
    iam.call("UpdateSAMLProvider", &of(&arn, json!({ "RemovePrivateKey": first[0] }))).ok();
    let second = keys();
    assert_eq!(second.len(), 1);
    assert_ne!(second, first);
    let needed = "A private key is required when assertion encryption is required.";
    let last = json!({ "RemovePrivateKey": second[0] });
    refuses(
        &iam,
        &[
            ("UpdateSAMLProvider", of(&arn, last.clone()), 400, "InvalidInput", needed),
            (
                "CreateSAMLProvider",
                json!({ "Name": "b", "SAMLMetadataDocument": METADATA, "AssertionEncryptionMode": "Required" }),
                400,
                "InvalidInput",
                needed,
            ),
        ],
    );
    iam.call("UpdateSAMLProvider", &of(&arn, json!({ "AssertionEncryptionMode": "Allowed" }))).ok();
    iam.call("UpdateSAMLProvider", &of(&arn, last)).ok();
    assert_eq!(keys(), Vec::<String>::new());
}

#[test]
fn what_saml_providers_refuse() {
    let (_server, iam) = start();
    let arn = create(&iam, "Okta", json!({}));
    let document = |text: &str| json!({ "Name": "b", "SAMLMetadataDocument": text });
    let parse = "Could not parse metadata";
    let oidc = arn.replace("saml", "oidc");
    let instance = "arn:aws:sso:::instance/ssoins-0123456789abcdef";
    refuses(
        &iam,
        &[
            (
                "CreateSAMLProvider",
                json!({ "Name": "Okta", "SAMLMetadataDocument": METADATA }),
                409,
                "EntityAlreadyExists",
                "Provider with name Okta already exists.",
            ),
            ("CreateSAMLProvider", document(&"x".repeat(1000)), 400, "InvalidInput", parse),
            (
                "CreateSAMLProvider",
                document(&METADATA.replace("IDPSSO", "SPSSO")),
                400,
                "InvalidInput",
                parse,
            ),
            (
                "UpdateSAMLProvider",
                of(&arn, json!({ "SAMLMetadataDocument": "x".repeat(1000) })),
                400,
                "InvalidInput",
                parse,
            ),
            (
                "CreateSAMLProvider",
                json!({ "Name": "b", "SAMLMetadataDocument": METADATA, "IdentityCenterInstanceArn": instance }),
                400,
                "InvalidInput",
                &format!("The IAM Identity Center instance {instance} cannot be found."),
            ),
            (
                "UpdateSAMLProvider",
                of(
                    &arn,
                    json!({ "ContextProvider": { "SubjectSourceKey": "a" }, "RemoveContextProvider": true }),
                ),
                400,
                "InvalidInput",
                "ContextProvider and RemoveContextProvider cannot be specified in the same request.",
            ),
            ("GetSAMLProvider", own(&oidc), 400, "ValidationError", "Invalid resource type in ARN"),
        ],
    );
}

#[test]
fn the_hundred_and_first_provider_is_refused() {
    let (_server, iam) = start();
    for n in 0..100 {
        create(&iam, &format!("p{n}"), json!({}));
    }
    refuses(
        &iam,
        &[(
            "CreateSAMLProvider",
            json!({ "Name": "more", "SAMLMetadataDocument": METADATA }),
            409,
            "LimitExceeded",
            "Cannot exceed quota for SAMLProvidersPerAccount: 100",
        )],
    );
}
