//! What a VPN connection is.

use super::tunnel::Tunnel;
use crate::error::Kind;
use crate::id::{
    CustomerGatewayId, TransitGatewayAttachmentId, TransitGatewayId, VpnConnectionId, VpnGatewayId,
};
use crate::resource::{self, Resource, truth};
use crate::staged::{HOUR_MILLIS, Staged, step_at};
use crate::transit_gateway;
use crate::vpn_gateway::IPSEC;
use base::{Scope, Tags, Timestamp};
use serde::{Deserialize, Serialize};
use store::{Index, Record, Tx, View};

/// Two tunnels between a gateway of the account and one of the customer. Nothing is ever connected: they are down.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct VpnConnection {
    pub(crate) scope: Scope,
    pub(crate) id: VpnConnectionId,
    pub(crate) state: State,
    pub(crate) customer_gateway: CustomerGatewayId,
    pub(crate) end: End,
    /// Whether routes are listed instead of told by BGP.
    pub(crate) is_static: bool,
    pub(crate) is_accelerated: bool,
    /// The customer's side of what may pass.
    pub(crate) local: String,
    /// Amazon's side of it.
    pub(crate) remote: String,
    pub(crate) tunnels: Vec<Tunnel>,
    /// Where the listed routes lead, in the order they were made.
    pub(crate) routes: Vec<String>,
    pub(crate) created_at: Timestamp,
    pub(crate) tags: Tags,
}

/// Amazon's end.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum End {
    /// A virtual private gateway.
    VpnGateway(VpnGatewayId),
    /// A transit gateway, by an attachment.
    TransitGateway(TransitGatewayId, TransitGatewayAttachmentId),
}

impl End {
    /// The id of the gateway.
    pub(crate) fn gateway(&self) -> &str {
        match self {
            Self::VpnGateway(id) => id.as_str(),
            Self::TransitGateway(id, _) => id.as_str(),
        }
    }
}

/// Whether it can be used.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum State {
    /// Not yet.
    Pending,
    /// It can.
    Available,
    /// It is being changed.
    Modifying,
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
            Self::Available => "available",
            Self::Modifying => "modifying",
            Self::Deleting => "deleting",
            Self::Deleted => "deleted",
        }
    }
}

impl VpnConnection {
    /// Those of a gateway of either side, the deleted ones aside.
    pub(crate) const GATEWAY: Index<Self> = Index {
        name: "gateway",
        keys: |own| {
            if own.state == State::Deleted {
                return Vec::new();
            }
            let ends = [own.customer_gateway.as_str(), own.end.gateway()];
            ends.map(|id| resource::key(&own.scope, id)).into()
        },
    };

    /// The one that has a tunnel with an address outside.
    pub(crate) const OUTSIDE: Index<Self> = Index {
        name: "outside",
        keys: |own| own.tunnels.iter().map(|tunnel| tunnel.outside.to_string()).collect(),
    };

    /// Whether a gateway has any.
    pub(crate) fn any_of(tx: &Tx, scope: &Scope, gateway: &str) -> bool {
        tx.by(&Self::GATEWAY, &resource::key(scope, gateway)).next().is_some()
    }

    /// Whether it can be used.
    pub(crate) fn is_available(&self) -> bool {
        matches!(self.state, State::Available | State::Modifying)
    }
}

impl Record for VpnConnection {
    const TABLE: &'static str = "vpc_vpn_connection";
    const INDEXES: &'static [Index<Self>] = &[Self::GATEWAY, Self::OUTSIDE];
    type Key = String;

    fn key(&self) -> String {
        resource::key(&self.scope, self.id.as_str())
    }
}

impl Resource for VpnConnection {
    const TYPE: &'static str = "vpn-connection";
    const PREFIX: &'static str = VpnConnectionId::PREFIX;
    const KIND: Kind = Kind::VpnConnection;
    const FILTERS: &'static [&'static str] = &[
        "bgp-asn",
        "customer-gateway-configuration",
        "customer-gateway-id",
        "option.static-routes-only",
        "route.destination-cidr-block",
        "state",
        "transit-gateway-id",
        "type",
        "vpn-connection-id",
        "vpn-gateway-id",
    ];

    crate::resource::own_members!();

    fn filter(&self, name: &str) -> Vec<String> {
        match name {
            "customer-gateway-id" => vec![self.customer_gateway.to_string()],
            "option.static-routes-only" => truth(self.is_static),
            "route.destination-cidr-block" => self.routes.clone(),
            "state" => vec![self.state.word().to_owned()],
            "transit-gateway-id" | "vpn-gateway-id" => match (&self.end, name) {
                (End::VpnGateway(id), "vpn-gateway-id") => vec![id.to_string()],
                (End::TransitGateway(id, _), "transit-gateway-id") => vec![id.to_string()],
                (End::VpnGateway(_) | End::TransitGateway(..), _) => Vec::new(),
            },
            "type" => vec![IPSEC.to_owned()],
            "vpn-connection-id" => vec![self.id.to_string()],
            _ => Vec::new(),
        }
    }

    fn filter_within(&self, view: &View, name: &str) -> Vec<String> {
        match name {
            "customer-gateway-configuration" if self.state != State::Deleted => {
                super::configuration::of(view, self).into_iter().collect()
            }
            "bgp-asn" => {
                let key = resource::key(&self.scope, self.customer_gateway.as_str());
                let gateway = view.get::<crate::customer_gateway::CustomerGateway>(&key);
                gateway.iter().map(|gateway| gateway.asn.to_string()).collect()
            }
            _ => self.filter(name),
        }
    }
}

impl Staged for VpnConnection {
    const STEP: &'static str = "vpc.vpn-connection-step";

    fn stage(&self) -> &'static str {
        self.state.word()
    }

    fn step(mut self, tx: &mut Tx) {
        match self.state {
            State::Pending | State::Modifying => self.state = State::Available,
            State::Deleting => {
                self.state = State::Deleted;
                if let End::TransitGateway(_, attachment) = &self.end {
                    transit_gateway::end_vpn(tx, &self.scope, attachment);
                }
                step_at(tx, &self, HOUR_MILLIS);
            }
            State::Available => return,
            State::Deleted => {
                tx.delete::<Self>(&resource::key(&self.scope, self.id.as_str()));
                return;
            }
        }
        tx.emit(&crate::event::Changed { kind: "VpnConnectionChanged", resource: self.arn() });
        tx.put(self);
    }
}
