//! Encryption that an account has for everything new.

use crate::{golden, of_snapshot, of_volume, refuses, snapshot, start, volume};
use serde_json::json;

#[test]
fn the_settings_of_an_account() {
    let (_server, ec2) = start();
    let mut golden = golden("account");
    let mut note =
        |operation: &str, parameters| golden.note(operation, ec2.call(operation, &parameters)).ok();
    note("GetEbsEncryptionByDefault", json!({}));
    note("EnableEbsEncryptionByDefault", json!({}));
    note("GetEbsEncryptionByDefault", json!({}));
    note("GetEbsDefaultKmsKeyId", json!({}));
    note("ModifyEbsDefaultKmsKeyId", json!({ "KmsKeyId": "alias/mine" }));
    note("GetEbsDefaultKmsKeyId", json!({}));
    note("ResetEbsDefaultKmsKeyId", json!({}));
    note("DisableEbsEncryptionByDefault", json!({}));
    note("GetSnapshotBlockPublicAccessState", json!({}));
    note("EnableSnapshotBlockPublicAccess", json!({ "State": "block-all-sharing" }));
    note("GetSnapshotBlockPublicAccessState", json!({}));
    note("DisableSnapshotBlockPublicAccess", json!({}));
    golden.check();
}

#[test]
fn what_is_new_is_encrypted_where_the_account_says_so() {
    let (server, ec2) = start();
    let before = volume(&ec2, &json!({}));
    let plain = snapshot(&ec2, &before);
    ec2.call("EnableEbsEncryptionByDefault", &json!({})).ok();
    // What is asked not to be encrypted is, all the same.
    for wish in [json!({}), json!({ "Encrypted": false }), json!({ "SnapshotId": plain })] {
        let id = volume(&ec2, &wish);
        assert_eq!(of_volume(&ec2, &id, "encrypted"), ["true"], "{wish}");
    }
    let copy = json!({ "SourceRegion": "us-east-1", "SourceSnapshotId": plain });
    let copied = ec2.call("CopySnapshot", &copy).ok().text("snapshotId");
    assert_eq!(of_snapshot(&ec2, &copied, "encrypted"), ["true"]);
    assert_eq!(of_volume(&ec2, &before, "encrypted"), ["false"]);
    let key = "arn:aws:kms:us-east-1:000000000000:key/0d990263-018e-4e65-a703-eff731de951e";
    ec2.call("ModifyEbsDefaultKmsKeyId", &json!({ "KmsKeyId": key })).ok();
    let id = volume(&ec2, &json!({}));
    assert_eq!(of_volume(&ec2, &id, "kmsKeyId"), [key]);
    // A volume of an encrypted snapshot has the snapshot's key, and a snapshot that of its volume.
    ec2.call("ResetEbsDefaultKmsKeyId", &json!({})).ok();
    ec2.call("DisableEbsEncryptionByDefault", &json!({})).ok();
    let of = snapshot(&ec2, &id);
    assert_eq!(of_snapshot(&ec2, &of, "kmsKeyId"), [key]);
    let again = volume(&ec2, &json!({ "SnapshotId": of }));
    assert_eq!(of_volume(&ec2, &again, "kmsKeyId"), [key]);
    let clear = json!({ "AvailabilityZone": "us-east-1a", "SnapshotId": of, "Encrypted": false });
    refuses(
        &ec2,
        &[
            (
                "CreateVolume",
                clear,
                "InvalidParameterCombination",
                "Encrypted snapshots must be used to create encrypted volumes.",
            ),
            (
                "CopySnapshot",
                json!({ "SourceRegion": "us-east-1", "SourceSnapshotId": plain, "KmsKeyId": key }),
                "InvalidParameterDependency",
                "The parameter KmsKeyId requires the parameter Encrypted to be set.",
            ),
            (
                "ModifyEbsDefaultKmsKeyId",
                json!({ "KmsKeyId": "mine" }),
                "InvalidParameterValue",
                "Value (mine) for parameter KmsKeyId is invalid. It is no key id, no alias and no ARN of one.",
            ),
        ],
    );
    let west = server.client("ec2").region("eu-west-1");
    let answer = west.call("GetEbsEncryptionByDefault", &json!({})).ok();
    assert_eq!(answer.text("ebsEncryptionByDefault"), "false");
}
