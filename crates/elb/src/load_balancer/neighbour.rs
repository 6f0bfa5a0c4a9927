//! What endpoint services ask of load balancers.

use super::record::{Kind, State};
use super::{LoadBalancer, find};
use base::Scope;
use ec2_resource::neighbour::{self, LoadBalancerKind, LoadBalancers};
use store::Tx;

/// Load balancers as endpoint services see them.
pub(crate) struct OfEndpoints;

impl LoadBalancers for OfEndpoints {
    fn get(&self, tx: &Tx, scope: &Scope, arn: &str) -> Option<neighbour::LoadBalancer> {
        let own = find(tx, scope, arn).ok()?;
        Some(known(&own))
    }
}

fn known(own: &LoadBalancer) -> neighbour::LoadBalancer {
    let ip_types =
        if own.has_ipv6() { vec!["ipv4".to_owned(), "ipv6".to_owned()] } else { vec!["ipv4".to_owned()] };
    neighbour::LoadBalancer {
        kind: match own.kind {
            Kind::Application => LoadBalancerKind::Application,
            Kind::Network => LoadBalancerKind::Network,
            Kind::Gateway => LoadBalancerKind::Gateway,
        },
        is_active: own.state == State::Active,
        zones: own.zones().cloned().collect(),
        ip_types,
    }
}
