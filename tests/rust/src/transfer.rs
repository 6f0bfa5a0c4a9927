//! How bytes travel: parts, checksums, presigned addresses, hosts and schemes.

use crate::clients::{get, http, noise, read, refused, s3_settings, with_bucket};
use crate::server::Server;
use aws_sdk_s3::Client;
use aws_sdk_s3::config::interceptors::BeforeTransmitInterceptorContextRef;
use aws_sdk_s3::config::{
    Builder, ConfigBag, Intercept, RequestChecksumCalculation, ResponseChecksumValidation, RuntimeComponents,
};
use aws_sdk_s3::error::BoxError;
use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_s3::types::{
    ChecksumAlgorithm, ChecksumMode, CompletedMultipartUpload, CompletedPart, Delete, ObjectIdentifier,
};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// The algorithms the SDK computes by itself.
const COMPUTED: [ChecksumAlgorithm; 5] = [
    ChecksumAlgorithm::Crc32,
    ChecksumAlgorithm::Crc32C,
    ChecksumAlgorithm::Crc64Nvme,
    ChecksumAlgorithm::Sha1,
    ChecksumAlgorithm::Sha256,
];

/// Settings that lead to a server by each scheme, and trust its authority alone.
fn both_schemes(server: &Server) -> [Builder; 2] {
    [server.endpoint().to_owned(), server.named("https")]
        .map(|endpoint| s3_settings(&endpoint).http_client(http(&server.authority())))
}

/// The SDK has no transfer manager of its own: parts are sent and fetched one by one.
#[tokio::test]
async fn parts_become_an_object_and_come_back_one_by_one() {
    let server = Server::start(&["--tls"]);
    with_bucket(&server).await;
    let content = noise(20 << 20);
    for settings in both_schemes(&server) {
        let s3 = Client::from_conf(settings.build());
        for algorithm in COMPUTED {
            in_parts(&s3, algorithm, &content).await;
        }
    }
}

async fn in_parts(s3: &Client, algorithm: ChecksumAlgorithm, content: &[u8]) {
    // Parts' checksums can be named at the end only where the upload began with their algorithm.
    let upload = s3.create_multipart_upload().bucket("bkt").key("big").checksum_algorithm(algorithm.clone());
    let upload = upload.send().await.unwrap();
    let id = upload.upload_id().unwrap();
    let mut parts = CompletedMultipartUpload::builder();
    for (number, piece) in (1..).zip(content.chunks(8 << 20)) {
        let part = s3.upload_part().bucket("bkt").key("big").upload_id(id).part_number(number);
        let part = part.checksum_algorithm(algorithm.clone()).body(piece.to_vec().into());
        let sent = part.send().await.unwrap();
        let done = CompletedPart::builder()
            .part_number(number)
            .e_tag(sent.e_tag().unwrap())
            .set_checksum_crc32(sent.checksum_crc32().map(str::to_owned))
            .set_checksum_crc32_c(sent.checksum_crc32_c().map(str::to_owned))
            .set_checksum_crc64_nvme(sent.checksum_crc64_nvme().map(str::to_owned))
            .set_checksum_sha1(sent.checksum_sha1().map(str::to_owned))
            .set_checksum_sha256(sent.checksum_sha256().map(str::to_owned))
            .build();
        let values = [
            done.checksum_crc32(),
            done.checksum_crc32_c(),
            done.checksum_crc64_nvme(),
            done.checksum_sha1(),
            done.checksum_sha256(),
        ];
        assert_eq!(values.iter().flatten().count(), 1, "{algorithm}: {done:?}");
        parts = parts.parts(done);
    }
    let complete = s3.complete_multipart_upload().bucket("bkt").key("big").upload_id(id);
    let made = complete.multipart_upload(parts.build()).send().await.unwrap();
    assert!(made.e_tag().unwrap().ends_with("-3\""), "{algorithm}");
    assert!(get(s3, "big").await == content, "{algorithm}: other bytes came back");
    let mut joined = Vec::new();
    for number in 1..=3 {
        let part = s3.get_object().bucket("bkt").key("big").part_number(number).send().await.unwrap();
        assert_eq!(part.parts_count(), Some(3));
        joined.extend(read(part.body).await);
    }
    assert!(joined == content, "{algorithm}: other bytes came back in parts");
}

/// Over https the checksum travels behind the body.
#[tokio::test]
async fn checksums_of_each_algorithm_are_checked_both_ways() {
    let server = Server::start(&["--tls"]);
    with_bucket(&server).await;
    let content = noise(100_000);
    for settings in both_schemes(&server) {
        let s3 = Client::from_conf(settings.build());
        for algorithm in COMPUTED {
            let request = s3.put_object().bucket("bkt").key("k").checksum_algorithm(algorithm.clone());
            let made = request.body(content.clone().into()).send().await.unwrap();
            let kept = s3.get_object().bucket("bkt").key("k").checksum_mode(ChecksumMode::Enabled);
            let kept = kept.send().await.unwrap();
            let values = [
                (made.checksum_crc32(), kept.checksum_crc32()),
                (made.checksum_crc32_c(), kept.checksum_crc32_c()),
                (made.checksum_crc64_nvme(), kept.checksum_crc64_nvme()),
                (made.checksum_sha1(), kept.checksum_sha1()),
                (made.checksum_sha256(), kept.checksum_sha256()),
            ];
            let said: Vec<_> = values.iter().filter(|(sent, _)| sent.is_some()).collect();
            assert_eq!(said.len(), 1, "{algorithm}");
            assert_eq!(said[0].0, said[0].1, "{algorithm}");
            // The SDK compares the checksum while it reads.
            assert!(read(kept.body).await == content, "{algorithm}: other bytes came back");
        }
    }
}

