use crate::{arn, golden, refuses, start, with};
use serde_json::{Value, json};
use testkit::Client;

/// A thumbprint.
const PRINT: &str = "6938FD4D98BAB03FAADB97B34396831E3780AEA1";

/// The ARN of a new provider.
#[track_caller]
fn create(iam: &Client, url: &str) -> String {
    let create = json!({ "Url": url, "ThumbprintList": [PRINT] });
    let made = iam.call("CreateOpenIDConnectProvider", &create).ok();
    made.text("CreateOpenIDConnectProviderResult.OpenIDConnectProviderArn")
}

fn of(arn: &str, more: Value) -> Value {
    with(json!({ "OpenIDConnectProviderArn": arn }), more)
}

fn own(arn: &str) -> Value {
    of(arn, json!({}))
}

#[test]
fn the_life_of_an_oidc_provider() {
    let (_server, iam) = start();
    let mut golden = golden("oidc-provider");
    let create = json!({
        "Url": "https://oidc.eks.us-east-1.amazonaws.com/id/EXAMPLE",
        "ClientIDList": ["sts.amazonaws.com", "sts.amazonaws.com"],
        "ThumbprintList": [PRINT],
        "Tags": [{ "Key": "b", "Value": "2" }, { "Key": "a", "Value": "1" }],
    });
    golden.note("CreateOpenIDConnectProvider", iam.call("CreateOpenIDConnectProvider", &create)).ok();
    let bare = iam.call("CreateOpenIDConnectProvider", &json!({ "Url": "https://example.com" }));
    golden.note("without thumbprints", bare).ok();
    let arn = arn("oidc-provider/oidc.eks.us-east-1.amazonaws.com/id/EXAMPLE");
    let mut note = |step: &str, operation: &str, parameters: Value| {
        golden.note(step, iam.call(operation, &parameters)).ok();
    };
    note("GetOpenIDConnectProvider", "GetOpenIDConnectProvider", own(&arn));
    note("ListOpenIDConnectProviders", "ListOpenIDConnectProviders", json!({}));
    note("AddClientID", "AddClientIDToOpenIDConnectProvider", of(&arn, json!({ "ClientID": "app" })));
    note(
        "RemoveClientID",
        "RemoveClientIDFromOpenIDConnectProvider",
        of(&arn, json!({ "ClientID": "sts.amazonaws.com" })),
    );
    note(
        "RemoveClientID again",
        "RemoveClientIDFromOpenIDConnectProvider",
        of(&arn, json!({ "ClientID": "sts.amazonaws.com" })),
    );
    let prints = json!({ "ThumbprintList": ["a".repeat(40), "B".repeat(40)] });
    note("UpdateThumbprint", "UpdateOpenIDConnectProviderThumbprint", of(&arn, prints));
    note(
        "TagOpenIDConnectProvider",
        "TagOpenIDConnectProvider",
        of(&arn, json!({ "Tags": [{ "Key": "c", "Value": "" }] })),
    );
    note(
        "UntagOpenIDConnectProvider",
        "UntagOpenIDConnectProvider",
        of(&arn, json!({ "TagKeys": ["a", "none"] })),
    );
    note("ListOpenIDConnectProviderTags", "ListOpenIDConnectProviderTags", own(&arn));
    let context = json!({ "ContextProvider": {
        "KeyDefinitionList": [{ "SourceKey": "department", "TargetKey": "team" }, { "SourceKey": "site" }],
        "SubjectSourceKey": "sub",
        "SubjectTypeValue": "user",
    } });
    note("UpdateOpenIDConnectProvider", "UpdateOpenIDConnectProvider", of(&arn, context));
    note("changed", "GetOpenIDConnectProvider", own(&arn));
    note("listed with its context", "ListOpenIDConnectProviders", json!({}));
    note(
        "RemoveContextProvider",
        "UpdateOpenIDConnectProvider",
        of(&arn, json!({ "RemoveContextProvider": true })),
    );
    note("without a context", "GetOpenIDConnectProvider", own(&arn));
    note("DeleteOpenIDConnectProvider", "DeleteOpenIDConnectProvider", own(&arn));
    golden.check();
    let gone = format!("OpenIDConnect Provider not found for arn {arn}");
    let gone_twice = format!("OpenId connect Provider {arn} cannot be found.");
    refuses(
        &iam,
        &[
            ("GetOpenIDConnectProvider", own(&arn), 404, "NoSuchEntity", &gone),
            ("DeleteOpenIDConnectProvider", own(&arn), 404, "NoSuchEntity", &gone_twice),
            ("ListOpenIDConnectProviderTags", own(&arn), 404, "NoSuchEntity", &gone),
            (
                "AddClientIDToOpenIDConnectProvider",
                of(&arn, json!({ "ClientID": "a" })),
                404,
                "NoSuchEntity",
                &gone,
            ),
            (
                "RemoveClientIDFromOpenIDConnectProvider",
                of(&arn, json!({ "ClientID": "a" })),
                404,
                "NoSuchEntity",
                &gone,
            ),
            (
                "UpdateOpenIDConnectProviderThumbprint",
                of(&arn, json!({ "ThumbprintList": [PRINT] })),
                404,
                "NoSuchEntity",
                &gone,
            ),
            ("UpdateOpenIDConnectProvider", own(&arn), 404, "NoSuchEntity", &gone),
            (
                "TagOpenIDConnectProvider",
                of(&arn, json!({ "Tags": [{ "Key": "a", "Value": "" }] })),
                404,
                "NoSuchEntity",
                &gone,
            ),
            ("UntagOpenIDConnectProvider", of(&arn, json!({ "TagKeys": ["a"] })), 404, "NoSuchEntity", &gone),
        ],
    );
}

