//! How objects are stored: one row a version, ordered by key and then newest first.
//!
//! The text of a row is `bucket id / key U+0001 place`. Keys may hold any character, so U+0000 and U+0001 within
//! them are written as U+0001 `~` and U+0001 U+007F: the order of the texts stays the order of the keys' bytes, and a
//! key never looks like another one's place. The place of a version is its order, counted down, in hexadecimal;
//! an object from before versioning stands at `z`, after them all.

use crate::checksum::{Checksum, Coverage};
use crate::encryption::Encryption;
use crate::encryption::customer::Nonce;
use crate::lock::Lock;
use crate::object::attributes::Attributes;
use crate::object::restore::Restore;
use crate::replication;
use base::Timestamp;
use blob::BlobRef;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::{Paged, PagedMut, Record, StoreError};

/// The place of an object that was written before versioning was switched on.
const OLDEST: char = 'z';
/// Ends the key within a row's text.
const END: char = '\u{1}';

/// One version of an object, or a delete marker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct ObjectRow {
    /// The bucket's own id.
    pub(crate) bucket: String,
    pub(crate) key: String,
    /// Its place among the versions of its key, rising; `None` from before versioning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) order: Option<u64>,
    /// `None` for the null version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) version_id: Option<String>,
    pub(crate) written_at: Timestamp,
    /// `None` for a delete marker.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) object: Option<Object>,
}

/// What a version holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Object {
    pub(crate) size: u64,
    /// Without quotes.
    pub(crate) e_tag: String,
    /// Only an object of several parts under the client's own key may have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) checksum: Option<Checksum>,
    pub(crate) body: Body,
    pub(crate) attributes: Attributes,
    #[serde(default, skip_serializing_if = "Encryption::is_s3")]
    pub(crate) encryption: Encryption,
    #[serde(default, skip_serializing_if = "Lock::is_empty")]
    pub(crate) lock: Lock,
    /// Of an archived object that was asked back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) restore: Option<Restore>,
    /// Where a rule replicates it, or it is a replica.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) replication: Option<replication::Status>,
    /// Of a replica: what it is a replica of, as [`replication`] names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) replica_of: Option<String>,
    /// How many annotations it has: an object without any costs no look-up.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) annotations: usize,
}

impl Object {
    /// Its checksum as answers show it: a composite one says of how many parts.
    pub(crate) fn shown(&self, checksum: &Checksum) -> String {
        match (checksum.coverage, &self.body) {
            (Coverage::Composite, Body::Manifest { parts, .. }) => format!("{}-{parts}", checksum.value),
            _ => checksum.value.clone(),
        }
    }
}

/// Where the bytes are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Body {
    /// Named here; none for an empty object.
    Inline(Vec<Piece>),
    /// Named in a manifest of its own: multipart objects may have thousands of pieces, and lists read every row.
    Manifest {
        /// The manifest.
        id: String,
        /// Parts of a multipart object; 0 where the parts are not the client's business.
        parts: usize,
    },
}

/// A run of bytes within a blob.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Piece {
    pub(crate) blob: BlobRef,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) start: u64,
    pub(crate) length: u64,
    /// Others may refer to the blob: `ShareRow` counts them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) shared: bool,
    /// The blob is sealed by the client's key, from here on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) nonce: Option<Nonce>,
}

fn is_zero<N: Default + PartialEq>(number: &N) -> bool {
    *number == N::default()
}

impl Piece {
    /// The whole of a blob nobody else refers to.
    pub(crate) fn whole(blob: BlobRef, nonce: Option<Nonce>) -> Self {
        Self { blob, start: 0, length: blob.len(), shared: false, nonce }
    }
}

impl ObjectRow {
    /// The version id as answers show it: `null` for the null version.
    pub(crate) fn shown_version(&self) -> String {
        self.version_id.clone().unwrap_or_else(|| "null".to_owned())
    }
}

impl Record for ObjectRow {
    const TABLE: &'static str = "s3_object";
    type Key = String;

    fn key(&self) -> String {
        text(&self.bucket, &self.key, self.order)
    }
}

/// The text of a version's row.
pub(crate) fn text(bucket: &str, key: &str, order: Option<u64>) -> String {
    let mut text = versions(bucket, key);
    match order {
        Some(order) => text.push_str(&format!("{:016x}", u64::MAX - order)),
        None => text.push(OLDEST),
    }
    text
}

