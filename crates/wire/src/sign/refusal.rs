//! Why a signature does not hold, in each service's words.

use super::SKEW_MILLIS;
use super::claim::{Claim, Scheme};
use super::date::{basic, extended};
use crate::{Fault, sender};
use shape::{Protocol, Timestamp};
use std::fmt::Write;

/// Why a signature does not hold.
#[derive(Debug)]
pub enum Unverified {
    /// There is no readable date.
    NoDate,
    /// The end of a SigV2 URL is no second since the epoch.
    NoEpoch,
    /// The client's clock is off by more than a quarter of an hour.
    Skewed {
        /// The client's time.
        at: Timestamp,
        /// Ours.
        now: Timestamp,
    },
    /// A presigned URL has ended.
    Expired {
        /// When it ended.
        expires: Timestamp,
        /// Our time.
        now: Timestamp,
        /// Its whole life.
        seconds: i64,
    },
    /// A presigned URL lies in the future.
    NotYet {
        /// When it was signed.
        at: Timestamp,
        /// Our time.
        now: Timestamp,
    },
    /// The life of a presigned URL is not between a second and a week.
    BadExpires(i64),
    /// The scope's date is another day than the signature's.
    ScopeDate,
    /// Headers that must be signed are not: their names.
    NotSigned(Vec<String>),
    /// The signature is another.
    Mismatch {
        /// The canonical request as we see it.
        canonical: String,
        /// What it came down to.
        string_to_sign: String,
    },
}

/// The refusal of a signature. S3 explains; the others have one sentence (wire chapter, section 7.3; the codes of
/// the query and JSON services for a skewed clock are unverified there).
pub fn refuse(unverified: &Unverified, claim: &Claim, protocol: Protocol) -> Fault {
    if protocol == Protocol::RestXml && claim.scope.service == "s3" {
        return refuse_s3(unverified, claim);
    }
    let sentence = match unverified {
        Unverified::Skewed { at, now } => {
            let bound = |skew| basic(Timestamp::from_millis(now.millis + skew));
            let (at, server, late) = (basic(*at), basic(*now), at < now);
            if late {
                let bound = bound(-SKEW_MILLIS);
                format!("Signature expired: {at} is now earlier than {bound} ({server} - 15 min.)")
            } else {
                let bound = bound(SKEW_MILLIS);
                format!("Signature not yet current: {at} is still later than {bound} ({server} + 15 min.)")
            }
        }
        Unverified::Expired { expires, now, .. } => {
            format!("Signature expired: {} is now earlier than {}", basic(*expires), basic(*now))
        }
        Unverified::NoDate => "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header."
            .to_owned(),
        Unverified::ScopeDate => {
            let (scope, date) = (&claim.scope.date, &claim.date);
            let day = date.get(..8).unwrap_or(date);
            format!(
                "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: \
                 '{scope}' != '{day}', from '{date}'."
            )
        }
        Unverified::NotYet { .. }
        | Unverified::NoEpoch
        | Unverified::BadExpires(_)
        | Unverified::NotSigned(_)
        | Unverified::Mismatch { .. } => "The request signature we calculated does not match the signature you \
             provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for \
             details."
            .to_owned(),
    };
    let fault = match (protocol, unverified) {
        (_, Unverified::NoDate) => sender(400, "IncompleteSignature", sentence),
        (Protocol::Ec2, _) => {
            sender(401, "AuthFailure", "AWS was not able to validate the provided access credentials")
        }
        (Protocol::Json | Protocol::Cbor, _) => sender(400, "InvalidSignatureException", sentence),
        (Protocol::RestJson, _) => sender(403, "InvalidSignatureException", sentence),
        (Protocol::Query | Protocol::RestXml, _) => sender(403, "SignatureDoesNotMatch", sentence),
    };
    match unverified {
        Unverified::Mismatch { canonical, .. } => fault.because(format!("canonical request: {canonical:?}")),
        other => fault.because(format!("{other:?}")),
    }
}

