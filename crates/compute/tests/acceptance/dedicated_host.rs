use crate::instance::IMAGE;
use crate::{advance, filter, found, nowhere, refuses, start, with};
use serde_json::{Value, json};
use testkit::{Answer, Client};

fn wish() -> Value {
    json!({ "InstanceType": "m5.large", "AvailabilityZone": "us-east-1a", "Quantity": 1 })
}

#[track_caller]
fn allocate(ec2: &Client, more: &Value) -> Vec<String> {
    ec2.call("AllocateHosts", &with(&wish(), more)).ok().texts("hostIdSet.item")
}

fn said(ec2: &Client, id: &str, path: &str) -> Vec<String> {
    ec2.call("DescribeHosts", &json!({ "HostId": [id] })).ok().texts(&format!("hostSet.item.{path}"))
}

fn launch(ec2: &Client, placement: Value, more: &Value) -> Answer {
    let placement = with(&json!({ "AvailabilityZone": "us-east-1a", "Tenancy": "host" }), &placement);
    let own = json!({
        "ImageId": IMAGE, "InstanceType": "m5.large", "MinCount": 1, "MaxCount": 1, "Placement": placement,
    });
    ec2.call("RunInstances", &with(&own, more))
}

#[test]
fn a_host_has_the_room_of_its_family() {
    let (server, ec2) = start();
    let tags = json!([{ "ResourceType": "dedicated-host", "Tag": [{ "Key": "a", "Value": "b" }] }]);
    let ids = allocate(&ec2, &json!({ "TagSpecification": tags, "ClientToken": "t", "Quantity": 2 }));
    assert_eq!(allocate(&ec2, &json!({ "TagSpecification": tags, "ClientToken": "t", "Quantity": 2 })), ids);
    let id = ids[0].as_str();
    for (path, want) in [
        ("state", "available"),
        ("autoPlacement", "on"),
        ("hostRecovery", "off"),
        ("allowsMultipleInstanceTypes", "off"),
        ("hostProperties.instanceType", "m5.large"),
        ("hostProperties.instanceFamily", "m5"),
        ("hostProperties.totalVCpus", "96"),
        ("hostProperties.cores", "48"),
        ("hostProperties.sockets", "2"),
        ("availableCapacity.availableVCpus", "96"),
        ("availableCapacity.availableInstanceCapacity.item.totalCapacity", "48"),
        ("clientToken", "t"),
        ("tagSet.item.key", "a"),
    ] {
        assert_eq!(said(&ec2, id, path), [want], "{path}");
    }
    let made = launch(&ec2, json!({ "HostId": id }), &json!({})).ok();
    assert_eq!(made.text("instancesSet.item.placement.hostId"), id);
    assert_eq!(made.text("instancesSet.item.placement.tenancy"), "host");
    let instance = made.text("instancesSet.item.instanceId");
    assert_eq!(said(&ec2, id, "instances.item.instanceId"), [instance.as_str()]);
    assert_eq!(said(&ec2, id, "availableCapacity.availableVCpus"), ["94"]);
    assert_eq!(said(&ec2, id, "availableCapacity.availableInstanceCapacity.item.availableCapacity"), ["47"]);
    let occupied = ec2.call("ReleaseHosts", &json!({ "HostId": ids })).ok();
    assert_eq!(occupied.texts("successful.item"), [ids[1].as_str()]);
    assert_eq!(occupied.text("unsuccessful.item.error.code"), "Client.InvalidHost.Occupied");
    let sentence = format!("Dedicated host '{id}' cannot be released as it is occupied.");
    assert_eq!(occupied.text("unsuccessful.item.error.message"), sentence);
    assert_eq!(said(&ec2, &ids[1], "state"), ["released"]);
    ec2.call("TerminateInstances", &json!({ "InstanceId": [instance] })).ok();
    assert_eq!(said(&ec2, id, "availableCapacity.availableVCpus"), ["96"]);
    ec2.call("ReleaseHosts", &json!({ "HostId": [id] })).ok();
    let again = ec2.call("ReleaseHosts", &json!({ "HostId": [id] })).ok();
    assert_eq!(again.text("unsuccessful.item.error.code"), "Client.InvalidHostID.NotFound");
    advance(&server, "72h");
    assert_eq!(ec2.call("DescribeHosts", &json!({})).ok().texts("hostSet.item.hostId"), [""; 0]);
}

