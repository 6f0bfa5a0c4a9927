//! Clients of one server, and what tests say about answers.

use crate::server::Server;
use aws_sdk_s3::config::http::HttpResponse;
use aws_sdk_s3::config::retry::RetryConfig;
use aws_sdk_s3::config::{BehaviorVersion, Credentials, Region, SharedHttpClient};
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::primitives::ByteStream;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_runtime_api::client::dns::{DnsFuture, ResolveDns};
use std::fmt::Debug;
use std::net::{IpAddr, Ipv4Addr};

/// Reaches 127.0.0.1 whatever name is called: not every machine resolves `<bucket>.localhost`.
#[derive(Clone, Debug)]
struct Loopback;

impl ResolveDns for Loopback {
    fn resolve_dns<'a>(&'a self, _name: &'a str) -> DnsFuture<'a> {
        DnsFuture::ready(Ok(vec![IpAddr::V4(Ipv4Addr::LOCALHOST)]))
    }
}

/// HTTP that trusts this authority alone.
pub(crate) fn http(authority: &[u8]) -> SharedHttpClient {
    let trusted = match authority {
        [] => TrustStore::empty(),
        pem => TrustStore::empty().with_pem_certificate(pem),
    };
    let context = TlsContext::builder().with_trust_store(trusted).build().unwrap();
    aws_smithy_http_client::Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .tls_context(context)
        .build_with_resolver(Loopback)
}

/// Keys that any angae accepts.
pub(crate) fn keys() -> Credentials {
    Credentials::new("test", "test", None, None, "test")
}

/// A configuration that leads to `endpoint`, of any service: their builders have no trait in common.
macro_rules! settings {
    ($service:ident, $endpoint:expr) => {
        $service::Config::builder()
            .behavior_version($service::config::BehaviorVersion::latest())
            .credentials_provider($crate::clients::keys())
            .endpoint_url($endpoint)
            .http_client($crate::clients::http(&[]))
            .region($service::config::Region::new("us-east-1"))
            .retry_config($service::config::retry::RetryConfig::disabled())
    };
}
pub(crate) use settings;

/// Settings for S3, to which a test adds what it is about.
pub(crate) fn s3_settings(endpoint: &str) -> aws_sdk_s3::config::Builder {
    aws_sdk_s3::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .credentials_provider(keys())
        .endpoint_url(endpoint)
        .http_client(http(&[]))
        .region(Region::new("us-east-1"))
        .retry_config(RetryConfig::disabled())
}

/// An S3 client and a new bucket `bkt`.
pub(crate) async fn with_bucket(server: &Server) -> aws_sdk_s3::Client {
    let client = aws_sdk_s3::Client::from_conf(s3_settings(server.endpoint()).build());
    client.create_bucket().bucket("bkt").send().await.unwrap();
    client
}

pub(crate) async fn put(client: &aws_sdk_s3::Client, key: &str, content: &[u8]) {
    let body = ByteStream::from(content.to_vec());
    client.put_object().bucket("bkt").key(key).body(body).send().await.unwrap();
}

pub(crate) async fn get(client: &aws_sdk_s3::Client, key: &str) -> Vec<u8> {
    read(client.get_object().bucket("bkt").key(key).send().await.unwrap().body).await
}

pub(crate) async fn read(body: ByteStream) -> Vec<u8> {
    body.collect().await.unwrap().to_vec()
}

/// Expects a refusal by this code and status.
#[track_caller]
pub(crate) fn refused<O: Debug, E>(outcome: Result<O, SdkError<E, HttpResponse>>, code: &str, status: u16)
where
    E: ProvideErrorMetadata + Debug,
{
    let error = outcome.expect_err("it was not refused");
    let answered = error.raw_response().map(|answer| answer.status().as_u16());
    assert_eq!((error.code(), answered), (Some(code), Some(status)), "{error:?}");
}

/// Content that repeats itself nowhere, the same in every run (xorshift).
pub(crate) fn noise(size: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    };
    std::iter::repeat_with(&mut next).flatten().take(size).collect()
}
