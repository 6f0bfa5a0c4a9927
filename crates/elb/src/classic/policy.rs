//! Policies of classic load balancers, and where they are set.

use super::policy_sample;
use super::policy_type::{
    self, APP_COOKIE, BACKEND, Cardinality, LB_COOKIE, NEGOTIATION, PROXY, PUBLIC_KEY, REFERENCE,
};
use super::record::{Classic, Policy};
use super::{change, find, listener};
use crate::Elb;
use crate::error::{Classic as Bad, Error};
use ports::Cx;
use shapes_elb as api;

/// Policies of one load balancer at the most. Source: ELB API reference, TooManyPolicies.
const MOST: usize = 100;
/// The attribute of cookies that end by themselves.
const COOKIE_PERIOD: &str = "CookieExpirationPeriod";

/// Adds a policy.
fn add(own: &mut Classic, policy: Policy) -> Result<(), Error> {
    if own.policies.iter().any(|there| there.name == policy.name) {
        return Err(Bad::PolicyExists.into());
    }
    if own.policies.len() >= MOST {
        return Err(Bad::TooManyPolicies.into());
    }
    own.policies.push(policy);
    own.policies.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(())
}

/// `CreateLoadBalancerPolicy`.
pub(crate) fn create(
    cx: &Cx,
    _svc: &Elb,
    input: api::CreateLoadBalancerPolicyInput,
) -> Result<api::CreateLoadBalancerPolicyOutput, Error> {
    let (name, kind) = (input.policy_name.unwrap_or_default(), input.policy_type_name.unwrap_or_default());
    let given = input.policy_attributes.unwrap_or_default();
    let attributes: Vec<(String, String)> = given
        .into_iter()
        .map(|own| (own.attribute_name.unwrap_or_default(), own.attribute_value.unwrap_or_default()))
        .collect();
    let known = policy_type::find(&kind).ok_or_else(|| Bad::NoPolicyType(kind.clone()))?;
    check_attributes(known, &attributes)?;
    let attributes = referred(attributes)?;
    change(cx, input.load_balancer_name.as_deref(), |_, own| {
        if kind == BACKEND {
            for (_, key) in &attributes {
                let is_key = |there: &Policy| there.name == *key && there.kind == PUBLIC_KEY;
                if !own.policies.iter().any(is_key) {
                    return Err(Bad::NoPolicy(key.clone(), own.name.clone()).into());
                }
            }
        }
        add(own, Policy { name: name.clone(), kind: kind.clone(), attributes: attributes.clone() })?;
        Ok(api::CreateLoadBalancerPolicyOutput {})
    })
}

fn check_attributes(kind: &policy_type::Type, given: &[(String, String)]) -> Result<(), Error> {
    let known = kind.attributes();
    for (name, value) in given {
        let attribute = known.iter().find(|own| own.name == name);
        let attribute = attribute.ok_or_else(|| Bad::PolicyAttribute(kind.name.to_owned(), name.clone()))?;
        let is_fit = match attribute.kind {
            "Boolean" => value == "true" || value == "false",
            "Long" => value.parse::<u64>().is_ok(),
            _ => !value.is_empty(),
        };
        if !is_fit {
            return Err(Bad::PolicyValue(name.clone(), value.clone()).into());
        }
    }
    let needed = known.iter().filter(|own| own.cardinality != Cardinality::ZeroOrOne);
    for attribute in needed {
        if !given.iter().any(|(name, _)| name == attribute.name) {
            return Err(Bad::PolicyNeeds(kind.name.to_owned(), attribute.name).into());
        }
    }
    Ok(())
}

/// A policy that names a sample has what that one has.
fn referred(given: Vec<(String, String)>) -> Result<Vec<(String, String)>, Error> {
    let Some((_, name)) = given.iter().find(|(name, _)| name == REFERENCE) else { return Ok(given) };
    let missing = || Bad::PolicyValue(REFERENCE.to_owned(), name.clone());
    Ok(policy_sample::referring(name).ok_or_else(missing)?)
}

