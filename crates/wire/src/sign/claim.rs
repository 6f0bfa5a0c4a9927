//! What a request says of its signer.

use super::date;
use crate::codec::timestamp;
use crate::{Fault, Head, sender};
use percent_encoding::percent_decode_str;
use shape::{Timestamp, TimestampFormat};
use std::borrow::Cow;

/// How a request is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// SigV4 in the Authorization header.
    V4Header,
    /// SigV4 in the query: a presigned URL.
    V4Query,
    /// SigV4a in the Authorization header.
    V4aHeader,
    /// S3's SigV2 in the Authorization header.
    V2Header,
    /// S3's SigV2 in the query.
    V2Query,
}

/// `date/region/service/aws4_request`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CredentialScope {
    /// `20261124`.
    pub date: String,
    /// The Region; none in SigV4a and SigV2.
    pub region: Option<String>,
    /// The service's signing name.
    pub service: String,
}

impl CredentialScope {
    /// The scope's text, as it is signed.
    pub fn text(&self) -> String {
        match &self.region {
            Some(region) => [&self.date, "/", region, "/", &self.service, "/aws4_request"].concat(),
            None => [&self.date, "/", &self.service, "/aws4_request"].concat(),
        }
    }
}

/// A signed request's claim.
#[derive(Clone, Debug)]
pub struct Claim {
    /// How it is signed.
    pub scheme: Scheme,
    /// With which key.
    pub access_key_id: String,
    /// For what.
    pub scope: CredentialScope,
    /// The headers that are signed, in the order given.
    pub signed_headers: Vec<String>,
    /// The signature, as sent.
    pub signature: String,
    /// `x-amz-security-token`, header or query.
    pub session_token: Option<String>,
    /// `x-amz-date`, else `Date`; SigV4 signs the basic form whichever was sent. `Expires` of a SigV2 URL.
    pub date: String,
    /// Life of a presigned URL in seconds (SigV2: the epoch second it ends at).
    pub expires_seconds: Option<i64>,
}

impl Claim {
    /// The time of signing.
    pub fn at(&self) -> Option<Timestamp> {
        moment(&self.date)
    }
}

fn moment(text: &str) -> Option<Timestamp> {
    date::parse_basic(text).or_else(|| timestamp::parse(text, TimestampFormat::Rfc822))
}

/// What the client says of its body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Payload<'h> {
    /// Nothing.
    Absent,
    /// Its SHA-256 in hex, in small letters.
    Sha256(Cow<'h, str>),
    /// It is not signed.
    Unsigned,
    /// Chunks, each signed.
    SignedChunks {
        /// A signed trailer follows.
        trailer: bool,
    },
    /// Chunks, not signed, with a trailer.
    UnsignedChunks,
    /// One of the forms that only SigV4a has.
    Ecdsa,
    /// None of these.
    Unknown,
}

/// Reads `x-amz-content-sha256`.
pub fn payload(head: &Head) -> Payload<'_> {
    let value = head.headers.get("x-amz-content-sha256");
    match value.map(|value| std::str::from_utf8(value.as_bytes()).unwrap_or_default()) {
        None => Payload::Absent,
        Some("UNSIGNED-PAYLOAD") => Payload::Unsigned,
        Some("STREAMING-AWS4-HMAC-SHA256-PAYLOAD") => Payload::SignedChunks { trailer: false },
        Some("STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER") => Payload::SignedChunks { trailer: true },
        Some("STREAMING-UNSIGNED-PAYLOAD-TRAILER") => Payload::UnsignedChunks,
        Some(
            "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD" | "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER",
        ) => Payload::Ecdsa,
        Some(hash)
            if hash.len() == 64 && hash.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) =>
        {
            Payload::Sha256(hash.into())
        }
        Some(hash) if hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
            Payload::Sha256(hash.to_ascii_lowercase().into())
        }
        Some(_) => Payload::Unknown,
    }
}

/// Reads the claim of a request; `None` for one that is not signed.
pub fn identify(head: &Head) -> Result<Option<Claim>, Fault> {
    if let Some(value) = head.headers.get("authorization") {
        // A header that is no text is no reason to take its sender for nobody.
        let value = std::str::from_utf8(value.as_bytes()).map_err(|_| unsupported(""))?;
        if let Some(rest) = value.strip_prefix("AWS4-HMAC-SHA256") {
            return v4_header(head, rest, Scheme::V4Header).map(Some);
        }
        if let Some(rest) = value.strip_prefix("AWS4-ECDSA-P256-SHA256") {
            return v4_header(head, rest, Scheme::V4aHeader).map(Some);
        }
        if let Some(rest) = value.strip_prefix("AWS ") {
            return v2_header(head, rest).map(Some);
        }
        return Err(unsupported(value));
    }
    let query = Query::of(head);
    if query.get("X-Amz-Algorithm").is_some() || query.get("X-Amz-Signature").is_some() {
        return v4_query(&query).map(Some);
    }
    let v2 = (query.get("AWSAccessKeyId"), query.get("Signature"), query.get("Expires"));
    if let (Some(key), Some(signature), Some(expires)) = v2 {
        return Ok(Some(Claim {
            scheme: Scheme::V2Query,
            access_key_id: key,
            scope: CredentialScope { service: "s3".to_owned(), ..CredentialScope::default() },
            signed_headers: Vec::new(),
            signature,
            session_token: query.get("x-amz-security-token"),
            expires_seconds: expires.parse().ok(),
            date: expires,
        }));
    }
    Ok(None)
}

