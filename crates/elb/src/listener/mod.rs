//! Listeners of load balancers.

pub(crate) mod attribute;
pub(crate) mod certificate;
mod record;
mod settings;
mod shape;

pub(crate) use record::Listener;

use crate::Elb;
use crate::action::{self, Listening};
use crate::arn;
use crate::error::{Error, Limit, Missing, Refused, Validation};
use crate::event::Changed;
use crate::limit;
use crate::listing::Asked;
use crate::load_balancer::{self, Kind, LoadBalancer};
use crate::names;
use crate::rule::Rule;
use crate::tag;
use crate::target;
use base::{Scope, Tags};
use ports::Cx;
use record::Observed;
use settings::Given;
use shapes_elbv2 as api;
use std::sync::Arc;
use store::{Record, Rows, Tx};

/// The listener of an ARN.
pub(crate) fn find(rows: &impl Rows, scope: &Scope, text: &str) -> Result<Arc<Listener>, Error> {
    let resource = arn::resource(scope, text, arn::Kind::Listener)?;
    rows.row::<Listener>(&arn::key(scope, &resource)).ok_or_else(|| Missing::Listeners.into())
}

/// The load balancer that a listener belongs to.
pub(crate) fn balancer(rows: &impl Rows, own: &Listener) -> Result<Arc<LoadBalancer>, Error> {
    let found = rows.row::<LoadBalancer>(&own.load_balancer_key());
    found.ok_or_else(|| Missing::Listeners.into())
}

/// `CreateListener`: an equal one that is there is answered again.
pub(crate) fn create(
    cx: &Cx,
    svc: &Elb,
    input: api::CreateListenerInput,
) -> Result<api::CreateListenerOutput, Error> {
    let balancer = input.load_balancer_arn.unwrap_or_default();
    let tags = tag::read(input.tags)?;
    let actions = action::read(input.default_actions)?;
    let given = Given {
        port: input.port,
        protocol: input.protocol,
        ssl_policy: input.ssl_policy,
        certificates: input.certificates,
        alpn: input.alpn_policy,
        mutual: input.mutual_authentication,
    };
    let (id, rule) = (names::id(cx.ids()), names::id(cx.ids()));
    let made = cx.write(|tx| {
        let balancer = load_balancer::find(tx, cx.scope(), &balancer)?;
        let mut own = Listener {
            scope: cx.scope().clone(),
            load_balancer: balancer.tail(),
            id: id.clone(),
            port: None,
            protocol: None,
            ssl_policy: None,
            certificate: None,
            certificates: Vec::new(),
            actions: actions.clone(),
            alpn: None,
            mutual: None,
            attributes: attribute::Set::new(),
            observed: Observed::default(),
            default_rule: rule.clone(),
            default_rule_tags: Tags::default(),
            tags: tags.clone(),
        };
        if given.protocol.is_none() && given.port.is_some() && balancer.kind != Kind::Gateway {
            return Err(Validation::NoProtocol.into());
        }
        given.put(&mut own)?;
        settings::check(cx, svc, tx, &balancer, &own)?;
        action::keep_secrets(&mut own.actions, &[])?;
        let beside = Listener::of_load_balancer(tx, &balancer);
        if let Some(other) = beside.iter().find(|other| other.port == own.port) {
            let is_same = is_same(other, &own);
            return if is_same {
                Ok(other.clone())
            } else {
                Err(Refused::ListenerExists(balancer.arn()).into())
            };
        }
        if beside.len() >= limit::LISTENERS {
            return Err(Limit::Listeners.into());
        }
        check_actions(svc, tx, &balancer, &own)?;
        tx.emit(&Changed { kind: "ListenerCreated", resource: own.arn() });
        target::put_with(tx, &balancer, &action::groups(&own.actions), own.clone());
        Ok::<_, Error>(Arc::new(own))
    })?;
    Ok(api::CreateListenerOutput { listeners: Some(vec![shape::listener(&made)]) })
}

fn is_same(one: &Listener, other: &Listener) -> bool {
    one.protocol == other.protocol
        && one.ssl_policy == other.ssl_policy
        && one.certificate == other.certificate
        && one.actions == other.actions
        && one.alpn == other.alpn
        && one.mutual == other.mutual
}

fn check_actions(svc: &Elb, tx: &Tx, balancer: &LoadBalancer, own: &Listener) -> Result<(), Error> {
    let key = own.key();
    let protocol = own.protocol.as_deref();
    let on = Listening { svc, load_balancer: balancer, protocol, in_place_of: Some(&key) };
    action::check(tx, &on, &own.actions)
}