/// `CreateAppCookieStickinessPolicy`.
pub(crate) fn create_app_cookie(
    cx: &Cx,
    _svc: &Elb,
    input: api::CreateAppCookieStickinessPolicyInput,
) -> Result<api::CreateAppCookieStickinessPolicyOutput, Error> {
    let name = input.policy_name.unwrap_or_default();
    let cookie = input.cookie_name.unwrap_or_default();
    change(cx, input.load_balancer_name.as_deref(), |_, own| {
        let attributes = vec![("CookieName".to_owned(), cookie.clone())];
        add(own, Policy { name: name.clone(), kind: APP_COOKIE.to_owned(), attributes })?;
        Ok(api::CreateAppCookieStickinessPolicyOutput {})
    })
}

/// `CreateLBCookieStickinessPolicy`: without a period for as long as the browser runs.
pub(crate) fn create_lb_cookie(
    cx: &Cx,
    _svc: &Elb,
    input: api::CreateLBCookieStickinessPolicyInput,
) -> Result<api::CreateLBCookieStickinessPolicyOutput, Error> {
    let name = input.policy_name.unwrap_or_default();
    let seconds = input.cookie_expiration_period;
    if let Some(negative) = seconds.filter(|seconds| *seconds < 0) {
        return Err(Bad::PolicyValue(COOKIE_PERIOD.to_owned(), negative.to_string()).into());
    }
    change(cx, input.load_balancer_name.as_deref(), |_, own| {
        let period = seconds.map(|own| (COOKIE_PERIOD.to_owned(), own.to_string()));
        let attributes = period.into_iter().collect();
        add(own, Policy { name: name.clone(), kind: LB_COOKIE.to_owned(), attributes })?;
        Ok(api::CreateLBCookieStickinessPolicyOutput {})
    })
}

/// `DeleteLoadBalancerPolicy`: of one that nothing uses. One that is gone already is no error.
pub(crate) fn delete(
    cx: &Cx,
    _svc: &Elb,
    input: api::DeleteLoadBalancerPolicyInput,
) -> Result<api::DeleteLoadBalancerPolicyOutput, Error> {
    let name = input.policy_name.unwrap_or_default();
    change(cx, input.load_balancer_name.as_deref(), |_, own| {
        let is_listened = own.listeners.iter().any(|listener| listener.policies.contains(&name));
        let is_behind = own.backends.iter().any(|(_, policies)| policies.contains(&name));
        let refers =
            |policy: &Policy| policy.kind == BACKEND && policy.attributes.iter().any(|(_, own)| *own == name);
        if is_listened || is_behind || own.policies.iter().any(refers) {
            return Err(Bad::PolicyInUse(name.clone()).into());
        }
        own.policies.retain(|policy| policy.name != name);
        Ok(api::DeleteLoadBalancerPolicyOutput {})
    })
}

fn named<'a>(own: &'a Classic, name: &str) -> Result<&'a Policy, Error> {
    let found = own.policies.iter().find(|policy| policy.name == name);
    found.ok_or_else(|| Bad::NoPolicy(name.to_owned(), own.name.clone()).into())
}

/// `SetLoadBalancerPoliciesOfListener`: exactly these from now on.
pub(crate) fn set_of_listener(
    cx: &Cx,
    _svc: &Elb,
    input: api::SetLoadBalancerPoliciesOfListenerInput,
) -> Result<api::SetLoadBalancerPoliciesOfListenerOutput, Error> {
    let port = input.load_balancer_port.unwrap_or_default();
    let names = input.policy_names.unwrap_or_default();
    change(cx, input.load_balancer_name.as_deref(), |_, own| {
        let there = listener::on(own, port)?.clone();
        let (mut sticky, mut negotiated) = (0, 0);
        for name in &names {
            let policy = named(own, name)?;
            let is_fit = match policy.kind.as_str() {
                APP_COOKIE | LB_COOKIE => {
                    sticky += 1;
                    there.protocol.starts_with("HTTP")
                }
                NEGOTIATION => {
                    negotiated += 1;
                    there.is_secure()
                }
                _ => false,
            };
            if !is_fit {
                return Err(Bad::PolicyPlace(name.clone()).into());
            }
        }
        if sticky > 1 {
            return Err(Bad::PolicyTwice(LB_COOKIE).into());
        }
        if negotiated > 1 {
            return Err(Bad::PolicyTwice(NEGOTIATION).into());
        }
        listener::on(own, port)?.policies.clone_from(&names);
        Ok(api::SetLoadBalancerPoliciesOfListenerOutput {})
    })
}

