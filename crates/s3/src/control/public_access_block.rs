//! The public access block of an account: it holds for each of its buckets, beside the bucket's own.

use super::check_account;
use crate::S3;
use crate::configuration::{public_access_block, record};
use crate::error::{Configuration, ConfigurationFault, Error};
use ports::Cx;
use shape::Empty;
use shapes_s3control as api;

/// `GetPublicAccessBlock`.
pub(crate) fn get(
    cx: &Cx,
    _svc: &S3,
    input: api::GetPublicAccessBlockRequest,
) -> Result<api::GetPublicAccessBlockOutput, Error> {
    check_account(cx, input.account_id.as_deref())?;
    let account = record::of_account(cx.partition(), cx.account());
    let kind = Configuration::PublicAccessBlock;
    let found: Option<api::PublicAccessBlockConfiguration> =
        cx.read(|view| record::stored(view, &account, kind))?;
    let missing = || ConfigurationFault::AccountBlock(cx.account().to_string());
    Ok(api::GetPublicAccessBlockOutput {
        public_access_block_configuration: Some(found.ok_or_else(missing)?),
    })
}

/// `PutPublicAccessBlock`: all four flags.
pub(crate) fn put(cx: &Cx, _svc: &S3, input: api::PutPublicAccessBlockRequest) -> Result<Empty, Error> {
    check_account(cx, input.account_id.as_deref())?;
    // The two APIs' structures differ in nothing but their crate.
    let asked = input.public_access_block_configuration.unwrap_or_default();
    let block = public_access_block::complete(Some(shapes_s3::PublicAccessBlockConfiguration {
        block_public_acls: asked.block_public_acls,
        ignore_public_acls: asked.ignore_public_acls,
        block_public_policy: asked.block_public_policy,
        restrict_public_buckets: asked.restrict_public_buckets,
    }))?;
    let account = record::of_account(cx.partition(), cx.account());
    cx.write(|tx| {
        record::put(tx, &account, Configuration::PublicAccessBlock, &block);
        Ok(Empty {})
    })
}

/// `DeletePublicAccessBlock`.
pub(crate) fn delete(cx: &Cx, _svc: &S3, input: api::DeletePublicAccessBlockRequest) -> Result<Empty, Error> {
    check_account(cx, input.account_id.as_deref())?;
    let account = record::of_account(cx.partition(), cx.account());
    cx.write(|tx| {
        record::remove(tx, &account, Configuration::PublicAccessBlock);
        Ok(Empty {})
    })
}

#[cfg(test)]
mod tests {
    use crate::tests::{answer, bucket, refused};
    use serde_json::json;
    use shapes_s3control::{
        DeletePublicAccessBlock, GetPublicAccessBlock as Get, PutPublicAccessBlock as Put,
    };

    #[test]
    fn the_account_has_a_block_of_its_own() {
        let s3 = bucket();
        let own = || json!({"AccountId": "000000000000"});
        let missing = "The public access block configuration was not found";
        let code = "NoSuchPublicAccessBlockConfiguration";
        refused::<Get>(&s3, own(), code, missing, &[("AccountId", "000000000000")]);
        let put = |block: serde_json::Value| json!({"AccountId": "000000000000", "PublicAccessBlockConfiguration": block});
        let none = "Must specify at least one configuration.";
        refused::<Put>(&s3, put(json!({})), "InvalidRequest", none, &[]);
        answer::<Put>(&s3, put(json!({"BlockPublicPolicy": true})));
        assert_eq!(
            answer::<Get>(&s3, own()),
            json!({"PublicAccessBlockConfiguration": {
                "BlockPublicAcls": false, "IgnorePublicAcls": false,
                "BlockPublicPolicy": true, "RestrictPublicBuckets": false,
            }})
        );
        let other = json!({"AccountId": "111111111111"});
        refused::<Get>(&s3, other, "AccessDenied", "Access Denied", &[]);
        for _ in 0..2 {
            answer::<DeletePublicAccessBlock>(&s3, own());
        }
        refused::<Get>(&s3, own(), code, missing, &[]);
    }

    #[test]
    fn it_closes_buckets_that_are_open_themselves() {
        let s3 = bucket();
        answer::<shapes_s3::DeletePublicAccessBlock>(&s3, json!({"Bucket": "bkt"}));
        let block = json!({"BlockPublicPolicy": true});
        answer::<Put>(&s3, json!({"AccountId": "000000000000", "PublicAccessBlockConfiguration": block}));
        let policy = r#"{"Statement":{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::bkt/*"}}"#;
        refused::<shapes_s3::PutBucketPolicy>(
            &s3,
            json!({"Bucket": "bkt", "Policy": policy}),
            "AccessDenied",
            "User: arn:aws:iam::000000000000:root is not authorized to perform: s3:PutBucketPolicy on resource: \"arn:aws:s3:::bkt\" because public policies are blocked by the BlockPublicPolicy block public access setting.",
            &[],
        );
    }
}
