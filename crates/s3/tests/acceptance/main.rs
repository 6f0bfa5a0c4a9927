//! S3, as a client sees it: what an answer says and what is refused, members beside the sentence included. Nothing
//! here knows the crate under test; another implementation at the endpoint would be judged by the same words.

mod bucket;
mod copy;
mod listing;
mod object;
mod refusal;
mod tagging;
mod upload;
mod version;

use testkit::{Answer, Client, Golden, Server};

/// Recorded answers of a scenario.
fn golden(name: &str) -> Golden {
    Golden::new(env!("CARGO_MANIFEST_DIR"), name)
}

/// A server, its S3, and the bucket `photos`.
fn start() -> (Server, Client) {
    let server = Server::start();
    let s3 = server.client("s3");
    put(&s3, "/photos", b"").ok();
    (server, s3)
}

fn put(s3: &Client, target: &str, body: &[u8]) -> Answer {
    s3.request("PUT", target).body(body).send()
}

fn get(s3: &Client, target: &str) -> Answer {
    s3.request("GET", target).send()
}

fn delete(s3: &Client, target: &str) -> Answer {
    s3.request("DELETE", target).send()
}

const MALFORMED_XML: &str =
    "The XML you provided was not well-formed or did not validate against our published schema";

/// Switches versioning of `photos`.
#[track_caller]
fn versioning(s3: &Client, status: &str) {
    let body = format!("<VersioningConfiguration><Status>{status}</Status></VersioningConfiguration>");
    put(s3, "/photos?versioning", body.as_bytes()).ok();
}
