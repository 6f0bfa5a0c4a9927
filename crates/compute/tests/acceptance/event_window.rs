use crate::instance::launch;
use crate::{found, nowhere, pages, refuses, start, with};
use serde_json::{Value, json};

const IDS: &str = "instanceEventWindowSet.item.instanceEventWindowId";

#[test]
fn a_window_is_made_associated_and_taken_away() {
    let (_server, ec2) = start();
    let instance = launch(&ec2, &json!({}));
    let range =
        json!([{ "StartWeekDay": "friday", "StartHour": 22, "EndWeekDay": "saturday", "EndHour": 4 }]);
    let tags =
        json!([{ "ResourceType": "instance-event-window", "Tag": [{ "Key": "team", "Value": "red" }] }]);
    let wish = json!({ "Name": "night", "TimeRange": range, "TagSpecification": tags });
    let made = ec2.call("CreateInstanceEventWindow", &wish).ok();
    let id = made.text("instanceEventWindow.instanceEventWindowId");
    assert_eq!(made.text("instanceEventWindow.state"), "creating");
    let told = |path: &str| {
        let one = json!({ "InstanceEventWindowId": [id] });
        ec2.call("DescribeInstanceEventWindows", &one)
            .ok()
            .texts(&format!("instanceEventWindowSet.item.{path}"))
    };
    assert_eq!(told("state"), ["active"]);
    assert_eq!(told("timeRangeSet.item.startWeekDay"), ["friday"]);
    let target = |more: Value| json!({ "InstanceEventWindowId": id, "AssociationTarget": more });
    ec2.call("AssociateInstanceEventWindow", &target(json!({ "InstanceId": [instance] }))).ok();
    assert_eq!(told("associationTarget.instanceIdSet.item"), [instance.as_str()]);
    for (name, value) in [
        ("event-window-name", "nig*"),
        ("instance-id", instance.as_str()),
        ("tag:team", "red"),
        ("tag-value", "red"),
    ] {
        assert_eq!(found(&ec2, "DescribeInstanceEventWindows", (name, value), IDS), [id.as_str()], "{name}");
        assert_eq!(found(&ec2, "DescribeInstanceEventWindows", (name, "no"), IDS), [""; 0], "{name}");
    }
    let cron =
        json!({ "InstanceEventWindowId": id, "CronExpression": "* 0-4,20-23 * * 1,FRI", "Name": "cron" });
    ec2.call("ModifyInstanceEventWindow", &cron).ok();
    assert_eq!(told("cronExpression"), ["* 0-4,20-23 * * 1,FRI"]);
    assert_eq!(told("name"), ["cron"]);
    let delete = json!({ "InstanceEventWindowId": id });
    let used = format!("The instance event window '{id}' is associated and can only be deleted by force.");
    refuses(&ec2, &[("DeleteInstanceEventWindow", delete, "IncorrectState", &used)]);
    ec2.call("DisassociateInstanceEventWindow", &target(json!({ "InstanceId": [instance] }))).ok();
    assert_eq!(told("associationTarget.instanceIdSet.item"), [""; 0]);
    let by_tag = json!({ "InstanceTag": [{ "Key": "team", "Value": "blue" }] });
    ec2.call("AssociateInstanceEventWindow", &target(by_tag)).ok();
    assert_eq!(
        found(&ec2, "DescribeInstanceEventWindows", ("instance-tag", "team:blue"), IDS),
        [id.as_str()]
    );
    let forced = json!({ "InstanceEventWindowId": id, "ForceDelete": true });
    let gone = ec2.call("DeleteInstanceEventWindow", &forced).ok();
    assert_eq!(gone.text("instanceEventWindowState.state"), "deleting");
    let all = ec2.call("DescribeInstanceEventWindows", &json!({})).ok();
    assert_eq!(all.texts(IDS), [""; 0]);
}

#[test]
fn windows_are_paged_and_another_account_sees_none() {
    let (server, ec2) = start();
    for number in 0..21 {
        let wish = json!({ "Name": format!("w-{number}"), "CronExpression": "* 0-4 * * *" });
        ec2.call("CreateInstanceEventWindow", &wish).ok();
    }
    let (all, count) = pages(&ec2, "DescribeInstanceEventWindows", &json!({ "MaxResults": 20 }), IDS);
    assert_eq!((all.len(), count), (21, 2));
    let friend = server.client("ec2").key("222222222222", "secret", None);
    assert_eq!(friend.call("DescribeInstanceEventWindows", &json!({})).ok().texts(IDS), [""; 0]);
}

#[test]
fn what_windows_refuse() {
    let (_server, ec2) = start();
    let none = nowhere("iew");
    let missing = format!("The instanceEventWindow ID '{none}' does not exist");
    let short = "Each time range must be at least 2 hours, and all of an event window at least 4 hours.";
    let range = |hours: (i32, i32)| json!({ "TimeRange": [{ "StartWeekDay": "monday", "StartHour": hours.0, "EndWeekDay": "monday", "EndHour": hours.1 }] });
    let cron = |text: &str| json!({ "CronExpression": text });
    let bad = |text: &str| {
        format!(
            "Value ({text}) for parameter cronExpression is invalid. Only hours and days of the week are supported."
        )
    };
    let make = "CreateInstanceEventWindow";
    refuses(
        &ec2,
        &[
            (
                make,
                json!({}),
                "MissingParameter",
                "The request must contain the parameter TimeRange or CronExpression",
            ),
            (make, range((1, 2)), "InvalidParameterValue", short),
            (make, range((1, 4)), "InvalidParameterValue", short),
            (make, cron("* 0-3 * * 1"), "InvalidParameterValue", short),
            (make, cron("5 0-4 * * 1"), "InvalidParameterValue", &bad("5 0-4 * * 1")),
            (make, cron("* 0-4 * *"), "InvalidParameterValue", &bad("* 0-4 * *")),
            (make, cron("* 0-4 * * 9"), "InvalidParameterValue", &bad("* 0-4 * * 9")),
            (
                make,
                with(&range((1, 9)), &cron("* 0-4 * * *")),
                "InvalidParameterCombination",
                "The parameter TimeRange cannot be used with the parameter CronExpression",
            ),
            (
                "DescribeInstanceEventWindows",
                json!({ "InstanceEventWindowId": [none] }),
                "InvalidInstanceEventWindowID.NotFound",
                &missing,
            ),
            (
                "DeleteInstanceEventWindow",
                json!({ "InstanceEventWindowId": none }),
                "InvalidInstanceEventWindowID.NotFound",
                &missing,
            ),
        ],
    );
}
