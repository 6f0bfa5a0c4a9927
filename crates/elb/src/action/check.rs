//! What actions lead to, held against the listener they stand in.

use super::Uses;
use super::model::{Action, Forward, What, groups};
use crate::Elb;
use crate::error::{Action as Bad, Configuration, Error, Limit, Refused};
use crate::limit;
use crate::listener::Listener;
use crate::load_balancer::{Kind, LoadBalancer};
use crate::rule::Rule;
use crate::target;
use crate::target_group::{self, TargetGroup};
use std::collections::BTreeSet;
use std::sync::Arc;
use store::{Record, Rows, Tx};

/// The listener that actions stand in.
pub(crate) struct Listening<'a> {
    pub(crate) svc: &'a Elb,
    pub(crate) load_balancer: &'a LoadBalancer,
    /// None on a gateway load balancer.
    pub(crate) protocol: Option<&'a str>,
    /// The listener or rule in whose place they are to stand, by its key.
    pub(crate) in_place_of: Option<&'a str>,
}

/// Checks actions: that their target groups are there and suit.
pub(crate) fn check(tx: &Tx, on: &Listening<'_>, actions: &[Action]) -> Result<(), Error> {
    for action in actions {
        check_kind(on, &action.what)?;
        if let What::Forward(forward) = &action.what {
            check_forward(tx, on, forward)?;
        }
    }
    let new: BTreeSet<String> = groups(actions).into_iter().collect();
    let mut all = groups_but(tx, on.load_balancer, on.in_place_of);
    if new.is_subset(&all) {
        return Ok(());
    }
    all.extend(new);
    if all.len() > limit::TARGET_GROUPS_PER_LOAD_BALANCER {
        return Err(Limit::UniqueTargetGroups.into());
    }
    target::check_load_balancer(on.svc, tx, on.load_balancer, &all)
}

fn check_kind(on: &Listening<'_>, what: &What) -> Result<(), Error> {
    let is_application = on.load_balancer.kind == Kind::Application;
    if !is_application && !matches!(what, What::Forward(_)) {
        return Err(Bad::OfKind(what.word(), on.load_balancer.kind).into());
    }
    let is_secure = on.protocol == Some("HTTPS");
    match what {
        What::Oidc(_) | What::Cognito(_) | What::Jwt(_) if !is_secure => {
            Err(Bad::NeedsHttps(what.word()).into())
        }
        What::Redirect(redirect) if is_secure && redirect.protocol == "HTTP" => Err(Bad::LessSecure.into()),
        _ => Ok(()),
    }
}

fn check_forward(tx: &Tx, on: &Listening<'_>, forward: &Forward) -> Result<(), Error> {
    let most = limit::groups_of_action(on.load_balancer.kind);
    if forward.groups.len() > most {
        return Err(Bad::TooManyGroups(most).into());
    }
    for (arn, _) in &forward.groups {
        let group = target_group::find(tx, &on.load_balancer.scope, arn)?;
        check_group(tx, on, &group)?;
    }
    Ok(())
}

fn check_group(tx: &Tx, on: &Listening<'_>, group: &Arc<TargetGroup>) -> Result<(), Error> {
    let own = on.load_balancer;
    if !suits(on, group) {
        let listener = on.protocol.unwrap_or("GENEVE").to_owned();
        let other = group.protocol.clone().unwrap_or_else(|| group.target_type.clone());
        return Err(Refused::Protocols(group.arn(), listener, other).into());
    }
    let version = group.protocol_version.as_deref().filter(|version| *version != "HTTP1");
    if let (Some(version), Some("HTTP")) = (version, on.protocol) {
        return Err(Configuration::VersionNeedsHttps(version.to_owned()).into());
    }
    if group.vpc.as_ref().is_some_and(|vpc| *vpc != own.vpc) {
        return Err(Configuration::GroupVpc(group.arn()).into());
    }
    let key = own.key();
    if Uses::of(tx, &own.scope, &group.arn()).iter().any(|other| *other != key) {
        return Err(Refused::AssociationLimit(group.arn()).into());
    }
    Ok(())
}

/// Which target groups a listener may lead to. Source: ELB user guides, "Listeners" of each kind.
fn suits(on: &Listening<'_>, group: &TargetGroup) -> bool {
    let protocol = group.protocol.as_deref();
    let is_any = |words: &[&str]| protocol.is_some_and(|own| words.contains(&own));
    match on.load_balancer.kind {
        Kind::Application => {
            group.target_type == "lambda" || group.target_type != "alb" && is_any(&["HTTP", "HTTPS"])
        }
        Kind::Network if group.target_type == "alb" => on.protocol == Some("TCP"),
        Kind::Network => match on.protocol {
            Some("TCP") => is_any(&["TCP", "TCP_UDP"]),
            Some("TLS") => is_any(&["TCP", "TLS"]),
            Some("UDP") => is_any(&["UDP", "TCP_UDP"]),
            Some("TCP_UDP") => is_any(&["TCP_UDP"]),
            Some("QUIC") => is_any(&["QUIC", "TCP_QUIC"]),
            Some("TCP_QUIC") => is_any(&["TCP_QUIC"]),
            _ => false,
        },
        Kind::Gateway => is_any(&["GENEVE"]),
    }
}

/// The target groups that a load balancer leads to.
pub(crate) fn groups_of(rows: &impl Rows, own: &LoadBalancer) -> BTreeSet<String> {
    groups_but(rows, own, None)
}

/// The same, without what one listener or rule leads to.
fn groups_but(rows: &impl Rows, own: &LoadBalancer, but: Option<&str>) -> BTreeSet<String> {
    let (listeners, rules) = (Listener::of_load_balancer(rows, own), Rule::of_load_balancer(rows, own));
    let listeners = listeners.iter().filter(|own| Some(own.key().as_str()) != but);
    let rules = rules.iter().filter(|own| Some(own.key().as_str()) != but);
    let of_listeners = listeners.flat_map(|own| groups(&own.actions));
    of_listeners.chain(rules.flat_map(|own| groups(&own.actions))).collect()
}
