//! Instants.

use serde::{Deserialize, Serialize};

/// An instant in UTC, to the millisecond.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub millis: i64,
}

impl Timestamp {
    /// The instant `millis` milliseconds after the epoch.
    pub const fn from_millis(millis: i64) -> Self {
        Self { millis }
    }

    /// This instant, `millis` milliseconds later; stops at the end of time.
    #[must_use]
    pub const fn plus_millis(self, millis: i64) -> Self {
        Self { millis: self.millis.saturating_add(millis) }
    }

    /// Milliseconds from `earlier` to this instant, negative when it lies ahead.
    pub const fn millis_since(self, earlier: Self) -> i64 {
        self.millis.saturating_sub(earlier.millis)
    }

    /// The instant cut to whole seconds, as the APIs that write no fraction store it.
    #[must_use]
    pub const fn whole_seconds(self) -> Self {
        Self { millis: self.millis.div_euclid(1000) * 1000 }
    }

    /// `2026-11-24T15:09:28.123Z`: for logs, exports and tokens. What clients read is written by the codecs.
    pub fn rfc3339(self) -> String {
        let nanos = i128::from(self.millis) * 1_000_000;
        time::OffsetDateTime::from_unix_timestamp_nanos(nanos)
            .ok()
            .and_then(|at| at.format(&time::format_description::well_known::Rfc3339).ok())
            .unwrap_or_else(|| format!("{}ms", self.millis))
    }
}

impl From<Timestamp> for shape::Timestamp {
    fn from(at: Timestamp) -> Self {
        Self::from_millis(at.millis)
    }
}

impl From<shape::Timestamp> for Timestamp {
    fn from(at: shape::Timestamp) -> Self {
        Self::from_millis(at.millis)
    }
}
