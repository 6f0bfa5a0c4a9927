mod attribute;
mod console;
mod filter;
mod interface;
mod launch;
mod options;
mod placed;
mod power;
mod profile;
mod replacement;
mod settings;
mod standing;
mod told;

use crate::with;
use serde_json::{Value, json};
use testkit::{Answer, Client};

/// Amazon Linux 2023 in us-east-1, for x86_64 and for arm64.
pub(crate) const IMAGE: &str = "ami-03c3da4cfa8e8943a";
const SET: &str = "reservationSet.item.instancesSet.item";

/// The answer of RunInstances for one instance with these parameters beside.
#[track_caller]
pub(crate) fn run(ec2: &Client, more: &Value) -> Answer {
    let one = json!({ "ImageId": IMAGE, "InstanceType": "t3.micro", "MinCount": 1, "MaxCount": 1 });
    ec2.call("RunInstances", &with(&one, more))
}

/// The id of an instance made with these parameters.
#[track_caller]
pub(crate) fn launch(ec2: &Client, more: &Value) -> String {
    run(ec2, more).ok().text("instancesSet.item.instanceId")
}

/// What DescribeInstances says of one instance at `path`.
#[track_caller]
pub(crate) fn said(ec2: &Client, id: &str, path: &str) -> Vec<String> {
    let own = ec2.call("DescribeInstances", &json!({ "InstanceId": [id] })).ok();
    own.texts(&format!("{SET}.{path}"))
}
