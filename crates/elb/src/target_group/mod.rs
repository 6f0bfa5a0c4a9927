//! Target groups: where listeners and rules lead.

pub(crate) mod attribute;
mod health_check;
mod record;
mod shape;

pub(crate) use record::{Class, TargetGroup};

use crate::Elb;
use crate::action::Uses;
use crate::arn;
use crate::error::{Configuration, Error, Limit, Missing, Refused, Validation};
use crate::event::Changed;
use crate::limit;
use crate::listing::Asked;
use crate::load_balancer;
use crate::names::{self, Named};
use crate::tag;
use crate::target;
use base::{Scope, Tags};
use health_check::{Given, HealthCheck};
use ports::Cx;
use shapes_elbv2 as api;
use std::sync::Arc;
use store::{Record, Rows};

/// The port of packets that are wrapped.
const GENEVE_PORT: i32 = 6081;
/// The protocols of network load balancers' target groups that carry datagrams.
const DATAGRAMS: [&str; 2] = ["UDP", "TCP_UDP"];

/// The target group of an ARN.
pub(crate) fn find(rows: &impl Rows, scope: &Scope, text: &str) -> Result<Arc<TargetGroup>, Error> {
    let resource = arn::resource(scope, text, arn::Kind::TargetGroup)?;
    let found = rows.row::<TargetGroup>(&arn::key(scope, &resource));
    found.ok_or_else(|| Missing::TargetGroup(text.to_owned()).into())
}

/// What a creation asks for, read.
#[derive(Clone)]
struct Asking {
    name: String,
    target_type: String,
    protocol: Option<String>,
    version: Option<String>,
    port: Option<i32>,
    vpc: Option<String>,
    ip_address_type: Option<String>,
    control_port: Option<i32>,
    health_check: HealthCheck,
    tags: Tags,
}

impl Asking {
    fn read(input: api::CreateTargetGroupInput) -> Result<Self, Error> {
        let name = input.name.unwrap_or_default();
        names::check(&name, Named::TargetGroup)?;
        let target_type = input.target_type.unwrap_or_else(|| "instance".to_owned());
        let class = Class::of(&target_type, input.protocol.as_deref());
        check_needed(class, [input.protocol.is_some(), input.port.is_some(), input.vpc_id.is_some()])?;
        let given = Given {
            is_enabled: input.health_check_enabled,
            protocol: input.health_check_protocol,
            port: input.health_check_port,
            path: input.health_check_path,
            interval_seconds: input.health_check_interval_seconds,
            timeout_seconds: input.health_check_timeout_seconds,
            healthy_count: input.healthy_threshold_count,
            unhealthy_count: input.unhealthy_threshold_count,
            matcher: input.matcher,
        };
        let version = match class {
            Class::Http => Some(input.protocol_version.unwrap_or_else(|| "HTTP1".to_owned())),
            _ if input.protocol_version.is_some() => return Err(Configuration::VersionOfProtocol.into()),
            _ => None,
        };
        if version.as_deref().is_some_and(|own| !["HTTP1", "HTTP2", "GRPC"].contains(&own)) {
            return Err(Validation::Version(version.unwrap_or_default()).into());
        }
        let is_lambda = class == Class::Lambda;
        let asking = Self {
            health_check: health_check::new(class, version.as_deref(), &given)?,
            name,
            target_type,
            protocol: input.protocol,
            version,
            port: input.port,
            vpc: input.vpc_id,
            ip_address_type: input.ip_address_type.or_else(|| Some("ipv4".to_owned())).filter(|_| !is_lambda),
            control_port: input.target_control_port,
            tags: tag::read(input.tags)?,
        };
        asking.check(class)?;
        Ok(asking)
    }

    fn check(&self, class: Class) -> Result<(), Error> {
        let protocol = self.protocol.as_deref().unwrap_or_default();
        if class == Class::Balancer && protocol != "TCP" {
            return Err(Configuration::ProtocolOfBalancer(protocol.to_owned()).into());
        }
        if class == Class::Gateway && self.port != Some(GENEVE_PORT) {
            return Err(Validation::GenevePort.into());
        }
        if self.control_port.is_some() && class != Class::Http {
            return Err(Configuration::ControlPort.into());
        }
        Ok(())
    }

