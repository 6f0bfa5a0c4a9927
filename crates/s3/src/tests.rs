//! What the tests of this crate share.

use crate::install;
use base::Timestamp;
use ports::{Carrying, Courier, Credentials, Found, World};
use serde_json::Value;
use shape::Shape;
use std::sync::Arc;
use testkit::Local;
use wire::Fault;
use wire::codec::canonical;

/// A world with nothing but S3.
pub(crate) fn local() -> Local {
    Local::new(|registry| {
        install(registry, Arc::new(NoKeys), Arc::new(NoPlaces));
    })
}

/// Nobody's keys: every signature is let in as an account's.
pub(crate) struct NoKeys;

impl Credentials for NoKeys {
    fn look_up(&self, _: &World, _: &str, _: Option<&str>, _: Timestamp) -> Found {
        Found::Unknown
    }
}

/// Nobody is told anything.
pub(crate) struct NoPlaces;

impl Courier for NoPlaces {
    fn serves(&self, _: &str) -> bool {
        false
    }

    fn carry(&self, destination: &str, _: String) -> Carrying {
        let sentence = format!("{destination} has no place");
        Box::pin(async { Err(sentence.into()) })
    }
}

/// A structure written under the model's names.
pub(crate) fn filled<T: Shape + Default>(document: &Value) -> T {
    let mut structure = T::default();
    canonical::fill(&mut structure, document).unwrap();
    structure
}

/// The code of a refusal.
#[track_caller]
pub(crate) fn code<T>(outcome: Result<T, Fault>) -> String {
    match outcome {
        Ok(_) => panic!("it was not refused"),
        Err(fault) => fault.code.into_owned(),
    }
}

/// The id a bucket's rows are stored under.
pub(crate) fn bucket_id(s3: &Local, name: &str) -> String {
    let cx = s3.cx(ports::Caller::root(base::AccountId::DEFAULT, None), "us-east-1");
    let found = cx.read(|view| crate::bucket::record::in_view(view, cx.partition(), name));
    found.expect("the test has made the bucket").id.clone()
}
