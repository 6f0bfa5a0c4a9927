//! A network interface as it is answered.

use super::model::{Attachment, Group, LENDER, NetworkInterface, Tracking};
use crate::address::Address;
use crate::dns;
use crate::resource::{self, tag_set};
use crate::vpc::Vpc;
use ec2_resource::neighbour::Row;
use shapes_ec2 as ec2;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use store::View;

/// The interface with what stands beside it.
pub(super) fn shape(view: &View, own: &NetworkInterface) -> ec2::NetworkInterface {
    let has_names = has_names(view, own);
    let public = own.public(view);
    let name = |address: Ipv4Addr| has_names.then(|| dns::private_name(&own.scope, address));
    let of = |address: Ipv4Addr| association(own, &public, has_names, address);
    let addresses = own.addresses.iter().enumerate();
    let addresses = addresses.map(|(position, address)| ec2::NetworkInterfacePrivateIpAddress {
        primary: Some(position == 0),
        private_ip_address: Some(address.to_string()),
        private_dns_name: name(*address),
        association: of(*address),
    });
    let primary = own.primary();
    let ipv6 = |(position, address): (usize, &Ipv6Addr)| ec2::NetworkInterfaceIpv6Address {
        ipv6_address: Some(address.to_string()),
        is_primary_ipv6: Some(own.primary_ipv6 && position == 0),
        ..ec2::NetworkInterfaceIpv6Address::default()
    };
    let v4 = primary.and_then(of).and_then(|own| own.public_ip).and_then(|text| text.parse().ok());
    let names = own.public_name.as_ref().map(|kind| public_names(own, kind, v4.filter(|_| has_names)));
    ec2::NetworkInterface {
        network_interface_id: Some(own.id.to_string()),
        vpc_id: Some(own.vpc_id.to_string()),
        subnet_id: Some(own.subnet_id.to_string()),
        availability_zone: Some(own.zone.name.clone()),
        availability_zone_id: Some(own.zone.id.clone()),
        owner_id: Some(own.scope.account.to_string()),
        description: Some(own.description.clone()),
        mac_address: Some(own.mac.clone()),
        interface_type: Some(own.kind.clone()),
        status: Some(own.status().to_owned()),
        source_dest_check: Some(own.source_dest_check),
        requester_id: Some(own.requester.id.clone()),
        requester_managed: Some(own.requester.is_service),
        groups: Some(groups(&own.groups)),
        private_ip_address: primary.map(|address| address.to_string()),
        private_dns_name: primary.and_then(name),
        association: primary.and_then(of),
        private_ip_addresses: Some(addresses.collect()),
        ipv4_prefixes: Some(own.prefixes.iter().map(prefix).collect())
            .filter(|list: &Vec<_>| !list.is_empty()),
        ipv6_addresses: Some(own.ipv6_addresses.iter().enumerate().map(ipv6).collect()),
        ipv6_address: own.ipv6_addresses.first().map(ToString::to_string),
        ipv6_prefixes: Some(own.ipv6_prefixes.iter().map(ipv6_prefix).collect())
            .filter(|list: &Vec<_>| !list.is_empty()),
        ipv6_native: own.addresses.is_empty().then_some(true),
        public_dns_name: names.as_ref().and_then(chosen),
        public_ip_dns_name_options: names,
        attachment: own.attachment.as_ref().map(attachment),
        connection_tracking_configuration: own.tracking.map(tracking),
        deny_all_igw_traffic: Some(false),
        operator: Some(ec2::OperatorResponse { managed: Some(false), ..ec2::OperatorResponse::default() }),
        tag_set: tag_set(&own.tags),
        ..ec2::NetworkInterface::default()
    }
}

