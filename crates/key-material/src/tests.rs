//! Keys in all their writings, held against what ssh-keygen and OpenSSL say of them.

use crate::{
    Ed25519PrivateKey, Ed25519PublicKey, RsaPrivateKey, RsaPublicKey, SshKey, md5_pairs, pem, sha1_pairs,
};
use base::Ids;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// A key of 2048 bits as ssh-keygen writes it, and as `ssh-keygen -e -m PKCS8`, `-m PEM` and `-m RFC4716` do.
const LINE: &str = include_str!("testdata/rsa.pub");
const SPKI: &str = include_str!("testdata/rsa.spki.pem");
const PKCS1: &str = include_str!("testdata/rsa.pkcs1.pem");
const RFC4716: &str = include_str!("testdata/rsa.rfc4716");
/// What `ssh-keygen -E md5 -l` says of it, and `openssl md5 -c` of its SubjectPublicKeyInfo.
const MD5_OF_SSH: &str = include_str!("testdata/rsa.md5");
const MD5_OF_SPKI: &str = include_str!("testdata/rsa.spki.md5");
/// A key of ssh-keygen, and what `ssh-keygen -l` says of it.
const ED25519: &str = include_str!("testdata/ed25519.pub");
const SHA256_OF_ED25519: &str = include_str!("testdata/ed25519.sha256");

fn without_comment(line: &str) -> String {
    line.split_whitespace().take(2).collect::<Vec<_>>().join(" ")
}

fn rsa(line: &str) -> Option<RsaPublicKey> {
    RsaPublicKey::from_ssh(&SshKey::from_line(line)?)
}

#[test]
fn one_rsa_key_in_four_writings() {
    let key = rsa(LINE).unwrap();
    assert_eq!((key.bits(), key.ssh_line()), (2048, without_comment(LINE)));
    assert_eq!(key.pem(), SPKI);
    assert_eq!(md5_pairs(&key.ssh_blob()), MD5_OF_SSH.trim());
    assert_eq!(md5_pairs(&key.spki()), MD5_OF_SPKI.trim());
    assert_eq!(RsaPublicKey::from_pem(SPKI).unwrap(), key);
    assert_eq!(RsaPublicKey::from_pem(PKCS1).unwrap(), key);
    assert_eq!(RsaPublicKey::from_spki(&key.spki()).unwrap(), key);
    assert_eq!(RsaPublicKey::from_ssh(&SshKey::from_rfc4716(RFC4716).unwrap()).unwrap(), key);
}

#[test]
fn one_ed25519_key_in_two_writings() {
    let key = Ed25519PublicKey::from_ssh(&SshKey::from_line(ED25519).unwrap()).unwrap();
    assert_eq!(key.ssh_line(), without_comment(ED25519));
    // ssh-keygen leaves the filling out.
    assert_eq!(key.fingerprint(), format!("{}=", SHA256_OF_ED25519.trim()));
    let spki = [&super::ed25519::SPKI_HEAD[..], &key.ssh_blob()[19..]].concat();
    assert_eq!(Ed25519PublicKey::from_spki(&spki).unwrap(), key);
    assert_eq!(Ed25519PublicKey::from_spki(&spki[..43]), None);
}

#[test]
fn what_is_no_key() {
    let blob = |parts: &[&[u8]]| format!("ssh-rsa {}", STANDARD.encode(super::ssh::strings(parts)));
    for text in [
        String::new(),
        "ssh-rsa".to_owned(),
        "ssh-rsa ???".to_owned(),
        "ssh-rsa /////w==".to_owned(),
        blob(&[b"ssh-rsa", &[1, 0, 1], &[1; 256], b"x"]),
        blob(&[b"ssh-dss", &[1, 0, 1], &[1; 256]]),
        blob(&[b"ssh-rsa", &[0], &[1; 256]]),
        ED25519.to_owned(),
    ] {
        assert_eq!(rsa(&text), None, "{text}");
    }
    for text in [LINE, "", "---- BEGIN SSH2 PUBLIC KEY ----\nAAAA", &RFC4716.replace("---- END", "---- MID")]
    {
        assert_eq!(SshKey::from_rfc4716(text), None, "{text}");
    }
    for text in [LINE, &SPKI.replace("PUBLIC KEY", "CERTIFICATE"), &pem::write("PUBLIC KEY", b"no key")] {
        assert_eq!(RsaPublicKey::from_pem(text), None, "{text}");
    }
}

#[test]
fn headers_of_rfc4716_go_on_over_lines() {
    let text = RFC4716.replace("Comment:", "x-note: one \\\ntwo\nSubject: me\nComment:");
    assert_ne!(text, RFC4716);
    assert_eq!(SshKey::from_rfc4716(&text), SshKey::from_rfc4716(RFC4716));
}

#[test]
fn an_rsa_key_signs_and_a_seed_repeats_it() {
    let key = RsaPrivateKey::new(&Ids::seeded(7, "key"));
    let pair = ring::rsa::KeyPair::from_der(&key.pkcs1()).unwrap();
    assert_eq!(pair.public().modulus_len(), 256);
    assert_eq!(ring::rsa::KeyPair::from_pkcs8(&key.pkcs8()).unwrap().public().modulus_len(), 256);
    assert_eq!(rsa(&key.public().ssh_line()).unwrap(), key.public());
    assert_eq!(key.pkcs1(), RsaPrivateKey::new(&Ids::seeded(7, "key")).pkcs1());
    assert_ne!(key.pkcs1(), RsaPrivateKey::new(&Ids::seeded(8, "key")).pkcs1());
    // `openssl pkcs8 -topk8 -nocrypt -outform DER | openssl sha1 -c` of the key in PEM.
    assert_eq!(sha1_pairs(&key.pkcs8()), "6c:33:78:7f:d0:1d:c7:b2:c1:d7:bb:ed:90:cf:8c:e8:4e:57:4d:6e");
}

#[test]
fn an_ed25519_key_is_read_by_openssh() {
    let key = Ed25519PrivateKey::new(&Ids::seeded(7, "key"));
    let file = key.openssh("");
    assert_eq!(file, include_str!("testdata/seed7.ed25519"));
    // What `ssh-keygen -y` says of that file.
    assert_eq!(key.public().ssh_line(), include_str!("testdata/seed7.ed25519.pub").trim());
    assert_ne!(file, Ed25519PrivateKey::new(&Ids::seeded(8, "key")).openssh(""));
}

/// What `puttygen -O private --ppk-param version=2 -C deployer` makes of the same keys.
#[test]
fn keys_are_written_as_putty_writes_them() {
    let rsa = RsaPrivateKey::new(&Ids::seeded(7, "key"));
    assert_eq!(rsa.ppk("deployer"), include_str!("testdata/seed7.rsa.ppk"));
    let ed25519 = Ed25519PrivateKey::new(&Ids::seeded(7, "key"));
    assert_eq!(ed25519.ppk("deployer"), include_str!("testdata/seed7.ed25519.ppk"));
}
