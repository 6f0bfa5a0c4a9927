//! Timestamps in their three forms.

use shape::{Timestamp, TimestampFormat};
use std::fmt::Write;
use time::format_description::well_known::{Rfc2822, Rfc3339};
use time::macros::format_description;
use time::{Date, OffsetDateTime, PrimitiveDateTime, Time};

/// As RFC 822 abbreviates them.
const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Reads any of the forms a client may send in place of `format`: offsets and fractions are always understood.
pub fn parse(text: &str, format: TimestampFormat) -> Option<Timestamp> {
    match format {
        TimestampFormat::Epoch => parse_epoch(text),
        TimestampFormat::Iso8601 => {
            parse_iso8601(text).or_else(|| parse_rfc822(text)).or_else(|| parse_epoch(text))
        }
        TimestampFormat::Rfc822 => {
            parse_rfc822(text).or_else(|| parse_iso8601(text)).or_else(|| parse_epoch(text))
        }
    }
}

/// A mark and two digits. Moments are written digit by digit: lists of EC2 have four of them in each entry, every answer of
/// S3 has two, and formatting machinery takes six times as long.
fn two(out: &mut String, mark: &str, number: u8) {
    out.push_str(mark);
    out.push(char::from(b'0' + number / 10 % 10));
    out.push(char::from(b'0' + number % 10));
}

/// Years 0 to 9999: no other is a timestamp here.
fn year(out: &mut String, date: Date) {
    let year = u16::try_from(date.year()).unwrap_or_default();
    two(out, "", u8::try_from(year / 100).unwrap_or_default());
    two(out, "", u8::try_from(year % 100).unwrap_or_default());
}

/// `18:30:38`.
fn time_of_day(out: &mut String, mark: &str, time: Time) {
    two(out, mark, time.hour());
    two(out, ":", time.minute());
    two(out, ":", time.second());
}

/// `2014-04-29T18:30:38`.
fn iso8601(out: &mut String, moment: OffsetDateTime) {
    let date = moment.date();
    year(out, date);
    two(out, "-", u8::from(date.month()));
    two(out, "-", date.day());
    time_of_day(out, "T", moment.time());
}

/// `Tue, 29 Apr 2014 18:30:38`.
fn rfc822(out: &mut String, moment: OffsetDateTime) {
    let date = moment.date();
    out.push_str(WEEKDAYS[usize::from(date.weekday().number_days_from_monday())]);
    two(out, ", ", date.day());
    out.push(' ');
    out.push_str(MONTHS[usize::from(u8::from(date.month())) - 1]);
    out.push(' ');
    year(out, date);
    time_of_day(out, " ", moment.time());
}

/// Seconds since the epoch as a JSON number: `1398796238` or `1398796238.123`. NaN and the like are no time.
pub fn from_seconds(seconds: f64) -> Option<Timestamp> {
    let millis = (seconds * 1000.0).round();
    // The years 0001 to 9999, beyond which no other form can write them.
    if !(-62_135_596_800_000.0..=253_402_300_799_999.0).contains(&millis) {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "the range was checked")]
    Some(Timestamp::from_millis(millis as i64))
}

fn parse_epoch(text: &str) -> Option<Timestamp> {
    from_seconds(text.trim().parse().ok()?)
}

fn parse_iso8601(text: &str) -> Option<Timestamp> {
    if let Ok(at) = OffsetDateTime::parse(text, &Rfc3339) {
        return of(at);
    }
    // Without an offset, or only a date: UTC is meant.
    let plain = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]");
    if let Ok(at) = PrimitiveDateTime::parse(text.get(..19)?, plain) {
        return (text.len() == 19).then(|| of(at.assume_utc())).flatten();
    }
    None
}

fn parse_rfc822(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    // `time` reads numeric offsets and the obsolete zone names, but no fraction.
    let (head, fraction) = match text.split_once('.') {
        Some((head, rest)) => {
            let digits = rest.find(|c: char| !c.is_ascii_digit())?;
            (
                format!("{head}{}", &rest[digits..]),
                rest[..digits.min(3)].parse::<i64>().ok()? * [0, 100, 10, 1][digits.min(3)],
            )
        }
        None => (text.to_owned(), 0),
    };
    let at = OffsetDateTime::parse(&head, &Rfc2822).ok()?;
    of(at).map(|at| Timestamp::from_millis(at.millis + fraction))
}

