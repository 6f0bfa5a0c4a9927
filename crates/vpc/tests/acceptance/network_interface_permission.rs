//! Permissions on network interfaces, and their public names.

use crate::{attached_gateway, found, golden, interface, nowhere, refuses, start, subnet, vpc};
use serde_json::json;
use testkit::Client;
use testkit::ec2::{pages, with};

const SET: &str = "networkInterfacePermissions.item";
const DESCRIBE: &str = "DescribeNetworkInterfacePermissions";

#[track_caller]
fn card(ec2: &Client) -> String {
    interface(ec2, &subnet(ec2, &vpc(ec2, "10.0.0.0/16"), "10.0.1.0/24"))
}

#[test]
fn the_life_of_a_permission() {
    let (server, ec2) = start();
    let mut golden = golden("network-interface-permission");
    let own = card(&ec2);
    let create = json!({
        "NetworkInterfaceId": own, "AwsAccountId": "111111111111", "Permission": "INSTANCE-ATTACH"
    });
    let made = ec2.call("CreateNetworkInterfacePermission", &create);
    let made = golden.note("CreateNetworkInterfacePermission", made).ok();
    let id = made.text("interfacePermission.networkInterfacePermissionId");
    let again = ec2.call("CreateNetworkInterfacePermission", &create).ok();
    assert_eq!(again.text("interfacePermission.networkInterfacePermissionId"), id);
    let further = with(&create, &json!({ "AwsAccountId": "222222222222", "Permission": "EIP-ASSOCIATE" }));
    ec2.call("CreateNetworkInterfacePermission", &further).ok();
    let only = json!({ "NetworkInterfacePermissionId": [id] });
    golden.note(DESCRIBE, ec2.call(DESCRIBE, &only)).ok();
    let path = format!("{SET}.networkInterfacePermissionId");
    for (name, value, many) in [
        ("aws-account-id", "111111111111", 1),
        ("network-interface-id", own.as_str(), 2),
        ("network-interface-permission-id", &id, 1),
        ("permission", "INSTANCE-ATTACH", 1),
        ("aws-service", "x", 0),
    ] {
        let name = format!("network-interface-permission.{name}");
        assert_eq!(found(&ec2, DESCRIBE, (&name, value), &path).len(), many, "{name}");
    }
    let elsewhere = server.client("ec2").region("eu-west-1");
    let stranger = server.client("ec2").key("111111111111", "test", None);
    for client in [elsewhere, stranger] {
        assert!(client.call(DESCRIBE, &json!({})).ok().texts(&path).is_empty());
    }
    let delete = json!({ "NetworkInterfacePermissionId": id });
    let would = "Request would have succeeded, but DryRun flag is set.";
    let dry = with(&delete, &json!({ "DryRun": true }));
    ec2.call("DeleteNetworkInterfacePermission", &dry).refused(412, "DryRunOperation", would);
    let deleted = ec2.call("DeleteNetworkInterfacePermission", &delete);
    golden.note("DeleteNetworkInterfacePermission", deleted).ok();
    golden.check();
    assert_eq!(ec2.call(DESCRIBE, &json!({})).ok().texts(&path).len(), 1);
    // With the interface go its permissions.
    ec2.call("DeleteNetworkInterface", &json!({ "NetworkInterfaceId": own })).ok();
    assert!(ec2.call(DESCRIBE, &json!({})).ok().texts(&path).is_empty());
}

#[test]
fn permissions_come_in_pages() {
    let (_server, ec2) = start();
    let own = card(&ec2);
    for account in 0..6 {
        let create = json!({
            "NetworkInterfaceId": own, "AwsAccountId": format!("11111111111{account}"), "Permission": "INSTANCE-ATTACH"
        });
        ec2.call("CreateNetworkInterfacePermission", &create).ok();
    }
    let path = format!("{SET}.networkInterfacePermissionId");
    let (found, count) = pages(&ec2, DESCRIBE, &json!({ "MaxResults": 5 }), &path);
    assert_eq!((found.len(), count), (6, 2));
}