fn refuse_s3(unverified: &Unverified, claim: &Claim) -> Fault {
    match unverified {
        Unverified::NoDate => {
            sender(403, "AccessDenied", "AWS authentication requires a valid Date or x-amz-date header")
        }
        Unverified::NoEpoch => {
            let sentence = format!("Invalid date (should be seconds since epoch): {}", claim.date);
            sender(403, "AccessDenied", sentence)
        }
        Unverified::Skewed { at, now } => sender(
            403,
            "RequestTimeTooSkewed",
            "The difference between the request time and the current time is too large.",
        )
        .with("RequestTime", basic(*at))
        .with("ServerTime", extended(*now))
        .with("MaxAllowedSkewMilliseconds", SKEW_MILLIS.to_string()),
        Unverified::Expired { expires, now, seconds } => {
            let fault = sender(403, "AccessDenied", "Request has expired");
            // SigV2 knows the end of a URL, not its life.
            let fault = match claim.scheme {
                Scheme::V4Query => fault.with("X-Amz-Expires", seconds.to_string()),
                _ => fault,
            };
            fault.with("Expires", extended(*expires)).with("ServerTime", extended(*now))
        }
        Unverified::NotYet { now, .. } => {
            sender(403, "AccessDenied", "Request is not valid yet").with("ServerTime", extended(*now))
        }
        Unverified::BadExpires(seconds) => {
            let sentence = match seconds {
                604_801.. => {
                    "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds"
                }
                0 => "X-Amz-Expires must be greater than 0",
                _ => "X-Amz-Expires must be non-negative",
            };
            sender(400, "AuthorizationQueryParametersError", sentence)
        }
        Unverified::NotSigned(names) => {
            sender(403, "AccessDenied", "There were headers present in the request which were not signed")
                .with("HeadersNotSigned", names.join(", "))
        }
        Unverified::ScopeDate => {
            let (place, code) = place(claim.scheme);
            let (scope, date) = (&claim.scope.date, &claim.date);
            let day = date.get(..8).unwrap_or(date);
            let sentence = format!(
                "{place}; Invalid credential date \"{scope}\". This date is not the same as X-Amz-Date: \"{day}\"."
            );
            sender(400, code, sentence)
        }
        Unverified::Mismatch { canonical, string_to_sign } => mismatch(claim, canonical, string_to_sign),
    }
}

fn mismatch(claim: &Claim, canonical: &str, string_to_sign: &str) -> Fault {
    let fault = sender(
        403,
        "SignatureDoesNotMatch",
        "The request signature we calculated does not match the signature you provided. Check your key and signing \
         method.",
    )
    .with("AWSAccessKeyId", claim.access_key_id.clone())
    .with("StringToSign", string_to_sign)
    .with("SignatureProvided", claim.signature.clone())
    .with("StringToSignBytes", bytes(string_to_sign));
    // SigV2 has no canonical request.
    if canonical.is_empty() {
        return fault;
    }
    fault.with("CanonicalRequest", canonical).with("CanonicalRequestBytes", bytes(canonical))
}

/// The bytes in hex, two digits each, apart.
pub(crate) fn bytes(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 3);
    for (index, byte) in text.bytes().enumerate() {
        let separator = if index == 0 { "" } else { " " };
        write!(out, "{separator}{byte:02x}").expect("writing to a String cannot fail");
    }
    out
}

/// S3's refusal of a scope in a Region that is none: the partition's pseudo-Region, which clients must not sign for.
pub fn wrong_region(claim: &Claim, region: &str, expected: &str) -> Fault {
    let (place, code) = place(claim.scheme);
    sender(400, code, format!("{place}; the region '{region}' is wrong; expecting '{expected}'"))
        .with("Region", expected)
}

/// Where a credential stands, and the code for one that cannot be read.
fn place(scheme: Scheme) -> (&'static str, &'static str) {
    match scheme {
        Scheme::V4Query => {
            ("Error parsing the X-Amz-Credential parameter", "AuthorizationQueryParametersError")
        }
        _ => ("The authorization header is malformed", "AuthorizationHeaderMalformed"),
    }
}

/// The refusal of credentials that have ended. Source: recorded answers of S3, EC2, IAM, EKS and of APIs in JSON.
pub fn expired(token: &str, protocol: Protocol, is_s3: bool) -> Fault {
    let sentence = "The security token included in the request is expired";
    match protocol {
        Protocol::RestXml if is_s3 => {
            sender(400, "ExpiredToken", "The provided token has expired.").with("Token-0", token)
        }
        Protocol::Ec2 => sender(400, "RequestExpired", "Request has expired."),
        Protocol::Query | Protocol::RestXml => sender(403, "ExpiredToken", sentence),
        Protocol::RestJson => sender(403, "ExpiredTokenException", sentence),
        Protocol::Json | Protocol::Cbor => sender(400, "ExpiredTokenException", sentence),
    }
}

/// The refusal of a key nobody knows, or that must not be used any more.
pub fn unknown_key(access_key_id: &str, protocol: Protocol, is_s3: bool) -> Fault {
    match protocol {
        Protocol::RestXml if is_s3 => sender(
            403,
            "InvalidAccessKeyId",
            "The AWS Access Key Id you provided does not exist in our records.",
        )
        .with("AWSAccessKeyId", access_key_id),
        Protocol::Ec2 => {
            sender(401, "AuthFailure", "AWS was not able to validate the provided access credentials")
        }
        Protocol::Query | Protocol::RestXml => {
            sender(403, "InvalidClientTokenId", "The security token included in the request is invalid.")
        }
        Protocol::Json | Protocol::RestJson | Protocol::Cbor => sender(
            400,
            "UnrecognizedClientException",
            "The security token included in the request is invalid.",
        ),
    }
}
