//! Classic load balancers: the older API.

pub(crate) mod attribute;
pub(crate) mod health_check;
pub(crate) mod instance;
pub(crate) mod listener;
pub(crate) mod placing;
pub(crate) mod policy;
mod policy_sample;
mod policy_type;
mod record;
mod shape;
pub(crate) mod tag;

pub(crate) use record::Classic;

use crate::Elb;
use crate::error::{Classic as Bad, Error};
use crate::event::Changed;
use crate::listing::{Asked, place};
use crate::names;
use base::Scope;
use placing::Wish;
use ports::Cx;
use record::Attributes;
use shapes_elb as api;
use std::sync::Arc;
use store::{Record, Rows, Tx};

/// Load balancers of a Region, listeners of one, and instances of one. Source: ELB user guide, "Quotas".
const MOST: usize = 20;
const MOST_LISTENERS: usize = 100;
const MOST_INSTANCES: usize = 1000;
/// Names of one DescribeTags at the most.
const MOST_NAMED: usize = 20;

/// The load balancer of that name.
pub(crate) fn find(rows: &impl Rows, scope: &Scope, name: &str) -> Result<Arc<Classic>, Error> {
    rows.row::<Classic>(&Classic::key_of(scope, name)).ok_or_else(|| Bad::NoBalancer(name.to_owned()).into())
}

/// Changes the load balancer of that name and answers something of it.
pub(crate) fn change<T>(
    cx: &Cx,
    name: Option<&str>,
    change: impl Fn(&mut Tx, &mut Classic) -> Result<T, Error>,
) -> Result<T, Error> {
    let name = name.unwrap_or_default();
    cx.write(|tx| {
        let mut own = (*find(tx, cx.scope(), name)?).clone();
        let answer = change(tx, &mut own)?;
        tx.emit(&Changed { kind: "ClassicLoadBalancerChanged", resource: own.arn() });
        tx.put(own);
        Ok(answer)
    })
}

fn check_name(name: &str) -> Result<(), Error> {
    let is_fit = !name.is_empty()
        && name.len() <= 32
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        && !name.starts_with('-')
        && !name.ends_with('-');
    if is_fit { Ok(()) } else { Err(Bad::Name(name.to_owned()).into()) }
}

/// `CreateLoadBalancer`: the same name with the same settings answers the one that is there.
pub(crate) fn create(
    cx: &Cx,
    svc: &Elb,
    input: api::CreateAccessPointInput,
) -> Result<api::CreateAccessPointOutput, Error> {
    let name = input.load_balancer_name.unwrap_or_default();
    check_name(&name)?;
    let listeners = listener::read(input.listeners)?;
    let tags = tag::read(input.tags)?;
    let is_internal = match input.scheme.as_deref() {
        None | Some("internet-facing") => false,
        Some("internal") => true,
        Some(other) => return Err(Bad::Scheme(other.to_owned()).into()),
    };
    let wish = Wish::read(input.subnets, input.availability_zones)?;
    let groups = input.security_groups.unwrap_or_default();
    svc.ensure_role(cx)?;
    let dns_name = names::regional_dns(cx.ids(), cx.scope(), &name, is_internal);
    let made = cx.write(|tx| {
        let (vpc, subnets) = placing::look(cx, svc, tx, &wish)?;
        let (groups, source_group) = if groups.is_empty() {
            placing::default_group(cx, svc, tx, &vpc.id, &listeners)?
        } else {
            placing::groups(cx, svc, tx, &vpc.id, &groups)?
        };
        for own in &listeners {
            listener::check_certificate(cx, svc, tx, own.certificate.as_deref())?;
        }
        let mut own = Classic {
            scope: cx.scope().clone(),
            name: name.clone(),
            dns_name: dns_name.clone(),
            is_internal,
            vpc: vpc.id.clone(),
            created_at: cx.now(),
            places: Vec::new(),
            groups,
            source_group,
            listeners: Vec::new(),
            policies: Vec::new(),
            backends: Vec::new(),
            instances: Vec::new(),
            health_check: health_check::default(&listeners),
            attributes: Attributes::default(),
            tags: tags.clone(),
        };
        if let Some(there) = tx.get::<Classic>(&own.key()) {
            let is_same = is_same(&there, &own, &listeners, &subnets);
            return if is_same { Ok(there) } else { Err(Bad::Exists(name.clone()).into()) };
        }
        if Classic::all(tx, cx.scope()).len() >= MOST {
            return Err(Bad::TooManyBalancers.into());
        }
        if !is_internal && !vpc.has_internet_gateway {
            return Err(Bad::NoGateway(vpc.id).into());
        }
        for listener in &listeners {
            listener::add(&mut own, listener)?;
        }
        for subnet in &subnets {
            placing::place(cx, svc, tx, &mut own, subnet)?;
        }
        tx.emit(&Changed { kind: "ClassicLoadBalancerCreated", resource: own.arn() });
        tx.put(own.clone());
        Ok::<_, Error>(Arc::new(own))
    })?;
    Ok(api::CreateAccessPointOutput { dns_name: Some(made.dns_name.clone()) })
}

