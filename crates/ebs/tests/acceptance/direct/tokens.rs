//! Tokens of blocks and pages: what each is good for, and how long.

use super::{BLOCK, begin, block, complete, get, invalid, listed, put, read, written};
use crate::{advance, start};
use serde_json::json;
use testkit::{Options, Server};

const BAD: &str = "The block token is not valid or has expired.";

#[test]
fn a_block_is_read_by_its_own_token_alone() {
    let (server, _) = start();
    let ebs = server.client("ebs");
    let one = written(&ebs, &json!({}), &[(0, block(1)), (1, block(2))]);
    let two = written(&ebs, &json!({ "ParentSnapshotId": one }), &[]);
    let tokens = listed(&ebs, &one);
    let (first, second) = (&tokens[0].1, &tokens[1].1);
    assert_eq!(get(&ebs, &one, 0, first).ok().body, block(1));
    let altered = format!("{}{}", if first.starts_with('A') { "B" } else { "A" }, &first[1..]);
    for (id, index, token) in [
        (&one, 0, second.as_str()),
        (&one, 1, first),
        (&two, 0, first),
        (&one, 5, first),
        (&one, 0, &altered),
        (&one, 0, "made+up/token="),
        (&one, 0, "AAAA"),
    ] {
        invalid(&get(&ebs, id, index, token), "INVALID_BLOCK_TOKEN", BAD);
    }
    // A week later new ones are asked for.
    advance(&server, "168h");
    assert_eq!(get(&ebs, &one, 0, first).ok().body, block(1));
    advance(&server, "1s");
    invalid(&get(&ebs, &one, 0, first), "INVALID_BLOCK_TOKEN", BAD);
    assert_eq!(read(&ebs, &one), [(0, block(1)), (1, block(2))]);
}

#[test]
fn a_page_is_asked_for_within_the_hour() {
    let (server, _) = start();
    let ebs = server.client("ebs");
    let id = begin(&ebs, &json!({}));
    for index in 0..101 {
        put(&ebs, &id, index, vec![0; BLOCK]);
    }
    complete(&ebs, &id, 101);
    let other = written(&ebs, &json!({}), &[]);
    let of = |id: &str, token: &str| json!({ "SnapshotId": id, "MaxResults": 100, "NextToken": token });
    let wish = json!({ "SnapshotId": id, "MaxResults": 100 });
    let token = ebs.call("ListSnapshotBlocks", &wish).ok().text("NextToken");
    assert_eq!(ebs.call("ListSnapshotBlocks", &of(&id, &token)).ok().texts("Blocks.BlockIndex"), ["100"]);
    let bad = "The page token is not valid or has expired.";
    for (id, token) in [(&other, token.as_str()), (&id, "AAAA")] {
        invalid(&ebs.call("ListSnapshotBlocks", &of(id, token)), "INVALID_PAGE_TOKEN", bad);
    }
    let compare = json!({ "FirstSnapshotId": id, "SecondSnapshotId": id, "NextToken": token });
    invalid(&ebs.call("ListChangedBlocks", &compare), "INVALID_PAGE_TOKEN", bad);
    advance(&server, "3601s");
    invalid(&ebs.call("ListSnapshotBlocks", &of(&id, &token)), "INVALID_PAGE_TOKEN", bad);
}

#[test]
fn tokens_outlive_a_restart() {
    let mut server = Server::start_with(Options::default());
    let ebs = server.client("ebs");
    let id = written(&ebs, &json!({}), &[(0, block(1))]);
    let (index, token) = listed(&ebs, &id).remove(0);
    server.kill();
    server.restart();
    assert_eq!(get(&server.client("ebs"), &id, index, &token).ok().body, block(1));
}
