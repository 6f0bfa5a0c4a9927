//! A world as one file: what goes out on one machine comes in on another, whole or not at all.

use crate::content;
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::TcpStream;
use testkit::{Client, Options, Server};

/// The key of SSE-C, and its MD5, in base64.
const SSE_C: [(&str, &str); 3] = [
    ("x-amz-server-side-encryption-customer-algorithm", "AES256"),
    ("x-amz-server-side-encryption-customer-key", "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="),
    ("x-amz-server-side-encryption-customer-key-md5", "hRasmdxgYDKV3nvbahU1MA=="),
];

#[track_caller]
fn put(s3: &Client, target: &str, body: &[u8], headers: &[(&str, &str)]) -> testkit::Answer {
    let request =
        headers.iter().fold(s3.request("PUT", target), |request, (name, value)| request.header(name, value));
    request.body(body).send().ok()
}

#[track_caller]
fn get(s3: &Client, target: &str, headers: &[(&str, &str)]) -> Vec<u8> {
    let request =
        headers.iter().fold(s3.request("GET", target), |request, (name, value)| request.header(name, value));
    request.send().ok().body.to_vec()
}

/// A world with a little of everything.
struct Furnished {
    vpc: String,
    versions: Vec<String>,
    upload: String,
}

fn furnish(server: &Server) -> Furnished {
    let ec2 = server.client("ec2");
    let vpc = ec2.call("CreateVpc", &json!({ "CidrBlock": "10.0.0.0/16" })).ok().text("vpc.vpcId");
    server.client("iam").call("CreateUser", &json!({ "UserName": "anna" })).ok();
    let s3 = server.client("s3");
    put(&s3, "/photos", b"", &[]);
    put(&s3, "/photos/small", b"small", &[]);
    put(&s3, "/photos/empty", b"", &[]);
    put(&s3, "/photos/large", &content(1, 3_000_000), &[]);
    put(&s3, "/photos/twin", b"", &[("x-amz-copy-source", "/photos/large")]);
    put(&s3, "/photos/tiny-twin", b"", &[("x-amz-copy-source", "/photos/small")]);
    put(&s3, "/photos/sealed", &content(2, 70_000), &SSE_C);
    put(&s3, "/photos/small?annotation&annotationName=note", b"an annotation", &[]);
    put(&s3, "/versions", b"", &[]);
    let on = b"<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
    put(&s3, "/versions?versioning", on, &[]);
    let versions = (0..3).map(|n| {
        let answer = put(&s3, "/versions/key", &content(10 + n, 400_000), &[]);
        answer.header("x-amz-version-id").expect("versions are on").to_owned()
    });
    let versions = versions.collect();
    s3.request("DELETE", "/versions/key").send().ok();
    let begun = s3.request("POST", "/photos/assembled?uploads").send().ok().text("UploadId");
    let mut document = String::from("<CompleteMultipartUpload>");
    for (number, size) in [(1, 5 * 1024 * 1024), (2, 1000)] {
        let part = format!("/photos/assembled?partNumber={number}&uploadId={begun}");
        let answer = put(&s3, &part, &content(20 + number, size), &[]);
        let e_tag = answer.header("etag").unwrap_or_default();
        document += &format!("<Part><PartNumber>{number}</PartNumber><ETag>{e_tag}</ETag></Part>");
    }
    document += "</CompleteMultipartUpload>";
    s3.request("POST", &format!("/photos/assembled?uploadId={begun}")).body(document).send().ok();
    let upload = s3.request("POST", "/photos/unfinished?uploads").send().ok().text("UploadId");
    put(&s3, &format!("/photos/unfinished?partNumber=1&uploadId={upload}"), &content(30, 500_000), &[]);
    Furnished { vpc, versions, upload }
}

