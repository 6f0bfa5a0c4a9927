//! `?cors`: which pages of other origins browsers may let in.

use super::record::{self, Configurations};
use super::{discard, set};
use crate::S3;
use crate::bucket;
use crate::error::{Argument, Configuration, Error, Refusal};
use ports::Cx;
use shape::Empty;
use shapes_s3 as api;
use store::StoreError;

/// Rules of one bucket at the most.
const MOST_RULES: usize = 100;
/// Characters of a rule's id at the most.
const MOST_ID_CHARACTERS: usize = 255;

/// The rules, in the order they are tried; none where CORS is not configured.
pub(crate) fn rules(rows: &impl Configurations, bucket: &str) -> Result<Vec<api::CORSRule>, StoreError> {
    let found: Option<api::CORSConfiguration> = record::stored(rows, bucket, Configuration::Cors)?;
    Ok(found.and_then(|configuration| configuration.cors_rules).unwrap_or_default())
}

/// `GetBucketCors`.
pub(crate) fn get(
    cx: &Cx,
    _svc: &S3,
    input: api::GetBucketCorsRequest,
) -> Result<api::GetBucketCorsOutput, Error> {
    let bucket = bucket::resolve(cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
    let rules = cx.read(|view| rules(view, &bucket.id))?;
    if rules.is_empty() {
        return Err(Error::NotConfigured(Configuration::Cors, bucket.name.clone()));
    }
    Ok(api::GetBucketCorsOutput { cors_rules: Some(rules) })
}

/// `PutBucketCors`.
pub(crate) fn put(cx: &Cx, _svc: &S3, input: api::PutBucketCorsRequest) -> Result<Empty, Error> {
    let bucket = bucket::resolve(cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
    let asked = input.cors_configuration.ok_or(Error::MissingBody)?;
    let rules = asked.cors_rules.as_deref().unwrap_or_default();
    if rules.is_empty() {
        return Err(Error::MalformedXml);
    }
    if rules.len() > MOST_RULES {
        return Err(Error::InvalidRequest(Refusal::CorsRules));
    }
    rules.iter().try_for_each(check)?;
    set(cx, &bucket, Configuration::Cors, &asked)
}

fn check(rule: &api::CORSRule) -> Result<(), Error> {
    let list = |list: &Option<Vec<String>>| list.clone().unwrap_or_default();
    let (methods, origins) = (list(&rule.allowed_methods), list(&rule.allowed_origins));
    if methods.is_empty() || origins.is_empty() {
        return Err(Error::MalformedXml);
    }
    if let Some(id) = rule.id.as_ref().filter(|id| id.chars().count() > MOST_ID_CHARACTERS) {
        return Err(Error::InvalidArgument(Argument::IdLong(id.clone())));
    }
    let known = ["GET", "PUT", "HEAD", "POST", "DELETE"];
    if let Some(method) = methods.into_iter().find(|method| !known.contains(&method.as_str())) {
        return Err(Error::InvalidRequest(Refusal::CorsMethod(method)));
    }
    for (element, patterns) in [("AllowedOrigin", origins), ("AllowedHeader", list(&rule.allowed_headers))] {
        if let Some(pattern) = patterns.into_iter().find(|pattern| pattern.matches('*').count() > 1) {
            return Err(Error::InvalidRequest(Refusal::CorsWildcards(element, pattern)));
        }
    }
    match list(&rule.expose_headers).into_iter().find(|header| header.contains('*')) {
        Some(header) => Err(Error::InvalidRequest(Refusal::CorsExposed(header))),
        None => Ok(()),
    }
}

/// `DeleteBucketCors`.
pub(crate) fn delete(cx: &Cx, _svc: &S3, input: api::DeleteBucketCorsRequest) -> Result<Empty, Error> {
    discard(cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref(), Configuration::Cors)
}

#[cfg(test)]
mod tests {
    use crate::tests::{MALFORMED, answer, bucket, refused};
    use serde_json::{Value, json};
    use shapes_s3::{DeleteBucketCors, GetBucketCors, PutBucketCors as Put};

    fn put(rules: &Value) -> Value {
        json!({"Bucket": "bkt", "CORSConfiguration": {"CORSRules": rules}})
    }

    #[test]
    fn rules_come_back_as_they_were_put() {
        let s3 = bucket();
        for rules in [
            json!([{"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}]),
            json!([{"AllowedMethods": ["GET"], "AllowedOrigins": [""]}]),
            json!([
                {"ID": "a", "AllowedHeaders": ["x-*"], "AllowedMethods": ["PUT", "POST", "HEAD", "DELETE"],
                 "AllowedOrigins": ["https://*.example.com"], "ExposeHeaders": ["ETag"], "MaxAgeSeconds": 0},
                {"AllowedMethods": ["GET"], "AllowedOrigins": ["http://b", "http://a"]},
            ]),
        ] {
            answer::<Put>(&s3, put(&rules));
            let shown = answer::<GetBucketCors>(&s3, json!({"Bucket": "bkt"}));
            assert_eq!(shown, json!({"CORSRules": rules}));
        }
        for _ in 0..2 {
            answer::<DeleteBucketCors>(&s3, json!({"Bucket": "bkt"}));
        }
        refused::<GetBucketCors>(
            &s3,
            json!({"Bucket": "bkt"}),
            "NoSuchCORSConfiguration",
            "The CORS configuration does not exist",
            &[("BucketName", "bkt")],
        );
    }

    #[test]
    fn what_is_no_rule_is_refused() {
        let s3 = bucket();
        let rule = |more: Value| {
            let mut rule = json!({"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]});
            rule.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            rule
        };
        let many: Vec<Value> = (0..101).map(|_| rule(json!({}))).collect();
        for (rules, code, sentence) in [
            (json!([]), "MalformedXML", MALFORMED),
            (json!([{}]), "MalformedXML", MALFORMED),
            (json!([{"AllowedMethods": ["GET"]}]), "MalformedXML", MALFORMED),
            (
                json!([rule(json!({"AllowedMethods": ["PATCH"]}))]),
                "InvalidRequest",
                "Found unsupported HTTP method in CORS config. Unsupported method is PATCH",
            ),
            (
                json!([rule(json!({"AllowedOrigins": ["*example*.com"]}))]),
                "InvalidRequest",
                "AllowedOrigin \"*example*.com\" can not have more than one wildcard.",
            ),
            (
                json!([rule(json!({"AllowedHeaders": ["*-*"]}))]),
                "InvalidRequest",
                "AllowedHeader \"*-*\" can not have more than one wildcard.",
            ),
            (
                json!([rule(json!({"ExposeHeaders": ["x-*"]}))]),
                "InvalidRequest",
                "ExposeHeader \"x-*\" contains wildcard. We currently do not support wildcard for ExposeHeader.",
            ),
            (
                json!([rule(json!({"ID": "a".repeat(256)}))]),
                "InvalidArgument",
                "ID length should not exceed allowed limit of 255",
            ),
            (
                json!(many),
                "InvalidRequest",
                "The number of CORS rules should not exceed allowed limit of 100 rules.",
            ),
        ] {
            refused::<Put>(&s3, put(&rules), code, sentence, &[]);
        }
    }
}
