//! The evaluation of one bucket: its versions by key, newest first, then its unfinished uploads.
//!
//! Of what is due at once a permanent deletion goes before a transition, and a transition before a delete marker.
//! Versions that are locked stay. Source: Amazon S3 User Guide, "Resolving lifecycle conflicts".

use super::ScheduledRow;
use super::rule::{Noncurrent, Rules, Transition, midnight_after};
use crate::bucket::model::Versioning;
use crate::bucket::record::BucketRow;
use crate::error::Error;
use crate::event::Event;
use crate::notification::{Origin, announce};
use crate::object::record::{self, Object, ObjectRow};
use crate::object::{release, version};
use crate::upload::record::{self as uploads, UploadRow};
use base::Timestamp;
use blob::BlobRef;
use serde::{Deserialize, Serialize};
use store::{Job, JobError, Tx};

/// Versions that one transaction looks at.
const VERSIONS: usize = 200;
/// Uploads that one transaction looks at: each may have 10,000 parts.
const UPLOADS: usize = 10;
/// Blobs after which a transaction looks at nothing further.
const BLOBS: usize = 10_000;

/// One transaction's share of a bucket's evaluation.
#[derive(Serialize, Deserialize)]
pub(crate) struct Evaluation {
    /// The bucket's id.
    bucket: String,
    place: Place,
}

/// How far an evaluation is.
#[derive(Serialize, Deserialize)]
enum Place {
    Versions(Option<Seen>),
    /// After the upload of this text.
    Uploads(Option<String>),
}

/// The version that was looked at last, and what the next one has to know if it is of the same key.
#[derive(Serialize, Deserialize)]
struct Seen {
    text: String,
    key: String,
    written_at: Timestamp,
    /// Noncurrent versions that are newer than the next one.
    newer: u32,
}

impl Evaluation {
    /// A whole evaluation, from the beginning.
    pub(super) fn of(bucket: &str) -> Self {
        Self { bucket: bucket.to_owned(), place: Place::Versions(None) }
    }

    fn step(self, tx: &mut Tx) -> Result<(), Error> {
        let bucket = tx.by(&BucketRow::ID, &self.bucket).next().cloned();
        let (Some(bucket), Some(rules)) = (bucket, Rules::of(tx, &self.bucket)?) else {
            tx.delete::<ScheduledRow>(&self.bucket);
            return Ok(());
        };
        let mut pass = Pass { bucket: &bucket, rules: &rules, now: tx.now(), freed: Vec::new() };
        let next = match self.place {
            Place::Versions(after) => match pass.versions(tx, after)? {
                Some(seen) => Some(Place::Versions(Some(seen))),
                None => Some(Place::Uploads(None)),
            },
            Place::Uploads(after) => {
                pass.uploads(tx, after.as_deref())?.map(|text| Place::Uploads(Some(text)))
            }
        };
        release::later(tx, pass.freed);
        let now = tx.now();
        match next {
            Some(place) => tx.at(now, &Self { bucket: self.bucket, place }),
            None => tx.at(midnight_after(now), &Self::of(&self.bucket)),
        }
        Ok(())
    }
}

impl Job for Evaluation {
    const KIND: &'static str = "s3.lifecycle";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        self.step(tx).map_err(|error| JobError(format!("{error:?}")))
    }
}

struct Pass<'p> {
    bucket: &'p BucketRow,
    rules: &'p Rules,
    now: Timestamp,
    freed: Vec<BlobRef>,
}

