//! How configurations are stored: as documents.

use crate::error::Configuration;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::{Record, Tx};

/// One configuration of one bucket.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ConfigurationRow {
    bucket: String,
    name: String,
    pub(crate) document: Value,
}

impl Record for ConfigurationRow {
    const TABLE: &'static str = "s3_configuration";
    type Key = (String, String);

    fn key(&self) -> Self::Key {
        (self.bucket.clone(), self.name.clone())
    }
}

/// What a new bucket has.
pub(crate) fn begin(tx: &mut Tx, bucket: &str, ownership: &str) {
    put(tx, bucket, Configuration::OwnershipControls, json!(ownership));
}

/// Stores a configuration, in place of the one before.
pub(crate) fn put(tx: &mut Tx, bucket: &str, configuration: Configuration, document: Value) {
    let name = configuration.name().to_owned();
    tx.put(ConfigurationRow { bucket: bucket.to_owned(), name, document });
}

/// Removes a configuration, if it is there.
pub(crate) fn remove(tx: &mut Tx, bucket: &str, configuration: Configuration) {
    tx.delete::<ConfigurationRow>(&(bucket, configuration.name()));
}

/// Removes all of a bucket's.
pub(crate) fn remove_all(tx: &mut Tx, bucket: &str) {
    let prefix = format!("{bucket}/");
    let keys: Vec<_> = tx.range::<ConfigurationRow>(&prefix).map(|row| row.key()).collect();
    for key in keys {
        tx.delete::<ConfigurationRow>(&key);
    }
}
