//! The AWS SDK's signer against our verifier. What it signs holds; after a change of one byte a signature holds if
//! and only if the signer would give the changed request the same one.

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SignatureLocation,
    SigningSettings, UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4::SigningParams;
use http::{HeaderName, HeaderValue, Method};
use proptest::prelude::{
    Just, ProptestConfig, Strategy, any, prop_assert, prop_assert_eq, prop_oneof, proptest,
};
use proptest::sample::Index;
use proptest::test_runner::RngSeed;
use shape::Timestamp;
use std::time::{Duration, SystemTime};
use wire::Head;
use wire::sign::{KeyCache, identify, sha256_hex, uri_encode, verify};

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
/// 2015-08-30T12:36:00Z.
const NOW_SECONDS: u64 = 1_440_938_160;

/// How a request is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// By header, over the body.
    Header,
    /// By header, the body left unsigned (S3 only).
    HeaderUnsigned,
    /// By query; S3 leaves the body out, the others sign it.
    Presigned,
}

/// A request before it is signed. Path and query are encoded already.
#[derive(Clone, Debug)]
struct Plain {
    service: &'static str,
    way: Way,
    method: &'static str,
    host: String,
    path: String,
    query: String,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
    token: Option<&'static str>,
}

impl Plain {
    fn is_s3(&self) -> bool {
        self.service == "s3"
    }

    fn target(&self) -> String {
        if self.query.is_empty() { self.path.clone() } else { format!("{}?{}", self.path, self.query) }
    }

    /// The signer's headers and query parameters.
    fn instructions(&self) -> (Vec<(String, String)>, Vec<(String, String)>) {
        let identity =
            Credentials::new("AKIDEXAMPLE", SECRET, self.token.map(str::to_owned), None, "conformance")
                .into();
        let mut settings = SigningSettings::default();
        if self.is_s3() {
            settings.percent_encoding_mode = PercentEncodingMode::Single;
            settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
            settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
        }
        if self.way == Way::Presigned {
            settings.signature_location = SignatureLocation::QueryParams;
            settings.expires_in = Some(Duration::from_secs(900));
        }
        let params = SigningParams::builder()
            .identity(&identity)
            .region("eu-west-1")
            .name(self.service)
            .time(SystemTime::UNIX_EPOCH + Duration::from_secs(NOW_SECONDS))
            .settings(settings)
            .build()
            .expect("nothing is missing")
            .into();
        let unsigned = self.way == Way::HeaderUnsigned || self.way == Way::Presigned && self.is_s3();
        let body = if unsigned { SignableBody::UnsignedPayload } else { SignableBody::Bytes(&self.body) };
        let uri = format!("http://{}{}", self.host, self.target());
        let headers = self.headers.iter().map(|(name, value)| (*name, value.as_str()));
        let request = SignableRequest::new(self.method, uri, headers, body).expect("a request");
        let (instructions, _) = sign(request, &params).expect("it can be signed").into_parts();
        let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        let query = instructions.params().iter().map(|(name, value)| owned((name, value))).collect();
        (instructions.headers().map(owned).collect(), query)
    }

    /// The signature alone.
    fn signature(&self) -> String {
        let (headers, query) = self.instructions();
        let header = headers.iter().find(|(name, _)| name == "authorization");
        let header = header.and_then(|(_, value)| value.rsplit_once("Signature="));
        let query = query.iter().find(|(name, _)| name == "X-Amz-Signature");
        header
            .map(|(_, signature)| signature.to_owned())
            .or(query.map(|(_, value)| value.clone()))
            .expect("one")
    }

    /// The request as it arrives, with what a signer said about it (or about another).
    fn arrived(&self, (headers, query): &(Vec<(String, String)>, Vec<(String, String)>)) -> Head {
        let mut target = self.target();
        for (name, value) in query {
            let separator = if target.contains('?') { '&' } else { '?' };
            target.push_str(&format!("{separator}{name}={}", uri_encode(value, false)));
        }
        let mut head = Head::new(Method::from_bytes(self.method.as_bytes()).expect("a method"), &target);
        head.host.clone_from(&self.host);
        let plain = self.headers.iter().map(|(name, value)| (*name, value));
        for (name, value) in plain.chain(headers.iter().map(|(name, value)| (name.as_str(), value))) {
            let name = HeaderName::from_bytes(name.as_bytes()).expect("a name");
            head.headers.append(name, HeaderValue::from_str(value).expect("a value"));
        }
        head
    }
}

/// Whether the request is who it says.
fn holds(head: &Head, body: &[u8]) -> bool {
    let Ok(Some(claim)) = identify(head) else { return false };
    // The key's id is not signed: another id is another key, with another secret.
    if claim.access_key_id != "AKIDEXAMPLE" {
        return false;
    }
    let now = Timestamp::from_millis(i64::try_from(NOW_SECONDS).expect("small") * 1000);
    verify(&claim, head, SECRET, Some(&sha256_hex(body)), now, &KeyCache::default()).is_ok()
}

