//! Reading objects: GET, HEAD, and GetObjectAttributes.

use super::condition::ReadConditions;
use super::read::{self, Span};
use super::record::{Body, Object, ObjectRow, Piece};
use super::share::{self, ManifestRow, PartEntry};
use super::{key, metadata, quoted, version};
use crate::S3;
use crate::authority;
use crate::bucket;
use crate::bucket::record::BucketRow;
use crate::checksum::{Algorithm, Checksum, Coverage, answer};
use crate::encryption::{customer_headers, describe_encryption};
use crate::error::{Argument, Error, Refusal, http_date};
use crate::lifecycle;
use crate::lock::describe_lock;
use ports::{BodyIn, BodyOut, Cx, NamedObject, StreamAnswer};
use shapes_s3 as api;
use std::sync::Arc;

/// What GET and HEAD find.
struct Found {
    bucket: Arc<BucketRow>,
    row: Arc<ObjectRow>,
    object: Object,
    /// When it expires; told only of what is asked for as the current version.
    expiration: Option<String>,
    pieces: Vec<Piece>,
    parts: Vec<PartEntry>,
}

fn find(
    cx: &Cx,
    bucket: Option<&str>,
    owner: Option<&str>,
    key: &str,
    version_id: Option<&str>,
    method: &str,
) -> Result<Found, Error> {
    let bucket = bucket::resolve_paid(cx, bucket, owner)?;
    let found = cx.read(|view| {
        let row = version::find(&view.paged::<ObjectRow>(), &bucket, key, version_id)?;
        let object = version::object(&row, version_id, method)?.clone();
        let (pieces, parts) = match &object.body {
            Body::Inline(pieces) => (pieces.clone(), Vec::new()),
            Body::Manifest { id, .. } => {
                let manifest = view.paged::<ManifestRow>().get(id)?;
                let manifest = manifest.ok_or_else(|| share::missing(id))?;
                (manifest.pieces.clone(), manifest.parts.clone())
            }
        };
        let expiration = match version_id {
            Some(_) => None,
            None => lifecycle::expiration(view, &row)?,
        };
        Ok(Found { bucket: bucket.clone(), expiration, row, object, pieces, parts })
    });
    found.map_err(|error| authority::untold(cx, &bucket, error))
}

/// An object that a service reads, and where its bytes lie.
pub(super) fn pieces(cx: &Cx, named: &NamedObject) -> Result<(Object, Vec<Piece>), Error> {
    let found = find(cx, Some(&named.bucket), None, &named.key, named.version.as_deref(), "GET")?;
    Ok((found.object, found.pieces))
}

impl Found {
    /// The bytes that are asked for: a range, a part, or all.
    fn span(&self, range: Option<&str>, part: Option<i32>) -> Result<Span, Error> {
        match (range, part) {
            (Some(_), Some(_)) => Err(Error::InvalidRequest(Refusal::RangeAndPart)),
            (Some(range), None) => Span::of_range(range, self.object.size),
            (None, Some(number)) => self.part(number),
            (None, None) => Ok(Span::whole(self.object.size)),
        }
    }

    fn part(&self, number: i32) -> Result<Span, Error> {
        if !(1..=10_000).contains(&number) {
            return Err(Error::InvalidArgument(Argument::PartNumber(number.to_string())));
        }
        if self.parts.is_empty() {
            // An object in one piece has one part.
            return match number {
                1 => Ok(Span { partial: true, ..Span::whole(self.object.size) }),
                requested => Err(Error::InvalidPartNumber { requested, parts: 1 }),
            };
        }
        let mut start = 0;
        for part in &self.parts {
            if part.number == number {
                return Ok(Span { start, length: part.size, partial: true });
            }
            start += part.size;
        }
        Err(Error::InvalidPartNumber { requested: number, parts: self.parts.len() })
    }

    /// The checksum that goes with what is read: the object's with all of its bytes, a part's with the part where
    /// the upload kept it, none with any other range.
    fn checksum(&self, span: &Span, part: Option<i32>) -> Option<(Algorithm, Coverage, String)> {
        let checksum = self.object.checksum.as_ref()?;
        if let (Some(number), false) = (part, self.parts.is_empty()) {
            let value = self.parts.iter().find(|part| part.number == number)?.checksum.clone()?;
            return Some((checksum.algorithm, checksum.coverage, value));
        }
        let all = span.start == 0 && span.length == self.object.size;
        all.then(|| (checksum.algorithm, checksum.coverage, self.object.shown(checksum)))
    }

