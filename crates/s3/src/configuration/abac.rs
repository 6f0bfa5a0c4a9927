//! `?abac`: whether policies may decide by the bucket's tags.

use super::record::{self, Configurations};
use super::set;
use crate::S3;
use crate::bucket;
use crate::error::{Configuration, Error};
use ports::Cx;
use shape::Empty;
use shapes_s3 as api;
use store::StoreError;

/// Whether it is switched on.
pub(crate) fn is_enabled(rows: &impl Configurations, bucket: &str) -> Result<bool, StoreError> {
    let status: Option<api::AbacStatus> = record::stored(rows, bucket, Configuration::Abac)?;
    Ok(status.is_some_and(|abac| abac.status.as_deref() == Some("Enabled")))
}

/// `GetBucketAbac`: `Disabled` where nobody said otherwise.
pub(crate) fn get(
    cx: &Cx,
    _svc: &S3,
    input: api::GetBucketAbacRequest,
) -> Result<api::GetBucketAbacOutput, Error> {
    let bucket = bucket::resolve(cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
    let enabled = cx.read(|view| is_enabled(view, &bucket.id))?;
    let status = if enabled { "Enabled" } else { "Disabled" };
    Ok(api::GetBucketAbacOutput { abac_status: Some(api::AbacStatus { status: Some(status.to_owned()) }) })
}

/// `PutBucketAbac`.
pub(crate) fn put(cx: &Cx, _svc: &S3, input: api::PutBucketAbacRequest) -> Result<Empty, Error> {
    let bucket = bucket::resolve(cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
    let asked = input.abac_status.filter(|abac| abac.status.is_some()).ok_or(Error::MalformedXml)?;
    set(cx, &bucket, Configuration::Abac, &asked)
}

#[cfg(test)]
mod tests {
    use crate::tests::{answer, bucket, refused};
    use serde_json::json;
    use shapes_s3::{DeleteBucketTagging, GetBucketAbac, PutBucketAbac, PutBucketTagging};

    #[test]
    fn tags_are_left_to_s3_control_while_it_is_on() {
        let s3 = bucket();
        let status = |status: &str| json!({"AbacStatus": {"Status": status}});
        assert_eq!(answer::<GetBucketAbac>(&s3, json!({"Bucket": "bkt"})), status("Disabled"));
        answer::<PutBucketAbac>(&s3, json!({"Bucket": "bkt", "AbacStatus": {"Status": "Enabled"}}));
        assert_eq!(answer::<GetBucketAbac>(&s3, json!({"Bucket": "bkt"})), status("Enabled"));
        let sentence = "Attribute-based access control is enabled for this bucket. Use TagResource and UntagResource to change its tags.";
        let tags = json!({"Bucket": "bkt", "Tagging": {"TagSet": [{"Key": "a", "Value": "1"}]}});
        refused::<PutBucketTagging>(&s3, tags, "InvalidRequest", sentence, &[]);
        refused::<DeleteBucketTagging>(&s3, json!({"Bucket": "bkt"}), "InvalidRequest", sentence, &[]);
    }
}
