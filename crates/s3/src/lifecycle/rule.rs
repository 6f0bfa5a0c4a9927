//! The rules of a lifecycle configuration: whom they concern, and when what falls due.
//!
//! Source: Amazon S3 User Guide, "Managing the lifecycle of objects" and its pages on elements, transitions and
//! conflicting rules.

use crate::configuration::record::{self as configurations, Configurations};
use crate::error::Configuration;
use crate::object::attributes::StorageClass;
use crate::object::record::{Object, ObjectRow};
use base::Timestamp;
use shapes_s3 as api;
use store::StoreError;

pub(crate) const DAY_MILLIS: i64 = 24 * 60 * 60 * 1000;

/// Below this many bytes nothing transitions, unless the configuration says otherwise.
const LEAST_TRANSITION_BYTES: u64 = 128 * 1024;

/// The enabled rules of a bucket.
pub(crate) struct Rules {
    rules: Vec<api::LifecycleRule>,
    /// Small objects may transition to the archives: `varies_by_storage_class`.
    varies: bool,
}

/// Something that falls due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Due<'r> {
    pub(crate) at: Timestamp,
    /// The rule that says so.
    pub(crate) rule: &'r str,
}

/// A change of storage class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Transition {
    pub(crate) at: Timestamp,
    pub(crate) class: StorageClass,
}

/// A version that is no longer the current one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Noncurrent {
    /// When its successor was written.
    pub(crate) since: Timestamp,
    /// Noncurrent versions of its key that are newer.
    pub(crate) newer: u32,
}

/// The midnight, in UTC, that comes after `at`.
pub(crate) fn midnight_after(at: Timestamp) -> Timestamp {
    Timestamp::from_millis((at.millis.div_euclid(DAY_MILLIS) + 1) * DAY_MILLIS)
}

/// Days are counted from the beginning and rounded up to the next midnight.
fn after_days(from: Timestamp, days: i32) -> Timestamp {
    midnight_after(from.plus_millis(i64::from(days).saturating_mul(DAY_MILLIS)))
}

/// When days or a date are over.
fn due(from: Timestamp, days: Option<i32>, date: Option<shape::Timestamp>) -> Option<Timestamp> {
    days.map(|days| after_days(from, days)).or_else(|| date.map(Into::into))
}

impl Rules {
    /// A bucket's rules; `None` where it has no configuration.
    pub(crate) fn of(rows: &impl Configurations, bucket: &str) -> Result<Option<Self>, StoreError> {
        let found: Option<api::GetBucketLifecycleConfigurationOutput> =
            configurations::stored(rows, bucket, Configuration::Lifecycle)?;
        Ok(found.map(|found| {
            let varies =
                found.transition_default_minimum_object_size.as_deref() == Some("varies_by_storage_class");
            let mut rules = found.rules.unwrap_or_default();
            rules.retain(|rule| rule.status.as_deref() == Some("Enabled"));
            Self { rules, varies }
        }))
    }

    fn about<'r>(&'r self, row: &'r ObjectRow) -> impl Iterator<Item = &'r api::LifecycleRule> {
        self.rules.iter().filter(|rule| concerns(rule, &row.key, row.object.as_ref()))
    }

