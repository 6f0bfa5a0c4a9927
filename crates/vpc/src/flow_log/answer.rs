//! A flow log, as it is told.

use super::model::{Destination, FlowLog};
use crate::resource::tag_set;
use shapes_ec2 as ec2;

pub(super) fn shape(log: &FlowLog) -> ec2::FlowLog {
    let shape = ec2::FlowLog {
        creation_time: Some(log.created_at.into()),
        deliver_logs_error_message: log.failure.clone(),
        deliver_logs_permission_arn: log.role.clone(),
        deliver_cross_account_role: log.other_role.clone(),
        deliver_logs_status: Some(log.status().to_owned()),
        flow_log_id: Some(log.id.to_string()),
        flow_log_status: Some("ACTIVE".to_owned()),
        resource_id: Some(log.resource.clone()),
        traffic_type: Some(log.traffic.word().to_owned()),
        log_destination_type: Some(log.destination.kind().to_owned()),
        log_format: Some(log.format.clone()),
        max_aggregation_interval: i32::try_from(log.interval).ok(),
        tags: tag_set(&log.tags),
        ..ec2::FlowLog::default()
    };
    match &log.destination {
        Destination::S3 { arn, is_hive, is_hourly } => ec2::FlowLog {
            log_destination: Some(arn.clone()),
            destination_options: Some(ec2::DestinationOptionsResponse {
                file_format: Some("plain-text".to_owned()),
                hive_compatible_partitions: Some(*is_hive),
                per_hour_partition: Some(*is_hourly),
            }),
            ..shape
        },
        Destination::CloudWatch { group, arn } => {
            ec2::FlowLog { log_group_name: Some(group.clone()), log_destination: arn.clone(), ..shape }
        }
        Destination::Firehose(arn) => ec2::FlowLog { log_destination: Some(arn.clone()), ..shape },
    }
}
