//! What a flow log is.

use super::format;
use crate::error::Kind;
use crate::error::Noun;
use crate::id::FlowLogId;
use crate::network_interface::NetworkInterface;
use crate::resource::{self, Resource};
use base::{Scope, Tags, Timestamp};
use serde::{Deserialize, Serialize};
use store::Record;

/// What is logged of a network, and where to. It never changes.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct FlowLog {
    pub(crate) scope: Scope,
    pub(crate) id: FlowLogId,
    /// `vpc-…`, `subnet-…` or `eni-…`: of the first two, every interface in there, also those that come later.
    pub(super) resource: String,
    pub(super) traffic: Traffic,
    pub(super) destination: Destination,
    /// The role that writes, where one is needed.
    pub(super) role: Option<String>,
    /// The role of another account that a stream belongs to.
    pub(super) other_role: Option<String>,
    pub(super) format: String,
    /// Seconds.
    pub(super) interval: u32,
    pub(super) created_at: Timestamp,
    /// Why the last records were not delivered.
    pub(super) failure: Option<String>,
    pub(crate) tags: Tags,
}

/// Which verdicts are logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Traffic {
    All,
    Accept,
    Reject,
}

impl Traffic {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::All => "ALL",
            Self::Accept => "ACCEPT",
            Self::Reject => "REJECT",
        }
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        [Self::All, Self::Accept, Self::Reject].into_iter().find(|own| own.word() == text)
    }

    fn has(self, accepted: bool) -> bool {
        match self {
            Self::All => true,
            Self::Accept => accepted,
            Self::Reject => !accepted,
        }
    }
}

/// Where records go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Destination {
    /// A bucket.
    S3 {
        /// As it was given.
        arn: String,
        /// Hive's way of naming folders.
        is_hive: bool,
        /// A folder for each hour.
        is_hourly: bool,
    },
    /// A log group: its name, or its ARN as well where that was given.
    CloudWatch {
        /// The name.
        group: String,
        /// The ARN.
        arn: Option<String>,
    },
    /// A delivery stream, by its ARN.
    Firehose(String),
}

impl Destination {
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::S3 { .. } => "s3",
            Self::CloudWatch { .. } => "cloud-watch-logs",
            Self::Firehose(_) => "kinesis-data-firehose",
        }
    }

    /// Whether records go to the same place.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::S3 { arn, .. }, Self::S3 { arn: other, .. }) => arn == other,
            (Self::CloudWatch { group, .. }, Self::CloudWatch { group: other, .. }) => group == other,
            (Self::Firehose(arn), Self::Firehose(other)) => arn == other,
            (Self::S3 { .. } | Self::CloudWatch { .. } | Self::Firehose(_), _) => false,
        }
    }
}

/// The bucket and the folder in it that an ARN names: `arn:aws:s3:::photos/of/flows`.
pub(super) fn bucket(arn: &str) -> Option<(&str, &str)> {
    let (head, rest) = arn.split_once(":::")?;
    let is_s3 = head.starts_with("arn:aws") && head.ends_with(":s3");
    let (bucket, folder) = rest.split_once('/').unwrap_or((rest, ""));
    (is_s3 && !bucket.is_empty()).then_some((bucket, folder.trim_matches('/')))
}

impl FlowLog {
    /// Whether it is about an interface, and about such a verdict.
    pub(super) fn is_about(&self, interface: &NetworkInterface, accepted: bool) -> bool {
        self.traffic.has(accepted) && self.covers(interface)
    }

    /// Whether it is about an interface.
    pub(super) fn covers(&self, interface: &NetworkInterface) -> bool {
        let own = [interface.id.as_str(), interface.subnet_id.as_str(), interface.vpc_id.as_str()];
        own.contains(&self.resource.as_str())
    }

    pub(super) fn version(&self) -> u8 {
        format::version(&self.format)
    }

    pub(super) fn status(&self) -> &'static str {
        if self.failure.is_some() { "FAILED" } else { "SUCCESS" }
    }

    pub(super) fn group(&self) -> Option<&str> {
        match &self.destination {
            Destination::CloudWatch { group, .. } => Some(group),
            Destination::S3 { .. } | Destination::Firehose(_) => None,
        }
    }
}

impl Record for FlowLog {
    const TABLE: &'static str = "vpc_flow_log";
    type Key = String;

    fn key(&self) -> String {
        resource::key(&self.scope, self.id.as_str())
    }
}

impl Resource for FlowLog {
    const TYPE: &'static str = "vpc-flow-log";
    const PREFIX: &'static str = FlowLogId::PREFIX;
    const KIND: Kind = Kind::Noun(Noun::FLOW_LOG);
    const FILTERS: &'static [&'static str] = &[
        "deliver-log-status",
        "flow-log-id",
        "log-destination-type",
        "log-group-name",
        "resource-id",
        "traffic-type",
    ];

    crate::resource::own_members!();

    fn filter(&self, name: &str) -> Vec<String> {
        match name {
            "deliver-log-status" => vec![self.status().to_owned()],
            "flow-log-id" => vec![self.id.to_string()],
            "log-destination-type" => vec![self.destination.kind().to_owned()],
            "log-group-name" => self.group().into_iter().map(str::to_owned).collect(),
            "resource-id" => vec![self.resource.clone()],
            "traffic-type" => vec![self.traffic.word().to_owned()],
            _ => Vec::new(),
        }
    }
}
