//! What is written is read, by whoever may.

use super::{BLOCK, absent, begin, block, checksum, complete, get, listed, put, read, refused, written};
use crate::{of_snapshot, start};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use testkit::{Options, Server};

#[test]
fn the_life_of_a_snapshot() {
    let (server, ec2) = start();
    let ebs = server.client("ebs");
    let tags = json!([{ "Key": "Name", "Value": "disk" }]);
    let wish = json!({ "VolumeSize": 2, "Description": "by blocks", "Tags": tags });
    let answer = ebs.call("StartSnapshot", &wish).ok();
    let own = answer.tree();
    let id = own["SnapshotId"].as_str().unwrap().to_owned();
    let want = json!({
        "SnapshotId": id, "OwnerId": "000000000000", "Status": "pending", "StartTime": own["StartTime"],
        "VolumeSize": 2, "BlockSize": BLOCK, "Description": "by blocks", "Tags": tags, "SseType": "none",
    });
    assert_eq!((answer.status, &own), (201, &want));
    assert!(own["StartTime"].is_number());
    for (path, want) in
        [("status", "pending"), ("progress", "0%"), ("volumeId", "vol-ffffffff"), ("volumeSize", "2")]
    {
        assert_eq!(of_snapshot(&ec2, &id, path), [want], "{path}");
    }
    put(&ebs, &id, 7, block(1));
    put(&ebs, &id, 4095, block(2));
    put(&ebs, &id, 0, vec![0; BLOCK]);
    // The last one of an index counts, once.
    put(&ebs, &id, 7, block(3));
    let order = [vec![0; BLOCK], block(3), block(2)];
    let mut whole = Sha256::new();
    for bytes in &order {
        whole.update(Sha256::digest(bytes));
    }
    let wish = json!({
        "SnapshotId": id, "ChangedBlocksCount": 3, "Checksum": BASE64.encode(whole.finalize()),
        "ChecksumAlgorithm": "SHA256", "ChecksumAggregationMethod": "LINEAR",
    });
    let completed = ebs.call("CompleteSnapshot", &wish).ok();
    assert_eq!((completed.status, completed.tree()), (202, json!({ "Status": "pending" })));
    // Again it says what it is.
    assert_eq!(ebs.call("CompleteSnapshot", &wish).ok().tree(), json!({ "Status": "completed" }));
    for (path, want) in
        [("status", "completed"), ("progress", "100%"), ("fullSnapshotSizeInBytes", "1572864")]
    {
        assert_eq!(of_snapshot(&ec2, &id, path), [want], "{path}");
    }
    let list = ebs.call("ListSnapshotBlocks", &json!({ "SnapshotId": id })).ok().tree();
    assert_eq!(
        (&list["VolumeSize"], &list["BlockSize"], list.get("NextToken")),
        (&json!(2), &json!(BLOCK), None)
    );
    assert_eq!(list["ExpiryTime"].as_f64(), Some(own["StartTime"].as_f64().unwrap() + 7.0 * 24.0 * 3600.0));
    for ((index, token), bytes) in listed(&ebs, &id).iter().zip(&order) {
        let block = get(&ebs, &id, *index, token).ok();
        assert_eq!(block.body, *bytes, "{index}");
        for (name, want) in [
            ("x-amz-data-length", "524288"),
            ("x-amz-checksum", &checksum(bytes)),
            ("x-amz-checksum-algorithm", "SHA256"),
            ("content-type", "application/octet-stream"),
        ] {
            assert_eq!(block.header(name), Some(want), "{name}");
        }
    }
    assert_eq!(listed(&ebs, &id).iter().map(|(index, _)| *index).collect::<Vec<_>>(), [0, 7, 4095]);
    let (index, token) = listed(&ebs, &id).remove(1);
    ec2.call("DeleteSnapshot", &json!({ "SnapshotId": id })).ok();
    absent(&get(&ebs, &id, index, &token), &id);
    absent(&ebs.call("ListSnapshotBlocks", &json!({ "SnapshotId": id })), &id);
}

/// What was answered is on the disk, and nothing else stays there.
#[test]
fn a_kill_loses_no_block_that_was_answered() {
    let mut server = Server::start_with(Options::default());
    let ebs = server.client("ebs");
    let id = begin(&ebs, &json!({}));
    for index in 0..20 {
        put(&ebs, &id, index, block(u8::try_from(index).unwrap()));
    }
    server.kill();
    server.restart();
    let ebs = server.client("ebs");
    put(&ebs, &id, 20, block(20));
    complete(&ebs, &id, 21);
    let want: Vec<_> = (0..21).map(|index| (index, block(u8::try_from(index).unwrap()))).collect();
    assert_eq!(read(&ebs, &id), want);
    let integrity = server.page("GET", "/_angae/integrity", &Value::Null);
    assert_eq!((&integrity["ok"], &integrity["blobs"]), (&json!(true), &json!(21)), "{integrity}");
}

