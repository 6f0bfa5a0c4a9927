//! XML into inputs.

use crate::codec::MOST_NESTED;
use crate::codec::scalar;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::QName;
use shape::{Field, ListTy, Location, MapTy, Shape, Slot, TimestampFormat, Ty};

/// Elements of a document at the most: CompleteMultipartUpload of 10,000 parts has some 60,000. An element takes some
/// hundred bytes while the document is read, of which clients send four.
const MOST_ELEMENTS: usize = 100_000;

/// Attributes of an element at the most; S3 reads two. Each is compared with those before it.
const MOST_ATTRIBUTES: usize = 64;

/// An element, its namespace forgotten.
#[derive(Debug, Default)]
pub struct Element {
    pub(crate) name: String,
    attributes: Vec<(String, String)>,
    children: Vec<Element>,
    text: String,
}

impl Element {
    /// Its name, without a prefix.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The value of an attribute, named with its prefix where it has one: `xsi:type`.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// The elements in it.
    pub fn children(&self) -> &[Self] {
        &self.children
    }

    /// The text in it.
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// Why a document cannot be read; for the log, and where the protocol has no sentence of its own.
pub(crate) type Unreadable = String;

/// Reads a whole document; `None` for an empty one.
pub fn document(bytes: &[u8]) -> Result<Option<Element>, Unreadable> {
    let text = std::str::from_utf8(bytes).map_err(|error| error.to_string())?;
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}').trim_start());
    let mut open: Vec<Element> = vec![Element::default()];
    let mut elements = 0_usize;
    loop {
        match reader.read_event().map_err(|error| error.to_string())? {
            Event::Start(start) => {
                elements += 1;
                if open.len() > MOST_NESTED || elements > MOST_ELEMENTS {
                    return Err("the document is too deep or has too many elements".to_owned());
                }
                open.push(element(&start)?);
            }
            Event::Empty(start) => {
                elements += 1;
                if elements > MOST_ELEMENTS {
                    return Err("the document has too many elements".to_owned());
                }
                let child = element(&start)?;
                last(&mut open).children.push(child);
            }
            Event::End(_) => {
                // quick-xml has checked that the names match.
                let closed = open.pop().ok_or("an element ends that did not begin")?;
                last(&mut open).children.push(closed);
            }
            Event::Text(text) => {
                let text = text.decode().map_err(|error| error.to_string())?;
                last(&mut open).text.push_str(&text.replace("\r\n", "\n").replace('\r', "\n"));
            }
            Event::CData(data) => {
                last(&mut open).text.push_str(&data.decode().map_err(|error| error.to_string())?);
            }
            Event::GeneralRef(reference) => {
                let name = reference.decode().map_err(|error| error.to_string())?;
                let character = match reference.resolve_char_ref().map_err(|error| error.to_string())? {
                    Some(character) => character,
                    None => predefined(&name).ok_or_else(|| format!("the entity {name} is not known"))?,
                };
                last(&mut open).text.push(character);
            }
            Event::DocType(_) => return Err("document types are not read".to_owned()),
            Event::Decl(_) | Event::Comment(_) | Event::PI(_) => {}
            Event::Eof => break,
        }
    }
    let mut document = match (open.pop(), open.is_empty()) {
        (Some(document), true) => document,
        _ => return Err("an element does not end".to_owned()),
    };
    if document.children.len() > 1 || !document.text.trim().is_empty() {
        return Err("the document has more than one root".to_owned());
    }
    Ok(document.children.pop())
}

fn last(open: &mut [Element]) -> &mut Element {
    open.last_mut().expect("the document itself stays open until its end")
}

fn element(start: &BytesStart<'_>) -> Result<Element, Unreadable> {
    let mut attributes = Vec::new();
    for attribute in start.attributes() {
        if attributes.len() == MOST_ATTRIBUTES {
            return Err("an element has too many attributes".to_owned());
        }
        let attribute = attribute.map_err(|error| error.to_string())?;
        let value = attribute.unescape_value().map_err(|error| error.to_string())?;
        attributes.push((name(attribute.key, false), value.into_owned()));
    }
    Ok(Element { name: name(start.name(), true), attributes, ..Element::default() })
}

/// A name, without its prefix where asked. Attributes keep theirs: `xsi:type`.
fn name(name: QName<'_>, local: bool) -> String {
    let bytes = if local { name.local_name().into_inner() } else { name.into_inner() };
    String::from_utf8_lossy(bytes).into_owned()
}

fn predefined(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => None,
    }
}

