//! `?accelerate`: transfer acceleration. It is stored; every endpoint here is as fast as the machine.

use super::record;
use super::set;
use crate::S3;
use crate::bucket;
use crate::error::{Configuration, Error, Refusal};
use ports::Cx;
use shape::Empty;
use shapes_s3 as api;

/// `GetBucketAccelerateConfiguration`: an empty document where it was never set.
pub(crate) fn get(
    cx: &Cx,
    _svc: &S3,
    input: api::GetBucketAccelerateConfigurationRequest,
) -> Result<api::GetBucketAccelerateConfigurationOutput, Error> {
    let bucket = bucket::resolve(cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
    let found: Option<api::AccelerateConfiguration> =
        cx.read(|view| record::stored(view, &bucket.id, Configuration::Accelerate))?;
    Ok(api::GetBucketAccelerateConfigurationOutput {
        status: found.and_then(|accelerate| accelerate.status),
        ..api::GetBucketAccelerateConfigurationOutput::default()
    })
}

/// `PutBucketAccelerateConfiguration`. The accelerated endpoint's certificate covers no dotted names.
pub(crate) fn put(
    cx: &Cx,
    _svc: &S3,
    input: api::PutBucketAccelerateConfigurationRequest,
) -> Result<Empty, Error> {
    let bucket = bucket::resolve(cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
    if bucket.name.contains('.') {
        return Err(Error::InvalidRequest(Refusal::AccelerateDots));
    }
    let asked = input.accelerate_configuration.filter(|accelerate| accelerate.status.is_some());
    set(cx, &bucket, Configuration::Accelerate, &asked.ok_or(Error::MalformedXml)?)
}

#[cfg(test)]
mod tests {
    use crate::tests::{MALFORMED, answer, bucket, refused};
    use serde_json::json;
    use shapes_s3::{
        CreateBucket, GetBucketAccelerateConfiguration, PutBucketAccelerateConfiguration as Put,
    };

    #[test]
    fn its_states_are_two_and_a_dotted_name_has_none() {
        let s3 = bucket();
        let get = || answer::<GetBucketAccelerateConfiguration>(&s3, json!({"Bucket": "bkt"}));
        assert_eq!(get(), json!({}));
        for status in ["Enabled", "Suspended"] {
            let asked = json!({"Bucket": "bkt", "AccelerateConfiguration": {"Status": status}});
            answer::<Put>(&s3, asked);
            assert_eq!(get(), json!({"Status": status}));
        }
        answer::<CreateBucket>(&s3, json!({"Bucket": "a.dotted.name"}));
        let dots = "S3 Transfer Acceleration is not supported for buckets with periods (.) in their names";
        for (bucket, status, code, sentence) in [
            ("bkt", json!("enabled"), "MalformedXML", MALFORMED),
            ("bkt", json!(null), "MalformedXML", MALFORMED),
            ("a.dotted.name", json!("Enabled"), "InvalidRequest", dots),
        ] {
            let asked = json!({"Bucket": bucket, "AccelerateConfiguration": {"Status": status}});
            refused::<Put>(&s3, asked, code, sentence, &[]);
        }
    }
}
