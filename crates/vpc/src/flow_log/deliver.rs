//! What is over is delivered: as objects in buckets, and always to the event log, which stands for log groups and streams.

use super::count::{Counts, Window};
use super::line::{self, Line};
use super::model::{Destination, FlowLog, bucket};
use crate::event::Changed;
use crate::id::FlowLogId;
use crate::network_interface::NetworkInterface;
use crate::resource::{self, Resource};
use base::{Ids, Scope, Timestamp};
use flate2::Compression;
use flate2::write::GzEncoder;
use ports::{LogBuckets, LogObject, Loop, Next, Step, StepError, World};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::Write;
use std::sync::Arc;
use store::{Event, EventRow, Job, JobError, StoreError, Tx, WriteCall};

/// What says that a window is over.
const DUE: &str = "FlowLogDue";
/// Who writes.
const PRINCIPAL: &str = "delivery.logs.amazonaws.com";
/// Records of one event at the most.
const MOST_RECORDS: usize = 500;
/// What a flow log says whose destination takes nothing: VPC user guide, "Troubleshoot VPC Flow Logs".
const FAILURE: &str = "Access error";

/// A window is over.
#[derive(Serialize, Deserialize)]
pub(crate) struct Due {
    pub(crate) scope: Scope,
    pub(crate) id: FlowLogId,
}

impl Job for Due {
    const KIND: &'static str = "vpc.flow-log-due";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        if let Some(log) = tx.get::<FlowLog>(&resource::key(&self.scope, self.id.as_str())) {
            tx.emit(&Changed { kind: DUE, resource: log.arn() });
        }
        Ok(())
    }
}

/// Records that were delivered.
#[derive(Serialize)]
struct Records<'l> {
    /// The flow log's ARN.
    resource: String,
    /// The bucket, the log group or the stream.
    destination: &'l str,
    /// The key of the object, or the name of the log stream.
    name: &'l str,
    /// The names of the fields.
    fields: &'l str,
    records: Vec<&'l str>,
}

impl Event for Records<'_> {
    const SERVICE: &'static str = "ec2";

    fn kind(&self) -> &'static str {
        "FlowLogRecords"
    }
}

/// The loop.
pub(crate) struct Deliver {
    pub(crate) counts: Arc<Counts>,
    pub(crate) buckets: Arc<dyn LogBuckets>,
}

impl Loop for Deliver {
    fn name(&self) -> &'static str {
        "vpc.flow-log"
    }

    fn wakes(&self, event: &EventRow) -> bool {
        event.kind == DUE
    }

    fn step(&self, world: Arc<World>) -> Step {
        let (counts, buckets) = (self.counts.clone(), self.buckets.clone());
        Box::pin(async move {
            for (key, window) in counts.take(&world.name, world.clock.now()) {
                deliver(&world, &*buckets, &key, &window).await?;
            }
            Ok(Next::Wait)
        })
    }
}

async fn deliver(
    world: &Arc<World>,
    buckets: &dyn LogBuckets,
    key: &str,
    window: &Window,
) -> Result<(), StepError> {
    let found = {
        let view = world.store.view();
        view.get::<FlowLog>(key).map(|log| {
            let prefix = resource::prefix(&log.scope);
            let all = view.range::<NetworkInterface>(&prefix);
            let covered: Vec<_> = all.filter(|card| log.covers(card)).cloned().collect();
            (line::lines(&log, window, &covered), log)
        })
    };
    let Some((lines, log)) = found else { return Ok(()) };
    let fields = line::header(&log);
    let mut by_name: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    let mut failure = None;
    let destination = match &log.destination {
        Destination::S3 { arn, .. } => {
            let (bucket, folder) = bucket(arn).unwrap_or_default();
            let key = object_key(&log, folder, window.end_at, &world.ids);
            let object = LogObject {
                principal: PRINCIPAL,
                account: log.scope.account,
                region: log.scope.region.clone(),
                bucket: bucket.to_owned(),
                key: key.clone(),
                content_type: "application/octet-stream",
                content: packed(&fields, &lines)?.into(),
            };
            if let Err(error) = buckets.write(world.clone(), object).await {
                failure = Some((FAILURE.to_owned(), error.to_string()));
            }
            by_name.insert(key, lines.iter().map(|line| line.text.as_str()).collect());
            bucket.to_owned()
        }
        Destination::CloudWatch { group, .. } => {
            let kind = log.traffic.word().to_lowercase();
            for own in &lines {
                by_name.entry(format!("{}-{kind}", own.interface)).or_default().push(&own.text);
            }
            group.clone()
        }
        Destination::Firehose(arn) => {
            by_name.insert(String::new(), lines.iter().map(|line| line.text.as_str()).collect());
            arn.clone()
        }
    };
    let call = WriteCall { now: world.clock.now(), pace: world.pace };
    let (written, ticket) = world.store.write::<(), StoreError>(&call, |tx| {
        for (name, records) in by_name.iter().filter(|_| failure.is_none()) {
            for records in records.chunks(MOST_RECORDS) {
                let records = records.to_vec();
                let resource = log.arn();
                tx.emit(&Records { resource, destination: &destination, name, fields: &fields, records });
            }
        }
        note(tx, key, failure.as_ref().map(|(said, _)| said.as_str()));
        Ok(())
    });
    written?;
    ticket.wait().await?;
    match failure {
        Some((_, cause)) => Err(format!("the records of {} are lost: {cause}", log.id).into()),
        None => Ok(()),
    }
}

/// Writes down how the last delivery went.
fn note(tx: &mut Tx, key: &str, failure: Option<&str>) {
    let Some(log) = tx.get::<FlowLog>(key) else { return };
    if log.failure.as_deref() != failure {
        let log = FlowLog { failure: failure.map(str::to_owned), ..(*log).clone() };
        tx.emit(&Changed { kind: "FlowLogChanged", resource: log.arn() });
        tx.put(log);
    }
}

/// The file: the names of the fields, then the records, packed.
fn packed(fields: &str, lines: &[Line]) -> Result<Vec<u8>, std::io::Error> {
    let mut file = GzEncoder::new(Vec::new(), Compression::default());
    writeln!(file, "{fields}")?;
    for own in lines {
        writeln!(file, "{}", own.text)?;
    }
    file.finish()
}

/// The key of an object. Source: VPC user guide, "Flow log files".
pub(super) fn object_key(log: &FlowLog, folder: &str, at: Timestamp, ids: &Ids) -> String {
    let Destination::S3 { is_hive, is_hourly, .. } = &log.destination else { return String::new() };
    let (account, region) = (log.scope.account, &log.scope.region);
    let time = at.whole_seconds().rfc3339();
    let (year, month, day) = (&time[..4], &time[5..7], &time[8..10]);
    let (hour, minute) = (&time[11..13], &time[14..16]);
    let folder = if folder.is_empty() { String::new() } else { format!("{folder}/") };
    let (place, hourly) = if *is_hive {
        let place = format!(
            "aws-account-id={account}/aws-service=vpcflowlogs/aws-region={region}/year={year}/month={month}/day={day}"
        );
        (place, format!("hour={hour}/"))
    } else {
        (format!("{account}/vpcflowlogs/{region}/{year}/{month}/{day}"), format!("{hour}/"))
    };
    let hourly = if *is_hourly { hourly } else { String::new() };
    let unique = ids.text(b"0123456789abcdef", 8);
    let name =
        format!("{account}_vpcflowlogs_{region}_{}_{year}{month}{day}T{hour}{minute}Z_{unique}", log.id);
    format!("{folder}AWSLogs/{place}/{hourly}{name}.log.gz")
}
