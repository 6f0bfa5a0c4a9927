//! `?policy` and `?policyStatus`: who may do what, as a document. It is kept to the byte.
//!
//! What is decided by it is the policy engine's; here it is checked, stored, and told public or not.

mod actions;
mod public;

pub(crate) use public::is_public;

use super::public_access_block;
use super::record::{self, Configurations};
use super::{discard, read};
use crate::S3;
use crate::bucket;
use crate::error::{Configuration, ConfigurationFault, Error};
use policy::grammar::{self, Bucket, Refusal};
use ports::{Cx, Nobody};
use serde_json::Value;
use shape::Empty;
use shapes_s3 as api;
use std::collections::BTreeMap;

/// Bytes of a policy at the most, white space between its tokens aside.
const MOST_BYTES: usize = 20_480;

/// `GetBucketPolicy`: the document as it was put, but for principals that are gone.
pub(crate) fn get(
    cx: &Cx,
    svc: &S3,
    input: api::GetBucketPolicyRequest,
) -> Result<api::GetBucketPolicyOutput, Error> {
    let bucket = bucket::resolve(cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
    let row = cx.read(|view| view.row(&bucket.id, Configuration::Policy.name()));
    let row = row.ok_or_else(|| Error::NotConfigured(Configuration::Policy, bucket.name.clone()))?;
    let stored: api::GetBucketPolicyOutput = row.read()?;
    let now = |text: String| svc.principals.current(cx.world(), &text, &row.principals);
    Ok(api::GetBucketPolicyOutput {
        policy: stored.policy.map(now),
        content_type: Some("application/json".to_owned()),
    })
}

/// `PutBucketPolicy`. A public policy is refused where the public access block of the bucket or of its account says
/// so; that is looked at last, because it takes a policy to tell whether it is public.
pub(crate) fn put(cx: &Cx, svc: &S3, input: api::PutBucketPolicyRequest) -> Result<Empty, Error> {
    let bucket = bucket::resolve(cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
    let text = input.policy.unwrap_or_default();
    let rules = Bucket { name: &bucket.name, reach: &actions::reach, has_key: &actions::has_key };
    grammar::check(&rules.into(), &text)?;
    let principals = resolve(cx, svc, &text)?;
    let opens = is_public(&parse(&text)?);
    let stored = api::GetBucketPolicyOutput { policy: Some(text), ..api::GetBucketPolicyOutput::default() };
    cx.write(|tx| {
        let bucket = bucket::again(tx, &bucket)?;
        if opens && public_access_block::of(tx, &bucket)?.block_public_policy == Some(true) {
            let caller = cx.caller().arn(cx.partition()).ok_or(Error::AccessDenied)?;
            return Err(ConfigurationFault::PublicPolicy(caller.to_string(), bucket.arn()).into());
        }
        record::put_policy(tx, &bucket.id, &stored, principals.clone());
        Ok(Empty {})
    })
}

/// `DeleteBucketPolicy`.
pub(crate) fn delete(cx: &Cx, _svc: &S3, input: api::DeleteBucketPolicyRequest) -> Result<Empty, Error> {
    discard(cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref(), Configuration::Policy)
}

/// `GetBucketPolicyStatus`.
pub(crate) fn status(
    cx: &Cx,
    _svc: &S3,
    input: api::GetBucketPolicyStatusRequest,
) -> Result<api::GetBucketPolicyStatusOutput, Error> {
    let owner = input.expected_bucket_owner.as_deref();
    let stored: api::GetBucketPolicyOutput = read(cx, input.bucket.as_deref(), owner, Configuration::Policy)?;
    let document = parse(stored.policy.as_deref().unwrap_or_default())?;
    let status = api::PolicyStatus { is_public: Some(is_public(&document)) };
    Ok(api::GetBucketPolicyStatusOutput { policy_status: Some(status) })
}

/// Reads a policy: a JSON object of at most 20 KiB.
pub(crate) fn parse(text: &str) -> Result<Value, Refusal> {
    if !text.starts_with('{') {
        return Err(Refusal::BucketNotJson);
    }
    let document: Value = serde_json::from_str(text).map_err(|_| Refusal::BucketNotJson)?;
    if document.to_string().len() > MOST_BYTES {
        return Err(Refusal::TooLarge);
    }
    Ok(document)
}

/// The users and roles a policy names, with the unique ids they have now.
pub(crate) fn resolve(cx: &Cx, svc: &S3, text: &str) -> Result<BTreeMap<String, String>, Refusal> {
    svc.principals.resolve(cx.world(), text).map_err(|Nobody(_)| Refusal::Principal)
}

/// One value, or a list of them: policies may leave the brackets out.
fn each(value: &Value) -> &[Value] {
    match value {
        Value::Array(values) => values,
        one => std::slice::from_ref(one),
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{answer, bucket, refused};
    use serde_json::{Value, json};
    use shapes_s3::{
        DeleteBucketPolicy, DeletePublicAccessBlock, GetBucketPolicy, GetBucketPolicyStatus,
        PutBucketPolicy as Put,
    };

    fn put(policy: &str) -> Value {
        json!({"Bucket": "bkt", "Policy": policy})
    }

    const PUBLIC: &str = r#"{ "Version":"2012-10-17",
        "Statement":{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::bkt/*"}}"#;
    const PRIVATE: &str = r#"{"Statement": [{"Sid": "é", "Effect": "Allow", "Principal": {"AWS": "000000000000"},
        "Action": ["s3:*"],  "Resource": "arn:aws:s3:::bkt"}]}"#;

    #[test]
    fn a_policy_comes_back_to_the_byte() {
        let s3 = bucket();
        let of = |operation: &str| json!({"Bucket": operation});
        answer::<Put>(&s3, put(PRIVATE));
        let shown = answer::<GetBucketPolicy>(&s3, of("bkt"));
        assert_eq!(shown, json!({"Policy": PRIVATE, "ContentType": "application/json"}));
        let status = answer::<GetBucketPolicyStatus>(&s3, of("bkt"));
        assert_eq!(status, json!({"PolicyStatus": {"IsPublic": false}}));
        for _ in 0..2 {
            answer::<DeleteBucketPolicy>(&s3, of("bkt"));
        }
        let missing = "The bucket policy does not exist";
        let members = [("BucketName", "bkt")];
        refused::<GetBucketPolicy>(&s3, of("bkt"), "NoSuchBucketPolicy", missing, &members);
        refused::<GetBucketPolicyStatus>(&s3, of("bkt"), "NoSuchBucketPolicy", missing, &members);
    }

    #[test]
    fn a_public_policy_is_refused_until_the_block_is_lifted() {
        let s3 = bucket();
        refused::<Put>(
            &s3,
            put(PUBLIC),
            "AccessDenied",
            "User: arn:aws:iam::000000000000:root is not authorized to perform: s3:PutBucketPolicy on resource: \"arn:aws:s3:::bkt\" because public policies are blocked by the BlockPublicPolicy block public access setting.",
            &[],
        );
        answer::<DeletePublicAccessBlock>(&s3, json!({"Bucket": "bkt"}));
        answer::<Put>(&s3, put(PUBLIC));
        let status = answer::<GetBucketPolicyStatus>(&s3, json!({"Bucket": "bkt"}));
        assert_eq!(status, json!({"PolicyStatus": {"IsPublic": true}}));
    }

    #[test]
    fn what_is_no_policy_is_refused() {
        let s3 = bucket();
        let json = "Policies must be valid JSON and the first byte must be '{'";
        let long = format!("{{\"Id\": \"{}\"}}", "x".repeat(20_480));
        let large = "Normalized policy document exceeds the maximum allowed size of 20480 bytes";
        for (policy, sentence) in [
            ("", json),
            ("invalid json", json),
            (" {}", json),
            ("{", json),
            ("[]", json),
            ("{}", "Missing required field Statement"),
            (&long, large),
        ] {
            refused::<Put>(&s3, put(policy), "MalformedPolicy", sentence, &[]);
        }
    }
}