/// `SetLoadBalancerPoliciesForBackendServer`: exactly these from now on.
pub(crate) fn set_for_backend(
    cx: &Cx,
    _svc: &Elb,
    input: api::SetLoadBalancerPoliciesForBackendServerInput,
) -> Result<api::SetLoadBalancerPoliciesForBackendServerOutput, Error> {
    let port = input.instance_port.unwrap_or_default();
    let names = input.policy_names.unwrap_or_default();
    change(cx, input.load_balancer_name.as_deref(), |_, own| {
        if !own.listeners.iter().any(|listener| listener.instance_port == port) {
            return Err(Bad::NoBackend(port).into());
        }
        for name in &names {
            let policy = named(own, name)?;
            if ![BACKEND, PROXY].contains(&policy.kind.as_str()) {
                return Err(Bad::PolicyPlace(name.clone()).into());
            }
        }
        own.backends.retain(|(own, _)| *own != port);
        if !names.is_empty() {
            own.backends.push((port, names.clone()));
            own.backends.sort_by_key(|(port, _)| *port);
        }
        Ok(api::SetLoadBalancerPoliciesForBackendServerOutput {})
    })
}

fn shape(own: &Policy) -> api::PolicyDescription {
    let attribute = |(name, value): &(String, String)| api::PolicyAttributeDescription {
        attribute_name: Some(name.clone()),
        attribute_value: Some(value.clone()),
    };
    api::PolicyDescription {
        policy_name: Some(own.name.clone()),
        policy_type_name: Some(own.kind.clone()),
        policy_attribute_descriptions: Some(own.attributes.iter().map(attribute).collect()),
    }
}

/// `DescribeLoadBalancerPolicies`: of a load balancer, or the samples where none is named.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Elb,
    input: api::DescribeLoadBalancerPoliciesInput,
) -> Result<api::DescribeLoadBalancerPoliciesOutput, Error> {
    let names = input.policy_names.unwrap_or_default();
    let balancer = input.load_balancer_name;
    let all = match &balancer {
        Some(name) => cx.read(|view| find(view, cx.scope(), name))?.policies.clone(),
        None => policy_sample::all(),
    };
    let one = |name: &String| match &balancer {
        Some(balancer) => {
            let found = all.iter().find(|own| own.name == *name).cloned();
            found.ok_or_else(|| Bad::NoPolicy(name.clone(), balancer.clone()))
        }
        None => policy_sample::find(name).ok_or_else(|| Bad::NoSamplePolicy(name.clone())),
    };
    let found =
        if names.is_empty() { all.clone() } else { names.iter().map(one).collect::<Result<_, _>>()? };
    let shapes = found.iter().map(shape).collect();
    Ok(api::DescribeLoadBalancerPoliciesOutput { policy_descriptions: Some(shapes) })
}

/// `DescribeLoadBalancerPolicyTypes`.
pub(crate) fn describe_types(
    _cx: &Cx,
    _svc: &Elb,
    input: api::DescribeLoadBalancerPolicyTypesInput,
) -> Result<api::DescribeLoadBalancerPolicyTypesOutput, Error> {
    let names = input.policy_type_names.unwrap_or_default();
    let one = |name: &String| policy_type::find(name).ok_or_else(|| Bad::NoPolicyType(name.clone()));
    let found: Vec<&policy_type::Type> = if names.is_empty() {
        policy_type::TYPES.iter().collect()
    } else {
        names.iter().map(one).collect::<Result<_, _>>()?
    };
    let attribute = |own: &policy_type::Attribute| api::PolicyAttributeTypeDescription {
        attribute_name: Some(own.name.to_owned()),
        attribute_type: Some(own.kind.to_owned()),
        description: None,
        default_value: own.default.map(str::to_owned),
        cardinality: Some(own.cardinality.word().to_owned()),
    };
    let shape = |own: &policy_type::Type| api::PolicyTypeDescription {
        policy_type_name: Some(own.name.to_owned()),
        description: Some(own.description.to_owned()),
        policy_attribute_type_descriptions: Some(own.attributes().iter().map(attribute).collect()),
    };
    let types = found.into_iter().map(shape).collect();
    Ok(api::DescribeLoadBalancerPolicyTypesOutput { policy_type_descriptions: Some(types) })
}
