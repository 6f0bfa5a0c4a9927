//! What a path is.

use crate::error::Kind;
use crate::id::NetworkInsightsPathId;
use crate::resource::{self, Resource};
use base::{Scope, Tags, Timestamp};
use serde::{Deserialize, Serialize};
use std::net::Ipv4Addr;
use store::Record;

/// A flow that can be analysed again and again.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct NetworkInsightsPath {
    pub(crate) scope: Scope,
    pub(crate) id: NetworkInsightsPathId,
    pub(crate) created_at: Timestamp,
    pub(crate) source: End,
    /// None where an address is all that is said of it.
    pub(crate) destination: Option<End>,
    pub(crate) source_ip: Option<Ipv4Addr>,
    pub(crate) destination_ip: Option<Ipv4Addr>,
    /// `tcp` or `udp`.
    pub(crate) protocol: String,
    pub(crate) destination_port: Option<u16>,
    /// What is asked of packets as they leave the source.
    pub(crate) at_source: Option<Filter>,
    /// What is asked of packets as they come to the destination.
    pub(crate) at_destination: Option<Filter>,
    pub(crate) tags: Tags,
}

/// One end of a path.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct End {
    pub(crate) id: String,
    pub(crate) arn: String,
}

/// What is asked of packets.
#[derive(Clone, Copy, Default, Serialize, Deserialize)]
pub(crate) struct Filter {
    pub(crate) source: Option<Ipv4Addr>,
    pub(crate) source_ports: Option<(u16, u16)>,
    pub(crate) destination: Option<Ipv4Addr>,
    pub(crate) destination_ports: Option<(u16, u16)>,
}

impl Filter {
    fn values(&self, name: &str) -> Vec<String> {
        let range = |ports: Option<(u16, u16)>| ports.map(|(from, to)| format!("{from}-{to}"));
        let address = |address: Option<Ipv4Addr>| address.map(|address| address.to_string());
        let value = match name {
            "source-address" => address(self.source),
            "source-port-range" => range(self.source_ports),
            "destination-address" => address(self.destination),
            "destination-port-range" => range(self.destination_ports),
            _ => None,
        };
        value.into_iter().collect()
    }
}

impl Record for NetworkInsightsPath {
    const TABLE: &'static str = "vpc_network_insights_path";
    type Key = String;

    fn key(&self) -> String {
        resource::key(&self.scope, self.id.as_str())
    }
}

impl Resource for NetworkInsightsPath {
    const TYPE: &'static str = "network-insights-path";
    const PREFIX: &'static str = NetworkInsightsPathId::PREFIX;
    const KIND: Kind = Kind::NetworkInsightsPath;
    const PAGE: (i32, i32) = (1, 100);
    const FILTERS: &'static [&'static str] = &[
        "destination",
        "filter-at-destination.destination-address",
        "filter-at-destination.destination-port-range",
        "filter-at-destination.source-address",
        "filter-at-destination.source-port-range",
        "filter-at-source.destination-address",
        "filter-at-source.destination-port-range",
        "filter-at-source.source-address",
        "filter-at-source.source-port-range",
        "protocol",
        "source",
    ];

    crate::resource::own_members!();

    fn filter(&self, name: &str) -> Vec<String> {
        let (side, part) = name.split_once('.').unwrap_or((name, ""));
        let of = |filter: &Option<Filter>| filter.iter().flat_map(|own| own.values(part)).collect();
        match side {
            "destination" => self.destination.iter().map(|end| end.id.clone()).collect(),
            "filter-at-destination" => of(&self.at_destination),
            "filter-at-source" => of(&self.at_source),
            "protocol" => vec![self.protocol.clone()],
            "source" => vec![self.source.id.clone()],
            _ => Vec::new(),
        }
    }
}
