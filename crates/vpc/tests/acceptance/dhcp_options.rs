use crate::{found, golden, nowhere, refuses, start, vpc};
use serde_json::json;

#[test]
fn the_life_of_a_dhcp_options_set() {
    let (_server, ec2) = start();
    let mut golden = golden("dhcp-options");
    let network = vpc(&ec2, "10.0.0.0/16");
    let of_network =
        |ec2: &testkit::Client| found(ec2, "DescribeVpcs", ("vpc-id", &network), "vpcSet.item.dhcpOptionsId");
    let of_region = of_network(&ec2);
    let create = json!({ "DhcpConfiguration": [
        { "Key": "domain-name-servers", "Value": ["10.0.0.2", "AmazonProvidedDNS"] },
        { "Key": "domain-name", "Value": ["example.com"] },
        { "Key": "netbios-node-type", "Value": ["2"] }
    ], "TagSpecification": [{ "ResourceType": "dhcp-options", "Tag": [{ "Key": "Name", "Value": "one" }] }] });
    let created = golden.note("CreateDhcpOptions", ec2.call("CreateDhcpOptions", &create)).ok();
    let id = created.text("dhcpOptions.dhcpOptionsId");
    let own = json!({ "DhcpOptionsId": [id] });
    golden.note("DescribeDhcpOptions", ec2.call("DescribeDhcpOptions", &own)).ok();
    for (name, value) in [
        ("dhcp-options-id", id.as_str()),
        ("key", "netbios-node-type"),
        ("value", "example.com"),
        ("tag:Name", "one"),
    ] {
        let path = "dhcpOptionsSet.item.dhcpOptionsId";
        assert_eq!(found(&ec2, "DescribeDhcpOptions", (name, value), path), [id.as_str()], "{name}");
    }
    let associate = json!({ "DhcpOptionsId": id, "VpcId": network });
    golden.note("AssociateDhcpOptions", ec2.call("AssociateDhcpOptions", &associate)).ok();
    assert_eq!(of_network(&ec2), [id.as_str()]);
    let sentence = format!("The dhcpOptions '{id}' has dependencies and cannot be deleted.");
    refuses(&ec2, &[("DeleteDhcpOptions", json!({ "DhcpOptionsId": id }), "DependencyViolation", &sentence)]);
    ec2.call("AssociateDhcpOptions", &json!({ "DhcpOptionsId": "default", "VpcId": network })).ok();
    assert_eq!(of_network(&ec2), ["default"]);
    golden.note("DeleteDhcpOptions", ec2.call("DeleteDhcpOptions", &json!({ "DhcpOptionsId": id }))).ok();
    // A new VPC still begins with the Region's own.
    let another = vpc(&ec2, "10.1.0.0/16");
    assert_eq!(found(&ec2, "DescribeVpcs", ("vpc-id", &another), "vpcSet.item.dhcpOptionsId"), of_region);
    golden.check();
}

#[test]
fn what_dhcp_options_refuse() {
    let (_server, ec2) = start();
    let network = vpc(&ec2, "10.0.0.0/16");
    let none = nowhere("dopt");
    let missing = &format!("The dhcpOption ID '{none}' does not exist");
    let one = |key: &str, value: &str| json!({ "DhcpConfiguration": [{ "Key": key, "Value": [value] }] });
    refuses(
        &ec2,
        &[
            ("DeleteDhcpOptions", json!({ "DhcpOptionsId": none }), "InvalidDhcpOptionID.NotFound", missing),
            (
                "AssociateDhcpOptions",
                json!({ "DhcpOptionsId": none, "VpcId": network }),
                "InvalidDhcpOptionID.NotFound",
                missing,
            ),
            (
                "DeleteDhcpOptions",
                json!({ "DhcpOptionsId": "set" }),
                "InvalidDhcpOptionsId.Malformed",
                "Invalid id: \"set\" (expecting \"dopt-...\")",
            ),
            (
                "CreateDhcpOptions",
                one("netbios-node-type", "3"),
                "InvalidParameterValue",
                "Value (3) for parameter value is invalid. Invalid DHCP option value.",
            ),
            (
                "CreateDhcpOptions",
                one("router", "10.0.0.1"),
                "InvalidParameterValue",
                "Value (router) for parameter dhcpConfiguration is invalid. Unknown DHCP option.",
            ),
        ],
    );
}
