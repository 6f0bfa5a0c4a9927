//! Classic load balancers as answers show them.

use super::instance;
use super::policy_type::{APP_COOKIE, LB_COOKIE};
use super::record::{Classic, HealthCheck, Listener, Policy};
use crate::names;
use shapes_elb as api;

/// A load balancer.
pub(super) fn load_balancer(own: &Classic) -> api::LoadBalancerDescription {
    let scheme = if own.is_internal { "internal" } else { "internet-facing" };
    let backend = |(port, policies): &(i32, Vec<String>)| api::BackendServerDescription {
        instance_port: Some(*port),
        policy_names: Some(policies.clone()),
    };
    api::LoadBalancerDescription {
        load_balancer_name: Some(own.name.clone()),
        dns_name: Some(own.dns_name.clone()),
        canonical_hosted_zone_name: (!own.is_internal).then(|| own.dns_name.clone()),
        canonical_hosted_zone_name_id: names::regional_zone(own.scope.region.as_str()),
        listener_descriptions: Some(own.listeners.iter().map(listener).collect()),
        policies: Some(policies(&own.policies)),
        backend_server_descriptions: Some(own.backends.iter().map(backend).collect()),
        availability_zones: Some(own.places.iter().map(|place| place.zone.name.clone()).collect()),
        subnets: Some(own.places.iter().map(|place| place.subnet.clone()).collect()),
        vpc_id: Some(own.vpc.clone()),
        instances: Some(instance::shapes(own)),
        health_check: Some(health_check(&own.health_check)),
        source_security_group: Some(api::SourceSecurityGroup {
            owner_alias: Some(own.scope.account.to_string()),
            group_name: Some(own.source_group.clone()),
        }),
        security_groups: Some(own.groups.clone()),
        created_time: Some(own.created_at.into()),
        scheme: Some(scheme.to_owned()),
    }
}

fn listener(own: &Listener) -> api::ListenerDescription {
    api::ListenerDescription {
        listener: Some(api::Listener {
            protocol: Some(own.protocol.clone()),
            load_balancer_port: Some(own.port),
            instance_protocol: Some(own.instance_protocol.clone()),
            instance_port: Some(own.instance_port),
            ssl_certificate_id: own.certificate.clone(),
        }),
        policy_names: Some(own.policies.clone()),
    }
}

/// Policies by what they are.
fn policies(all: &[Policy]) -> api::Policies {
    let of = |kind: &'static str| all.iter().filter(move |own| own.kind == kind);
    let value = |own: &Policy| own.attributes.first().map(|(_, value)| value.clone());
    let app = |own: &Policy| api::AppCookieStickinessPolicy {
        policy_name: Some(own.name.clone()),
        cookie_name: value(own),
    };
    let lb = |own: &Policy| api::LBCookieStickinessPolicy {
        policy_name: Some(own.name.clone()),
        cookie_expiration_period: value(own).and_then(|own| own.parse().ok()),
    };
    let others = all.iter().filter(|own| own.kind != APP_COOKIE && own.kind != LB_COOKIE);
    api::Policies {
        app_cookie_stickiness_policies: Some(of(APP_COOKIE).map(app).collect()),
        lb_cookie_stickiness_policies: Some(of(LB_COOKIE).map(lb).collect()),
        other_policies: Some(others.map(|own| own.name.clone()).collect()),
    }
}

/// A health check.
pub(super) fn health_check(own: &HealthCheck) -> api::HealthCheck {
    api::HealthCheck {
        target: Some(own.target.clone()),
        interval: Some(own.interval_seconds),
        timeout: Some(own.timeout_seconds),
        unhealthy_threshold: Some(own.unhealthy_count),
        healthy_threshold: Some(own.healthy_count),
    }
}
