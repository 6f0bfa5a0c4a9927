//! EFS, as a client sees it: what an answer says and what is refused. Nothing here knows the crate under test; another
//! implementation at the endpoint would be judged by the same words.

mod access_point;
mod accounts;
mod apart;
mod authority;
mod file_system;
mod hostile;
mod mount_target;
mod permission;
mod policy;
mod replication;
mod settings;
mod tag;

use serde_json::{Value, json};
use testkit::{Answer, Client, Options, Server};

/// A refusal: the operation, its parameters, the status, the code and the sentence.
type Refused<'a> = (&'a str, Value, u16, &'a str, &'a str);

/// Each body repeats the code.
#[track_caller]
fn refuses(client: &Client, cases: &[Refused<'_>]) {
    for (operation, parameters, status, code, sentence) in cases {
        let refusal = client.call(operation, parameters).refusal();
        let repeated = refusal.members.get("ErrorCode").map_or("", String::as_str);
        let found = (refusal.status, refusal.code.as_str(), refusal.message.as_str(), repeated);
        assert_eq!(found, (*status, *code, *sentence, *code), "{operation} {parameters}");
    }
}

fn start() -> (Server, Client) {
    let server = Server::start();
    let efs = server.client("efs");
    (server, efs)
}

/// A server at which states take AWS's time.
fn start_real() -> (Server, Client) {
    let server = Server::start_with(Options::default().flags(&["--pace", "real"]));
    let efs = server.client("efs");
    (server, efs)
}

/// Moves the clock, and waits for events of a kind until something says what is wanted.
#[track_caller]
fn advance_until(server: &Server, kind: &str, look: impl Fn() -> Vec<String>, wanted: &[&str]) {
    let mut events = server.events(0);
    server.page("POST", "/_angae/clock", &json!({ "advance": "70s" }));
    while look() != wanted {
        events.wait_for(kind);
    }
}

/// A file system, available.
#[track_caller]
fn file_system(efs: &Client, token: &str) -> String {
    made(efs, &json!({ "CreationToken": token })).text("FileSystemId")
}

#[track_caller]
fn made(efs: &Client, wish: &Value) -> Answer {
    efs.call("CreateFileSystem", wish).ok()
}

/// What is said of a file system.
#[track_caller]
fn said(efs: &Client, id: &str) -> Value {
    let found = efs.call("DescribeFileSystems", &json!({ "FileSystemId": id })).ok().tree();
    found["FileSystems"][0].clone()
}

/// The default subnets of a Region, as zone and id, by zone.
#[track_caller]
fn subnets(ec2: &Client) -> Vec<(String, String)> {
    let found = ec2.call("DescribeSubnets", &json!({})).ok();
    let zones = found.texts("subnetSet.item.availabilityZone");
    let mut pairs: Vec<_> = zones.into_iter().zip(found.texts("subnetSet.item.subnetId")).collect();
    pairs.sort();
    pairs
}

#[track_caller]
fn mount_target(efs: &Client, file_system: &str, subnet: &str) -> Answer {
    efs.call("CreateMountTarget", &json!({ "FileSystemId": file_system, "SubnetId": subnet })).ok()
}

/// The pages of a list, as long as one leads to the next: the texts at a path, page by page.
#[track_caller]
fn pages(
    efs: &Client,
    operation: &str,
    wish: &Value,
    names: (&str, &str, &str),
    path: &str,
) -> Vec<Vec<String>> {
    let (size, token, next) = names;
    let mut wish = wish.clone();
    wish[size] = json!(2);
    let mut pages = Vec::new();
    loop {
        let page = efs.call(operation, &wish).ok();
        pages.push(page.texts(path));
        match page.texts(next).first() {
            Some(more) => wish[token] = json!(more),
            None => return pages,
        }
    }
}

const MARKED: (&str, &str, &str) = ("MaxItems", "Marker", "NextMarker");
const TOKENED: (&str, &str, &str) = ("MaxResults", "NextToken", "NextToken");

#[test]
fn preferences_are_long_ids_and_stay_so() {
    let (_server, efs) = start();
    let long = json!({ "ResourceIdPreference": {
        "ResourceIdType": "LONG_ID", "Resources": ["FILE_SYSTEM", "MOUNT_TARGET"] } });
    assert_eq!(efs.call("DescribeAccountPreferences", &json!({})).ok().tree(), long);
    let put = efs.call("PutAccountPreferences", &json!({ "ResourceIdType": "LONG_ID" })).ok();
    assert_eq!(put.tree(), long);
    // SDKs send these in the body of a GET.
    let sized = efs.call("DescribeAccountPreferences", &json!({ "MaxResults": 1 })).ok();
    assert_eq!(sized.tree(), long);
    let bad = "BadRequest";
    refuses(
        &efs,
        &[
            // Source: Amazon EFS User Guide, "Resource IDs"; the sentence is ours.
            (
                "PutAccountPreferences",
                json!({ "ResourceIdType": "SHORT_ID" }),
                400,
                bad,
                "SHORT_ID is no longer supported.",
            ),
            ("DescribeAccountPreferences", json!({ "NextToken": "none" }), 400, bad, "Invalid NextToken"),
        ],
    );
}

/// Recorded: terraform-provider-aws issue 11956, of `rootDirectory.path`.
#[test]
fn values_that_break_the_model_are_refused_by_their_paths() {
    let (_server, efs) = start();
    let id = file_system(&efs, "one");
    let wish = json!({ "FileSystemId": id, "ClientToken": "t", "RootDirectory": { "Path": "/a/b/c/d/e" } });
    let refusal = efs.call("CreateAccessPoint", &wish).refusal();
    assert_eq!((refusal.status, refusal.code.as_str()), (400, "ValidationException"));
    let sentence = "1 validation error detected: Value '/a/b/c/d/e' at 'rootDirectory.path' failed to satisfy constraint: Member must satisfy regular expression pattern: ";
    assert!(refusal.message.starts_with(sentence), "{}", refusal.message);
    for (operation, wish) in [
        ("DescribeFileSystems", json!({ "FileSystemId": "fs-1" })),
        ("DescribeFileSystems", json!({ "MaxItems": 0 })),
        ("CreateFileSystem", json!({ "CreationToken": "" })),
        ("CreateFileSystem", json!({ "CreationToken": "t", "PerformanceMode": "fast" })),
        ("CreateFileSystem", json!({ "CreationToken": "t", "Tags": [{ "Key": "aws:x", "Value": "" }] })),
        ("CreateAccessPoint", json!({ "FileSystemId": id, "ClientToken": "t", "PosixUser": { "Uid": 1 } })),
        (
            "CreateAccessPoint",
            json!({ "FileSystemId": id, "ClientToken": "t", "RootDirectory": { "Path": "/.a" } }),
        ),
        ("PutLifecycleConfiguration", json!({ "FileSystemId": id })),
    ] {
        let refusal = efs.call(operation, &wish).refusal();
        assert_eq!(
            (refusal.status, refusal.code.as_str()),
            (400, "ValidationException"),
            "{operation} {wish}"
        );
    }
}
