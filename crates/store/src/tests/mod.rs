//! The store as a whole: on disk and in memory, one suite for both.

mod durable;

use crate::View;
use crate::{
    Claim, Event, ImportError, Index, Job, JobError, Options, Record, Repeatable, Store, StoreError, Tables,
    Ticket, Tx, WriteCall,
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
    // A state of the older form may hold anything; what is no object is refused before a step looks into it.
    let (store, _) = Store::open(Options::new(folder.path(), [1; 32]), newer()).unwrap();
    let stage = store.stage().unwrap();
    let refused = stage.present("t_row", Some(1), 1.into()).err().map(|error| error.to_string());
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
    fn call(digest: &str) -> Repeatable<'_> {
        Repeatable { service: "t", operation: "Create", scope: "a/r", token: "/u_x", digest }
    }
    both(|store| {
        let claim = |digest: &str| {
            write(store, |tx| {
                Ok(tx.claim(&call(digest)).map(|claim| match claim {
                    Claim::New => None,
                    Claim::Replay(result) => Some(result),
                }))
            })
        };
        assert_eq!(claim("one"), Ok(None));
        write(store, |tx| {
            tx.remember(&call("one"), "made");
            Ok(())
        });
        assert_eq!(claim("one"), Ok(Some("made".to_owned())));
        assert!(claim("two").is_err());
        store.reset(&CALL, Some("u")).unwrap().1.wait_blocking().unwrap();
        assert_eq!(claim("one"), Ok(Some("made".to_owned())), "another service is emptied");
        store.reset(&CALL, Some("t")).unwrap().1.wait_blocking().unwrap();
        assert_eq!(claim("one"), Ok(None), "what was made is gone, and its token with it");
    });
}

