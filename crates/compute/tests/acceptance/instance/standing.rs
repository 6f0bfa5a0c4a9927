//! Where a launch stands: in which zone, in which subnet, near whom.

use super::{IMAGE, SET, launch, run, said};
use crate::{filter, found, nowhere, refuses, start, with};
use serde_json::{Value, json};
use testkit::Client;

/// A launch at that place.
fn at(placement: Value) -> Value {
    json!({
        "ImageId": IMAGE, "InstanceType": "t3.micro", "MinCount": 1, "MaxCount": 1, "Placement": placement,
    })
}

fn zone(ec2: &Client, more: &Value) -> String {
    said(ec2, &launch(ec2, more), "placement.availabilityZone").remove(0)
}

/// The zones of `vt1.3xlarge` and of `t3.micro` are those of DescribeInstanceTypeOfferings. The sentence: recorded of
/// `t3.micro` (ned1313/Getting-Started-Terraform issue 44); that of a type which the Region does not have, of `t2.micro` in
/// Stockholm (trailofbits/algo issue 1285, hashicorp/terraform-provider-aws issue 9113).
#[test]
fn a_launch_goes_to_a_zone_that_offers_its_type() {
    let (server, ec2) = start();
    assert_eq!(zone(&ec2, &json!({})), "us-east-1a");
    assert_eq!(zone(&ec2, &json!({ "InstanceType": "vt1.3xlarge" })), "us-east-1b");
    assert_eq!(
        zone(
            &ec2,
            &json!({ "InstanceType": "vt1.3xlarge", "Placement": { "AvailabilityZone": "us-east-1c" } })
        ),
        "us-east-1c"
    );
    let sentence = "Your requested instance type (t3.micro) is not supported in your requested Availability Zone (us-east-1e). Please retry your request by not specifying an Availability Zone or choosing us-east-1a, us-east-1b, us-east-1c, us-east-1d, us-east-1f.";
    let there = at(json!({ "AvailabilityZone": "us-east-1e" }));
    let subnet =
        found(&ec2, "DescribeSubnets", ("availability-zone", "us-east-1e"), "subnetSet.item.subnetId");
    let in_subnet = with(&at(json!({})), &json!({ "SubnetId": subnet[0] }));
    refuses(
        &ec2,
        &[
            ("RunInstances", there, "Unsupported", sentence),
            ("RunInstances", in_subnet, "Unsupported", sentence),
        ],
    );
    let stockholm = server.client("ec2").region("eu-north-1");
    let wish = json!({ "Owner": ["amazon"], "Filter": [filter("name", "al2023-ami-2023*-x86_64")] });
    let image = stockholm.call("DescribeImages", &wish).ok().texts("imagesSet.item.imageId").remove(0);
    let nowhere = with(&at(json!({})), &json!({ "ImageId": image, "InstanceType": "t2.micro" }));
    let sentence = "The requested configuration is currently not supported. Please check the documentation for supported configurations.";
    refuses(&stockholm, &[("RunInstances", nowhere, "Unsupported", sentence)]);
}

/// Sources: the code `InvalidInput` with its sentence stands in the tests of Juju's provider (juju/juju,
/// `provider/ec2/local_test.go`); `MissingInput` is recorded in terraform-aws-modules/terraform-aws-ec2-instance issue 50;
/// `VPCIdNotSpecified` in logs of Terraform's `aws_instance` that names neither subnet nor groups ("creating EC2 Instance:
/// VPCIdNotSpecified: No default VPC for this user. GroupName is only supported for EC2-Classic and default VPC.").
#[test]
fn what_is_refused_as_the_default_vpc_goes() {
    let (_server, ec2) = start();
    let vpc = found(&ec2, "DescribeVpcs", ("is-default", "true"), "vpcSet.item.vpcId").remove(0);
    let subnets = |zone: &str| {
        let path = "subnetSet.item.subnetId";
        found(&ec2, "DescribeSubnets", ("availability-zone", zone), path)
    };
    let delete = |zone: &str| {
        for subnet in subnets(zone) {
            ec2.call("DeleteSubnet", &json!({ "SubnetId": subnet })).ok();
        }
    };
    delete("us-east-1a");
    let there = at(json!({ "AvailabilityZone": "us-east-1a" }));
    let sentence = "No default subnet for availability zone: 'us-east-1a'.";
    refuses(&ec2, &[("RunInstances", there, "InvalidInput", sentence)]);
    let id = launch(&ec2, &json!({}));
    assert_eq!(said(&ec2, &id, "placement.availabilityZone"), ["us-east-1b"]);
    ec2.call("TerminateInstances", &json!({ "InstanceId": [id] })).ok();
    // What is left does not offer the type.
    for zone in ["us-east-1b", "us-east-1c", "us-east-1d", "us-east-1f"] {
        delete(zone);
    }
    assert_eq!(run(&ec2, &json!({})).refusal().code, "Unsupported");
    delete("us-east-1e");
    let sentence = format!("No subnets found for the default VPC '{vpc}'. Please specify a subnet.");
    refuses(&ec2, &[("RunInstances", at(json!({})), "MissingInput", &sentence)]);
    let gateway = ec2.call("DescribeInternetGateways", &json!({})).ok();
    let gateway = gateway.text("internetGatewaySet.item.internetGatewayId");
    ec2.call("DetachInternetGateway", &json!({ "InternetGatewayId": gateway, "VpcId": vpc })).ok();
    ec2.call("DeleteVpc", &json!({ "VpcId": vpc })).ok();
    let sentence =
        "No default VPC for this user. GroupName is only supported for EC2-Classic and default VPC.";
    let by_name = with(&at(json!({})), &json!({ "SecurityGroup": ["web"] }));
    refuses(
        &ec2,
        &[
            ("RunInstances", at(json!({})), "VPCIdNotSpecified", sentence),
            ("RunInstances", by_name, "VPCIdNotSpecified", sentence),
        ],
    );
}

