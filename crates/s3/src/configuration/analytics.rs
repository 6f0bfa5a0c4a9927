//! `?analytics&id=`: which storage class analyses there are. They are stored; nothing is analysed.

use super::identified::{self, Identified};
use super::{at_most_one, bucket_of_arn};
use crate::error::{Configuration, ConfigurationFault, Error};
use shapes_s3 as api;

identified::operations! {
    AnalyticsConfiguration as analytics_configuration in analytics_configuration_list,
    PutBucketAnalyticsConfigurationRequest,
    GetBucketAnalyticsConfigurationRequest => GetBucketAnalyticsConfigurationOutput,
    DeleteBucketAnalyticsConfigurationRequest,
    ListBucketAnalyticsConfigurationsRequest => ListBucketAnalyticsConfigurationsOutput
}

impl Identified for api::AnalyticsConfiguration {
    const KIND: Configuration = Configuration::Analytics;

    fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// One filter at the most, and an export that goes to a bucket.
    fn check(&self) -> Result<(), Error> {
        if let Some(filter) = &self.filter {
            at_most_one(&[filter.prefix.is_some(), filter.tag.is_some(), filter.and.is_some()])?;
        }
        let export = self.storage_class_analysis.as_ref().and_then(|analysis| analysis.data_export.as_ref());
        let destination = export.and_then(|export| export.destination.as_ref());
        match destination.and_then(|destination| destination.s3_bucket_destination.as_ref()) {
            Some(target) if target.bucket.as_deref().and_then(bucket_of_arn).is_none() => {
                Err(ConfigurationFault::DestinationArn.into())
            }
            Some(_) | None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::configuration::identified::tests::lives;
    use crate::tests::{MALFORMED, bucket, refused};
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
        lives::<Put, Get, Delete, List>(
            "AnalyticsConfiguration",
            &[
                json!({"Id": "a", "StorageClassAnalysis": {}}),
                json!({"Id": "a", "Filter": {"And": {"Prefix": "p", "Tags": [{"Key": "k", "Value": "v"}]}}, "StorageClassAnalysis": {"DataExport": {"OutputSchemaVersion": "V_1", "Destination": {"S3BucketDestination": {"Format": "CSV", "Bucket": "arn:aws:s3:::to"}}}}}),
            ],
        );
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
