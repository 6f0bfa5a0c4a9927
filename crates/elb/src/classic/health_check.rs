//! How classic load balancers find out which of their instances serve.

use super::change;
use super::record::{HealthCheck, Listener};
use super::shape;
use crate::Elb;
use crate::error::{Classic as Bad, Error};
use ports::Cx;
use shapes_elb as api;

/// The check of a new load balancer: a connection to the port of its first listener.
/// Source: ELB user guide, "Health checks for your Classic Load Balancer".
pub(super) fn default(listeners: &[Listener]) -> HealthCheck {
    let port = listeners.first().map_or(80, |listener| listener.instance_port);
    HealthCheck {
        target: format!("TCP:{port}"),
        interval_seconds: 30,
        timeout_seconds: 5,
        unhealthy_count: 2,
        healthy_count: 10,
    }
}

/// Checks what a check asks: `HTTP:80/path` or `TCP:80`.
fn check_target(target: &str) -> Result<(), Error> {
    let (protocol, rest) = target.split_once(':').unwrap_or((target, ""));
    let protocol = protocol.to_uppercase();
    let is_port = |text: &str| text.parse::<u16>().is_ok_and(|port| port > 0);
    match protocol.as_str() {
        "HTTP" | "HTTPS" => match rest.split_once('/') {
            Some((port, _)) if is_port(port) => Ok(()),
            Some(_) | None => Err(Bad::CheckPath(protocol).into()),
        },
        "TCP" | "SSL" if is_port(rest) => Ok(()),
        "TCP" | "SSL" => Err(Bad::CheckPort(protocol).into()),
        _ => Err(Bad::CheckProtocol.into()),
    }
}

/// `ConfigureHealthCheck`.
pub(crate) fn configure(
    cx: &Cx,
    _svc: &Elb,
    input: api::ConfigureHealthCheckInput,
) -> Result<api::ConfigureHealthCheckOutput, Error> {
    let given = input.health_check.unwrap_or_default();
    let check = HealthCheck {
        target: given.target.unwrap_or_default(),
        interval_seconds: given.interval.unwrap_or_default(),
        timeout_seconds: given.timeout.unwrap_or_default(),
        unhealthy_count: given.unhealthy_threshold.unwrap_or_default(),
        healthy_count: given.healthy_threshold.unwrap_or_default(),
    };
    check_target(&check.target)?;
    if check.timeout_seconds >= check.interval_seconds {
        return Err(Bad::CheckTimeout.into());
    }
    change(cx, input.load_balancer_name.as_deref(), |_, own| {
        own.health_check.clone_from(&check);
        Ok(api::ConfigureHealthCheckOutput { health_check: Some(shape::health_check(&check)) })
    })
}

#[cfg(test)]
mod tests {
    use super::check_target;

    #[test]
    fn a_target_has_a_protocol_a_port_and_for_http_a_path() {
        for (target, want) in [
            ("TCP:80", true),
            ("ssl:443", true),
            ("HTTP:80/", true),
            ("HTTPS:443/a/b", true),
            ("HTTP:80", false),
            ("HTTP:/x", false),
            ("TCP:80/x", false),
            ("TCP:", false),
            ("TCP:70000", false),
            ("UDP:80", false),
            ("", false),
        ] {
            assert_eq!(check_target(target).is_ok(), want, "{target}");
        }
    }
}
