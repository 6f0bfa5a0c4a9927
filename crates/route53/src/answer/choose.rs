//! Which of several sets answers: the policies, and health.

use super::{Asking, Client, DEEPEST, Facts};
use crate::geo::regions::{Degrees, degrees, distance};
use crate::record::model::{Alias, Body, Place, Point, RecordSet, RecordType, Routing};
use std::sync::Arc;
use store::StoreError;

/// Values of a multivalue answer at the most.
pub(super) const MULTIVALUES: usize = 8;

/// What a choice comes to: type, seconds it may be kept, values.
pub(super) type Chosen = (RecordType, i64, Vec<String>);

impl Asking<'_> {
    /// What the sets of one name and type answer; `None` where none of them is for this client.
    pub(super) fn choose(&self, sets: &[Arc<RecordSet>], depth: usize) -> Result<Option<Chosen>, StoreError> {
        let Some(first) = sets.first() else { return Ok(None) };
        if depth > DEEPEST {
            return Ok(None);
        }
        let mut healthy = Vec::with_capacity(sets.len());
        for set in sets {
            if self.is_healthy(set, depth)? {
                healthy.push(set.clone());
            }
        }
        let chosen = pick(&Choice { facts: self.facts, client: self.client, all: sets, healthy: &healthy });
        if first.routing == Routing::Multivalue {
            return Ok(Some(self.together(&chosen)));
        }
        match chosen.first() {
            Some(set) => self.body(set, depth),
            None => Ok(None),
        }
    }

    /// Up to eight values of several sets.
    fn together(&self, chosen: &[Arc<RecordSet>]) -> Chosen {
        let kind = chosen.first().map_or(RecordType::A, |set| set.kind);
        let (mut ttl, mut all) = (0, Vec::new());
        for set in chosen {
            if let Body::Values { ttl_seconds, values } = &set.body {
                ttl = *ttl_seconds;
                all.extend(values.iter().cloned());
            }
        }
        let mut values = shuffled(self.facts, all);
        values.truncate(MULTIVALUES);
        (kind, ttl, values)
    }

    fn body(&self, set: &RecordSet, depth: usize) -> Result<Option<Chosen>, StoreError> {
        match &set.body {
            Body::Values { ttl_seconds, values } => {
                Ok(Some((set.kind, *ttl_seconds, shuffled(self.facts, values.clone()))))
            }
            Body::Alias(alias) => self.behind(alias, set.kind, depth + 1),
            Body::Policy { instance } => match self.facts.policy(instance) {
                Some((document, ttl_seconds)) => self.follow(&document, set, ttl_seconds),
                None => Ok(None),
            },
        }
    }

    /// What an alias leads to answers.
    pub(super) fn behind(
        &self,
        alias: &Alias,
        kind: RecordType,
        depth: usize,
    ) -> Result<Option<Chosen>, StoreError> {
        let sets = self.targets_of(alias, kind)?;
        if !sets.is_empty() {
            return self.choose(&sets, depth);
        }
        let values = self.facts.service(&alias.zone, &alias.name, kind);
        Ok(values.map(|values| (kind, SERVICE_TTL, values)))
    }

    fn targets_of(&self, alias: &Alias, kind: RecordType) -> Result<Vec<Arc<RecordSet>>, StoreError> {
        let mut sets = self.facts.at(&alias.zone, &alias.name)?;
        sets.retain(|set| set.kind == kind);
        Ok(sets)
    }

    /// Whether a set counts as healthy. An alias that evaluates its target is, where a set it leads to is.
    fn is_healthy(&self, set: &RecordSet, depth: usize) -> Result<bool, StoreError> {
        if set.health_check.as_deref().is_some_and(|check| !self.facts.is_healthy(check)) {
            return Ok(false);
        }
        match &set.body {
            Body::Alias(alias) if alias.evaluates_health && depth < DEEPEST => {
                self.is_target_healthy(alias, set.kind, depth)
            }
            Body::Alias(_) | Body::Values { .. } | Body::Policy { .. } => Ok(true),
        }
    }

    /// Whether any set that an alias leads to is healthy; also where there is none.
    fn is_target_healthy(&self, alias: &Alias, kind: RecordType, depth: usize) -> Result<bool, StoreError> {
        let key = (alias.zone.clone(), alias.name.clone(), kind);
        if let Some(known) = self.targets.borrow().get(&key) {
            return Ok(*known);
        }
        // What leads back here counts as healthy.
        self.targets.borrow_mut().insert(key.clone(), true);
        let targets = self.targets_of(alias, kind)?;
        let mut is_healthy = targets.is_empty();
        for target in &targets {
            if self.is_healthy(target, depth + 1)? {
                is_healthy = true;
                break;
            }
        }
        self.targets.borrow_mut().insert(key, is_healthy);
        Ok(is_healthy)
    }
}

/// Seconds what a service answers may be kept.
/// Source: Route 53 Developer Guide, "Choosing between alias and non-alias records".
const SERVICE_TTL: i64 = 60;

/// Several sets of one name and type, of which some are healthy.
pub(super) struct Choice<'a> {
    pub(super) facts: &'a dyn Facts,
    pub(super) client: &'a Client,
    pub(super) all: &'a [Arc<RecordSet>],
    pub(super) healthy: &'a [Arc<RecordSet>],
}

