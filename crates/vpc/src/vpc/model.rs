//! What a VPC is.

use crate::error::Kind;
use crate::id::{CidrAssociationId, VpcId};
use crate::ipv6::BlockState;
use crate::resource::{self, Resource, truth};
use base::{Ids, Ipv4Block, Ipv6Block, Scope, Tags};
use serde::{Deserialize, Serialize};
use store::{Index, Job, JobError, Record, Tx};

/// The pool of the blocks that AWS lends.
const AMAZON_POOL: &str = "Amazon";
/// What the blocks of pools of IPAM are told to be from. Recorded: terraform-provider-aws tells them by it.
const IPAM_POOL: &str = "IPAM Managed";

/// A network of an account in a Region.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Vpc {
    pub(crate) scope: Scope,
    pub(crate) id: VpcId,
    /// Its IPv4 blocks; the first is the one it was made with.
    pub(crate) associations: Vec<CidrAssociation>,
    /// Its IPv6 blocks.
    #[serde(default)]
    pub(crate) ipv6: Vec<Ipv6Association>,
    pub(crate) state: State,
    pub(crate) is_default: bool,
    pub(crate) tenancy: String,
    pub(crate) dhcp_options: String,
    pub(crate) dns_support: bool,
    pub(crate) dns_hostnames: bool,
    pub(crate) address_metrics: bool,
    pub(crate) tags: Tags,
}

/// An IPv4 block of a VPC.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct CidrAssociation {
    pub(crate) id: CidrAssociationId,
    pub(crate) block: Ipv4Block,
    #[serde(default)]
    pub(crate) state: BlockState,
}

/// An IPv6 block of a VPC, lent by AWS or given by a pool of IPAM.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Ipv6Association {
    pub(crate) id: CidrAssociationId,
    pub(crate) block: Ipv6Block,
    /// Where AWS announces it.
    pub(crate) border_group: String,
    /// The pool of IPAM that it is from.
    #[serde(default)]
    pub(crate) pool: Option<String>,
    pub(crate) state: BlockState,
}

impl Ipv6Association {
    /// The pool that it is from, as it is told.
    pub(crate) fn pool_word(&self) -> &'static str {
        if self.pool.is_some() { IPAM_POOL } else { AMAZON_POOL }
    }
}

impl CidrAssociation {
    /// The one that a VPC is made with, which is there at once.
    pub(crate) fn new(ids: &Ids, block: Ipv4Block) -> Self {
        Self { id: CidrAssociationId::new(ids), block, state: BlockState::Associated }
    }
}

/// Whether it can be used.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum State {
    /// Not yet.
    Pending,
    /// It can.
    Available,
}

impl State {
    /// AWS's word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Available => "available",
        }
    }
}

impl Vpc {
    /// The one with an IPv6 block, in all accounts and Regions.
    pub(crate) const IPV6: Index<Self> =
        Index { name: "ipv6", keys: |vpc| vpc.ipv6_blocks().map(|block| block.to_string()).collect() };

    /// Its IPv6 blocks.
    pub(crate) fn ipv6_blocks(&self) -> impl Iterator<Item = Ipv6Block> {
        self.ipv6.iter().map(|association| association.block)
    }

    /// Its blocks of both families, as routes name them.
    pub(crate) fn block_texts(&self) -> impl Iterator<Item = String> {
        self.blocks().map(|block| block.to_string()).chain(self.ipv6_blocks().map(|block| block.to_string()))
    }

    /// Its IPv4 blocks.
    pub(crate) fn blocks(&self) -> impl Iterator<Item = Ipv4Block> {
        self.associations.iter().map(|association| association.block)
    }
}

impl Record for Vpc {
    const TABLE: &'static str = "vpc_vpc";
    const INDEXES: &'static [Index<Self>] = &[Self::IPV6];
    type Key = String;

    fn key(&self) -> String {
        resource::key(&self.scope, self.id.as_str())
    }
}

