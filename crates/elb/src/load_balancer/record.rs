//! A load balancer: what its owner wants of it, and what was seen of it.

use crate::arn;
use crate::attribute::Set;
use base::{Scope, Tags, Timestamp, Zone};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::{Index, Record, Rows};

/// The three kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// Of HTTP.
    Application,
    /// Of connections.
    Network,
    /// Of packets.
    Gateway,
}

impl Kind {
    /// The kind that a request names.
    pub(crate) fn of(word: Option<&str>) -> Self {
        match word {
            Some("network") => Self::Network,
            Some("gateway") => Self::Gateway,
            _ => Self::Application,
        }
    }

    /// AWS's word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Application => "application",
            Self::Network => "network",
            Self::Gateway => "gateway",
        }
    }

    /// How ARNs call it.
    pub(crate) fn short(self) -> &'static str {
        match self {
            Self::Application => "app",
            Self::Network => "net",
            Self::Gateway => "gwy",
        }
    }

    /// The letter that tables of attributes know it by.
    pub(crate) fn letter(self) -> char {
        match self {
            Self::Application => 'A',
            Self::Network => 'N',
            Self::Gateway => 'G',
        }
    }
}

/// What a load balancer is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum State {
    Provisioning,
    Active,
}

impl State {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Provisioning => "provisioning",
            Self::Active => "active",
        }
    }
}

/// Where a load balancer stands: one subnet of one zone, with an interface there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Place {
    pub(crate) zone: Zone,
    pub(crate) subnet: String,
    pub(crate) interface: String,
    /// The elastic address it is reached by.
    pub(crate) allocation: Option<String>,
    /// The address it is reached by from outside.
    pub(crate) public: Option<String>,
    /// The private address that was asked for.
    pub(crate) private: Option<String>,
    /// The IPv6 address that was asked for.
    pub(crate) ipv6: Option<String>,
    /// The prefixes that translate sources of IPv6.
    pub(crate) prefixes: Vec<String>,
}

/// Capacity that is kept ready.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Capacity {
    pub(crate) units: Option<i32>,
    pub(crate) changed_at: Timestamp,
    /// When it was lowered, as far as that still counts.
    pub(crate) lowered_at: Vec<Timestamp>,
}

/// A load balancer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct LoadBalancer {
    pub(crate) scope: Scope,
    pub(crate) kind: Kind,
    pub(crate) name: String,
    /// 16 hexadecimal digits.
    pub(crate) id: String,
    /// A gateway one has none.
    pub(crate) dns_name: Option<String>,
    pub(crate) is_internal: bool,
    pub(crate) vpc: String,
    pub(crate) created_at: Timestamp,
    pub(crate) state: State,
    /// None where it was made without any.
    pub(crate) groups: Option<Vec<String>>,
    /// `ipv4`, `dualstack`, `dualstack-without-public-ipv4`.
    pub(crate) ip_address_type: String,
    pub(crate) places: Vec<Place>,
    /// `on` or `off`, where it was set.
    pub(crate) enforces_on_private_link: Option<String>,
    pub(crate) outpost_pool: Option<String>,
    pub(crate) translates_sources: bool,
    pub(crate) ipam_pool: Option<String>,
    pub(crate) attributes: Set,
    pub(crate) capacity: Option<Capacity>,
    pub(crate) tags: Tags,
}

impl Record for LoadBalancer {
    const TABLE: &'static str = "elb_load_balancer";
    const INDEXES: &'static [Index<Self>] = &[Self::NAME];
    type Key = String;

    fn key(&self) -> String {
        arn::key(&self.scope, &self.resource())
    }
}

impl LoadBalancer {
    /// By name, whose case does not matter.
    pub(crate) const NAME: Index<Self> =
        Index { name: "name", keys: |own| vec![arn::key(&own.scope, &own.name.to_lowercase())] };

    /// `app/web/50dc6c495c0c9188`.
    pub(crate) fn tail(&self) -> String {
        format!("{}/{}/{}", self.kind.short(), self.name, self.id)
    }

    /// `loadbalancer/app/web/50dc6c495c0c9188`.
    pub(crate) fn resource(&self) -> String {
        format!("loadbalancer/{}", self.tail())
    }

    pub(crate) fn arn(&self) -> String {
        arn::arn(&self.scope, &self.resource())
    }

    /// The one of that name.
    pub(crate) fn named(rows: &impl Rows, scope: &Scope, name: &str) -> Option<Arc<Self>> {
        rows.first(&Self::NAME, &arn::key(scope, &name.to_lowercase()))
    }

    /// All of a scope.
    pub(crate) fn all(rows: &impl Rows, scope: &Scope) -> Vec<Arc<Self>> {
        rows.below(&arn::key(scope, "loadbalancer/"))
    }

    /// Whether it is reached by IPv6.
    pub(crate) fn has_ipv6(&self) -> bool {
        self.ip_address_type.starts_with("dualstack")
    }

    /// Its zones, by name.
    pub(crate) fn zones(&self) -> impl Iterator<Item = &Zone> {
        self.places.iter().map(|place| &place.zone)
    }
}
