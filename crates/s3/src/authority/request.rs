//! What a request itself tells of a call: the keys of its signature, the version it names, and which actions are about
//! an object that is there.

use base::Clock;
use http::Method;
use percent_encoding::percent_decode_str;
use ports::Cx;
use wire::sign::{self, Scheme};

/// Whether an action is part of making a bucket: the caller's account decides, whoever has the name already.
pub(super) fn makes_bucket(cx: &Cx, action: &str) -> bool {
    const OF_OTHERS: [&str; 4] = ["acl", "versioning", "object-lock", "ownershipControls"];
    let head = cx.head();
    match action.strip_prefix("s3:").unwrap_or_default() {
        "CreateBucket" => true,
        "PutBucketAcl"
        | "PutBucketVersioning"
        | "PutBucketObjectLockConfiguration"
        | "PutBucketOwnershipControls" => {
            head.method == Method::PUT && !OF_OTHERS.iter().any(|name| parameter(cx, name).is_some())
        }
        "TagResource" => head.method == Method::PUT && head.header("x-amz-account-id").is_none(),
        _ => false,
    }
}

/// Whether an action is about an object that is there: its tags may decide.
/// Source: Service Authorization Reference, Amazon S3, `s3:ExistingObjectTag`.
pub(super) fn concerns_object(cx: &Cx, action: &str) -> bool {
    let name = action.strip_prefix("s3:").unwrap_or_default();
    name.starts_with("GetObject")
        || is_of_owner(cx, action)
        || matches!(
            name,
            "PutObjectTagging"
                | "PutObjectVersionTagging"
                | "DeleteObjectTagging"
                | "DeleteObjectVersionTagging"
                | "RestoreObject"
        )
}

/// Whether an action is the object owner's to allow; all others are the bucket owner's.
pub(super) fn is_of_owner(cx: &Cx, action: &str) -> bool {
    match action.strip_prefix("s3:").unwrap_or_default() {
        "GetObject"
        | "GetObjectVersion"
        | "GetObjectAcl"
        | "GetObjectVersionAcl"
        | "GetObjectAttributes"
        | "GetObjectVersionAttributes" => true,
        // An ACL that comes with a write is a new object's, whatever is there now.
        "PutObjectAcl" | "PutObjectVersionAcl" => parameter(cx, "acl").is_some(),
        _ => false,
    }
}

/// The version a request names, of what it is about or of what it copies.
pub(super) fn version_id(cx: &Cx) -> Option<String> {
    let own = parameter(cx, "versionId");
    own.or_else(|| {
        let source = cx.head().header("x-amz-copy-source")?;
        source.split_once("?versionId=").map(|(_, id)| id.to_owned())
    })
}

/// A parameter of the query, decoded.
fn parameter(cx: &Cx, wanted: &str) -> Option<String> {
    let query = cx.head().query.as_deref()?;
    let mut pairs = query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    let (_, value) = pairs.find(|(name, _)| *name == wanted)?;
    Some(percent_decode_str(value).decode_utf8_lossy().into_owned())
}

/// `s3:authType`, `s3:signatureversion`, `s3:signatureAge` and `s3:x-amz-content-sha256`, as far as they are there.
/// Source: Amazon S3 API Reference, "Amazon S3 Signature Version 4 authentication specific policy keys".
pub(super) fn keys(cx: &Cx) -> Vec<(String, Vec<String>)> {
    let mut keys = Vec::new();
    let mut key = |name: &str, value: String| keys.push((format!("s3:{name}"), vec![value]));
    if let Some(claim) = sign::identify(cx.head()).ok().flatten() {
        let (kind, version) = match claim.scheme {
            Scheme::V4Header => ("REST-HEADER", "AWS4-HMAC-SHA256"),
            Scheme::V4aHeader => ("REST-HEADER", "AWS4-ECDSA-P256-SHA256"),
            Scheme::V2Header => ("REST-HEADER", "AWS"),
            Scheme::V4Query => ("REST-QUERY-STRING", "AWS4-HMAC-SHA256"),
            Scheme::V2Query => ("REST-QUERY-STRING", "AWS"),
        };
        key("authType", kind.to_owned());
        key("signatureversion", version.to_owned());
        // Links are signed by real clocks, as requests are.
        if let (Scheme::V4Query, Some(at)) = (claim.scheme, claim.at()) {
            key("signatureAge", (Clock::machine().millis - at.millis).to_string());
        }
    }
    if let Some(hash) = cx.head().header("x-amz-content-sha256") {
        key("x-amz-content-sha256", hash.to_owned());
    }
    keys
}
