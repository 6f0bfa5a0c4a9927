//! SSH's writing of public keys: the line of `authorized_keys`, and the file of RFC 4716. Both carry the same bytes
//! (RFC 4253, section 6.6).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// A public key in SSH's bytes, not yet read further.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SshKey {
    /// The kind of key: `ssh-rsa`.
    pub kind: String,
    /// The bytes, which begin with the kind.
    pub blob: Vec<u8>,
}

impl SshKey {
    /// Reads a line: kind, base64 and perhaps a comment. That the bytes hold a key of this kind is not said.
    pub fn from_line(text: &str) -> Option<Self> {
        let mut words = text.split_ascii_whitespace();
        let (kind, base64) = (words.next()?, words.next()?);
        let blob = STANDARD.decode(base64).ok().filter(|blob| !blob.is_empty())?;
        Some(Self { kind: kind.to_owned(), blob })
    }

    /// Reads the file of RFC 4716. Headers, which may go on over several lines, are left out.
    pub fn from_rfc4716(text: &str) -> Option<Self> {
        let mut lines = text.trim().lines().map(str::trim);
        if lines.next()? != "---- BEGIN SSH2 PUBLIC KEY ----" {
            return None;
        }
        let mut base64 = String::new();
        let mut in_header = false;
        let mut is_closed = false;
        for line in lines.by_ref() {
            if line == "---- END SSH2 PUBLIC KEY ----" {
                is_closed = true;
                break;
            }
            if in_header || line.contains(':') {
                in_header = line.ends_with('\\');
            } else {
                base64.push_str(line);
            }
        }
        if !is_closed || lines.next().is_some() {
            return None;
        }
        let blob = STANDARD.decode(base64).ok()?;
        let (kind, _) = string(&blob)?;
        Some(Self { kind: String::from_utf8(kind.to_vec()).ok()?, blob })
    }
}

/// A string of SSH and what follows it.
pub(crate) fn string(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    rest.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)
}

/// Strings of SSH, one after the other.
pub(crate) fn strings(parts: &[&[u8]]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for part in parts {
        bytes.extend_from_slice(&u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
        bytes.extend_from_slice(part);
    }
    bytes
}

/// Kind and base64, without a comment.
pub(crate) fn line(kind: &str, blob: &[u8]) -> String {
    format!("{kind} {}", STANDARD.encode(blob))
}
