//! What a network interface is.

use crate::address::Address;
use crate::dns;
use crate::error::{Addresses, Error, Kind};
use crate::id::{NetworkInterfaceId, SecurityGroupId, SubnetId, VpcId};
use crate::resource::{self, Resource, truth};
use crate::subnet::Subnet;
use crate::vpc::Vpc;
use base::{Ipv4Block, Ipv6Block, Scope, Tags, Timestamp, Zone};
use ec2_resource::filter::moment;
use serde::{Deserialize, Serialize};
use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use store::{Index, Job, JobError, Record, Tx, View};

/// Who owns the public addresses that are lent.
pub(crate) const LENDER: &str = "amazon";

/// A card in a subnet.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct NetworkInterface {
    pub(crate) scope: Scope,
    pub(crate) id: NetworkInterfaceId,
    pub(crate) vpc_id: VpcId,
    pub(crate) subnet_id: SubnetId,
    pub(crate) zone: Zone,
    pub(crate) description: String,
    pub(crate) mac: String,
    /// Its IPv4 addresses; the first is the primary one.
    pub(crate) addresses: Vec<Ipv4Addr>,
    pub(crate) prefixes: Vec<Ipv4Block>,
    #[serde(default)]
    pub(crate) ipv6_addresses: Vec<Ipv6Addr>,
    #[serde(default)]
    pub(crate) ipv6_prefixes: Vec<Ipv6Block>,
    /// Whether the first IPv6 address is its primary one, which stays.
    #[serde(default)]
    pub(crate) primary_ipv6: bool,
    /// The kind of its public name, where one was chosen.
    #[serde(default)]
    pub(crate) public_name: Option<String>,
    pub(crate) groups: Vec<Group>,
    pub(crate) source_dest_check: bool,
    /// `interface`, `nat_gateway` and so on.
    pub(crate) kind: String,
    pub(crate) requester: Requester,
    pub(crate) is_pending: bool,
    pub(crate) attachment: Option<Attachment>,
    pub(crate) tracking: Option<Tracking>,
    /// The public address that AWS lends it, which leads to its primary one.
    pub(crate) lent: Option<Ipv4Addr>,
    /// Whether AWS lends it one whenever its instance runs.
    #[serde(default)]
    pub(crate) borrows: bool,
    pub(crate) tags: Tags,
}

/// A group that the interface is in. Names of groups do not change.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Group {
    pub(crate) id: SecurityGroupId,
    pub(crate) name: String,
}

/// Who made it.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Requester {
    pub(crate) id: String,
    /// A service, which alone may change and delete it.
    pub(crate) is_service: bool,
}

/// Where it is plugged in.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Attachment {
    pub(crate) id: String,
    /// The account of the instance, or a service's name: `amazon-aws`.
    pub(crate) instance_owner: String,
    pub(crate) instance_id: Option<String>,
    pub(crate) device_index: u32,
    #[serde(default)]
    pub(crate) network_card_index: u32,
    #[serde(default)]
    pub(crate) state: AttachmentState,
    pub(crate) delete_on_termination: bool,
    pub(crate) attached_at: Timestamp,
}

/// How far an attachment is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum AttachmentState {
    Attaching,
    #[default]
    Attached,
    Detaching,
}

impl AttachmentState {
    /// AWS's word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Attaching => "attaching",
            Self::Attached => "attached",
            Self::Detaching => "detaching",
        }
    }
}

/// How long idle connections are remembered, in seconds.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Tracking {
    pub(crate) tcp_established: Option<i32>,
    pub(crate) udp_stream: Option<i32>,
    pub(crate) udp: Option<i32>,
}

