//! Websites over a bucket: documents, redirects, refusals.

use crate::S3;
use crate::error::Configuration;
use crate::tests::{NoKeys, NoNames, configured};
use http::Method;
use ports::Page;
use shapes_s3 as api;
use std::sync::Arc;
use testkit::Local;
use wire::Head;
use wire::sign::KeyCache;

fn with_site(site: api::WebsiteConfiguration, objects: &[(&str, &str)]) -> Local {
    let s3 = configured(Configuration::Website, &site);
    for (key, body) in objects {
        put(&s3, key, body, None);
    }
    s3
}

fn put(s3: &Local, key: &str, body: &str, redirect: Option<&str>) {
    let input = api::PutObjectRequest {
        bucket: Some("bkt".to_owned()),
        key: Some(key.to_owned()),
        content_type: Some("text/html".to_owned()),
        website_redirect_location: redirect.map(str::to_owned),
        ..api::PutObjectRequest::default()
    };
    let cx = s3.visitor(Head::new(Method::PUT, "/"));
    s3.stream_with::<api::PutObject>(&cx, input, body.as_bytes()).unwrap();
}

fn site() -> api::WebsiteConfiguration {
    api::WebsiteConfiguration {
        index_document: Some(api::IndexDocument { suffix: Some("index.html".to_owned()) }),
        error_document: Some(api::ErrorDocument { key: Some("error.html".to_owned()) }),
        ..api::WebsiteConfiguration::default()
    }
}

fn visit(s3: &Local, bucket: &str, head: Head) -> Page {
    let service = Arc::new(S3 {
        credentials: Arc::new(NoKeys),
        principals: Arc::new(NoNames),
        signing_keys: KeyCache::default(),
    });
    s3.wait(super::serve(s3.visitor(head), service, bucket.to_owned()))
}

/// Status, location and body of a page.
fn shown(s3: &Local, page: Page) -> (u16, Option<String>, String) {
    let location = page.headers.iter().find(|(name, _)| name == "location");
    let location = location.map(|(_, value)| value.to_str().unwrap().to_owned());
    let body = s3.bytes(page.body);
    (page.status, location, String::from_utf8(body.to_vec()).unwrap())
}

#[track_caller]
fn check(s3: &Local, path: &str, status: u16, location: Option<&str>, body: &str) {
    let got = shown(s3, visit(s3, "bkt", Head::new(Method::GET, path)));
    let body_fits = if body.is_empty() { got.2.is_empty() } else { got.2.contains(body) };
    assert!(body_fits && (got.0, got.1.as_deref()) == (status, location), "{path}: {got:?}");
}

#[test]
fn documents_are_found_as_on_a_web_server() {
    let s3 = with_site(
        site(),
        &[("index.html", "home"), ("docs/index.html", "docs"), ("a b", "space"), ("error.html", "lost")],
    );
    put(&s3, "old", "", Some("/new"));
    check(&s3, "/", 200, None, "home");
    check(&s3, "/index.html", 200, None, "home");
    check(&s3, "/docs/", 200, None, "docs");
    check(&s3, "/docs", 302, Some("/docs/"), "");
    check(&s3, "/a%20b", 200, None, "space");
    check(&s3, "/old", 301, Some("/new"), "");
    check(&s3, "/missing", 404, None, "lost");
    check(&s3, "/missing/", 404, None, "lost");
    // Parameters of the API are none here.
    check(&s3, "/?versionId=x&acl", 200, None, "home");
}

#[test]
fn conditions_and_ranges_hold_and_head_has_no_body() {
    let s3 = with_site(site(), &[("index.html", "0123456789")]);
    let with = |method: Method, name: &'static str, value: &str| {
        let mut head = Head::new(method, "/");
        head.headers.insert(name, value.parse().unwrap());
        shown(&s3, visit(&s3, "bkt", head))
    };
    assert_eq!(with(Method::GET, "range", "bytes=2-4"), (206, None, "234".to_owned()));
    let e_tag = "\"781e5e245d69b566979b86e28d23f2c7\"";
    assert_eq!(with(Method::GET, "if-none-match", e_tag).0, 304);
    assert_eq!(with(Method::GET, "if-match", "\"other\"").0, 412);
    assert_eq!(with(Method::HEAD, "accept", "*/*"), (200, None, String::new()));
    // An object that leads elsewhere is not read: no range of it is out of bounds, and it does not stay the same.
    put(&s3, "index.html", "x", Some("/elsewhere"));
    for (name, value) in [("range", "bytes=5-"), ("if-none-match", "*"), ("if-match", "\"other\"")] {
        assert_eq!(with(Method::GET, name, value), (301, Some("/elsewhere".to_owned()), String::new()));
    }
}

#[test]
fn refusals_are_pages() {
    let s3 = with_site(site(), &[]);
    check(&s3, "/x", 404, None, "<li>Key: x</li>");
    check(&s3, "/", 404, None, "<li>Key: index.html</li>");
    check(&s3, "/x", 404, None, "Custom Error Document</h3>\n<ul>\n<li>Code: NoSuchKey</li>");
    let (status, _, body) = shown(&s3, visit(&s3, "bkt", Head::new(Method::POST, "/")));
    assert_eq!(status, 405);
    assert!(body.contains("<li>Method: POST</li>\n<li>ResourceType: OBJECT</li>"), "{body}");
    for (bucket, want) in [("missing", "NoSuchBucket"), ("bare", "NoSuchWebsiteConfiguration")] {
        let (status, _, body) = shown(&s3, visit(&s3, bucket, Head::new(Method::GET, "/")));
        assert_eq!(status, 404);
        assert!(body.contains(&format!("<li>Code: {want}</li>")), "{body}");
        assert!(body.contains(&format!("<li>BucketName: {bucket}</li>")), "{body}");
    }
    let (status, _, body) = shown(&s3, visit(&s3, "bkt", Head::new(Method::HEAD, "/x")));
    assert_eq!((status, body.as_str()), (404, ""));
}

#[test]
fn rules_redirect_before_and_after_the_look_up() {
    let rule = |prefix: Option<&str>, status: Option<&str>, to: &str| api::RoutingRule {
        condition: Some(api::Condition {
            key_prefix_equals: prefix.map(str::to_owned),
            http_error_code_returned_equals: status.map(str::to_owned),
        }),
        redirect: Some(api::Redirect { replace_key_with: Some(to.to_owned()), ..api::Redirect::default() }),
    };
    let site = api::WebsiteConfiguration {
        routing_rules: Some(vec![rule(Some("moved/"), None, "there"), rule(None, Some("404"), "lost")]),
        ..site()
    };
    let s3 = with_site(site, &[("moved/x", "x"), ("here", "here")]);
    check(&s3, "/moved/x", 301, Some("http://localhost/there"), "");
    check(&s3, "/here", 200, None, "here");
    check(&s3, "/gone", 301, Some("http://localhost/lost"), "");
}

#[test]
fn a_site_may_redirect_everything() {
    let to = api::RedirectAllRequestsTo {
        host_name: Some("example.com".to_owned()),
        protocol: Some("https".to_owned()),
    };
    let site = api::WebsiteConfiguration {
        redirect_all_requests_to: Some(to),
        ..api::WebsiteConfiguration::default()
    };
    let s3 = with_site(site, &[]);
    check(&s3, "/a%20b?c", 301, Some("https://example.com/a%20b?c"), "");
}
