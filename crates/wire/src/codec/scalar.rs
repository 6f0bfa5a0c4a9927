//! Scalars as text: the same in forms, XML, headers, query strings and labels.

use super::timestamp;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use shape::{Ref, Slot, TimestampFormat, Ty};
use std::fmt::Write;

/// Why a text is no value of its type.
#[derive(Debug)]
pub(crate) struct NotA(pub(crate) &'static str);

/// Reads `text` into a scalar slot. Structures, lists and maps have no text form.
pub(crate) fn parse(slot: Slot<'_>, text: &str, time_format: TimestampFormat) -> Result<(), NotA> {
    match slot {
        Slot::Str(value) => text.clone_into(value),
        Slot::Int(value) => *value = text.trim().parse().map_err(|_| NotA("integer"))?,
        Slot::Long(value) => *value = text.trim().parse().map_err(|_| NotA("long"))?,
        Slot::Float(value) => *value = text.trim().parse().map_err(|_| NotA("float"))?,
        Slot::Double(value) => *value = text.trim().parse().map_err(|_| NotA("double"))?,
        Slot::Bool(value) => {
            *value = match text.trim() {
                t if t.eq_ignore_ascii_case("true") => true,
                t if t.eq_ignore_ascii_case("false") => false,
                _ => return Err(NotA("boolean")),
            }
        }
        Slot::Blob(value) => *value = STANDARD.decode(text.trim()).map_err(|_| NotA("base64 text"))?,
        Slot::Time(value) => *value = timestamp::parse(text.trim(), time_format).ok_or(NotA("timestamp"))?,
        Slot::Nothing | Slot::Struct(_) | Slot::List(_) | Slot::Map(_) | Slot::Document(_) => {
            return Err(NotA("single value"));
        }
    }
    Ok(())
}

/// The integer that a float is, if it is one. Beyond 2^53 a double does not tell neighbours apart.
pub(crate) fn whole(number: f64) -> Option<i64> {
    #[expect(clippy::cast_possible_truncation, reason = "the range and the fraction are checked")]
    (number.fract() == 0.0 && number.abs() <= 9_007_199_254_740_992.0).then_some(number as i64)
}

/// How a value's timestamps are written, beside its own format.
#[derive(Clone, Copy)]
pub(crate) struct TimeStyle {
    pub(crate) format: TimestampFormat,
    /// Always with milliseconds, as S3 does.
    pub(crate) millis: bool,
}

/// Appends a scalar's text, unescaped; nothing for what has no text form.
pub(crate) fn write(out: &mut String, value: Ref<'_>, style: TimeStyle) {
    match value {
        Ref::Str(text) => out.push_str(text),
        Ref::Int(number) => out.push_str(itoa::Buffer::new().format(number)),
        Ref::Float(number) => float(out, f64::from(number), |out| write!(out, "{number}")),
        Ref::Double(number) => float(out, number, |out| write!(out, "{number}")),
        Ref::Bool(value) => out.push_str(if value { "true" } else { "false" }),
        Ref::Blob(bytes) => STANDARD.encode_string(bytes, out),
        Ref::Time(at) => timestamp::write(out, at, style.format, style.millis),
        Ref::Absent | Ref::Struct(_) | Ref::List(_) | Ref::Map(_) | Ref::Document(_) => {}
    }
}

fn float(out: &mut String, number: f64, finite: impl FnOnce(&mut String) -> std::fmt::Result) {
    if number.is_nan() {
        out.push_str("NaN");
    } else if number.is_infinite() {
        out.push_str(if number > 0.0 { "Infinity" } else { "-Infinity" });
    } else {
        finite(out).expect("writing to a String cannot fail");
    }
}

/// The timestamp format in force: the member's, else the shape's, else the place's.
pub(crate) fn time_format(
    member: Option<TimestampFormat>,
    ty: &Ty,
    place: TimestampFormat,
) -> TimestampFormat {
    match ty {
        Ty::Timestamp(shape) => member.or(*shape).unwrap_or(place),
        _ => place,
    }
}
