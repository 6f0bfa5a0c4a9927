//! What is whose: no operation reads or writes a snapshot of another account or Region, and each says which of the two
//! it is.

use super::{absent, begin, block, checksum, get, head, invalid, listed, read, refused, written};
use crate::start;
use serde_json::{Value, json};
use testkit::{Answer, Client};

/// Every call that names snapshots, by the one that is asked for; of a comparison it is each of the two.
fn every_call(ebs: &Client, id: &str, own: &str) -> Vec<(&'static str, Answer)> {
    let sum = checksum(&block(1));
    let list = |first: &str, second: &str| json!({ "FirstSnapshotId": first, "SecondSnapshotId": second });
    vec![
        ("PutSnapshotBlock", ebs.call_with("PutSnapshotBlock", &head(id, 0, &sum), block(1))),
        (
            "CompleteSnapshot",
            ebs.call("CompleteSnapshot", &json!({ "SnapshotId": id, "ChangedBlocksCount": 0 })),
        ),
        ("ListSnapshotBlocks", ebs.call("ListSnapshotBlocks", &json!({ "SnapshotId": id }))),
        ("ListChangedBlocks", ebs.call("ListChangedBlocks", &list(id, own))),
        ("ListChangedBlocks", ebs.call("ListChangedBlocks", &list(own, id))),
        ("GetSnapshotBlock", get(ebs, id, 0, "AAAA")),
        ("StartSnapshot", ebs.call("StartSnapshot", &json!({ "VolumeSize": 1, "ParentSnapshotId": id }))),
    ]
}

/// The recorded sentence says that it is not there; of one that is another account's that account is told so.
#[test]
fn no_operation_reaches_another_account_or_region() {
    let (server, _) = start();
    let ebs = server.client("ebs");
    let id = written(&ebs, &json!({}), &[(0, block(1))]);
    let open = begin(&ebs, &json!({}));
    let other = server.client("ebs").key("111122223333", "of nobody", None);
    let west = server.client("ebs").region("eu-west-1");
    let (of_other, of_west) = (written(&other, &json!({}), &[]), written(&west, &json!({}), &[]));
    for id in [&id, &open] {
        for (call, answer) in every_call(&other, id, &of_other) {
            let sentence = format!("Your account is not authorized to access the snapshot '{id}'.");
            refused(&answer, 403, "AccessDeniedException", "UNAUTHORIZED_ACCOUNT", &sentence);
            assert!(!call.is_empty());
        }
        for (_, answer) in every_call(&west, id, &of_west) {
            absent(&answer, id);
        }
    }
    for (_, answer) in every_call(&ebs, "snap-0123456789abcdef0", &id) {
        absent(&answer, "snap-0123456789abcdef0");
    }
    // Nothing was written to the one that is open, and nothing was taken from the other.
    super::complete(&ebs, &open, 0);
    assert_eq!(read(&ebs, &id), [(0, block(1))]);
}

/// The tokens of one account are none of another's, even where both may read the same snapshot.
#[test]
fn tokens_are_their_accounts_and_snapshots_own() {
    let (server, ec2) = start();
    let ebs = server.client("ebs");
    let one = written(&ebs, &json!({}), &[(0, block(1)), (1, block(1))]);
    let two = written(&ebs, &json!({ "ParentSnapshotId": one }), &[(2, block(2))]);
    let other = server.client("ebs").key("111122223333", "of nobody", None);
    for id in [&one, &two] {
        let give =
            json!({ "SnapshotId": id, "CreateVolumePermission": { "Add": [{ "UserId": "111122223333" }] } });
        ec2.call("ModifySnapshotAttribute", &give).ok();
    }
    let bad = "The block token is not valid or has expired.";
    let (own, their) = (listed(&ebs, &one), listed(&other, &one));
    assert_eq!(get(&ebs, &one, 0, &own[0].1).ok().body, get(&other, &one, 0, &their[0].1).ok().body);
    // Block 1 has the bytes of block 0, and the child has both: still each token is for one place.
    for (client, id, index, token) in [
        (&other, &one, 0, &own[0].1),
        (&ebs, &one, 0, &their[0].1),
        (&ebs, &one, 1, &own[0].1),
        (&ebs, &one, 0, &own[1].1),
        (&ebs, &two, 0, &own[0].1),
    ] {
        invalid(&get(client, id, index, token), "INVALID_BLOCK_TOKEN", bad);
    }
    // Those of comparisons are as good as those of lists.
    let wish = json!({ "FirstSnapshotId": one, "SecondSnapshotId": two });
    let told: Value = ebs.call("ListChangedBlocks", &wish).ok().tree();
    let token = told["ChangedBlocks"][0]["SecondBlockToken"].as_str().unwrap();
    assert_eq!(get(&ebs, &two, 2, token).ok().body, block(2));
    invalid(&get(&ebs, &one, 2, token), "INVALID_BLOCK_TOKEN", bad);
}
