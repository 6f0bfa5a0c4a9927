//! Objects: their rows, their bytes, and the operations on them.

pub(crate) mod attributes;
mod body_md5;
pub(crate) mod condition;
pub(crate) mod copy;
pub(crate) mod delete;
pub(crate) mod get;
pub(crate) mod metadata;
pub(crate) mod naming;
pub(crate) mod of_services;
pub(crate) mod put;
pub(crate) mod read;
pub(crate) mod record;
pub(crate) mod release;
pub(crate) mod restore;
pub(crate) mod share;
pub(crate) mod source;
pub(crate) mod tags;
#[cfg(test)]
mod tests;
pub(crate) mod version;
pub(crate) mod write;

use crate::error::Error;

/// The MD5 of nothing.
pub(crate) const EMPTY_E_TAG: &str = "d41d8cd98f00b204e9800998ecf8427e";
/// Bytes of a key at the most.
pub(crate) const LONGEST_KEY: usize = 1024;

/// The key of a call.
pub(crate) fn key(key: Option<String>) -> Result<String, Error> {
    let key = key.unwrap_or_default();
    if key.len() > LONGEST_KEY { Err(Error::KeyTooLong(key.len())) } else { Ok(key) }
}

/// An ETag as it is answered.
pub(crate) fn quoted(e_tag: &str) -> String {
    format!("\"{e_tag}\"")
}
