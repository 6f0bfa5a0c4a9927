//! Responses that an independent implementation signed (signxml over libxml2, with keys of its own), taken as they are
//! and attacked.

use super::assertion::{Assertion, read};
use crate::error::Refusal;
use base::Timestamp;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// A signed assertion in a response that is not.
const ASSERTION: &str = include_str!("fixtures/assertion_rsa.xml");
/// Both signed, with inclusive prefixes.
const BOTH: &str = include_str!("fixtures/both_rsa.xml");
/// A signed response, by a curve.
const CURVE: &str = include_str!("fixtures/response_ec.xml");
/// Nothing is signed.
const UNSIGNED: &str = include_str!("fixtures/unsigned.xml");
const RSA: &[u8] = include_bytes!("fixtures/rsa.der");
const EC: &[u8] = include_bytes!("fixtures/ec.der");
const ISSUER: &str = "https://idp.example/meta";
/// Noon of the day, a minute after the assertions were issued.
const NOON: Timestamp = Timestamp::from_millis(1_767_268_800_000);

fn judge(response: &str, certificates: &[&[u8]], now: Timestamp) -> Result<Assertion, Refusal> {
    let certificates: Vec<Vec<u8>> = certificates.iter().map(|der| der.to_vec()).collect();
    read(&STANDARD.encode(response), ISSUER, &certificates, now)
}

#[track_caller]
fn refused(response: &str, now: Timestamp) -> Refusal {
    judge(response, &[RSA, EC], now).map(|read| read.id).unwrap_err()
}

fn invalid(sentence: &str) -> Refusal {
    Refusal::Token(sentence.to_owned())
}

#[test]
fn what_identity_providers_write_is_read() {
    let own = judge(ASSERTION, &[EC, RSA], NOON).unwrap();
    assert_eq!((own.id.as_str(), own.subject.as_str()), ("_a1", "anna@example.com"));
    assert_eq!(own.subject_type, "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress");
    assert_eq!(own.audience, "urn:amazon:webservices");
    assert_eq!(own.session_name().unwrap(), "anna@example.com");
    assert_eq!((own.session_seconds, own.source_identity.as_deref()), (Some(1200), Some("anna")));
    assert_eq!(own.transitive, ["Team"]);
    let (role, provider) =
        ("arn:aws:iam::000000000000:role/viewer", "arn:aws:iam::000000000000:saml-provider/okta");
    assert!(own.names(role, provider));
    assert!(!own.names(role, "arn:aws:iam::000000000000:saml-provider/other"));
    assert!(!own.names("arn:aws:iam::000000000000:role/admin", provider));
    // Nobody can redeem it later than this.
    assert_eq!(own.expires_at.millis_since(NOON), 240_000);
    for (response, certificate) in [(BOTH, RSA), (CURVE, EC)] {
        let other = judge(response, &[certificate], NOON).unwrap();
        assert_eq!(other.subject_type, "persistent");
        assert_eq!(other.audience, "https://signin.aws.amazon.com/saml");
        assert_eq!(other.tags[0].value.as_deref(), Some("R&D <7>"));
        assert!(other.names(role, provider));
    }
}

/// base64(sha1("https://idp.example/meta" + "000000000000/okta")), by another implementation.
#[test]
fn a_providers_name_qualifier_stays_the_same() {
    let own = judge(ASSERTION, &[RSA], NOON).unwrap();
    assert_eq!(own.name_qualifier("000000000000/okta"), "x89+6aQH5Ur0SRHLi5R4W6FJH5M=");
}

#[test]
fn a_signature_of_somebody_else_or_none_is_refused() {
    let sentence = invalid("Response signature invalid");
    assert_eq!(judge(ASSERTION, &[EC], NOON).map(|read| read.id).unwrap_err(), sentence);
    assert_eq!(judge(ASSERTION, &[], NOON).map(|read| read.id).unwrap_err(), sentence);
    assert_eq!(refused(UNSIGNED, NOON), sentence);
    for (what, from, to) in [
        ("another subject", ">anna@example.com</NameID>", ">root@example.com</NameID>"),
        ("another role", "role/viewer", "role/admin"),
        ("a blank", "<Subject>", "<Subject> "),
        ("another digest", "<ds:DigestValue>", "<ds:DigestValue>AAAA"),
        ("another signature", "<ds:SignatureValue>", "<ds:SignatureValue>AAAA"),
        ("a cut signature", "==</ds:SignatureValue>", "</ds:SignatureValue>"),
        ("a weaker algorithm", "2001/04/xmldsig-more#rsa-sha256", "2000/09/xmldsig#rsa-sha1"),
        ("a keyed digest", "2001/04/xmldsig-more#rsa-sha256", "2000/09/xmldsig#hmac-sha1"),
        ("a weaker digest", "2001/04/xmlenc#sha256", "2000/09/xmldsig#sha1"),
        ("other canonical form", "2001/10/xml-exc-c14n#", "TR/2001/REC-xml-c14n-20010315"),
        ("the whole document", "URI=\"#_a1\"", "URI=\"\""),
        ("another element", "URI=\"#_a1\"", "URI=\"#_r1\""),
        (
            "a style sheet",
            "<ds:Transforms>",
            "<ds:Transforms><ds:Transform Algorithm=\"http://www.w3.org/TR/1999/REC-xslt-19991116\"/>",
        ),
        ("an object", "<ds:KeyInfo>", "<ds:Object/><ds:KeyInfo>"),
    ] {
        let attacked = ASSERTION.replace(from, to);
        assert_ne!(attacked, ASSERTION, "{what}");
        assert_eq!(refused(&attacked, NOON), sentence, "{what}");
    }
}

