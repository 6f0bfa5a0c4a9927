//! What a stored thing has to be.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::fmt::Display;

/// One kind of stored thing: a table of it belongs to one crate.
pub trait Record: Clone + Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The table's name: `vpc_subnet`.
    const TABLE: &'static str;
    /// The version of the stored form; [`Record::upgrade`] reads the older ones.
    const VERSION: u16 = 1;
    /// What identifies a record within the table.
    type Key: Key;
    /// Its own key.
    fn key(&self) -> Self::Key;
    /// What it is found by, beside its key. Kept in memory.
    const INDEXES: &'static [Index<Self>] = &[];
    /// Brings a document of version `from` one version further.
    fn upgrade(from: u16, _document: Value) -> Result<Value, String> {
        Err(format!("there is no upgrade of {} from version {from}", Self::TABLE))
    }
}

/// A key as readable text. Parts are joined by `/`; the parts of one table's keys must not hold one, but for the
/// last.
pub trait Key {
    /// The text.
    fn text(&self) -> String;
}

impl Key for String {
    fn text(&self) -> String {
        self.clone()
    }
}

impl Key for str {
    fn text(&self) -> String {
        self.to_owned()
    }
}

impl Key for &str {
    fn text(&self) -> String {
        (*self).to_owned()
    }
}

impl<A: Display, B: Display> Key for (A, B) {
    fn text(&self) -> String {
        format!("{}/{}", self.0, self.1)
    }
}

impl<A: Display, B: Display, C: Display> Key for (A, B, C) {
    fn text(&self) -> String {
        format!("{}/{}/{}", self.0, self.1, self.2)
    }
}

/// A secondary index: under which texts a record is found.
pub struct Index<R> {
    /// Its name, unique within the record type.
    pub name: &'static str,
    /// The texts of one record.
    pub keys: fn(&R) -> Vec<String>,
}
