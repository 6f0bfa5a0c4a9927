//! What a route table is.

use super::target::{attachment, state};
use crate::error::Kind;
use crate::id::{RouteTableAssociationId, RouteTableId, SubnetId, VpcId};
use crate::resource::{self, Resource, truth};
use crate::vpc::Vpc;
use base::{Ids, Scope, Tags};
use serde::{Deserialize, Serialize};
use store::{Index, Record, View};

/// A VPC's routes, for the subnets associated with it.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct RouteTable {
    pub(crate) scope: Scope,
    pub(crate) id: RouteTableId,
    pub(crate) vpc_id: VpcId,
    /// The local routes first, then in the order they were made.
    pub(crate) routes: Vec<Route>,
    pub(crate) associations: Vec<Association>,
    /// The virtual private gateways that may tell it routes.
    #[serde(default)]
    pub(crate) propagating: Vec<String>,
    pub(crate) tags: Tags,
}

/// One route.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Route {
    /// A block, or the id of a prefix list.
    pub(crate) destination: String,
    pub(crate) target: Target,
    pub(crate) origin: Origin,
}

/// Where a route leads.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Target {
    /// Within the VPC.
    Local,
    /// An internet gateway or a virtual private one.
    Gateway(String),
    /// An egress-only internet gateway.
    EgressOnly(String),
    /// A NAT gateway.
    NatGateway(String),
    /// A network interface.
    Interface(String),
    /// A peering connection.
    Peering(String),
    /// A transit gateway.
    TransitGateway(String),
}

impl Target {
    /// The filter it is found by, without `route.`, and its id.
    pub(super) fn named(&self) -> (&'static str, &str) {
        match self {
            Self::Local => ("gateway-id", "local"),
            Self::Gateway(id) => ("gateway-id", id),
            Self::EgressOnly(id) => ("egress-only-internet-gateway-id", id),
            Self::NatGateway(id) => ("nat-gateway-id", id),
            Self::Interface(id) => ("network-interface-id", id),
            Self::Peering(id) => ("vpc-peering-connection-id", id),
            Self::TransitGateway(id) => ("transit-gateway-id", id),
        }
    }
}

/// What made a route.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Origin {
    /// It came with the table.
    CreateRouteTable,
    /// `CreateRoute`.
    CreateRoute,
}

impl Origin {
    /// AWS's word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::CreateRouteTable => "CreateRouteTable",
            Self::CreateRoute => "CreateRoute",
        }
    }
}

/// For whom the table's routes are: a subnet or a gateway; the main association has neither.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Association {
    pub(crate) id: RouteTableAssociationId,
    pub(crate) subnet_id: Option<SubnetId>,
    /// An internet gateway or a virtual private one.
    #[serde(default)]
    pub(crate) gateway_id: Option<String>,
}

impl Association {
    /// Whether it is for the subnets that have none of their own.
    pub(crate) fn is_main(&self) -> bool {
        self.subnet_id.is_none() && self.gateway_id.is_none()
    }
}

impl Route {
    /// The route within the VPC.
    pub(crate) fn local(block: &str) -> Self {
        Self { destination: block.to_owned(), target: Target::Local, origin: Origin::CreateRouteTable }
    }
}

impl RouteTable {
    /// Those of a VPC.
    pub(crate) const VPC: Index<Self> =
        Index { name: "vpc", keys: |table| vec![resource::key(&table.scope, table.vpc_id.as_str())] };

    /// A table with the local routes of its VPC.
    pub(crate) fn new(vpc: &Vpc, ids: &Ids, tags: Tags) -> Self {
        Self {
            scope: vpc.scope.clone(),
            id: RouteTableId::new(ids),
            vpc_id: vpc.id.clone(),
            routes: vpc.block_texts().map(|block| Route::local(&block)).collect(),
            associations: Vec::new(),
            propagating: Vec::new(),
            tags,
        }
    }

    /// The main table, made with its VPC.
    pub(crate) fn main(vpc: &Vpc, ids: &Ids) -> Self {
        let mut table = Self::new(vpc, ids, Tags::default());
        let id = RouteTableAssociationId::new(ids);
        table.associations.push(Association { id, subnet_id: None, gateway_id: None });
        table
    }

    /// Whether subnets without a table of their own use it.
    pub(crate) fn is_main(&self) -> bool {
        self.associations.iter().any(Association::is_main)
    }

