//! Where load balancers stand: interfaces, subnets, groups, families of addresses.

use crate::{EMPTY, Place, refuses};
use serde_json::json;

#[test]
fn interfaces_are_managed_and_named_after_their_load_balancer() {
    let place = Place::new();
    let arn = place.balancer("application", "web");
    let tail = arn.split_once(":loadbalancer/").unwrap().1;
    let description = format!("ELB {tail}");
    assert_eq!(place.interfaces(&description, "requesterId"), ["amazon-elb", "amazon-elb"]);
    assert_eq!(place.interfaces(&description, "requesterManaged"), ["true", "true"]);
    assert_eq!(place.interfaces(&description, "interfaceType"), ["interface", "interface"]);
    assert_eq!(place.interfaces(&description, "attachment.instanceOwnerId"), ["amazon-elb", "amazon-elb"]);
    assert_eq!(place.interfaces(&description, "association.publicIp").len(), 2);
    let id = place.interfaces(&description, "networkInterfaceId").remove(0);
    let refusal = place.ec2.call("DeleteNetworkInterface", &json!({ "NetworkInterfaceId": id })).refusal();
    assert_eq!(refusal.status, 400, "{refusal:?}");
    let refusal = place.ec2.call("DeleteSubnet", &json!({ "SubnetId": place.subnets[0] })).refusal();
    assert_eq!(refusal.code, "DependencyViolation");
    let net = place.balancer("network", "net");
    let tail = net.split_once(":loadbalancer/").unwrap().1;
    let kinds = place.interfaces(&format!("ELB {tail}"), "interfaceType");
    assert_eq!(kinds, ["network_load_balancer", "network_load_balancer"]);
}

#[test]
fn elastic_addresses_lead_to_network_load_balancers() {
    let place = Place::new();
    let address = place.ec2.call("AllocateAddress", &json!({ "Domain": "vpc" })).ok();
    let (allocation, ip) = (address.text("allocationId"), address.text("publicIp"));
    let mapping = json!([{ "SubnetId": place.subnets[0], "AllocationId": allocation }]);
    let wish = json!({ "Name": "net", "Type": "network", "SubnetMappings": mapping });
    let made = place.v2.call("CreateLoadBalancer", &wish).ok();
    let path =
        "CreateLoadBalancerResult.LoadBalancers.member.AvailabilityZones.member.LoadBalancerAddresses.member";
    assert_eq!(made.text(&format!("{path}.IpAddress")), ip);
    assert_eq!(made.text(&format!("{path}.AllocationId")), allocation);
    let again = json!({ "Name": "other", "Type": "network", "SubnetMappings": mapping });
    let nowhere = json!([{ "SubnetId": place.subnets[0], "AllocationId": "eipalloc-0" }]);
    let private = json!([{ "SubnetId": place.subnets[0], "PrivateIPv4Address": "10.0.1.50" }]);
    let op = "CreateLoadBalancer";
    refuses(
        &place.v2,
        &[
            (op, again, "ResourceInUse", "The allocation IDs are not available for use"),
            (
                op,
                json!({ "Name": "x", "Type": "network", "SubnetMappings": nowhere }),
                "AllocationIdNotFound",
                "The allocation IDs 'eipalloc-0' do not exist",
            ),
            (
                op,
                json!({ "Name": "x", "Type": "network", "SubnetMappings": private }),
                "InvalidConfigurationRequest",
                "You cannot specify a private IPv4 address for an internet-facing load balancer",
            ),
            (
                op,
                json!({ "Name": "x", "Type": "gateway", "SubnetMappings": private }),
                "InvalidConfigurationRequest",
                "Addresses cannot be specified for load balancers with type 'gateway'",
            ),
        ],
    );
    let wish = json!({ "Name": "own", "Type": "network", "Scheme": "internal", "SubnetMappings": private });
    let made = place.v2.call("CreateLoadBalancer", &wish).ok();
    assert_eq!(made.text(&format!("{path}.PrivateIPv4Address")), "10.0.1.50");
    let taken = json!({ "Name": "y", "Type": "network", "Scheme": "internal", "SubnetMappings": private });
    assert_eq!(place.v2.call("CreateLoadBalancer", &taken).refusal().code, "InvalidConfigurationRequest");
}

