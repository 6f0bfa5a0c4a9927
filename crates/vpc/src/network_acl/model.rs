//! What a network ACL is.

use crate::error::{Error, Kind};
use crate::id::{NetworkAclAssociationId, NetworkAclId, SubnetId, VpcId};
use crate::resource::{self, Resource, truth};
use crate::vpc::Vpc;
use base::{Ids, Scope, Tags};
use serde::{Deserialize, Serialize};
use store::{Index, Record};

/// The number of the rule behind all others, which denies.
pub(crate) const LAST: i32 = 32_767;
/// The same of IPv6.
const LAST_V6: i32 = 32_768;
/// The number of the rule that allows everything in a default ACL.
const FIRST: i32 = 100;
/// The same of IPv6.
const FIRST_V6: i32 = 101;

/// Stateless rules for subnets.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct NetworkAcl {
    pub(crate) scope: Scope,
    pub(crate) id: NetworkAclId,
    pub(crate) vpc_id: VpcId,
    pub(crate) is_default: bool,
    /// Egress before ingress, each by number: the order AWS answers in.
    pub(crate) entries: Vec<Entry>,
    pub(crate) associations: Vec<Association>,
    pub(crate) tags: Tags,
}

/// One rule.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Entry {
    pub(crate) number: i32,
    pub(crate) egress: bool,
    pub(crate) allow: bool,
    /// The protocol's number as text; `-1` is all.
    pub(crate) protocol: String,
    pub(crate) block: String,
    pub(crate) ports: Option<(i32, i32)>,
    /// Type and code.
    pub(crate) icmp: Option<(i32, i32)>,
}

/// A subnet that the ACL is for.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Association {
    pub(crate) id: NetworkAclAssociationId,
    pub(crate) subnet_id: SubnetId,
}

/// Everything there is of IPv4.
const ALL_V4: &str = "0.0.0.0/0";
/// Everything there is of IPv6.
const ALL_V6: &str = "::/0";

impl Entry {
    fn all(number: i32, egress: bool, allow: bool, block: &str) -> Self {
        let block = block.to_owned();
        Self { number, egress, allow, protocol: "-1".to_owned(), block, ports: None, icmp: None }
    }

    /// Whether it is the one of that direction and number.
    pub(crate) fn is(&self, egress: bool, number: i32) -> bool {
        self.egress == egress && self.number == number
    }

    /// Whether it is the one that allows everything of IPv4, as default ACLs have it.
    fn is_everything(&self) -> bool {
        self.number == FIRST && self.allow && self.protocol == "-1" && self.block == ALL_V4
    }

    /// AWS's word.
    pub(crate) fn action(&self) -> &'static str {
        if self.allow { "allow" } else { "deny" }
    }
}

impl NetworkAcl {
    /// Those of a VPC.
    pub(crate) const VPC: Index<Self> =
        Index { name: "vpc", keys: |acl| vec![resource::key(&acl.scope, acl.vpc_id.as_str())] };

    /// One that denies everything.
    pub(crate) fn new(vpc: &Vpc, ids: &Ids, tags: Tags) -> Self {
        let deny = |egress| Entry::all(LAST, egress, false, ALL_V4);
        let mut acl = Self {
            scope: vpc.scope.clone(),
            id: NetworkAclId::new(ids),
            vpc_id: vpc.id.clone(),
            is_default: false,
            entries: vec![deny(true), deny(false)],
            associations: Vec::new(),
            tags,
        };
        if vpc.ipv6_blocks().next().is_some() {
            acl.meet_ipv6();
        }
        acl
    }

    /// Its VPC has got its first IPv6 block: the last entries come, and where the default ACL still allows everything of
    /// IPv4 in a direction, it does so of IPv6. Source: VPC user guide, "Default network ACL".
    pub(crate) fn meet_ipv6(&mut self) {
        for egress in [true, false] {
            let own: Vec<&Entry> = self.entries.iter().filter(|entry| entry.egress == egress).collect();
            if own.iter().any(|entry| entry.is(egress, LAST_V6)) {
                continue;
            }
            let is_untouched = matches!(own[..], [first, _] if first.is_everything());
            if self.is_default && is_untouched {
                self.insert(Entry::all(FIRST_V6, egress, true, ALL_V6));
            }
            self.insert(Entry::all(LAST_V6, egress, false, ALL_V6));
        }
    }

