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
    change(modify(json!({ "Tenancy": "host", "Affinity": "host" })));
    assert_eq!(said(&ec2, &id, "placement.tenancy"), ["host"]);
    assert_eq!(said(&ec2, &id, "placement.affinity"), ["host"]);
    change(modify(json!({ "GroupName": "" })));
    assert_eq!(said(&ec2, &id, "placement.groupId"), [""; 0]);
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
                "InvalidParameterValue",
                "HostId is not built yet",
            ),
        ],
    );
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
