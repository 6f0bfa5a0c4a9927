//! Volumes and snapshots of EC2, as a client sees them: what an answer says and what is refused. Nothing here knows the
//! crate under test; another implementation at the endpoint would be judged by the same words.

mod account;
mod attachment;
mod attribute;
mod fast_restore;
mod listing;
mod lock;
mod modification;
mod snapshot;
mod tier;
mod volume;

use serde_json::{Value, json};
use testkit::{Client, Golden, Options, Server};

/// Recorded answers of a scenario.
fn golden(name: &str) -> Golden {
    Golden::new(env!("CARGO_MANIFEST_DIR"), name)
}

/// A refusal: the operation, its parameters, the code and the sentence.
type Refused<'a> = (&'a str, Value, &'a str, &'a str);

/// EC2 answers every refusal of these with 400.
#[track_caller]
fn refuses(ec2: &Client, cases: &[Refused<'_>]) {
    for (operation, parameters, code, sentence) in cases {
        let refusal = ec2.call(operation, parameters).refusal();
        let found = (refusal.status, refusal.code.as_str(), refusal.message.as_str());
        assert_eq!(found, (400, *code, *sentence), "{operation} {parameters}");
    }
}

/// One object with the members of both.
fn with(one: &Value, other: &Value) -> Value {
    let members = |value: &Value| value.as_object().expect("the test gives an object").clone();
    let mut all = members(one);
    all.extend(members(other));
    Value::Object(all)
}

/// A volume of a GiB, and what else is asked of it.
#[track_caller]
fn volume(ec2: &Client, extra: &Value) -> String {
    let one = json!({ "AvailabilityZone": "us-east-1a", "Size": 1 });
    ec2.call("CreateVolume", &with(&one, extra)).ok().text("volumeId")
}

/// A snapshot of that volume.
#[track_caller]
fn snapshot(ec2: &Client, volume: &str) -> String {
    ec2.call("CreateSnapshot", &json!({ "VolumeId": volume })).ok().text("snapshotId")
}

/// What a Describe of one volume says at `path`.
#[track_caller]
fn of_volume(ec2: &Client, id: &str, path: &str) -> Vec<String> {
    let path = format!("volumeSet.item.{path}");
    ec2.call("DescribeVolumes", &json!({ "VolumeId": [id] })).ok().texts(&path)
}

/// What a Describe of one snapshot says at `path`.
#[track_caller]
fn of_snapshot(ec2: &Client, id: &str, path: &str) -> Vec<String> {
    let path = format!("snapshotSet.item.{path}");
    ec2.call("DescribeSnapshots", &json!({ "SnapshotId": [id] })).ok().texts(&path)
}

/// What a Describe with one filter finds at `path`.
#[track_caller]
fn found(ec2: &Client, operation: &str, filter: (&str, &str), path: &str) -> Vec<String> {
    let (name, value) = filter;
    let parameters = json!({ "Filter": [{ "Name": name, "Value": [value] }] });
    ec2.call(operation, &parameters).ok().texts(path)
}

/// An id of that kind that nothing has.
fn nowhere(prefix: &str) -> String {
    format!("{prefix}-00000000000000000")
}

/// A server and its EC2.
fn start() -> (Server, Client) {
    let server = Server::start();
    let ec2 = server.client("ec2");
    (server, ec2)
}

/// The same, at AWS's pace.
fn start_real() -> (Server, Client) {
    let server = Server::start_with(Options::default().flags(&["--pace", "real"]));
    let ec2 = server.client("ec2");
    (server, ec2)
}

#[track_caller]
fn advance(server: &Server, by: &str) {
    server.page("POST", "/_angae/clock", &json!({ "advance": by }));
}
