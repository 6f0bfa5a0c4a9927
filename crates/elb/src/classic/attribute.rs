//! The attributes of classic load balancers.

use super::record::{Attributes, Log};
use super::{change, find};
use crate::Elb;
use crate::error::{Classic as Bad, Error};
use ports::Cx;
use shapes_elb as api;

/// The key of the one attribute that stands among the additional ones.
const DESYNC: &str = "elb.http.desyncmitigationmode";

fn shape(own: &Attributes) -> api::LoadBalancerAttributes {
    let log = own.log.as_ref();
    api::LoadBalancerAttributes {
        cross_zone_load_balancing: Some(api::CrossZoneLoadBalancing { enabled: Some(own.cross_zone) }),
        access_log: Some(api::AccessLog {
            enabled: Some(log.is_some()),
            s3_bucket_name: log.map(|log| log.bucket.clone()),
            emit_interval: log.map(|log| log.interval_minutes),
            s3_bucket_prefix: log.map(|log| log.prefix.clone()),
        }),
        connection_draining: Some(api::ConnectionDraining {
            enabled: Some(own.drains),
            timeout: Some(own.draining_seconds),
        }),
        connection_settings: Some(api::ConnectionSettings { idle_timeout: Some(own.idle_seconds) }),
        additional_attributes: Some(vec![api::AdditionalAttribute {
            key: Some(DESYNC.to_owned()),
            value: Some(own.desync_mode.clone()),
        }]),
    }
}

/// `DescribeLoadBalancerAttributes`.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Elb,
    input: api::DescribeLoadBalancerAttributesInput,
) -> Result<api::DescribeLoadBalancerAttributesOutput, Error> {
    let name = input.load_balancer_name.unwrap_or_default();
    let own = cx.read(|view| find(view, cx.scope(), &name))?;
    Ok(api::DescribeLoadBalancerAttributesOutput { load_balancer_attributes: Some(shape(&own.attributes)) })
}

/// `ModifyLoadBalancerAttributes`: some are given, all are answered.
pub(crate) fn modify(
    cx: &Cx,
    svc: &Elb,
    input: api::ModifyLoadBalancerAttributesInput,
) -> Result<api::ModifyLoadBalancerAttributesOutput, Error> {
    let given = input.load_balancer_attributes.unwrap_or_default();
    let name = input.load_balancer_name.clone().unwrap_or_default();
    let log = given.access_log.as_ref().map(|log| read_log(cx, svc, &name, log)).transpose()?;
    change(cx, input.load_balancer_name.as_deref(), |_, own| {
        let attributes = &mut own.attributes;
        if let Some(cross_zone) = given.cross_zone_load_balancing.as_ref().and_then(|own| own.enabled) {
            attributes.cross_zone = cross_zone;
        }
        if let Some(log) = &log {
            attributes.log.clone_from(log);
        }
        if let Some(draining) = &given.connection_draining {
            attributes.drains = draining.enabled.unwrap_or(attributes.drains);
            if let Some(seconds) = draining.timeout {
                attributes.draining_seconds = within("ConnectionDraining.Timeout", seconds, 3600)?;
            }
        }
        if let Some(seconds) = given.connection_settings.as_ref().and_then(|own| own.idle_timeout) {
            attributes.idle_seconds = within("ConnectionSettings.IdleTimeout", seconds, 4000)?;
        }
        for extra in given.additional_attributes.iter().flatten() {
            attributes.desync_mode = desync_mode(extra)?;
        }
        let shape = shape(attributes);
        Ok(api::ModifyLoadBalancerAttributesOutput {
            load_balancer_name: Some(own.name.clone()),
            load_balancer_attributes: Some(shape),
        })
    })
}

fn within(name: &'static str, seconds: i32, most: i32) -> Result<i32, Error> {
    let is_fit = (1..=most).contains(&seconds);
    if is_fit { Ok(seconds) } else { Err(Bad::Range(name, 1, most).into()) }
}

fn desync_mode(given: &api::AdditionalAttribute) -> Result<String, Error> {
    let (key, mode) = (given.key.clone().unwrap_or_default(), given.value.clone().unwrap_or_default());
    if key != DESYNC {
        return Err(Bad::Attribute.into());
    }
    let is_known = ["monitor", "defensive", "strictest"].contains(&mode.as_str());
    if is_known { Ok(mode) } else { Err(Bad::Mode(mode).into()) }
}

/// Reads the log of accesses of the load balancer of that name; one that is off is none, and of one that is on what is
/// not given stays.
fn read_log(cx: &Cx, svc: &Elb, name: &str, given: &api::AccessLog) -> Result<Option<Log>, Error> {
    if given.enabled != Some(true) {
        return Ok(None);
    }
    let own = cx.read(|view| find(view, cx.scope(), name))?;
    let old = own.attributes.log.as_ref();
    let bucket = given.s3_bucket_name.clone().or_else(|| old.map(|log| log.bucket.clone()));
    let bucket = bucket.unwrap_or_default();
    if bucket.is_empty() {
        return Err(Bad::NoBucket.into());
    }
    let interval = given.emit_interval.or(old.map(|log| log.interval_minutes)).unwrap_or(60);
    if ![5, 60].contains(&interval) {
        return Err(Bad::EmitInterval.into());
    }
    match cx.read(|view| svc.buckets.region(view, cx.partition(), &bucket)) {
        None => return Err(Bad::BucketAccess(bucket).into()),
        Some(region) if region != own.scope.region => {
            return Err(Bad::BucketRegion(bucket, own.name.clone()).into());
        }
        Some(_) => {}
    }
    let prefix = given.s3_bucket_prefix.clone().or_else(|| old.map(|log| log.prefix.clone()));
    let prefix = prefix.unwrap_or_default();
    Ok(Some(Log { bucket, prefix, interval_minutes: interval }))
}
