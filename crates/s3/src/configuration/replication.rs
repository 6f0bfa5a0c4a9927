//! `?replication`: which objects are copied where.

use super::record::{self, Configurations};
use super::{at_most_one, bucket_of_arn, discard, rule_id};
use crate::S3;
use crate::bucket;
use crate::bucket::model::Versioning;
use crate::bucket::record::{self as buckets, BucketRow};
use crate::error::{Argument, Configuration, Error, Refusal};
use ports::Cx;
use shape::Empty;
use shapes_s3 as api;
use std::collections::BTreeSet;
use store::{StoreError, Tx};

/// Rules of one bucket at the most.
const MOST_RULES: usize = 1_000;

/// The role and the rules; `None` where nothing is replicated.
pub(crate) fn of(
    rows: &impl Configurations,
    bucket: &str,
) -> Result<Option<api::ReplicationConfiguration>, StoreError> {
    record::stored(rows, bucket, Configuration::Replication)
}

/// `GetBucketReplication`.
pub(crate) fn get(
    cx: &Cx,
    _svc: &S3,
    input: api::GetBucketReplicationRequest,
) -> Result<api::GetBucketReplicationOutput, Error> {
    let bucket = bucket::resolve(cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
    let found = cx.read(|view| of(view, &bucket.id))?;
    let found = found.ok_or_else(|| Error::NotConfigured(Configuration::Replication, bucket.name.clone()))?;
    Ok(api::GetBucketReplicationOutput { replication_configuration: Some(found) })
}

/// `PutBucketReplication`. Versions are looked for at the source first, then at each destination; the role is taken
/// on trust. A rule without an id gets one.
pub(crate) fn put(cx: &Cx, _svc: &S3, input: api::PutBucketReplicationRequest) -> Result<Empty, Error> {
    let bucket = bucket::resolve(cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
    let mut asked = input.replication_configuration.ok_or(Error::MissingBody)?;
    let rules = asked.rules.get_or_insert_default();
    if rules.is_empty() || rules.len() > MOST_RULES {
        return Err(Error::MalformedXml);
    }
    rules.iter().try_for_each(check_schema)?;
    for rule in rules.iter_mut().filter(|rule| rule.id.as_ref().is_none_or(String::is_empty)) {
        rule.id = Some(rule_id(cx));
    }
    cx.write(|tx| {
        let bucket = bucket::again(tx, &bucket)?;
        if bucket.versioning != Versioning::Enabled {
            return Err(Error::InvalidRequest(Refusal::ReplicationSource));
        }
        check_rules(tx, &bucket, asked.rules.as_deref().unwrap_or_default())?;
        record::put(tx, &bucket.id, Configuration::Replication, &asked);
        Ok(Empty {})
    })
}

/// `DeleteBucketReplication`.
pub(crate) fn delete(cx: &Cx, _svc: &S3, input: api::DeleteBucketReplicationRequest) -> Result<Empty, Error> {
    discard(cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref(), Configuration::Replication)
}

fn check_schema(rule: &api::ReplicationRule) -> Result<(), Error> {
    at_most_one(&[rule.prefix.is_some(), rule.filter.is_some()])?;
    let Some(filter) = &rule.filter else { return Ok(()) };
    at_most_one(&[filter.prefix.is_some(), filter.tag.is_some(), filter.and.is_some(), filter.not.is_some()])
}

/// A rule with a filter is of the second version of the schema, which asks for more.
fn check_rules(tx: &Tx, bucket: &BucketRow, rules: &[api::ReplicationRule]) -> Result<(), Error> {
    let mut seen = BTreeSet::new();
    for rule in rules {
        let destination = rule.destination.as_ref().and_then(|destination| destination.bucket.as_deref());
        let found = destination.and_then(bucket_of_arn);
        let found = found.and_then(|name| buckets::in_tx(tx, bucket.partition, name));
        if found.is_none_or(|found| found.versioning != Versioning::Enabled) {
            return Err(Error::InvalidRequest(Refusal::ReplicationDestination));
        }
        if rule.filter.is_some() {
            let lacking = match (rule.priority, &rule.delete_marker_replication) {
                (None, _) => Some("Priority"),
                (Some(_), None) => Some("DeleteMarkerReplication"),
                (Some(_), Some(_)) => None,
            };
            if let Some(member) = lacking {
                return Err(Error::InvalidRequest(Refusal::ReplicationLacks(member)));
            }
        }
        let id = rule.id.clone().unwrap_or_default();
        if !seen.insert(id.clone()) {
            return Err(Error::InvalidArgument(Argument::RuleIdTwice(id)));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::tests::{MALFORMED, answer, bucket, refused};
    use serde_json::{Value, json};
    use shapes_s3::{
        CreateBucket, DeleteBucketReplication, GetBucketReplication as Get, PutBucketReplication as Put,
        PutBucketVersioning,
    };
    use testkit::Local;

    fn put(rules: &Value) -> Value {
        let configuration = json!({"Role": "arn:aws:iam::000000000000:role/r", "Rules": rules});
        json!({"Bucket": "bkt", "ReplicationConfiguration": configuration})
    }

    fn versioned(s3: &Local, name: &str) {
        answer::<CreateBucket>(s3, json!({"Bucket": name}));
        enable(s3, name);
    }

    fn enable(s3: &Local, name: &str) {
        let asked = json!({"Bucket": name, "VersioningConfiguration": {"Status": "Enabled"}});
        answer::<PutBucketVersioning>(s3, asked);
    }

    fn rule(id: &str, target: &str) -> Value {
        json!({"ID": id, "Priority": 0, "Filter": {}, "Status": "Enabled",
            "Destination": {"Bucket": format!("arn:aws:s3:::{target}")},
            "DeleteMarkerReplication": {"Status": "Disabled"}})
    }

    #[test]
    fn rules_come_back_and_keep_the_versions() {
        let s3 = bucket();
        versioned(&s3, "target");
        enable(&s3, "bkt");
        for rules in [
            json!([rule("a", "target"), rule("b", "target")]),
            json!([{"ID": "old", "Prefix": "", "Status": "Disabled",
                "Destination": {"Bucket": "arn:aws:s3:::target", "StorageClass": "STANDARD_IA"}}]),
        ] {
            answer::<Put>(&s3, put(&rules));
            let shown = answer::<Get>(&s3, json!({"Bucket": "bkt"}));
            assert_eq!(shown["ReplicationConfiguration"], put(&rules)["ReplicationConfiguration"]);
        }
        let mut nameless = rule("", "target");
        nameless.as_object_mut().unwrap().remove("ID");
        answer::<Put>(&s3, put(&json!([nameless])));
        let shown = answer::<Get>(&s3, json!({"Bucket": "bkt"}));
        let id = &shown["ReplicationConfiguration"]["Rules"][0]["ID"];
        assert_eq!(id.as_str().unwrap().len(), 48);
        let suspended = json!({"Bucket": "bkt", "VersioningConfiguration": {"Status": "Suspended"}});
        refused::<PutBucketVersioning>(
            &s3,
            suspended.clone(),
            "InvalidBucketState",
            "A replication configuration is present on this bucket, so you cannot change the versioning state. To change the versioning state, first delete the replication configuration.",
            &[],
        );
        for _ in 0..2 {
            answer::<DeleteBucketReplication>(&s3, json!({"Bucket": "bkt"}));
        }
        answer::<PutBucketVersioning>(&s3, suspended);
        refused::<Get>(
            &s3,
            json!({"Bucket": "bkt"}),
            "ReplicationConfigurationNotFoundError",
            "The replication configuration was not found",
            &[("BucketName", "bkt")],
        );
    }

    #[test]
    fn buckets_without_versions_and_rules_that_lack_something_are_refused() {
        let s3 = bucket();
        versioned(&s3, "target");
        answer::<CreateBucket>(&s3, json!({"Bucket": "plain"}));
        let source = "Versioning must be 'Enabled' on the bucket to apply a replication configuration";
        refused::<Put>(&s3, put(&json!([rule("a", "nowhere")])), "InvalidRequest", source, &[]);
        enable(&s3, "bkt");
        let destination = "Destination bucket must have versioning enabled.";
        let without = |member: &str| {
            let mut rule = rule("a", "target");
            rule.as_object_mut().unwrap().remove(member);
            json!([rule])
        };
        let lacks = |member: &str| {
            format!(
                "{member} must be specified for this version of Cross Region Replication configuration schema. Please refer to S3 Developer Guide for more information."
            )
        };
        let (priority, markers) = (lacks("Priority"), lacks("DeleteMarkerReplication"));
        let mut both = rule("a", "target");
        both["Prefix"] = json!("p");
        let mut two = rule("a", "target");
        two["Filter"] = json!({"Prefix": "p", "Tag": {"Key": "k", "Value": "v"}});
        for (rules, code, sentence) in [
            (json!([rule("a", "nowhere")]), "InvalidRequest", destination),
            (json!([rule("a", "plain")]), "InvalidRequest", destination),
            (without("Priority"), "InvalidRequest", priority.as_str()),
            (without("DeleteMarkerReplication"), "InvalidRequest", markers.as_str()),
            (
                json!([rule("a", "target"), rule("a", "target")]),
                "InvalidArgument",
                "Rule ID must be unique. Found same ID for more than one rule",
            ),
            (json!([]), "MalformedXML", MALFORMED),
            (without("Status"), "MalformedXML", MALFORMED),
            (without("Destination"), "MalformedXML", MALFORMED),
            (json!([both]), "MalformedXML", MALFORMED),
            (json!([two]), "MalformedXML", MALFORMED),
        ] {
            refused::<Put>(&s3, put(&rules), code, sentence, &[]);
        }
    }
}