/// Everything of it is there, in the world `world`.
#[track_caller]
fn is_furnished(server: &Server, world: &str, furnished: &Furnished) {
    let client = |service: &str| server.client(service).world(world);
    client("ec2").call("DescribeVpcs", &json!({ "VpcId": [furnished.vpc] })).ok();
    client("iam").call("GetUser", &json!({ "UserName": "anna" })).ok();
    let s3 = client("s3");
    assert_eq!(get(&s3, "/photos/small", &[]), b"small");
    assert_eq!(get(&s3, "/photos/tiny-twin", &[]), b"small");
    assert_eq!(get(&s3, "/photos/empty", &[]), b"");
    for key in ["large", "twin"] {
        assert!(get(&s3, &format!("/photos/{key}"), &[]) == content(1, 3_000_000), "{key}");
    }
    assert!(get(&s3, "/photos/sealed", &SSE_C) == content(2, 70_000), "the same key opens it");
    assert_eq!(s3.request("GET", "/photos/sealed").send().status, 400, "no key does not");
    assert_eq!(get(&s3, "/photos/small?annotation&annotationName=note", &[]), b"an annotation");
    for (n, version) in (0..).zip(&furnished.versions) {
        assert!(get(&s3, &format!("/versions/key?versionId={version}"), &[]) == content(10 + n, 400_000));
    }
    s3.request("GET", "/versions/key").send().refused(404, "NoSuchKey", "The specified key does not exist.");
    let assembled = [content(21, 5 * 1024 * 1024), content(22, 1000)].concat();
    assert!(get(&s3, "/photos/assembled", &[]) == assembled);
    assert!(get(&s3, "/photos/assembled?partNumber=2", &[]) == content(22, 1000), "parts are still parts");
    let parts = s3.request("GET", &format!("/photos/unfinished?uploadId={}", furnished.upload)).send().ok();
    assert_eq!(parts.text("Part.Size"), "500000");
}

#[track_caller]
fn is_sound(server: &Server) {
    let integrity = server.page("GET", "/_angae/integrity", &Value::Null);
    assert_eq!((&integrity["ok"], &integrity["orphans"]), (&json!(true), &json!(0)), "{integrity}");
}

/// No byte is kept that no row names.
#[track_caller]
fn wastes_nothing(server: &Server) {
    let after = &server.page("POST", "/_angae/compact", &json!({}))["after"];
    assert_eq!(after["dead_bytes"], 0, "{after}");
    is_sound(server);
}

#[test]
fn a_world_moves_to_another_machine_with_all_its_bytes() {
    let from = Server::start();
    let furnished = furnish(&from);
    let state = from.export();
    assert_eq!(from.export(), state, "nothing changed, so nothing differs");
    // Equal seeds: what the other draws from here on is nonetheless not what the first has drawn.
    let mut to = Server::start();
    to.client("s3").request("PUT", "/gone").send().ok();
    put(&to.client("s3"), "/gone/object", &content(5, 400_000), &[]);
    let answer = to.import("main", &state).ok().tree();
    assert_eq!(answer["message"], "the state of the world \"main\" is the imported one");
    is_furnished(&to, "main", &furnished);
    to.client("s3").request("GET", "/gone/object").send().refused(
        404,
        "NoSuchBucket",
        "The specified bucket does not exist",
    );
    wastes_nothing(&to);
    assert!(to.export() == state, "it is the same world");
    let made =
        to.client("ec2").call("CreateVpc", &json!({ "CidrBlock": "10.0.0.0/16" })).ok().text("vpc.vpcId");
    assert_ne!(made, furnished.vpc);
    to.restart();
    is_furnished(&to, "main", &furnished);
    // What is deleted there goes for good, shared or not.
    let s3 = to.client("s3");
    for key in ["small", "large", "tiny-twin", "twin", "sealed", "assembled", "empty"] {
        s3.request("DELETE", &format!("/photos/{key}")).send().ok();
    }
    s3.request("DELETE", &format!("/photos/unfinished?uploadId={}", furnished.upload)).send().ok();
    for version in &furnished.versions {
        s3.request("DELETE", &format!("/versions/key?versionId={version}")).send().ok();
    }
    let after = &to.page("POST", "/_angae/compact", &json!({}))["after"];
    assert_eq!(
        (&after["usage"]["live_bytes"], &after["usage"]["file_bytes"]),
        (&json!(0), &json!(0)),
        "{after}"
    );
}

