//! Which keys are taken, and what they are called.

use super::material::{Format, Public, make, read};
use super::model::KeyKind;
use base::Ids;

/// One key of 2048 bits as ssh-keygen writes it, and as `ssh-keygen -e -m PKCS8` and `-m RFC4716` do.
const LINE: &str = include_str!("../../../key-material/src/testdata/rsa.pub");
const SPKI: &str = include_str!("../../../key-material/src/testdata/rsa.spki.pem");
const RFC4716: &str = include_str!("../../../key-material/src/testdata/rsa.rfc4716");
/// What `openssl md5 -c` says of its SubjectPublicKeyInfo.
const FINGERPRINT: &str = include_str!("../../../key-material/src/testdata/rsa.spki.md5");
const ED25519: &str = include_str!("../../../key-material/src/testdata/ed25519.pub");
/// The same as `openssl pkey -pubout` writes it.
const ED25519_SPKI: &str = include_str!("testdata/ed25519.spki.pem");
const ED25519_FINGERPRINT: &str = include_str!("../../../key-material/src/testdata/ed25519.sha256");

fn without_comment(line: &str) -> String {
    line.split_whitespace().take(2).collect::<Vec<_>>().join(" ")
}

fn base64_of(pem: &str) -> String {
    pem.lines().filter(|line| !line.starts_with("-----")).collect::<Vec<_>>().concat()
}

#[test]
fn one_key_is_the_same_in_every_writing() {
    let rsa = Public {
        kind: KeyKind::Rsa,
        fingerprint: FINGERPRINT.trim().to_owned(),
        line: without_comment(LINE),
    };
    for text in [LINE, &rsa.line, SPKI, &base64_of(SPKI), RFC4716, &format!("\n{LINE}\n")] {
        assert_eq!(read(text.as_bytes()).as_ref(), Some(&rsa), "{text}");
    }
    let ed25519 = Public {
        kind: KeyKind::Ed25519,
        fingerprint: format!("{}=", ED25519_FINGERPRINT.trim()),
        line: without_comment(ED25519),
    };
    for text in [ED25519, ED25519_SPKI, &base64_of(ED25519_SPKI)] {
        assert_eq!(read(text.as_bytes()).as_ref(), Some(&ed25519), "{text}");
    }
}

#[test]
fn lengths_of_rsa_keys() {
    for (line, want) in [
        (include_str!("testdata/rsa768.pub"), false),
        (include_str!("testdata/rsa1024.pub"), true),
        (include_str!("testdata/rsa3072.pub"), true),
        (include_str!("testdata/rsa4096.pub"), true),
        (include_str!("testdata/rsa8192.pub"), false),
    ] {
        assert_eq!(read(line.as_bytes()).is_some(), want, "{line}");
    }
}

#[test]
fn what_is_no_public_key() {
    let ecdsa = include_str!("testdata/ecdsa.pub");
    let cut = LINE.replacen("AAAAB3NzaC1yc2E", "", 1);
    for text in ["", "key", "AAAA", ecdsa, &cut, &SPKI.replace("PUBLIC", "PRIVATE"), "---- BEGIN"] {
        assert_eq!(read(text.as_bytes()), None, "{text}");
    }
    assert_eq!(read(&[0xff, 0xfe]), None);
}

#[test]
fn a_seed_makes_the_same_keys_again() {
    for kind in [KeyKind::Rsa, KeyKind::Ed25519] {
        let made = |seed, format| make(kind, format, "web", &Ids::seeded(seed, "keys"));
        let (file, public) = made(3, Format::Pem);
        assert_eq!((file.clone(), public.clone()), made(3, Format::Pem));
        assert_ne!(file, made(4, Format::Pem).0);
        // The same key for PuTTY, with its name.
        let (for_putty, same) = made(3, Format::Ppk);
        assert_eq!(same, public);
        assert!(
            for_putty.starts_with("PuTTY-User-Key-File-2: ssh-") && for_putty.contains("\nComment: web\n")
        );
        // What is made may be imported as well; RSA then has the other fingerprint.
        let imported = read(public.line.as_bytes()).unwrap();
        assert_eq!(imported.fingerprint == public.fingerprint, kind == KeyKind::Ed25519);
    }
}
