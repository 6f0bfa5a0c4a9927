//! Listing: the unfinished uploads of a bucket, and the parts of one.

use super::record::{self, PartRow, UploadRow};
use crate::S3;
use crate::bucket;
use crate::bucket::record::BucketRow;
use crate::checksum::answer;
use crate::error::{Argument, Error};
use crate::lifecycle;
use crate::listing::{Spelling, common_prefix, is_common_prefix, limit};
use crate::object::record as objects;
use crate::object::record::Rows;
use crate::object::{key, quoted};
use crate::opaque::{self, Kind};
use crate::owner;
use ports::Cx;
use shapes_s3 as api;
use std::sync::Arc;

/// Rows read at once.
const CHUNK: usize = 256;

/// `ListParts`, by number.
pub(crate) fn list_parts(
    cx: &Cx,
    _svc: &S3,
    input: api::ListPartsRequest,
) -> Result<api::ListPartsOutput, Error> {
    let bucket = bucket::resolve_paid(cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
    let key = key(input.key)?;
    let upload_id = input.upload_id.unwrap_or_default();
    let marker = input.part_number_marker.unwrap_or(0);
    if marker < 0 {
        let argument = Argument::Count("part-number-marker", marker.to_string());
        return Err(Error::InvalidArgument(argument));
    }
    let (shown_limit, wanted) = limit(input.max_parts, "max-parts")?;
    cx.read(|view| {
        let upload = view.paged::<UploadRow>().get(&record::text(&bucket.id, &key, &upload_id))?;
        let upload = upload.ok_or_else(|| Error::NoSuchUpload(upload_id.clone()))?;
        let prefix = record::parts(&bucket.id, &upload_id);
        let after = record::part_text(&bucket.id, &upload_id, marker);
        let mut rows = view.paged::<PartRow>().range(&prefix, Some(&after), wanted + 1)?;
        let is_truncated = rows.len() > wanted;
        rows.truncate(wanted);
        let last = rows.last().map_or(0, |(_, part)| part.number);
        let abort = lifecycle::abort(view, &bucket.id, &key, upload.begun_at)?;
        let (abort_at, abort_rule) = abort.unzip();
        Ok(api::ListPartsOutput {
            abort_date: abort_at.map(Into::into),
            abort_rule_id: abort_rule,
            bucket: Some(bucket.name.clone()),
            key: Some(key.clone()),
            upload_id: Some(upload_id.clone()),
            part_number_marker: Some(marker),
            next_part_number_marker: Some(last),
            max_parts: Some(shown_limit),
            is_truncated: Some(is_truncated),
            parts: Some(rows.iter().map(|(_, part)| shape_part(part, upload.algorithm.is_some())).collect()),
            initiator: Some(owner::shown(&upload.initiator)),
            owner: Some(owner::owner(bucket.account)),
            storage_class: Some(upload.attributes.storage_class.name().to_owned()),
            checksum_algorithm: upload.algorithm.map(|algorithm| algorithm.name().to_owned()),
            checksum_type: upload.algorithm.map(|_| upload.coverage.name().to_owned()),
            request_charged: bucket::charged(cx, &bucket),
            ..api::ListPartsOutput::default()
        })
    })
}

fn shape_part(part: &PartRow, with_checksum: bool) -> api::Part {
    let mut shape = api::Part {
        part_number: Some(part.number),
        last_modified: Some(part.written_at.whole_seconds().into()),
        e_tag: Some(quoted(&part.e_tag)),
        size: i64::try_from(part.size).ok(),
        ..api::Part::default()
    };
    if with_checksum {
        answer!(shape, part.algorithm, part.checksum.clone());
    }
    shape
}

/// What a page holds.
#[derive(Default)]
struct Page {
    uploads: Vec<Arc<UploadRow>>,
    prefixes: Vec<String>,
    is_truncated: bool,
    /// The last entry: a key and its upload's id, or a common prefix and nothing.
    last: (String, String),
}

impl Page {
    fn len(&self) -> usize {
        self.uploads.len() + self.prefixes.len()
    }
}

/// What a list is asked for.
struct Wish<'i> {
    prefix: &'i str,
    delimiter: &'i str,
    key_marker: &'i str,
    id_marker: Option<u64>,
    limit: usize,
}

