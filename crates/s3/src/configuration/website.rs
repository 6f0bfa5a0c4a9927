//! `?website`: how the bucket is served as a web site.

use super::record::{self, Configurations};
use super::{discard, set};
use crate::S3;
use crate::bucket;
use crate::error::{Argument, Configuration, Error, Refusal};
use ports::Cx;
use shape::Empty;
use shapes_s3 as api;
use store::StoreError;

/// Routing rules of one site at the most.
const MOST_RULES: usize = 50;

/// The site; `None` where the bucket is none.
pub(crate) fn of(
    rows: &impl Configurations,
    bucket: &str,
) -> Result<Option<api::WebsiteConfiguration>, StoreError> {
    record::stored(rows, bucket, Configuration::Website)
}

/// `GetBucketWebsite`.
pub(crate) fn get(
    cx: &Cx,
    _svc: &S3,
    input: api::GetBucketWebsiteRequest,
) -> Result<api::GetBucketWebsiteOutput, Error> {
    let bucket = bucket::resolve(cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
    let found = cx.read(|view| of(view, &bucket.id))?;
    let site = found.ok_or_else(|| Error::NotConfigured(Configuration::Website, bucket.name.clone()))?;
    Ok(api::GetBucketWebsiteOutput {
        redirect_all_requests_to: site.redirect_all_requests_to,
        index_document: site.index_document,
        error_document: site.error_document,
        routing_rules: site.routing_rules,
    })
}

/// `PutBucketWebsite`: a redirect of everything, or an index document and what goes with it.
pub(crate) fn put(cx: &Cx, _svc: &S3, input: api::PutBucketWebsiteRequest) -> Result<Empty, Error> {
    let bucket = bucket::resolve(cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref())?;
    let asked = input.website_configuration.ok_or(Error::MissingBody)?;
    check(&asked)?;
    set(cx, &bucket, Configuration::Website, &asked)
}

/// `DeleteBucketWebsite`.
pub(crate) fn delete(cx: &Cx, _svc: &S3, input: api::DeleteBucketWebsiteRequest) -> Result<Empty, Error> {
    discard(cx, input.bucket.as_deref(), input.expected_bucket_owner.as_deref(), Configuration::Website)
}

fn check(site: &api::WebsiteConfiguration) -> Result<(), Error> {
    if let Some(redirect) = &site.redirect_all_requests_to {
        if site.index_document.is_some() || site.error_document.is_some() || site.routing_rules.is_some() {
            return Err(Error::InvalidArgument(Argument::RedirectAllAndMore));
        }
        return check_protocol(redirect.protocol.as_deref());
    }
    let Some(index) = &site.index_document else {
        return Err(Error::InvalidArgument(Argument::IndexDocumentMissing));
    };
    let suffix = index.suffix.clone().unwrap_or_default();
    if suffix.is_empty() || suffix.contains('/') {
        return Err(Error::InvalidArgument(Argument::IndexDocumentSuffix(suffix)));
    }
    let Some(rules) = &site.routing_rules else { return Ok(()) };
    if rules.is_empty() {
        return Err(Error::MalformedXml);
    }
    if rules.len() > MOST_RULES {
        return Err(Error::InvalidRequest(Refusal::WebsiteRules));
    }
    rules.iter().try_for_each(check_rule)
}

fn check_rule(rule: &api::RoutingRule) -> Result<(), Error> {
    if let Some(condition) = &rule.condition
        && condition.key_prefix_equals.is_none()
        && condition.http_error_code_returned_equals.is_none()
    {
        return Err(Error::InvalidRequest(Refusal::WebsiteCondition));
    }
    let waits_for =
        rule.condition.as_ref().and_then(|condition| condition.http_error_code_returned_equals.as_deref());
    if let Some(code) = status(waits_for)?.filter(|code| !(400..600).contains(code)) {
        return Err(Error::InvalidRequest(Refusal::WebsiteErrorCode(code)));
    }
    let Some(redirect) = &rule.redirect else { return Err(Error::MalformedXml) };
    check_protocol(redirect.protocol.as_deref())?;
    let answers = status(redirect.http_redirect_code.as_deref())?;
    // Those beyond are none that redirect: AWS refuses them in the same words (s3-tests).
    if let Some(code) = answers.filter(|code| !matches!(code, 301..=305 | 307 | 308)) {
        return Err(Error::InvalidRequest(Refusal::WebsiteRedirectCode(code)));
    }
    if redirect.replace_key_with.is_some() && redirect.replace_key_prefix_with.is_some() {
        return Err(Error::InvalidRequest(Refusal::WebsiteReplacesTwice));
    }
    Ok(())
}

/// A status of three digits.
fn status(text: Option<&str>) -> Result<Option<u16>, Error> {
    let Some(text) = text else { return Ok(None) };
    let is_status = text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_status).map(Some).ok_or(Error::MalformedXml)
}

