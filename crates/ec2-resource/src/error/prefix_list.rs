//! What is refused of prefix lists.

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PrefixList {
    /// AWS keeps such names for its own lists.
    ReservedName,
    /// A list is for 1 to 1,000 entries.
    MaxEntries,
    /// Too many entries in one call.
    PerRequest,
    /// The list is not for so many entries.
    Full,
    /// Entries and their number are not changed by one call.
    EntriesAndMaximum,
    /// The list has another version by now.
    VersionMismatch,
    /// No version has a number as low as that.
    VersionTooLow,
    /// The list never had that version, or has forgotten it.
    NoVersion(i64),
    /// The list is about to change: list and state.
    Busy(String, &'static str),
    /// The list has the entry: block and description.
    EntryExists(String, String),
    /// The list does not have the entry.
    EntryMissing(String),
    /// One of AWS's own lists.
    OfAws(String),
    /// A route table would have too many routes.
    RouteLimit,
}

impl PrefixList {
    /// Code and sentence.
    pub(crate) fn said(&self) -> (&'static str, String) {
        match self {
            Self::ReservedName => (
                "InvalidParameterValue",
                "The prefix list name cannot begin with (com.amazonaws., com.amazon., com.aws.).".to_owned(),
            ),
            Self::MaxEntries => {
                ("InvalidParameterValue", "Must specify a max size between 1 and 1000".to_owned())
            }
            Self::PerRequest => (
                "InvalidParameterValue",
                "The number of entries per request cannot exceeds limit (100).".to_owned(),
            ),
            Self::Full => (
                "PrefixListMaxEntriesExceeded",
                "You have exceeded the maximum number of entries for the prefix list.".to_owned(),
            ),
            Self::EntriesAndMaximum => (
                "InvalidParameterCombination",
                "You cannot modify the entries and the maximum number of entries for the prefix list in the same request."
                    .to_owned(),
            ),
            Self::VersionMismatch => (
                "PrefixListVersionMismatch",
                "The prefix list has the incorrect version number.".to_owned(),
            ),
            Self::VersionTooLow => (
                "InvalidParameterValue",
                "The specified value for version is not valid. The value must be greater than (1).".to_owned(),
            ),
            Self::NoVersion(version) => (
                "InvalidParameterValue",
                format!("The specified value for version is not valid. The prefix list has no version ({version})."),
            ),
            Self::Busy(id, state) => (
                "IncorrectState",
                format!(
                    "The request cannot be completed while the prefix list ({id}) is in the current state ({state})."
                ),
            ),
            Self::EntryExists(cidr, description) => (
                "InvalidPrefixListModification",
                format!("An entry with the CIDR ({cidr}) and description ({description}) already exists."),
            ),
            Self::EntryMissing(cidr) => (
                "InvalidPrefixListModification",
                format!("An entry with the CIDR ({cidr}) does not exist."),
            ),
            Self::OfAws(id) => (
                "UnsupportedOperation",
                format!("The prefix list ({id}) is managed by AWS and cannot be modified."),
            ),
            Self::RouteLimit => {
                ("RouteLimitExceeded", "The maximum number of routes has been reached.".to_owned())
            }
        }
    }
}

/// Why a list did not come to be what it was asked to be. The list itself tells it, after the call was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListFailure {
    /// Something names it.
    InUse,
    /// What names it cannot have so many entries.
    TooLarge,
}

impl ListFailure {
    /// The sentence.
    pub fn said(self) -> &'static str {
        match self {
            Self::InUse => "The prefix list is in use by other resources.",
            Self::TooLarge => {
                "The maximum number of entries exceeds the quota of a resource that references the prefix list."
            }
        }
    }
}
