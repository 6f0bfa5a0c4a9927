//! Which keys are taken. Their writings are tested with the crate that knows them.

use super::key::read;
use crate::error::CredentialRefusal;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use key_material::pem;

/// A key of 2048 bits as ssh-keygen writes it, and as `ssh-keygen -e -m PKCS8` does.
const LINE: &str = include_str!("testdata/rsa.pub");
const SPKI: &str = include_str!("testdata/rsa.spki.pem");
const SHORT: &str = include_str!("testdata/rsa1024.pub");
const ED25519: &str = include_str!("testdata/ed25519.pub");

#[test]
fn a_key_is_read_in_either_encoding() {
    let key = read(LINE).unwrap();
    for text in [SPKI, &key.ssh_line(), &format!("  {LINE}\n")] {
        assert_eq!(read(text).unwrap(), key, "{text}");
    }
}

#[test]
fn what_is_no_key_of_ours() {
    let blob = |parts: &[&[u8]]| {
        let mut blob = Vec::new();
        for part in parts {
            blob.extend_from_slice(&u32::try_from(part.len()).unwrap().to_be_bytes());
            blob.extend_from_slice(part);
        }
        format!("ssh-rsa {}", STANDARD.encode(blob))
    };
    let trailing = blob(&[b"ssh-rsa", &[1, 0, 1], &[1; 256], b"x"]);
    let other = blob(&[b"ssh-dss", &[1, 0, 1], &[1; 256]]);
    let lying = "ssh-rsa /////w==".to_owned();
    let huge = blob(&[b"ssh-rsa", &[1, 0, 1], &[1; 2049]]);
    let zero = blob(&[b"ssh-rsa", &[0], &[1; 256]]);
    for (text, want) in [
        ("", CredentialRefusal::SshEncoding),
        ("hello", CredentialRefusal::SshEncoding),
        ("ssh-rsa", CredentialRefusal::SshEncoding),
        ("ssh-rsa ???", CredentialRefusal::SshEncoding),
        ("rsa AAAA", CredentialRefusal::SshEncoding),
        (&SPKI.replace("PUBLIC KEY", "CERTIFICATE"), CredentialRefusal::SshEncoding),
        (&pem::write("PUBLIC KEY", b"no key"), CredentialRefusal::SshEncoding),
        (ED25519, CredentialRefusal::SshKey),
        (SHORT, CredentialRefusal::SshKey),
        (&trailing, CredentialRefusal::SshKey),
        (&other, CredentialRefusal::SshKey),
        (&lying, CredentialRefusal::SshKey),
        (&huge, CredentialRefusal::SshKey),
        (&zero, CredentialRefusal::SshKey),
    ] {
        assert_eq!(read(text), Err(want), "{text}");
    }
}
