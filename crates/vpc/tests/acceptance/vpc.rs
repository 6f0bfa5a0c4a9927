use crate::{found, golden, nowhere, refuses, start, subnet, vpc};
use serde_json::json;

#[test]
fn the_life_of_a_vpc() {
    let (_server, ec2) = start();
    let mut golden = golden("vpc");
    let create = json!({
        "CidrBlock": "10.1.2.3/16",
        "TagSpecification": [{ "ResourceType": "vpc", "Tag": [{ "Key": "Name", "Value": "a" }] }],
    });
    let id = golden.note("CreateVpc", ec2.call("CreateVpc", &create)).ok().text("vpc.vpcId");
    let own = json!({ "VpcId": [id] });
    golden.note("DescribeVpcs", ec2.call("DescribeVpcs", &own)).ok();
    for attribute in ["enableDnsSupport", "enableDnsHostnames", "enableNetworkAddressUsageMetrics"] {
        let asked = json!({ "VpcId": id, "Attribute": attribute });
        golden.note(attribute, ec2.call("DescribeVpcAttribute", &asked)).ok();
    }
    let hostnames = json!({ "VpcId": id, "EnableDnsHostnames": { "Value": true } });
    golden.note("ModifyVpcAttribute", ec2.call("ModifyVpcAttribute", &hostnames)).ok();
    let asked = json!({ "VpcId": id, "Attribute": "enableDnsHostnames" });
    golden.note("it is on", ec2.call("DescribeVpcAttribute", &asked)).ok();
    let further = json!({ "VpcId": id, "CidrBlock": "10.2.0.0/16" });
    let further = golden.note("AssociateVpcCidrBlock", ec2.call("AssociateVpcCidrBlock", &further)).ok();
    let association = json!({ "AssociationId": further.text("cidrBlockAssociation.associationId") });
    golden.note("two blocks", ec2.call("DescribeVpcs", &own)).ok();
    let gone = ec2.call("DisassociateVpcCidrBlock", &association);
    golden.note("DisassociateVpcCidrBlock", gone).ok();
    golden.note("DeleteVpc", ec2.call("DeleteVpc", &json!({ "VpcId": id }))).ok();
    let sentence = format!("The vpc ID '{id}' does not exist");
    golden.note("it is gone", ec2.call("DescribeVpcs", &own)).refused(
        400,
        "InvalidVpcID.NotFound",
        &sentence,
    );
    golden.check();
}

#[test]
fn a_vpc_comes_with_a_table_an_acl_and_a_group_and_takes_them_along() {
    let (_server, ec2) = start();
    let id = vpc(&ec2, "10.0.0.0/16");
    for (operation, path) in [
        ("DescribeRouteTables", "routeTableSet.item.routeTableId"),
        ("DescribeNetworkAcls", "networkAclSet.item.networkAclId"),
        ("DescribeSecurityGroups", "securityGroupInfo.item.groupId"),
    ] {
        assert_eq!(found(&ec2, operation, ("vpc-id", &id), path).len(), 1, "{operation}");
    }
    ec2.call("DeleteVpc", &json!({ "VpcId": id })).ok();
    for (operation, path) in [
        ("DescribeRouteTables", "routeTableSet.item.routeTableId"),
        ("DescribeNetworkAcls", "networkAclSet.item.networkAclId"),
        ("DescribeSecurityGroups", "securityGroupInfo.item.groupId"),
    ] {
        assert_eq!(found(&ec2, operation, ("vpc-id", &id), path), [""; 0], "{operation}");
    }
}

#[test]
fn the_default_vpc_is_there_and_comes_back() {
    let (_server, ec2) = start();
    let mut golden = golden("default-vpc");
    let default = json!({ "Filter": [{ "Name": "is-default", "Value": ["true"] }] });
    let id = golden.note("DescribeVpcs", ec2.call("DescribeVpcs", &default)).ok().text("vpcSet.item.vpcId");
    golden.note("DescribeSubnets", ec2.call("DescribeSubnets", &json!({}))).ok();
    golden.note("DescribeRouteTables", ec2.call("DescribeRouteTables", &json!({}))).ok();
    golden.note("DescribeDhcpOptions", ec2.call("DescribeDhcpOptions", &json!({}))).ok();
    let sentence = "A Default VPC already exists for this account in this region.";
    refuses(&ec2, &[("CreateDefaultVpc", json!({}), "DefaultVpcAlreadyExists", sentence)]);
    for subnet in ec2.call("DescribeSubnets", &json!({})).texts("subnetSet.item.subnetId") {
        ec2.call("DeleteSubnet", &json!({ "SubnetId": subnet })).ok();
    }
    let gateway =
        ec2.call("DescribeInternetGateways", &json!({})).text("internetGatewaySet.item.internetGatewayId");
    ec2.call("DetachInternetGateway", &json!({ "InternetGatewayId": gateway, "VpcId": id })).ok();
    ec2.call("DeleteVpc", &json!({ "VpcId": id })).ok();
    let group = json!({ "GroupName": "web", "GroupDescription": "web" });
    refuses(&ec2, &[("CreateSecurityGroup", group, "VPCIdNotSpecified", "No default VPC for this user.")]);
    golden.note("CreateDefaultVpc", ec2.call("CreateDefaultVpc", &json!({}))).ok();
    golden.check();
}

