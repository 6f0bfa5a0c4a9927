//! `cargo xtask bench s3-size`: a large object and a large bucket, with the memory they take.

use super::super::calls::Site;
use super::super::connection::Connection;
use super::super::load;
use super::super::meter::{self, now};
use super::super::report::Row;
use super::super::request::{Message, element};
use super::super::server::{Server, folder};
use super::{CLIENTS, MIB};
use anyhow::{Context, Result, bail};
use http::Method;
use std::path::Path;
use std::time::Duration;

/// Clients that send and fetch the large object together.
const THREE: usize = 3;
/// Bytes of a part.
const PART: usize = 64 * MIB;
/// Parts of the large object: 5 GiB.
const PARTS: usize = 80;
/// Keys of the large bucket.
const KEYS: usize = 1_000_000;
/// Keys that are put in one go: the load holds its requests in memory.
const KEYS_A_ROUND: usize = 50_000;
/// Listings of each kind.
const LISTS: usize = 200;

/// Both, each with its budget.
pub(crate) fn measure(binary: &Path) -> Result<Vec<Row>> {
    let mut rows = large_object(binary)?;
    rows.extend(large_bucket(binary)?);
    Ok(rows)
}

/// One object of 5 GiB: its parts sent by three clients at once, fetched by range by three, compared byte by byte.
fn large_object(binary: &Path) -> Result<Vec<Row>> {
    let folder = folder()?;
    let server = Server::angae(binary, folder.path())?;
    let mut site = Site::new(&server)?;
    let idle = server.resident_mib()?;
    let bucket = site.bucket()?;
    let created = site.call(&Message::s3(Method::POST, &format!("/{bucket}/large?uploads"), Vec::new()))?;
    let upload = element(&created, "UploadId").context("the upload has no id")?.to_owned();
    let base: Vec<u8> = (0..=250_u8).cycle().take(PART).collect();

    eprintln!("== 5 GiB up, in parts of 64 MiB, three clients");
    meter::forget_peak(server.pid())?;
    let up_seconds = by_three(
        |turn, connection| {
            let number = turn + 1;
            let target = format!("/{bucket}/large?partNumber={number}&uploadId={upload}");
            let message = Message::s3(Method::PUT, &target, part(&base, number)).unsigned_payload();
            let request = site.signed(&[message]).concat();
            let started = now();
            connection.call(&request)?;
            Ok(started.elapsed())
        },
        &server,
    )?;
    let up_mib = meter::peak_mib(server.pid())? - idle;

    eprintln!("== 5 GiB put together");
    let listed =
        site.call(&Message::s3(Method::GET, &format!("/{bucket}/large?uploadId={upload}"), Vec::new()))?;
    let parts: String = listed
        .split("<Part>")
        .skip(1)
        .filter_map(|part| Some((element(part, "PartNumber")?, element(part, "ETag")?)))
        .map(|(number, e_tag)| format!("<Part><PartNumber>{number}</PartNumber><ETag>{e_tag}</ETag></Part>"))
        .collect();
    let body = format!("<CompleteMultipartUpload>{parts}</CompleteMultipartUpload>").into_bytes();
    let started = now();
    site.call(&Message::s3(Method::POST, &format!("/{bucket}/large?uploadId={upload}"), body))?;
    let completed = started.elapsed().as_secs_f64();

    eprintln!("== 5 GiB down, by range, three clients");
    meter::forget_peak(server.pid())?;
    let down_seconds = by_three(
        |turn, connection| {
            let from = turn * PART;
            let message = Message::s3(Method::GET, &format!("/{bucket}/large"), Vec::new())
                .with("range", format!("bytes={from}-{}", from + PART - 1));
            let want = part(&base, turn + 1);
            let request = site.signed(&[message]).concat();
            same(connection, &request, &want)
        },
        &server,
    )?;
    let down_mib = meter::peak_mib(server.pid())? - idle;

    let rate = |seconds: f64| (PARTS * PART) as f64 / 1e6 / seconds;
    let three = |row: Row| Row { clients: Some(THREE), ..row };
    Ok(vec![
        three(Row::new("5 GiB up: memory above idle, at its peak", "MiB", up_mib).within(64.0)),
        three(Row::new("5 GiB up", "MB/s", rate(up_seconds))),
        Row::new("CompleteMultipartUpload of 5 GiB", "ms", completed * 1e3),
        three(Row::new("5 GiB down: memory above idle, at its peak", "MiB", down_mib).within(64.0)),
        three(Row::new("5 GiB down", "MB/s", rate(down_seconds))),
    ])
}

/// Does every part's work, three parts at a time. The work says how long it waited for the server; the answer is how
/// long the slowest client did so, in seconds.
fn by_three(
    work: impl Fn(usize, &mut Connection) -> Result<Duration> + Sync,
    server: &Server,
) -> Result<f64> {
    let outcomes: Vec<Result<Duration>> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..THREE)
            .map(|client| {
                let work = &work;
                scope.spawn(move || {
                    let mut connection = server.connect();
                    (client..PARTS).step_by(THREE).map(|turn| work(turn, &mut connection)).sum()
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|_| Err(anyhow::anyhow!("a client panicked"))))
            .collect()
    });
    let waited: Vec<Duration> = outcomes.into_iter().collect::<Result<_>>()?;
    Ok(waited.into_iter().max().unwrap_or_default().as_secs_f64())
}

