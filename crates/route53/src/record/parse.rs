//! Changes as they arrive, made into sets of records. What breaks the form of a request is refused alone; what is wrong
//! with a name or a value is told together with everything else that is wrong with the batch.

use crate::error::Error;
use crate::geo;
use crate::home::bare_id;
use crate::name::Name;
use crate::record::model::{Alias, Body, Place, Point, RecordSet, RecordType, Routing};
use crate::record::rdata;
use base::Region;
use shapes_route53 as api;

/// What is done with a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    Create,
    Delete,
    Upsert,
}

/// One change of a batch.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    pub(crate) action: Action,
    pub(crate) set: RecordSet,
}

/// What of a batch could be read, and what was wrong.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    pub(crate) changes: Vec<Change>,
    pub(crate) wrong: Vec<String>,
}

/// Elements of records in a batch, and characters of their values; an UPSERT counts twice.
/// Source: Route 53 Developer Guide, "Quotas on ChangeResourceRecordSets requests".
const MOST_RECORDS: usize = 1000;
const MOST_CHARACTERS: usize = 32_000;

/// Values of one set at the most.
const MOST_VALUES: usize = 400;
/// CloudFront's zone: what is behind it has no health of its own.
const CLOUDFRONT: &str = "Z2FDTNDATAQYW2";

/// Reads the changes of a batch for a zone.
pub(crate) fn read(zone: &str, given: &[api::Change]) -> Result<Batch, Error> {
    let mut batch = Batch::default();
    let (mut records, mut characters) = (0, 0);
    for change in given {
        let action = match change.action.as_deref() {
            Some("CREATE") => Action::Create,
            Some("DELETE") => Action::Delete,
            _ => Action::Upsert,
        };
        let Some(set) = &change.resource_record_set else { continue };
        let times = if action == Action::Upsert { 2 } else { 1 };
        let values = set.resource_records.iter().flatten();
        let lengths = values.map(|record| record.value.as_deref().map_or(0, |value| value.chars().count()));
        records += times * set.resource_records.as_ref().map_or(1, Vec::len);
        characters += times * lengths.sum::<usize>();
        let asked = Asked { action: change.action.as_deref().unwrap_or_default(), set };
        if let Some(set) = asked.read(zone, &mut batch.wrong)? {
            batch.changes.push(Change { action, set });
        }
    }
    if records > MOST_RECORDS {
        return Err(Error::BatchAlone(format!("Number of records limit of {MOST_RECORDS} exceeded.")));
    }
    if characters > MOST_CHARACTERS {
        return Err(Error::BatchAlone(format!("Number of characters limit of {MOST_CHARACTERS} exceeded.")));
    }
    Ok(batch)
}

/// A set as it is asked for.
struct Asked<'a> {
    action: &'a str,
    set: &'a api::ResourceRecordSet,
}

