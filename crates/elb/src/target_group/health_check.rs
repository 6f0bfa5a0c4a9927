//! How a target group finds out which of its targets serve.

use super::record::Class;
use crate::error::{Configuration, Error, Refused, Validation};
use serde::{Deserialize, Serialize};
use shapes_elbv2 as api;

/// A health check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct HealthCheck {
    pub(crate) is_enabled: bool,
    /// None of a function.
    pub(crate) protocol: Option<String>,
    pub(crate) port: Option<String>,
    pub(crate) path: Option<String>,
    pub(crate) interval_seconds: i32,
    pub(crate) timeout_seconds: i32,
    pub(crate) healthy_count: i32,
    pub(crate) unhealthy_count: i32,
    pub(crate) http_code: Option<String>,
    pub(crate) grpc_code: Option<String>,
}

/// What a request says of a health check.
#[derive(Clone, Default)]
pub(crate) struct Given {
    pub(crate) is_enabled: Option<bool>,
    pub(crate) protocol: Option<String>,
    pub(crate) port: Option<String>,
    pub(crate) path: Option<String>,
    pub(crate) interval_seconds: Option<i32>,
    pub(crate) timeout_seconds: Option<i32>,
    pub(crate) healthy_count: Option<i32>,
    pub(crate) unhealthy_count: Option<i32>,
    pub(crate) matcher: Option<api::Matcher>,
}

/// What a target group is checked by where nothing is said. Source: ELB API reference, CreateTargetGroup.
fn default(class: Class, version: Option<&str>, protocol: Option<&str>) -> HealthCheck {
    let own = protocol.map(str::to_owned);
    let is_http = matches!(protocol, Some("HTTP" | "HTTPS"));
    let path = |path: &str| Some(path.to_owned());
    let code = |code: &str| Some(code.to_owned());
    let base = HealthCheck {
        is_enabled: true,
        protocol: own,
        port: Some("traffic-port".to_owned()),
        path: path("/"),
        interval_seconds: 30,
        timeout_seconds: 5,
        healthy_count: 5,
        unhealthy_count: 2,
        http_code: code("200"),
        grpc_code: None,
    };
    match class {
        Class::Http if version == Some("GRPC") => {
            HealthCheck { path: path("/AWS.ALB/healthcheck"), http_code: None, grpc_code: code("12"), ..base }
        }
        Class::Http => base,
        Class::Lambda => HealthCheck {
            is_enabled: false,
            protocol: None,
            port: None,
            interval_seconds: 35,
            timeout_seconds: 30,
            ..base
        },
        Class::Network if is_http => HealthCheck { timeout_seconds: 6, http_code: code("200-399"), ..base },
        Class::Network => HealthCheck { path: None, timeout_seconds: 10, http_code: None, ..base },
        Class::Balancer => HealthCheck { timeout_seconds: 6, http_code: code("200-399"), ..base },
        Class::Gateway => HealthCheck {
            port: Some("80".to_owned()),
            path: if is_http { path("/") } else { None },
            interval_seconds: 10,
            http_code: if is_http { code("200-399") } else { None },
            ..base
        },
    }
}

/// The protocol of the checks where none is said.
fn default_protocol(class: Class) -> Option<&'static str> {
    match class {
        Class::Http | Class::Balancer => Some("HTTP"),
        Class::Network | Class::Gateway => Some("TCP"),
        Class::Lambda => None,
    }
}

/// The health check of a new target group.
pub(crate) fn new(class: Class, version: Option<&str>, given: &Given) -> Result<HealthCheck, Error> {
    let protocol = given.protocol.as_deref().or_else(|| default_protocol(class));
    let mut own = default(class, version, protocol);
    change(&mut own, class, given)?;
    // A function's checks may take as long as one that is given only an interval allows.
    if given.timeout_seconds.is_none() && own.timeout_seconds > own.interval_seconds {
        own.timeout_seconds = own.interval_seconds;
    }
    check(&own, class, version)?;
    Ok(own)
}

/// A health check with what is given put into it.
pub(crate) fn modified(
    own: &HealthCheck,
    class: Class,
    version: Option<&str>,
    given: &Given,
) -> Result<HealthCheck, Error> {
    let mut own = own.clone();
    if let Some(protocol) = given.protocol.as_deref().filter(|new| Some(*new) != own.protocol.as_deref()) {
        let fresh = default(class, version, Some(protocol));
        own.path = own.path.filter(|_| fresh.path.is_some()).or(fresh.path);
        own.http_code = own.http_code.filter(|_| fresh.http_code.is_some()).or(fresh.http_code);
    }
    change(&mut own, class, given)?;
    check(&own, class, version)?;
    Ok(own)
}

fn change(own: &mut HealthCheck, class: Class, given: &Given) -> Result<(), Error> {
    if class == Class::Lambda && (given.protocol.is_some() || given.port.is_some()) {
        return Err(Validation::HealthCheckOfLambda.into());
    }
    let put = |own: &mut Option<String>, given: &Option<String>| {
        if given.is_some() {
            own.clone_from(given);
        }
    };
    own.is_enabled = given.is_enabled.unwrap_or(own.is_enabled);
    put(&mut own.protocol, &given.protocol);
    put(&mut own.port, &given.port);
    own.interval_seconds = given.interval_seconds.unwrap_or(own.interval_seconds);
    own.timeout_seconds = given.timeout_seconds.unwrap_or(own.timeout_seconds);
    own.healthy_count = given.healthy_count.unwrap_or(own.healthy_count);
    own.unhealthy_count = given.unhealthy_count.unwrap_or(own.unhealthy_count);
    let is_tcp = own.protocol.as_deref() == Some("TCP");
    if is_tcp && given.path.is_some() {
        return Err(Configuration::TcpPath.into());
    }
    if is_tcp && given.matcher.is_some() {
        return Err(Configuration::TcpMatcher.into());
    }
    put(&mut own.path, &given.path);
    if let Some(matcher) = &given.matcher {
        put(&mut own.http_code, &matcher.http_code);
        put(&mut own.grpc_code, &matcher.grpc_code);
    }
    Ok(())
}

