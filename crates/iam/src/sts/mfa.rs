//! The codes of MFA devices.

use crate::entity::Home;
use crate::error::{Error, Refusal};
use crate::mfa_device::{CodeRefused, verify_code};
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

/// Judges a code by a device of the caller's own, and answers when that was.
pub(super) fn verify(tx: &mut Tx, cx: &Cx, given: &Given) -> Result<Timestamp, Error> {
    let CallerKind::User { unique_id, .. } = &cx.caller().kind else {
        return Err(Refusal::MfaDevice.into());
    };
    match verify_code(tx, &Home::of(cx), unique_id, &given.serial, &given.code) {
        Ok(()) => Ok(cx.now().whole_seconds()),
        Err(CodeRefused::NoDevice) => Err(Refusal::MfaDevice.into()),
        Err(CodeRefused::WrongCode) => Err(Refusal::MfaCode.into()),
    }
}
