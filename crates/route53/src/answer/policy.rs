//! Traffic policies: each rule of a document chooses as a set of records of its kind would.

use super::choose::{Choice, Chosen, pick};
use super::{Asking, DEEPEST};
use crate::geo;
use crate::name::Name;
use crate::record::model::{Body, Place, Point, RecordSet, Routing};
use crate::traffic::document::{Branch, Document, Endpoint, Reference, Rule};
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
        let values = self.walk(document, start, set, 0)?;
        Ok(Some((set.kind, ttl_seconds, values)))
    }

    fn walk(
        &self,
        document: &Document,
        from: Reference<'_>,
        set: &RecordSet,
        depth: usize,
    ) -> Result<Vec<String>, StoreError> {
        if depth > DEEPEST {
            return Ok(Vec::new());
        }
        match from {
            Reference::Endpoint(id) => {
                let endpoint = document.endpoints.get(id);
                Ok(endpoint.map_or_else(Vec::new, |endpoint| self.endpoint(endpoint, set)))
            }
            Reference::Rule(id) => {
                let Some(rule) = document.rules.get(id) else { return Ok(Vec::new()) };
                let branches = rule.branches();
                let all: Vec<Arc<RecordSet>> = branches
                    .iter()
                    .enumerate()
                    .map(|(place, branch)| Arc::new(stand_in(rule, branch, set, place)))
                    .collect();
                let mut healthy = Vec::with_capacity(all.len());
                for (own, branch) in all.iter().zip(&branches) {
                    if self.is_branch_healthy(document, branch, depth) {
                        healthy.push(own.clone());
                    }
                }
                let chosen =
                    pick(&Choice { facts: self.facts, client: self.client, all: &all, healthy: &healthy });
                let mut values = Vec::new();
                for own in chosen {
                    let place = own.identifier.as_deref().and_then(|place| place.parse::<usize>().ok());
                    let branch = place.and_then(|place| branches.get(place));
                    if let Some(Ok(target)) = branch.map(|branch| branch.target()) {
                        values.extend(self.walk(document, target, set, depth + 1)?);
                    }
                }
                Ok(values)
            }
        }
    }

    fn endpoint(&self, endpoint: &Endpoint, set: &RecordSet) -> Vec<String> {
        let value = endpoint.value.clone().unwrap_or_default();
        if endpoint.kind == "value" {
            return vec![value];
        }
        let name = Name::parse(&value).ok();
        name.and_then(|name| self.facts.service("", &name, set.kind)).unwrap_or_default()
    }

    fn is_branch_healthy(&self, document: &Document, branch: &Branch, depth: usize) -> bool {
        if branch.health_check.as_deref().is_some_and(|check| !self.facts.is_healthy(check)) {
            return false;
        }
        let Ok(Reference::Rule(id)) = branch.target() else { return true };
        match document.rules.get(id) {
            Some(rule) if branch.evaluate_target_health && depth < DEEPEST => {
                rule.branches().iter().any(|inner| self.is_branch_healthy(document, inner, depth + 1))
            }
            _ => true,
        }
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
