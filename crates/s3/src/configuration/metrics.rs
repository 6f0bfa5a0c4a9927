//! `?metrics&id=`: which request metrics there are. They are stored; nothing is measured by them.

use super::at_most_one;
use super::identified::{self, Identified};
use crate::error::{Configuration, Error};
use shapes_s3 as api;

identified::operations! {
    MetricsConfiguration as metrics_configuration in metrics_configuration_list,
    PutBucketMetricsConfigurationRequest,
    GetBucketMetricsConfigurationRequest => GetBucketMetricsConfigurationOutput,
    DeleteBucketMetricsConfigurationRequest,
    ListBucketMetricsConfigurationsRequest => ListBucketMetricsConfigurationsOutput
}

impl Identified for api::MetricsConfiguration {
    const KIND: Configuration = Configuration::Metrics;

    fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// One filter at the most.
    fn check(&self) -> Result<(), Error> {
        let Some(filter) = &self.filter else { return Ok(()) };
        at_most_one(&[
            filter.prefix.is_some(),
            filter.tag.is_some(),
            filter.access_point_arn.is_some(),
            filter.and.is_some(),
        ])
    }
}

#[cfg(test)]
mod tests {
    use crate::configuration::identified::tests::lives;
    use crate::tests::{MALFORMED, bucket, refused};
    use serde_json::{Value, json};
    use shapes_s3::{
        DeleteBucketMetricsConfiguration as Delete, GetBucketMetricsConfiguration as Get,
        ListBucketMetricsConfigurations as List, PutBucketMetricsConfiguration as Put,
    };

    fn put(configuration: &Value) -> Value {
        json!({"Bucket": "bkt", "Id": "a", "MetricsConfiguration": configuration})
    }

    #[test]
    fn one_comes_back_under_its_id_until_it_is_deleted() {
        lives::<Put, Get, Delete, List>(
            "MetricsConfiguration",
            &[json!({"Id": "a"}), json!({"Id": "a", "Filter": {"Prefix": "p"}})],
        );
    }

    #[test]
    fn what_is_none_is_refused() {
        let s3 = bucket();
        for (configuration, code, sentence) in [
            (json!({}), "MalformedXML", MALFORMED),
            (json!({"Id": "b"}), "MalformedXML", MALFORMED),
            (
                json!({"Id": "a", "Filter": {"Prefix": "p", "Tag": {"Key": "k", "Value": "v"}}}),
                "MalformedXML",
                MALFORMED,
            ),
        ] {
            refused::<Put>(&s3, put(&configuration), code, sentence, &[]);
        }
    }
}
