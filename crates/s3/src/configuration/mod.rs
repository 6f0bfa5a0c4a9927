//! What is configured of a bucket. Where nothing is, S3 answers its default or the exact code clients compare.

pub(crate) mod record;

use crate::S3;
use crate::bucket;
use crate::error::{Configuration, Error};
use crate::tagging::{self, Place, TagSet};
use ports::Cx;
use shape::{Empty, Shape};
use shapes_s3 as api;
use store::Tx;

/// What the bucket has of a kind; its own not-found code where there is nothing.
fn read<T: Shape + Default>(
    cx: &Cx,
    name: Option<&str>,
    owner: Option<&str>,
    kind: Configuration,
) -> Result<T, Error> {
    let bucket = bucket::resolve(cx, name, owner)?;
    let found = cx.read(|view| record::stored(view, &bucket.id, kind))?;
    found.ok_or_else(|| Error::NotConfigured(kind, bucket.name.clone()))
}

/// `GetBucketTagging`.
pub(crate) fn get_tagging(
    cx: &Cx,
    _svc: &S3,
    input: api::GetBucketTaggingRequest,
) -> Result<api::GetBucketTaggingOutput, Error> {
    let owner = input.expected_bucket_owner.as_deref();
    let tagging: api::Tagging = read(cx, input.bucket.as_deref(), owner, Configuration::Tagging)?;
    Ok(api::GetBucketTaggingOutput { tag_set: tagging.tag_set })
}

/// `PutBucketTagging`.
pub(crate) fn put_tagging(cx: &Cx, _svc: &S3, input: api::PutBucketTaggingRequest) -> Result<Empty, Error> {
    let bucket = bucket::resolve(cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
    let tags = input.tagging.and_then(|tagging| tagging.tag_set).unwrap_or_default();
    let tags = tagging::parse(tags, Place::Bucket)?;
    cx.write(|tx| {
        let bucket = bucket::again(tx, &bucket)?;
        put_tags(tx, &bucket.id, &tags);
        Ok(Empty {})
    })
}

/// Stores a bucket's tags; none at all are as if there had never been any.
pub(crate) fn put_tags(tx: &mut Tx, bucket: &str, tags: &TagSet) {
    if tags.is_empty() {
        return record::remove(tx, bucket, Configuration::Tagging);
    }
    record::put(tx, bucket, Configuration::Tagging, &api::Tagging { tag_set: Some(tagging::shown(tags)) });
}

/// `DeleteBucketTagging`.
pub(crate) fn delete_tagging(
    cx: &Cx,
    _svc: &S3,
    input: api::DeleteBucketTaggingRequest,
) -> Result<Empty, Error> {
    let bucket = bucket::resolve(cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
    cx.write(|tx| {
        let bucket = bucket::again(tx, &bucket)?;
        record::remove(tx, &bucket.id, Configuration::Tagging);
        Ok(Empty {})
    })
}

/// `GetBucketOwnershipControls`: `BucketOwnerEnforced` unless CreateBucket said otherwise.
pub(crate) fn get_ownership(
    cx: &Cx,
    _svc: &S3,
    input: api::GetBucketOwnershipControlsRequest,
) -> Result<api::GetBucketOwnershipControlsOutput, Error> {
    let owner = input.expected_bucket_owner.as_deref();
    let controls = read(cx, input.bucket.as_deref(), owner, Configuration::OwnershipControls)?;
    Ok(api::GetBucketOwnershipControlsOutput { ownership_controls: Some(controls) })
}

/// What a new bucket is configured to.
pub(crate) fn begin(tx: &mut Tx, bucket: &str, ownership: &str) {
    let rule = api::OwnershipControlsRule { object_ownership: Some(ownership.to_owned()) };
    let controls = api::OwnershipControls { rules: Some(vec![rule]) };
    record::put(tx, bucket, Configuration::OwnershipControls, &controls);
}

/// `GetBucketEncryption`: SSE-S3, which every bucket has since January 2023.
pub(crate) fn get_encryption(
    cx: &Cx,
    _svc: &S3,
    input: api::GetBucketEncryptionRequest,
) -> Result<api::GetBucketEncryptionOutput, Error> {
    bucket::resolve(cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
    let default = api::ServerSideEncryptionByDefault {
        sse_algorithm: Some("AES256".to_owned()),
        ..api::ServerSideEncryptionByDefault::default()
    };
    let rule = api::ServerSideEncryptionRule {
        apply_server_side_encryption_by_default: Some(default),
        bucket_key_enabled: Some(false),
        ..api::ServerSideEncryptionRule::default()
    };
    let configuration = api::ServerSideEncryptionConfiguration { rules: Some(vec![rule]) };
    Ok(api::GetBucketEncryptionOutput { server_side_encryption_configuration: Some(configuration) })
}

/// Writes a Get whose configuration cannot be stored yet: it answers the code of what is not configured.
macro_rules! unconfigured {
    ($($(#[$doc:meta])* $name:ident: $input:ident => $output:ident, $what:ident;)*) => {$(
        $(#[$doc])*
        pub(crate) fn $name(cx: &Cx, _svc: &S3, input: api::$input) -> Result<api::$output, Error> {
            let owner = input.expected_bucket_owner.as_deref();
            read(cx, input.bucket.as_deref(), owner, Configuration::$what)
        }
    )*};
}

unconfigured! {
    /// `GetBucketPolicy`.
    get_policy: GetBucketPolicyRequest => GetBucketPolicyOutput, Policy;
    /// `GetBucketCors`.
    get_cors: GetBucketCorsRequest => GetBucketCorsOutput, Cors;
    /// `GetBucketLifecycleConfiguration`.
    get_lifecycle: GetBucketLifecycleConfigurationRequest => GetBucketLifecycleConfigurationOutput, Lifecycle;
    /// `GetBucketWebsite`.
    get_website: GetBucketWebsiteRequest => GetBucketWebsiteOutput, Website;
    /// `GetBucketReplication`.
    get_replication: GetBucketReplicationRequest => GetBucketReplicationOutput, Replication;
    /// `GetObjectLockConfiguration`.
    get_object_lock: GetObjectLockConfigurationRequest => GetObjectLockConfigurationOutput, ObjectLock;
}
