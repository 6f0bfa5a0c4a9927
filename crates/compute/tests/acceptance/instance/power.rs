use super::{launch, said};
use crate::{advance, nowhere, refuses, start, start_real};
use serde_json::json;

#[test]
fn states_follow_each_other_in_time() {
    let (server, ec2) = start_real();
    let id = launch(&ec2, &json!({}));
    let own = json!({ "InstanceId": [id] });
    let state = || said(&ec2, &id, "instanceState.name")[0].clone();
    assert_eq!(state(), "pending");
    assert_eq!(said(&ec2, &id, "metadataOptions.state"), ["pending"]);
    let never_ran = format!("Instance '{id}' cannot be stopped as it has never reached the 'running' state.");
    refuses(&ec2, &[("StopInstances", own.clone(), "IncorrectInstanceState", &never_ran)]);
    advance(&server, "20s");
    assert_eq!(state(), "running");
    let stopped = ec2.call("StopInstances", &own).ok();
    assert_eq!(stopped.text("instancesSet.item.previousState.name"), "running");
    assert_eq!(state(), "stopping");
    let not_startable = format!("The instance '{id}' is not in a state from which it can be started.");
    refuses(&ec2, &[("StartInstances", own.clone(), "IncorrectInstanceState", &not_startable)]);
    advance(&server, "31s");
    assert_eq!(state(), "stopped");
    assert_eq!(said(&ec2, &id, "ipAddress"), [""; 0], "what was lent went back");
    ec2.call("StartInstances", &own).ok();
    advance(&server, "20s");
    assert_eq!((state(), said(&ec2, &id, "ipAddress").len()), ("running".to_owned(), 1));
    ec2.call("TerminateInstances", &own).ok();
    assert_eq!(
        (state(), said(&ec2, &id, "networkInterfaceSet.item.status").len()),
        ("shutting-down".to_owned(), 1)
    );
    advance(&server, "31s");
    assert_eq!((state(), said(&ec2, &id, "vpcId").len()), ("terminated".to_owned(), 0));
    ec2.call("TerminateInstances", &own).ok();
    advance(&server, "3601s");
    let gone = format!("The instance ID '{id}' does not exist");
    refuses(&ec2, &[("DescribeInstances", own, "InvalidInstanceID.NotFound", &gone)]);
}

#[test]
fn an_instance_is_checked_before_it_is_ok() {
    let (server, ec2) = start_real();
    let id = launch(&ec2, &json!({}));
    let words = |filter: &str| {
        let filter = json!([{ "Name": "instance-status.status", "Value": [filter] }]);
        let shown = ec2.call("DescribeInstanceStatus", &json!({ "InstanceId": [id], "Filter": filter })).ok();
        ["instanceStatus", "systemStatus", "attachedEbsStatus"]
            .map(|name| shown.texts(&format!("instanceStatusSet.item.{name}.details.item.status")).join(" "))
    };
    let none = || ["", "", ""].map(str::to_owned);
    advance(&server, "20s");
    assert_eq!(words("initializing"), ["initializing"; 3].map(str::to_owned));
    assert_eq!(words("ok"), none());
    advance(&server, "101s");
    assert_eq!((words("ok"), words("initializing")), (["passed"; 3].map(str::to_owned), none()));
    let own = json!({ "InstanceId": [id] });
    ec2.call("StopInstances", &own).ok();
    advance(&server, "31s");
    ec2.call("StartInstances", &own).ok();
    advance(&server, "20s");
    assert_eq!(words("initializing"), ["initializing"; 3].map(str::to_owned), "each start is checked");
}

#[test]
fn what_is_done_twice_is_done_once() {
    let (_server, ec2) = start();
    let id = launch(&ec2, &json!({}));
    let own = json!({ "InstanceId": [id] });
    let states = |operation: &str| {
        let answer = ec2.call(operation, &own).ok();
        let word = |name: &str| answer.text(&format!("instancesSet.item.{name}.name"));
        (word("previousState"), word("currentState"))
    };
    let pair = |one: &str, other: &str| (one.to_owned(), other.to_owned());
    assert_eq!(states("StartInstances"), pair("running", "running"));
    assert_eq!(states("StopInstances"), pair("running", "stopping"));
    assert_eq!(states("StopInstances"), pair("stopped", "stopped"));
    assert_eq!(states("TerminateInstances"), pair("stopped", "shutting-down"));
    assert_eq!(states("TerminateInstances"), pair("terminated", "terminated"));
}

#[test]
fn protection_holds_in_its_zone() {
    let (_server, ec2) = start();
    let kept = launch(&ec2, &json!({ "DisableApiTermination": true }));
    let beside = launch(&ec2, &json!({}));
    let elsewhere = launch(&ec2, &json!({ "Placement": { "AvailabilityZone": "us-east-1b" } }));
    let all = json!({ "InstanceId": [kept, beside, elsewhere] });
    let sentence = format!(
        "The instance '{kept}' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again."
    );
    refuses(&ec2, &[("TerminateInstances", all, "OperationNotPermitted", &sentence)]);
    let state = |id: &str| said(&ec2, id, "instanceState.name")[0].clone();
    assert_eq!([state(&kept), state(&beside), state(&elsewhere)], ["running", "running", "terminated"]);
    let kept = launch(&ec2, &json!({ "DisableApiStop": true }));
    let own = json!({ "InstanceId": [kept] });
    let stop = format!(
        "The instance '{kept}' may not be stopped. Modify its 'disableApiStop' instance attribute and try again."
    );
    let end = format!(
        "The instance '{kept}' may not be terminated. Modify its 'disableApiStop' instance attribute and try again."
    );
    refuses(
        &ec2,
        &[
            ("StopInstances", own.clone(), "OperationNotPermitted", &stop),
            ("TerminateInstances", own, "OperationNotPermitted", &end),
        ],
    );
}

#[test]
fn what_power_refuses() {
    let (_server, ec2) = start();
    let id = launch(&ec2, &json!({}));
    let ended = launch(&ec2, &json!({}));
    ec2.call("TerminateInstances", &json!({ "InstanceId": [ended] })).ok();
    let missing = nowhere("i");
    let not_found = format!("The instance ID '{missing}' does not exist");
    let both = format!("The instance IDs '{missing}, i-11111111111111111' do not exist");
    for operation in ["StartInstances", "StopInstances", "RebootInstances", "TerminateInstances"] {
        refuses(
            &ec2,
            &[
                (operation, json!({ "InstanceId": [missing, id] }), "InvalidInstanceID.NotFound", &not_found),
                (
                    operation,
                    json!({ "InstanceId": [missing, "i-11111111111111111"] }),
                    "InvalidInstanceID.NotFound",
                    &both,
                ),
                (
                    operation,
                    json!({ "InstanceId": ["ma1"] }),
                    "InvalidInstanceID.Malformed",
                    r#"Invalid id: "ma1""#,
                ),
            ],
        );
    }
    let off = format!(
        "The instance can't be hibernated because it was not configured at launch for hibernation: {id}"
    );
    let start = format!("The instance '{ended}' is not in a state from which it can be started.");
    refuses(
        &ec2,
        &[
            (
                "StopInstances",
                json!({ "InstanceId": [id], "Hibernate": true }),
                "UnsupportedHibernationConfiguration",
                &off,
            ),
            ("StartInstances", json!({ "InstanceId": [ended] }), "IncorrectInstanceState", &start),
        ],
    );
    assert_eq!(said(&ec2, &id, "instanceState.name"), ["running"], "nothing was done by half");
}
