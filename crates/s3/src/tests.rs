//! What the tests of this crate share.

use crate::install;
use testkit::Local;
use wire::Fault;

/// A world with nothing but S3.
pub(crate) fn local() -> Local {
    Local::new(install)
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
