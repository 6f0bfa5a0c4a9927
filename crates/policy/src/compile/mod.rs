//! Policies made ready: what a decision needs, nothing to be read again.

mod action;
mod arn;
#[cfg(test)]
mod bombs;
mod condition;
pub(crate) mod instant;
mod network;
mod number;
mod principal;
mod resource;
mod set;
mod shared;
#[cfg(test)]
mod tests;

pub use action::Action;
pub(crate) use condition::{Condition, Operator};
pub(crate) use resource::Target;
pub use set::{Attached, PolicySet, Source};
pub use shared::shared;

use crate::context::{Context, Key};
use crate::decide::{Caller, Reach, Silent, Tracer};
use crate::document::{self, Document, Effect, Version};
use crate::pattern::Reading;
use crate::span::{Position, Span, Walk};
use action::{Actions, Initials};
use principal::Principals;
use resource::Resources;
use std::sync::Arc;

/// What a policy is attached to. It decides whether principals count and how short ARNs are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Of a user, group or role, managed or inline.
    Identity,
    /// A permissions boundary.
    Boundary,
    /// Passed with a session.
    Session,
    /// Of a resource: a bucket, a key, a file system.
    Resource,
    /// Who may assume a role.
    Trust,
    /// Of a VPC endpoint.
    Endpoint,
    /// A service control policy.
    ServiceControl,
    /// A resource control policy.
    ResourceControl,
}

/// A compiled policy. It is immutable; share it.
#[derive(Clone, Debug)]
pub struct Policy {
    kind: Kind,
    source: Arc<str>,
    statements: Box<[Statement]>,
}

/// One statement of a policy.
#[derive(Clone, Debug)]
pub struct Statement {
    effect: Effect,
    sid: Option<Box<str>>,
    index: u32,
    start: Position,
    end: Position,
    span: Span,
    actions: Option<Actions>,
    principals: Option<Principals>,
    resources: Option<Resources>,
    conditions: Box<[Condition]>,
}

/// For policies whose principals are compared by ARN alone.
pub fn no_unique_ids(_arn: &str) -> Option<String> {
    None
}

impl Policy {
    /// Compiles a document. `unique_id` gives the id (`AIDA…`, `AROA…`) a principal's ARN had when the policy was
    /// written, so that one made again under the same name is somebody else.
    pub fn compile(document: &Document, kind: Kind, unique_id: &dyn Fn(&str) -> Option<String>) -> Self {
        let variables = document.version == Version::V2012;
        let mut walk = Walk::new(document.source());
        let statements = (0..).zip(&document.statements).map(|(index, written)| {
            let start = walk.position(written.span.start);
            let mut conditions: Vec<Condition> = written
                .conditions
                .iter()
                .map(|condition| Condition::new(condition, variables, walk.position(condition.span.start)))
                .collect();
            // Those that may cost a look at the state come last.
            conditions.sort_by_key(|condition| condition.key.is_costly());
            let end = walk.position(written.span.end);
            let reading = Reading { wildcards: true, variables };
            Statement {
                effect: written.effect,
                sid: written.sid.as_ref().map(|sid| sid.value.as_str().into()),
                index,
                start,
                end,
                span: written.span,
                actions: written.actions.as_ref().map(Actions::new),
                principals: kind.has_principals().then(|| principals(written, unique_id)),
                resources: written.resources.as_ref().map(|written| Resources::new(written, kind, reading)),
                conditions: conditions.into_boxed_slice(),
            }
        });
        Self { kind, statements: statements.collect(), source: document.shared() }
    }

    /// What it is attached to.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The document it was compiled from, to the byte.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// In the order of the document.
    pub fn statements(&self) -> &[Statement] {
        &self.statements
    }
}

/// Without the element, nobody.
fn principals(written: &document::Statement, unique_id: &dyn Fn(&str) -> Option<String>) -> Principals {
    match &written.principals {
        Some(principals) => Principals::new(principals, unique_id),
        None => {
            let nobody = document::Element { negated: false, values: Vec::new(), span: written.span };
            Principals::new(&nobody, unique_id)
        }
    }
}