#[test]
fn what_permissions_refuse() {
    let (_server, ec2) = start();
    let own = card(&ec2);
    let create =
        json!({ "NetworkInterfaceId": own, "AwsAccountId": "111111111111", "Permission": "INSTANCE-ATTACH" });
    let none = nowhere("eni-perm");
    let missing = format!("The networkInterfacePermission ID '{none}' does not exist");
    let invalid = "InvalidParameterValue";
    let operation = "CreateNetworkInterfacePermission";
    refuses(
        &ec2,
        &[
            (
                operation,
                with(&create, &json!({ "Permission": "ALL" })),
                invalid,
                "Value (ALL) for parameter permission is invalid. Valid values are INSTANCE-ATTACH and EIP-ASSOCIATE.",
            ),
            (
                operation,
                with(&create, &json!({ "AwsAccountId": "me" })),
                invalid,
                "Value (me) for parameter awsAccountId is invalid. Account ids are twelve digits.",
            ),
            (
                operation,
                with(&create, &json!({ "AwsService": "x" })),
                invalid,
                "Value (x) for parameter awsService is invalid. It is not supported.",
            ),
            (
                operation,
                json!({ "NetworkInterfaceId": own, "Permission": "INSTANCE-ATTACH" }),
                "MissingParameter",
                "The request must contain the parameter awsAccountId",
            ),
            (
                operation,
                with(&create, &json!({ "NetworkInterfaceId": nowhere("eni") })),
                "InvalidNetworkInterfaceID.NotFound",
                "The networkInterface ID 'eni-00000000000000000' does not exist",
            ),
            (
                "DeleteNetworkInterfacePermission",
                json!({ "NetworkInterfacePermissionId": none }),
                "InvalidNetworkInterfacePermissionId.NotFound",
                &missing,
            ),
            (
                "DeleteNetworkInterfacePermission",
                json!({ "NetworkInterfacePermissionId": "x" }),
                "InvalidNetworkInterfacePermissionId.Malformed",
                "Invalid id: \"x\" (expecting \"eni-perm-...\")",
            ),
        ],
    );
}

#[test]
fn an_interface_is_called_as_was_chosen() {
    let (_server, ec2) = start();
    let create = json!({ "CidrBlock": "10.0.0.0/16", "AmazonProvidedIpv6CidrBlock": true });
    let made = ec2.call("CreateVpc", &create).ok();
    let network = made.text("vpc.vpcId");
    let hostnames = json!({ "VpcId": network, "EnableDnsHostnames": { "Value": true } });
    ec2.call("ModifyVpcAttribute", &hostnames).ok();
    attached_gateway(&ec2, &network);
    let block = made.text("vpc.ipv6CidrBlockAssociationSet.item.ipv6CidrBlock").replace("/56", "/64");
    let create = json!({ "VpcId": network, "CidrBlock": "10.0.1.0/24", "Ipv6CidrBlock": block });
    let subnet = ec2.call("CreateSubnet", &create).ok().text("subnet.subnetId");
    let create = json!({ "SubnetId": subnet, "Ipv6AddressCount": 1 });
    let card = ec2.call("CreateNetworkInterface", &create).ok().text("networkInterface.networkInterfaceId");
    let elastic = ec2.call("AllocateAddress", &json!({})).ok();
    let associate = json!({ "AllocationId": elastic.text("allocationId"), "NetworkInterfaceId": card });
    ec2.call("AssociateAddress", &associate).ok();
    let said = |path: &str| {
        let own = ec2.call("DescribeNetworkInterfaces", &json!({ "NetworkInterfaceId": [card] })).ok();
        own.texts(&format!("networkInterfaceSet.item.{path}"))
    };
    assert!(said("publicDnsName").is_empty() && said("publicIpDnsNameOptions.dnsHostnameType").is_empty());
    let four = format!("ec2-{}.compute-1.amazonaws.com", elastic.text("publicIp").replace('.', "-"));
    for (kind, member) in [
        ("public-ipv4-dns-name", "publicIpv4DnsName"),
        ("public-ipv6-dns-name", "publicIpv6DnsName"),
        ("public-dual-stack-dns-name", "publicDualStackDnsName"),
    ] {
        let modify = json!({ "NetworkInterfaceId": card, "HostnameType": kind });
        assert_eq!(ec2.call("ModifyPublicIpDnsNameOptions", &modify).ok().text("successful"), "true");
        assert_eq!(said("publicIpDnsNameOptions.dnsHostnameType"), [kind]);
        assert_eq!(said("publicIpDnsNameOptions.publicIpv4DnsName"), std::slice::from_ref(&four));
        assert_eq!(said("publicDnsName"), said(&format!("publicIpDnsNameOptions.{member}")), "{kind}");
        assert_eq!(said("publicDnsName").len(), 1, "{kind}");
    }
    let modify = |id: &str, kind: &str| json!({ "NetworkInterfaceId": id, "HostnameType": kind });
    refuses(
        &ec2,
        &[
            (
                "ModifyPublicIpDnsNameOptions",
                modify(&card, "nickname"),
                "InvalidParameterValue",
                "Value (nickname) for parameter hostnameType is invalid. Valid values are public-dual-stack-dns-name, public-ipv4-dns-name, public-ipv6-dns-name.",
            ),
            (
                "ModifyPublicIpDnsNameOptions",
                modify(&nowhere("eni"), "public-ipv4-dns-name"),
                "InvalidNetworkInterfaceID.NotFound",
                "The networkInterface ID 'eni-00000000000000000' does not exist",
            ),
        ],
    );
}
