use super::{launch, said};
use crate::{pages, refuses, start};
use serde_json::{Value, json};

#[test]
fn an_instance_changes_its_place_while_it_is_stopped() {
    let (_server, ec2) = start();
    ec2.call("CreatePlacementGroup", &json!({ "GroupName": "near" })).ok();
    let parts = json!({ "GroupName": "parts", "Strategy": "partition", "PartitionCount": 3 });
    ec2.call("CreatePlacementGroup", &parts).ok();
    let id = launch(&ec2, &json!({ "Placement": { "Tenancy": "dedicated" }, "InstanceType": "m5.large" }));
    let modify = |more: Value| crate::with(&json!({ "InstanceId": id }), &more);
    let running = format!("The instance '{id}' is not in the 'stopped' state.");
    let to_near = modify(json!({ "GroupName": "near" }));
    refuses(&ec2, &[("ModifyInstancePlacement", to_near.clone(), "IncorrectInstanceState", &running)]);
    ec2.call("StopInstances", &json!({ "InstanceId": [id] })).ok();
    let change = |wish: Value| ec2.call("ModifyInstancePlacement", &wish).ok();
    assert_eq!(change(to_near).text("return"), "true");
    assert_eq!(said(&ec2, &id, "placement.groupName"), ["near"]);
    change(modify(json!({ "GroupName": "parts", "PartitionNumber": 2 })));
    assert_eq!(said(&ec2, &id, "placement.partitionNumber"), ["2"]);
    let on_host = modify(json!({ "Tenancy": "host", "Affinity": "host" }));
    let in_group = "You cannot launch an instance with a tenancy of ''host'' into a placement group. Either remove the placement group from the request, or specify a different tenancy.";
    let affinity = modify(json!({ "Affinity": "host" }));
    let no_host = "The parameter affinity cannot be used without specifying a tenancy of 'host'";
    refuses(
        &ec2,
        &[
            ("ModifyInstancePlacement", on_host.clone(), "InvalidParameterCombination", in_group),
            ("ModifyInstancePlacement", affinity, "InvalidParameterCombination", no_host),
        ],
    );
    change(modify(json!({ "GroupName": "" })));
    assert_eq!(said(&ec2, &id, "placement.groupId"), [""; 0]);
    change(on_host);
    assert_eq!(said(&ec2, &id, "placement.tenancy"), ["host"]);
    assert_eq!(said(&ec2, &id, "placement.affinity"), ["host"]);
    refuses(
        &ec2,
        &[
            (
                "ModifyInstancePlacement",
                modify(json!({ "GroupName": "far" })),
                "InvalidPlacementGroup.Unknown",
                "The Placement Group 'far' is unknown.",
            ),
            (
                "ModifyInstancePlacement",
                modify(json!({ "GroupName": "parts", "PartitionNumber": 4 })),
                "InvalidParameterValue",
                "Value (4) for parameter partitionNumber is invalid. The placement group has 3 partitions.",
            ),
            (
                "ModifyInstancePlacement",
                modify(json!({ "Tenancy": "default" })),
                "InvalidParameterValue",
                "Value (default) for parameter tenancy is invalid. Tenancy can only be changed between dedicated and host.",
            ),
            (
                "ModifyInstancePlacement",
                modify(json!({ "HostId": "h-00000000000000000" })),
                "InvalidHostID.NotFound",
                "The host ID 'h-00000000000000000' does not exist",
            ),
        ],
    );
}

#[test]
fn an_instance_is_bound_to_a_host_while_it_is_stopped() {
    let (_server, ec2) = start();
    let hosts = json!({ "InstanceType": "m5.large", "AvailabilityZone": "us-east-1a", "Quantity": 2 });
    let hosts = ec2.call("AllocateHosts", &hosts).ok().texts("hostIdSet.item");
    let place = json!({ "Tenancy": "dedicated", "AvailabilityZone": "us-east-1a" });
    let id = launch(&ec2, &json!({ "Placement": place, "InstanceType": "m5.large" }));
    let change = |wish: Value| {
        ec2.call("ModifyInstancePlacement", &crate::with(&json!({ "InstanceId": id }), &wish)).ok();
    };
    let own = json!({ "InstanceId": [id] });
    ec2.call("StopInstances", &own).ok();
    for (host, affinity) in [(&hosts[1], "host"), (&hosts[0], "default")] {
        change(json!({ "Tenancy": "host", "HostId": host, "Affinity": affinity }));
        ec2.call("StartInstances", &own).ok();
        assert_eq!(said(&ec2, &id, "placement.hostId"), [host.as_str()]);
        ec2.call("StopInstances", &own).ok();
        let kept: &[&str] = if affinity == "host" { &[host.as_str()] } else { &[] };
        assert_eq!(said(&ec2, &id, "placement.hostId"), kept);
    }
    change(json!({ "Tenancy": "dedicated" }));
    assert_eq!(said(&ec2, &id, "placement.affinity"), [""; 0]);
}

#[test]
fn the_topology_tells_of_the_families_that_have_one() {
    let (_server, ec2) = start();
    ec2.call("CreatePlacementGroup", &json!({ "GroupName": "near" })).ok();
    launch(&ec2, &json!({}));
    let near = json!({ "InstanceType": "p4d.24xlarge", "Placement": { "GroupName": "near" } });
    let (one, two) = (launch(&ec2, &near), launch(&ec2, &near));
    let lone = launch(&ec2, &json!({ "InstanceType": "p4d.24xlarge" }));
    let told = |wish: Value, path: &str| {
        ec2.call("DescribeInstanceTopology", &wish).ok().texts(&format!("instanceSet.item.{path}"))
    };
    assert_eq!(told(json!({}), "instanceId").len(), 3);
    let nodes = |id: &str| told(json!({ "InstanceId": [id] }), "networkNodeSet.item");
    assert_eq!(nodes(&one).len(), 3);
    assert_eq!(nodes(&one), nodes(&two));
    assert_ne!(nodes(&one)[2], nodes(&lone)[2]);
    assert_eq!(told(json!({ "GroupName": ["near"] }), "groupName"), ["near", "near"]);
    let filter = |value: &str| json!({ "Filter": [{ "Name": "instance-type", "Value": [value] }] });
    assert_eq!(told(filter("p4d.*"), "instanceId").len(), 3);
    assert_eq!(told(filter("trn1.*"), "instanceId"), [""; 0]);
    let page = json!({ "MaxResults": 2 });
    let (all, count) = pages(&ec2, "DescribeInstanceTopology", &page, "instanceSet.item.instanceId");
    assert_eq!((all.len(), count), (3, 2));
    let both = json!({ "MaxResults": 2, "InstanceId": [one] });
    let sentence = "The parameter instancesSet cannot be used with the parameter maxResults";
    refuses(
        &ec2,
        &[
            ("DescribeInstanceTopology", both, "InvalidParameterCombination", sentence),
            (
                "DescribeInstanceTopology",
                json!({ "GroupName": ["far"] }),
                "InvalidPlacementGroup.Unknown",
                "The Placement Group 'far' is unknown.",
            ),
        ],
    );
}