impl NetworkInterface {
    /// Those in a subnet.
    pub(crate) const SUBNET: Index<Self> =
        Index { name: "subnet", keys: |own| vec![resource::key(&own.scope, own.subnet_id.as_str())] };
    /// Those in a security group.
    pub(crate) const GROUP: Index<Self> = Index {
        name: "group",
        keys: |own| own.groups.iter().map(|group| resource::key(&own.scope, group.id.as_str())).collect(),
    };
    /// The one with a MAC address.
    pub(crate) const MAC: Index<Self> =
        Index { name: "mac", keys: |own| vec![resource::key(&own.scope, &own.mac)] };
    /// The one with an address of a subnet.
    pub(crate) const ADDRESS: Index<Self> = Index {
        name: "address",
        keys: |own| {
            own.addresses.iter().map(|address| address_key(&own.scope, &own.subnet_id, *address)).collect()
        },
    };

    /// Those with IPv6 addresses in a /80 of a subnet.
    pub(crate) const IPV6: Index<Self> = Index {
        name: "ipv6",
        keys: |own| {
            let of_addresses = own.ipv6_addresses.iter().map(|address| prefix_of(*address));
            let blocks = of_addresses.chain(own.ipv6_prefixes.iter().copied());
            let mut keys: Vec<String> =
                blocks.map(|block| block_key(&own.scope, &own.subnet_id, block)).collect();
            keys.sort();
            keys.dedup();
            keys
        },
    };
    /// Those of an instance.
    pub(crate) const INSTANCE: Index<Self> = Index {
        name: "instance",
        keys: |own| {
            let of = own.attachment.iter().filter_map(|attachment| attachment.instance_id.as_ref());
            of.map(|id| resource::key(&own.scope, id)).collect()
        },
    };
    /// The one with an attachment.
    pub(crate) const ATTACHMENT: Index<Self> = Index {
        name: "attachment",
        keys: |own| own.attachment.iter().map(|at| resource::key(&own.scope, &at.id)).collect(),
    };
    /// The one that a public address is lent to, in all accounts and Regions.
    pub(crate) const LENT: Index<Self> =
        Index { name: "lent", keys: |own| own.lent.iter().map(|address| dns::dotted(*address)).collect() };

    /// Its key, which is found by what names it.
    pub(crate) fn key_text(&self) -> String {
        resource::key(&self.scope, self.id.as_str())
    }

    /// AWS's word for its state.
    pub(crate) fn status(&self) -> &'static str {
        match (&self.attachment, self.is_pending) {
            (Some(_), _) => "in-use",
            (None, true) => "pending",
            (None, false) => "available",
        }
    }

    /// Its primary address.
    pub(crate) fn primary(&self) -> Option<Ipv4Addr> {
        self.addresses.first().copied()
    }

    /// The same, plugged into nothing: what AWS lends goes back, and no address is the primary one of IPv6.
    pub(super) fn unplugged(&self) -> Self {
        Self { attachment: None, lent: None, borrows: false, primary_ipv6: false, ..self.clone() }
    }

    /// Whether it has anything of IPv6.
    pub(crate) fn has_ipv6(&self) -> bool {
        !(self.ipv6_addresses.is_empty() && self.ipv6_prefixes.is_empty())
    }

    /// Refuses what only the service that made it may do.
    pub(crate) fn require_own(&self) -> Result<(), Error> {
        if self.requester.is_service { Err(Addresses::NotYours.into()) } else { Ok(()) }
    }

    /// The elastic addresses that lead to it.
    pub(crate) fn public(&self, view: &View) -> Vec<Arc<Address>> {
        view.by(&Address::INTERFACE, &self.key_text()).cloned().collect()
    }

    fn of_attachment(&self, name: &str) -> Vec<String> {
        let Some(own) = &self.attachment else { return Vec::new() };
        match name {
            "attach-time" => moment(own.attached_at),
            "attachment-id" => vec![own.id.clone()],
            "delete-on-termination" => truth(own.delete_on_termination),
            "device-index" => vec![own.device_index.to_string()],
            "instance-id" => own.instance_id.iter().cloned().collect(),
            "instance-owner-id" => vec![own.instance_owner.clone()],
            "network-card-index" => vec![own.network_card_index.to_string()],
            "status" => vec![own.state.word().to_owned()],
            _ => Vec::new(),
        }
    }

    fn of_association(&self, view: &View, name: &str) -> Vec<String> {
        let named = view.get::<Vpc>(&resource::key(&self.scope, self.vpc_id.as_str()));
        let named = named.is_some_and(|vpc| vpc.dns_hostnames);
        let value = |address: &Arc<Address>| match name {
            "allocation-id" => Some(address.id.to_string()),
            "association-id" => address.association.as_ref().map(|own| own.id.to_string()),
            "ip-owner-id" | "owner-id" => Some(address.scope.account.to_string()),
            "public-ip" => Some(address.public_ip.to_string()),
            _ => named.then(|| dns::public_name(&self.scope, address.public_ip)),
        };
        let lent = self.lent.and_then(|address| match name {
            "ip-owner-id" | "owner-id" => Some(LENDER.to_owned()),
            "public-ip" => Some(address.to_string()),
            "public-dns-name" => named.then(|| dns::public_name(&self.scope, address)),
            _ => None,
        });
        self.public(view).iter().filter_map(value).chain(lent).collect()
    }
}