/// S3's refusal of a URL that has a part of a SigV2 signature, of which [`identify`] makes nothing: to websites,
/// preflights and other services such parameters mean nothing, so it takes an operation of S3 to judge them.
pub fn half_signed(head: &Head) -> Option<Fault> {
    let query = Query::of(head);
    let is_half_signed = query.get("AWSAccessKeyId").is_some() || query.get("Signature").is_some();
    is_half_signed.then(|| {
        sender(
            403,
            "AccessDenied",
            "Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters",
        )
    })
}

/// `Authorization` of a scheme we do not know: S3's answer (recorded).
fn unsupported(value: &str) -> Fault {
    let scheme = value.split(' ').next().unwrap_or_default();
    sender(400, "InvalidArgument", "Unsupported Authorization Type")
        .with("ArgumentName", "Authorization")
        .with("ArgumentValue", scheme)
}

fn v4_header(head: &Head, rest: &str, scheme: Scheme) -> Result<Claim, Fault> {
    let part = |name: &str| {
        rest.split(',').find_map(|part| part.trim().strip_prefix(name)?.strip_prefix('=')).map(str::to_owned)
    };
    let missing = |what: &str| incomplete(head, what);
    let credential = part("Credential").ok_or_else(|| missing("Credential"))?;
    let signed = part("SignedHeaders").ok_or_else(|| missing("SignedHeaders"))?;
    let signature = part("Signature").ok_or_else(|| missing("Signature"))?;
    let (access_key_id, scope) =
        scope(&credential, scheme).ok_or_else(|| bad_credential(head, &credential))?;
    let sent = head.header("x-amz-date").or_else(|| head.header("date")).unwrap_or_default();
    let date = if date::is_basic(sent) {
        sent.to_owned()
    } else {
        moment(sent).map_or_else(|| sent.to_owned(), date::basic)
    };
    Ok(Claim {
        scheme,
        access_key_id,
        scope,
        signed_headers: signed.split(';').map(str::to_ascii_lowercase).collect(),
        signature,
        session_token: head.header("x-amz-security-token").map(str::to_owned),
        date,
        expires_seconds: None,
    })
}

/// Splits the credential of a browser form: the key and what it is good for.
pub(crate) fn form_credential(text: &str) -> Option<(String, CredentialScope)> {
    scope(text, Scheme::V4Query)
}

/// Splits `key/date/region/service/aws4_request` from the right: a key may hold slashes.
fn scope(credential: &str, scheme: Scheme) -> Option<(String, CredentialScope)> {
    let rest = credential.strip_suffix("/aws4_request")?;
    let (rest, service) = rest.rsplit_once('/')?;
    let (rest, region) = match scheme {
        Scheme::V4aHeader => (rest, None),
        _ => {
            let (rest, region) = rest.rsplit_once('/')?;
            (rest, Some(region.to_owned()))
        }
    };
    let (key, date) = rest.rsplit_once('/')?;
    let date_ok = date.len() == 8 && date.bytes().all(|b| b.is_ascii_digit());
    (date_ok && !key.is_empty() && !service.is_empty()).then(|| {
        (key.to_owned(), CredentialScope { date: date.to_owned(), region, service: service.to_owned() })
    })
}

fn v4_query(query: &Query) -> Result<Claim, Fault> {
    const NEEDED: [&str; 6] = [
        "X-Amz-Algorithm",
        "X-Amz-Credential",
        "X-Amz-Signature",
        "X-Amz-Date",
        "X-Amz-SignedHeaders",
        "X-Amz-Expires",
    ];
    // STS tokens of Kubernetes may leave X-Amz-Expires out; S3 asks for all six.
    let get = |name: &str| query.get(name);
    let (Some(credential), Some(signature), Some(date), Some(signed)) =
        (get(NEEDED[1]), get(NEEDED[2]), get(NEEDED[3]), get(NEEDED[4]))
    else {
        return Err(query_parameters());
    };
    if get(NEEDED[0]).is_none() {
        return Err(query_parameters());
    }
    if get(NEEDED[0]).is_some_and(|algorithm| algorithm != "AWS4-HMAC-SHA256") {
        let sentence = "X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256\"";
        return Err(sender(400, "AuthorizationQueryParametersError", sentence));
    }
    let Some((access_key_id, scope)) = scope(&credential, Scheme::V4Query) else {
        let sentence = "Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; expecting \
                        \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\".";
        return Err(sender(400, "AuthorizationQueryParametersError", sentence));
    };
    let expires = get(NEEDED[5]);
    if scope.service == "s3" && expires.is_none() {
        return Err(query_parameters());
    }
    Ok(Claim {
        scheme: Scheme::V4Query,
        access_key_id,
        scope,
        signed_headers: signed.split(';').map(str::to_ascii_lowercase).collect(),
        signature,
        session_token: get("X-Amz-Security-Token"),
        date,
        expires_seconds: Some(expires.map_or(Ok(900), |text| text.parse()).unwrap_or(-1)),
    })
}