#[test]
fn instances_find_hosts_that_take_what_comes() {
    let (_server, ec2) = start();
    let none = "You do not have a host with a matching configuration and sufficient capacity. Either target a host resource group that can automatically allocate hosts on your behalf, or manually allocate a new host to your account and then try again.";
    let refused = |answer: Answer| {
        let refusal = answer.refusal();
        (refusal.code, refusal.message)
    };
    let is = |code: &str, sentence: &str| (code.to_owned(), sentence.to_owned());
    assert_eq!(refused(launch(&ec2, json!({}), &json!({}))), is("InsufficientHostCapacity", none));
    let closed = allocate(&ec2, &json!({ "AutoPlacement": "off" })).remove(0);
    assert_eq!(refused(launch(&ec2, json!({}), &json!({}))), is("InsufficientHostCapacity", none));
    let modify = json!({ "HostId": [closed], "AutoPlacement": "on", "HostRecovery": "on" });
    assert_eq!(ec2.call("ModifyHosts", &modify).ok().texts("successful.item"), [closed.as_str()]);
    assert_eq!(said(&ec2, &closed, "hostRecovery"), ["on"]);
    let made = launch(&ec2, json!({ "Affinity": "host" }), &json!({})).ok();
    assert_eq!(made.text("instancesSet.item.placement.hostId"), closed);
    let kept = made.text("instancesSet.item.instanceId");
    ec2.call("StopInstances", &json!({ "InstanceId": [kept] })).ok();
    assert_eq!(said(&ec2, &closed, "instances.item.instanceId"), [kept.as_str()], "it comes back to it");
    let free = launch(&ec2, json!({}), &json!({})).ok().text("instancesSet.item.instanceId");
    ec2.call("StopInstances", &json!({ "InstanceId": [free] })).ok();
    assert_eq!(said(&ec2, &closed, "instances.item.instanceId"), [kept.as_str()]);
    let full =
        format!("Dedicated host {closed} has insufficient capacity to launch the instances in this request.");
    let many = json!({ "MinCount": 48, "MaxCount": 48 });
    assert_eq!(
        refused(launch(&ec2, json!({ "HostId": closed }), &many)),
        is("InsufficientCapacityOnHost", &full)
    );
    let other = json!({ "InstanceType": "m5.xlarge" });
    assert_eq!(
        refused(launch(&ec2, json!({ "HostId": closed }), &other)),
        is("InsufficientCapacityOnHost", &full)
    );
    assert_eq!(
        refused(launch(&ec2, json!({ "Tenancy": "default", "Affinity": "default" }), &json!({}))),
        is(
            "InvalidParameterCombination",
            "The parameter affinity cannot be used without specifying a tenancy of 'host'"
        )
    );
    assert_eq!(
        refused(launch(&ec2, json!({ "GroupName": "near" }), &json!({}))),
        is(
            "InvalidParameterCombination",
            "You cannot launch an instance with a tenancy of ''host'' into a placement group. Either remove the placement group from the request, or specify a different tenancy."
        )
    );
}

