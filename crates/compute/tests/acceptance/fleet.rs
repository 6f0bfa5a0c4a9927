use crate::instance::IMAGE;
use crate::{advance, filter, found, nowhere, refuses, start, start_real, with};
use serde_json::{Value, json};
use testkit::Client;

const FLEET: &str = "fleetSet.item";

/// A launch template of that name.
#[track_caller]
pub(crate) fn template(ec2: &Client, name: &str, more: &Value) -> String {
    let own = with(&json!({ "ImageId": IMAGE, "InstanceType": "t3.micro" }), more);
    let create = json!({ "LaunchTemplateName": name, "LaunchTemplateData": own });
    ec2.call("CreateLaunchTemplate", &create).ok().text("launchTemplate.launchTemplateId")
}

fn configs(name: &str, overrides: Value) -> Value {
    json!([{
        "LaunchTemplateSpecification": { "LaunchTemplateName": name, "Version": "$Latest" },
        "Overrides": overrides,
    }])
}

fn wish(kind: &str, units: i32, market: &str) -> Value {
    json!({
        "Type": kind,
        "LaunchTemplateConfigs": configs("web", json!([])),
        "TargetCapacitySpecification": { "TotalTargetCapacity": units, "DefaultTargetCapacityType": market },
    })
}

/// What DescribeFleets says of one at `path`.
fn said(ec2: &Client, id: &str, path: &str) -> Vec<String> {
    let own = ec2.call("DescribeFleets", &json!({ "FleetId": [id] })).ok();
    own.texts(&format!("{FLEET}.{path}"))
}

fn active(ec2: &Client, id: &str) -> Vec<String> {
    let own = ec2.call("DescribeFleetInstances", &json!({ "FleetId": id })).ok();
    own.texts("activeInstanceSet.item.instanceId")
}

fn of_instance(ec2: &Client, id: &str, path: &str) -> String {
    let own = ec2.call("DescribeInstances", &json!({ "InstanceId": [id] })).ok();
    own.texts(&format!("reservationSet.item.instancesSet.item.{path}")).pop().unwrap_or_default()
}

#[test]
fn an_instant_fleet_answers_what_it_has_launched() {
    let (_server, ec2) = start();
    let template = template(&ec2, "web", &json!({}));
    let tags = json!([
        { "ResourceType": "fleet", "Tag": [{ "Key": "a", "Value": "b" }] },
        { "ResourceType": "instance", "Tag": [{ "Key": "Name", "Value": "node" }] },
    ]);
    let overrides = json!([
        { "InstanceType": "m5.large", "AvailabilityZone": "us-east-1b" },
        { "InstanceType": "t3.small", "AvailabilityZone": "us-east-1a" },
    ]);
    let own = json!({
        "TagSpecification": tags, "ClientToken": "t", "LaunchTemplateConfigs": configs("web", overrides),
        "SpotOptions": { "AllocationStrategy": "price-capacity-optimized" },
    });
    let own = with(&wish("instant", 2, "spot"), &own);
    let made = ec2.call("CreateFleet", &own).ok();
    let id = made.text("fleetId");
    assert_eq!((id.len(), &id[..6]), (42, "fleet-"));
    let set = |path: &str| made.texts(&format!("fleetInstanceSet.item.{path}"));
    assert_eq!(set("instanceType"), ["t3.small"], "it is cheaper");
    assert_eq!(set("lifecycle"), ["spot"]);
    assert_eq!(set("launchTemplateAndOverrides.launchTemplateSpecification.launchTemplateName"), ["web"]);
    assert_eq!(set("launchTemplateAndOverrides.overrides.availabilityZone"), ["us-east-1a"]);
    assert_eq!(made.texts("errorSet.item.errorCode"), [""; 0]);
    let instances = set("instanceIds.item");
    assert_eq!(instances.len(), 2);
    let first = instances[0].as_str();
    let shown = ec2.call("DescribeInstances", &json!({ "InstanceId": [first] })).ok();
    let shown = shown.tree().to_string();
    for wanted in ["aws:ec2:fleet-id", &id, "aws:ec2launchtemplate:id", &template, "node"] {
        assert!(shown.contains(wanted), "{wanted}");
    }
    assert_eq!(of_instance(&ec2, first, "instanceLifecycle"), "spot");
    assert_eq!(&of_instance(&ec2, first, "spotInstanceRequestId")[..4], "sir-");
    let again = ec2.call("CreateFleet", &own).ok();
    assert_eq!(again.text("fleetId"), id);
    assert_eq!(again.texts("fleetInstanceSet.item.instanceIds.item"), instances);
    assert_eq!(ec2.call("DescribeFleets", &json!({})).ok().texts("fleetSet.item.fleetId"), [""; 0]);
    for (path, want) in [
        ("fleetState", "active"),
        ("activityStatus", "fulfilled"),
        ("type", "instant"),
        ("fulfilledCapacity", "2"),
        ("fulfilledOnDemandCapacity", "0"),
        ("spotOptions.allocationStrategy", "price-capacity-optimized"),
        ("targetCapacitySpecification.totalTargetCapacity", "2"),
        ("tagSet.item.key", "a"),
        ("fleetInstanceSet.item.instanceType", "t3.small"),
    ] {
        assert_eq!(said(&ec2, &id, path), [want], "{path}");
    }
    // What goes is not replaced.
    ec2.call("TerminateInstances", &json!({ "InstanceId": instances })).ok();
    assert_eq!(said(&ec2, &id, "fulfilledCapacity"), ["0"]);
    let sentence = format!(
        "Fleet {id} is instant fleet. Describe fleet instances is not supported by this type of fleet"
    );
    refuses(&ec2, &[("DescribeFleetInstances", json!({ "FleetId": id }), "Unsupported", &sentence)]);
    let kept = ec2.call("DeleteFleets", &json!({ "FleetId": [id], "TerminateInstances": false })).ok();
    assert_eq!(
        kept.text("unsuccessfulFleetDeletionSet.item.error.message"),
        "NoTerminateInstances option is not supported for instant fleet"
    );
    let gone = ec2.call("DeleteFleets", &json!({ "FleetId": [id], "TerminateInstances": true })).ok();
    assert_eq!(gone.text("successfulFleetDeletionSet.item.currentFleetState"), "deleted_terminating");
    assert_eq!(said(&ec2, &id, "fleetState"), ["deleted"]);
}