fn check_protocol(protocol: Option<&str>) -> Result<(), Error> {
    match protocol {
        None | Some("http" | "https") => Ok(()),
        Some(_) => Err(Error::InvalidRequest(Refusal::WebsiteProtocol)),
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{MALFORMED, answer, bucket, refused};
    use serde_json::{Value, json};
    use shapes_s3::{DeleteBucketWebsite, GetBucketWebsite, PutBucketWebsite as Put};

    fn put(site: &Value) -> Value {
        json!({"Bucket": "bkt", "WebsiteConfiguration": site})
    }

    #[test]
    fn a_site_comes_back_as_it_was_put() {
        let s3 = bucket();
        for site in [
            json!({"IndexDocument": {"Suffix": "index.html"}}),
            json!({"RedirectAllRequestsTo": {"HostName": "example.com", "Protocol": "https"}}),
            json!({
                "IndexDocument": {"Suffix": "i"}, "ErrorDocument": {"Key": "404.html"},
                "RoutingRules": [
                    {"Condition": {"KeyPrefixEquals": "a/"}, "Redirect": {"ReplaceKeyPrefixWith": "b/"}},
                    {"Condition": {"HttpErrorCodeReturnedEquals": "404"},
                     "Redirect": {"HostName": "h", "HttpRedirectCode": "302", "Protocol": "http", "ReplaceKeyWith": "k"}},
                    {"Redirect": {"HostName": "h"}},
                ],
            }),
        ] {
            answer::<Put>(&s3, put(&site));
            assert_eq!(answer::<GetBucketWebsite>(&s3, json!({"Bucket": "bkt"})), site);
        }
        for _ in 0..2 {
            answer::<DeleteBucketWebsite>(&s3, json!({"Bucket": "bkt"}));
        }
        refused::<GetBucketWebsite>(
            &s3,
            json!({"Bucket": "bkt"}),
            "NoSuchWebsiteConfiguration",
            "The specified bucket does not have a website configuration",
            &[("BucketName", "bkt")],
        );
    }

    #[test]
    fn what_is_no_site_is_refused() {
        let s3 = bucket();
        let index = json!({"Suffix": "index.html"});
        let rules = |rules: Value| json!({"IndexDocument": index, "RoutingRules": rules});
        let all = json!({"HostName": "example.com"});
        let many: Vec<Value> = (0..51).map(|_| json!({"Redirect": {"HostName": "h"}})).collect();
        let protocol = "Invalid protocol, protocol can be http or https. If not defined the protocol will be selected automatically.";
        for (site, code, sentence, members) in [
            (
                json!({"RedirectAllRequestsTo": all, "IndexDocument": index}),
                "InvalidArgument",
                "RedirectAllRequestsTo cannot be provided in conjunction with other Routing Rules.",
                &[("ArgumentName", "RedirectAllRequestsTo"), ("ArgumentValue", "not null")][..],
            ),
            (
                json!({}),
                "InvalidArgument",
                "A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is empty",
                &[("ArgumentName", "IndexDocument"), ("ArgumentValue", "null")],
            ),
            (
                json!({"IndexDocument": {"Suffix": ""}}),
                "InvalidArgument",
                "The IndexDocument Suffix is not well formed",
                &[("ArgumentName", "IndexDocument"), ("ArgumentValue", "")],
            ),
            (
                json!({"IndexDocument": {"Suffix": "a/b"}}),
                "InvalidArgument",
                "The IndexDocument Suffix is not well formed",
                &[("ArgumentValue", "a/b")],
            ),
            (
                json!({"RedirectAllRequestsTo": {"HostName": "h", "Protocol": "ftp"}}),
                "InvalidRequest",
                protocol,
                &[],
            ),
            (rules(json!([{"Redirect": {"Protocol": "HTTP"}}])), "InvalidRequest", protocol, &[]),
            (
                rules(json!([{"Redirect": {"ReplaceKeyWith": "a", "ReplaceKeyPrefixWith": "b"}}])),
                "InvalidRequest",
                "You can only define ReplaceKeyPrefix or ReplaceKey but not both.",
                &[],
            ),
            (
                rules(json!([{"Condition": {}, "Redirect": {"HostName": "h"}}])),
                "InvalidRequest",
                "Condition cannot be empty. To redirect all requests without a condition, the condition element shouldn't be present.",
                &[],
            ),
            (
                rules(json!(many)),
                "InvalidRequest",
                "The number of routing rules should not exceed allowed limit of 50 rules.",
                &[],
            ),
            (
                rules(json!([{"Redirect": {"HostName": "h", "HttpRedirectCode": "314"}}])),
                "InvalidRequest",
                "The provided HTTP redirect code (314) is not valid. Valid codes are 3XX except 300.",
                &[],
            ),
            (
                rules(json!([{"Redirect": {"HostName": "h", "HttpRedirectCode": "200"}}])),
                "InvalidRequest",
                "The provided HTTP redirect code (200) is not valid. Valid codes are 3XX except 300.",
                &[],
            ),
            (
                rules(
                    json!([{"Condition": {"HttpErrorCodeReturnedEquals": "302"}, "Redirect": {"HostName": "h"}}]),
                ),
                "InvalidRequest",
                "The provided HTTP error code (302) is not valid. Valid codes are 4XX or 5XX.",
                &[],
            ),
            (
                rules(json!([{"Redirect": {"HostName": "h", "HttpRedirectCode": "+301"}}])),
                "MalformedXML",
                MALFORMED,
                &[],
            ),
            (rules(json!([])), "MalformedXML", MALFORMED, &[]),
            (rules(json!([{}])), "MalformedXML", MALFORMED, &[]),
            (json!({"IndexDocument": {}}), "MalformedXML", MALFORMED, &[]),
            (json!({"IndexDocument": index, "ErrorDocument": {}}), "MalformedXML", MALFORMED, &[]),
            (json!({"RedirectAllRequestsTo": {}}), "MalformedXML", MALFORMED, &[]),
        ] {
            refused::<Put>(&s3, put(&site), code, sentence, members);
        }
    }
}
