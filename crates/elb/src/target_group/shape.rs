//! Target groups as answers show them.

use super::record::{Class, TargetGroup};
use crate::load_balancer;
use shapes_elbv2 as api;
use store::Rows;

/// A target group.
pub(super) fn target_group(rows: &impl Rows, own: &TargetGroup) -> api::TargetGroup {
    let balancers = load_balancer::of_target_group(rows, &own.scope, &own.arn());
    let check = &own.health_check;
    let matcher = api::Matcher { http_code: check.http_code.clone(), grpc_code: check.grpc_code.clone() };
    let has_matcher = check.http_code.is_some() || check.grpc_code.is_some();
    let is_geneve = own.class() == Class::Gateway;
    api::TargetGroup {
        target_group_arn: Some(own.arn()),
        target_group_name: Some(own.name.clone()),
        protocol: own.protocol.clone(),
        port: own.port,
        vpc_id: own.vpc.clone(),
        health_check_protocol: check.protocol.clone(),
        health_check_port: check.port.clone(),
        health_check_enabled: Some(check.is_enabled),
        health_check_interval_seconds: Some(check.interval_seconds),
        health_check_timeout_seconds: Some(check.timeout_seconds),
        healthy_threshold_count: Some(check.healthy_count),
        unhealthy_threshold_count: Some(check.unhealthy_count),
        health_check_path: check.path.clone(),
        matcher: has_matcher.then_some(matcher),
        load_balancer_arns: Some(balancers.iter().map(|balancer| balancer.arn()).collect()),
        target_type: Some(own.target_type.clone()),
        protocol_version: own.protocol_version.clone(),
        ip_address_type: own.ip_address_type.clone().filter(|_| !is_geneve),
        target_control_port: own.control_port,
    }
}