/// Eight ways to show a signed assertion and have another one read.
#[test]
fn signatures_are_not_wrapped() {
    let start = ASSERTION.find("<Assertion").unwrap();
    let end = ASSERTION.find("</Assertion>").unwrap() + "</Assertion>".len();
    let (head, signed, tail) = (&ASSERTION[..start], &ASSERTION[start..end], &ASSERTION[end..]);
    let signature = &signed[signed.find("<ds:Signature").unwrap()
        ..signed.find("</ds:Signature>").unwrap() + "</ds:Signature>".len()];
    let evil = signed.replace("anna@example.com", "evil@example.com").replace("_a1", "_evil");
    let unsigned = evil.replace(&signature.replace("_a1", "_evil"), "");
    let extensions = |inner: &str| {
        format!(
            "<samlp:Extensions xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\">{inner}</samlp:Extensions>"
        )
    };
    let within =
        |outer: &str, inner: &str| outer.replacen("</Assertion>", &format!("{inner}</Assertion>"), 1);
    let moved = unsigned.replace(
        "<Subject>",
        &format!(
            "{}<Subject>",
            signature.replace("</ds:Signature>", &format!("<ds:Object>{signed}</ds:Object></ds:Signature>"))
        ),
    );
    for (what, attacked) in [
        ("beside it, before", format!("{head}{unsigned}{signed}{tail}")),
        ("beside it, after", format!("{head}{signed}{unsigned}{tail}")),
        ("round it", format!("{head}{}{tail}", within(&unsigned, signed))),
        ("in an extension", format!("{head}{}{unsigned}{tail}", extensions(signed))),
        ("in the signature's object", format!("{head}{moved}{tail}")),
        (
            "with its signature",
            format!(
                "{head}{}{}{tail}",
                unsigned.replace("<Subject>", &format!("{signature}<Subject>")),
                extensions(signed)
            ),
        ),
        ("with its ID", format!("{head}{}{}{tail}", unsigned.replace("_evil", "_a1"), extensions(signed))),
        ("within it", format!("{head}{}{tail}", within(signed, &unsigned))),
    ] {
        let refusal = refused(&attacked, NOON);
        let one = invalid("The SAML response must contain exactly one assertion");
        assert!(refusal == invalid("Response signature invalid") || refusal == one, "{what}: {refusal:?}");
    }
    // A comment within a name must not cut it off.
    let commented =
        ASSERTION.replace(">anna@example.com</NameID>", ">anna@example.com<!-- -->.evil</NameID>");
    assert_eq!(refused(&commented, NOON), invalid("Could not parse SAML response"));
    let entity = format!("<!DOCTYPE r [<!ENTITY e 'x'>]>{ASSERTION}");
    assert_eq!(refused(&entity, NOON), invalid("Could not parse SAML response"));
}

#[test]
fn an_assertion_is_for_us_and_for_now() {
    let expired = Refusal::ExpiredToken("Token must be redeemed within 5 minutes of issuance".to_owned());
    assert!(judge(ASSERTION, &[RSA], NOON.plus_millis(239_999)).is_ok());
    assert_eq!(refused(ASSERTION, NOON.plus_millis(240_000)), expired);
    assert_eq!(refused(ASSERTION, NOON.plus_millis(-700_000)), expired);
    let issuer = read(&STANDARD.encode(ASSERTION), "https://other.example", &[RSA.to_vec()], NOON);
    assert_eq!(issuer.map(|read| read.id).unwrap_err(), invalid("Issuer not present in specified provider"));
    assert_eq!(
        read("no base64!", ISSUER, &[RSA.to_vec()], NOON).map(|read| read.id).unwrap_err(),
        invalid("Invalid base64 SAMLResponse")
    );
    let failed = ASSERTION.replace("status:Success", "status:Responder");
    assert!(matches!(refused(&failed, NOON), Refusal::Claim(_)));
}
