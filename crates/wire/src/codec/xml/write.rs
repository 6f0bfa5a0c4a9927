//! Outputs into XML.

use crate::codec::scalar::{self, TimeStyle};
use shape::{Field, ListTy, Location, MapTy, Ref, Shape, Text, Timestamp, TimestampFormat, Ty, XmlNamespace};

/// Bytes that most entries of lists take at the most.
const ENTRY_CAPACITY: usize = 4096;

/// Appends elements to one buffer.
pub(crate) struct Writer {
    out: String,
    style: TimeStyle,
    /// The moment that was written last, and its text: entries of a list were often made in one moment.
    last: Option<(Timestamp, TimestampFormat, String)>,
}

impl Writer {
    /// An empty document.
    pub(crate) fn new(capacity: usize, style: TimeStyle) -> Self {
        let mut out = String::with_capacity(capacity);
        out.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        Self { out, style, last: None }
    }

    /// The bytes.
    pub(crate) fn finish(self) -> Vec<u8> {
        self.out.into_bytes()
    }

    /// Room for the next entry of a list. A long answer grows fourfold, so that little of it is moved.
    fn make_room(&mut self) {
        if self.out.capacity() - self.out.len() < ENTRY_CAPACITY {
            self.out.reserve(3 * self.out.len() + ENTRY_CAPACITY);
        }
    }

    /// A moment, in a format.
    fn moment(&mut self, at: Timestamp, format: TimestampFormat) {
        if let Some((last, of, text)) = &self.last
            && (*last, *of) == (at, format)
        {
            self.out.push_str(text);
            return;
        }
        let start = self.out.len();
        scalar::write(&mut self.out, Ref::Time(at), TimeStyle { format, ..self.style });
        self.last = Some((at, format, self.out[start..].to_owned()));
    }

    /// `<name xmlns="…">`.
    pub(crate) fn open_root(&mut self, name: &str, namespace: Option<&str>) {
        self.out.push('<');
        self.out.push_str(name);
        if let Some(uri) = namespace {
            self.attribute("xmlns", uri);
        }
        self.out.push('>');
    }

    /// `<name>`.
    pub(crate) fn open(&mut self, name: &str) {
        self.out.reserve(name.len() + 2);
        self.out.push('<');
        self.out.push_str(name);
        self.out.push('>');
    }

    /// `</name>`.
    pub(crate) fn close(&mut self, name: &str) {
        self.out.reserve(name.len() + 3);
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
    }

    /// `<name>text</name>`.
    pub(crate) fn leaf(&mut self, name: &str, text: &str) {
        self.open(name);
        escape(&mut self.out, text);
        self.close(name);
    }

    /// Text between elements.
    pub(crate) fn text(&mut self, text: &str) {
        escape(&mut self.out, text);
    }

    fn attribute(&mut self, name: &str, value: &str) {
        self.out.push(' ');
        self.out.push_str(name);
        self.out.push_str("=\"");
        for c in value.chars() {
            match c {
                '"' => self.out.push_str("&quot;"),
                // A reader makes a space of white space that stands there as such (XML 1.0, section 3.3.3).
                '\n' => self.out.push_str("&#xA;"),
                '\t' => self.out.push_str("&#x9;"),
                c => escape(&mut self.out, c.encode_utf8(&mut [0; 4])),
            }
        }
        self.out.push('"');
    }

    fn namespace(&mut self, namespace: Option<XmlNamespace>) {
        match namespace {
            // A structure that says it has none, where its API has one.
            Some(XmlNamespace { uri: "", .. }) => {}
            Some(XmlNamespace { uri, prefix: Some(prefix) }) => {
                self.attribute(&format!("xmlns:{prefix}"), uri)
            }
            Some(XmlNamespace { uri, prefix: None }) => self.attribute("xmlns", uri),
            None => {}
        }
    }

    /// An opening tag whose attributes are those of the structure's attribute members.
    fn open_with(&mut self, name: &str, value: Ref<'_>, namespace: Option<XmlNamespace>) {
        self.out.push('<');
        self.out.push_str(name);
        self.namespace(namespace);
        if let Ref::Struct(structure) = value {
            self.attributes(structure);
        }
        self.out.push('>');
    }

    fn attributes(&mut self, structure: &dyn Shape) {
        let schema = structure.schema();
        if !schema.has_attributes {
            return;
        }
        for (index, field) in schema.fields.iter().enumerate().filter(|(_, field)| field.attribute) {
            let value = structure.get(index).view();
            if !matches!(value, Ref::Absent) {
                let mut text = String::new();
                scalar::write(&mut text, value, self.style);
                self.attribute(field.wire, &text);
            }
        }
    }

