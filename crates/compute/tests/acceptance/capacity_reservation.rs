use crate::instance::IMAGE;
use crate::{advance, filter, found, nowhere, refuses, start, with};
use serde_json::{Value, json};
use testkit::Client;

fn wish() -> Value {
    json!({ "InstanceType": "t3.micro", "InstancePlatform": "Linux/UNIX", "AvailabilityZone": "us-east-1a", "InstanceCount": 2 })
}

#[track_caller]
fn create(ec2: &Client, more: &Value) -> String {
    let made = ec2.call("CreateCapacityReservation", &with(&wish(), more)).ok();
    made.text("capacityReservation.capacityReservationId")
}

fn said(ec2: &Client, id: &str, path: &str) -> String {
    let own = ec2.call("DescribeCapacityReservations", &json!({ "CapacityReservationId": [id] })).ok();
    own.texts(&format!("capacityReservationSet.item.{path}")).pop().unwrap_or_default()
}

fn launch(ec2: &Client, more: &Value) -> testkit::Answer {
    let own = json!({
        "ImageId": IMAGE, "InstanceType": "t3.micro", "MinCount": 1, "MaxCount": 1,
        "Placement": { "AvailabilityZone": "us-east-1a" },
    });
    ec2.call("RunInstances", &with(&own, more))
}

fn of_instance(ec2: &Client, id: &str, path: &str) -> String {
    let own = ec2.call("DescribeInstances", &json!({ "InstanceId": [id] })).ok();
    own.texts(&format!("reservationSet.item.instancesSet.item.{path}")).pop().unwrap_or_default()
}

#[test]
fn open_reservations_take_what_suits_them() {
    let (_server, ec2) = start();
    let early = launch(&ec2, &json!({})).ok().text("instancesSet.item.instanceId");
    let tags = json!([{ "ResourceType": "capacity-reservation", "Tag": [{ "Key": "a", "Value": "b" }] }]);
    let id = create(&ec2, &json!({ "TagSpecifications": tags, "ClientToken": "t" }));
    assert_eq!(create(&ec2, &json!({ "TagSpecifications": tags, "ClientToken": "t" })), id);
    for (path, want) in [
        ("state", "active"),
        ("totalInstanceCount", "2"),
        ("availableInstanceCount", "1"),
        ("instanceMatchCriteria", "open"),
        ("endDateType", "unlimited"),
        ("tenancy", "default"),
        ("availabilityZone", "us-east-1a"),
        ("capacityAllocationSet.item.count", "1"),
        ("tagSet.item.key", "a"),
    ] {
        assert_eq!(said(&ec2, &id, path), want, "{path}");
    }
    assert_eq!(of_instance(&ec2, &early, "capacityReservationId"), id, "what ran already runs in it");
    let second = launch(&ec2, &json!({})).ok();
    assert_eq!(second.text("instancesSet.item.capacityReservationId"), id);
    let third = launch(&ec2, &json!({})).ok();
    assert_eq!(third.texts("instancesSet.item.capacityReservationId"), [""; 0], "it is full");
    let usage = ec2.call("GetCapacityReservationUsage", &json!({ "CapacityReservationId": id })).ok();
    assert_eq!(usage.text("instanceUsageSet.item.usedInstanceCount"), "2");
    assert_eq!(usage.text("availableInstanceCount"), "0");
    ec2.call("StopInstances", &json!({ "InstanceId": [early] })).ok();
    assert_eq!(said(&ec2, &id, "availableInstanceCount"), "1");
    ec2.call("StartInstances", &json!({ "InstanceId": [early] })).ok();
    assert_eq!(of_instance(&ec2, &early, "capacityReservationId"), id);
    ec2.call("TerminateInstances", &json!({ "InstanceId": [early] })).ok();
    assert_eq!(said(&ec2, &id, "availableInstanceCount"), "1");
    let none = json!({ "CapacityReservationSpecification": { "CapacityReservationPreference": "none" } });
    assert_eq!(launch(&ec2, &none).ok().texts("instancesSet.item.capacityReservationId"), [""; 0]);
    let other = launch(&ec2, &json!({ "InstanceType": "t3.small" })).ok();
    assert_eq!(other.texts("instancesSet.item.capacityReservationId"), [""; 0]);
    ec2.call("CancelCapacityReservation", &json!({ "CapacityReservationId": id })).ok();
    assert_eq!(
        (said(&ec2, &id, "state"), said(&ec2, &id, "availableInstanceCount")),
        ("cancelled".into(), "0".into())
    );
    let second = second.text("instancesSet.item.instanceId");
    assert_eq!(of_instance(&ec2, &second, "instanceState.name"), "running");
    assert_eq!(of_instance(&ec2, &second, "capacityReservationId"), "");
}

