//! Authorization messages: sealed copies of why something was denied.

use crate::Iam;
use crate::error::{Error, Refusal};
use crate::seal::{self, Purpose};
use ports::Cx;
use shapes_sts as sts;

/// Seals the record of a decision, a JSON document, for [`DecodeAuthorizationMessage`](sts::DecodeAuthorizationMessage).
///
/// # Errors
/// The state cannot be written.
pub fn encode(cx: &Cx, record: &str) -> Result<String, Error> {
    seal::document(cx, Purpose::Message, record.as_bytes())
}

/// `DecodeAuthorizationMessage`.
pub(super) fn decode(
    cx: &Cx,
    _svc: &Iam,
    input: sts::DecodeAuthorizationMessageRequest,
) -> Result<sts::DecodeAuthorizationMessageResponse, Error> {
    let sealed = input.encoded_message.unwrap_or_default();
    let opened = cx.read(|view| seal::open_document(view, cx.world(), Purpose::Message, &sealed));
    let record = opened.and_then(|bytes| String::from_utf8(bytes).ok()).ok_or(Refusal::Message)?;
    Ok(sts::DecodeAuthorizationMessageResponse { decoded_message: Some(record) })
}
