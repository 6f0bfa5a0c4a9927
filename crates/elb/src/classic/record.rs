//! A classic load balancer: what its owner wants of it, and what was seen of its instances.

use base::{Scope, Tags, Timestamp, Zone};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::{Index, Record, Rows};

/// Where it stands: one subnet of one zone, with an interface there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Place {
    pub(crate) zone: Zone,
    pub(crate) subnet: String,
    pub(crate) interface: String,
}

/// A listener.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Listener {
    /// In capitals.
    pub(crate) protocol: String,
    pub(crate) port: i32,
    pub(crate) instance_protocol: String,
    pub(crate) instance_port: i32,
    /// By ARN.
    pub(crate) certificate: Option<String>,
    /// By name.
    pub(crate) policies: Vec<String>,
}

impl Listener {
    /// Whether it speaks TLS.
    pub(crate) fn is_secure(&self) -> bool {
        is_secure(&self.protocol)
    }

    /// Whether another one is the same, whatever its policies.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        let own = |own: &Self| {
            (
                own.protocol.clone(),
                own.port,
                own.instance_protocol.clone(),
                own.instance_port,
                own.certificate.clone(),
            )
        };
        own(self) == own(other)
    }
}

/// Whether a protocol is spoken over TLS.
pub(crate) fn is_secure(protocol: &str) -> bool {
    matches!(protocol, "HTTPS" | "SSL")
}

/// A policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Policy {
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) attributes: Vec<(String, String)>,
}

/// How instances are checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct HealthCheck {
    pub(crate) target: String,
    pub(crate) interval_seconds: i32,
    pub(crate) timeout_seconds: i32,
    pub(crate) unhealthy_count: i32,
    pub(crate) healthy_count: i32,
}

/// An instance that is registered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Registered {
    pub(crate) id: String,
    pub(crate) registered_at: Timestamp,
    /// Whether it is wanted no longer, and only what it serves ends.
    pub(crate) leaves: bool,
    /// Since when.
    #[serde(default)]
    pub(crate) left_at: Option<Timestamp>,
    /// Whether the time in which it would have been checked has passed: nothing is asked yet.
    pub(crate) is_settled: bool,
}

/// The attributes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Attributes {
    pub(crate) cross_zone: bool,
    pub(crate) log: Option<Log>,
    pub(crate) drains: bool,
    pub(crate) draining_seconds: i32,
    pub(crate) idle_seconds: i32,
    pub(crate) desync_mode: String,
}

/// The log of accesses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Log {
    pub(crate) bucket: String,
    pub(crate) prefix: String,
    pub(crate) interval_minutes: i32,
}

impl Default for Attributes {
    fn default() -> Self {
        Self {
            cross_zone: false,
            log: None,
            drains: false,
            draining_seconds: 300,
            idle_seconds: 60,
            desync_mode: "defensive".to_owned(),
        }
    }
}

/// A classic load balancer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Classic {
    pub(crate) scope: Scope,
    pub(crate) name: String,
    pub(crate) dns_name: String,
    pub(crate) is_internal: bool,
    pub(crate) vpc: String,
    pub(crate) created_at: Timestamp,
    pub(crate) places: Vec<Place>,
    pub(crate) groups: Vec<String>,
    /// The name of the group that instances let in.
    pub(crate) source_group: String,
    pub(crate) listeners: Vec<Listener>,
    pub(crate) policies: Vec<Policy>,
    /// Policies of ports of instances.
    pub(crate) backends: Vec<(i32, Vec<String>)>,
    pub(crate) instances: Vec<Registered>,
    pub(crate) health_check: HealthCheck,
    pub(crate) attributes: Attributes,
    pub(crate) tags: Tags,
}

impl Record for Classic {
    const TABLE: &'static str = "elb_classic";
    const INDEXES: &'static [Index<Self>] = &[Self::CERTIFICATE];
    type Key = String;

    fn key(&self) -> String {
        Self::key_of(&self.scope, &self.name)
    }
}

impl Classic {
    /// By the certificates of its listeners.
    pub(crate) const CERTIFICATE: Index<Self> = Index {
        name: "certificate",
        keys: |own| own.listeners.iter().filter_map(|listener| listener.certificate.clone()).collect(),
    };

    /// Names ignore case.
    pub(crate) fn key_of(scope: &Scope, name: &str) -> String {
        format!("{scope}/{}", name.to_lowercase())
    }

    pub(crate) fn arn(&self) -> String {
        crate::arn::arn(&self.scope, &format!("loadbalancer/{}", self.name))
    }

    /// All of a scope, by name.
    pub(crate) fn all(rows: &impl Rows, scope: &Scope) -> Vec<Arc<Self>> {
        rows.below(&format!("{scope}/"))
    }
}