/// `ModifyListener`: what is not given stays; actions are replaced as a whole.
pub(crate) fn modify(
    cx: &Cx,
    svc: &Elb,
    input: api::ModifyListenerInput,
) -> Result<api::ModifyListenerOutput, Error> {
    let text = input.listener_arn.unwrap_or_default();
    let actions = input.default_actions.map(|actions| action::read(Some(actions))).transpose()?;
    let given = Given {
        port: input.port,
        protocol: input.protocol,
        ssl_policy: input.ssl_policy,
        certificates: input.certificates,
        alpn: input.alpn_policy,
        mutual: input.mutual_authentication,
    };
    let made = cx.write(|tx| {
        let old = find(tx, cx.scope(), &text)?;
        let balancer = balancer(tx, &old)?;
        let mut own = (*old).clone();
        given.put(&mut own)?;
        settings::check(cx, svc, tx, &balancer, &own)?;
        let beside = Listener::of_load_balancer(tx, &balancer);
        let taken = beside.iter().find(|other| other.id != own.id && other.port == own.port);
        if let (Some(_), Some(port)) = (taken, own.port) {
            return Err(Validation::PortInUse(port).into());
        }
        if let Some(actions) = &actions {
            own.actions.clone_from(actions);
            action::keep_secrets(&mut own.actions, &old.actions)?;
        }
        check_actions(svc, tx, &balancer, &own)?;
        for rule in Rule::of_listener(tx, &own) {
            let (key, protocol) = (rule.key(), own.protocol.as_deref());
            let on = Listening { svc, load_balancer: &balancer, protocol, in_place_of: Some(&key) };
            action::check(tx, &on, &rule.actions)?;
        }
        tx.emit(&Changed { kind: "ListenerChanged", resource: own.arn() });
        target::put_with(tx, &balancer, &action::groups(&own.actions), own.clone());
        Ok::<_, Error>(own)
    })?;
    Ok(api::ModifyListenerOutput { listeners: Some(vec![shape::listener(&made)]) })
}

/// `DeleteListener`: its rules go with it. One by which a target is reached stays.
pub(crate) fn delete(
    cx: &Cx,
    _svc: &Elb,
    input: api::DeleteListenerInput,
) -> Result<api::DeleteListenerOutput, Error> {
    let text = input.listener_arn.unwrap_or_default();
    cx.write(|tx| {
        let own = find(tx, cx.scope(), &text)?;
        let balancer = arn::arn(&own.scope, &format!("loadbalancer/{}", own.load_balancer));
        if let Some(port) = own.port.filter(|port| target::is_reached(tx, cx.scope(), &balancer, *port)) {
            return Err(Refused::ListenerInUse(port, balancer).into());
        }
        remove(tx, &own);
        Ok(api::DeleteListenerOutput {})
    })
}

/// Takes a listener away, with its rules.
pub(crate) fn remove(tx: &mut Tx, own: &Listener) {
    for rule in Rule::of_listener(tx, own) {
        tx.delete::<Rule>(&rule.key());
    }
    tx.delete::<Listener>(&own.key());
    tx.emit(&Changed { kind: "ListenerDeleted", resource: own.arn() });
}

/// `DescribeListeners`: of a load balancer, or of ARNs.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Elb,
    input: api::DescribeListenersInput,
) -> Result<api::DescribeListenersOutput, Error> {
    let arns = input.listener_arns.unwrap_or_default();
    let balancer = input.load_balancer_arn;
    let mut found = cx.read(|view| match (&balancer, arns.is_empty()) {
        (None, true) => Err(Validation::NoListenerSelector.into()),
        (Some(_), false) => Err(Validation::TwoListenerSelectors.into()),
        (Some(balancer), true) => {
            let own = load_balancer::find(view, cx.scope(), balancer)?;
            Ok(Listener::of_load_balancer(view, &own))
        }
        (None, false) => {
            arns.iter().map(|arn| find(view, cx.scope(), arn)).collect::<Result<Vec<_>, Error>>()
        }
    })?;
    found.sort_by_key(|own| own.key());
    found.dedup_by_key(|own| own.key());
    let asked = Asked { marker: input.marker, size: input.page_size };
    let call = ["DescribeListeners", balancer.as_deref().unwrap_or_default(), &arns.join(",")];
    let (page, next_marker) = asked.page(cx, &call, found, |own| own.key())?;
    let listeners = page.iter().map(|own| shape::listener(own)).collect();
    Ok(api::DescribeListenersOutput { listeners: Some(listeners), next_marker })
}
