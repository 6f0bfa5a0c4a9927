//! The versions of a key: finding one, and writing the next.

use super::record::{self, Object, ObjectRow, Rows};
use super::share;
use crate::annotation::record as annotation;
use crate::bucket::model::Versioning;
use crate::bucket::record::BucketRow;
use crate::error::{Argument, Error};
use crate::opaque::{self, Kind};
use base::Ids;
use blob::BlobRef;
use std::sync::Arc;
use store::Tx;

/// Rows read at once while the null version is looked for.
const CHUNK: usize = 100;

/// The newest version or delete marker of a key.
pub(crate) fn current(
    rows: &impl Rows<ObjectRow>,
    bucket: &BucketRow,
    key: &str,
) -> Result<Option<Arc<ObjectRow>>, Error> {
    if bucket.versioning == Versioning::Never {
        return Ok(rows.row(&record::text(&bucket.id, key, None))?);
    }
    let newest = rows.rows(&record::versions(&bucket.id, key), None, 1)?;
    // What stands for U+0000 within a longer key begins as the end of this one does.
    Ok(newest.into_iter().next().map(|(_, row)| row).filter(|row| row.key == key))
}

/// The null version of a key.
pub(crate) fn null(
    rows: &impl Rows<ObjectRow>,
    bucket: &BucketRow,
    key: &str,
) -> Result<Option<Arc<ObjectRow>>, Error> {
    let prefix = record::versions(&bucket.id, key);
    let mut after: Option<String> = None;
    loop {
        let chunk = rows.rows(&prefix, after.as_deref(), CHUNK)?;
        let Some((last, _)) = chunk.last() else { return Ok(None) };
        after = Some(last.to_string());
        if let Some((_, row)) = chunk.into_iter().find(|(_, row)| row.version_id.is_none() && row.key == key)
        {
            return Ok(Some(row));
        }
    }
}

/// The version that is asked for, or the newest; a delete marker is found too.
pub(crate) fn find(
    rows: &impl Rows<ObjectRow>,
    bucket: &BucketRow,
    key: &str,
    version_id: Option<&str>,
) -> Result<Arc<ObjectRow>, Error> {
    let found = match version_id.filter(|id| !id.is_empty()) {
        None => {
            let missing = || Error::NoSuchKey { key: key.to_owned(), marker: None };
            return current(rows, bucket, key)?.ok_or_else(missing);
        }
        Some("null") => null(rows, bucket, key)?,
        Some(id) => {
            let order = opaque::open(&bucket.secret, Kind::Version, key, id);
            let order = order.ok_or_else(|| Error::InvalidArgument(Argument::VersionId(id.to_owned())))?;
            rows.row(&record::text(&bucket.id, key, Some(order)))?
        }
    };
    found.ok_or_else(|| Error::NoSuchVersion {
        key: key.to_owned(),
        version_id: version_id.unwrap_or_default().to_owned(),
    })
}

/// What a version holds; a delete marker is refused as S3 refuses it: `NoSuchKey` where it is the newest version,
/// `MethodNotAllowed` where its own id was named.
pub(crate) fn object<'r>(
    row: &'r ObjectRow,
    version_id: Option<&str>,
    method: &str,
) -> Result<&'r Object, Error> {
    row.object.as_ref().ok_or_else(|| match version_id {
        Some(_) => Error::MethodNotAllowed {
            method: method.to_owned(),
            at: row.written_at,
            version_id: row.shown_version(),
        },
        None => Error::NoSuchKey { key: row.key.clone(), marker: Some(row.shown_version()) },
    })
}

/// Bits of a version's order that tell versions of one millisecond apart.
const SALT_BITS: u32 = 20;

/// What makes a version's place, and with it its id, its own: a place that was freed must not be given out again, or
/// an old id would lead to a new version.
pub(crate) fn salt(ids: &Ids) -> u64 {
    ids.below(1 << SALT_BITS)
}

/// The place of a version that is written now: by the clock, and after all that are there.
fn next_order(tx: &Tx, newest: Option<&ObjectRow>, salt: u64) -> u64 {
    let millis = u64::try_from(tx.now().millis).unwrap_or(0);
    let salt = salt & ((1 << SALT_BITS) - 1);
    let after = newest.and_then(|row| row.order).unwrap_or(0) + 1;
    // Salted also where the clock stands still: whoever deletes the newest version and writes again has the same one
    // before it.
    (millis << SALT_BITS).max(after) + salt
}

/// Writes a version (or, without an object, a delete marker) as the bucket's versioning says. Answers the row and
/// the blobs nobody refers to any more.
pub(crate) fn write(
    tx: &mut Tx,
    bucket: &BucketRow,
    key: &str,
    object: Option<Object>,
    salt: u64,
) -> Result<(ObjectRow, Vec<BlobRef>), Error> {
    let mut freed = Vec::new();
    let newest = current(&tx.paged::<ObjectRow>(), bucket, key)?;
    let next = next_order(tx, newest.as_deref(), salt);
    let (order, version_id) = match bucket.versioning {
        Versioning::Never => {
            if let Some(old) = &newest {
                give_up(tx, old, &mut freed)?;
            }
            (None, None)
        }
        Versioning::Enabled => (Some(next), Some(opaque::seal(&bucket.secret, Kind::Version, key, next))),
        Versioning::Suspended => {
            let replaced = null(&tx.paged::<ObjectRow>(), bucket, key)?;
            if let Some(old) = replaced {
                remove(tx, &old, &mut freed)?;
            }
            (Some(next), None)
        }
    };
    let row = ObjectRow {
        bucket: bucket.id.clone(),
        key: key.to_owned(),
        order,
        version_id,
        written_at: tx.now(),
        object,
    };
    tx.paged::<ObjectRow>().put(row.clone());
    Ok((row, freed))
}

/// Removes one version for good.
pub(crate) fn remove(tx: &mut Tx, row: &ObjectRow, freed: &mut Vec<BlobRef>) -> Result<(), Error> {
    give_up(tx, row, freed)?;
    tx.paged::<ObjectRow>().delete(&record::text(&row.bucket, &row.key, row.order));
    Ok(())
}

fn give_up(tx: &mut Tx, row: &ObjectRow, freed: &mut Vec<BlobRef>) -> Result<(), Error> {
    if let Some(object) = &row.object {
        share::give_up_body(tx, &object.body, freed)?;
        annotation::give_up(tx, row, object, freed)?;
    }
    Ok(())
}
