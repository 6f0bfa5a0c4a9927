//! What a scope of Network Access Analyzer is.

use crate::error::{Kind, Noun};
use crate::id::NetworkInsightsAccessScopeId;
use crate::resource::{self, Resource};
use base::{Scope, Tags, Timestamp};
use serde::{Deserialize, Serialize};
use store::Record;

/// Paths that are looked for, and those of them that are of no interest.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct NetworkInsightsAccessScope {
    pub(crate) scope: Scope,
    pub(crate) id: NetworkInsightsAccessScopeId,
    pub(crate) matches: Vec<Path>,
    pub(crate) excludes: Vec<Path>,
    pub(crate) created_at: Timestamp,
    pub(crate) tags: Tags,
}

/// What is said of paths.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Path {
    pub(crate) source: Option<End>,
    pub(crate) destination: Option<End>,
    pub(crate) through: Vec<Resources>,
}

/// What is said of an end.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct End {
    pub(crate) header: Option<Header>,
    pub(crate) resources: Option<Resources>,
}

/// Resources by their ids or ARNs, or by their types; as they were given.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Resources {
    pub(crate) named: Vec<String>,
    pub(crate) types: Vec<String>,
}

/// What is said of packets; as it was given.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Header {
    pub(crate) sources: Vec<String>,
    pub(crate) destinations: Vec<String>,
    pub(crate) source_ports: Vec<String>,
    pub(crate) destination_ports: Vec<String>,
    pub(crate) protocols: Vec<String>,
}

impl Record for NetworkInsightsAccessScope {
    const TABLE: &'static str = "vpc_network_insights_access_scope";
    type Key = String;

    fn key(&self) -> String {
        resource::key(&self.scope, self.id.as_str())
    }
}

impl Resource for NetworkInsightsAccessScope {
    const TYPE: &'static str = "network-insights-access-scope";
    const PREFIX: &'static str = NetworkInsightsAccessScopeId::PREFIX;
    const KIND: Kind = Kind::Noun(Noun::ACCESS_SCOPE);
    const PAGE: (i32, i32) = (1, 100);
    const FILTERS: &'static [&'static str] = &[];

    crate::resource::own_members!();

    fn filter(&self, _name: &str) -> Vec<String> {
        Vec::new()
    }
}