fn of(at: OffsetDateTime) -> Option<Timestamp> {
    let millis = at.unix_timestamp().checked_mul(1000)?.checked_add(i64::from(at.millisecond()))?;
    Some(Timestamp::from_millis(millis))
}

/// Appends a timestamp. A fraction is written only where there is one, or always with `millis`.
pub fn write(out: &mut String, at: Timestamp, format: TimestampFormat, millis: bool) {
    let (seconds, fraction) = (at.millis.div_euclid(1000), at.millis.rem_euclid(1000));
    let moment = OffsetDateTime::from_unix_timestamp(seconds)
        .unwrap_or_else(|_| PrimitiveDateTime::new(Date::MIN, Time::MIDNIGHT).assume_utc());
    let outcome = match format {
        TimestampFormat::Epoch if fraction == 0 => write!(out, "{seconds}"),
        TimestampFormat::Epoch => {
            let tail =
                format!("{:.3}", f64::from(i32::try_from(at.millis.rem_euclid(1000)).unwrap_or(0)) / 1000.0);
            // Negative times with a fraction count down from the whole second above.
            if seconds < 0 {
                #[expect(clippy::cast_precision_loss, reason = "three digits after the point survive")]
                let exact = at.millis as f64 / 1000.0;
                write!(out, "{exact}")
            } else {
                write!(out, "{seconds}{}", tail[1..].trim_end_matches('0'))
            }
        }
        TimestampFormat::Iso8601 => {
            iso8601(out, moment);
            if fraction != 0 || millis { write!(out, ".{fraction:03}Z") } else { out.write_char('Z') }
        }
        TimestampFormat::Rfc822 => {
            rfc822(out, moment);
            let part = if fraction == 0 { Ok(()) } else { write!(out, ".{fraction:03}") };
            out.push_str(" GMT");
            part
        }
    };
    outcome.expect("writing to a String cannot fail");
}

#[cfg(test)]
mod tests {
    use super::{parse, write};
    use shape::{Timestamp, TimestampFormat};

    #[test]
    fn every_form_is_read() {
        use TimestampFormat::{Epoch, Iso8601, Rfc822};
        for (text, format, want) in [
            ("2014-04-29T18:30:38Z", Iso8601, Some(1_398_796_238_000)),
            ("2014-04-29T18:30:38.123Z", Iso8601, Some(1_398_796_238_123)),
            ("2014-04-29T19:30:38+01:00", Iso8601, Some(1_398_796_238_000)),
            ("2014-04-29T18:30:38", Iso8601, Some(1_398_796_238_000)),
            ("Tue, 29 Apr 2014 18:30:38 GMT", Rfc822, Some(1_398_796_238_000)),
            ("Tue, 29 Apr 2014 18:30:38.456 GMT", Rfc822, Some(1_398_796_238_456)),
            ("1398796238", Epoch, Some(1_398_796_238_000)),
            ("1398796238.5", Epoch, Some(1_398_796_238_500)),
            ("NaN", Epoch, None),
            ("1e300", Epoch, None),
            ("yesterday", Iso8601, None),
            ("", Rfc822, None),
        ] {
            assert_eq!(parse(text, format).map(|at| at.millis), want, "{text}");
        }
    }

    #[test]
    fn a_fraction_is_written_only_where_there_is_one() {
        use TimestampFormat::{Epoch, Iso8601, Rfc822};
        for (millis, format, want) in [
            (1_398_796_238_000, Iso8601, "2014-04-29T18:30:38Z"),
            (1_398_796_238_120, Iso8601, "2014-04-29T18:30:38.120Z"),
            (1_398_796_238_000, Rfc822, "Tue, 29 Apr 2014 18:30:38 GMT"),
            (1_398_796_238_000, Epoch, "1398796238"),
            (1_398_796_238_120, Epoch, "1398796238.12"),
            (-500, Epoch, "-0.5"),
        ] {
            let mut text = String::new();
            write(&mut text, Timestamp::from_millis(millis), format, false);
            assert_eq!(text, want);
        }
    }
}