/// Bytes of the objects of a large world, where `ANGAE_KILL_ROUNDS` says nothing and where it asks for the long form.
const LARGE: [usize; 2] = [128 << 20, 1 << 30];
/// Bytes of each of them.
const OBJECT: usize = 16 << 20;
/// More memory than this for a state that goes out or comes in is not flat, in KiB.
const FLAT_KIB: u64 = 32 * 1024;

#[test]
#[expect(clippy::disallowed_methods, reason = "the length of the proof is chosen by who runs it")]
fn a_large_world_passes_by_in_flat_memory() {
    let size = LARGE[usize::from(std::env::var("ANGAE_KILL_ROUNDS").is_ok())];
    let (from, to) = (Server::start(), Server::start());
    let s3 = from.client("s3");
    put(&s3, "/photos", b"", &[]);
    let mut object = content(1, OBJECT);
    for n in 0..size / OBJECT {
        object[..8].copy_from_slice(&n.to_le_bytes());
        put(&s3, &format!("/photos/{n}"), &object, &[]);
    }
    let folder = tempfile::tempdir().expect("the temporary folder can be written");
    let file = folder.path().join("world.angae");
    let file = file.to_str().expect("its name is plain");
    let before = (from.peak_kib(), to.peak_kib());
    for (server, action) in [(&from, "export"), (&to, "import")] {
        let ended = server.run(&["state", action, file], b"");
        assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    }
    assert!(get(&to.client("s3"), &format!("/photos/{}", size / OBJECT - 1), &[]) == object);
    for (what, before, after) in [("export", before.0, from.peak_kib()), ("import", before.1, to.peak_kib())]
    {
        let (Some(before), Some(after)) = (before, after) else { continue };
        eprintln!("{what} of {} MiB: {} KiB more memory", size >> 20, after - before);
        assert!(after - before < FLAT_KIB, "{what}: {before} KiB before, {after} KiB after");
    }
}

#[test]
fn a_fork_is_exported_and_takes_a_state_in_without_a_trace_in_main() {
    let server = Server::start();
    let furnished = furnish(&server);
    let state = server.export();
    server.fork("one");
    let s3 = server.client("s3").world("one");
    put(&s3, "/photos/own", &content(40, 300_000), &[]);
    let forked =
        server.client("angae").world("one").anonymous().request("GET", "/_angae/state").send().ok().body;
    assert!(forked != state);
    server.fork("two");
    server.import("two", &forked).ok();
    is_furnished(&server, "two", &furnished);
    assert!(get(&server.client("s3").world("two"), "/photos/own", &[]) == content(40, 300_000));
    for name in ["one", "two"] {
        server.client("angae").request("DELETE", &format!("/_angae/worlds/{name}")).send().ok();
    }
    assert!(server.export() == state, "main has what it had");
    is_furnished(&server, "main", &furnished);
    wastes_nothing(&server);
    // And back: what a fork was becomes main.
    server.import("main", &forked).ok();
    assert!(get(&server.client("s3"), "/photos/own", &[]) == content(40, 300_000));
    wastes_nothing(&server);
}

