//! Quotas, and the operation that tells them.

use crate::Elb;
use crate::error::Error;
use crate::listing::{Asked, place};
use crate::load_balancer::Kind;
use ports::Cx;
use shapes_elbv2 as api;

pub(crate) const TARGET_GROUPS: usize = 3000;
pub(crate) const GENEVE_GROUPS: usize = 100;
pub(crate) const LISTENERS: usize = 50;
pub(crate) const RULES: usize = 100;
pub(crate) const TARGET_GROUPS_PER_LOAD_BALANCER: usize = 100;
pub(crate) const CERTIFICATES: usize = 25;
pub(crate) const CONDITION_VALUES: usize = 5;
pub(crate) const CONDITION_WILDCARDS: usize = 5;
pub(crate) const TARGETS: usize = 1000;
pub(crate) const NETWORK_TARGETS: usize = 3000;
pub(crate) const REGISTRATIONS: usize = 100;

/// Load balancers of a kind in a Region.
pub(crate) fn load_balancers(kind: Kind) -> usize {
    match kind {
        Kind::Application | Kind::Network => 50,
        Kind::Gateway => 100,
    }
}

/// Target groups of one action. Source: user guides, "Quotas"; AWS's networking blog, "Network Load Balancers now
/// support Weighted Target Groups".
pub(crate) fn groups_of_action(kind: Kind) -> usize {
    match kind {
        Kind::Application | Kind::Network => 5,
        Kind::Gateway => 1,
    }
}

/// Every quota by name. Source: ELB API reference, DescribeAccountLimits; user guides, "Quotas".
const LIMITS: [(&str, usize); 26] = [
    ("application-load-balancers", 50),
    ("certificates-per-application-load-balancer", CERTIFICATES),
    ("certificates-per-network-load-balancer", CERTIFICATES),
    ("condition-values-per-alb-rule", CONDITION_VALUES),
    ("condition-wildcards-per-alb-rule", CONDITION_WILDCARDS),
    ("gateway-load-balancers", 100),
    ("gateway-load-balancers-per-vpc", 100),
    ("geneve-target-groups", GENEVE_GROUPS),
    ("listeners-per-application-load-balancer", LISTENERS),
    ("listeners-per-network-load-balancer", LISTENERS),
    ("network-load-balancer-enis-per-vpc", 1200),
    ("network-load-balancers", 50),
    ("rules-per-application-load-balancer", RULES),
    ("target-groups", TARGET_GROUPS),
    ("target-groups-per-action-on-application-load-balancer", 5),
    // The example of the AWS CLI reference tells 1: it is older than weighted target groups of network load balancers.
    ("target-groups-per-action-on-network-load-balancer", 5),
    ("target-groups-per-application-load-balancer", TARGET_GROUPS_PER_LOAD_BALANCER),
    ("target-id-registrations-per-application-load-balancer", REGISTRATIONS),
    ("targets-per-application-load-balancer", TARGETS),
    ("targets-per-availability-zone-per-gateway-load-balancer", 300),
    ("targets-per-availability-zone-per-network-load-balancer", 500),
    ("targets-per-network-load-balancer", NETWORK_TARGETS),
    ("trust-stores-per-account", 20),
    ("ca-certificates-per-trust-store", 25),
    ("trust-store-revocation-lists-per-trust-store", 30),
    ("revocation-entries-per-trust-store", 500_000),
];

/// `DescribeAccountLimits`.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Elb,
    input: api::DescribeAccountLimitsInput,
) -> Result<api::DescribeAccountLimitsOutput, Error> {
    let asked = Asked { marker: input.marker, size: input.page_size };
    let (page, next_marker) =
        asked.page(cx, &["DescribeAccountLimits"], LIMITS.into_iter().enumerate(), place)?;
    let shape = |(_, (name, most)): (usize, (&str, usize))| api::Limit {
        name: Some(name.to_owned()),
        max: Some(most.to_string()),
    };
    Ok(api::DescribeAccountLimitsOutput { limits: Some(page.into_iter().map(shape).collect()), next_marker })
}