#[test]
fn what_cannot_be_launched_is_told_beside_what_was() {
    let (_server, ec2) = start();
    template(&ec2, "web", &json!({}));
    let overrides = json!([
        { "InstanceType": "m6g.large" },
        { "InstanceType": "t3.huge" },
        { "InstanceType": "m5.large" },
        { "SubnetId": nowhere("subnet"), "InstanceType": "c5.large" },
    ]);
    let own = json!({ "LaunchTemplateConfigs": configs("web", overrides) });
    let made = ec2.call("CreateFleet", &with(&wish("instant", 3, "on-demand"), &own)).ok();
    assert_eq!(made.texts("fleetInstanceSet.item.instanceType"), ["m5.large"]);
    assert_eq!(made.texts("fleetInstanceSet.item.instanceIds.item").len(), 3);
    let mut codes = made.texts("errorSet.item.errorCode");
    codes.sort();
    assert_eq!(codes, ["InvalidParameterValue", "InvalidParameterValue", "InvalidSubnetID.NotFound"]);
    assert_eq!(made.texts("errorSet.item.lifecycle"), ["on-demand"; 3]);
    // Fewer than the fewest are none.
    let own = json!({
        "LaunchTemplateConfigs": configs("web", json!([{ "InstanceType": "m6g.large" }])),
        "OnDemandOptions": { "MinTargetCapacity": 1 },
    });
    let none = ec2.call("CreateFleet", &with(&wish("instant", 1, "on-demand"), &own)).ok();
    assert_eq!(none.texts("fleetInstanceSet.item.instanceIds.item"), [""; 0]);
    assert_eq!(said(&ec2, &none.text("fleetId"), "activityStatus"), ["error"]);
    assert_eq!(said(&ec2, &none.text("fleetId"), "errorSet.item.errorCode"), ["InvalidParameterValue"]);
}

