//! Load balancers of the three kinds of elbv2: application, network and gateway ones.

pub(crate) mod attribute;
pub(crate) mod capacity;
mod neighbour;
pub(crate) mod network;
pub(crate) mod placing;
mod record;
mod shape;

pub(crate) use neighbour::OfEndpoints;
pub(crate) use record::{Kind, LoadBalancer};

use crate::Elb;
use crate::action::Uses;
use crate::arn;
use crate::error::{Configuration, Error, Limit, Missing, Refused, Validation};
use crate::event::Changed;
use crate::limit;
use crate::listener::{self, Listener};
use crate::listing::Asked;
use crate::names::{self, Named};
use crate::tag;
use crate::target;
use base::{Scope, Tags};
use placing::Wish;
use ports::Cx;
use record::State;
use serde::{Deserialize, Serialize};
use shapes_elbv2 as api;
use std::sync::Arc;
use store::{Job, JobError, Record, Rows, Tx};

/// Milliseconds that AWS takes to make one ready, about.
const PROVISIONING_MILLIS: u32 = 120_000;
/// Names or ARNs of one Describe at the most. Source: ELB API reference, DescribeLoadBalancers.
const MOST_NAMED: usize = 20;

/// The load balancer of an ARN.
pub(crate) fn find(rows: &impl Rows, scope: &Scope, text: &str) -> Result<Arc<LoadBalancer>, Error> {
    let resource = arn::resource(scope, text, arn::Kind::LoadBalancer)?;
    let found = rows.row::<LoadBalancer>(&arn::key(scope, &resource));
    found.ok_or_else(|| Missing::LoadBalancer(text.to_owned()).into())
}

/// What a creation asks for, read.
struct Asking {
    name: String,
    kind: Kind,
    is_internal: bool,
    ip_address_type: String,
    wishes: Vec<Wish>,
    groups: Option<Vec<String>>,
    translates_sources: bool,
    outpost_pool: Option<String>,
    ipam_pool: Option<String>,
    tags: Tags,
}

impl Asking {
    fn read(input: api::CreateLoadBalancerInput) -> Result<Self, Error> {
        let kind = Kind::of(input.type_.as_deref());
        let name = input.name.unwrap_or_default();
        names::check(&name, Named::LoadBalancer)?;
        let groups = input.security_groups.filter(|groups| !groups.is_empty());
        let asking = Self {
            kind,
            is_internal: input.scheme.as_deref() == Some("internal"),
            ip_address_type: input.ip_address_type.unwrap_or_else(|| "ipv4".to_owned()),
            wishes: placing::read(kind, input.subnets, input.subnet_mappings)?,
            groups,
            translates_sources: input.enable_prefix_for_ipv6_source_nat.as_deref() == Some("on"),
            outpost_pool: input.customer_owned_ipv4_pool,
            ipam_pool: input.ipam_pools.and_then(|pools| pools.ipv4_ipam_pool_id),
            tags: tag::read(input.tags)?,
            name,
        };
        if kind == Kind::Gateway && input.scheme.is_some() {
            return Err(Validation::GatewayScheme.into());
        }
        asking.check()?;
        Ok(asking)
    }

    /// What does not go with the kind.
    fn check(&self) -> Result<(), Error> {
        let kind = self.kind;
        if kind == Kind::Gateway && self.groups.is_some() {
            return Err(Configuration::GroupsOfKind(kind).into());
        }
        check_address_type(kind, self.is_internal, &self.ip_address_type)?;
        if self.translates_sources && (kind != Kind::Network || self.ip_address_type != "dualstack") {
            return Err(Configuration::TranslationOfKind.into());
        }
        if self.outpost_pool.is_some() && kind != Kind::Application {
            return Err(Configuration::OutpostPoolOfKind(kind).into());
        }
        if self.ipam_pool.is_some() && (kind != Kind::Application || self.is_internal) {
            return Err(Configuration::IpamPoolOfKind.into());
        }
        Ok(())
    }

    /// Whether a load balancer is what is asked for.
    fn is(&self, own: &LoadBalancer, groups: Option<&Vec<String>>) -> bool {
        let mut wanted: Vec<&str> = self.wishes.iter().map(|wish| wish.subnet.as_str()).collect();
        let mut subnets: Vec<&str> = own.places.iter().map(|place| place.subnet.as_str()).collect();
        wanted.sort_unstable();
        subnets.sort_unstable();
        (own.kind, own.is_internal, &own.ip_address_type)
            == (self.kind, self.is_internal, &self.ip_address_type)
            && own.name == self.name
            && wanted == subnets
            && own.groups.as_ref() == groups
    }
}