#[tokio::test]
async fn checksums_are_sent_when_supported_and_only_when_required() {
    let server = Server::start(&["--tls"]);
    with_bucket(&server).await;
    use {RequestChecksumCalculation as Request, ResponseChecksumValidation as Response};
    for (when, validated, sent) in [
        (Request::WhenSupported, Response::WhenSupported, true),
        (Request::WhenRequired, Response::WhenRequired, false),
    ] {
        for settings in both_schemes(&server) {
            let settings =
                settings.request_checksum_calculation(when).response_checksum_validation(validated);
            let s3 = Client::from_conf(settings.build());
            let request = s3.put_object().bucket("bkt").key("k").body(b"content".to_vec().into());
            assert_eq!(request.send().await.unwrap().checksum_crc32().is_some(), sent);
            assert_eq!(get(&s3, "k").await, b"content");
            // S3 requires one here whatever the setting.
            let wish = Delete::builder().objects(ObjectIdentifier::builder().key("k").build().unwrap());
            let gone = s3.delete_objects().bucket("bkt").delete(wish.build().unwrap()).send().await.unwrap();
            assert_eq!(gone.deleted().len(), 1);
        }
    }
}

#[tokio::test]
async fn wrong_checksum_is_refused_and_nothing_is_kept() {
    let server = Server::start(&[]);
    let s3 = with_bucket(&server).await;
    let of_nothing = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
    let request = s3.put_object().bucket("bkt").key("k").checksum_sha256(of_nothing);
    refused(request.body(b"content".to_vec().into()).send().await, "BadDigest", 400);
    refused(s3.get_object().bucket("bkt").key("k").send().await, "NoSuchKey", 404);
}

/// Notes which host was called.
#[derive(Clone, Debug, Default)]
struct Observer(Arc<Mutex<String>>);

impl Intercept for Observer {
    fn name(&self) -> &'static str {
        "Observer"
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _settings: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        *self.0.lock().unwrap() = context.request().uri().to_owned();
        Ok(())
    }
}

#[tokio::test]
async fn buckets_are_reached_by_path_and_by_host() {
    let server = Server::start(&["--tls"]);
    let content = noise(100_000);
    for (bucket, endpoint, host, in_path) in [
        ("address", server.endpoint().to_owned(), "//127.0.0.1:", false), // the SDK takes the path by itself
        ("path", server.named("http"), "//localhost:", true),
        ("host", server.named("http"), "//host.localhost:", false),
        ("secure-path", server.named("https"), "//localhost:", true),
        ("secure-host", server.named("https"), "//secure-host.localhost:", false),
    ] {
        let observer = Observer::default();
        let settings = s3_settings(&endpoint).http_client(http(&server.authority()));
        let s3 = Client::from_conf(settings.force_path_style(in_path).interceptor(observer.clone()).build());
        s3.create_bucket().bucket(bucket).send().await.unwrap();
        let request = s3.put_object().bucket(bucket).key("dir/key").body(content.clone().into());
        request.send().await.unwrap();
        let kept = s3.get_object().bucket(bucket).key("dir/key").send().await.unwrap();
        assert!(read(kept.body).await == content, "{bucket}: other bytes came back");
        let called = observer.0.lock().unwrap().clone();
        assert!(called.contains(host), "{bucket}: {called}");
        let list = s3.list_objects_v2().bucket(bucket).send().await.unwrap();
        assert_eq!(list.contents()[0].key(), Some("dir/key"));
    }
}

#[tokio::test]
async fn presigned_addresses_need_no_keys() {
    let server = Server::start(&[]);
    let s3 = with_bucket(&server).await;
    let hour = || PresigningConfig::expires_in(Duration::from_secs(3600)).unwrap();
    let up = s3.put_object().bucket("bkt").key("é k").presigned(hour()).await.unwrap();
    assert!(ask("PUT", up.uri(), "seen").starts_with("HTTP/1.1 200 "));
    let down = s3.get_object().bucket("bkt").key("é k").presigned(hour()).await.unwrap();
    let answer = ask("GET", down.uri(), "");
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.ends_with("\r\n\r\nseen"), "{answer}");
}

/// The whole answer to a request with nothing but its address, written out to keep another HTTP client away.
fn ask(method: &str, address: &str, body: &str) -> String {
    let (host, target) = address.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let mut connection = TcpStream::connect(host).unwrap();
    let head = format!("{method} /{target} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n");
    write!(connection, "{head}content-length: {}\r\n\r\n{body}", body.len()).unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).unwrap();
    answer
}
