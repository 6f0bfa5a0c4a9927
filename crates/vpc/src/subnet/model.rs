//! What a subnet is.

use super::space::Space;
use crate::error::{Addresses, Kind};
use crate::id::{SubnetCidrAssociationId, SubnetId, VpcId};
use crate::ipv6::BlockState;
use crate::network_acl::NetworkAcl;
use crate::resource::{self, Resource, truth};
use crate::vpc::{State, Vpc};
use base::{Ids, Ipv4Block, Ipv6Block, Scope, Tags, Zone};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::net::Ipv4Addr;
use store::{Index, Job, JobError, Record, Tx};

/// Addresses AWS keeps for itself at the beginning: network, router, DNS, future. It keeps the last one too.
const FIRST_FREE: u32 = 4;
/// Addresses of a prefix that an interface can have.
const PREFIX_SIZE: u32 = 16;

/// A part of a VPC in one zone.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Subnet {
    pub(crate) scope: Scope,
    pub(crate) id: SubnetId,
    pub(crate) vpc_id: VpcId,
    /// Its IPv4 block; none where it is for IPv6 only.
    pub(crate) block: Option<Ipv4Block>,
    /// Its IPv6 block.
    #[serde(default)]
    pub(crate) ipv6: Option<Ipv6Association>,
    /// Whether interfaces that are made in it get an IPv6 address unasked.
    #[serde(default)]
    pub(crate) assigns_ipv6: bool,
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
    /// The addresses that interfaces have, as offsets from the first.
    taken: Space,
    /// The parts that automatic assignment leaves alone, from the lowest.
    pub(crate) reserved: Vec<Reserved>,
    pub(crate) tags: Tags,
}

/// The IPv6 block of a subnet.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Ipv6Association {
    pub(crate) id: SubnetCidrAssociationId,
    pub(crate) block: Ipv6Block,
    pub(crate) state: BlockState,
}

/// A part that automatic assignment leaves alone.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Reserved {
    pub(crate) block: Ipv4Block,
    /// Prefixes come from there.
    pub(crate) is_prefix: bool,
}

impl Subnet {
    /// Those of a VPC.
    pub(crate) const VPC: Index<Self> =
        Index { name: "vpc", keys: |subnet| vec![resource::key(&subnet.scope, subnet.vpc_id.as_str())] };

    /// One without an IPv4 block is for IPv6 only.
    pub(crate) fn new(ids: &Ids, vpc: &Vpc, block: Option<Ipv4Block>, zone: Zone, tags: Tags) -> Self {
        Self {
            scope: vpc.scope.clone(),
            id: SubnetId::new(ids),
            vpc_id: vpc.id.clone(),
            block,
            ipv6: None,
            assigns_ipv6: block.is_none(),
            zone,
            state: State::Pending,
            default_for_az: false,
            map_public_ip: false,
            map_customer_owned_ip: false,
            dns64: false,
            hostname_type: if block.is_some() { "ip-name" } else { "resource-name" }.to_owned(),
            dns_a_record: false,
            dns_aaaa_record: false,
            lni_device_index: None,
            taken: Space::default(),
            reserved: Vec::new(),
            tags,
        }
    }

    /// Addresses that can still be given out.
    pub(crate) fn free_addresses(&self) -> i32 {
        if self.is_native() {
            return 0;
        }
        let free = i64::from(self.last_free()) - i64::from(FIRST_FREE) + 1 - i64::from(self.taken.count());
        i32::try_from(free.max(0)).unwrap_or(i32::MAX)
    }

    /// Whether it is for IPv6 only.
    pub(crate) fn is_native(&self) -> bool {
        self.block.is_none()
    }

    /// Its IPv6 block.
    pub(crate) fn ipv6_block(&self) -> Option<Ipv6Block> {
        self.ipv6.as_ref().map(|own| own.block)
    }

    /// The offset of the last address that can be given out.
    fn last_free(&self) -> u32 {
        self.block.map_or(0, |block| u32::try_from(block.size() - 2).unwrap_or(u32::MAX))
    }

    /// The address at an offset.
    fn nth(&self, offset: u32) -> Option<Ipv4Addr> {
        self.block?.nth(offset)
    }

    /// Gives out an address that is asked for.
    pub(crate) fn take(&mut self, address: Ipv4Addr) -> Result<(), Addresses> {
        let offset = self.offset(address).ok_or(Addresses::Outside)?;
        if !(FIRST_FREE..=self.last_free()).contains(&offset) {
            return Err(Addresses::Reserved(address.to_string()));
        }
        if self.taken.take(offset, offset) { Ok(()) } else { Err(Addresses::InUse(address.to_string())) }
    }

