//! What a zone may not hold: the rules a batch is judged by, each with Route 53's sentence.

use crate::record::alias;
use crate::record::batch::Applied;
use crate::record::model::{Body, RecordSet, RecordType, Routing};
use crate::zone::Zone;
use std::sync::Arc;
use store::{StoreError, Tx};

/// Sets of one name and type at the most; of those by nearness, fewer.
/// Source: Route 53 Developer Guide, "Quotas on records".
const MOST: usize = 100;
const MOST_NEAR: usize = 30;

/// Judges what a batch makes, and adds what is wrong to it.
pub(crate) fn judge(tx: &mut Tx, applied: &mut Applied<'_>) -> Result<(), StoreError> {
    let mut wrong = Vec::new();
    let looped = alias::loops(tx, applied)?;
    for set in &applied.made {
        let Some(at) = applied.names.get(&set.name) else { continue };
        place(applied, set, &mut wrong);
        let others = || at.after.iter().filter(|other| !Arc::ptr_eq(other, set));
        neighbours(applied, set, others(), &mut wrong);
        let same_type: Vec<&Arc<RecordSet>> = others().filter(|other| other.kind == set.kind).collect();
        policy(set, &same_type, &mut wrong);
        alias::judge(tx, applied, set, &looped, &mut wrong)?;
    }
    apex(applied, &mut wrong);
    applied.wrong.append(&mut wrong);
    Ok(())
}

/// Where a type may stand.
fn place(applied: &Applied<'_>, set: &RecordSet, wrong: &mut Vec<String>) {
    let (zone, name, kind) = (&applied.zone.name, &set.name, set.kind.as_str());
    let is_apex = name == zone;
    if is_apex && matches!(set.kind, RecordType::Cname | RecordType::Ds) {
        wrong.push(format!(
            "RRSet of type {kind} with DNS name {name} is not permitted at apex in zone {zone}"
        ));
    }
    if set.kind == RecordType::Ns && name.is_wildcard() {
        wrong.push(format!("RRSet of type {kind} with DNS name {name} is not permitted in zone {zone}"));
    }
    let stands_alone = set.kind == RecordType::Soa || (is_apex && set.kind == RecordType::Ns);
    if !set.routing.is_simple() && (stands_alone || (set.kind == RecordType::Ns && is_multivalue(set))) {
        wrong.push(format!("RRSet with DNS name {name}, type {kind} cannot have a routing policy."));
    }
    if matches!(set.routing, Routing::Cidr { .. }) && applied.zone.is_private {
        wrong.push(format!(
            "RRSet with DNS name {name}, type {kind} cannot use CIDR routing in a private hosted zone."
        ));
    }
}

fn is_multivalue(set: &RecordSet) -> bool {
    set.routing == Routing::Multivalue
}

/// A CNAME stands alone at its name.
fn neighbours<'s>(
    applied: &Applied<'_>,
    set: &RecordSet,
    mut others: impl Iterator<Item = &'s Arc<RecordSet>>,
    wrong: &mut Vec<String>,
) {
    let (zone, name, kind) = (zone_name(applied.zone), &set.name, set.kind.as_str());
    if set.kind == RecordType::Cname {
        if others.any(|other| other.kind != RecordType::Cname) {
            wrong.push(format!(
                "RRSet of type CNAME with DNS name {name} is not permitted as it conflicts with other records with the same DNS name in zone {zone}."
            ));
        }
    } else if others.any(|other| other.kind == RecordType::Cname && !applied.has_made(other)) {
        // A CNAME that the batch makes is told of itself.
        wrong.push(format!(
            "RRSet of type {kind} with DNS name {name} is not permitted because a conflicting RRSet of type CNAME with the same DNS name already exists in zone {zone}."
        ));
    }
}

/// The zone's name as these sentences have it, without the dot that ends them.
fn zone_name(zone: &Zone) -> &str {
    zone.name.bare()
}

