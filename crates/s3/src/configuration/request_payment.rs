//! `?requestPayment`: who pays for requests.

use super::record::{self, Configurations};
use super::set;
use crate::S3;
use crate::bucket;
use crate::error::{Configuration, Error};
use ports::Cx;
use shape::Empty;
use shapes_s3 as api;
use store::StoreError;

/// Who pays: `BucketOwner` where nobody said otherwise.
pub(crate) fn payer(rows: &impl Configurations, bucket: &str) -> Result<String, StoreError> {
    let found: Option<api::RequestPaymentConfiguration> =
        record::stored(rows, bucket, Configuration::RequestPayment)?;
    Ok(found.and_then(|payment| payment.payer).unwrap_or_else(|| "BucketOwner".to_owned()))
}

/// `GetBucketRequestPayment`.
pub(crate) fn get(
    cx: &Cx,
    _svc: &S3,
    input: api::GetBucketRequestPaymentRequest,
) -> Result<api::GetBucketRequestPaymentOutput, Error> {
    let bucket = bucket::resolve(cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
    let payer = cx.read(|view| payer(view, &bucket.id))?;
    Ok(api::GetBucketRequestPaymentOutput { payer: Some(payer) })
}

/// `PutBucketRequestPayment`.
pub(crate) fn put(cx: &Cx, _svc: &S3, input: api::PutBucketRequestPaymentRequest) -> Result<Empty, Error> {
    let bucket = bucket::resolve(cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
    let asked = input.request_payment_configuration.ok_or(Error::MissingBody)?;
    set(cx, &bucket, Configuration::RequestPayment, &asked)
}

#[cfg(test)]
mod tests {
    use crate::tests::{MALFORMED, answer, bucket, refused};
    use serde_json::json;
    use shapes_s3::{GetBucketRequestPayment, PutBucketRequestPayment as Put};

    #[test]
    fn the_owner_pays_until_the_requester_does() {
        let s3 = bucket();
        let get = || answer::<GetBucketRequestPayment>(&s3, json!({"Bucket": "bkt"}));
        assert_eq!(get(), json!({"Payer": "BucketOwner"}));
        let put = |payer: &str| json!({"Bucket": "bkt", "RequestPaymentConfiguration": {"Payer": payer}});
        answer::<Put>(&s3, put("Requester"));
        assert_eq!(get(), json!({"Payer": "Requester"}));
        refused::<Put>(&s3, put("requester"), "MalformedXML", MALFORMED, &[]);
    }
}