#[test]
fn hosts_of_a_family_take_all_of_it() {
    let (_server, ec2) = start();
    let own = json!({ "InstanceFamily": "m5", "AvailabilityZone": "us-east-1a" });
    let id = ec2.call("AllocateHosts", &own).ok().text("hostIdSet.item");
    assert_eq!(said(&ec2, &id, "allowsMultipleInstanceTypes"), ["on"]);
    for kind in ["m5.large", "m5.24xlarge"] {
        assert!(
            said(&ec2, &id, "availableCapacity.availableInstanceCapacity.item.instanceType")
                .contains(&kind.to_owned())
        );
    }
    launch(&ec2, json!({ "HostId": id }), &json!({ "InstanceType": "m5.xlarge" })).ok();
    assert_eq!(said(&ec2, &id, "availableCapacity.availableVCpus"), ["92"]);
    let to_large = json!({ "HostId": [id], "InstanceType": "m5.large" });
    let kept = ec2.call("ModifyHosts", &to_large).ok();
    assert_eq!(kept.text("unsuccessful.item.resourceId"), id);
    let to_xlarge = json!({ "HostId": [id], "InstanceType": "m5.xlarge" });
    assert_eq!(ec2.call("ModifyHosts", &to_xlarge).ok().texts("successful.item"), [id.as_str()]);
    assert_eq!(said(&ec2, &id, "hostProperties.instanceType"), ["m5.xlarge"]);
}

#[test]
fn filters_pages_and_refusals_of_hosts() {
    let (server, ec2) = start();
    let ids = allocate(&ec2, &json!({ "Quantity": 6 }));
    let other = ec2
        .call(
            "AllocateHosts",
            &json!({ "InstanceType": "c5.large", "AvailabilityZone": "us-east-1b", "AutoPlacement": "off" }),
        )
        .ok();
    let other = other.text("hostIdSet.item");
    let path = "hostSet.item.hostId";
    for (name, value) in
        [("auto-placement", "off"), ("availability-zone", "us-east-1b"), ("instance-type", "c5*")]
    {
        assert_eq!(found(&ec2, "DescribeHosts", (name, value), path), [other.as_str()], "{name}");
    }
    assert_eq!(found(&ec2, "DescribeHosts", ("state", "available"), path).len(), 7);
    assert_eq!(found(&ec2, "DescribeHosts", ("client-token", "x"), path), [""; 0]);
    let (all, count) = crate::pages(&ec2, "DescribeHosts", &json!({ "MaxResults": 5 }), path);
    assert_eq!((all.len(), count), (ids.len() + 1, 2));
    let elsewhere = server.client("ec2").region("eu-west-1");
    assert_eq!(elsewhere.call("DescribeHosts", &json!({})).ok().texts(path), [""; 0]);
    let own = |more: Value| with(&wish(), &more);
    let invalid = "InvalidParameterValue";
    refuses(
        &ec2,
        &[
            (
                "AllocateHosts",
                own(json!({ "InstanceFamily": "m5" })),
                "InvalidParameterCombination",
                "The parameter InstanceType cannot be used with the parameter InstanceFamily",
            ),
            (
                "AllocateHosts",
                json!({ "AvailabilityZone": "us-east-1a" }),
                "MissingParameter",
                "The request must contain the parameter InstanceType or InstanceFamily",
            ),
            (
                "AllocateHosts",
                own(json!({ "InstanceType": "t2.micro" })),
                invalid,
                "Value (t2.micro) for parameter instanceType is invalid. It is not supported on dedicated hosts.",
            ),
            (
                "AllocateHosts",
                own(json!({ "Quantity": 0 })),
                invalid,
                "Value (0) for parameter quantity is invalid. It must be a positive integer.",
            ),
            (
                "ReleaseHosts",
                json!({ "HostId": ["castle"] }),
                "InvalidHostID.Malformed",
                "Invalid id: \"castle\" (expecting \"h-...\")",
            ),
            (
                "DescribeHosts",
                json!({ "HostId": [nowhere("h")] }),
                "InvalidHostID.NotFound",
                "The host ID 'h-00000000000000000' does not exist",
            ),
            (
                "DescribeHosts",
                json!({ "Filter": [filter("castle", "x")] }),
                invalid,
                "The filter 'castle' is invalid",
            ),
        ],
    );
}
