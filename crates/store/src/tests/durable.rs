//! What is answered is on the disk: commits, who waits for them, and what is found at the next opening.

use super::{CALL, Happened, Paged, Row, both, disk, row, tables, write};
use crate::{Options, Store, StoreError};

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

#[test]
fn transactions_that_read_share_a_reader_and_the_log_begins_anew_all_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let store = disk(folder.path());
    let value = "x".repeat(2000);
    for number in 0..5_000_u32 {
        write(&store, |tx| {
            let mut paged = tx.paged::<Paged>();
            assert!(paged.get(&format!("{number}{value}"))?.is_none());
            if number > 0 {
                let before = paged.get(&format!("{}{value}", number - 1))?;
                assert_eq!(before.map(|row| row.value), Some(number - 1), "what the last one wrote is seen");
            }
            paged.put(Paged { key: format!("{number}{value}"), value: number });
            Ok(())
        });
    }
    assert_eq!(store.view().paged::<Paged>().range("", None, 10_000).unwrap().len(), 5_000);
    // Twice and half the 4,000 pages after which SQLite moves them; all commits together are five times as much.
    let log = std::fs::metadata(folder.path().join("angae.db-wal")).unwrap().len();
    assert!(log < 40 * 1024 * 1024, "the log is {log} bytes long");
}
