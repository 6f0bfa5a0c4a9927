//! What a health check watches, and how: the settings of each kind, and which of them go together.

use crate::error::Error;
use serde::{Deserialize, Serialize};
use shapes_route53 as api;
use std::net::IpAddr;

/// Milliseconds apart, and failures in a row, where nothing else is asked for.
const INTERVAL_SECONDS: i32 = 30;
const FAILURES: i32 = 3;

/// What is watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Kind {
    Http,
    Https,
    HttpStrMatch,
    HttpsStrMatch,
    Tcp,
    Calculated,
    CloudWatchMetric,
    RecoveryControl,
}

impl Kind {
    const ALL: [(Self, &'static str); 8] = [
        (Self::Http, "HTTP"),
        (Self::Https, "HTTPS"),
        (Self::HttpStrMatch, "HTTP_STR_MATCH"),
        (Self::HttpsStrMatch, "HTTPS_STR_MATCH"),
        (Self::Tcp, "TCP"),
        (Self::Calculated, "CALCULATED"),
        (Self::CloudWatchMetric, "CLOUDWATCH_METRIC"),
        (Self::RecoveryControl, "RECOVERY_CONTROL"),
    ];

    fn name(self) -> &'static str {
        Self::ALL.iter().find(|(own, _)| *own == self).map_or("", |(_, name)| name)
    }

    /// Whether checkers look at an endpoint.
    pub(crate) fn has_endpoint(self) -> bool {
        !matches!(self, Self::Calculated | Self::CloudWatchMetric | Self::RecoveryControl)
    }

    fn speaks_tls(self) -> bool {
        matches!(self, Self::Https | Self::HttpsStrMatch)
    }

    fn has_search_string(self) -> bool {
        matches!(self, Self::HttpStrMatch | Self::HttpsStrMatch)
    }
}

/// An alarm of CloudWatch's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Alarm {
    region: String,
    name: String,
}

/// The settings. What a kind does not have is `None`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Config {
    pub(crate) kind: Kind,
    address: Option<IpAddr>,
    port: Option<i32>,
    path: Option<String>,
    host: Option<String>,
    search_string: Option<String>,
    interval_seconds: Option<i32>,
    failures: Option<i32>,
    measures_latency: Option<bool>,
    sends_server_name: Option<bool>,
    pub(crate) is_inverted: bool,
    pub(crate) is_disabled: bool,
    pub(crate) threshold: Option<i32>,
    /// Those it is calculated of.
    pub(crate) children: Vec<String>,
    /// From where checkers look; everywhere where none is named.
    regions: Vec<String>,
    alarm: Option<Alarm>,
    without_data: Option<String>,
    control: Option<String>,
}

fn invalid(what: &str) -> Error {
    Error::Input(format!("Invalid parameter : {what}"))
}

fn alarm(given: Option<&api::AlarmIdentifier>) -> Option<Alarm> {
    let given = given?;
    Some(Alarm {
        region: given.region.clone().unwrap_or_default(),
        name: given.name.clone().unwrap_or_default(),
    })
}

/// Where the world cannot be reached from outside.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(own) => {
            !(own.is_private()
                || own.is_loopback()
                || own.is_link_local()
                || own.is_multicast()
                || own.is_broadcast()
                || own.is_unspecified())
        }
        IpAddr::V6(own) => {
            let first = own.segments()[0];
            let is_local = first & 0xfe00 == 0xfc00 || first & 0xffc0 == 0xfe80;
            !(is_local || own.is_loopback() || own.is_multicast() || own.is_unspecified())
        }
    }
}

impl Config {
    pub(crate) fn is_calculated(&self) -> bool {
        self.kind == Kind::Calculated
    }

    /// Reads the settings of a new health check.
    pub(crate) fn read(given: &api::HealthCheckConfig) -> Result<Self, Error> {
        if given.endpoint_type.as_deref() == Some("PRIVATE") || given.health_check_source_id.is_some() {
            return Err(Error::NotBuilt("A private health check"));
        }
        let kind = given.type_.as_deref().unwrap_or_default();
        let kind = Kind::ALL.iter().find(|(_, name)| *name == kind).map(|(kind, _)| *kind);
        let kind = kind.ok_or_else(|| invalid("Unknown health check type."))?;
        let address = given.ip_address.as_deref().filter(|text| !text.is_empty()).map(str::parse).transpose();
        let has_endpoint = kind.has_endpoint();
        let config = Self {
            kind,
            address: address.map_err(|_| invalid("The IP address is not valid."))?,
            port: given.port.or(default_port(kind)),
            path: given.resource_path.clone(),
            host: given.fully_qualified_domain_name.clone().filter(|name| !name.is_empty()),
            search_string: given.search_string.clone(),
            interval_seconds: given.request_interval.or(has_endpoint.then_some(INTERVAL_SECONDS)),
            failures: given.failure_threshold.or(has_endpoint.then_some(FAILURES)),
            measures_latency: given.measure_latency.or(has_endpoint.then_some(false)),
            sends_server_name: given.enable_sni.or(has_endpoint.then_some(kind.speaks_tls())),
            is_inverted: given.inverted.unwrap_or_default(),
            is_disabled: given.disabled.unwrap_or_default(),
            threshold: given.health_threshold,
            children: given.child_health_checks.clone().unwrap_or_default(),
            regions: given.regions.clone().unwrap_or_default(),
            alarm: alarm(given.alarm_identifier.as_ref()),
            without_data: given
                .insufficient_data_health_status
                .clone()
                .or_else(|| (kind == Kind::CloudWatchMetric).then(|| "LastKnownStatus".to_owned())),
            control: given.routing_control_arn.clone(),
        };
        config.check()?;
        Ok(config)
    }

