//! The need of services whose requests name objects in buckets: to read them. Met by `s3`.

use crate::Cx;

/// Objects in buckets.
pub trait StoredObjects: Send + Sync {
    /// All bytes of an object, which may not be more than `most`. Whether the caller may read it is asked by nobody here.
    fn read(&self, cx: &Cx, named: &NamedObject, most: u64) -> Result<Vec<u8>, NoObject>;
}

/// An object that is named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NamedObject {
    /// The bucket.
    pub bucket: String,
    /// The key.
    pub key: String,
    /// The version; the current one where none is named.
    pub version: Option<String>,
}

/// Why an object is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoObject {
    /// There is none, or it is sealed by its client's key.
    Missing,
    /// It is too large.
    TooLarge,
}

/// There are none: for services tested by themselves.
pub struct NoStoredObjects;

impl StoredObjects for NoStoredObjects {
    fn read(&self, _cx: &Cx, _named: &NamedObject, _most: u64) -> Result<Vec<u8>, NoObject> {
        Err(NoObject::Missing)
    }
}
