//! Families of addresses, and what network load balancers choose of addresses.

use crate::{Place, refuses, with};
use serde_json::{Value, json};

const CODE: &str = "InvalidConfigurationRequest";
const UDP: &str = "UDP listeners on dualstack load balancers require a prefix for IPv6 source NAT";
const ZONES: &str = "SetSubnetsResult.AvailabilityZones.member";

/// Gives the network and its subnets IPv6: the front of the block of each, of 64 bits.
pub(crate) fn ipv6(place: &Place) -> Vec<String> {
    let block = json!({ "VpcId": place.vpc, "AmazonProvidedIpv6CidrBlock": true });
    place.ec2.call("AssociateVpcCidrBlock", &block).ok();
    let shown = place.ec2.call("DescribeVpcs", &json!({ "VpcId": [place.vpc] })).ok();
    let block = shown.text("vpcSet.item.ipv6CidrBlockAssociationSet.item.ipv6CidrBlock");
    let front = block.strip_suffix("00::/56").expect("a block of 56 bits");
    let own = |(number, subnet): (usize, &String)| {
        let front = format!("{front}0{number}:");
        let wish = json!({ "SubnetId": subnet, "Ipv6CidrBlock": format!("{front}:/64") });
        place.ec2.call("AssociateSubnetCidrBlock", &wish).ok();
        front
    };
    place.subnets.iter().enumerate().map(own).collect()
}

fn count(place: &Place, name: &str) -> usize {
    place.interfaces(&format!("ELB {name}/*"), "ipv6AddressesSet.item.ipv6Address").len()
}

#[test]
fn subnets_are_set_with_another_family_of_addresses() {
    let place = Place::new();
    ipv6(&place);
    let arn = place.balancer("application", "web");
    let set =
        |family: &str| json!({ "LoadBalancerArn": arn, "Subnets": place.two(), "IpAddressType": family });
    assert_eq!(count(&place, "app/web"), 0);
    let answer = place.v2.call("SetSubnets", &set("dualstack")).ok();
    assert_eq!(answer.text("SetSubnetsResult.IpAddressType"), "dualstack");
    assert_eq!(count(&place, "app/web"), 2, "interfaces of subnets that stay are made again");
    place.v2.call("SetSubnets", &set("dualstack-without-public-ipv4")).ok();
    assert!(place.interfaces("ELB app/web/*", "association.publicIp").is_empty());
    place.v2.call("SetSubnets", &set("ipv4")).ok();
    assert_eq!(count(&place, "app/web"), 0);
    assert_eq!(place.interfaces("ELB app/web/*", "association.publicIp").len(), 2);
}

#[test]
fn datagrams_hold_back_every_way_to_two_families() {
    let place = Place::new();
    ipv6(&place);
    let net = place.balancer("network", "net");
    place.listener(&net, "UDP", 53, &place.group("udp", "UDP", &json!({})));
    let set = |more: Value| with(&json!({ "LoadBalancerArn": net, "Subnets": place.two() }), &more);
    let dual = json!({ "IpAddressType": "dualstack" });
    let on = json!({ "IpAddressType": "dualstack", "EnablePrefixForIpv6SourceNat": "on" });
    refuses(&place.v2, &[("SetSubnets", set(dual), CODE, UDP)]);
    assert_eq!(count(&place, "net/net"), 0, "what is refused leaves everything as it was");
    place.v2.call("SetSubnets", &set(on)).ok();
    assert_eq!(count(&place, "net/net"), 2);
    let off = json!({ "EnablePrefixForIpv6SourceNat": "off" });
    refuses(&place.v2, &[("SetSubnets", set(off), CODE, UDP)]);
}

