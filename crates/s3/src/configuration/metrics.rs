//! `?metrics&id=`: which request metrics there are. They are stored; nothing is measured by them.

use super::{at_most_one, identified};
use crate::S3;
use crate::bucket;
use crate::error::{Configuration, Error};
use ports::Cx;
use shape::Empty;
use shapes_s3 as api;

/// `PutBucketMetricsConfiguration`.
pub(crate) fn put(
    cx: &Cx,
    _svc: &S3,
    input: api::PutBucketMetricsConfigurationRequest,
) -> Result<Empty, Error> {
    let bucket = bucket::resolve(cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
    let asked = input.metrics_configuration.ok_or(Error::MissingBody)?;
    let id = input.id.unwrap_or_default();
    if asked.id.as_ref() != Some(&id) {
        return Err(Error::MalformedXml);
    }
    check(&asked)?;
    identified::put(cx, &bucket, Configuration::Metrics, &id, &asked)
}

/// `GetBucketMetricsConfiguration`.
pub(crate) fn get(
    cx: &Cx,
    _svc: &S3,
    input: api::GetBucketMetricsConfigurationRequest,
) -> Result<api::GetBucketMetricsConfigurationOutput, Error> {
    let (name, owner) = (input.bucket.as_deref(), input.expected_bucket_owner.as_deref());
    let found = identified::get(cx, name, owner, Configuration::Metrics, input.id.as_deref())?;
    Ok(api::GetBucketMetricsConfigurationOutput { metrics_configuration: Some(found) })
}

/// `DeleteBucketMetricsConfiguration`.
pub(crate) fn delete(
    cx: &Cx,
    _svc: &S3,
    input: api::DeleteBucketMetricsConfigurationRequest,
) -> Result<Empty, Error> {
    let (name, owner) = (input.bucket.as_deref(), input.expected_bucket_owner.as_deref());
    identified::delete(cx, name, owner, Configuration::Metrics, input.id.as_deref())
}

/// `ListBucketMetricsConfigurations`.
pub(crate) fn list(
    cx: &Cx,
    _svc: &S3,
    input: api::ListBucketMetricsConfigurationsRequest,
) -> Result<api::ListBucketMetricsConfigurationsOutput, Error> {
    let (name, owner) = (input.bucket.as_deref(), input.expected_bucket_owner.as_deref());
    let token = input.continuation_token;
    let page = identified::list(cx, name, owner, Configuration::Metrics, token.as_deref())?;
    Ok(api::ListBucketMetricsConfigurationsOutput {
        is_truncated: Some(page.next.is_some()),
        continuation_token: token,
        next_continuation_token: page.next,
        metrics_configuration_list: page.items,
    })
}

/// One filter at the most.
fn check(metrics: &api::MetricsConfiguration) -> Result<(), Error> {
    let Some(filter) = &metrics.filter else { return Ok(()) };
    at_most_one(&[
        filter.prefix.is_some(),
        filter.tag.is_some(),
        filter.access_point_arn.is_some(),
        filter.and.is_some(),
    ])
}

#[cfg(test)]
mod tests {
    use crate::tests::{MALFORMED, answer, bucket, refused};
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
        let s3 = bucket();
        let at = |id: &str| json!({"Bucket": "bkt", "Id": id});
        assert_eq!(answer::<List>(&s3, json!({"Bucket": "bkt"})), json!({"IsTruncated": false}));
        for configuration in [json!({"Id": "a"}), json!({"Id": "a", "Filter": {"Prefix": "p"}})] {
            answer::<Put>(&s3, put(&configuration));
            assert_eq!(answer::<Get>(&s3, at("a")), json!({"MetricsConfiguration": configuration}));
            assert_eq!(
                answer::<List>(&s3, json!({"Bucket": "bkt"})),
                json!({"IsTruncated": false, "MetricsConfigurationList": [configuration]})
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
