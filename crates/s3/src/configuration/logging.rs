//! `?logging`: where the bucket's access log goes.

use super::object_lock;
use super::record::{self, Configurations};
use crate::S3;
use crate::bucket;
use crate::bucket::record::{self as buckets, BucketRow};
use crate::error::{Configuration, ConfigurationFault, Error};
use base::Region;
use ports::Cx;
use shape::Empty;
use shapes_s3 as api;
use store::{StoreError, Tx};

/// Where the log goes; `None` where there is none.
pub(crate) fn of(
    rows: &impl Configurations,
    bucket: &str,
) -> Result<Option<api::LoggingEnabled>, StoreError> {
    let found: Option<api::BucketLoggingStatus> = record::stored(rows, bucket, Configuration::Logging)?;
    Ok(found.and_then(|status| status.logging_enabled))
}

/// `GetBucketLogging`: an empty document where there is no log.
pub(crate) fn get(
    cx: &Cx,
    _svc: &S3,
    input: api::GetBucketLoggingRequest,
) -> Result<api::GetBucketLoggingOutput, Error> {
    let bucket = bucket::resolve(cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
    let logging_enabled = cx.read(|view| of(view, &bucket.id))?;
    Ok(api::GetBucketLoggingOutput { logging_enabled })
}

/// `PutBucketLogging`: an empty document switches it off. Grants are stored as they come, even odd ones.
pub(crate) fn put(cx: &Cx, _svc: &S3, input: api::PutBucketLoggingRequest) -> Result<Empty, Error> {
    let bucket = bucket::resolve(cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
    let asked = input.bucket_logging_status.ok_or(Error::MissingBody)?;
    cx.write(|tx| {
        let bucket = bucket::again(tx, &bucket)?;
        match asked.logging_enabled.as_ref().and_then(|logging| logging.target_bucket.as_deref()) {
            Some(target) => {
                check(tx, &bucket, target)?;
                record::put(tx, &bucket.id, Configuration::Logging, &asked);
            }
            None => record::remove(tx, &bucket.id, Configuration::Logging),
        }
        Ok(Empty {})
    })
}

/// The target exists, belongs to the same account, lies in the same Region, and lets go of what it is given.
fn check(tx: &Tx, bucket: &BucketRow, target: &str) -> Result<(), Error> {
    let Some(found) = buckets::in_tx(tx, bucket.partition, target) else {
        return Err(ConfigurationFault::LoggingTarget(target.to_owned()).into());
    };
    if found.account != bucket.account {
        return Err(ConfigurationFault::LoggingOwner(target.to_owned()).into());
    }
    if found.region != bucket.region {
        let source = Some(&bucket.region).filter(|region| **region != Region::us_east_1());
        return Err(ConfigurationFault::LoggingRegion {
            source: source.map(ToString::to_string),
            target: found.region.to_string(),
        }
        .into());
    }
    if object_lock::default_retention(tx, &found.id)?.is_some() {
        return Err(ConfigurationFault::LoggingRetention(target.to_owned()).into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::tests::{answer, bucket, called_by, refused};
    use serde_json::{Value, json};
    use shapes_s3::{CreateBucket, GetBucketLogging, PutBucketLogging as Put, PutObjectLockConfiguration};

    fn put(bucket: &str, target: &str) -> Value {
        let logging = json!({"TargetBucket": target, "TargetPrefix": "log/"});
        json!({"Bucket": bucket, "BucketLoggingStatus": {"LoggingEnabled": logging}})
    }

    #[test]
    fn a_log_is_switched_on_and_off() {
        let s3 = bucket();
        answer::<CreateBucket>(&s3, json!({"Bucket": "logs"}));
        let get = || answer::<GetBucketLogging>(&s3, json!({"Bucket": "bkt"}));
        assert_eq!(get(), json!({}));
        let grantee = json!({"Type": "Group", "URI": "http://odd"});
        for logging in [
            json!({"TargetBucket": "logs", "TargetPrefix": ""}),
            json!({"TargetBucket": "bkt", "TargetPrefix": "log/",
                "TargetGrants": [{"Grantee": grantee, "Permission": "READ"}],
                "TargetObjectKeyFormat": {"PartitionedPrefix": {"PartitionDateSource": "EventTime"}}}),
            json!({"TargetBucket": "logs", "TargetPrefix": "", "TargetObjectKeyFormat": {"SimplePrefix": {}}}),
        ] {
            let asked = json!({"Bucket": "bkt", "BucketLoggingStatus": {"LoggingEnabled": logging}});
            answer::<Put>(&s3, asked);
            assert_eq!(get(), json!({"LoggingEnabled": logging}));
        }
        answer::<Put>(&s3, json!({"Bucket": "bkt", "BucketLoggingStatus": {}}));
        assert_eq!(get(), json!({}));
    }

    #[test]
    fn targets_that_cannot_take_a_log_are_refused() {
        let s3 = bucket();
        let west =
            json!({"Bucket": "west", "CreateBucketConfiguration": {"LocationConstraint": "us-west-2"}});
        answer::<CreateBucket>(&s3, west);
        answer::<CreateBucket>(&s3, json!({"Bucket": "locked", "ObjectLockEnabledForBucket": true}));
        let retention = json!({"Mode": "GOVERNANCE", "Days": 1});
        let lock = json!({"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": retention}});
        let lock = json!({"Bucket": "locked", "ObjectLockConfiguration": lock});
        answer::<PutObjectLockConfiguration>(&s3, lock);
        called_by::<CreateBucket>(&s3, "111111111111", json!({"Bucket": "theirs"})).unwrap();
        for (source, target, code, sentence, members) in [
            (
                "bkt",
                "nowhere",
                "InvalidTargetBucketForLogging",
                "The target bucket for logging does not exist",
                &[("TargetBucket", "nowhere")][..],
            ),
            (
                "bkt",
                "theirs",
                "InvalidTargetBucketForLogging",
                "The owner for the bucket to be logged and the target bucket must be the same.",
                &[("TargetBucket", "theirs")],
            ),
            (
                "bkt",
                "locked",
                "InvalidTargetBucketForLogging",
                "The target bucket for logging cannot have a default retention period configuration",
                &[("TargetBucket", "locked")],
            ),
            (
                "bkt",
                "west",
                "CrossLocationLoggingProhibitted",
                "Cross S3 location logging not allowed. ",
                &[("TargetBucketLocation", "us-west-2")],
            ),
            (
                "west",
                "bkt",
                "CrossLocationLoggingProhibitted",
                "Cross S3 location logging not allowed. ",
                &[("TargetBucketLocation", "us-east-1"), ("SourceBucketLocation", "us-west-2")],
            ),
        ] {
            refused::<Put>(&s3, put(source, target), code, sentence, members);
        }
    }
}
