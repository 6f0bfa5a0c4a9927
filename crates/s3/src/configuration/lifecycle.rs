//! `?lifecycle`: what becomes of objects with time. A read repeats what was put, down to an empty filter.
//!
//! The deprecated twins of these operations have the same URI and never get a request of their own: a rule with a
//! prefix and without a filter is what they sent.

use super::record::{self, Configurations};
use super::{at_most_one, discard, pacific, rule_id, set};
use crate::S3;
use crate::bucket;
use crate::error::{Argument, Configuration, Error, Refusal};
use base::Timestamp;
use ports::Cx;
use shape::Empty;
use shapes_s3 as api;
use std::collections::BTreeSet;
use store::StoreError;

/// Rules of one bucket at the most.
const MOST_RULES: usize = 1_000;
/// Characters of a rule's id at the most.
const MOST_ID_CHARACTERS: usize = 255;
/// What transitions leave alone unless the configuration says otherwise.
const DEFAULT_MINIMUM: &str = "all_storage_classes_128K";
const DAY_MILLIS: i64 = 86_400_000;

/// The rules, and below which size nothing transitions; `None` where nothing is configured.
pub(crate) fn of(
    rows: &impl Configurations,
    bucket: &str,
) -> Result<Option<api::GetBucketLifecycleConfigurationOutput>, StoreError> {
    record::stored(rows, bucket, Configuration::Lifecycle)
}

