use crate::fleet::template;
use crate::instance::IMAGE;
use crate::{advance, refuses, start, with};
use serde_json::{Value, json};
use testkit::Client;

const CONFIG: &str = "spotFleetRequestConfigSet.item";

fn wish(more: &Value) -> Value {
    let own = json!({
        "IamFleetRole": "arn:aws:iam::000000000000:role/fleet",
        "TargetCapacity": 2,
        "LaunchSpecifications": [{ "ImageId": IMAGE, "InstanceType": "t3.micro" }],
    });
    json!({ "SpotFleetRequestConfig": with(&own, more) })
}

#[track_caller]
fn request(ec2: &Client, more: &Value) -> String {
    ec2.call("RequestSpotFleet", &wish(more)).ok().text("spotFleetRequestId")
}

fn said(ec2: &Client, id: &str, path: &str) -> Vec<String> {
    let own = ec2.call("DescribeSpotFleetRequests", &json!({ "SpotFleetRequestId": [id] })).ok();
    own.texts(&format!("{CONFIG}.{path}"))
}

fn active(ec2: &Client, id: &str) -> Vec<String> {
    let own = ec2.call("DescribeSpotFleetInstances", &json!({ "SpotFleetRequestId": id })).ok();
    own.texts("activeInstanceSet.item.instanceId")
}

#[test]
fn the_life_of_a_spot_fleet() {
    let (server, ec2) = start();
    let tags = json!([{ "ResourceType": "spot-fleet-request", "Tag": [{ "Key": "a", "Value": "b" }] }]);
    let more = json!({ "OnDemandTargetCapacity": 1, "TagSpecification": tags, "ClientToken": "t" });
    let id = request(&ec2, &more);
    assert_eq!((id.len(), &id[..4]), (40, "sfr-"));
    assert_eq!(request(&ec2, &more), id);
    for (path, want) in [
        ("spotFleetRequestState", "active"),
        ("activityStatus", "fulfilled"),
        ("spotFleetRequestConfig.type", "maintain"),
        ("spotFleetRequestConfig.targetCapacity", "2"),
        ("spotFleetRequestConfig.fulfilledCapacity", "2"),
        ("spotFleetRequestConfig.onDemandFulfilledCapacity", "1"),
        ("spotFleetRequestConfig.allocationStrategy", "lowestPrice"),
        ("spotFleetRequestConfig.launchSpecifications.item.imageId", IMAGE),
        ("tagSet.item.key", "a"),
    ] {
        assert_eq!(said(&ec2, &id, path), [want], "{path}");
    }
    let instances = active(&ec2, &id);
    let shown = ec2.call("DescribeInstances", &json!({ "InstanceId": instances })).ok().tree().to_string();
    assert!(shown.contains("aws:ec2spot:fleet-request-id") && shown.contains(&id));
    ec2.call("TerminateInstances", &json!({ "InstanceId": [instances[0]] })).ok();
    let mut events = server.events(0);
    (0..3).for_each(|_| drop(events.wait_for("InstanceCreated")));
    assert_eq!(active(&ec2, &id).len(), 2);
    ec2.call("ModifySpotFleetRequest", &json!({ "SpotFleetRequestId": id, "TargetCapacity": 3 })).ok();
    assert_eq!(active(&ec2, &id).len(), 3);
    assert_eq!(said(&ec2, &id, "spotFleetRequestConfig.targetCapacity"), ["3"]);
    let history = json!({ "SpotFleetRequestId": id, "StartTime": "2001-01-01T00:00:00Z" });
    let told = ec2.call("DescribeSpotFleetRequestHistory", &history).ok();
    let kinds = told.texts("historyRecordSet.item.eventType");
    assert_eq!(kinds.iter().filter(|kind| *kind == "instanceChange").count(), 5);
    let none = with(&history, &json!({ "EventType": "information" }));
    assert_eq!(
        ec2.call("DescribeSpotFleetRequestHistory", &none).ok().texts("historyRecordSet.item.eventType"),
        [""; 0]
    );
    let cancel = |ids: Value, terminates: bool| {
        ec2.call(
            "CancelSpotFleetRequests",
            &json!({ "SpotFleetRequestId": ids, "TerminateInstances": terminates }),
        )
        .ok()
    };
    let running = cancel(json!([id, "sfr-0", "x"]), false);
    assert_eq!(
        running.texts("successfulFleetRequestSet.item.currentSpotFleetRequestState"),
        ["cancelled_running"]
    );
    assert_eq!(
        running.texts("unsuccessfulFleetRequestSet.item.error.code"),
        ["fleetRequestIdDoesNotExist", "fleetRequestIdMalformed"]
    );
    assert_eq!(said(&ec2, &id, "spotFleetRequestState"), ["cancelled_running"]);
    let ended = cancel(json!([id]), true);
    assert_eq!(
        ended.text("successfulFleetRequestSet.item.previousSpotFleetRequestState"),
        "cancelled_running"
    );
    assert_eq!(said(&ec2, &id, "spotFleetRequestState"), ["cancelled"]);
    let twice = cancel(json!([id]), true);
    assert_eq!(
        twice.text("unsuccessfulFleetRequestSet.item.error.code"),
        "fleetRequestNotInCancellableState"
    );
    advance(&server, "72h");
    assert_eq!(
        ec2.call("DescribeSpotFleetRequests", &json!({})).ok().texts(&format!("{CONFIG}.spotFleetRequestId")),
        [""; 0]
    );
}

