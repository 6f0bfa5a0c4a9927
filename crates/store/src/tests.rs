//! The store as a whole: on disk and in memory, one suite for both.

use crate::View;
use crate::{
    Claim, Event, ImportError, Index, Job, JobError, Options, Record, Store, StoreError, Tables, Ticket, Tx,
    WriteCall,
};
use base::{Pace, Timestamp};
use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Row {
    key: String,
    group: String,
    value: u32,
}

impl Row {
    const GROUP: Index<Self> = Index { name: "group", keys: |row| vec![row.group.clone()] };
}

impl Record for Row {
    const TABLE: &'static str = "t_row";
    const INDEXES: &'static [Index<Self>] = &[Self::GROUP];
    type Key = String;

    fn key(&self) -> String {
        self.key.clone()
    }
}

/// The same, in a paged table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Paged {
    key: String,
    value: u32,
}

impl Record for Paged {
    const TABLE: &'static str = "t_paged";
    type Key = String;

    fn key(&self) -> String {
        self.key.clone()
    }
}

#[derive(Serialize, Deserialize)]
struct Raise {
    key: String,
}

impl Job for Raise {
    const KIND: &'static str = "t.raise";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        if let Some(row) = tx.get::<Row>(&self.key) {
            tx.put(Row { value: row.value + 1, ..(*row).clone() });
        }
        Ok(())
    }
}

#[derive(Serialize)]
struct Happened {
    n: u32,
}

impl Event for Happened {
    const SERVICE: &'static str = "t";

    fn kind(&self) -> &'static str {
        "Happened"
    }
}

fn tables() -> Tables {
    let mut tables = Tables::default();
    tables.record::<Row>().paged::<Paged>().job::<Raise>();
    tables
}

fn disk(folder: &Path) -> Store {
    Store::open(Options::new(folder, [1; 32]), tables()).unwrap().0
}

fn row(key: &str, group: &str, value: u32) -> Row {
    Row { key: key.to_owned(), group: group.to_owned(), value }
}

const CALL: WriteCall = WriteCall { now: Timestamp::from_millis(1_000), pace: Pace::Immediate };

#[track_caller]
fn write<T>(store: &Store, change: impl Fn(&mut Tx) -> Result<T, StoreError>) -> T {
    let (outcome, ticket) = store.write(&CALL, change);
    ticket.wait_blocking().unwrap();
    outcome.unwrap()
}

/// Runs `check` on a store on disk and on one in memory.
fn both(check: impl Fn(&Store)) {
    let folder = tempfile::tempdir().unwrap();
    check(&disk(folder.path()));
    check(&Store::memory(tables(), [1; 32]));
}

#[test]
fn rows_are_found_by_key_index_and_range() {
    both(|store| {
        write(store, |tx| {
            tx.put(row("a/1", "x", 1));
            tx.put(row("a/2", "y", 2));
            tx.put(row("b/1", "x", 3));
            Ok(())
        });
        // A changed row leaves its old index.
        write(store, |tx| {
            tx.put(row("a/1", "y", 1));
            Ok(())
        });
        let view = store.view();
        let values = |rows: Vec<&std::sync::Arc<Row>>| rows.iter().map(|row| row.value).collect::<Vec<_>>();
        assert_eq!(values(view.by(&Row::GROUP, "x").collect()), [3]);
        assert_eq!(values(view.by(&Row::GROUP, "y").collect()), [1, 2]);
        assert_eq!(values(view.range::<Row>("a/").collect()), [1, 2]);
        assert!(view.get::<Row>("a/3").is_none());
    });
}

#[test]
fn a_view_does_not_change_and_a_failed_write_changes_nothing() {
    both(|store| {
        write(store, |tx| {
            tx.put(row("k", "g", 1));
            Ok(())
        });
        let before = store.view();
        write(store, |tx| {
            tx.put(row("k", "g", 2));
            Ok(())
        });
        assert_eq!(before.get::<Row>("k").unwrap().value, 1);
        let (outcome, ticket) = store.write(&CALL, |tx| {
            tx.put(row("k", "g", 3));
            Err::<(), _>(StoreError::Closed)
        });
        ticket.wait_blocking().unwrap();
        assert_eq!(outcome, Err(StoreError::Closed));
        assert_eq!(store.view().get::<Row>("k").unwrap().value, 2);
    });
}

