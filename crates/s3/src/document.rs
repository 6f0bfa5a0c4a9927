//! Documents are held against the digests their senders vouch for, before anything of them is read.

use crate::checksum::{self, Algorithm, Claim, Hasher, Sent};
use crate::error::{Error, Refusal};
use crate::object::write::digest;
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use md5::{Digest, Md5};
use ports::Cx;
use shape::{Location, OperationMeta};

/// What S3 does not do for a document that nobody vouches for. The hash in the signature does not count.
const MUST_BE_VOUCHED_FOR: [&str; 4] =
    ["DeleteObjects", "PutObjectLegalHold", "PutObjectLockConfiguration", "PutObjectRetention"];

/// Holds `document` against `Content-MD5` and the one checksum header, where they are sent.
pub(crate) fn check(cx: &Cx, operation: &OperationMeta, document: &[u8]) -> Result<(), Error> {
    let head = cx.head();
    let md5 = head.header("content-md5").map(|text| digest(text).map(|bytes| (text, bytes))).transpose()?;
    let claim = if speaks_of_objects(operation) { None } else { claim(head)? };
    if md5.is_none() && claim.is_none() && MUST_BE_VOUCHED_FOR.contains(&operation.name) {
        return Err(Error::InvalidRequest(Refusal::DigestMissing));
    }
    if let Some((sent, claimed)) = md5 {
        let computed: [u8; 16] = Md5::digest(document).into();
        if claimed != computed {
            let (expected, calculated) = (sent.to_owned(), BASE64.encode(computed));
            return Err(Error::BadContentMd5 { expected, calculated });
        }
    }
    if let Some((algorithm, value)) = claim {
        let mut hasher = Hasher::new(algorithm);
        hasher.update(document);
        if hasher.finish() != value {
            return Err(Error::BadChecksum(algorithm.name()));
        }
    }
    Ok(())
}

/// Whether the checksum headers of an operation are about an object, not about its own body.
fn speaks_of_objects(operation: &OperationMeta) -> bool {
    let is_checksum = |wire: &str| wire.eq_ignore_ascii_case("x-amz-checksum-crc32");
    let mut fields = operation.input.fields.iter();
    fields.any(|field| field.location == Location::Header && is_checksum(field.wire))
}

fn claim(head: &wire::Head) -> Result<Option<(Algorithm, String)>, Error> {
    // Most requests have none: reading the names they have costs less than looking for ten.
    if !head.headers.keys().any(|name| name.as_str().starts_with(checksum::HEADERS)) {
        return Ok(None);
    }
    let sent = Sent { values: Algorithm::ALL.map(|algorithm| head.header(algorithm.header())) };
    let claim = sent.only()?;
    Ok(claim.and_then(|Claim { algorithm, value }| Some((algorithm, value?))))
}
