//! Snapshots that go on from one another, and what differs between them.

use super::{BLOCK, begin, block, changed, complete, get, invalid, listed, pairs, put, read, written};
use crate::start;
use serde_json::json;

#[test]
fn a_second_snapshot_lists_exactly_what_changed() {
    let (server, ec2) = start();
    let ebs = server.client("ebs");
    let one = written(&ebs, &json!({}), &[(0, block(1)), (1, block(2)), (9, block(3))]);
    // A block that is written again as it was has not changed; zeroes over bytes have.
    let changes = [(0, block(1)), (1, block(4)), (9, vec![0; BLOCK]), (2047, block(5))];
    let two = written(&ebs, &json!({ "ParentSnapshotId": one }), &changes);
    assert_eq!(changed(&ebs, &one, &two), [(1, true, true), (9, true, true), (2047, false, true)]);
    assert_eq!(changed(&ebs, &two, &one), [(1, true, true), (9, true, true), (2047, true, false)]);
    assert_eq!(changed(&ebs, &one, &one), []);
    assert_eq!(read(&ebs, &two), changes);
    assert_eq!(read(&ebs, &one), [(0, block(1)), (1, block(2)), (9, block(3))]);
    // The tokens lead to both.
    let wish = json!({ "FirstSnapshotId": one, "SecondSnapshotId": two });
    let found = ebs.call("ListChangedBlocks", &wish).ok().tree();
    let (index, token) = pairs(&found["ChangedBlocks"], "FirstBlockToken").remove(0);
    assert_eq!(get(&ebs, &one, index, &token).ok().body, block(2));
    let (index, token) = pairs(&found["ChangedBlocks"], "SecondBlockToken").remove(0);
    assert_eq!(get(&ebs, &two, index, &token).ok().body, block(4));
    // Those that go on from one are compared too, over what is gone between them.
    let three = written(&ebs, &json!({ "ParentSnapshotId": two, "VolumeSize": 2 }), &[(1, block(2))]);
    let beside = written(&ebs, &json!({ "ParentSnapshotId": one }), &[(5, block(6))]);
    ec2.call("DeleteSnapshot", &json!({ "SnapshotId": two })).ok();
    for _ in 0..2 {
        assert_eq!(changed(&ebs, &one, &three), [(9, true, true), (2047, false, true)]);
        assert_eq!(changed(&ebs, &beside, &three), [(5, true, false), (9, true, true), (2047, false, true)]);
        server.page("POST", "/_angae/compact", &serde_json::Value::Null);
    }
    let sized = json!({ "FirstSnapshotId": one, "SecondSnapshotId": three });
    assert_eq!(ebs.call("ListChangedBlocks", &sized).ok().tree()["VolumeSize"], 2);
    ec2.call("DeleteSnapshot", &json!({ "SnapshotId": one })).ok();
    let left = [(0, block(1)), (1, block(2)), (9, vec![0; BLOCK]), (2047, block(5))];
    assert_eq!(read(&ebs, &three), left);
}

/// Recorded: coldsnap issue 466.
#[test]
fn what_has_nothing_to_do_with_each_other_is_not_compared() {
    let (server, ec2) = start();
    let ebs = server.client("ebs");
    let (one, two) = (written(&ebs, &json!({}), &[]), written(&ebs, &json!({}), &[]));
    let compare = |first: &str, second: &str| {
        ebs.call("ListChangedBlocks", &json!({ "FirstSnapshotId": first, "SecondSnapshotId": second }))
    };
    invalid(&compare(&one, &two), "UNRELATED_SNAPSHOTS", &format!("{one} and {two} are not related"));
    let sentence = "The ID of the first snapshot must be specified.";
    invalid(
        &ebs.call("ListChangedBlocks", &json!({ "SecondSnapshotId": two })),
        "INVALID_PARAMETER_VALUE",
        sentence,
    );
    // Those of one volume have.
    let volume = crate::volume(&ec2, &json!({}));
    let (one, two) = (crate::snapshot(&ec2, &volume), crate::snapshot(&ec2, &volume));
    assert_eq!(changed(&ebs, &one, &two), []);
    let child = written(&ebs, &json!({ "ParentSnapshotId": two }), &[(1, block(1))]);
    assert_eq!(changed(&ebs, &one, &child), [(1, false, true)]);
}

#[test]
fn lists_come_in_pages_from_where_one_wants() {
    let (server, _) = start();
    let ebs = server.client("ebs");
    let one = written(&ebs, &json!({}), &[]);
    let two = begin(&ebs, &json!({ "ParentSnapshotId": one }));
    let indexes: Vec<u32> = (0..250).map(|n| n * 3).collect();
    for index in &indexes {
        put(&ebs, &two, *index, vec![0; BLOCK]);
    }
    complete(&ebs, &two, 250);
    for (operation, of, list) in [
        ("ListSnapshotBlocks", json!({ "SnapshotId": two }), "Blocks"),
        ("ListChangedBlocks", json!({ "FirstSnapshotId": one, "SecondSnapshotId": two }), "ChangedBlocks"),
    ] {
        let (mut wish, mut found, mut sizes) = (of.clone(), Vec::new(), Vec::new());
        wish["MaxResults"] = json!(100);
        loop {
            let page = ebs.call(operation, &wish).ok().tree();
            let part = pairs(&page[list], "BlockToken");
            sizes.push(part.len());
            found.extend(part.into_iter().map(|(index, _)| index));
            // A token wins over an index.
            wish["StartingBlockIndex"] = json!(700);
            match page.get("NextToken") {
                Some(token) => wish["NextToken"] = token.clone(),
                None => break,
            }
        }
        assert_eq!((sizes, &found), (vec![100, 100, 50], &indexes), "{operation}");
        let mut late = of;
        late["StartingBlockIndex"] = json!(740);
        let page = ebs.call(operation, &late).ok().tree();
        let late: Vec<u32> = pairs(&page[list], "BlockToken").into_iter().map(|(index, _)| index).collect();
        assert_eq!(late, [741, 744, 747]);
    }
    assert_eq!(listed(&ebs, &two).len(), 250);
}
