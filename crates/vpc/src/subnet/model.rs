//! What a subnet is.

use crate::error::Kind;
use crate::id::{SubnetId, VpcId};
use crate::network_acl::NetworkAcl;
use crate::resource::{self, Resource, truth};
use crate::vpc::{State, Vpc};
use base::{Ids, Ipv4Block, Scope, Tags, Zone};
use serde::{Deserialize, Serialize};
use store::{Index, Job, JobError, Record, Tx};

/// Addresses AWS keeps for itself: network, router, DNS, future, broadcast.
const RESERVED_ADDRESSES: u64 = 5;

/// A part of a VPC in one zone.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Subnet {
    pub(crate) scope: Scope,
    pub(crate) id: SubnetId,
    pub(crate) vpc_id: VpcId,
    pub(crate) block: Ipv4Block,
    pub(crate) zone: Zone,
    pub(crate) state: State,
    pub(crate) default_for_az: bool,
    pub(crate) map_public_ip: bool,
    pub(crate) map_customer_owned_ip: bool,
    pub(crate) dns64: bool,
    pub(crate) hostname_type: String,
    pub(crate) dns_a_record: bool,
    pub(crate) dns_aaaa_record: bool,
    pub(crate) lni_device_index: Option<i32>,
    pub(crate) tags: Tags,
}

impl Subnet {
    /// Those of a VPC.
    pub(crate) const VPC: Index<Self> =
        Index { name: "vpc", keys: |subnet| vec![resource::key(&subnet.scope, subnet.vpc_id.as_str())] };

    pub(crate) fn new(ids: &Ids, vpc: &Vpc, block: Ipv4Block, zone: Zone, tags: Tags) -> Self {
        Self {
            scope: vpc.scope.clone(),
            id: SubnetId::new(ids),
            vpc_id: vpc.id.clone(),
            block,
            zone,
            state: State::Pending,
            default_for_az: false,
            map_public_ip: false,
            map_customer_owned_ip: false,
            dns64: false,
            hostname_type: "ip-name".to_owned(),
            dns_a_record: false,
            dns_aaaa_record: false,
            lni_device_index: None,
            tags,
        }
    }

    /// Addresses that can still be given out.
    pub(crate) fn free_addresses(&self) -> i32 {
        i32::try_from(self.block.size().saturating_sub(RESERVED_ADDRESSES)).unwrap_or(i32::MAX)
    }
}

/// A new subnet belongs to its VPC's default network ACL.
pub(crate) fn join_default_acl(tx: &mut Tx, subnet: &Subnet, ids: &Ids) {
    let of = resource::key(&subnet.scope, subnet.vpc_id.as_str());
    let default = tx.by(&NetworkAcl::VPC, &of).find(|acl| acl.is_default).map(|acl| (**acl).clone());
    if let Some(mut acl) = default {
        acl.join(&subnet.id, ids);
        tx.put(acl);
    }
}

impl Record for Subnet {
    const TABLE: &'static str = "vpc_subnet";
    const INDEXES: &'static [Index<Self>] = &[Self::VPC];
    type Key = String;

    fn key(&self) -> String {
        resource::key(&self.scope, self.id.as_str())
    }
}

impl Resource for Subnet {
    const TYPE: &'static str = "subnet";
    const PREFIX: &'static str = SubnetId::PREFIX;
    const KIND: Kind = Kind::Subnet;
    const FILTERS: &'static [&'static str] = &[
        "availability-zone",
        "availabilityZone",
        "availability-zone-id",
        "availabilityZoneId",
        "available-ip-address-count",
        "cidr",
        "cidrBlock",
        "cidr-block",
        "customer-owned-ipv4-pool",
        "default-for-az",
        "defaultForAz",
        "enable-dns64",
        "enable-lni-at-device-index",
        "ipv6-cidr-block-association.association-id",
        "ipv6-cidr-block-association.ipv6-cidr-block",
        "ipv6-cidr-block-association.state",
        "ipv6-native",
        "map-customer-owned-ip-on-launch",
        "map-public-ip-on-launch",
        "outpost-arn",
        "owner-id",
        "private-dns-name-options-on-launch.enable-resource-name-dns-a-record",
        "private-dns-name-options-on-launch.enable-resource-name-dns-aaaa-record",
        "private-dns-name-options-on-launch.hostname-type",
        "state",
        "subnet-arn",
        "subnet-id",
        "vpc-id",
    ];

    fn id(&self) -> &str {
        self.id.as_str()
    }
    fn scope(&self) -> &Scope {
        &self.scope
    }
    fn tags(&self) -> &Tags {
        &self.tags
    }
    fn tags_mut(&mut self) -> &mut Tags {
        &mut self.tags
    }
    fn filter(&self, name: &str) -> Vec<String> {
        match name {
            "availability-zone" | "availabilityZone" => vec![self.zone.name.clone()],
            "availability-zone-id" | "availabilityZoneId" => vec![self.zone.id.clone()],
            "available-ip-address-count" => vec![self.free_addresses().to_string()],
            "cidr" | "cidrBlock" | "cidr-block" => vec![self.block.to_string()],
            "default-for-az" | "defaultForAz" => truth(self.default_for_az),
            "enable-dns64" => truth(self.dns64),
            "enable-lni-at-device-index" => {
                self.lni_device_index.map(|n| n.to_string()).into_iter().collect()
            }
            "ipv6-native" => truth(false),
            "map-customer-owned-ip-on-launch" => truth(self.map_customer_owned_ip),
            "map-public-ip-on-launch" => truth(self.map_public_ip),
            "owner-id" => vec![self.scope.account.to_string()],
            "private-dns-name-options-on-launch.enable-resource-name-dns-a-record" => {
                truth(self.dns_a_record)
            }
            "private-dns-name-options-on-launch.enable-resource-name-dns-aaaa-record" => {
                truth(self.dns_aaaa_record)
            }
            "private-dns-name-options-on-launch.hostname-type" => vec![self.hostname_type.clone()],
            "state" => vec![self.state.word().to_owned()],
            "subnet-arn" => vec![self.arn()],
            "subnet-id" => vec![self.id.to_string()],
            "vpc-id" => vec![self.vpc_id.to_string()],
            _ => Vec::new(),
        }
    }
}

/// The end of `pending`.
#[derive(Serialize, Deserialize)]
pub(crate) struct Available {
    pub(crate) scope: Scope,
    pub(crate) id: SubnetId,
}

impl Job for Available {
    const KIND: &'static str = "vpc.subnet-available";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        if let Some(subnet) = tx.get::<Subnet>(&resource::key(&self.scope, self.id.as_str())) {
            tx.put(Subnet { state: State::Available, ..(*subnet).clone() });
        }
        Ok(())
    }
}