#[test]
fn capacity_is_counted_by_weights_units_and_requirements() {
    let (_server, ec2) = start();
    template(&ec2, "web", &json!({}));
    let instances = |own: Value, units: i32, market: &str| {
        let made = ec2.call("CreateFleet", &with(&wish("instant", units, market), &own)).ok();
        let mut types = made.texts("fleetInstanceSet.item.instanceType");
        types.sort();
        (types.join(" "), made.texts("fleetInstanceSet.item.instanceIds.item").len())
    };
    let is = |types: &str, count: usize| (types.to_owned(), count);
    let weights = json!([
        { "InstanceType": "m5.large", "WeightedCapacity": 2.0 }, { "InstanceType": "m5.2xlarge", "WeightedCapacity": 10.0 },
    ]);
    let own = json!({ "LaunchTemplateConfigs": configs("web", weights) });
    assert_eq!(instances(own, 11, "on-demand"), is("m5.2xlarge", 2), "it is cheaper for a unit");
    let priorities = json!([
        { "InstanceType": "t3.micro", "Priority": 2.0 }, { "InstanceType": "m5.large", "Priority": 1.0 },
    ]);
    let own = json!({
        "LaunchTemplateConfigs": configs("web", priorities),
        "OnDemandOptions": { "AllocationStrategy": "prioritized" },
    });
    assert_eq!(instances(own, 2, "on-demand"), is("m5.large", 2));
    let two = json!([{ "InstanceType": "t3.micro" }, { "InstanceType": "m5.large" }]);
    let own = json!({
        "LaunchTemplateConfigs": configs("web", two), "SpotOptions": { "AllocationStrategy": "diversified" },
    });
    assert_eq!(instances(own, 4, "spot"), is("m5.large t3.micro", 4));
    let required = json!([{ "InstanceRequirements": {
        "VCpuCount": { "Min": 2, "Max": 2 }, "MemoryMiB": { "Min": 8192, "Max": 8192 }, "AllowedInstanceType": ["m5.*", "m6g.*"],
    } }]);
    let own = json!({ "LaunchTemplateConfigs": configs("web", required) });
    assert_eq!(instances(own, 1, "on-demand"), is("m5.large", 1), "of the image's architecture");
    let own = json!({
        "LaunchTemplateConfigs": configs("web", json!([{ "InstanceType": "m5.xlarge" }])),
        "TargetCapacitySpecification": {
            "TotalTargetCapacity": 10, "DefaultTargetCapacityType": "on-demand", "TargetCapacityUnitType": "vcpu",
        },
    });
    assert_eq!(instances(own, 0, "on-demand"), is("m5.xlarge", 3));
    let own = json!({ "TargetCapacitySpecification": {
        "TotalTargetCapacity": 5, "OnDemandTargetCapacity": 2, "DefaultTargetCapacityType": "spot",
    } });
    let made = ec2.call("CreateFleet", &with(&wish("instant", 0, "spot"), &own)).ok();
    assert_eq!(made.texts("fleetInstanceSet.item.lifecycle"), ["on-demand", "spot"]);
    assert_eq!(made.texts("fleetInstanceSet.item.instanceIds.item").len(), 5);
}

