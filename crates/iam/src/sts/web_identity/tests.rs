//! Tokens, by the examples of RFC 7515 and by attacks on them.

use super::claims::Claims;
use super::jwk::Key;
use super::jwt::{Jwt, base64url};
use super::keys;
use crate::error::Refusal;
use crate::sts::provider::Oidc;
use base::Timestamp;
use base64::Engine;
use serde_json::{Value, json};

/// RFC 7515, A.2: RS256.
const RS256: &str = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
const RS256_N: &str = "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ";
/// RFC 7515, A.3: ES256.
const ES256: &str = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
/// ES384 and ES512, by another implementation.
const ES384: &str = "eyJhbGciOiJFUzM4NCJ9.eyJpc3MiOiJqb2UifQ.BVKORqAJ_UarWxugwBa3vkLoKCWBLzXB9pYZ0I0eIYc7rlIAf-GALOPgAGlIlVBTvW2R0GDdFg6uMAiWih32JzOfZ6mnrJVrrUCeH3l7wHsudBGXNrINwOlEdz7uZW0w";
const ES512: &str = "eyJhbGciOiJFUzUxMiJ9.eyJpc3MiOiJqb2UifQ.AABgPq_B-_OykO355xElsY-ZVbCkrYmtcntVL_i1rkw_gido96fVsDmSE4uEZz3_-2e5BzxJOJREpTYBpRsyUO2qAGMFEn5gGl1-Msy21u7ZNzA5BFykhJWK4j4b8XilCuijB12gehMQG_E74oS75I1QKQ_HsKR-mZFWwS51HFeMUQ1_";

fn rsa() -> Value {
    json!({ "kty": "RSA", "n": RS256_N, "e": "AQAB" })
}

