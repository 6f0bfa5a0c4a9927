use super::{launch, said};
use crate::{advance, nowhere, refuses, start, start_real};
use serde_json::json;
use testkit::Client;

/// An image of Windows Server.
fn windows(ec2: &Client) -> String {
    let wish =
        json!({ "Filter": [{ "Name": "name", "Value": ["Windows_Server-2022-English-Full-Base-*"] }] });
    ec2.call("DescribeImages", &wish).ok().text("imagesSet.item.imageId")
}

#[test]
fn an_instance_that_printed_nothing_has_a_black_screen_and_no_output() {
    let (_server, ec2) = start();
    let id = launch(&ec2, &json!({}));
    let own = json!({ "InstanceId": id });
    let output = ec2.call("GetConsoleOutput", &own).ok();
    assert_eq!(output.text("instanceId"), id);
    assert_eq!(output.texts("output"), [""; 0]);
    assert_eq!(output.texts("timestamp").len(), 1);
    ec2.call("GetConsoleOutput", &json!({ "InstanceId": id, "Latest": true })).ok();
    let screen = ec2.call("GetConsoleScreenshot", &own).ok();
    // A JPEG begins so.
    assert!(screen.text("imageData").starts_with("/9j/2wBD"), "{}", screen.text("imageData"));
    assert_eq!(ec2.call("GetPasswordData", &own).ok().texts("passwordData").concat(), "");
    ec2.call("SendDiagnosticInterrupt", &own).ok();
    let old = launch(&ec2, &json!({ "InstanceType": "t2.micro" }));
    ec2.call("StopInstances", &json!({ "InstanceId": [id] })).ok();
    let stopped = format!("The instance '{id}' is not in the 'running' state.");
    let none = nowhere("i");
    let missing = format!("The instance ID '{none}' does not exist");
    refuses(
        &ec2,
        &[
            (
                "GetConsoleOutput",
                json!({ "InstanceId": old, "Latest": true }),
                "UnsupportedOperation",
                "This instance type does not support retrieving the latest console logs. Only supported on Nitro-based instances.",
            ),
            (
                "SendDiagnosticInterrupt",
                json!({ "InstanceId": old }),
                "UnsupportedOperation",
                "The instance type t2.micro does not support diagnostic interrupts.",
            ),
            ("GetConsoleScreenshot", own.clone(), "IncorrectInstanceState", &stopped),
            ("SendDiagnosticInterrupt", own, "IncorrectInstanceState", &stopped),
            ("GetConsoleOutput", json!({ "InstanceId": none }), "InvalidInstanceID.NotFound", &missing),
            ("GetPasswordData", json!({ "InstanceId": none }), "InvalidInstanceID.NotFound", &missing),
            (
                "GetConsoleScreenshot",
                json!({ "InstanceId": "x" }),
                "InvalidInstanceID.Malformed",
                "Invalid id: \"x\"",
            ),
        ],
    );
}

#[test]
fn the_password_of_windows_is_sealed_by_the_key_of_the_instance() {
    let (server, ec2) = start_real();
    ec2.call("CreateKeyPair", &json!({ "KeyName": "web" })).ok();
    let id = launch(&ec2, &json!({ "ImageId": windows(&ec2), "KeyName": "web" }));
    let own = json!({ "InstanceId": id });
    let sealed = || ec2.call("GetPasswordData", &own).ok().texts("passwordData").concat();
    assert_eq!(sealed(), "");
    advance(&server, "16s");
    // 256 bytes in base64.
    let first = sealed();
    assert_eq!(first.len(), 344);
    assert_eq!(sealed(), first);
    let bare = launch(&ec2, &json!({ "ImageId": windows(&ec2) }));
    advance(&server, "16s");
    let none = ec2.call("GetPasswordData", &json!({ "InstanceId": bare })).ok();
    assert_eq!(none.texts("passwordData").concat(), "");
}

#[test]
fn what_is_told_to_aws_changes_nothing() {
    let (_server, ec2) = start();
    let id = launch(&ec2, &json!({}));
    let report = json!({ "InstanceId": [id], "Status": "impaired", "ReasonCode": ["unresponsive", "other"] });
    ec2.call("ReportInstanceStatus", &report).ok();
    let status = ec2.call("DescribeInstanceStatus", &json!({ "InstanceId": [id] })).ok();
    assert_eq!(status.texts("instanceStatusSet.item.instanceStatus.status"), ["ok"]);
    let event = json!({ "InstanceId": id, "InstanceEventId": "instance-event-1", "NotBefore": "2026-12-01T00:00:00Z" });
    let bad = json!({ "InstanceId": [id], "Status": "fine", "ReasonCode": ["other"] });
    let reason = json!({ "InstanceId": [id], "Status": "ok", "ReasonCode": ["bored"] });
    let refusal = ec2.call("ReportInstanceStatus", &reason).refusal();
    assert_eq!(refusal.code, "InvalidParameterValue");
    refuses(
        &ec2,
        &[
            (
                "ModifyInstanceEventStartTime",
                event,
                "InvalidInstanceEventIDNotFound",
                "The instance event ID 'instance-event-1' does not exist",
            ),
            (
                "ReportInstanceStatus",
                bad,
                "InvalidParameterValue",
                "Value (fine) for parameter status is invalid. Valid values are ok, impaired.",
            ),
        ],
    );
    assert_eq!(said(&ec2, &id, "instanceState.name"), ["running"]);
}
