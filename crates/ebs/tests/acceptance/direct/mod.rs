//! The EBS direct APIs: snapshots written and read block by block.

mod apart;
mod hostile;
mod life;
mod lineage;
mod permission;
mod refusals;
mod starting;
mod tokens;
mod windows;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use testkit::{Answer, Client};

const BLOCK: usize = 524_288;

/// A block of its own.
fn block(seed: u8) -> Vec<u8> {
    (0..BLOCK).map(|at| seed ^ u8::try_from(at % 251).expect("it is below 251")).collect()
}

fn checksum(bytes: &[u8]) -> String {
    BASE64.encode(Sha256::digest(bytes))
}

/// Begins a snapshot of a GiB.
#[track_caller]
fn begin(ebs: &Client, more: &Value) -> String {
    let wish = testkit::ec2::with(&json!({ "VolumeSize": 1 }), more);
    ebs.call("StartSnapshot", &wish).ok().text("SnapshotId")
}

/// What goes along with a block.
fn head(id: &str, index: u32, checksum: &str) -> Value {
    json!({
        "SnapshotId": id, "BlockIndex": index, "DataLength": BLOCK, "Checksum": checksum, "ChecksumAlgorithm": "SHA256",
    })
}

/// Sends a block under a checksum.
fn send(ebs: &Client, id: &str, index: u32, bytes: Vec<u8>, checksum: &str) -> Answer {
    ebs.call_with("PutSnapshotBlock", &head(id, index, checksum), bytes)
}

#[track_caller]
fn put(ebs: &Client, id: &str, index: u32, bytes: Vec<u8>) {
    let sum = checksum(&bytes);
    let answer = send(ebs, id, index, bytes, &sum).ok();
    assert_eq!(answer.status, 201);
    assert_eq!(answer.header("x-amz-checksum"), Some(sum.as_str()));
    assert_eq!(answer.header("x-amz-checksum-algorithm"), Some("SHA256"));
}

#[track_caller]
fn complete(ebs: &Client, id: &str, blocks: u32) {
    let answer =
        ebs.call("CompleteSnapshot", &json!({ "SnapshotId": id, "ChangedBlocksCount": blocks })).ok();
    assert_eq!((answer.status, answer.tree()), (202, json!({ "Status": "pending" })));
}

/// A whole snapshot of these blocks.
#[track_caller]
fn written(ebs: &Client, more: &Value, blocks: &[(u32, Vec<u8>)]) -> String {
    let id = begin(ebs, more);
    for (index, bytes) in blocks {
        put(ebs, &id, *index, bytes.clone());
    }
    complete(ebs, &id, u32::try_from(blocks.len()).expect("a test writes few"));
    id
}

/// Index and token of each block.
#[track_caller]
fn listed(ebs: &Client, id: &str) -> Vec<(u32, String)> {
    let found = ebs.call("ListSnapshotBlocks", &json!({ "SnapshotId": id })).ok().tree();
    pairs(&found["Blocks"], "BlockToken")
}

fn pairs(blocks: &Value, token: &str) -> Vec<(u32, String)> {
    let pair = |block: &Value| {
        let index =
            block["BlockIndex"].as_u64().and_then(|index| u32::try_from(index).ok()).expect("an index");
        (index, block[token].as_str().unwrap_or_default().to_owned())
    };
    blocks.as_array().expect("a list").iter().map(pair).collect()
}

#[track_caller]
fn get(ebs: &Client, id: &str, index: u32, token: &str) -> Answer {
    ebs.call("GetSnapshotBlock", &json!({ "SnapshotId": id, "BlockIndex": index, "BlockToken": token }))
}

/// Everything a snapshot holds.
#[track_caller]
fn read(ebs: &Client, id: &str) -> Vec<(u32, Vec<u8>)> {
    let read = |(index, token): (u32, String)| (index, get(ebs, id, index, &token).ok().body.to_vec());
    listed(ebs, id).into_iter().map(read).collect()
}

/// Index, whether the first has it, and whether the second has it, of each block that differs.
#[track_caller]
fn changed(ebs: &Client, first: &str, second: &str) -> Vec<(u32, bool, bool)> {
    let wish = json!({ "FirstSnapshotId": first, "SecondSnapshotId": second });
    let found = ebs.call("ListChangedBlocks", &wish).ok().tree();
    let one = pairs(&found["ChangedBlocks"], "FirstBlockToken");
    let two = pairs(&found["ChangedBlocks"], "SecondBlockToken");
    one.into_iter()
        .zip(two)
        .map(|((index, one), (_, two))| (index, !one.is_empty(), !two.is_empty()))
        .collect()
}

/// A refusal: the status, the code, its reason and the sentence.
#[track_caller]
fn refused(answer: &Answer, status: u16, code: &str, reason: &str, sentence: &str) {
    let refusal = answer.refused(status, code, sentence);
    assert_eq!(refusal.members.get("Reason").map_or("", String::as_str), reason, "{sentence}");
}

#[track_caller]
fn invalid(answer: &Answer, reason: &str, sentence: &str) {
    refused(answer, 400, "ValidationException", reason, sentence);
}

#[track_caller]
fn absent(answer: &Answer, id: &str) {
    let sentence = format!("The snapshot '{id}' does not exist.");
    refused(answer, 404, "ResourceNotFoundException", "SNAPSHOT_NOT_FOUND", &sentence);
}
