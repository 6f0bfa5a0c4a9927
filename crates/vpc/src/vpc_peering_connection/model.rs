//! What a peering connection is.

use crate::error::Kind;
use crate::id::{VpcId, VpcPeeringConnectionId};
use crate::resource::{self, Resource};
use crate::shared::Shared;
use crate::vpc::Vpc;
use base::{Ipv4Block, Scope, Tags, Timestamp};
use ec2_resource::filter::moment;
use serde::{Deserialize, Serialize};
use store::{Index, Record, Rows, View};

/// Two networks that may lead to each other, as one of their owners sees it.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct VpcPeeringConnection {
    pub(crate) scope: Scope,
    pub(crate) id: VpcPeeringConnectionId,
    pub(crate) requester: Side,
    pub(crate) accepter: Side,
    pub(crate) state: State,
    /// Who ended it.
    pub(crate) ended_by: Option<Scope>,
    pub(crate) expires_at: Timestamp,
    pub(crate) tags: Tags,
}

/// One of the networks.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Side {
    pub(crate) scope: Scope,
    pub(crate) vpc_id: VpcId,
    /// Whether names of this one's public addresses lead the other to private ones.
    pub(crate) resolves_dns: bool,
}

/// Where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum State {
    /// It is looked at.
    Initiating,
    /// The networks cannot be connected.
    Failed,
    /// The accepter has not said anything.
    Pending,
    /// The accepter did not say anything in time.
    Expired,
    /// The accepter does not want it.
    Rejected,
    /// The accepter wants it.
    Provisioning,
    /// It leads.
    Active,
    /// Soon no more.
    Deleting,
    /// No more; it is shown for a while.
    Deleted,
}

impl State {
    /// AWS's word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Initiating => "initiating-request",
            Self::Failed => "failed",
            Self::Pending => "pending-acceptance",
            Self::Expired => "expired",
            Self::Rejected => "rejected",
            Self::Provisioning => "provisioning",
            Self::Active => "active",
            Self::Deleting => "deleting",
            Self::Deleted => "deleted",
        }
    }

    /// Whether it may still lead, now or later.
    pub(crate) fn lives(self) -> bool {
        match self {
            Self::Initiating | Self::Pending | Self::Provisioning | Self::Active => true,
            Self::Failed | Self::Expired | Self::Rejected | Self::Deleting | Self::Deleted => false,
        }
    }
}

impl Side {
    /// Its blocks, the first one first; none where the network is gone.
    pub(crate) fn blocks(&self, rows: &impl Rows) -> Vec<Ipv4Block> {
        let vpc = rows.row::<Vpc>(&resource::key(&self.scope, self.vpc_id.as_str()));
        vpc.map(|vpc| vpc.blocks().collect()).unwrap_or_default()
    }
}

impl VpcPeeringConnection {
    /// Those of a VPC, of its owner's rows.
    pub(crate) const VPC: Index<Self> = Index {
        name: "vpc",
        keys: |own| {
            let sides = own.sides().into_iter().filter(|side| side.scope == own.scope);
            sides.map(|side| resource::key(&side.scope, side.vpc_id.as_str())).collect()
        },
    };

    /// Both sides, the requester's first.
    pub(crate) fn sides(&self) -> [&Side; 2] {
        [&self.requester, &self.accepter]
    }

    /// Whether it leads.
    pub(crate) fn is_active(&self) -> bool {
        self.state == State::Active
    }

    /// The side across, seen from a network.
    pub(crate) fn across(&self, scope: &Scope, vpc: &VpcId) -> Option<&Side> {
        let is_it = |side: &Side| side.scope == *scope && side.vpc_id == *vpc;
        match (is_it(&self.requester), is_it(&self.accepter)) {
            (true, _) => Some(&self.accepter),
            (false, true) => Some(&self.requester),
            (false, false) => None,
        }
    }

