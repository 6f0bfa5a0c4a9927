//! How resources are named: the keys they are kept under, and their ARNs.

use base::{Arn, Ids, Scope};

/// What everything of a Region begins with.
pub(crate) fn home(scope: &Scope) -> String {
    format!("{scope}/")
}

/// A resource of a Region.
pub(crate) fn own(scope: &Scope, name: &str) -> String {
    format!("{scope}/{name}")
}

/// What everything of a cluster begins with.
pub(crate) fn below(scope: &Scope, cluster: &str) -> String {
    format!("{scope}/{cluster}/")
}

/// A resource of a cluster.
pub(crate) fn child(scope: &Scope, cluster: &str, name: &str) -> String {
    format!("{scope}/{cluster}/{name}")
}

/// An ARN of this service.
pub(crate) fn arn(scope: &Scope, resource: &str) -> String {
    Arn::regional(scope, "eks", resource).to_string()
}

/// The end of the ARN of what may be made again under its name: any hexadecimal digits in the form of a UUID.
/// Source: ARNs of node groups in published answers.
pub(crate) fn mark(ids: &Ids) -> String {
    let digits = hex::encode(ids.bytes::<16>());
    [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]].join("-")
}
