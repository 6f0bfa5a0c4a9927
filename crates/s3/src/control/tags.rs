//! Tags by ARN. A bucket's are those of `?tagging`; what else has an ARN in S3 has no tags here.

use super::check_account;
use crate::S3;
use crate::bucket::record::{self as buckets, BucketRow};
use crate::configuration::tagging as stored;
use crate::error::{ConfigurationFault, Error};
use crate::tagging::{self, Place, TagSet};
use ports::Cx;
use shapes_s3control as api;
use std::sync::Arc;
use store::{Tx, View};

/// `ListTagsForResource`.
pub(crate) fn list(
    cx: &Cx,
    _svc: &S3,
    input: api::ListTagsForResourceRequest,
) -> Result<api::ListTagsForResourceResult, Error> {
    check_account(cx, input.account_id.as_deref())?;
    let name = bucket_name(input.resource_arn.as_deref())?;
    let tags = cx.read(|view: &View| {
        let bucket = own(cx, buckets::in_view(view, cx.partition(), name))?;
        Ok::<_, Error>(stored::of(view, &bucket.id)?)
    })?;
    let shown = tags.into_iter().map(|tag| api::Tag { key: tag.key, value: tag.value }).collect();
    Ok(api::ListTagsForResourceResult { tags: Some(shown) })
}

/// `TagResource`: adds tags and replaces those of the same keys.
pub(crate) fn tag(
    cx: &Cx,
    _svc: &S3,
    input: api::TagResourceRequest,
) -> Result<api::TagResourceResult, Error> {
    check_account(cx, input.account_id.as_deref())?;
    let name = bucket_name(input.resource_arn.as_deref())?;
    let asked = input.tags.unwrap_or_default().into_iter();
    let asked = asked.map(|tag| shapes_s3::Tag { key: tag.key, value: tag.value }).collect();
    let added = tagging::parse(asked, Place::NewBucket)?;
    cx.write(|tx| {
        let bucket = own(cx, buckets::in_tx(tx, cx.partition(), name))?;
        let mut tags = kept(tx, &bucket, |key| !added.iter().any(|(added, _)| added == key))?;
        tags.extend(added.iter().cloned());
        tagging::check(&tags, Place::NewBucket)?;
        stored::put_tags(tx, &bucket.id, &tags);
        Ok(api::TagResourceResult::default())
    })
}

/// `UntagResource`: keys that are not there are removed too.
pub(crate) fn untag(
    cx: &Cx,
    _svc: &S3,
    input: api::UntagResourceRequest,
) -> Result<api::UntagResourceResult, Error> {
    check_account(cx, input.account_id.as_deref())?;
    let name = bucket_name(input.resource_arn.as_deref())?;
    let removed = input.tag_keys.unwrap_or_default();
    cx.write(|tx| {
        let bucket = own(cx, buckets::in_tx(tx, cx.partition(), name))?;
        let tags = kept(tx, &bucket, |key| !removed.iter().any(|removed| removed == key))?;
        stored::put_tags(tx, &bucket.id, &tags);
        Ok(api::UntagResourceResult::default())
    })
}

/// The bucket an ARN names.
fn bucket_name(arn: Option<&str>) -> Result<&str, Error> {
    let name = arn.and_then(crate::configuration::bucket_of_arn);
    name.ok_or_else(|| ConfigurationFault::NoSuchResource.into())
}

/// A bucket that is there and the caller's.
fn own(cx: &Cx, found: Option<Arc<BucketRow>>) -> Result<Arc<BucketRow>, Error> {
    let own = found.filter(|bucket| bucket.account == cx.account());
    own.ok_or_else(|| ConfigurationFault::NoSuchResource.into())
}

/// The tags whose keys stay.
fn kept(tx: &Tx, bucket: &BucketRow, stays: impl Fn(&str) -> bool) -> Result<TagSet, Error> {
    let tags = stored::of(tx, &bucket.id)?.into_iter();
    let pairs = tags.map(|tag| (tag.key.unwrap_or_default(), tag.value.unwrap_or_default()));
    Ok(pairs.filter(|(key, _)| stays(key)).collect())
}

