//! `kill -9` under sixty-four clients of S3 and the compaction: every answered object reads back, every deleted one is
//! gone, and once nobody writes the store's account is what the disk holds.

mod accounts;
mod diary;
mod load;
mod races;

use diary::{Asked, Body, Diary, History, Slot};
use load::Worker;
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::mpsc::{self, Receiver, Sender, TryRecvError};
use testkit::{Client, Server};

const CLIENTS: u64 = 64;
/// Rounds and answered changes of each where `ANGAE_KILL_ROUNDS` does not say; `cargo xtask soak` asks for twenty.
const SHORT: (u64, usize) = (2, 250);
/// Answered changes of a round in the long form.
const LONG_ROUND: usize = 1500;
/// Answered changes between two compactions.
const COMPACT_EVERY: usize = 60;
/// Answered changes of a round at the most: a compaction that takes longer has hung.
const MOST: usize = 100_000;
/// Threads that read everything back.
const READERS: usize = 8;

#[expect(clippy::disallowed_methods, reason = "the length of the proof is chosen by who runs it")]
fn length() -> (u64, usize) {
    match std::env::var("ANGAE_KILL_ROUNDS") {
        Ok(text) => (text.parse().expect("a number of rounds"), LONG_ROUND),
        Err(_) => SHORT,
    }
}

#[test]
fn every_answered_object_survives_kill_9_under_compaction_and_no_byte_is_orphaned() {
    let mut server = accounts::start();
    let mut diaries: Vec<Diary> = (0..CLIENTS).map(|_| Diary::default()).collect();
    let (rounds, changes) = length();
    let mut compactions = 0;
    for round in 0..rounds {
        // Each round is killed at another moment.
        let enough = changes + 37 * usize::try_from(round % 11).unwrap_or(0);
        // A compaction that never came to its end would prove little.
        let least = usize::from(compactions == 0);
        compactions +=
            strain(&mut server, &mut diaries, round, Enough { changes: enough, compactions: least });
        crate::durability::database_is_sound(&server);
        server.restart();
        check(&server, &mut diaries);
        let answered: u64 = diaries.iter().map(|diary| diary.answered).sum();
        let bytes: u64 = diaries.iter().map(|diary| diary.bytes).sum();
        eprintln!(
            "round {} of {rounds}: {answered} changes and {bytes} bytes answered, {compactions} compactions",
            round + 1
        );
    }
    accounts::balance(&mut server);
    check(&server, &mut diaries);
    accounts::empty(&server);
}

/// What a round has to come to before the kill.
struct Enough {
    changes: usize,
    compactions: usize,
}

/// Lets the clients work, compacts meanwhile, and kills the server under all of them. Answers how many compactions
/// came to their end; the kill most likely meets another.
fn strain(server: &mut Server, diaries: &mut [Diary], round: u64, enough: Enough) -> usize {
    let (answered, count) = mpsc::channel();
    let (compact, asked) = mpsc::channel();
    let (compacted, done) = mpsc::channel();
    let address = server.address();
    std::thread::scope(|threads| {
        for (number, diary) in (0..).zip(diaries) {
            let answered = answered.clone();
            threads.spawn(move || Worker::new(address, number, round, diary, answered).run());
        }
        drop(answered);
        threads.spawn(move || {
            let pages = Client::new(address, "angae").anonymous();
            for () in asked {
                let Ok(answer) = pages.request("POST", "/_angae/compact").try_send() else { return };
                answer.ok();
                // Nobody counts any more once the server is to be killed.
                let _counted = compacted.send(());
            }
        });
        let compactions = await_enough(&enough, &count, &compact, &done);
        drop(compact);
        // Whatever came of it: the clients work until then.
        server.kill();
        compactions.unwrap_or_else(|failure| panic!("{failure}"))
    })
}

/// Waits until there is enough, asking for compactions meanwhile; how many came to their end, or what failed.
fn await_enough(
    enough: &Enough,
    count: &Receiver<()>,
    compact: &Sender<()>,
    done: &Receiver<()>,
) -> Result<usize, &'static str> {
    let mut compactions = 0;
    for number in 0..MOST {
        if number >= enough.changes && compactions >= enough.compactions {
            return Ok(compactions);
        }
        count.recv().map_err(|_| "the clients ended before the kill")?;
        if number.is_multiple_of(COMPACT_EVERY) {
            compact.send(()).map_err(|_| "a compaction failed")?;
        }
        loop {
            match done.try_recv() {
                Ok(()) => compactions += 1,
                Err(TryRecvError::Empty) => break,
                Err(TryRecvError::Disconnected) => return Err("a compaction failed"),
            }
        }
    }
    Err("no compaction came to its end")
}

