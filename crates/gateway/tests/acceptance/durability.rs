//! `kill -9` under sixteen clients: everything that was answered is there, and no half of what was not.

use crate::content;
use crate::journal::{Fate, Journal, Kind};
use crate::load::Worker;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::mpsc;
use testkit::{Client, Server};

const CLIENTS: u64 = 16;
/// Rounds where `ANGAE_KILL_ROUNDS` does not say; `cargo xtask soak` asks for twenty.
const ROUNDS: u64 = 3;

#[expect(clippy::disallowed_methods, reason = "the length of the proof is chosen by who runs it")]
fn rounds() -> u64 {
    std::env::var("ANGAE_KILL_ROUNDS").ok().map_or(ROUNDS, |text| text.parse().expect("a number of rounds"))
}

#[test]
fn everything_answered_survives_kill_9_and_nothing_is_there_by_half() {
    let mut server = Server::start();
    server.client("s3").request("PUT", "/photos").send().ok();
    let journal = Journal::default();
    let rounds = rounds();
    for round in 0..rounds {
        strain(&mut server, &journal, round);
        database_is_sound(&server);
        server.restart();
        check(&server, &journal);
    }
    let answered = journal.answered();
    assert!(answered > 100 * usize::try_from(rounds).unwrap_or(1), "{answered} answered changes are no load");
    eprintln!("{answered} answered changes of {CLIENTS} clients survived {rounds} kills");
}

/// Lets sixteen clients work and kills the server under them, each round at another moment.
fn strain(server: &mut Server, journal: &Journal, round: u64) {
    let (answered, count) = mpsc::channel();
    let address = server.address();
    std::thread::scope(|threads| {
        for client in 0..CLIENTS {
            let name = format!("r{round}c{client}");
            let answered = answered.clone();
            threads.spawn(move || {
                Worker::new(address, name, round * 1_000_000 + client, journal, answered).run();
            });
        }
        drop(answered);
        let enough = 150 + 37 * usize::try_from(round % 11).unwrap_or(0);
        assert_eq!(count.iter().take(enough).count(), enough, "the clients worked until the kill");
        server.kill();
    });
}

/// SQLite's own check, on a copy: the server has to mend the original by itself.
pub(crate) fn database_is_sound(server: &Server) {
    let copy = tempfile::tempdir().expect("the temporary folder can be written");
    for name in ["angae.db", "angae.db-wal"] {
        let from = server.folder().join(name);
        if from.exists() {
            std::fs::copy(from, copy.path().join(name)).expect("the file can be copied");
        }
    }
    let database = rusqlite::Connection::open(copy.path().join("angae.db")).expect("the database opens");
    let verdict: String =
        database.query_row("PRAGMA integrity_check", [], |row| row.get(0)).expect("the check runs");
    assert_eq!(verdict, "ok");
}

fn check(server: &Server, journal: &Journal) {
    let (ec2, iam, s3) = (server.client("ec2"), server.client("iam"), server.client("s3"));
    networks(&ec2, journal);
    hold(&users(&iam), &journal.of(Kind::User), "user");
    objects(&s3, journal);
    let integrity = server.page("GET", "/_angae/integrity", &Value::Null);
    assert_eq!(integrity["ok"], true, "{integrity}");
}

/// Holds what is there against the journal.
#[track_caller]
fn hold(there: &BTreeSet<String>, journal: &BTreeMap<String, Fate>, kind: &str) {
    for (name, fate) in journal {
        let is_there = there.contains(name);
        assert!(is_there || !fate.must_be_there(), "{kind} {name} was answered and is lost");
        assert!(!is_there || !fate.must_be_gone(), "{kind} {name} was deleted and is back");
    }
}

fn networks(ec2: &Client, journal: &Journal) {
    let described =
        ec2.call("DescribeVpcs", &json!({ "Filter": [{ "Name": "is-default", "Value": ["false"] }] }));
    let tree = described.ok().tree();
    let items = tree["vpcSet"]["item"].as_array().cloned().unwrap_or_default();
    let id = |item: &Value| item["vpcId"].as_str().unwrap_or_default().to_owned();
    let there: BTreeSet<String> = items.iter().map(id).collect();
    hold(&there, &journal.of(Kind::Vpc), "VPC");
    let tagged: BTreeSet<String> =
        items.iter().filter(|item| item["tagSet"]["item"].is_array()).map(id).collect();
    for vpc in journal.of(Kind::Tag).keys().filter(|vpc| there.contains(*vpc)) {
        assert!(tagged.contains(vpc), "the tag of {vpc} was answered and is lost");
    }
    let list = |operation: &str, path: &str| ec2.call(operation, &json!({})).ok().texts(path);
    let subnets: BTreeSet<String> = list("DescribeSubnets", "subnetSet.item.subnetId").into_iter().collect();
    hold(&subnets, &journal.of(Kind::Subnet), "subnet");
    // No half: every VPC has its table, its ACL and its group, and none of them is left without its VPC.
    let everywhere: BTreeSet<String> = list("DescribeVpcs", "vpcSet.item.vpcId").into_iter().collect();
    for (operation, path) in [
        ("DescribeRouteTables", "routeTableSet.item.vpcId"),
        ("DescribeNetworkAcls", "networkAclSet.item.vpcId"),
        ("DescribeSecurityGroups", "securityGroupInfo.item.vpcId"),
    ] {
        let owners = list(operation, path);
        let unique: BTreeSet<String> = owners.iter().cloned().collect();
        assert_eq!((unique.len(), &unique), (owners.len(), &everywhere), "{operation}");
    }
    let parents: BTreeSet<String> = list("DescribeSubnets", "subnetSet.item.vpcId").into_iter().collect();
    assert!(parents.is_subset(&everywhere), "every subnet has its VPC");
    let of_acls: BTreeSet<String> =
        list("DescribeNetworkAcls", "networkAclSet.item.associationSet.item.subnetId").into_iter().collect();
    assert_eq!(of_acls, subnets, "every subnet has its ACL");
}

fn users(iam: &Client) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut marker = Value::Null;
    loop {
        let page = iam.call("ListUsers", &json!({ "Marker": marker })).ok();
        found.extend(page.texts("ListUsersResult.Users.member.UserName"));
        let Some(next) = page.texts("ListUsersResult.Marker").pop() else { return found };
        marker = Value::from(next);
    }
}

/// Every object that is listed reads back with what was sent under its key, whether it was answered or not.
fn objects(s3: &Client, journal: &Journal) {
    let mut there = BTreeSet::new();
    let mut token = String::new();
    loop {
        let page = s3.request("GET", &format!("/photos?list-type=2{token}")).send().ok();
        there.extend(page.texts("Contents.Key"));
        let Some(next) = page.texts("NextContinuationToken").pop() else { break };
        token = format!("&continuation-token={next}");
    }
    hold(&there, &journal.of(Kind::Object), "object");
    for key in &there {
        let (seed, size) = journal.content(key).unwrap_or_else(|| panic!("nobody sent {key}"));
        let read = s3.request("GET", &format!("/photos/{key}")).send().ok();
        assert!(read.body == content(seed, size), "{key} is not what was sent");
    }
    let uploads = s3.request("GET", "/photos?uploads").send().ok();
    for (key, upload) in uploads.texts("Upload.Key").iter().zip(uploads.texts("Upload.UploadId")) {
        s3.request("GET", &format!("/photos/{key}?uploadId={upload}")).send().ok();
    }
}
