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
