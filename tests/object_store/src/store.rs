//! Stores on one server, and what tests say about their answers.

use crate::server::Server;
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::client::{DnsFuture, DnsResolver};
use object_store::path::Path;
use object_store::{Certificate, ClientOptions, ObjectStore, ObjectStoreExt, RetryConfig};
use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, TcpStream};
use std::sync::Arc;

pub(crate) const MIB: usize = 1 << 20;

/// Reaches 127.0.0.1 whatever name is called: not every machine resolves `<bucket>.localhost`.
#[derive(Debug)]
struct Loopback;

impl DnsResolver for Loopback {
    fn resolve(&self, _host: &str) -> DnsFuture {
        Box::pin(async { Ok(vec![IpAddr::V4(Ipv4Addr::LOCALHOST)]) })
    }
}

/// Settings for the bucket `bkt`, to which a test adds what it is about.
pub(crate) fn settings(endpoint: &str) -> AmazonS3Builder {
    AmazonS3Builder::new()
        .with_endpoint(endpoint)
        .with_allow_http(true)
        .with_bucket_name("bkt")
        .with_region("us-east-1")
        .with_access_key_id("test")
        .with_secret_access_key("test")
        .with_retry(RetryConfig { max_retries: 0, ..RetryConfig::default() })
}

/// HTTP that trusts this authority alone.
pub(crate) fn trusting(authority: &[u8]) -> ClientOptions {
    ClientOptions::new()
        .with_root_certificate(Certificate::from_pem(authority).unwrap())
        .with_no_system_certificates(true)
        .with_dns_resolver(Arc::new(Loopback))
}

/// A store over a new bucket `bkt`: the crate makes no buckets.
pub(crate) fn with_bucket(server: &Server) -> AmazonS3 {
    make_bucket(server);
    settings(server.endpoint()).build().unwrap()
}

/// Nobody has to sign while identities are not enforced.
pub(crate) fn make_bucket(server: &Server) {
    let answer = ask("PUT", &format!("{}/bkt", server.endpoint()), "");
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
}

pub(crate) async fn put(store: &impl ObjectStore, key: &str, content: &[u8]) {
    store.put(&Path::parse(key).unwrap(), content.to_vec().into()).await.unwrap();
}

pub(crate) async fn get(store: &impl ObjectStore, key: &str) -> Vec<u8> {
    store.get(&Path::parse(key).unwrap()).await.unwrap().bytes().await.unwrap().to_vec()
}

/// The whole answer to a request with nothing but its address, written out to keep another HTTP client away.
pub(crate) fn ask(method: &str, address: &str, body: &str) -> String {
    ask_with(method, address, "", body)
}

/// The same with header lines, each ended by CR and LF.
pub(crate) fn ask_with(method: &str, address: &str, headers: &str, body: &str) -> String {
    let (host, target) = address.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let mut connection = TcpStream::connect(host).unwrap();
    let head = format!("{method} /{target} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n{headers}");
    write!(connection, "{head}content-length: {}\r\n\r\n{body}", body.len()).unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).unwrap();
    answer
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

/// Expects an error of this kind.
macro_rules! refused {
    ($outcome:expr, $kind:ident) => {{
        let error = $outcome.expect_err("it was not refused");
        assert!(matches!(error, object_store::Error::$kind { .. }), "{error:?}");
    }};
}
pub(crate) use refused;
