//! How configurations are stored: as the structures that clients send, under the model's own names.
//!
//! What is absent stays absent and what is empty stays empty, so that a read repeats exactly what was put.

use crate::error::Configuration;
use crate::lifecycle;
use base::{AccountId, Partition};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use shape::Shape;
use std::collections::BTreeMap;
use std::sync::Arc;
use store::{Record, StoreError, Tx, View};
use wire::codec::canonical;

/// One configuration of one bucket.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ConfigurationRow {
    /// The bucket's id; for what is configured of a whole account, what [`of_account`] makes.
    bucket: String,
    /// Its kind; for those that have ids of their own, `kind/id`.
    name: String,
    document: Value,
    /// Of a policy: the unique ids of the users and roles it named when it was put.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) principals: BTreeMap<String, String>,
}

impl Record for ConfigurationRow {
    const TABLE: &'static str = "s3_configuration";
    const VERSION: u16 = 2;
    type Key = (String, String);

    fn key(&self) -> Self::Key {
        (self.bucket.clone(), self.name.clone())
    }

    /// Version 1 kept tags as pairs and the ownership as its bare name.
    fn upgrade(_from: u16, mut document: Value) -> Result<Value, String> {
        let old = document["document"].take();
        document["document"] = match document["name"].as_str() {
            Some("tagging") => {
                let pairs = old.as_array().ok_or("the tags are no list")?;
                let tag = |pair: &Value| json!({"Key": pair[0], "Value": pair[1]});
                json!({"TagSet": pairs.iter().map(tag).collect::<Vec<_>>()})
            }
            Some("ownership-controls") => json!({"Rules": [{"ObjectOwnership": old}]}),
            _ => old,
        };
        Ok(document)
    }
}

/// What configurations of an account are stored under: no bucket's id holds a hyphen.
pub(crate) fn of_account(partition: Partition, account: AccountId) -> String {
    format!("account-{partition}-{account}")
}

/// Where configurations are looked up: in a snapshot, or within a transaction.
pub(crate) trait Configurations {
    /// The row of a kind, or of `kind/id`.
    fn row(&self, bucket: &str, name: &str) -> Option<Arc<ConfigurationRow>>;
    /// The rows of a kind that has ids, by id.
    fn rows(&self, bucket: &str, kind: Configuration) -> Vec<Arc<ConfigurationRow>>;
}

impl Configurations for View {
    fn row(&self, bucket: &str, name: &str) -> Option<Arc<ConfigurationRow>> {
        self.get(&(bucket, name))
    }

    fn rows(&self, bucket: &str, kind: Configuration) -> Vec<Arc<ConfigurationRow>> {
        self.range(&format!("{bucket}/{}/", kind.name())).cloned().collect()
    }
}

impl Configurations for Tx {
    fn row(&self, bucket: &str, name: &str) -> Option<Arc<ConfigurationRow>> {
        self.get(&(bucket, name))
    }

    fn rows(&self, bucket: &str, kind: Configuration) -> Vec<Arc<ConfigurationRow>> {
        self.range(&format!("{bucket}/{}/", kind.name())).cloned().collect()
    }
}

/// What a bucket has of a kind, as the structure it was sent as.
pub(crate) fn stored<T: Shape + Default>(
    rows: &impl Configurations,
    bucket: &str,
    kind: Configuration,
) -> Result<Option<T>, StoreError> {
    rows.row(bucket, kind.name()).map(|row| row.read()).transpose()
}

/// The same of a kind that has ids.
pub(crate) fn stored_by_id<T: Shape + Default>(
    rows: &impl Configurations,
    bucket: &str,
    kind: Configuration,
    id: &str,
) -> Result<Option<T>, StoreError> {
    rows.row(bucket, &identified(kind, id)).map(|row| row.read()).transpose()
}

impl ConfigurationRow {
    fn new(bucket: &str, name: String, structure: &dyn Shape) -> Self {
        let document = canonical::to_json(structure);
        Self { bucket: bucket.to_owned(), name, document, principals: BTreeMap::new() }
    }

    /// Its id, where its kind has ids.
    pub(crate) fn id(&self) -> &str {
        self.name.split_once('/').map_or("", |(_, id)| id)
    }

    /// The structure.
    pub(crate) fn read<T: Shape + Default>(&self) -> Result<T, StoreError> {
        let mut structure = T::default();
        canonical::fill(&mut structure, &self.document).map_err(|cause| StoreError::Row {
            table: Self::TABLE,
            key: format!("{}/{}", self.bucket, self.name),
            cause,
        })?;
        Ok(structure)
    }
}

/// Stores a configuration, in place of the one before. A lifecycle is evaluated from then on.
pub(crate) fn put(tx: &mut Tx, bucket: &str, kind: Configuration, structure: &dyn Shape) {
    tx.put(ConfigurationRow::new(bucket, kind.name().to_owned(), structure));
    if kind == Configuration::Lifecycle {
        lifecycle::schedule(tx, bucket);
    }
}

/// Stores a bucket's policy, with whom it names.
pub(crate) fn put_policy(
    tx: &mut Tx,
    bucket: &str,
    structure: &dyn Shape,
    principals: BTreeMap<String, String>,
) {
    let row = ConfigurationRow::new(bucket, Configuration::Policy.name().to_owned(), structure);
    tx.put(ConfigurationRow { principals, ..row });
}

/// Stores one of a kind that has ids, in place of the one of the same id.
pub(crate) fn put_by_id(tx: &mut Tx, bucket: &str, kind: Configuration, id: &str, structure: &dyn Shape) {
    tx.put(ConfigurationRow::new(bucket, identified(kind, id), structure));
}

/// Removes one of a kind that has ids, and says whether it was there.
pub(crate) fn remove_by_id(tx: &mut Tx, bucket: &str, kind: Configuration, id: &str) -> bool {
    tx.delete::<ConfigurationRow>(&(bucket, identified(kind, id))).is_some()
}

fn identified(kind: Configuration, id: &str) -> String {
    format!("{}/{id}", kind.name())
}

/// Removes a configuration, if it is there.
pub(crate) fn remove(tx: &mut Tx, bucket: &str, kind: Configuration) {
    tx.delete::<ConfigurationRow>(&(bucket, kind.name()));
}

/// Removes all of a bucket's.
pub(crate) fn remove_all(tx: &mut Tx, bucket: &str) {
    let prefix = format!("{bucket}/");
    let keys: Vec<_> = tx.range::<ConfigurationRow>(&prefix).map(|row| row.key()).collect();
    for key in keys {
        tx.delete::<ConfigurationRow>(&key);
    }
}

#[cfg(test)]
mod tests {
    use super::ConfigurationRow;
    use serde_json::json;
    use shapes_s3::{OwnershipControls, Tagging};
    use store::Record;

    fn upgraded(name: &str, document: serde_json::Value) -> ConfigurationRow {
        let old = json!({"bucket": "b", "name": name, "document": document});
        serde_json::from_value(ConfigurationRow::upgrade(1, old).unwrap()).unwrap()
    }

    #[test]
    fn the_first_form_is_read() {
        let tags: Tagging = upgraded("tagging", json!([["a", "1"], ["b", ""]])).read().unwrap();
        let tags = tags.tag_set.unwrap();
        assert_eq!((tags.len(), tags[1].key.as_deref(), tags[1].value.as_deref()), (2, Some("b"), Some("")));
        let controls: OwnershipControls =
            upgraded("ownership-controls", json!("ObjectWriter")).read().unwrap();
        assert_eq!(controls.rules.unwrap()[0].object_ownership.as_deref(), Some("ObjectWriter"));
    }
}
