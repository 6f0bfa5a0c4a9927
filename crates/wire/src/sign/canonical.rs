//! The canonical request of SigV4, rebuilt from what arrived.

use super::claim::{Claim, Payload, Scheme, payload};
use super::sha256_hex;
use crate::Head;
use percent_encoding::percent_decode_str;
use std::fmt::Write;

/// The key of a presigned URL that cannot be signed itself.
const SIGNATURE: &str = "X-Amz-Signature";

/// A canonical request.
pub struct Canonical {
    /// Its text, which S3's error answer shows.
    pub text: String,
}

impl Canonical {
    /// Rebuilds the canonical request. A signed header that did not arrive is empty in it, which no signer writes.
    pub fn of(claim: &Claim, head: &Head, body_sha256: Option<&str>) -> Self {
        let unsigned: &[&str] = if claim.scheme == Scheme::V4Query { &[SIGNATURE] } else { &[] };
        Self::leaving_out(unsigned, claim, head, body_sha256)
    }

    /// The same for a presigned URL whose session token was added after signing.
    pub(super) fn without_token(claim: &Claim, head: &Head, body_sha256: Option<&str>) -> Self {
        Self::leaving_out(&[SIGNATURE, "X-Amz-Security-Token"], claim, head, body_sha256)
    }

    fn leaving_out(unsigned: &[&str], claim: &Claim, head: &Head, body_sha256: Option<&str>) -> Self {
        let s3 = is_s3(&claim.scope.service);
        let mut text = String::with_capacity(512);
        text.push_str(head.method.as_str());
        text.push('\n');
        text.push_str(&canonical_path(&head.path, s3));
        text.push('\n');
        text.push_str(&canonical_query(head.query.as_deref().unwrap_or_default(), unsigned));
        text.push('\n');
        for name in &claim.signed_headers {
            header(&mut text, head, name);
        }
        text.push('\n');
        for (index, name) in claim.signed_headers.iter().enumerate() {
            text.push_str(if index == 0 { "" } else { ";" });
            text.push_str(name);
        }
        text.push('\n');
        text.push_str(&payload_hash(claim, head, body_sha256, s3));
        Self { text }
    }

    /// What is signed in the end.
    pub fn string_to_sign(&self, claim: &Claim) -> String {
        let hash = sha256_hex(self.text.as_bytes());
        ["AWS4-HMAC-SHA256\n", &claim.date, "\n", &claim.scope.text(), "\n", &hash].concat()
    }
}

/// The services whose paths are signed as S3 signs them.
fn is_s3(service: &str) -> bool {
    matches!(service, "s3" | "s3express" | "s3-outposts" | "s3-object-lambda")
}

/// S3 decodes once and encodes once; the others normalise the raw path and encode it again.
fn canonical_path(raw: &str, s3: bool) -> String {
    if s3 {
        let decoded: Vec<u8> = percent_decode_str(raw).collect();
        return encode(&decoded, true);
    }
    let mut segments: Vec<&str> = Vec::new();
    for segment in raw.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop();
            }
            segment => segments.push(segment),
        }
    }
    let mut path = format!("/{}", segments.join("/"));
    let ends_open = raw.ends_with('/') || raw.ends_with("/.") || raw.ends_with("/..");
    if ends_open && path.len() > 1 {
        path.push('/');
    }
    encode(path.as_bytes(), true)
}

/// Decoded (`+` stays), encoded, sorted by key and value, without the `unsigned` keys.
fn canonical_query(raw: &str, unsigned: &[&str]) -> String {
    let recode = |text: &str| {
        let decoded: Vec<u8> = percent_decode_str(text).collect();
        encode(&decoded, false)
    };
    let mut pairs: Vec<(String, String)> = raw
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .filter(|(key, _)| !unsigned.contains(key))
        .map(|(key, value)| (recode(key), recode(value)))
        .collect();
    pairs.sort();
    let mut text = String::new();
    for (index, (key, value)) in pairs.iter().enumerate() {
        let separator = if index == 0 { "" } else { "&" };
        write!(text, "{separator}{key}={value}").expect("writing to a String cannot fail");
    }
    text
}

