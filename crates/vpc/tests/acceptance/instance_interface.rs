//! What instances let their interfaces have, and what needs an interface or a subnet to be named.

use crate::{IMAGE, attached_gateway, found, interface, launched, refuses, start, subnet, vpc};
use serde_json::json;

/// EC2 user guide: a t3.micro has two interfaces of two addresses of each family.
#[test]
fn an_interface_has_as_many_addresses_as_the_type_of_its_instance_allows() {
    let (_server, ec2) = start();
    let create = json!({ "CidrBlock": "10.0.0.0/16", "AmazonProvidedIpv6CidrBlock": true });
    let made = ec2.call("CreateVpc", &create).ok();
    let block = made.text("vpc.ipv6CidrBlockAssociationSet.item.ipv6CidrBlock").replace("/56", "/64");
    let wish = json!({ "VpcId": made.text("vpc.vpcId"), "CidrBlock": "10.0.1.0/24", "Ipv6CidrBlock": block });
    let own = ec2.call("CreateSubnet", &wish).ok().text("subnet.subnetId");
    let (_, card) = launched(&ec2, &own);
    let full = "Number of private addresses will exceed limit.";
    let code = "PrivateIpAddressLimitExceeded";
    let v4 = |card: &str, count: u8| json!({ "NetworkInterfaceId": card, "SecondaryPrivateIpAddressCount": count });
    let v6 = |card: &str, count: u8| json!({ "NetworkInterfaceId": card, "Ipv6AddressCount": count });
    refuses(
        &ec2,
        &[
            ("AssignPrivateIpAddresses", v4(&card, 2), code, full),
            ("AssignIpv6Addresses", v6(&card, 3), code, full),
        ],
    );
    ec2.call("AssignPrivateIpAddresses", &v4(&card, 1)).ok();
    ec2.call("AssignIpv6Addresses", &v6(&card, 2)).ok();
    refuses(
        &ec2,
        &[
            ("AssignPrivateIpAddresses", v4(&card, 1), code, full),
            ("AssignIpv6Addresses", v6(&card, 1), code, full),
        ],
    );
    // One of no instance has more.
    let free = interface(&ec2, &own);
    ec2.call("AssignPrivateIpAddresses", &v4(&free, 10)).ok();
    ec2.call("AssignIpv6Addresses", &v6(&free, 10)).ok();
}

#[test]
fn of_several_interfaces_one_is_named() {
    let (_server, ec2) = start();
    let network = vpc(&ec2, "10.0.0.0/16");
    attached_gateway(&ec2, &network);
    let own = subnet(&ec2, &network, "10.0.1.0/24");
    let (instance, first) = launched(&ec2, &own);
    let address = ec2.call("AllocateAddress", &json!({})).ok().text("allocationId");
    let of_instance = json!({ "AllocationId": address, "InstanceId": instance });
    ec2.call("AssociateAddress", &of_instance).ok();
    let second = interface(&ec2, &own);
    let attach = json!({ "NetworkInterfaceId": second, "InstanceId": instance, "DeviceIndex": 1 });
    ec2.call("AttachNetworkInterface", &attach).ok();
    let sentence = format!(
        "There are multiple interfaces attached to instance '{instance}'. Please specify an interface ID for the operation instead."
    );
    refuses(&ec2, &[("AssociateAddress", of_instance, "InvalidInstanceID", &sentence)]);
    for card in [second, first] {
        let named =
            json!({ "AllocationId": address, "NetworkInterfaceId": card, "AllowReassociation": true });
        ec2.call("AssociateAddress", &named).ok();
    }
}

#[test]
fn without_default_subnets_or_a_default_vpc_names_are_not_enough() {
    let (_server, ec2) = start();
    let default = found(&ec2, "DescribeVpcs", ("is-default", "true"), "vpcSet.item.vpcId").remove(0);
    for id in found(&ec2, "DescribeSubnets", ("vpc-id", &default), "subnetSet.item.subnetId") {
        ec2.call("DeleteSubnet", &json!({ "SubnetId": id })).ok();
    }
    let run = json!({ "ImageId": IMAGE, "InstanceType": "t3.micro", "MinCount": 1, "MaxCount": 1 });
    let none = format!("No subnets found for the default VPC '{default}'. Please specify a subnet.");
    refuses(&ec2, &[("RunInstances", run, "MissingInput", &none)]);
    let gateway = ("attachment.vpc-id", default.as_str());
    let path = "internetGatewaySet.item.internetGatewayId";
    for id in found(&ec2, "DescribeInternetGateways", gateway, path) {
        ec2.call("DetachInternetGateway", &json!({ "InternetGatewayId": id, "VpcId": default })).ok();
    }
    ec2.call("DeleteVpc", &json!({ "VpcId": default })).ok();
    let sentence =
        "No default VPC for this user. GroupName is only supported for EC2-Classic and default VPC.";
    let code = "VPCIdNotSpecified";
    refuses(
        &ec2,
        &[
            ("DeleteSecurityGroup", json!({ "GroupName": "web" }), code, sentence),
            ("DescribeSecurityGroups", json!({ "GroupName": ["web"] }), code, sentence),
        ],
    );
}
