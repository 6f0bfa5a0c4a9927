//! What is configured of a bucket, one file a sub-resource. Where nothing is, S3 answers its default or the exact code
//! clients compare; where something is, a read repeats what was put.
//!
//! Behaviour asks by the functions named after what they find (`cors::rules`, `website::of`): they take a snapshot or
//! a transaction. Schemas are checked before a handler runs; what stands here is what the schema cannot say.

pub(crate) mod abac;
pub(crate) mod accelerate;
pub(crate) mod analytics;
pub(crate) mod cors;
pub(crate) mod encryption;
mod identified;
pub(crate) mod intelligent_tiering;
pub(crate) mod inventory;
pub(crate) mod lifecycle;
pub(crate) mod logging;
pub(crate) mod metrics;
pub(crate) mod notification;
pub(crate) mod object_lock;
pub(crate) mod ownership;
pub(crate) mod pacific;
pub(crate) mod policy;
pub(crate) mod public_access_block;
pub(crate) mod record;
pub(crate) mod replication;
pub(crate) mod request_payment;
pub(crate) mod tagging;
pub(crate) mod website;

use crate::S3;
use crate::bucket;
use crate::bucket::record::BucketRow;
use crate::error::{Configuration, Error};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ports::{Cx, Registrar};
use shape::{Empty, Shape};
use shapes_s3 as api;
use store::Tx;

/// The operations.
pub(crate) fn register(ops: &mut Registrar<'_, S3>) {
    ops.answer::<api::GetBucketAbac>(abac::get)
        .answer::<api::PutBucketAbac>(abac::put)
        .answer::<api::GetBucketAccelerateConfiguration>(accelerate::get)
        .answer::<api::PutBucketAccelerateConfiguration>(accelerate::put)
        .answer::<api::GetBucketCors>(cors::get)
        .answer::<api::PutBucketCors>(cors::put)
        .answer::<api::DeleteBucketCors>(cors::delete)
        .answer::<api::GetBucketEncryption>(encryption::get)
        .answer::<api::PutBucketEncryption>(encryption::put)
        .answer::<api::DeleteBucketEncryption>(encryption::delete)
        .answer::<api::GetBucketLifecycleConfiguration>(lifecycle::get)
        .answer::<api::PutBucketLifecycleConfiguration>(lifecycle::put)
        .answer::<api::DeleteBucketLifecycle>(lifecycle::delete)
        .answer::<api::GetBucketLogging>(logging::get)
        .answer::<api::PutBucketLogging>(logging::put)
        .answer::<api::GetBucketNotificationConfiguration>(notification::get)
        .answer::<api::PutBucketNotificationConfiguration>(notification::put)
        .answer::<api::GetObjectLockConfiguration>(object_lock::get)
        .answer::<api::PutObjectLockConfiguration>(object_lock::put)
        .answer::<api::GetBucketOwnershipControls>(ownership::get)
        .answer::<api::PutBucketOwnershipControls>(ownership::put)
        .answer::<api::DeleteBucketOwnershipControls>(ownership::delete)
        .answer::<api::GetBucketPolicy>(policy::get)
        .answer::<api::PutBucketPolicy>(policy::put)
        .answer::<api::DeleteBucketPolicy>(policy::delete)
        .answer::<api::GetBucketPolicyStatus>(policy::status)
        .answer::<api::GetPublicAccessBlock>(public_access_block::get)
        .answer::<api::PutPublicAccessBlock>(public_access_block::put)
        .answer::<api::DeletePublicAccessBlock>(public_access_block::delete)
        .answer::<api::GetBucketReplication>(replication::get)
        .answer::<api::PutBucketReplication>(replication::put)
        .answer::<api::DeleteBucketReplication>(replication::delete)
        .answer::<api::GetBucketRequestPayment>(request_payment::get)
        .answer::<api::PutBucketRequestPayment>(request_payment::put)
        .answer::<api::GetBucketTagging>(tagging::get)
        .answer::<api::PutBucketTagging>(tagging::put)
        .answer::<api::DeleteBucketTagging>(tagging::delete)
        .answer::<api::GetBucketWebsite>(website::get)
        .answer::<api::PutBucketWebsite>(website::put)
        .answer::<api::DeleteBucketWebsite>(website::delete);
    by_id(ops);
}

