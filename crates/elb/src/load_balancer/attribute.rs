//! The attributes of load balancers, as each kind has them.

use super::{LoadBalancer, find};
use crate::Elb;
use crate::attribute::{Allowed, Attribute, Unfit};
use crate::error::{Configuration, Error, Validation};
use crate::event::Changed;
use crate::load_balancer::Kind;
use base::Region;
use ports::Cx;
use shapes_elbv2 as api;
use std::collections::BTreeMap;

pub(crate) use crate::attribute::Set;

const fn row(key: &'static str, default: &'static str, allowed: Allowed, kinds: &'static str) -> Attribute {
    Attribute { key, default, allowed, kinds }
}

const MODES: Allowed = Allowed::OneOf(&["monitor", "defensive", "strictest"]);
const FORWARDED: Allowed = Allowed::OneOf(&["append", "preserve", "remove"]);
const AFFINITY: Allowed = Allowed::OneOf(&[
    "availability_zone_affinity",
    "partial_availability_zone_affinity",
    "any_availability_zone",
]);

/// Every attribute. Source: ELB API reference, LoadBalancerAttribute.
static ATTRIBUTES: [Attribute; 25] = [
    row("access_logs.s3.enabled", "false", Allowed::Bool, "AN"),
    row("access_logs.s3.bucket", "", Allowed::Text, "AN"),
    row("access_logs.s3.prefix", "", Allowed::Text, "AN"),
    row("client_keep_alive.seconds", "3600", Allowed::Range(60, 604_800), "A"),
    row("connection_logs.s3.enabled", "false", Allowed::Bool, "A"),
    row("connection_logs.s3.bucket", "", Allowed::Text, "A"),
    row("connection_logs.s3.prefix", "", Allowed::Text, "A"),
    row("deletion_protection.enabled", "false", Allowed::Bool, "ANG"),
    row("dns_record.client_routing_policy", "any_availability_zone", AFFINITY, "N"),
    row("health_check_logs.s3.enabled", "false", Allowed::Bool, "A"),
    row("health_check_logs.s3.bucket", "", Allowed::Text, "A"),
    row("health_check_logs.s3.prefix", "", Allowed::Text, "A"),
    row("idle_timeout.timeout_seconds", "60", Allowed::Range(1, 4000), "A"),
    // Internal ones have `true`.
    row("ipv6.deny_all_igw_traffic", "false", Allowed::Bool, "AN"),
    // Application ones have `true`.
    row("load_balancing.cross_zone.enabled", "false", Allowed::Bool, "ANG"),
    row("routing.http.desync_mitigation_mode", "defensive", MODES, "A"),
    row("routing.http.drop_invalid_header_fields.enabled", "false", Allowed::Bool, "A"),
    row("routing.http.preserve_host_header.enabled", "false", Allowed::Bool, "A"),
    row("routing.http.x_amzn_tls_version_and_cipher_suite.enabled", "false", Allowed::Bool, "A"),
    row("routing.http.xff_client_port.enabled", "false", Allowed::Bool, "A"),
    row("routing.http.xff_header_processing.mode", "append", FORWARDED, "A"),
    row("routing.http2.enabled", "true", Allowed::Bool, "A"),
    row("secondary_ips.auto_assigned.per_subnet", "0", Allowed::Range(0, 7), "N"),
    row("waf.fail_open.enabled", "false", Allowed::Bool, "A"),
    row("zonal_shift.config.enabled", "false", Allowed::Bool, "AN"),
];

fn default(own: &LoadBalancer, row: &Attribute) -> &'static str {
    match row.key {
        "ipv6.deny_all_igw_traffic" if own.is_internal => "true",
        "load_balancing.cross_zone.enabled" if own.kind == Kind::Application => "true",
        _ => row.default,
    }
}

fn value<'a>(own: &'a LoadBalancer, row: &Attribute) -> &'a str {
    own.attributes.get(row.key).map_or(default(own, row), String::as_str)
}

/// Whether an attribute is on.
pub(crate) fn is_on(own: &LoadBalancer, key: &str) -> bool {
    ATTRIBUTES.iter().find(|row| row.key == key).is_some_and(|row| value(own, row) == "true")
}

fn all(own: &LoadBalancer) -> Vec<api::LoadBalancerAttribute> {
    let rows = ATTRIBUTES.iter().filter(|row| row.kinds.contains(own.kind.letter()));
    let shape = |row: &Attribute| api::LoadBalancerAttribute {
        key: Some(row.key.to_owned()),
        value: Some(value(own, row).to_owned()),
    };
    rows.map(shape).collect()
}

