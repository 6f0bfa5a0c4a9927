//! Sets of records as answers show them.

use crate::record::model::{Body, Place, Point, RecordSet, Routing};
use shapes_route53 as api;

/// The set.
pub(crate) fn shape(set: &RecordSet) -> api::ResourceRecordSet {
    let mut shown = api::ResourceRecordSet {
        name: Some(set.name.to_string()),
        type_: Some(set.kind.as_str().to_owned()),
        set_identifier: set.identifier.clone(),
        health_check_id: set.health_check.clone(),
        ..api::ResourceRecordSet::default()
    };
    match &set.body {
        Body::Values { ttl_seconds, values } => {
            let record = |value: &String| api::ResourceRecord { value: Some(value.clone()) };
            shown.ttl = Some(*ttl_seconds);
            shown.resource_records = Some(values.iter().map(record).collect());
        }
        Body::Alias(alias) => {
            shown.alias_target = Some(api::AliasTarget {
                hosted_zone_id: Some(alias.zone.clone()),
                dns_name: Some(alias.name.to_string()),
                evaluate_target_health: Some(alias.evaluates_health),
            });
        }
        Body::Policy { instance } => shown.traffic_policy_instance_id = Some(instance.clone()),
    }
    route(&mut shown, &set.routing);
    shown
}

fn route(shown: &mut api::ResourceRecordSet, routing: &Routing) {
    match routing {
        Routing::Simple => {}
        Routing::Weighted(weight) => shown.weight = Some(*weight),
        Routing::Latency(region) => shown.region = Some(region.clone()),
        Routing::Primary => shown.failover = Some("PRIMARY".to_owned()),
        Routing::Secondary => shown.failover = Some("SECONDARY".to_owned()),
        Routing::Location(place) => shown.geo_location = Some(location(place)),
        Routing::Proximity { point, bias } => {
            let mut near = api::GeoProximityLocation { bias: Some(*bias), ..Default::default() };
            match point {
                Point::Region(region) => near.aws_region = Some(region.clone()),
                Point::LocalZones(group) => near.local_zone_group = Some(group.clone()),
                Point::Degrees { latitude, longitude } => {
                    let (latitude, longitude) = (Some(latitude.clone()), Some(longitude.clone()));
                    near.coordinates = Some(api::Coordinates { latitude, longitude });
                }
            }
            shown.geo_proximity_location = Some(near);
        }
        Routing::Multivalue => shown.multi_value_answer = Some(true),
        Routing::Cidr { collection, location } => {
            shown.cidr_routing_config = Some(api::CidrRoutingConfig {
                collection_id: Some(collection.clone()),
                location_name: Some(location.clone()),
            });
        }
    }
}

fn location(place: &Place) -> api::GeoLocation {
    match place {
        Place::Continent(code) => {
            api::GeoLocation { continent_code: Some(code.clone()), ..Default::default() }
        }
        Place::Country(code) => api::GeoLocation { country_code: Some(code.clone()), ..Default::default() },
        Place::Subdivision { country, code } => api::GeoLocation {
            continent_code: None,
            country_code: Some(country.clone()),
            subdivision_code: Some(code.clone()),
        },
    }
}
