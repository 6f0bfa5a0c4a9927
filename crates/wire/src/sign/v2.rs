//! S3's Signature Version 2: HMAC-SHA1 of method, md5, type, date, amz headers and resource. boto3 presigns with
//! it by default against a custom endpoint.

use super::claim::{Claim, Scheme};
use super::{ChunkSigning, Unverified, Verified, equal};
use crate::Head;
use crate::route::{Hosts, S3Host};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use percent_encoding::percent_decode_str;
use sha1::Sha1;
use shape::Timestamp;
use std::collections::BTreeMap;

/// The query keys that are part of the resource.
const SUB_RESOURCES: [&str; 38] = [
    "accelerate",
    "acl",
    "analytics",
    "attributes",
    "cors",
    "delete",
    "encryption",
    "intelligent-tiering",
    "inventory",
    "legal-hold",
    "lifecycle",
    "location",
    "logging",
    "metrics",
    "notification",
    "object-lock",
    "ownershipControls",
    "partNumber",
    "policy",
    "policyStatus",
    "publicAccessBlock",
    "replication",
    "requestPayment",
    "response-cache-control",
    "response-content-disposition",
    "response-content-encoding",
    "response-content-language",
    "response-content-type",
    "response-expires",
    "restore",
    "retention",
    "select",
    "tagging",
    "torrent",
    "uploadId",
    "uploads",
    "versionId",
    "versioning",
];
/// Those that came last; kept apart so that the list above stays sorted.
const FURTHER: [&str; 2] = ["versions", "website"];

/// The last second of the year 9999, beyond which no answer could write a time.
const LAST_SECOND: i64 = 253_402_300_799;

/// Judges a SigV2 claim.
pub(crate) fn verify(
    claim: &Claim,
    head: &Head,
    secret: &str,
    now: Timestamp,
) -> Result<Verified, Unverified> {
    let date = match claim.scheme {
        Scheme::V2Query => {
            let end = claim.expires_seconds.filter(|end| (0..=LAST_SECOND).contains(end));
            let end = end.ok_or(Unverified::NoEpoch)?;
            let expires = Timestamp::from_millis(end * 1000);
            if now.millis > expires.millis {
                return Err(Unverified::Expired { expires, now, seconds: end });
            }
            end.to_string()
        }
        _ => {
            let at = claim.at().ok_or(Unverified::NoDate)?;
            if (now.millis - at.millis).abs() > super::SKEW_MILLIS {
                return Err(Unverified::Skewed { at, now });
            }
            // With x-amz-date the line of the date stays empty: it is among the amz headers.
            if head.headers.contains_key("x-amz-date") { String::new() } else { claim.date.clone() }
        }
    };
    let text = string_to_sign(head, &date);
    let mut mac = Hmac::<Sha1>::new_from_slice(secret.as_bytes()).expect("HMAC takes keys of any length");
    mac.update(text.as_bytes());
    let signature = STANDARD.encode(mac.finalize().into_bytes());
    if equal(&signature, &claim.signature) {
        Ok(Verified { seed: ChunkSigning::unsigned() })
    } else {
        Err(Unverified::Mismatch { canonical: String::new(), string_to_sign: text })
    }
}

fn string_to_sign(head: &Head, date: &str) -> String {
    let value = |name: &str| head.header(name).unwrap_or_default();
    let mut text = format!("{}\n{}\n{}\n{date}\n", head.method, value("content-md5"), value("content-type"));
    for (name, values) in amz_headers(head) {
        text.push_str(&format!("{name}:{}\n", values.join(",").trim()));
    }
    text.push_str(&resource(head));
    text
}

/// The `x-amz-` headers in order. Clients that presign put them into the query, where they count as headers.
fn amz_headers(head: &Head) -> BTreeMap<String, Vec<String>> {
    let mut headers: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, value) in head.headers.iter().filter(|(name, _)| name.as_str().starts_with("x-amz-")) {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        headers.entry(name.as_str().to_owned()).or_default().push(value);
    }
    for pair in head.query.as_deref().unwrap_or_default().split('&') {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let name = name.to_ascii_lowercase();
        if name.starts_with("x-amz-") && !headers.contains_key(&name) {
            let value = percent_decode_str(value).decode_utf8_lossy().into_owned();
            headers.insert(name, vec![value]);
        }
    }
    headers
}

/// The bucket of a virtual host, the raw path, and the sub-resources in order.
fn resource(head: &Head) -> String {
    let mut text = match Hosts::default().s3(head.routing_host()) {
        S3Host::Bucket(bucket) | S3Host::Website(bucket) => format!("/{bucket}"),
        S3Host::Account(_) | S3Host::Endpoint => String::new(),
    };
    let only_bucket = text.is_empty() && head.path.len() > 1 && !head.path[1..].contains('/');
    text.push_str(&head.path);
    // Clients sign a bucket in path style with the slash that they do not send.
    if only_bucket {
        text.push('/');
    }
    let mut parts: Vec<String> = Vec::new();
    for pair in head.query.as_deref().unwrap_or_default().split('&') {
        let (key, value) = pair.split_once('=').map_or((pair, None), |(key, value)| (key, Some(value)));
        if SUB_RESOURCES.contains(&key) || FURTHER.contains(&key) {
            match value {
                Some(value) if !value.is_empty() => {
                    parts.push(format!("{key}={}", percent_decode_str(value).decode_utf8_lossy()));
                }
                _ => parts.push(key.to_owned()),
            }
        }
    }
    parts.sort();
    if !parts.is_empty() {
        text.push('?');
        text.push_str(&parts.join("&"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::verify;
    use crate::Head;
    use crate::sign::{Unverified, identify, refuse};
    use http::Method;
    use shape::{Protocol, Timestamp};

    #[test]
    fn an_end_beyond_all_years_is_refused_and_not_computed_with() {
        for (end, want) in [
            ("1", "Request has expired"),
            ("-9223372036854775808", "Invalid date (should be seconds since epoch): -9223372036854775808"),
            ("9223372036854775807", "Invalid date (should be seconds since epoch): 9223372036854775807"),
            ("soon", "Invalid date (should be seconds since epoch): soon"),
        ] {
            let head = Head::new(Method::GET, &format!("/b/k?AWSAccessKeyId=k&Signature=s&Expires={end}"));
            let claim = identify(&head).unwrap().unwrap();
            let outcome = verify(&claim, &head, "secret", Timestamp::from_millis(1_767_225_600_000));
            let unverified: Unverified = outcome.err().unwrap();
            assert_eq!(refuse(&unverified, &claim, Protocol::RestXml).message.as_deref(), Some(want));
        }
    }
}
