use crate::{golden, nowhere, refuses, start, subnet, vpc};
use serde_json::json;

#[test]
fn the_life_of_a_subnet() {
    let (_server, ec2) = start();
    let mut golden = golden("subnet");
    let network = vpc(&ec2, "10.0.0.0/16");
    let create = json!({ "VpcId": network, "CidrBlock": "10.0.1.7/24", "AvailabilityZone": "us-east-1b" });
    let id = golden.note("CreateSubnet", ec2.call("CreateSubnet", &create)).ok().text("subnet.subnetId");
    golden.note("DescribeSubnets", ec2.call("DescribeSubnets", &json!({ "SubnetId": [id] }))).ok();
    let public = json!({ "SubnetId": id, "MapPublicIpOnLaunch": { "Value": true } });
    golden.note("ModifySubnetAttribute", ec2.call("ModifySubnetAttribute", &public)).ok();
    let names = json!({ "SubnetId": id, "PrivateDnsHostnameTypeOnLaunch": "resource-name" });
    golden.note("names of instances", ec2.call("ModifySubnetAttribute", &names)).ok();
    golden.note("changed", ec2.call("DescribeSubnets", &json!({ "SubnetId": [id] }))).ok();
    golden.note("DeleteSubnet", ec2.call("DeleteSubnet", &json!({ "SubnetId": id }))).ok();
    golden.check();
}

#[test]
fn blocks_of_one_vpc_do_not_overlap() {
    let (_server, ec2) = start();
    let network = vpc(&ec2, "10.0.0.0/16");
    subnet(&ec2, &network, "10.0.1.0/24");
    for (block, refused) in [
        ("10.0.2.0/24", None),
        ("10.0.1.0/24", Some("InvalidSubnet.Conflict")),
        ("10.0.1.128/25", Some("InvalidSubnet.Conflict")),
        ("10.0.0.0/23", Some("InvalidSubnet.Conflict")),
        ("10.0.3.0/28", None),
        ("10.0.4.0/29", Some("InvalidSubnet.Range")),
        ("10.1.0.0/24", Some("InvalidSubnet.Range")),
        ("10.0.0.0/15", Some("InvalidSubnet.Range")),
    ] {
        let answer = ec2.call("CreateSubnet", &json!({ "VpcId": network, "CidrBlock": block }));
        let code = (answer.status != 200).then(|| answer.refusal().code);
        assert_eq!(code.as_deref(), refused, "{block}");
    }
}

#[test]
fn what_a_subnet_refuses() {
    let (_server, ec2) = start();
    let network = vpc(&ec2, "10.0.0.0/16");
    let id = subnet(&ec2, &network, "10.0.1.0/24");
    let none = nowhere("subnet");
    let missing = &format!("The subnet ID '{none}' does not exist");
    let zones = "Value (us-west-2a) for parameter availabilityZone is invalid. Subnets can currently only be created in the \
                 following availability zones: us-east-1a, us-east-1b, us-east-1c, us-east-1d, us-east-1e, us-east-1f.";
    let flags = json!({
        "SubnetId": id, "MapPublicIpOnLaunch": { "Value": true }, "EnableDns64": { "Value": true },
    });
    refuses(
        &ec2,
        &[
            (
                "CreateSubnet",
                json!({ "VpcId": network, "CidrBlock": "10.1.0.0/24" }),
                "InvalidSubnet.Range",
                "The CIDR '10.1.0.0/24' is invalid.",
            ),
            (
                "CreateSubnet",
                json!({ "VpcId": network, "CidrBlock": "10.0.1.0/25" }),
                "InvalidSubnet.Conflict",
                "The CIDR '10.0.1.0/25' conflicts with another subnet",
            ),
            (
                "CreateSubnet",
                json!({ "VpcId": network, "CidrBlock": "ten" }),
                "InvalidParameterValue",
                "Value (ten) for parameter cidrBlock is invalid. This is not a valid CIDR block.",
            ),
            (
                "CreateSubnet",
                json!({ "VpcId": network }),
                "MissingParameter",
                "The request must contain the parameter cidrBlock",
            ),
            (
                "CreateSubnet",
                json!({ "VpcId": network, "CidrBlock": "10.0.2.0/24", "Ipv6IpamPoolId": "ipam-pool-1" }),
                "InvalidParameterValue",
                "IPAM pools of IPv6 are not built yet: give an ipv6CidrBlock",
            ),
            (
                "CreateSubnet",
                json!({ "VpcId": nowhere("vpc"), "CidrBlock": "10.0.2.0/24" }),
                "InvalidVpcID.NotFound",
                "The vpc ID 'vpc-00000000000000000' does not exist",
            ),
            (
                "CreateSubnet",
                json!({ "VpcId": network, "CidrBlock": "10.0.2.0/24", "AvailabilityZone": "us-west-2a" }),
                "InvalidParameterValue",
                zones,
            ),
            ("DescribeSubnets", json!({ "SubnetId": [none] }), "InvalidSubnetID.NotFound", missing),
            ("DeleteSubnet", json!({ "SubnetId": none }), "InvalidSubnetID.NotFound", missing),
            (
                "DeleteSubnet",
                json!({ "SubnetId": "x" }),
                "InvalidSubnetID.NotFound",
                "The subnet ID 'x' does not exist",
            ),
            (
                "DeleteSubnet",
                json!({ "SubnetId": "vpc-0123456789abcdef0" }),
                "InvalidSubnetID.Malformed",
                "Invalid id: \"vpc-0123456789abcdef0\" (expecting \"subnet-...\")",
            ),
            (
                "ModifySubnetAttribute",
                json!({ "SubnetId": id }),
                "MissingParameter",
                "The request must contain the parameter attribute",
            ),
            (
                "ModifySubnetAttribute",
                flags,
                "InvalidParameterCombination",
                "Fields for multiple attribute types specified",
            ),
            (
                "ModifySubnetAttribute",
                json!({ "SubnetId": id, "PrivateDnsHostnameTypeOnLaunch": "nickname" }),
                "InvalidParameterValue",
                "Value (nickname) for parameter privateDnsHostnameTypeOnLaunch is invalid. Valid values are ip-name and resource-name.",
            ),
            (
                "ModifySubnetAttribute",
                json!({ "SubnetId": id, "AssignIpv6AddressOnCreation": { "Value": true } }),
                "InvalidParameterValue",
                &format!(
                    "Invalid value 'true' for assign-ipv6-address-on-creation. Cannot set assign-ipv6-address-on-creation to true unless the subnet ({id}) has an IPv6 CIDR block associated with it."
                ),
            ),
        ],
    );
}