/// Wire chapter, section 7.3.
fn query_parameters() -> Fault {
    sender(
        400,
        "AuthorizationQueryParametersError",
        "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, \
         X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.",
    )
}

fn v2_header(head: &Head, rest: &str) -> Result<Claim, Fault> {
    let (key, signature) = rest.trim().rsplit_once(':').ok_or_else(|| bad_credential(head, rest))?;
    let date = head.header("x-amz-date").or_else(|| head.header("date")).unwrap_or_default();
    Ok(Claim {
        scheme: Scheme::V2Header,
        access_key_id: key.to_owned(),
        scope: CredentialScope { service: "s3".to_owned(), ..CredentialScope::default() },
        signed_headers: Vec::new(),
        signature: signature.to_owned(),
        session_token: head.header("x-amz-security-token").map(str::to_owned),
        date: date.to_owned(),
        expires_seconds: None,
    })
}

/// S3 vouches for its body in a header no other service asks for.
fn speaks_s3(head: &Head) -> bool {
    head.headers.contains_key("x-amz-content-sha256")
}

fn incomplete(head: &Head, what: &str) -> Fault {
    if speaks_s3(head) {
        let sentence = format!("The authorization header is malformed; the {what} is missing.");
        return sender(400, "AuthorizationHeaderMalformed", sentence);
    }
    let value = head.header("authorization").unwrap_or_default();
    sender(
        400,
        "IncompleteSignature",
        format!("Authorization header requires '{what}' parameter. Authorization={value}"),
    )
}

fn bad_credential(head: &Head, credential: &str) -> Fault {
    if speaks_s3(head) {
        let sentence = "The authorization header is malformed; the Credential is mal-formed; expecting \
                        \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\".";
        return sender(400, "AuthorizationHeaderMalformed", sentence);
    }
    let sentence = format!(
        "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '{credential}'"
    );
    sender(400, "IncompleteSignature", sentence)
}

/// A query string's pairs, decoded once: a `+` stays.
struct Query(Vec<(String, String)>);

impl Query {
    fn of(head: &Head) -> Self {
        let decode = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        let pairs = head.query.as_deref().unwrap_or_default().split('&').filter(|pair| !pair.is_empty());
        Self(
            pairs
                .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
                .map(|(key, value)| (decode(key), decode(value)))
                .collect(),
        )
    }

    fn get(&self, name: &str) -> Option<String> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::{Payload, identify, payload};
    use crate::Head;
    use http::{HeaderValue, Method};

    fn with(name: &'static str, value: &[u8]) -> Head {
        let mut head = Head::new(Method::GET, "/");
        head.headers.insert(name, HeaderValue::from_bytes(value).unwrap());
        head
    }

    #[test]
    fn an_authorization_that_is_no_text_is_refused_and_not_overlooked() {
        for (value, code) in [
            (&b"\xff"[..], "InvalidArgument"),
            (b"Bearer x", "InvalidArgument"),
            (b"", "InvalidArgument"),
            (b"AWS4-HMAC-SHA256", "IncompleteSignature"),
            (b"AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=0", "IncompleteSignature"),
        ] {
            let refused = identify(&with("authorization", value)).map(|_| ());
            assert_eq!(refused.unwrap_err().code, code, "{}", String::from_utf8_lossy(value));
        }
    }

    #[test]
    fn a_payload_that_is_neither_hash_nor_word_is_unknown() {
        let hash = "AB".repeat(32);
        for (value, want) in [
            (hash.as_bytes(), Payload::Sha256(hash.to_ascii_lowercase().into())),
            (b"UNSIGNED-PAYLOAD", Payload::Unsigned),
            (b"STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD", Payload::Ecdsa),
            (b"STREAMING-NOTHING", Payload::Unknown),
            (b"abc", Payload::Unknown),
            (b"", Payload::Unknown),
            (b"\xff", Payload::Unknown),
        ] {
            let head = with("x-amz-content-sha256", value);
            assert_eq!(payload(&head), want, "{}", String::from_utf8_lossy(value));
        }
        assert_eq!(payload(&Head::new(Method::GET, "/")), Payload::Absent);
    }

    #[test]
    fn a_presigned_url_names_its_algorithm() {
        let rest = "&X-Amz-Credential=k/20260101/us-east-1/s3/aws4_request&X-Amz-Date=20260101T000000Z\
                    &X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature=0";
        for (algorithm, is_read) in [
            ("X-Amz-Algorithm=AWS4-HMAC-SHA256", true),
            ("X-Amz-Algorithm=AWS4-HMAC-MD5", false),
            ("a=b", false),
        ] {
            let head = Head::new(Method::GET, &format!("/b/k?{algorithm}{rest}"));
            assert_eq!(identify(&head).is_ok(), is_read, "{algorithm}");
        }
    }
}
