//! `?analytics&id=`: which storage class analyses there are. They are stored; nothing is analysed.

use super::{at_most_one, bucket_of_arn, identified};
use crate::S3;
use crate::bucket;
use crate::error::{Configuration, ConfigurationFault, Error};
use ports::Cx;
use shape::Empty;
use shapes_s3 as api;

/// `PutBucketAnalyticsConfiguration`.
pub(crate) fn put(
    cx: &Cx,
    _svc: &S3,
    input: api::PutBucketAnalyticsConfigurationRequest,
) -> Result<Empty, Error> {
    let bucket = bucket::resolve(cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
    let asked = input.analytics_configuration.ok_or(Error::MissingBody)?;
    let id = input.id.unwrap_or_default();
    if asked.id.as_ref() != Some(&id) {
        return Err(Error::MalformedXml);
    }
    check(&asked)?;
    identified::put(cx, &bucket, Configuration::Analytics, &id, &asked)
}

/// `GetBucketAnalyticsConfiguration`.
pub(crate) fn get(
    cx: &Cx,
    _svc: &S3,
    input: api::GetBucketAnalyticsConfigurationRequest,
) -> Result<api::GetBucketAnalyticsConfigurationOutput, Error> {
    let (name, owner) = (input.bucket.as_deref(), input.expected_bucket_owner.as_deref());
    let found = identified::get(cx, name, owner, Configuration::Analytics, input.id.as_deref())?;
    Ok(api::GetBucketAnalyticsConfigurationOutput { analytics_configuration: Some(found) })
}

/// `DeleteBucketAnalyticsConfiguration`.
pub(crate) fn delete(
    cx: &Cx,
    _svc: &S3,
    input: api::DeleteBucketAnalyticsConfigurationRequest,
) -> Result<Empty, Error> {
    let (name, owner) = (input.bucket.as_deref(), input.expected_bucket_owner.as_deref());
    identified::delete(cx, name, owner, Configuration::Analytics, input.id.as_deref())
}

/// `ListBucketAnalyticsConfigurations`.
pub(crate) fn list(
    cx: &Cx,
    _svc: &S3,
    input: api::ListBucketAnalyticsConfigurationsRequest,
) -> Result<api::ListBucketAnalyticsConfigurationsOutput, Error> {
    let (name, owner) = (input.bucket.as_deref(), input.expected_bucket_owner.as_deref());
    let token = input.continuation_token;
    let page = identified::list(cx, name, owner, Configuration::Analytics, token.as_deref())?;
    Ok(api::ListBucketAnalyticsConfigurationsOutput {
        is_truncated: Some(page.next.is_some()),
        continuation_token: token,
        next_continuation_token: page.next,
        analytics_configuration_list: page.items,
    })
}

/// One filter at the most, and an export that goes to a bucket.
fn check(analytics: &api::AnalyticsConfiguration) -> Result<(), Error> {
    if let Some(filter) = &analytics.filter {
        at_most_one(&[filter.prefix.is_some(), filter.tag.is_some(), filter.and.is_some()])?;
    }
    let export = analytics.storage_class_analysis.as_ref().and_then(|analysis| analysis.data_export.as_ref());
    let destination = export.and_then(|export| export.destination.as_ref());
    match destination.and_then(|destination| destination.s3_bucket_destination.as_ref()) {
        Some(target) if target.bucket.as_deref().and_then(bucket_of_arn).is_none() => {
            Err(ConfigurationFault::DestinationArn.into())
        }
        Some(_) | None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{MALFORMED, answer, bucket, refused};
    use serde_json::{Value, json};
    use shapes_s3::{
        DeleteBucketAnalyticsConfiguration as Delete, GetBucketAnalyticsConfiguration as Get,
        ListBucketAnalyticsConfigurations as List, PutBucketAnalyticsConfiguration as Put,
    };

    fn put(configuration: &Value) -> Value {
        json!({"Bucket": "bkt", "Id": "a", "AnalyticsConfiguration": configuration})
    }

    #[test]
    fn one_comes_back_under_its_id_until_it_is_deleted() {
        let s3 = bucket();
        let at = |id: &str| json!({"Bucket": "bkt", "Id": id});
        assert_eq!(answer::<List>(&s3, json!({"Bucket": "bkt"})), json!({"IsTruncated": false}));
        for configuration in [
            json!({"Id": "a", "StorageClassAnalysis": {}}),
            json!({"Id": "a", "Filter": {"And": {"Prefix": "p", "Tags": [{"Key": "k", "Value": "v"}]}}, "StorageClassAnalysis": {"DataExport": {"OutputSchemaVersion": "V_1", "Destination": {"S3BucketDestination": {"Format": "CSV", "Bucket": "arn:aws:s3:::to"}}}}}),
        ] {
            answer::<Put>(&s3, put(&configuration));
            assert_eq!(answer::<Get>(&s3, at("a")), json!({"AnalyticsConfiguration": configuration}));
            assert_eq!(
                answer::<List>(&s3, json!({"Bucket": "bkt"})),
                json!({"IsTruncated": false, "AnalyticsConfigurationList": [configuration]})
            );
        }
        let missing = "The specified configuration does not exist.";
        refused::<Get>(&s3, at("A"), "NoSuchConfiguration", missing, &[]);
        answer::<Delete>(&s3, at("a"));
        refused::<Get>(&s3, at("a"), "NoSuchConfiguration", missing, &[]);
        refused::<Delete>(&s3, at("a"), "NoSuchConfiguration", missing, &[]);
    }

    #[test]
    fn what_is_none_is_refused() {
        let s3 = bucket();
        for (configuration, code, sentence) in [
            (json!({"Id": "a"}), "MalformedXML", MALFORMED),
            (json!({"Id": "b", "StorageClassAnalysis": {}}), "MalformedXML", MALFORMED),
            (
                json!({"Id": "a", "Filter": {"Prefix": "p", "And": {}}, "StorageClassAnalysis": {}}),
                "MalformedXML",
                MALFORMED,
            ),
            (
                json!({"Id": "a", "StorageClassAnalysis": {"DataExport": {"OutputSchemaVersion": "V_1",
                    "Destination": {"S3BucketDestination": {"Format": "CSV", "Bucket": "to"}}}}}),
                "InvalidS3DestinationBucket",
                "Invalid bucket ARN.",
            ),
        ] {
            refused::<Put>(&s3, put(&configuration), code, sentence, &[]);
        }
    }
}
