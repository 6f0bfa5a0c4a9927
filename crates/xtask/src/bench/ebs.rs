//! `cargo xtask bench ebs`: blocks of a snapshot, written and read, each held against its SHA-256 by the server.

use super::calls::Site;
use super::load;
use super::report::Row;
use super::request::Message;
use super::server::{Server, folder};
use anyhow::{Context, Result};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use http::Method;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::path::Path;
use wire::sign::uri_encode;

/// Clients at once.
const CLIENTS: usize = 16;
/// Rounds whose median counts, and blocks of each.
const ROUNDS: (usize, usize) = (5, 100);
/// Bytes of a block.
const BLOCK: usize = 524_288;
/// Microseconds of the server's processor time that a block may take: 300 MB/s written and 600 MB/s read. Source: issue 7.
const WRITTEN_MICROS: f64 = 1_747.0;
const READ_MICROS: f64 = 873.0;

/// Both, each with its budget.
pub(crate) fn measure(binary: &Path) -> Result<Vec<Row>> {
    let folder = folder()?;
    let server = Server::angae(binary, folder.path())?;
    let mut site = Site::new(&server)?;
    let wish = json!({ "VolumeSize": 1 }).to_string().into_bytes();
    let started = Message::ebs(Method::POST, "/snapshots", wish).with("content-type", "application/json");
    let id =
        parsed(&site.call(&started)?)?["SnapshotId"].as_str().context("a snapshot has an id")?.to_owned();
    eprintln!("== PutSnapshotBlock");
    let blocks = ROUNDS.0 * ROUNDS.1;
    let puts: Vec<Message> = (0..blocks).map(|index| put(&id, index)).collect();
    let written = load::run(server.address, server.pid(), CLIENTS, &site.signed(&puts), ROUNDS)?;
    let complete = Message::ebs(Method::POST, &format!("/snapshots/completion/{id}"), Vec::new());
    site.call(&complete.with("x-amz-changedblockscount", blocks.to_string()))?;
    eprintln!("== GetSnapshotBlock");
    let list = Message::ebs(Method::GET, &format!("/snapshots/{id}/blocks"), Vec::new());
    let listed = parsed(&site.call(&list)?)?;
    let gets = listed["Blocks"].as_array().context("a list has blocks")?.iter().map(|block| get(&id, block));
    let gets = gets.collect::<Result<Vec<Message>>>()?;
    let read = load::run(server.address, server.pid(), CLIENTS, &site.signed(&gets), ROUNDS)?;
    let row = |what: &str, outcome: load::Outcome, budget: f64| Row {
        clients: Some(CLIENTS),
        p50_micros: Some(outcome.p50_micros),
        p99_micros: Some(outcome.p99_micros),
        ..Row::new(what, "\u{b5}s CPU", outcome.cpu_micros).within(budget)
    };
    Ok(vec![row("PutSnapshotBlock", written, WRITTEN_MICROS), row("GetSnapshotBlock", read, READ_MICROS)])
}

fn parsed(answer: &str) -> Result<Value> {
    serde_json::from_str(answer).with_context(|| answer.to_owned())
}

/// A block of its own.
fn put(id: &str, index: usize) -> Message {
    let bytes: Vec<u8> = (0..=255_u8).cycle().skip(index % 256).take(BLOCK).collect();
    let checksum = BASE64.encode(Sha256::digest(&bytes));
    Message::ebs(Method::PUT, &format!("/snapshots/{id}/blocks/{index}"), bytes)
        .with("x-amz-data-length", BLOCK.to_string())
        .with("x-amz-checksum", checksum)
        .with("x-amz-checksum-algorithm", "SHA256")
}

fn get(id: &str, block: &Value) -> Result<Message> {
    let index = block["BlockIndex"].as_u64().context("a block has an index")?;
    let token = block["BlockToken"].as_str().context("a block has a token")?;
    let target = format!("/snapshots/{id}/blocks/{index}?blockToken={}", uri_encode(token, false));
    Ok(Message::ebs(Method::GET, &target, Vec::new()))
}