/// What the texts of all versions of a key begin with.
pub(crate) fn versions(bucket: &str, key: &str) -> String {
    let mut text = beginning(bucket, key);
    text.push(END);
    text
}

/// A text no version of the key comes after.
pub(crate) fn past_versions(bucket: &str, key: &str) -> String {
    let mut text = versions(bucket, key);
    text.push(OLDEST);
    text
}

/// What the texts of all keys with this prefix begin with.
pub(crate) fn beginning(bucket: &str, prefix: &str) -> String {
    let mut text = String::with_capacity(bucket.len() + prefix.len() + 18);
    text.push_str(bucket);
    text.push('/');
    for c in prefix.chars() {
        match c {
            '\0' => text.push_str("\u{1}~"),
            END => text.push_str("\u{1}\u{7f}"),
            c => text.push(c),
        }
    }
    text
}

/// A text that all keys with this prefix come before, and no key without it that follows them; `None` where nothing
/// can follow.
pub(crate) fn past_prefix(bucket: &str, prefix: &str) -> Option<String> {
    let mut rest = prefix.to_owned();
    while let Some(last) = rest.pop() {
        let next = match last {
            '\u{d7ff}' => Some('\u{e000}'),
            last => char::from_u32(u32::from(last) + 1),
        };
        if let Some(next) = next {
            rest.push(next);
            return Some(beginning(bucket, &rest));
        }
    }
    None
}

/// Reading a paged table, within a transaction or without.
pub(crate) trait Rows<R: Record> {
    /// One row.
    fn row(&self, text: &str) -> Result<Option<Arc<R>>, StoreError>;
    /// At most `limit` rows whose texts begin with `prefix` and come after `after`.
    fn rows(
        &self,
        prefix: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<(Arc<str>, Arc<R>)>, StoreError>;
}

impl<R: Record> Rows<R> for Paged<'_, R> {
    fn row(&self, text: &str) -> Result<Option<Arc<R>>, StoreError> {
        self.get(text)
    }

    fn rows(
        &self,
        prefix: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<(Arc<str>, Arc<R>)>, StoreError> {
        self.range(prefix, after, limit)
    }
}

impl<R: Record> Rows<R> for PagedMut<'_, R> {
    fn row(&self, text: &str) -> Result<Option<Arc<R>>, StoreError> {
        self.get(text)
    }

    fn rows(
        &self,
        prefix: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<(Arc<str>, Arc<R>)>, StoreError> {
        self.range(prefix, after, limit)
    }
}

#[cfg(test)]
mod tests {
    use super::{beginning, past_prefix, past_versions, text};
    use proptest::prelude::{ProptestConfig, Strategy, any, prop, proptest};
    use proptest::{prop_assert, prop_assert_eq};

    /// Keys in which the awkward characters are common.
    fn keys() -> impl Strategy<Value = String> {
        let awkward =
            ['\0', '\u{1}', '\u{2}', '/', 'a', 'z', '~', '\u{7f}', '\u{d7ff}', '\u{e000}', '\u{10ffff}'];
        prop::collection::vec(prop::sample::select(awkward.to_vec()), 1..6)
            .prop_map(|chars| chars.into_iter().collect())
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn texts_are_ordered_as_keys_and_then_newest_first(
            left in keys(), right in keys(), a in any::<Option<u64>>(), b in any::<Option<u64>>(),
        ) {
            let want = left.as_bytes().cmp(right.as_bytes()).then_with(|| match (a, b) {
                (None, None) => std::cmp::Ordering::Equal,
                (None, Some(_)) => std::cmp::Ordering::Greater,
                (Some(_), None) => std::cmp::Ordering::Less,
                (Some(a), Some(b)) => b.cmp(&a),
            });
            prop_assert_eq!(text("b", &left, a).cmp(&text("b", &right, b)), want);
        }

        #[test]
        fn a_prefix_is_seen_and_skipped_as_one(prefix in keys(), key in keys(), order in any::<Option<u64>>()) {
            let own = text("b", &key, order);
            prop_assert_eq!(own.starts_with(&beginning("b", &prefix)), key.starts_with(&prefix));
            prop_assert!(own <= past_versions("b", &key));
            let past = past_prefix("b", &prefix);
            let skipped = past.as_ref().is_none_or(|past| own <= *past);
            prop_assert_eq!(skipped, key.starts_with(&prefix) || key.as_bytes() <= prefix.as_bytes());
        }
    }
}