#[test]
fn a_default_subnet_is_made_again() {
    let (_server, ec2) = start();
    let zone = json!({ "Filter": [{ "Name": "availability-zone", "Value": ["us-east-1b"] }] });
    let first = ec2.call("DescribeSubnets", &zone).ok();
    let (id, block) = (first.text("subnetSet.item.subnetId"), first.text("subnetSet.item.cidrBlock"));
    let create = json!({ "AvailabilityZone": "us-east-1b" });
    let exists = format!("'{id}' is already the default subnet in us-east-1b.");
    refuses(
        &ec2,
        &[
            ("CreateDefaultSubnet", create.clone(), "DefaultSubnetAlreadyExistsInAvailabilityZone", &exists),
            (
                "CreateDefaultSubnet",
                json!({}),
                "MissingParameter",
                "The request must contain the parameter availabilityZone",
            ),
        ],
    );
    let unknown = ec2.call("CreateDefaultSubnet", &json!({ "AvailabilityZone": "us-west-2a" })).refusal();
    assert_eq!(unknown.code, "InvalidParameterValue");
    ec2.call("DeleteSubnet", &json!({ "SubnetId": id })).ok();
    let dry = json!({ "AvailabilityZone": "us-east-1b", "DryRun": true });
    let would = "Request would have succeeded, but DryRun flag is set.";
    ec2.call("CreateDefaultSubnet", &dry).refused(412, "DryRunOperation", would);
    let mut golden = golden("default-subnet");
    let made = golden.note("CreateDefaultSubnet", ec2.call("CreateDefaultSubnet", &create)).ok();
    golden.check();
    assert_eq!(made.text("subnet.cidrBlock"), block, "the place of the first one is free");
    ec2.call("DeleteSubnet", &json!({ "SubnetId": made.text("subnet.subnetId") })).ok();
    // One for IPv6 only has the first part of the VPC's block.
    let native = json!({ "AvailabilityZoneId": "use1-az1", "Ipv6Native": true });
    let refused = ec2.call("CreateDefaultSubnet", &native).refusal();
    assert_eq!(
        (refused.code.as_str(), refused.message.as_str()),
        ("InvalidSubnet.Range", "The IPv6 CIDR '::/0' is invalid.")
    );
    let network = first.text("subnetSet.item.vpcId");
    let six = json!({ "VpcId": network, "AmazonProvidedIpv6CidrBlock": true });
    let six = ec2.call("AssociateVpcCidrBlock", &six).ok().text("ipv6CidrBlockAssociation.ipv6CidrBlock");
    let made = ec2.call("CreateDefaultSubnet", &native).ok();
    let path = "subnet.ipv6CidrBlockAssociationSet.item.ipv6CidrBlock";
    assert_eq!(made.text(path), six.replace("/56", "/64"));
    let elsewhere = "us-east-1c";
    let own = json!({ "Filter": [{ "Name": "availability-zone", "Value": [elsewhere] }] });
    let own = ec2.call("DescribeSubnets", &own).ok().text("subnetSet.item.subnetId");
    ec2.call("DeleteSubnet", &json!({ "SubnetId": own })).ok();
    // Somebody took the place: the next one is given.
    let taken = json!({ "VpcId": network, "CidrBlock": "172.31.32.0/24" });
    ec2.call("CreateSubnet", &taken).ok();
    let made = ec2.call("CreateDefaultSubnet", &json!({ "AvailabilityZone": elsewhere })).ok();
    assert_eq!(made.text("subnet.cidrBlock"), block);
}

#[test]
fn without_a_default_vpc_there_is_no_default_subnet() {
    let (_server, ec2) = start();
    let own = json!({ "Filter": [{ "Name": "is-default", "Value": ["true"] }] });
    let network = ec2.call("DescribeVpcs", &own).ok().text("vpcSet.item.vpcId");
    for id in ec2.call("DescribeSubnets", &json!({})).ok().texts("subnetSet.item.subnetId") {
        ec2.call("DeleteSubnet", &json!({ "SubnetId": id })).ok();
    }
    let gateway = ec2.call("DescribeInternetGateways", &json!({})).ok();
    let gateway = gateway.text("internetGatewaySet.item.internetGatewayId");
    ec2.call("DetachInternetGateway", &json!({ "InternetGatewayId": gateway, "VpcId": network })).ok();
    ec2.call("DeleteVpc", &json!({ "VpcId": network })).ok();
    let sentence = "No default VPC exists for this account in this region.";
    let create = json!({ "AvailabilityZone": "us-east-1a" });
    refuses(&ec2, &[("CreateDefaultSubnet", create, "DefaultVpcDoesNotExist", sentence)]);
}