#[test]
fn a_panic_in_a_closure_changes_nothing_and_the_store_goes_on() {
    both(|store| {
        let broken = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            store.write(&CALL, |tx| -> Result<(), StoreError> {
                tx.put(row("k", "g", 1));
                panic!("on purpose")
            })
        }));
        assert!(broken.is_err());
        assert!(store.view().get::<Row>("k").is_none());
        write(store, |tx| {
            tx.put(row("k", "g", 2));
            Ok(())
        });
        assert_eq!(store.view().get::<Row>("k").unwrap().value, 2);
    });
}

#[test]
fn what_was_answered_is_there_after_a_reopening() {
    let folder = tempfile::tempdir().unwrap();
    {
        let store = disk(folder.path());
        assert_eq!(store.boot_count(), 0);
        write(&store, |tx| {
            tx.put(row("k", "g", 7));
            tx.paged::<Paged>().put(Paged { key: "p".to_owned(), value: 8 });
            tx.emit(&Happened { n: 1 });
            Ok(())
        });
    }
    let (store, opened) = Store::open(Options::new(folder.path(), [2; 32]), tables()).unwrap();
    assert_eq!((store.boot_count(), opened.records()), (1, 2));
    assert_eq!(store.view().get::<Row>("k").unwrap().value, 7);
    assert_eq!(store.view().by(&Row::GROUP, "g").count(), 1);
    assert_eq!(store.view().paged::<Paged>().get("p").unwrap().unwrap().value, 8);
    assert_eq!(store.events_since(0, 10).unwrap()[0].kind, "Happened");
}

#[test]
fn what_one_group_changes_twice_is_kept_as_it_was_left() {
    let folder = tempfile::tempdir().unwrap();
    let store = disk(folder.path());
    write(&store, |tx| {
        tx.put(row("made and changed", "x", 1));
        tx.put(row("made and changed", "y", 2));
        tx.put(row("made and deleted", "x", 3));
        tx.delete::<Row>("made and deleted");
        tx.paged::<Paged>().put(Paged { key: "paged".to_owned(), value: 4 });
        tx.paged::<Paged>().delete("paged");
        tx.paged::<Paged>().put(Paged { key: "paged".to_owned(), value: 5 });
        Ok(())
    });
    drop(store);
    let view = disk(folder.path()).view();
    assert_eq!(view.range::<Row>("").map(|row| row.value).collect::<Vec<_>>(), [2]);
    assert_eq!(view.by(&Row::GROUP, "x").count(), 0);
    assert_eq!(view.paged::<Paged>().get("paged").unwrap().map(|row| row.value), Some(5));
}

#[test]
fn rows_of_a_paged_table_are_counted_as_they_come_and_go() {
    let folder = tempfile::tempdir().unwrap();
    let store = disk(folder.path());
    let put = |key: &str, value| {
        write(&store, |tx| {
            tx.paged::<Paged>().put(Paged { key: key.to_owned(), value });
            Ok(())
        });
    };
    for (key, value) in [("a", 1), ("b", 2), ("c", 3), ("a", 4)] {
        put(key, value);
    }
    write(&store, |tx| {
        tx.paged::<Paged>().delete("b");
        tx.paged::<Paged>().delete("never there");
        Ok(())
    });
    drop(store);
    for opening in 0..2 {
        let (store, opened) = Store::open(Options::new(folder.path(), [1; 32]), tables()).unwrap();
        assert_eq!(opened.tables.get("t_paged"), Some(&2), "opening {opening}");
        assert_eq!(store.view().paged::<Paged>().range("", None, 10).unwrap().len(), 2);
    }
}

#[test]
fn after_a_crash_rows_are_counted_again_and_no_number_comes_twice() {
    let folder = tempfile::tempdir().unwrap();
    let crashed = tempfile::tempdir().unwrap();
    let store = disk(folder.path());
    for key in ["a", "b", "c"] {
        write(&store, |tx| {
            tx.paged::<Paged>().put(Paged { key: key.to_owned(), value: 1 });
            Ok(())
        });
    }
    let last = store.view().sequence();
    // As a crash leaves it: what is on the disk at this moment.
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), crashed.path().join(entry.file_name())).unwrap();
    }
    let (store, opened) = Store::open(Options::new(crashed.path(), [1; 32]), tables()).unwrap();
    assert_eq!((opened.tables.get("t_paged"), opened.is_exact), (Some(&3), true));
    assert!(store.view().sequence() >= last);
}

