//! A listener: what its owner wants of it, and what was seen of it.

use crate::action::{Action, groups};
use crate::arn;
use crate::attribute::Set;
use crate::load_balancer::LoadBalancer;
use base::{Scope, Tags};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::{Index, Record, Rows};

/// What was seen of a listener. Nothing binds one yet, so both are empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Observed {
    /// Where it is bound: `127.0.0.1:8080`.
    pub(crate) address: Option<String>,
    /// Why it is not.
    pub(crate) reason: Option<String>,
}

/// Whether clients have to bring certificates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Mutual {
    /// `off`, `passthrough` or `verify`.
    pub(crate) mode: String,
    /// Of `verify`, by ARN.
    pub(crate) trust_store: Option<String>,
    pub(crate) ignores_expiry: Option<bool>,
    pub(crate) advertises: Option<String>,
    pub(crate) filters: Vec<Filter>,
}

/// Whose certificates are taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Filter {
    pub(crate) field: Option<String>,
    pub(crate) action: Option<String>,
    pub(crate) match_type: Option<String>,
    pub(crate) value: Option<String>,
}

/// A listener.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Listener {
    pub(crate) scope: Scope,
    /// The tail of its load balancer: `app/web/50dc6c495c0c9188`.
    pub(crate) load_balancer: String,
    /// 16 hexadecimal digits.
    pub(crate) id: String,
    /// A gateway load balancer's has none, and no protocol.
    pub(crate) port: Option<i32>,
    pub(crate) protocol: Option<String>,
    pub(crate) ssl_policy: Option<String>,
    /// The default certificate, by ARN.
    pub(crate) certificate: Option<String>,
    /// The further ones.
    pub(crate) certificates: Vec<String>,
    pub(crate) actions: Vec<Action>,
    pub(crate) alpn: Option<String>,
    pub(crate) mutual: Option<Mutual>,
    pub(crate) attributes: Set,
    pub(crate) observed: Observed,
    /// The id of the rule that its own actions are.
    pub(crate) default_rule: String,
    pub(crate) default_rule_tags: Tags,
    pub(crate) tags: Tags,
}

impl Record for Listener {
    const TABLE: &'static str = "elb_listener";
    const INDEXES: &'static [Index<Self>] = &[Self::GROUP, Self::TRUST_STORE, Self::CERTIFICATE];
    type Key = String;

    fn key(&self) -> String {
        arn::key(&self.scope, &self.resource())
    }
}

impl Listener {
    /// By the target groups that it leads to.
    pub(crate) const GROUP: Index<Self> = Index { name: "group", keys: |own| groups(&own.actions) };

    /// By the trust store that its clients' certificates are held against.
    pub(crate) const TRUST_STORE: Index<Self> = Index {
        name: "trust_store",
        keys: |own| own.mutual.iter().filter_map(|mutual| mutual.trust_store.clone()).collect(),
    };

    /// By its certificates.
    pub(crate) const CERTIFICATE: Index<Self> = Index {
        name: "certificate",
        keys: |own| own.certificate.iter().chain(&own.certificates).cloned().collect(),
    };

    /// `listener/app/web/50dc6c495c0c9188/f2f7dc8efc522ab2`.
    pub(crate) fn resource(&self) -> String {
        format!("listener/{}/{}", self.load_balancer, self.id)
    }

    pub(crate) fn arn(&self) -> String {
        arn::arn(&self.scope, &self.resource())
    }

    pub(crate) fn load_balancer_key(&self) -> String {
        arn::key(&self.scope, &format!("loadbalancer/{}", self.load_balancer))
    }

    /// `listener-rule/app/web/50dc6c495c0c9188/f2f7dc8efc522ab2/`: how its rules begin.
    pub(crate) fn rules(&self) -> String {
        format!("listener-rule/{}/{}/", self.load_balancer, self.id)
    }

    pub(crate) fn default_rule_arn(&self) -> String {
        arn::arn(&self.scope, &format!("{}{}", self.rules(), self.default_rule))
    }

    /// Those of a load balancer, by id.
    pub(crate) fn of_load_balancer(rows: &impl Rows, own: &LoadBalancer) -> Vec<Arc<Self>> {
        rows.below(&arn::key(&own.scope, &format!("listener/{}/", own.tail())))
    }

    /// The listener whose default rule has that resource part.
    pub(crate) fn of_default_rule(rows: &impl Rows, scope: &Scope, resource: &str) -> Option<Arc<Self>> {
        let (above, id) = resource.strip_prefix("listener-rule/")?.rsplit_once('/')?;
        let own = rows.row::<Self>(&arn::key(scope, &format!("listener/{above}")))?;
        (own.default_rule == id).then_some(own)
    }

    /// Whether it speaks TLS.
    pub(crate) fn is_secure(&self) -> bool {
        self.protocol.as_deref().is_some_and(is_secure)
    }
}

/// Whether a protocol is spoken over TLS.
pub(crate) fn is_secure(protocol: &str) -> bool {
    matches!(protocol, "HTTPS" | "TLS")
}
