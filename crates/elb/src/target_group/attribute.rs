//! The attributes of target groups, as each kind has them.

use super::find;
use super::record::{Class, TargetGroup};
use crate::Elb;
use crate::attribute::{Allowed, Attribute, Unfit};
use crate::error::{Configuration, Error, Validation};
use crate::event::Changed;
use ports::Cx;
use shapes_elbv2 as api;

pub(crate) use crate::attribute::Set;

const fn row(key: &'static str, default: &'static str, allowed: Allowed, kinds: &'static str) -> Attribute {
    Attribute { key, default, allowed, kinds }
}

const CROSS_ZONE: Allowed = Allowed::OneOf(&["true", "false", "use_load_balancer_configuration"]);
const ALGORITHMS: Allowed = Allowed::OneOf(&["round_robin", "least_outstanding_requests", "weighted_random"]);
const ON_OFF: Allowed = Allowed::OneOf(&["on", "off"]);
const REBALANCE: Allowed = Allowed::OneOf(&["rebalance", "no_rebalance"]);
/// Targets of a group at the most, as far as thresholds count them.
const MOST: i64 = 1000;

/// Every attribute; the letters are those of [`Class`]. Source: ELB API reference, TargetGroupAttribute.
static ATTRIBUTES: [Attribute; 22] = [
    row("deregistration_delay.timeout_seconds", "300", Allowed::Range(0, 3600), "ANBG"),
    row("stickiness.enabled", "false", Allowed::Bool, "ALNG"),
    // By class: see `default`.
    row("stickiness.type", "lb_cookie", Allowed::Text, "ALNG"),
    row("load_balancing.cross_zone.enabled", "use_load_balancer_configuration", CROSS_ZONE, "ALNB"),
    row(
        "target_group_health.dns_failover.minimum_healthy_targets.count",
        "1",
        Allowed::OffOr(1, MOST),
        "ALNB",
    ),
    row(
        "target_group_health.dns_failover.minimum_healthy_targets.percentage",
        "off",
        Allowed::OffOr(1, 100),
        "ALNB",
    ),
    row(
        "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count",
        "1",
        Allowed::Range(1, MOST),
        "ALNB",
    ),
    row(
        "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage",
        "off",
        Allowed::OffOr(1, 100),
        "ALNB",
    ),
    row("load_balancing.algorithm.type", "round_robin", ALGORITHMS, "A"),
    row("load_balancing.algorithm.anomaly_mitigation", "off", ON_OFF, "A"),
    row("slow_start.duration_seconds", "0", Allowed::ZeroOr(30, 900), "A"),
    row("stickiness.lb_cookie.duration_seconds", "86400", Allowed::Range(1, 604_800), "AL"),
    row("stickiness.app_cookie.cookie_name", "", Allowed::Text, "AL"),
    row("stickiness.app_cookie.duration_seconds", "86400", Allowed::Range(1, 604_800), "AL"),
    row("lambda.multi_value_headers.enabled", "false", Allowed::Bool, "L"),
    row("deregistration_delay.connection_termination.enabled", "false", Allowed::Bool, "N"),
    // By target type: see `default`.
    row("preserve_client_ip.enabled", "true", Allowed::Bool, "NB"),
    row("proxy_protocol_v2.enabled", "false", Allowed::Bool, "N"),
    row("target_health_state.unhealthy.connection_termination.enabled", "true", Allowed::Bool, "N"),
    row("target_health_state.unhealthy.draining_interval_seconds", "0", Allowed::Range(0, 360_000), "N"),
    row("target_failover.on_deregistration", "no_rebalance", REBALANCE, "G"),
    row("target_failover.on_unhealthy", "no_rebalance", REBALANCE, "G"),
];

/// Protocols that carry datagrams, whose senders are always preserved.
const DATAGRAMS: [&str; 4] = ["UDP", "TCP_UDP", "QUIC", "TCP_QUIC"];

