//! Why a signature does not hold, in each service's words.

use super::super::{Claim, CredentialScope, Scheme, Unverified, expired, refuse, unknown_key};
use crate::Fault;
use shape::{Protocol, Timestamp};

/// 2015-08-30T12:36:00Z.
const SIGNED_AT: Timestamp = Timestamp::from_millis(1_440_938_160_000);

fn claim(scheme: Scheme, service: &str) -> Claim {
    Claim {
        scheme,
        access_key_id: "AKIDEXAMPLE".to_owned(),
        scope: CredentialScope {
            date: "20150829".to_owned(),
            region: Some("us-east-1".to_owned()),
            service: service.to_owned(),
        },
        signed_headers: Vec::new(),
        signature: "f00d".to_owned(),
        session_token: None,
        date: "20150830T123600Z".to_owned(),
        expires_seconds: None,
    }
}

fn later(seconds: i64) -> Timestamp {
    Timestamp::from_millis(SIGNED_AT.millis + seconds * 1000)
}

#[track_caller]
fn check(fault: &Fault, status: u16, code: &str, sentence: &str) {
    let message = fault.message.as_deref().unwrap_or_default();
    assert_eq!((fault.status, &*fault.code, message), (status, code, sentence));
}

const MISMATCH: &str = "The request signature we calculated does not match the signature you provided. Check your \
                        AWS Secret Access Key and signing method. Consult the service documentation for details.";

#[test]
fn a_skewed_clock_is_told_with_the_bound_it_broke() {
    let late = Unverified::Skewed { at: SIGNED_AT, now: later(3600) };
    let early = Unverified::Skewed { at: SIGNED_AT, now: later(-3600) };
    let expired = "Signature expired: 20150830T123600Z is now earlier than 20150830T132100Z \
                   (20150830T133600Z - 15 min.)";
    let ahead = "Signature not yet current: 20150830T123600Z is still later than 20150830T115100Z \
                 (20150830T113600Z + 15 min.)";
    let denied = "AWS was not able to validate the provided access credentials";
    for (protocol, service, status, code, late_sentence, early_sentence) in [
        (Protocol::Query, "sts", 403, "SignatureDoesNotMatch", expired, ahead),
        (Protocol::RestXml, "route53", 403, "SignatureDoesNotMatch", expired, ahead),
        (Protocol::Json, "kms", 400, "InvalidSignatureException", expired, ahead),
        (Protocol::Cbor, "route53domains", 400, "InvalidSignatureException", expired, ahead),
        (Protocol::RestJson, "eks", 403, "InvalidSignatureException", expired, ahead),
        (Protocol::Ec2, "ec2", 401, "AuthFailure", denied, denied),
    ] {
        let claim = claim(Scheme::V4Header, service);
        check(&refuse(&late, &claim, protocol), status, code, late_sentence);
        check(&refuse(&early, &claim, protocol), status, code, early_sentence);
    }
    let fault = refuse(&late, &claim(Scheme::V4Header, "s3"), Protocol::RestXml);
    let sentence = "The difference between the request time and the current time is too large.";
    check(&fault, 403, "RequestTimeTooSkewed", sentence);
    let members = [
        ("RequestTime", "20150830T123600Z".to_owned()),
        ("ServerTime", "2015-08-30T13:36:00Z".to_owned()),
        ("MaxAllowedSkewMilliseconds", "900000".to_owned()),
    ];
    assert_eq!(fault.extra, members);
}

#[test]
fn an_expired_url_is_told_with_its_times() {
    let expired = Unverified::Expired { expires: later(60), now: later(61), seconds: 60 };
    let fault = refuse(&expired, &claim(Scheme::V4Query, "s3"), Protocol::RestXml);
    check(&fault, 403, "AccessDenied", "Request has expired");
    let times =
        [("Expires", "2015-08-30T12:37:00Z".to_owned()), ("ServerTime", "2015-08-30T12:37:01Z".to_owned())];
    assert_eq!(fault.extra[0], ("X-Amz-Expires", "60".to_owned()));
    assert_eq!(fault.extra[1..], times);
    let fault = refuse(&expired, &claim(Scheme::V2Query, "s3"), Protocol::RestXml);
    assert_eq!(fault.extra, times);
    let fault = refuse(&expired, &claim(Scheme::V4Query, "sts"), Protocol::Query);
    let sentence = "Signature expired: 20150830T123700Z is now earlier than 20150830T123701Z";
    check(&fault, 403, "SignatureDoesNotMatch", sentence);
}

