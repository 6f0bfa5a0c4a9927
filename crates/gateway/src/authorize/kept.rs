//! The denials that are kept: bounded in number, time and bytes, the oldest go first.
//!
//! Their policies are shared with the callers and resources they belong to. Once those change, the records are who keeps
//! the old ones in memory, so that each policy counts, and counts once.

use super::Record;
use ports::{Evaluation, KeyValue};
use serde_json::Value;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

/// Denials kept at the most.
const MOST: usize = 10_000;
/// Bytes of all denials and their policies at the most, reckoned.
const MOST_BYTES: usize = 64 << 20;
/// Bytes of a compiled policy for each of its text's, the text included.
const COMPILED: usize = 8;
/// Bytes of a value, a member or an entry, beside its text.
const PLACE: usize = 64;
/// Milliseconds they are kept: AWS says a day.
pub(super) const KEPT_MILLIS: i64 = 24 * 60 * 60 * 1000;

/// Denials, the oldest first, and what they weigh.
#[derive(Default)]
pub(super) struct Denied {
    records: VecDeque<Arc<Record>>,
    bytes: usize,
    /// By the place in memory of each policy: how many records hold it.
    holders: BTreeMap<usize, usize>,
}

impl Denied {
    /// Keeps a record, and lets go what is too old, too much or too many. `world` and `now` are those of the record.
    pub(super) fn push(&mut self, record: Arc<Record>, world: &str, now: i64) {
        self.hold(&record);
        self.records.push_back(record);
        let is_old = |first: &Arc<Record>| first.world == world && first.at_millis < now - KEPT_MILLIS;
        while self.records.len() > 1
            && (self.records.len() > MOST
                || self.bytes > MOST_BYTES
                || self.records.front().is_some_and(is_old))
        {
            if let Some(oldest) = self.records.pop_front() {
                self.release(&oldest);
            }
        }
    }

    /// The newest first.
    pub(super) fn newest(&self) -> impl Iterator<Item = &Arc<Record>> {
        self.records.iter().rev()
    }

    /// Lets go the records of a world.
    pub(super) fn forget(&mut self, world: &str) {
        for record in std::mem::take(&mut self.records) {
            if record.world == world {
                self.release(&record);
            } else {
                self.records.push_back(record);
            }
        }
    }

    fn hold(&mut self, record: &Record) {
        self.bytes += weight(record);
        for (place, bytes) in policies(record) {
            let holders = self.holders.entry(place).or_default();
            if *holders == 0 {
                self.bytes += bytes;
            }
            *holders += 1;
        }
    }

    fn release(&mut self, record: &Record) {
        self.bytes -= weight(record);
        for (place, bytes) in policies(record) {
            let Some(holders) = self.holders.get_mut(&place) else { continue };
            *holders -= 1;
            if *holders == 0 {
                self.holders.remove(&place);
                self.bytes -= bytes;
            }
        }
    }
}

/// Where the policies of a record lie in memory, and what each weighs.
fn policies(record: &Record) -> impl Iterator<Item = (usize, usize)> {
    let policies = record.kept.iter().flat_map(|kept| &kept.policies);
    policies.map(|known| (Arc::as_ptr(&known.policy).addr(), known.policy.source().len() * COMPILED))
}

/// The bytes of a record, its policies aside: near enough for a bound.
fn weight(record: &Record) -> usize {
    let kept = record.kept.as_ref().map_or(0, |kept| {
        let evaluations: usize = kept.evaluations.iter().map(evaluation).sum();
        keys(&kept.context) + evaluations + kept.policies.len() * PLACE
    });
    size_of::<Record>() + told(&record.told) + kept
}

fn evaluation(one: &Evaluation) -> usize {
    let hits: usize = one.checks.iter().map(|check| PLACE * (1 + check.hits.len())).sum();
    PLACE + one.action.len() + one.resource.len() + keys(&one.asked) + keys(&one.facts) + hits
}

fn keys(keys: &[KeyValue]) -> usize {
    let values = |key: &KeyValue| key.values.iter().map(|value| PLACE + value.len()).sum::<usize>();
    keys.iter().map(|key| PLACE + key.key.len() + values(key)).sum()
}

fn told(value: &Value) -> usize {
    PLACE
        + match value {
            Value::Null | Value::Bool(_) | Value::Number(_) => 0,
            Value::String(text) => text.len(),
            Value::Array(values) => values.iter().map(told).sum(),
            Value::Object(members) => members.iter().map(|(name, value)| name.len() + told(value)).sum(),
        }
}

#[cfg(test)]
mod tests {
    use super::{COMPILED, Denied, KEPT_MILLIS, MOST, MOST_BYTES, weight};
    use crate::authorize::record::tests::record;
    use policy::compile::{Kind, Policy, no_unique_ids};
    use policy::document::Document;
    use std::sync::Arc;

    fn policy(pad: usize) -> Arc<Policy> {
        let text = format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"s3:*","Resource":"*"}}]{}}}"#,
            " ".repeat(pad)
        );
        Arc::new(Policy::compile(&Document::parse(text.as_str()).unwrap(), Kind::Identity, &no_unique_ids))
    }

    #[test]
    fn the_oldest_go_when_there_are_too_many() {
        let mut denied = Denied::default();
        for number in 0..=MOST {
            denied.push(Arc::new(record("w", &number.to_string(), 0, &[])), "w", 0);
        }
        assert_eq!(denied.records.len(), MOST);
        assert_eq!(denied.records[0].id, "1");
        let bytes: usize = denied.records.iter().map(|record| weight(record)).sum();
        assert_eq!(denied.bytes, bytes);
    }

    #[test]
    fn those_of_a_day_ago_go_in_their_own_world() {
        let mut denied = Denied::default();
        denied.push(Arc::new(record("w", "old", 0, &[])), "w", 0);
        let later = KEPT_MILLIS + 1;
        denied.push(Arc::new(record("other", "x", later, &[])), "other", later);
        assert_eq!(denied.records.len(), 2, "another world has a clock of its own");
        denied.push(Arc::new(record("w", "new", later, &[])), "w", later);
        let ids: Vec<&str> = denied.newest().map(|record| record.id.as_str()).collect();
        assert_eq!(ids, ["new", "x"]);
        denied.forget("w");
        denied.forget("other");
        assert_eq!((denied.bytes, denied.holders.len()), (0, 0));
    }

    #[test]
    fn a_policy_that_many_records_share_counts_once() {
        let shared = policy(1000);
        let mut denied = Denied::default();
        let records: Vec<_> = ["a", "b", "c"]
            .iter()
            .map(|id| Arc::new(record("w", id, 0, std::slice::from_ref(&shared))))
            .collect();
        for record in &records {
            denied.push(record.clone(), "w", 0);
        }
        let own: usize = records.iter().map(|record| weight(record)).sum();
        assert_eq!(denied.bytes, own + shared.source().len() * COMPILED);
    }

    #[test]
    fn policies_that_change_between_denials_do_not_fill_the_memory() {
        let mut denied = Denied::default();
        for number in 0..600 {
            denied.push(Arc::new(record("w", &number.to_string(), 0, &[policy(20_000)])), "w", 0);
        }
        assert!(denied.bytes <= MOST_BYTES, "{}", denied.bytes);
        assert!((350..450).contains(&denied.records.len()), "{}", denied.records.len());
        assert_eq!(denied.holders.len(), denied.records.len());
    }
}
