//! Whose the parts are that packets pass: networks are connected across accounts and Regions, and ARNs name both.

use super::connect;
use crate::KINDS;
use crate::resource;
use base::Scope;
use reach::told::{Rule, Step, Told};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use store::View;

/// The scopes of parts that are not in the scope of who asks, by their ids.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Owners(BTreeMap<String, Scope>);

impl Owners {
    /// Those of parts, each by its kind and id, as the networks stand now.
    pub(crate) fn of<'p>(
        view: &View,
        asking: &Scope,
        parts: impl IntoIterator<Item = (&'p str, &'p str)>,
    ) -> Self {
        let scopes = connect::scopes(view, asking);
        let mut owners = Self::default();
        if scopes.len() < 2 {
            return owners;
        }
        for (word, id) in parts {
            // The own scope is the first: what both have is the own one.
            let is_in = |scope: &&Scope| {
                let kind = KINDS.iter().find(|kind| kind.word == word);
                kind.is_some_and(|kind| (kind.arn)(view, scope, id).is_some())
            };
            if let Some(scope) = scopes.iter().find(is_in).filter(|scope| *scope != asking) {
                owners.0.insert(id.to_owned(), scope.clone());
            }
        }
        owners
    }

    /// Those of everything that was passed or blocked.
    pub(crate) fn of_told<'t>(view: &View, asking: &Scope, told: impl IntoIterator<Item = &'t Told>) -> Self {
        let steps: Vec<&Step> = told.into_iter().flat_map(|own| &own.hops).collect();
        let mut owners = Self::of(view, asking, steps.iter().flat_map(|step| parts(step)));
        // An instance is where its interface is.
        for step in steps {
            if let (Some(instance), Some(card)) = (&step.instance, &step.id)
                && let Some(scope) = owners.0.get(card).cloned()
            {
                owners.0.insert(instance.clone(), scope);
            }
        }
        owners
    }

    /// The ARN of a part, for who asks.
    pub(crate) fn arn(&self, asking: &Scope, kind: &str, id: &str) -> String {
        resource::arn(self.0.get(id).unwrap_or(asking), kind, id)
    }

    /// Both together.
    pub(crate) fn and(mut self, others: Self) -> Self {
        self.0.extend(others.0);
        self
    }
}

/// What a step names, by kind and id.
fn parts(step: &Step) -> Vec<(&str, &str)> {
    let single = [
        (step.kind.as_str(), &step.id),
        ("network-interface", &step.interface),
        ("subnet", &step.subnet),
        ("vpc", &step.vpc),
    ];
    let mut named: Vec<(&str, &str)> =
        single.into_iter().filter_map(|(kind, id)| Some((kind, id.as_deref()?))).collect();
    named.extend(step.groups.iter().map(|id| ("security-group", id.as_str())));
    if let Some(Rule::TransitGatewayRouteTable { table, .. }) = &step.rule {
        named.push(("transit-gateway-route-table", table));
    }
    named
}
