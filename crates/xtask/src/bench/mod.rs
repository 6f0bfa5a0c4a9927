//! `cargo xtask bench`: what a call costs, how fast angae starts, what it weighs, and what a world costs, each with
//! its budget and beside a yardstick.
//!
//! What counts is processor time of the server: it says the same on a busy machine. Load comes from a process of
//! its own over kept connections; requests are signed, with a key the server has issued, before the clock starts.

mod calls;
mod connection;
mod ebs;
mod iam;
mod instances;
mod load;
mod meter;
mod report;
mod request;
mod roles;
mod route53;
mod s3;
mod server;
mod start;
mod state;
mod vpc;
mod worlds;
mod yardstick;

use crate::run::Step;
use crate::test;
use anyhow::{Context, Result};
use calls::{MEASURED, Measured, Site};
use clap::{Args, ValueEnum};
use report::{Report, Row};
use server::Server;
use std::path::{Path, PathBuf};

pub(crate) use load::{COMMAND as LOAD_COMMAND, serve as serve_load};

/// Rounds whose median counts.
const ROUNDS: usize = 5;
/// Requests of one round of the yardstick, which takes its time.
const YARDSTICK_PER_ROUND: usize = 300;

/// What to measure.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Every call that has a budget, S3 against nginx and plain files, a large object and a large bucket, decisions of the
    /// policy engine, verdicts on packets and what instances cost, blocks of snapshots, or records of zones
    #[arg(value_enum, default_value = "budgets")]
    suite: Suite,
    /// Print for programs
    #[arg(long)]
    json: bool,
    /// Measure angae alone
    #[arg(long)]
    no_yardstick: bool,
    /// With `iam`: decide the same by Cedar, which is built for it
    #[arg(long)]
    cedar: bool,
    /// Measure this binary and build none: one with frame pointers, or an older one
    #[arg(long)]
    binary: Option<PathBuf>,
    /// Measure only what has this in its name
    #[arg(long)]
    only: Option<String>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Suite {
    Budgets,
    S3,
    S3Size,
    Iam,
    Vpc,
    Ebs,
    Route53,
}

/// Builds, measures, prints.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let rows = match arguments.suite {
        Suite::Budgets => budgets(arguments, &built(arguments)?)?,
        Suite::S3 => s3::measure(&built(arguments)?)?,
        Suite::S3Size => s3::measure_size(&built(arguments)?)?,
        Suite::Iam if arguments.cedar => iam::beside_cedar()?,
        Suite::Iam => decisions(arguments)?,
        Suite::Vpc => networks(arguments)?,
        Suite::Ebs => ebs::measure(&built(arguments)?)?,
        Suite::Route53 => route53::measure(&built(arguments)?)?,
    };
    let report = Report { rows };
    println!("{}", if arguments.json { report.json()? } else { report.text() });
    Ok(())
}

/// The binary to measure.
fn built(arguments: &Arguments) -> Result<PathBuf> {
    if let Some(binary) = &arguments.binary {
        return Ok(binary.clone());
    }
    let build = ["build", "--release", "--package", "gateway", "--locked"];
    Step::begin("the release binary").cargo(&build)?;
    test::binary("release")
}

/// Decisions by themselves, what they add to calls, and what the roles they are about weigh.
fn decisions(arguments: &Arguments) -> Result<Vec<Row>> {
    let wanted = |name: &str| arguments.only.as_deref().is_none_or(|only| name.contains(only));
    let mut rows = Vec::new();
    if wanted("decisions") {
        rows.extend(iam::measure()?);
    }
    let binary = built(arguments)?;
    if wanted("added") {
        rows.extend(iam::added(&binary)?);
    }
    if wanted("roles") {
        rows.extend(roles::measure(&binary)?);
    }
    Ok(rows)
}

/// Verdicts on packets, and instances by the hundred and by the hundred thousand.
fn networks(arguments: &Arguments) -> Result<Vec<Row>> {
    let wanted = |name: &str| arguments.only.as_deref().is_none_or(|only| name.contains(only));
    let mut rows = Vec::new();
    if wanted("verdicts") {
        rows.extend(vpc::measure()?);
    }
    if wanted("instances") {
        rows.extend(instances::measure(&built(arguments)?)?);
    }
    Ok(rows)
}

/// Everything that has a budget, beside moto's server.
fn budgets(arguments: &Arguments, binary: &Path) -> Result<Vec<Row>> {
    let moto = if arguments.no_yardstick { None } else { Some(yardstick::install()?) };
    let wanted = |name: &str| arguments.only.as_deref().is_none_or(|only| name.contains(only));
    let mut rows = Vec::new();
    if MEASURED.iter().any(|measured| wanted(measured.name)) {
        rows.extend(calls(binary, moto.as_deref(), &wanted)?);
    }
    if wanted("start") {
        eprintln!("== starts");
        rows.extend(start::measure(binary, moto.as_deref())?);
        let size = std::fs::metadata(binary).context("the binary")?.len();
        rows.push(Row::new("the binary", "MiB", size as f64 / (1024.0 * 1024.0)));
    }
    if wanted("worlds") {
        eprintln!("== worlds");
        rows.extend(worlds::measure(binary)?);
    }
    Ok(rows)
}

/// Every call under load, of angae and of the yardstick.
fn calls(binary: &Path, moto: Option<&Path>, wanted: &dyn Fn(&str) -> bool) -> Result<Vec<Row>> {
    let folder = server::folder()?;
    let angae = Server::angae(binary, folder.path())?;
    let moto = moto.map(Server::moto).transpose()?;
    let mut site = Site::new(&angae)?;
    let mut yardstick = moto.as_ref().map(Site::new).transpose()?;
    let mut rows = Vec::new();
    for measured in MEASURED.iter().filter(|measured| wanted(measured.name)) {
        for &(clients, budgeted) in measured.clients {
            eprintln!("== {} with {clients}", measured.name);
            // One client takes its time as well: it waits for every single answer.
            let per_round = if clients == 1 { measured.per_round / 2 } else { measured.per_round };
            let own = under_load(&angae, &mut site, measured, clients, per_round)?;
            let other = match (&moto, &mut yardstick) {
                (Some(server), Some(site)) => {
                    Some(under_load(server, site, measured, clients, YARDSTICK_PER_ROUND)?)
                }
                _ => None,
            };
            rows.push(Row {
                clients: Some(clients),
                budget: budgeted.then_some(measured.budget_micros),
                p50_micros: Some(own.p50_micros),
                p99_micros: Some(own.p99_micros),
                yardstick: other.map(|other| other.cpu_micros),
                ..Row::new(measured.name, "µs CPU", own.cpu_micros)
            });
        }
    }
    Ok(rows)
}

fn under_load(
    server: &Server,
    site: &mut Site,
    measured: &Measured,
    clients: usize,
    per_round: usize,
) -> Result<load::Outcome> {
    let messages = (measured.prepare)(site, ROUNDS * per_round)?;
    let requests = site.signed(&messages);
    load::run(server.address, server.pid(), clients, &requests, (ROUNDS, per_round))
        .with_context(|| measured.name)
}