#[test]
fn a_fleet_keeps_its_capacity_also_after_a_kill() {
    let (mut server, mut ec2) = start();
    template(&ec2, "web", &json!({}));
    let id = ec2.call("CreateFleet", &wish("maintain", 2, "on-demand")).ok().text("fleetId");
    let mut before = active(&ec2, &id);
    assert_eq!(before.len(), 2);
    assert_eq!(said(&ec2, &id, "activityStatus"), ["fulfilled"]);
    for (made, is_killed) in [(3, false), (4, true)] {
        ec2.call("TerminateInstances", &json!({ "InstanceId": [before[0]] })).ok();
        if is_killed {
            server.kill();
            server.restart();
            ec2 = server.client("ec2");
        }
        let mut events = server.events(0);
        (0..made).for_each(|_| drop(events.wait_for("InstanceCreated")));
        let after = active(&ec2, &id);
        assert_eq!(after.len(), 2);
        assert!(after.contains(&before[1]) && !after.contains(&before[0]));
        before = after;
    }
    let target = |units: i32| json!({ "FleetId": id, "TargetCapacitySpecification": { "TotalTargetCapacity": units } });
    ec2.call("ModifyFleet", &target(4)).ok();
    assert_eq!(active(&ec2, &id).len(), 4);
    assert_eq!(said(&ec2, &id, "targetCapacitySpecification.totalTargetCapacity"), ["4"]);
    let keep = with(&target(3), &json!({ "ExcessCapacityTerminationPolicy": "no-termination" }));
    ec2.call("ModifyFleet", &keep).ok();
    assert_eq!(active(&ec2, &id).len(), 4);
    let end = with(&target(1), &json!({ "ExcessCapacityTerminationPolicy": "termination" }));
    ec2.call("ModifyFleet", &end).ok();
    let left = active(&ec2, &id);
    assert_eq!(left.len(), 1);
    let history = json!({ "FleetId": id, "StartTime": "2001-01-01T00:00:00Z" });
    let history = |more: &Value| ec2.call("DescribeFleetHistory", &with(&history, more)).ok();
    let kinds = history(&json!({ "EventType": "fleet-change" }))
        .texts("historyRecordSet.item.eventInformation.eventSubType");
    assert_eq!(&kinds[..2], ["submitted", "active"]);
    let kinds = history(&json!({ "EventType": "instance-change" }))
        .texts("historyRecordSet.item.eventInformation.eventSubType");
    assert_eq!(kinds.iter().filter(|kind| *kind == "launched").count(), 6);
    assert_eq!(kinds.iter().filter(|kind| *kind == "terminated").count(), 5);
    let deleted = ec2
        .call("DeleteFleets", &json!({ "FleetId": [id, "fleet-0", "x"], "TerminateInstances": false }))
        .ok();
    assert_eq!(deleted.texts("successfulFleetDeletionSet.item.currentFleetState"), ["deleted_running"]);
    assert_eq!(
        deleted.texts("unsuccessfulFleetDeletionSet.item.error.code"),
        ["fleetIdDoesNotExist", "fleetIdMalformed"]
    );
    assert_eq!(of_instance(&ec2, &left[0], "instanceState.name"), "running");
    ec2.call("DeleteFleets", &json!({ "FleetId": [id], "TerminateInstances": true })).ok();
    assert_eq!(of_instance(&ec2, &left[0], "instanceState.name"), "terminated");
    assert_eq!(said(&ec2, &id, "fleetState"), ["deleted"]);
    let twice = ec2.call("DeleteFleets", &json!({ "FleetId": [id], "TerminateInstances": true })).ok();
    assert_eq!(twice.text("unsuccessfulFleetDeletionSet.item.error.code"), "fleetNotInDeletableState");
}

#[test]
fn fleets_begin_and_end_in_their_time() {
    let (server, ec2) = start_real();
    template(&ec2, "web", &json!({}));
    let ends = json!({ "ValidUntil": "2026-01-02T00:00:00Z", "TerminateInstancesWithExpiration": true });
    let id = ec2.call("CreateFleet", &with(&wish("request", 1, "spot"), &ends)).ok().text("fleetId");
    assert_eq!(said(&ec2, &id, "fleetState"), ["submitted"]);
    assert_eq!(said(&ec2, &id, "activityStatus"), ["pending_fulfillment"]);
    let mut events = server.events(0);
    advance(&server, "5s");
    events.wait_for("InstanceCreated");
    assert_eq!(
        (said(&ec2, &id, "fleetState"), said(&ec2, &id, "activityStatus")),
        (vec!["active".into()], vec!["fulfilled".into()])
    );
    let instance = active(&ec2, &id).remove(0);
    let later = json!({ "ValidFrom": "2026-01-01T20:00:00Z" });
    let later = ec2.call("CreateFleet", &with(&wish("request", 1, "spot"), &later)).ok().text("fleetId");
    advance(&server, "1h");
    assert_eq!(said(&ec2, &later, "fleetState"), ["submitted"]);
    advance(&server, "8h");
    events.wait_for("InstanceCreated");
    assert_eq!(active(&ec2, &later).len(), 1);
    advance(&server, "6h");
    assert_eq!(said(&ec2, &id, "fleetState"), ["deleted_terminating"]);
    advance(&server, "1m");
    assert_eq!(said(&ec2, &id, "fleetState"), ["deleted"]);
    assert_eq!(of_instance(&ec2, &instance, "instanceState.name"), "terminated");
    advance(&server, "72h");
    let gone = format!("The fleet ID '{id}' does not exist");
    refuses(&ec2, &[("DescribeFleets", json!({ "FleetId": [id] }), "InvalidFleetId.NotFound", &gone)]);
}

#[test]
fn what_failed_is_tried_again() {
    let (server, ec2) = start();
    template(&ec2, "web", &json!({ "KeyName": "k" }));
    let id = ec2.call("CreateFleet", &wish("maintain", 1, "on-demand")).ok().text("fleetId");
    assert_eq!(said(&ec2, &id, "activityStatus"), ["error"]);
    let errors = json!({ "FleetId": id, "StartTime": "2001-01-01T00:00:00Z", "EventType": "service-error" });
    let errors = ec2.call("DescribeFleetHistory", &errors).ok();
    assert_eq!(
        errors.texts("historyRecordSet.item.eventInformation.eventDescription"),
        ["The key pair 'k' does not exist"]
    );
    ec2.call("CreateKeyPair", &json!({ "KeyName": "k", "KeyType": "ed25519" })).ok();
    let mut events = server.events(0);
    advance(&server, "61s");
    events.wait_for("InstanceCreated");
    assert_eq!(active(&ec2, &id).len(), 1);
}

