//! Pages of changed blocks as AWS cuts them.

use super::{block, complete, put, written};
use serde_json::{Value, json};
use testkit::{Client, Options, Server};

/// The indexes of each page.
fn pages(ebs: &Client, wish: &Value) -> Vec<Vec<String>> {
    let (mut wish, mut pages) = (wish.clone(), Vec::new());
    loop {
        let page = ebs.call("ListChangedBlocks", &wish).ok();
        pages.push(page.texts("ChangedBlocks.BlockIndex"));
        match page.texts("NextToken").first() {
            Some(token) => wish["NextToken"] = json!(token),
            None => return pages,
        }
    }
}

/// Where changed blocks are scarce a response may be empty and has a token all the same.
/// Source: EBS user guide, "Frequently asked questions for EBS direct APIs".
#[test]
fn pages_are_empty_where_nothing_changed_when_they_are_asked_to_be_awss() {
    for (flags, want) in [
        (&["--block-pages", "windows"][..], vec![vec![], vec!["9000".to_owned()]]),
        (&[], vec![vec!["9000".to_owned()]]),
    ] {
        let server = Server::start_with(Options::default().flags(flags));
        let ebs = server.client("ebs");
        let zeroes: Vec<(u32, Vec<u8>)> = (0..100).map(|index| (index * 20, vec![0; super::BLOCK])).collect();
        let first = written(&ebs, &json!({ "VolumeSize": 8 }), &zeroes);
        let second = super::begin(&ebs, &json!({ "VolumeSize": 8, "ParentSnapshotId": first }));
        // Far behind what the first has: what nobody wrote is no part of a window.
        put(&ebs, &second, 9_000, block(1));
        complete(&ebs, &second, 1);
        let wish = json!({ "FirstSnapshotId": first, "SecondSnapshotId": second, "MaxResults": 100 });
        assert_eq!(pages(&ebs, &wish), want, "{flags:?}");
    }
}