    fn shown_version(&self) -> Option<String> {
        self.bucket.had_versions().then(|| self.row.shown_version())
    }

    fn check(&self, cx: &Cx, conditions: &ReadConditions<'_>) -> Result<(), Error> {
        conditions.check(&self.bucket, &self.row, &self.object, cx.now())
    }
}

/// Writes the members that GET and HEAD share.
macro_rules! describe {
    ($output:ident, $cx:expr, $found:expr, $span:expr, $input:expr) => {{
        let found: &Found = $found;
        let span: &Span = $span;
        let attributes = &found.object.attributes;
        $output.expiration.clone_from(&found.expiration);
        $output.accept_ranges = Some("bytes".to_owned());
        $output.last_modified = Some(found.row.written_at.whole_seconds().into());
        $output.content_length = i64::try_from(span.length).ok();
        $output.content_range = span.partial.then(|| span.content_range(found.object.size));
        $output.e_tag = Some(quoted(&found.object.e_tag));
        $output.version_id = found.shown_version();
        $output.request_charged = bucket::charged($cx, &found.bucket);
        $output.cache_control = $input.response_cache_control.clone().or(attributes.cache_control.clone());
        $output.content_disposition =
            $input.response_content_disposition.clone().or(attributes.content_disposition.clone());
        $output.content_encoding =
            $input.response_content_encoding.clone().or(attributes.content_encoding.clone());
        $output.content_language =
            $input.response_content_language.clone().or(attributes.content_language.clone());
        $output.content_type = $input
            .response_content_type
            .clone()
            .or(attributes.content_type.clone())
            .or_else(|| Some("binary/octet-stream".to_owned()));
        $output.expires =
            $input.response_expires.map(|at| http_date(at.into())).or(attributes.expires.clone());
        $output.website_redirect_location = attributes.website_redirect_location.clone();
        $output.storage_class = attributes.storage_class.shown();
        $output.replication_status = found.object.replication.map(|status| status.name().to_owned());
        $output.restore = found.object.restore.as_ref().and_then(|restore| restore.shown($cx.now()));
        let metadata = attributes.metadata.iter();
        $output.metadata =
            Some(metadata.map(|(name, value)| (name.clone(), metadata::encode(value))).collect());
        $output.tag_count =
            (!attributes.tags.is_empty()).then(|| i32::try_from(attributes.tags.len()).unwrap_or(i32::MAX));
        if $input.part_number.is_some() && !found.parts.is_empty() {
            $output.parts_count = i32::try_from(found.parts.len()).ok();
        }
        if shows_checksums($input.checksum_mode.as_deref())?
            && let Some((algorithm, coverage, value)) = found.checksum(span, $input.part_number)
        {
            $output.checksum_type = Some(coverage.name().to_owned());
            answer!($output, algorithm, value);
        }
        describe_encryption!($output, &found.object.encryption);
        describe_lock!($output, &found.object.lock);
    }};
}

/// Reads the conditions of a read.
macro_rules! conditions {
    ($input:expr) => {
        ReadConditions {
            if_match: $input.if_match.as_deref(),
            if_none_match: $input.if_none_match.as_deref(),
            if_modified_since: $input.if_modified_since.map(Into::into),
            if_unmodified_since: $input.if_unmodified_since.map(Into::into),
        }
    };
}

/// The overrides of an answer's headers that a request asks for, checked.
macro_rules! check_overrides {
    ($cx:expr, $input:expr) => {
        let overrides = [
            ("response-cache-control", &$input.response_cache_control),
            ("response-content-disposition", &$input.response_content_disposition),
            ("response-content-encoding", &$input.response_content_encoding),
            ("response-content-language", &$input.response_content_language),
            ("response-content-type", &$input.response_content_type),
        ];
        let sent = overrides.iter().filter_map(|(name, value)| Some((*name, value.as_deref()?)));
        check_sent_overrides($cx, &sent.collect::<Vec<_>>(), $input.response_expires.is_some())?;
    };
}

