//! From nothing to the first answer, and the memory of a server that waits.

use super::calls::Site;
use super::meter::{median, now};
use super::report::Row;
use super::request::{Key, Message, page};
use super::server::{Server, folder};
use super::state;
use anyhow::Result;
use http::Method;
use std::path::Path;

/// Starts that are measured.
const STARTS: usize = 7;
/// Records of the large state.
const MANY: usize = 100_000;

/// Start over an empty folder and over 100,000 records, and idle memory in both cases.
pub(crate) fn measure(binary: &Path, moto: Option<&Path>) -> Result<Vec<Row>> {
    let mut seconds = Vec::new();
    let mut resident = Vec::new();
    for _ in 0..STARTS {
        let folder = folder()?;
        let (server, took) = first_answer(|| Server::angae(binary, folder.path()))?;
        seconds.push(took);
        resident.push(server.resident_mib()?);
    }
    let yardstick = moto.map(|environment| first_answer(|| Server::moto(environment))).transpose()?;
    let yardstick_mib = yardstick.as_ref().map(|(server, _)| server.resident_mib()).transpose()?;
    let empty = Row::new("start to first answer, empty", "ms", median(seconds) * 1e3).within(50.0);
    let idle = Row::new("idle memory, empty", "MiB", median(resident)).within(25.0);
    let mut rows = vec![
        Row { yardstick: yardstick.map(|(_, took)| took * 1e3), ..empty },
        Row { yardstick: yardstick_mib, ..idle },
    ];

    let folder = folder()?;
    fill(binary, folder.path(), MANY)?;
    let mut seconds = Vec::new();
    let mut resident = Vec::new();
    for _ in 0..STARTS {
        let (server, took) = first_answer(|| Server::angae(binary, folder.path()))?;
        seconds.push(took);
        resident.push(server.resident_mib()?);
    }
    let what = "start to first answer, 100,000 records";
    rows.push(Row::new(what, "ms", median(seconds) * 1e3).within(1_000.0));
    rows.push(Row::new("idle memory, 100,000 records", "MiB", median(resident)));
    Ok(rows)
}

/// Starts a server and asks it one signed question; the seconds until that is answered.
fn first_answer(start: impl FnOnce() -> Result<Server>) -> Result<(Server, f64)> {
    let started = now();
    let server = start()?;
    let key = Key { id: "test".to_owned(), secret: "test".to_owned() };
    let question = Message::form("sts", "2011-06-15", "GetCallerIdentity", &[]);
    server.connect().call(&question.signed(server.address, &key))?;
    Ok((server, started.elapsed().as_secs_f64()))
}

/// Leaves a state of `records` in a folder.
fn fill(binary: &Path, folder: &Path, records: usize) -> Result<()> {
    let server = Server::angae(binary, folder)?;
    furnish(&server, records)
}

/// Gives a running angae a state of `records`: a network made through the API, exported, copied many times under
/// other ids, imported.
pub(crate) fn furnish(server: &Server, records: usize) -> Result<()> {
    let mut site = Site::new(server)?;
    site.call(&Message::ec2("DescribeVpcs", &[]))?;
    let mut pages = server.connect();
    let export = page(server.address, &Method::GET, "/_angae/state", b"");
    let before = pages.call(&export)?;
    site.network()?;
    let after = pages.call(&export)?;
    let state = state::multiplied(&before, &after, records);
    pages.call(&page(server.address, &Method::POST, "/_angae/state", state.as_bytes()))?;
    Ok(())
}
