//! What a VPC is.

use crate::error::Kind;
use crate::id::{CidrAssociationId, VpcId};
use crate::resource::{self, Resource, truth};
use base::{Ids, Ipv4Block, Scope, Tags};
use serde::{Deserialize, Serialize};
use store::{Job, JobError, Record, Tx};

/// An IPv4 network of an account in a Region.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Vpc {
    pub(crate) scope: Scope,
    pub(crate) id: VpcId,
    /// Its blocks; the first is the one it was made with.
    pub(crate) associations: Vec<CidrAssociation>,
    pub(crate) state: State,
    pub(crate) is_default: bool,
    pub(crate) tenancy: String,
    pub(crate) dhcp_options: String,
    pub(crate) dns_support: bool,
    pub(crate) dns_hostnames: bool,
    pub(crate) address_metrics: bool,
    pub(crate) tags: Tags,
}

/// A block of a VPC.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct CidrAssociation {
    pub(crate) id: CidrAssociationId,
    pub(crate) block: Ipv4Block,
}

impl CidrAssociation {
    pub(crate) fn new(ids: &Ids, block: Ipv4Block) -> Self {
        Self { id: CidrAssociationId::new(ids), block }
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
    /// Its blocks.
    pub(crate) fn blocks(&self) -> impl Iterator<Item = Ipv4Block> {
        self.associations.iter().map(|association| association.block)
    }
}

impl Record for Vpc {
    const TABLE: &'static str = "vpc_vpc";
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
            "cidr-block-association.state" => vec!["associated".to_owned()],
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
