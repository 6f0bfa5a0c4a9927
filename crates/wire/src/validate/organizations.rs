//! Organizations names no member: one sentence per constraint, and a reason beside it.
//!
//! The sentences about patterns and enums were recorded; the others are those of the API reference, InvalidInputException.

use super::{Rule, Violation};
use crate::{Fault, sender};

/// The first violation.
pub(super) fn fault(first: &Violation) -> Fault {
    let (reason, sentence) = match &first.rule {
        Rule::Required => ("INPUT_REQUIRED", "You must include a value for all required parameters."),
        Rule::Enum(_) if is_policy_type(first) => {
            ("INVALID_ENUM_POLICY_TYPE", "You specified an invalid value.")
        }
        Rule::Enum(_) => ("INVALID_ENUM", "You specified an invalid value."),
        Rule::Pattern(_) => {
            ("INVALID_PATTERN", "You provided a value that does not match the required pattern.")
        }
        Rule::MinLength(_) => {
            ("MIN_LENGTH_EXCEEDED", "You provided a string parameter that is shorter than allowed.")
        }
        Rule::MaxLength(_) => {
            ("MAX_LENGTH_EXCEEDED", "You provided a string parameter that is longer than allowed.")
        }
        Rule::MinValue(_) => {
            ("MIN_VALUE_EXCEEDED", "You provided a numeric parameter that has a smaller value than allowed.")
        }
        Rule::MaxValue(_) => {
            ("MAX_VALUE_EXCEEDED", "You provided a numeric parameter that has a larger value than allowed.")
        }
        Rule::Elements(_) | Rule::Keys(_) | Rule::Values(_) => (
            "INVALID_LIST_MEMBER",
            "You provided a list to a parameter that contains at least one invalid value.",
        ),
    };
    sender(400, "InvalidInputException", sentence).with("Reason", reason)
}

fn is_policy_type(violation: &Violation) -> bool {
    matches!(violation.member, "PolicyType" | "Type" | "Filter")
}
