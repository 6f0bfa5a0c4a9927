//! `?notification`: who is told what happens in the bucket.
//!
//! Queues, topics and functions are outside angae: an ARN that is well formed counts as one that exists and lets S3
//! publish. What is checked of them is what the ARN says.

#[cfg(test)]
mod tests;

use super::record::{self, Configurations};
use super::rule_id;
use crate::S3;
use crate::bucket;
use crate::bucket::record::BucketRow;
use crate::error::{Argument, Configuration, Error};
use crate::notification;
use ports::Cx;
use shape::Empty;
use shapes_s3 as api;
use std::collections::BTreeSet;
use store::StoreError;

/// The events that can be asked for. Never told are those of what does not happen here: lost copies, tiers of
/// INTELLIGENT_TIERING, and replication that is late or no longer watched.
const EVENTS: [&str; 31] = [
    "s3:ReducedRedundancyLostObject",
    "s3:ObjectCreated:*",
    "s3:ObjectCreated:Put",
    "s3:ObjectCreated:Post",
    "s3:ObjectCreated:Copy",
    "s3:ObjectCreated:CompleteMultipartUpload",
    "s3:ObjectRemoved:*",
    "s3:ObjectRemoved:Delete",
    "s3:ObjectRemoved:DeleteMarkerCreated",
    "s3:ObjectRestore:*",
    "s3:ObjectRestore:Post",
    "s3:ObjectRestore:Completed",
    "s3:ObjectRestore:Delete",
    "s3:Replication:*",
    "s3:Replication:OperationFailedReplication",
    "s3:Replication:OperationNotTracked",
    "s3:Replication:OperationMissedThreshold",
    "s3:Replication:OperationReplicatedAfterThreshold",
    "s3:LifecycleTransition",
    "s3:IntelligentTiering",
    "s3:ObjectAcl:Put",
    "s3:LifecycleExpiration:*",
    "s3:LifecycleExpiration:Delete",
    "s3:LifecycleExpiration:DeleteMarkerCreated",
    "s3:ObjectTagging:*",
    "s3:ObjectTagging:Put",
    "s3:ObjectTagging:Delete",
    "s3:ObjectAnnotation:*",
    "s3:ObjectAnnotation:Put",
    "s3:ObjectAnnotation:Delete",
    "s3:ObjectRetention:Put",
];

/// Who is told; nobody where nothing is configured.
pub(crate) fn of(
    rows: &impl Configurations,
    bucket: &str,
) -> Result<api::NotificationConfiguration, StoreError> {
    Ok(record::stored(rows, bucket, Configuration::Notification)?.unwrap_or_default())
}