/// `ListMultipartUploads`: by key, then by when they were begun.
pub(crate) fn list(
    cx: &Cx,
    _svc: &S3,
    input: api::ListMultipartUploadsRequest,
) -> Result<api::ListMultipartUploadsOutput, Error> {
    let bucket = bucket::resolve_paid(cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
    let spelling = Spelling::parse(input.encoding_type.as_deref())?;
    let (shown_limit, limit) = limit(input.max_uploads, "max-uploads")?;
    let key_marker = input.key_marker.as_deref().unwrap_or_default();
    // Without a key the upload's marker says nothing.
    let id_marker = input.upload_id_marker.as_deref().filter(|id| !id.is_empty() && !key_marker.is_empty());
    let order = id_marker.map(|id| {
        let order = opaque::open(&bucket.secret, Kind::Upload, key_marker, id);
        order.ok_or_else(|| Error::InvalidArgument(Argument::UploadIdMarker(id.to_owned())))
    });
    let wish = Wish {
        prefix: input.prefix.as_deref().unwrap_or_default(),
        delimiter: input.delimiter.as_deref().unwrap_or_default(),
        key_marker,
        id_marker: order.transpose()?,
        limit,
    };
    let page = cx.read(|view| walk(&view.paged::<UploadRow>(), &bucket, &wish))?;
    let shape = |upload: &Arc<UploadRow>| api::MultipartUpload {
        upload_id: Some(upload.upload_id.clone()),
        key: spelling.write(&upload.key),
        initiated: Some(upload.begun_at.whole_seconds().into()),
        storage_class: Some(upload.attributes.storage_class.name().to_owned()),
        owner: Some(owner::owner(bucket.account)),
        initiator: Some(owner::shown(&upload.initiator)),
        checksum_algorithm: upload.algorithm.map(|algorithm| algorithm.name().to_owned()),
        checksum_type: upload.algorithm.map(|_| upload.coverage.name().to_owned()),
        version_id: None,
    };
    let given = |text: &str| if text.is_empty() { None } else { spelling.write(text) };
    let prefix = |prefix: &String| api::CommonPrefix { prefix: spelling.write(prefix) };
    let (next_key, next_id) = page.last;
    Ok(api::ListMultipartUploadsOutput {
        bucket: Some(bucket.name.clone()),
        key_marker: spelling.write(key_marker),
        upload_id_marker: Some(input.upload_id_marker.clone().unwrap_or_default()),
        // Always there, also on the last page.
        next_key_marker: spelling.write(&next_key),
        next_upload_id_marker: Some(next_id),
        prefix: given(wish.prefix),
        delimiter: given(wish.delimiter),
        max_uploads: Some(shown_limit),
        is_truncated: Some(page.is_truncated),
        uploads: Some(page.uploads.iter().map(shape).collect()),
        common_prefixes: Some(page.prefixes.iter().map(prefix).collect()),
        encoding_type: spelling.name(),
        request_charged: bucket::charged(cx, &bucket),
    })
}

fn walk(rows: &impl Rows<UploadRow>, bucket: &BucketRow, wish: &Wish<'_>) -> Result<Page, Error> {
    let beginning = objects::beginning(&bucket.id, wish.prefix);
    let mut after = match (wish.key_marker, wish.id_marker) {
        ("", _) => None,
        (key, Some(_)) => Some(objects::versions(&bucket.id, key)),
        (key, None) if is_common_prefix(key, wish.prefix, wish.delimiter) => {
            let Some(past) = objects::past_prefix(&bucket.id, key) else { return Ok(Page::default()) };
            Some(past)
        }
        (key, None) => Some(record::past(&bucket.id, key)),
    };
    let mut page = Page::default();
    while let Some((_, first)) = rows.rows(&beginning, after.as_deref(), 1)?.pop() {
        let common = common_prefix(&first.key, wish.prefix, wish.delimiter);
        after = match &common {
            Some(prefix) => objects::past_prefix(&bucket.id, prefix),
            None => Some(record::past(&bucket.id, &first.key)),
        };
        match common {
            Some(prefix) => {
                if page.len() == wish.limit {
                    page.is_truncated = wish.limit > 0;
                    return Ok(page);
                }
                page.last = (prefix.clone(), String::new());
                page.prefixes.push(prefix);
            }
            None => {
                for upload in of_key(rows, bucket, &first.key, wish)? {
                    if page.len() == wish.limit {
                        page.is_truncated = wish.limit > 0;
                        return Ok(page);
                    }
                    page.last = (upload.key.clone(), upload.upload_id.clone());
                    page.uploads.push(upload);
                }
            }
        }
        if after.is_none() {
            break;
        }
    }
    Ok(page)
}

/// The uploads of one key, the oldest first, after the marker where it is one of this key's.
fn of_key(
    rows: &impl Rows<UploadRow>,
    bucket: &BucketRow,
    key: &str,
    wish: &Wish<'_>,
) -> Result<Vec<Arc<UploadRow>>, Error> {
    let prefix = objects::versions(&bucket.id, key);
    let place = |upload: &UploadRow| opaque::open(&bucket.secret, Kind::Upload, key, &upload.upload_id);
    let marker = wish.id_marker.filter(|_| key == wish.key_marker);
    let mut uploads = Vec::new();
    let mut after: Option<String> = None;
    loop {
        let chunk = rows.rows(&prefix, after.as_deref(), CHUNK)?;
        let Some((last, _)) = chunk.last() else { break };
        after = Some(last.to_string());
        // What stands for U+0000 within a longer key begins as the end of this one does.
        uploads.extend(chunk.into_iter().map(|(_, upload)| upload).filter(|upload| upload.key == key));
    }
    uploads.retain(|upload| marker.is_none_or(|marker| place(upload) > Some(marker)));
    uploads.sort_by_cached_key(|upload| (place(upload), upload.upload_id.clone()));
    Ok(uploads)
}