/// What the index of addresses has an address under.
pub(crate) fn address_key(scope: &Scope, subnet: &SubnetId, address: Ipv4Addr) -> String {
    [&*resource::key(scope, subnet.as_str()), "/", &dns::dotted(address)].concat()
}

/// Bits of an IPv6 prefix of an interface.
pub(super) const IPV6_PREFIX: u8 = 80;

/// The /80 that an address lies in.
pub(super) fn prefix_of(address: Ipv6Addr) -> Ipv6Block {
    Ipv6Block::new(address, IPV6_PREFIX).unwrap_or(Ipv6Block::ANYWHERE)
}

/// What the index of IPv6 has a /80 of a subnet under.
pub(super) fn prefix_key(subnet: &Subnet, block: Ipv6Block) -> String {
    block_key(&subnet.scope, &subnet.id, block)
}

fn block_key(scope: &Scope, subnet: &SubnetId, block: Ipv6Block) -> String {
    format!("{}/{block}", resource::key(scope, subnet.as_str()))
}

/// A MAC address that no interface of the Region has: locally administered, the same for the same number where it is
/// free.
pub(crate) fn free_mac(tx: &Tx, scope: &Scope, number: u64) -> String {
    let mut number = number;
    loop {
        let octets = number.to_be_bytes();
        // 02, 06, 0a and so on: the two lowest bits say that it is a single card's, and not a maker's.
        let first = (octets[0] % 6) * 4 + 2;
        let mut mac = String::with_capacity("02:00:00:00:00:00".len());
        for (position, octet) in std::iter::once(&first).chain(&octets[3..]).enumerate() {
            mac.push_str(if position == 0 { "" } else { ":" });
            mac.extend(
                [octet >> 4, octet & 15].into_iter().filter_map(|digit| char::from_digit(digit.into(), 16)),
            );
        }
        if tx.by(&NetworkInterface::MAC, &resource::key(scope, &mac)).next().is_none() {
            return mac;
        }
        number = number.wrapping_add(1);
    }
}

impl Record for NetworkInterface {
    const TABLE: &'static str = "vpc_network_interface";
    const INDEXES: &'static [Index<Self>] = &[
        Self::SUBNET,
        Self::GROUP,
        Self::MAC,
        Self::ADDRESS,
        Self::IPV6,
        Self::INSTANCE,
        Self::ATTACHMENT,
        Self::LENT,
    ];
    type Key = String;

    fn key(&self) -> String {
        self.key_text()
    }
}

