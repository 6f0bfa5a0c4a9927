//! Receiving bytes: stored and hashed in one pass.

use crate::checksum::{Algorithm, Checksum, Claim, Coverage, Hasher, check_value};
use crate::error::Error;
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use blob::BlobRef;
use md5::{Digest, Md5};
use ports::{BodyIn, Cx};

/// Bytes of one PutObject or part at the most: 5 GiB.
pub(crate) const MOST_BYTES: u64 = 5 * 1024 * 1024 * 1024;

/// How a refusal repeats the Content-MD5 that was claimed. Recorded: PutObject in hexadecimal, UploadPart as sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DigestForm {
    AsSent,
    Hexadecimal,
}

/// What a body is held against.
pub(crate) struct Terms<'i> {
    /// The checksum that was sent or promised.
    pub(crate) claim: Option<Claim>,
    /// What is computed where none was.
    pub(crate) algorithm: Algorithm,
    /// `Content-MD5`.
    pub(crate) content_md5: Option<&'i str>,
    /// How a refusal repeats it.
    pub(crate) shown: DigestForm,
}

/// Bytes that were received.
pub(crate) struct Written {
    /// `None` for no bytes at all.
    pub(crate) blob: Option<BlobRef>,
    pub(crate) size: u64,
    /// Hexadecimal.
    pub(crate) md5: String,
    pub(crate) checksum: Checksum,
}

/// Takes a body in. Whatever is wrong with it, nothing of it stays.
pub(crate) async fn receive(cx: &Cx, mut body: BodyIn, terms: Terms<'_>) -> Result<Written, Error> {
    let Terms { claim, algorithm, content_md5, shown } = terms;
    let claimed_md5 = content_md5.map(digest).transpose()?;
    if let Some(announced) = body.announced_bytes.filter(|announced| *announced > MOST_BYTES) {
        return Err(Error::EntityTooLarge { proposed: announced, most: MOST_BYTES });
    }
    let algorithm = claim.as_ref().map_or(algorithm, |claim| claim.algorithm);
    let mut md5 = Md5::new();
    let mut hasher = Hasher::new(algorithm);
    let mut writer = cx.world().blobs.writer();
    while let Some(piece) = body.next().await {
        let piece = piece.map_err(|fault| Error::Body(Box::new(fault)))?;
        md5.update(&piece);
        hasher.update(&piece);
        writer.write(&piece)?;
        if writer.len() > MOST_BYTES {
            return Err(Error::EntityTooLarge { proposed: writer.len(), most: MOST_BYTES });
        }
    }
    let size = writer.len();
    if body.announced_bytes.is_some_and(|announced| announced != size) {
        return Err(Error::IncompleteBody);
    }
    let md5: [u8; 16] = md5.finalize().into();
    if let Some(claimed) = claimed_md5.filter(|claimed| *claimed != md5) {
        return Err(Error::BadContentMd5 {
            expected: match shown {
                DigestForm::AsSent => BASE64.encode(claimed),
                DigestForm::Hexadecimal => hex::encode(claimed),
            },
            calculated: BASE64.encode(md5),
        });
    }
    let value = hasher.finish();
    check_claim(claim, &value, &body)?;
    let blob = if size == 0 { None } else { Some(writer.finish().await?) };
    let checksum = Checksum { algorithm, coverage: Coverage::FullObject, value };
    Ok(Written { blob, size, md5: hex::encode(md5), checksum })
}

fn check_claim(claim: Option<Claim>, computed: &str, body: &BodyIn) -> Result<(), Error> {
    let Some(Claim { algorithm, value }) = claim else { return Ok(()) };
    let claimed = match value {
        Some(value) => value,
        None => {
            let name = format!("x-amz-checksum-{}", algorithm.lower());
            let value = body.trailer(&name).ok_or(Error::MalformedTrailer)?;
            check_value(algorithm, &value)?;
            value
        }
    };
    if claimed == computed { Ok(()) } else { Err(Error::BadChecksum(algorithm.name())) }
}

/// The 16 bytes of a Content-MD5.
fn digest(text: &str) -> Result<[u8; 16], Error> {
    let bytes = BASE64.decode(text).ok().and_then(|bytes| bytes.try_into().ok());
    bytes.ok_or_else(|| Error::InvalidDigest(text.to_owned()))
}
