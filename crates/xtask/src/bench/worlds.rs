//! Worlds: how long a fork takes, what it weighs, and whether a dropped one gives its space back.

use super::meter::{median, now};
use super::report::Row;
use super::request::{Message, page};
use super::server::{Server, folder};
use super::start::furnish;
use anyhow::{Context, Result};
use http::Method;
use std::path::Path;

/// Worlds forked from one.
const WORLDS: usize = 50;
/// Sets of worlds before and after the memory is looked at.
const ROUNDS: usize = 4;
/// Records of the world they are forked from.
const RECORDS: usize = 10_000;

/// Forks, weighs, drops; then the same again with worlds that change.
pub(crate) fn measure(binary: &Path) -> Result<Vec<Row>> {
    let folder = folder()?;
    drop({
        let server = Server::angae(binary, folder.path())?;
        furnish(&server, RECORDS)?;
        server
    });
    // Started anew: what the import held for a moment must not hide what the forks take.
    let server = Server::angae(binary, folder.path())?;
    let before = server.resident_mib()?;
    let millis = fork(&server)?;
    let each = (server.resident_mib()? - before) / WORLDS as f64;
    drop_all(&server)?;

    // Worlds that change take space of their own. Dropped, they give it back to the allocator: once that holds
    // enough for a whole set, further sets find their place where the earlier ones were.
    rounds(&server)?;
    let settled = server.resident_mib()?;
    rounds(&server)?;
    let left = (server.resident_mib()? - settled) / (ROUNDS * WORLDS) as f64;
    Ok(vec![
        Row::new("fork of a world with 10,000 records", "ms", median(millis)).within(5.0),
        Row::new("a fork until it changes", "MiB", each).within(1.0),
        Row::new("what a changed and dropped world leaves", "MiB", left.max(0.0)).within(0.1),
    ])
}

/// Sets of worlds that come, change and go.
fn rounds(server: &Server) -> Result<()> {
    for _ in 0..ROUNDS {
        fork(server)?;
        change_all(server)?;
        drop_all(server)?;
    }
    Ok(())
}

fn name(number: usize) -> String {
    format!("bench-{number}")
}

/// Forks all worlds; the milliseconds each took.
fn fork(server: &Server) -> Result<Vec<f64>> {
    let mut pages = server.connect();
    let mut millis = Vec::new();
    for number in 0..WORLDS {
        let wish = format!("{{\"name\":\"{}\",\"from\":\"main\"}}", name(number));
        let request = page(server.address, &Method::POST, "/_angae/worlds", wish.as_bytes());
        let started = now();
        pages.call(&request)?;
        millis.push(started.elapsed().as_secs_f64() * 1e3);
    }
    Ok(millis)
}

/// Empties every world and makes a network in it, through the world's own port.
fn change_all(server: &Server) -> Result<()> {
    let mut pages = server.connect();
    let listed = pages.call(&page(server.address, &Method::GET, "/_angae/worlds", b""))?;
    let listed: serde_json::Value = serde_json::from_str(&listed)?;
    let worlds = listed["worlds"].as_array().context("the worlds are not listed")?;
    for world in worlds.iter().filter(|world| world["name"] != "main") {
        let endpoint = world["endpoint"].as_str().context("a world has no endpoint")?;
        let address = endpoint.trim_start_matches("http://").parse()?;
        let mut connection = super::connection::Connection::new(address);
        let key = super::request::Key { id: "test".to_owned(), secret: "test".to_owned() };
        connection.call(&page(address, &Method::POST, "/_angae/reset", b""))?;
        connection.call(&Message::ec2("CreateVpc", &[("CidrBlock", "10.0.0.0/16")]).signed(address, &key))?;
    }
    Ok(())
}

fn drop_all(server: &Server) -> Result<()> {
    let mut pages = server.connect();
    for number in 0..WORLDS {
        let target = format!("/_angae/worlds/{}", name(number));
        pages.call(&page(server.address, &Method::DELETE, &target, b""))?;
    }
    Ok(())
}