#[test]
fn a_reservation_within_a_placement_group_takes_who_is_in_it() {
    let (_server, ec2) = start();
    for (name, strategy) in [("near", "cluster"), ("far", "spread")] {
        ec2.call("CreatePlacementGroup", &json!({ "GroupName": name, "Strategy": strategy })).ok();
    }
    let arn = |name: &str| format!("arn:aws:ec2:us-east-1:000000000000:placement-group/{name}");
    let wanted = json!({ "InstanceType": "m5.large", "PlacementGroupArn": arn("near") });
    let id = create(&ec2, &wanted);
    assert_eq!(said(&ec2, &id, "placementGroupArn"), arn("near"));
    let (op, path) = ("DescribeCapacityReservations", "capacityReservationSet.item.capacityReservationId");
    assert_eq!(found(&ec2, op, ("placement-group-arn", &arn("ne*")), path), std::slice::from_ref(&id));
    let outside = launch(&ec2, &json!({ "InstanceType": "m5.large" })).ok();
    assert_eq!(outside.texts("instancesSet.item.capacityReservationId"), [""; 0]);
    let place = json!({ "AvailabilityZone": "us-east-1a", "GroupName": "near" });
    let inside = launch(&ec2, &json!({ "InstanceType": "m5.large", "Placement": place })).ok();
    assert_eq!(inside.text("instancesSet.item.capacityReservationId"), id);
    let other = arn("near").replace("000000000000", "111111111111");
    for (arn, code, sentence) in [
        (
            arn("far"),
            "InvalidParameterValue",
            format!(
                "Value ({}) for parameter placementGroupArn is invalid. It must be a cluster placement group.",
                arn("far")
            ),
        ),
        (
            arn("nowhere"),
            "InvalidPlacementGroup.Unknown",
            "The Placement Group 'nowhere' is unknown.".to_owned(),
        ),
        (
            other.clone(),
            "InvalidPlacementGroup.Unknown",
            format!("The Placement Group '{other}' is unknown."),
        ),
    ] {
        let wish = with(&wish(), &json!({ "PlacementGroupArn": arn }));
        refuses(&ec2, &[("CreateCapacityReservation", wish, code, &sentence)]);
    }
}

#[test]
fn targeted_reservations_take_who_names_them() {
    let (_server, ec2) = start();
    let id = create(&ec2, &json!({ "InstanceMatchCriteria": "targeted", "InstanceCount": 1 }));
    let open = launch(&ec2, &json!({})).ok();
    assert_eq!(open.texts("instancesSet.item.capacityReservationId"), [""; 0]);
    let target = |id: &str| json!({ "CapacityReservationSpecification": { "CapacityReservationTarget": { "CapacityReservationId": id } } });
    let made = launch(&ec2, &target(&id)).ok();
    assert_eq!(made.text("instancesSet.item.capacityReservationId"), id);
    let path =
        "instancesSet.item.capacityReservationSpecification.capacityReservationTarget.capacityReservationId";
    assert_eq!(made.text(path), id);
    let full = "The requested reservation does not have sufficient compatible and available capacity for this request.";
    for (wish, code, sentence) in [
        (target(&id), "ReservationCapacityExceeded", full),
        (
            target(&nowhere("cr")),
            "InvalidCapacityReservationId.NotFound",
            "The capacity reservation ID 'cr-00000000000000000' does not exist",
        ),
        (
            json!({ "CapacityReservationSpecification": { "CapacityReservationPreference": "capacity-reservations-only" } }),
            "ReservationCapacityExceeded",
            full,
        ),
    ] {
        let refusal = launch(&ec2, &wish).refusal();
        assert_eq!((refusal.code.as_str(), refusal.message.as_str()), (code, sentence));
    }
    // An instance that is stopped may be given to it.
    let other = open.text("instancesSet.item.instanceId");
    ec2.call("StopInstances", &json!({ "InstanceId": [other] })).ok();
    let own = with(&target(&id), &json!({ "InstanceId": other }));
    ec2.call("ModifyInstanceCapacityReservationAttributes", &own).ok();
    let path = "capacityReservationSpecification.capacityReservationTarget.capacityReservationId";
    assert_eq!(of_instance(&ec2, &other, path), id);
    refuses(
        &ec2,
        &[("StartInstances", json!({ "InstanceId": [other] }), "ReservationCapacityExceeded", full)],
    );
    ec2.call("ModifyCapacityReservation", &json!({ "CapacityReservationId": id, "InstanceCount": 2 })).ok();
    ec2.call("StartInstances", &json!({ "InstanceId": [other] })).ok();
    assert_eq!(of_instance(&ec2, &other, "capacityReservationId"), id);
}

