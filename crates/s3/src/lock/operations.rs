//! The operations on locks.

use super::{Lock, Mode, Retention, check_bypass, of_bucket};
use crate::S3;
use crate::bucket;
use crate::bucket::record::BucketRow;
use crate::error::{Argument, Error, Refusal};
use crate::event::Event;
use crate::notification::{Origin, announce};
use crate::object::record::{Object, ObjectRow};
use crate::object::{key, version};
use ports::Cx;
use shapes_s3 as api;
use store::Tx;

/// The lock of a version; a bucket without object lock is told after the key was found.
fn read(
    cx: &Cx,
    bucket: &BucketRow,
    key: &str,
    version_id: Option<&str>,
    method: &str,
) -> Result<Lock, Error> {
    cx.read(|view| {
        let row = version::find(&view.paged::<ObjectRow>(), bucket, key, version_id)?;
        let lock = version::object(&row, version_id, method)?.lock.clone();
        if of_bucket(view, bucket)?.is_none() {
            return Err(Error::InvalidRequest(Refusal::NoLockConfiguration));
        }
        Ok(lock)
    })
}

/// Changes the lock of a version.
fn change(
    tx: &mut Tx,
    bucket: &BucketRow,
    key: &str,
    version_id: Option<&str>,
    change: impl FnOnce(&mut Lock) -> Result<(), Error>,
) -> Result<ObjectRow, Error> {
    let found = version::find(&tx.paged::<ObjectRow>(), bucket, key, version_id)?;
    version::object(&found, version_id, "PUT")?;
    if of_bucket(tx, bucket)?.is_none() {
        return Err(Error::InvalidRequest(Refusal::NoLockConfiguration));
    }
    let mut row = ObjectRow::clone(&found);
    if let Some(object) = &mut row.object {
        change(&mut object.lock)?;
    }
    tx.paged::<ObjectRow>().put(row.clone());
    Ok(row)
}

/// `GetObjectRetention`.
pub(crate) fn get_retention(
    cx: &Cx,
    _svc: &S3,
    input: api::GetObjectRetentionRequest,
) -> Result<api::GetObjectRetentionOutput, Error> {
    let bucket = bucket::resolve_paid(cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
    let key = key(input.key)?;
    let retention = read(cx, &bucket, &key, input.version_id.as_deref(), "GET")?.retention;
    let retention = retention.ok_or(Error::NoLock)?;
    Ok(api::GetObjectRetentionOutput {
        retention: Some(api::ObjectLockRetention {
            mode: Some(retention.mode.name().to_owned()),
            retain_until_date: Some(retention.until.into()),
            ..api::ObjectLockRetention::default()
        }),
    })
}

/// `PutObjectRetention`: extending is free; all else asks for a bypass, and compliance allows nothing else.
pub(crate) fn put_retention(
    cx: &Cx,
    _svc: &S3,
    input: api::PutObjectRetentionRequest,
) -> Result<api::PutObjectRetentionOutput, Error> {
    let bucket = bucket::resolve_paid(cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
    let key = key(input.key)?;
    let asked = input.retention.ok_or(Error::MalformedXml)?;
    if asked.event_hold.is_some() || asked.event_hold_duration.is_some() {
        return Err(Error::NotImplemented { header: "x-amz-object-lock-event-hold", additional: None });
    }
    let next = match (asked.mode.as_deref(), asked.retain_until_date) {
        (None, None) => None,
        (Some(mode), Some(until)) => {
            let mode = Mode::parse(mode).ok_or(Error::MalformedXml)?;
            Some(Retention { mode, until: until.into() })
        }
        _ => return Err(Error::MalformedXml),
    };
    cx.write(|tx| {
        let bucket = bucket::again(tx, &bucket)?;
        let bypass = input.bypass_governance_retention;
        let now = tx.now();
        let passes = bypass == Some(true);
        let row = change(tx, &bucket, &key, input.version_id.as_deref(), |lock| {
            if let Some(next) = next.filter(|next| next.until <= now) {
                return Err(Error::InvalidArgument(Argument::RetainUntilPast(next.until)));
            }
            lock.check_change(next, now, passes)?;
            lock.retention = next;
            Ok(())
        })?;
        check_bypass(tx, &bucket, bypass)?;
        if let Some(object) = &row.object {
            announce(tx, &bucket, &Origin::of(cx), &retained(&bucket, &row, object))?;
        }
        Ok::<_, Error>(())
    })?;
    Ok(api::PutObjectRetentionOutput { request_charged: bucket::charged(cx, &bucket) })
}

/// The retention that is set, as it is announced.
fn retained(bucket: &BucketRow, row: &ObjectRow, object: &Object) -> Event {
    Event::ObjectRetentionPut {
        bucket: bucket.name.clone(),
        key: row.key.clone(),
        version_id: row.version_id.clone(),
        size: object.size,
        e_tag: object.e_tag.clone(),
        retention: object.lock.retention.map(|retention| (retention.mode.name(), retention.until)),
    }
}

/// `GetObjectLegalHold`.
pub(crate) fn get_legal_hold(
    cx: &Cx,
    _svc: &S3,
    input: api::GetObjectLegalHoldRequest,
) -> Result<api::GetObjectLegalHoldOutput, Error> {
    let bucket = bucket::resolve_paid(cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
    let key = key(input.key)?;
    let lock = read(cx, &bucket, &key, input.version_id.as_deref(), "GET")?;
    let status = lock.hold_name().ok_or(Error::NoLock)?;
    let hold = api::ObjectLockLegalHold { status: Some(status.to_owned()) };
    Ok(api::GetObjectLegalHoldOutput { legal_hold: Some(hold) })
}

/// `PutObjectLegalHold`.
pub(crate) fn put_legal_hold(
    cx: &Cx,
    _svc: &S3,
    input: api::PutObjectLegalHoldRequest,
) -> Result<api::PutObjectLegalHoldOutput, Error> {
    let bucket = bucket::resolve_paid(cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
    let key = key(input.key)?;
    let on = match input.legal_hold.and_then(|hold| hold.status).as_deref() {
        Some("ON") => true,
        Some("OFF") => false,
        _ => return Err(Error::MalformedXml),
    };
    cx.write(|tx| {
        let bucket = bucket::again(tx, &bucket)?;
        change(tx, &bucket, &key, input.version_id.as_deref(), |lock| {
            lock.legal_hold = Some(on);
            Ok(())
        })
    })?;
    Ok(api::PutObjectLegalHoldOutput { request_charged: bucket::charged(cx, &bucket) })
}