#[test]
fn urls_that_name_no_issuer() {
    let (_server, iam) = start();
    create(&iam, "https://taken.example.com");
    // A trailing slash makes another issuer.
    create(&iam, "https://taken.example.com/");
    let url = |url: &str| json!({ "Url": url, "ThumbprintList": [PRINT] });
    let part = "Invalid Open ID Connect Provider URL.";
    refuses(
        &iam,
        &[
            (
                "CreateOpenIDConnectProvider",
                url("example.org"),
                400,
                "ValidationError",
                "Invalid Open ID Connect Provider URL",
            ),
            (
                "CreateOpenIDConnectProvider",
                url("http://example.org"),
                400,
                "InvalidInput",
                "Invalid Open ID Connect Provider URL. The URL must begin with https://.",
            ),
            ("CreateOpenIDConnectProvider", url("https://example.org:8443"), 400, "InvalidInput", part),
            ("CreateOpenIDConnectProvider", url("https://example.org/?a"), 400, "InvalidInput", part),
            (
                "CreateOpenIDConnectProvider",
                url("https://taken.example.com"),
                409,
                "EntityAlreadyExists",
                "Provider with url https://taken.example.com already exists.",
            ),
        ],
    );
}

#[test]
fn what_oidc_providers_refuse() {
    let (_server, iam) = start();
    let arn = create(&iam, "https://example.com");
    let clients: Vec<String> = (0..101).map(|n| n.to_string()).collect();
    let prints: Vec<String> = (0..6).map(|n| n.to_string().repeat(40)).collect();
    let new = |more: Value| with(json!({ "Url": "https://new.example.com" }), more);
    iam.call(
        "CreateOpenIDConnectProvider",
        &new(json!({ "ClientIDList": clients[..100], "ThumbprintList": prints[..5] })),
    )
    .ok();
    let full = arn.replace("example.com", "new.example.com");
    let instance = "arn:aws:sso:::instance/ssoins-0123456789abcdef";
    let twice = json!([{ "Key": "a", "Value": "1" }, { "Key": "A", "Value": "2" }]);
    let tags: Vec<Value> = (0..50).map(|n| json!({ "Key": format!("k{n}"), "Value": "" })).collect();
    iam.call("TagOpenIDConnectProvider", &of(&arn, json!({ "Tags": tags }))).ok();
    let subject = json!({ "SubjectSourceKey": "sub" });
    let foreign = arn.replace("000000000000", "111122223333");
    let (saml, short) = (arn.replace("oidc", "saml"), "arn:aws:iam::000000000000:oidc-provider");
    let quota = "Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: 100";
    refuses(
        &iam,
        &[
            (
                "CreateOpenIDConnectProvider",
                new(json!({ "Url": "https://b.com", "ClientIDList": clients })),
                409,
                "LimitExceeded",
                quota,
            ),
            (
                "AddClientIDToOpenIDConnectProvider",
                of(&full, json!({ "ClientID": "100" })),
                409,
                "LimitExceeded",
                quota,
            ),
            (
                "CreateOpenIDConnectProvider",
                new(json!({ "Url": "https://b.com", "ThumbprintList": prints })),
                400,
                "InvalidInput",
                "Thumbprint list must contain fewer than 5 entries.",
            ),
            (
                "UpdateOpenIDConnectProviderThumbprint",
                of(&arn, json!({ "ThumbprintList": prints })),
                400,
                "InvalidInput",
                "Thumbprint list must contain fewer than 5 entries.",
            ),
            (
                "UpdateOpenIDConnectProviderThumbprint",
                of(&arn, json!({ "ThumbprintList": "" })),
                400,
                "InvalidInput",
                "Thumbprint list must contain at least one entry.",
            ),
            (
                "CreateOpenIDConnectProvider",
                new(json!({ "Url": "https://b.com", "Tags": twice })),
                400,
                "InvalidInput",
                "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
            ),
            (
                "TagOpenIDConnectProvider",
                of(&arn, json!({ "Tags": [{ "Key": "one more", "Value": "" }] })),
                409,
                "LimitExceeded",
                "The number of tags has reached the maximum limit.",
            ),
            (
                "CreateOpenIDConnectProvider",
                new(
                    json!({ "Url": "https://b.com", "ContextProvider": subject, "IdentityCenterInstanceArn": instance }),
                ),
                400,
                "InvalidInput",
                &format!("The IAM Identity Center instance {instance} cannot be found."),
            ),
            (
                "UpdateOpenIDConnectProvider",
                of(&arn, json!({ "IdentityCenterInstanceArn": instance })),
                400,
                "InvalidInput",
                &format!("The IAM Identity Center instance {instance} cannot be found."),
            ),
            (
                "UpdateOpenIDConnectProvider",
                of(&arn, json!({ "ContextProvider": subject, "RemoveContextProvider": true })),
                400,
                "InvalidInput",
                "ContextProvider and RemoveContextProvider cannot be specified in the same request.",
            ),
            (
                "UpdateOpenIDConnectProvider",
                of(
                    &arn,
                    json!({ "IdentityCenterInstanceArn": instance, "RemoveIdentityCenterInstance": true }),
                ),
                400,
                "InvalidInput",
                "IdentityCenterInstanceArn and RemoveIdentityCenterInstance cannot be specified in the same request.",
            ),
            (
                "UpdateOpenIDConnectProvider",
                of(&arn, json!({ "ContextProvider": subject, "RemoveIdentityCenterInstance": true })),
                400,
                "InvalidInput",
                "ContextProvider and IdentityCenterInstanceArn cannot be specified in the same request.",
            ),
            (
                "UpdateOpenIDConnectProvider",
                of(
                    &arn,
                    json!({ "ContextProvider": { "SubjectSourceKey": "sub", "SubjectTypeValue": "user", "SubjectTypeSourceKey": "type" } }),
                ),
                400,
                "InvalidInput",
                "SubjectTypeValue and SubjectTypeSourceKey cannot be specified in the same request.",
            ),
            (
                "UpdateOpenIDConnectProvider",
                of(&arn, json!({ "ContextProvider": { "SubjectSourceKey": "two  spaces" } })),
                400,
                "InvalidInput",
                "The key two  spaces is invalid.",
            ),
            ("GetOpenIDConnectProvider", own(&saml), 400, "ValidationError", "Invalid resource type in ARN"),
            (
                "GetOpenIDConnectProvider",
                own(short),
                400,
                "ValidationError",
                &format!("Invalid ARN: {short}"),
            ),
            (
                "GetOpenIDConnectProvider",
                own("no arn at all, but long"),
                400,
                "ValidationError",
                "Invalid ARN: no arn at all, but long",
            ),
            (
                "GetOpenIDConnectProvider",
                own(&foreign),
                403,
                "AccessDenied",
                &format!(
                    "User: arn:aws:iam::000000000000:root is not authorized to perform: iam:GetOpenIDConnectProvider on resource: {foreign}"
                ),
            ),
        ],
    );
}