    /// The settings after a change.
    pub(crate) fn changed(&self, given: &api::UpdateHealthCheckRequest) -> Result<Self, Error> {
        if given.health_check_source_id.is_some() {
            return Err(Error::NotBuilt("A private health check"));
        }
        let mut config = self.clone();
        for element in given.reset_elements.iter().flatten() {
            match element.as_str() {
                "FullyQualifiedDomainName" => config.host = None,
                "Regions" => config.regions = Vec::new(),
                "ResourcePath" => config.path = None,
                _ => config.children = Vec::new(),
            }
        }
        if let Some(address) = given.ip_address.as_deref().filter(|text| !text.is_empty()) {
            config.address = Some(address.parse().map_err(|_| invalid("The IP address is not valid."))?);
        }
        config.port = given.port.or(config.port);
        config.path = given.resource_path.clone().or(config.path);
        config.host = given.fully_qualified_domain_name.clone().or(config.host);
        config.search_string = given.search_string.clone().or(config.search_string);
        config.failures = given.failure_threshold.or(config.failures);
        config.is_inverted = given.inverted.unwrap_or(config.is_inverted);
        config.is_disabled = given.disabled.unwrap_or(config.is_disabled);
        config.threshold = given.health_threshold.or(config.threshold);
        config.children = given.child_health_checks.clone().unwrap_or(config.children);
        config.sends_server_name = given.enable_sni.or(config.sends_server_name);
        config.regions = given.regions.clone().unwrap_or(config.regions);
        config.alarm = alarm(given.alarm_identifier.as_ref()).or(config.alarm);
        config.without_data = given.insufficient_data_health_status.clone().or(config.without_data);
        config.check()?;
        Ok(config)
    }

    /// Which settings go together.
    fn check(&self) -> Result<(), Error> {
        if self.kind.has_endpoint() {
            return self.check_endpoint();
        }
        if self.address.is_some() || self.host.is_some() || self.path.is_some() || self.port.is_some() {
            return Err(invalid("Only basic health checks have an endpoint."));
        }
        let needed = match self.kind {
            Kind::Calculated => self.threshold.is_some(),
            Kind::CloudWatchMetric => self.alarm.is_some(),
            _ => self.control.is_some(),
        };
        if needed {
            return Ok(());
        }
        Err(invalid(match self.kind {
            Kind::Calculated => "Calculated health checks must have a health threshold specified.",
            Kind::CloudWatchMetric => {
                "CloudWatch metric health checks must have an alarm identifier specified."
            }
            _ => "Recovery control health checks must have a routing control ARN specified.",
        }))
    }

    fn check_endpoint(&self) -> Result<(), Error> {
        if self.alarm.is_some() {
            return Err(invalid("Basic health checks must not have an metric region specified."));
        }
        if !self.children.is_empty() || self.threshold.is_some() {
            return Err(invalid("Basic health checks must not have child health checks specified."));
        }
        if self.address.is_none() && self.host.is_none() {
            return Err(invalid(
                "Basic health checks must have an IP address or a fully qualified domain name specified.",
            ));
        }
        if self.address.is_some_and(|address| !is_public(address)) {
            return Err(invalid("The IP address must not be private, local or multicast."));
        }
        if self.kind == Kind::Tcp {
            if self.address.is_some() && self.host.is_some() {
                let sentence = "TCP health checks that have IP address must not have a fully qualified domain name specified.";
                return Err(Error::Input(sentence.to_owned()));
            }
            if self.port.is_none() || self.path.is_some() {
                return Err(invalid("TCP health checks must have a port and no resource path specified."));
            }
        }
        if self.kind.has_search_string() != self.search_string.as_deref().is_some_and(|text| !text.is_empty())
        {
            return Err(invalid("A search string must be specified for string match health checks alone."));
        }
        if self.interval_seconds.is_some_and(|seconds| seconds != 10 && seconds != 30) {
            return Err(invalid("The request interval must be 10 or 30."));
        }
        Ok(())
    }

    pub(crate) fn shape(&self) -> api::HealthCheckConfig {
        let some = |list: &Vec<String>| (!list.is_empty()).then(|| list.clone());
        let alarm = |alarm: &Alarm| api::AlarmIdentifier {
            region: Some(alarm.region.clone()),
            name: Some(alarm.name.clone()),
        };
        api::HealthCheckConfig {
            ip_address: self.address.map(|address| address.to_string()),
            port: self.port,
            type_: Some(self.kind.name().to_owned()),
            resource_path: self.path.clone(),
            fully_qualified_domain_name: self.host.clone(),
            search_string: self.search_string.clone(),
            request_interval: self.interval_seconds,
            failure_threshold: self.failures,
            measure_latency: self.measures_latency,
            inverted: Some(self.is_inverted),
            disabled: Some(self.is_disabled),
            health_threshold: self.threshold,
            child_health_checks: some(&self.children),
            enable_sni: self.sends_server_name,
            regions: some(&self.regions),
            alarm_identifier: self.alarm.as_ref().map(alarm),
            insufficient_data_health_status: self.without_data.clone(),
            routing_control_arn: self.control.clone(),
            endpoint_type: None,
            health_check_source_id: None,
        }
    }
}

fn default_port(kind: Kind) -> Option<i32> {
    match kind {
        Kind::Http | Kind::HttpStrMatch => Some(80),
        Kind::Https | Kind::HttpsStrMatch => Some(443),
        Kind::Tcp | Kind::Calculated | Kind::CloudWatchMetric | Kind::RecoveryControl => None,
    }
}
