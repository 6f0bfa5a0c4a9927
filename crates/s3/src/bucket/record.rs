//! How buckets are stored.

use super::model::Versioning;
use crate::acl::Acl;
use base::{AccountId, Partition, Region, Timestamp};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::{Index, Record, Tx, View};

/// A bucket. The namespace of names is one for all accounts and Regions of a partition.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct BucketRow {
    pub(crate) partition: Partition,
    pub(crate) name: String,
    /// What its objects are stored under: a name that is taken again finds nothing of the bucket before.
    pub(crate) id: String,
    pub(crate) account: AccountId,
    pub(crate) region: Region,
    /// The location as GetBucketLocation repeats it: `EU` stays `EU`.
    pub(crate) location: String,
    pub(crate) created_at: Timestamp,
    #[serde(default)]
    pub(crate) versioning: Versioning,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) mfa_delete: Option<String>,
    /// `None` for the owner's full control.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) acl: Option<Acl>,
    /// What version ids and upload ids are proven by.
    pub(crate) secret: String,
}

impl BucketRow {
    /// Buckets by account.
    pub(crate) const ACCOUNT: Index<Self> =
        Index { name: "account", keys: |bucket| vec![owned_by(bucket.partition, bucket.account)] };

    /// Buckets by their id.
    pub(crate) const ID: Index<Self> = Index { name: "id", keys: |bucket| vec![bucket.id.clone()] };

    /// Whether versioning was ever switched on.
    pub(crate) fn had_versions(&self) -> bool {
        self.versioning != Versioning::Never
    }

    /// `arn:aws:s3:::photos`.
    pub(crate) fn arn(&self) -> String {
        format!("arn:{}:s3:::{}", self.partition, self.name)
    }
}

impl Record for BucketRow {
    const TABLE: &'static str = "s3_bucket";
    type Key = (Partition, String);
    const INDEXES: &'static [Index<Self>] = &[Self::ACCOUNT, Self::ID];

    fn key(&self) -> Self::Key {
        (self.partition, self.name.clone())
    }
}

/// The text buckets of one account are found by.
pub(crate) fn owned_by(partition: Partition, account: AccountId) -> String {
    format!("{partition}/{account}")
}

/// The bucket of this name, as readers see it.
pub(crate) fn in_view(view: &View, partition: Partition, name: &str) -> Option<Arc<BucketRow>> {
    view.get::<BucketRow>(&(partition, name))
}

/// The bucket of this name, as the transaction sees it.
pub(crate) fn in_tx(tx: &Tx, partition: Partition, name: &str) -> Option<Arc<BucketRow>> {
    tx.get::<BucketRow>(&(partition, name))
}
