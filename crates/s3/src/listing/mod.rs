//! Lists of objects and versions: by the bytes of their keys, whole prefixes skipped at once.

mod spelling;

pub(crate) use spelling::Spelling;

use crate::S3;
use crate::bucket;
use crate::bucket::record::BucketRow;
use crate::error::{Argument, Error};
use crate::object::record::{self, Object, ObjectRow, Rows};
use crate::object::restore::Restore;
use crate::object::{quoted, version};
use crate::opaque::{self, Kind};
use crate::owner::owner;
use ports::Cx;
use shapes_s3 as api;
use std::sync::Arc;
use store::Record;

/// Entries of one page at the most.
const MOST_KEYS: i32 = 1000;
/// Rows read at once.
const CHUNK: usize = 256;
/// Rows read at once where a common prefix was just skipped: the next may be one as well, of which one row is enough.
const FIRST_CHUNK: usize = 4;

/// What a list is asked for.
struct Wish<'i> {
    prefix: &'i str,
    delimiter: &'i str,
    /// Keys and prefixes up to this one are left out.
    after: Option<Marker>,
    limit: usize,
    /// Every version, not only what is current.
    versions: bool,
}

/// Where a page begins.
enum Marker {
    /// After this key, or after every key with this prefix where it ends with the delimiter.
    Key(String),
    /// After this version.
    Version(String),
}

/// What a list found.
#[derive(Default)]
struct Found {
    rows: Vec<(Arc<ObjectRow>, bool)>,
    prefixes: Vec<String>,
    /// The last entry's key or prefix, where there is more.
    last: Option<String>,
    /// The last version of a list of versions, where there is more.
    last_row: Option<Arc<ObjectRow>>,
}

impl Found {
    fn len(&self) -> usize {
        self.rows.len() + self.prefixes.len()
    }
}

/// Walks the rows of a bucket. `Keys` come in the order of their bytes; the versions of one newest first.
fn walk(rows: &impl Rows<ObjectRow>, bucket: &BucketRow, wish: &Wish<'_>) -> Result<Found, Error> {
    let beginning = record::beginning(&bucket.id, wish.prefix);
    let mut found = Found::default();
    let mut last = String::new();
    let mut last_row: Option<Arc<ObjectRow>> = None;
    let mut current_key: Option<String> = None;
    let mut after: Option<String> = match &wish.after {
        None => None,
        Some(Marker::Version(text)) => Some(text.clone()),
        Some(Marker::Key(key)) => {
            if is_common_prefix(key, wish.prefix, wish.delimiter) {
                let Some(past) = record::past_prefix(&bucket.id, key) else { return Ok(found) };
                Some(past)
            } else {
                Some(record::past_versions(&bucket.id, key))
            }
        }
    };
    let mut count = if wish.delimiter.is_empty() { CHUNK.min(wish.limit + 1) } else { FIRST_CHUNK };
    loop {
        let chunk = rows.rows(&beginning, after.as_deref(), count)?;
        let Some((end, _)) = chunk.last() else { return Ok(found) };
        count = (count * 4).min(CHUNK);
        after = Some(end.to_string());
        for (text, row) in &chunk {
            let is_latest = match current_key.as_deref() {
                Some(key) => key != row.key,
                None => is_newest(rows, bucket, wish, text, row)?,
            };
            current_key = Some(row.key.clone());
            let common = common_prefix(&row.key, wish.prefix, wish.delimiter);
            let skip = match &common {
                Some(prefix) => found.prefixes.last() == Some(prefix),
                None => !wish.versions && (!is_latest || row.object.is_none()),
            };
            let hidden = common.is_some() && !wish.versions && (!is_latest || row.object.is_none());
            if skip || hidden {
                continue;
            }
            if found.len() == wish.limit {
                if wish.limit > 0 {
                    found.last = Some(last);
                    found.last_row = last_row;
                }
                return Ok(found);
            }
            match common {
                Some(prefix) => {
                    last.clone_from(&prefix);
                    last_row = None;
                    let past = record::past_prefix(&bucket.id, &prefix);
                    found.prefixes.push(prefix);
                    match past {
                        Some(past) if *past > **end => {
                            after = Some(past);
                            count = FIRST_CHUNK;
                            break;
                        }
                        Some(_) => {}
                        None => return Ok(found),
                    }
                }
                None => {
                    last.clone_from(&row.key);
                    last_row = Some(row.clone());
                    found.rows.push((row.clone(), is_latest));
                }
            }
        }
    }
}