/// Sets of one name and type follow one policy, each in its own way.
fn policy(set: &RecordSet, others: &[&Arc<RecordSet>], wrong: &mut Vec<String>) {
    let (name, kind) = (&set.name, set.kind.as_str());
    let identifier = set.identifier.as_deref().unwrap_or_default();
    if others.is_empty() {
        return;
    }
    let policy = set.routing.policy();
    if set.routing.is_simple() {
        wrong.push(format!(
            "RRSet with DNS name {name}, type {kind} cannot be created as other RRSets exist with the same name and type."
        ));
        return;
    }
    if others.iter().any(|other| other.routing.policy() != policy) {
        wrong.push(if set.routing == Routing::Multivalue {
            format!(
                "RRSet with DNS name {name}, type {kind}, SetIdentifier \"{identifier}\" cannot be created because a non multivalue answer rrset exists with the same name and type."
            )
        } else {
            format!(
                "RRSet with DNS name {name}, type {kind}, SetIdentifier {identifier} cannot be created as a non-{policy} set exists with the same name and type."
            )
        });
        return;
    }
    if matches!(set.routing, Routing::Weighted(_)) && others.iter().any(|other| !has_same_ttl(set, other)) {
        wrong.push(format!(
            "RRSet with DNS name {name} and type {kind}, SetIdentifier {identifier} cannot be created as weighted sets must contain the same TTL."
        ));
    }
    let collection = |set: &RecordSet| match &set.routing {
        Routing::Cidr { collection, .. } => Some(collection.clone()),
        _ => None,
    };
    if others.iter().any(|other| collection(other) != collection(set)) {
        wrong.push(format!(
            "RRSet with DNS name {name}, type {kind}, SetIdentifier {identifier} cannot be created as CIDR sets must name the same collection."
        ));
    }
    if let Some((named, thing)) = place_of(&set.routing)
        && others.iter().any(|other| other.routing == set.routing)
    {
        wrong.push(format!(
            "RRSet with DNS name {name}, type {kind}, SetIdentifier {identifier}, and {named} cannot be created because a {policy} RRSet with the same name, type and {thing} already exists."
        ));
    }
    let most = if policy == "geoproximity" { MOST_NEAR } else { MOST };
    if others.len() >= most {
        wrong.push(format!(
            "Number of resource record sets with DNS name {name}, type {kind} exceeds the limit of {most}."
        ));
    }
}

fn has_same_ttl(one: &RecordSet, other: &RecordSet) -> bool {
    match (&one.body, &other.body) {
        (Body::Values { ttl_seconds: one, .. }, Body::Values { ttl_seconds: other, .. }) => one == other,
        _ => true,
    }
}

/// What only one set of a name and type can have: how the sentence names it, and what it calls it.
fn place_of(routing: &Routing) -> Option<(String, &'static str)> {
    match routing {
        Routing::Latency(region) => Some((format!("Region Name={region}"), "region")),
        Routing::Primary => Some(("Failover=PRIMARY".to_owned(), "failover")),
        Routing::Secondary => Some(("Failover=SECONDARY".to_owned(), "failover")),
        Routing::Location(_) => Some(("GeoLocation".to_owned(), "location")),
        Routing::Cidr { location, .. } => Some((format!("LocationName={location}"), "location")),
        Routing::Simple | Routing::Weighted(_) | Routing::Proximity { .. } | Routing::Multivalue => None,
    }
}

/// A zone has its start of authority and its name servers.
fn apex(applied: &Applied<'_>, wrong: &mut Vec<String>) {
    let zone = &applied.zone.name;
    let elsewhere = applied.made.iter().any(|set| set.kind == RecordType::Soa && set.name != *zone);
    let at_apex = |kind: RecordType| {
        applied.names.get(zone).map(|at| at.after.iter().filter(|set| set.kind == kind).count())
    };
    if elsewhere || at_apex(RecordType::Soa).is_some_and(|count| count != 1) {
        wrong.push("A HostedZone must contain exactly one SOA record.".to_owned());
    }
    if at_apex(RecordType::Ns) == Some(0) {
        wrong.push("A HostedZone must contain at least one NS record for the zone itself.".to_owned());
    }
}
