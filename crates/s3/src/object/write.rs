//! Receiving bytes: stored and hashed in one pass.

use super::body_md5::{BodyMd5, Sum};
use super::record::Piece;
use crate::checksum::{Algorithm, Checksum, Claim, Coverage, Hasher, check_value};
use crate::encryption::Sealing;
use crate::encryption::customer::{Cipher, Nonce};
use crate::error::Error;
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use blob::Writer;
use bytes::Bytes;
use ports::{BodyIn, Cx};

/// Bytes of one PutObject or part at the most: 5 GiB.
pub(crate) const MOST_BYTES: u64 = 5 * 1024 * 1024 * 1024;

/// Bytes that were received.
pub(crate) struct Written {
    /// `None` for no bytes at all.
    pub(crate) piece: Option<Piece>,
    pub(crate) size: u64,
    /// Hexadecimal: the MD5, or under keys of KMS or the client's, digits that say nothing of the content.
    pub(crate) e_tag: String,
    /// The one that is stored.
    pub(crate) checksum: Checksum,
    /// The one the client vouched for, where it is of another algorithm.
    pub(crate) claimed: Option<(Algorithm, String)>,
}

impl Written {
    /// Gives the bytes back: the row that would have named them was refused.
    pub(crate) fn discard(self, cx: &Cx, error: Error) -> Error {
        match self.piece.map(|piece| cx.world().blobs.release(&piece.blob)) {
            Some(Err(failed)) => Error::Blob(failed),
            Some(Ok(())) | None => error,
        }
    }
}

/// What a body is held against, and how it is sealed.
pub(crate) struct Expected<'i> {
    pub(crate) claim: Option<Claim>,
    /// What the stored checksum is computed by.
    pub(crate) algorithm: Algorithm,
    pub(crate) content_md5: Option<&'i str>,
    /// How a refusal repeats it.
    pub(crate) shown: DigestForm,
    pub(crate) sealing: &'i Sealing,
}

/// How a refusal repeats the Content-MD5 that was claimed. Recorded: PutObject in hexadecimal, UploadPart as sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DigestForm {
    AsSent,
    Hexadecimal,
}

/// Takes a body in. Whatever is wrong with it, nothing of it stays.
pub(crate) async fn receive(cx: &Cx, mut body: BodyIn, expected: Expected<'_>) -> Result<Written, Error> {
    let mut intake = Intake::new(cx, expected)?;
    if let Some(announced) = body.announced_bytes.filter(|announced| *announced > MOST_BYTES) {
        return Err(Error::EntityTooLarge { proposed: announced, most: MOST_BYTES });
    }
    while let Some(piece) = body.next().await {
        intake.take(piece.map_err(|fault| Error::Body(Box::new(fault)))?).await?;
    }
    intake.finish(cx, body).await
}

/// A body on its way in: stored, hashed, and in the end held against what was claimed of it.
pub(crate) struct Intake {
    sink: Sink,
    /// The hash the client vouched for, where it is not the stored one.
    other: Option<(Algorithm, Hasher)>,
    claim: Option<Claim>,
    claimed_md5: Option<[u8; 16]>,
    shown: DigestForm,
}

impl Intake {
    pub(crate) fn new(cx: &Cx, expected: Expected<'_>) -> Result<Self, Error> {
        let Expected { claim, algorithm, content_md5, shown, sealing } = expected;
        let claimed_md5 = content_md5.map(digest).transpose()?;
        let other = claim.as_ref().map(|claim| claim.algorithm).filter(|claimed| *claimed != algorithm);
        let other = other.map(|algorithm| (algorithm, Hasher::new(algorithm)));
        Ok(Self { sink: Sink::new(cx, algorithm, sealing), other, claim, claimed_md5, shown })
    }

    pub(crate) async fn take(&mut self, piece: Bytes) -> Result<(), Error> {
        if let Some((_, hasher)) = &mut self.other {
            hasher.update(&piece);
        }
        self.sink.take(piece).await
    }