#[test]
fn tokens_that_have_had_their_time_do_not_pile_up() {
    const DAY: i64 = 24 * 3600 * 1000;
    both(|store| {
        let remember = |token: &str, after: i64| {
            let call = Repeatable { service: "t", operation: "Create", scope: "a", token, digest: "" };
            let at = WriteCall { now: CALL.now.plus_millis(after), ..CALL };
            let (done, ticket) = store.write(&at, |tx| {
                tx.remember(&call, "made");
                Ok::<_, StoreError>(())
            });
            done.unwrap();
            ticket.wait_blocking().unwrap();
        };
        for number in 0..10 {
            remember(&format!("old-{number}"), number);
        }
        let tokens = || rows(store).into_iter().filter(|(table, ..)| table == "_token").count();
        for (number, left) in [(0, 9), (1, 8), (2, 7)] {
            remember(&format!("new-{number}"), DAY + 8);
            assert_eq!(tokens(), left);
        }
        remember("another", DAY + 8);
        assert_eq!(tokens(), 6);
        remember("the last of the old has time left", DAY + 8);
        assert_eq!(tokens(), 6, "one goes, one comes");
        remember("and is kept", DAY + 8);
        assert_eq!(tokens(), 7);
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

/// Every row of a store: table, key, document.
fn rows(store: &Store) -> Vec<(String, String, String)> {
    let view = store.frozen().unwrap();
    let mut found = Vec::new();
    for table in view.tables().into_keys() {
        // One by one: pages meet at every row.
        let mut after: Option<String> = None;
        while let Some((key, document)) = view.documents(table, after.as_deref(), 1).unwrap().pop() {
            found.push((table.to_owned(), key.to_string(), document));
            after = Some(key.to_string());
        }
    }
    found
}

/// Lets rows take the place of all others.
fn replace(store: &Store, rows: &[(String, String, String)]) -> Result<View, ImportError> {
    let mut stage = store.stage()?;
    for (table, key, document) in rows {
        stage.put(table, key, document)?;
    }
    store.replace(stage, |_| Ok(())).map(|(before, ())| before)
}

#[test]
fn a_state_goes_out_and_in_unchanged() {
    both(|store| {
        write(store, |tx| {
            tx.put(row("k", "g", 1));
            for key in ["p", "q"] {
                tx.paged::<Paged>().put(Paged { key: key.to_owned(), value: 1 });
            }
            Ok(())
        });
        let state = rows(store);
        assert_eq!(state.len(), 3);
        let (before, ticket) = store.reset(&CALL, None).unwrap();
        ticket.wait_blocking().unwrap();
        assert_eq!(before.get::<Row>("k").unwrap().value, 1, "what was there can still be read");
        assert!(before.paged::<Paged>().get("p").unwrap().is_some());
        drop(before);
        assert_eq!(rows(store), []);
        write(store, |tx| {
            tx.put(row("other", "g", 1));
            tx.paged::<Paged>().put(Paged { key: "o".to_owned(), value: 1 });
            Ok(())
        });
        let other = rows(store);
        let mut stage = store.stage().unwrap();
        stage.put("t_row", "k", &state[2].2).unwrap();
        let refused = store.replace(stage, |before| {
            assert!(before.paged::<Paged>().get("o").unwrap().is_some());
            Err::<(), _>("not this one".to_owned())
        });
        assert!(refused.err().unwrap().to_string().contains("not this one"));
        assert_eq!(rows(store), other, "what is refused changes nothing");
        let before = replace(store, &state).unwrap();
        assert_eq!(rows(store), state);
        assert_eq!(store.view().by(&Row::GROUP, "g").count(), 1, "indexes lead to the new rows alone");
        assert!(before.paged::<Paged>().get("o").unwrap().is_some(), "what was there can still be read");
        write(store, |tx| {
            tx.paged::<Paged>().delete("p");
            Ok(())
        });
        assert_eq!(rows(store).len(), 2, "what comes after lies over it");
    });
}

#[test]
fn a_state_that_came_in_is_there_after_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let state = {
        let store = disk(folder.path());
        write(&store, |tx| {
            tx.put(row("k", "g", 1));
            tx.paged::<Paged>().put(Paged { key: "p".to_owned(), value: 1 });
            Ok(())
        });
        let mut state = rows(&store);
        state.push(("t_paged".to_owned(), "q".to_owned(), "{\"key\":\"q\",\"value\":2}".to_owned()));
        drop(replace(&store, &state).unwrap());
        rows(&store)
    };
    let (store, opened) = Store::open(Options::new(folder.path(), [1; 32]), tables()).unwrap();
    assert_eq!(rows(&store), state);
    assert_eq!(opened.records(), 3, "the paged rows are counted anew");
    let names: Vec<_> =
        std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(names.iter().all(|name| !name.to_string_lossy().contains("import")), "{names:?}");
}

#[test]
fn a_state_whose_last_row_cannot_be_read_is_refused_as_a_whole() {
    both(|store| {
        write(store, |tx| {
            tx.put(row("k", "g", 1));
            Ok(())
        });
        let state = rows(store);
        for (table, document) in
            [("t_row", "{\"key\":[]}"), ("t_paged", "{\"key\":[]}"), ("none", "1"), ("t_row", "{")]
        {
            let mut other = vec![("t_row".to_owned(), "k".to_owned(), state[0].2.replace('1', "2"))];
            other.push((table.to_owned(), "x".to_owned(), document.to_owned()));
            let refused = replace(store, &other).map(|_| ());
            assert!(matches!(refused, Err(ImportError::Format(_))), "{document}: {refused:?}");
        }
        assert_eq!(rows(store), state);
    });
}

#[test]
fn what_is_frozen_stays_as_it_is_while_others_write() {
    both(|store| {
        let put = |value| {
            write(store, |tx| {
                tx.put(row("k", "g", value));
                tx.paged::<Paged>().put(Paged { key: "p".to_owned(), value });
                Ok(())
            });
        };
        put(1);
        let frozen = store.frozen().unwrap();
        put(2);
        assert_eq!(frozen.get::<Row>("k").unwrap().value, 1);
        assert_eq!(frozen.paged::<Paged>().get("p").unwrap().unwrap().value, 1);
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