impl Pass<'_> {
    /// Looks at the versions after `after`; answers where the next transaction begins, if there is more.
    fn versions(&mut self, tx: &mut Tx, after: Option<Seen>) -> Result<Option<Seen>, Error> {
        let prefix = record::beginning(&self.bucket.id, "");
        let text = after.as_ref().map(|seen| seen.text.as_str());
        let page = tx.paged::<ObjectRow>().range(&prefix, text, VERSIONS)?;
        let full = page.len() == VERSIONS;
        let mut last = after;
        for (text, row) in page {
            let newer = last.filter(|seen| seen.key == row.key);
            // A marker over a version of a suspended bucket takes the place of its null version.
            let is_there = tx.paged::<ObjectRow>().get(&*text)?.is_some();
            match &newer {
                _ if !is_there => {}
                None => self.current(tx, &row)?,
                Some(seen) => {
                    self.noncurrent(tx, &row, Noncurrent { since: seen.written_at, newer: seen.newer })?;
                }
            }
            last = Some(Seen {
                text: text.to_string(),
                key: row.key.clone(),
                written_at: row.written_at,
                newer: newer.map_or(0, |seen| seen.newer + 1),
            });
            if self.freed.len() > BLOBS {
                return Ok(last);
            }
        }
        Ok(last.filter(|_| full))
    }

    fn current(&mut self, tx: &mut Tx, row: &ObjectRow) -> Result<(), Error> {
        let Some(object) = &row.object else { return self.marker(tx, row) };
        let expiration = self.rules.expiration(row).filter(|due| due.at <= self.now);
        if expiration.is_some() && self.bucket.versioning == Versioning::Never {
            uploads::note_deletion(tx, &self.bucket.id, &row.key)?;
            return self.remove(tx, row);
        }
        let transition = self.rules.transition(row, object, self.now);
        if let Some(transition) = transition {
            self.change(tx, row, object, transition)?;
        }
        let outdone = |at| transition.is_some_and(|transition| transition.at == at);
        if expiration.is_some_and(|due| !outdone(due.at)) {
            let (marker, freed) = version::write(tx, self.bucket, &row.key, None, row.order.unwrap_or(0))?;
            self.freed.extend(freed);
            let event = Event::LifecycleMarkerCreated {
                bucket: self.bucket.name.clone(),
                key: row.key.clone(),
                version_id: marker.version_id,
            };
            self.announce(tx, &row.key, &event)?;
        }
        Ok(())
    }

    /// A delete marker that is the newest version: it goes once it is the only one.
    fn marker(&mut self, tx: &mut Tx, row: &ObjectRow) -> Result<(), Error> {
        let versions = record::versions(&self.bucket.id, &row.key);
        let first = tx.paged::<ObjectRow>().range(&versions, None, 2)?;
        // The next may be of another key, one that goes on with U+0000.
        let is_alone = first.iter().filter(|(_, version)| version.key == row.key).count() == 1;
        if is_alone && self.rules.clears_marker(row, self.now) {
            return self.remove(tx, row);
        }
        Ok(())
    }

    fn noncurrent(&mut self, tx: &mut Tx, row: &ObjectRow, version: Noncurrent) -> Result<(), Error> {
        let lock = row.object.as_ref().map(|object| &object.lock);
        let is_locked = lock.is_some_and(|lock| lock.check_removal(self.now, false).is_err());
        if !is_locked && self.rules.expires_noncurrent(row, version, self.now) {
            return self.remove(tx, row);
        }
        let Some(object) = &row.object else { return Ok(()) };
        if let Some(transition) = self.rules.noncurrent_transition(row, object, version, self.now) {
            self.change(tx, row, object, transition)?;
        }
        Ok(())
    }

    fn remove(&mut self, tx: &mut Tx, row: &ObjectRow) -> Result<(), Error> {
        version::remove(tx, row, &mut self.freed)?;
        let event = Event::LifecycleExpired {
            bucket: self.bucket.name.clone(),
            key: row.key.clone(),
            version_id: row.version_id.clone(),
        };
        self.announce(tx, &row.key, &event)
    }

    fn announce(&self, tx: &mut Tx, key: &str, event: &Event) -> Result<(), Error> {
        let origin = Origin::itself(&format!("{}/{}/{key}", self.bucket.id, self.now.millis));
        Ok(announce(tx, self.bucket, &origin, event)?)
    }

    fn change(
        &self,
        tx: &mut Tx,
        row: &ObjectRow,
        object: &Object,
        transition: Transition,
    ) -> Result<(), Error> {
        let mut changed = Object { restore: None, ..object.clone() };
        changed.attributes.storage_class = transition.class;
        tx.paged::<ObjectRow>().put(ObjectRow { object: Some(changed), ..row.clone() });
        let event = Event::LifecycleTransitioned {
            bucket: self.bucket.name.clone(),
            key: row.key.clone(),
            version_id: row.version_id.clone(),
            size: object.size,
            e_tag: object.e_tag.clone(),
            storage_class: transition.class.name(),
        };
        self.announce(tx, &row.key, &event)
    }

    /// Gives up what is overdue of the uploads after `after`; answers where the next transaction begins.
    fn uploads(&mut self, tx: &mut Tx, after: Option<&str>) -> Result<Option<String>, Error> {
        let prefix = record::beginning(&self.bucket.id, "");
        let page = tx.paged::<UploadRow>().range(&prefix, after, UPLOADS)?;
        let full = page.len() == UPLOADS;
        let last = page.last().map(|(text, _)| text.to_string());
        for (text, upload) in page {
            let due = self.rules.abort(&upload.key, upload.begun_at);
            if due.is_none_or(|due| due.at > self.now) {
                continue;
            }
            self.freed.extend(uploads::remove_parts(tx, &self.bucket.id, &upload.upload_id)?);
            tx.paged::<UploadRow>().delete(&*text);
            tx.emit(&Event::LifecycleAborted {
                bucket: self.bucket.name.clone(),
                key: upload.key.clone(),
                upload_id: upload.upload_id.clone(),
            });
        }
        Ok(last.filter(|_| full))
    }
}
