//! Instants of conditions: ISO 8601, as much of it as is given, or seconds since 1970.

/// What the longest fraction of a second may have, in digits.
const MOST_DIGITS: usize = 9;
/// The years of a Java date, which AWS reads dates with.
const YEARS: std::ops::RangeInclusive<i64> = -292_275_054..=292_278_993;

/// Milliseconds since 1970 of `2026-01-02T03:04:05.678+09:00`, `2026-01-02`, `2026-01`, or of a number of seconds.
pub(crate) fn parse(text: &str) -> Option<i64> {
    let text = text.trim().to_ascii_lowercase();
    if !text.contains(['t', '-']) {
        let seconds = text.parse::<i64>().ok().filter(|seconds| *seconds >= 0)?;
        return Some(seconds.saturating_mul(1_000));
    }
    let (date, time) = text.split_once('t').unwrap_or((&text, ""));
    let days = date_days(date)?;
    let (millis, zone_minutes) = time_millis(time)?;
    i64::try_from(i128::from(days) * 86_400_000 + i128::from(millis) - i128::from(zone_minutes) * 60_000).ok()
}

fn date_days(date: &str) -> Option<i64> {
    let (negative, date) = match date.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, date),
    };
    let mut parts = date.split('-');
    let year = number(parts.next()?, 1..=9)?;
    let year = if negative { -year } else { year };
    let month = parts.next().map_or(Some(1), |month| number(month, 1..=2))?;
    let day = parts.next().map_or(Some(1), |day| number(day, 1..=2))?;
    let fits = YEARS.contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    (fits && parts.next().is_none()).then(|| days_from_civil(year, month, day))
}

/// Milliseconds of the day, and the minutes the zone is ahead.
fn time_millis(time: &str) -> Option<(i64, i64)> {
    if time.is_empty() {
        return Some((0, 0));
    }
    let (clock, zone) = match time.find(['z', '+', '-']) {
        Some(at) => time.split_at(at),
        None => (time, ""),
    };
    let mut parts = clock.split(':');
    let hours = number(parts.next()?, 1..=2).filter(|hours| *hours < 24)?;
    let minutes = parts.next().map_or(Some(0), |text| number(text, 1..=2)).filter(|minutes| *minutes < 60)?;
    let (seconds, fraction) = match parts.next() {
        Some(text) => text.split_once('.').unwrap_or((text, "0")),
        None => ("0", "0"),
    };
    let seconds = number(seconds, 1..=2).filter(|seconds| *seconds < 60)?;
    number(fraction, 1..=MOST_DIGITS)?;
    let millis = number(&format!("{fraction:0<3}")[..3], 3..=3)?;
    if parts.next().is_some() {
        return None;
    }
    Some((((hours * 60 + minutes) * 60 + seconds) * 1_000 + millis, zone_minutes(zone)?))
}

fn zone_minutes(zone: &str) -> Option<i64> {
    let Some(sign) = zone.chars().next() else { return Some(0) };
    if sign == 'z' {
        return (zone.len() == 1).then_some(0);
    }
    let (hours, minutes) = zone[1..].split_once(':').unwrap_or((&zone[1..], "00"));
    let hours = number(hours, 2..=2).filter(|hours| *hours < 24)?;
    let minutes = number(minutes, 2..=2).filter(|minutes| *minutes < 60)?;
    let ahead = hours * 60 + minutes;
    Some(if sign == '-' { -ahead } else { ahead })
}

fn number(text: &str, lengths: std::ops::RangeInclusive<usize>) -> Option<i64> {
    let is_number = lengths.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { text.parse().ok() } else { None }
}

/// Days since 1970 of a date of the Gregorian calendar. Years begin in March here, so that leap days come last.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// ISO 8601 of milliseconds since 1970, to the second.
pub(crate) fn format(millis: i64) -> String {
    let (days, rest) = (millis.div_euclid(86_400_000), millis.rem_euclid(86_400_000) / 1_000);
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    let (hours, minutes, seconds) = (rest / 3_600, rest / 60 % 60, rest % 60);
    format!("{year:04}-{month:02}-{day:02}T{hours:02}:{minutes:02}:{seconds:02}Z")
}

#[cfg(test)]
mod tests {
    use super::{format, parse};

    /// Spec 1.7: ISO 8601 or epoch seconds. The odd ones: moto's recorded documents (spec 5.1).
    #[test]
    fn instants_are_read_in_every_form() {
        for (text, want) in [
            ("1970-01-01T00:00:00Z", Some(0)),
            ("2026-01-02T03:04:05Z", Some(1_767_323_045_000)),
            ("1767323045", Some(1_767_323_045_000)),
            ("2026-01-02T03:04:05.678Z", Some(1_767_323_045_678)),
            ("2026-01-02t03:04:05.6789+00", Some(1_767_323_045_678)),
            ("2026-01-02T12:04:05+09:00", Some(1_767_323_045_000)),
            ("2026-01-01T22:04:05-05:00", Some(1_767_323_045_000)),
            ("2026-01-02T08:34:05+05:30", Some(1_767_323_045_000)),
            ("2026-01-02", Some(1_767_312_000_000)),
            ("2026-01", Some(1_767_225_600_000)),
            ("2000-02-29", Some(951_782_400_000)),
            ("1969-12-31T23:59:59Z", Some(-1_000)),
            ("2016-12-13t2:00:00.593194+23", Some(1_481_511_600_593)),
            ("01T", Some(-62_135_596_800_000)),
            ("-292275054", Some(-9_223_372_017_043_200_000)),
            ("0", Some(0)),
            ("", None),
            ("-", None),
            ("sdfdsf", None),
            ("234-13", None),
            ("2026-01-32", None),
            ("2026-01-02-03", None),
            ("2026-01-02T24:00:00Z", None),
            ("2026-01-02T00:60:00Z", None),
            ("2026-01-02T00:00:60Z", None),
            ("2026-01-02T00:00:00:00Z", None),
            ("2026-01-02T00:00:00Zx", None),
            ("2016-12-13t2:00:00.593194+1", None),
            ("2016-12-13t2:00:00.1999999999+10:59", None),
            ("2016-12-13t2:00:00+10:60", None),
            ("2016-12-13t2:00:00+24:00", None),
            ("9223372036854775808", None),
            ("292278994-01-01", None),
        ] {
            assert_eq!(parse(text), want, "{text}");
        }
    }

    /// The Gregorian calendar, through a whole turn of 400 years and the leap years at its ends.
    #[test]
    fn months_begin_and_end_where_the_calendar_has_them() {
        // Of 1599-01-01.
        let mut first = -135_505;
        for year in 1599..=2001 {
            let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
            let february = if is_leap { 29 } else { 28 };
            for (month, length) in (1..).zip([31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]) {
                for day in [1, length] {
                    let text = format!("{year}-{month:02}-{day:02}T00:00:00Z");
                    let millis = (first + day - 1) * 86_400_000;
                    assert_eq!((parse(&text), format(millis)), (Some(millis), text));
                }
                first += length;
            }
        }
    }

    #[test]
    fn instants_are_shown_in_utc() {
        for text in
            ["1970-01-01T00:00:00Z", "2026-01-02T03:04:05Z", "2000-02-29T23:59:59Z", "1969-12-31T00:00:00Z"]
        {
            assert_eq!(format(parse(text).unwrap()), text);
        }
    }
}