#[tokio::test]
async fn a_wait_may_block_inside_a_runtime() {
    let folder = tempfile::tempdir().unwrap();
    let store = disk(folder.path());
    for value in 0..100 {
        write(&store, |tx| {
            tx.put(row("k", "g", value));
            Ok(())
        });
        assert_eq!(store.view().get::<Row>("k").unwrap().value, value);
    }
}

#[test]
fn a_second_opening_and_an_unknown_table_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let store = disk(folder.path());
    let second = Store::open(Options::new(folder.path(), [1; 32]), tables());
    assert!(second.err().unwrap().to_string().contains("another angae uses"));
    drop(store);
    let unknown = Store::open(Options::new(folder.path(), [1; 32]), Tables::default());
    assert!(unknown.err().unwrap().to_string().contains("holds the table t_"));
}

#[test]
fn an_older_form_is_upgraded_and_a_newer_one_refused() {
    #[derive(Clone, Serialize, Deserialize)]
    struct Newer {
        key: String,
        group: String,
        doubled: u32,
    }
    impl Record for Newer {
        const TABLE: &'static str = "t_row";
        const VERSION: u16 = 2;
        type Key = String;
        fn key(&self) -> String {
            self.key.clone()
        }
        fn upgrade(_from: u16, mut document: serde_json::Value) -> Result<serde_json::Value, String> {
            let value = document["value"].as_u64().ok_or("there is no value")?;
            document["doubled"] = (value * 2).into();
            Ok(document)
        }
    }
    let folder = tempfile::tempdir().unwrap();
    write(&disk(folder.path()), |tx| {
        tx.put(row("k", "g", 21));
        Ok(())
    });
    let newer = || {
        let mut tables = Tables::default();
        tables.record::<Newer>().paged::<Paged>();
        tables
    };
    {
        let (store, _) = Store::open(Options::new(folder.path(), [1; 32]), newer()).unwrap();
        assert_eq!(store.view().get::<Newer>("k").unwrap().doubled, 42);
    }
    let older = Store::open(Options::new(folder.path(), [1; 32]), tables());
    assert!(older.err().unwrap().to_string().contains("newer angae"));
    // An export of the older form may hold anything; what is no object is refused before a step looks into it.
    let (store, _) = Store::open(Options::new(folder.path(), [1; 32]), newer()).unwrap();
    let export = "{\"angae\":1,\"tables\":{\"t_row\":1}}\n{\"table\":\"t_row\",\"key\":\"k\",\"doc\":1}\n";
    let refused = store.import(&CALL, export, anything).err().map(|error| error.to_string());
    assert!(refused.as_deref().unwrap_or_default().contains("the document is no object"), "{refused:?}");
}

#[test]
fn jobs_run_at_once_or_when_they_are_due() {
    both(|store| {
        let answered = write(store, |tx| {
            tx.put(row("k", "g", 1));
            tx.after(5_000, Raise { key: "k".to_owned() });
            Ok(tx.get::<Row>("k").map(|row| row.value))
        });
        assert_eq!((answered, store.view().get::<Row>("k").unwrap().value), (Some(1), 2));
        let real = WriteCall { pace: Pace::Faster(5), ..CALL };
        let (outcome, ticket) = store.write(&real, |tx| {
            tx.after(5_000, Raise { key: "k".to_owned() });
            Ok::<_, StoreError>(())
        });
        outcome.unwrap();
        ticket.wait_blocking().unwrap();
        assert_eq!(store.next_due().unwrap().millis, 2_000);
        let run =
            |millis| store.run_due(Timestamp::from_millis(millis), real.pace).and_then(Ticket::wait_blocking);
        run(1_999).unwrap();
        assert_eq!(store.view().get::<Row>("k").unwrap().value, 2);
        run(2_000).unwrap();
        assert_eq!((store.view().get::<Row>("k").unwrap().value, store.next_due()), (3, None));
    });
}

#[test]
fn a_token_replays_its_own_input_only() {
    both(|store| {
        let claim = |digest: &str| {
            write(store, |tx| {
                Ok(tx.claim("scope", "Create", "token", digest).map(|claim| match claim {
                    Claim::New => None,
                    Claim::Replay(result) => Some(result),
                }))
            })
        };
        assert_eq!(claim("one"), Ok(None));
        write(store, |tx| {
            tx.remember("scope", "Create", "token", "one", "made");
            Ok(())
        });
        assert_eq!(claim("one"), Ok(Some("made".to_owned())));
        assert!(claim("two").is_err());
    });
}

