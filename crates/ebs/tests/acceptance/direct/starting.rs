//! What a snapshot may be begun as.

use super::{absent, begin, block, invalid, refused, written};
use crate::start;
use serde_json::{Value, json};

const VALUE: &str = "INVALID_PARAMETER_VALUE";
const KEY: &str = "arn:aws:kms:us-east-1:000000000000:key/0d990263-018e-4e65-a703-eff731de951e";

#[test]
fn a_client_token_begins_one_snapshot() {
    let (server, ec2) = start();
    let ebs = server.client("ebs");
    let wish = json!({ "VolumeSize": 1, "ClientToken": "once", "Description": "d" });
    let first = ebs.call("StartSnapshot", &wish).ok().tree();
    assert_eq!(ebs.call("StartSnapshot", &wish).ok().tree(), first);
    let other = json!({ "VolumeSize": 2, "ClientToken": "once", "Description": "d" });
    let sentence = "The request uses the same client token as a previous, but non-identical request.";
    refused(&ebs.call("StartSnapshot", &other), 409, "ConflictException", "", sentence);
    // It is good as long as the snapshot is there, and for one account in one Region.
    let id = first["SnapshotId"].as_str().unwrap();
    super::complete(&ebs, id, 0);
    assert_eq!(ebs.call("StartSnapshot", &wish).ok().text("SnapshotId"), id);
    let west = server.client("ebs").region("eu-west-1");
    assert_ne!(west.call("StartSnapshot", &wish).ok().text("SnapshotId"), id);
    ec2.call("DeleteSnapshot", &json!({ "SnapshotId": id })).ok();
    assert_ne!(ebs.call("StartSnapshot", &other).ok().text("SnapshotId"), id);
}

#[test]
fn sizes_tags_and_parents_have_their_rules() {
    let (server, _) = start();
    let ebs = server.client("ebs");
    let large = written(&ebs, &json!({ "VolumeSize": 9 }), &[(0, block(1))]);
    let try_with =
        |more: Value| ebs.call("StartSnapshot", &testkit::ec2::with(&json!({ "VolumeSize": 8 }), &more));
    let size = "The volume size is not valid.";
    invalid(&try_with(json!({ "VolumeSize": 65_537 })), "INVALID_VOLUME_SIZE", size);
    invalid(&try_with(json!({ "ParentSnapshotId": large })), "INVALID_VOLUME_SIZE", size);
    assert_eq!(try_with(json!({ "VolumeSize": 65_536 })).status, 201);
    let tags = "The tags are not valid.";
    let many: Vec<Value> = (0..51).map(|n| json!({ "Key": format!("k{n}"), "Value": "" })).collect();
    for wrong in [
        json!([{ "Key": "aws:x", "Value": "" }]),
        json!([{ "Key": "k", "Value": "" }, { "Key": "k", "Value": "" }]),
        json!(many),
    ] {
        invalid(&try_with(json!({ "Tags": wrong })), "INVALID_TAG", tags);
    }
    absent(&try_with(json!({ "ParentSnapshotId": "snap-0123456789abcdef0" })), "snap-0123456789abcdef0");
    for broken in
        [json!({ "Timeout": 9 }), json!({ "VolumeSize": 0 }), json!({ "ParentSnapshotId": "vol-1" })]
    {
        let refusal = try_with(broken).refusal();
        assert_eq!(
            (refusal.code.as_str(), refusal.members["Reason"].as_str()),
            ("ValidationException", VALUE)
        );
    }
}

/// Source: EBS User Guide, the direct APIs, "Use KMS keys for encryption", "Outcomes".
#[test]
fn encryption_is_that_of_the_parent_or_asked_for() {
    let (server, ec2) = start();
    let ebs = server.client("ebs");
    let key = |more: &Value| {
        let wish = testkit::ec2::with(&json!({ "VolumeSize": 1 }), more);
        let made = ebs.call("StartSnapshot", &wish);
        if made.status == 201 { Ok(made.texts("KmsKeyArn").concat()) } else { Err(made.refusal().message) }
    };
    let plain = written(&ebs, &json!({}), &[]);
    let sealed = written(&ebs, &json!({ "Encrypted": true, "KmsKeyArn": KEY }), &[]);
    let managed = key(&json!({ "Encrypted": true })).unwrap();
    assert!(managed.starts_with("arn:aws:kms:us-east-1:000000000000:key/"), "{managed}");
    let parent = "Encrypted and KmsKeyArn cannot be specified with ParentSnapshotId: the snapshot is encrypted as its parent is.";
    let alone = "Encrypted must be true if KmsKeyArn is specified.";
    let always = "Encrypted cannot be false: encryption by default is enabled for the account.";
    let bare = "The parent snapshot is not encrypted, but encryption by default is enabled for the account.";
    let cases = [
        (json!({}), Ok(""), Ok(managed.as_str())),
        (json!({ "Encrypted": true, "KmsKeyArn": KEY }), Ok(KEY), Ok(KEY)),
        (json!({ "KmsKeyArn": KEY }), Err(alone), Err(alone)),
        (json!({ "Encrypted": false }), Ok(""), Err(always)),
        (json!({ "Encrypted": false, "KmsKeyArn": KEY }), Err(alone), Err(alone)),
        (json!({ "ParentSnapshotId": plain }), Ok(""), Err(bare)),
        (json!({ "ParentSnapshotId": plain, "KmsKeyArn": KEY }), Err(parent), Err(parent)),
        (json!({ "ParentSnapshotId": sealed }), Ok(KEY), Ok(KEY)),
        (json!({ "ParentSnapshotId": sealed, "Encrypted": true }), Err(parent), Err(parent)),
    ];
    for (wish, want, _) in &cases {
        assert_eq!(key(wish), want.map(str::to_owned).map_err(str::to_owned), "{wish}");
    }
    ec2.call("EnableEbsEncryptionByDefault", &json!({})).ok();
    for (wish, _, want) in &cases {
        assert_eq!(key(wish), want.map(str::to_owned).map_err(str::to_owned), "{wish} by default");
    }
}

#[test]
fn an_account_writes_a_hundred_snapshots_at_once() {
    let (server, _) = start();
    let ebs = server.client("ebs");
    let first = begin(&ebs, &json!({}));
    for _ in 1..100 {
        begin(&ebs, &json!({}));
    }
    let sentence = "You have reached the limit for concurrent API requests.";
    let more = ebs.call("StartSnapshot", &json!({ "VolumeSize": 1 }));
    refused(&more, 400, "ConcurrentLimitExceededException", "", sentence);
    super::complete(&ebs, &first, 0);
    begin(&ebs, &json!({}));
}