/// Sources: the sentence of a zone that is none, of RunInstances (newsapps/beeswithmachineguns issue 90); "On input, you can
/// specify AvailabilityZone or AvailabilityZoneId, but not both" (EC2 API reference, Placement). That of an id that is none
/// is quoted of DescribeAvailabilityZones (kubernetes-sigs/aws-load-balancer-controller,
/// `pkg/networking/az_info_provider_test.go`).
#[test]
fn a_zone_goes_by_its_name_or_by_its_id() {
    let (_server, ec2) = start();
    assert_eq!(zone(&ec2, &json!({ "Placement": { "AvailabilityZoneId": "use1-az2" } })), "us-east-1c");
    let data = json!({
        "ImageId": IMAGE, "InstanceType": "t3.micro", "Placement": { "AvailabilityZoneId": "use1-az4" },
    });
    let made = json!({ "LaunchTemplateName": "web", "LaunchTemplateData": data });
    ec2.call("CreateLaunchTemplate", &made).ok();
    let from = json!({ "LaunchTemplate": { "LaunchTemplateName": "web" }, "MinCount": 1, "MaxCount": 1 });
    let id = ec2.call("RunInstances", &from).ok().text("instancesSet.item.instanceId");
    assert_eq!(said(&ec2, &id, "placement.availabilityZone"), ["us-east-1d"]);
    let over = with(&from, &json!({ "Placement": { "AvailabilityZone": "us-east-1b" } }));
    let id = ec2.call("RunInstances", &over).ok().text("instancesSet.item.instanceId");
    assert_eq!(said(&ec2, &id, "placement.availabilityZone"), ["us-east-1b"]);
    let subnet =
        found(&ec2, "DescribeSubnets", ("availability-zone", "us-east-1a"), "subnetSet.item.subnetId")
            .remove(0);
    let elsewhere = with(&at(json!({ "AvailabilityZoneId": "use1-az1" })), &json!({ "SubnetId": subnet }));
    let name = "RunInstances";
    let both = json!({ "AvailabilityZone": "us-east-1a", "AvailabilityZoneId": "use1-az6" });
    refuses(
        &ec2,
        &[
            (
                name,
                at(both),
                "InvalidParameterCombination",
                "AvailabilityZone and AvailabilityZoneId can't be used together. Specify only one of these parameters.",
            ),
            (
                name,
                at(json!({ "AvailabilityZone": "eu-west-1a" })),
                "InvalidParameterValue",
                "Invalid availability zone: [eu-west-1a]",
            ),
            (
                name,
                at(json!({ "AvailabilityZoneId": "us-east-1a" })),
                "InvalidParameterValue",
                "Invalid availability zone-id: [us-east-1a]",
            ),
            (
                name,
                elsewhere,
                "InvalidParameterValue",
                &format!(
                    "Value (us-east-1b) for parameter availabilityZone is invalid. Subnet '{subnet}' is in the availability zone us-east-1a"
                ),
            ),
            (
                name,
                at(json!({ "SpreadDomain": "none" })),
                "InvalidParameterValue",
                "Placement.SpreadDomain is not built yet",
            ),
        ],
    );
}

/// A placement group's id.
fn group(ec2: &Client, name: &str, strategy: &str) -> String {
    let wish = json!({ "GroupName": name, "Strategy": strategy });
    ec2.call("CreatePlacementGroup", &wish).ok().text("placementGroup.groupId")
}