#[test]
fn what_is_written_while_a_state_goes_out_is_not_in_it_and_what_is_deleted_is() {
    let server = Server::start();
    let s3 = server.client("s3");
    put(&s3, "/photos", b"", &[]);
    for n in 0..40 {
        put(&s3, &format!("/photos/{n:02}"), &content(n, 700_000), &[]);
    }
    let state = server.export();
    // Far more than the sockets hold: the export stands still after its first bytes, in the middle of the world.
    let mut reader = TcpStream::connect(server.address()).expect("it listens");
    reader
        .write_all(b"GET /_angae/state HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")
        .expect("it is sent");
    let mut first = [0; 1000];
    reader.read_exact(&mut first).expect("it begins");
    for n in 0..40 {
        if n % 2 == 0 {
            s3.request("DELETE", &format!("/photos/{n:02}")).send().ok();
        } else {
            put(&s3, &format!("/photos/{n:02}"), b"after", &[]);
        }
    }
    server.page("POST", "/_angae/compact", &json!({}));
    let mut answer = first.to_vec();
    reader.read_to_end(&mut answer).expect("it comes to its end");
    assert!(unchunked(&answer) == state, "it is the world of the moment it began");
    assert_eq!(get(&s3, "/photos/01", &[]), b"after");
    let other = Server::start();
    other.import("main", &state).ok();
    assert!(get(&other.client("s3"), "/photos/38", &[]) == content(38, 700_000));
    // The reader is gone, and what it kept with it.
    wastes_nothing(&server);
}

/// The body of an answer in chunks.
fn unchunked(answer: &[u8]) -> Vec<u8> {
    let find = |bytes: &[u8], what: &[u8]| bytes.windows(what.len()).position(|window| window == what);
    let mut rest = &answer[find(answer, b"\r\n\r\n").expect("there is a head") + 4..];
    let mut body = Vec::new();
    loop {
        let line = find(rest, b"\r\n").expect("a chunk has a length");
        let length =
            std::str::from_utf8(&rest[..line]).ok().and_then(|text| usize::from_str_radix(text, 16).ok());
        let length = length.expect("it is hexadecimal");
        if length == 0 {
            return body;
        }
        body.extend_from_slice(&rest[line + 2..line + 2 + length]);
        rest = &rest[line + 2 + length + 2..];
    }
}

#[test]
fn a_state_that_is_no_whole_one_is_refused_and_changes_nothing() {
    let server = Server::start();
    let furnished = furnish(&server);
    let state = server.export();
    let mut damaged = state.clone();
    // In the middle of the bytes of some object.
    damaged[state.len() / 2] ^= 1;
    let newer = [b"{\"angae\":3,", state.strip_prefix(b"{\"angae\":2,").expect("it has a header")].concat();
    for (what, file, says) in [
        ("nothing", &[][..], "it is empty"),
        ("foreign", &content(1, 100_000), "it does not begin as an exported state does"),
        ("cut off", &state[..state.len() / 2], "it ends before its last line: it was cut off"),
        ("damaged", &damaged, "their checksum is another"),
        ("newer", &newer, "its format is 3, this angae reads 2 and 1"),
        ("longer", &[&state[..], b"more"].concat(), "something follows its last line"),
    ] {
        let answer = server.import("main", file);
        let sentence = answer.tree()["error"].as_str().unwrap_or_default().to_owned();
        assert_eq!(answer.status, 400, "{what}: {sentence}");
        assert!(sentence.contains(says) && sentence.ends_with("; nothing was changed"), "{what}: {sentence}");
    }
    is_furnished(&server, "main", &furnished);
    assert!(server.export() == state);
    wastes_nothing(&server);
}

#[test]
fn a_client_that_goes_away_in_the_middle_of_a_state_leaves_nothing_behind() {
    let server = Server::start();
    let furnished = furnish(&server);
    let (before, state) = (server.export(), [server.export(), content(3, 10)].concat());
    let mut sender = TcpStream::connect(server.address()).expect("it listens");
    let head =
        format!("POST /_angae/state HTTP/1.1\r\nhost: localhost\r\ncontent-length: {}\r\n\r\n", state.len());
    sender.write_all(head.as_bytes()).expect("it is sent");
    sender.write_all(&state[..state.len() - 500_000]).expect("it is sent");
    // With its end the server has read everything before it; what it answers is the refusal.
    sender.shutdown(std::net::Shutdown::Write).expect("it is open");
    let mut answer = Vec::new();
    let _cut = sender.read_to_end(&mut answer);
    is_furnished(&server, "main", &furnished);
    assert!(server.export() == before);
    // Nobody is told when the last of it is gone: it is looked for until it is.
    let orphans = || server.page("GET", "/_angae/integrity", &Value::Null)["orphans"].clone();
    assert!((0..1000).any(|_| orphans() == 0), "{}", orphans());
}

