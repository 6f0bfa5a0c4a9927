//! What a call for flow logs asks for.

use super::format;
use super::model::{Destination, FlowLog, Traffic, bucket};
use crate::error::{Error, FlowLogRefusal};
use crate::resource::{Resource, required};
use crate::{network_interface, subnet, tag, vpc};
use base::{Arn, Tags};
use shapes_ec2 as ec2;

/// Resources of one call at the most: EC2 API reference, CreateFlowLogs.
const MOST_RESOURCES: usize = 1_000;
/// Seconds of a window where nothing is said.
const INTERVAL: i32 = 600;

/// The parts of a call.
pub(super) struct Asks {
    pub(super) resources: Vec<String>,
    pub(super) traffic: Traffic,
    pub(super) destination: Destination,
    pub(super) role: Option<String>,
    pub(super) other_role: Option<String>,
    pub(super) format: String,
    pub(super) interval: u32,
    pub(super) tags: Tags,
}

fn parameter(sentence: &str) -> Error {
    FlowLogRefusal::Parameter(sentence.to_owned()).into()
}

impl Asks {
    pub(super) fn parse(mut input: ec2::CreateFlowLogsRequest) -> Result<Self, Error> {
        let tags = tag::of_specifications(input.tag_specifications.take(), FlowLog::TYPE)?;
        if input.tag_field_specifications.as_ref().is_some_and(|list| !list.is_empty()) {
            return Err(Error::Parameter("Tags as fields of flow logs are not built yet".to_owned()));
        }
        let resources = resources(input.resource_ids.take(), input.resource_type.take())?;
        let traffic = required(input.traffic_type.take(), "trafficType")?;
        let traffic = Traffic::parse(&traffic).ok_or_else(|| {
            let reason = "Valid values are ACCEPT, REJECT, ALL.".to_owned();
            Error::Value("trafficType", traffic.clone(), reason)
        })?;
        let interval = match input.max_aggregation_interval.unwrap_or(INTERVAL) {
            60 => 60,
            600 => 600,
            _ => return Err(parameter("Invalid Flow Log Max Aggregation Interval")),
        };
        let format = input.log_format.take().map_or_else(|| Ok(format::DEFAULT.to_owned()), format::parse)?;
        let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        let role = given(&input.deliver_logs_permission_arn);
        let other_role = given(&input.deliver_cross_account_role);
        let destination = destination(&input, role.is_some())?;
        if other_role.is_some() && !matches!(destination, Destination::Firehose(_)) {
            let sentence = "DeliverCrossAccountRole is only applicable for kinesis-data-firehose delivery";
            return Err(parameter(sentence));
        }
        Ok(Self { resources, traffic, destination, role, other_role, format, interval, tags })
    }
}

/// Ids of the one kind that is named.
fn resources(ids: Option<Vec<String>>, kind: Option<String>) -> Result<Vec<String>, Error> {
    let kind = required(kind, "resourceType")?;
    let ids = ids.filter(|ids| !ids.is_empty()).ok_or(Error::Missing("ResourceId"))?;
    if ids.len() > MOST_RESOURCES {
        let sentence = format!("The maximum number of resources of one call is {MOST_RESOURCES}");
        return Err(Error::Parameter(sentence));
    }
    let parse = |id: String| match kind.as_str() {
        "VPC" => vpc::id(Some(id)).map(|id| id.to_string()),
        "Subnet" => subnet::id(Some(id)).map(|id| id.to_string()),
        "NetworkInterface" => network_interface::id(Some(id)).map(|id| id.to_string()),
        "TransitGateway"
        | "TransitGatewayAttachment"
        | "RegionalNatGateway"
        | "CoreNetwork"
        | "CoreNetworkEdge"
        | "CoreNetworkAttachment" => {
            Err(Error::Parameter(format!("Flow logs of the resource type {kind} are not built yet")))
        }
        _ => {
            let reason = "Valid values are VPC, Subnet, NetworkInterface, TransitGateway, TransitGatewayAttachment, RegionalNatGateway.";
            Err(Error::Value("resourceType", kind.clone(), reason.to_owned()))
        }
    };
    ids.into_iter().map(parse).collect()
}

