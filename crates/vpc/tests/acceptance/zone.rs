use crate::{golden, nowhere, refuses, start};
use serde_json::json;

#[test]
fn regions_zones_and_the_account() {
    let (_server, ec2) = start();
    let mut golden = golden("zone");
    let two = json!({ "RegionName": ["eu-west-1", "us-east-1"] });
    golden.note("DescribeRegions", ec2.call("DescribeRegions", &two)).ok();
    golden.note("DescribeAvailabilityZones", ec2.call("DescribeAvailabilityZones", &json!({}))).ok();
    golden.note("DescribeAccountAttributes", ec2.call("DescribeAccountAttributes", &json!({}))).ok();
    golden.note("DescribeNetworkInterfaces", ec2.call("DescribeNetworkInterfaces", &json!({}))).ok();
    golden.check();
}

#[test]
fn what_they_refuse() {
    let (_server, ec2) = start();
    refuses(
        &ec2,
        &[
            (
                "DescribeRegions",
                json!({ "RegionName": ["mars-1"] }),
                "InvalidParameterValue",
                "Invalid region names: [mars-1]",
            ),
            (
                "DescribeAvailabilityZones",
                json!({ "ZoneName": ["mars-1a"] }),
                "InvalidParameterValue",
                "Invalid availability zone: [mars-1a]",
            ),
            (
                "DescribeAccountAttributes",
                json!({ "AttributeName": ["colour"] }),
                "InvalidParameterValue",
                "Value (colour) for parameter attributeName is invalid. Unknown attribute.",
            ),
            (
                "DescribeNetworkInterfaces",
                json!({ "NetworkInterfaceId": [nowhere("eni")] }),
                "InvalidNetworkInterfaceID.NotFound",
                "The networkInterface ID 'eni-00000000000000000' does not exist",
            ),
            (
                "DescribeDhcpOptions",
                json!({ "DhcpOptionsId": ["x"] }),
                "InvalidDhcpOptionsId.Malformed",
                "Invalid id: \"x\" (expecting \"dopt-...\")",
            ),
        ],
    );
}

#[test]
fn regions_do_not_see_each_other() {
    let (server, ec2) = start();
    let id = crate::vpc(&ec2, "10.0.0.0/16");
    let dublin = server.client("ec2").region("eu-west-1");
    let sentence = format!("The vpc ID '{id}' does not exist");
    refuses(&dublin, &[("DescribeVpcs", json!({ "VpcId": [id] }), "InvalidVpcID.NotFound", &sentence)]);
    let other_account = server.client("ec2").key("123456789012", "x", None);
    refuses(
        &other_account,
        &[("DescribeVpcs", json!({ "VpcId": [id] }), "InvalidVpcID.NotFound", &sentence)],
    );
}
