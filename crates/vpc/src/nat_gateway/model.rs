//! What a NAT gateway is.

use crate::error::Kind;
use crate::id::{AddressAssociationId, AllocationId, NatGatewayId, NetworkInterfaceId, SubnetId, VpcId};
use crate::resource::{self, Resource};
use base::{Scope, Tags, Timestamp};
use serde::{Deserialize, Serialize};
use std::net::Ipv4Addr;
use store::{Index, Record};

/// A gateway that translates the addresses of a network.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct NatGateway {
    pub(crate) scope: Scope,
    pub(crate) id: NatGatewayId,
    pub(crate) vpc_id: VpcId,
    pub(crate) subnet_id: SubnetId,
    /// The zone's name.
    pub(crate) zone: String,
    pub(crate) connectivity: Connectivity,
    pub(crate) state: State,
    pub(crate) created_at: Timestamp,
    pub(crate) deleted_at: Option<Timestamp>,
    /// Code and sentence.
    pub(crate) failure: Option<(String, String)>,
    /// Its interface, once it has one.
    pub(crate) interface: Option<NetworkInterfaceId>,
    /// Its addresses; the first is the primary one.
    pub(crate) addresses: Vec<NatAddress>,
    pub(crate) tags: Tags,
}

/// Whom it leads to.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Connectivity {
    /// The internet.
    Public,
    /// Other networks.
    Private,
}

impl Connectivity {
    /// AWS's word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Private => "private",
        }
    }
}

/// Whether it can be used.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum State {
    /// Not yet.
    Pending,
    /// It did not come about.
    Failed,
    /// It can.
    Available,
    /// Soon no more.
    Deleting,
    /// No more; it is shown for a while.
    Deleted,
}

impl State {
    /// AWS's word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Failed => "failed",
            Self::Available => "available",
            Self::Deleting => "deleting",
            Self::Deleted => "deleted",
        }
    }

    /// Whether routes lead anywhere by it.
    pub(crate) fn leads(self) -> bool {
        match self {
            Self::Pending | Self::Available => true,
            Self::Failed | Self::Deleting | Self::Deleted => false,
        }
    }
}

/// An address of a gateway.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct NatAddress {
    pub(crate) allocation: Option<AllocationId>,
    pub(crate) association: Option<AddressAssociationId>,
    pub(crate) private_ip: Option<Ipv4Addr>,
    pub(crate) public_ip: Option<Ipv4Addr>,
    #[serde(default)]
    pub(crate) state: AddressState,
}

/// How far an address is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum AddressState {
    /// It is the gateway's.
    #[default]
    Succeeded,
    /// A private one is about to be.
    Assigning,
    /// A private one will soon be no more.
    Unassigning,
    /// An elastic one is about to be.
    Associating,
    /// An elastic one will soon be no more.
    Disassociating,
}

impl AddressState {
    /// AWS's word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Succeeded => "succeeded",
            Self::Assigning => "assigning",
            Self::Unassigning => "unassigning",
            Self::Associating => "associating",
            Self::Disassociating => "disassociating",
        }
    }

    /// Whether it ends.
    pub(crate) fn goes(self) -> bool {
        match self {
            Self::Unassigning | Self::Disassociating => true,
            Self::Succeeded | Self::Assigning | Self::Associating => false,
        }
    }
}

impl NatGateway {
    /// The one that has an interface.
    pub(crate) const INTERFACE: Index<Self> = Index {
        name: "interface",
        keys: |own| own.interface.iter().map(|id| resource::key(&own.scope, id.as_str())).collect(),
    };

    /// Whether it can be used.
    pub(crate) fn is_available(&self) -> bool {
        self.state == State::Available
    }

    /// Its key.
    pub(crate) fn key_text(&self) -> String {
        resource::key(&self.scope, self.id.as_str())
    }
}

impl Record for NatGateway {
    const TABLE: &'static str = "vpc_nat_gateway";
    const INDEXES: &'static [Index<Self>] = &[Self::INTERFACE];
    type Key = String;

    fn key(&self) -> String {
        self.key_text()
    }
}

impl Resource for NatGateway {
    const TYPE: &'static str = "natgateway";
    const PREFIX: &'static str = NatGatewayId::PREFIX;
    const KIND: Kind = Kind::NatGateway;
    const FILTERS: &'static [&'static str] = &["nat-gateway-id", "state", "subnet-id", "vpc-id"];

    crate::resource::own_members!();

    fn filter(&self, name: &str) -> Vec<String> {
        match name {
            "nat-gateway-id" => vec![self.id.to_string()],
            "state" => vec![self.state.word().to_owned()],
            "subnet-id" => vec![self.subnet_id.to_string()],
            "vpc-id" => vec![self.vpc_id.to_string()],
            _ => Vec::new(),
        }
    }
}
