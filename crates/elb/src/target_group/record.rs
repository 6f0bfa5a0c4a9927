//! A target group.

use super::health_check::HealthCheck;
use crate::arn;
use crate::attribute::Set;
use base::{Scope, Tags};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::{Index, Record, Rows};

/// What rules of a target group depend on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// Instances or addresses of HTTP.
    Http,
    /// A function.
    Lambda,
    /// Instances or addresses of connections.
    Network,
    /// An application load balancer.
    Balancer,
    /// Instances or addresses of packets.
    Gateway,
}

impl Class {
    /// The class of a target type and a protocol.
    pub(crate) fn of(target_type: &str, protocol: Option<&str>) -> Self {
        match (target_type, protocol) {
            ("lambda", _) => Self::Lambda,
            ("alb", _) => Self::Balancer,
            (_, Some("GENEVE")) => Self::Gateway,
            (_, Some("HTTP" | "HTTPS")) => Self::Http,
            (_, _) => Self::Network,
        }
    }

    /// The letter that tables of attributes know it by.
    pub(crate) fn letter(self) -> char {
        match self {
            Self::Http => 'A',
            Self::Lambda => 'L',
            Self::Network => 'N',
            Self::Balancer => 'B',
            Self::Gateway => 'G',
        }
    }
}

/// A target group.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct TargetGroup {
    pub(crate) scope: Scope,
    pub(crate) name: String,
    /// 16 hexadecimal digits.
    pub(crate) id: String,
    /// `instance`, `ip`, `lambda` or `alb`.
    pub(crate) target_type: String,
    pub(crate) protocol: Option<String>,
    pub(crate) protocol_version: Option<String>,
    pub(crate) port: Option<i32>,
    pub(crate) vpc: Option<String>,
    pub(crate) ip_address_type: Option<String>,
    pub(crate) control_port: Option<i32>,
    pub(crate) health_check: HealthCheck,
    pub(crate) attributes: Set,
    pub(crate) tags: Tags,
}

impl Record for TargetGroup {
    const TABLE: &'static str = "elb_target_group";
    const INDEXES: &'static [Index<Self>] = &[Self::NAME];
    type Key = String;

    fn key(&self) -> String {
        arn::key(&self.scope, &self.resource())
    }
}

impl TargetGroup {
    /// By name.
    pub(crate) const NAME: Index<Self> =
        Index { name: "name", keys: |own| vec![arn::key(&own.scope, &own.name)] };

    /// `targetgroup/web/73e2d6bc24d8a067`.
    pub(crate) fn resource(&self) -> String {
        format!("targetgroup/{}/{}", self.name, self.id)
    }

    pub(crate) fn arn(&self) -> String {
        arn::arn(&self.scope, &self.resource())
    }

    pub(crate) fn class(&self) -> Class {
        Class::of(&self.target_type, self.protocol.as_deref())
    }

    /// The one of that name.
    pub(crate) fn named(rows: &impl Rows, scope: &Scope, name: &str) -> Option<Arc<Self>> {
        rows.first(&Self::NAME, &arn::key(scope, name))
    }

    /// All of a scope, by name.
    pub(crate) fn all(rows: &impl Rows, scope: &Scope) -> Vec<Arc<Self>> {
        rows.below(&arn::key(scope, "targetgroup/"))
    }
}