#[test]
fn what_a_vpc_refuses() {
    let (_server, ec2) = start();
    let id = vpc(&ec2, "10.0.0.0/16");
    let primary = ec2.call("DescribeVpcs", &json!({ "VpcId": [id] }));
    let primary = primary.text("vpcSet.item.cidrBlockAssociationSet.item.associationId");
    let further = ec2.call("AssociateVpcCidrBlock", &json!({ "VpcId": id, "CidrBlock": "10.9.0.0/16" }));
    let further = further.ok().text("cidrBlockAssociation.associationId");
    subnet(&ec2, &id, "10.9.1.0/24");
    let none = nowhere("vpc");
    let missing = &format!("The vpc ID '{none}' does not exist");
    let no_block = "Value (10.0.0.0) for parameter cidrBlock is invalid. This is not a valid CIDR block.";
    let both = "Fields for multiple attribute types specified";
    let association = nowhere("vpc-cidr-assoc");
    refuses(
        &ec2,
        &[
            (
                "CreateVpc",
                json!({ "CidrBlock": "10.0.0.0/8" }),
                "InvalidVpc.Range",
                "The CIDR '10.0.0.0/8' is invalid.",
            ),
            (
                "CreateVpc",
                json!({ "CidrBlock": "10.0.0.0/29" }),
                "InvalidVpc.Range",
                "The CIDR '10.0.0.0/29' is invalid.",
            ),
            ("CreateVpc", json!({ "CidrBlock": "10.0.0.0" }), "InvalidParameterValue", no_block),
            (
                "CreateVpc",
                json!({}),
                "MissingParameter",
                "Either 'cidrBlock' or 'ipv4IpamPoolId' should be provided.",
            ),
            (
                "CreateVpc",
                json!({ "CidrBlock": "10.0.0.0/16", "InstanceTenancy": "shared" }),
                "UnsupportedTenancy",
                "The tenancy value shared is not supported.",
            ),
            (
                "CreateVpc",
                json!({ "Ipv4IpamPoolId": "ipam-pool-0" }),
                "InvalidIpamPoolId.Malformed",
                "Invalid id: \"ipam-pool-0\" (expecting \"ipam-pool-...\")",
            ),
            ("DescribeVpcs", json!({ "VpcId": [none] }), "InvalidVpcID.NotFound", missing),
            (
                "DescribeVpcs",
                json!({ "VpcId": [none, "vpc-11111111111111111"] }),
                "InvalidVpcID.NotFound",
                "The vpc IDs 'vpc-00000000000000000, vpc-11111111111111111' do not exist",
            ),
            (
                "DescribeVpcs",
                json!({ "VpcId": ["subnet-0"] }),
                "InvalidVpcID.Malformed",
                "Invalid id: \"subnet-0\" (expecting \"vpc-...\")",
            ),
            (
                "DescribeVpcs",
                json!({ "VpcId": [none], "MaxResults": 5 }),
                "InvalidParameterCombination",
                "The parameter VpcIds cannot be used with the parameter MaxResults",
            ),
            ("DeleteVpc", json!({}), "MissingParameter", "The request must contain the parameter vpcId"),
            ("DeleteVpc", json!({ "VpcId": none }), "InvalidVpcID.NotFound", missing),
            (
                "DeleteVpc",
                json!({ "VpcId": "vpc-xyz" }),
                "InvalidVpcID.NotFound",
                "The vpc ID 'vpc-xyz' does not exist",
            ),
            (
                "DescribeVpcs",
                json!({ "VpcId": ["${vpc_id}"] }),
                "InvalidVpcID.NotFound",
                "The vpc ID '${vpc_id}' does not exist",
            ),
            (
                "CreateSubnet",
                json!({ "VpcId": "aws_vpc.own.id", "CidrBlock": "10.0.0.0/24" }),
                "InvalidVpcID.NotFound",
                "The vpc ID 'aws_vpc.own.id' does not exist",
            ),
            (
                "DeleteVpc",
                json!({ "VpcId": id }),
                "DependencyViolation",
                &format!("The vpc '{id}' has dependencies and cannot be deleted."),
            ),
            (
                "ModifyVpcAttribute",
                json!({ "VpcId": id }),
                "MissingParameter",
                "The request must contain the parameter attribute",
            ),
            (
                "ModifyVpcAttribute",
                json!({ "VpcId": id, "EnableDnsSupport": { "Value": true }, "EnableDnsHostnames": { "Value": true } }),
                "InvalidParameterCombination",
                both,
            ),
            (
                "DescribeVpcAttribute",
                json!({ "VpcId": id, "Attribute": "enableMagic" }),
                "InvalidParameterValue",
                "Value (enableMagic) for parameter attribute is invalid. Unknown attribute.",
            ),
            (
                "DescribeVpcAttribute",
                json!({ "VpcId": none, "Attribute": "enableDnsSupport" }),
                "InvalidVpcID.NotFound",
                missing,
            ),
            (
                "AssociateVpcCidrBlock",
                json!({ "VpcId": id, "CidrBlock": "10.0.128.0/20" }),
                "CidrConflict",
                "The CIDR '10.0.128.0/20' conflicts with another CIDR of the VPC",
            ),
            (
                "DisassociateVpcCidrBlock",
                json!({ "AssociationId": association }),
                "InvalidVpcCidrBlockAssociationID.NotFound",
                &format!("The vpc CIDR block association ID '{association}' does not exist"),
            ),
            (
                "DisassociateVpcCidrBlock",
                json!({ "AssociationId": primary }),
                "OperationNotPermitted",
                &format!(
                    "The vpc CIDR block with association ID {primary} may not be disassociated. It is the primary IPv4 CIDR block of the VPC"
                ),
            ),
            (
                "DisassociateVpcCidrBlock",
                json!({ "AssociationId": further }),
                "InvalidCidr.InUse",
                &format!(
                    "The vpc CIDR block with association ID {further} has subnets and cannot be disassociated"
                ),
            ),
        ],
    );
}