    /// The root of a document made from a structure: its namespace and attribute members stand on it.
    pub(crate) fn open_document(&mut self, name: &str, structure: &dyn Shape, namespace: Option<&str>) {
        self.out.push('<');
        self.out.push_str(name);
        match (namespace, structure.schema().namespace) {
            (_, Some(own)) => self.namespace(Some(own)),
            (Some(uri), None) => self.attribute("xmlns", uri),
            (None, None) => {}
        }
        self.attributes(structure);
        self.out.push('>');
    }
}

/// Appends text with what XML asks to be escaped.
fn escape(out: &mut String, text: &str) {
    // Most texts have nothing of that.
    if all_plain(text.as_bytes()) {
        out.push_str(text);
        return;
    }
    let mut rest = text;
    while let Some(at) = rest.find(is_special) {
        out.push_str(&rest[..at]);
        let mut after = rest[at..].chars();
        match after.next() {
            Some('&') => out.push_str("&amp;"),
            Some('<') => out.push_str("&lt;"),
            Some('>') => out.push_str("&gt;"),
            Some('\r') => out.push_str("&#xD;"),
            Some(_) => out.push(char::REPLACEMENT_CHARACTER),
            None => {}
        }
        rest = after.as_str();
    }
    out.push_str(rest);
}

/// Whether each byte is a character by itself that stands as it is. Values are short, and looked at eight bytes at once:
/// the last eight may overlap those before.
fn all_plain(text: &[u8]) -> bool {
    let Some(last) = text.last_chunk::<8>() else { return text.iter().copied().all(is_plain) };
    let (chunks, _) = text.as_chunks::<8>();
    chunks.iter().chain([last]).all(|chunk| eight_plain(u64::from_le_bytes(*chunk)))
}

/// [`is_plain`] of eight bytes. The tricks are those of "Bit Twiddling Hacks" (Sean Eron Anderson): a byte's highest bit is
/// set where the byte is zero, or less than a number. A borrow may set it for a byte above one that is found as well, so
/// that only whether there is any is told.
fn eight_plain(bytes: u64) -> bool {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGHEST: u64 = 0x8080_8080_8080_8080;
    let any = |of: u8| {
        let differ = bytes ^ (ONES * u64::from(of));
        differ.wrapping_sub(ONES) & !differ
    };
    let below_space = bytes.wrapping_sub(ONES * u64::from(b' ')) & !bytes;
    let found = below_space | bytes | any(0x7F) | any(b'&') | any(b'<') | any(b'>');
    found & HIGHEST == 0
}

/// Whether a byte is a character by itself that stands as it is.
fn is_plain(byte: u8) -> bool {
    matches!(byte, b' '..=b'~') && !matches!(byte, b'&' | b'<' | b'>')
}

/// What is escaped, and what XML 1.0 cannot hold even escaped (section 2.2): one such character would make the whole
/// answer unreadable to every client.
fn is_special(c: char) -> bool {
    match c {
        '&' | '<' | '>' | '\r' | '\u{FFFE}' | '\u{FFFF}' => true,
        '\t' | '\n' => false,
        c => c < ' ',
    }
}

/// Writes the members that travel in the body, in the model's order.
pub(crate) fn members(writer: &mut Writer, structure: &dyn Shape) {
    for (index, field) in structure.schema().fields.iter().enumerate() {
        // In an answer, `uri` and `querystring` members belong to the body.
        let in_body = matches!(field.location, Location::Body | Location::Query | Location::Label);
        if in_body && !field.attribute {
            member(writer, structure.get(index).view(), field);
        }
    }
}

fn member(writer: &mut Writer, value: Ref<'_>, field: &Field) {
    match (value, field.ty) {
        (Ref::Absent, _) => {}
        (Ref::List(list), Ty::List(ty)) if (ty.flattened || field.flattened) && field.wire.is_empty() => {
            // Elements of several names, in one order: each item is a union, and its member names the element.
            list.each(&mut |item| {
                if let Ref::Struct(union) = item {
                    members(writer, union);
                }
            });
        }
        (Ref::List(list), Ty::List(ty)) if ty.flattened || field.flattened => {
            list.each(&mut |each| write(writer, field.wire, each, ty.item, field.namespace));
        }
        (Ref::Map(map), Ty::Map(ty)) if ty.flattened || field.flattened => {
            for (key, value) in map.entries() {
                entry(writer, field.wire, key, value, ty);
            }
        }
        (Ref::Time(_), ty) => {
            let place = writer.style;
            writer.style.format = scalar::time_format(field.timestamp, ty, place.format);
            element(writer, value, field);
            writer.style = place;
        }
        (value, _) => element(writer, value, field),
    }
}