/// The interface as its instance shows it. Made by itself and not out of [`shape()`], which says more: every instance of a
/// list shows one.
pub(super) fn card(view: &View, own: &NetworkInterface) -> ec2::InstanceNetworkInterface {
    let has_names = has_names(view, own);
    let public = own.public(view);
    let name = |address: Ipv4Addr| has_names.then(|| dns::private_name(&own.scope, address));
    let of = |address: Ipv4Addr| association(own, &public, has_names, address).map(card_association);
    let addresses = own.addresses.iter().enumerate();
    let addresses: Vec<_> = addresses
        .map(|(position, address)| ec2::InstancePrivateIpAddress {
            primary: Some(position == 0),
            private_dns_name: name(*address),
            private_ip_address: Some(dns::dotted(*address)),
            association: of(*address),
        })
        .collect();
    let first = addresses.first();
    let attachment = own.attachment.as_ref().map(|own| ec2::InstanceNetworkInterfaceAttachment {
        attach_time: Some(own.attached_at.whole_seconds().into()),
        attachment_id: Some(own.id.clone()),
        delete_on_termination: Some(own.delete_on_termination),
        device_index: i32::try_from(own.device_index).ok(),
        network_card_index: i32::try_from(own.network_card_index).ok(),
        status: Some(own.state.word().to_owned()),
        ..ec2::InstanceNetworkInterfaceAttachment::default()
    });
    let ipv6 = |(position, address): (usize, &Ipv6Addr)| ec2::InstanceIpv6Address {
        ipv6_address: Some(address.to_string()),
        is_primary_ipv6: Some(own.primary_ipv6 && position == 0),
    };
    let prefix = |block: &base::Ipv4Block| ec2::InstanceIpv4Prefix { ipv4_prefix: Some(block.to_string()) };
    let ipv6_prefix =
        |block: &base::Ipv6Block| ec2::InstanceIpv6Prefix { ipv6_prefix: Some(block.to_string()) };
    ec2::InstanceNetworkInterface {
        association: first.and_then(|first| first.association.clone()),
        attachment,
        description: Some(own.description.clone()),
        groups: Some(groups(&own.groups)),
        ipv6_addresses: Some(own.ipv6_addresses.iter().enumerate().map(ipv6).collect()),
        ipv6_prefixes: Some(own.ipv6_prefixes.iter().map(ipv6_prefix).collect())
            .filter(|list: &Vec<_>| !list.is_empty()),
        mac_address: Some(own.mac.clone()),
        network_interface_id: Some(own.id.as_str().to_owned()),
        owner_id: Some(own.scope.account.as_str().to_owned()),
        private_dns_name: first.and_then(|first| first.private_dns_name.clone()),
        private_ip_address: first.and_then(|first| first.private_ip_address.clone()),
        private_ip_addresses: Some(addresses),
        source_dest_check: Some(own.source_dest_check),
        status: Some(own.status().to_owned()),
        subnet_id: Some(own.subnet_id.as_str().to_owned()),
        vpc_id: Some(own.vpc_id.as_str().to_owned()),
        interface_type: Some(own.kind.clone()),
        ipv4_prefixes: Some(own.prefixes.iter().map(prefix).collect())
            .filter(|list: &Vec<_>| !list.is_empty()),
        operator: Some(ec2::OperatorResponse { managed: Some(false), ..ec2::OperatorResponse::default() }),
        ..ec2::InstanceNetworkInterface::default()
    }
}

/// The rows beside its own that [`card`] reads.
pub(super) fn rows(view: &View, own: &NetworkInterface) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    rows.extend(vpc(view, own).map(|vpc| -> Row { vpc }));
    rows.extend(own.public(view).into_iter().map(|address| -> Row { address }));
    rows
}

fn vpc(view: &View, own: &NetworkInterface) -> Option<Arc<Vpc>> {
    view.get(&resource::key(&own.scope, own.vpc_id.as_str()))
}

/// Whether addresses have public and private names in its VPC.
fn has_names(view: &View, own: &NetworkInterface) -> bool {
    vpc(view, own).is_some_and(|vpc| vpc.dns_hostnames)
}

fn card_association(from: ec2::NetworkInterfaceAssociation) -> ec2::InstanceNetworkInterfaceAssociation {
    ec2::InstanceNetworkInterfaceAssociation {
        ip_owner_id: from.ip_owner_id,
        public_dns_name: Some(from.public_dns_name.unwrap_or_default()),
        public_ip: from.public_ip,
        ..ec2::InstanceNetworkInterfaceAssociation::default()
    }
}

