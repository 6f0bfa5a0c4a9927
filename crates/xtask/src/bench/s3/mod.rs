//! `cargo xtask bench s3`: the object store beside what its bytes could cost at best: nginx serving files, and
//! plain files written and synced.

mod files;
mod nginx;
mod size;

use super::calls::{SMALL_OBJECT, Site, small_object};
use super::load::{self, Load, Outcome};
use super::meter::median;
use super::report::Row;
use super::request::{Message, page};
use super::server::{Server, folder};
use anyhow::Result;
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use http::Method;
use nginx::Nginx;
use sha2::{Digest, Sha256};
use std::path::Path;

pub(crate) use size::measure as measure_size;

/// Clients at once where it is about many.
const CLIENTS: usize = 64;
/// Rounds whose median counts. Those of the two sides take turns, so that both see the same machine.
const ROUNDS: usize = 5;
/// The same where a round is one request.
const ROUNDS_OF_ONE: usize = 15;
/// Small objects a round.
const SMALL: usize = 2_000;
const MIB: usize = 1024 * 1024;
/// Objects of one multi-delete: the most S3 takes.
const DELETED: usize = 1_000;
/// Multi-deletes that are measured together: a process's time is counted in ticks of 10 ms, which make 0.5 ms of each.
const DELETES: usize = 20;

/// Everything, each beside its yardstick.
pub(crate) fn measure(binary: &Path) -> Result<Vec<Row>> {
    let nginx = Nginx::start()?;
    let folder = folder()?;
    let server = Server::angae(binary, folder.path())?;
    let mut bench = Bench { site: Site::new(&server)?, server: &server, nginx: &nginx };
    Ok(vec![
        bench.small_get()?,
        bench.large_get()?,
        bench.small_put()?,
        bench.large_put()?,
        bench.multi_delete()?,
    ])
}

struct Bench<'a> {
    server: &'a Server,
    nginx: &'a Nginx,
    site: Site<'a>,
}

