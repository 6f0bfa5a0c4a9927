//! `GetAccountLimit` and `GetHostedZoneLimit`: what AWS allows a new account, and how much of it is used. Limits that
//! AWS raises on request bind nobody here.

use crate::Route53;
use crate::delegation_set::DelegationSet;
use crate::error::Error;
use crate::health_check::HealthCheck;
use crate::home::home;
use crate::traffic::instance::Instance;
use crate::traffic::policy::PolicyVersion;
use crate::zone::{Zone, own};
use ports::Cx;
use shapes_route53 as api;

/// `GetAccountLimit`.
pub(crate) fn of_account(
    cx: &Cx,
    _svc: &Route53,
    input: api::GetAccountLimitRequest,
) -> Result<api::GetAccountLimitResponse, Error> {
    let home = home(cx);
    let (value, count) = cx.read(|view| match input.type_.as_deref() {
        Some("MAX_HEALTH_CHECKS_BY_OWNER") => (200, view.by(&HealthCheck::OWNER, &home).count()),
        Some("MAX_HOSTED_ZONES_BY_OWNER") => (500, view.by(&Zone::OWNER, &home).count()),
        Some("MAX_REUSABLE_DELEGATION_SETS_BY_OWNER") => (100, view.by(&DelegationSet::OWNER, &home).count()),
        Some("MAX_TRAFFIC_POLICIES_BY_OWNER") => (50, PolicyVersion::policies(view, &home)),
        Some("MAX_TRAFFIC_POLICY_INSTANCES_BY_OWNER") => (5, view.by(&Instance::OWNER, &home).count()),
        // Health check sources are not built: there is none.
        _ => (10, 0),
    });
    Ok(api::GetAccountLimitResponse {
        limit: Some(api::AccountLimit { type_: input.type_, value: Some(value) }),
        count: i64::try_from(count).ok(),
    })
}

/// `GetHostedZoneLimit`.
pub(crate) fn of_zone(
    cx: &Cx,
    _svc: &Route53,
    input: api::GetHostedZoneLimitRequest,
) -> Result<api::GetHostedZoneLimitResponse, Error> {
    let zone = cx.read(|view| own(view, cx, input.hosted_zone_id.as_deref()))?;
    let (value, count) = if input.type_.as_deref() == Some("MAX_VPCS_ASSOCIATED_BY_ZONE") {
        if !zone.is_private {
            return Err(Error::NotPrivate);
        }
        (300, i64::try_from(zone.vpcs.len()).ok())
    } else {
        (10_000, i64::try_from(zone.record_sets).ok())
    };
    Ok(api::GetHostedZoneLimitResponse {
        limit: Some(api::HostedZoneLimit { type_: input.type_, value: Some(value) }),
        count,
    })
}