    /// Whether a target group is what is asked for.
    fn is(&self, own: &TargetGroup) -> bool {
        own.target_type == self.target_type
            && own.protocol == self.protocol
            && own.protocol_version == self.version
            && own.port == self.port
            && own.vpc == self.vpc
            && own.ip_address_type == self.ip_address_type
            && own.control_port == self.control_port
            && own.health_check == self.health_check
    }

    fn make(&self, scope: &Scope, id: String) -> TargetGroup {
        let is_datagrams = self.protocol.as_deref().is_some_and(|own| DATAGRAMS.contains(&own));
        let mut attributes = attribute::Set::new();
        if is_datagrams {
            // Source: Network Load Balancers guide, "Connection termination for unhealthy targets".
            attributes
                .insert("deregistration_delay.connection_termination.enabled".to_owned(), "true".to_owned());
        }
        TargetGroup {
            scope: scope.clone(),
            name: self.name.clone(),
            id,
            target_type: self.target_type.clone(),
            protocol: self.protocol.clone(),
            protocol_version: self.version.clone(),
            port: self.port,
            vpc: self.vpc.clone(),
            ip_address_type: self.ip_address_type.clone(),
            control_port: self.control_port,
            health_check: self.health_check.clone(),
            attributes,
            tags: self.tags.clone(),
        }
    }
}

/// Checks that a creation gives what every group but a function's has, and only such: a protocol, a port, a VPC.
fn check_needed(class: Class, given: [bool; 3]) -> Result<(), Error> {
    let members = [
        ("Protocol", Validation::NoGroupProtocol),
        ("Port", Validation::NoGroupPort),
        ("VPC ID", Validation::NoVpc),
    ];
    for ((member, missing), is_given) in members.into_iter().zip(given) {
        match (class == Class::Lambda, is_given) {
            (true, true) => return Err(Validation::OfLambda(member).into()),
            (false, false) => return Err(missing.into()),
            (true, false) | (false, true) => {}
        }
    }
    Ok(())
}

/// `CreateTargetGroup`: the same name with the same settings answers the one that is there.
pub(crate) fn create(
    cx: &Cx,
    svc: &Elb,
    input: api::CreateTargetGroupInput,
) -> Result<api::CreateTargetGroupOutput, Error> {
    let asking = Asking::read(input)?;
    let id = names::id(cx.ids());
    let shape = cx.write(|tx| {
        if let Some(vpc) = &asking.vpc
            && svc.networks.vpc(tx, cx.scope(), vpc).is_none()
        {
            return Err(Validation::Vpc(vpc.clone()).into());
        }
        if let Some(own) = TargetGroup::named(tx, cx.scope(), &asking.name) {
            let is_same = asking.is(&own);
            let shape = shape::target_group(tx, &own);
            return if is_same { Ok(shape) } else { Err(Refused::GroupExists(asking.name.clone()).into()) };
        }
        check_quota(tx, cx.scope(), &asking)?;
        let own = asking.make(cx.scope(), id.clone());
        tx.emit(&Changed { kind: "TargetGroupCreated", resource: own.arn() });
        tx.put(own.clone());
        Ok::<_, Error>(shape::target_group(tx, &own))
    })?;
    Ok(api::CreateTargetGroupOutput { target_groups: Some(vec![shape]) })
}

fn check_quota(rows: &impl Rows, scope: &Scope, asking: &Asking) -> Result<(), Error> {
    let all = TargetGroup::all(rows, scope);
    let geneve = all.iter().filter(|own| own.class() == Class::Gateway).count();
    let is_geneve = asking.protocol.as_deref() == Some("GENEVE");
    if all.len() >= limit::TARGET_GROUPS || is_geneve && geneve >= limit::GENEVE_GROUPS {
        return Err(Limit::TargetGroups.into());
    }
    Ok(())
}

