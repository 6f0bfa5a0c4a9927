//! What is refused of blocks and of whole snapshots.

use super::{BLOCK, absent, begin, block, checksum, complete, get, invalid, put, send, written};
use crate::{advance, of_snapshot, start, start_real};
use serde_json::{Value, json};

const VALUE: &str = "INVALID_PARAMETER_VALUE";

#[test]
fn a_block_is_what_its_sender_vouches_for() {
    let (server, _) = start();
    let ebs = server.client("ebs");
    let id = begin(&ebs, &json!({}));
    let (bytes, sum) = (block(1), checksum(&block(1)));
    let mismatch = "The checksum does not match the data of the block.";
    invalid(&send(&ebs, &id, 0, block(2), &sum), "INVALID_BLOCK", mismatch);
    let form = "The checksum must be a Base64-encoded SHA256 checksum.";
    let hex = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    invalid(&send(&ebs, &id, 0, bytes.clone(), hex), VALUE, form);
    // Recorded: nanovms/ops pull request 1268.
    let short = "Failed to read block data";
    invalid(&send(&ebs, &id, 0, bytes[1..].to_vec(), &sum), VALUE, short);
    invalid(&send(&ebs, &id, 0, [bytes.clone(), vec![0]].concat(), &sum), VALUE, short);
    let index = "The block index is not valid.";
    invalid(&send(&ebs, &id, 2048, bytes.clone(), &sum), "INVALID_BLOCK", index);
    let with = |name: &str, value: &str| {
        let mut request = ebs.request("PUT", &format!("/snapshots/{id}/blocks/0"));
        for (own, usual) in [
            ("x-amz-data-length", "524288"),
            ("x-amz-checksum", &sum),
            ("x-amz-checksum-algorithm", "SHA256"),
        ] {
            request = request.header(own, if own == name { value } else { usual });
        }
        if name == "content-encoding" {
            request = request.header(name, value);
        }
        request.body(bytes.clone()).send()
    };
    invalid(&with("x-amz-data-length", "512"), VALUE, "The data length must be 524288.");
    invalid(
        &with("content-encoding", "gzip"),
        "INVALID_CONTENT_ENCODING",
        "The content encoding is not supported.",
    );
    assert_eq!(with("x-amz-checksum-algorithm", "MD5").refusal().members["Reason"], VALUE);
    absent(&send(&ebs, "snap-0123456789abcdef0", 0, bytes, &sum), "snap-0123456789abcdef0");
    // Nothing of all that was kept.
    complete(&ebs, &id, 0);
}

#[test]
fn a_snapshot_is_completed_with_what_was_written() {
    let (server, ec2) = start();
    let ebs = server.client("ebs");
    let id = begin(&ebs, &json!({}));
    put(&ebs, &id, 1, block(1));
    let complete_with = |more: Value| {
        let wish = testkit::ec2::with(&json!({ "SnapshotId": id, "ChangedBlocksCount": 1 }), &more);
        ebs.call("CompleteSnapshot", &wish)
    };
    let count =
        "The number of changed blocks does not match the number of blocks that were written to the snapshot.";
    for wrong in [0, 2] {
        invalid(&complete_with(json!({ "ChangedBlocksCount": wrong })), VALUE, count);
    }
    let together = "The checksum, its algorithm and its aggregation method must be specified together.";
    invalid(&complete_with(json!({ "Checksum": checksum(b"") })), VALUE, together);
    let whole = json!({ "Checksum": checksum(&block(1)), "ChecksumAlgorithm": "SHA256", "ChecksumAggregationMethod": "LINEAR" });
    invalid(&complete_with(whole), VALUE, "The checksum does not match the blocks of the snapshot.");
    complete(&ebs, &id, 1);
    let closed = |id: &str| format!("The snapshot '{id}' is not in the 'pending' state.");
    invalid(&send(&ebs, &id, 0, block(1), &checksum(&block(1))), "INVALID_SNAPSHOT_ID", &closed(&id));
    // Those of volumes are not written by blocks.
    let other = crate::snapshot(&ec2, &crate::volume(&ec2, &json!({})));
    let complete_other = json!({ "SnapshotId": other, "ChangedBlocksCount": 0 });
    invalid(&ebs.call("CompleteSnapshot", &complete_other), "INVALID_SNAPSHOT_ID", &closed(&other));
    invalid(&send(&ebs, &other, 0, block(1), &checksum(&block(1))), "INVALID_SNAPSHOT_ID", &closed(&other));
    let nobody = json!({ "SnapshotId": "snap-0123456789abcdef0", "ChangedBlocksCount": 0 });
    absent(&ebs.call("CompleteSnapshot", &nobody), "snap-0123456789abcdef0");
}

