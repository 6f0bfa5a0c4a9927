//! What a VPC endpoint is.

use crate::error::Kind;
use crate::id::{
    NetworkInterfaceId, RouteTableId, SubnetId, VpcEndpointConnectionId, VpcEndpointId, VpcEndpointServiceId,
    VpcId,
};
use crate::network_interface::Group;
use crate::resource::{self, Resource};
use base::{Scope, Tags, Timestamp, Zone};
use serde::{Deserialize, Serialize};
use store::{Index, Record};

/// A way from a VPC to a service that does not lead over the internet.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct VpcEndpoint {
    pub(crate) scope: Scope,
    pub(crate) id: VpcEndpointId,
    pub(crate) vpc_id: VpcId,
    pub(crate) kind: EndpointKind,
    pub(crate) state: State,
    pub(crate) created_at: Timestamp,
    pub(crate) service_name: String,
    /// `amazon`, or an account.
    #[serde(default)]
    pub(crate) service_owner: Option<String>,
    /// The service, where it is a customer's: its id, and the connection's.
    pub(crate) connection: Option<(VpcEndpointServiceId, VpcEndpointConnectionId)>,
    /// None where the type has none.
    pub(crate) policy: Option<String>,
    /// The tables that lead to a gateway.
    pub(crate) tables: Vec<RouteTableId>,
    /// Where it stands, but for a gateway.
    pub(crate) places: Vec<Place>,
    pub(crate) groups: Vec<Group>,
    pub(crate) dns: Dns,
    pub(crate) tags: Tags,
}

/// Which way it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum EndpointKind {
    /// A route.
    Gateway,
    /// Network interfaces.
    Interface,
    /// A network interface that routes lead to.
    GatewayLoadBalancer,
}

/// A subnet with its interface.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Place {
    pub(crate) subnet: SubnetId,
    pub(crate) zone: Zone,
    pub(crate) interface: NetworkInterfaceId,
}

/// What it is called.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Dns {
    /// What its names end with.
    pub(crate) base: String,
    /// Whether they begin with `*.`.
    pub(crate) is_starred: bool,
    /// Eight letters and digits that are its own.
    pub(crate) label: String,
    /// Whether the service's own names lead to it.
    pub(crate) is_private: bool,
    pub(crate) private_names: Vec<String>,
    /// The hosted zone of these.
    pub(crate) zone_id: String,
    /// `ipv4`.
    pub(crate) record_type: String,
    pub(crate) only_inbound: Option<bool>,
}

/// Whether it can be used. The API spells the words in lower case, though the model does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum State {
    PendingAcceptance,
    Pending,
    Available,
    Rejected,
    Deleting,
}

impl EndpointKind {
    /// AWS's word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Gateway => "Gateway",
            Self::Interface => "Interface",
            Self::GatewayLoadBalancer => "GatewayLoadBalancer",
        }
    }
}

impl State {
    /// AWS's word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::PendingAcceptance => "pendingAcceptance",
            Self::Pending => "pending",
            Self::Available => "available",
            Self::Rejected => "rejected",
            Self::Deleting => "deleting",
        }
    }

    /// Whether the service has it as a connection that keeps it.
    pub(crate) fn is_connected(self) -> bool {
        match self {
            Self::PendingAcceptance | Self::Pending | Self::Available => true,
            Self::Rejected | Self::Deleting => false,
        }
    }
}

impl VpcEndpoint {
    /// Those of a VPC.
    pub(crate) const VPC: Index<Self> =
        Index { name: "vpc", keys: |own| vec![resource::key(&own.scope, own.vpc_id.as_str())] };
    /// Those of a customer's service, in all accounts.
    pub(crate) const SERVICE: Index<Self> = Index {
        name: "service",
        keys: |own| own.connection.iter().map(|(service, _)| service.to_string()).collect(),
    };

    /// The one of an id, which is one of all accounts and Regions.
    pub(crate) const ID: Index<Self> = Index { name: "id", keys: |own| vec![own.id.to_string()] };

    pub(crate) fn key_text(&self) -> String {
        resource::key(&self.scope, self.id.as_str())
    }

    /// Whether packets pass it.
    pub(crate) fn works(&self) -> bool {
        self.state == State::Available
    }
}

impl Record for VpcEndpoint {
    const TABLE: &'static str = "vpc_endpoint";
    const INDEXES: &'static [Index<Self>] = &[Self::VPC, Self::SERVICE, Self::ID];
    type Key = String;

    fn key(&self) -> String {
        self.key_text()
    }
}

impl Resource for VpcEndpoint {
    const TYPE: &'static str = "vpc-endpoint";
    const PREFIX: &'static str = VpcEndpointId::PREFIX;
    const KIND: Kind = Kind::VpcEndpoint;
    const FILTERS: &'static [&'static str] = &[
        "ip-address-type",
        "service-name",
        "service-region",
        "vpc-endpoint-id",
        "vpc-endpoint-state",
        "vpc-endpoint-type",
        "vpc-id",
    ];

    crate::resource::own_members!();

    /// Who owns the service is kept with endpoints that were made since it is asked for.
    fn condition_keys(&self) -> Vec<(&'static str, String)> {
        let mut keys = vec![
            ("VpceServiceName", self.service_name.clone()),
            ("VpceServiceRegion", self.scope.region.to_string()),
        ];
        keys.extend(self.service_owner.iter().map(|owner| ("VpceServiceOwner", owner.clone())));
        keys
    }

    fn filter(&self, name: &str) -> Vec<String> {
        vec![match name {
            "ip-address-type" => "ipv4".to_owned(),
            "service-name" => self.service_name.clone(),
            "service-region" => self.scope.region.to_string(),
            "vpc-endpoint-id" => self.id.to_string(),
            "vpc-endpoint-state" => self.state.word().to_owned(),
            "vpc-endpoint-type" => self.kind.word().to_owned(),
            "vpc-id" => self.vpc_id.to_string(),
            _ => return Vec::new(),
        }]
    }
}