/// Whether the first row of a page is its key's newest: a page may begin in the middle of a key.
fn is_newest(
    rows: &impl Rows<ObjectRow>,
    bucket: &BucketRow,
    wish: &Wish<'_>,
    text: &str,
    row: &ObjectRow,
) -> Result<bool, Error> {
    match &wish.after {
        Some(Marker::Version(_)) => {
            let newest = rows.rows(&record::versions(&bucket.id, &row.key), None, 1)?;
            Ok(newest.first().is_none_or(|(newest, _)| **newest == *text))
        }
        Some(Marker::Key(_)) | None => Ok(true),
    }
}

/// The part of a key up to the first delimiter after the prefix.
pub(crate) fn common_prefix(key: &str, prefix: &str, delimiter: &str) -> Option<String> {
    if delimiter.is_empty() {
        return None;
    }
    let at = key.strip_prefix(prefix)?.find(delimiter)?;
    Some(key[..prefix.len() + at + delimiter.len()].to_owned())
}

/// Whether a marker is a common prefix that a page ended on. The prefix itself is none: it is a key.
pub(crate) fn is_common_prefix(marker: &str, prefix: &str, delimiter: &str) -> bool {
    common_prefix(marker, prefix, delimiter).as_deref() == Some(marker)
}

/// How many entries are asked for: as it is repeated, and as a number. More than a page holds means a page. S3
/// names `maxKeys` in camel case, and only that.
pub(crate) fn limit(max: Option<i32>, name: &'static str) -> Result<(i32, usize), Error> {
    match max {
        Some(n) if n < 0 => Err(Error::InvalidArgument(Argument::Count(name, n.to_string()))),
        n => {
            let n = n.unwrap_or(MOST_KEYS).min(MOST_KEYS);
            Ok((n, usize::try_from(n).unwrap_or(0)))
        }
    }
}

fn prefixes(found: &Found, spelling: &Spelling) -> Option<Vec<api::CommonPrefix>> {
    let shown = found.prefixes.iter().map(|prefix| api::CommonPrefix { prefix: spelling.write(prefix) });
    (!found.prefixes.is_empty()).then(|| shown.collect())
}

/// What entries are shown by.
struct Shown<'s> {
    spelling: &'s Spelling,
    bucket: &'s BucketRow,
    /// How far archived objects are restored.
    restores: bool,
}

impl<'s> Shown<'s> {
    fn of(spelling: &'s Spelling, bucket: &'s BucketRow, optional: Option<&[String]>) -> Self {
        let restores = optional.unwrap_or_default().iter().any(|name| name == "RestoreStatus");
        Self { spelling, bucket, restores }
    }

    fn restore(&self, object: &Object) -> Option<api::RestoreStatus> {
        object.restore.as_ref().filter(|_| self.restores).map(Restore::status)
    }
}

fn contents(found: &Found, show: &Shown<'_>, with_owner: bool) -> Option<Vec<api::Object>> {
    let shown = found.rows.iter().filter_map(|(row, _)| {
        let object = row.object.as_ref()?;
        Some(api::Object {
            key: show.spelling.write(&row.key),
            last_modified: Some(row.written_at.whole_seconds().into()),
            e_tag: Some(quoted(&object.e_tag)),
            checksum_algorithm: algorithms(object),
            checksum_type: coverage(object),
            size: i64::try_from(object.size).ok(),
            storage_class: Some(object.attributes.storage_class.name().to_owned()),
            owner: with_owner.then(|| object.attributes.access.shown_owner(show.bucket)),
            restore_status: show.restore(object),
        })
    });
    (!found.rows.is_empty()).then(|| shown.collect())
}

fn algorithms(object: &Object) -> Option<Vec<String>> {
    object.checksum.as_ref().map(|checksum| vec![checksum.algorithm.name().to_owned()])
}

fn coverage(object: &Object) -> Option<String> {
    object.checksum.as_ref().map(|checksum| checksum.coverage.name().to_owned())
}