#[test]
fn bytes_go_with_the_last_snapshot_that_has_them() {
    let (server, ec2) = start();
    let ebs = server.client("ebs");
    let one = written(&ebs, &json!({}), &[(1, block(1)), (2, block(2))]);
    let two = written(&ebs, &json!({ "ParentSnapshotId": one }), &[(2, block(3)), (3, block(4))]);
    ec2.call("DeleteSnapshot", &json!({ "SnapshotId": one })).ok();
    assert_eq!(read(&ebs, &two), [(1, block(1)), (2, block(3)), (3, block(4))]);
    ec2.call("DeleteSnapshot", &json!({ "SnapshotId": two })).ok();
    let mut events = server.events(0);
    let space = || server.page("GET", "/_angae/integrity", &Value::Null);
    while space()["blobs"] != json!(0) {
        events.wait_for("LayerReleased");
    }
    // The bytes go right after their rows.
    while space()["orphans"] != json!(0) {}
    assert_eq!(space()["ok"], json!(true));
}

/// A volume holds what its snapshot held, and so do snapshots of it, and copies.
#[test]
fn blocks_go_along_with_volumes_and_copies() {
    let (server, ec2) = start();
    let ebs = server.client("ebs");
    let blocks = [(5, block(1)), (6, block(2))];
    let id = written(&ebs, &json!({}), &blocks);
    let wish = json!({ "AvailabilityZone": "us-east-1a", "SnapshotId": id });
    let volume = ec2.call("CreateVolume", &wish).ok().text("volumeId");
    let copied =
        ec2.call("CopyVolumes", &json!({ "SourceVolumeId": volume })).ok().text("volumeSet.item.volumeId");
    let copy = json!({ "SourceRegion": "us-east-1", "SourceSnapshotId": id });
    let west = server.client("ec2").region("eu-west-1").call("CopySnapshot", &copy).ok().text("snapshotId");
    ec2.call("DeleteSnapshot", &json!({ "SnapshotId": id })).ok();
    let again = ec2.call("CreateSnapshot", &json!({ "VolumeId": copied })).ok().text("snapshotId");
    ec2.call("DeleteVolume", &json!({ "VolumeId": volume })).ok();
    ec2.call("DeleteVolume", &json!({ "VolumeId": copied })).ok();
    assert_eq!(read(&ebs, &again), blocks);
    assert_eq!(of_snapshot(&ec2, &again, "fullSnapshotSizeInBytes"), ["1048576"]);
    assert_eq!(read(&server.client("ebs").region("eu-west-1"), &west), blocks);
    // One of a volume that never held anything has none.
    let empty = crate::snapshot(&ec2, &crate::volume(&ec2, &json!({})));
    assert_eq!(read(&ebs, &empty), []);
}

#[test]
fn a_world_takes_its_blocks_along() {
    let (server, _) = start();
    let ebs = server.client("ebs");
    let blocks = [(0, block(1)), (1, vec![0; BLOCK])];
    let id = written(&ebs, &json!({}), &blocks);
    let fork = testkit::Client::new(server.fork("copy"), "ebs");
    assert_eq!(read(&fork, &id), blocks);
    // A token is good in its own world.
    let (index, token) = listed(&ebs, &id).remove(0);
    assert_eq!(get(&fork, &id, index, &token).refusal().code, "ValidationException");
    let (other, _) = start();
    assert_eq!(other.import("main", &server.export()).status, 200);
    assert_eq!(read(&other.client("ebs"), &id), blocks);
}

#[test]
fn only_who_was_given_a_snapshot_reads_it() {
    let (server, ec2) = start();
    let ebs = server.client("ebs");
    let blocks = [(3, block(1))];
    let id = written(&ebs, &json!({}), &blocks);
    let other = server.client("ebs").key("111111111111", "of nobody", None);
    let list = json!({ "SnapshotId": id });
    let foreign = format!("Your account is not authorized to access the snapshot '{id}'.");
    let denied = |answer| refused(&answer, 403, "AccessDeniedException", "UNAUTHORIZED_ACCOUNT", &foreign);
    denied(other.call("ListSnapshotBlocks", &list));
    let give = |whom: Value| {
        let add = json!({ "SnapshotId": id, "CreateVolumePermission": { "Add": [whom] } });
        ec2.call("ModifySnapshotAttribute", &add).ok();
    };
    // What everybody may make volumes of nobody reads by blocks.
    give(json!({ "Group": "all" }));
    denied(other.call("ListSnapshotBlocks", &list));
    give(json!({ "UserId": "111111111111" }));
    assert_eq!(read(&other, &id), blocks);
    // A token is good for the account it was made for.
    let (index, token) = listed(&ebs, &id).remove(0);
    assert_eq!(get(&other, &id, index, &token).refusal().code, "ValidationException");
    // It goes on from there, and does not write there.
    let child = written(&other, &json!({ "ParentSnapshotId": id }), &[(4, block(2))]);
    assert_eq!(read(&other, &child), [(3, block(1)), (4, block(2))]);
    denied(other.call("CompleteSnapshot", &json!({ "SnapshotId": id, "ChangedBlocksCount": 0 })));
    absent(&server.client("ebs").region("eu-west-1").call("ListSnapshotBlocks", &list), &id);
}