/// `ModifyTargetGroup`: another health check.
pub(crate) fn modify(
    cx: &Cx,
    _svc: &Elb,
    input: api::ModifyTargetGroupInput,
) -> Result<api::ModifyTargetGroupOutput, Error> {
    let text = input.target_group_arn.unwrap_or_default();
    let given = Given {
        is_enabled: input.health_check_enabled,
        protocol: input.health_check_protocol,
        port: input.health_check_port,
        path: input.health_check_path,
        interval_seconds: input.health_check_interval_seconds,
        timeout_seconds: input.health_check_timeout_seconds,
        healthy_count: input.healthy_threshold_count,
        unhealthy_count: input.unhealthy_threshold_count,
        matcher: input.matcher,
    };
    cx.write(|tx| {
        let mut own = (*find(tx, cx.scope(), &text)?).clone();
        let version = own.protocol_version.as_deref();
        own.health_check = health_check::modified(&own.health_check, own.class(), version, &given)?;
        tx.emit(&Changed { kind: "TargetGroupChanged", resource: own.arn() });
        tx.put(own.clone());
        let shape = shape::target_group(tx, &own);
        Ok(api::ModifyTargetGroupOutput { target_groups: Some(vec![shape]) })
    })
}

/// `DeleteTargetGroup`: of one that nothing leads to. One that is gone already is no error.
pub(crate) fn delete(
    cx: &Cx,
    _svc: &Elb,
    input: api::DeleteTargetGroupInput,
) -> Result<api::DeleteTargetGroupOutput, Error> {
    let text = input.target_group_arn.unwrap_or_default();
    let resource = arn::resource(cx.scope(), &text, arn::Kind::TargetGroup)?;
    cx.write(|tx| {
        let Some(own) = tx.get::<TargetGroup>(&arn::key(cx.scope(), &resource)) else {
            return Ok(api::DeleteTargetGroupOutput {});
        };
        if !Uses::of(tx, cx.scope(), &text).is_empty() {
            return Err(Refused::GroupInUse(text.clone()).into());
        }
        target::forget(tx, &own);
        tx.delete::<TargetGroup>(&own.key());
        tx.emit(&Changed { kind: "TargetGroupDeleted", resource: text.clone() });
        Ok(api::DeleteTargetGroupOutput {})
    })
}

/// `DescribeTargetGroups`: all, those of a load balancer, of ARNs or of names.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Elb,
    input: api::DescribeTargetGroupsInput,
) -> Result<api::DescribeTargetGroupsOutput, Error> {
    let (arns, names) = (input.target_group_arns.unwrap_or_default(), input.names.unwrap_or_default());
    let balancer = input.load_balancer_arn;
    let given = [balancer.is_some(), !arns.is_empty(), !names.is_empty()];
    if given.into_iter().filter(|is_given| *is_given).count() > 1 {
        return Err(Validation::GroupSelectors.into());
    }
    let asked = Asked { marker: input.marker, size: input.page_size };
    cx.read(|view| {
        let mut found = if let Some(balancer) = &balancer {
            let own = load_balancer::find(view, cx.scope(), balancer)?;
            let key = own.key();
            let mut all = TargetGroup::all(view, cx.scope());
            all.retain(|group| Uses::of(view, cx.scope(), &group.arn()).contains(&key));
            all
        } else if !arns.is_empty() {
            let one = |arn: &String| find(view, cx.scope(), arn).map_err(listed);
            arns.iter().map(one).collect::<Result<Vec<_>, Error>>()?
        } else if names.is_empty() {
            TargetGroup::all(view, cx.scope())
        } else {
            let one = |name: &String| TargetGroup::named(view, cx.scope(), name);
            let found = names.iter().map(|name| one(name).ok_or(Error::from(Missing::TargetGroups)));
            found.collect::<Result<Vec<_>, Error>>()?
        };
        found.sort_by_key(|own| own.key());
        found.dedup_by_key(|own| own.key());
        let call = [
            "DescribeTargetGroups",
            balancer.as_deref().unwrap_or_default(),
            &arns.join(","),
            &names.join(","),
        ];
        let (page, next_marker) = asked.page(cx, &call, found, |own| own.key())?;
        let groups = page.iter().map(|own| shape::target_group(view, own)).collect();
        Ok(api::DescribeTargetGroupsOutput { target_groups: Some(groups), next_marker })
    })
}

/// A list says it in the plural.
fn listed(error: Error) -> Error {
    match error {
        Error::Missing(Missing::TargetGroup(_)) => Missing::TargetGroups.into(),
        other => other,
    }
}