fn by_id(ops: &mut Registrar<'_, S3>) {
    ops.answer::<api::GetBucketAnalyticsConfiguration>(analytics::get)
        .answer::<api::PutBucketAnalyticsConfiguration>(analytics::put)
        .answer::<api::DeleteBucketAnalyticsConfiguration>(analytics::delete)
        .answer::<api::ListBucketAnalyticsConfigurations>(analytics::list)
        .answer::<api::GetBucketIntelligentTieringConfiguration>(intelligent_tiering::get)
        .answer::<api::PutBucketIntelligentTieringConfiguration>(intelligent_tiering::put)
        .answer::<api::DeleteBucketIntelligentTieringConfiguration>(intelligent_tiering::delete)
        .answer::<api::ListBucketIntelligentTieringConfigurations>(intelligent_tiering::list)
        .answer::<api::GetBucketInventoryConfiguration>(inventory::get)
        .answer::<api::PutBucketInventoryConfiguration>(inventory::put)
        .answer::<api::DeleteBucketInventoryConfiguration>(inventory::delete)
        .answer::<api::ListBucketInventoryConfigurations>(inventory::list)
        .answer::<api::GetBucketMetricsConfiguration>(metrics::get)
        .answer::<api::PutBucketMetricsConfiguration>(metrics::put)
        .answer::<api::DeleteBucketMetricsConfiguration>(metrics::delete)
        .answer::<api::ListBucketMetricsConfigurations>(metrics::list);
}

/// What a new bucket is configured to.
pub(crate) fn begin(tx: &mut Tx, bucket: &str, ownership: &str, locked: bool) {
    ownership::begin(tx, bucket, ownership);
    public_access_block::begin(tx, bucket);
    if locked {
        object_lock::begin(tx, bucket);
    }
}

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

/// Stores a configuration that was found right.
fn set(cx: &Cx, bucket: &BucketRow, kind: Configuration, structure: &dyn Shape) -> Result<Empty, Error> {
    cx.write(|tx| {
        let bucket = bucket::again(tx, bucket)?;
        record::put(tx, &bucket.id, kind, structure);
        Ok(Empty {})
    })
}

/// Removes a configuration; one that is not there is removed too.
fn discard(cx: &Cx, name: Option<&str>, owner: Option<&str>, kind: Configuration) -> Result<Empty, Error> {
    let bucket = bucket::resolve(cx, name, owner)?;
    cx.write(|tx| {
        let bucket = bucket::again(tx, &bucket)?;
        record::remove(tx, &bucket.id, kind);
        Ok(Empty {})
    })
}

/// An id for a rule that came without one, as long and as meaningless as S3's.
fn rule_id(cx: &Cx) -> String {
    STANDARD.encode(cx.ids().uuid())
}

/// Of members that exclude each other at most one is there.
fn at_most_one(present: &[bool]) -> Result<(), Error> {
    if present.iter().filter(|present| **present).count() > 1 { Err(Error::MalformedXml) } else { Ok(()) }
}

/// The bucket that an ARN names: `arn:aws:s3:::photos`.
pub(crate) fn bucket_of_arn(arn: &str) -> Option<&str> {
    let (partition, name) = arn.strip_prefix("arn:")?.split_once(":s3:::")?;
    let is_name = !name.is_empty() && !name.contains([':', '/', '*']);
    (is_name && !partition.is_empty() && !partition.contains(':')).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::bucket_of_arn;

    #[test]
    fn a_bucket_has_an_arn_without_region_and_account() {
        for (arn, want) in [
            ("arn:aws:s3:::photos", Some("photos")),
            ("arn:aws-cn:s3:::photos", Some("photos")),
            ("photos", None),
            ("arn:aws:s3:::", None),
            ("arn:aws:s3:::photos/a", None),
            ("arn:aws:s3:us-east-1::photos", None),
            ("arn:aws:sqs:::photos", None),
            ("arn::s3:::photos", None),
        ] {
            assert_eq!(bucket_of_arn(arn), want, "{arn}");
        }
    }
}
