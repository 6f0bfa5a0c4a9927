//! The network interfaces of an instance, each under its MAC address.

use crate::folder::Folder;
use base::Scope;
use ec2_resource::metadata::SubnetFacts;
use shapes_ec2 as ec2;
use store::View;

/// The version that brought the interfaces.
const SINCE: &str = "2011-01-01";
/// The version that brought IPv6 and further blocks.
const SINCE_IPV6: &str = "2016-06-30";
/// The version that brought prefixes.
const SINCE_PREFIXES: &str = "2021-07-15";

/// All of them.
pub(crate) fn interfaces(
    view: &View,
    scope: &Scope,
    subnets: &dyn SubnetFacts,
    cards: &[ec2::InstanceNetworkInterface],
) -> Folder {
    let mut macs = Folder::default();
    for card in cards {
        if let Some(mac) = &card.mac_address {
            macs.folder(mac, SINCE, interface(view, scope, subnets, card));
        }
    }
    let (mut interfaces, mut network) = (Folder::default(), Folder::default());
    interfaces.folder("macs", SINCE, macs);
    network.folder("interfaces", SINCE, interfaces);
    network
}

fn interface(
    view: &View,
    scope: &Scope,
    subnets: &dyn SubnetFacts,
    card: &ec2::InstanceNetworkInterface,
) -> Folder {
    let mut own = Folder::default();
    let attachment = card.attachment.as_ref();
    let number = |number: Option<i32>| number.map(|number| number.to_string());
    own.maybe("device-number", SINCE, number(attachment.and_then(|at| at.device_index)));
    own.maybe("interface-id", SINCE, card.network_interface_id.clone());
    own.maybe("local-hostname", SINCE, card.private_dns_name.clone());
    own.maybe("mac", SINCE, card.mac_address.clone());
    own.maybe("network-card", "2020-10-27", number(attachment.and_then(|at| at.network_card_index)));
    own.maybe("owner-id", SINCE, card.owner_id.clone());
    own.maybe("subnet-id", SINCE, card.subnet_id.clone());
    own.maybe("vpc-id", SINCE, card.vpc_id.clone());
    let groups = card.groups.iter().flatten();
    let ids: Vec<String> = groups.clone().filter_map(|group| group.group_id.clone()).collect();
    let names: Vec<String> = groups.filter_map(|group| group.group_name.clone()).collect();
    own.lines("security-group-ids", SINCE, &ids);
    own.lines("security-groups", SINCE, &names);
    addresses(&mut own, card);
    let blocks = card.subnet_id.as_deref().and_then(|subnet| subnets.blocks(view, scope, subnet));
    if let Some(blocks) = blocks {
        own.maybe("subnet-ipv4-cidr-block", SINCE, blocks.subnet_ipv4);
        own.lines("subnet-ipv6-cidr-blocks", SINCE_IPV6, &blocks.subnet_ipv6);
        own.maybe("vpc-ipv4-cidr-block", SINCE, blocks.vpc_ipv4.first().cloned());
        own.lines("vpc-ipv4-cidr-blocks", SINCE_IPV6, &blocks.vpc_ipv4);
        own.lines("vpc-ipv6-cidr-blocks", SINCE_IPV6, &blocks.vpc_ipv6);
    }
    own
}

/// Its addresses and prefixes, and which public address leads to which private one.
fn addresses(own: &mut Folder, card: &ec2::InstanceNetworkInterface) {
    let (mut private, mut public, mut pairs) = (Vec::new(), Vec::new(), Folder::default());
    for address in card.private_ip_addresses.iter().flatten() {
        let Some(inside) = &address.private_ip_address else { continue };
        private.push(inside.clone());
        if let Some(outside) = address.association.as_ref().and_then(|own| own.public_ip.clone()) {
            pairs.text(&outside, SINCE, inside);
            public.push(outside);
        }
    }
    own.lines("local-ipv4s", SINCE, &private);
    own.lines("public-ipv4s", SINCE, &public);
    own.folder("ipv4-associations", SINCE, pairs);
    let name = card.association.as_ref().and_then(|own| own.public_dns_name.clone());
    own.maybe("public-hostname", SINCE, name);
    let ipv6 = card.ipv6_addresses.iter().flatten().filter_map(|address| address.ipv6_address.clone());
    own.lines("ipv6s", SINCE_IPV6, &ipv6.collect::<Vec<_>>());
    let ipv4 = card.ipv4_prefixes.iter().flatten().filter_map(|prefix| prefix.ipv4_prefix.clone());
    own.lines("ipv4-prefix", SINCE_PREFIXES, &ipv4.collect::<Vec<_>>());
    let ipv6 = card.ipv6_prefixes.iter().flatten().filter_map(|prefix| prefix.ipv6_prefix.clone());
    own.lines("ipv6-prefix", SINCE_PREFIXES, &ipv6.collect::<Vec<_>>());
}
