//! Identity provider configs.

use super::*;

/// Sources: threads of eksctl, terraform-aws-eks and terraform-provider-aws; cdk-preflight (GitHub, badmintoncryer,
/// rules/eks, pf-eks-idp-*) for schemes and prefixes.
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
                "IssuerURL must use https:// scheme.",
            ),
            (
                "AssociateIdentityProviderConfig",
                other(json!({ "identityProviderConfigName": "b", "issuerUrl": "https://x?y" })),
                400,
                PARAMETER,
                "The issuerUrl https://x?y is invalid: it must have a host and no query",
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
                "The prefix system: is reserved for Kubernetes system use",
            ),
            (
                "AssociateIdentityProviderConfig",
                other(
                    json!({ "identityProviderConfigName": "b", "issuerUrl": "https://x", "usernamePrefix": "system:" }),
                ),
                400,
                PARAMETER,
                "The prefix system: is reserved for Kubernetes system use",
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

/// Source: EKS user guide, "Grant users access to Kubernetes with an external OIDC provider": one before 1.32, ten from then
/// on, and less than 12 KB together.
#[test]
fn a_cluster_has_so_many_providers_and_no_more() {
    let (server, eks) = start();
    let associate = |cluster: &str, number: usize, more: Value| {
        let oidc = json!({
            "identityProviderConfigName": format!("p{number}"),
            "issuerUrl": format!("https://p{number}.example.com"),
            "clientId": "c",
        });
        let asked = json!({ "clusterName": cluster, "oidc": with(oidc, more) });
        eks.call("AssociateIdentityProviderConfig", &asked)
    };
    let limit = "The identity provider config limit for the cluster has been exceeded.";
    eks.call("CreateCluster", &with(wish(&server, "old"), json!({ "version": "1.31" }))).ok();
    associate("old", 0, json!({})).ok();
    associate("old", 1, json!({})).refused(400, LIMIT, limit);
    cluster(&server, "one");
    for number in 0..10 {
        associate("one", number, json!({})).ok();
    }
    associate("one", 10, json!({})).refused(400, LIMIT, limit);
    let list = |more: Value| {
        eks.call("ListIdentityProviderConfigs", &with(json!({ "clusterName": "one" }), more)).ok()
    };
    let path = "identityProviderConfigs.name";
    let all = list(json!({})).texts(path);
    assert_eq!(all.len(), 10);
    let first = list(json!({ "maxResults": 4 }));
    let rest = list(json!({ "nextToken": first.text("nextToken") }));
    assert_eq!([first.texts(path), rest.texts(path)].concat(), all);
    cluster(&server, "long");
    let claims: serde_json::Map<String, Value> =
        (0..25).map(|number| (format!("k{number}"), json!("v".repeat(253)))).collect();
    associate("long", 0, json!({ "requiredClaims": claims })).ok();
    associate("long", 1, json!({ "requiredClaims": claims })).refused(
        400,
        LIMIT,
        "The identity provider configs of the cluster exceed the limit of 12 KB.",
    );
}
