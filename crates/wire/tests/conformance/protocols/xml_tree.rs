//! XML documents as trees, in a form in which equal means the same to a client.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::QName;
use shape::{ApiMeta, Ty};
use std::collections::BTreeSet;

/// Elements that carry ids of the request: rule 6.
const IDS: [&str; 4] = ["requestId", "RequestId", "RequestID", "ResponseMetadata"];

/// An element without its namespace: rules 4 and 5.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Element {
    name: String,
    /// Sorted, namespace declarations left out.
    attributes: Vec<(String, String)>,
    /// Of a leaf; text beside child elements is forgotten.
    text: String,
    /// Like siblings in their order, unlike ones by name, entries of maps by their text.
    children: Vec<Element>,
}

/// What the keys and values of an API's maps are called.
pub(crate) struct EntryNames(BTreeSet<(&'static str, &'static str)>);

impl EntryNames {
    /// Those of every map that an output or an error reaches.
    pub(crate) fn of(api: &ApiMeta) -> Self {
        let mut names = Self(BTreeSet::new());
        for operation in api.operations {
            for schema in operation.errors.iter().chain([&operation.output]) {
                schema.fields.iter().for_each(|field| names.collect(field.ty));
            }
        }
        names
    }

    fn collect(&mut self, ty: &'static Ty) {
        match ty {
            Ty::Structure(schema) => schema.fields.iter().for_each(|field| self.collect(field.ty)),
            Ty::List(list) => self.collect(list.item),
            Ty::Map(map) => {
                self.0.insert((map.key_name.unwrap_or("key"), map.value_name.unwrap_or("value")));
                self.collect(map.value);
            }
            _ => {}
        }
    }

    fn is_entry(&self, element: &Element) -> bool {
        // The children are sorted by name, the pair as the model has it.
        let [first, second] = element.children.as_slice() else { return false };
        let (first, second) = (first.name.as_str(), second.name.as_str());
        self.0.contains(&(first, second)) || self.0.contains(&(second, first))
    }
}

/// Reads a document.
pub(crate) fn parse(text: &str, names: &EntryNames) -> Result<Element, String> {
    let mut reader = Reader::from_str(text);
    let mut open = vec![Element::default()];
    loop {
        let top = open.last_mut().ok_or("more ends than begins")?;
        match reader.read_event().map_err(|error| error.to_string())? {
            Event::Start(start) => open.push(element(&start)?),
            Event::Empty(start) => top.children.push(element(&start)?),
            Event::End(_) => {
                let closed = open.pop().map(|closed| closed.settled(names)).ok_or("more ends than begins")?;
                open.last_mut().ok_or("more ends than begins")?.children.push(closed);
            }
            Event::Text(text) => top.text.push_str(&text.decode().map_err(|error| error.to_string())?),
            Event::CData(text) => top.text.push_str(&text.decode().map_err(|error| error.to_string())?),
            Event::GeneralRef(reference) => {
                let name = reference.decode().map_err(|error| error.to_string())?;
                let reference = format!("&{name};");
                let text = quick_xml::escape::unescape(&reference).map_err(|error| error.to_string())?;
                top.text.push_str(&text);
            }
            Event::Decl(_) | Event::Comment(_) | Event::PI(_) => {}
            Event::DocType(_) => return Err("a document type".to_owned()),
            Event::Eof => break,
        }
    }
    match open.pop() {
        Some(mut document) if open.is_empty() && document.children.len() == 1 => {
            Ok(document.children.remove(0))
        }
        _ => Err("no document of one root".to_owned()),
    }
}

fn element(start: &BytesStart<'_>) -> Result<Element, String> {
    let mut attributes = Vec::new();
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| error.to_string())?;
        let declares = attribute.key.as_namespace_binding().is_some();
        if !declares {
            let value = attribute.unescape_value().map_err(|error| error.to_string())?;
            attributes.push((local(attribute.key), value.into_owned()));
        }
    }
    attributes.sort();
    Ok(Element { name: local(start.name()), attributes, ..Element::default() })
}

fn local(name: QName<'_>) -> String {
    String::from_utf8_lossy(name.local_name().into_inner()).into_owned()
}

impl Element {
    /// The comparable form, once all children are there.
    fn settled(mut self, names: &EntryNames) -> Self {
        let was_leaf = self.children.is_empty();
        self.children.retain(|child| !IDS.contains(&child.name.as_str()));
        // White space over several lines is layout, also in a container that has no children.
        let is_layout = self.text.contains('\n') && self.text.trim().is_empty();
        if !was_leaf || is_layout {
            self.text.clear();
        }
        self.children.sort_by(|left, right| left.name.cmp(&right.name));
        for siblings in self.children.chunk_by_mut(|left, right| left.name == right.name) {
            if siblings.iter().all(|sibling| names.is_entry(sibling)) {
                siblings.sort();
            }
        }
        self
    }
}