fn is_datagrams(own: &TargetGroup) -> bool {
    own.protocol.as_deref().is_some_and(|own| DATAGRAMS.contains(&own))
}

fn has(own: &TargetGroup, row: &Attribute) -> bool {
    // Only connections can be ended.
    let only_connections = row.key.starts_with("target_health_state.unhealthy.") && is_datagrams(own);
    row.kinds.contains(own.class().letter()) && !only_connections
}

fn default(own: &TargetGroup, row: &Attribute) -> &'static str {
    match (row.key, own.class()) {
        ("stickiness.type", Class::Network) => "source_ip",
        ("stickiness.type", Class::Gateway) => "source_ip_dest_ip_proto",
        ("preserve_client_ip.enabled", _) if own.target_type == "ip" && !is_datagrams(own) => "false",
        _ => row.default,
    }
}

fn value<'a>(own: &'a TargetGroup, key: &'a str) -> &'a str {
    let row = ATTRIBUTES.iter().find(|row| row.key == key);
    let default = row.map_or("", |row| default(own, row));
    own.attributes.get(key).map_or(default, String::as_str)
}

/// How long a target that leaves is still served, in milliseconds.
pub(crate) fn delay_millis(own: &TargetGroup) -> u32 {
    let seconds = value(own, "deregistration_delay.timeout_seconds").parse::<u32>().unwrap_or_default();
    if own.class() == Class::Lambda { 0 } else { seconds.saturating_mul(1000) }
}

/// Whether odd targets are told.
pub(crate) fn detects_anomalies(own: &TargetGroup) -> bool {
    own.class() == Class::Http && value(own, "load_balancing.algorithm.type") == "weighted_random"
}

fn all(own: &TargetGroup) -> Vec<api::TargetGroupAttribute> {
    let shape = |row: &Attribute| api::TargetGroupAttribute {
        key: Some(row.key.to_owned()),
        value: Some(value(own, row.key).to_owned()),
    };
    ATTRIBUTES.iter().filter(|row| has(own, row)).map(shape).collect()
}

/// `DescribeTargetGroupAttributes`.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Elb,
    input: api::DescribeTargetGroupAttributesInput,
) -> Result<api::DescribeTargetGroupAttributesOutput, Error> {
    let text = input.target_group_arn.unwrap_or_default();
    let own = cx.read(|view| find(view, cx.scope(), &text))?;
    Ok(api::DescribeTargetGroupAttributesOutput { attributes: Some(all(&own)) })
}

/// `ModifyTargetGroupAttributes`: some are given, all are answered.
pub(crate) fn modify(
    cx: &Cx,
    _svc: &Elb,
    input: api::ModifyTargetGroupAttributesInput,
) -> Result<api::ModifyTargetGroupAttributesOutput, Error> {
    let text = input.target_group_arn.unwrap_or_default();
    let given = input.attributes.unwrap_or_default();
    cx.write(|tx| {
        let mut own = (*find(tx, cx.scope(), &text)?).clone();
        for attribute in &given {
            let key = attribute.key.clone().unwrap_or_default();
            let value = attribute.value.clone().unwrap_or_default();
            check(&own, &key, &value)?;
            own.attributes.insert(key, value);
        }
        check_whole(&own)?;
        tx.emit(&Changed { kind: "TargetGroupChanged", resource: own.arn() });
        tx.put(own.clone());
        Ok(api::ModifyTargetGroupAttributesOutput { attributes: Some(all(&own)) })
    })
}

