//! Flow logs: what passes the interfaces of a network, and what does not, as records in buckets and in the event log.
//!
//! Nothing here carries packets. Whoever does asks the port `Flows` for a verdict; each verdict counts.
//! Sources: EC2 API reference, CreateFlowLogs; VPC user guide, "Logging IP traffic using VPC Flow Logs".

mod answer;
mod asks;
mod count;
mod deliver;
mod format;
mod line;
mod model;
#[cfg(test)]
mod tests;

pub(crate) use count::Counts;
pub(crate) use deliver::{Deliver, Due};
pub(crate) use model::FlowLog;

use crate::error::{Error, FlowLogRefusal, Kind, Noun};
use crate::event::Changed;
use crate::id::FlowLogId;
use crate::listing::{self, Wish};
use crate::network_interface::NetworkInterface;
use crate::resource::{self, Resource, named, take};
use crate::subnet::Subnet;
use crate::token;
use crate::vpc::Vpc;
use crate::{Vpc as Service, home};
use asks::Asks;
use model::Destination;
use ports::Cx;
use shapes_ec2 as ec2;
use store::{Claim, Repeatable, Tx};

const OPERATION: &str = "CreateFlowLogs";

/// `CreateFlowLogs`: one for each resource. A bucket that is not there is told beside the resource; everything else that
/// is wrong refuses the call. The same client token gives the same flow logs.
pub(crate) fn create(
    cx: &Cx,
    svc: &Service,
    input: ec2::CreateFlowLogsRequest,
) -> Result<ec2::CreateFlowLogsResult, Error> {
    let digest = token::digest(&input);
    let client_token = input.client_token.clone().unwrap_or_else(|| cx.ids().uuid());
    let asks = Asks::parse(input)?;
    let scope = cx.scope().to_string();
    let call = Repeatable {
        service: "vpc",
        operation: OPERATION,
        scope: &scope,
        token: &client_token,
        digest: &digest,
    };
    let lacks_bucket = match &asks.destination {
        Destination::S3 { arn, .. } => model::bucket(arn)
            .map(|(bucket, _)| bucket.to_owned())
            .filter(|bucket| !cx.read(|view| svc.buckets.exists(view, cx.partition(), bucket))),
        Destination::CloudWatch { .. } | Destination::Firehose(_) => None,
    };
    let made = home::write(cx, |tx| {
        if let Claim::Replay(ids) = tx.claim(&call)? {
            return Ok(ids.split(',').map(str::to_owned).collect());
        }
        for id in &asks.resources {
            require(tx, cx, id)?;
        }
        if lacks_bucket.is_some() {
            return Ok(Vec::new());
        }
        let mut ids = Vec::new();
        for id in &asks.resources {
            ids.push(make(tx, cx, &asks, id)?);
        }
        tx.remember(&call, &ids.join(","));
        Ok::<_, Error>(ids)
    })?;
    let refused = lacks_bucket.iter().flat_map(|bucket| {
        let (code, message) = FlowLogRefusal::NoBucket(bucket.clone()).said();
        asks.resources.iter().map(move |id| ec2::UnsuccessfulItem {
            error: Some(ec2::UnsuccessfulItemError {
                code: Some(code.to_owned()),
                message: Some(message.clone()),
            }),
            resource_id: Some(id.clone()),
        })
    });
    Ok(ec2::CreateFlowLogsResult {
        client_token: Some(client_token.clone()),
        flow_log_ids: Some(made),
        unsuccessful: Some(refused.collect()),
    })
}

/// The resource must be there.
fn require(tx: &Tx, cx: &Cx, id: &str) -> Result<(), Error> {
    match id.split_once('-').map(|(word, _)| word) {
        Some("vpc") => take::<Vpc>(tx, cx.scope(), id).map(|_| ()),
        Some("subnet") => take::<Subnet>(tx, cx.scope(), id).map(|_| ()),
        _ => take::<NetworkInterface>(tx, cx.scope(), id).map(|_| ()),
    }
}

fn make(tx: &mut Tx, cx: &Cx, asks: &Asks, resource: &str) -> Result<String, Error> {
    let prefix = resource::prefix(cx.scope());
    let is_like =
        |other: &FlowLog| other.resource == resource && other.destination.is_like(&asks.destination);
    if tx.range::<FlowLog>(&prefix).any(|other| is_like(other)) {
        return Err(FlowLogRefusal::Exists.into());
    }
    let log = FlowLog {
        scope: cx.scope().clone(),
        id: FlowLogId::new(cx.ids()),
        resource: resource.to_owned(),
        traffic: asks.traffic,
        destination: asks.destination.clone(),
        role: asks.role.clone(),
        other_role: asks.other_role.clone(),
        format: asks.format.clone(),
        interval: asks.interval,
        created_at: cx.now(),
        failure: None,
        tags: asks.tags.clone(),
    };
    tx.emit(&Changed { kind: "FlowLogCreated", resource: log.arn() });
    let id = log.id.to_string();
    tx.put(log);
    Ok(id)
}

/// `DescribeFlowLogs`.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DescribeFlowLogsRequest,
) -> Result<ec2::DescribeFlowLogsResult, Error> {
    let wish = Wish {
        ids: input.flow_log_ids,
        filters: input.filter,
        max_results: input.max_results,
        next_token: input.next_token,
    };
    let page = listing::list(cx, "DescribeFlowLogs", wish, |_, row: &FlowLog| answer::shape(row))?;
    Ok(ec2::DescribeFlowLogsResult { flow_logs: Some(page.items), next_token: page.next_token })
}

/// `DeleteFlowLogs`: all or none. What was counted and not delivered yet is lost.
pub(crate) fn delete(
    cx: &Cx,
    _svc: &Service,
    input: ec2::DeleteFlowLogsRequest,
) -> Result<ec2::DeleteFlowLogsResult, Error> {
    let ids = input.flow_log_ids.filter(|ids| !ids.is_empty()).ok_or(Error::Missing("FlowLogId"))?;
    let kind = Kind::Noun(Noun::FLOW_LOG);
    let parsed: Result<Vec<_>, _> =
        ids.into_iter().map(|id| named(Some(id), "FlowLogId", kind, FlowLogId::parse)).collect();
    let ids = parsed?;
    home::write(cx, |tx| {
        let is_missing =
            |id: &&FlowLogId| tx.get::<FlowLog>(&resource::key(cx.scope(), id.as_str())).is_none();
        let missing: Vec<_> = ids.iter().filter(is_missing).map(ToString::to_string).collect();
        if !missing.is_empty() {
            return Err(Error::NotFound(kind, missing));
        }
        for id in &ids {
            // Ids that are named twice are gone the second time.
            if tx.get::<FlowLog>(&resource::key(cx.scope(), id.as_str())).is_some() {
                resource::remove::<FlowLog>(tx, cx.scope(), id.as_str(), "FlowLogDeleted")?;
            }
        }
        Ok(ec2::DeleteFlowLogsResult { unsuccessful: Some(Vec::new()) })
    })
}
