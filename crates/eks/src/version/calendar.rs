//! The calendar of Kubernetes versions: when each came to EKS, and until when it is supported.
//!
//! Source: EKS user guide, "Amazon EKS Kubernetes release calendar" and "Platform versions" (as of spring 2026); 1.36
//! and the platforms after that from answers that users published between June and October 2026; 1.37 from the
//! announcement of 1 October 2026, with the 14 and 12 months that every version has. Platform numbers go on rising
//! after those that are known here.

use base::Timestamp;

/// Milliseconds of a day.
const DAY: i64 = 86_400_000;

/// A minor version.
#[derive(Debug)]
pub(crate) struct Version {
    /// `1.35`.
    pub(crate) name: &'static str,
    /// The number after the point.
    pub(crate) minor: u32,
    /// The newest patch: `1.35.3`.
    pub(crate) patch: &'static str,
    /// The number of the newest platform: 17 is `eks.17`.
    platform: u32,
    /// Days since 1970 at which it came, and at which each support ends, all at midnight UTC.
    released: i64,
    standard_ends: i64,
    extended_ends: i64,
}

/// Where a version stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Support {
    /// It has not come yet.
    Future,
    /// In its first 14 months.
    Standard,
    /// In the 12 months after those.
    Extended,
    /// It is over.
    Over,
}

impl Support {
    /// Its name, as the API writes it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Standard => "STANDARD_SUPPORT",
            Self::Extended => "EXTENDED_SUPPORT",
            Self::Future | Self::Over => "UNSUPPORTED",
        }
    }
}

impl Version {
    /// Where it stands at a time.
    pub(crate) fn support(&self, now: Timestamp) -> Support {
        match now.millis.div_euclid(DAY) {
            day if day < self.released => Support::Future,
            day if day < self.standard_ends => Support::Standard,
            day if day < self.extended_ends => Support::Extended,
            _ => Support::Over,
        }
    }

    /// Whether clusters may be made of it.
    pub(crate) fn is_supported(&self, now: Timestamp) -> bool {
        matches!(self.support(now), Support::Standard | Support::Extended)
    }

    /// Its newest platform: `eks.17`.
    pub(crate) fn platform(&self) -> String {
        format!("eks.{}", self.platform)
    }

    /// When it came, and when each support ends.
    pub(crate) fn dates(&self) -> [Timestamp; 3] {
        [self.released, self.standard_ends, self.extended_ends].map(|day| Timestamp::from_millis(day * DAY))
    }
}

/// The version of a name, whether it is supported or not.
pub(crate) fn find(name: &str) -> Option<&'static Version> {
    VERSIONS.iter().find(|version| version.name == name)
}

/// What clusters are made of where nothing is asked for: the newest but one of those in standard support, since AWS
/// makes a version the default some months after it came.
pub(crate) fn default(now: Timestamp) -> &'static Version {
    let standard = || VERSIONS.iter().filter(|version| version.support(now) == Support::Standard);
    let supported = || VERSIONS.iter().find(|version| version.is_supported(now));
    standard().nth(1).or_else(|| standard().next()).or_else(supported).unwrap_or(&VERSIONS[0])
}

const fn version(
    (name, minor): (&'static str, u32),
    (patch, platform): (&'static str, u32),
    [released, standard_ends, extended_ends]: [(i64, i64, i64); 3],
) -> Version {
    Version {
        name,
        minor,
        patch,
        platform,
        released: days(released),
        standard_ends: days(standard_ends),
        extended_ends: days(extended_ends),
    }
}

/// Days from 1970 to a date of the Gregorian calendar.
const fn days((year, month, day): (i64, i64, i64)) -> i64 {
    // March is the first month here, so that a leap day is a year's last.
    let year = if month <= 2 { year - 1 } else { year };
    let month = (month + 9) % 12;
    let of_year = (153 * month + 2) / 5 + day - 1;
    365 * year + year / 4 - year / 100 + year / 400 + of_year - 719_468
}

/// The newest first.
pub(crate) const VERSIONS: &[Version] = &[
    version(("1.37", 37), ("1.37.1", 3), [(2026, 10, 1), (2027, 12, 1), (2028, 12, 1)]),
    version(("1.36", 36), ("1.36.4", 13), [(2026, 6, 2), (2027, 8, 2), (2028, 8, 2)]),
    version(("1.35", 35), ("1.35.8", 17), [(2026, 1, 27), (2027, 3, 27), (2028, 3, 27)]),
    version(("1.34", 34), ("1.34.6", 27), [(2025, 10, 2), (2026, 12, 2), (2027, 12, 2)]),
    version(("1.33", 33), ("1.33.10", 41), [(2025, 5, 29), (2026, 7, 29), (2027, 7, 29)]),
    version(("1.32", 32), ("1.32.13", 48), [(2025, 1, 23), (2026, 3, 23), (2027, 3, 23)]),
    version(("1.31", 31), ("1.31.14", 64), [(2024, 9, 26), (2025, 11, 26), (2026, 11, 26)]),
    version(("1.30", 30), ("1.30.14", 72), [(2024, 5, 23), (2025, 7, 23), (2026, 7, 23)]),
    version(("1.29", 29), ("1.29.15", 66), [(2024, 1, 23), (2025, 3, 23), (2026, 3, 23)]),
    version(("1.28", 28), ("1.28.15", 63), [(2023, 9, 26), (2024, 11, 26), (2025, 11, 26)]),
    version(("1.27", 27), ("1.27.16", 53), [(2023, 5, 24), (2024, 7, 24), (2025, 7, 24)]),
    version(("1.26", 26), ("1.26.15", 51), [(2023, 4, 11), (2024, 6, 11), (2025, 6, 11)]),
    version(("1.25", 25), ("1.25.16", 48), [(2023, 2, 21), (2024, 5, 1), (2025, 5, 1)]),
];

#[cfg(test)]
mod tests {
    use super::{Support, VERSIONS, days, default, find};
    use base::Timestamp;

    /// Midnight UTC of a date.
    fn at(date: (i64, i64, i64)) -> Timestamp {
        Timestamp::from_millis(days(date) * 86_400_000)
    }

    #[test]
    fn dates_are_those_of_the_calendar() {
        assert_eq!((days((1970, 1, 1)), days((2000, 3, 1)), days((2026, 11, 27))), (0, 11_017, 20_784));
        let [released, ..] = find("1.35").unwrap().dates();
        assert!(released.rfc3339().starts_with("2026-01-27T00:00:00"));
    }

    #[test]
    fn support_follows_the_clock() {
        for (name, date, want) in [
            ("1.31", (2026, 11, 25), Support::Extended),
            ("1.31", (2026, 11, 26), Support::Over),
            ("1.34", (2026, 12, 1), Support::Standard),
            ("1.34", (2026, 12, 2), Support::Extended),
            ("1.37", (2026, 9, 30), Support::Future),
            ("1.37", (2026, 10, 1), Support::Standard),
        ] {
            assert_eq!(find(name).unwrap().support(at(date)), want, "{name} {date:?}");
        }
    }

    #[test]
    fn the_default_is_supported_at_every_time_that_is_known() {
        for (date, want) in [((2026, 11, 27), "1.36"), ((2026, 8, 1), "1.35"), ((2024, 6, 1), "1.29")] {
            assert_eq!(default(at(date)).name, want, "{date:?}");
        }
        assert!(VERSIONS.windows(2).all(|pair| pair[0].minor == pair[1].minor + 1));
    }
}
