//! An instant as the wire knows it.

/// Milliseconds since 1970-01-01T00:00:00Z, negative before.
///
/// AWS writes at most milliseconds; what a client sends beyond them is cut off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp {
    /// The milliseconds.
    pub millis: i64,
}

impl Timestamp {
    /// The instant `millis` milliseconds after the epoch.
    pub const fn from_millis(millis: i64) -> Self {
        Self { millis }
    }
}
