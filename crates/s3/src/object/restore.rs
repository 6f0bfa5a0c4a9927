//! Archived objects, and how they come back: RestoreObject.
//!
//! A restore takes AWS's time by the world's pace; its copy is readable until midnight after the days that were
//! asked for. Source: Amazon S3 User Guide, "Restoring an archived object".

use super::attributes::StorageClass;
use super::record::{Object, ObjectRow};
use super::{key, version};
use crate::S3;
use crate::bucket;
use crate::bucket::record::BucketRow;
use crate::error::{Argument, Error, http_date};
use crate::event::Event;
use crate::notification::{Origin, announce};
use base::Timestamp;
use ports::{BodyIn, Cx, StreamAnswer};
use serde::{Deserialize, Serialize};
use shapes_s3 as api;
use std::sync::Arc;
use store::{Job, JobError, StoreError, Tx};

const HOUR_MILLIS: u32 = 60 * 60 * 1000;
const DAY_MILLIS: i64 = 24 * 60 * 60 * 1000;

/// How far a restore is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Restore {
    days: i32,
    /// `None` while it goes on.
    until: Option<Timestamp>,
}

impl Restore {
    /// As `x-amz-restore` shows it; a copy that is gone is not shown.
    pub(crate) fn shown(&self, now: Timestamp) -> Option<String> {
        match self.until {
            None => Some("ongoing-request=\"true\"".to_owned()),
            Some(until) if until <= now => None,
            Some(until) => Some(format!("ongoing-request=\"false\", expiry-date=\"{}\"", http_date(until))),
        }
    }

    /// As lists show it.
    pub(crate) fn status(&self) -> api::RestoreStatus {
        api::RestoreStatus {
            is_restore_in_progress: Some(self.until.is_none()),
            restore_expiry_date: self.until.map(Into::into),
        }
    }
}

impl Object {
    /// Whether the bytes may be read: they are not archived, or were restored and the copy is still there.
    pub(crate) fn is_readable(&self, now: Timestamp) -> bool {
        let restored = self.restore.as_ref().and_then(|restore| restore.until);
        !self.attributes.storage_class.is_archived() || restored.is_some_and(|until| until > now)
    }
}

/// The midnight after `days` from now.
fn expiry(now: Timestamp, days: i32) -> Timestamp {
    let end = now.plus_millis(i64::from(days).saturating_mul(DAY_MILLIS));
    Timestamp::from_millis((end.millis.div_euclid(DAY_MILLIS) + 1) * DAY_MILLIS)
}

/// How long a restore takes at the most, as AWS states it for each class and tier; the deep archive has no short cut.
/// Source: Amazon S3 User Guide, "Understanding archive retrieval options".
fn duration_millis(class: StorageClass, tier: Option<&str>) -> Result<u32, Error> {
    let hours = match (class == StorageClass::DeepArchive, tier) {
        (false, Some("Expedited")) => return Ok(HOUR_MILLIS / 12),
        (true, Some("Expedited")) => return Err(Error::InvalidArgument(Argument::RestoreTier)),
        (false, Some("Bulk")) => 12,
        (true, Some("Bulk")) => 48,
        (false, _) => 5,
        (true, _) => 12,
    };
    Ok(hours * HOUR_MILLIS)
}

/// `RestoreObject`: 202 for a restore that begins, 200 where the copy is there and only its end moves.
pub(crate) async fn restore(
    cx: Cx,
    _svc: Arc<S3>,
    input: api::RestoreObjectRequest,
    _body: BodyIn,
) -> Result<StreamAnswer<api::RestoreObjectOutput>, Error> {
    let bucket = bucket::resolve_paid(&cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
    let key = key(input.key)?;
    let asked = input.restore_request.ok_or(Error::MalformedXml)?;
    if asked.type_.is_some() || asked.select_parameters.is_some() || asked.output_location.is_some() {
        return Err(Error::NotImplemented { header: "Type", additional: None });
    }
    let days = asked.days.filter(|days| *days > 0).ok_or(Error::MalformedXml)?;
    let tier = asked.glacier_job_parameters.and_then(|parameters| parameters.tier).or(asked.tier);
    let origin = Origin::of(&cx);
    let status = cx.write(|tx| {
        let bucket = bucket::again(tx, &bucket)?;
        let found = version::find(&tx.paged::<ObjectRow>(), &bucket, &key, input.version_id.as_deref())?;
        let mut object = version::object(&found, input.version_id.as_deref(), "POST")?.clone();
        let class = object.attributes.storage_class;
        if !class.is_archived() {
            return Err(Error::NotRestorable(class.name()));
        }
        let duration = duration_millis(class, tier.as_deref())?;
        let now = tx.now();
        let (status, until) = match &object.restore {
            Some(Restore { until: None, .. }) => return Err(Error::RestoreInProgress),
            Some(Restore { until: Some(until), .. }) if *until > now => (200, Some(expiry(now, days))),
            _ => (202, None),
        };
        object.restore = Some(Restore { days, until });
        let row = ObjectRow { object: Some(object), ..ObjectRow::clone(&found) };
        let text = store::Record::key(&row);
        match until {
            Some(until) => tx.at(until, &RestoreExpired { text, until }),
            None => {
                announce(tx, &bucket, &origin, &posted(&bucket, &row))?;
                tx.after(duration, Restored { text });
            }
        }
        tx.paged::<ObjectRow>().put(row);
        Ok::<_, Error>(status)
    })?;
    let request_charged = bucket::charged(&cx, &bucket);
    let output = api::RestoreObjectOutput { request_charged, ..api::RestoreObjectOutput::default() };
    Ok(StreamAnswer { status: Some(status), ..StreamAnswer::plain(output) })
}

/// The restore that begins, as it is announced.
fn posted(bucket: &BucketRow, row: &ObjectRow) -> Event {
    let object = row.object.as_ref();
    Event::ObjectRestorePosted {
        bucket: bucket.name.clone(),
        key: row.key.clone(),
        version_id: row.version_id.clone(),
        size: object.map_or(0, |object| object.size),
        e_tag: object.map(|object| object.e_tag.clone()).unwrap_or_default(),
        storage_class: object.map_or("STANDARD", |object| object.attributes.storage_class.name()),
    }
}

/// A restore is done.
#[derive(Serialize, Deserialize)]
pub(crate) struct Restored {
    text: String,
}

impl Job for Restored {
    const KIND: &'static str = "s3.restored";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        self.complete(tx).map_err(|error| JobError(error.to_string()))
    }
}

