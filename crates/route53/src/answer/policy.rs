//! Traffic policies: each rule of a document chooses as a set of records of its kind would.

use super::choose::{Choice, Chosen, MULTIVALUES, pick, shuffled};
use super::{Asking, DEEPEST};
use crate::geo;
use crate::name::Name;
use crate::record::model::{Body, Place, Point, RecordSet, Routing};
use crate::traffic::document::{Branch, Document, Endpoint, Reference, Rule};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::StoreError;

impl Asking<'_> {
    /// What a document answers at the place of `set`.
    pub(super) fn follow(
        &self,
        document: &Document,
        set: &RecordSet,
        ttl_seconds: i64,
    ) -> Result<Option<Chosen>, StoreError> {
        let Ok(start) = document.start() else { return Ok(None) };
        let mut walk =
            Walk { asking: self, document, set, values: BTreeMap::new(), healthy: BTreeMap::new() };
        let values = walk.values(start, 0);
        Ok(Some((set.kind, ttl_seconds, values)))
    }

    fn endpoint(&self, endpoint: &Endpoint, set: &RecordSet) -> Vec<String> {
        let value = endpoint.value.clone().unwrap_or_default();
        if endpoint.kind == "value" {
            return vec![value];
        }
        let name = Name::parse(&value).ok();
        name.and_then(|name| self.facts.service("", &name, set.kind)).unwrap_or_default()
    }
}

/// A walk through a document for one question. Many branches may lead to one rule: it is judged once, and chooses once.
struct Walk<'w> {
    asking: &'w Asking<'w>,
    document: &'w Document,
    set: &'w RecordSet,
    /// What a rule answers.
    values: BTreeMap<&'w str, Vec<String>>,
    /// Whether any branch of a rule is healthy.
    healthy: BTreeMap<&'w str, bool>,
}

impl<'w> Walk<'w> {
    fn values(&mut self, from: Reference<'w>, depth: usize) -> Vec<String> {
        if depth > DEEPEST {
            return Vec::new();
        }
        match from {
            Reference::Endpoint(id) => {
                let endpoint = self.document.endpoints.get(id);
                endpoint.map_or_else(Vec::new, |endpoint| self.asking.endpoint(endpoint, self.set))
            }
            Reference::Rule(id) => {
                if let Some(known) = self.values.get(id) {
                    return known.clone();
                }
                let found = self.rule(id, depth);
                self.values.insert(id, found.clone());
                found
            }
        }
    }

    fn rule(&mut self, id: &str, depth: usize) -> Vec<String> {
        let Some(rule) = self.document.rules.get(id) else { return Vec::new() };
        let branches = rule.branches();
        let all: Vec<Arc<RecordSet>> = branches
            .iter()
            .enumerate()
            .map(|(place, branch)| Arc::new(stand_in(rule, branch, self.set, place)))
            .collect();
        let mut healthy = Vec::with_capacity(all.len());
        for (own, branch) in all.iter().zip(&branches) {
            if self.is_branch_healthy(branch, depth) {
                healthy.push(own.clone());
            }
        }
        let (facts, client) = (self.asking.facts, self.asking.client);
        let chosen = shuffled(facts, pick(&Choice { facts, client, all: &all, healthy: &healthy }));
        let mut values: Vec<String> = Vec::new();
        for own in chosen {
            let place = own.identifier.as_deref().and_then(|place| place.parse::<usize>().ok());
            let branch = place.and_then(|place| branches.get(place));
            if let Some(Ok(target)) = branch.map(|branch| branch.target()) {
                let new = self.values(target, depth + 1).into_iter();
                let new: Vec<String> = new.filter(|value| !values.contains(value)).collect();
                values.extend(new);
            }
            if values.len() >= MULTIVALUES {
                break;
            }
        }
        values.truncate(MULTIVALUES);
        values
    }

    fn is_branch_healthy(&mut self, branch: &'w Branch, depth: usize) -> bool {
        let asking = self.asking;
        if branch.health_check.as_deref().is_some_and(|check| !asking.facts.is_healthy(check)) {
            return false;
        }
        let Ok(Reference::Rule(id)) = branch.target() else { return true };
        match self.document.rules.get(id) {
            Some(rule) if branch.evaluate_target_health && depth < DEEPEST => {
                self.is_rule_healthy(id, rule, depth)
            }
            _ => true,
        }
    }

    fn is_rule_healthy(&mut self, id: &'w str, rule: &'w Rule, depth: usize) -> bool {
        if let Some(known) = self.healthy.get(id) {
            return *known;
        }
        let is_healthy = rule.branches().into_iter().any(|inner| self.is_branch_healthy(inner, depth + 1));
        self.healthy.insert(id, is_healthy);
        is_healthy
    }
}

/// The set of records that a branch is like; its identifier is the branch's place.
fn stand_in(rule: &Rule, branch: &Branch, set: &RecordSet, place: usize) -> RecordSet {
    RecordSet {
        identifier: Some(place.to_string()),
        routing: routing(rule, branch, place),
        body: Body::Values { ttl_seconds: 0, values: Vec::new() },
        health_check: branch.health_check.clone(),
        ..set.clone()
    }
}

fn routing(rule: &Rule, branch: &Branch, place: usize) -> Routing {
    let text = |given: &Option<String>| given.clone().unwrap_or_default();
    match rule.rule_type.as_str() {
        "failover" if place == 0 && rule.primary.is_some() => Routing::Primary,
        "failover" => Routing::Secondary,
        "latency" => Routing::Latency(text(&branch.region)),
        "weighted" => Routing::Weighted(text(&branch.weight).parse().unwrap_or_default()),
        "multivalue" => Routing::Multivalue,
        "geoproximity" => Routing::Proximity {
            point: match &branch.region {
                Some(region) => {
                    // A Region of AWS's may be written `aws:route53:us-east-1`.
                    Point::Region(region.rsplit(':').next().unwrap_or(region).to_owned())
                }
                None => {
                    Point::Degrees { latitude: text(&branch.latitude), longitude: text(&branch.longitude) }
                }
            },
            bias: text(&branch.bias).parse().unwrap_or_default(),
        },
        _ => Routing::Location(location(branch)),
    }
}

fn location(branch: &Branch) -> Place {
    match (&branch.continent, &branch.country, &branch.subdivision) {
        (_, Some(country), Some(code)) => Place::Subdivision { country: country.clone(), code: code.clone() },
        (_, Some(country), None) => Place::Country(country.clone()),
        (Some(continent), None, _)
            if !branch.is_default && geo::is_known(&Place::Continent(continent.clone())) =>
        {
            Place::Continent(continent.clone())
        }
        _ => Place::Country("*".to_owned()),
    }
}