/// A part's bytes: the same run for all, stamped in each page with the part's number.
fn part(base: &[u8], number: usize) -> Vec<u8> {
    const PAGE: usize = 4096;
    let mut bytes = base.to_vec();
    for page in bytes.chunks_exact_mut(PAGE) {
        page[..8].copy_from_slice(&(number as u64).to_le_bytes());
    }
    bytes
}

/// Fetches, and holds every piece against what it must be. Answers how long the server took.
fn same(connection: &mut Connection, request: &[u8], want: &[u8]) -> Result<Duration> {
    let mut at = 0;
    let mut same = true;
    // Comparing is the client's own time; meanwhile the server sends no more than a socket holds.
    let mut comparing = Duration::ZERO;
    let started = now();
    let answer = connection.exchange(request, |piece| {
        let begun = now();
        same &= want.get(at..at + piece.len()) == Some(piece);
        at += piece.len();
        comparing += begun.elapsed();
    })?;
    let took = started.elapsed().saturating_sub(comparing);
    if answer.status != 206 || !same || at != want.len() {
        bail!(
            "a range came back as {} with {at} bytes, {}",
            answer.status,
            if same { "right" } else { "wrong" }
        );
    }
    Ok(took)
}

/// A million keys: filled, listed in three ways, started again.
fn large_bucket(binary: &Path) -> Result<Vec<Row>> {
    let folder = folder()?;
    let server = Server::angae(binary, folder.path())?;
    let mut site = Site::new(&server)?;
    let bucket = site.bucket()?;
    meter::forget_peak(server.pid())?;
    let started = now();
    for first in (0..KEYS).step_by(KEYS_A_ROUND) {
        eprintln!("== {first} of 1,000,000 keys");
        let put = |number| Message::s3(Method::PUT, &format!("/{bucket}/{}", key(number)), b"x".to_vec());
        let puts: Vec<Message> = (first..first + KEYS_A_ROUND).map(put).collect();
        load::run(server.address, server.pid(), CLIENTS, &site.signed(&puts), (1, KEYS_A_ROUND))?;
    }
    let filled = started.elapsed().as_secs_f64();
    let filling_mib = meter::peak_mib(server.pid())?;
    let mut rows = vec![
        Row { clients: Some(CLIENTS), ..Row::new("1,000,000 keys put", "s", filled) },
        Row::new("1,000,000 keys: memory while they are put, at its peak", "MiB", filling_mib).within(150.0),
    ];
    rows.extend(lists(&server, &site, &bucket)?);
    let listed_mib = server.resident_mib()?;
    rows.push(Row::new("1,000,000 keys: memory after listings", "MiB", listed_mib).within(150.0));
    let issued = site.key();
    drop(site);
    drop(server);

    eprintln!("== the start over 1,000,000 keys");
    let started = now();
    let server = Server::angae(binary, folder.path())?;
    let mut site = Site::with_key(&server, issued);
    let page = site.call(&Message::s3(Method::GET, &format!("/{bucket}?list-type=2"), Vec::new()))?;
    let took = started.elapsed().as_secs_f64();
    if page.matches("<Key>").count() != 1_000 {
        bail!("the bucket does not list its first thousand after a start");
    }
    rows.push(Row::new("start to first listing, 1,000,000 keys", "ms", took * 1e3).within(1_000.0));
    rows.extend(lists(&server, &site, &bucket)?);
    let again_mib = server.resident_mib()?;
    rows.push(Row::new("1,000,000 keys: memory after a start and listings", "MiB", again_mib).within(150.0));
    Ok(rows)
}

/// A hundred folders of a hundred folders of a hundred objects.
fn key(number: usize) -> String {
    format!("{:02}/{:02}/object-{number:06}", number / 10_000, number / 100 % 100)
}

/// Listings of a thousand from everywhere in the bucket.
fn lists(server: &Server, site: &Site, bucket: &str) -> Result<Vec<Row>> {
    let everywhere = |list: usize| list * (KEYS / LISTS);
    let kinds: [(&str, &dyn Fn(usize) -> String); 3] = [
        ("list of 1,000 from anywhere", &|list| format!("start-after={}", key(everywhere(list)))),
        ("list of 1,000 under a prefix", &|list| format!("prefix={:02}/", everywhere(list) / 10_000)),
        ("list of 100 folders of 10,000", &|list| format!("delimiter=/&max-keys={}", 1_000 - list % 2)),
    ];
    let mut rows = Vec::new();
    for (what, query) in kinds {
        eprintln!("== {what}");
        let list = |number| {
            let target = format!("/{bucket}?list-type=2&{}", query(number));
            Message::s3(Method::GET, &target, Vec::new())
        };
        let messages: Vec<Message> = (0..LISTS).map(list).collect();
        let outcome = load::run(server.address, server.pid(), 1, &site.signed(&messages), (3, LISTS))?;
        let row = Row::new(what, "ms CPU", outcome.cpu_micros / 1e3).within(3.0);
        rows.push(Row {
            clients: Some(1),
            p50_micros: Some(outcome.p50_micros),
            p99_micros: Some(outcome.p99_micros),
            ..row
        });
    }
    Ok(rows)
}
