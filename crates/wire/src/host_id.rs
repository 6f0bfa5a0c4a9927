//! S3's second id of a request.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use sha2::{Digest, Sha512};

/// `x-amz-id-2` of the request with this id: 76 characters of base64. Answers and notifications agree on it.
pub fn s3_host_id(request_id: &str) -> String {
    BASE64.encode(&Sha512::digest(request_id)[..56])
}