    /// Judges what came, and makes it durable. `body` has ended: its trailers are there.
    pub(crate) async fn finish(mut self, cx: &Cx, body: BodyIn) -> Result<Written, Error> {
        if body.announced_bytes.is_some_and(|announced| announced != self.sink.len()) {
            return Err(Error::IncompleteBody);
        }
        let (md5, value) = self.sink.digests().await?;
        if let Some(claimed) = self.claimed_md5.filter(|claimed| *claimed != md5) {
            return Err(Error::BadContentMd5 {
                expected: match self.shown {
                    DigestForm::AsSent => BASE64.encode(claimed),
                    DigestForm::Hexadecimal => hex::encode(claimed),
                },
                calculated: BASE64.encode(md5),
            });
        }
        let claimed = self.other.map(|(algorithm, hasher)| (algorithm, hasher.finish()));
        check_claim(self.claim, claimed.as_ref().map_or(&value, |(_, value)| value), &body)?;
        Ok(Written { claimed, ..self.sink.finish(cx, md5, value).await? })
    }
}

/// Stores and hashes bytes as they come.
pub(crate) struct Sink {
    writer: Writer,
    md5: BodyMd5,
    hasher: Hasher,
    algorithm: Algorithm,
    cipher: Option<(Nonce, Cipher)>,
    random_e_tag: bool,
}

impl Sink {
    pub(crate) fn new(cx: &Cx, algorithm: Algorithm, sealing: &Sealing) -> Self {
        let cipher = sealing.key.as_ref().map(|key| {
            let nonce = Nonce::new(cx.ids().bytes());
            (nonce, Cipher::new(key, nonce, 0))
        });
        Self {
            writer: cx.world().blobs.writer(),
            md5: BodyMd5::new(),
            hasher: Hasher::new(algorithm),
            algorithm,
            cipher,
            random_e_tag: !sealing.encryption.is_s3(),
        }
    }

    pub(crate) fn len(&self) -> u64 {
        self.writer.len()
    }

    pub(crate) async fn take(&mut self, bytes: Bytes) -> Result<(), Error> {
        self.hasher.update(&bytes);
        match &mut self.cipher {
            Some((_, cipher)) => {
                let mut sealed = bytes.to_vec();
                cipher.apply(&mut sealed);
                self.writer.write(&sealed)?;
            }
            None => self.writer.write(&bytes)?,
        }
        self.md5.take(bytes).await;
        if self.len() > MOST_BYTES {
            return Err(Error::EntityTooLarge { proposed: self.len(), most: MOST_BYTES });
        }
        Ok(())
    }

    /// The MD5 and the checksum of what was taken.
    pub(crate) async fn digests(&mut self) -> Result<(Sum, String), Error> {
        let hasher = std::mem::replace(&mut self.hasher, Hasher::new(self.algorithm));
        let md5 = std::mem::replace(&mut self.md5, BodyMd5::new());
        Ok((md5.finish().await?, hasher.finish()))
    }

    /// Makes the bytes durable.
    pub(crate) async fn finish(self, cx: &Cx, md5: Sum, value: String) -> Result<Written, Error> {
        let size = self.len();
        let nonce = self.cipher.map(|(nonce, _)| nonce);
        let e_tag = if self.random_e_tag { cx.ids().bytes::<16>() } else { md5 };
        let piece = match size {
            0 => None,
            _ => Some(Piece::whole(self.writer.finish().await?, nonce)),
        };
        let checksum = Checksum { algorithm: self.algorithm, coverage: Coverage::FullObject, value };
        Ok(Written { piece, size, e_tag: hex::encode(e_tag), checksum, claimed: None })
    }
}

fn check_claim(claim: Option<Claim>, computed: &str, body: &BodyIn) -> Result<(), Error> {
    let Some(Claim { algorithm, value }) = claim else { return Ok(()) };
    let claimed = match value {
        Some(value) => value,
        None => {
            let value = body.trailer(algorithm.header()).ok_or(Error::MalformedTrailer)?;
            check_value(algorithm, &value)?;
            value
        }
    };
    if claimed == computed { Ok(()) } else { Err(Error::BadChecksum(algorithm.name())) }
}

/// The 16 bytes of a Content-MD5.
pub(crate) fn digest(text: &str) -> Result<[u8; 16], Error> {
    let bytes = BASE64.decode(text).ok().and_then(|bytes| bytes.try_into().ok());
    bytes.ok_or_else(|| Error::InvalidDigest(text.to_owned()))
}
