//! Which destinations are told of something: those whose configuration names the event and whose filter lets the key
//! pass, and EventBridge where it is switched on.

use super::happening::{Bridged, Happening};
use crate::bucket::record::BucketRow;
use crate::configuration::record::{self as configurations, Configurations};
use crate::error::Configuration;
use shapes_s3 as api;
use store::StoreError;

/// A destination and what it is sent.
pub(super) struct Told {
    /// The ARN.
    pub(super) destination: String,
    pub(super) form: Form,
}

/// The two forms of messages.
pub(super) enum Form {
    /// S3's own.
    Record {
        /// The id of the configuration that asks for it.
        configuration: String,
    },
    EventBridge(Bridged),
}

/// The destinations, in the order of the configuration.
pub(super) fn told(
    rows: &impl Configurations,
    bucket: &BucketRow,
    happening: &Happening<'_>,
) -> Result<Vec<Told>, StoreError> {
    let found: Option<api::NotificationConfiguration> =
        configurations::stored(rows, &bucket.id, Configuration::Notification)?;
    let Some(found) = found else { return Ok(Vec::new()) };
    let topics = found
        .topic_configurations
        .into_iter()
        .flatten()
        .map(|one| (one.topic_arn, one.id, one.events, one.filter));
    let queues = found
        .queue_configurations
        .into_iter()
        .flatten()
        .map(|one| (one.queue_arn, one.id, one.events, one.filter));
    let functions = found
        .lambda_function_configurations
        .into_iter()
        .flatten()
        .map(|one| (one.lambda_function_arn, one.id, one.events, one.filter));
    let mut told = Vec::new();
    for (arn, id, events, filter) in topics.chain(queues).chain(functions) {
        let asks = events.iter().flatten().any(|event| names(event, &happening.name));
        if let Some(destination) = arn.filter(|_| asks && passes(filter.as_ref(), happening.key)) {
            told.push(Told { destination, form: Form::Record { configuration: id.unwrap_or_default() } });
        }
    }
    if let Some(bridged) = happening.bridged.clone().filter(|_| found.event_bridge_configuration.is_some()) {
        let BucketRow { partition, region, account, .. } = bucket;
        let destination = format!("arn:{partition}:events:{region}:{account}:event-bus/default");
        told.push(Told { destination, form: Form::EventBridge(bridged) });
    }
    Ok(told)
}

/// Whether `s3:ObjectCreated:*` or `s3:ObjectCreated:Put` names `ObjectCreated:Put`.
fn names(asked: &str, name: &str) -> bool {
    let Some(asked) = asked.strip_prefix("s3:") else { return false };
    match asked.strip_suffix('*') {
        Some(family) => name.starts_with(family),
        None => name == asked,
    }
}

fn passes(filter: Option<&api::NotificationConfigurationFilter>, key: &str) -> bool {
    let rules = filter.and_then(|filter| filter.key.as_ref()?.filter_rules.as_deref()).unwrap_or_default();
    rules.iter().all(|rule| {
        let value = rule.value.as_deref().unwrap_or_default();
        match rule.name.as_deref() {
            Some(name) if name.eq_ignore_ascii_case("prefix") => key.starts_with(value),
            Some(name) if name.eq_ignore_ascii_case("suffix") => key.ends_with(value),
            // The operation that stores filters lets no other name in.
            Some(_) | None => false,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn a_star_stands_for_a_family() {
        for (asked, name, named) in [
            ("s3:ObjectCreated:*", "ObjectCreated:Put", true),
            ("s3:ObjectCreated:Put", "ObjectCreated:Put", true),
            ("s3:ObjectCreated:Put", "ObjectCreated:Post", false),
            ("s3:ObjectRemoved:*", "ObjectCreated:Put", false),
            ("s3:LifecycleTransition", "LifecycleTransition", true),
            ("s3:LifecycleExpiration:*", "LifecycleTransition", false),
            ("ObjectCreated:Put", "ObjectCreated:Put", false),
        ] {
            assert_eq!(names(asked, name), named, "{asked} {name}");
        }
    }
}
