//! Listeners of classic load balancers.

use super::policy_type::NEGOTIATION;
use super::record::{Classic, Listener, Policy, is_secure};
use super::{MOST_LISTENERS, change, policy_sample};
use crate::Elb;
use crate::error::{Classic as Bad, Error};
use ports::Cx;
use shapes_elb as api;
use store::Tx;

/// The policy of a listener of HTTPS or SSL where none is set. Source: ELB user guide, "Predefined SSL security policies".
const POLICY: &str = "ELBSecurityPolicy-2016-08";
const PROTOCOLS: [&str; 4] = ["HTTP", "HTTPS", "TCP", "SSL"];

/// Reads the listeners of a request.
pub(super) fn read(given: Option<Vec<api::Listener>>) -> Result<Vec<Listener>, Error> {
    let given = given.unwrap_or_default();
    if given.is_empty() {
        return Err(Bad::NoListeners.into());
    }
    given.into_iter().map(read_one).collect()
}

fn read_one(given: api::Listener) -> Result<Listener, Error> {
    let protocol = given.protocol.unwrap_or_default().to_uppercase();
    let instance_protocol =
        given.instance_protocol.map_or_else(|| protocol.clone(), |own| own.to_uppercase());
    for own in [&protocol, &instance_protocol] {
        if !PROTOCOLS.contains(&own.as_str()) {
            return Err(Bad::Protocol(own.clone()).into());
        }
    }
    if protocol.starts_with("HTTP") != instance_protocol.starts_with("HTTP") {
        return Err(Bad::Layers(protocol, instance_protocol).into());
    }
    let (port, instance_port) =
        (given.load_balancer_port.unwrap_or_default(), given.instance_port.unwrap_or_default());
    for own in [port, instance_port] {
        if !(1..=65_535).contains(&own) {
            return Err(Bad::Port(own).into());
        }
    }
    let certificate = given.ssl_certificate_id.filter(|own| !own.is_empty());
    if is_secure(&protocol) && certificate.is_none() {
        return Err(Bad::NoCertificate.into());
    }
    let certificate = certificate.filter(|_| is_secure(&protocol));
    Ok(Listener { protocol, port, instance_protocol, instance_port, certificate, policies: Vec::new() })
}

/// Checks that a certificate is there.
pub(super) fn check_certificate(cx: &Cx, svc: &Elb, tx: &Tx, arn: Option<&str>) -> Result<(), Error> {
    match arn {
        Some(arn) if svc.certificates.get(tx, cx.account(), arn).is_none() => {
            Err(Bad::Certificate(arn.to_owned()).into())
        }
        Some(_) | None => Ok(()),
    }
}

/// Adds a listener. One that is there already is no error.
pub(super) fn add(own: &mut Classic, listener: &Listener) -> Result<(), Error> {
    if let Some(there) = own.listeners.iter().find(|there| there.port == listener.port) {
        let is_like = there.is_like(listener);
        let exists = Bad::ListenerExists(own.name.clone(), listener.port);
        return if is_like { Ok(()) } else { Err(exists.into()) };
    }
    let mut listener = listener.clone();
    if listener.is_secure() {
        listener.policies.push(POLICY.to_owned());
        if !own.policies.iter().any(|policy| policy.name == POLICY) {
            let (name, kind) = (POLICY.to_owned(), NEGOTIATION.to_owned());
            let attributes = policy_sample::referring(POLICY).unwrap_or_default();
            own.policies.push(Policy { name, kind, attributes });
        }
    }
    own.listeners.push(listener);
    own.listeners.sort_by_key(|listener| listener.port);
    if own.listeners.len() > MOST_LISTENERS { Err(Bad::TooManyListeners.into()) } else { Ok(()) }
}

/// The listener on a port.
pub(super) fn on(own: &mut Classic, port: i32) -> Result<&mut Listener, Error> {
    let missing = Bad::NoListener(own.name.clone(), port);
    own.listeners.iter_mut().find(|listener| listener.port == port).ok_or_else(|| missing.into())
}

/// `CreateLoadBalancerListeners`.
pub(crate) fn create(
    cx: &Cx,
    svc: &Elb,
    input: api::CreateLoadBalancerListenerInput,
) -> Result<api::CreateLoadBalancerListenerOutput, Error> {
    let listeners = read(input.listeners)?;
    change(cx, input.load_balancer_name.as_deref(), |tx, own| {
        for listener in &listeners {
            check_certificate(cx, svc, tx, listener.certificate.as_deref())?;
            add(own, listener)?;
        }
        Ok(api::CreateLoadBalancerListenerOutput {})
    })
}

/// `DeleteLoadBalancerListeners`: ports that none has are no error.
pub(crate) fn delete(
    cx: &Cx,
    _svc: &Elb,
    input: api::DeleteLoadBalancerListenerInput,
) -> Result<api::DeleteLoadBalancerListenerOutput, Error> {
    let ports = input.load_balancer_ports.unwrap_or_default();
    change(cx, input.load_balancer_name.as_deref(), |_, own| {
        own.listeners.retain(|listener| !ports.contains(&listener.port));
        Ok(api::DeleteLoadBalancerListenerOutput {})
    })
}

/// `SetLoadBalancerListenerSSLCertificate`.
pub(crate) fn set_certificate(
    cx: &Cx,
    svc: &Elb,
    input: api::SetLoadBalancerListenerSSLCertificateInput,
) -> Result<api::SetLoadBalancerListenerSSLCertificateOutput, Error> {
    let (port, arn) = (input.load_balancer_port.unwrap_or_default(), input.ssl_certificate_id);
    change(cx, input.load_balancer_name.as_deref(), |tx, own| {
        let name = own.name.clone();
        let listener = on(own, port)?;
        if !listener.is_secure() {
            return Err(Bad::PlainListener(name, port).into());
        }
        check_certificate(cx, svc, tx, arn.as_deref())?;
        listener.certificate.clone_from(&arn);
        Ok(api::SetLoadBalancerListenerSSLCertificateOutput {})
    })
}
