//! Private keys as PuTTY writes them, version 2, without encryption (PuTTY's manual, appendix C): text around SSH's
//! bytes of the public and of the private key, and a code that proves the whole.

use crate::pem;
use crate::ssh::strings;
use ring::hmac;
use sha1::{Digest, Sha1};

/// What the code's key is made from, where there is no passphrase.
const MAC_KEY: &[u8] = b"putty-private-key-file-mac-key";

/// Writes a key. `comment` is one line.
pub(crate) fn write(kind: &str, comment: &str, public: &[u8], private: &[u8]) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &Sha1::digest(MAC_KEY));
    let whole = strings(&[kind.as_bytes(), b"none", comment.as_bytes(), public, private]);
    let code: String = hmac::sign(&key, &whole).as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    let (public, private) = (pem::lines(public), pem::lines(private));
    let mut text = format!("PuTTY-User-Key-File-2: {kind}\nEncryption: none\nComment: {comment}\n");
    for (name, lines) in [("Public", public), ("Private", private)] {
        text += &format!("{name}-Lines: {}\n{lines}\n", lines.lines().count());
    }
    text + &format!("Private-MAC: {code}\n")
}