/// Holds everything there is against the diaries, which learn what became of what was not answered.
fn check(server: &Server, diaries: &mut [Diary]) {
    let address = server.address();
    let size = diaries.len().div_ceil(READERS);
    std::thread::scope(|threads| {
        for part in diaries.chunks_mut(size) {
            threads.spawn(move || {
                let s3 = Client::new(address, "s3");
                for diary in part {
                    for (key, slot) in &mut diary.plain {
                        plain(&s3, key, slot);
                    }
                    for (key, history) in &mut diary.versioned {
                        versions(&s3, key, history);
                    }
                }
            });
        }
    });
    let held = |slot: &&mut Slot| slot.is.is_some();
    let wanted: usize = diaries.iter_mut().map(|diary| diary.plain.values_mut().filter(held).count()).sum();
    assert_eq!(listed(&server.client("s3")).len(), wanted, "every object is listed, and nothing else");
    let integrity = server.page("GET", "/_angae/integrity", &Value::Null);
    assert_eq!(integrity["ok"], true, "{integrity}");
}

fn plain(s3: &Client, key: &str, slot: &mut Slot) {
    let answer = s3.request("GET", &format!("/plain/{key}")).send();
    let e_tag = answer.header("etag").unwrap_or_default().to_owned();
    let allowed = std::iter::once(slot.is.take()).chain(slot.asked.take());
    let right = |state: &Option<Body>| match state {
        None => answer.status == 404,
        Some(body) => answer.status == 200 && body.is(&e_tag, &answer.body),
    };
    let Some(found) = allowed.into_iter().find(right) else {
        panic!(
            "{key}: {} with {} bytes is neither what it was nor what was asked",
            answer.status,
            answer.body.len()
        )
    };
    slot.is = found.map(|body| Body { e_tag: Some(e_tag), ..body });
}

/// The ids of a key's versions, newest last, and of its delete markers, as they are answered.
fn listed_versions(s3: &Client, key: &str) -> (Vec<String>, BTreeSet<String>) {
    let answer = s3.request("GET", &format!("/versioned?versions&prefix={key}")).send().ok();
    let mut versions = answer.texts("Version.VersionId");
    versions.reverse();
    let markers: BTreeSet<String> = answer.texts("DeleteMarker.VersionId").into_iter().collect();
    let latest = answer.texts("Version.IsLatest").into_iter().chain(answer.texts("DeleteMarker.IsLatest"));
    let latest = latest.filter(|latest| latest == "true").count();
    assert_eq!(latest, (versions.len() + markers.len()).min(1), "{key} has one newest version");
    (versions, markers)
}

fn versions(s3: &Client, key: &str, history: &mut History) {
    let (found, markers) = listed_versions(s3, key);
    let asked = history.asked.take();
    let mut wanted = std::mem::take(&mut history.versions);
    let is_there = |id: &String| found.contains(id) || markers.contains(id);
    let is_known = |id: &&String| wanted.iter().any(|(own, _)| own == *id);
    let unknown: Vec<&String> = found.iter().chain(&markers).filter(|id| !is_known(id)).collect();
    match (&asked, unknown.as_slice()) {
        (_, []) => {}
        (Some(Asked::Add(body)), [id]) if body.is_none() == markers.contains(*id) => {
            wanted.push(((*id).clone(), body.clone()));
        }
        (_, unknown) => panic!("{key}: nobody asked for the versions {unknown:?}"),
    }
    if let Some(Asked::Remove(id)) = &asked {
        wanted.retain(|(own, _)| own != id || is_there(own));
    }
    for (id, body) in &mut wanted {
        assert!(is_there(id), "{key}: the version {id} was answered and is lost");
        let answer = s3.request("GET", &format!("/versioned/{key}?versionId={id}")).send();
        match body {
            None => assert_eq!(answer.status, 405, "{key}: {id} is a delete marker"),
            Some(body) => {
                let e_tag = answer.header("etag").unwrap_or_default().to_owned();
                assert!(body.is(&e_tag, &answer.body), "{key}: the version {id} is not what was sent");
                body.e_tag = Some(e_tag);
            }
        }
    }
    let own: Vec<&String> = wanted.iter().filter(|(_, body)| body.is_some()).map(|(id, _)| id).collect();
    assert_eq!(found.iter().collect::<Vec<_>>(), own, "{key}: the versions are listed newest first");
    history.versions = wanted;
}

/// Every key of the bucket without versions.
fn listed(s3: &Client) -> Vec<String> {
    let mut found = Vec::new();
    let mut token = String::new();
    loop {
        let page = s3.request("GET", &format!("/plain?list-type=2&max-keys=100{token}")).send().ok();
        found.extend(page.texts("Contents.Key"));
        let Some(next) = page.texts("NextContinuationToken").pop() else { return found };
        token = format!("&continuation-token={next}");
    }
}