/// VPC user guide, "IPv4 CIDR block association restrictions", and the quota that an account begins with.
#[test]
fn further_blocks_go_with_the_first_one_and_are_few() {
    let (_server, ec2) = start();
    let id = vpc(&ec2, "10.0.0.0/16");
    let more = |block: &str| json!({ "VpcId": id, "CidrBlock": block });
    let operation = "AssociateVpcCidrBlock";
    for block in ["172.16.0.0/16", "192.168.0.0/24", "198.19.0.0/24"] {
        let sentence = format!(
            "The CIDR '{block}' is restricted. Use a CIDR from the same private address range as the current VPC CIDR, or use a publicly-routable CIDR. For additional restrictions, see https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html"
        );
        refuses(&ec2, &[(operation, more(block), "InvalidVpc.Range", &sentence)]);
    }
    for block in ["100.64.0.0/16", "10.2.0.0/16", "10.3.0.0/16", "203.0.113.0/24"] {
        ec2.call(operation, &more(block)).ok();
    }
    let sentence = format!("This network '{id}' has met its maximum number of allowed CIDRs: 5");
    refuses(&ec2, &[(operation, more("10.4.0.0/16"), "CidrLimitExceeded", &sentence)]);
}

#[test]
fn a_dry_run_changes_nothing() {
    let (_server, ec2) = start();
    let dry = json!({ "CidrBlock": "10.0.0.0/16", "DryRun": true });
    let sentence = "Request would have succeeded, but DryRun flag is set.";
    ec2.call("CreateVpc", &dry).refused(412, "DryRunOperation", sentence);
    assert_eq!(found(&ec2, "DescribeVpcs", ("is-default", "false"), "vpcSet.item.vpcId"), [""; 0]);
}

#[test]
fn tenancy_becomes_the_default_one() {
    let (server, ec2) = start();
    let create = json!({ "CidrBlock": "10.0.0.0/16", "InstanceTenancy": "dedicated" });
    let id = ec2.call("CreateVpc", &create).ok().text("vpc.vpcId");
    let tenancy = || {
        let own = ec2.call("DescribeVpcs", &json!({ "VpcId": [id] })).ok();
        own.text("vpcSet.item.instanceTenancy")
    };
    let modify = |tenancy: &str| json!({ "VpcId": id, "InstanceTenancy": tenancy });
    let would = "Request would have succeeded, but DryRun flag is set.";
    let dry = json!({ "VpcId": id, "InstanceTenancy": "default", "DryRun": true });
    ec2.call("ModifyVpcTenancy", &dry).refused(412, "DryRunOperation", would);
    assert_eq!(tenancy(), "dedicated");
    let missing = format!("The vpc ID '{id}' does not exist");
    refuses(
        &server.client("ec2").region("eu-west-1"),
        &[("ModifyVpcTenancy", modify("default"), "InvalidVpcID.NotFound", &missing)],
    );
    refuses(
        &ec2,
        &[(
            "ModifyVpcTenancy",
            modify("dedicated"),
            "UnsupportedTenancy",
            "The tenancy value dedicated is not supported.",
        )],
    );
    assert_eq!(ec2.call("ModifyVpcTenancy", &modify("default")).ok().text("return"), "true");
    assert_eq!(tenancy(), "default");
}