#[test]
fn subnets_are_replaced_as_a_whole() {
    let place = Place::new();
    let arn = place.balancer("application", "web");
    let before = place.interfaces("ELB app/web/*", "networkInterfaceId");
    let moved = json!({ "LoadBalancerArn": arn, "Subnets": [place.subnets[1], place.subnets[2]] });
    let answer = place.v2.call("SetSubnets", &moved).ok();
    let zones = answer.texts("SetSubnetsResult.AvailabilityZones.member.ZoneName");
    assert_eq!(zones, ["us-east-1b", "us-east-1c"]);
    assert_eq!(answer.text("SetSubnetsResult.IpAddressType"), "ipv4");
    let mut subnets = place.interfaces("ELB app/web/*", "subnetId");
    subnets.sort();
    let mut want = vec![place.subnets[1].clone(), place.subnets[2].clone()];
    want.sort();
    assert_eq!(subnets, want);
    let after = place.interfaces("ELB app/web/*", "networkInterfaceId");
    assert_eq!(after.iter().filter(|id| before.contains(id)).count(), 1, "the zone that stays keeps its own");
    let net = place.balancer("network", "net");
    let wish = json!({ "VpcId": place.vpc, "CidrBlock": "10.0.9.0/24", "AvailabilityZone": "us-east-1a" });
    let twin = place.ec2.call("CreateSubnet", &wish).ok().text("subnet.subnetId");
    let two = "At least two subnets in two different Availability Zones must be specified";
    let swap = "The subnet of the Availability Zone 'us-east-1a' cannot be replaced; remove the Availability Zone first";
    refuses(
        &place.v2,
        &[
            (
                "SetSubnets",
                json!({ "LoadBalancerArn": arn, "Subnets": [place.subnets[1]] }),
                "ValidationError",
                two,
            ),
            (
                "SetSubnets",
                json!({ "LoadBalancerArn": net, "Subnets": [twin] }),
                "InvalidConfigurationRequest",
                swap,
            ),
            (
                "SetSubnets",
                json!({ "LoadBalancerArn": arn }),
                "ValidationError",
                "At least one subnet must be specified",
            ),
        ],
    );
}

#[test]
fn groups_are_replaced_as_a_whole() {
    let place = Place::new();
    let group = |name: &str| {
        let wish = json!({ "GroupName": name, "GroupDescription": name, "VpcId": place.vpc });
        place.ec2.call("CreateSecurityGroup", &wish).ok().text("groupId")
    };
    let (one, other) = (group("one"), group("other"));
    let arn = place.balancer("application", "web");
    let set = json!({ "LoadBalancerArn": arn, "SecurityGroups": [one, other] });
    let answer = place.v2.call("SetSecurityGroups", &set).ok();
    assert_eq!(
        answer.texts("SetSecurityGroupsResult.SecurityGroupIds.member"),
        [one.as_str(), other.as_str()]
    );
    let mut held = place.interfaces("ELB app/web/*", "groupSet.item.groupId");
    held.sort();
    held.dedup();
    let mut want = vec![one.clone(), other.clone()];
    want.sort();
    assert_eq!(held, want);
    let refusal = place.ec2.call("DeleteSecurityGroup", &json!({ "GroupId": one })).refusal();
    assert_eq!(refusal.code, "DependencyViolation");
    let (bare, gwy) = (place.balancer("network", "bare"), place.balancer("gateway", "gwy"));
    let without =
        "You cannot add security groups to a load balancer that was created without security groups";
    let kind = "Security groups are not supported for load balancers with type 'gateway'";
    let op = "SetSecurityGroups";
    refuses(
        &place.v2,
        &[
            (
                op,
                json!({ "LoadBalancerArn": bare, "SecurityGroups": [one] }),
                "InvalidConfigurationRequest",
                without,
            ),
            (
                op,
                json!({ "LoadBalancerArn": gwy, "SecurityGroups": [one] }),
                "InvalidConfigurationRequest",
                kind,
            ),
            (
                op,
                json!({ "LoadBalancerArn": arn, "SecurityGroups": ["sg-0"] }),
                "InvalidSecurityGroup",
                "Security group 'sg-0' does not exist",
            ),
        ],
    );
    let wish = json!({ "Name": "net", "Type": "network", "Subnets": place.two(), "SecurityGroups": [one] });
    let net = place.made(&wish);
    let set = json!({
        "LoadBalancerArn": net, "SecurityGroups": [other],
        "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic": "off",
    });
    let answer = place.v2.call(op, &set).ok();
    let enforce = "SetSecurityGroupsResult.EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic";
    assert_eq!(answer.text(enforce), "off");
    let none = json!({ "LoadBalancerArn": net, "SecurityGroups": EMPTY });
    let least = "You must specify at least one security group";
    refuses(&place.v2, &[(op, none, "InvalidConfigurationRequest", least)]);
}

