use super::{IMAGE, launch, run, said};
use crate::{nowhere, refuses, start};
use serde_json::{Value, json};
use testkit::Client;

/// An interface in the default subnet of a zone.
fn interface(ec2: &Client, zone: &str) -> String {
    let filter = json!([{ "Name": "availability-zone", "Value": [zone] }]);
    let subnet =
        ec2.call("DescribeSubnets", &json!({ "Filter": filter })).ok().text("subnetSet.item.subnetId");
    let made = ec2.call("CreateNetworkInterface", &json!({ "SubnetId": subnet })).ok();
    made.text("networkInterface.networkInterfaceId")
}

#[test]
fn an_interface_is_plugged_in_and_out() {
    let (_server, ec2) = start();
    let id = launch(&ec2, &json!({}));
    let card = interface(&ec2, "us-east-1a");
    let attach = json!({ "InstanceId": id, "NetworkInterfaceId": card, "DeviceIndex": 1 });
    let attachment = ec2.call("AttachNetworkInterface", &attach).ok().text("attachmentId");
    assert_eq!(said(&ec2, &id, "networkInterfaceSet.item.attachment.status"), ["attached", "attached"]);
    let shown = ec2.call("DescribeNetworkInterfaces", &json!({ "NetworkInterfaceId": [card] })).ok();
    assert_eq!(shown.text("networkInterfaceSet.item.attachment.instanceId"), id);
    assert_eq!(shown.text("networkInterfaceSet.item.attachment.deleteOnTermination"), "false");
    // An instance with several interfaces is no target by itself.
    let table = ec2.call("DescribeRouteTables", &json!({})).ok().text("routeTableSet.item.routeTableId");
    let route = json!({ "RouteTableId": table, "DestinationCidrBlock": "10.9.0.0/16", "InstanceId": id });
    let several = format!(
        "There are multiple interfaces attached to instance '{id}'. Please specify an interface ID for the operation instead."
    );
    refuses(&ec2, &[("CreateRoute", route.clone(), "InvalidInstanceID", &several)]);
    ec2.call("DetachNetworkInterface", &json!({ "AttachmentId": attachment })).ok();
    let shown = ec2.call("DescribeNetworkInterfaces", &json!({ "NetworkInterfaceId": [card] })).ok();
    assert_eq!(shown.text("networkInterfaceSet.item.status"), "available");
    ec2.call("CreateRoute", &route).ok();
    let shown = ec2.call("DescribeRouteTables", &json!({ "RouteTableId": [table] })).ok();
    assert!(shown.texts("routeTableSet.item.routeSet.item.instanceId").contains(&id));
}

#[test]
fn what_attaching_and_detaching_refuse() {
    let (_server, ec2) = start();
    let id = launch(&ec2, &json!({}));
    let primary = said(&ec2, &id, "networkInterfaceSet.item.networkInterfaceId")[0].clone();
    let of_primary = said(&ec2, &id, "networkInterfaceSet.item.attachment.attachmentId")[0].clone();
    let (card, full) = (interface(&ec2, "us-east-1a"), interface(&ec2, "us-east-1a"));
    let elsewhere = interface(&ec2, "us-east-1b");
    let to = |card: &str, index: u32| json!({ "InstanceId": id, "NetworkInterfaceId": card, "DeviceIndex": index });
    let missing = nowhere("i");
    let nobody = json!({ "InstanceId": missing, "NetworkInterfaceId": card, "DeviceIndex": 1 });
    refuses(
        &ec2,
        &[
            (
                "AttachNetworkInterface",
                to(&primary, 1),
                "InvalidParameterValue",
                &format!("Network interface '{primary}' is currently in use."),
            ),
            (
                "AttachNetworkInterface",
                to(&card, 0),
                "InvalidParameterValue",
                &format!("Instance '{id}' already has an interface attached at device index '0'."),
            ),
            (
                "AttachNetworkInterface",
                to(&elsewhere, 1),
                "InvalidParameterCombination",
                "You may not attach a network interface to an instance if they are not in the same availability zone",
            ),
            (
                "AttachNetworkInterface",
                nobody,
                "InvalidInstanceID.NotFound",
                &format!("The instance ID '{missing}' does not exist"),
            ),
            (
                "DetachNetworkInterface",
                json!({ "AttachmentId": of_primary }),
                "OperationNotPermitted",
                "The network interface at device index 0 and networkCard index 0 cannot be detached.",
            ),
            (
                "DetachNetworkInterface",
                json!({ "AttachmentId": nowhere("eni-attach") }),
                "InvalidAttachmentID.NotFound",
                &format!("The networkInterfaceAttachment ID '{}' does not exist", nowhere("eni-attach")),
            ),
            (
                "DetachNetworkInterface",
                json!({ "AttachmentId": "ela-attach-1" }),
                "OperationNotPermitted",
                "You are not allowed to manage 'ela-attach' attachments.",
            ),
        ],
    );
    ec2.call("AttachNetworkInterface", &to(&card, 1)).ok();
    let sentence = "Interface count 3 exceeds the limit for t3.micro";
    refuses(&ec2, &[("AttachNetworkInterface", to(&full, 2), "AttachmentLimitExceeded", sentence)]);
}

