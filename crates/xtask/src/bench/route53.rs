//! `cargo xtask bench route53`: batches of a thousand records, and pages of a zone that holds a hundred thousand.

use super::calls::Site;
use super::load;
use super::report::Row;
use super::request::{Message, element};
use super::server::{Server, folder};
use anyhow::{Context, Result};
use http::Method;
use std::path::Path;

/// Records of a batch, and of the zone when all batches are in.
const OF_A_BATCH: usize = 1_000;
const RECORDS: usize = 100_000;
/// Rounds whose median counts; pages of one round, and how many of them differ.
const ROUNDS: usize = 5;
const PAGES: usize = 200;
const PLACES: usize = 100;
/// Microseconds of the server's processor time that a batch and a page of 300 may take. Source: issue 7.
const BATCH_MICROS: f64 = 15_000.0;
const PAGE_MICROS: f64 = 1_000.0;

/// Fills a zone and lists it.
pub(crate) fn measure(binary: &Path) -> Result<Vec<Row>> {
    let folder = folder()?;
    let server = Server::angae(binary, folder.path())?;
    let mut site = Site::new(&server)?;
    let wish = "<CreateHostedZoneRequest xmlns=\"https://route53.amazonaws.com/doc/2013-04-01/\"><Name>bench.example\
                </Name><CallerReference>bench</CallerReference></CreateHostedZoneRequest>";
    let made = site.call(&Message::route53(Method::POST, "/hostedzone", wish.as_bytes().to_vec()))?;
    let id = element(&made, "Id").context("a zone has an id")?.trim_start_matches("/hostedzone/").to_owned();
    eprintln!("== ChangeResourceRecordSets");
    let batches = RECORDS / OF_A_BATCH;
    let changes: Vec<Message> = (0..batches).map(|number| batch(&id, number)).collect();
    let per_round = (ROUNDS, batches / ROUNDS);
    let written = load::run(server.address, server.pid(), 1, &site.signed(&changes), per_round)?;
    eprintln!("== ListResourceRecordSets");
    let pages: Vec<Message> = (0..PLACES).map(|number| page(&id, number * RECORDS / PLACES)).collect();
    let listed = load::run(server.address, server.pid(), 1, &site.signed(&pages), (ROUNDS, PAGES))?;
    let row = |what: &str, outcome: load::Outcome, budget: f64| Row {
        clients: Some(1),
        p50_micros: Some(outcome.p50_micros),
        p99_micros: Some(outcome.p99_micros),
        ..Row::new(what, "\u{b5}s CPU", outcome.cpu_micros).within(budget)
    };
    Ok(vec![
        row("Route 53 ChangeResourceRecordSets of 1,000 records", written, BATCH_MICROS),
        row("Route 53 ListResourceRecordSets, 300 of 100,000", listed, PAGE_MICROS),
    ])
}

fn name(number: usize) -> String {
    format!("n{number:06}.bench.example")
}

/// A batch that makes records of its own.
fn batch(zone: &str, number: usize) -> Message {
    let change = |record: usize| {
        format!(
            "<Change><Action>CREATE</Action><ResourceRecordSet><Name>{}</Name><Type>A</Type><TTL>300</TTL>\
             <ResourceRecords><ResourceRecord><Value>192.0.2.1</Value></ResourceRecord></ResourceRecords>\
             </ResourceRecordSet></Change>",
            name(record)
        )
    };
    let first = number * OF_A_BATCH;
    let changes: String = (first..first + OF_A_BATCH).map(change).collect();
    let body = format!(
        "<ChangeResourceRecordSetsRequest xmlns=\"https://route53.amazonaws.com/doc/2013-04-01/\"><ChangeBatch>\
         <Changes>{changes}</Changes></ChangeBatch></ChangeResourceRecordSetsRequest>"
    );
    Message::route53(Method::POST, &format!("/hostedzone/{zone}/rrset/"), body.into_bytes())
}

/// The page that begins with a record.
fn page(zone: &str, record: usize) -> Message {
    let target = format!("/hostedzone/{zone}/rrset?maxitems=300&name={}", name(record));
    Message::route53(Method::GET, &target, Vec::new())
}
