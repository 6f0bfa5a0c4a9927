//! Tags of what instances are made from: given at creation and later, told by DescribeTags, and deleted.

use crate::{found, nowhere, refuses, start};
use serde_json::json;

#[test]
fn tags_are_given_told_and_deleted() {
    let (_server, ec2) = start();
    let data = json!({ "ImageId": "ami-1" });
    let template = json!({ "LaunchTemplateName": "web", "LaunchTemplateData": data });
    for (kind, operation, parameters, path) in [
        ("key-pair", "CreateKeyPair", json!({ "KeyName": "k", "KeyType": "ed25519" }), "keyPairId"),
        ("launch-template", "CreateLaunchTemplate", template, "launchTemplate.launchTemplateId"),
        ("placement-group", "CreatePlacementGroup", json!({ "GroupName": "g" }), "placementGroup.groupId"),
    ] {
        let mut parameters = parameters;
        parameters["TagSpecification"] =
            json!([{ "ResourceType": kind, "Tag": [{ "Key": "a", "Value": "1" }] }]);
        let id = ec2.call(operation, &parameters).ok().text(path);
        let later = json!({ "ResourceId": [id], "Tag": [{ "Key": "b", "Value": "2" }] });
        ec2.call("CreateTags", &later).ok();
        let keys = || found(&ec2, "DescribeTags", ("resource-id", &id), "tagSet.item.key");
        assert_eq!(keys(), ["a", "b"], "{kind}");
        assert_eq!(
            found(&ec2, "DescribeTags", ("resource-type", kind), "tagSet.item.resourceId"),
            [id.as_str(), id.as_str()]
        );
        ec2.call("DeleteTags", &json!({ "ResourceId": [id], "Tag": [{ "Key": "a" }] })).ok();
        assert_eq!(keys(), ["b"], "{kind}");
    }
}

#[test]
fn what_is_not_there_has_no_tags() {
    let (_server, ec2) = start();
    let tag = |id: &str| json!({ "ResourceId": [id], "Tag": [{ "Key": "a" }] });
    let (key, template, group) = (nowhere("key"), nowhere("lt"), nowhere("pg"));
    refuses(
        &ec2,
        &[
            (
                "CreateTags",
                tag(&key),
                "InvalidKeyPair.NotFound",
                &format!("The key pair ID '{key}' does not exist"),
            ),
            (
                "CreateTags",
                tag(&template),
                "InvalidLaunchTemplateId.NotFound",
                &format!("The specified launch template, with template ID {template}, does not exist."),
            ),
            (
                "CreateTags",
                tag(&group),
                "InvalidPlacementGroup.Unknown",
                &format!("The Placement Group '{group}' is unknown."),
            ),
        ],
    );
}
