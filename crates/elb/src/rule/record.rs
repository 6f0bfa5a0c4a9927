//! A rule: when it holds, and what is done then.

use super::condition::Condition;
use super::transform::Transform;
use crate::action::{Action, groups};
use crate::arn;
use crate::listener::Listener;
use crate::load_balancer::LoadBalancer;
use base::{Scope, Tags};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::{Index, Record, Rows};

/// A rule.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Rule {
    pub(crate) scope: Scope,
    /// The tail of its load balancer: `app/web/50dc6c495c0c9188`.
    pub(crate) load_balancer: String,
    /// The id of its listener.
    pub(crate) listener: String,
    /// 16 hexadecimal digits.
    pub(crate) id: String,
    /// 1 to 50000, its own within the listener.
    pub(crate) priority: i32,
    pub(crate) conditions: Vec<Condition>,
    pub(crate) actions: Vec<Action>,
    pub(crate) transforms: Vec<Transform>,
    pub(crate) tags: Tags,
}

impl Record for Rule {
    const TABLE: &'static str = "elb_rule";
    const INDEXES: &'static [Index<Self>] = &[Self::GROUP];
    type Key = String;

    fn key(&self) -> String {
        arn::key(&self.scope, &self.resource())
    }
}

impl Rule {
    /// By the target groups that it leads to.
    pub(crate) const GROUP: Index<Self> = Index { name: "group", keys: |own| groups(&own.actions) };

    /// `listener-rule/app/web/50dc6c495c0c9188/f2f7dc8efc522ab2/9683b2d02a6cabee`.
    pub(crate) fn resource(&self) -> String {
        format!("listener-rule/{}/{}/{}", self.load_balancer, self.listener, self.id)
    }

    pub(crate) fn arn(&self) -> String {
        arn::arn(&self.scope, &self.resource())
    }

    /// Those of a listener, by priority, without the default one.
    pub(crate) fn of_listener(rows: &impl Rows, listener: &Listener) -> Vec<Arc<Self>> {
        let mut rules: Vec<Arc<Self>> = rows.below(&arn::key(&listener.scope, &listener.rules()));
        rules.sort_by_key(|own| own.priority);
        rules
    }

    /// Those of all listeners of a load balancer.
    pub(crate) fn of_load_balancer(rows: &impl Rows, own: &LoadBalancer) -> Vec<Arc<Self>> {
        rows.below(&arn::key(&own.scope, &format!("listener-rule/{}/", own.tail())))
    }
}
