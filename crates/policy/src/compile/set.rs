//! Several policies that count as one set: all of a user's and its groups', or the policies of one level of an
//! organization. Statements are found by the service of the action, so that the others cost nothing.

use super::{Action, Policy, Statement};
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

#[derive(Clone, Debug, Default)]
struct Lists {
    deny: Box<[Place]>,
    allow: Box<[Place]>,
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
        let mut named: Vec<(&str, Place)> = Vec::new();
        for (policy, attached) in (0..).zip(&policies) {
            for (index, statement) in (0..).zip(attached.policy.statements()) {
                match statement.services() {
                    Some(services) => {
                        named.extend(services.iter().map(|service| (*service, (policy, index))))
                    }
                    None => common.push((policy, index)),
                }
            }
        }
        named.sort_unstable();
        let at = |place: &Place| &policies[place.0 as usize].policy.statements()[place.1 as usize];
        let lists = |places: &[Place]| {
            let of = |effect| places.iter().filter(|place| at(place).effect() == effect).copied().collect();
            Lists { deny: of(Effect::Deny), allow: of(Effect::Allow) }
        };
        let services = named
            .chunk_by(|one, other| one.0 == other.0)
            .map(|chunk| {
                let places: Vec<Place> = chunk.iter().map(|(_, place)| *place).collect();
                (chunk[0].0.into(), lists(&places))
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
        let mut own = own.iter().copied().peekable();
        let mut common = self.common.of(effect).iter().copied().peekable();
        std::iter::from_fn(move || {
            let first = *own.peek().into_iter().chain(common.peek()).min()?;
            own.next_if_eq(&first).or_else(|| common.next()).map(|place| self.at(place))
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
    fn of(&self, effect: Effect) -> &[Place] {
        match effect {
            Effect::Deny => &self.deny,
            Effect::Allow => &self.allow,
        }
    }
}
