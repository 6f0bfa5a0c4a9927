//! Where a bucket's log goes, and what its objects are called.

use super::Line;
use crate::bucket::record::BucketRow;
use crate::configuration::record::{self as configurations, Configurations};
use crate::error::Configuration;
use base::{Ids, Timestamp};
use shapes_s3 as api;
use std::collections::BTreeMap;
use store::StoreError;

const DAY_MILLIS: i64 = 24 * 60 * 60 * 1000;

/// Where the log goes.
pub(crate) struct Target {
    pub(crate) bucket: String,
    prefix: String,
    form: Form,
}

/// How the objects are named.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// The prefix and the time of the delivery.
    Simple,
    /// Account, Region, bucket and day before that.
    PartitionedByDelivery,
    /// The same, by the day of what is logged.
    PartitionedByEvent,
}

impl Target {
    /// `None` where the bucket has no log any more.
    pub(crate) fn of(rows: &impl Configurations, bucket: &str) -> Result<Option<Self>, StoreError> {
        let found: Option<api::BucketLoggingStatus> =
            configurations::stored(rows, bucket, Configuration::Logging)?;
        let Some(enabled) = found.and_then(|found| found.logging_enabled) else { return Ok(None) };
        let format = enabled.target_object_key_format.and_then(|format| format.partitioned_prefix);
        let form = match format {
            None => Form::Simple,
            Some(by) if by.partition_date_source.as_deref() == Some("EventTime") => Form::PartitionedByEvent,
            Some(_) => Form::PartitionedByDelivery,
        };
        let (bucket, prefix) = (enabled.target_bucket, enabled.target_prefix.unwrap_or_default());
        Ok(bucket.map(|bucket| Self { bucket, prefix, form }))
    }

    /// The objects the lines become: key and content.
    pub(crate) fn objects(
        &self,
        source: &BucketRow,
        lines: Vec<Line>,
        now: Timestamp,
        ids: &Ids,
    ) -> Vec<(String, String)> {
        let mut batches: BTreeMap<i64, String> = BTreeMap::new();
        for line in lines {
            let time = match self.form {
                Form::Simple | Form::PartitionedByDelivery => now.millis,
                // Hours, minutes and seconds of such keys are zero.
                Form::PartitionedByEvent => line.at.millis.div_euclid(DAY_MILLIS) * DAY_MILLIS,
            };
            let batch = batches.entry(time).or_default();
            batch.push_str(&line.text);
            batch.push('\n');
        }
        let unique = || hex::encode_upper(ids.bytes::<8>());
        let key = |millis| self.key(source, Timestamp::from_millis(millis), &unique());
        batches.into_iter().map(|(millis, content)| (key(millis), content)).collect()
    }

    fn key(&self, source: &BucketRow, at: Timestamp, unique: &str) -> String {
        let time = at.whole_seconds().rfc3339();
        let time = time.trim_end_matches('Z').replace(['T', ':'], "-");
        let place = match self.form {
            Form::Simple => String::new(),
            Form::PartitionedByDelivery | Form::PartitionedByEvent => {
                let BucketRow { account, region, name, .. } = source;
                format!("{account}/{region}/{name}/{}/", time[..10].replace('-', "/"))
            }
        };
        format!("{}{place}{time}-{unique}", self.prefix)
    }
}
