//! When a signature is too old, too new, or for another day; and what it vouches for.

use http::{HeaderValue, Method};
use shape::Timestamp;
use wire::Head;
use wire::sign::signer::Signer;
use wire::sign::{KeyCache, Unverified, identify, sha256_hex, verify};

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
/// 2015-08-30T12:36:00Z, in milliseconds.
const SIGNED_AT: i64 = 1_440_938_160_000;
const QUARTER_HOUR: i64 = 15 * 60 * 1000;

fn signer(service: &'static str) -> Signer<'static> {
    Signer {
        access_key_id: "AKIDEXAMPLE",
        secret: SECRET,
        session_token: None,
        region: "us-east-1",
        service,
        date: "20150830T123600Z",
    }
}

fn judge(head: &Head, body: &[u8], now_millis: i64) -> Result<(), Unverified> {
    let claim = identify(head).expect("well-formed").expect("signed");
    let now = Timestamp::from_millis(now_millis);
    verify(&claim, head, SECRET, Some(&sha256_hex(body)), now, &KeyCache::default()).map(|_| ())
}

#[test]
fn a_clock_may_be_a_quarter_of_an_hour_off_and_no_more() {
    let mut head = Head::new(Method::POST, "/");
    signer("sts").sign(&mut head, &sha256_hex(b""));
    for (off, holds) in [
        (0, true),
        (QUARTER_HOUR, true),
        (-QUARTER_HOUR, true),
        (QUARTER_HOUR + 1, false),
        (-QUARTER_HOUR - 1, false),
    ] {
        let outcome = judge(&head, b"", SIGNED_AT + off);
        match outcome {
            Ok(()) => assert!(holds, "{off}"),
            Err(Unverified::Skewed { .. }) => assert!(!holds, "{off}"),
            Err(other) => panic!("{off}: {other:?}"),
        }
    }
}

#[test]
fn a_url_lives_from_its_signing_to_its_end() {
    let presigned = |seconds| {
        let mut head = Head::new(Method::GET, "/bucket/key");
        signer("s3").presign(&mut head, seconds);
        head
    };
    let minute = presigned(60);
    assert!(judge(&minute, b"", SIGNED_AT + 60_000).is_ok());
    let late = judge(&minute, b"", SIGNED_AT + 60_001);
    assert!(matches!(late, Err(Unverified::Expired { seconds: 60, .. })), "{late:?}");
    assert!(judge(&minute, b"", SIGNED_AT - QUARTER_HOUR).is_ok());
    let early = judge(&minute, b"", SIGNED_AT - QUARTER_HOUR - 1);
    assert!(matches!(early, Err(Unverified::NotYet { .. })), "{early:?}");
    assert!(judge(&presigned(604_800), b"", SIGNED_AT + 604_800_000).is_ok());
    for seconds in [0, 604_801] {
        let outcome = judge(&presigned(seconds), b"", SIGNED_AT);
        assert!(matches!(outcome, Err(Unverified::BadExpires(_))), "{seconds}: {outcome:?}");
    }
}

#[test]
fn the_scope_names_the_day_of_signing() {
    let mut head = Head::new(Method::POST, "/");
    signer("sts").sign(&mut head, &sha256_hex(b""));
    head.headers.insert("x-amz-date", HeaderValue::from_static("20150831T000000Z"));
    let outcome = judge(&head, b"", SIGNED_AT + 24 * 3_600_000 - 12 * 3_600_000 - 36 * 60_000);
    assert!(matches!(outcome, Err(Unverified::ScopeDate)), "{outcome:?}");
}

#[test]
fn the_date_may_stand_in_the_date_header() {
    let mut head = Head::new(Method::POST, "/");
    signer("sts").sign(&mut head, &sha256_hex(b""));
    // The same signature, over the host alone, made by hand with the suite's method.
    let signature = {
        let canonical = format!("POST\n/\n\nhost:localhost\n\nhost\n{}", sha256_hex(b""));
        let scope = wire::sign::CredentialScope {
            date: "20150830".to_owned(),
            region: Some("us-east-1".to_owned()),
            service: "sts".to_owned(),
        };
        let text = format!(
            "AWS4-HMAC-SHA256\n20150830T123600Z\n{}\n{}",
            scope.text(),
            sha256_hex(canonical.as_bytes())
        );
        let key = KeyCache::default().signing_key(SECRET, &scope);
        aws_sigv4::sign::v4::calculate_signature(key, text.as_bytes())
    };
    let authorization = format!(
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/sts/aws4_request, SignedHeaders=host, \
         Signature={signature}"
    );
    head.headers.clear();
    head.headers.insert("date", HeaderValue::from_static("Sun, 30 Aug 2015 12:36:00 GMT"));
    head.headers.insert("authorization", HeaderValue::from_str(&authorization).expect("printable"));
    judge(&head, b"", SIGNED_AT).expect("AWS signs the basic form of whichever date there is");
}

#[test]
fn a_missing_date_is_named_and_a_missing_header_is_a_mismatch() {
    let mut head = Head::new(Method::POST, "/");
    head.headers.insert("x-custom", HeaderValue::from_static("1"));
    signer("sts").sign(&mut head, &sha256_hex(b""));
    let mut bare = head.clone();
    bare.headers.remove("x-custom");
    let outcome = judge(&bare, b"", SIGNED_AT);
    assert!(matches!(&outcome, Err(Unverified::Mismatch { .. })), "{outcome:?}");
    head.headers.remove("x-amz-date");
    let outcome = judge(&head, b"", SIGNED_AT);
    assert!(matches!(outcome, Err(Unverified::NoDate)), "{outcome:?}");
}

/// What S3 acts upon has to be signed; other services do not ask.
#[test]
fn headers_that_s3_acts_upon_are_signed() {
    for (service, added, want) in [
        ("s3", &["x-amz-meta-b", "x-amz-acl", "accept"][..], Some(vec!["x-amz-meta-b", "x-amz-acl"])),
        ("s3", &["x-amz-security-token", "content-type"], None),
        ("sts", &["x-amz-meta-b"], None),
    ] {
        let mut head = Head::new(Method::PUT, "/bkt/k");
        signer(service).sign(&mut head, &sha256_hex(b""));
        for name in added {
            head.headers.insert(*name, HeaderValue::from_static("1"));
        }
        let refused = match judge(&head, b"", SIGNED_AT) {
            Ok(_) => None,
            Err(Unverified::NotSigned(names)) => Some(names),
            Err(other) => panic!("{service} {added:?}: {other:?}"),
        };
        let want = want.map(|names| names.into_iter().map(str::to_owned).collect());
        assert_eq!(refused, want, "{service} {added:?}");
    }
}

/// Whoever holds a signed request must not give it another body by claiming the old one's hash.
#[test]
fn an_unsigned_hash_does_not_vouch_for_another_body() {
    let mut head = Head::new(Method::POST, "/");
    let (ours, theirs) = (b"Action=GetCallerIdentity", b"Action=DeleteEverything!");
    signer("sts").sign(&mut head, &sha256_hex(ours));
    judge(&head, ours, SIGNED_AT).expect("the body that was signed");
    let claimed = HeaderValue::from_str(&sha256_hex(ours)).expect("printable");
    head.headers.insert("x-amz-content-sha256", claimed);
    let outcome = judge(&head, theirs, SIGNED_AT);
    assert!(matches!(outcome, Err(Unverified::Mismatch { .. })), "{outcome:?}");
}
