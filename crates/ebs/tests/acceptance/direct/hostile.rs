//! What no client means: values at the ends of everything, tokens that are none, and many clients who write the same.

use super::{
    BLOCK, absent, begin, block, checksum, complete, get, head, invalid, listed, put, read, send, written,
};
use crate::{advance, start};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use testkit::ec2::with;
use testkit::{Answer, Client, Server};

const VALUE: &str = "INVALID_PARAMETER_VALUE";

/// What so many clients are answered who call at once.
fn at_once(server: &Server, clients: usize, call: impl Fn(&Client, usize) -> Answer + Sync) -> Vec<Answer> {
    std::thread::scope(|threads| {
        let call = &call;
        let clients: Vec<_> =
            (0..clients).map(|number| threads.spawn(move || call(&server.client("ebs"), number))).collect();
        clients.into_iter().map(|client| client.join().expect("a client ends")).collect()
    })
}

#[track_caller]
fn broken(answer: &Answer, reason: &str) {
    let refusal = answer.refusal();
    let found = (refusal.status, refusal.code.as_str(), refusal.members.get("Reason").map(String::as_str));
    assert_eq!(found, (400, "ValidationException", Some(reason)), "{}", refusal.message);
}

#[test]
fn sixty_four_clients_with_one_token_begin_one_snapshot() {
    let (server, ec2) = start();
    let wish = json!({ "VolumeSize": 1, "ClientToken": "once" });
    let answers = at_once(&server, 64, |ebs, _| ebs.call("StartSnapshot", &wish).ok());
    let ids: BTreeSet<String> = answers.iter().map(|answer| answer.text("SnapshotId")).collect();
    let found = ec2.call("DescribeSnapshots", &json!({ "Owner": ["self"] })).ok();
    let found: BTreeSet<String> = found.texts("snapshotSet.item.snapshotId").into_iter().collect();
    assert_eq!((ids.len(), &ids), (1, &found));
}

/// Of those who write one block the last one that is complete wins, whole; nobody's bytes are mixed, and none stay behind.
#[test]
fn many_clients_write_one_block() {
    let (server, _) = start();
    let ebs = server.client("ebs");
    let id = begin(&ebs, &json!({}));
    at_once(&server, 16, |ebs, number| {
        let bytes = block(u8::try_from(number).expect("there are few"));
        send(ebs, &id, 9, bytes.clone(), &checksum(&bytes)).ok()
    });
    complete(&ebs, &id, 1);
    let kept = read(&ebs, &id);
    assert!((0..16).any(|seed| kept == [(9, block(seed))]));
    let space = || server.page("GET", "/_angae/integrity", &Value::Null);
    // The bytes of those who lost go right after their rows.
    while space()["orphans"] != json!(0) {}
    assert_eq!((&space()["ok"], &space()["blobs"]), (&json!(true), &json!(1)));
}

/// A block is either within the snapshot that was completed, and counted, or refused.
#[test]
fn a_completion_races_with_blocks() {
    let (server, _) = start();
    let ebs = server.client("ebs");
    for round in 0..4 {
        let id = begin(&ebs, &json!({}));
        let answers = at_once(&server, 16, |ebs, number| {
            if number % 4 == 3 {
                let wish = json!({ "SnapshotId": id, "ChangedBlocksCount": round });
                return ebs.call("CompleteSnapshot", &wish);
            }
            let index = u32::try_from(number).expect("there are few");
            send(ebs, &id, index, vec![0; BLOCK], &checksum(&vec![0; BLOCK]))
        });
        let sealed = (3..16).step_by(4).any(|number| answers[number].status == 202);
        let put: Vec<u32> =
            (0..16_u32).filter(|n| n % 4 != 3 && answers[*n as usize].status == 201).collect();
        if !sealed {
            complete(&ebs, &id, u32::try_from(put.len()).expect("there are few"));
        } else {
            assert_eq!(put.len(), usize::try_from(round).expect("it is small"));
        }
        let kept: Vec<u32> = listed(&ebs, &id).into_iter().map(|(index, _)| index).collect();
        assert_eq!(kept, put);
    }
}