#[test]
fn dual_stack_needs_ipv6_in_every_subnet() {
    let place = Place::new();
    let arn = place.balancer("application", "web");
    let dual = json!({ "LoadBalancerArn": arn, "IpAddressType": "dualstack" });
    let sentence = format!("The subnet '{}' does not have an IPv6 CIDR block", place.subnets[0]);
    refuses(&place.v2, &[("SetIpAddressType", dual.clone(), "InvalidSubnet", &sentence)]);
    let block = json!({ "VpcId": place.vpc, "AmazonProvidedIpv6CidrBlock": true });
    let made = place.ec2.call("AssociateVpcCidrBlock", &block).ok();
    let block = made.text("ipv6CidrBlockAssociation.ipv6CidrBlock");
    let block = if block.is_empty() {
        let shown = place.ec2.call("DescribeVpcs", &json!({ "VpcId": [place.vpc] })).ok();
        shown.text("vpcSet.item.ipv6CidrBlockAssociationSet.item.ipv6CidrBlock")
    } else {
        block
    };
    let front = block.strip_suffix("00::/56").expect("a block of 56 bits");
    for (number, subnet) in place.subnets.iter().enumerate() {
        let own = json!({ "SubnetId": subnet, "Ipv6CidrBlock": format!("{front}0{number}::/64") });
        place.ec2.call("AssociateSubnetCidrBlock", &own).ok();
    }
    let answer = place.v2.call("SetIpAddressType", &dual).ok();
    assert_eq!(answer.text("SetIpAddressTypeResult.IpAddressType"), "dualstack");
    assert_eq!(place.interfaces("ELB app/web/*", "ipv6AddressesSet.item.ipv6Address").len(), 2);
    let net = place.balancer("network", "net");
    let bare = json!({ "LoadBalancerArn": net, "IpAddressType": "dualstack-without-public-ipv4" });
    let kind = "The specified IP address type is not supported on load balancers with type 'network'.";
    refuses(&place.v2, &[("SetIpAddressType", bare, "ValidationError", kind)]);
    let group = place.group("udp", "UDP", &json!({}));
    place.listener(&net, "UDP", 53, &group);
    let dual = json!({ "LoadBalancerArn": net, "IpAddressType": "dualstack" });
    let udp = "UDP listeners on dualstack load balancers require a prefix for IPv6 source NAT";
    refuses(&place.v2, &[("SetIpAddressType", dual, "InvalidConfigurationRequest", udp)]);
}

#[test]
fn public_addresses_come_from_a_pool_while_it_is_set() {
    let place = Place::new();
    let arn = place.balancer("application", "web");
    let pool = json!({ "LoadBalancerArn": arn, "IpamPools": { "Ipv4IpamPoolId": "ipam-pool-0abc" } });
    let answer = place.v2.call("ModifyIpPools", &pool).ok();
    assert_eq!(answer.text("ModifyIpPoolsResult.IpamPools.Ipv4IpamPoolId"), "ipam-pool-0abc");
    let none = json!({ "LoadBalancerArn": arn, "RemoveIpamPools": ["ipv4"] });
    assert!(place.v2.call("ModifyIpPools", &none).ok().texts("ModifyIpPoolsResult.IpamPools").is_empty());
    let net = place.balancer("network", "net");
    let of_kind = "IPAM pools are supported only for internet-facing Application Load Balancers";
    let one = "Exactly one of IpamPools and RemoveIpamPools must be specified";
    refuses(
        &place.v2,
        &[
            (
                "ModifyIpPools",
                json!({ "LoadBalancerArn": net, "RemoveIpamPools": ["ipv4"] }),
                "InvalidConfigurationRequest",
                of_kind,
            ),
            ("ModifyIpPools", json!({ "LoadBalancerArn": arn }), "ValidationError", one),
        ],
    );
}
