//! The codes of MFA devices.

use super::error::Refusal;
use crate::error::Error;
use base::Timestamp;
use ports::{CallerKind, Cx};
use store::Tx;

/// A device and its code, as they came.
pub(super) struct Given {
    serial: String,
    code: String,
}

impl Given {
    /// Reads both or none.
    pub(super) fn read(serial: Option<String>, code: Option<String>) -> Result<Option<Self>, Error> {
        match (serial, code) {
            (None, None) => Ok(None),
            (Some(serial), Some(code)) => Ok(Some(Self { serial, code })),
            (Some(_), None) | (None, Some(_)) => Err(Refusal::HalfMfa.into()),
        }
    }
}

/// Judges a code by the caller's own device, and answers when that was.
pub(super) fn verify(_tx: &mut Tx, cx: &Cx, given: Option<&Given>) -> Result<Option<Timestamp>, Error> {
    let Some(Given { serial: _, code: _ }) = given else { return Ok(None) };
    let CallerKind::User { .. } = &cx.caller().kind else { return Err(Refusal::MfaDevice.into()) };
    Err(Refusal::MfaDevice.into())
}
