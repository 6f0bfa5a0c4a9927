//! The store's account against the disk.

use serde_json::Value;
use std::path::Path;
use testkit::{Client, Server};

/// A server with a bucket of either kind.
pub(super) fn start() -> Server {
    let server = Server::start();
    let s3 = server.client("s3");
    for bucket in ["/plain", "/versioned"] {
        s3.request("PUT", bucket).send().ok();
    }
    let enabled = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
    s3.request("PUT", "/versioned?versioning").body(enabled).send().ok();
    server
}

/// Ends what is left open, compacts, and holds the account against the disk; then once more after a kill, when the
/// account comes from the rows alone.
pub(super) fn balance(server: &mut Server) {
    let s3 = server.client("s3");
    abort_all(&s3);
    let space = compacted(server);
    on_disk(server, &space);
    server.restart();
    let again = compacted(server);
    assert_eq!(again["usage"], space["usage"], "what was counted is what the rows name");
    on_disk(server, &again);
    eprintln!("on the disk: {space}");
}

/// Deletes everything, and nothing is left.
pub(super) fn empty(server: &Server) {
    let s3 = server.client("s3");
    loop {
        let page = s3.request("GET", "/plain?list-type=2").send().ok();
        let keys = page.texts("Contents.Key");
        if keys.is_empty() {
            break;
        }
        for key in keys {
            s3.request("DELETE", &format!("/plain/{key}")).send().ok();
        }
    }
    loop {
        let page = s3.request("GET", "/versioned?versions").send().ok();
        let mut versions: Vec<(String, String)> = Vec::new();
        for kind in ["Version", "DeleteMarker"] {
            let keys = page.texts(&format!("{kind}.Key"));
            versions.extend(keys.into_iter().zip(page.texts(&format!("{kind}.VersionId"))));
        }
        if versions.is_empty() {
            break;
        }
        for (key, id) in versions {
            s3.request("DELETE", &format!("/versioned/{key}?versionId={id}")).send().ok();
        }
    }
    let space = compacted(server);
    for name in ["live_records", "live_bytes", "files", "file_bytes"] {
        assert_eq!(space["usage"][name], 0, "{space}");
    }
    on_disk(server, &space);
}

fn abort_all(s3: &Client) {
    loop {
        let page = s3.request("GET", "/plain?uploads").send().ok();
        let uploads = page.texts("Upload.UploadId");
        if uploads.is_empty() {
            return;
        }
        for (key, upload) in page.texts("Upload.Key").iter().zip(uploads) {
            s3.request("DELETE", &format!("/plain/{key}?uploadId={upload}")).send().ok();
        }
    }
}

/// The account once everything dead was given back.
fn compacted(server: &Server) -> Value {
    server.page("POST", "/_angae/compact", &Value::Null)["after"].clone()
}

/// Every byte below the data folder's `blobs` is in the account, and every byte of the account is there.
fn on_disk(server: &Server, space: &Value) {
    assert_eq!(space["dead_bytes"], 0, "{space}");
    let blobs = server.folder().join("blobs");
    let usage = |name: &str| space["usage"][name].as_u64().expect("the account has numbers");
    let (segments, segment_bytes) = below(&blobs.join("segments"));
    assert_eq!((segments, segment_bytes), (usage("segments"), space["segment_bytes"].as_u64().unwrap_or(0)));
    // A segment and a record have a header of 16 bytes each.
    assert_eq!(segment_bytes, 16 * segments + 16 * usage("live_records") + usage("live_bytes"));
    assert_eq!(below(&blobs.join("files")), (usage("files"), usage("file_bytes")));
    let integrity = server.page("GET", "/_angae/integrity", &Value::Null);
    assert_eq!(
        (&integrity["ok"], &integrity["orphans"]),
        (&Value::from(true), &Value::from(0)),
        "{integrity}"
    );
    // No record without a row, and no row without a record or file.
    assert_eq!(integrity["records"], usage("live_records"), "{integrity}");
    assert_eq!(integrity["blobs"], usage("live_records") + usage("files"), "{integrity}");
    let metrics = server.client("angae").anonymous().request("GET", "/_angae/metrics").send().ok();
    for (name, value) in
        [("live_bytes", usage("live_bytes")), ("segment_bytes", segment_bytes), ("dead_bytes", 0)]
    {
        let line = format!("\nangae_blob_{name} {value}\n");
        assert!(metrics.body_text().contains(&line), "{line}");
    }
}

/// How many files lie below a folder, and their bytes.
fn below(folder: &Path) -> (u64, u64) {
    let mut found = (0, 0);
    for entry in std::fs::read_dir(folder).expect("the folder can be read") {
        let entry = entry.expect("the folder can be read");
        let metadata = entry.metadata().expect("nobody deletes it now");
        let (files, bytes) = if metadata.is_dir() { below(&entry.path()) } else { (1, metadata.len()) };
        found = (found.0 + files, found.1 + bytes);
    }
    found
}