    /// The gateways that it is associated with.
    pub(crate) fn gateways(&self) -> impl Iterator<Item = &str> {
        self.associations.iter().filter_map(|association| association.gateway_id.as_deref())
    }

    /// Whether the subnet uses it by an association of its own.
    pub(crate) fn has_subnet(&self, subnet: &SubnetId) -> bool {
        self.associations.iter().any(|association| association.subnet_id.as_ref() == Some(subnet))
    }
}

impl Record for RouteTable {
    const TABLE: &'static str = "vpc_route_table";
    const INDEXES: &'static [Index<Self>] = &[Self::VPC];
    type Key = String;

    fn key(&self) -> String {
        resource::key(&self.scope, self.id.as_str())
    }
}

impl Resource for RouteTable {
    const TYPE: &'static str = "route-table";
    const PREFIX: &'static str = RouteTableId::PREFIX;
    const KIND: Kind = Kind::RouteTable;
    const PAGE: (i32, i32) = (5, 100);
    const FILTERS: &'static [&'static str] = &[
        "association.gateway-id",
        "association.main",
        "association.route-table-association-id",
        "association.route-table-id",
        "association.subnet-id",
        "owner-id",
        "route-table-id",
        "route.destination-cidr-block",
        "route.destination-ipv6-cidr-block",
        "route.destination-prefix-list-id",
        "route.egress-only-internet-gateway-id",
        "route.gateway-id",
        "route.instance-id",
        "route.nat-gateway-id",
        "route.origin",
        "route.state",
        "route.transit-gateway-id",
        "route.vpc-peering-connection-id",
        "vpc-id",
    ];

    crate::resource::own_members!();

    fn filter(&self, name: &str) -> Vec<String> {
        let associations = || self.associations.iter();
        let destinations = |sign: fn(&str) -> bool| {
            self.routes.iter().map(|route| route.destination.clone()).filter(|to| sign(to)).collect()
        };
        match name {
            "association.gateway-id" => self.gateways().map(str::to_owned).collect(),
            "association.main" => associations().flat_map(|own| truth(own.is_main())).collect(),
            "association.route-table-association-id" => {
                associations().map(|own| own.id.to_string()).collect()
            }
            "association.route-table-id" => associations().map(|_| self.id.to_string()).collect(),
            "association.subnet-id" => {
                associations().filter_map(|own| own.subnet_id.as_ref()).map(ToString::to_string).collect()
            }
            "owner-id" => vec![self.scope.account.to_string()],
            "route-table-id" => vec![self.id.to_string()],
            "route.destination-cidr-block" => destinations(|to| !to.contains(':') && !to.starts_with("pl-")),
            "route.destination-ipv6-cidr-block" => destinations(|to| to.contains(':')),
            "route.destination-prefix-list-id" => destinations(|to| to.starts_with("pl-")),
            "route.egress-only-internet-gateway-id"
            | "route.gateway-id"
            | "route.nat-gateway-id"
            | "route.transit-gateway-id"
            | "route.vpc-peering-connection-id" => {
                let named = self.routes.iter().map(|route| route.target.named());
                let own = named.filter(|(of, _)| name.strip_prefix("route.") == Some(*of));
                own.map(|(_, id)| id.to_owned()).collect()
            }
            "route.origin" => self.routes.iter().map(|route| route.origin.word().to_owned()).collect(),
            "vpc-id" => vec![self.vpc_id.to_string()],
            _ => Vec::new(),
        }
    }
    fn filter_within(&self, view: &View, name: &str) -> Vec<String> {
        match name {
            "route.state" => self.routes.iter().map(|route| state(view, self, route).to_owned()).collect(),
            "route.instance-id" => {
                let instance = |route: &Route| attachment(view, self, route)?.instance_id;
                self.routes.iter().filter_map(instance).collect()
            }
            _ => self.filter(name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Association;
    use serde_json::json;

    #[test]
    fn an_association_from_before_gateways_had_any_is_a_subnets_or_the_main_one() {
        for (subnet, is_main) in [(json!("subnet-00000000000000001"), false), (json!(null), true)] {
            let old = json!({ "id": "rtbassoc-00000000000000001", "subnet_id": subnet });
            let read: Association = serde_json::from_value(old).unwrap();
            assert_eq!((read.is_main(), read.gateway_id), (is_main, None));
        }
    }
}