#[test]
fn a_placement_group_goes_by_its_name_or_by_its_id() {
    let (_server, ec2) = start();
    let (near, far) = (group(&ec2, "near", "cluster"), group(&ec2, "far", "spread"));
    let id = launch(&ec2, &json!({ "Placement": { "GroupId": near } }));
    assert_eq!(said(&ec2, &id, "placement.groupName"), ["near"]);
    assert_eq!(said(&ec2, &id, "placement.groupId"), [near.as_str()]);
    let data = json!({ "ImageId": IMAGE, "InstanceType": "t3.micro", "Placement": { "GroupId": far } });
    let made = json!({ "LaunchTemplateName": "web", "LaunchTemplateData": data });
    ec2.call("CreateLaunchTemplate", &made).ok();
    let from = json!({ "LaunchTemplate": { "LaunchTemplateName": "web" }, "MinCount": 1, "MaxCount": 1 });
    let id = ec2.call("RunInstances", &from).ok().text("instancesSet.item.instanceId");
    assert_eq!(said(&ec2, &id, "placement.groupName"), ["far"]);
    let none = nowhere("pg");
    let name = "RunInstances";
    refuses(
        &ec2,
        &[
            (
                name,
                at(json!({ "GroupId": near, "GroupName": "near" })),
                "InvalidParameterCombination",
                "The parameter groupName cannot be used with the parameter groupId",
            ),
            (
                name,
                at(json!({ "GroupId": none })),
                "InvalidPlacementGroup.Unknown",
                &format!("The Placement Group '{none}' is unknown."),
            ),
            (
                name,
                at(json!({ "GroupId": "near" })),
                "InvalidPlacementGroupId.Malformed",
                "Invalid id: \"near\" (expecting \"pg-...\")",
            ),
        ],
    );
}

/// The sentence: bcbio/bcbio-nextgen-vm issue 45. "A cluster placement group can't span multiple Availability Zones": EC2
/// user guide, "Placement groups".
#[test]
fn a_cluster_stands_in_one_zone() {
    let (_server, ec2) = start();
    let (_, _) = (group(&ec2, "near", "cluster"), group(&ec2, "far", "spread"));
    let near = |zone: &str| at(json!({ "GroupName": "near", "AvailabilityZone": zone }));
    let run = |wish: &Value| ec2.call("RunInstances", wish).ok().text("instancesSet.item.instanceId");
    let first = run(&near("us-east-1c"));
    let unsaid = run(&at(json!({ "GroupName": "near" })));
    assert_eq!(said(&ec2, &unsaid, "placement.availabilityZone"), ["us-east-1c"]);
    let alone = launch(&ec2, &json!({}));
    ec2.call("StopInstances", &json!({ "InstanceId": [alone, first] })).ok();
    let subnet =
        found(&ec2, "DescribeSubnets", ("availability-zone", "us-east-1b"), "subnetSet.item.subnetId");
    let in_subnet = with(&at(json!({ "GroupName": "near" })), &json!({ "SubnetId": subnet[0] }));
    let moved = json!({ "InstanceId": alone, "GroupName": "near" });
    let code = "InvalidPlacementGroup.InUse";
    let sentence = "The placement group 'near' is in use in another availability zone: us-east-1c";
    refuses(
        &ec2,
        &[
            ("RunInstances", near("us-east-1a"), code, sentence),
            ("RunInstances", in_subnet, code, sentence),
            ("ModifyInstancePlacement", moved.clone(), code, sentence),
        ],
    );
    for zone in ["us-east-1a", "us-east-1b"] {
        run(&at(json!({ "GroupName": "far", "AvailabilityZone": zone })));
    }
    ec2.call("TerminateInstances", &json!({ "InstanceId": [first, unsaid] })).ok();
    ec2.call("ModifyInstancePlacement", &moved).ok();
    let path = format!("{SET}.instanceId");
    let there = found(&ec2, "DescribeInstances", ("placement-group-name", "near"), &path);
    assert_eq!(there, [alone]);
    assert_eq!(zone(&ec2, &json!({ "Placement": { "GroupName": "near" } })), "us-east-1a");
}

#[test]
fn a_launch_names_a_partition_that_its_group_has() {
    let (_server, ec2) = start();
    group(&ec2, "near", "cluster");
    let parts = json!({ "GroupName": "parts", "Strategy": "partition", "PartitionCount": 3 });
    ec2.call("CreatePlacementGroup", &parts).ok();
    let id = launch(&ec2, &json!({ "Placement": { "GroupName": "parts", "PartitionNumber": 3 } }));
    assert_eq!(said(&ec2, &id, "placement.partitionNumber"), ["3"]);
    for (place, number, most) in [
        (json!({ "GroupName": "parts" }), 4, 3),
        (json!({ "GroupName": "parts" }), 0, 3),
        (json!({ "GroupName": "near" }), 1, 0),
        (json!({}), 1, 0),
    ] {
        let wish = at(with(&place, &json!({ "PartitionNumber": number })));
        let sentence = format!(
            "Value ({number}) for parameter partitionNumber is invalid. The placement group has {most} partitions."
        );
        refuses(&ec2, &[("RunInstances", wish, "InvalidParameterValue", &sentence)]);
    }
}
