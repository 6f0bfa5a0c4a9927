//! What the tests of this crate share.

use crate::configuration::record;
use crate::error::Configuration;
use crate::install;
use base::{AccountId, Timestamp};
use ports::{Caller, Carrying, Courier, Credentials, Found, Nobody, PolicyPrincipals, World};
use serde_json::{Value, json};
use shape::{Operation, Shape};
use shapes_s3::CreateBucket;
use std::collections::BTreeMap;
use std::sync::Arc;
use store::StoreError;
use testkit::Local;
use wire::codec::canonical;
use wire::{Fault, validate};

/// The sentence of documents that break the schema.
pub(crate) const MALFORMED: &str =
    "The XML you provided was not well-formed or did not validate against our published schema";

/// A world with nothing but S3.
pub(crate) fn local() -> Local {
    Local::new(|registry| {
        install(registry, Arc::new(NoKeys), Arc::new(NoNames), Arc::new(NoPlaces));
    })
}

/// The same with segments of 8 KiB, and one bucket.
pub(crate) fn small_segments() -> Local {
    let install = |registry: &mut ports::Registry| {
        install(registry, Arc::new(NoKeys), Arc::new(NoNames), Arc::new(NoPlaces));
    };
    let s3 = Local::with_blobs(install, |options| options.limits(64 * 1024, 8 * 1024));
    answer::<CreateBucket>(&s3, json!({"Bucket": "bkt"}));
    s3
}

/// Every name is somebody's, and stays it.
pub(crate) struct NoNames;

impl PolicyPrincipals for NoNames {
    fn resolve(&self, _world: &World, _policy: &str) -> Result<BTreeMap<String, String>, Nobody> {
        Ok(BTreeMap::new())
    }

    fn current(&self, _world: &World, policy: &str, _named: &BTreeMap<String, String>) -> String {
        policy.to_owned()
    }
}

/// Nobody's keys: every signature is let in as an account's.
pub(crate) struct NoKeys;

impl Credentials for NoKeys {
    fn look_up(&self, _: &World, _: &str, _: Option<&str>, _: Timestamp) -> Found {
        Found::Unknown
    }

    fn used(&self, _: &ports::Cx, _: &str, _: Option<&str>) {}
}

/// The same with one bucket in us-east-1, `bkt`.
pub(crate) fn bucket() -> Local {
    let s3 = local();
    answer::<CreateBucket>(&s3, json!({"Bucket": "bkt"}));
    s3
}

/// Configures a bucket as its owner would, past the checks of the operation.
pub(crate) fn configure(s3: &Local, name: &str, kind: Configuration, structure: &dyn Shape) {
    let id = bucket_id(s3, name);
    let cx = s3.cx(Caller::root(AccountId::DEFAULT, None), "us-east-1");
    cx.write(|tx| {
        record::put(tx, &id, kind, structure);
        Ok::<_, StoreError>(())
    })
    .unwrap();
}

/// A world with the bucket `bkt`, configured so, and the bucket `bare`, which is not.
pub(crate) fn configured(kind: Configuration, structure: &dyn Shape) -> Local {
    let s3 = bucket();
    answer::<CreateBucket>(&s3, json!({"Bucket": "bare"}));
    configure(&s3, "bkt", kind, structure);
    s3
}

/// Calls an operation with an input written under the model's names, held against the model's constraints as the
/// pipeline does; the answer comes the same way.
pub(crate) fn call<O: Operation>(s3: &Local, input: Value) -> Result<Value, Fault> {
    called_by::<O>(s3, "000000000000", input)
}

/// The same by the root user of another account.
pub(crate) fn called_by<O: Operation>(s3: &Local, account: &str, input: Value) -> Result<Value, Fault> {
    let mut request = O::Input::default();
    canonical::fill(&mut request, &without_nulls(input)).unwrap();
    let api = if O::META.api == "s3" { &shapes_s3::API } else { &shapes_s3control::API };
    let violations = validate::check(api, &request as &dyn Shape);
    if !violations.is_empty() {
        return Err(validate::fault(api, &violations));
    }
    let cx = s3.cx(Caller::root(account.parse().unwrap(), None), "us-east-1");
    s3.call_with::<O>(&cx, request).map(|output| canonical::to_json(&output))
}

/// Absent members, as tests write them where that is shorter.
fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let kept = members.into_iter().filter(|(_, value)| !value.is_null());
            kept.map(|(name, value)| (name, without_nulls(value))).collect()
        }
        Value::Array(values) => values.into_iter().map(without_nulls).collect(),
        scalar => scalar,
    }
}

/// The answer of a call that succeeds.
#[track_caller]
pub(crate) fn answer<O: Operation>(s3: &Local, input: Value) -> Value {
    let shown = input.to_string();
    match call::<O>(s3, input) {
        Ok(output) => output,
        Err(fault) => panic!("{} {shown} was refused: {fault:?}", O::META.name),
    }
}

/// A call is refused with this code and sentence, and with these members among others.
#[track_caller]
pub(crate) fn refused<O: Operation>(
    s3: &Local,
    input: Value,
    code: &str,
    sentence: &str,
    members: &[(&str, &str)],
) {
    let shown = input.to_string();
    let fault = match call::<O>(s3, input) {
        Ok(_) => panic!("{} {shown} was not refused", O::META.name),
        Err(fault) => fault,
    };
    let told = (&*fault.code, fault.message.as_deref().unwrap_or_default());
    assert_eq!(told, (code, sentence), "{} {shown}", O::META.name);
    for (name, value) in members {
        let found = fault.extra.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str());
        assert_eq!(found, Some(*value), "{name} of {} {shown}", O::META.name);
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
