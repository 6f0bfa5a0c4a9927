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
