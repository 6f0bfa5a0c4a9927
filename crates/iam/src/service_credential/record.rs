//! How service-specific credentials are stored: under account and id, found by their user.

use super::ServiceCredential;
use crate::owner;
use store::{Index, Record};

impl ServiceCredential {
    /// Those of a user.
    pub(crate) const OWNER: Index<Self> =
        Index { name: "owner", keys: |own| vec![owner::key(&own.home, &own.user_id)] };
}

impl Record for ServiceCredential {
    const TABLE: &'static str = "iam_service_credential";
    const INDEXES: &'static [Index<Self>] = &[Self::OWNER];
    type Key = String;

    fn key(&self) -> String {
        format!("{}{}", self.home.prefix(), self.id)
    }
}