impl Restored {
    fn complete(&self, tx: &mut Tx) -> Result<(), StoreError> {
        let Some(found) = tx.paged::<ObjectRow>().get(&self.text)? else { return Ok(()) };
        let mut row = ObjectRow::clone(&found);
        let now = tx.now();
        let restore = row.object.as_mut().and_then(|object| object.restore.as_mut());
        if let Some(restore) = restore.filter(|restore| restore.until.is_none()) {
            let until = expiry(now, restore.days);
            restore.until = Some(until);
            tx.at(until, &RestoreExpired { text: self.text.clone(), until });
            let bucket = tx.by(&BucketRow::ID, &row.bucket).next().cloned();
            if let Some((bucket, object)) = bucket.zip(row.object.as_ref()) {
                let event = Event::ObjectRestored {
                    bucket: bucket.name.clone(),
                    key: row.key.clone(),
                    version_id: row.version_id.clone(),
                    size: object.size,
                    e_tag: object.e_tag.clone(),
                    storage_class: object.attributes.storage_class.name(),
                    until,
                };
                announce(tx, &bucket, &Origin::for_customer(bucket.account, &self.text), &event)?;
            }
            tx.paged::<ObjectRow>().put(row);
        }
        Ok(())
    }
}

/// The time of a restored copy is over, unless it was put off.
#[derive(Serialize, Deserialize)]
pub(crate) struct RestoreExpired {
    text: String,
    until: Timestamp,
}

impl Job for RestoreExpired {
    const KIND: &'static str = "s3.restore-expired";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        self.expire(tx).map_err(|error| JobError(error.to_string()))
    }
}

impl RestoreExpired {
    fn expire(&self, tx: &mut Tx) -> Result<(), StoreError> {
        let Some(found) = tx.paged::<ObjectRow>().get(&self.text)? else { return Ok(()) };
        let is_this = |restore: &Restore| restore.until == Some(self.until);
        let Some(object) =
            found.object.as_ref().filter(|object| object.restore.as_ref().is_some_and(is_this))
        else {
            return Ok(());
        };
        let bucket = tx.by(&BucketRow::ID, &found.bucket).next().cloned();
        if let Some(bucket) = bucket {
            let event = Event::ObjectRestoreExpired {
                bucket: bucket.name.clone(),
                key: found.key.clone(),
                version_id: found.version_id.clone(),
                e_tag: object.e_tag.clone(),
            };
            announce(tx, &bucket, &Origin::for_customer(bucket.account, &self.text), &event)?;
        }
        let object = Object { restore: None, ..object.clone() };
        tx.paged::<ObjectRow>().put(ObjectRow { object: Some(object), ..ObjectRow::clone(&found) });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{HOUR_MILLIS, duration_millis, expiry};
    use crate::object::attributes::StorageClass;
    use base::Timestamp;

    #[test]
    fn a_restore_takes_as_long_as_its_class_and_tier_say() {
        let (warm, deep) = (StorageClass::Glacier, StorageClass::DeepArchive);
        for (class, tier, hours) in [
            (warm, None, 5),
            (warm, Some("Standard"), 5),
            (warm, Some("Bulk"), 12),
            (deep, None, 12),
            (deep, Some("Standard"), 12),
            (deep, Some("Bulk"), 48),
        ] {
            assert_eq!(duration_millis(class, tier).unwrap(), hours * HOUR_MILLIS, "{class:?} {tier:?}");
        }
        assert_eq!(duration_millis(warm, Some("Expedited")).unwrap(), HOUR_MILLIS / 12);
        assert!(duration_millis(deep, Some("Expedited")).is_err());
    }

    #[test]
    fn a_copy_stays_until_the_midnight_after_its_days() {
        let day = super::DAY_MILLIS;
        for (now, days, want) in [(0, 1, 2 * day), (1, 1, 2 * day), (day - 1, 1, 2 * day), (day, 3, 5 * day)]
        {
            assert_eq!(expiry(Timestamp::from_millis(now), days).millis, want, "{now} {days}");
        }
    }
}
