//! CORS over a bucket: what a preflight and an actual request are told.

use super::{actual, preflight};
use crate::error::Configuration;
use crate::tests::configured;
use http::Method;
use ports::Headers;
use shapes_s3 as api;
use testkit::Local;
use wire::{AwsError, Head};

fn with_rules(rules: Vec<api::CORSRule>) -> Local {
    configured(Configuration::Cors, &api::CORSConfiguration { cors_rules: Some(rules) })
}

fn rule(origin: &str) -> api::CORSRule {
    api::CORSRule {
        allowed_origins: Some(vec![origin.to_owned()]),
        allowed_methods: Some(vec!["GET".to_owned(), "PUT".to_owned()]),
        allowed_headers: Some(vec!["x-*".to_owned()]),
        expose_headers: Some(vec!["ETag".to_owned(), "x-amz-request-id".to_owned()]),
        max_age_seconds: Some(600),
        ..api::CORSRule::default()
    }
}

fn head(method: Method, headers: &[(&'static str, &'static str)]) -> Head {
    let mut head = Head::new(method, "/bkt/key");
    for (name, value) in headers {
        head.headers.insert(*name, value.parse().unwrap());
    }
    head
}

fn text(headers: &Headers) -> Vec<String> {
    headers.iter().map(|(name, value)| format!("{name}: {value}")).collect()
}

const VARY: &str = "vary: Origin, Access-Control-Request-Headers, Access-Control-Request-Method";

#[test]
fn a_preflight_is_told_the_whole_rule() {
    let s3 = with_rules(vec![rule("https://*.example"), rule("*")]);
    let asked = [
        ("origin", "https://a.example"),
        ("access-control-request-method", "PUT"),
        ("access-control-request-headers", "X-One,x-two"),
    ];
    let told = preflight(&s3.visitor(head(Method::OPTIONS, &asked)), "bkt", true).unwrap();
    assert_eq!(
        text(&told),
        [
            "access-control-allow-origin: https://a.example",
            "access-control-allow-methods: GET, PUT",
            "access-control-allow-headers: x-one, x-two",
            "access-control-expose-headers: ETag, x-amz-request-id",
            "access-control-max-age: 600",
            "access-control-allow-credentials: true",
            VARY,
        ]
    );
}

#[test]
fn an_actual_request_is_told_as_much_or_nothing() {
    let s3 = with_rules(vec![rule("https://*.example"), rule("*")]);
    let told = |method: Method, origin: &'static str, bucket: &str| {
        text(&actual(&s3.visitor(head(method, &[("origin", origin)])), bucket).unwrap())
    };
    assert_eq!(
        told(Method::GET, "http://elsewhere", "bkt"),
        [
            "access-control-allow-origin: *",
            "access-control-allow-methods: GET, PUT",
            "access-control-expose-headers: ETag, x-amz-request-id",
            "access-control-max-age: 600",
            VARY,
        ]
    );
    assert_eq!(told(Method::DELETE, "http://elsewhere", "bkt"), [""; 0]);
    assert_eq!(told(Method::GET, "http://elsewhere", "bare"), [""; 0]);
}

#[test]
fn a_preflight_is_refused_by_what_is_missing() {
    let s3 = with_rules(vec![rule("https://a.example")]);
    let asked = [("origin", "https://b.example"), ("access-control-request-method", "PUT")];
    for (bucket, is_object, headers, want) in [
        ("bkt", true, &[][..], "400 BadRequest"),
        ("missing", true, &asked[..], "403 AccessForbidden Method=PUT ResourceType=BUCKET"),
        ("bare", true, &asked[..1], "403 AccessForbidden Method=OPTIONS ResourceType=BUCKET"),
        ("bkt", true, &asked, "403 AccessForbidden Method=PUT ResourceType=OBJECT"),
        ("bkt", false, &asked, "403 AccessForbidden Method=PUT ResourceType=BUCKET"),
    ] {
        let fault = preflight(&s3.visitor(head(Method::OPTIONS, headers)), bucket, is_object).unwrap_err();
        let fault = fault.fault();
        let mut got = format!("{} {}", fault.status, fault.code);
        for (name, value) in &fault.extra {
            got.push_str(&format!(" {name}={value}"));
        }
        assert_eq!(got, want, "{bucket}");
    }
}