/// A VPC of both families with a subnet, and the subnet's IPv6 block without its length: `3fff:1:2:300::`.
#[track_caller]
fn dual_subnet(ec2: &Client) -> (String, String) {
    let create = json!({ "CidrBlock": "10.0.0.0/16", "AmazonProvidedIpv6CidrBlock": true });
    let made = ec2.call("CreateVpc", &create).ok();
    let block = made.text("vpc.ipv6CidrBlockAssociationSet.item.ipv6CidrBlock").replace("/56", "");
    let create = json!({ "VpcId": made.text("vpc.vpcId"), "CidrBlock": "10.0.1.0/24", "Ipv6CidrBlock": format!("{block}/64") });
    (ec2.call("CreateSubnet", &create).ok().text("subnet.subnetId"), block)
}

#[test]
fn instances_have_the_ipv6_addresses_they_ask_for() {
    let (_server, ec2) = start();
    let (subnet, block) = dual_subnet(&ec2);
    let six = "networkInterfaceSet.item.ipv6AddressesSet.item.ipv6Address";
    let one = launch(&ec2, &json!({ "SubnetId": subnet, "Ipv6AddressCount": 2, "EnablePrimaryIpv6": true }));
    let own = said(&ec2, &one, six);
    assert_eq!((own.len(), said(&ec2, &one, "ipv6Address")), (2, own[..1].to_vec()));
    let primary = "networkInterfaceSet.item.ipv6AddressesSet.item.isPrimaryIpv6";
    assert_eq!(said(&ec2, &one, primary), ["true", "false"]);
    let listed = json!([{ "Ipv6Address": format!("{block}1:1") }]);
    let two = launch(&ec2, &json!({ "SubnetId": subnet, "Ipv6Address": listed }));
    assert_eq!(said(&ec2, &two, six), [format!("{block}1:1")]);
    let card = json!({ "DeviceIndex": 0, "SubnetId": subnet, "Ipv6PrefixCount": 1, "Ipv6AddressCount": 1 });
    let three = launch(&ec2, &json!({ "NetworkInterface": [card] }));
    let prefix = said(&ec2, &three, "networkInterfaceSet.item.ipv6PrefixSet.item.ipv6Prefix").remove(0);
    let path = "reservationSet.item.instancesSet.item.instanceId";
    for (name, value, want) in [
        ("ipv6-address", own[1].as_str(), &one),
        ("network-interface.ipv6-addresses.ipv6-address", own[1].as_str(), &one),
        ("network-interface.ipv6-addresses.is-primary-ipv6", "true", &one),
        ("network-interface.ipv6-prefixes.ipv6-prefix", prefix.as_str(), &three),
    ] {
        let wish = json!({ "Filter": [{ "Name": name, "Value": [value] }] });
        assert_eq!(
            ec2.call("DescribeInstances", &wish).ok().texts(path),
            std::slice::from_ref(want),
            "{name}"
        );
    }
    // A subnet that gives them does so unasked; its names say where they lead.
    for (attribute, value) in [
        ("AssignIpv6AddressOnCreation", json!({ "Value": true })),
        ("EnableResourceNameDnsAAAARecordOnLaunch", json!({ "Value": true })),
    ] {
        let mut change = json!({ "SubnetId": subnet });
        change[attribute] = value;
        ec2.call("ModifySubnetAttribute", &change).ok();
    }
    let four = launch(&ec2, &json!({ "SubnetId": subnet }));
    assert_eq!(said(&ec2, &four, six).len(), 1);
    assert_eq!(said(&ec2, &four, "privateDnsNameOptions.enableResourceNameDnsAAAARecord"), ["true"]);
    let taken =
        run(&ec2, &json!({ "SubnetId": subnet, "Ipv6Address": [{ "Ipv6Address": format!("{block}1:1") }] }));
    let refusal = taken.refusal();
    assert_eq!(refusal.code, "InvalidIPAddress.InUse");
    let both =
        run(&ec2, &json!({ "NetworkInterface": [{ "DeviceIndex": 0 }], "Ipv6AddressCount": 1 })).refusal();
    assert_eq!(both.code, "InvalidParameterCombination");
    ec2.call("TerminateInstances", &json!({ "InstanceId": [two] })).ok();
    launch(&ec2, &json!({ "SubnetId": subnet, "Ipv6Address": [{ "Ipv6Address": format!("{block}1:1") }] }));
}