#[test]
fn a_fork_goes_its_own_way() {
    both(|store| {
        write(store, |tx| {
            tx.put(row("k", "g", 1));
            tx.paged::<Paged>().put(Paged { key: "p".to_owned(), value: 1 });
            Ok(())
        });
        let fork = store.fork().unwrap();
        write(&fork, |tx| {
            tx.put(row("k", "g", 2));
            tx.paged::<Paged>().delete("p");
            Ok(())
        });
        assert_eq!(store.view().get::<Row>("k").unwrap().value, 1);
        assert!(store.view().paged::<Paged>().get("p").unwrap().is_some());
        assert_eq!(fork.view().get::<Row>("k").unwrap().value, 2);
        assert!(fork.view().paged::<Paged>().get("p").unwrap().is_none());
    });
}

/// An import that nobody looks at.
fn anything(_before: &View, _after: &View) -> Result<(), String> {
    Ok(())
}

#[test]
fn a_state_goes_out_and_in_unchanged() {
    both(|store| {
        write(store, |tx| {
            tx.put(row("k", "g", 1));
            tx.paged::<Paged>().put(Paged { key: "p".to_owned(), value: 1 });
            Ok(())
        });
        let text = store.export().unwrap();
        let (before, ticket) = store.reset(&CALL, None).unwrap();
        ticket.wait_blocking().unwrap();
        assert_eq!(before.get::<Row>("k").unwrap().value, 1, "what was there can still be read");
        assert!(before.paged::<Paged>().get("p").unwrap().is_some());
        drop(before);
        assert_eq!(store.view().count::<Row>(), 0);
        assert!(store.view().paged::<Paged>().get("p").unwrap().is_none());
        let refused = store.import(&CALL, &text, |before, after| {
            assert!(before.get::<Row>("k").is_none());
            assert_eq!(after.paged::<Paged>().get("p").unwrap().map(|row| row.value), Some(1));
            Err::<(), _>("not this one".to_owned())
        });
        assert!(refused.err().unwrap().to_string().contains("not this one"));
        assert_eq!(store.view().count::<Row>(), 0, "what is refused changes nothing");
        store.import(&CALL, &text, anything).unwrap().1.wait_blocking().unwrap();
        assert_eq!(store.export().unwrap(), text);
        for bad in ["", "{}", "{\"angae\":99,\"tables\":{}}"] {
            assert!(store.import(&CALL, bad, anything).is_err(), "{bad}");
        }
        assert_eq!(store.export().unwrap(), text, "a refused import changes nothing");
    });
}

#[test]
fn an_import_whose_last_row_cannot_be_read_is_refused_as_a_whole() {
    both(|store| {
        write(store, |tx| {
            tx.put(row("k", "g", 1));
            Ok(())
        });
        let text = store.export().unwrap();
        let other = text.replace("\"value\":1", "\"value\":2");
        for bad in [
            "{\"table\":\"t_row\",\"key\":\"x\",\"doc\":{\"key\":[]}}",
            "{\"table\":\"none\",\"key\":\"x\",\"doc\":1}",
            "{",
        ] {
            let refused = store.import(&CALL, &format!("{other}{bad}\n"), anything).map(|_| ());
            assert!(matches!(refused, Err(ImportError::Format(_))), "{bad}: {refused:?}");
        }
        assert_eq!(store.export().unwrap(), text);
    });
}

#[test]
fn answered_changes_of_many_threads_are_all_there() {
    let folder = tempfile::tempdir().unwrap();
    {
        let store = disk(folder.path());
        std::thread::scope(|threads| {
            for thread in 0..8 {
                let store = &store;
                threads.spawn(move || {
                    for n in 0..50 {
                        write(store, |tx| {
                            let sum = tx.get::<Row>("sum").map_or(0, |row| row.value);
                            tx.put(row("sum", "g", sum + 1));
                            tx.put(row(&format!("{thread}/{n}"), "g", n));
                            Ok(())
                        });
                    }
                });
            }
        });
    }
    let view = disk(folder.path()).view();
    assert_eq!((view.get::<Row>("sum").unwrap().value, view.count::<Row>()), (400, 401));
}

