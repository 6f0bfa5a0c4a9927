//! How each API says that a call is not allowed.

use super::Record;
use ports::DENY_ID;
use shape::{ApiMeta, Protocol};
use wire::{Fault, sender};

/// The refusal of a call that policies do not allow.
pub(crate) fn refuse(api: &ApiMeta, record: &Record) -> Fault {
    let sentence = record.sentence();
    let mut fault = match api.protocol {
        Protocol::Ec2 => {
            let sealed = record.sealed.get().map(String::as_str).unwrap_or_default();
            let sentence = format!(
                "You are not authorized to perform this operation. {sentence} Encoded authorization failure \
                 message: {sealed}"
            );
            sender(403, "UnauthorizedOperation", sentence)
        }
        _ if api.id == "iam" => sender(403, "AccessDenied", record.sentence_with_id()),
        _ if wire::codec::is_s3(api) => sender(403, "AccessDenied", record.sentence_of_s3()),
        Protocol::Query | Protocol::RestXml => sender(403, "AccessDenied", sentence),
        // Their API references, "Common errors": 400 of the JSON protocol, 403 of REST.
        Protocol::Json => sender(400, "AccessDeniedException", sentence),
        Protocol::RestJson | Protocol::Cbor => sender(403, "AccessDeniedException", sentence),
    };
    fault.headers.push((DENY_ID, record.id.clone()));
    fault
}