fn check(own: &HealthCheck, class: Class, version: Option<&str>) -> Result<(), Error> {
    if !own.is_enabled && class != Class::Lambda {
        return Err(Configuration::HealthCheckOff.into());
    }
    let allowed: &[&str] = match class {
        Class::Http => &["HTTP", "HTTPS"],
        Class::Network | Class::Gateway => &["HTTP", "HTTPS", "TCP"],
        Class::Balancer => &["HTTP", "HTTPS"],
        Class::Lambda => &[],
    };
    if let Some(protocol) = own.protocol.as_deref().filter(|own| !allowed.contains(own)) {
        return Err(Configuration::HealthCheckProtocol(protocol.to_owned()).into());
    }
    if own.port.as_deref().is_some_and(|port| !is_port(port)) {
        return Err(Validation::HealthCheckPort(own.port.clone().unwrap_or_default()).into());
    }
    if own.path.as_deref().is_some_and(|path| !path.starts_with('/') || path.contains(' ')) {
        return Err(Validation::HealthCheckPath(own.path.clone().unwrap_or_default()).into());
    }
    let (timeout, interval) = (own.timeout_seconds, own.interval_seconds);
    let is_connection = class == Class::Network;
    if timeout > interval || timeout == interval && class == Class::Http {
        return Err(Validation::HealthCheckTimeout(timeout, interval, is_connection).into());
    }
    check_matcher(own, class, version)
}

fn is_port(text: &str) -> bool {
    text == "traffic-port" || text.parse::<u16>().is_ok_and(|port| port > 0)
}

fn check_matcher(own: &HealthCheck, class: Class, version: Option<&str>) -> Result<(), Error> {
    let most = if class == Class::Http || class == Class::Lambda { 499 } else { 599 };
    if own.http_code.as_deref().is_some_and(|codes| !are_codes(codes, 200, most)) {
        return Err(Refused::HttpCode.into());
    }
    let is_grpc = version == Some("GRPC");
    if own.grpc_code.is_some() && !is_grpc || own.http_code.is_some() && is_grpc {
        return Err(Configuration::MatcherOfVersion.into());
    }
    match own.grpc_code.as_deref() {
        Some(codes) if !are_codes(codes, 0, 99) => Err(Refused::GrpcCode.into()),
        Some(_) | None => Ok(()),
    }
}

/// Whether a text is of codes and ranges of codes: `200,202` or `200-299`.
fn are_codes(text: &str, least: u16, most: u16) -> bool {
    let code = |text: &str| text.parse::<u16>().ok().filter(|code| (least..=most).contains(code));
    text.split(',').all(|part| match part.split_once('-') {
        Some((from, to)) => code(from).zip(code(to)).is_some_and(|(from, to)| from <= to),
        None => code(part).is_some(),
    })
}

#[cfg(test)]
mod tests {
    use super::{Given, are_codes, new};
    use crate::target_group::Class;

    #[test]
    fn codes_are_numbers_and_ranges() {
        for (text, want) in [
            ("200", true),
            ("200,202", true),
            ("200-299", true),
            ("200-299,301", true),
            ("299-200", false),
            ("199", false),
            ("500", false),
            ("", false),
            ("200,", false),
            ("2xx", false),
        ] {
            assert_eq!(are_codes(text, 200, 499), want, "{text}");
        }
    }

    #[test]
    fn each_class_has_its_defaults() {
        for (class, version, protocol, want) in [
            (Class::Http, Some("HTTP1"), None, ("HTTP", "/", 30, 5, "200")),
            (Class::Http, Some("GRPC"), None, ("HTTP", "/AWS.ALB/healthcheck", 30, 5, "12")),
            (Class::Network, None, None, ("TCP", "", 30, 10, "")),
            (Class::Network, None, Some("HTTP"), ("HTTP", "/", 30, 6, "200-399")),
            (Class::Gateway, None, None, ("TCP", "", 10, 5, "")),
            (Class::Lambda, None, None, ("", "/", 35, 30, "200")),
            (Class::Balancer, None, None, ("HTTP", "/", 30, 6, "200-399")),
        ] {
            let given = Given { protocol: protocol.map(str::to_owned), ..Given::default() };
            let own = new(class, version, &given).unwrap();
            let code = own.http_code.or(own.grpc_code);
            let text = |own: &Option<String>| own.clone().unwrap_or_default();
            let found = (
                text(&own.protocol),
                text(&own.path),
                own.interval_seconds,
                own.timeout_seconds,
                text(&code),
            );
            let (protocol, path, interval, timeout, code) = want;
            let want = (protocol.to_owned(), path.to_owned(), interval, timeout, code.to_owned());
            assert_eq!(found, want, "{class:?}");
        }
    }
}