impl Asked<'_> {
    /// How sentences name the change.
    fn label(&self) -> String {
        let text = |given: &Option<String>| given.clone().unwrap_or_else(|| "null".to_owned());
        format!(
            "Change with [Action={}, Name={}, Type={}, SetIdentifier={}]",
            self.action,
            text(&self.set.name),
            text(&self.set.type_),
            text(&self.set.set_identifier)
        )
    }

    fn expected_one_of(&self, of: &str, found: usize) -> Error {
        let found = if found == 0 { "none" } else { "more than one" };
        Error::Input(format!(
            "Invalid request: Expected exactly one of [{of}], but found {found} in {}",
            self.label()
        ))
    }

    fn invalid(&self, what: &str) -> Error {
        Error::Input(format!("Invalid request: {what} in {}", self.label()))
    }

    /// Reads the set. `None` where its name cannot be read, which `wrong` then tells.
    fn read(&self, zone: &str, wrong: &mut Vec<String>) -> Result<Option<RecordSet>, Error> {
        let given = self.set;
        if given.az_affinity.is_some() {
            return Err(Error::NotBuilt("AZAffinity"));
        }
        let kind = given.type_.as_deref().and_then(RecordType::parse);
        let kind = kind.ok_or_else(|| self.invalid("Unknown Type"))?;
        let routing = self.routing()?;
        let body = self.body(kind, wrong)?;
        if let (Routing::Latency(_), Body::Values { values, .. }) = (&routing, &body)
            && values.len() > 1
        {
            return Err(
                self.invalid("You can only specify one ResourceRecord per latency resource record set")
            );
        }
        if routing.is_simple() && given.health_check_id.is_some() {
            return Err(self.invalid("A HealthCheckId needs a routing policy"));
        }
        if routing == Routing::Multivalue && !matches!(body, Body::Values { .. }) {
            return Err(self.invalid("MultiValueAnswer is not supported for alias records"));
        }
        let text = given.name.as_deref().unwrap_or_default();
        let name = match Name::parse(text) {
            Ok(name) => name,
            Err(bad) => {
                wrong.push(format!("FATAL problem: {} encountered with '{text}'", bad.words()));
                return Ok(None);
            }
        };
        let health_check = given.health_check_id.clone().filter(|id| !id.is_empty());
        let identifier = given.set_identifier.clone();
        Ok(Some(RecordSet { zone: zone.to_owned(), name, kind, identifier, routing, body, health_check }))
    }

    fn body(&self, kind: RecordType, wrong: &mut Vec<String>) -> Result<Body, Error> {
        const KINDS: &str = "AliasTarget, all of [TTL, and ResourceRecords], or TrafficPolicyInstanceId";
        let given = self.set;
        let has_values = given.ttl.is_some() && given.resource_records.is_some();
        let parts = usize::from(given.ttl.is_some() || given.resource_records.is_some());
        let others = usize::from(given.alias_target.is_some())
            + usize::from(given.traffic_policy_instance_id.is_some());
        match (parts + others, &given.alias_target, &given.traffic_policy_instance_id) {
            (0, ..) => Err(self.expected_one_of(KINDS, 0)),
            (1, Some(_), _) if matches!(kind, RecordType::Ns | RecordType::Soa) => {
                Err(self.invalid(&format!("AliasTarget is not supported for {} records", kind.as_str())))
            }
            (1, Some(target), _) => self.alias(target, wrong),
            (1, None, Some(instance)) => Ok(Body::Policy { instance: instance.clone() }),
            (1, None, None) if has_values => self.values(kind, wrong),
            (1, None, None) => Err(self.expected_one_of(KINDS, 0)),
            (found, ..) => Err(self.expected_one_of(KINDS, found)),
        }
    }

    fn values(&self, kind: RecordType, wrong: &mut Vec<String>) -> Result<Body, Error> {
        let mut values: Vec<String> = Vec::new();
        for record in self.set.resource_records.iter().flatten() {
            let value = record.value.clone().unwrap_or_default();
            if let Err(problem) = rdata::check(kind, &value) {
                wrong.push(format!(
                    "Invalid Resource Record: 'FATAL problem: {problem} encountered with '{value}''"
                ));
            } else if values.contains(&value) {
                wrong.push(format!("Duplicate Resource Record: '{value}'"));
            }
            values.push(value);
        }
        if values.len() > MOST_VALUES {
            return Err(Error::BatchAlone(format!("Number of records limit of {MOST_VALUES} exceeded.")));
        }
        let is_single = matches!(kind, RecordType::Cname | RecordType::Soa);
        if is_single && values.len() > 1 {
            let sentence = format!("{} records can have only one value", kind.as_str());
            return Err(self.invalid(&sentence));
        }
        Ok(Body::Values { ttl_seconds: self.set.ttl.unwrap_or_default(), values })
    }

    fn alias(&self, target: &api::AliasTarget, wrong: &mut Vec<String>) -> Result<Body, Error> {
        let zone = bare_id(target.hosted_zone_id.as_deref()).to_owned();
        let evaluates_health = target.evaluate_target_health.unwrap_or_default();
        if zone == CLOUDFRONT && evaluates_health {
            return Err(self.invalid("EvaluateTargetHealth is not supported for CloudFront distributions"));
        }
        let text = target.dns_name.as_deref().unwrap_or_default();
        let name = match Name::parse(text) {
            Ok(name) => name,
            Err(bad) => {
                wrong.push(format!("FATAL problem: {} encountered with '{text}'", bad.words()));
                return Ok(Body::Values { ttl_seconds: 0, values: Vec::new() });
            }
        };
        Ok(Body::Alias(Alias { zone, name, evaluates_health }))
    }

    /// The one routing policy that may be named.
    fn routing(&self) -> Result<Routing, Error> {
        const POLICIES: &str = "Weight, Region, Failover, GeoLocation, MultiValueAnswer, GeoProximityLocation, or CidrRoutingConfig";
        let given = self.set;
        let mut found = Vec::new();
        if let Some(weight) = given.weight {
            found.push(Routing::Weighted(weight));
        }
        if let Some(region) = &given.region {
            if Region::parse(region).is_none() {
                return Err(self.invalid(&format!("Unknown Region '{region}'")));
            }
            found.push(Routing::Latency(region.clone()));
        }
        match given.failover.as_deref() {
            Some("PRIMARY") => found.push(Routing::Primary),
            Some(_) => found.push(Routing::Secondary),
            None => {}
        }
        if let Some(location) = &given.geo_location {
            found.push(Routing::Location(self.place(location)?));
        }
        if let Some(is_multivalue) = given.multi_value_answer {
            if !is_multivalue {
                return Err(self.invalid("MultiValueAnswer must be true"));
            }
            found.push(Routing::Multivalue);
        }
        if let Some(near) = &given.geo_proximity_location {
            found.push(self.proximity(near)?);
        }
        if let Some(cidr) = &given.cidr_routing_config {
            found.push(Routing::Cidr {
                collection: cidr.collection_id.clone().unwrap_or_default(),
                location: cidr.location_name.clone().unwrap_or_default(),
            });
        }
        match (found.len(), &given.set_identifier) {
            (0, None) => Ok(Routing::Simple),
            (1, Some(_)) => Ok(found.remove(0)),
            (1, None) => Err(self.invalid("Missing field 'SetIdentifier'")),
            (count, _) => Err(self.expected_one_of(POLICIES, count)),
        }
    }

    fn place(&self, given: &api::GeoLocation) -> Result<Place, Error> {
        let place = match (&given.continent_code, &given.country_code, &given.subdivision_code) {
            (Some(code), None, None) => Some(Place::Continent(code.clone())),
            (None, Some(code), None) => Some(Place::Country(code.clone())),
            (None, Some(country), Some(code)) => {
                Some(Place::Subdivision { country: country.clone(), code: code.clone() })
            }
            _ => None,
        };
        place.filter(geo::is_known).ok_or_else(|| self.invalid("Invalid GeoLocation"))
    }

    fn proximity(&self, given: &api::GeoProximityLocation) -> Result<Routing, Error> {
        let degrees = |text: &Option<String>, most: f64| {
            let text = text.clone()?;
            text.parse::<f64>().is_ok_and(|degrees| degrees.abs() <= most).then_some(text)
        };
        let point = match (&given.aws_region, &given.local_zone_group, &given.coordinates) {
            (Some(region), None, None) if Region::parse(region).is_some() => {
                Some(Point::Region(region.clone()))
            }
            (None, Some(group), None) => Some(Point::LocalZones(group.clone())),
            (None, None, Some(at)) => degrees(&at.latitude, 90.0)
                .zip(degrees(&at.longitude, 180.0))
                .map(|(latitude, longitude)| Point::Degrees { latitude, longitude }),
            _ => None,
        };
        let point = point.ok_or_else(|| self.invalid("Invalid GeoProximityLocation"))?;
        Ok(Routing::Proximity { point, bias: given.bias.unwrap_or_default() })
    }
}
