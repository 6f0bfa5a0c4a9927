//! Fifty worlds forked from one full one: nothing leaks between them, and what a dropped one held comes back.

use crate::content;
use serde_json::json;
use std::collections::BTreeSet;
use std::path::Path;
use testkit::{Client, Server};

const WORLDS: usize = 50;
/// Threads that fill the world the others are forked from.
const FILLERS: usize = 4;
/// VPCs of each; every one comes with a route table, an ACL, a group and its rules.
const VPCS_EACH: usize = 420;

/// A world of more than ten thousand records, and the objects `shared` (small) and `large` (a file of its own).
fn full() -> Server {
    let server = Server::start();
    std::thread::scope(|threads| {
        for _ in 0..FILLERS {
            threads.spawn(|| {
                let ec2 = server.client("ec2");
                for _ in 0..VPCS_EACH {
                    ec2.call("CreateVpc", &json!({ "CidrBlock": "10.0.0.0/16" })).ok();
                }
            });
        }
    });
    let s3 = server.client("s3");
    put(&s3, "/photos", b"");
    put(&s3, "/photos/shared", b"of main");
    put(&s3, "/photos/large", &content(0, 300_000));
    let records = server.export().iter().filter(|byte| **byte == b'\n').count();
    assert!(records > 10_000, "{records} records");
    server
}

#[track_caller]
fn put(s3: &Client, target: &str, body: &[u8]) {
    s3.request("PUT", target).body(body).send().ok();
}

fn vpcs(ec2: &Client) -> BTreeSet<String> {
    ec2.call("DescribeVpcs", &json!({})).ok().texts("vpcSet.item.vpcId").into_iter().collect()
}

/// Blobs that are files of their own, by name.
fn files(server: &Server) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let folder = server.folder().join("blobs/files");
    for folder in std::fs::read_dir(&folder).expect("the folder of large blobs is there").flatten() {
        let names = std::fs::read_dir(folder.path()).into_iter().flatten().flatten();
        if !folder.path().ends_with(Path::new("spool")) {
            found.extend(names.map(|entry| entry.file_name().to_string_lossy().into_owned()));
        }
    }
    found
}

#[test]
fn nothing_leaks_between_fifty_worlds_and_their_space_comes_back() {
    let server = full();
    let before = (vpcs(&server.client("ec2")), files(&server));
    assert_eq!(before.1.len(), 1, "one large object");
    let names: Vec<String> = (0..WORLDS).map(|n| format!("w{n}")).collect();
    for name in &names {
        server.fork(name);
    }
    let client = |service: &str, name: &String| server.client(service).world(name);
    // Each changes everything it shares with the others.
    let mut own = Vec::new();
    for (n, name) in names.iter().enumerate() {
        let (ec2, s3) = (client("ec2", name), client("s3", name));
        put(&s3, "/photos/shared", name.as_bytes());
        put(&s3, "/photos/own", &content(n as u64 + 1, 300_000));
        if n % 2 == 0 {
            s3.request("DELETE", "/photos/large").send().ok();
        }
        let gone = before.0.iter().next_back().expect("there are many");
        ec2.call("DeleteVpc", &json!({ "VpcId": gone })).ok();
        let made = ec2.call("CreateVpc", &json!({ "CidrBlock": "10.9.0.0/16" })).ok().text("vpc.vpcId");
        own.push((gone.clone(), made));
    }
    let main = server.client("s3");
    put(&main, "/photos/shared", b"of main again");
    main.request("DELETE", "/photos/large").send().ok();
    for (n, (name, (gone, made))) in names.iter().zip(&own).enumerate() {
        let s3 = client("s3", name);
        let read = |key: &str| s3.request("GET", &format!("/photos/{key}")).send();
        assert_eq!(read("shared").ok().body_text(), *name);
        assert!(read("own").ok().body == content(n as u64 + 1, 300_000), "{name}");
        if n % 2 == 0 {
            read("large").refused(404, "NoSuchKey", "The specified key does not exist.");
        } else {
            assert!(read("large").ok().body == content(0, 300_000), "main's delete is not {name}'s");
        }
        let mut wanted = before.0.clone();
        wanted.remove(gone);
        wanted.insert(made.clone());
        assert!(vpcs(&client("ec2", name)) == wanted, "{name} has its own VPC, and main's but for one");
    }
    assert_eq!(main.request("GET", "/photos/shared").send().ok().body_text(), "of main again");
    assert!(vpcs(&server.client("ec2")) == before.0, "main has what it had");
    assert_eq!(server.page("GET", "/_angae/integrity", &json!(null))["ok"], true);
    assert_eq!(files(&server).len(), 1 + WORLDS);
    for name in &names {
        server.client("angae").request("DELETE", &format!("/_angae/worlds/{name}")).send().ok();
    }
    let listed = server.page("GET", "/_angae/worlds", &json!(null));
    assert_eq!(listed["worlds"].as_array().map(Vec::len), Some(1), "main is left");
    assert_eq!(client("s3", &names[0]).request("GET", "/photos/own").send().status, 404);
    assert_eq!(
        files(&server),
        BTreeSet::new(),
        "the forks' files are gone, and main's, which they kept alive"
    );
}

#[test]
fn worlds_are_reached_by_port_header_and_name() {
    let server = Server::start();
    let address = server.fork("ci");
    let ec2 = Client::new(address, "ec2");
    let id = ec2.call("CreateVpc", &json!({ "CidrBlock": "10.0.0.0/16" })).ok().text("vpc.vpcId");
    for (by, client) in [
        ("port", ec2),
        ("header", server.client("ec2").world("ci")),
        ("name", server.client("ec2").host(&format!("ci.localhost:{}", server.address().port()))),
    ] {
        assert!(vpcs(&client).contains(&id), "{by}");
    }
    assert!(!vpcs(&server.client("ec2")).contains(&id), "main has its own");
}