#[test]
fn filters_pages_and_refusals_of_fleets() {
    let (server, ec2) = start();
    template(&ec2, "web", &json!({}));
    let own = ec2.call("CreateFleet", &wish("request", 1, "spot")).ok().text("fleetId");
    let none = ec2.call("CreateFleet", &wish("maintain", 0, "spot")).ok().text("fleetId");
    let path = "fleetSet.item.fleetId";
    for (name, value, want) in [
        ("type", "request", vec![own.as_str()]),
        ("type", "maintain", vec![none.as_str()]),
        ("fleet-state", "deleted", vec![]),
        ("activity-status", "error", vec![]),
    ] {
        assert_eq!(found(&ec2, "DescribeFleets", (name, value), path), want, "{name}");
    }
    for (name, value) in [
        ("fleet-state", "active"),
        ("activity-status", "fulfilled"),
        ("excess-capacity-termination-policy", "termination"),
        ("replace-unhealthy-instances", "false"),
    ] {
        assert_eq!(found(&ec2, "DescribeFleets", (name, value), path).len(), 2, "{name}");
    }
    let (all, count) = crate::pages(&ec2, "DescribeFleets", &json!({ "MaxResults": 1 }), path);
    assert_eq!((all.len(), count), (2, 2));
    let elsewhere = server.client("ec2").region("eu-west-1");
    assert_eq!(elsewhere.call("DescribeFleets", &json!({})).ok().texts(path), [""; 0]);
    let by_type = json!({ "FleetId": own, "Filter": [filter("instance-type", "m5.large")] });
    assert_eq!(
        ec2.call("DescribeFleetInstances", &by_type).ok().texts("activeInstanceSet.item.instanceId"),
        [""; 0]
    );
    let name = "CreateFleet";
    let with_own = |more: Value| with(&wish("maintain", 1, "spot"), &more);
    let many: Vec<Value> = (1..6)
        .map(|n| json!({ "InstanceRequirements": { "VCpuCount": { "Min": n }, "MemoryMiB": { "Min": 1 } } }))
        .collect();
    let unknown = configs("none", json!([]));
    refuses(
        &ec2,
        &[
            (
                name,
                with_own(json!({ "LaunchTemplateConfigs": unknown })),
                "InvalidLaunchTemplateName.NotFoundException",
                "The specified launch template, with template name none, does not exist.",
            ),
            (
                name,
                with_own(json!({ "LaunchTemplateConfigs": configs("web", Value::from(many)) })),
                "InvalidParameterValue",
                "Your request contains more than the maximum allowed number of InstanceRequirements (4)",
            ),
            (
                name,
                with_own(
                    json!({ "TargetCapacitySpecification": { "TotalTargetCapacity": 1, "OnDemandTargetCapacity": 2 } }),
                ),
                "InvalidFleetConfig",
                "The sum of the On-Demand and Spot target capacities exceeds the total target capacity.",
            ),
            (
                name,
                with_own(json!({ "SpotOptions": { "SingleInstanceType": true } })),
                "InvalidFleetConfig",
                "SingleInstanceType, SingleAvailabilityZone and MinTargetCapacity are only supported for fleets of type instant.",
            ),
            (
                name,
                with_own(
                    json!({ "TagSpecification": [{ "ResourceType": "instance", "Tag": [{ "Key": "a" }] }] }),
                ),
                "InvalidParameterValue",
                "'instance' is not a valid taggable resource type for this operation.",
            ),
            (
                name,
                with_own(json!({ "ValidUntil": "2001-01-01T00:00:00Z" })),
                "InvalidParameterValue",
                "Value (2001-01-01T00:00:00Z) for parameter validUntil is invalid. It must be in the future, and after the beginning.",
            ),
            (
                "DescribeFleets",
                json!({ "FleetId": ["castle"] }),
                "InvalidFleetId.Malformed",
                "Invalid id: \"castle\" (expecting \"fleet-...\")",
            ),
            (
                "DescribeFleetHistory",
                json!({ "FleetId": "fleet-0", "StartTime": "2026-01-01T00:00:00Z" }),
                "InvalidFleetId.NotFound",
                "The fleet ID 'fleet-0' does not exist",
            ),
            (
                "ModifyFleet",
                json!({ "FleetId": own, "TargetCapacitySpecification": { "TotalTargetCapacity": 2 } }),
                "InvalidFleetState",
                &format!("The fleet '{own}' is not in a modifiable state or is not of type maintain."),
            ),
            (
                "DescribeFleets",
                json!({ "Filter": [filter("castle", "x")] }),
                "InvalidParameterValue",
                "The filter 'castle' is invalid",
            ),
        ],
    );
    let dry = ec2.call(name, &with_own(json!({ "DryRun": true }))).refusal();
    assert_eq!((dry.status, dry.code.as_str()), (412, "DryRunOperation"));
}

