//! Tags, by the newer operations and the older ones.

use crate::{MARKED, TOKENED, file_system, pages, refuses, said, start};
use serde_json::json;

#[test]
fn both_kinds_of_operations_see_the_same_tags() {
    let (_server, efs) = start();
    let id = file_system(&efs, "one");
    let arn = format!("arn:aws:elasticfilesystem:us-east-1:000000000000:file-system/{id}");
    let list = || efs.call("ListTagsForResource", &json!({ "ResourceId": id })).ok().tree()["Tags"].clone();
    let older = || efs.call("DescribeTags", &json!({ "FileSystemId": id })).ok().tree()["Tags"].clone();
    let wish =
        json!({ "ResourceId": arn, "Tags": [{ "Key": "b", "Value": "2" }, { "Key": "a", "Value": "" }] });
    let added = efs.call("TagResource", &wish).ok();
    assert_eq!((added.status, added.body_text().as_str()), (200, ""));
    let created = json!({ "FileSystemId": id, "Tags": [{ "Key": "b", "Value": "3" }, { "Key": "Name", "Value": "n" }] });
    assert_eq!(efs.call("CreateTags", &created).ok().status, 204);
    let all =
        json!([{ "Key": "Name", "Value": "n" }, { "Key": "a", "Value": "" }, { "Key": "b", "Value": "3" }]);
    assert_eq!((list(), older()), (all.clone(), all.clone()));
    assert_eq!((&said(&efs, &id)["Tags"], &said(&efs, &id)["Name"]), (&all, &json!("n")));
    assert_eq!(
        efs.call("UntagResource", &json!({ "ResourceId": id, "TagKeys": ["a", "none"] })).ok().status,
        200
    );
    assert_eq!(efs.call("DeleteTags", &json!({ "FileSystemId": id, "TagKeys": ["Name"] })).ok().status, 204);
    let left = json!([{ "Key": "b", "Value": "3" }]);
    assert_eq!((list(), older()), (left.clone(), left));
    assert_eq!(said(&efs, &id).get("Name"), None);
}

#[test]
fn access_points_have_tags_too() {
    let (_server, efs) = start();
    let id = file_system(&efs, "one");
    let made = efs.call("CreateAccessPoint", &json!({ "FileSystemId": id, "ClientToken": "t" })).ok();
    let (point, arn) = (made.text("AccessPointId"), made.text("AccessPointArn"));
    efs.call("TagResource", &json!({ "ResourceId": point, "Tags": [{ "Key": "k", "Value": "v" }] })).ok();
    let tags = json!([{ "Key": "k", "Value": "v" }]);
    assert_eq!(efs.call("ListTagsForResource", &json!({ "ResourceId": arn })).ok().tree()["Tags"], tags);
    efs.call("UntagResource", &json!({ "ResourceId": arn, "TagKeys": ["k"] })).ok();
    assert_eq!(efs.call("ListTagsForResource", &json!({ "ResourceId": arn })).ok().tree()["Tags"], json!([]));
}

#[test]
fn tags_come_in_pages_and_have_a_limit() {
    let (_server, efs) = start();
    let id = file_system(&efs, "one");
    // Keys may be longer than tokens.
    let key = |n: usize| format!("{}{n:02}", "k".repeat(126));
    let tags: Vec<_> = (0..50).map(|n| json!({ "Key": key(n), "Value": "" })).collect();
    efs.call("TagResource", &json!({ "ResourceId": id, "Tags": tags })).ok();
    let keys: Vec<String> = (0..50).map(key).collect();
    let newer = pages(&efs, "ListTagsForResource", &json!({ "ResourceId": id }), TOKENED, "Tags.Key");
    let older = pages(&efs, "DescribeTags", &json!({ "FileSystemId": id }), MARKED, "Tags.Key");
    assert_eq!((newer.len(), newer.concat(), older.concat()), (25, keys.clone(), keys));
    let more = json!([{ "Key": "more", "Value": "" }]);
    let twice = json!([{ "Key": "more", "Value": "" }, { "Key": "more", "Value": "1" }]);
    let many = "The maximum number of tags per resource is 50.";
    let bad = "BadRequest";
    let absent = "File system 'fs-01234567' does not exist.";
    let none = "FileSystemNotFound";
    let of = |id: &str| json!({ "FileSystemId": id });
    refuses(
        &efs,
        &[
            ("TagResource", json!({ "ResourceId": id, "Tags": more }), 400, bad, many),
            ("CreateTags", json!({ "FileSystemId": id, "Tags": more }), 400, bad, many),
            ("TagResource", json!({ "ResourceId": id, "Tags": twice }), 400, bad, "Tag keys must be unique."),
            (
                "CreateAccessPoint",
                json!({ "FileSystemId": id, "ClientToken": "t", "Tags": twice }),
                400,
                bad,
                "Tag keys must be unique.",
            ),
            (
                "ListTagsForResource",
                json!({ "ResourceId": id, "NextToken": "none" }),
                400,
                bad,
                "Invalid NextToken",
            ),
            ("DescribeTags", json!({ "FileSystemId": id, "Marker": "none" }), 400, bad, "Invalid Marker"),
            ("TagResource", json!({ "ResourceId": "fs-01234567", "Tags": more }), 404, none, absent),
            ("UntagResource", json!({ "ResourceId": "fs-01234567", "TagKeys": ["k"] }), 404, none, absent),
            ("ListTagsForResource", json!({ "ResourceId": "fs-01234567" }), 404, none, absent),
            ("CreateTags", json!({ "FileSystemId": "fs-01234567", "Tags": more }), 404, none, absent),
            ("DeleteTags", json!({ "FileSystemId": "fs-01234567", "TagKeys": ["k"] }), 404, none, absent),
            ("DescribeTags", of("fs-01234567"), 404, none, absent),
            (
                "TagResource",
                json!({ "ResourceId": "fsap-01234567", "Tags": more }),
                404,
                "AccessPointNotFound",
                "Access Point fsap-01234567 does not exist.",
            ),
        ],
    );
}