fn plain() -> impl Strategy<Value = Plain> {
    let way = prop_oneof![Just(Way::Header), Just(Way::HeaderUnsigned), Just(Way::Presigned)];
    let service = prop_oneof![Just("s3"), Just("ec2"), Just("elasticloadbalancing")];
    let method = prop_oneof![Just("GET"), Just("PUT"), Just("POST"), Just("DELETE")];
    let host = prop_oneof!["[a-z]{1,8}", "[a-z]{1,8}:4566", "127\\.0\\.0\\.1:[1-9][0-9]{0,3}"];
    let segment = prop_oneof!["\\PC{0,6}", "[a-z ~%+]{1,6}", Just(".".to_owned()), Just("..".to_owned())];
    let path = proptest::collection::vec(segment, 0..5)
        .prop_map(|segments| format!("/{}", uri_encode(&segments.join("/"), true)));
    let pair = ("\\PC{1,5}", proptest::option::of("\\PC{0,5}"));
    let query = proptest::collection::vec(pair, 0..5).prop_map(|pairs| {
        let pairs = pairs.iter().map(|(key, value)| match value {
            Some(value) => format!("{}={}", uri_encode(key, false), uri_encode(value, false)),
            None => uri_encode(key, false),
        });
        pairs.collect::<Vec<_>>().join("&")
    });
    let header = (prop_oneof![Just("x-amz-meta-a"), Just("x-custom"), Just("content-type")], "[ -~]{0,12}");
    let headers = proptest::collection::vec(header, 0..4);
    let body = proptest::collection::vec(any::<u8>(), 0..20);
    let token = prop_oneof![Just(None), Just(Some("a+/token=="))];
    (service, way, method, host, path, query, (headers, body, token)).prop_map(
        |(service, way, method, host, path, query, (headers, body, token))| {
            let way = if service != "s3" && way == Way::HeaderUnsigned { Way::Header } else { way };
            Plain { service, way, method, host, path, query, headers, body, token }
        },
    )
}

/// Replaces the byte at `at`, of the part's own, by another letter.
fn change(text: &mut String, at: Index, by: char) -> bool {
    let places: Vec<usize> = text.char_indices().map(|(place, _)| place).collect();
    if places.is_empty() {
        return false;
    }
    let place = *at.get(&places);
    if text[place..].starts_with(by) {
        return false;
    }
    text.replace_range(place..=place, by.encode_utf8(&mut [0; 4]));
    true
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 512,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(2015),
        ..ProptestConfig::default()
    })]

    #[test]
    fn what_the_sdk_signs_holds(plain in plain()) {
        let head = plain.arrived(&plain.instructions());
        prop_assert!(holds(&head, &plain.body), "{head:?}");
    }

    #[test]
    fn a_changed_byte_is_refused(plain in plain(), part in 0..6_u8, at in any::<Index>(), by in "[aZ5~]") {
        let by = by.chars().next().expect("one character");
        let signed = plain.instructions();
        let mut changed = plain.clone();
        let is_changed = match part {
            0 => {
                changed.method = if plain.method == "GET" { "HEAD" } else { "GET" };
                true
            }
            // The leading slash stays: without it there is no request.
            1 => {
                let mut rest = changed.path.split_off(1);
                let is_changed = change(&mut rest, at, by);
                changed.path.push_str(&rest);
                is_changed
            }
            2 => change(&mut changed.query, at, by),
            3 => change(&mut changed.host, at, 'z'),
            4 => match changed.headers.first_mut() {
                Some((_, value)) => change(value, at, by),
                None => false,
            },
            _ => {
                let length = changed.body.len();
                if length > 0 {
                    changed.body[at.index(length)] ^= 1;
                }
                length > 0
            }
        };
        if is_changed {
            let same = changed.signature() == plain.signature();
            let head = changed.arrived(&signed);
            prop_assert_eq!(holds(&head, &changed.body), same, "{:?}", head);
        }
    }

    /// The parameters of the signature itself are part of what is signed.
    #[test]
    fn a_changed_byte_of_the_claim_is_refused(plain in plain(), at in any::<Index>(), by in "[aZ5~]") {
        let by = by.chars().next().expect("one character");
        let signed = plain.instructions();
        let mut head = plain.arrived(&signed);
        let is_changed = if plain.way == Way::Presigned {
            let query = head.query.take().unwrap_or_default();
            let own = query.find("X-Amz-Algorithm").expect("the signer begins with it");
            let (before, mut claim) = (query[..own].to_owned(), query[own..].to_owned());
            let is_changed = change(&mut claim, at, by);
            head.query = Some(before + &claim);
            is_changed
        } else {
            let mut value = head.header("authorization").expect("signed by header").to_owned();
            let is_changed = change(&mut value, at, by);
            head.headers.insert("authorization", HeaderValue::from_str(&value).expect("printable"));
            is_changed
        };
        if is_changed {
            prop_assert!(!holds(&head, &plain.body), "{head:?}");
        }
    }

    /// A signature that begins right is not half of one.
    #[test]
    fn a_cut_or_lengthened_signature_is_refused(plain in plain(), keep in 0..64_usize, more in "[0-9a-f]{1,3}") {
        let signed = plain.instructions();
        let signature = plain.signature();
        prop_assert_eq!(signature.len(), 64);
        for other in [signature[..keep].to_owned(), signature.clone() + &more] {
            let replace = |(name, value): &(String, String)| (name.clone(), value.replace(&signature, &other));
            let (headers, query) = &signed;
            let changed = (headers.iter().map(replace).collect(), query.iter().map(replace).collect());
            let head = plain.arrived(&changed);
            prop_assert!(!holds(&head, &plain.body), "{other}: {head:?}");
        }
    }
}
