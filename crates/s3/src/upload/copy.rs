//! UploadPartCopy: a part out of another object's bytes, by reference. They are read once, for their hashes.

use super::find;
use super::part::{NewPart, Upload, place};
use crate::S3;
use crate::authority;
use crate::bucket;
use crate::checksum::{Algorithm, Checksum, Coverage, answer};
use crate::encryption::customer::CustomerHeaders;
use crate::encryption::describe_encryption;
use crate::error::{Error, Refusal};
use crate::object::condition::ReadConditions;
use crate::object::read::Pieces;
use crate::object::record::{ObjectRow, Piece};
use crate::object::share::ManifestRow;
use crate::object::source::{self, ATTEMPTS, Source};
use crate::object::write::MOST_BYTES;
use crate::object::{quoted, version};
use ports::{BodyIn, Cx, StreamAnswer};
use shapes_s3 as api;
use std::sync::Arc;

/// `UploadPartCopy`.
pub(crate) async fn copy_part(
    cx: Cx,
    svc: Arc<S3>,
    input: api::UploadPartCopyRequest,
    _body: BodyIn,
) -> Result<StreamAnswer<api::UploadPartCopyOutput>, Error> {
    let mut outcome = copy_once(&cx, &svc, &input).await;
    for _ in 1..ATTEMPTS {
        // The source was overwritten, or its bytes moved, between its reading and the commit.
        let Err(Error::OperationAborted) = outcome else { break };
        outcome = copy_once(&cx, &svc, &input).await;
    }
    outcome.map(StreamAnswer::plain)
}

async fn copy_once(
    cx: &Cx,
    svc: &S3,
    input: &api::UploadPartCopyRequest,
) -> Result<api::UploadPartCopyOutput, Error> {
    let reading = cx.world().blobs.reading();
    let upload = Upload::of(cx, &place!(input))?;
    let source = Source::parse(input.copy_source.as_deref())?;
    let from = bucket::resolve_paid(cx, Some(&source.bucket), input.expected_source_bucket_owner.as_deref())?;
    authority::ask_for_source(cx, &source, &from)?;
    let range = input.copy_source_range.as_deref();
    let conditions = ReadConditions {
        if_match: input.copy_source_if_match.as_deref(),
        if_none_match: input.copy_source_if_none_match.as_deref(),
        if_modified_since: input.copy_source_if_modified_since.map(Into::into),
        if_unmodified_since: input.copy_source_if_unmodified_since.map(Into::into),
    };
    let found = cx.read(|view| {
        let row = source.find(&view.paged::<ObjectRow>(), &from)?;
        let object = version::object(&row, None, "PUT")?;
        source::check(&conditions, &from, &row, object, cx.now())?;
        if !object.is_readable(cx.now()) {
            return Err(Error::SourceNotActive);
        }
        let all = source::pieces(&view.paged::<ManifestRow>(), object)?;
        Ok((row, source::cut(&all, range)?))
    });
    let (row, pieces) = found.map_err(|error| authority::untold(cx, &from, error))?;
    if pieces.iter().map(|piece| piece.length).sum::<u64>() > MOST_BYTES {
        return Err(Error::InvalidRequest(Refusal::CopyTooLarge));
    }
    let secret = version::object(&row, None, "PUT")?.encryption.open(&CustomerHeaders {
        algorithm: input.copy_source_sse_customer_algorithm.as_deref(),
        key: input.copy_source_sse_customer_key.as_deref(),
        md5: input.copy_source_sse_customer_key_md5.as_deref(),
    })?;
    let algorithm = upload.row.algorithm.unwrap_or(Algorithm::Crc64Nvme);
    let (part, sealed) = if secret.is_some() || upload.sealing.key.is_some() {
        let bytes = Pieces::new(cx, reading, &pieces, secret);
        let written = source::seal_anew(cx, bytes, algorithm, &upload.sealing).await?;
        (NewPart::of(&written), written.piece)
    } else {
        let bytes = Pieces::new(cx, reading, &pieces, None);
        let (md5, value) = source::hash(bytes, algorithm).await?;
        let e_tag = if upload.sealing.encryption.is_s3() { md5 } else { hex::encode(cx.ids().bytes::<16>()) };
        let size = pieces.iter().map(|piece| piece.length).sum();
        let checksum = Checksum { algorithm, coverage: Coverage::FullObject, value };
        (NewPart { size, e_tag, checksum }, None)
    };
    let outcome = cx.write(|tx| {
        let (from, bucket) = (bucket::again(tx, &from)?, bucket::again(tx, &upload.bucket)?);
        find(tx, &bucket, &upload.key, &upload.row.upload_id)?;
        let row = source.find(&tx.paged::<ObjectRow>(), &from)?;
        let pieces: Vec<Piece> = match sealed {
            Some(piece) => vec![piece],
            None => source::share_pieces(tx, &row, range, &pieces)?,
        };
        Ok((upload.put(tx, &part, pieces)?, row.version_id.clone().filter(|_| from.had_versions())))
    });
    let (freed, source_version) = match outcome {
        Ok(done) => done,
        Err(error) => {
            if let Some(piece) = sealed {
                cx.world().blobs.release(&piece.blob)?;
            }
            return Err(error);
        }
    };
    svc.release(cx, freed).await?;
    let mut result = api::CopyPartResult {
        e_tag: Some(quoted(&part.e_tag)),
        last_modified: Some(cx.now().whole_seconds().into()),
        ..api::CopyPartResult::default()
    };
    if upload.row.algorithm.is_some() {
        answer!(result, algorithm, part.checksum.value);
    }
    let mut output = api::UploadPartCopyOutput {
        copy_part_result: Some(result),
        copy_source_version_id: source_version,
        request_charged: bucket::charged(cx, &upload.bucket).or_else(|| bucket::charged(cx, &from)),
        ..api::UploadPartCopyOutput::default()
    };
    describe_encryption!(output, &upload.sealing.encryption);
    Ok(output)
}