#[test]
fn reservations_end_at_their_date_unless_it_is_moved() {
    let (server, ec2) = start();
    let until = json!({ "EndDateType": "limited", "EndDate": "2026-01-02T00:00:00Z" });
    let (one, other) = (create(&ec2, &until), create(&ec2, &until));
    assert_eq!(said(&ec2, &one, "endDateType"), "limited");
    let moved = json!({ "CapacityReservationId": other, "EndDateType": "unlimited" });
    ec2.call("ModifyCapacityReservation", &moved).ok();
    advance(&server, "24h");
    assert_eq!((said(&ec2, &one, "state"), said(&ec2, &other, "state")), ("expired".into(), "active".into()));
    let gone = format!("The capacity reservation '{one}' is in the state 'expired'.");
    let cancel = json!({ "CapacityReservationId": one });
    refuses(&ec2, &[("CancelCapacityReservation", cancel, "InvalidCapacityReservationState", &gone)]);
    advance(&server, "72h");
    let path = "capacityReservationSet.item.capacityReservationId";
    assert_eq!(ec2.call("DescribeCapacityReservations", &json!({})).ok().texts(path), [other]);
}

#[test]
fn filters_pages_and_refusals_of_capacity_reservations() {
    let (server, ec2) = start();
    let id = create(&ec2, &json!({}));
    let targeted = create(
        &ec2,
        &json!({ "InstanceMatchCriteria": "targeted", "InstanceType": "m5.large", "Tenancy": "dedicated" }),
    );
    let path = "capacityReservationSet.item.capacityReservationId";
    for (name, value, want) in [
        ("instance-type", "t3.micro", &id),
        ("instance-match-criteria", "targeted", &targeted),
        ("tenancy", "dedicated", &targeted),
        ("instance-type", "m5*", &targeted),
    ] {
        assert_eq!(
            found(&ec2, "DescribeCapacityReservations", (name, value), path),
            [want.as_str()],
            "{name}"
        );
    }
    for (name, value, want) in [
        ("availability-zone", "us-east-1a", 2),
        ("state", "active", 2),
        ("state", "expired", 0),
        ("end-date-type", "unlimited", 2),
        ("instance-platform", "Linux/UNIX", 2),
        ("owner-id", "000000000000", 2),
        ("outpost-arn", "x", 0),
    ] {
        assert_eq!(found(&ec2, "DescribeCapacityReservations", (name, value), path).len(), want, "{name}");
    }
    let (all, count) = crate::pages(&ec2, "DescribeCapacityReservations", &json!({ "MaxResults": 1 }), path);
    assert_eq!((all.len(), count), (2, 2));
    let elsewhere = server.client("ec2").region("eu-west-1");
    assert_eq!(elsewhere.call("DescribeCapacityReservations", &json!({})).ok().texts(path), [""; 0]);
    let own = |more: Value| with(&wish(), &more);
    let name = "CreateCapacityReservation";
    let invalid = "InvalidParameterValue";
    refuses(
        &ec2,
        &[
            (
                name,
                own(json!({ "InstanceCount": 1001 })),
                invalid,
                "1001 is an invalid value for InstanceCount. InstanceCount must be between 1 and 1000.",
            ),
            (
                name,
                own(json!({ "InstanceType": "t3.huge" })),
                invalid,
                "Invalid value 't3.huge' for InstanceType.",
            ),
            (
                name,
                own(json!({ "EndDateType": "limited" })),
                "MissingParameter",
                "The request must contain the parameter EndDate",
            ),
            (
                name,
                own(json!({ "EndDateType": "unlimited", "EndDate": "2126-01-02T00:00:00Z" })),
                "InvalidParameterCombination",
                "The parameter EndDate cannot be used with the parameter EndDateType unlimited",
            ),
            (
                name,
                own(json!({ "EndDate": "2001-01-02T00:00:00Z" })),
                invalid,
                "Value (2001-01-02T00:00:00Z) for parameter endDate is invalid. It must be in the future.",
            ),
            (
                name,
                own(json!({ "CommitmentDuration": 86400 })),
                invalid,
                "CommitmentDuration is not built yet",
            ),
            (
                "ModifyCapacityReservation",
                json!({ "CapacityReservationId": "castle" }),
                "InvalidCapacityReservationId.Malformed",
                "Invalid id: \"castle\" (expecting \"cr-...\")",
            ),
            (
                "GetCapacityReservationUsage",
                json!({ "CapacityReservationId": nowhere("cr") }),
                "InvalidCapacityReservationId.NotFound",
                "The capacity reservation ID 'cr-00000000000000000' does not exist",
            ),
            (
                "DescribeCapacityReservations",
                json!({ "Filter": [filter("castle", "x")] }),
                invalid,
                "The filter 'castle' is invalid",
            ),
        ],
    );
    let dry = ec2.call(name, &own(json!({ "DryRun": true }))).refusal();
    assert_eq!((dry.status, dry.code.as_str()), (412, "DryRunOperation"));
}
