//! Policies of buckets and access points, compiled once and kept while their documents stay.

use crate::access_point::record::AccessPointRow;
use crate::bucket::record::BucketRow;
use crate::configuration::policy::is_public;
use crate::configuration::record::{ConfigurationRow, Configurations};
use crate::error::Configuration;
use policy::compile::{Attached, Kind, Policy, PolicySet, Source, shared};
use policy::document::Document;
use shapes_s3 as api;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use store::{Record, View};

/// Policies kept at the most; then all are forgotten.
const KEPT: usize = 1024;

/// A compiled policy.
pub(super) struct Compiled {
    pub(super) set: Arc<PolicySet>,
    /// As the public access block means it.
    pub(super) is_public: bool,
}

/// The policies that were asked for, by what they belong to.
#[derive(Default)]
pub(super) struct Policies {
    buckets: Kept<ConfigurationRow>,
    points: Kept<AccessPointRow>,
}

/// What was compiled of rows. A row that is written again is another one, and so is that of another world.
struct Kept<R>(Mutex<BTreeMap<String, (Arc<R>, Arc<Compiled>)>>);

impl<R> Default for Kept<R> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<R> Kept<R> {
    fn get(
        &self,
        key: &str,
        row: &Arc<R>,
        principals: &BTreeMap<String, String>,
        text: impl FnOnce() -> Option<String>,
    ) -> Option<Arc<Compiled>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, compiled)) = kept.get(key).filter(|(own, _)| Arc::ptr_eq(own, row)) {
            return Some(compiled.clone());
        }
        let compiled = Arc::new(compile(&text()?, principals)?);
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(key.to_owned(), (row.clone(), compiled.clone()));
        Some(compiled)
    }
}

impl Policies {
    /// A bucket's.
    pub(super) fn of_bucket(&self, view: &View, bucket: &BucketRow) -> Option<Arc<Compiled>> {
        let row = view.row(&bucket.id, Configuration::Policy.name())?;
        self.buckets.get(&bucket.id, &row, &row.principals, || {
            let stored: api::GetBucketPolicyOutput = row.read().ok()?;
            stored.policy
        })
    }

    /// An access point's.
    pub(super) fn of_point(&self, point: &Arc<AccessPointRow>) -> Option<Arc<Compiled>> {
        self.points.get(&point.key(), point, &point.principals, || point.policy.clone())
    }
}

/// Whoever stored it has checked it: one that is no policy allows and denies nothing. Who was made again under a name is
/// not whom it names.
fn compile(text: &str, principals: &BTreeMap<String, String>) -> Option<Compiled> {
    let policy = if principals.is_empty() {
        shared(text, Kind::Resource)?
    } else {
        let document = Document::parse(text).ok()?;
        Arc::new(Policy::compile(&document, Kind::Resource, &|name| principals.get(name).cloned()))
    };
    let set = PolicySet::new(vec![Attached { policy, source: Source::inline("bucket-policy") }]);
    let is_public = serde_json::from_str(text).is_ok_and(|document| is_public(&document));
    Some(Compiled { set: Arc::new(set), is_public })
}
