use crate::{golden, nowhere, refuses, start, vpc};
use serde_json::{Value, json};

fn tag(key: &str, value: &str) -> Value {
    json!({ "Key": key, "Value": value })
}

#[test]
fn the_life_of_a_tag() {
    let (_server, ec2) = start();
    let mut golden = golden("tag");
    let (one, two) = (vpc(&ec2, "10.0.0.0/16"), vpc(&ec2, "10.1.0.0/16"));
    let create = json!({ "ResourceId": [one, two], "Tag": [tag("a", "1"), tag("b", "")] });
    golden.note("CreateTags", ec2.call("CreateTags", &create)).ok();
    ec2.call("CreateTags", &json!({ "ResourceId": [two], "Tag": [tag("a", "2")] })).ok();
    golden.note("DescribeTags", ec2.call("DescribeTags", &json!({}))).ok();
    let other_value = json!({ "ResourceId": [one, two], "Tag": [tag("a", "1")] });
    golden.note("DeleteTags", ec2.call("DeleteTags", &other_value)).ok();
    golden.note("of that value only", ec2.call("DescribeTags", &json!({}))).ok();
    ec2.call("DeleteTags", &json!({ "ResourceId": [one, two] })).ok();
    golden.note("all gone", ec2.call("DescribeTags", &json!({}))).ok();
    golden.check();
}

#[test]
fn what_tags_refuse() {
    let (_server, ec2) = start();
    let id = vpc(&ec2, "10.0.0.0/16");
    let on = |key: &str, value: &str| json!({ "ResourceId": [id], "Tag": [tag(key, value)] });
    let (long_key, long_value) = ("k".repeat(129), "v".repeat(257));
    let many: Vec<Value> = (0..51).map(|n| tag(&format!("k{n}"), "")).collect();
    let length = "Tag keys must be between 1 and 128 characters in length.";
    let specified =
        |specification: Value| json!({ "CidrBlock": "10.0.0.0/16", "TagSpecification": [specification] });
    let twice = json!({ "ResourceType": "vpc", "Tag": [tag("a", "1"), tag("a", "2")] });
    refuses(
        &ec2,
        &[
            (
                "CreateTags",
                on("aws:x", ""),
                "InvalidParameterValue",
                "Value ( aws:x ) for parameter key is invalid. Tag keys starting with 'aws:' are reserved for internal use",
            ),
            (
                "DeleteTags",
                on("aws:x", ""),
                "InvalidParameterValue",
                "Value ( aws:x ) for parameter key is invalid. Tag keys starting with 'aws:' are reserved for internal use",
            ),
            (
                "CreateTags",
                on("", "x"),
                "InvalidParameterValue",
                &format!("Value (  ) for parameter key is invalid. {length}"),
            ),
            (
                "CreateTags",
                on(&long_key, ""),
                "InvalidParameterValue",
                &format!("Value ( {long_key} ) for parameter key is invalid. {length}"),
            ),
            (
                "CreateTags",
                on("k", &long_value),
                "InvalidParameterValue",
                &format!(
                    "Value ( {long_value} ) for parameter value is invalid. Tag values must be at most 256 characters in length."
                ),
            ),
            (
                "CreateTags",
                json!({ "ResourceId": [id], "Tag": many }),
                "TagLimitExceeded",
                "The maximum number of Tags for a resource has been reached.",
            ),
            (
                "CreateTags",
                json!({ "ResourceId": ["thing-1"], "Tag": [tag("a", "")] }),
                "InvalidID",
                "The ID 'thing-1' is not valid",
            ),
            (
                "CreateTags",
                json!({ "ResourceId": [nowhere("subnet")], "Tag": [tag("a", "")] }),
                "InvalidSubnetID.NotFound",
                "The subnet ID 'subnet-00000000000000000' does not exist",
            ),
            (
                "DeleteTags",
                json!({ "ResourceId": [nowhere("dopt")] }),
                "InvalidDhcpOptionID.NotFound",
                "The dhcpOption ID 'dopt-00000000000000000' does not exist",
            ),
            (
                "CreateTags",
                json!({ "ResourceId": vec![id.clone(); 1001], "Tag": [tag("a", "")] }),
                "InvalidParameterValue",
                "The maximum number of resources of one call is 1000",
            ),
            (
                "CreateVpc",
                specified(json!({ "ResourceType": "subnet", "Tag": [tag("a", "")] })),
                "InvalidParameterValue",
                "'subnet' is not a valid taggable resource type for this operation.",
            ),
            (
                "CreateVpc",
                specified(json!({ "Tag": [tag("a", "")] })),
                "InvalidParameter",
                "Tag specification resource type must have a value",
            ),
            (
                "CreateVpc",
                specified(json!({ "ResourceType": "vpc" })),
                "InvalidParameterValue",
                "Tag specification must have at least one tag",
            ),
            ("CreateVpc", specified(twice), "InvalidParameterValue", "Duplicate tag key 'a' specified."),
        ],
    );
}

#[test]
fn a_call_with_one_missing_resource_tags_none() {
    let (_server, ec2) = start();
    let id = vpc(&ec2, "10.0.0.0/16");
    let both = json!({ "ResourceId": [id, nowhere("vpc")], "Tag": [tag("a", "1")] });
    assert_eq!(ec2.call("CreateTags", &both).refusal().code, "InvalidVpcID.NotFound");
    assert_eq!(ec2.call("DescribeTags", &json!({})).texts("tagSet.item.key"), [""; 0]);
}

#[test]
fn gateways_interfaces_and_addresses_have_tags() {
    let (_server, ec2) = start();
    let network = vpc(&ec2, "10.0.0.0/16");
    let subnet = crate::subnet(&ec2, &network, "10.0.1.0/24");
    let made =
        |operation: &str, parameters: Value, path: &str| ec2.call(operation, &parameters).ok().text(path);
    let private = json!({ "SubnetId": subnet, "ConnectivityType": "private" });
    let options = json!({ "DhcpConfiguration": [{ "Key": "domain-name", "Value": ["example.com"] }] });
    for (kind, id) in [
        ("network-interface", crate::interface(&ec2, &subnet)),
        ("elastic-ip", made("AllocateAddress", json!({}), "allocationId")),
        ("natgateway", made("CreateNatGateway", private, "natGateway.natGatewayId")),
        (
            "egress-only-internet-gateway",
            made(
                "CreateEgressOnlyInternetGateway",
                json!({ "VpcId": network }),
                "egressOnlyInternetGateway.egressOnlyInternetGatewayId",
            ),
        ),
        ("dhcp-options", made("CreateDhcpOptions", options, "dhcpOptions.dhcpOptionsId")),
    ] {
        ec2.call("CreateTags", &json!({ "ResourceId": [id], "Tag": [tag("team", "red")] })).ok();
        let of = json!({ "Filter": [{ "Name": "resource-id", "Value": [id] }] });
        let rows = ec2.call("DescribeTags", &of).ok();
        let found = (rows.texts("tagSet.item.resourceType"), rows.texts("tagSet.item.value"));
        assert_eq!(found, (vec![kind.to_owned()], vec!["red".to_owned()]));
        ec2.call("DeleteTags", &json!({ "ResourceId": [id] })).ok();
        assert_eq!(ec2.call("DescribeTags", &of).ok().texts("tagSet.item.key"), [""; 0], "{kind}");
    }
}