/// Writes the element of a member: most have no more to them than their name.
fn element(writer: &mut Writer, value: Ref<'_>, field: &Field) {
    if field.element.is_empty() || field.namespace.is_some() || has_more(value) {
        return write(writer, field.wire, value, field.ty, field.namespace);
    }
    let (opening, closing) = field.element.split_at(field.wire.len() + "<>".len());
    writer.out.push_str(opening);
    content(writer, value, field.ty);
    writer.out.push_str(closing);
}

/// Whether more stands in the opening tag than the name.
fn has_more(value: Ref<'_>) -> bool {
    let Ref::Struct(structure) = value else { return false };
    let schema = structure.schema();
    schema.has_attributes || schema.namespace.is_some()
}

/// Writes one element.
pub(crate) fn write(
    writer: &mut Writer,
    name: &str,
    value: Ref<'_>,
    ty: &Ty,
    namespace: Option<XmlNamespace>,
) {
    if matches!(value, Ref::Absent) {
        return;
    }
    writer.open_with(name, value, namespace.or_else(|| own_namespace(value)));
    content(writer, value, ty);
    writer.close(name);
}

/// Writes what stands in an element.
fn content(writer: &mut Writer, value: Ref<'_>, ty: &Ty) {
    match (value, ty) {
        (Ref::Struct(structure), _) => match structure.text() {
            Some(text) => kept(writer, structure, text),
            None => members(writer, structure),
        },
        (Ref::List(list), Ty::List(ListTy { item, item_name, .. })) => {
            let name = item_name.unwrap_or("member");
            list.each(&mut |each| {
                writer.make_room();
                write(writer, name, each, item, None);
            });
        }
        (Ref::Map(map), Ty::Map(ty)) => {
            for (key, value) in map.entries() {
                entry(writer, "entry", key, value, ty);
            }
        }
        (Ref::Str(text), _) => escape(&mut writer.out, text),
        (Ref::Time(at), ty) => writer.moment(at, scalar::time_format(None, ty, writer.style.format)),
        // Numbers and base64 have no letter that is escaped.
        (value, _) => scalar::write(&mut writer.out, value, writer.style),
    }
}

/// Writes a structure whose text is kept: from that, where it is there.
fn kept(writer: &mut Writer, structure: &dyn Shape, text: &Text) {
    let start = writer.out.len();
    if let Some(text) = text.get() {
        writer.out.push_str(text);
        debug_assert_eq!(writer.out[start..], anew(writer.style, structure), "what was kept does not hold");
        return;
    }
    members(writer, structure);
    text.get_or_init(|| writer.out[start..].into());
}

/// The members of a structure, written without what is kept.
fn anew(style: TimeStyle, structure: &dyn Shape) -> String {
    let mut writer = Writer { out: String::new(), style, last: None };
    members(&mut writer, structure);
    writer.out
}

fn own_namespace(value: Ref<'_>) -> Option<XmlNamespace> {
    match value {
        Ref::Struct(structure) => structure.schema().namespace,
        _ => None,
    }
}

fn entry(writer: &mut Writer, name: &str, key: &str, value: Ref<'_>, ty: &MapTy) {
    writer.open(name);
    writer.leaf(ty.key_name.unwrap_or("key"), key);
    write(writer, ty.value_name.unwrap_or("value"), value, ty.value, None);
    writer.close(name);
}

#[cfg(test)]
mod tests {
    use super::{all_plain, escape, is_plain};

    #[test]
    fn eight_bytes_at_once_are_judged_as_one_by_one() {
        for length in [1, 7, 8, 9, 15, 16, 23] {
            for place in 0..length {
                for byte in 0..=u8::MAX {
                    let mut text = vec![b'a'; length];
                    text[place] = byte;
                    assert_eq!(all_plain(&text), is_plain(byte), "{byte:#x} at {place} of {length}");
                }
            }
        }
        assert!(all_plain(b""));
    }

    #[test]
    fn what_xml_cannot_hold_does_not_break_the_answer() {
        for (text, want) in [
            ("a&b<c>d\re", "a&amp;b&lt;c&gt;d&#xD;e"),
            ("tab\tline\n", "tab\tline\n"),
            ("nul\0bell\x07\u{FFFF}é", "nul\u{FFFD}bell\u{FFFD}\u{FFFD}é"),
            ("", ""),
        ] {
            let mut out = String::new();
            escape(&mut out, text);
            assert_eq!(out, want);
        }
    }
}
