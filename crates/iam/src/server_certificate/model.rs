//! Server certificates: what is true of them in any storage.

use crate::entity::Home;
use base::{Tags, Timestamp};
use serde::{Deserialize, Serialize};

/// A certificate with its key, for load balancers and content delivery.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct ServerCertificate {
    pub(crate) home: Home,
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) id: String,
    /// As they were uploaded, in PEM.
    pub(crate) body: String,
    pub(crate) chain: Option<String>,
    pub(crate) private_key: String,
    pub(crate) uploaded_at: Timestamp,
    pub(crate) expires_at: Timestamp,
    pub(crate) tags: Tags,
}

impl ServerCertificate {
    /// Its ARN.
    pub(crate) fn arn(&self) -> String {
        self.home.arn(&format!("server-certificate{}{}", self.path, self.name))
    }
}
