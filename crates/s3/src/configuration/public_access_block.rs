//! `?publicAccessBlock`: what the world is kept from, whatever ACLs and policies say.

use super::record::{self, Configurations};
use super::{discard, read, set};
use crate::S3;
use crate::access_point::record::AccessPointRow;
use crate::bucket;
use crate::bucket::record::BucketRow;
use crate::error::{Configuration, Error, Refusal};
use ports::Cx;
use shape::Empty;
use shapes_s3 as api;
use store::{StoreError, Tx};

/// What holds for a bucket: each flag is on where its own block or its account's switches it on.
pub(crate) fn of(
    rows: &impl Configurations,
    bucket: &BucketRow,
) -> Result<api::PublicAccessBlockConfiguration, StoreError> {
    let kind = Configuration::PublicAccessBlock;
    let own: Option<api::PublicAccessBlockConfiguration> = record::stored(rows, &bucket.id, kind)?;
    let account = record::of_account(bucket.partition, bucket.account);
    let account: Option<api::PublicAccessBlockConfiguration> = record::stored(rows, &account, kind)?;
    let (own, account) = (own.unwrap_or_default(), account.unwrap_or_default());
    let either = |one: Option<bool>, other: Option<bool>| Some(one == Some(true) || other == Some(true));
    Ok(api::PublicAccessBlockConfiguration {
        block_public_acls: either(own.block_public_acls, account.block_public_acls),
        ignore_public_acls: either(own.ignore_public_acls, account.ignore_public_acls),
        block_public_policy: either(own.block_public_policy, account.block_public_policy),
        restrict_public_buckets: either(own.restrict_public_buckets, account.restrict_public_buckets),
    })
}

/// Whether the account of an access point takes no public policies.
pub(crate) fn refuses_policies(
    rows: &impl Configurations,
    point: &AccessPointRow,
) -> Result<bool, StoreError> {
    let account = record::of_account(point.partition, point.account);
    let block: Option<api::PublicAccessBlockConfiguration> =
        record::stored(rows, &account, Configuration::PublicAccessBlock)?;
    Ok(block.is_some_and(|block| block.block_public_policy == Some(true)))
}

/// New buckets are closed.
pub(crate) fn begin(tx: &mut Tx, bucket: &str) {
    let closed = api::PublicAccessBlockConfiguration {
        block_public_acls: Some(true),
        ignore_public_acls: Some(true),
        block_public_policy: Some(true),
        restrict_public_buckets: Some(true),
    };
    record::put(tx, bucket, Configuration::PublicAccessBlock, &closed);
}

/// The block as it is stored: a flag that was left out is off. One without any flag is none.
pub(crate) fn complete(
    asked: Option<api::PublicAccessBlockConfiguration>,
) -> Result<api::PublicAccessBlockConfiguration, Error> {
    let asked = asked.unwrap_or_default();
    let flags = [
        asked.block_public_acls,
        asked.ignore_public_acls,
        asked.block_public_policy,
        asked.restrict_public_buckets,
    ];
    if flags.iter().all(Option::is_none) {
        return Err(Error::InvalidRequest(Refusal::NoConfiguration));
    }
    let [acls, ignored, policy, restricted] = flags.map(|flag| Some(flag == Some(true)));
    Ok(api::PublicAccessBlockConfiguration {
        block_public_acls: acls,
        ignore_public_acls: ignored,
        block_public_policy: policy,
        restrict_public_buckets: restricted,
    })
}

/// `GetPublicAccessBlock`.
pub(crate) fn get(
    cx: &Cx,
    _svc: &S3,
    input: api::GetPublicAccessBlockRequest,
) -> Result<api::GetPublicAccessBlockOutput, Error> {
    let owner = input.expected_bucket_owner.as_deref();
    let found = read(cx, input.bucket.as_deref(), owner, Configuration::PublicAccessBlock)?;
    Ok(api::GetPublicAccessBlockOutput { public_access_block_configuration: Some(found) })
}

/// `PutPublicAccessBlock`: all four flags.
pub(crate) fn put(cx: &Cx, _svc: &S3, input: api::PutPublicAccessBlockRequest) -> Result<Empty, Error> {
    let bucket = bucket::resolve(cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
    let block = complete(input.public_access_block_configuration)?;
    set(cx, &bucket, Configuration::PublicAccessBlock, &block)
}

/// `DeletePublicAccessBlock`.
pub(crate) fn delete(cx: &Cx, _svc: &S3, input: api::DeletePublicAccessBlockRequest) -> Result<Empty, Error> {
    let owner = input.expected_bucket_owner.as_deref();
    discard(cx, input.bucket.as_deref(), owner, Configuration::PublicAccessBlock)
}

#[cfg(test)]
mod tests {
    use crate::tests::{answer, bucket, refused};
    use serde_json::{Value, json};
    use shapes_s3::{DeletePublicAccessBlock, GetPublicAccessBlock as Get, PutPublicAccessBlock as Put};

    fn flags(acls: bool, ignored: bool, policy: bool, restricted: bool) -> Value {
        json!({"PublicAccessBlockConfiguration": {
            "BlockPublicAcls": acls, "IgnorePublicAcls": ignored,
            "BlockPublicPolicy": policy, "RestrictPublicBuckets": restricted,
        }})
    }

    #[test]
    fn four_flags_are_on_until_somebody_sets_some() {
        let s3 = bucket();
        let get = || answer::<Get>(&s3, json!({"Bucket": "bkt"}));
        assert_eq!(get(), flags(true, true, true, true));
        let some = json!({"BlockPublicAcls": true, "BlockPublicPolicy": false});
        answer::<Put>(&s3, json!({"Bucket": "bkt", "PublicAccessBlockConfiguration": some}));
        assert_eq!(get(), flags(true, false, false, false));
        refused::<Put>(
            &s3,
            json!({"Bucket": "bkt", "PublicAccessBlockConfiguration": {}}),
            "InvalidRequest",
            "Must specify at least one configuration.",
            &[],
        );
        for _ in 0..2 {
            answer::<DeletePublicAccessBlock>(&s3, json!({"Bucket": "bkt"}));
        }
        refused::<Get>(
            &s3,
            json!({"Bucket": "bkt"}),
            "NoSuchPublicAccessBlockConfiguration",
            "The public access block configuration was not found",
            &[("BucketName", "bkt")],
        );
    }
}
