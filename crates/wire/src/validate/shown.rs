//! How a value that breaks a constraint is shown: as Java prints it.

use shape::{List, Map, Ref, Ty};

/// Characters of a list or map that are shown at the most.
const MOST_SHOWN: usize = 1024;

/// Whether values of the type have neither members nor elements.
pub(super) fn is_scalar(ty: &Ty) -> bool {
    !matches!(ty, Ty::Structure(_) | Ty::List(_) | Ty::Map(_) | Ty::Document)
}

/// `[a, b]`. Elements with members of their own are not shown.
pub(super) fn list(list: &dyn List, item: &Ty) -> String {
    if !is_scalar(item) && !list.is_empty() {
        return "[...]".to_owned();
    }
    bounded('[', (0..list.len()).map(|index| scalar(list.get(index))), ']')
}

/// `{a=b, c=d}`.
pub(super) fn map(map: &dyn Map, value: &Ty) -> String {
    if !is_scalar(value) && !map.is_empty() {
        return "{...}".to_owned();
    }
    bounded('{', map.entries().map(|(key, value)| format!("{key}={}", scalar(value))), '}')
}

fn bounded(open: char, parts: impl Iterator<Item = String>, close: char) -> String {
    let mut text = String::from(open);
    for (index, part) in parts.enumerate() {
        if text.len() + part.len() > MOST_SHOWN {
            text.push_str("...");
            break;
        }
        if index > 0 {
            text.push_str(", ");
        }
        text.push_str(&part);
    }
    text.push(close);
    text
}

fn scalar(value: Ref<'_>) -> String {
    match value {
        Ref::Str(text) => text.to_owned(),
        Ref::Int(number) => number.to_string(),
        Ref::Float(number) => number.to_string(),
        Ref::Double(number) => number.to_string(),
        Ref::Bool(value) => value.to_string(),
        Ref::Blob(_) => BUFFER.to_owned(),
        Ref::Time(_) | Ref::Absent | Ref::Struct(_) | Ref::List(_) | Ref::Map(_) | Ref::Document(_) => {
            "...".to_owned()
        }
    }
}

/// What Java shows of bytes.
pub(super) const BUFFER: &str = "java.nio.HeapByteBuffer";
