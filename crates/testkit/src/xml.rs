//! XML as a tree, read independently of the product's own reader.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use serde_json::{Map, Value};

/// An element.
#[derive(Debug, Default)]
pub(crate) struct Element {
    name: String,
    attributes: Vec<(String, String)>,
    text: String,
    children: Vec<Element>,
}

/// Reads a document.
pub(crate) fn parse(bytes: &[u8]) -> Result<Element, String> {
    let mut reader = Reader::from_reader(bytes);
    let mut open: Vec<Element> = vec![Element::default()];
    loop {
        match reader.read_event().map_err(|error| error.to_string())? {
            Event::Start(start) => open.push(element(&start)?),
            Event::Empty(start) => {
                let child = element(&start)?;
                innermost(&mut open)?.children.push(child);
            }
            Event::End(_) => {
                let done = open.pop().ok_or("an element ends that did not begin")?;
                innermost(&mut open)?.children.push(done);
            }
            Event::Text(text) => {
                let text = text.decode().map_err(|error| error.to_string())?;
                innermost(&mut open)?.text.push_str(&text);
            }
            Event::GeneralRef(name) => {
                let name = name.decode().map_err(|error| error.to_string())?;
                let resolved =
                    quick_xml::escape::unescape(&format!("&{name};")).map(|text| text.into_owned());
                innermost(&mut open)?.text.push_str(&resolved.map_err(|error| error.to_string())?);
            }
            Event::Eof => break,
            Event::CData(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
    let document = open.pop().filter(|_| open.is_empty()).ok_or("an element does not end")?;
    document.children.into_iter().next().ok_or_else(|| "there is no element".to_owned())
}

fn innermost(open: &mut [Element]) -> Result<&mut Element, String> {
    open.last_mut().ok_or_else(|| "more elements end than begin".to_owned())
}

fn element(start: &BytesStart<'_>) -> Result<Element, String> {
    let name = String::from_utf8_lossy(start.name().as_ref()).into_owned();
    let mut attributes = Vec::new();
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| error.to_string())?;
        let value = attribute.unescape_value().map_err(|error| error.to_string())?.into_owned();
        attributes.push((String::from_utf8_lossy(attribute.key.as_ref()).into_owned(), value));
    }
    Ok(Element { name, attributes, ..Element::default() })
}

impl Element {
    /// As JSON: text, or an object of children.
    pub(crate) fn value(&self) -> Value {
        if self.children.is_empty() {
            return Value::from(self.text.as_str());
        }
        let mut members = Map::new();
        for child in &self.children {
            let value = child.value();
            match members.get_mut(&child.name) {
                None if matches!(child.name.as_str(), "item" | "member") => {
                    members.insert(child.name.clone(), Value::Array(vec![value]));
                }
                None => {
                    members.insert(child.name.clone(), value);
                }
                Some(Value::Array(list)) => list.push(value),
                Some(other) => *other = Value::Array(vec![other.take(), value]),
            }
        }
        Value::Object(members)
    }

    /// One element a line, indented.
    pub(crate) fn pretty(&self, depth: usize, into: &mut String) {
        let indent = "  ".repeat(depth);
        let attributes: String =
            self.attributes.iter().map(|(name, value)| format!(" {name}=\"{value}\"")).collect();
        let name = &self.name;
        if self.children.is_empty() {
            into.push_str(&format!("{indent}<{name}{attributes}>{}\n", self.text));
            return;
        }
        into.push_str(&format!("{indent}<{name}{attributes}>\n"));
        for child in &self.children {
            child.pretty(depth + 1, into);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::parse;
    use serde_json::json;

    #[test]
    fn documents_become_trees() {
        let root = parse(
            b"<?xml version=\"1.0\"?><r x=\"1\"><s><item><a>&lt;1</a></item></s><k>1</k><k>2</k><e/></r>",
        );
        let root = root.unwrap();
        assert_eq!(root.value(), json!({"s": {"item": [{"a": "<1"}]}, "k": ["1", "2"], "e": ""}));
        let mut text = String::new();
        root.pretty(0, &mut text);
        assert_eq!(text, "<r x=\"1\">\n  <s>\n    <item>\n      <a><1\n  <k>1\n  <k>2\n  <e>\n");
        for broken in ["", "<a>", "</a>", "<a></b>", "text"] {
            assert!(parse(broken.as_bytes()).is_err(), "{broken}");
        }
    }
}