#[test]
fn tags_come_in_pages() {
    let (_server, iam) = start();
    let arn = create(&iam, "https://example.com");
    let tags: Vec<Value> = (0..10).map(|n| json!({ "Key": format!("k{n}"), "Value": "" })).collect();
    iam.call("TagOpenIDConnectProvider", &of(&arn, json!({ "Tags": tags }))).ok();
    let list = |more: Value| iam.call("ListOpenIDConnectProviderTags", &of(&arn, more)).ok();
    let first = list(json!({ "MaxItems": 7 }));
    let keys = "ListOpenIDConnectProviderTagsResult.Tags.member.Key";
    assert_eq!(first.texts(keys).len(), 7);
    let second = list(json!({ "Marker": first.text("ListOpenIDConnectProviderTagsResult.Marker") }));
    assert_eq!(second.texts(keys), ["k7", "k8", "k9"]);
    assert_eq!(second.text("ListOpenIDConnectProviderTagsResult.IsTruncated"), "false");
    refuses(
        &iam,
        &[(
            "ListOpenIDConnectProviderTags",
            of(&arn, json!({ "Marker": "x" })),
            400,
            "ValidationError",
            "Invalid Marker.",
        )],
    );
}

#[test]
fn the_seven_hundred_and_first_provider_is_refused() {
    let (server, iam) = start();
    for n in 0..700 {
        create(&iam, &format!("https://p{n}.example.com"));
    }
    // Another account has its own.
    let other = server.client("iam").key("111122223333", "test", None);
    create(&other, "https://p0.example.com");
    refuses(
        &iam,
        &[(
            "CreateOpenIDConnectProvider",
            json!({ "Url": "https://one.more" }),
            409,
            "LimitExceeded",
            "Cannot exceed quota for OpenIdConnectProvidersPerAccount: 700",
        )],
    );
}