#[test]
fn values_at_the_ends_of_everything() {
    let (server, _) = start();
    let ebs = server.client("ebs");
    let begin_with = |more: Value| ebs.call("StartSnapshot", &with(&json!({ "VolumeSize": 1 }), &more));
    let tag = |key: &str, value: &str| json!({ "Tags": [{ "Key": key, "Value": value }] });
    for (more, reason) in [
        (json!({ "VolumeSize": 0 }), VALUE),
        (json!({ "VolumeSize": -1 }), VALUE),
        (json!({ "VolumeSize": 65_537 }), "INVALID_VOLUME_SIZE"),
        (json!({ "VolumeSize": i64::MAX }), "INVALID_VOLUME_SIZE"),
        (json!({ "Timeout": 9 }), VALUE),
        (json!({ "Timeout": 4_321 }), VALUE),
        (json!({ "Description": "d".repeat(256) }), VALUE),
        (json!({ "ClientToken": "t".repeat(256) }), VALUE),
        (json!({ "ClientToken": "with a space" }), VALUE),
        (json!({ "KmsKeyArn": "k".repeat(100_000), "Encrypted": true }), VALUE),
        (json!({ "ParentSnapshotId": "snap-" }), VALUE),
        (json!({ "ParentSnapshotId": "snap-XYZ" }), VALUE),
        (json!({ "ParentSnapshotId": format!("snap-{}", "0".repeat(60)) }), VALUE),
        (tag(&"k".repeat(128), ""), VALUE),
        (tag("k", &"v".repeat(256)), VALUE),
        (tag("AWS:k", ""), "INVALID_TAG"),
        (json!({ "Tags": [{ "Value": "v" }] }), "INVALID_TAG"),
        (json!({ "Tags": vec![json!({ "Key": "k", "Value": "v" }); 2] }), "INVALID_TAG"),
    ] {
        broken(&begin_with(more), reason);
    }
    for wrong in [
        json!({ "VolumeSize": "1" }),
        json!({ "VolumeSize": 1.5 }),
        json!({ "Tags": {} }),
        json!({ "Encrypted": 1 }),
    ] {
        let refusal = begin_with(wrong).refusal();
        assert_eq!((refusal.status, refusal.code.as_str()), (400, "SerializationException"));
    }
    let many = begin_with(json!({
        "VolumeSize": 65_536, "Timeout": 4_320, "Description": "\u{1f4be}".repeat(255), "Tags": [{ "Key": "k".repeat(127), "Value": "" }],
    }))
    .ok();
    let id = many.text("SnapshotId");
    assert_eq!(many.text("Description"), "\u{1f4be}".repeat(255));
    let (zeroes, sum) = (vec![0; BLOCK], checksum(&vec![0; BLOCK]));
    // The last block of the greatest volume, and the one behind it.
    put(&ebs, &id, 134_217_727, zeroes.clone());
    broken(&send(&ebs, &id, 134_217_728, zeroes.clone(), &sum), "INVALID_BLOCK");
    let with_head =
        |more: Value| ebs.call_with("PutSnapshotBlock", &with(&head(&id, 0, &sum), &more), zeroes.clone());
    for (more, reason) in [
        (json!({ "BlockIndex": -1 }), VALUE),
        (json!({ "DataLength": 0 }), VALUE),
        (json!({ "DataLength": -524_288 }), VALUE),
        (json!({ "DataLength": 524_287 }), VALUE),
        (json!({ "Progress": -1 }), VALUE),
        (json!({ "Progress": 101 }), VALUE),
        (json!({ "Checksum": "A".repeat(65) }), VALUE),
        (json!({ "Checksum": "!" }), VALUE),
        (json!({ "Checksum": "AAAA" }), VALUE),
        // The right one without its padding, and with other bits behind it.
        (json!({ "Checksum": sum.trim_end_matches('=') }), VALUE),
        (json!({ "Checksum": checksum(b"") }), "INVALID_BLOCK"),
        (json!({ "ChecksumAlgorithm": "sha256" }), VALUE),
        (json!({ "SnapshotId": "vol-1" }), VALUE),
        (json!({ "SnapshotId": "snap-.." }), VALUE),
    ] {
        broken(&with_head(more), reason);
    }
    for (name, value) in [
        ("BlockIndex", json!("one")),
        ("BlockIndex", json!(2_147_483_648_u64)),
        ("DataLength", json!("0x80000")),
    ] {
        let refusal = with_head(json!({ name: value })).refusal();
        assert_eq!((refusal.status, refusal.code.as_str()), (400, "SerializationException"), "{name}");
    }
    for (more, reason) in [
        (json!({ "ChangedBlocksCount": -1 }), VALUE),
        (json!({ "ChangedBlocksCount": i32::MAX }), VALUE),
        (json!({ "Checksum": sum, "ChecksumAlgorithm": "SHA256" }), VALUE),
        (json!({ "ChecksumAggregationMethod": "LINEAR" }), VALUE),
        (
            json!({ "Checksum": sum, "ChecksumAlgorithm": "SHA256", "ChecksumAggregationMethod": "TREE" }),
            VALUE,
        ),
    ] {
        let wish = with(&json!({ "SnapshotId": id, "ChangedBlocksCount": 1 }), &more);
        broken(&ebs.call("CompleteSnapshot", &wish), reason);
    }
    complete(&ebs, &id, 1);
    for more in [
        json!({ "MaxResults": 0 }),
        json!({ "MaxResults": -1 }),
        json!({ "MaxResults": 10_001 }),
        json!({ "StartingBlockIndex": -1 }),
        json!({ "NextToken": "A".repeat(257) }),
        json!({ "NextToken": "-" }),
    ] {
        broken(&ebs.call("ListSnapshotBlocks", &with(&json!({ "SnapshotId": id }), &more)), VALUE);
        let wish = with(&json!({ "FirstSnapshotId": id, "SecondSnapshotId": id }), &more);
        broken(&ebs.call("ListChangedBlocks", &wish), VALUE);
    }
    let late = json!({ "SnapshotId": id, "StartingBlockIndex": i32::MAX });
    assert_eq!(ebs.call("ListSnapshotBlocks", &late).ok().tree()["Blocks"], json!([]));
    assert_eq!(read(&ebs, &id), [(134_217_727, zeroes)]);
}

