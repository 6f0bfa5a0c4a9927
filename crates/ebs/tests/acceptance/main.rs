//! Volumes and snapshots of EC2, as a client sees them: what an answer says and what is refused. Nothing here knows the
//! crate under test; another implementation at the endpoint would be judged by the same words.

mod account;
mod attachment;
mod attribute;
mod direct;
mod fast_restore;
mod listing;
mod lock;
mod modification;
mod snapshot;
mod tier;
mod volume;
mod volume_copy;

use serde_json::{Value, json};
use testkit::ec2::{advance, found, nowhere, refuses, start, start_real, with};
use testkit::{Client, Golden};

/// Recorded answers of a scenario.
fn golden(name: &str) -> Golden {
    Golden::new(name)
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