/// `GetBucketNotificationConfiguration`: an empty document where nobody is told.
pub(crate) fn get(
    cx: &Cx,
    _svc: &S3,
    input: api::GetBucketNotificationConfigurationRequest,
) -> Result<api::NotificationConfiguration, Error> {
    let bucket = bucket::resolve(cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
    Ok(cx.read(|view| of(view, &bucket.id))?)
}

/// `PutBucketNotificationConfiguration`: replaces all of it. Every ARN is read before anything else is looked at; the
/// destinations themselves come last, and not at all where the caller vouches for them.
pub(crate) fn put(
    cx: &Cx,
    _svc: &S3,
    input: api::PutBucketNotificationConfigurationRequest,
) -> Result<Empty, Error> {
    let bucket = bucket::resolve(cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
    let mut asked = input.notification_configuration.ok_or(Error::MissingBody)?;
    let mut entries = entries(&mut asked);
    entries.iter().try_for_each(|entry| check_arn(entry, &bucket))?;
    for entry in &mut entries {
        check_events(entry)?;
        spell_filter(entry)?;
        if entry.id.as_ref().is_none_or(String::is_empty) {
            *entry.id = Some(rule_id(cx));
        }
    }
    check_ids(&entries)?;
    check_overlap(&entries)?;
    let is_vouched_for = input.skip_destination_validation == Some(true);
    if !is_vouched_for {
        check_destinations(&entries)?;
    }
    let tested: BTreeSet<String> = match is_vouched_for {
        true => BTreeSet::new(),
        false => tested(&entries).map(str::to_owned).collect(),
    };
    cx.write(|tx| {
        let bucket = bucket::again(tx, &bucket)?;
        record::put(tx, &bucket.id, Configuration::Notification, &asked);
        notification::test(tx, &bucket, cx.request_id(), &tested);
        Ok(Empty {})
    })
}

/// The destinations that are sent a message to see whether they take it; a function would be run by it.
fn tested<'e>(entries: &'e [Entry<'_>]) -> impl Iterator<Item = &'e str> {
    entries.iter().filter(|entry| entry.service != "lambda").map(|entry| entry.arn)
}

/// One configuration, whichever kind its destination is of.
struct Entry<'c> {
    /// The element of its ARN, by which S3 names it.
    element: &'static str,
    /// The service its ARN has to be of.
    service: &'static str,
    arn: &'c str,
    id: &'c mut Option<String>,
    events: &'c [String],
    filter: &'c mut Option<api::NotificationConfigurationFilter>,
}

fn entries(asked: &mut api::NotificationConfiguration) -> Vec<Entry<'_>> {
    let mut entries = Vec::new();
    for topic in asked.topic_configurations.iter_mut().flatten() {
        entries.push(Entry {
            element: "Topic",
            service: "sns",
            arn: topic.topic_arn.as_deref().unwrap_or_default(),
            id: &mut topic.id,
            events: topic.events.as_deref().unwrap_or_default(),
            filter: &mut topic.filter,
        });
    }
    for queue in asked.queue_configurations.iter_mut().flatten() {
        entries.push(Entry {
            element: "Queue",
            service: "sqs",
            arn: queue.queue_arn.as_deref().unwrap_or_default(),
            id: &mut queue.id,
            events: queue.events.as_deref().unwrap_or_default(),
            filter: &mut queue.filter,
        });
    }
    for function in asked.lambda_function_configurations.iter_mut().flatten() {
        entries.push(Entry {
            element: "CloudFunction",
            service: "lambda",
            arn: function.lambda_function_arn.as_deref().unwrap_or_default(),
            id: &mut function.id,
            events: function.events.as_deref().unwrap_or_default(),
            filter: &mut function.filter,
        });
    }
    entries
}

/// `arn:partition:service:region:account:resource`, of the kind's own service and the bucket's Region.
fn check_arn(entry: &Entry<'_>, bucket: &BucketRow) -> Result<(), Error> {
    let parts: Vec<&str> = entry.arn.splitn(6, ':').collect();
    let malformed = || Error::InvalidArgument(Argument::NotificationArn(entry.element, entry.arn.to_owned()));
    let ["arn", partition, service, region, account, resource] = parts[..] else { return Err(malformed()) };
    let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    let is_resource = match entry.service {
        "lambda" => resource.strip_prefix("function:").is_some_and(|name| !name.is_empty()),
        _ => !resource.is_empty() && !resource.contains(':'),
    };
    if !partition.starts_with("aws") || service != entry.service || !is_account || !is_resource {
        return Err(malformed());
    }
    if region != bucket.region.as_str() {
        let argument = Argument::NotificationRegion(entry.element, entry.arn.to_owned());
        return Err(Error::InvalidArgument(argument));
    }
    Ok(())
}

fn check_events(entry: &Entry<'_>) -> Result<(), Error> {
    if entry.events.is_empty() {
        return Err(Error::MalformedXml);
    }
    match entry.events.iter().find(|event| !EVENTS.contains(&event.as_str())) {
        Some(event) => Err(Error::InvalidArgument(Argument::NotificationEvent(event.clone()))),
        None => Ok(()),
    }
}

/// Names may be sent in any case and come back as `Prefix` and `Suffix`; each stands once.
fn spell_filter(entry: &mut Entry<'_>) -> Result<(), Error> {
    let key = entry.filter.as_mut().and_then(|filter| filter.key.as_mut());
    let mut seen = BTreeSet::new();
    for rule in key.into_iter().flat_map(|key| key.filter_rules.iter_mut().flatten()) {
        let (Some(name), Some(_)) = (&rule.name, &rule.value) else { return Err(Error::MalformedXml) };
        let (name, spelled) = match name.to_ascii_lowercase().as_str() {
            "prefix" => ("prefix", "Prefix"),
            "suffix" => ("suffix", "Suffix"),
            _ => return Err(Error::InvalidArgument(Argument::FilterRuleName(name.clone()))),
        };
        if !seen.insert(name) {
            return Err(Error::InvalidArgument(Argument::FilterRuleTwice(name)));
        }
        rule.name = Some(spelled.to_owned());
    }
    Ok(())
}

fn check_ids(entries: &[Entry<'_>]) -> Result<(), Error> {
    let mut seen = BTreeSet::new();
    match entries.iter().filter_map(|entry| entry.id.as_ref()).find(|id| !seen.insert(*id)) {
        Some(id) => Err(Error::InvalidArgument(Argument::NotificationIdTwice(id.clone()))),
        None => Ok(()),
    }
}

/// No key may pass two configurations for the same event.
fn check_overlap(entries: &[Entry<'_>]) -> Result<(), Error> {
    for (position, one) in entries.iter().enumerate() {
        for other in &entries[position + 1..] {
            let Some(event) = common(one.events, other.events) else { continue };
            let (prefixes, suffixes) = (
                (filter(one, "Prefix"), filter(other, "Prefix")),
                (filter(one, "Suffix"), filter(other, "Suffix")),
            );
            let meet = (prefixes.0.starts_with(prefixes.1) || prefixes.1.starts_with(prefixes.0))
                && (suffixes.0.ends_with(suffixes.1) || suffixes.1.ends_with(suffixes.0));
            if !meet {
                continue;
            }
            let unfiltered = [prefixes.0, prefixes.1, suffixes.0, suffixes.1].concat().is_empty();
            let argument =
                if unfiltered { Argument::NotificationOverlap } else { Argument::NotificationAmbiguous };
            return Err(Error::InvalidArgument(argument(event.to_owned())));
        }
    }
    Ok(())
}

/// An event of the one that the other asks for too: by name, or as one of a family.
fn common<'e>(one: &'e [String], other: &[String]) -> Option<&'e str> {
    let in_family = |family: &str, event: &str| {
        family.strip_suffix('*').is_some_and(|beginning| event.starts_with(beginning))
    };
    let found = one.iter().find(|event| {
        other.iter().any(|asked| asked == *event || in_family(asked, event) || in_family(event, asked))
    });
    found.map(String::as_str)
}

fn filter<'e>(entry: &'e Entry<'_>, name: &str) -> &'e str {
    let key = entry.filter.as_ref().and_then(|filter| filter.key.as_ref());
    let mut rules = key.into_iter().flat_map(|key| key.filter_rules.iter().flatten());
    let rule = rules.find(|rule| rule.name.as_deref() == Some(name));
    rule.and_then(|rule| rule.value.as_deref()).unwrap_or_default()
}

/// S3 publishes to no FIFO queue or topic.
fn check_destinations(entries: &[Entry<'_>]) -> Result<(), Error> {
    let ordered = entries.iter().filter(|entry| entry.service != "lambda" && entry.arn.ends_with(".fifo"));
    let refused: Vec<(String, &'static str)> = ordered
        .map(|entry| match entry.service {
            "sqs" => (entry.arn.to_owned(), "FIFO queues are not supported"),
            _ => (entry.arn.to_owned(), "FIFO topics are not supported"),
        })
        .collect();
    if refused.is_empty() {
        return Ok(());
    }
    Err(Error::InvalidArgument(Argument::NotificationDestinations(refused)))
}