#[test]
fn a_life_out_of_bounds_is_told() {
    let week = "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less \
                than 604800 seconds";
    for (seconds, sentence) in [
        (604_801, week),
        (0, "X-Amz-Expires must be greater than 0"),
        (-1, "X-Amz-Expires must be non-negative"),
    ] {
        let fault =
            refuse(&Unverified::BadExpires(seconds), &claim(Scheme::V4Query, "s3"), Protocol::RestXml);
        check(&fault, 400, "AuthorizationQueryParametersError", sentence);
    }
}

#[test]
fn a_scope_of_another_day_is_told_with_both() {
    let unverified = Unverified::ScopeDate;
    let fault = refuse(&unverified, &claim(Scheme::V4Header, "sts"), Protocol::Query);
    let sentence = "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: \
                    '20150829' != '20150830', from '20150830T123600Z'.";
    check(&fault, 403, "SignatureDoesNotMatch", sentence);
    for (scheme, code, place) in [
        (Scheme::V4Header, "AuthorizationHeaderMalformed", "The authorization header is malformed"),
        (
            Scheme::V4Query,
            "AuthorizationQueryParametersError",
            "Error parsing the X-Amz-Credential parameter",
        ),
    ] {
        let fault = refuse(&unverified, &claim(scheme, "s3"), Protocol::RestXml);
        let sentence = format!(
            "{place}; Invalid credential date \"20150829\". This date is not the same as X-Amz-Date: \"20150830\"."
        );
        check(&fault, 400, code, &sentence);
    }
}

/// S3 hands back what it signed; the others only say that it differs.
#[test]
fn a_mismatch_is_explained_by_s3_alone() {
    let unverified = Unverified::Mismatch { canonical: "GET\n/".into(), string_to_sign: "AWS4".into() };
    let fault = refuse(&unverified, &claim(Scheme::V4Header, "s3"), Protocol::RestXml);
    let sentence = "The request signature we calculated does not match the signature you provided. Check your key \
                    and signing method.";
    check(&fault, 403, "SignatureDoesNotMatch", sentence);
    let members = [
        ("AWSAccessKeyId", "AKIDEXAMPLE".to_owned()),
        ("StringToSign", "AWS4".to_owned()),
        ("SignatureProvided", "f00d".to_owned()),
        ("StringToSignBytes", "41 57 53 34".to_owned()),
        ("CanonicalRequest", "GET\n/".to_owned()),
        ("CanonicalRequestBytes", "47 45 54 0a 2f".to_owned()),
    ];
    assert_eq!(fault.extra, members);
    let v2 = Unverified::Mismatch { canonical: String::new(), string_to_sign: "GET\n".into() };
    let fault = refuse(&v2, &claim(Scheme::V2Query, "s3"), Protocol::RestXml);
    let names: Vec<_> = fault.extra.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["AWSAccessKeyId", "StringToSign", "SignatureProvided", "StringToSignBytes"]);
    let fault = refuse(&unverified, &claim(Scheme::V4Header, "iam"), Protocol::Query);
    check(&fault, 403, "SignatureDoesNotMatch", MISMATCH);
    assert!(fault.extra.is_empty());
}

#[test]
fn an_unknown_key_is_refused_in_each_service_s_words() {
    let token = "The security token included in the request is invalid.";
    for (protocol, is_s3, status, code, sentence) in [
        (
            Protocol::RestXml,
            true,
            403,
            "InvalidAccessKeyId",
            "The AWS Access Key Id you provided does not exist in our records.",
        ),
        (Protocol::RestXml, false, 403, "InvalidClientTokenId", token),
        (Protocol::Query, false, 403, "InvalidClientTokenId", token),
        (Protocol::Json, false, 400, "UnrecognizedClientException", token),
        (
            Protocol::Ec2,
            false,
            401,
            "AuthFailure",
            "AWS was not able to validate the provided access credentials",
        ),
    ] {
        check(&unknown_key("AKIDEXAMPLE", protocol, is_s3), status, code, sentence);
    }
}

#[test]
fn credentials_that_ended_are_refused_in_each_service_s_words() {
    let token = "The security token included in the request is expired";
    for (protocol, is_s3, status, code, sentence) in [
        (Protocol::RestXml, true, 400, "ExpiredToken", "The provided token has expired."),
        (Protocol::RestXml, false, 403, "ExpiredToken", token),
        (Protocol::Query, false, 403, "ExpiredToken", token),
        (Protocol::Ec2, false, 400, "RequestExpired", "Request has expired."),
        (Protocol::RestJson, false, 403, "ExpiredTokenException", token),
        (Protocol::Json, false, 400, "ExpiredTokenException", token),
    ] {
        check(&expired("sealed", protocol, is_s3), status, code, sentence);
    }
    assert_eq!(expired("sealed", Protocol::RestXml, true).extra, [("Token-0", "sealed".to_owned())]);
}
