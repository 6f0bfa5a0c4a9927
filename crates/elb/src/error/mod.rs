//! What is refused, in AWS's words. Where no answer of AWS's was found that shows them, the sentence says what the API
//! reference says of the error; the README names those.

mod action;
mod classic;
mod condition;
mod configuration;
mod limit;
mod missing;
mod refused;
mod trust;
mod validation;

pub(crate) use action::Action;
pub(crate) use classic::Classic;
pub(crate) use condition::Condition;
pub(crate) use configuration::Configuration;
pub(crate) use limit::Limit;
pub(crate) use missing::Missing;
pub(crate) use refused::{Refused, Subnet};
pub(crate) use trust::Trust;
pub(crate) use validation::Validation;

use ports::{DENY_ID, Denied};
use store::StoreError;
use wire::{AwsError, Fault, receiver, sender};

/// Everything this crate refuses.
#[derive(Clone, Debug, PartialEq)]
pub enum Error {
    /// A member is not of its form, or not what goes with the others.
    Validation(Validation),
    /// What is asked for cannot be, as things are.
    Configuration(Configuration),
    /// What is named is not there.
    Missing(Missing),
    /// It is there, and in the way; or it is not for this.
    Refused(Refused),
    /// There would be too many.
    Limit(Limit),
    /// A subnet does not do.
    Subnet(Subnet),
    /// An action is none.
    Action(Action),
    /// A condition is none.
    Condition(Condition),
    /// What the older API refuses.
    Classic(Classic),
    /// A trust store, or what is of it.
    Trust(Trust),
    /// Policies do not allow the caller what the operation needs beside itself.
    Denied(Denied),
    /// The store failed; the log says why.
    Store(StoreError),
}

macro_rules! parts {
    ($($part:ident),*) => {$(
        impl From<$part> for Error {
            fn from(part: $part) -> Self {
                Self::$part(part)
            }
        }
    )*};
}

parts!(Validation, Configuration, Missing, Refused, Limit, Subnet, Action, Condition, Classic, Trust);

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl AwsError for Error {
    fn fault(&self) -> Fault {
        match self {
            Self::Validation(part) => part.fault(),
            Self::Configuration(part) => part.fault(),
            Self::Missing(part) => part.fault(),
            Self::Refused(part) => part.fault(),
            Self::Limit(part) => part.fault(),
            Self::Subnet(part) => part.fault(),
            Self::Action(part) => part.fault(),
            Self::Condition(part) => part.fault(),
            Self::Classic(part) => part.fault(),
            Self::Trust(part) => part.fault(),
            Self::Denied(denied) => {
                sender(403, "AccessDenied", denied.sentence.clone()).header(DENY_ID, &denied.decision)
            }
            Self::Store(_) => receiver(500, "InternalFailure", "An internal error has occurred"),
        }
    }
}