/// Which kinds are reached by which addresses.
pub(crate) fn check_address_type(kind: Kind, is_internal: bool, word: &str) -> Result<(), Error> {
    let is_bare = word == "dualstack-without-public-ipv4";
    if is_bare && (kind != Kind::Application || is_internal) {
        return Err(Validation::AddressType(kind).into());
    }
    Ok(())
}

/// `CreateLoadBalancer`: the same name with the same settings answers the one that is there.
pub(crate) fn create(
    cx: &Cx,
    svc: &Elb,
    input: api::CreateLoadBalancerInput,
) -> Result<api::CreateLoadBalancerOutput, Error> {
    let asking = Asking::read(input)?;
    svc.ensure_role(cx)?;
    let id = names::id(cx.ids());
    let made = cx.write(|tx| {
        let (vpc, subnets) = placing::look(cx, svc, tx, asking.kind, &asking.wishes)?;
        let groups = groups_of(cx, svc, tx, &asking, &vpc.id)?;
        if let Some(own) = LoadBalancer::named(tx, cx.scope(), &asking.name) {
            let is_same = asking.is(&own, groups.as_ref());
            return if is_same {
                Ok(own)
            } else {
                Err(Refused::LoadBalancerExists(asking.name.clone()).into())
            };
        }
        check_quota(tx, cx.scope(), asking.kind)?;
        let mut own = LoadBalancer {
            scope: cx.scope().clone(),
            kind: asking.kind,
            dns_name: dns_name(cx, &asking, &id),
            name: asking.name.clone(),
            id: id.clone(),
            is_internal: asking.is_internal,
            vpc: vpc.id.clone(),
            created_at: cx.now(),
            state: State::Provisioning,
            groups,
            ip_address_type: asking.ip_address_type.clone(),
            places: Vec::new(),
            enforces_on_private_link: None,
            outpost_pool: asking.outpost_pool.clone(),
            translates_sources: asking.translates_sources,
            ipam_pool: asking.ipam_pool.clone(),
            attributes: attribute::Set::new(),
            capacity: None,
            tags: asking.tags.clone(),
        };
        placing::check(&own, &vpc, (&asking.wishes, &subnets))?;
        for pair in asking.wishes.iter().zip(&subnets) {
            let place = placing::place(cx, svc, tx, &own, pair)?;
            own.places.push(place);
        }
        own.places.sort_by(|one, other| one.zone.name.cmp(&other.zone.name));
        tx.emit(&Changed { kind: "LoadBalancerCreated", resource: own.arn() });
        tx.put(own.clone());
        tx.after(PROVISIONING_MILLIS, Activate { key: own.key() });
        Ok::<_, Error>(Arc::new(own))
    })?;
    Ok(api::CreateLoadBalancerOutput { load_balancers: Some(vec![shape::load_balancer(&made)]) })
}

fn dns_name(cx: &Cx, asking: &Asking, id: &str) -> Option<String> {
    match asking.kind {
        Kind::Application => {
            Some(names::regional_dns(cx.ids(), cx.scope(), &asking.name, asking.is_internal))
        }
        Kind::Network => Some(names::network_dns(cx.scope(), &asking.name, id)),
        Kind::Gateway => None,
    }
}

/// The groups of a new load balancer: an application one is in the default group of its VPC where none is named.
fn groups_of(cx: &Cx, svc: &Elb, tx: &Tx, asking: &Asking, vpc: &str) -> Result<Option<Vec<String>>, Error> {
    match &asking.groups {
        Some(wanted) => placing::groups(cx, svc, tx, vpc, wanted).map(Some),
        None if asking.kind == Kind::Application => {
            let group = svc.networks.default_group(tx, cx.scope(), vpc);
            Ok(Some(group.into_iter().map(|group| group.id).collect()))
        }
        None => Ok(None),
    }
}

fn check_quota(rows: &impl Rows, scope: &Scope, kind: Kind) -> Result<(), Error> {
    let there = LoadBalancer::all(rows, scope).iter().filter(|own| own.kind == kind).count();
    if there >= limit::load_balancers(kind) { Err(Limit::LoadBalancers.into()) } else { Ok(()) }
}