/// Whether a load balancer is what a creation asks for.
fn is_same(
    there: &Classic,
    own: &Classic,
    listeners: &[record::Listener],
    subnets: &[ports::KnownSubnet],
) -> bool {
    let has = |listener: &record::Listener| there.listeners.iter().any(|other| other.is_like(listener));
    let stands = |subnet: &ports::KnownSubnet| there.places.iter().any(|place| place.subnet == subnet.id);
    there.name == own.name
        && there.is_internal == own.is_internal
        && there.groups == own.groups
        && there.listeners.len() == listeners.len()
        && listeners.iter().all(has)
        && there.places.len() == subnets.len()
        && subnets.iter().all(stands)
}

/// `DeleteLoadBalancer`: its interfaces go with it. One that is gone already is no error.
pub(crate) fn delete(
    cx: &Cx,
    svc: &Elb,
    input: api::DeleteAccessPointInput,
) -> Result<api::DeleteAccessPointOutput, Error> {
    let name = input.load_balancer_name.unwrap_or_default();
    cx.write(|tx| {
        if let Some(own) = tx.delete::<Classic>(&Classic::key_of(cx.scope(), &name)) {
            for place in &own.places {
                svc.interfaces.remove(tx, cx.scope(), &place.interface);
            }
            tx.emit(&Changed { kind: "ClassicLoadBalancerDeleted", resource: own.arn() });
        }
        Ok(api::DeleteAccessPointOutput {})
    })
}

/// `DescribeLoadBalancers`: all, or those of names, of which every one has to be there.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Elb,
    input: api::DescribeAccessPointsInput,
) -> Result<api::DescribeAccessPointsOutput, Error> {
    let names = input.load_balancer_names.unwrap_or_default();
    let mut found = cx.read(|view| {
        if names.is_empty() {
            return Ok(Classic::all(view, cx.scope()));
        }
        names.iter().map(|name| find(view, cx.scope(), name)).collect::<Result<Vec<_>, Error>>()
    })?;
    found.sort_by_key(|own| own.key());
    found.dedup_by_key(|own| own.key());
    let asked = Asked { marker: input.marker, size: input.page_size };
    let call = ["classic:DescribeLoadBalancers", &names.join(",")];
    let (page, next_marker) = asked.page(cx, &call, found, |own| own.key())?;
    let shapes = page.iter().map(|own| shape::load_balancer(own)).collect();
    Ok(api::DescribeAccessPointsOutput { load_balancer_descriptions: Some(shapes), next_marker })
}

/// `DescribeAccountLimits`.
pub(crate) fn limits(
    cx: &Cx,
    _svc: &Elb,
    input: api::DescribeAccountLimitsInput,
) -> Result<api::DescribeAccountLimitsOutput, Error> {
    let all = [
        ("classic-load-balancers", MOST),
        ("classic-listeners", MOST_LISTENERS),
        ("classic-registered-instances", MOST_INSTANCES),
    ];
    let asked = Asked { marker: input.marker, size: input.page_size };
    let call = ["classic:DescribeAccountLimits"];
    let (page, next_marker) = asked.page(cx, &call, all.into_iter().enumerate(), place)?;
    let shape = |(_, (name, most)): (usize, (&str, usize))| api::Limit {
        name: Some(name.to_owned()),
        max: Some(most.to_string()),
    };
    Ok(api::DescribeAccountLimitsOutput { limits: Some(page.into_iter().map(shape).collect()), next_marker })
}