fn p256() -> Value {
    json!({ "kty": "EC", "crv": "P-256", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0" })
}

fn p384() -> Value {
    json!({ "kty": "EC", "crv": "P-384", "x": "ho_XXwgaCNjtwoOzL_bpBGLvZXdda3QoiW-OuAXLp8HtUe7I2X3gK_al8zBNXD6_", "y": "KjoRBLooIFB_rR1ULIUVYC9EwnZ_2JJUbJJw7EzXhohZIaAfIDHjluavhqX0oQ2Y" })
}

fn p521() -> Value {
    json!({
        "kty": "EC", "crv": "P-521",
        "x": "AcUZFHEC0PwWN-B7yHGyTZvriwwLXzNVjmxye79yfX5NxEXGmBCywW1sWZT0EfP8D5TVzaXPO11AJZq22iwSzd5m",
        "y": "ACOWljfDPHnYjYoRTRcVVkO0xYIC8pHQV1rQYhoKAtohkZWOuD_jSSD4K1xP04C4548iS-myKOVIjudGi-5hO4Oc",
    })
}

fn set(keys: &[Value]) -> Vec<Key> {
    keys::parse(json!({ "keys": keys }).to_string().as_bytes()).unwrap()
}

fn verdict(token: &str, keys: &[Value]) -> Result<(), Refusal> {
    Jwt::parse(token)?.verify(&set(keys))
}

/// The token with another head, its signature kept.
fn with_head(token: &str, head: &Value) -> String {
    let (_, rest) = token.split_once('.').unwrap();
    format!("{}.{rest}", base64url().encode(head.to_string()))
}

#[test]
fn the_examples_of_the_standard_verify() {
    assert_eq!(verdict(RS256, &[rsa()]), Ok(()));
    assert_eq!(verdict(ES256, &[p256()]), Ok(()));
    // The right key is found among others.
    assert_eq!(verdict(ES256, &[rsa(), p521(), p256()]), Ok(()));
    assert_eq!(verdict(ES384, &[p384()]), Ok(()));
    assert_eq!(verdict(ES512, &[p521()]), Ok(()));
}

#[test]
fn what_is_no_token_is_refused_as_such() {
    let sentence =
        "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)";
    let dots = RS256.replace('.', "");
    let padded = format!("{RS256}=");
    let nested = format!("a.{RS256}");
    let long = format!("{RS256}{}", "A".repeat(20_000));
    let (_, rest) = RS256.split_once('.').unwrap();
    let twice = format!("{}.{rest}", base64url().encode(r#"{"alg":"none","alg":"RS256"}"#));
    let critical = with_head(RS256, &json!({ "alg": "RS256", "crit": ["exp"] }));
    for token in ["", "..", "a.b.c", &dots, &padded, &nested, &long, &twice, &critical] {
        let refusal = Jwt::parse(token).map(|_| ()).unwrap_err();
        assert_eq!(refusal, Refusal::Token(sentence.to_owned()), "{token}");
    }
}

#[test]
fn forged_tokens_are_refused() {
    let invalid = Err(Refusal::Token("Token signature invalid".to_owned()));
    // The algorithm is the key's business, not the token's.
    for algorithm in ["none", "None", "NONE", "HS256", "HS512", "PS256", "ES256", "EdDSA", ""] {
        let forged = with_head(RS256, &json!({ "alg": algorithm }));
        assert!(matches!(verdict(&forged, &[rsa()]), Err(Refusal::Unreachable(_))), "{algorithm}");
        let (unsigned, _) = forged.rsplit_once('.').unwrap();
        assert!(
            matches!(verdict(&format!("{unsigned}."), &[rsa()]), Err(Refusal::Unreachable(_))),
            "{algorithm}"
        );
    }
    let other_size = with_head(RS256, &json!({ "alg": "RS512" }));
    assert_eq!(verdict(&other_size, &[rsa()]), invalid);
    // A key that is for one algorithm is for no other.
    let mut bound = rsa();
    bound["alg"] = json!("RS384");
    assert!(matches!(verdict(RS256, &[bound]), Err(Refusal::Unreachable(_))));
    let mut encrypting = rsa();
    encrypting["use"] = json!("enc");
    assert!(matches!(verdict(RS256, &[encrypting]), Err(Refusal::Unreachable(_))));
    // Cut, empty and lengthened signatures, and one over other claims.
    for token in [RS256, ES256, ES384, ES512] {
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let bytes = base64url().decode(signature).unwrap();
        for cut in [&bytes[..bytes.len() - 1], &bytes[1..], &bytes[..0], &[bytes.as_slice(), &[0]].concat()] {
            let forged = format!("{signed}.{}", base64url().encode(cut));
            assert_eq!(verdict(&forged, &[rsa(), p256(), p384(), p521()]), invalid);
        }
        let (head, _) = signed.split_once('.').unwrap();
        let forged = format!("{head}.{}.{signature}", base64url().encode(r#"{"iss":"evil"}"#));
        assert_eq!(verdict(&forged, &[rsa(), p256(), p384(), p521()]), invalid);
    }
    // All zeros: a known hole of careless ECDSA.
    let (signed, _) = ES256.rsplit_once('.').unwrap();
    let zeros = format!("{signed}.{}", base64url().encode([0; 64]));
    assert_eq!(verdict(&zeros, &[p256()]), invalid);
}

#[test]
fn the_key_is_the_one_that_is_named() {
    let named = |id: &str, mut key: Value| {
        key["kid"] = json!(id);
        key
    };
    let token = with_head(ES256, &json!({ "alg": "ES256", "kid": "b" }));
    // The head is signed too, so no named token of the standard verifies: what counts is which key is asked.
    let asked = |keys: &[Value]| match verdict(&token, keys) {
        Err(Refusal::Token(_)) => true,
        Err(Refusal::Unreachable(_)) => false,
        other => panic!("{other:?}"),
    };
    assert!(asked(&[named("a", p256()), named("b", p256())]));
    assert!(!asked(&[named("a", p256())]));
    assert!(!asked(&[p256()]));
    assert!(!asked(&[named("b", rsa())]));
    // Without a name there must be no choice.
    assert!(matches!(
        verdict(ES256, &[named("a", p256()), named("b", p256())]),
        Err(Refusal::Unreachable(_))
    ));
}

#[test]
fn keys_are_read_with_care() {
    let cut = json!({ "kty": "EC", "crv": "P-256", "x": "AAAA", "y": "AAAA" });
    for key in [
        json!({}),
        json!({ "kty": "oct", "k": "AAAA" }),
        json!({ "kty": "RSA", "n": "!", "e": "AQAB" }),
        json!({ "kty": "RSA", "n": "AAAA", "e": "" }),
        cut,
    ] {
        assert_eq!(Key::parse(&key), None, "{key}");
    }
    for document in ["", "[]", "{}", r#"{"keys":{}}"#] {
        assert!(keys::parse(document.as_bytes()).is_err(), "{document}");
    }
}

fn claims(claims: &Value) -> Result<Claims, Refusal> {
    let token = format!(
        "{}.{}.AAAA",
        base64url().encode(r#"{"alg":"RS256"}"#),
        base64url().encode(claims.to_string())
    );
    Claims::read(&Jwt::parse(&token)?)
}

#[test]
fn claims_have_their_time() {
    let at = |seconds: i64| Timestamp::from_millis(seconds * 1000);
    let base = json!({ "iss": "https://i", "sub": "s", "aud": "a", "exp": 1000 });
    let with = |name: &str, value: Value| {
        let mut own = base.clone();
        own[name] = value;
        claims(&own).unwrap()
    };
    assert_eq!(claims(&base).unwrap().require_time(at(999)), Ok(()));
    let sentence = "Token expired: current date/time 1000 must be before the expiration date/time 1000";
    assert_eq!(
        claims(&base).unwrap().require_time(at(1000)),
        Err(Refusal::ExpiredToken(sentence.to_owned()))
    );
    for name in ["iat", "nbf"] {
        assert_eq!(with(name, json!(800)).require_time(at(500)), Ok(()), "{name}, within the skew");
        assert!(with(name, json!(801)).require_time(at(500)).is_err(), "{name}");
        assert!(with(name, json!(800.9)).require_time(at(500)).is_ok(), "{name}, with a fraction");
    }
    for name in ["iss", "sub", "aud", "exp"] {
        let mut own = base.clone();
        own.as_object_mut().unwrap().remove(name);
        let refusal = claims(&own).map(|_| ()).unwrap_err();
        assert_eq!(refusal, Refusal::Token(format!("Missing a required claim: {name}")));
    }
    let endless = json!({ "iss": "https://i", "sub": "s", "aud": "a", "exp": 1e300 });
    assert!(claims(&endless).is_err());
}

#[test]
fn audiences_and_keys_of_the_provider() {
    let provider = Oidc {
        arn: "arn:aws:iam::000000000000:oidc-provider/i.example/x".to_owned(),
        issuer: "i.example/x".to_owned(),
        client_ids: vec!["sts.amazonaws.com".to_owned(), "app".to_owned()],
        thumbprints: Vec::new(),
    };
    let check = |aud: Value, azp: Option<&str>, want: Result<&str, ()>, oaud: Option<&str>| {
        let mut own =
            json!({ "iss": "https://i.example/x", "sub": "s", "aud": aud, "exp": 1, "amr": ["mfa", "pwd"] });
        if let Some(azp) = azp {
            own["azp"] = json!(azp);
        }
        let own = claims(&own).unwrap();
        let audience = own.audience(&provider);
        assert_eq!(audience.as_deref().map_err(|_| ()), want, "{aud} {azp:?}");
        let Ok(audience) = audience else { return };
        let context = own.context(&provider, &audience);
        let find =
            |key: &str| context.iter().find(|(name, _)| name == key).map(|(_, values)| values.join(" "));
        assert_eq!(find("i.example/x:aud").as_deref(), Some(audience.as_str()));
        assert_eq!(find("i.example/x:sub").as_deref(), Some("s"));
        assert_eq!(find("i.example/x:amr").as_deref(), Some("mfa pwd"));
        assert_eq!(find("i.example/x:oaud").as_deref(), oaud);
    };
    check(json!("app"), None, Ok("app"), None);
    check(json!(["other", "sts.amazonaws.com"]), None, Ok("sts.amazonaws.com"), None);
    check(json!("other"), None, Err(()), None);
    // The authorized party takes the audience's place.
    check(json!("api"), Some("app"), Ok("app"), Some("api"));
    check(json!("app"), Some("other"), Err(()), None);
}

#[test]
fn tags_come_in_two_forms() {
    let nested = json!({
        "iss": "i", "sub": "s", "aud": "a", "exp": 1,
        "https://aws.amazon.com/tags": { "principal_tags": { "Team": ["blue"] }, "transitive_tag_keys": ["Team"] },
        "https://aws.amazon.com/source_identity": "anna",
    });
    let flat = json!({
        "iss": "i", "sub": "s", "aud": "a", "exp": 1,
        "https://aws.amazon.com/tags/principal_tags/Team": "blue",
        "https://aws.amazon.com/tags/transitive_tag_keys": ["Team"],
        "https://aws.amazon.com/source_identity": "anna",
    });
    for form in [nested, flat] {
        let read = claims(&form).unwrap();
        let tags: Vec<_> = read.tags.iter().map(|tag| (tag.key.as_deref(), tag.value.as_deref())).collect();
        assert_eq!(tags, [(Some("Team"), Some("blue"))]);
        assert_eq!(
            (read.transitive.as_slice(), read.source_identity.as_deref()),
            (&["Team".to_owned()][..], Some("anna"))
        );
    }
}