impl Resource for NetworkInterface {
    const TYPE: &'static str = "network-interface";
    const PREFIX: &'static str = NetworkInterfaceId::PREFIX;
    const KIND: Kind = Kind::NetworkInterface;
    const FILTERS: &'static [&'static str] = &[
        "addresses.association.owner-id",
        "addresses.association.public-ip",
        "addresses.primary",
        "addresses.private-ip-address",
        "association.allocation-id",
        "association.association-id",
        "association.ip-owner-id",
        "association.public-dns-name",
        "association.public-ip",
        "attachment.attach-time",
        "attachment.attachment-id",
        "attachment.delete-on-termination",
        "attachment.device-index",
        "attachment.instance-id",
        "attachment.instance-owner-id",
        "attachment.nat-gateway-id",
        "attachment.network-card-index",
        "attachment.status",
        "availability-zone",
        "availability-zone-id",
        "description",
        "group-id",
        "group-name",
        "interface-type",
        "ipv4-prefix.ipv4-prefix",
        "ipv6-addresses.ipv6-address",
        "ipv6-prefix.ipv6-prefix",
        "mac-address",
        "network-interface-id",
        "operator.managed",
        "operator.principal",
        "owner-id",
        "private-dns-name",
        "private-ip-address",
        "requester-id",
        "requester-managed",
        "source-dest-check",
        "status",
        "subnet-id",
        "vpc-id",
    ];

    crate::resource::own_members!();

    fn filter(&self, name: &str) -> Vec<String> {
        let texts = |addresses: &[Ipv4Addr]| addresses.iter().map(ToString::to_string).collect();
        match name {
            "addresses.primary" => {
                (0..self.addresses.len()).flat_map(|position| truth(position == 0)).collect()
            }
            "addresses.private-ip-address" => texts(&self.addresses),
            "private-ip-address" => texts(&self.addresses[..self.addresses.len().min(1)]),
            "availability-zone" => vec![self.zone.name.clone()],
            "availability-zone-id" => vec![self.zone.id.clone()],
            "description" => vec![self.description.clone()],
            "group-id" => self.groups.iter().map(|group| group.id.to_string()).collect(),
            "group-name" => self.groups.iter().map(|group| group.name.clone()).collect(),
            "interface-type" => vec![self.kind.clone()],
            "ipv4-prefix.ipv4-prefix" => self.prefixes.iter().map(ToString::to_string).collect(),
            "ipv6-addresses.ipv6-address" => self.ipv6_addresses.iter().map(ToString::to_string).collect(),
            "ipv6-prefix.ipv6-prefix" => self.ipv6_prefixes.iter().map(ToString::to_string).collect(),
            "mac-address" => vec![self.mac.clone()],
            "network-interface-id" => vec![self.id.to_string()],
            "operator.managed" => truth(false),
            "owner-id" => vec![self.scope.account.to_string()],
            "requester-id" => vec![self.requester.id.clone()],
            "requester-managed" => truth(self.requester.is_service),
            "source-dest-check" => truth(self.source_dest_check),
            "status" => vec![self.status().to_owned()],
            "subnet-id" => vec![self.subnet_id.to_string()],
            "vpc-id" => vec![self.vpc_id.to_string()],
            _ => match name.strip_prefix("attachment.") {
                Some(name) => self.of_attachment(name),
                None => Vec::new(),
            },
        }
    }
    fn filter_within(&self, view: &View, name: &str) -> Vec<String> {
        if name == "private-dns-name" {
            let vpc = view.get::<Vpc>(&resource::key(&self.scope, self.vpc_id.as_str()));
            let named = vpc.is_some_and(|vpc| vpc.dns_hostnames);
            let names = self.addresses.iter().filter(|_| named);
            return names.map(|address| dns::private_name(&self.scope, *address)).collect();
        }
        if name == "attachment.nat-gateway-id" {
            return crate::nat_gateway::of_interface(view, self);
        }
        let association = name.strip_prefix("addresses.").unwrap_or(name).strip_prefix("association.");
        association.map_or_else(|| self.filter(name), |name| self.of_association(view, name))
    }
}

/// The end of `pending`.
#[derive(Serialize, Deserialize)]
pub(crate) struct Available {
    pub(crate) scope: Scope,
    pub(crate) id: NetworkInterfaceId,
}

impl Job for Available {
    const KIND: &'static str = "vpc.network-interface-available";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        if let Some(own) = tx.get::<NetworkInterface>(&resource::key(&self.scope, self.id.as_str())) {
            tx.put(NetworkInterface { is_pending: false, ..(*own).clone() });
        }
        Ok(())
    }
}