/// Reads the members that travel in the body.
pub(crate) fn structure(into: &mut dyn Shape, element: &Element) -> Result<(), Unreadable> {
    for (index, field) in into.schema().fields.iter().enumerate() {
        if field.location != Location::Body {
            continue;
        }
        let Some(value) = into.get_mut(index) else { continue };
        if field.attribute {
            let found = element.attributes.iter().find(|(name, _)| name == field.wire);
            if let Some((_, text)) = found {
                scalar_text(value.slot(), text, field)?;
            }
        } else if is_flat(field) {
            for child in element.children.iter().filter(|child| child.name == field.wire) {
                flat_entry(value.slot(), child, field)?;
            }
        } else if let Some(child) = element.children.iter().find(|child| child.name == field.wire) {
            read(value.slot(), child, field.ty, Some(field))?;
        }
    }
    Ok(())
}

fn is_flat(field: &Field) -> bool {
    match field.ty {
        Ty::List(ty) => ty.flattened || field.flattened,
        Ty::Map(ty) => ty.flattened || field.flattened,
        _ => false,
    }
}

/// One repetition of a flattened list or map.
fn flat_entry(slot: Slot<'_>, child: &Element, field: &Field) -> Result<(), Unreadable> {
    match (slot, field.ty) {
        (Slot::List(list), Ty::List(ty)) => read(list.push(), child, ty.item, None),
        (Slot::Map(map), Ty::Map(ty)) => entry(map, child, ty),
        _ => Err(format!("{} is no list", field.wire)),
    }
}

/// Reads one element into a value of any type.
pub(crate) fn read(
    slot: Slot<'_>,
    element: &Element,
    ty: &Ty,
    field: Option<&Field>,
) -> Result<(), Unreadable> {
    match (slot, ty) {
        (Slot::Struct(into), _) => structure(into, element),
        (Slot::List(list), Ty::List(ListTy { item, .. })) => {
            element.children.iter().try_for_each(|child| read(list.push(), child, item, None))
        }
        (Slot::Map(map), Ty::Map(ty)) => element.children.iter().try_for_each(|child| entry(map, child, ty)),
        (slot, ty) => {
            if !element.children.is_empty() {
                return Err(format!("{} holds elements where a value is expected", element.name));
            }
            let member = field.and_then(|field| field.timestamp);
            let format = scalar::time_format(member, ty, TimestampFormat::Iso8601);
            let text = &element.text;
            scalar::parse(slot, text, format).map_err(|not_a| format!("{} is no {}", element.name, not_a.0))
        }
    }
}

fn entry(map: &mut dyn shape::Map, element: &Element, ty: &MapTy) -> Result<(), Unreadable> {
    let child = |name: &str| element.children.iter().find(|child| child.name == name);
    let key = child(ty.key_name.unwrap_or("key")).ok_or("an entry has no key")?;
    let slot = map.insert(key.text.clone());
    match child(ty.value_name.unwrap_or("value")) {
        Some(value) => read(slot, value, ty.value, None),
        None => Ok(()),
    }
}

fn scalar_text(slot: Slot<'_>, text: &str, field: &Field) -> Result<(), Unreadable> {
    let format = scalar::time_format(field.timestamp, field.ty, TimestampFormat::Iso8601);
    scalar::parse(slot, text, format).map_err(|not_a| format!("{} is no {}", field.wire, not_a.0))
}

#[cfg(test)]
mod tests {
    use super::document;

    #[test]
    fn text_is_kept_to_the_letter() {
        let read = |xml: &str| document(xml.as_bytes()).unwrap().unwrap().children.remove(0).text;
        for (xml, want) in [
            ("<a><b> x </b></a>", " x "),
            ("<?xml version=\"1.0\"?><n:a xmlns:n='u'><n:b>1&amp;2&#x41;</n:b></n:a>", "1&2A"),
            ("<a><!-- c --><b><![CDATA[<&>]]></b></a>", "<&>"),
            ("<a><b>x&#13;y</b></a>", "x\ry"),
            ("<a><b/></a>", ""),
        ] {
            assert_eq!(read(xml), want, "{xml}");
        }
        assert!(document(b"  ").unwrap().is_none());
    }

    #[test]
    fn what_is_no_document_is_refused() {
        let deep = "<a>".repeat(1000);
        for xml in [
            "<a>",
            "<a></b>",
            "</a>",
            "<a/><b/>",
            "x",
            "<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>",
            "<a>&nbsp;</a>",
            "<a b=1/>",
            &format!("<a {}/>", (0..65).map(|n| format!("b{n}='' ")).collect::<String>()),
            &deep,
        ] {
            assert!(document(xml.as_bytes()).is_err(), "{}", &xml[..xml.len().min(60)]);
        }
        assert!(document(b"<a>\xff</a>").is_err());
    }
}