/// `ListObjectsV2`.
pub(crate) fn v2(
    cx: &Cx,
    _svc: &S3,
    input: api::ListObjectsV2Request,
) -> Result<api::ListObjectsV2Output, Error> {
    let bucket = bucket::resolve_paid(cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
    let spelling = Spelling::parse(input.encoding_type.as_deref())?;
    let (max_keys, limit) = limit(input.max_keys, "maxKeys")?;
    let prefix = input.prefix.as_deref().unwrap_or_default();
    let delimiter = input.delimiter.as_deref().unwrap_or_default();
    let pages = cx.world().store.pages(&["ListObjectsV2", &bucket.id, prefix, delimiter]);
    let after = match input.continuation_token.as_deref() {
        Some(token) => {
            Some(pages.after(token).map_err(|_| Error::InvalidArgument(Argument::ContinuationToken))?)
        }
        None => input.start_after.clone().filter(|key| !key.is_empty()),
    };
    let wish = Wish { prefix, delimiter, after: after.map(Marker::Key), limit, versions: false };
    let found = cx.read(|view| walk(&view.paged::<ObjectRow>(), &bucket, &wish))?;
    let start_after = input.start_after.as_deref().filter(|_| input.continuation_token.is_none());
    let shown = Shown::of(&spelling, &bucket, input.optional_object_attributes.as_deref());
    Ok(api::ListObjectsV2Output {
        is_truncated: Some(found.last.is_some()),
        contents: contents(&found, &shown, input.fetch_owner == Some(true)),
        name: Some(bucket.name.clone()),
        prefix: spelling.write(prefix),
        delimiter: spelling.write_given(delimiter),
        max_keys: Some(max_keys),
        common_prefixes: prefixes(&found, &spelling),
        encoding_type: spelling.name(),
        key_count: i32::try_from(found.len()).ok(),
        continuation_token: input.continuation_token.clone(),
        next_continuation_token: found.last.as_deref().map(|last| pages.token(last)),
        // Recorded: where a token says how to go on, the key it began after is not repeated.
        start_after: start_after.and_then(|key| spelling.write(key)),
        request_charged: bucket::charged(cx, &bucket),
    })
}

/// `ListObjects`, the first form.
pub(crate) fn v1(
    cx: &Cx,
    _svc: &S3,
    input: api::ListObjectsRequest,
) -> Result<api::ListObjectsOutput, Error> {
    let bucket = bucket::resolve_paid(cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
    let spelling = Spelling::parse(input.encoding_type.as_deref())?;
    let (max_keys, limit) = limit(input.max_keys, "maxKeys")?;
    let prefix = input.prefix.as_deref().unwrap_or_default();
    let delimiter = input.delimiter.as_deref().unwrap_or_default();
    let after = input.marker.clone().filter(|key| !key.is_empty()).map(Marker::Key);
    let wish = Wish { prefix, delimiter, after, limit, versions: false };
    let found = cx.read(|view| walk(&view.paged::<ObjectRow>(), &bucket, &wish))?;
    // The next marker is answered only with a delimiter; else the last key is it.
    let next = found.last.as_deref().filter(|_| !delimiter.is_empty());
    let shown = Shown::of(&spelling, &bucket, input.optional_object_attributes.as_deref());
    Ok(api::ListObjectsOutput {
        is_truncated: Some(found.last.is_some()),
        marker: spelling.write(input.marker.as_deref().unwrap_or_default()),
        next_marker: next.and_then(|last| spelling.write(last)),
        contents: contents(&found, &shown, true),
        name: Some(bucket.name.clone()),
        prefix: spelling.write(prefix),
        delimiter: spelling.write_given(delimiter),
        max_keys: Some(max_keys),
        common_prefixes: prefixes(&found, &spelling),
        encoding_type: spelling.name(),
        request_charged: bucket::charged(cx, &bucket),
    })
}

/// `ListObjectVersions`: versions and delete markers, newest first within a key.
pub(crate) fn versions(
    cx: &Cx,
    _svc: &S3,
    input: api::ListObjectVersionsRequest,
) -> Result<api::ListObjectVersionsOutput, Error> {
    let bucket = bucket::resolve_paid(cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
    let spelling = Spelling::parse(input.encoding_type.as_deref())?;
    let (max_keys, limit) = limit(input.max_keys, "maxKeys")?;
    let prefix = input.prefix.as_deref().unwrap_or_default();
    let delimiter = input.delimiter.as_deref().unwrap_or_default();
    let key_marker = input.key_marker.as_deref().filter(|key| !key.is_empty());
    let id_marker = input.version_id_marker.as_deref().filter(|id| !id.is_empty());
    let found = cx.read(|view| {
        let rows = view.paged::<ObjectRow>();
        let after = version_marker(&rows, &bucket, key_marker, id_marker)?;
        walk(&rows, &bucket, &Wish { prefix, delimiter, after, limit, versions: true })
    })?;
    let shown = Shown::of(&spelling, &bucket, input.optional_object_attributes.as_deref());
    let entries: Vec<api::VersionEntry> =
        found.rows.iter().map(|(row, is_latest)| entry(row, *is_latest, &shown)).collect();
    Ok(api::ListObjectVersionsOutput {
        is_truncated: Some(found.last.is_some()),
        key_marker: spelling.write(key_marker.unwrap_or_default()),
        version_id_marker: Some(id_marker.unwrap_or_default().to_owned()),
        next_key_marker: found.last.as_deref().and_then(|last| spelling.write(last)),
        next_version_id_marker: found.last_row.as_ref().map(|row| row.shown_version()),
        versions: (!entries.is_empty()).then_some(entries),
        name: Some(bucket.name.clone()),
        prefix: spelling.write(prefix),
        delimiter: spelling.write_given(delimiter),
        max_keys: Some(max_keys),
        common_prefixes: prefixes(&found, &spelling),
        encoding_type: spelling.name(),
        request_charged: bucket::charged(cx, &bucket),
    })
}

/// A version or a delete marker, as it is listed.
fn entry(row: &ObjectRow, is_latest: bool, show: &Shown<'_>) -> api::VersionEntry {
    let (key, version_id) = (show.spelling.write(&row.key), Some(row.shown_version()));
    let last_modified = Some(row.written_at.whole_seconds().into());
    let is_latest = Some(is_latest);
    match &row.object {
        Some(object) => api::VersionEntry {
            version: Some(api::ObjectVersion {
                key,
                version_id,
                last_modified,
                is_latest,
                e_tag: Some(quoted(&object.e_tag)),
                checksum_algorithm: algorithms(object),
                checksum_type: coverage(object),
                size: i64::try_from(object.size).ok(),
                storage_class: Some(object.attributes.storage_class.name().to_owned()),
                owner: Some(object.attributes.access.shown_owner(show.bucket)),
                restore_status: show.restore(object),
            }),
            delete_marker: None,
        },
        None => api::VersionEntry {
            version: None,
            delete_marker: Some(api::DeleteMarkerEntry {
                owner: Some(owner(show.bucket.account)),
                key,
                version_id,
                is_latest,
                last_modified,
            }),
        },
    }
}

fn version_marker(
    rows: &impl Rows<ObjectRow>,
    bucket: &BucketRow,
    key: Option<&str>,
    id: Option<&str>,
) -> Result<Option<Marker>, Error> {
    let (key, id) = match (key, id) {
        (None, None) => return Ok(None),
        (None, Some(id)) => return Err(Error::InvalidArgument(Argument::VersionMarkerAlone(id.to_owned()))),
        (Some(key), None) => return Ok(Some(Marker::Key(key.to_owned()))),
        (Some(key), Some(id)) => (key, id),
    };
    if id == "null" {
        // The null version's place is not known from its id. One that is gone, as for a client that deletes what it
        // lists page by page, hides none of the others: the key begins anew.
        let place = version::null(rows, bucket, key)?.map(|row| row.key());
        return Ok(Some(Marker::Version(place.unwrap_or_else(|| record::versions(&bucket.id, key)))));
    }
    let order = opaque::open(&bucket.secret, Kind::Version, key, id);
    let order = order.ok_or_else(|| Error::InvalidArgument(Argument::VersionId(id.to_owned())))?;
    Ok(Some(Marker::Version(record::text(&bucket.id, key, Some(order)))))
}