    /// Gives out the lowest free address.
    pub(crate) fn take_lowest(&mut self) -> Result<Ipv4Addr, Addresses> {
        let free = self.lowest(1);
        let address = free.and_then(|offset| self.nth(offset)).ok_or(Addresses::SubnetFull)?;
        self.take(address).map(|()| address)
    }

    /// The lowest free place for so many addresses, beside what is reserved.
    fn lowest(&self, width: u32) -> Option<u32> {
        if self.reserved.is_empty() {
            return self.taken.lowest(FIRST_FREE, self.last_free(), width);
        }
        let mut busy = self.taken.clone();
        for (first, last) in self.reserved.iter().filter_map(|own| self.offsets(own.block)) {
            busy.give_back(first, last);
            busy.take(first, last);
        }
        busy.lowest(FIRST_FREE, self.last_free(), width)
    }

    /// The lowest free place for a prefix: in a part that is reserved for prefixes, where there is one.
    fn lowest_prefix(&self) -> Option<u32> {
        let mut parts = self.reserved.iter().filter(|own| own.is_prefix).peekable();
        if parts.peek().is_none() {
            return self.lowest(PREFIX_SIZE);
        }
        let mut parts = parts.filter_map(|own| self.offsets(own.block));
        parts.find_map(|(first, last)| {
            self.taken.lowest(first.max(FIRST_FREE), last.min(self.last_free()), PREFIX_SIZE)
        })
    }

    /// Gives out a prefix that is asked for.
    pub(crate) fn take_prefix(&mut self, prefix: Ipv4Block) -> Result<(), Addresses> {
        let (first, last) = self.offsets(prefix).ok_or(Addresses::Outside)?;
        if first < FIRST_FREE || last > self.last_free() {
            return Err(Addresses::Reserved(prefix.to_string()));
        }
        if self.taken.take(first, last) { Ok(()) } else { Err(Addresses::InUse(prefix.to_string())) }
    }

    /// Gives out the lowest free prefix.
    pub(crate) fn take_lowest_prefix(&mut self) -> Result<Ipv4Block, Addresses> {
        let free = self.lowest_prefix();
        let address = free.and_then(|offset| self.nth(offset));
        let prefix = address.and_then(|address| Ipv4Block::new(address, 28)).ok_or(Addresses::NoBlocks)?;
        self.take_prefix(prefix).map(|()| prefix)
    }

    /// Takes an address back.
    pub(crate) fn give_back(&mut self, address: Ipv4Addr) {
        if let Some(offset) = self.offset(address) {
            self.taken.give_back(offset, offset);
        }
    }

    /// Takes a prefix back.
    pub(crate) fn give_back_prefix(&mut self, prefix: Ipv4Block) {
        if let Some((first, last)) = self.offsets(prefix) {
            self.taken.give_back(first, last);
        }
    }

    fn offsets(&self, block: Ipv4Block) -> Option<(u32, u32)> {
        self.offset(block.network()).zip(self.offset(block.last()))
    }