#[test]
fn prefixes_that_translate_sources_lie_in_their_subnet() {
    let place = Place::new();
    let fronts = ipv6(&place);
    let mapping = |subnet: usize, prefix: &str| json!({ "SubnetId": place.subnets[subnet], "SourceNatIpv6Prefix": prefix });
    let wish = |name: &str, mappings: Value| {
        json!({
            "Name": name, "Type": "network", "IpAddressType": "dualstack", "EnablePrefixForIpv6SourceNat": "on",
            "SubnetMappings": mappings,
        })
    };
    let own = format!("{}7::/80", fronts[0]);
    let made = place
        .v2
        .call("CreateLoadBalancer", &wish("net", json!([mapping(0, &own), mapping(1, "auto_assigned")])))
        .ok();
    let path = "CreateLoadBalancerResult.LoadBalancers.member";
    let arn = made.text(&format!("{path}.LoadBalancerArn"));
    let told = made.texts(&format!("{path}.AvailabilityZones.member.SourceNatIpv6Prefixes.member"));
    assert_eq!(told[0], own);
    assert!(told[1].starts_with(&fronts[1]) && told[1].ends_with("::/80"), "one is drawn: {told:?}");
    let set = |mappings: Value| json!({ "LoadBalancerArn": arn, "SubnetMappings": mappings });
    let prefixes = |answer: testkit::Answer| answer.texts(&format!("{ZONES}.SourceNatIpv6Prefixes.member"));
    let plain = json!([{ "SubnetId": place.subnets[0] }, mapping(1, "auto_assigned")]);
    assert_eq!(prefixes(place.v2.call("SetSubnets", &set(plain)).ok()), told, "what is not said stays");
    let other = format!("{}8::/80", fronts[0]);
    let moved = prefixes(
        place.v2.call("SetSubnets", &set(json!([mapping(0, &other), mapping(1, "auto_assigned")]))).ok(),
    );
    assert_eq!(moved, [other.as_str(), &told[1]]);
    for prefix in ["x", &own.replace("/80", "/64"), &told[1]] {
        let sentence = format!(
            "The source NAT IPv6 prefix '{prefix}' must be a /80 from the IPv6 CIDR block of the subnet '{}'",
            place.subnets[0]
        );
        refuses(
            &place.v2,
            &[
                ("SetSubnets", set(json!([mapping(0, prefix)])), CODE, &sentence),
                ("CreateLoadBalancer", wish("other", json!([mapping(0, prefix)])), CODE, &sentence),
            ],
        );
    }
    let off = with(&set(json!([mapping(0, &own)])), &json!({ "EnablePrefixForIpv6SourceNat": "off" }));
    let without =
        "You cannot specify a source NAT IPv6 prefix unless the prefix for IPv6 source NAT is enabled";
    refuses(&place.v2, &[("SetSubnets", off, CODE, without)]);
    let off =
        json!({ "LoadBalancerArn": arn, "Subnets": place.two(), "EnablePrefixForIpv6SourceNat": "off" });
    assert!(prefixes(place.v2.call("SetSubnets", &off).ok()).is_empty());
}

#[test]
fn addresses_of_a_subnet_that_stays_change() {
    let place = Place::new();
    let mapping = |address: &str| json!([{ "SubnetId": place.subnets[0], "PrivateIPv4Address": address }]);
    let wish = |mappings: Value| json!({ "Name": "net", "Type": "network", "Scheme": "internal", "SubnetMappings": mappings });
    let arn = place.made(&wish(mapping("10.0.1.50")));
    let addresses = || place.interfaces("ELB net/net/*", "privateIpAddress");
    assert_eq!(addresses(), ["10.0.1.50"]);
    let set = |mappings: Value| json!({ "LoadBalancerArn": arn, "SubnetMappings": mappings });
    let answer = place.v2.call("SetSubnets", &set(mapping("10.0.1.60"))).ok();
    let path = format!("{ZONES}.LoadBalancerAddresses.member.PrivateIPv4Address");
    assert_eq!((answer.text(&path), addresses()), ("10.0.1.60".to_owned(), vec!["10.0.1.60".to_owned()]));
    let id = place.interfaces("ELB net/net/*", "networkInterfaceId");
    place.v2.call("SetSubnets", &json!({ "LoadBalancerArn": arn, "Subnets": [place.subnets[0]] })).ok();
    assert_eq!(place.interfaces("ELB net/net/*", "networkInterfaceId"), id, "what is not said stays");
    let ipv6 = json!([{ "SubnetId": place.subnets[0], "IPv6Address": "2001:db8::1" }]);
    let of_ipv4 = "You cannot specify an IPv6 address for a load balancer with the IP address type 'ipv4'";
    let elastic = json!([{ "SubnetId": place.subnets[0], "AllocationId": "eipalloc-0" }]);
    let of_internal = "You cannot specify an allocation ID for an internal load balancer";
    refuses(
        &place.v2,
        &[("SetSubnets", set(ipv6), CODE, of_ipv4), ("SetSubnets", set(elastic), CODE, of_internal)],
    );
    assert_eq!(addresses(), ["10.0.1.60"]);
}
