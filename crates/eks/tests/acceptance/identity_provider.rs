//! Identity provider configs.

use super::*;

/// Sources: threads of eksctl, terraform-aws-eks and terraform-provider-aws.
#[test]
fn a_provider_is_associated_and_disassociated() {
    let (server, eks) = start_real();
    cluster(&server, "one");
    advance(&server, "10m");
    let oidc = json!({ "identityProviderConfigName": "corp", "issuerUrl": "https://login.example.com", "clientId": "k8s" });
    let asked = json!({ "clusterName": "one", "oidc": oidc, "tags": { "a": "b" } });
    let begun = eks.call("AssociateIdentityProviderConfig", &asked).ok();
    assert_eq!(begun.text("update.type"), "AssociateIdentityProviderConfig");
    let told: Value = serde_json::from_str(&begun.text("update.params.value")).unwrap();
    assert_eq!(told, json!([{ "type": "oidc", "name": "corp" }]));
    assert_eq!(begun.tree()["tags"], json!({ "a": "b" }));
    let which = json!({ "clusterName": "one", "identityProviderConfig": { "type": "oidc", "name": "corp" } });
    let describe = || eks.call("DescribeIdentityProviderConfig", &which).ok();
    assert_eq!(describe().text("identityProviderConfig.oidc.status"), "CREATING");
    advance(&server, "16m");
    let shown = describe().tree()["identityProviderConfig"]["oidc"].clone();
    assert_eq!((&shown["status"], &shown["usernameClaim"]), (&json!("ACTIVE"), &json!("sub")));
    let arn = shown["identityProviderConfigArn"].as_str().unwrap();
    assert!(
        arn.starts_with("arn:aws:eks:us-east-1:000000000000:identityproviderconfig/one/oidc/corp/"),
        "{arn}"
    );
    let list = eks.call("ListIdentityProviderConfigs", &json!({ "clusterName": "one" })).ok();
    assert_eq!(list.tree()["identityProviderConfigs"], json!([{ "type": "oidc", "name": "corp" }]));
    let own =
        eks.call("DescribeCluster", &json!({ "name": "one" })).ok().text("cluster.identity.oidc.issuer");
    let other = |more: Value| json!({ "clusterName": "one", "oidc": with(oidc.clone(), more) });
    refuses(
        &eks,
        &[
            (
                "AssociateIdentityProviderConfig",
                asked.clone(),
                409,
                IN_USE,
                "Identity provider config corp already exists",
            ),
            (
                "AssociateIdentityProviderConfig",
                other(json!({ "identityProviderConfigName": "b", "issuerUrl": own })),
                400,
                PARAMETER,
                "Incorrect Identity Provider URL configuration. The Identity Provider URL cannot be same as OpenID Connect \
             (OIDC) issuer URL",
            ),
            (
                "AssociateIdentityProviderConfig",
                other(json!({ "identityProviderConfigName": "b", "issuerUrl": "http://x" })),
                400,
                PARAMETER,
                "The issuerUrl http://x is invalid: it must begin with https:// and have no query",
            ),
            (
                "AssociateIdentityProviderConfig",
                other(json!({ "identityProviderConfigName": "b" })),
                409,
                IN_USE,
                "The issuerUrl is already used by the identity provider config corp",
            ),
            (
                "AssociateIdentityProviderConfig",
                other(
                    json!({ "identityProviderConfigName": "b", "issuerUrl": "https://x", "groupsPrefix": "system:" }),
                ),
                400,
                PARAMETER,
                "groupsPrefix cannot contain system:",
            ),
            (
                "DisassociateIdentityProviderConfig",
                json!({ "clusterName": "one", "identityProviderConfig": { "type": "oidc", "name": "none" } }),
                400,
                REQUEST,
                "Identity provider config is not associated with cluster one",
            ),
            (
                "DescribeIdentityProviderConfig",
                json!({ "clusterName": "one", "identityProviderConfig": { "type": "oidc", "name": "none" } }),
                404,
                NOT_FOUND,
                "No config found for cluster: one, config type: oidc, config name: none",
            ),
        ],
    );
    let gone = eks.call("DisassociateIdentityProviderConfig", &which).ok();
    assert_eq!(gone.tree()["update"]["params"], json!([{ "type": "IdentityProviderConfig", "value": "[]" }]));
    assert_eq!(describe().text("identityProviderConfig.oidc.status"), "DELETING");
    advance(&server, "16m");
    assert_eq!(eks.call("DescribeIdentityProviderConfig", &which).refusal().code, NOT_FOUND);
}