/// Refuses overrides to whom nobody vouches for, as a link could lie about its content, and what no header can hold.
fn check_sent_overrides(cx: &Cx, sent: &[(&'static str, &str)], has_expires: bool) -> Result<(), Error> {
    if (!sent.is_empty() || has_expires) && cx.caller().is_anonymous() {
        return Err(Error::InvalidRequest(Refusal::OverridesOfAnonymous));
    }
    let in_latin_1 = |value: &str| value.chars().all(|character| u32::from(character) <= 0xff);
    match sent.iter().find(|(_, value)| !in_latin_1(value)) {
        Some((name, value)) => {
            Err(Error::InvalidArgument(Argument::ResponseHeader(name, (*value).to_owned())))
        }
        None => Ok(()),
    }
}

/// Reads `x-amz-checksum-mode`: the AWS SDK for C++ sends `enabled`, where the model has `ENABLED` alone.
pub(crate) fn shows_checksums(mode: Option<&str>) -> Result<bool, Error> {
    match mode {
        None => Ok(false),
        Some(mode) if mode.eq_ignore_ascii_case("ENABLED") => Ok(true),
        Some(_) => Err(Error::InvalidRequest(Refusal::ChecksumShown)),
    }
}

/// `GetObject`. Its bytes stay until they are read, whoever overwrites, deletes or moves them meanwhile.
pub(crate) async fn get(
    cx: Cx,
    _svc: Arc<S3>,
    input: api::GetObjectRequest,
    _body: BodyIn,
) -> Result<StreamAnswer<api::GetObjectOutput>, Error> {
    let cx = &cx;
    let reading = cx.world().blobs.reading();
    let key = key(input.key.clone())?;
    let owner = input.expected_bucket_owner.as_deref();
    let found = find(cx, input.bucket.as_deref(), owner, &key, input.version_id.as_deref(), "GET")?;
    check_overrides!(cx, input);
    found.check(cx, &conditions!(input))?;
    if !found.object.is_readable(cx.now()) {
        return Err(Error::InvalidObjectState(found.object.attributes.storage_class.name()));
    }
    let secret = found.object.encryption.open(&customer_headers!(input))?;
    let span = found.span(input.range.as_deref(), input.part_number)?;
    let mut output = api::GetObjectOutput::default();
    describe!(output, cx, &found, &span, input);
    let body = read::body(cx, reading, &found.pieces, &span, secret)?;
    Ok(StreamAnswer { output, body, status: span.partial.then_some(206) })
}

/// `HeadObject`: what GET would answer, without the bytes.
pub(crate) async fn head(
    cx: Cx,
    _svc: Arc<S3>,
    input: api::HeadObjectRequest,
    _body: BodyIn,
) -> Result<StreamAnswer<api::HeadObjectOutput>, Error> {
    let key = key(input.key.clone())?;
    let owner = input.expected_bucket_owner.as_deref();
    let found = find(&cx, input.bucket.as_deref(), owner, &key, input.version_id.as_deref(), "HEAD")?;
    check_overrides!(&cx, input);
    found.check(&cx, &conditions!(input))?;
    found.object.encryption.open(&customer_headers!(input))?;
    let span = found.span(input.range.as_deref(), input.part_number)?;
    let mut output = api::HeadObjectOutput::default();
    describe!(output, &cx, &found, &span, input);
    let status = span.partial.then_some(206);
    Ok(StreamAnswer { output, body: BodyOut::EMPTY, status })
}

/// Parts of one page at the most.
const MOST_PARTS: i32 = 1000;

/// `GetObjectAttributes`: only what is asked for.
pub(crate) fn attributes(
    cx: &Cx,
    _svc: &S3,
    input: api::GetObjectAttributesRequest,
) -> Result<api::GetObjectAttributesOutput, Error> {
    let key = key(input.key.clone())?;
    let owner = input.expected_bucket_owner.as_deref();
    let found = find(cx, input.bucket.as_deref(), owner, &key, input.version_id.as_deref(), "GET")?;
    found.object.encryption.open(&customer_headers!(input))?;
    let asked = input.object_attributes.clone().unwrap_or_default();
    let asks = |name: &str| asked.iter().any(|one| one == name);
    Ok(api::GetObjectAttributesOutput {
        delete_marker: None,
        last_modified: Some(found.row.written_at.whole_seconds().into()),
        version_id: found.shown_version(),
        request_charged: bucket::charged(cx, &found.bucket),
        // Alone among S3's answers this one has no quotes.
        e_tag: asks("ETag").then(|| found.object.e_tag.clone()),
        checksum: found.object.checksum.as_ref().filter(|_| asks("Checksum")).map(|checksum| {
            let mut shape = api::Checksum {
                checksum_type: Some(checksum.coverage.name().to_owned()),
                ..api::Checksum::default()
            };
            answer!(shape, checksum.algorithm, checksum.value.clone());
            shape
        }),
        object_parts: (asks("ObjectParts") && !found.parts.is_empty()).then(|| found.page_of_parts(&input)),
        storage_class: asks("StorageClass").then(|| found.object.attributes.storage_class.name().to_owned()),
        object_size: asks("ObjectSize").then(|| i64::try_from(found.object.size).unwrap_or(i64::MAX)),
    })
}

impl Found {
    /// How many parts there are; which, only where each has a checksum of its own.
    fn page_of_parts(&self, input: &api::GetObjectAttributesRequest) -> api::GetObjectAttributesParts {
        let mut shape = api::GetObjectAttributesParts {
            total_parts_count: i32::try_from(self.parts.len()).ok(),
            ..api::GetObjectAttributesParts::default()
        };
        let composite = |checksum: &&Checksum| checksum.coverage == Coverage::Composite;
        let Some(checksum) = self.object.checksum.as_ref().filter(composite) else { return shape };
        let marker = input.part_number_marker.unwrap_or(0);
        let limit = input.max_parts.unwrap_or(MOST_PARTS).clamp(0, MOST_PARTS);
        let after: Vec<&PartEntry> = self.parts.iter().filter(|part| part.number > marker).collect();
        let page = &after[..after.len().min(usize::try_from(limit).unwrap_or(0))];
        shape.part_number_marker = Some(marker);
        shape.next_part_number_marker = Some(page.last().map_or(0, |part| part.number));
        shape.max_parts = Some(limit);
        shape.is_truncated = Some(page.len() < after.len());
        let entry = |part: &&PartEntry| {
            let mut entry = api::ObjectPart {
                part_number: Some(part.number),
                size: i64::try_from(part.size).ok(),
                ..api::ObjectPart::default()
            };
            if let Some(value) = &part.checksum {
                answer!(entry, checksum.algorithm, value.clone());
            }
            entry
        };
        shape.parts = Some(page.iter().map(entry).collect());
        shape
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::bucket;
    use base::AccountId;
    use ports::{BodyOut, Caller, Cx};
    use shapes_s3 as api;
    use testkit::Local;

    fn root(s3: &Local) -> Cx {
        s3.cx(Caller::root(AccountId::DEFAULT, None), "us-east-1")
    }

    fn put(s3: &Local, body: &[u8]) {
        let (bucket, key) = (Some("bkt".to_owned()), Some("film".to_owned()));
        let input = api::PutObjectRequest { bucket, key, ..api::PutObjectRequest::default() };
        s3.stream_with::<api::PutObject>(&root(s3), input, body).unwrap();
    }

    fn get(s3: &Local) -> BodyOut {
        let (bucket, key) = (Some("bkt".to_owned()), Some("film".to_owned()));
        let input = api::GetObjectRequest { bucket, key, ..api::GetObjectRequest::default() };
        s3.unread::<api::GetObject>(&root(s3), input, &[]).unwrap().body
    }

    #[test]
    fn an_answer_that_has_begun_ends_with_the_bytes_it_began_with() {
        let s3 = bucket();
        let (old, new) = (vec![1; 900_000], vec![2; 800_000]);
        put(&s3, &old);
        let begun = get(&s3);
        put(&s3, &new);
        s3.settle();
        assert_eq!(s3.bytes(begun), old);
        assert_eq!(s3.bytes(get(&s3)), new);
    }
}
