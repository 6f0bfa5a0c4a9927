//! Tags.

use super::*;

#[test]
fn every_resource_has_tags() {
    let (server, eks) = start();
    let cluster = cluster(&server, "one")["arn"].as_str().unwrap().to_owned();
    let pod = role(&server, "pod", "pods.eks.amazonaws.com");
    let of = json!({ "clusterName": "one" });
    let made = |operation: &str, more: Value, path: &str| {
        eks.call(operation, &with(of.clone(), more)).ok().text(path)
    };
    let term = json!({ "duration": 12, "unit": "MONTHS" });
    let subscription = eks.call("CreateEksAnywhereSubscription", &json!({ "name": "s", "term": term })).ok();
    let oidc = json!({ "identityProviderConfigName": "corp", "issuerUrl": "https://login.example.com", "clientId": "k8s" });
    eks.call("AssociateIdentityProviderConfig", &json!({ "clusterName": "one", "oidc": oidc })).ok();
    let provider = json!({ "identityProviderConfig": { "type": "oidc", "name": "corp" } });
    let arns = [
        cluster,
        made("CreateAddon", json!({ "addonName": "coredns" }), "addon.addonArn"),
        made("CreateAccessEntry", json!({ "principalArn": pod }), "accessEntry.accessEntryArn"),
        made(
            "CreatePodIdentityAssociation",
            json!({ "namespace": "n", "serviceAccount": "s", "roleArn": pod }),
            "association.associationArn",
        ),
        made(
            "CreateCapability",
            json!({
                "capabilityName": "kro",
                "type": "KRO",
                "roleArn": role(&server, "kro", "capabilities.eks.amazonaws.com"),
                "deletePropagationPolicy": "RETAIN",
            }),
            "capability.arn",
        ),
        made(
            "CreateFargateProfile",
            json!({
                "fargateProfileName": "p",
                "podExecutionRoleArn": role(&server, "run", "eks-fargate-pods.amazonaws.com"),
                "selectors": [{ "namespace": "n" }],
            }),
            "fargateProfile.fargateProfileArn",
        ),
        made(
            "DescribeIdentityProviderConfig",
            provider,
            "identityProviderConfig.oidc.identityProviderConfigArn",
        ),
        subscription.text("subscription.arn"),
    ];
    for arn in &arns {
        let of = json!({ "resourceArn": arn });
        let tags = || eks.call("ListTagsForResource", &of).ok().tree()["tags"].clone();
        assert_eq!(tags(), json!({}), "{arn}");
        let both = with(of.clone(), json!({ "tags": { "a": "1", "b": "2" } }));
        assert_eq!(eks.call("TagResource", &both).ok().tree(), json!({}), "{arn}");
        assert_eq!(tags(), json!({ "a": "1", "b": "2" }), "{arn}");
        let gone = with(of.clone(), json!({ "tagKeys": ["a", "none"] }));
        assert_eq!(eks.call("UntagResource", &gone).ok().tree(), json!({}), "{arn}");
        assert_eq!(tags(), json!({ "b": "2" }), "{arn}");
    }
    let missing = "arn:aws:eks:us-east-1:000000000000:cluster/none";
    let sentence = format!("Resource was not found: {missing}");
    eks.call("ListTagsForResource", &json!({ "resourceArn": missing })).refused(
        404,
        "NotFoundException",
        &sentence,
    );
    for bad in ["nothing", "arn:aws:s3:::b", "arn:aws:eks:eu-west-1:000000000000:cluster/one"] {
        let sentence = format!("Invalid resource ARN: {bad}");
        eks.call("ListTagsForResource", &json!({ "resourceArn": bad })).refused(
            400,
            "BadRequestException",
            &sentence,
        );
    }
    // Fifty tags in all, whether they are asked for one after another or at once.
    let some = |from: u32, to: u32| -> serde_json::Map<String, Value> {
        (from..to).map(|number| (format!("k{number}"), json!("v"))).collect()
    };
    let add = |tags: serde_json::Map<String, Value>| {
        eks.call("TagResource", &json!({ "resourceArn": arns[0], "tags": tags }))
    };
    add(some(0, 49)).ok();
    add(some(49, 50)).refused(400, "BadRequestException", "The number of tags exceeds the limit of 50.");
    let asked = with(wish(&server, "many"), json!({ "tags": some(0, 51) }));
    let refusal = eks.call("CreateCluster", &asked).refusal();
    assert_eq!((refusal.status, refusal.code.as_str()), (400, PARAMETER));
    let sentence = "at 'tags' failed to satisfy constraint: Member must have length less than or equal to 50";
    assert!(refusal.message.ends_with(sentence), "{}", refusal.message);
    let reserved = json!({ "resourceArn": arns[0], "tags": { "aws:a": "b" } });
    eks.call("TagResource", &reserved).refused(
        400,
        "BadRequestException",
        "Tag keys that start with aws: are reserved for system use",
    );
}