#[test]
fn an_instance_in_a_subnet_for_ipv6_only_goes_by_its_id() {
    let (_server, ec2) = start();
    let create = json!({ "CidrBlock": "10.0.0.0/16", "AmazonProvidedIpv6CidrBlock": true });
    let made = ec2.call("CreateVpc", &create).ok();
    let block = made.text("vpc.ipv6CidrBlockAssociationSet.item.ipv6CidrBlock").replace("/56", "/64");
    let create = json!({ "VpcId": made.text("vpc.vpcId"), "Ipv6CidrBlock": block, "Ipv6Native": true });
    let subnet = ec2.call("CreateSubnet", &create).ok().text("subnet.subnetId");
    let id = launch(&ec2, &json!({ "SubnetId": subnet }));
    assert!(said(&ec2, &id, "privateIpAddress").is_empty());
    assert_eq!(said(&ec2, &id, "ipv6Address").len(), 1);
    assert_eq!(said(&ec2, &id, "privateDnsName"), [format!("{id}.ec2.internal")]);
    let wish = json!({ "Filter": [{ "Name": "network-interface.ipv6-native", "Value": ["true"] }] });
    let found = ec2.call("DescribeInstances", &wish).ok();
    assert_eq!(found.texts("reservationSet.item.instancesSet.item.instanceId"), [id]);
}

/// Sources: the sentences are those of AttachNetworkInterface (cilium/cilium issue 15877) and of AssignPrivateIpAddresses
/// (aws/amazon-vpc-cni-k8s issue 989); the figures of `t3.micro`, two interfaces with two addresses of each family, are
/// those of DescribeInstanceTypes.
#[test]
fn a_launch_has_no_more_interfaces_and_addresses_than_its_type_allows() {
    let (_server, ec2) = start();
    let (subnet, _) = dual_subnet(&ec2);
    let card =
        |index: u32, more: &Value| crate::with(&json!({ "DeviceIndex": index, "SubnetId": subnet }), more);
    let bare = json!({});
    let of = |cards: &[Value]| {
        json!({
            "ImageId": IMAGE, "InstanceType": "t3.micro", "MinCount": 1, "MaxCount": 1, "NetworkInterface": cards,
        })
    };
    let created = json!({ "SubnetId": subnet, "SecondaryPrivateIpAddressCount": 2 });
    let rich = ec2.call("CreateNetworkInterface", &created).ok().text("networkInterface.networkInterfaceId");
    let created = json!({ "SubnetId": subnet, "Ipv6AddressCount": 3 });
    let wide = ec2.call("CreateNetworkInterface", &created).ok().text("networkInterface.networkInterfaceId");
    let full = "Interface count 3 exceeds the limit for t3.micro";
    let three = of(&[card(0, &bare), card(1, &bare), card(2, &bare)]);
    refuses(&ec2, &[("RunInstances", three.clone(), "AttachmentLimitExceeded", full)]);
    let addresses = json!([
        { "PrivateIpAddress": "10.0.1.10", "Primary": true },
        { "PrivateIpAddress": "10.0.1.11" },
        { "PrivateIpAddress": "10.0.1.12" },
    ]);
    for own in [
        card(0, &json!({ "SecondaryPrivateIpAddressCount": 2 })),
        card(0, &json!({ "PrivateIpAddresses": addresses })),
        card(0, &json!({ "SecondaryPrivateIpAddressCount": 1, "Ipv4PrefixCount": 1 })),
        card(0, &json!({ "Ipv6AddressCount": 3 })),
        card(0, &json!({ "Ipv6AddressCount": 1, "Ipv6PrefixCount": 2 })),
        json!({ "DeviceIndex": 0, "NetworkInterfaceId": rich }),
        json!({ "DeviceIndex": 0, "NetworkInterfaceId": wide }),
    ] {
        let sentence = "Number of private addresses will exceed limit.";
        let cards = of(std::slice::from_ref(&own));
        refuses(&ec2, &[("RunInstances", cards, "PrivateIpAddressLimitExceeded", sentence)]);
    }
    // As many as there may be, and more where the type has room for them.
    let most = json!({ "SecondaryPrivateIpAddressCount": 1, "Ipv6AddressCount": 2 });
    ec2.call("RunInstances", &of(&[card(0, &most), card(1, &most)])).ok();
    ec2.call("RunInstances", &crate::with(&three, &json!({ "InstanceType": "t3.small" }))).ok();
    let own = json!({ "DeviceIndex": 0, "NetworkInterfaceId": rich });
    launch(&ec2, &json!({ "InstanceType": "t3.small", "NetworkInterface": [own] }));
}