#[cfg(test)]
mod tests {
    use crate::tests::{MALFORMED, answer, bucket, refused};
    use serde_json::{Value, json};
    use shapes_s3control::{ListTagsForResource, TagResource, UntagResource};

    fn on(arn: &str, more: Value) -> Value {
        let mut input = json!({"AccountId": "000000000000", "ResourceArn": arn});
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        input
    }

    const ARN: &str = "arn:aws:s3:::bkt";

    #[test]
    fn a_buckets_tags_are_the_same_by_either_way() {
        let s3 = bucket();
        let pair = |key: &str, value: &str| json!({"Key": key, "Value": value});
        let put = json!({"Bucket": "bkt", "Tagging": {"TagSet": [pair("a", "1"), pair("b", "2")]}});
        answer::<shapes_s3::PutBucketTagging>(&s3, put);
        let list = || answer::<ListTagsForResource>(&s3, on(ARN, json!({})));
        assert_eq!(list(), json!({"Tags": [pair("a", "1"), pair("b", "2")]}));
        answer::<TagResource>(&s3, on(ARN, json!({"Tags": [pair("a", "3"), pair("c", "")]})));
        assert_eq!(list(), json!({"Tags": [pair("b", "2"), pair("a", "3"), pair("c", "")]}));
        for _ in 0..2 {
            answer::<UntagResource>(&s3, on(ARN, json!({"TagKeys": ["b", "c"]})));
        }
        let shown = answer::<shapes_s3::GetBucketTagging>(&s3, json!({"Bucket": "bkt"}));
        assert_eq!(shown, json!({"TagSet": [pair("a", "3")]}));
        answer::<UntagResource>(&s3, on(ARN, json!({"TagKeys": ["a"]})));
        assert_eq!(list(), json!({"Tags": []}));
        let gone = "The TagSet does not exist";
        refused::<shapes_s3::GetBucketTagging>(&s3, json!({"Bucket": "bkt"}), "NoSuchTagSet", gone, &[]);
    }

    #[test]
    fn tags_and_arns_that_are_none_are_refused() {
        let s3 = bucket();
        let missing = "The specified resource doesn't exist.";
        for arn in ["arn:aws:s3:::nowhere", "arn:aws:s3:us-east-1:000000000000:accesspoint/a"] {
            refused::<ListTagsForResource>(&s3, on(arn, json!({})), "NoSuchResource", missing, &[]);
        }
        let other = json!({"AccountId": "111111111111", "ResourceArn": ARN});
        refused::<ListTagsForResource>(&s3, other, "AccessDenied", "Access Denied", &[]);
        let characters = "This request contains a tag key or value that isn't valid. Valid characters include the following: [a-zA-Z+-=._:/]. Tag keys can contain up to 128 characters. Tag values can contain up to 256 characters.";
        for (tags, code, sentence) in [
            (json!([{"Key": "a"}]), "MalformedXML", MALFORMED),
            (json!([{"Value": "a"}]), "MalformedXML", MALFORMED),
            (json!([{"Key": "a,b", "Value": ""}]), "InvalidTag", characters),
            (json!([{"Key": "a", "Value": "x".repeat(257)}]), "InvalidTag", characters),
            (
                json!([{"Key": "a", "Value": "1"}, {"Key": "a", "Value": "2"}]),
                "InvalidTag",
                "There are duplicate tag keys in your request. Remove the duplicate tag keys and try again.",
            ),
            (
                json!([{"Key": "aws:a", "Value": ""}]),
                "InvalidTag",
                "User-defined tag keys can't start with \"aws:\". This prefix is reserved for system tags. Remove \"aws:\" from your tag keys and try again.",
            ),
        ] {
            refused::<TagResource>(&s3, on(ARN, json!({"Tags": tags})), code, sentence, &[]);
        }
    }
}
