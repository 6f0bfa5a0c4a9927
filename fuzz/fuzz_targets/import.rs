//! Exported state: any text is imported or refused as a whole, and what was imported exports to itself.
#![no_main]

use base::{Clock, Pace};
use libfuzzer_sys::fuzz_target;
use ports::{Carrying, Courier, Fetch, FetchError, Fetching, Issuers, Registry};
use std::sync::Arc;
use store::{ImportError, Store, WriteCall};

fuzz_target!(|text: &str| {
    let store = empty();
    let before = store.export().expect("a store in memory exports");
    match store.import(&call(), text, |_, after| {
        s3::kept(after).collect::<Result<Vec<_>, _>>().map_err(|error| error.to_string())
    }) {
        Ok((_kept, _durable)) => {}
        Err(ImportError::Format(_)) => {
            assert_eq!(store.export().expect("it exports"), before, "a refused import left something");
            return;
        }
        Err(ImportError::Store(_)) => return,
    }
    // What the byte store asks of the rows at every start.
    let view = store.view();
    s3::kept(&view).for_each(drop);
    let exported = store.export().expect("it exports");
    let other = empty();
    other.import(&call(), &exported, |_, _| Ok(())).map(|_durable| ()).expect("our own export is imported");
    assert_eq!(other.export().expect("it exports"), exported);
});

/// No destination has a place; nothing is delivered while a state is imported.
struct NoPlaces;

impl Courier for NoPlaces {
    fn serves(&self, _: &str) -> bool {
        false
    }

    fn carry(&self, destination: &str, _: String) -> Carrying {
        let sentence = format!("{destination} has no place");
        Box::pin(async { Err(sentence.into()) })
    }
}

/// No issuer is asked while a state is imported.
struct Nowhere;

impl Fetch for Nowhere {
    fn fetch(&self, url: String, _: Vec<String>) -> Fetching {
        Box::pin(async move { Err(FetchError::Unreachable(url.into())) })
    }
}

/// A store in memory with the tables of every service.
fn empty() -> Store {
    let mut registry = Registry::default();
    let credentials = iam::install(&mut registry, Issuers::default(), Arc::new(Nowhere));
    vpc::install(&mut registry);
    s3::install(&mut registry, credentials, Arc::new(NoPlaces));
    Store::memory(std::mem::take(&mut registry.tables), [7; 32])
}

fn call() -> WriteCall {
    WriteCall { now: Clock::stepped(base::Timestamp::from_millis(0)).now(), pace: Pace::Immediate }
}