impl Bench<'_> {
    /// Puts `requests` on angae.
    fn load(&self, clients: usize, messages: &[Message], rounds: (usize, usize)) -> Result<Outcome> {
        let requests = self.site.signed(messages);
        load::run(self.server.address, self.server.pid(), clients, &requests, rounds)
    }

    /// GETs of an object and of a file of nginx, by turns.
    fn beside_nginx(
        &self,
        clients: usize,
        (object, file): (&str, &str),
        (rounds, per_round): (usize, usize),
    ) -> Result<(Outcome, Outcome)> {
        let own = self.site.signed(&[Message::s3(Method::GET, object, Vec::new())]);
        let other = [page(self.nginx.address, &Method::GET, file, b"")];
        let mut own = Load::start((self.server.address, self.server.pid()), clients, &own, per_round)?;
        let mut other = Load::start((self.nginx.address, self.nginx.pid()), clients, &other, per_round)?;
        for _ in 0..rounds {
            own.round()?;
            other.round()?;
        }
        Ok((own.outcome(), other.outcome()))
    }

    /// Seconds of a round of PUTs, and of writing as many plain files, by turns.
    fn beside_files(
        &self,
        clients: usize,
        puts: &[Message],
        (rounds, per_round): (usize, usize),
        write: impl Fn() -> Result<f64>,
    ) -> Result<(f64, f64)> {
        let requests = self.site.signed(puts);
        let mut own = Load::start((self.server.address, self.server.pid()), clients, &requests, per_round)?;
        let mut other = Vec::new();
        for _ in 0..rounds {
            own.round()?;
            other.push(write()?);
        }
        Ok((own.outcome().wall_seconds, median(other)))
    }

    /// Requests a second of processor time.
    fn small_get(&mut self) -> Result<Row> {
        const REQUESTS: usize = 20_000;
        eprintln!("== GET of 1 KiB");
        let bucket = self.site.bucket()?;
        self.site.call(&small_object(&bucket, 0))?;
        let file = self.nginx.file("small", SMALL_OBJECT)?;
        let object = format!("/{bucket}/object-0");
        let (own, other) = self.beside_nginx(CLIENTS, (&object, &file), (ROUNDS, REQUESTS))?;
        let per_cpu_second = |outcome: Outcome| 1e6 / outcome.cpu_micros;
        let row = Row::rate("GET of 1 KiB", "/CPU s", per_cpu_second(own), per_cpu_second(other));
        Ok(Row { clients: Some(CLIENTS), ..row.at_least(0.8) })
    }

    fn large_get(&mut self) -> Result<Row> {
        const BYTES: usize = 256 * MIB;
        eprintln!("== GET of 256 MiB");
        let bucket = self.site.bucket()?;
        let object = format!("/{bucket}/large");
        self.site.call(&Message::s3(Method::PUT, &object, vec![7; BYTES]))?;
        let file = self.nginx.file("large", BYTES)?;
        let (own, other) = self.beside_nginx(1, (&object, &file), (ROUNDS_OF_ONE, 1))?;
        let (own, other) = (own.megabytes_per_second(), other.megabytes_per_second());
        Ok(Row { clients: Some(1), ..Row::rate("GET of 256 MiB", "MB/s", own, other).at_least(0.95) })
    }

    /// Against one file an object, each synced, as a simple server does it.
    fn small_put(&mut self) -> Result<Row> {
        eprintln!("== durable PUT of 1 KiB");
        let bucket = self.site.bucket()?;
        let puts: Vec<Message> = (0..ROUNDS * SMALL).map(|number| small_object(&bucket, number)).collect();
        let write = || files::small(CLIENTS, SMALL, SMALL_OBJECT);
        let (own, other) = self.beside_files(CLIENTS, &puts, (ROUNDS, SMALL), write)?;
        let rate = |seconds: f64| SMALL as f64 / seconds;
        let row = Row::rate("durable PUT of 1 KiB", "/s", rate(own), rate(other));
        Ok(Row { clients: Some(CLIENTS), ..row.at_least(20.0) })
    }

    /// Against one file written from end to end and synced once.
    fn large_put(&mut self) -> Result<Row> {
        const BYTES: usize = 64 * MIB;
        eprintln!("== durable PUT of 64 MiB");
        let bucket = self.site.bucket()?;
        let put = Message::s3(Method::PUT, &format!("/{bucket}/large"), vec![7; BYTES]);
        let (own, other) = self.beside_files(1, &[put], (ROUNDS_OF_ONE, 1), || files::large(BYTES))?;
        let rate = |seconds: f64| BYTES as f64 / 1e6 / seconds;
        let row = Row::rate("durable PUT of 64 MiB", "MB/s", rate(own), rate(other));
        Ok(Row { clients: Some(1), ..row.at_least(0.7) })
    }

    fn multi_delete(&mut self) -> Result<Row> {
        eprintln!("== DeleteObjects of 1,000");
        let bucket = self.site.bucket()?;
        let objects = DELETES * DELETED;
        let puts: Vec<Message> = (0..objects).map(|number| small_object(&bucket, number)).collect();
        self.load(CLIENTS, &puts, (1, objects))?;
        let deletes: Vec<Message> = (0..DELETES).map(|turn| delete(&bucket, turn)).collect();
        let outcome = self.load(1, &deletes, (1, DELETES))?;
        let row = Row::new("DeleteObjects of 1,000", "ms CPU", outcome.cpu_micros / 1e3).within(10.0);
        Ok(Row { clients: Some(1), ..row })
    }
}

/// One call that deletes the next thousand objects.
fn delete(bucket: &str, turn: usize) -> Message {
    let keys = turn * DELETED..(turn + 1) * DELETED;
    let objects: String = keys.map(|number| format!("<Object><Key>object-{number}</Key></Object>")).collect();
    let body = format!("<Delete>{objects}<Quiet>true</Quiet></Delete>").into_bytes();
    let checksum = BASE64.encode(Sha256::digest(&body));
    Message::s3(Method::POST, &format!("/{bucket}?delete"), body)
        .with("x-amz-sdk-checksum-algorithm", "SHA256")
        .with("x-amz-checksum-sha256", checksum)
}
