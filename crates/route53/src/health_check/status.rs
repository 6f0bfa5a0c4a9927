//! What checkers saw, and what follows from it. Until somebody probes, nothing was seen and no answer says otherwise;
//! a check without data counts as healthy, as AWS has it of new ones.

use super::HealthCheck;
use super::config::Kind;
use crate::Route53;
use crate::error::Error;
use ports::{Cx, HealthProbes, Probed};
use shapes_route53 as api;
use store::View;

/// Of a hundred checkers more than so many have to see a healthy endpoint.
/// Source: Route 53 Developer Guide, "How Amazon Route 53 determines whether a health check is healthy".
const PERCENT: usize = 18;

/// Networks that AWS's health checkers probe from.
/// Source: AWS IP address ranges, `ROUTE53_HEALTHCHECKS`, and the FAQ of Route 53 for IPv6.
const CHECKER_RANGES: [&str; 33] = [
    "15.177.0.0/18",
    "54.183.255.128/26",
    "54.228.16.0/26",
    "54.232.40.64/26",
    "54.241.32.64/26",
    "54.243.31.192/26",
    "54.244.52.192/26",
    "54.245.168.0/26",
    "54.248.220.0/26",
    "54.250.253.192/26",
    "54.251.31.128/26",
    "54.252.79.128/26",
    "54.252.254.192/26",
    "54.255.254.192/26",
    "107.23.255.0/26",
    "176.34.159.192/26",
    "177.71.207.128/26",
    "2600:1f1c:7ff:f800::/53",
    "2a05:d018:fff:f800::/53",
    "2600:1f1e:7ff:f800::/53",
    "2600:1f1c:fff:f800::/53",
    "2600:1f18:3fff:f800::/53",
    "2600:1f14:7ff:f800::/53",
    "2600:1f14:fff:f800::/53",
    "2406:da14:7ff:f800::/53",
    "2406:da14:fff:f800::/53",
    "2406:da18:7ff:f800::/53",
    "2406:da1c:7ff:f800::/53",
    "2406:da1c:fff:f800::/53",
    "2406:da18:fff:f800::/53",
    "2600:1f18:7fff:f800::/53",
    "2a05:d018:7ff:f800::/53",
    "2600:1f1e:fff:f800::/53",
];

/// Whether a check says that what it watches is healthy.
pub(crate) fn is_healthy(view: &View, probes: &dyn HealthProbes, id: &str) -> bool {
    // A record may name a check that was deleted: it counts as healthy.
    let Some(check) = view.get::<HealthCheck>(id) else { return true };
    let config = &check.config;
    let is_healthy = if config.is_disabled {
        true
    } else if config.kind == Kind::Calculated {
        let healthy = config.children.iter().filter(|child| is_healthy(view, probes, child)).count();
        i32::try_from(healthy).is_ok_and(|healthy| healthy >= config.threshold.unwrap_or_default())
    } else {
        let seen = probes.seen(view, id);
        let healthy = seen.iter().filter(|probed| probed.is_healthy).count();
        seen.is_empty() || healthy * 100 > seen.len() * PERCENT
    };
    is_healthy != config.is_inverted
}

fn seen(cx: &Cx, svc: &Route53, id: Option<&str>) -> Result<Vec<Probed>, Error> {
    cx.read(|view| {
        let check = HealthCheck::own(view, cx, id)?;
        if !check.config.kind.has_endpoint() {
            let sentence = "Invalid parameter : Only basic health checks have observations.";
            return Err(Error::Input(sentence.to_owned()));
        }
        Ok(svc.probes.seen(view, &check.id))
    })
}

fn shape(probed: Probed) -> api::HealthCheckObservation {
    api::HealthCheckObservation {
        region: Some(probed.region),
        ip_address: Some(probed.address.to_string()),
        status_report: Some(api::StatusReport {
            status: Some(probed.status),
            checked_time: Some(probed.checked_at.into()),
        }),
    }
}

/// `GetHealthCheckStatus`.
pub(crate) fn get(
    cx: &Cx,
    svc: &Route53,
    input: api::GetHealthCheckStatusRequest,
) -> Result<api::GetHealthCheckStatusResponse, Error> {
    let seen = seen(cx, svc, input.health_check_id.as_deref())?;
    let observations = seen.into_iter().map(shape).collect();
    Ok(api::GetHealthCheckStatusResponse { health_check_observations: Some(observations) })
}

/// `GetHealthCheckLastFailureReason`: of those that saw a failure.
pub(crate) fn last_failure(
    cx: &Cx,
    svc: &Route53,
    input: api::GetHealthCheckLastFailureReasonRequest,
) -> Result<api::GetHealthCheckLastFailureReasonResponse, Error> {
    let seen = seen(cx, svc, input.health_check_id.as_deref())?;
    let observations = seen.into_iter().filter(|probed| !probed.is_healthy).map(shape).collect();
    Ok(api::GetHealthCheckLastFailureReasonResponse { health_check_observations: Some(observations) })
}

/// `GetCheckerIpRanges`.
pub(crate) fn checker_ranges(
    _cx: &Cx,
    _svc: &Route53,
    _input: api::GetCheckerIpRangesRequest,
) -> Result<api::GetCheckerIpRangesResponse, Error> {
    Ok(api::GetCheckerIpRangesResponse {
        checker_ip_ranges: Some(CHECKER_RANGES.map(str::to_owned).to_vec()),
    })
}
