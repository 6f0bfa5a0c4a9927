//! IAM's need: what was denied lately and why, as everything stood when it was denied. Met by the gateway, which keeps it.

use crate::{CallContext, Cx, Places, Principal};
use base::Region;
use policy::compile::{Policy, Source};
use policy::decide::{Decision, Gate, Request};
use policy::document::Effect;
use policy::explain::Outcome;
use std::sync::Arc;

/// Keeps denials for a while.
pub trait Denials: Send + Sync {
    /// The denial of that id in the world of the call; `None` where there is none, or it is too long ago.
    fn denial(&self, cx: &Cx, id: &str) -> Option<Arc<Denial>>;

    /// Notes what came of a question that a service has asked the engine by itself. Of a denial, the id it is kept under.
    fn judged(&self, cx: &Cx, judged: &Judged<'_>) -> Option<String>;
}

/// A question, and what came of it.
pub struct Judged<'a> {
    /// What the caller brought.
    pub principal: &'a Principal,
    /// What was asked.
    pub request: &'a Request<'a, CallContext<'a>>,
    /// What came of it.
    pub decision: Decision<'a>,
    /// Where both accounts stand in organizations.
    pub places: Places<'a>,
}

/// The header that names the denial behind a refusal; `GET /_angae/iam/decisions/{id}` explains it.
pub const DENY_ID: &str = "x-angae-deny-id";

/// A call that was denied.
#[derive(Debug)]
pub struct Denial {
    /// The account of whoever called; empty where nobody signed.
    pub account: String,
    /// The ARN of the user or role that called.
    pub principal: String,
    /// Where it was denied.
    pub region: Region,
    /// What the call brought, whatever it is about.
    pub context: Vec<KeyValue>,
    /// What it asks for: first what was denied.
    pub evaluations: Vec<Evaluation>,
    /// Every policy that was asked, once.
    pub policies: Vec<Evaluated>,
}

/// A condition key as AWS writes it, and its values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyValue {
    /// The key.
    pub key: String,
    /// Its values.
    pub values: Vec<String>,
    /// Whether the key is one that may have several.
    pub is_list: bool,
}

/// One action on one resource.
#[derive(Debug)]
pub struct Evaluation {
    /// The action.
    pub action: String,
    /// The resource's ARN, or `*`.
    pub resource: String,
    /// The account the resource belongs to.
    pub owner: String,
    /// What the call brings to this pair alone.
    pub asked: Vec<KeyValue>,
    /// What the resource brings.
    pub facts: Vec<KeyValue>,
    /// How it was decided: allowed, or by the lack of a statement, or by one that denies.
    pub outcome: Outcome,
    /// What each gate did, in the order of the decision.
    pub checks: Vec<Checked>,
}

/// What one gate did.
#[derive(Debug)]
pub struct Checked {
    /// Which.
    pub gate: Gate,
    /// What it did.
    pub outcome: Outcome,
    /// The statements that did it.
    pub hits: Vec<Hit>,
}

/// A statement that was about the call.
#[derive(Debug)]
pub struct Hit {
    /// The place of its policy in [`Denial::policies`].
    pub policy: usize,
    /// Its `Sid`, if it has one.
    pub sid: Option<String>,
    /// Its place in the policy, from 0.
    pub index: u32,
    /// Allow or Deny.
    pub effect: Effect,
}

/// A policy that was asked.
#[derive(Debug)]
pub struct Evaluated {
    /// As what.
    pub gate: Gate,
    /// What it is called.
    pub source: Source,
    /// The policy, as it was then.
    pub policy: Arc<Policy>,
    /// Of a resource's policy: the resource it lies on, and the account that it belongs to.
    pub resource: Option<(String, String)>,
}