/// A load balancer is ready. Nothing listens yet: see the README.
#[derive(Serialize, Deserialize)]
pub(crate) struct Activate {
    key: String,
}

impl Job for Activate {
    const KIND: &'static str = "elb.activate";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        if let Some(own) = tx.get::<LoadBalancer>(&self.key)
            && own.state == State::Provisioning
        {
            tx.emit(&Changed { kind: "LoadBalancerActivated", resource: own.arn() });
            tx.put(LoadBalancer { state: State::Active, ..(*own).clone() });
        }
        Ok(())
    }
}

/// `DeleteLoadBalancer`: its listeners, rules and interfaces go with it. One that is gone already is no error.
pub(crate) fn delete(
    cx: &Cx,
    svc: &Elb,
    input: api::DeleteLoadBalancerInput,
) -> Result<api::DeleteLoadBalancerOutput, Error> {
    let text = input.load_balancer_arn.unwrap_or_default();
    let resource = arn::resource(cx.scope(), &text, arn::Kind::LoadBalancer)?;
    cx.write(|tx| {
        let Some(own) = tx.get::<LoadBalancer>(&arn::key(cx.scope(), &resource)) else {
            return Ok(api::DeleteLoadBalancerOutput {});
        };
        if attribute::is_on(&own, "deletion_protection.enabled") {
            return Err(Refused::Protected(text.clone()).into());
        }
        let is_behind = target::holds_load_balancer(tx, cx.scope(), &text);
        if is_behind || svc.endpoint_services.stand_on(tx, cx.scope(), &text) {
            return Err(Refused::LoadBalancerInUse(text.clone()).into());
        }
        for listener in Listener::of_load_balancer(tx, &own) {
            listener::remove(tx, &listener);
        }
        for place in &own.places {
            svc.interfaces.remove(tx, cx.scope(), &place.interface);
        }
        tx.delete::<LoadBalancer>(&own.key());
        tx.emit(&Changed { kind: "LoadBalancerDeleted", resource: text.clone() });
        Ok(api::DeleteLoadBalancerOutput {})
    })
}

/// `DescribeLoadBalancers`: all, or those of ARNs or of names, of which every one has to be there.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Elb,
    input: api::DescribeLoadBalancersInput,
) -> Result<api::DescribeLoadBalancersOutput, Error> {
    let (arns, names) = (input.load_balancer_arns.unwrap_or_default(), input.names.unwrap_or_default());
    if !arns.is_empty() && !names.is_empty() {
        return Err(Validation::NamesAndArns.into());
    }
    for (member, list) in [("loadBalancerArns", &arns), ("names", &names)] {
        if list.len() > MOST_NAMED {
            return Err(Validation::TooManyArns(member, list.len()).into());
        }
    }
    let mut found = cx.read(|view| {
        if !arns.is_empty() {
            return arns.iter().map(|arn| find(view, cx.scope(), arn).map_err(listed)).collect();
        }
        if !names.is_empty() {
            let named = |name: &String| LoadBalancer::named(view, cx.scope(), name);
            let found = names.iter().map(|name| named(name).ok_or(Missing::LoadBalancers.into()));
            return found.collect::<Result<Vec<_>, Error>>();
        }
        Ok(LoadBalancer::all(view, cx.scope()))
    })?;
    found.sort_by_key(|own| own.key());
    found.dedup_by_key(|own| own.key());
    let asked = Asked { marker: input.marker, size: input.page_size };
    let call = ["DescribeLoadBalancers", &arns.join(","), &names.join(",")];
    let (page, next_marker) = asked.page(cx, &call, found, |own| own.key())?;
    let shapes = page.iter().map(|own| shape::load_balancer(own)).collect();
    Ok(api::DescribeLoadBalancersOutput { load_balancers: Some(shapes), next_marker })
}

/// A list says it in the plural.
fn listed(error: Error) -> Error {
    match error {
        Error::Missing(Missing::LoadBalancer(arn)) => Missing::LoadBalancersOf(arn).into(),
        other => other,
    }
}

/// The load balancers of which listeners or rules lead to a target group, by ARN.
pub(crate) fn of_target_group(rows: &impl Rows, scope: &Scope, group: &str) -> Vec<Arc<LoadBalancer>> {
    let mut keys: Vec<String> = Uses::of(rows, scope, group);
    keys.sort();
    keys.dedup();
    keys.iter().filter_map(|key| rows.row::<LoadBalancer>(key)).collect()
}
