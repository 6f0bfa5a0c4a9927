//! Access logs: lines in, objects out.

use crate::configuration::record;
use crate::error::Configuration;
use crate::tests::{NoKeys, NoNames, NoPlaces, bucket_id, filled};
use base::AccountId;
use http::{HeaderMap, Method, StatusCode, Version};
use ports::{AccessLog, Answered, Caller, Cx, Request};
use serde_json::{Value, json};
use shapes_s3 as api;
use std::sync::{Arc, LazyLock};
use store::StoreError;
use testkit::Local;
use wire::Head;

struct Bench {
    s3: Local,
    log: Arc<dyn AccessLog>,
}

/// A world with the buckets `bkt`, which is logged, and `logs`.
fn logged(enabled: &Value) -> Bench {
    let mut log = None;
    let s3 = Local::new(|registry| {
        log = Some(
            crate::install(registry, Arc::new(NoKeys), Arc::new(NoNames), Arc::new(NoPlaces)).access_log,
        );
    });
    for name in ["bkt", "logs"] {
        s3.call::<api::CreateBucket>(filled(&json!({"Bucket": name}))).unwrap();
    }
    let id = bucket_id(&s3, "bkt");
    let status: api::BucketLoggingStatus = filled(&json!({ "LoggingEnabled": enabled }));
    let cx = root(&s3);
    cx.write(|tx| {
        record::put(tx, &id, Configuration::Logging, &status);
        Ok::<_, StoreError>(())
    })
    .unwrap();
    Bench { s3, log: log.unwrap() }
}

fn root(s3: &Local) -> Cx {
    s3.cx(Caller::root(AccountId::DEFAULT, None), "us-east-1")
}

impl Bench {
    /// Notes one read of `k` in the bucket.
    fn read(&self, bucket: &str) {
        let mut head = Head::new(Method::GET, "/bkt/k");
        head.query = Some("versionId=null".to_owned());
        head.headers.insert("user-agent", "a \"b\"".parse().unwrap());
        head.headers.insert("authorization", "AWS4-HMAC-SHA256 …".parse().unwrap());
        let caller = Caller::root(AccountId::DEFAULT, None);
        self.note(caller, head, &Answered { bucket, ..answered("GetObject", "k") });
    }

    fn note(&self, caller: Caller, head: Head, answered: &Answered<'_>) {
        let cx = root(&self.s3);
        let request = Request {
            caller,
            scope: cx.scope().clone(),
            now: cx.now(),
            id: "REQUEST".to_owned(),
            peer: cx.peer(),
            head: Arc::new(head),
        };
        self.log.note(&cx.within(request), answered);
    }

    /// The log's objects: keys and contents.
    fn written(&self) -> Vec<(String, String)> {
        self.s3.settle();
        let listed = self.s3.call::<api::ListObjectsV2>(filled(&json!({"Bucket": "logs"}))).unwrap();
        let keys = listed.contents.into_iter().flatten().map(|object| object.key.unwrap());
        let read = |key: &str| {
            let input = filled(&json!({"Bucket": "logs", "Key": key}));
            self.s3.stream_with::<api::GetObject>(&root(&self.s3), input, &[]).unwrap().1
        };
        keys.map(|key| (key.clone(), String::from_utf8(read(&key).to_vec()).unwrap())).collect()
    }
}

/// An answer of three bytes about the bucket `bkt`.
fn answered<'a>(operation: &'static str, key: &'a str) -> Answered<'a> {
    static NO_HEADERS: LazyLock<HeaderMap> = LazyLock::new(HeaderMap::new);
    Answered {
        bucket: "bkt",
        key: Some(key).filter(|key| !key.is_empty()),
        operation,
        version: Version::HTTP_11,
        status: StatusCode::OK,
        headers: &NO_HEADERS,
        code: None,
        sent_bytes: 3,
        took_millis: 7,
        host_id: "HOST",
    }
}