/// A token is altered in each of its letters, cut, and made longer; none of that is good for anything.
#[test]
fn altered_tokens_are_none() {
    let (server, _) = start();
    let ebs = server.client("ebs");
    let id = begin(&ebs, &json!({}));
    for index in 0..101 {
        put(&ebs, &id, index, vec![0; BLOCK]);
    }
    complete(&ebs, &id, 101);
    let wish = json!({ "SnapshotId": id, "MaxResults": 100 });
    let page = ebs.call("ListSnapshotBlocks", &wish).ok().tree();
    // Who asks for fewer is given as many. Source: EBS user guide, "Frequently asked questions for EBS direct APIs".
    let few = ebs.call("ListSnapshotBlocks", &with(&wish, &json!({ "MaxResults": 1 }))).ok();
    assert_eq!((few.texts("Blocks.BlockIndex").len(), few.texts("NextToken").len()), (100, 1));
    let of_block = page["Blocks"][0]["BlockToken"].as_str().unwrap().to_owned();
    let of_page = page["NextToken"].as_str().unwrap().to_owned();
    let next = |token: &str| ebs.call("ListSnapshotBlocks", &with(&wish, &json!({ "NextToken": token })));
    let altered = |token: &str| {
        let mut all: Vec<String> = (0..token.len())
            .map(|at| {
                let letter = if token.as_bytes()[at] == b'A' { 'B' } else { 'A' };
                format!("{}{letter}{}", &token[..at], &token[at + 1..])
            })
            .collect();
        all.extend([token[1..].to_owned(), token[..token.len() - 1].to_owned(), format!("{token}AAAA")]);
        all.extend([format!("{token}{token}"), "=".to_owned(), "A".repeat(256)]);
        all
    };
    for token in altered(&of_block).into_iter().chain([of_page.clone()]) {
        let bad = "The block token is not valid or has expired.";
        invalid(&get(&ebs, &id, 0, &token), "INVALID_BLOCK_TOKEN", bad);
    }
    for token in altered(&of_page).into_iter().chain([of_block.clone()]) {
        invalid(&next(&token), "INVALID_PAGE_TOKEN", "The page token is not valid or has expired.");
    }
    assert_eq!(next(&of_page).ok().texts("Blocks.BlockIndex"), ["100"]);
    // No token at all is what the model refuses.
    broken(&get(&ebs, &id, 0, ""), VALUE);
    // Each has its time, and the other's does not lengthen it.
    advance(&server, "61m");
    invalid(&next(&of_page), "INVALID_PAGE_TOKEN", "The page token is not valid or has expired.");
    assert_eq!(get(&ebs, &id, 0, &of_block).ok().body, vec![0; BLOCK]);
}

/// What is done is done: a second completion, blocks behind it, and everything after a deletion.
#[test]
fn calls_in_the_wrong_order_change_nothing() {
    let (server, ec2) = start();
    let ebs = server.client("ebs");
    let id = written(&ebs, &json!({}), &[(0, block(1))]);
    let closed = format!("The snapshot '{id}' is not in the 'pending' state.");
    invalid(&send(&ebs, &id, 0, block(2), &checksum(&block(2))), "INVALID_SNAPSHOT_ID", &closed);
    // Completed once more it is what it is, whatever count is given.
    let again = json!({ "SnapshotId": id, "ChangedBlocksCount": 7 });
    assert_eq!(ebs.call("CompleteSnapshot", &again).ok().tree(), json!({ "Status": "completed" }));
    assert_eq!(read(&ebs, &id), [(0, block(1))]);
    let (index, token) = listed(&ebs, &id).remove(0);
    let open = begin(&ebs, &json!({ "ParentSnapshotId": id }));
    ec2.call("DeleteSnapshot", &json!({ "SnapshotId": id })).ok();
    absent(&get(&ebs, &id, index, &token), &id);
    absent(&ebs.call("CompleteSnapshot", &again), &id);
    absent(&send(&ebs, &id, 0, block(2), &checksum(&block(2))), &id);
    // Its child has what it had.
    put(&ebs, &open, 1, block(3));
    complete(&ebs, &open, 1);
    assert_eq!(read(&ebs, &open), [(0, block(1)), (1, block(3))]);
}