/// `GetBucketLifecycleConfiguration`.
pub(crate) fn get(
    cx: &Cx,
    _svc: &S3,
    input: api::GetBucketLifecycleConfigurationRequest,
) -> Result<api::GetBucketLifecycleConfigurationOutput, Error> {
    let bucket = bucket::resolve(cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
    let found = cx.read(|view| of(view, &bucket.id))?;
    found.ok_or_else(|| Error::NotConfigured(Configuration::Lifecycle, bucket.name.clone()))
}

/// `PutBucketLifecycleConfiguration`: replaces the rules and the minimum size, which is the default one again where
/// the header is absent. A rule without an id gets one.
pub(crate) fn put(
    cx: &Cx,
    _svc: &S3,
    input: api::PutBucketLifecycleConfigurationRequest,
) -> Result<api::PutBucketLifecycleConfigurationOutput, Error> {
    let bucket = bucket::resolve(cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
    let minimum = match input.transition_default_minimum_object_size {
        None => DEFAULT_MINIMUM.to_owned(),
        Some(known) if known == DEFAULT_MINIMUM || known == "varies_by_storage_class" => known,
        Some(other) => return Err(Error::InvalidRequest(Refusal::TransitionSize(other))),
    };
    let asked = input.lifecycle_configuration.ok_or(Error::MissingBody)?;
    let mut rules = asked.rules.unwrap_or_default();
    check(&rules)?;
    for rule in rules.iter_mut().filter(|rule| rule.id.as_ref().is_none_or(String::is_empty)) {
        rule.id = Some(rule_id(cx));
    }
    let stored = api::GetBucketLifecycleConfigurationOutput {
        rules: Some(rules),
        transition_default_minimum_object_size: Some(minimum.clone()),
    };
    set(cx, &bucket, Configuration::Lifecycle, &stored)?;
    Ok(api::PutBucketLifecycleConfigurationOutput { transition_default_minimum_object_size: Some(minimum) })
}

/// `DeleteBucketLifecycle`.
pub(crate) fn delete(cx: &Cx, _svc: &S3, input: api::DeleteBucketLifecycleRequest) -> Result<Empty, Error> {
    discard(cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref(), Configuration::Lifecycle)
}

fn check(rules: &[api::LifecycleRule]) -> Result<(), Error> {
    if rules.is_empty() || rules.len() > MOST_RULES {
        return Err(Error::MalformedXml);
    }
    let mut seen = BTreeSet::new();
    for rule in rules {
        if let Some(id) = rule.id.as_ref().filter(|id| !id.is_empty()) {
            if id.chars().count() > MOST_ID_CHARACTERS {
                return Err(Error::InvalidArgument(Argument::IdLong(id.clone())));
            }
            if !seen.insert(id) {
                return Err(Error::InvalidArgument(Argument::RuleIdTwice(id.clone())));
            }
        }
        check_scope(rule)?;
        check_actions(rule)?;
        check_order(rule)?;
    }
    Ok(())
}

/// A rule says which objects it is about once: by a filter, or by a prefix as the first version did.
fn check_scope(rule: &api::LifecycleRule) -> Result<(), Error> {
    match (&rule.filter, &rule.prefix) {
        (None, None) => Err(Error::MalformedXml),
        (Some(_), Some(_)) => Err(Error::InvalidRequest(Refusal::LifecyclePrefix)),
        (None, Some(_)) => Ok(()),
        (Some(filter), None) => {
            at_most_one(&[
                filter.prefix.is_some(),
                filter.tag.is_some(),
                filter.object_size_greater_than.is_some(),
                filter.object_size_less_than.is_some(),
                filter.and.is_some(),
            ])?;
            let tags = filter.and.as_ref().and_then(|and| and.tags.as_deref()).unwrap_or_default();
            let mut seen = BTreeSet::new();
            if tags.iter().all(|tag| seen.insert(&tag.key)) {
                Ok(())
            } else {
                Err(Error::InvalidRequest(Refusal::LifecycleTagsTwice))
            }
        }
    }
}

fn check_actions(rule: &api::LifecycleRule) -> Result<(), Error> {
    let transitions = rule.transitions.as_deref().unwrap_or_default();
    let noncurrent = rule.noncurrent_version_transitions.as_deref().unwrap_or_default();
    let acts = rule.expiration.is_some()
        || rule.noncurrent_version_expiration.is_some()
        || rule.abort_incomplete_multipart_upload.is_some()
        || !transitions.is_empty()
        || !noncurrent.is_empty();
    if !acts {
        return Err(Error::InvalidRequest(Refusal::LifecycleNoAction));
    }
    if let Some(expiration) = &rule.expiration {
        check_expiration(expiration)?;
    }
    transitions.iter().try_for_each(check_transition)?;
    for transition in noncurrent {
        let Some(days) = transition.noncurrent_days else { return Err(Error::MalformedXml) };
        if transition.storage_class.is_none() {
            return Err(Error::MalformedXml);
        }
        positive("NoncurrentDays", "NoncurrentVersionTransition", days)?;
        newer_versions("NoncurrentVersionTransition", transition.newer_noncurrent_versions)?;
    }
    if let Some(expiration) = &rule.noncurrent_version_expiration {
        let Some(days) = expiration.noncurrent_days else { return Err(Error::MalformedXml) };
        positive("NoncurrentDays", "NoncurrentVersionExpiration", days)?;
        newer_versions("NoncurrentVersionExpiration", expiration.newer_noncurrent_versions)?;
    }
    if let Some(abort) = &rule.abort_incomplete_multipart_upload {
        let Some(days) = abort.days_after_initiation else { return Err(Error::MalformedXml) };
        positive("DaysAfterInitiation", "AbortIncompleteMultipartUpload", days)?;
    }
    Ok(())
}

fn check_expiration(expiration: &api::LifecycleExpiration) -> Result<(), Error> {
    let (days, date, marker) = (expiration.days, expiration.date, expiration.expired_object_delete_marker);
    if days.is_none() && date.is_none() && marker.is_none() {
        return Err(Error::MalformedXml);
    }
    at_most_one(&[days.is_some(), date.is_some(), marker.is_some()])?;
    days.map_or(Ok(()), |days| positive("Days", "Expiration", days))?;
    date.map_or(Ok(()), midnight)
}

fn check_transition(transition: &api::Transition) -> Result<(), Error> {
    let Some(class) = transition.storage_class.as_deref() else { return Err(Error::MalformedXml) };
    match (transition.days, transition.date) {
        (None, None) | (Some(_), Some(_)) => Err(Error::MalformedXml),
        (None, Some(date)) => midnight(date),
        (Some(days), None) if days < 0 => positive("Days", "Transition", days),
        (Some(days), None) if days < 30 && matches!(class, "STANDARD_IA" | "ONEZONE_IA") => {
            Err(Error::InvalidArgument(Argument::LifecycleEarly(class.to_owned(), days)))
        }
        (Some(_), None) => Ok(()),
    }
}

/// Within a rule actions go by days or by dates, and what expires has transitioned before.
fn check_order(rule: &api::LifecycleRule) -> Result<(), Error> {
    let transitions = rule.transitions.as_deref().unwrap_or_default();
    let filter = rule.filter.as_ref();
    let in_filter = filter.and_then(|filter| {
        filter.prefix.as_ref().or_else(|| filter.and.as_ref().and_then(|and| and.prefix.as_ref()))
    });
    let prefix = || rule.prefix.as_ref().or(in_filter).cloned().unwrap_or_default();
    let expiration = rule.expiration.clone().unwrap_or_default();
    let by_days = expiration.days.is_some() || transitions.iter().any(|one| one.days.is_some());
    let by_dates = expiration.date.is_some() || transitions.iter().any(|one| one.date.is_some());
    if by_days && by_dates {
        return Err(Error::InvalidRequest(Refusal::LifecycleMixed(prefix())));
    }
    let last = transitions.iter().filter_map(|one| one.days).max();
    match (expiration.days, last) {
        (Some(expires), Some(last)) if expires <= last => {
            Err(Error::InvalidArgument(Argument::LifecycleExpiresFirst(prefix())))
        }
        _ => Ok(()),
    }
}

fn positive(member: &'static str, action: &'static str, value: i32) -> Result<(), Error> {
    if value > 0 {
        return Ok(());
    }
    Err(Error::InvalidArgument(Argument::LifecycleCount(member, action, value)))
}

/// How many noncurrent versions are kept: 1 to 100, where it is said.
fn newer_versions(action: &'static str, kept: Option<i32>) -> Result<(), Error> {
    match kept {
        Some(kept) if kept > 100 => Err(Error::MalformedXml),
        Some(kept) => positive("NewerNoncurrentVersions", action, kept),
        None => Ok(()),
    }
}

fn midnight(date: shape::Timestamp) -> Result<(), Error> {
    if date.millis % DAY_MILLIS == 0 {
        return Ok(());
    }
    let shown = pacific::text(Timestamp::from_millis(date.millis));
    Err(Error::InvalidArgument(Argument::LifecycleDate(shown)))
}

#[cfg(test)]
mod tests {
    use crate::tests::{MALFORMED, answer, bucket, refused};
    use serde_json::{Value, json};
    use shapes_s3::{
        DeleteBucketLifecycle, GetBucketLifecycleConfiguration as Get, PutBucketLifecycleConfiguration as Put,
    };

    fn put(rules: &Value) -> Value {
        json!({"Bucket": "bkt", "LifecycleConfiguration": {"Rules": rules}})
    }

    fn rule(more: &Value) -> Value {
        let mut rule = json!({"ID": "a", "Status": "Enabled"});
        rule.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        rule
    }

    #[test]
    fn rules_come_back_as_they_were_put() {
        let s3 = bucket();
        for rules in [
            json!([rule(&json!({"Filter": {}, "Expiration": {"Days": 1}}))]),
            json!([rule(&json!({"Prefix": "", "Expiration": {"Date": 1_767_225_600}}))]),
            json!([rule(
                &json!({"Filter": {"Prefix": "x/"}, "Expiration": {"ExpiredObjectDeleteMarker": true}})
            )]),
            json!([
                rule(&json!({
                    "ID": "z", "Status": "Disabled",
                    "Filter": {"And": {"Prefix": "x", "Tags": [{"Key": "a", "Value": "1"}], "ObjectSizeGreaterThan": 5}},
                    "Transitions": [{"Days": 30, "StorageClass": "STANDARD_IA"}, {"Days": 60, "StorageClass": "GLACIER"}],
                    "Expiration": {"Days": 61},
                })),
                rule(&json!({
                    "Filter": {"Prefix": ""},
                    "NoncurrentVersionTransitions": [{"NoncurrentDays": 3, "StorageClass": "GLACIER"}],
                    "NoncurrentVersionExpiration": {"NoncurrentDays": 5, "NewerNoncurrentVersions": 2},
                    "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
                })),
            ]),
        ] {
            let minimum = json!({"TransitionDefaultMinimumObjectSize": "all_storage_classes_128K"});
            assert_eq!(answer::<Put>(&s3, put(&rules)), minimum);
            let shown = answer::<Get>(&s3, json!({"Bucket": "bkt"}));
            assert_eq!(shown["Rules"], rules);
            assert_eq!(
                shown["TransitionDefaultMinimumObjectSize"],
                minimum["TransitionDefaultMinimumObjectSize"]
            );
        }
        for _ in 0..2 {
            answer::<DeleteBucketLifecycle>(&s3, json!({"Bucket": "bkt"}));
        }
        refused::<Get>(
            &s3,
            json!({"Bucket": "bkt"}),
            "NoSuchLifecycleConfiguration",
            "The lifecycle configuration does not exist",
            &[("BucketName", "bkt")],
        );
    }

    #[test]
    fn a_rule_without_an_id_gets_one_and_the_minimum_size_falls_back() {
        let s3 = bucket();
        let mut asked = put(&json!([{"Status": "Enabled", "Prefix": "", "Expiration": {"Days": 1}}]));
        asked["TransitionDefaultMinimumObjectSize"] = json!("varies_by_storage_class");
        answer::<Put>(&s3, asked.clone());
        let shown = answer::<Get>(&s3, json!({"Bucket": "bkt"}));
        assert_eq!(shown["TransitionDefaultMinimumObjectSize"], "varies_by_storage_class");
        assert_eq!(shown["Rules"][0]["ID"].as_str().unwrap().len(), 48);
        asked["TransitionDefaultMinimumObjectSize"] = json!("huge");
        let sentence = "Invalid TransitionDefaultMinimumObjectSize found: huge";
        refused::<Put>(&s3, asked.clone(), "InvalidRequest", sentence, &[]);
        asked.as_object_mut().unwrap().remove("TransitionDefaultMinimumObjectSize");
        answer::<Put>(&s3, asked);
        let shown = answer::<Get>(&s3, json!({"Bucket": "bkt"}));
        assert_eq!(shown["TransitionDefaultMinimumObjectSize"], "all_storage_classes_128K");
    }

    #[test]
    fn documents_that_break_the_schema_are_refused() {
        let s3 = bucket();
        let with = |more: Value| json!([rule(&more)]);
        for rules in [
            json!([]),
            with(json!({"Expiration": {"Days": 1}})),
            with(json!({"Filter": {"Prefix": "a", "And": {"Prefix": "a"}}, "Expiration": {"Days": 1}})),
            with(
                json!({"Filter": {"And": {"Prefix": "a"}, "ObjectSizeLessThan": 5}, "Expiration": {"Days": 1}}),
            ),
            with(json!({"Filter": {}, "Expiration": {}})),
            with(json!({"Filter": {}, "Expiration": {"Days": 1, "ExpiredObjectDeleteMarker": true}})),
            with(json!({"Filter": {}, "Expiration": {"Days": 1, "Date": 0}})),
            with(json!({"Filter": {}, "NoncurrentVersionExpiration": {}})),
            with(
                json!({"Filter": {}, "NoncurrentVersionExpiration": {"NoncurrentDays": 1, "NewerNoncurrentVersions": 101}}),
            ),
            with(json!({"Filter": {}, "AbortIncompleteMultipartUpload": {}})),
            with(json!({"Filter": {}, "Transitions": [{"StorageClass": "GLACIER"}]})),
            with(json!({"Filter": {}, "Transitions": [{"Days": 1}]})),
            with(json!({"Filter": {}, "Transitions": [{"Days": 1, "StorageClass": "STANDARD"}]})),
            with(json!({"Filter": {}, "Status": "enabled", "Expiration": {"Days": 1}})),
        ] {
            refused::<Put>(&s3, put(&rules), "MalformedXML", MALFORMED, &[]);
        }
    }

    #[test]
    fn rules_that_make_no_sense_are_refused_in_words() {
        let s3 = bucket();
        let with = |more: Value| json!([rule(&more)]);
        let tags = json!([{"Key": "a", "Value": "1"}, {"Key": "a", "Value": "2"}]);
        let ok = rule(&json!({"Filter": {}, "Expiration": {"Days": 1}}));
        for (rules, code, sentence, members) in [
            (
                with(json!({"Filter": {}, "Expiration": {"Date": 1_577_836_801}})),
                "InvalidArgument",
                "'Date' must be at midnight GMT",
                &[("ArgumentName", "Date"), ("ArgumentValue", "Tue Dec 31 16:00:01 PST 2019")][..],
            ),
            (
                with(json!({"Filter": {"And": {"Tags": tags}}, "Expiration": {"Days": 1}})),
                "InvalidRequest",
                "Duplicate Tag Keys are not allowed.",
                &[],
            ),
            (
                json!([ok, ok]),
                "InvalidArgument",
                "Rule ID must be unique. Found same ID for more than one rule",
                &[],
            ),
            (
                with(json!({"ID": "a".repeat(256), "Filter": {}, "Expiration": {"Days": 1}})),
                "InvalidArgument",
                "ID length should not exceed allowed limit of 255",
                &[],
            ),
            (
                with(json!({"Filter": {}, "Expiration": {"Days": 0}})),
                "InvalidArgument",
                "'Days' for Expiration action must be a positive integer",
                &[],
            ),
            (
                with(json!({"Filter": {}, "Transitions": [{"Days": 29, "StorageClass": "STANDARD_IA"}]})),
                "InvalidArgument",
                "'Days' in Transition action must be greater than or equal to 30 for storageClass 'STANDARD_IA'",
                &[],
            ),
            (
                with(
                    json!({"Filter": {}, "Transitions": [{"Days": 9, "StorageClass": "GLACIER"}], "Expiration": {"Days": 9}}),
                ),
                "InvalidArgument",
                "'Days' in the Expiration action for prefix '' must be greater than 'Days' in the Transition action",
                &[],
            ),
            (
                with(
                    json!({"Filter": {"Prefix": "p"}, "Transitions": [{"Days": 9, "StorageClass": "GLACIER"}], "Expiration": {"Date": 0}}),
                ),
                "InvalidRequest",
                "Found mixed 'Date' and 'Days' based Expiration and Transition actions in lifecycle rule for prefix 'p'",
                &[],
            ),
            (
                with(json!({"Filter": {}})),
                "InvalidRequest",
                "At least one action needs to be specified in a rule",
                &[],
            ),
            (
                with(json!({"Filter": {}, "Prefix": "", "Expiration": {"Days": 1}})),
                "InvalidRequest",
                "Base level prefix cannot be used in Lifecycle V2, prefixes are only supported in the Filter.",
                &[],
            ),
        ] {
            refused::<Put>(&s3, put(&rules), code, sentence, members);
        }
    }
}