fn check(own: &TargetGroup, key: &str, given: &str) -> Result<(), Error> {
    let row = ATTRIBUTES.iter().find(|row| row.key == key);
    let row = row.ok_or_else(|| Validation::GroupAttribute(key.to_owned()))?;
    if !has(own, row) {
        return Err(match own.class() {
            Class::Lambda => Configuration::AttributeOfLambda(key.to_owned()).into(),
            _ => Configuration::GroupAttribute.into(),
        });
    }
    row.allowed.check(given).map_err(|unfit| match unfit {
        Unfit::OneOf(words) => Validation::AttributeWords(key.to_owned(), words),
        Unfit::Range(least, most) => {
            Validation::GroupAttributeRange(key.to_owned(), given.to_owned(), least, most)
        }
    })?;
    match key {
        "stickiness.type" => check_type(own, given),
        "stickiness.enabled" if given == "true" && own.protocol.as_deref() == Some("TLS") => {
            Err(Configuration::StickyTls.into())
        }
        "preserve_client_ip.enabled" if given == "false" && is_datagrams(own) => {
            Err(Configuration::GroupAttribute.into())
        }
        "stickiness.app_cookie.cookie_name" if is_reserved(given) => {
            Err(Validation::CookieName(given.to_owned()).into())
        }
        _ => Ok(()),
    }
}

/// Names of cookies that load balancers have themselves.
fn is_reserved(name: &str) -> bool {
    name.len() > 256 || name.starts_with("AWSALB")
}

fn check_type(own: &TargetGroup, given: &str) -> Result<(), Error> {
    const GATEWAY: [&str; 2] = ["source_ip_dest_ip_proto", "source_ip_dest_ip"];
    const OTHERS: [&str; 3] = ["app_cookie", "lb_cookie", "source_ip"];
    let class = own.class();
    if class == Class::Gateway {
        let is_known = GATEWAY.contains(&given);
        return if is_known { Ok(()) } else { Err(Validation::GatewayStickiness(given.to_owned()).into()) };
    }
    if !OTHERS.contains(&given) {
        return Err(Validation::StickinessType.into());
    }
    if (given == "source_ip") == (class == Class::Network) {
        return Ok(());
    }
    let protocol = own.protocol.clone().unwrap_or_default();
    Err(Configuration::StickinessType(given.to_owned(), protocol).into())
}

/// What does not go together.
fn check_whole(own: &TargetGroup) -> Result<(), Error> {
    let is = |key: &str, word: &str| value(own, key) == word;
    if is("stickiness.enabled", "true")
        && is("stickiness.type", "app_cookie")
        && is("stickiness.app_cookie.cookie_name", "")
    {
        return Err(Configuration::NoCookieName.into());
    }
    if own.class() == Class::Http {
        let is_plain = is("load_balancing.algorithm.type", "round_robin");
        if !is_plain && !is("slow_start.duration_seconds", "0") {
            return Err(Configuration::SlowStart.into());
        }
        if is("load_balancing.algorithm.anomaly_mitigation", "on")
            && !is("load_balancing.algorithm.type", "weighted_random")
        {
            return Err(Configuration::AnomalyMitigation.into());
        }
    }
    for measure in ["count", "percentage"] {
        check_thresholds(own, measure)?;
    }
    let seconds = value(own, "target_health_state.unhealthy.draining_interval_seconds");
    if own.class() == Class::Network
        && seconds != "0"
        && is("target_health_state.unhealthy.connection_termination.enabled", "true")
    {
        return Err(Configuration::DrainingInterval.into());
    }
    let failover =
        (value(own, "target_failover.on_deregistration"), value(own, "target_failover.on_unhealthy"));
    if failover.0 == failover.1 { Ok(()) } else { Err(Configuration::Failover.into()) }
}

/// Where both thresholds are given, a zone leaves DNS not later than its healthy targets become too few to be chosen
/// from. Source: ELB user guides, "Target group health".
fn check_thresholds(own: &TargetGroup, measure: &str) -> Result<(), Error> {
    let number = |action: &str| {
        let key = format!("target_group_health.{action}.minimum_healthy_targets.{measure}");
        own.attributes.get(&key)?.parse::<u32>().ok()
    };
    match (number("dns_failover"), number("unhealthy_state_routing")) {
        (Some(dns), Some(routing)) if dns < routing => {
            Err(Configuration::Thresholds(measure.to_owned()).into())
        }
        _ => Ok(()),
    }
}
