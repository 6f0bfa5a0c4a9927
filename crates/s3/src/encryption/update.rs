//! UpdateObjectEncryption: the key of an object changes, and nothing else.

use super::{Encryption, Kms, kms};
use crate::S3;
use crate::access_log::signature;
use crate::bucket;
use crate::bucket::record::BucketRow;
use crate::error::{EncryptionFault, Error};
use crate::object::record::ObjectRow;
use crate::object::{key, version};
use ports::Cx;
use shapes_s3 as api;

/// `UpdateObjectEncryption`: SSE-S3 or SSE-KMS becomes SSE-KMS.
///
/// Bytes, ETag, checksum, storage class and date stay as they are, and nobody is notified; an archived object need not
/// be restored. Refuses objects of DSSE-KMS and SSE-C, locked ones, and keys of other accounts. Source: Amazon S3 API
/// Reference, UpdateObjectEncryption; User Guide, "Updating server-side encryption for existing data".
pub(crate) fn update(
    cx: &Cx,
    _svc: &S3,
    input: api::UpdateObjectEncryptionRequest,
) -> Result<api::UpdateObjectEncryptionResponse, Error> {
    let bucket = bucket::resolve_paid(cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
    let key = key(input.key)?;
    if signature(cx.head()).0 == "SigV2" {
        return Err(EncryptionFault::Signature.into());
    }
    let asked = input.object_encryption.and_then(|asked| asked.ssekms).ok_or(EncryptionFault::Type)?;
    let key_arn = key_arn(cx, &bucket, asked.kms_key_arn.as_deref())?;
    let bucket_key = asked.bucket_key_enabled == Some(true);
    let version_id = input.version_id.as_deref();
    cx.write(|tx| {
        let bucket = bucket::again(tx, &bucket)?;
        let found = version::find(&tx.paged::<ObjectRow>(), &bucket, &key, version_id)?;
        let object = version::object(&found, version_id, "PUT")?;
        let context = match &object.encryption {
            Encryption::S3 => None,
            Encryption::Kms(kms) if !kms.dual_layer => kms.context.clone(),
            Encryption::Kms(_) | Encryption::Customer(_) => return Err(EncryptionFault::Source.into()),
        };
        object.lock.check_removal(tx.now(), false).map_err(|_| EncryptionFault::Locked)?;
        let mut row = ObjectRow::clone(&found);
        if let Some(object) = &mut row.object {
            let key_arn = key_arn.clone();
            object.encryption = Encryption::Kms(Kms { dual_layer: false, key_arn, bucket_key, context });
        }
        tx.paged::<ObjectRow>().put(row);
        Ok::<_, Error>(())
    })?;
    Ok(api::UpdateObjectEncryptionResponse { request_charged: bucket::charged(cx, &bucket) })
}

/// The key: its whole ARN, of the bucket's own partition, Region and account.
fn key_arn(cx: &Cx, bucket: &BucketRow, asked: Option<&str>) -> Result<String, Error> {
    let asked = asked.filter(|arn| !arn.is_empty()).ok_or(EncryptionFault::NoKey)?;
    let (partition, account) = owner_of(asked).ok_or(EncryptionFault::BadKey)?;
    if partition != bucket.partition.to_string() {
        return Err(EncryptionFault::BadKey.into());
    }
    if account != bucket.account.to_string() {
        return Err(EncryptionFault::OtherAccount.into());
    }
    kms::key_arn(cx, &bucket.region, bucket.account, Some(asked))
}

/// Partition and account in a key's ARN; `None` where it is none. Aliases and bare ids are not taken here.
fn owner_of(arn: &str) -> Option<(&str, &str)> {
    let fields: Vec<&str> = arn.split(':').collect();
    let ["arn", partition, "kms", region, account, resource] = fields[..] else { return None };
    let spelled = |text: &str, more: &str| {
        !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || more.contains(c))
    };
    let id = resource.strip_prefix("key/")?;
    let fits =
        partition.starts_with("aws") && spelled(partition, "-") && spelled(region, "-") && spelled(id, "-");
    (fits && account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit()))
        .then_some((partition, account))
}

#[cfg(test)]
mod tests {
    use super::owner_of;

    #[test]
    fn keys_are_named_by_their_arns() {
        for (arn, want) in [
            ("arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab", Some("aws")),
            ("arn:aws-cn:kms:cn-north-1:111122223333:key/mrk-1", Some("aws-cn")),
            ("arn:aws:kms:us-east-1:111122223333:alias/mine", None),
            ("arn:aws:kms:us-east-1:11112222:key/a", None),
            ("arn:aws:s3:us-east-1:111122223333:key/a", None),
            ("arn:aws:kms::111122223333:key/a", None),
            ("arn:aws:kms:us-east-1:111122223333:key/", None),
            ("1234abcd-12ab-34cd-56ef-1234567890ab", None),
        ] {
            assert_eq!(owner_of(arn), want.map(|partition| (partition, "111122223333")), "{arn}");
        }
    }
}
