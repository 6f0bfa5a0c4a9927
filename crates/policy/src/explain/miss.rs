//! Statements that nearly allowed: which part did not fit, what it wanted, what the request had.

use super::Record;
use crate::context::{Context, Origin};
use crate::decide::{CallerKind, Gate, Matched, Request};
use crate::document::Effect;
use crate::span::Position;
use std::fmt;

/// How many near misses are told.
const MOST: usize = 3;

/// A part of a statement that did not fit, as it was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Missed {
    Action,
    Principal,
    Resource,
    Condition {
        operator: String,
        key: String,
        wanted: Vec<String>,
        had: Option<Vec<String>>,
        origin: Option<Origin>,
        at: Position,
    },
}

/// A statement that would have allowed, had this part fitted.
#[derive(Clone, Debug)]
pub struct Miss<'a> {
    /// The statement.
    pub matched: Matched<'a>,
    /// The first part that did not fit.
    pub part: Part,
    /// How many parts did not fit.
    pub misses: usize,
    /// What the part wanted, as the policy writes it.
    pub wanted: Vec<String>,
    /// What the request had; `None` for a key it did not have.
    pub had: Option<Vec<String>>,
    /// Where the request's value came from.
    pub origin: Option<Origin>,
    /// Where the part stands: the condition's key, else the statement.
    pub at: Position,
    action: String,
    resource: String,
}

/// A part of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// `Action` or `NotAction`.
    Action,
    /// `Principal` or `NotPrincipal`.
    Principal,
    /// `Resource` or `NotResource`.
    Resource,
    /// A condition.
    Condition {
        /// Its operator.
        operator: String,
        /// Its key, as written.
        key: String,
    },
}

/// The statements of a gate that came nearest. Another action is further off than another resource, that further than
/// another principal, a condition is the nearest.
pub(super) fn nearest<'a, C: Context + ?Sized>(
    records: &[Record<'a>],
    gate: Gate,
    level: usize,
    request: &Request<'_, C>,
) -> Vec<Miss<'a>> {
    let mut near: Vec<&Record<'a>> = records
        .iter()
        .filter(|record| (record.gate, record.level) == (gate, level))
        .filter(|record| record.matched.statement.effect() == Effect::Allow && !record.missed.is_empty())
        // One that fits in nothing is no near miss.
        .filter(|record| record.missed.len() < record.parts)
        .collect();
    near.sort_by_key(|record| record.missed.iter().map(weight).sum::<u32>());
    near.into_iter().take(MOST).map(|record| Miss::new(record, request)).collect()
}

fn weight(missed: &Missed) -> u32 {
    match missed {
        Missed::Action => 1_000_000,
        Missed::Resource => 10_000,
        Missed::Principal => 100,
        Missed::Condition { .. } => 1,
    }
}

impl<'a> Miss<'a> {
    fn new<C: Context + ?Sized>(record: &Record<'a>, request: &Request<'_, C>) -> Self {
        let statement = record.matched.statement;
        let one = |text: String| vec![text];
        let (part, wanted, had, origin, at) = match &record.missed[0] {
            Missed::Action => {
                let had = request.action.name().to_owned();
                (Part::Action, one(statement.shown_actions()), Some(one(had)), None, statement.start())
            }
            Missed::Principal => {
                let had = caller(request);
                (Part::Principal, one(statement.shown_principals()), Some(one(had)), None, statement.start())
            }
            Missed::Resource => {
                let had = request.resource.arn.to_owned();
                (Part::Resource, one(statement.shown_resources()), Some(one(had)), None, statement.start())
            }
            Missed::Condition { operator, key, wanted, had, origin, at } => {
                let part = Part::Condition { operator: operator.clone(), key: key.clone() };
                (part, wanted.clone(), had.clone(), *origin, *at)
            }
        };
        Self {
            matched: record.matched,
            part,
            misses: record.missed.len(),
            wanted,
            had,
            origin,
            at,
            action: statement.shown_actions(),
            resource: statement.shown_resources(),
        }
    }
}

/// Who calls, as a policy would name it.
pub(super) fn caller<C: Context + ?Sized>(request: &Request<'_, C>) -> String {
    match request.caller.kind {
        CallerKind::Root => format!("{}:root", request.caller.account),
        CallerKind::User { arn, .. } | CallerKind::FederatedUser { arn, .. } => arn.to_owned(),
        CallerKind::RoleSession { session_arn, .. } => session_arn.to_owned(),
        CallerKind::WebIdentity { provider } | CallerKind::Saml { provider } => provider.to_owned(),
        CallerKind::Service { names } => names.first().copied().unwrap_or_default().to_owned(),
        CallerKind::Anonymous => "nobody".to_owned(),
    }
}

impl fmt::Display for Miss<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { action, resource, .. } = self;
        write!(f, "{} allows {action}", self.matched.place())?;
        if !resource.is_empty() {
            write!(f, " on {resource}")?;
        }
        let part = match &self.part {
            Part::Action => "its action".to_owned(),
            Part::Principal => "its principal".to_owned(),
            Part::Resource => "its resource".to_owned(),
            Part::Condition { operator, key } => format!("{operator} {key}"),
        };
        write!(f, ", but {part} wanted {}; ", self.wanted.join(" or "))?;
        match &self.had {
            Some(had) => write!(f, "the request had {}", had.join(", ")),
            None => f.write_str("the request had none"),
        }
    }
}
