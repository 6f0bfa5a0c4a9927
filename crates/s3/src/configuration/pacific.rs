//! Moments as S3 repeats them in refusals: Java's `Date.toString()` on a machine in Seattle.
//!
//! `Tue Dec 31 16:00:00 PST 2019`. Daylight saving time lasts from the second Sunday of March to the first Sunday of
//! November, at two o'clock on the wall, since 2007; earlier years are shown by the same rule.

use base::Timestamp;
use time::{Date, Duration, Month, OffsetDateTime, Time, UtcOffset};

/// The moment as text.
pub(crate) fn text(at: Timestamp) -> String {
    let nanos = i128::from(at.millis) * 1_000_000;
    // Years beyond four digits do not come out of requests; the first day of time is as good as any for them.
    let utc = OffsetDateTime::from_unix_timestamp_nanos(nanos).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let (hours, zone) = if is_summer(utc) { (-7, "PDT") } else { (-8, "PST") };
    let local = utc.to_offset(UtcOffset::from_hms(hours, 0, 0).unwrap_or(UtcOffset::UTC));
    let (weekday, month) = (local.weekday().to_string(), local.month().to_string());
    format!(
        "{} {} {:02} {:02}:{:02}:{:02} {zone} {}",
        &weekday[..3],
        &month[..3],
        local.day(),
        local.hour(),
        local.minute(),
        local.second(),
        local.year()
    )
}

fn is_summer(utc: OffsetDateTime) -> bool {
    let begins = sunday(utc.year(), Month::March, 2).map(|day| at_hour(day, 10));
    let ends = sunday(utc.year(), Month::November, 1).map(|day| at_hour(day, 9));
    begins.is_some_and(|begins| utc >= begins) && ends.is_some_and(|ends| utc < ends)
}

/// The n-th Sunday of a month.
fn sunday(year: i32, month: Month, nth: i64) -> Option<Date> {
    let first = Date::from_calendar_date(year, month, 1).ok()?;
    let until_sunday = (7 - i64::from(first.weekday().number_days_from_sunday())) % 7;
    first.checked_add(Duration::days(until_sunday + 7 * (nth - 1)))
}

fn at_hour(day: Date, hour: u8) -> OffsetDateTime {
    day.with_time(Time::MIDNIGHT).assume_utc() + Duration::hours(hour.into())
}

#[cfg(test)]
mod tests {
    use super::text;
    use base::Timestamp;

    #[test]
    fn the_wall_in_seattle_shows_summer_and_winter() {
        for (seconds, want) in [
            (1_577_836_800, "Tue Dec 31 16:00:00 PST 2019"),
            (1_767_268_800, "Thu Jan 01 04:00:00 PST 2026"),
            // The hour that is skipped, and the hour that comes twice, in 2026.
            (1_772_963_999, "Sun Mar 08 01:59:59 PST 2026"),
            (1_772_964_000, "Sun Mar 08 03:00:00 PDT 2026"),
            (1_793_523_599, "Sun Nov 01 01:59:59 PDT 2026"),
            (1_793_523_600, "Sun Nov 01 01:00:00 PST 2026"),
            (0, "Wed Dec 31 16:00:00 PST 1969"),
        ] {
            assert_eq!(text(Timestamp::from_millis(seconds * 1_000)), want);
        }
    }
}
