//! Exported state: any text is imported or refused as a whole, and what was imported exports to itself.
#![no_main]

use base::{Clock, Pace};
use libfuzzer_sys::fuzz_target;
use ports::Registry;
use store::{ImportError, Store, WriteCall};

fuzz_target!(|text: &str| {
    let store = empty();
    let before = store.export().expect("a store in memory exports");
    match store.import(&call(), text) {
        Ok(_durable) => {}
        Err(ImportError::Format(_)) => {
            assert_eq!(store.export().expect("it exports"), before, "a refused import left something");
            return;
        }
        Err(ImportError::Store(_)) => return,
    }
    // What the byte store asks of the rows at every start.
    let _kept = s3::kept(&store.view());
    let exported = store.export().expect("it exports");
    let other = empty();
    other.import(&call(), &exported).map(|_durable| ()).expect("our own export is imported");
    assert_eq!(other.export().expect("it exports"), exported);
});

/// A store in memory with the tables of every service.
fn empty() -> Store {
    let mut registry = Registry::default();
    iam::install(&mut registry);
    vpc::install(&mut registry);
    s3::install(&mut registry);
    Store::memory(std::mem::take(&mut registry.tables), [7; 32])
}

fn call() -> WriteCall {
    WriteCall { now: Clock::stepped(base::Timestamp::from_millis(0)).now(), pace: Pace::Immediate }
}