#[derive(Clone, Debug)]
enum Step {
    Put(String, u32),
    Delete(String),
    Reopen,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let key = || proptest::string::string_regex("[ab/é]{1,4}").unwrap();
    let step = prop_oneof![
        5 => (key(), any::<u32>()).prop_map(|(key, value)| Step::Put(key, value)),
        3 => key().prop_map(Step::Delete),
        1 => Just(Step::Reopen),
    ];
    proptest::collection::vec(step, 1..40)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn paged_tables_hold_what_a_map_would(steps in steps(), prefix in "[ab/]{0,2}", limit in 1_usize..5) {
        let folder = tempfile::tempdir().unwrap();
        let mut store = disk(folder.path());
        let mut model: BTreeMap<String, u32> = BTreeMap::new();
        for step in steps {
            match step {
                Step::Put(key, value) => {
                    write(&store, |tx| {
                        tx.paged::<Paged>().put(Paged { key: key.clone(), value });
                        Ok(())
                    });
                    model.insert(key, value);
                }
                Step::Delete(key) => {
                    write(&store, |tx| {
                        tx.paged::<Paged>().delete(&key);
                        Ok(())
                    });
                    model.remove(&key);
                }
                Step::Reopen => {
                    drop(store);
                    store = disk(folder.path());
                }
            }
        }
        let view = store.view();
        let mut found = Vec::new();
        let mut after: Option<String> = None;
        loop {
            let page = view.paged::<Paged>().range(&prefix, after.as_deref(), limit).unwrap();
            prop_assert!(page.len() <= limit);
            let Some((last, _)) = page.last() else { break };
            after = Some(last.to_string());
            found.extend(page.iter().map(|(_, row)| (row.key.clone(), row.value)));
        }
        let want: Vec<(String, u32)> =
            model.into_iter().filter(|(key, _)| key.starts_with(&prefix)).collect();
        prop_assert_eq!(found, want);
    }
}

#[test]
fn what_nobody_waits_for_becomes_durable_all_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let store = disk(folder.path());
    let wakeup = store.wakeup(|event| event.kind == "Happened");
    let (outcome, ticket) = store.write(&CALL, |tx| {
        tx.put(row("k", "g", 1));
        tx.emit(&Happened { n: 1 });
        Ok::<_, StoreError>(())
    });
    outcome.unwrap();
    drop(ticket);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(wakeup.woken());
    assert_eq!(store.view().get::<Row>("k").unwrap().value, 1);
}

#[test]
fn a_sleeper_is_woken_by_what_concerns_it_and_once() {
    both(|store| {
        let (mine, other) =
            (store.wakeup(|event| event.kind == "Happened"), store.wakeup(|event| event.kind == "Other"));
        for _ in 0..2 {
            write(store, |tx| {
                tx.emit(&Happened { n: 1 });
                Ok(())
            });
        }
        let is_woken = |wakeup: &crate::Wakeup| {
            let mut woken = std::pin::pin!(wakeup.woken());
            woken.as_mut().poll(&mut std::task::Context::from_waker(std::task::Waker::noop())).is_ready()
        };
        assert!(!is_woken(&other));
        assert!(is_woken(&mine), "what happened meanwhile wakes it at once");
        assert!(!is_woken(&mine), "and once");
    });
}

#[test]
fn rows_wait_for_the_bytes_they_name_and_a_failure_there_ends_all_writing() {
    let folder = tempfile::tempdir().unwrap();
    let store = disk(folder.path());
    let commits = std::sync::Arc::new(std::sync::atomic::AtomicU32::new(0));
    let seen = commits.clone();
    store.before_commit(move || match seen.fetch_add(1, std::sync::atomic::Ordering::Relaxed) {
        0 => Ok(()),
        _ => Err("the disk is full".to_owned()),
    });
    write(&store, |tx| {
        tx.put(row("k", "g", 1));
        Ok(())
    });
    for attempt in 0..2 {
        let (_, ticket) = store.write(&CALL, |tx| {
            tx.put(row("k", "g", 2));
            Ok::<_, StoreError>(())
        });
        assert_eq!(ticket.wait_blocking(), Err(StoreError::ReadOnly("the disk is full".to_owned())));
        assert_eq!(store.view().get::<Row>("k").unwrap().value, 1, "attempt {attempt}");
    }
    assert_eq!(commits.load(std::sync::atomic::Ordering::Relaxed), 2, "nothing is tried again");
}