fn association(
    own: &NetworkInterface,
    public: &[Arc<Address>],
    has_names: bool,
    private: Ipv4Addr,
) -> Option<ec2::NetworkInterfaceAssociation> {
    let lent = own.lent.filter(|_| own.primary() == Some(private));
    if let Some(address) = lent {
        return Some(ec2::NetworkInterfaceAssociation {
            ip_owner_id: Some(LENDER.to_owned()),
            public_ip: Some(dns::dotted(address)),
            public_dns_name: has_names.then(|| dns::public_name(&own.scope, address)),
            ..ec2::NetworkInterfaceAssociation::default()
        });
    }
    let (address, association) = public
        .iter()
        .filter_map(|address| Some((address, address.association.as_ref()?)))
        .find(|(_, association)| association.private_ip == private)?;
    Some(ec2::NetworkInterfaceAssociation {
        allocation_id: Some(address.id.to_string()),
        association_id: Some(association.id.to_string()),
        ip_owner_id: Some(address.scope.account.to_string()),
        public_ip: Some(address.public_ip.to_string()),
        public_dns_name: has_names.then(|| dns::public_name(&own.scope, address.public_ip)),
        ..ec2::NetworkInterfaceAssociation::default()
    })
}

/// Groups by id and name.
pub(super) fn groups(groups: &[Group]) -> Vec<ec2::GroupIdentifier> {
    let group = |group: &Group| ec2::GroupIdentifier {
        group_id: Some(group.id.as_str().to_owned()),
        group_name: Some(group.name.clone()),
    };
    groups.iter().map(group).collect()
}

/// A prefix.
pub(super) fn prefix(prefix: &base::Ipv4Block) -> ec2::Ipv4PrefixSpecification {
    ec2::Ipv4PrefixSpecification { ipv4_prefix: Some(prefix.to_string()) }
}

/// An IPv6 prefix.
fn ipv6_prefix(prefix: &base::Ipv6Block) -> ec2::Ipv6PrefixSpecification {
    ec2::Ipv6PrefixSpecification { ipv6_prefix: Some(prefix.to_string()) }
}

/// Its public names, of which `kind` is the one that counts.
fn public_names(own: &NetworkInterface, kind: &str, v4: Option<Ipv4Addr>) -> ec2::PublicIpDnsNameOptions {
    let v6 = own.ipv6_addresses.first();
    ec2::PublicIpDnsNameOptions {
        dns_hostname_type: Some(kind.to_owned()),
        public_ipv4_dns_name: v4.map(|v4| dns::public_name(&own.scope, v4)),
        public_ipv6_dns_name: v6.map(|v6| dns::public_ipv6_name(&own.scope, *v6)),
        public_dual_stack_dns_name: v4.zip(v6).map(|(v4, v6)| dns::dual_stack_name(&own.scope, *v6, v4)),
    }
}

/// The public name that counts.
fn chosen(names: &ec2::PublicIpDnsNameOptions) -> Option<String> {
    match names.dns_hostname_type.as_deref() {
        Some("public-dual-stack-dns-name") => names.public_dual_stack_dns_name.clone(),
        Some("public-ipv6-dns-name") => names.public_ipv6_dns_name.clone(),
        _ => names.public_ipv4_dns_name.clone(),
    }
}

/// Where it is plugged in.
pub(super) fn attachment(own: &Attachment) -> ec2::NetworkInterfaceAttachment {
    ec2::NetworkInterfaceAttachment {
        attachment_id: Some(own.id.clone()),
        instance_id: own.instance_id.clone(),
        instance_owner_id: Some(own.instance_owner.clone()),
        device_index: i32::try_from(own.device_index).ok(),
        network_card_index: i32::try_from(own.network_card_index).ok(),
        status: Some(own.state.word().to_owned()),
        attach_time: Some(own.attached_at.whole_seconds().into()),
        delete_on_termination: Some(own.delete_on_termination),
        ..ec2::NetworkInterfaceAttachment::default()
    }
}

fn tracking(own: Tracking) -> ec2::ConnectionTrackingConfiguration {
    ec2::ConnectionTrackingConfiguration {
        tcp_established_timeout: own.tcp_established,
        udp_stream_timeout: own.udp_stream,
        udp_timeout: own.udp,
    }
}