/// The sets that answer: one, or several of a multivalue answer, or none.
pub(super) fn pick(choice: &Choice<'_>) -> Vec<Arc<RecordSet>> {
    let Some(first) = choice.all.first() else { return Vec::new() };
    // Where nothing is healthy, everything counts as healthy.
    let usable = if choice.healthy.is_empty() { choice.all } else { choice.healthy };
    let one = |set: Option<&Arc<RecordSet>>| set.into_iter().cloned().collect();
    match &first.routing {
        Routing::Simple => one(Some(first)),
        Routing::Weighted(_) => one(weighted(choice, usable)),
        Routing::Latency(_) => one(nearest(choice, usable, |set| match &set.routing {
            Routing::Latency(region) => Some((degrees(region)?, 0)),
            _ => None,
        })),
        Routing::Proximity { .. } => one(nearest(choice, usable, |set| match &set.routing {
            Routing::Proximity { point, bias } => Some((position(point)?, *bias)),
            _ => None,
        })),
        Routing::Primary | Routing::Secondary => one(failover(choice)),
        Routing::Location(_) => one(located(choice)),
        Routing::Multivalue => usable.to_vec(),
        Routing::Cidr { .. } => one(by_block(choice)),
    }
}

fn weighted<'s>(choice: &Choice<'_>, usable: &'s [Arc<RecordSet>]) -> Option<&'s Arc<RecordSet>> {
    let weight = |set: &RecordSet| match set.routing {
        Routing::Weighted(weight) => u64::try_from(weight).unwrap_or_default(),
        _ => 0,
    };
    let total: u64 = usable.iter().map(|set| weight(set)).sum();
    if total == 0 {
        let place = choice.facts.draw(usable.len() as u64);
        return usable.get(usize::try_from(place).unwrap_or_default());
    }
    let mut left = choice.facts.draw(total);
    usable.iter().find(|set| match left.checked_sub(weight(set)) {
        Some(rest) => {
            left = rest;
            false
        }
        None => true,
    })
}

fn position(point: &Point) -> Option<Degrees> {
    match point {
        Point::Region(name) | Point::LocalZones(name) => degrees(name),
        Point::Degrees { latitude, longitude } => {
            Some(Degrees { latitude: latitude.parse().ok()?, longitude: longitude.parse().ok()? })
        }
    }
}

/// The nearest set. Of a client that is nowhere known, any.
fn nearest<'s>(
    choice: &Choice<'_>,
    usable: &'s [Arc<RecordSet>],
    at: impl Fn(&RecordSet) -> Option<(Degrees, i32)>,
) -> Option<&'s Arc<RecordSet>> {
    let Some(client) = choice.client.degrees else {
        let place = choice.facts.draw(usable.len() as u64);
        return usable.get(usize::try_from(place).unwrap_or_default());
    };
    let far = |set: &Arc<RecordSet>| {
        let (point, bias) = at(set)?;
        let (apart, bias) = (distance(client, point), f64::from(bias) / 100.0);
        Some(if bias >= 0.0 { apart * (1.0 - bias) } else { apart / (1.0 + bias) })
    };
    usable.iter().min_by(|one, other| {
        let (one, other) = (far(one).unwrap_or(f64::MAX), far(other).unwrap_or(f64::MAX));
        one.total_cmp(&other)
    })
}

fn has_routing<'s>(sets: &'s [Arc<RecordSet>], wanted: &Routing) -> Option<&'s Arc<RecordSet>> {
    sets.iter().find(|set| set.routing == *wanted)
}

/// The primary while it is healthy or nothing is; else the secondary.
fn failover<'s>(choice: &Choice<'s>) -> Option<&'s Arc<RecordSet>> {
    has_routing(choice.healthy, &Routing::Primary)
        .or_else(|| has_routing(choice.healthy, &Routing::Secondary))
        .or_else(|| has_routing(choice.all, &Routing::Primary))
        .or_else(|| choice.all.first())
}

/// The set of the smallest place that is healthy; wider ones stand in.
fn located<'s>(choice: &Choice<'s>) -> Option<&'s Arc<RecordSet>> {
    let everywhere = Place::Country("*".to_owned());
    let places = || choice.client.places.iter().chain([&everywhere]);
    let of = |sets: &'s [Arc<RecordSet>]| {
        places().find_map(|place| has_routing(sets, &Routing::Location(place.clone())))
    };
    of(choice.healthy).or_else(|| of(choice.all))
}

/// The set of the block that the client is in; that of everybody else stands in.
fn by_block<'s>(choice: &Choice<'s>) -> Option<&'s Arc<RecordSet>> {
    let collection = choice.all.iter().find_map(|set| match &set.routing {
        Routing::Cidr { collection, .. } => Some(collection),
        _ => None,
    })?;
    let location = choice.client.address.and_then(|address| choice.facts.location(collection, address));
    let of = |sets: &'s [Arc<RecordSet>], wanted: &str| {
        sets.iter().find(|set| matches!(&set.routing, Routing::Cidr { location, .. } if location == wanted))
    };
    let own = location.as_deref().and_then(|location| of(choice.healthy, location));
    own.or_else(|| of(choice.healthy, "*"))
        .or_else(|| location.as_deref().and_then(|location| of(choice.all, location)))
        .or_else(|| of(choice.all, "*"))
}

/// In any order.
pub(super) fn shuffled<T>(facts: &dyn Facts, mut values: Vec<T>) -> Vec<T> {
    for last in (1..values.len()).rev() {
        let other = usize::try_from(facts.draw(last as u64 + 1)).unwrap_or_default();
        values.swap(last, other);
    }
    values
}