impl Kind {
    /// Whether its statements say who they are about.
    fn has_principals(self) -> bool {
        match self {
            Self::Resource | Self::Trust | Self::Endpoint | Self::ResourceControl => true,
            Self::Identity | Self::Boundary | Self::Session | Self::ServiceControl => false,
        }
    }

    /// Whether a statement without `Resource` is about whatever the policy is attached to.
    fn has_own_resource(self) -> bool {
        matches!(self, Self::Resource | Self::Trust)
    }
}

impl Statement {
    /// Allow or Deny.
    pub fn effect(&self) -> Effect {
        self.effect
    }

    /// `Sid`, unless it is empty.
    pub fn sid(&self) -> Option<&str> {
        self.sid.as_deref()
    }

    /// From 0, in the order of the document.
    pub fn index(&self) -> u32 {
        self.index
    }

    /// Where its `{` stands. Simulations count from one column further.
    pub fn start(&self) -> Position {
        self.start
    }

    /// Just behind its `}`.
    pub fn end(&self) -> Position {
        self.end
    }

    /// Whether it allows an action, be it on one resource only or under conditions.
    pub fn grants(&self, action: &Action) -> bool {
        let named = self.actions.as_ref().is_some_and(|actions| actions.matches(action, &mut Silent));
        self.effect == Effect::Allow && named
    }

    /// Its bytes in the document.
    pub fn span(&self) -> Span {
        self.span
    }

    /// Whether the statement is about a request, and how it reaches the caller. Goes on after the first element that
    /// does not fit only if the tracer wants to know.
    #[inline]
    pub(crate) fn matches<C: Context + ?Sized, T: Tracer>(
        &self,
        kind: Kind,
        action: &Action,
        target: &Target<'_>,
        caller: &Caller<'_>,
        context: &C,
        tracer: &mut T,
    ) -> Option<Reach> {
        let mut fits = self.actions.as_ref().is_some_and(|actions| actions.matches(action, tracer));
        if !fits {
            tracer.missed_action(self);
            if !T::EXHAUSTIVE {
                return None;
            }
        }
        let reach = match &self.principals {
            Some(principals) => principals.reach(caller, self.effect == Effect::Deny),
            None => Some(Reach::Direct),
        };
        if reach.is_none() {
            tracer.missed_principal(self);
            if !T::EXHAUSTIVE {
                return None;
            }
        }
        let named = match &self.resources {
            Some(resources) => resources.matches(target, context, tracer),
            None => kind.has_own_resource(),
        };
        if !named {
            tracer.missed_resource(self);
            if !T::EXHAUSTIVE {
                return None;
            }
        }
        fits &= named;
        for condition in &self.conditions {
            if !condition.holds(context, tracer) {
                fits = false;
                if !T::EXHAUSTIVE {
                    return None;
                }
            }
        }
        reach.filter(|_| fits)
    }

    /// How many parts a request has to fit.
    pub(crate) fn parts(&self) -> usize {
        let (principals, resources) = (self.principals.is_some(), self.resources.is_some());
        1 + usize::from(principals) + usize::from(resources) + self.conditions.len()
    }

    pub(crate) fn shown_actions(&self) -> String {
        self.actions.as_ref().map_or_else(String::new, Actions::to_string)
    }

    pub(crate) fn shown_principals(&self) -> String {
        self.principals.as_ref().map_or_else(String::new, Principals::to_string)
    }

    pub(crate) fn shown_resources(&self) -> String {
        self.resources.as_ref().map_or_else(String::new, Resources::to_string)
    }

    /// The services whose actions it can be about, and how their operations begin; `None` if those of any can.
    fn services(&self) -> Option<Vec<(&str, Initials)>> {
        match &self.actions {
            Some(actions) => actions.services().map(Iterator::collect),
            None => Some(Vec::new()),
        }
    }

    /// The keys of its conditions and variables.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &Key> {
        let resources = self.resources.iter().flat_map(Resources::keys);
        let conditions = self
            .conditions
            .iter()
            .flat_map(|condition| std::iter::once(&condition.key).chain(condition.variables()));
        resources.chain(conditions)
    }
}