/// One signed header: values trimmed, runs of spaces folded, repetitions joined.
fn header(text: &mut String, head: &Head, name: &str) {
    text.push_str(name);
    text.push(':');
    if name == "host" {
        text.push_str(head.host.trim());
        text.push('\n');
        return;
    }
    for (index, value) in head.headers.get_all(name).iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        let value = String::from_utf8_lossy(value.as_bytes());
        let mut words = value.split([' ', '\t']).filter(|word| !word.is_empty());
        if let Some(first) = words.next() {
            text.push_str(first);
        }
        for word in words {
            text.push(' ');
            text.push_str(word);
        }
    }
    text.push('\n');
}

/// The headers that S3 wants signed and that are not: `host`, `content-md5`, and whatever is called `x-amz-`. A session
/// token may be added after signing, and a URL's body is not vouched for.
pub(super) fn not_signed(claim: &Claim, head: &Head) -> Vec<String> {
    if !is_s3(&claim.scope.service) {
        return Vec::new();
    }
    let is_signed = |name: &str| claim.signed_headers.iter().any(|signed| signed == name);
    let is_free = |name: &str| {
        name == "x-amz-security-token" || claim.scheme == Scheme::V4Query && name == "x-amz-content-sha256"
    };
    let host = (!is_signed("host")).then_some("host");
    let sent = head.headers.keys().map(http::HeaderName::as_str);
    let is_wanted = |name: &str| name == "content-md5" || name.starts_with("x-amz-");
    let sent = sent.filter(|name| is_wanted(name) && !is_signed(name) && !is_free(name));
    host.into_iter().chain(sent).map(str::to_owned).collect()
}

fn payload_hash(claim: &Claim, head: &Head, body_sha256: Option<&str>, s3: bool) -> String {
    if claim.scheme == Scheme::V4Query && s3 {
        // A presigned URL signs no body, unless the client signed the header too.
        return match head.header("x-amz-content-sha256") {
            Some(value) if claim.signed_headers.iter().any(|name| name == "x-amz-content-sha256") => {
                value.to_owned()
            }
            _ => "UNSIGNED-PAYLOAD".to_owned(),
        };
    }
    match (payload(head), head.header("x-amz-content-sha256")) {
        (Payload::Absent, _) | (_, None) => body_sha256.map_or_else(|| sha256_hex(b""), str::to_owned),
        // A body that has been read speaks for itself: the header may claim the hash of another.
        (Payload::Sha256(claimed), _) => body_sha256.map_or_else(|| claimed.into_owned(), str::to_owned),
        (_, Some(value)) => value.to_owned(),
    }
}

/// Percent-encodes everything but the unreserved characters, and slashes where asked.
pub fn uri_encode(text: &str, keep_slash: bool) -> String {
    encode(text.as_bytes(), keep_slash)
}

fn encode(bytes: &[u8], keep_slash: bool) -> String {
    let mut text = String::with_capacity(bytes.len() + 8);
    for &byte in bytes {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                text.push(char::from(byte))
            }
            b'/' if keep_slash => text.push('/'),
            byte => write!(text, "%{byte:02X}").expect("writing to a String cannot fail"),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{canonical_path, canonical_query};

    #[test]
    fn s3_paths_are_kept_and_others_normalised() {
        for (raw, s3, other) in [
            ("/", "/", "/"),
            ("/a//b", "/a//b", "/a/b"),
            ("/a/%2Fb", "/a//b", "/a/%252Fb"),
            ("/a/../b", "/a/../b", "/b"),
            ("/a%20b/", "/a%20b/", "/a%2520b/"),
            ("/é", "/%C3%A9", "/%C3%A9"),
            ("/./", "/./", "/"),
        ] {
            assert_eq!(
                (canonical_path(raw, true).as_str(), canonical_path(raw, false).as_str()),
                (s3, other)
            );
        }
    }

    #[test]
    fn queries_are_sorted_and_encoded_once() {
        for (raw, want) in [
            ("b=2&a=1", "a=1&b=2"),
            ("a&b=", "a=&b="),
            ("a=%7E&a=x%20y", "a=x%20y&a=~"),
            ("X-Amz-Signature=1&p=+", "p=%2B"),
            ("", ""),
        ] {
            assert_eq!(canonical_query(raw, &["X-Amz-Signature"]), want);
        }
    }
}
