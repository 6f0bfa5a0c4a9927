//! The metadata service's need: credentials for what runs on an instance. Met by `iam`.

use crate::Cx;
use base::Timestamp;
use store::View;

/// Hands roles to instances.
pub trait InstanceRoles: Send + Sync {
    /// The unique id of a role of the account of the call: one that was made again under its name has another.
    fn role_id(&self, cx: &Cx, view: &View, role: &str) -> Option<String>;

    /// Credentials of a session of a role, for the service that calls.
    ///
    /// # Errors
    /// There is no such role, or it does not trust the service.
    fn deliver(&self, cx: &Cx, wish: &WishedRole<'_>) -> Result<Delivered, NotDelivered>;

    /// Credentials that say which instance somebody is, and allow nothing.
    ///
    /// # Errors
    /// They cannot be written down.
    fn identify(&self, cx: &Cx, instance: &str, seconds: i32) -> Result<Delivered, NotDelivered>;
}

/// A role that is to be handed over.
#[derive(Clone, Debug)]
pub struct WishedRole<'a> {
    /// Its name.
    pub role: &'a str,
    /// What the session is called: the instance's id.
    pub session: &'a str,
    /// How long the credentials hold.
    pub seconds: i32,
    /// Condition keys that the session has, with their values.
    pub keys: Vec<(String, Vec<String>)>,
}

/// Temporary credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivered {
    /// `ASIA…`
    pub access_key_id: String,
    /// What signatures are made with.
    pub secret: String,
    /// What goes along with them.
    pub token: String,
    /// When they end.
    pub expires_at: Timestamp,
}

/// Why there are no credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotDelivered {
    /// There is no such role, or it does not trust the service.
    Untrusted,
    /// The state could not be written; the text is for the log.
    Failed(String),
}