#[test]
fn other_accounts_and_regions_see_nothing_of_it() {
    let (server, ec2) = start();
    template(&ec2, "web", &json!({}));
    let fleet = ec2.call("CreateFleet", &wish("maintain", 1, "spot")).ok().text("fleetId");
    let spot_fleet = json!({ "SpotFleetRequestConfig": {
        "IamFleetRole": "arn:aws:iam::000000000000:role/fleet", "TargetCapacity": 1,
        "LaunchSpecifications": [{ "ImageId": IMAGE, "InstanceType": "t3.micro" }],
    } });
    ec2.call("RequestSpotFleet", &spot_fleet).ok();
    let host = json!({ "InstanceType": "m5.large", "AvailabilityZone": "us-east-1a", "Quantity": 1 });
    ec2.call("AllocateHosts", &host).ok();
    let reservation = json!({
        "InstanceType": "t3.micro", "InstancePlatform": "Linux/UNIX", "AvailabilityZone": "us-east-1a", "InstanceCount": 1,
    });
    ec2.call("CreateCapacityReservation", &reservation).ok();
    let strangers =
        [server.client("ec2").region("eu-west-1"), server.client("ec2").key("111122223333", "x", None)];
    for (operation, path) in [
        ("DescribeFleets", "fleetSet.item.fleetId"),
        ("DescribeSpotFleetRequests", "spotFleetRequestConfigSet.item.spotFleetRequestId"),
        ("DescribeSpotInstanceRequests", "spotInstanceRequestSet.item.spotInstanceRequestId"),
        ("DescribeHosts", "hostSet.item.hostId"),
        ("DescribeCapacityReservations", "capacityReservationSet.item.capacityReservationId"),
    ] {
        assert!(!ec2.call(operation, &json!({})).ok().texts(path).is_empty(), "{operation}");
        for stranger in &strangers {
            assert_eq!(stranger.call(operation, &json!({})).ok().texts(path), [""; 0], "{operation}");
        }
    }
    let gone = format!("The fleet ID '{fleet}' does not exist");
    for stranger in &strangers {
        refuses(
            stranger,
            &[("DescribeFleetInstances", json!({ "FleetId": fleet }), "InvalidFleetId.NotFound", &gone)],
        );
    }
}

#[test]
fn tags_of_fleets_and_hosts_are_changed_like_all_others() {
    let (_server, ec2) = start();
    template(&ec2, "web", &json!({}));
    let fleet = ec2.call("CreateFleet", &wish("maintain", 1, "spot")).ok().text("fleetId");
    let host = json!({ "InstanceType": "m5.large", "AvailabilityZone": "us-east-1a", "Quantity": 1 });
    let host = ec2.call("AllocateHosts", &host).ok().text("hostIdSet.item");
    let tag = json!({ "ResourceId": [fleet, host], "Tag": [{ "Key": "a", "Value": "b" }] });
    ec2.call("CreateTags", &tag).ok();
    let told = ec2.call("DescribeTags", &json!({ "Filter": [filter("key", "a")] })).ok();
    let mut kinds = told.texts("tagSet.item.resourceType");
    kinds.sort();
    assert_eq!(kinds, ["dedicated-host", "fleet"]);
    assert_eq!(found(&ec2, "DescribeFleets", ("tag:a", "b"), "fleetSet.item.fleetId"), [fleet]);
    assert_eq!(found(&ec2, "DescribeHosts", ("tag-key", "a"), "hostSet.item.hostId"), [host]);
}