    /// The one made with its VPC, which allows everything.
    pub(crate) fn default_of(vpc: &Vpc, ids: &Ids) -> Self {
        let mut acl = Self::new(vpc, ids, Tags::default());
        acl.is_default = true;
        acl.insert(Entry::all(FIRST, true, true, ALL_V4));
        acl.insert(Entry::all(FIRST, false, true, ALL_V4));
        acl
    }

    /// Associates a subnet.
    pub(crate) fn join(&mut self, subnet: &SubnetId, ids: &Ids) {
        let id = NetworkAclAssociationId::new(ids);
        self.associations.push(Association { id, subnet_id: subnet.clone() });
    }

    /// Whether it is for that subnet.
    pub(crate) fn has_subnet(&self, subnet: &SubnetId) -> bool {
        self.associations.iter().any(|own| own.subnet_id == *subnet)
    }

    /// Adds an entry in its place.
    pub(crate) fn insert(&mut self, entry: Entry) {
        self.entries.push(entry);
        self.entries.sort_by_key(|entry| (!entry.egress, entry.number));
    }

    /// Takes an entry out.
    pub(crate) fn remove(&mut self, egress: bool, number: i32) -> Result<(), Error> {
        let before = self.entries.len();
        self.entries.retain(|entry| !entry.is(egress, number));
        if self.entries.len() == before {
            return Err(Error::EntryMissing(if egress { "egress" } else { "ingress" }, number));
        }
        Ok(())
    }
}

impl Record for NetworkAcl {
    const TABLE: &'static str = "vpc_network_acl";
    const INDEXES: &'static [Index<Self>] = &[Self::VPC];
    type Key = String;

    fn key(&self) -> String {
        resource::key(&self.scope, self.id.as_str())
    }
}

impl Resource for NetworkAcl {
    const TYPE: &'static str = "network-acl";
    const PREFIX: &'static str = NetworkAclId::PREFIX;
    const KIND: Kind = Kind::NetworkAcl;
    const FILTERS: &'static [&'static str] = &[
        "association.association-id",
        "association.network-acl-id",
        "association.subnet-id",
        "default",
        "entry.cidr",
        "entry.egress",
        "entry.icmp.code",
        "entry.icmp.type",
        "entry.ipv6-cidr",
        "entry.port-range.from",
        "entry.port-range.to",
        "entry.protocol",
        "entry.rule-action",
        "entry.rule-number",
        "network-acl-id",
        "owner-id",
        "vpc-id",
    ];

    crate::resource::own_members!();

    fn filter(&self, name: &str) -> Vec<String> {
        let of_entries =
            |value: fn(&Entry) -> Option<String>| self.entries.iter().filter_map(value).collect::<Vec<_>>();
        match name {
            "association.association-id" => self.associations.iter().map(|own| own.id.to_string()).collect(),
            "association.network-acl-id" => self.associations.iter().map(|_| self.id.to_string()).collect(),
            "association.subnet-id" => {
                self.associations.iter().map(|own| own.subnet_id.to_string()).collect()
            }
            "default" => truth(self.is_default),
            "entry.cidr" => {
                of_entries(|entry| Some(entry.block.clone()).filter(|block| !block.contains(':')))
            }
            "entry.egress" => of_entries(|entry| Some(entry.egress.to_string())),
            "entry.icmp.code" => of_entries(|entry| entry.icmp.map(|(_, code)| code.to_string())),
            "entry.icmp.type" => of_entries(|entry| entry.icmp.map(|(kind, _)| kind.to_string())),
            "entry.ipv6-cidr" => {
                of_entries(|entry| Some(entry.block.clone()).filter(|block| block.contains(':')))
            }
            "entry.port-range.from" => of_entries(|entry| entry.ports.map(|(from, _)| from.to_string())),
            "entry.port-range.to" => of_entries(|entry| entry.ports.map(|(_, to)| to.to_string())),
            "entry.protocol" => of_entries(|entry| Some(entry.protocol.clone())),
            "entry.rule-action" => of_entries(|entry| Some(entry.action().to_owned())),
            "entry.rule-number" => of_entries(|entry| Some(entry.number.to_string())),
            "network-acl-id" => vec![self.id.to_string()],
            "vpc-id" => vec![self.vpc_id.to_string()],
            "owner-id" => vec![self.scope.account.to_string()],
            _ => Vec::new(),
        }
    }
}
