//! Capacity that is kept ready for a load balancer.

use super::record::{Capacity, Kind};
use super::{LoadBalancer, find};
use crate::Elb;
use crate::error::{Error, Limit, Validation};
use crate::event::Changed;
use base::Timestamp;
use ports::Cx;
use shapes_elbv2 as api;

/// How often capacity may be lowered in a day. Source: ELB user guide, "Capacity reservations".
const DECREASES: usize = 2;
const DAY_MILLIS: i64 = 86_400_000;

/// The least that may be kept ready, in units: of a network load balancer for each zone.
fn least(own: &LoadBalancer) -> i32 {
    let zones = i32::try_from(own.places.len()).unwrap_or(1);
    if own.kind == Kind::Network { 2750 * zones } else { 100 }
}

/// The most, without asking AWS for more. Source: ELB user guides, "Quotas".
fn most(own: &LoadBalancer) -> i32 {
    let zones = i32::try_from(own.places.len()).unwrap_or(1);
    if own.kind == Kind::Network { 45_000 * zones } else { 1500 }
}

fn remaining(capacity: Option<&Capacity>, now: Timestamp) -> usize {
    let lately = |at: &&Timestamp| now.millis_since(**at) < DAY_MILLIS;
    DECREASES.saturating_sub(capacity.map_or(0, |own| own.lowered_at.iter().filter(lately).count()))
}

/// `DescribeCapacityReservation`.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Elb,
    input: api::DescribeCapacityReservationInput,
) -> Result<api::DescribeCapacityReservationOutput, Error> {
    let text = input.load_balancer_arn.unwrap_or_default();
    let own = cx.read(|view| find(view, cx.scope(), &text))?;
    Ok(api::DescribeCapacityReservationOutput {
        last_modified_time: own.capacity.as_ref().map(|capacity| capacity.changed_at.into()),
        decrease_requests_remaining: i32::try_from(remaining(own.capacity.as_ref(), cx.now())).ok(),
        minimum_load_balancer_capacity: minimum(&own),
        capacity_reservation_state: Some(states(&own)),
    })
}

fn minimum(own: &LoadBalancer) -> Option<api::MinimumLoadBalancerCapacity> {
    let units = own.capacity.as_ref()?.units?;
    Some(api::MinimumLoadBalancerCapacity { capacity_units: Some(units) })
}

/// What of it is ready, zone by zone.
fn states(own: &LoadBalancer) -> Vec<api::ZonalCapacityReservationState> {
    let Some(units) = own.capacity.as_ref().and_then(|capacity| capacity.units) else { return Vec::new() };
    let zones = i32::try_from(own.places.len()).unwrap_or(1).max(1);
    let state = |zone: &base::Zone| api::ZonalCapacityReservationState {
        state: Some(api::CapacityReservationStatus { code: Some("provisioned".to_owned()), reason: None }),
        availability_zone: Some(zone.name.clone()),
        effective_capacity_units: Some(f64::from(units) / f64::from(zones)),
    };
    own.zones().map(state).collect()
}

/// `ModifyCapacityReservation`.
pub(crate) fn modify(
    cx: &Cx,
    _svc: &Elb,
    input: api::ModifyCapacityReservationInput,
) -> Result<api::ModifyCapacityReservationOutput, Error> {
    let text = input.load_balancer_arn.unwrap_or_default();
    let units = input.minimum_load_balancer_capacity.and_then(|own| own.capacity_units);
    let resets = input.reset_capacity_reservation == Some(true);
    if units.is_some() == resets {
        return Err(Validation::OneCapacityChange.into());
    }
    cx.write(|tx| {
        let mut own = (*find(tx, cx.scope(), &text)?).clone();
        if own.kind == Kind::Gateway {
            return Err(crate::error::Configuration::CapacityOfKind.into());
        }
        if let Some(units) = units {
            if units < least(&own) {
                return Err(Validation::LeastCapacity(least(&own)).into());
            }
            if units > most(&own) {
                return Err(Limit::CapacityUnits.into());
            }
        }
        let before = own.capacity.as_ref().and_then(|capacity| capacity.units);
        let lowers = before.is_some_and(|before| units.is_none_or(|units| units < before));
        if lowers && remaining(own.capacity.as_ref(), cx.now()) == 0 {
            return Err(Limit::CapacityDecreases.into());
        }
        let mut lowered_at = own.capacity.take().map(|capacity| capacity.lowered_at).unwrap_or_default();
        lowered_at.retain(|at| cx.now().millis_since(*at) < DAY_MILLIS);
        lowered_at.extend(lowers.then(|| cx.now()));
        own.capacity = Some(Capacity { units, changed_at: cx.now(), lowered_at });
        tx.emit(&Changed { kind: "LoadBalancerChanged", resource: own.arn() });
        tx.put(own.clone());
        Ok(api::ModifyCapacityReservationOutput {
            last_modified_time: Some(cx.now().into()),
            decrease_requests_remaining: i32::try_from(remaining(own.capacity.as_ref(), cx.now())).ok(),
            minimum_load_balancer_capacity: minimum(&own),
            capacity_reservation_state: Some(states(&own)),
        })
    })
}
