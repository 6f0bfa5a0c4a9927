//! The account's switches, and what is refused to an account without an organization or templates.

use crate::{golden, refuses, start};
use serde_json::json;

#[test]
fn an_account_is_an_issuer_while_it_is_switched_on() {
    let (mut server, iam) = start();
    let none = json!({});
    let off = "Outbound identity federation is disabled for your account.";
    refuses(
        &iam,
        &[
            ("GetOutboundWebIdentityFederationInfo", none.clone(), 404, "FeatureDisabled", off),
            ("DisableOutboundWebIdentityFederation", none.clone(), 404, "FeatureDisabled", off),
        ],
    );
    let mut golden = golden("account-features");
    let on = golden
        .note("EnableOutboundWebIdentityFederation", iam.call("EnableOutboundWebIdentityFederation", &none))
        .ok();
    let issuer = on.text("EnableOutboundWebIdentityFederationResult.IssuerIdentifier");
    assert!(issuer.starts_with("https://") && issuer.ends_with(".tokens.sts.global.api.aws"), "{issuer}");
    refuses(
        &iam,
        &[(
            "EnableOutboundWebIdentityFederation",
            none.clone(),
            409,
            "FeatureEnabled",
            "Outbound identity federation is already enabled for your account.",
        )],
    );
    golden
        .note("GetOutboundWebIdentityFederationInfo", iam.call("GetOutboundWebIdentityFederationInfo", &none))
        .ok();
    golden
        .note("DisableOutboundWebIdentityFederation", iam.call("DisableOutboundWebIdentityFederation", &none))
        .ok();
    refuses(&iam, &[("GetOutboundWebIdentityFederationInfo", none.clone(), 404, "FeatureDisabled", off)]);
    // The account keeps its issuer, and another account has another.
    server.restart();
    let iam = server.client("iam");
    let again = iam.call("EnableOutboundWebIdentityFederation", &none).ok();
    assert_eq!(again.text("EnableOutboundWebIdentityFederationResult.IssuerIdentifier"), issuer);
    let other = server.client("iam").key("111122223333", "test", None);
    let other = other.call("EnableOutboundWebIdentityFederation", &none).ok();
    assert_ne!(other.text("EnableOutboundWebIdentityFederationResult.IssuerIdentifier"), issuer);
    golden
        .note(
            "SetSecurityTokenServicePreferences",
            iam.call(
                "SetSecurityTokenServicePreferences",
                &json!({ "GlobalEndpointTokenVersion": "v2Token" }),
            ),
        )
        .ok();
    golden.check();
    refuses(
        &iam,
        &[(
            "SetSecurityTokenServicePreferences",
            json!({ "GlobalEndpointTokenVersion": "v3Token" }),
            400,
            "ValidationError",
            "1 validation error detected: Value at 'globalEndpointTokenVersion' failed to satisfy constraint: Member must satisfy enum value set",
        )],
    );
}

#[test]
fn account_properties_stay_until_they_are_set_again() {
    let (_server, iam) = start();
    let put = |key: &str, value: &str| json!({ "Properties": { "entry": { "1": { "key": key, "value": value } } } });
    let list = || {
        let got = iam.call("GetAccountProperties", &json!({})).ok();
        let entry = "GetAccountPropertiesResult.Properties.entry";
        let (keys, values) = (got.texts(&format!("{entry}.key")), got.texts(&format!("{entry}.value")));
        keys.into_iter().zip(values).collect::<Vec<_>>()
    };
    let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    assert_eq!(list(), []);
    iam.call("PutAccountProperties", &put("RoleManager/Enabled", "true")).ok();
    iam.call("PutAccountProperties", &put("Other/Level", "3")).ok();
    iam.call("PutAccountProperties", &put("RoleManager/Enabled", "false")).ok();
    assert_eq!(list(), [pair("Other/Level", "3"), pair("RoleManager/Enabled", "false")]);
    let two = json!({ "Properties": { "entry": { "1": { "key": "A/a", "value": "1" }, "2": { "key": "B/b", "value": "2" } } } });
    refuses(
        &iam,
        &[
            (
                "PutAccountProperties",
                put("Enabled", "true"),
                400,
                "InvalidInput",
                "The account property Enabled is invalid.",
            ),
            (
                "PutAccountProperties",
                put("a/b/c", "true"),
                400,
                "InvalidInput",
                "The account property a/b/c is invalid.",
            ),
            (
                "PutAccountProperties",
                two,
                400,
                "InvalidInput",
                "All properties must belong to the same namespace.",
            ),
        ],
    );
    assert_eq!(list().len(), 2);
}

#[test]
fn an_account_without_an_organization_has_none_of_its_features() {
    let (_server, iam) = start();
    let sentence = "The request was rejected because no organization is associated with your account.";
    let path = json!({ "EntityPath": "o-a1b2c3d4e5/r-f6g7" });
    let job = "d5a4fa8d-1a60-4a8b-a0d5-1f0c4e2d7b11";
    for operation in [
        "ListOrganizationsFeatures",
        "EnableOrganizationsRootCredentialsManagement",
        "DisableOrganizationsRootCredentialsManagement",
        "EnableOrganizationsRootSessions",
        "DisableOrganizationsRootSessions",
    ] {
        refuses(&iam, &[(operation, json!({}), 400, "OrganizationNotFoundException", sentence)]);
    }
    refuses(
        &iam,
        &[
            ("GenerateOrganizationsAccessReport", path, 400, "OrganizationNotFoundException", sentence),
            (
                "GetOrganizationsAccessReport",
                json!({ "JobId": job }),
                404,
                "NoSuchEntity",
                &format!("Job with id {job} cannot be found."),
            ),
        ],
    );
}

#[test]
fn no_service_publishes_role_templates() {
    let (_server, iam) = start();
    let arn = "arn:aws:iam::aws:role-template/example.amazonaws.com/Example/1";
    let template = json!({ "TemplateArn": arn });
    let sentence = format!("The role template {arn} cannot be found.");
    let bad = json!({ "TemplateArn": "no arn at all, but long" });
    refuses(
        &iam,
        &[
            ("AcquireRole", template.clone(), 404, "NoSuchEntity", &sentence),
            ("GetRoleTemplateVersion", template, 404, "NoSuchEntity", &sentence),
            ("AcquireRole", bad.clone(), 400, "ValidationError", "Invalid ARN: no arn at all, but long"),
            ("GetRoleTemplateVersion", bad, 400, "ValidationError", "Invalid ARN: no arn at all, but long"),
        ],
    );
}
