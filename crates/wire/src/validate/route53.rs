//! Route 53 holds documents against its XML schema, and tells what the validator says of the first thing that is wrong.
//!
//! Sources: moto (of enumerations), ruby_route_53, issue 35 (of members that are missing), and clients' reports of empty
//! lists. The other constraints of documents, and all of paths and queries, are told as by most services.

use super::{Rule, Violation, common};
use crate::{Fault, sender};
use shape::Location;

/// The namespace, as the validator writes it.
const NAMESPACE: &str = "https://route53.amazonaws.com/doc/2013-04-01/";

/// The violations in Route 53's words; there is at least one.
pub(super) fn fault(violations: &[Violation]) -> Fault {
    let told = violations.first().and_then(sentence);
    sender(400, "InvalidInput", told.unwrap_or_else(|| common(violations)))
}

/// What the validator says, of what the schema knows.
fn sentence(violation: &Violation) -> Option<String> {
    if !matches!(violation.location, Location::Body | Location::Payload) {
        return None;
    }
    let [within, element, item] = violation.elements;
    let incomplete = |element: &str, wanted: &str| {
        format!(
            "Invalid XML ; cvc-complex-type.2.4.b: The content of element '{element}' is not complete. One of '{{\"{NAMESPACE}\":{wanted}}}' is expected."
        )
    };
    match (&violation.rule, violation.value.as_deref()) {
        (Rule::Enum(values), Some(value)) => Some(format!(
            "Invalid XML ; cvc-enumeration-valid: Value '{value}' is not facet-valid with respect to enumeration '[{}]'. It must be a value from the enumeration.",
            values.join(", ")
        )),
        (Rule::Required, _) => Some(incomplete(within, element)),
        (Rule::MinLength(_), Some(_)) if violation.is_list => Some(incomplete(element, item)),
        _ => None,
    }
}