/// Times stand as recorded lines have them: the second one only where an object was sent.
#[test]
fn browsers_and_strangers_have_lines_of_their_own() {
    let refused = Answered {
        status: StatusCode::FORBIDDEN,
        code: Some("SignatureDoesNotMatch"),
        ..answered("GetObject", "k")
    };
    let preflight = Answered { sent_bytes: 0, ..answered("Preflight", "k") };
    let missing =
        Answered { status: StatusCode::NOT_FOUND, code: Some("NoSuchKey"), ..answered("Website", "k") };
    for (method, answered, want) in [
        (Method::OPTIONS, preflight, "REST.OPTIONS.PREFLIGHT k \"OPTIONS / HTTP/1.1\" 200 - - - 7 - "),
        (
            Method::GET,
            answered("Website", "index.html"),
            "WEBSITE.GET.OBJECT index.html \"GET / HTTP/1.1\" 200 - 3 3 7 7 ",
        ),
        (Method::GET, missing, "WEBSITE.GET.OBJECT k \"GET / HTTP/1.1\" 404 NoSuchKey 3 - 7 - "),
        (Method::GET, refused, "REST.GET.OBJECT k \"GET / HTTP/1.1\" 403 SignatureDoesNotMatch 3 - 7 - "),
    ] {
        let bench = logged(&json!({"TargetBucket": "logs", "TargetPrefix": "p/"}));
        bench.note(Caller::anonymous(), Head::new(method, "/"), &answered);
        let line = bench.written().remove(0).1;
        assert!(line.contains(&format!(" 127.0.0.1 - REQUEST {want}")), "{line}");
    }
}

#[test]
fn a_line_has_the_fields_of_the_format() {
    let bench = logged(&json!({"TargetBucket": "logs", "TargetPrefix": "p/"}));
    bench.read("bkt");
    bench.read("logs");
    bench.read("nowhere");
    let written = bench.written();
    assert_eq!(written.len(), 1);
    let (key, content) = &written[0];
    assert!(key.starts_with("p/2026-01-01-12-00-00-") && key.len() == 2 + 19 + 1 + 16, "{key}");
    let owner = crate::owner::canonical_id(AccountId::DEFAULT);
    assert_eq!(
        content,
        &format!(
            "{owner} bkt [01/Jan/2026:12:00:00 +0000] 127.0.0.1 {owner} REQUEST REST.GET.OBJECT k \
             \"GET /bkt/k?versionId=null HTTP/1.1\" 200 - 3 3 7 7 \"-\" \"a %22b%22\" - HOST SigV4 - AuthHeader localhost - - -\n"
        )
    );
}

#[test]
fn lines_are_written_in_batches_under_the_keys_that_are_asked_for() {
    let partitioned = |source: &str| {
        json!({"TargetBucket": "logs", "TargetPrefix": "p/",
            "TargetObjectKeyFormat": {"PartitionedPrefix": {"PartitionDateSource": source}}})
    };
    let simple =
        json!({"TargetBucket": "logs", "TargetPrefix": "", "TargetObjectKeyFormat": {"SimplePrefix": {}}});
    let place = "p/000000000000/us-east-1/bkt/2026/01";
    for (enabled, keys) in [
        (simple, vec!["2026-01-02-12-00-00-".to_owned()]),
        (partitioned("DeliveryTime"), vec![format!("{place}/02/2026-01-02-12-00-00-")]),
        (
            partitioned("EventTime"),
            vec![format!("{place}/01/2026-01-01-00-00-00-"), format!("{place}/02/2026-01-02-00-00-00-")],
        ),
    ] {
        let bench = logged(&enabled);
        bench.read("bkt");
        bench.s3.advance(86_400_000);
        bench.read("bkt");
        let written = bench.written();
        let lines: usize = written.iter().map(|(_, content)| content.lines().count()).sum();
        assert_eq!((written.len(), lines), (keys.len(), 2), "{enabled}");
        for ((key, _), want) in written.iter().zip(keys) {
            assert!(key.starts_with(&want), "{key} {want}");
        }
        // What is written is not written again.
        assert_eq!(bench.written().len(), written.len());
    }
}

#[test]
fn a_host_with_spaces_is_one_field() {
    let bench = logged(&json!({"TargetBucket": "logs", "TargetPrefix": "p/"}));
    let mut head = Head::new(Method::GET, "/bkt/k");
    head.host = "a.example - \"b".to_owned();
    bench.note(Caller::anonymous(), head, &answered("GetObject", "k"));
    let line = bench.written().remove(0).1;
    assert!(line.ends_with(" HOST - - - a.example%20-%20%22b - - -\n"), "{line}");
}
