//! Where aliases lead: to another set of the same type in their own zone, or into the zone of a service of AWS's.
//! Source: Route 53 API Reference, "AliasTarget".

use crate::name::Name;
use crate::record::batch::Applied;
use crate::record::model::{Alias, Body, RecordSet, RecordType};
use crate::record::service_zone::ServiceZone;
use std::collections::BTreeSet;
use std::sync::Arc;
use store::{StoreError, Tx};

/// Names that aliases are followed to for one batch, at the most. Answers follow sixteen, one after another.
const MOST_FOLLOWED: usize = 4096;

/// A name and a type.
type Place = (Name, RecordType);

/// Judges the aliases that a batch makes.
pub(crate) fn judge(
    tx: &mut Tx,
    applied: &Applied<'_>,
    set: &RecordSet,
    looped: &BTreeSet<Place>,
    wrong: &mut Vec<String>,
) -> Result<(), StoreError> {
    let Body::Alias(alias) = &set.body else { return Ok(()) };
    let (name, kind) = (&alias.name, set.kind);
    let (lies_within, is_there) = if alias.zone == applied.zone.id {
        let found = applied.at(tx, name)?;
        let is_looped = looped.contains(&(set.name.clone(), kind)) && looped.contains(&(name.clone(), kind));
        let is_there = found.iter().any(|other| other.kind == kind);
        (name.is_within(&applied.zone.name), is_there && !is_looped)
    } else {
        match ServiceZone::find(&alias.zone) {
            Some(zone) => (zone.has(name), zone.answers(kind)),
            // Other hosted zones are told apart neither from those that are not there, nor by whose they are.
            None => (false, false),
        }
    };
    let what = format!(
        "Tried to create an alias that targets {name}, type {} in zone {}",
        kind.as_str(),
        alias.zone
    );
    if !lies_within {
        wrong.push(format!("{what}, but the alias target name does not lie within the target zone"));
    }
    if !is_there {
        wrong.push(format!("{what}, but that target was not found"));
    }
    Ok(())
}

/// A place on the way along aliases, and where those of its sets lead that are aliases within the zone.
struct Step {
    place: Place,
    rest: Vec<Name>,
}

/// The places of aliases that lead back to themselves, by way of something the batch makes. Every place is walked to its
/// end once: of several loops through one place, the first is found.
pub(crate) fn loops(tx: &mut Tx, applied: &Applied<'_>) -> Result<BTreeSet<Place>, StoreError> {
    let (mut looped, mut done) = (BTreeSet::new(), BTreeSet::new());
    // The places of the way.
    let mut above: BTreeSet<Place> = BTreeSet::new();
    for set in applied.made.iter().filter(|set| within(applied, set).is_some()) {
        let mut way: Vec<Step> = Vec::new();
        let mut next = Some((set.name.clone(), set.kind));
        loop {
            if let Some(place) = next.take() {
                if above.contains(&place) {
                    let loops = way.iter().skip_while(|step| step.place != place);
                    looped.extend(loops.map(|step| step.place.clone()));
                } else if done.len() < MOST_FOLLOWED && done.insert(place.clone()) {
                    let found = applied.at(tx, &place.0)?;
                    let of_kind = found.iter().filter(|own| own.kind == place.1);
                    let rest = of_kind.filter_map(|own| within(applied, own)).map(|alias| alias.name.clone());
                    let rest = rest.collect();
                    above.insert(place.clone());
                    way.push(Step { place, rest });
                }
            }
            let Some(step) = way.last_mut() else { break };
            match step.rest.pop() {
                Some(name) => next = Some((name, step.place.1)),
                None => {
                    above.remove(&step.place);
                    way.pop();
                }
            }
        }
    }
    Ok(looped)
}

/// The alias of a set that leads to a name of its own zone.
fn within<'s>(applied: &Applied<'_>, set: &'s Arc<RecordSet>) -> Option<&'s Alias> {
    match &set.body {
        Body::Alias(alias) if alias.zone == applied.zone.id => Some(alias),
        Body::Alias(_) | Body::Values { .. } | Body::Policy { .. } => None,
    }
}