impl Resource for Vpc {
    const TYPE: &'static str = "vpc";
    const PREFIX: &'static str = VpcId::PREFIX;
    const KIND: Kind = Kind::Vpc;
    const FILTERS: &'static [&'static str] = &[
        "cidr",
        "cidr-block",
        "cidr-block-association.association-id",
        "cidr-block-association.cidr-block",
        "cidr-block-association.state",
        "dhcp-options-id",
        "ipv6-cidr-block-association.association-id",
        "ipv6-cidr-block-association.ipv6-cidr-block",
        "ipv6-cidr-block-association.ipv6-pool",
        "ipv6-cidr-block-association.state",
        "is-default",
        "isDefault",
        "owner-id",
        "state",
        "vpc-id",
    ];

    crate::resource::own_members!();

    fn filter(&self, name: &str) -> Vec<String> {
        match name {
            "cidr" | "cidr-block" => {
                self.blocks().next().map(|block| block.to_string()).into_iter().collect()
            }
            "cidr-block-association.association-id" => {
                self.associations.iter().map(|association| association.id.to_string()).collect()
            }
            "cidr-block-association.cidr-block" => self.blocks().map(|block| block.to_string()).collect(),
            "cidr-block-association.state" => {
                self.associations.iter().map(|own| own.state.word().to_owned()).collect()
            }
            "ipv6-cidr-block-association.association-id" => {
                self.ipv6.iter().map(|own| own.id.to_string()).collect()
            }
            "ipv6-cidr-block-association.ipv6-cidr-block" => {
                self.ipv6_blocks().map(|block| block.to_string()).collect()
            }
            "ipv6-cidr-block-association.ipv6-pool" => {
                self.ipv6.iter().map(|own| own.pool_word().to_owned()).collect()
            }
            "ipv6-cidr-block-association.state" => {
                self.ipv6.iter().map(|own| own.state.word().to_owned()).collect()
            }
            "dhcp-options-id" => vec![self.dhcp_options.clone()],
            "is-default" | "isDefault" => truth(self.is_default),
            "owner-id" => vec![self.scope.account.to_string()],
            "state" => vec![self.state.word().to_owned()],
            "vpc-id" => vec![self.id.to_string()],
            _ => Vec::new(),
        }
    }
}

/// The end of `pending`.
#[derive(Serialize, Deserialize)]
pub(crate) struct Available {
    pub(crate) scope: Scope,
    pub(crate) id: VpcId,
}

impl Job for Available {
    const KIND: &'static str = "vpc.available";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        if let Some(vpc) = tx.get::<Vpc>(&resource::key(&self.scope, self.id.as_str())) {
            tx.put(Vpc { state: State::Available, ..(*vpc).clone() });
        }
        Ok(())
    }
}

/// The end of `associating`.
#[derive(Serialize, Deserialize)]
pub(crate) struct Associated {
    pub(crate) scope: Scope,
    pub(crate) id: VpcId,
    pub(crate) association: CidrAssociationId,
}

impl Job for Associated {
    const KIND: &'static str = "vpc.cidr-block-associated";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        let found = tx.get::<Vpc>(&resource::key(&self.scope, self.id.as_str()));
        let Some(mut vpc) = found.map(|vpc| (*vpc).clone()) else { return Ok(()) };
        let v4 = vpc.associations.iter_mut().map(|own| (&own.id, &mut own.state));
        let v6 = vpc.ipv6.iter_mut().map(|own| (&own.id, &mut own.state));
        for (id, state) in v4.chain(v6) {
            if *id == self.association {
                *state = BlockState::Associated;
            }
        }
        tx.put(vpc);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Vpc;
    use crate::ipv6::BlockState;
    use base::{AccountId, Region, Scope};
    use serde_json::json;

    #[test]
    fn a_vpc_from_before_ipv6_has_none_and_its_blocks_are_there() {
        let vpc: Vpc = serde_json::from_value(json!({
            "scope": Scope::new(AccountId::DEFAULT, Region::us_east_1()), "id": "vpc-00000000000000001",
            "associations": [{ "id": "vpc-cidr-assoc-00000000000000001", "block": "10.0.0.0/16" }],
            "state": "Available", "is_default": false, "tenancy": "default", "dhcp_options": "default",
            "dns_support": true, "dns_hostnames": false, "address_metrics": false, "tags": {}
        }))
        .unwrap();
        assert_eq!((vpc.ipv6.len(), vpc.associations[0].state), (0, BlockState::Associated));
        assert_eq!(vpc.block_texts().collect::<Vec<_>>(), ["10.0.0.0/16"]);
    }
}
