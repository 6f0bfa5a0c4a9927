//! How access points are stored.

use super::model::{self, Named};
use crate::bucket::record::{self as buckets, BucketRow};
use base::{AccountId, Partition, Region, Scope, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::{Index, Record, View};

/// What an access point blocks of public access, whatever its bucket and account do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Block {
    pub(crate) public_acls: bool,
    pub(crate) ignored_acls: bool,
    pub(crate) public_policy: bool,
    pub(crate) public_buckets: bool,
}

/// An access point. Names are unique in an account and Region; aliases in the partition, as buckets' names are.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct AccessPointRow {
    pub(crate) partition: Partition,
    pub(crate) account: AccountId,
    pub(crate) region: Region,
    pub(crate) name: String,
    pub(crate) alias: String,
    /// The bucket's own id: another bucket of the same name is not meant.
    pub(crate) bucket_id: String,
    pub(crate) bucket: String,
    pub(crate) bucket_account: AccountId,
    /// The only network it may be reached from; `None` for the internet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) vpc: Option<String>,
    pub(crate) block: Block,
    pub(crate) created_at: Timestamp,
    /// As it was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) policy: Option<String>,
    /// The unique ids of the users and roles the policy named when it was put.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) principals: BTreeMap<String, String>,
}

impl AccessPointRow {
    /// The one of an alias.
    pub(crate) const ALIAS: Index<Self> =
        Index { name: "alias", keys: |point| vec![format!("{}/{}", point.partition, point.alias)] };
    /// Those of a bucket.
    pub(crate) const BUCKET: Index<Self> =
        Index { name: "bucket", keys: |point| vec![point.bucket_id.clone()] };
}

impl AccessPointRow {
    /// Its ARN.
    pub(crate) fn arn(&self) -> String {
        model::arn(self.partition, &self.region, self.account, &self.name)
    }
}

impl Record for AccessPointRow {
    const TABLE: &'static str = "s3_access_point";
    type Key = String;
    const INDEXES: &'static [Index<Self>] = &[Self::ALIAS, Self::BUCKET];

    fn key(&self) -> String {
        text(self.partition, self.account, self.region.as_str(), &self.name)
    }
}

/// The text of an access point's row.
pub(crate) fn text(partition: Partition, account: AccountId, region: &str, name: &str) -> String {
    format!("{partition}/{account}/{region}/{name}")
}

/// What the texts of a scope's access points begin with.
pub(crate) fn all_of(scope: &Scope) -> String {
    text(scope.partition, scope.account, scope.region.as_str(), "")
}

/// The access point that stands where a bucket's name would.
fn named(view: &View, scope: &Scope, named: &str) -> Option<Arc<AccessPointRow>> {
    let partition = scope.partition;
    match Named::parse(named)? {
        Named::Alias(alias) => {
            view.by(&AccessPointRow::ALIAS, &format!("{partition}/{alias}")).next().cloned()
        }
        Named::Label(account, name) => {
            view.get::<AccessPointRow>(&text(partition, account, scope.region.as_str(), &name))
        }
        Named::Arn(account, region, name) => {
            view.get::<AccessPointRow>(&text(partition, account, &region, &name))
        }
    }
}

/// The bucket behind an access point that stands where a bucket's name would.
pub(crate) fn bucket_behind(view: &View, scope: &Scope, name: &str) -> Option<Arc<BucketRow>> {
    let point = named(view, scope, name)?;
    buckets::in_view(view, scope.partition, &point.bucket).filter(|bucket| bucket.id == point.bucket_id)
}

/// The ARN of an access point that stands where a bucket's name would. A bucket may be called as an access point's host
/// label is; it goes first.
pub(crate) fn arn_of(view: &View, scope: &Scope, name: &str) -> Option<String> {
    if buckets::in_view(view, scope.partition, name).is_some() {
        return None;
    }
    named(view, scope, name).map(|point| point.arn())
}

/// Whether a request that names its bucket so comes through an access point that takes no public ACL.
pub(crate) fn blocks_public_acls(view: &View, scope: &Scope, name: &str) -> bool {
    // A bucket may be called as an access point's host label is; it goes first.
    buckets::in_view(view, scope.partition, name).is_none()
        && named(view, scope, name).is_some_and(|point| point.block.public_acls)
}
