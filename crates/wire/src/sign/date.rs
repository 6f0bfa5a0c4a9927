//! The two forms of a signature's date.

use crate::codec::timestamp;
use shape::{Timestamp, TimestampFormat};
use time::PrimitiveDateTime;
use time::macros::format_description;

/// Reads `20150830T123600Z`.
pub(crate) fn parse_basic(text: &str) -> Option<Timestamp> {
    let form = format_description!("[year][month][day]T[hour][minute][second]Z");
    let at = PrimitiveDateTime::parse(text, form).ok()?.assume_utc();
    Some(Timestamp::from_millis(at.unix_timestamp().checked_mul(1000)?))
}

/// Whether a text has the basic form, which nearly every request has: it then stands as it is. Whether there is such
/// a moment shows when it is read.
pub(crate) fn is_basic(text: &str) -> bool {
    let form = |(at, byte): (usize, u8)| match at {
        8 => byte == b'T',
        15 => byte == b'Z',
        _ => byte.is_ascii_digit(),
    };
    text.len() == 16 && text.bytes().enumerate().all(form)
}

/// `20150830T123600Z`.
pub(crate) fn basic(at: Timestamp) -> String {
    extended(at).replace(['-', ':'], "")
}

/// `2015-08-30T12:36:00Z`; a fraction is left out.
pub(crate) fn extended(at: Timestamp) -> String {
    let mut text = String::new();
    let whole = Timestamp::from_millis(at.millis.div_euclid(1000) * 1000);
    timestamp::write(&mut text, whole, TimestampFormat::Iso8601, false);
    text
}
