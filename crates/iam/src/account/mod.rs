//! What belongs to the account as a whole.

pub(crate) mod alias;
pub(crate) mod authorization_details;
pub(crate) mod credential_report;
pub(crate) mod password_policy;
pub(crate) mod summary;