#[test]
fn what_is_not_complete_is_not_read() {
    let (server, ec2) = start();
    let ebs = server.client("ebs");
    let id = begin(&ebs, &json!({}));
    put(&ebs, &id, 1, block(1));
    let sentence = format!("The snapshot '{id}' is not in the 'completed' state.");
    let list = json!({ "SnapshotId": id });
    invalid(&ebs.call("ListSnapshotBlocks", &list), "INVALID_SNAPSHOT_ID", &sentence);
    invalid(&get(&ebs, &id, 1, "AAAA"), "INVALID_SNAPSHOT_ID", &sentence);
    let compare = json!({ "FirstSnapshotId": id, "SecondSnapshotId": id });
    invalid(&ebs.call("ListChangedBlocks", &compare), "INVALID_SNAPSHOT_ID", &sentence);
    let child = json!({ "VolumeSize": 1, "ParentSnapshotId": id });
    invalid(&ebs.call("StartSnapshot", &child), "INVALID_SNAPSHOT_ID", &sentence);
    let volume = json!({ "AvailabilityZone": "us-east-1a", "SnapshotId": id });
    assert_eq!(ec2.call("CreateVolume", &volume).refusal().code, "IncorrectState");
    complete(&ebs, &id, 1);
    let archive = json!({ "SnapshotId": id, "StorageTier": "archive" });
    ec2.call("ModifySnapshotTier", &archive).ok();
    invalid(&ebs.call("ListSnapshotBlocks", &list), "INVALID_SNAPSHOT_ID", &sentence);
    // One that is being written may be given up.
    let open = begin(&ebs, &json!({}));
    ec2.call("DeleteSnapshot", &json!({ "SnapshotId": open })).ok();
    absent(&send(&ebs, &open, 0, block(1), &checksum(&block(1))), &open);
}

#[test]
fn a_snapshot_that_nobody_goes_on_with_fails() {
    let (server, ec2) = start();
    let ebs = server.client("ebs");
    let slow = begin(&ebs, &json!({ "Timeout": 10 }));
    let usual = begin(&ebs, &json!({}));
    let done = written(&ebs, &json!({ "Timeout": 10 }), &[(0, block(1))]);
    let state = |id: &str| of_snapshot(&ec2, id, "status").concat();
    let mut events = server.events(0);
    advance(&server, "9m");
    // What is written counts from then on.
    put(&ebs, &slow, 1, block(1));
    advance(&server, "9m");
    assert_eq!(state(&slow), "pending");
    advance(&server, "61s");
    while state(&slow) == "pending" {
        events.wait_for("SnapshotChanged");
    }
    assert_eq!(
        (state(&slow), state(&usual), state(&done)),
        ("error".into(), "pending".into(), "completed".into())
    );
    assert_eq!(of_snapshot(&ec2, &slow, "statusMessage"), ["The snapshot was not completed in time."]);
    let closed = format!("The snapshot '{slow}' is not in the 'pending' state.");
    let complete = json!({ "SnapshotId": slow, "ChangedBlocksCount": 1 });
    invalid(&ebs.call("CompleteSnapshot", &complete), "INVALID_SNAPSHOT_ID", &closed);
    ec2.call("DeleteSnapshot", &json!({ "SnapshotId": slow })).ok();
}

#[test]
fn a_snapshot_is_sealed_for_a_while_at_the_real_pace() {
    let (server, ec2) = start_real();
    let ebs = server.client("ebs");
    let id = begin(&ebs, &json!({}));
    let sum = checksum(&vec![0; BLOCK]);
    let answer = ebs
        .request("PUT", &format!("/snapshots/{id}/blocks/0"))
        .header("x-amz-data-length", "524288")
        .header("x-amz-checksum", &sum)
        .header("x-amz-checksum-algorithm", "SHA256")
        .header("x-amz-progress", "40")
        .body(vec![0; BLOCK])
        .send();
    assert_eq!(answer.status, 201);
    assert_eq!(of_snapshot(&ec2, &id, "progress"), ["40%"]);
    complete(&ebs, &id, 1);
    assert_eq!(of_snapshot(&ec2, &id, "status"), ["pending"]);
    complete(&ebs, &id, 1);
    let mut events = server.events(0);
    advance(&server, "31s");
    while of_snapshot(&ec2, &id, "status") != ["completed"] {
        events.wait_for("SnapshotChanged");
    }
}
