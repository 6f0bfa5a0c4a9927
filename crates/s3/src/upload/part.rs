//! UploadPart: a part that is sent again takes the place of the one before.

use super::find;
use super::record::{self, PartRow, UploadRow};
use crate::S3;
use crate::bucket;
use crate::bucket::record::BucketRow;
use crate::checksum::{Algorithm, Checksum, answer, check_algorithm, sent};
use crate::encryption::customer::CustomerHeaders;
use crate::encryption::{Encryption, Sealing, describe_encryption};
use crate::error::{Argument, Error, Refusal};
use crate::object::record::Piece;
use crate::object::write::{self, DigestForm, Expected, Written};
use crate::object::{key, quoted, share};
use blob::BlobRef;
use ports::{BodyIn, Cx, StreamAnswer};
use shapes_s3 as api;
use std::sync::Arc;
use store::Tx;

/// The place of a part: its upload, and how the upload seals.
pub(super) struct Upload {
    pub(super) bucket: Arc<BucketRow>,
    pub(super) key: String,
    pub(super) row: Arc<UploadRow>,
    pub(super) number: i32,
    pub(super) sealing: Sealing,
}

/// A part that came in.
pub(super) struct NewPart {
    pub(super) size: u64,
    pub(super) e_tag: String,
    pub(super) checksum: Checksum,
}

impl NewPart {
    pub(super) fn of(written: &Written) -> Self {
        Self { size: written.size, e_tag: written.e_tag.clone(), checksum: written.checksum.clone() }
    }
}

/// What a request says of the place of a part.
pub(super) struct Place<'i> {
    pub(super) bucket: Option<&'i str>,
    pub(super) owner: Option<&'i str>,
    pub(super) key: Option<&'i str>,
    pub(super) upload_id: Option<&'i str>,
    pub(super) number: Option<i32>,
    pub(super) customer: CustomerHeaders<'i>,
}

/// Reads the members of a request that name the place of a part.
macro_rules! place {
    ($input:expr) => {
        $crate::upload::part::Place {
            bucket: $input.bucket.as_deref(),
            owner: $input.expected_bucket_owner.as_deref(),
            key: $input.key.as_deref(),
            upload_id: $input.upload_id.as_deref(),
            number: $input.part_number,
            customer: $crate::encryption::customer_headers!($input),
        }
    };
}
pub(super) use place;

impl Upload {
    /// Finds the upload a part is for, and the key it is sealed by.
    pub(super) fn of(cx: &Cx, place: &Place<'_>) -> Result<Self, Error> {
        let bucket = bucket::resolve_paid(cx, place.bucket, place.owner)?;
        let key = key(place.key.map(str::to_owned))?;
        let upload_id = place.upload_id.unwrap_or_default();
        let number = place.number.unwrap_or(0);
        let sent = &place.customer;
        if !(1..=10_000).contains(&number) {
            return Err(Error::InvalidArgument(Argument::PartNumber(number.to_string())));
        }
        let row =
            cx.read(|view| view.paged::<UploadRow>().get(&record::text(&bucket.id, &key, upload_id)))?;
        let row = row.ok_or_else(|| Error::NoSuchUpload(upload_id.to_owned()))?;
        let key_of_part = match &row.encryption {
            Encryption::Customer(_) if !sent.are_there() => {
                return Err(Error::InvalidRequest(Refusal::PartKeyMissing));
            }
            Encryption::Customer(kept) => {
                let key = sent.key()?;
                if !kept.is(&key) {
                    return Err(Error::InvalidRequest(Refusal::PartKeyOther));
                }
                Some(key)
            }
            Encryption::S3 | Encryption::Kms(_) => {
                sent.refuse_on_plain()?;
                None
            }
        };
        let sealing = Sealing { encryption: row.encryption.clone(), key: key_of_part };
        Ok(Self { bucket, key, row, number, sealing })
    }

    /// Stores the part; answers what the one before it gives back.
    pub(super) fn put(&self, tx: &mut Tx, part: &NewPart, pieces: Vec<Piece>) -> Result<Vec<BlobRef>, Error> {
        let (bucket, upload_id) = (&self.row.bucket, &self.row.upload_id);
        let mut freed = Vec::new();
        let before = tx.paged::<PartRow>().get(&record::part_text(bucket, upload_id, self.number))?;
        if let Some(before) = before {
            share::give_up(tx, &before.pieces, &mut freed)?;
        }
        let written_at = tx.now();
        tx.paged::<PartRow>().put(PartRow {
            bucket: bucket.clone(),
            upload_id: upload_id.clone(),
            number: self.number,
            size: part.size,
            e_tag: part.e_tag.clone(),
            algorithm: part.checksum.algorithm,
            checksum: part.checksum.value.clone(),
            written_at,
            pieces,
        });
        Ok(freed)
    }
}

/// `UploadPart`.
pub(crate) async fn put_part(
    cx: Cx,
    svc: Arc<S3>,
    input: api::UploadPartRequest,
    body: BodyIn,
) -> Result<StreamAnswer<api::UploadPartOutput>, Error> {
    let upload = Upload::of(&cx, &place!(input))?;
    check_algorithm(input.checksum_algorithm.as_deref())?;
    let claim = sent!(input).claim(cx.head())?;
    if let (Some(claim), Some(expected)) = (&claim, upload.row.algorithm)
        && claim.algorithm != expected
    {
        let (expected, actual) = (expected.lower(), claim.algorithm.lower());
        return Err(Error::InvalidRequest(Refusal::PartAlgorithm { expected, actual }));
    }
    let expected = Expected {
        claim,
        algorithm: upload.row.algorithm.unwrap_or(Algorithm::Crc64Nvme),
        content_md5: input.content_md5.as_deref(),
        shown: DigestForm::AsSent,
        sealing: &upload.sealing,
    };
    let written = write::receive(&cx, body, expected).await?;
    let part = NewPart::of(&written);
    let outcome = cx.write(|tx| {
        let bucket = bucket::again(tx, &upload.bucket)?;
        find(tx, &bucket, &upload.key, &upload.row.upload_id)?;
        upload.put(tx, &part, written.piece.into_iter().collect())
    });
    let freed = match outcome {
        Ok(freed) => freed,
        Err(error) => return Err(written.discard(&cx, error)),
    };
    svc.release(&cx, freed).await?;
    let mut output = api::UploadPartOutput {
        e_tag: Some(quoted(&part.e_tag)),
        request_charged: bucket::charged(&cx, &upload.bucket),
        ..api::UploadPartOutput::default()
    };
    describe_encryption!(output, &upload.sealing.encryption);
    let (algorithm, value) = written.claimed.unwrap_or((part.checksum.algorithm, part.checksum.value));
    answer!(output, algorithm, value);
    Ok(StreamAnswer::plain(output))
}