/// Where to. The order of these checks is that of the recorded refusals.
fn destination(input: &ec2::CreateFlowLogsRequest, has_role: bool) -> Result<Destination, Error> {
    let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    let (arn, group) = (given(&input.log_destination), given(&input.log_group_name));
    let kind = input.log_destination_type.as_deref().unwrap_or("cloud-watch-logs");
    if arn.is_some() && group.is_some() {
        return Err(parameter("Please only provide LogGroupName or only provide LogDestination."));
    }
    if group.is_some() && kind != "cloud-watch-logs" {
        return Err(parameter("LogDestination type must be cloud-watch-logs if LogGroupName is provided."));
    }
    if arn.is_none() && group.is_none() {
        return Err(parameter("LogDestination can't be empty if LogGroupName is not provided."));
    }
    let options = input.destination_options.clone().unwrap_or_default();
    if kind != "s3" && input.destination_options.is_some() {
        return Err(parameter("DestinationOptions is only applicable for s3 delivery"));
    }
    match (kind, arn, group) {
        ("cloud-watch-logs", _, _) if !has_role => Err(parameter(
            "DeliverLogsPermissionArn can't be empty if LogDestinationType is cloud-watch-logs.",
        )),
        ("cloud-watch-logs", None, Some(group)) => Ok(Destination::CloudWatch { group, arn: None }),
        ("cloud-watch-logs", Some(arn), _) => {
            let group = named_by(&arn, "logs", "log-group:")?;
            Ok(Destination::CloudWatch { group, arn: Some(arn) })
        }
        ("s3", Some(arn), _) => {
            if has_role {
                return Err(parameter("DeliverLogsPermissionArn is not applicable for s3 delivery"));
            }
            s3(arn, &options)
        }
        ("kinesis-data-firehose", Some(arn), _) => {
            named_by(&arn, "firehose", "deliverystream/")?;
            Ok(Destination::Firehose(arn))
        }
        _ => {
            let reason = "Valid values are cloud-watch-logs, s3, kinesis-data-firehose.".to_owned();
            Err(Error::Value("logDestinationType", kind.to_owned(), reason))
        }
    }
}

/// What an ARN of a service names after a word.
fn named_by(arn: &str, service: &str, word: &str) -> Result<String, Error> {
    let parsed: Option<Arn> = arn.parse().ok().filter(|own: &Arn| own.service == service);
    let name = parsed.and_then(|own| own.resource.strip_prefix(word).map(str::to_owned));
    let invalid = || parameter(&format!("LogDestination: {arn} is not valid."));
    name.filter(|name| !name.is_empty()).ok_or_else(invalid)
}

fn s3(arn: String, options: &ec2::DestinationOptionsRequest) -> Result<Destination, Error> {
    match options.file_format.as_deref().unwrap_or("plain-text") {
        "plain-text" => {}
        "parquet" => {
            let sentence = "Flow logs in the file format parquet are not built yet: ask for plain-text";
            return Err(Error::Parameter(sentence.to_owned()));
        }
        other => {
            let reason = "Valid values are plain-text, parquet.".to_owned();
            return Err(Error::Value("fileFormat", other.to_owned(), reason));
        }
    }
    let Some((_, folder)) = bucket(&arn) else {
        return Err(parameter(&format!("LogDestination: {arn} is not valid.")));
    };
    // The word is what the paths of logs begin with: VPC user guide, "Publish flow logs to Amazon S3".
    if folder.split('/').any(|part| part == "AWSLogs") {
        let sentence = format!("LogDestination: {arn} is not valid. AWSLogs is a reserved term.");
        return Err(parameter(&sentence));
    }
    let is_hive = options.hive_compatible_partitions == Some(true);
    Ok(Destination::S3 { arn, is_hive, is_hourly: options.per_hour_partition == Some(true) })
}