    /// When the current version of a key expires: the soonest of what the rules say, of equals the first.
    pub(crate) fn expiration(&self, row: &ObjectRow) -> Option<Due<'_>> {
        let mut soonest: Option<Due<'_>> = None;
        for rule in self.rules.iter().filter(|rule| concerns(rule, &row.key, row.object.as_ref())) {
            let Some(expiration) = &rule.expiration else { continue };
            let Some(at) = due(row.written_at, expiration.days, expiration.date) else { continue };
            if soonest.is_none_or(|soonest| at < soonest.at) {
                soonest = Some(Due { at, rule: rule.id.as_deref().unwrap_or_default() });
            }
        }
        soonest
    }

    /// Whether a delete marker that hides nothing any more goes: by the rule for such, or because it is old.
    pub(crate) fn clears_marker(&self, row: &ObjectRow, now: Timestamp) -> bool {
        self.about(row).filter_map(|rule| rule.expiration.as_ref()).any(|expiration| {
            expiration.expired_object_delete_marker == Some(true)
                || due(row.written_at, expiration.days, expiration.date).is_some_and(|at| at <= now)
        })
    }

    /// Whether a noncurrent version goes.
    pub(crate) fn expires_noncurrent(&self, row: &ObjectRow, version: Noncurrent, now: Timestamp) -> bool {
        self.about(row).filter_map(|rule| rule.noncurrent_version_expiration.as_ref()).any(|expiration| {
            expiration.noncurrent_days.is_some_and(|days| after_days(version.since, days) <= now)
                && version.is_past(expiration.newer_noncurrent_versions)
        })
    }

    /// The storage class the current version changes to; of several that are due, the cheapest.
    pub(crate) fn transition(&self, row: &ObjectRow, object: &Object, now: Timestamp) -> Option<Transition> {
        let all = self.about(row).flat_map(|rule| {
            let transitions = rule.transitions.iter().flatten();
            transitions.filter_map(move |one| {
                let at = due(row.written_at, one.days, one.date)?;
                self.allowed(rule, object, one.storage_class.as_deref()).map(|class| Transition { at, class })
            })
        });
        cheapest(all, now)
    }

    /// The storage class a noncurrent version changes to.
    pub(crate) fn noncurrent_transition(
        &self,
        row: &ObjectRow,
        object: &Object,
        version: Noncurrent,
        now: Timestamp,
    ) -> Option<Transition> {
        let all = self.about(row).flat_map(|rule| {
            let transitions = rule.noncurrent_version_transitions.iter().flatten();
            transitions.filter(move |one| version.is_past(one.newer_noncurrent_versions)).filter_map(
                move |one| {
                    let at = after_days(version.since, one.noncurrent_days?);
                    self.allowed(rule, object, one.storage_class.as_deref())
                        .map(|class| Transition { at, class })
                },
            )
        });
        cheapest(all, now)
    }

    /// The class, where the object may change to it: only downward, and not where it is too small for that. A size in
    /// the rule's own filter takes the place of the smallest size.
    fn allowed(
        &self,
        rule: &api::LifecycleRule,
        object: &Object,
        class: Option<&str>,
    ) -> Option<StorageClass> {
        let class = StorageClass::parse(Some(class?)).ok()?;
        let small = object.size < LEAST_TRANSITION_BYTES && !names_size(rule);
        let refused = small && !(self.varies && class.is_archived());
        (!refused && rank(class) > rank(object.attributes.storage_class)).then_some(class)
    }

    /// When an upload that nobody finishes is given up.
    pub(crate) fn abort(&self, key: &str, begun_at: Timestamp) -> Option<Due<'_>> {
        let mut soonest: Option<Due<'_>> = None;
        for rule in self.rules.iter().filter(|rule| has_prefix(rule, key)) {
            let abort = rule.abort_incomplete_multipart_upload.as_ref();
            let Some(days) = abort.and_then(|abort| abort.days_after_initiation) else { continue };
            let at = after_days(begun_at, days);
            if soonest.is_none_or(|soonest| at < soonest.at) {
                soonest = Some(Due { at, rule: rule.id.as_deref().unwrap_or_default() });
            }
        }
        soonest
    }
}

impl Noncurrent {
    /// Whether as many newer ones are kept as the rule asks for.
    fn is_past(self, kept: Option<i32>) -> bool {
        i64::from(self.newer) >= i64::from(kept.unwrap_or(0))
    }
}

fn cheapest(all: impl Iterator<Item = Transition>, now: Timestamp) -> Option<Transition> {
    all.filter(|one| one.at <= now).max_by_key(|one| rank(one.class))
}

/// The order of classes: objects only move down.
const fn rank(class: StorageClass) -> u8 {
    match class {
        StorageClass::Standard | StorageClass::ReducedRedundancy => 0,
        StorageClass::StandardIa => 1,
        StorageClass::IntelligentTiering => 2,
        StorageClass::OnezoneIa => 3,
        StorageClass::GlacierIr => 4,
        StorageClass::Glacier => 5,
        StorageClass::DeepArchive => 6,
    }
}

/// Whether a rule is about a version. A delete marker has neither tags nor a size.
fn concerns(rule: &api::LifecycleRule, key: &str, object: Option<&Object>) -> bool {
    let Some(filter) = &rule.filter else { return has_prefix(rule, key) };
    let and = filter.and.as_ref();
    let tags = filter.tag.iter().chain(and.into_iter().flat_map(|and| and.tags.iter().flatten()));
    let more = filter.object_size_greater_than.or(and.and_then(|and| and.object_size_greater_than));
    let less = filter.object_size_less_than.or(and.and_then(|and| and.object_size_less_than));
    let size = object.map(|object| i64::try_from(object.size).unwrap_or(i64::MAX));
    let has = |tag: &api::Tag| {
        object.is_some_and(|object| {
            let mut own = object.attributes.tags.iter();
            own.any(|(key, value)| tag.key.as_ref() == Some(key) && tag.value.as_ref() == Some(value))
        })
    };
    has_prefix(rule, key)
        && tags.into_iter().all(has)
        && more.is_none_or(|more| size.is_some_and(|size| size > more))
        && less.is_none_or(|less| size.is_some_and(|size| size < less))
}

fn has_prefix(rule: &api::LifecycleRule, key: &str) -> bool {
    let filter = rule.filter.as_ref();
    let in_filter = filter.and_then(|filter| {
        filter.prefix.as_ref().or_else(|| filter.and.as_ref().and_then(|and| and.prefix.as_ref()))
    });
    let prefix = in_filter.or(rule.prefix.as_ref());
    prefix.is_none_or(|prefix| key.starts_with(prefix.as_str()))
}

fn names_size(rule: &api::LifecycleRule) -> bool {
    let Some(filter) = &rule.filter else { return false };
    let and = filter.and.as_ref();
    filter.object_size_greater_than.is_some()
        || filter.object_size_less_than.is_some()
        || and
            .is_some_and(|and| and.object_size_greater_than.is_some() || and.object_size_less_than.is_some())
}