/// `DescribeLoadBalancerAttributes`.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Elb,
    input: api::DescribeLoadBalancerAttributesInput,
) -> Result<api::DescribeLoadBalancerAttributesOutput, Error> {
    let text = input.load_balancer_arn.unwrap_or_default();
    let own = cx.read(|view| find(view, cx.scope(), &text))?;
    Ok(api::DescribeLoadBalancerAttributesOutput { attributes: Some(all(&own)) })
}

/// `ModifyLoadBalancerAttributes`: some are given, all are answered.
pub(crate) fn modify(
    cx: &Cx,
    svc: &Elb,
    input: api::ModifyLoadBalancerAttributesInput,
) -> Result<api::ModifyLoadBalancerAttributesOutput, Error> {
    let text = input.load_balancer_arn.unwrap_or_default();
    let given = input.attributes.unwrap_or_default();
    // Buckets are read as they were before this call: another service has them.
    let buckets = cx.read(|view| {
        let own = find(view, cx.scope(), &text)?;
        let named = given.iter().filter_map(|own| Some((own.key.as_ref()?, own.value.as_ref()?)));
        let buckets = named.chain(&own.attributes).filter(|(key, _)| key.ends_with(".s3.bucket"));
        let region = |bucket: &String| svc.buckets.region(view, cx.partition(), bucket);
        Ok::<Buckets, Error>(buckets.filter_map(|(_, own)| Some((own.clone(), region(own)?))).collect())
    })?;
    cx.write(|tx| {
        let mut own = (*find(tx, cx.scope(), &text)?).clone();
        for attribute in &given {
            let key = attribute.key.clone().unwrap_or_default();
            let value = attribute.value.clone().unwrap_or_default();
            check(&own, &key, &value)?;
            own.attributes.insert(key, value);
        }
        for log in ["access_logs", "connection_logs", "health_check_logs"] {
            let is_of = |key: &str| key.strip_prefix(log).is_some_and(|rest| rest.starts_with(".s3."));
            if given.iter().any(|own| own.key.as_deref().is_some_and(is_of)) {
                check_log(&own, log, &buckets)?;
            }
        }
        tx.emit(&Changed { kind: "LoadBalancerChanged", resource: own.arn() });
        tx.put(own.clone());
        Ok(api::ModifyLoadBalancerAttributesOutput { attributes: Some(all(&own)) })
    })
}

fn check(own: &LoadBalancer, key: &str, given: &str) -> Result<(), Error> {
    let row = ATTRIBUTES.iter().find(|row| row.key == key);
    let row = row.ok_or_else(|| Validation::LoadBalancerAttribute(key.to_owned()))?;
    if !row.kinds.contains(own.kind.letter()) {
        return Err(Configuration::AttributeOfKind(key.to_owned(), own.kind).into());
    }
    row.allowed.check(given).map_err(|unfit| match unfit {
        Unfit::OneOf(words) => Validation::AttributeWords(key.to_owned(), words),
        Unfit::Range(least, most) => Validation::AttributeRange(key.to_owned(), least, most),
    })?;
    match key {
        "load_balancing.cross_zone.enabled" if own.kind == Kind::Application && given == "false" => {
            Err(Configuration::CrossZoneOff.into())
        }
        "secondary_ips.auto_assigned.per_subnet" if lowers(value(own, row), given) => {
            Err(Configuration::SecondaryLowered.into())
        }
        key if key.ends_with(".s3.prefix") && !is_prefix(given) => {
            Err(Validation::LogPrefix(given.to_owned()).into())
        }
        _ => Ok(()),
    }
}

fn lowers(before: &str, after: &str) -> bool {
    before.parse::<u32>().ok() > after.parse::<u32>().ok()
}

fn is_prefix(text: &str) -> bool {
    !text.contains("AWSLogs") && !text.starts_with('/') && !text.ends_with('/')
}

/// Buckets by name, each with its Region.
type Buckets = BTreeMap<String, Region>;

/// A log that is on needs a bucket that is there, in the same Region.
fn check_log(own: &LoadBalancer, log: &str, buckets: &Buckets) -> Result<(), Error> {
    let set = |end: &str| own.attributes.get(&format!("{log}.s3.{end}")).map_or("", String::as_str);
    if set("enabled") != "true" {
        return Ok(());
    }
    let bucket = set("bucket");
    if bucket.is_empty() {
        return Err(Validation::NoBucket.into());
    }
    match buckets.get(bucket) {
        None => Err(Configuration::BucketAccess(bucket.to_owned()).into()),
        Some(region) if *region != own.scope.region => {
            Err(Configuration::BucketRegion(bucket.to_owned(), own.name.clone()).into())
        }
        Some(_) => Ok(()),
    }
}