    /// AWS's sentence about the state.
    pub(super) fn message(&self) -> String {
        let ended_by = || self.ended_by.as_ref().map(|scope| scope.account.to_string()).unwrap_or_default();
        let accepter = self.accepter.scope.account;
        match self.state {
            State::Initiating => format!("Initiating Request to {accepter}"),
            State::Failed => {
                "Failed due to incorrect VPC-ID, Account ID, or overlapping CIDR range".to_owned()
            }
            State::Pending => format!("Pending Acceptance by {accepter}"),
            State::Expired => "Expired".to_owned(),
            State::Rejected => format!("Rejected by {}", ended_by()),
            State::Provisioning => "Provisioning".to_owned(),
            State::Active => "Active".to_owned(),
            State::Deleting => format!("Deleting by {}", ended_by()),
            State::Deleted => format!("Deleted by {}", ended_by()),
        }
    }
}

impl Shared for VpcPeeringConnection {
    /// The accepter knows nothing of a request before it is there.
    fn seen_by(&self) -> Vec<Scope> {
        let is_alone = matches!(self.state, State::Initiating | State::Failed);
        let mut scopes = vec![self.requester.scope.clone()];
        if !is_alone && self.accepter.scope != self.requester.scope {
            scopes.push(self.accepter.scope.clone());
        }
        scopes
    }

    fn seen_from(&self, scope: &Scope) -> Self {
        Self { scope: scope.clone(), ..self.clone() }
    }
}

impl Record for VpcPeeringConnection {
    const TABLE: &'static str = "vpc_peering_connection";
    const INDEXES: &'static [Index<Self>] = &[Self::VPC];
    type Key = String;

    fn key(&self) -> String {
        resource::key(&self.scope, self.id.as_str())
    }
}

impl Resource for VpcPeeringConnection {
    const TYPE: &'static str = "vpc-peering-connection";
    const PREFIX: &'static str = VpcPeeringConnectionId::PREFIX;
    const KIND: Kind = Kind::VpcPeeringConnection;
    const FILTERS: &'static [&'static str] = &[
        "accepter-vpc-info.cidr-block",
        "accepter-vpc-info.owner-id",
        "accepter-vpc-info.vpc-id",
        "expiration-time",
        "requester-vpc-info.cidr-block",
        "requester-vpc-info.owner-id",
        "requester-vpc-info.vpc-id",
        "status-code",
        "status-message",
        "vpc-peering-connection-id",
    ];

    crate::resource::own_members!();

    fn filter(&self, name: &str) -> Vec<String> {
        match name {
            "accepter-vpc-info.owner-id" => vec![self.accepter.scope.account.to_string()],
            "accepter-vpc-info.vpc-id" => vec![self.accepter.vpc_id.to_string()],
            "expiration-time" if self.state == State::Pending => moment(self.expires_at),
            "requester-vpc-info.owner-id" => vec![self.requester.scope.account.to_string()],
            "requester-vpc-info.vpc-id" => vec![self.requester.vpc_id.to_string()],
            "status-code" => vec![self.state.word().to_owned()],
            "status-message" => vec![self.message()],
            "vpc-peering-connection-id" => vec![self.id.to_string()],
            _ => Vec::new(),
        }
    }

    fn filter_within(&self, view: &View, name: &str) -> Vec<String> {
        let blocks = |side: &Side| side.blocks(view).iter().map(ToString::to_string).collect();
        match name {
            "accepter-vpc-info.cidr-block" if self.is_active() => blocks(&self.accepter),
            "requester-vpc-info.cidr-block" => blocks(&self.requester),
            _ => self.filter(name),
        }
    }

    fn condition_keys(&self) -> Vec<(&'static str, String)> {
        let arn = |side: &Side| resource::arn(&side.scope, "vpc", side.vpc_id.as_str());
        vec![("AccepterVpc", arn(&self.accepter)), ("RequesterVpc", arn(&self.requester))]
    }
}