#[test]
fn specifications_name_several_places_and_templates_have_overrides() {
    let (_server, ec2) = start();
    for place in [
        json!({ "AvailabilityZone": "us-east-1a, us-east-1b" }),
        json!({ "AvailabilityZoneId": "use1-az6, use1-az1" }),
    ] {
        let places = json!({
            "AllocationStrategy": "diversified",
            "LaunchSpecifications": [{ "ImageId": IMAGE, "InstanceType": "t3.micro", "Placement": place }],
        });
        let id = request(&ec2, &places);
        let shown = ec2.call("DescribeInstances", &json!({ "InstanceId": active(&ec2, &id) })).ok();
        let mut zones = shown.texts("reservationSet.item.instancesSet.item.placement.availabilityZone");
        zones.sort();
        assert_eq!(zones, ["us-east-1a", "us-east-1b"], "{place}");
    }
    template(&ec2, "web", &json!({}));
    let config = json!({
        "IamFleetRole": "arn:aws:iam::000000000000:role/fleet", "TargetCapacity": 1, "Type": "request",
        "LaunchTemplateConfigs": [{
            "LaunchTemplateSpecification": { "LaunchTemplateName": "web", "Version": "1" },
            "Overrides": [{ "InstanceType": "m5.large" }, { "InstanceType": "t3.small" }],
        }],
    });
    let made = ec2.call("RequestSpotFleet", &json!({ "SpotFleetRequestConfig": config })).ok();
    let of = json!({ "SpotFleetRequestId": made.text("spotFleetRequestId") });
    let types = ec2.call("DescribeSpotFleetInstances", &of).ok();
    assert_eq!(types.texts("activeInstanceSet.item.instanceType"), ["t3.small"]);
    assert_eq!(&types.text("activeInstanceSet.item.spotInstanceRequestId")[..4], "sir-");
}

#[test]
fn what_spot_fleets_refuse() {
    let (_server, ec2) = start();
    let name = "RequestSpotFleet";
    let bad = "InvalidSpotFleetRequestConfig";
    let fixed = request(&ec2, &json!({ "Type": "request" }));
    let is_fixed =
        format!("The spot fleet request '{fixed}' is not in a modifiable state or is not of type maintain.");
    refuses(
        &ec2,
        &[
            (
                name,
                wish(&json!({ "LaunchSpecifications": [] })),
                bad,
                "Either LaunchSpecifications or LaunchTemplateConfigs must be specified.",
            ),
            (
                name,
                wish(&json!({ "Type": "instant" })),
                bad,
                "The type instant is not supported for Spot Fleet.",
            ),
            (
                name,
                wish(&json!({ "OnDemandTargetCapacity": 3 })),
                bad,
                "The On-Demand target capacity exceeds the target capacity.",
            ),
            (
                name,
                wish(&json!({ "AllocationStrategy": "diversified", "InstancePoolsToUseCount": 2 })),
                bad,
                "InstancePoolsToUseCount option is only available with the lowestPrice allocation strategy.",
            ),
            (
                "DescribeSpotFleetInstances",
                json!({ "SpotFleetRequestId": "sfr-0" }),
                "InvalidSpotFleetRequestId.NotFound",
                "The spot fleet request ID 'sfr-0' does not exist",
            ),
            (
                "DescribeSpotFleetRequests",
                json!({ "SpotFleetRequestId": ["x"] }),
                "InvalidSpotFleetRequestId.Malformed",
                "Invalid id: \"x\" (expecting \"sfr-...\")",
            ),
            (
                "ModifySpotFleetRequest",
                json!({ "SpotFleetRequestId": fixed, "TargetCapacity": 1 }),
                "InvalidSpotFleetRequestState",
                &is_fixed,
            ),
            (
                "ModifySpotFleetRequest",
                json!({ "SpotFleetRequestId": "sfr-0", "TargetCapacity": 1 }),
                "InvalidSpotFleetRequestId.NotFound",
                "The spot fleet request ID 'sfr-0' does not exist",
            ),
        ],
    );
    let dry = ec2.call(name, &with(&wish(&json!({})), &json!({ "DryRun": true }))).refusal();
    assert_eq!((dry.status, dry.code.as_str()), (412, "DryRunOperation"));
}
