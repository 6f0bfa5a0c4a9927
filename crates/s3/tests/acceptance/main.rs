//! S3, as a client sees it: what an answer says and what is refused, members beside the sentence included. Nothing
//! here knows the crate under test; another implementation at the endpoint would be judged by the same words.

mod access;
mod annotation;
mod archive;
mod bucket;
mod concurrency;
mod copy;
mod encryption;
mod listing;
mod object;
mod payment;
mod refusal;
mod tagging;
mod upload;
mod version;
mod version_model;

use testkit::{Answer, Client, Golden, Server};

/// Recorded answers of a scenario.
fn golden(name: &str) -> Golden {
    Golden::new(name)
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

/// Holds a refusal against status, code, sentence and every member beside them.
#[track_caller]
fn refused(answer: &Answer, status: u16, code: &str, message: &str, members: &[(&str, &str)]) {
    let refusal = answer.refused(status, code, message);
    let found: Vec<(&str, &str)> =
        refusal.members.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let mut wanted = members.to_vec();
    wanted.sort_unstable();
    assert_eq!(found, wanted, "{code}");
}

/// `NoSuchKey` of that key.
#[track_caller]
fn no_such_key(answer: &Answer, key: &str) {
    refused(answer, 404, "NoSuchKey", "The specified key does not exist.", &[("Key", key)]);
}

/// `InvalidArgument` of that argument, whose value is not repeated.
#[track_caller]
fn invalid_argument(answer: &Answer, name: &str, sentence: &str) {
    refused(answer, 400, "InvalidArgument", sentence, &[("ArgumentName", name)]);
}

/// `InvalidRequest`, which has no members.
#[track_caller]
fn invalid_request(answer: &Answer, sentence: &str) {
    refused(answer, 400, "InvalidRequest", sentence, &[]);
}

const MALFORMED_XML: &str =
    "The XML you provided was not well-formed or did not validate against our published schema";

/// Switches versioning of `photos`.
#[track_caller]
fn versioning(s3: &Client, status: &str) {
    let body = format!("<VersioningConfiguration><Status>{status}</Status></VersioningConfiguration>");
    put(s3, "/photos?versioning", body.as_bytes()).ok();
}
