//! Claims: any head can be read and judged, what we sign holds, and what was changed after signing does not.
//!
//! The first byte says how the request is signed: as it came, by header, by query; the request follows.
#![no_main]

use angae_fuzz::Request;
use http::HeaderMap;
use libfuzzer_sys::fuzz_target;
use shape::{Protocol, Timestamp};
use std::sync::LazyLock;
use wire::Head;
use wire::sign::signer::Signer;
use wire::sign::{KeyCache, identify, payload, refuse, sha256_hex, verify};

static KEYS: LazyLock<KeyCache> = LazyLock::new(KeyCache::default);
/// 2026-01-01T00:00:00Z.
const NOW: Timestamp = Timestamp::from_millis(1_767_225_600_000);
const SIGNER: Signer<'_> = Signer {
    access_key_id: "AKIDEXAMPLE",
    secret: "secret",
    session_token: None,
    region: "us-east-1",
    service: "s3",
    date: "20260101T000000Z",
};
const PROTOCOLS: [Protocol; 6] =
    [Protocol::Ec2, Protocol::Query, Protocol::RestXml, Protocol::RestJson, Protocol::Json, Protocol::Cbor];

fuzz_target!(|bytes: &[u8]| {
    let Some((mode, rest)) = bytes.split_first() else { return };
    let Some(Request { mut head, body }) = Request::read(rest) else { return };
    let hash = sha256_hex(body);
    match mode % 3 {
        0 => judge_any(&head, &hash),
        1 => {
            head.headers.remove("authorization");
            SIGNER.sign(&mut head, &hash);
            judge_own(head, &hash);
        }
        _ => {
            head.headers.remove("authorization");
            if head.query.as_deref().unwrap_or_default().contains("X-Amz-")
                || head.query.as_deref() == Some("")
            {
                return; // a second set of parameters is another request
            }
            // Only the host is signed in a URL: what else has to be signed is refused beside it.
            let wanted = |name: &str| name == "content-md5" || name.starts_with("x-amz-");
            head.headers = head.headers.into_iter().fold(HeaderMap::new(), |mut kept, (name, value)| {
                if let Some(name) = name.filter(|name| !wanted(name.as_str())) {
                    kept.append(name, value);
                }
                kept
            });
            SIGNER.presign(&mut head, 60);
            judge_own(head, &hash);
        }
    }
});

/// A claim as it came.
fn judge_any(head: &Head, hash: &str) {
    let _what = payload(head);
    let Ok(Some(claim)) = identify(head) else { return };
    if let Err(unverified) = verify(&claim, head, "secret", Some(hash), NOW, &KEYS) {
        for protocol in PROTOCOLS {
            let fault = refuse(&unverified, &claim, protocol);
            assert!((400..500).contains(&fault.status));
        }
    }
}

/// What we signed holds; with another path it does not.
fn judge_own(mut head: Head, hash: &str) {
    let claim = identify(&head).expect("it is well formed").expect("it is signed");
    assert!(
        verify(&claim, &head, "secret", Some(hash), NOW, &KEYS).is_ok(),
        "our own signature does not hold"
    );
    head.path.push('x');
    assert!(
        verify(&claim, &head, "secret", Some(hash), NOW, &KEYS).is_err(),
        "a changed path is let through"
    );
}
