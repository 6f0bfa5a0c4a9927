//! How each API says that a call is not allowed.

use super::Record;
use crate::house::House;
use ports::{Cx, DENY_ID, unauthorized};
use shape::{ApiMeta, OperationMeta, Protocol};
use wire::{Fault, sender};

/// The refusal of a call that policies do not allow.
pub(crate) fn refuse(api: &ApiMeta, record: &Record) -> Fault {
    let sentence = record.sentence();
    let mut fault = match api.protocol {
        Protocol::Ec2 => {
            let sealed = record.sealed.get().map(String::as_str).unwrap_or_default();
            sender(403, "UnauthorizedOperation", unauthorized(&sentence, sealed))
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

/// The codes by which services deny.
const DENIALS: &[&str] = &["AccessDenied", "AccessDeniedException", "UnauthorizedOperation"];

/// The same fault. A denial that no policy decided is kept too, so that every denial can be asked about by its id.
pub(crate) fn identified(
    house: &House,
    cx: &Cx,
    (api, operation): (&ApiMeta, &OperationMeta),
    fault: Fault,
) -> Fault {
    let is_kept = fault.headers.iter().any(|(name, _)| *name == DENY_ID);
    if is_kept || !DENIALS.contains(&&*fault.code) {
        return fault;
    }
    by_service(house, cx, (api, operation), fault)
}

/// Keeps a refusal that a service makes whatever policies say.
pub(super) fn by_service(
    house: &House,
    cx: &Cx,
    (api, operation): (&ApiMeta, &OperationMeta),
    mut fault: Fault,
) -> Fault {
    let action = format!("{}:{}", api.signing_name, operation.name);
    let sentence = fault.message.as_deref().unwrap_or(&fault.code);
    let record = house.gatekeeper.by_service(cx, &action, sentence);
    fault.headers.push((DENY_ID, record.id.clone()));
    fault
}
