//! `?encryption`: what new objects are encrypted with when their request does not say.
//!
//! A bucket nobody configured has SSE-S3. DeleteBucketEncryption leaves an empty document, as recorded from S3, and
//! objects are encrypted with SSE-S3 again.

use super::record::{self, Configurations};
use super::set;
use crate::S3;
use crate::bucket;
use crate::error::{Argument, Configuration, Error};
use ports::Cx;
use shape::Empty;
use shapes_s3 as api;
use store::StoreError;

/// The rule new objects follow; `None` once it was deleted, which is SSE-S3 and nothing else.
pub(crate) fn default_of(
    rows: &impl Configurations,
    bucket: &str,
) -> Result<Option<api::ServerSideEncryptionRule>, StoreError> {
    let found: Option<api::ServerSideEncryptionConfiguration> =
        record::stored(rows, bucket, Configuration::Encryption)?;
    match found {
        Some(configuration) => Ok(configuration.rules.and_then(|rules| rules.into_iter().next())),
        None => Ok(Some(sse_s3())),
    }
}

/// What every bucket begins with since January 2023.
fn sse_s3() -> api::ServerSideEncryptionRule {
    let default = api::ServerSideEncryptionByDefault {
        sse_algorithm: Some("AES256".to_owned()),
        ..api::ServerSideEncryptionByDefault::default()
    };
    api::ServerSideEncryptionRule {
        apply_server_side_encryption_by_default: Some(default),
        bucket_key_enabled: Some(false),
        ..api::ServerSideEncryptionRule::default()
    }
}

/// `GetBucketEncryption`.
pub(crate) fn get(
    cx: &Cx,
    _svc: &S3,
    input: api::GetBucketEncryptionRequest,
) -> Result<api::GetBucketEncryptionOutput, Error> {
    let bucket = bucket::resolve(cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
    let rule = cx.read(|view| default_of(view, &bucket.id))?;
    let configuration = api::ServerSideEncryptionConfiguration { rules: rule.map(|rule| vec![rule]) };
    Ok(api::GetBucketEncryptionOutput { server_side_encryption_configuration: Some(configuration) })
}

/// `PutBucketEncryption`: exactly one rule. The key is not looked up; the first object finds out.
pub(crate) fn put(cx: &Cx, _svc: &S3, input: api::PutBucketEncryptionRequest) -> Result<Empty, Error> {
    let bucket = bucket::resolve(cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
    let asked = input.server_side_encryption_configuration.ok_or(Error::MissingBody)?;
    let [rule] = asked.rules.as_deref().unwrap_or_default() else { return Err(Error::MalformedXml) };
    check(rule)?;
    set(cx, &bucket, Configuration::Encryption, &asked)
}

fn check(rule: &api::ServerSideEncryptionRule) -> Result<(), Error> {
    let Some(default) = &rule.apply_server_side_encryption_by_default else {
        // A rule may do no more than block.
        let blocks = rule.blocked_encryption_types.is_some() || rule.bucket_key_enabled.is_some();
        return if blocks { Ok(()) } else { Err(Error::MalformedXml) };
    };
    let by_kms = matches!(default.sse_algorithm.as_deref(), Some("aws:kms" | "aws:kms:dsse"));
    if default.kms_master_key_id.is_some() && !by_kms {
        return Err(Error::InvalidArgument(Argument::KeyIdWithoutKms));
    }
    Ok(())
}

/// `DeleteBucketEncryption`.
pub(crate) fn delete(cx: &Cx, _svc: &S3, input: api::DeleteBucketEncryptionRequest) -> Result<Empty, Error> {
    let bucket = bucket::resolve(cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
    let none = api::ServerSideEncryptionConfiguration::default();
    set(cx, &bucket, Configuration::Encryption, &none)
}

#[cfg(test)]
mod tests {
    use crate::tests::{MALFORMED, answer, bucket, refused};
    use serde_json::{Value, json};
    use shapes_s3::{DeleteBucketEncryption, GetBucketEncryption, PutBucketEncryption as Put};

    fn put(rules: &Value) -> Value {
        json!({"Bucket": "bkt", "ServerSideEncryptionConfiguration": {"Rules": rules}})
    }

    #[test]
    fn a_rule_comes_back_as_it_was_put() {
        let s3 = bucket();
        let get = || answer::<GetBucketEncryption>(&s3, json!({"Bucket": "bkt"}));
        let shown = |rules: &Value| json!({"ServerSideEncryptionConfiguration": {"Rules": rules}});
        let aes = json!({"SSEAlgorithm": "AES256"});
        let default = json!([{"ApplyServerSideEncryptionByDefault": aes, "BucketKeyEnabled": false}]);
        assert_eq!(get(), shown(&default));
        let kms = json!({"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "alias/a"});
        for rules in [
            json!([{"ApplyServerSideEncryptionByDefault": aes}]),
            json!([{"ApplyServerSideEncryptionByDefault": kms, "BucketKeyEnabled": true}]),
            json!([{"ApplyServerSideEncryptionByDefault": aes, "BlockedEncryptionTypes": {"EncryptionType": ["SSE-C"]}}]),
            json!([{"BlockedEncryptionTypes": {"EncryptionType": ["NONE"]}}]),
        ] {
            answer::<Put>(&s3, put(&rules));
            assert_eq!(get(), shown(&rules));
        }
        answer::<DeleteBucketEncryption>(&s3, json!({"Bucket": "bkt"}));
        assert_eq!(get(), json!({"ServerSideEncryptionConfiguration": {}}));
    }

    #[test]
    fn what_is_no_rule_is_refused() {
        let s3 = bucket();
        let aes = json!({"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}});
        for rules in [
            json!([]),
            json!([aes, aes]),
            json!([{}]),
            json!([{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aes"}}]),
            json!([{"ApplyServerSideEncryptionByDefault": {"KMSMasterKeyID": "alias/a"}}]),
        ] {
            refused::<Put>(&s3, put(&rules), "MalformedXML", MALFORMED, &[]);
        }
        let keyed = json!([{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256", "KMSMasterKeyID": "k"}}]);
        refused::<Put>(
            &s3,
            put(&keyed),
            "InvalidArgument",
            "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse",
            &[("ArgumentName", "ApplyServerSideEncryptionByDefault")],
        );
    }
}
