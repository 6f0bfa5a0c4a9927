//! S3's second id of a request.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use sha2::{Digest, Sha256};

/// `x-amz-id-2` of the request with this id: 76 characters of base64. Answers and notifications agree on it.
pub fn s3_host_id(request_id: &str) -> String {
    // SHA-256, twice: processors have instructions for it, and every answer of S3 has such an id.
    let mut bytes = [0; 56];
    let (first, second) = bytes.split_at_mut(32);
    first.copy_from_slice(&Sha256::digest(request_id));
    second.copy_from_slice(&Sha256::digest(&*first)[..24]);
    BASE64.encode(bytes)
}