#[test]
fn a_kill_in_the_middle_of_an_import_leaves_the_old_state_or_the_new_one() {
    let other = Server::start_with(Options::default().seed(2));
    let furnished = furnish(&other);
    let new = other.export();
    drop(other);
    let mut server = Server::start();
    put(&server.client("s3"), "/old", b"", &[]);
    put(&server.client("s3"), "/old/object", &content(7, 500_000), &[]);
    let old = server.export();
    // The kill meets the import after so many bytes; at the last, while it commits or after.
    for share in [0, 3, 6, 9, 10, 10, 10] {
        let address = server.address();
        let sent = new.len() / 10 * share + if share == 10 { new.len() % 10 } else { 0 };
        let mut sender = TcpStream::connect(address).expect("it listens");
        let head = format!(
            "POST /_angae/state HTTP/1.1\r\nhost: localhost\r\ncontent-length: {}\r\n\r\n",
            new.len()
        );
        sender.write_all(head.as_bytes()).expect("it is sent");
        sender.write_all(&new[..sent]).expect("it is sent");
        server.kill();
        crate::durability::database_is_sound(&server);
        server.restart();
        let is = server.export();
        if is == new {
            is_furnished(&server, "main", &furnished);
            server.import("main", &old).ok();
        } else {
            assert!(is == old, "{share}: it is neither the one nor the other");
            assert!(get(&server.client("s3"), "/old/object", &[]) == content(7, 500_000));
        }
        wastes_nothing(&server);
    }
    server.import("main", &new).ok();
    server.kill();
    server.restart();
    assert!(server.export() == new, "what was answered is there");
    is_furnished(&server, "main", &furnished);
}

#[test]
fn the_command_line_saves_and_loads_a_state() {
    let server = Server::start();
    let furnished = furnish(&server);
    let state = server.export();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let piped = server.run(&["state", "export"], b"");
    assert!(piped.status.success() && piped.stdout == state, "{}", text(&piped.stderr));
    assert!(text(&piped.stderr).contains(&format!("are in standard output, {} bytes", state.len())));
    let saved = server.run(&["state", "export", "world.angae", "--json"], b"");
    let said: Value = serde_json::from_slice(&saved.stdout).expect("it is JSON");
    assert_eq!((&said["file"], &said["bytes"]), (&json!("world.angae"), &json!(state.len())));
    assert!(said["rows"].as_u64() > Some(20) && said["blobs"].as_u64() > Some(8), "{said}");
    assert!(std::fs::read(server.folder().join("world.angae")).expect("it is there") == state);
    server.page("POST", "/_angae/reset", &json!({}));
    let loaded = server.run(&["state", "import", "world.angae"], b"");
    assert_eq!(
        text(&loaded.stdout),
        "the state of the world \"main\" is the imported one\n",
        "{}",
        text(&loaded.stderr)
    );
    is_furnished(&server, "main", &furnished);
    server.fork("ci");
    server.page("POST", "/_angae/reset", &json!({}));
    let loaded = server.run(&["state", "import", "--world", "ci", "--json"], &state);
    let answer: Value = serde_json::from_slice(&loaded.stdout).expect("it is JSON");
    assert_eq!((&answer["rows"], &answer["blobs"]), (&said["rows"], &said["blobs"]), "{answer}");
    is_furnished(&server, "ci", &furnished);
    for (input, says) in
        [(&state[..1_000_000], "it was cut off"), (b"hello", "does not begin as an exported state does")]
    {
        let refused = server.run(&["state", "import"], input);
        let sentence = text(&refused.stderr);
        assert_eq!((refused.status.code(), sentence.lines().count()), (Some(2), 1), "{sentence}");
        assert!(sentence.contains(says), "{sentence}");
    }
}
