//! Several policies that count as one set: all of a user's and its groups', or the policies of one level of an
//! organization. Statements are found by the service of the action and by how its operation begins, so that the others
//! cost next to nothing.

use super::action::{Action, Initials};
use super::{Policy, Statement};
use crate::document::Effect;
use std::sync::Arc;

/// A policy, and what it is called.
#[derive(Clone, Debug)]
pub struct Attached {
    /// The policy.
    pub policy: Arc<Policy>,
    /// Its name and ARN.
    pub source: Source,
}

/// What a policy is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its name: of an inline policy all there is.
    pub name: Arc<str>,
    /// Of a managed policy.
    pub arn: Option<Arc<str>>,
}

/// A set of policies.
#[derive(Clone, Debug, Default)]
pub struct PolicySet {
    policies: Box<[Attached]>,
    /// Of statements whose actions may be of any service.
    common: Lists,
    /// Sorted by service: statements that name it.
    services: Box<[(Box<str>, Lists)]>,
}

/// A statement's place: which policy of the set, which statement of it.
type Place = (u32, u32);

/// A statement in a list of a service.
#[derive(Clone, Copy, Debug)]
struct Listed {
    place: Place,
    /// How the service's operations begin that it can be about.
    initials: Initials,
}

#[derive(Clone, Debug, Default)]
struct Lists {
    deny: Box<[Listed]>,
    allow: Box<[Listed]>,
}

impl Source {
    /// Of an inline policy.
    pub fn inline(name: &str) -> Self {
        Self { name: name.into(), arn: None }
    }

    /// Of a managed policy.
    pub fn managed(name: &str, arn: &str) -> Self {
        Self { name: name.into(), arn: Some(arn.into()) }
    }
}

impl PolicySet {
    /// The set of these policies.
    pub fn new(policies: Vec<Attached>) -> Self {
        let mut common = Vec::new();
        let mut named: Vec<(&str, Listed)> = Vec::new();
        for (policy, attached) in (0..).zip(&policies) {
            for (index, statement) in (0..).zip(attached.policy.statements()) {
                let listed = |initials| Listed { place: (policy, index), initials };
                match statement.services() {
                    Some(services) => {
                        let services = services.into_iter();
                        named.extend(services.map(|(service, initials)| (service, listed(initials))));
                    }
                    None => common.push(listed(Initials::ALL)),
                }
            }
        }
        named.sort_unstable_by_key(|(service, listed)| (*service, listed.place));
        let at = |(policy, index): Place| &policies[policy as usize].policy.statements()[index as usize];
        let lists = |all: &[Listed]| {
            let of =
                |effect| all.iter().filter(|listed| at(listed.place).effect() == effect).copied().collect();
            Lists { deny: of(Effect::Deny), allow: of(Effect::Allow) }
        };
        let services = named
            .chunk_by(|one, other| one.0 == other.0)
            .map(|chunk| {
                let all: Vec<Listed> = chunk.iter().map(|(_, listed)| *listed).collect();
                (chunk[0].0.into(), lists(&all))
            })
            .collect();
        let common = lists(&common);
        Self { common, services, policies: policies.into_boxed_slice() }
    }

    /// The policies.
    pub fn policies(&self) -> &[Attached] {
        &self.policies
    }

    /// The statements of an effect that may be about an action, in the order of policies and statements.
    #[inline]
    pub(crate) fn candidates(
        &self,
        action: &Action,
        effect: Effect,
    ) -> impl Iterator<Item = (&Attached, &Statement)> {
        let own = self
            .services
            .binary_search_by(|(service, _)| (**service).cmp(action.service()))
            .map_or(&[][..], |found| self.services[found].1.of(effect));
        let initials = action.initials();
        let may = move |listed: &&Listed| listed.initials.meet(initials);
        let mut own = own.iter().filter(may).map(|listed| listed.place).peekable();
        let mut common = self.common.of(effect).iter().map(|listed| listed.place).peekable();
        std::iter::from_fn(move || {
            let next = match (own.peek(), common.peek()) {
                (Some(named), Some(other)) if other < named => common.next(),
                (Some(_), _) => own.next(),
                (None, _) => common.next(),
            };
            next.map(|place| self.at(place))
        })
    }

    /// All statements of an effect.
    pub(crate) fn all(&self, effect: Effect) -> impl Iterator<Item = (&Attached, &Statement)> {
        self.policies.iter().flat_map(move |attached| {
            let statements = attached.policy.statements().iter();
            statements
                .filter(move |statement| statement.effect() == effect)
                .map(move |statement| (attached, statement))
        })
    }

    /// How many places its lists hold.
    #[cfg(test)]
    pub(crate) fn places(&self) -> usize {
        let count = |lists: &Lists| lists.deny.len() + lists.allow.len();
        count(&self.common) + self.services.iter().map(|(_, lists)| count(lists)).sum::<usize>()
    }

    #[inline]
    fn at(&self, place: Place) -> (&Attached, &Statement) {
        let attached = &self.policies[place.0 as usize];
        (attached, &attached.policy.statements()[place.1 as usize])
    }
}

impl Lists {
    fn of(&self, effect: Effect) -> &[Listed] {
        match effect {
            Effect::Deny => &self.deny,
            Effect::Allow => &self.allow,
        }
    }
}
