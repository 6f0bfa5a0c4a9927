//! The gateway's need: whose key is this? Met by `iam`.

use crate::{Caller, Cx, World};
use base::Timestamp;

/// Looks access keys up.
pub trait Credentials: Send + Sync {
    /// What is known of an access key id and the session token sent along. `now` is the machine's time: a key
    /// expires by it, because clients sign by it; in a world whose clock is stepped it expires by that clock.
    fn look_up(
        &self,
        world: &World,
        access_key_id: &str,
        session_token: Option<&str>,
        now: Timestamp,
    ) -> Found;

    /// The caller has signed this call of a service, named as signatures name it: `s3`; `action` is what it asks for,
    /// `s3:CreateBucket`, where IAM tracks the last use of that.
    fn used(&self, cx: &Cx, service: &str, action: Option<&str>);
}

/// What is known of a key.
pub enum Found {
    /// angae never issued it.
    Unknown,
    /// It is good for signing.
    Known(KnownKey),
    /// angae issued it, and it must not be used.
    Refused(Refusal),
}

/// A key that may sign.
pub struct KnownKey {
    /// What its signatures are made with.
    pub secret: String,
    /// Whom it speaks for.
    pub caller: Caller,
}

/// Why a key that angae issued is refused. These hold in every `--iam` mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Deactivated, or deleted.
    Inactive,
    /// A temporary key past its end.
    Expired,
    /// The session token is absent, damaged or another key's.
    BadToken,
}
