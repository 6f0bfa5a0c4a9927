//! Crashes between any two steps of a commit.
//!
//! A crash is what the files look like at that moment: the database and its write-ahead log are copied after every
//! acknowledged transaction, and of what the next one appends to the log only a part is left. Opened again, the store
//! holds either what it held before that transaction or what it holds after, and never less than was acknowledged.

use crate::{Event, Options, Record, Store, StoreError, Tables, WriteCall};
use base::{Pace, Timestamp};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// One of two rows that every transaction changes together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Left {
    value: u32,
    /// Makes a transaction longer than one page of the log.
    filling: String,
}

/// The other, in a paged table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Right {
    value: u32,
}

impl Record for Left {
    const TABLE: &'static str = "t_left";
    type Key = String;

    fn key(&self) -> String {
        "left".to_owned()
    }
}

impl Record for Right {
    const TABLE: &'static str = "t_right";
    type Key = String;

    fn key(&self) -> String {
        "right".to_owned()
    }
}

#[derive(Serialize)]
struct Moved {
    value: u32,
}

impl Event for Moved {
    const SERVICE: &'static str = "t";

    fn kind(&self) -> &'static str {
        "Moved"
    }
}

fn tables() -> Tables {
    let mut tables = Tables::default();
    tables.record::<Left>().paged::<Right>();
    tables
}

fn open(folder: &Path) -> Store {
    Store::open(Options::new(folder, [1; 32]), tables()).expect("a crashed folder opens").0
}

const CALL: WriteCall = WriteCall { now: Timestamp::from_millis(1_000), pace: Pace::Immediate };

fn write(store: &Store, value: u32) {
    let (outcome, ticket) = store.write(&CALL, |tx| {
        tx.put(Left { value, filling: "x".repeat(9_000) });
        tx.paged::<Right>().put(Right { value });
        tx.emit(&Moved { value });
        Ok::<_, StoreError>(())
    });
    outcome.unwrap();
    ticket.wait_blocking().unwrap();
}

/// What a store says of the last transaction: both rows and the log of events, which must agree.
fn value(store: &Store) -> u32 {
    let view = store.view();
    let left = view.get::<Left>("left").map_or(0, |row| row.value);
    let right = view.paged::<Right>().get("right").unwrap().map_or(0, |row| row.value);
    let events = u32::try_from(store.events_since(0, 100).unwrap().len()).unwrap();
    assert_eq!((left, right), (right, events), "a transaction is there by half");
    left
}

/// The database and its log as they are now.
struct Files {
    database: Vec<u8>,
    log: Vec<u8>,
}

impl Files {
    fn of(folder: &Path) -> Self {
        let read = |name: &str| std::fs::read(folder.join(name)).unwrap_or_default();
        Self { database: read("angae.db"), log: read("angae.db-wal") }
    }

    /// What a store finds that is opened on the database and this much of the log; it must go on working.
    fn opened(&self, log: &[u8]) -> u32 {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("angae.db"), &self.database).unwrap();
        std::fs::write(folder.path().join("angae.db-wal"), log).unwrap();
        let store = open(folder.path());
        let found = value(&store);
        write(&store, found + 1);
        assert_eq!(value(&store), found + 1, "it goes on");
        found
    }
}

#[test]
fn a_crash_at_any_byte_of_a_commit_leaves_the_state_before_or_after() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    write(&store, 1);
    let mut before = Files::of(folder.path());
    for next in 2..5 {
        write(&store, next);
        let after = Files::of(folder.path());
        assert_eq!(after.database, before.database, "a commit only appends to the log");
        assert!(after.log.starts_with(&before.log) && after.log.len() > before.log.len());
        let mut seen = [0, 0];
        // Every frame's beginning, middle and last byte: frames have 4096 bytes and a header of 24.
        let ends =
            (before.log.len()..after.log.len()).step_by(1030).chain([after.log.len() - 1, after.log.len()]);
        for end in ends {
            let found = after.opened(&after.log[..end]);
            assert!(found == next - 1 || found == next, "{found} after {end} bytes of transaction {next}");
            seen[usize::from(found == next)] += 1;
            // A log that was extended before it was written ends in zeros.
            let mut zeros = after.log[..end].to_vec();
            zeros.resize(after.log.len(), 0);
            let found = after.opened(&zeros);
            assert!(
                found == next - 1 || found == next,
                "{found}, zeros after {end} bytes of transaction {next}"
            );
        }
        assert!(seen[0] > 3 && seen[1] >= 1, "both outcomes were met: {seen:?}");
        before = after;
    }
}

#[test]
fn a_crash_around_a_checkpoint_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    {
        let store = open(folder.path());
        write(&store, 1);
        write(&store, 2);
    }
    // Closing checkpoints: the log is folded into the database.
    let closed = Files::of(folder.path());
    assert_eq!(closed.opened(&[]), 2);
    let store = open(folder.path());
    write(&store, 3);
    let after = Files::of(folder.path());
    assert_eq!(after.opened(&after.log), 3);
    // The old database under the new log: the checkpoint's pages had not reached the disk.
    let torn = Files { database: closed.database, log: after.log.clone() };
    assert_eq!(torn.opened(&after.log), 3);
}