    fn offset(&self, address: Ipv4Addr) -> Option<u32> {
        let block = self.block.filter(|block| block.contains(address))?;
        Some(u32::from(address) - u32::from(block.network()))
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
    /// Version 1 had no addresses in use and none reserved: there were no interfaces.
    const VERSION: u16 = 2;
    const INDEXES: &'static [Index<Self>] = &[Self::VPC];
    type Key = String;

    fn key(&self) -> String {
        resource::key(&self.scope, self.id.as_str())
    }

    fn upgrade(from: u16, mut document: Value) -> Result<Value, String> {
        if from != 1 {
            return Err(format!("there is no version {from} of subnets"));
        }
        document["taken"] = Value::Array(Vec::new());
        document["reserved"] = Value::Array(Vec::new());
        Ok(document)
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

    crate::resource::own_members!();

    fn filter(&self, name: &str) -> Vec<String> {
        match name {
            "availability-zone" | "availabilityZone" => vec![self.zone.name.clone()],
            "availability-zone-id" | "availabilityZoneId" => vec![self.zone.id.clone()],
            "available-ip-address-count" => vec![self.free_addresses().to_string()],
            "cidr" | "cidrBlock" | "cidr-block" => self.block.iter().map(ToString::to_string).collect(),
            "default-for-az" | "defaultForAz" => truth(self.default_for_az),
            "enable-dns64" => truth(self.dns64),
            "enable-lni-at-device-index" => {
                self.lni_device_index.map(|n| n.to_string()).into_iter().collect()
            }
            "ipv6-cidr-block-association.association-id" => {
                self.ipv6.iter().map(|own| own.id.to_string()).collect()
            }
            "ipv6-cidr-block-association.ipv6-cidr-block" => {
                self.ipv6.iter().map(|own| own.block.to_string()).collect()
            }
            "ipv6-cidr-block-association.state" => {
                self.ipv6.iter().map(|own| own.state.word().to_owned()).collect()
            }
            "ipv6-native" => truth(self.is_native()),
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

/// The end of `associating`.
#[derive(Serialize, Deserialize)]
pub(crate) struct Associated {
    pub(crate) scope: Scope,
    pub(crate) id: SubnetId,
    pub(crate) association: SubnetCidrAssociationId,
}

impl Job for Associated {
    const KIND: &'static str = "vpc.subnet-cidr-block-associated";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        let found = tx.get::<Subnet>(&resource::key(&self.scope, self.id.as_str()));
        let Some(mut subnet) = found.map(|subnet| (*subnet).clone()) else { return Ok(()) };
        if let Some(own) = subnet.ipv6.as_mut().filter(|own| own.id == self.association) {
            own.state = BlockState::Associated;
            tx.put(subnet);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Subnet;
    use crate::error::Addresses;
    use base::{AccountId, Ipv4Block, Region, Scope};
    use serde_json::json;
    use store::Record;

    fn old(block: &str) -> Subnet {
        let document = json!({
            "scope": Scope::new(AccountId::DEFAULT, Region::us_east_1()),
            "id": "subnet-00000000000000001", "vpc_id": "vpc-00000000000000001", "block": block,
            "zone": { "name": "us-east-1a", "id": "use1-az6" }, "state": "Available", "default_for_az": false,
            "map_public_ip": false, "map_customer_owned_ip": false, "dns64": false, "hostname_type": "ip-name",
            "dns_a_record": false, "dns_aaaa_record": false, "lni_device_index": null, "tags": {}
        });
        serde_json::from_value(Subnet::upgrade(1, document).unwrap()).unwrap()
    }

    #[test]
    fn a_subnet_of_version_1_has_all_its_addresses() {
        let subnet = old("10.0.0.0/24");
        assert_eq!((subnet.free_addresses(), subnet.is_native()), (251, false));
        assert!(subnet.ipv6_block().is_none() && !subnet.assigns_ipv6);
        assert!(Subnet::upgrade(2, json!({})).is_err());
    }

    #[test]
    fn addresses_are_given_out_from_the_lowest_and_once() {
        let mut subnet = old("10.0.0.0/28");
        for (address, want) in [
            ("10.0.0.5", Ok(())),
            ("10.0.0.5", Err(Addresses::InUse("10.0.0.5".to_owned()))),
            ("10.0.0.3", Err(Addresses::Reserved("10.0.0.3".to_owned()))),
            ("10.0.0.15", Err(Addresses::Reserved("10.0.0.15".to_owned()))),
            ("10.0.0.16", Err(Addresses::Outside)),
        ] {
            assert_eq!(subnet.take(address.parse().unwrap()), want, "{address}");
        }
        let rest: Vec<String> =
            std::iter::from_fn(|| subnet.take_lowest().ok()).map(|address| address.to_string()).collect();
        assert_eq!((rest.len(), rest[0].as_str(), rest[1].as_str()), (10, "10.0.0.4", "10.0.0.6"));
        assert_eq!((subnet.take_lowest(), subnet.free_addresses()), (Err(Addresses::SubnetFull), 0));
        subnet.give_back("10.0.0.9".parse().unwrap());
        assert_eq!(subnet.take_lowest().unwrap().to_string(), "10.0.0.9");
    }

    #[test]
    fn prefixes_lie_between_the_reserved_addresses() {
        let mut subnet = old("10.0.0.0/26");
        let block = |text: &str| text.parse::<Ipv4Block>().unwrap();
        assert_eq!(subnet.take_lowest_prefix(), Ok(block("10.0.0.16/28")));
        assert_eq!(
            subnet.take_prefix(block("10.0.0.0/28")),
            Err(Addresses::Reserved("10.0.0.0/28".to_owned()))
        );
        assert_eq!(
            subnet.take_prefix(block("10.0.0.48/28")),
            Err(Addresses::Reserved("10.0.0.48/28".to_owned()))
        );
        assert_eq!(subnet.take_lowest_prefix(), Ok(block("10.0.0.32/28")));
        assert_eq!(subnet.take_lowest_prefix(), Err(Addresses::NoBlocks));
        assert_eq!(subnet.free_addresses(), 59 - 32);
        subnet.give_back_prefix(block("10.0.0.16/28"));
        assert_eq!(subnet.take_lowest_prefix(), Ok(block("10.0.0.16/28")));
    }
}
