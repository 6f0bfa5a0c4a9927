//! `?object-lock`: whether versions can be locked, and how long new ones are by default.

use super::at_most_one;
use super::record::{self, Configurations};
use crate::S3;
use crate::bucket;
use crate::bucket::model::Versioning;
use crate::error::{Argument, Configuration, ConfigurationFault, Error};
use ports::Cx;
use shapes_s3 as api;
use store::{StoreError, Tx};

/// The configuration; `None` where versions cannot be locked.
pub(crate) fn of(
    rows: &impl Configurations,
    bucket: &str,
) -> Result<Option<api::ObjectLockConfiguration>, StoreError> {
    record::stored(rows, bucket, Configuration::ObjectLock)
}

/// How long a new version is locked that does not say so itself.
pub(crate) fn default_retention(
    rows: &impl Configurations,
    bucket: &str,
) -> Result<Option<api::DefaultRetention>, StoreError> {
    let rule = of(rows, bucket)?.and_then(|lock| lock.rule);
    Ok(rule.and_then(|rule| rule.default_retention).filter(|retention| retention.mode.is_some()))
}

/// What `x-amz-bucket-object-lock-enabled` sets at creation.
pub(crate) fn begin(tx: &mut Tx, bucket: &str) {
    let enabled = Some("Enabled".to_owned());
    let lock = api::ObjectLockConfiguration { object_lock_enabled: enabled, rule: None };
    record::put(tx, bucket, Configuration::ObjectLock, &lock);
}

/// `GetObjectLockConfiguration`.
pub(crate) fn get(
    cx: &Cx,
    _svc: &S3,
    input: api::GetObjectLockConfigurationRequest,
) -> Result<api::GetObjectLockConfigurationOutput, Error> {
    let bucket = bucket::resolve(cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
    let found = cx.read(|view| of(view, &bucket.id))?;
    let lock = found.ok_or_else(|| Error::NotConfigured(Configuration::ObjectLock, bucket.name.clone()))?;
    Ok(api::GetObjectLockConfigurationOutput { object_lock_configuration: Some(lock) })
}

/// `PutObjectLockConfiguration`: also for buckets that were made without. It never goes away again; without a rule
/// only the default does.
pub(crate) fn put(
    cx: &Cx,
    _svc: &S3,
    input: api::PutObjectLockConfigurationRequest,
) -> Result<api::PutObjectLockConfigurationOutput, Error> {
    let bucket = bucket::resolve(cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
    let asked = input.object_lock_configuration.ok_or(Error::MissingBody)?;
    if asked.object_lock_enabled.is_none() {
        return Err(Error::MalformedXml);
    }
    if let Some(rule) = &asked.rule {
        check(rule.default_retention.as_ref().ok_or(Error::MalformedXml)?)?;
    }
    cx.write(|tx| {
        let bucket = bucket::again(tx, &bucket)?;
        if bucket.versioning != Versioning::Enabled {
            return Err(ConfigurationFault::LockWithoutVersions.into());
        }
        record::put(tx, &bucket.id, Configuration::ObjectLock, &asked);
        Ok(api::PutObjectLockConfigurationOutput::default())
    })
}

/// A retention has a mode and either days or years; a default event hold may stand alone.
fn check(retention: &api::DefaultRetention) -> Result<(), Error> {
    let (days, years) = (retention.days, retention.years);
    at_most_one(&[days.is_some(), years.is_some()])?;
    let period = days.or(years);
    match (&retention.mode, period) {
        (Some(_), Some(period)) if period <= 0 => {
            Err(Error::InvalidArgument(Argument::RetentionPeriod(period)))
        }
        (Some(_), Some(_)) => Ok(()),
        (None, None) if retention.default_event_hold.is_some() => Ok(()),
        (Some(_) | None, None) | (None, Some(_)) => Err(Error::MalformedXml),
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{MALFORMED, answer, bucket, refused};
    use serde_json::{Value, json};
    use shapes_s3::{
        CreateBucket, GetBucketVersioning, GetObjectLockConfiguration as Get, PutBucketVersioning,
        PutObjectLockConfiguration as Put,
    };

    fn put(lock: &Value) -> Value {
        json!({"Bucket": "bkt", "ObjectLockConfiguration": lock})
    }

    fn versioning(status: &str) -> Value {
        json!({"Bucket": "bkt", "VersioningConfiguration": {"Status": status}})
    }

    #[test]
    fn a_bucket_made_for_locks_has_versions_for_good() {
        let s3 = bucket();
        answer::<CreateBucket>(&s3, json!({"Bucket": "locked", "ObjectLockEnabledForBucket": true}));
        let enabled = json!({"ObjectLockConfiguration": {"ObjectLockEnabled": "Enabled"}});
        assert_eq!(answer::<Get>(&s3, json!({"Bucket": "locked"})), enabled);
        let status = answer::<GetBucketVersioning>(&s3, json!({"Bucket": "locked"}));
        assert_eq!(status, json!({"Status": "Enabled"}));
        refused::<PutBucketVersioning>(
            &s3,
            json!({"Bucket": "locked", "VersioningConfiguration": {"Status": "Suspended"}}),
            "InvalidBucketState",
            "An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.",
            &[],
        );
    }

    #[test]
    fn a_bucket_with_versions_can_be_given_locks() {
        let s3 = bucket();
        refused::<Get>(
            &s3,
            json!({"Bucket": "bkt"}),
            "ObjectLockConfigurationNotFoundError",
            "Object Lock configuration does not exist for this bucket",
            &[("BucketName", "bkt")],
        );
        let lock = json!({"ObjectLockEnabled": "Enabled"});
        refused::<Put>(
            &s3,
            put(&lock),
            "InvalidBucketState",
            "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration",
            &[],
        );
        answer::<PutBucketVersioning>(&s3, versioning("Enabled"));
        for lock in [
            json!({"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}}}),
            json!({"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Years": 2}}}),
            json!({"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"DefaultEventHold": {"Days": 2}}}}),
            lock,
        ] {
            answer::<Put>(&s3, put(&lock));
            let shown = answer::<Get>(&s3, json!({"Bucket": "bkt"}));
            assert_eq!(shown, json!({"ObjectLockConfiguration": lock}));
        }
    }

    #[test]
    fn what_is_no_retention_is_refused() {
        let s3 = bucket();
        answer::<PutBucketVersioning>(&s3, versioning("Enabled"));
        let with = |retention: Value| json!({"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": retention}});
        for lock in [
            json!({}),
            json!({"ObjectLockEnabled": "Disabled"}),
            json!({"ObjectLockEnabled": "Enabled", "Rule": {}}),
            with(json!({})),
            with(json!({"Mode": "GOVERNANCE"})),
            with(json!({"Days": 1})),
            with(json!({"Mode": "GOVERNANCE", "Days": 1, "Years": 1})),
            with(json!({"Mode": "governance", "Days": 1})),
        ] {
            refused::<Put>(&s3, put(&lock), "MalformedXML", MALFORMED, &[]);
        }
        refused::<Put>(
            &s3,
            put(&with(json!({"Mode": "GOVERNANCE", "Days": 0}))),
            "InvalidArgument",
            "Default retention period must be a positive integer value.",
            &[],
        );
    }
}
