//! How bytes travel: checksums, encryption, signed addresses, hosts and schemes.

use crate::server::Server;
use crate::store::{
    MIB, ask, ask_with, get, make_bucket, noise, put, refused, settings, trusting, with_bucket,
};
use object_store::aws::Checksum;
use object_store::path::Path;
use object_store::signer::{Method, SignedUrlOptions, Signer};
use object_store::{ObjectStore, ObjectStoreExt, WriteMultipart};
use std::time::Duration;

const HOUR: Duration = Duration::from_secs(3_600);

#[tokio::test]
async fn checksums_and_none_over_http_and_https() {
    let server = Server::start(&["--tls"]);
    make_bucket(&server);
    let content = noise(11 * MIB);
    for endpoint in [server.endpoint().to_owned(), server.named("https")] {
        let plain =
            || settings(&endpoint).with_client_options(trusting(&server.authority()).with_allow_http(true));
        for (what, settings, header) in [
            ("none", plain(), None),
            ("unsigned", plain().with_unsigned_payload(true), None),
            ("anonymous", plain().with_skip_signature(true), None),
            ("sha256", plain().with_checksum_algorithm(Checksum::SHA256), Some("x-amz-checksum-sha256")),
            ("crc64", plain().with_checksum_algorithm(Checksum::CRC64NVME), Some("x-amz-checksum-crc64nvme")),
        ] {
            let store = settings.build().unwrap();
            let (small, large) = (format!("{what}/small"), format!("{what}/large"));
            put(&store, &small, &content[..100_000]).await;
            assert!(
                get(&store, &small).await == content[..100_000],
                "{endpoint} {what}: other bytes came back"
            );
            let mut writer =
                WriteMultipart::new(store.put_multipart(&Path::from(large.as_str())).await.unwrap());
            writer.write(&content);
            writer.finish().await.unwrap();
            assert!(get(&store, &large).await == content, "{endpoint} {what}: other bytes came back");
            let Some(header) = header else { continue };
            for key in [small, large] {
                let address = format!("{}/bkt/{key}", server.endpoint());
                let shown = ask_with("HEAD", &address, "x-amz-checksum-mode: ENABLED\r\n", "");
                assert!(shown.to_lowercase().contains(header), "{endpoint} {what} {key}: {shown}");
            }
        }
    }
}

#[tokio::test]
async fn buckets_are_reached_by_path_and_by_host() {
    let server = Server::start(&["--tls"]);
    make_bucket(&server);
    let content = noise(100_000);
    for scheme in ["http", "https"] {
        for by_host in [false, true] {
            let endpoint = match by_host {
                true => server.named(scheme).replace("localhost", "bkt.localhost"),
                false => server.named(scheme),
            };
            let store = settings(&endpoint)
                .with_client_options(trusting(&server.authority()).with_allow_http(true))
                .with_virtual_hosted_style_request(by_host)
                .build()
                .unwrap();
            let key = format!("{scheme}/{by_host}/é k");
            put(&store, &key, &content).await;
            assert!(get(&store, &key).await == content, "{endpoint}: other bytes came back");
            let shown =
                store.list_with_delimiter(Some(&Path::from(format!("{scheme}/{by_host}")))).await.unwrap();
            assert_eq!(shown.objects[0].location.as_ref(), key);
        }
    }
}

#[tokio::test]
async fn keys_of_the_client_open_what_they_closed_and_nothing_else() {
    let server = Server::start(&["--tls"]);
    make_bucket(&server);
    let endpoint = server.named("https");
    let with_key = |key: &str| {
        let options = trusting(&server.authority());
        settings(&endpoint).with_client_options(options).with_ssec_encryption(key).build().unwrap()
    };
    let content = noise(6 * MIB);
    let own = with_key("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
    let mut writer = WriteMultipart::new(own.put_multipart(&Path::from("k")).await.unwrap());
    writer.write(&content);
    writer.finish().await.unwrap();
    own.copy(&Path::from("k"), &Path::from("copy")).await.unwrap();
    assert!(get(&own, "copy").await == content, "other bytes came back");
    let other = with_key("HxwdGhsYGRYXFBUSExARDg8MDQoLCAkGBwQFAgMAAQI=");
    refused!(other.get(&Path::from("k")).await, PermissionDenied);
    let none = settings(&endpoint).with_client_options(trusting(&server.authority())).build().unwrap();
    refused!(none.get(&Path::from("k")).await, Generic);
}

#[tokio::test]
async fn signed_addresses_need_no_keys() {
    let server = Server::start(&[]);
    let store = with_bucket(&server);
    let path = Path::parse("é k+1").unwrap();
    let up = store.signed_url(Method::PUT, &path, HOUR).await.unwrap();
    assert!(ask("PUT", up.as_str(), "seen").starts_with("HTTP/1.1 200 "));
    let down = store.signed_url(Method::GET, &path, HOUR).await.unwrap();
    let answer = ask("GET", down.as_str(), "");
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.ends_with("\r\n\r\nseen"), "{answer}");
    assert_eq!(get(&store, path.as_ref()).await, b"seen");
}

#[tokio::test]
async fn parts_are_sent_by_signed_addresses_too() {
    use object_store::multipart::{MultipartStore, PartId};
    let server = Server::start(&[]);
    let store = with_bucket(&server);
    let path = Path::from("k");
    let id = store.create_multipart(&path).await.unwrap();
    let mut parts = Vec::new();
    let whole = "x".repeat(5 * MIB);
    for (number, body) in [("1", whole.as_str()), ("2", "end")] {
        let options = SignedUrlOptions::new().with_query([("partNumber", number), ("uploadId", id.as_str())]);
        let address = store.signed_url_opts(Method::PUT, &path, HOUR, &options).await.unwrap();
        let answer = ask("PUT", address.as_str(), body);
        let etag =
            answer.lines().find_map(|line| line.to_lowercase().strip_prefix("etag: ").map(str::to_owned));
        parts.push(PartId { content_id: etag.unwrap_or_else(|| panic!("{answer}")) });
    }
    store.complete_multipart(&path, &id, parts).await.unwrap();
    assert_eq!(get(&store, "k").await, (whole + "end").as_bytes());
}
