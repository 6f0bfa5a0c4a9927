//! XML documents as trees that keep what signatures are made over: prefixes, namespaces, white space.
//!
//! Strict: a document type, a processing instruction, a comment, an undeclared prefix or a repeated attribute is
//! refused, so that what is read is what was signed. For signed documents only; the codecs read XML by themselves.

use crate::codec::timestamp;
use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event};
use shape::TimestampFormat;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Elements within each other at the most.
const MOST_NESTED: usize = 64;
/// Elements of a document at the most.
const MOST_ELEMENTS: usize = 20_000;
/// Attributes and declarations of an element at the most; each is compared with those before it.
const MOST_ATTRIBUTES: usize = 64;
/// What the prefix `xml` always stands for.
const XML: &str = "http://www.w3.org/XML/1998/namespace";

/// Namespaces by their prefix; the default one has the empty prefix.
pub type Namespaces = BTreeMap<String, String>;

/// An element.
#[derive(Debug)]
pub struct Node {
    /// Its name.
    pub name: Name,
    /// Its attributes, as they stand there; declarations of namespaces are none.
    pub attributes: Vec<Attribute>,
    /// The namespaces that are declared on it or round it.
    pub scope: Arc<Namespaces>,
    /// What is in it.
    pub children: Vec<Child>,
}

/// What an element holds.
#[derive(Debug)]
pub enum Child {
    /// An element.
    Element(Node),
    /// Text, its references resolved; neighbours are one.
    Text(String),
}

/// A name in a namespace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// The prefix; empty where there is none.
    pub prefix: String,
    /// The name without it.
    pub local: String,
    /// What the prefix stands for; empty where the name is in no namespace.
    pub namespace: String,
}

/// An attribute.
#[derive(Debug)]
pub struct Attribute {
    /// Its name. Without a prefix it is in no namespace.
    pub name: Name,
    /// Its value, its references resolved.
    pub value: String,
}

impl Node {
    /// Whether this is its name.
    pub fn is(&self, namespace: &str, local: &str) -> bool {
        self.name.namespace == namespace && self.name.local == local
    }

    /// The elements in it.
    pub fn elements(&self) -> impl Iterator<Item = &Self> {
        self.children.iter().filter_map(|child| match child {
            Child::Element(node) => Some(node),
            Child::Text(_) => None,
        })
    }

    /// The elements of that name in it.
    pub fn named<'n>(&'n self, namespace: &'n str, local: &'n str) -> impl Iterator<Item = &'n Self> {
        self.elements().filter(move |node| node.is(namespace, local))
    }

    /// The one element of that name in it; `None` where there is none or a second one.
    pub fn only<'n>(&'n self, namespace: &'n str, local: &'n str) -> Option<&'n Self> {
        let mut named = self.named(namespace, local);
        named.next().filter(|_| named.next().is_none())
    }

    /// The value of an attribute without a prefix.
    pub fn attribute(&self, local: &str) -> Option<&str> {
        let plain =
            |attribute: &&Attribute| attribute.name.prefix.is_empty() && attribute.name.local == local;
        self.attributes.iter().find(plain).map(|attribute| attribute.value.as_str())
    }

    /// Its text; `None` where an element stands in it.
    pub fn text(&self) -> Option<String> {
        self.children
            .iter()
            .map(|child| match child {
                Child::Text(text) => Some(text.as_str()),
                Child::Element(_) => None,
            })
            .collect()
    }

    /// It, and every element below it.
    pub fn all(&self) -> Vec<&Self> {
        let mut found = vec![self];
        let mut next = 0;
        while let Some(node) = found.get(next) {
            let node: &Self = node;
            found.extend(node.elements());
            next += 1;
        }
        found
    }
}

/// An instant as XML writes it (ISO 8601), in milliseconds since 1970.
pub fn instant(text: &str) -> Option<i64> {
    timestamp::parse(text.trim(), TimestampFormat::Iso8601).map(|at| at.millis)
}

/// Reads a document; the text says why it cannot be read.
pub fn parse(bytes: &[u8]) -> Result<Node, String> {
    let text = std::str::from_utf8(bytes).map_err(|error| error.to_string())?;
    let mut reader = Reader::from_str(text);
    let mut open: Vec<Node> = Vec::new();
    let mut root = None;
    let mut elements = 0_usize;
    loop {
        let event = reader.read_event().map_err(|error| error.to_string())?;
        match event {
            Event::Start(ref start) | Event::Empty(ref start) => {
                elements += 1;
                if open.len() == MOST_NESTED || elements > MOST_ELEMENTS {
                    return Err("the document is too deep or has too many elements".to_owned());
                }
                let scope = open.last().map(|node| node.scope.clone()).unwrap_or_default();
                let node = element(start, scope)?;
                if matches!(event, Event::Empty(_)) {
                    close(node, &mut open, &mut root)?;
                } else {
                    open.push(node);
                }
            }
            Event::End(_) => {
                // quick-xml has checked that the names match.
                let node = open.pop().ok_or("an element ends that did not begin")?;
                close(node, &mut open, &mut root)?;
            }
            Event::Text(text) => {
                let text = text.decode().map_err(|error| error.to_string())?;
                push(&mut open, &text.replace("\r\n", "\n").replace('\r', "\n"))?;
            }
            Event::CData(data) => {
                let text = data.decode().map_err(|error| error.to_string())?;
                push(&mut open, &text.replace("\r\n", "\n").replace('\r', "\n"))?;
            }
            Event::GeneralRef(reference) => {
                let name = reference.decode().map_err(|error| error.to_string())?;
                let text = unescape(&format!("&{name};")).map_err(|error| error.to_string())?.into_owned();
                push(&mut open, &text)?;
            }
            Event::Decl(_) if root.is_none() && open.is_empty() => {}
            Event::Decl(_) => return Err("a declaration stands inside the document".to_owned()),
            Event::DocType(_) => return Err("document types are not read".to_owned()),
            Event::Comment(_) => return Err("comments are not read".to_owned()),
            Event::PI(_) => return Err("processing instructions are not read".to_owned()),
            Event::Eof if open.is_empty() => break,
            Event::Eof => return Err("an element does not end".to_owned()),
        }
    }
    root.ok_or_else(|| "the document has no root".to_owned())
}

/// Puts an element that ended where it belongs.
fn close(node: Node, open: &mut [Node], root: &mut Option<Node>) -> Result<(), String> {
    match open.last_mut() {
        Some(parent) => parent.children.push(Child::Element(node)),
        None if root.is_some() => return Err("the document has more than one root".to_owned()),
        None => *root = Some(node),
    }
    Ok(())
}

/// Adds text. Beside the root only white space may stand.
fn push(open: &mut [Node], text: &str) -> Result<(), String> {
    let Some(node) = open.last_mut() else {
        return if text.trim_start_matches('\u{feff}').trim().is_empty() {
            Ok(())
        } else {
            Err("text stands beside the root".to_owned())
        };
    };
    match node.children.last_mut() {
        Some(Child::Text(before)) => before.push_str(text),
        _ if text.is_empty() => {}
        _ => node.children.push(Child::Text(text.to_owned())),
    }
    Ok(())
}

fn element(start: &BytesStart<'_>, outer: Arc<Namespaces>) -> Result<Node, String> {
    let mut scope = outer;
    let mut raw: Vec<(String, String)> = Vec::new();
    for attribute in start.attributes() {
        if raw.len() == MOST_ATTRIBUTES {
            return Err("an element has too many attributes".to_owned());
        }
        let attribute = attribute.map_err(|error| error.to_string())?;
        let key = std::str::from_utf8(attribute.key.into_inner()).map_err(|error| error.to_string())?;
        let value = std::str::from_utf8(&attribute.value).map_err(|error| error.to_string())?;
        // White space that is written out is a blank; that of references stays.
        let blank = value.replace("\r\n", " ").replace(['\r', '\n', '\t'], " ");
        let value = unescape(&blank).map_err(|error| error.to_string())?.into_owned();
        raw.push((key.to_owned(), value));
    }
    let declared: Vec<&(String, String)> =
        raw.iter().filter(|(key, _)| key == "xmlns" || key.starts_with("xmlns:")).collect();
    if !declared.is_empty() {
        let mut inner = Namespaces::clone(&scope);
        for (key, uri) in declared {
            let prefix = key.strip_prefix("xmlns:").unwrap_or_default();
            let is_reserved = prefix == "xml" || prefix == "xmlns" || uri == XML;
            if is_reserved || (uri.is_empty() && !prefix.is_empty()) {
                return Err(format!("{key} cannot be declared so"));
            }
            inner.insert(prefix.to_owned(), uri.clone());
        }
        scope = Arc::new(inner);
    }
    let own = std::str::from_utf8(start.name().into_inner()).map_err(|error| error.to_string())?.to_owned();
    let name = resolve(&own, &scope, true)?;
    let mut attributes: Vec<Attribute> = Vec::new();
    for (key, value) in raw {
        if key == "xmlns" || key.starts_with("xmlns:") {
            continue;
        }
        let name = resolve(&key, &scope, false)?;
        let same =
            |other: &Attribute| other.name.local == name.local && other.name.namespace == name.namespace;
        if attributes.iter().any(same) {
            return Err(format!("{key} stands there twice"));
        }
        attributes.push(Attribute { name, value });
    }
    Ok(Node { name, attributes, scope, children: Vec::new() })
}

/// A name as it is written, in its namespace. Attributes are not in the default one.
fn resolve(written: &str, scope: &Namespaces, is_element: bool) -> Result<Name, String> {
    let (prefix, local) = written.split_once(':').unwrap_or(("", written));
    if local.is_empty() || local.contains(':') || (prefix.is_empty() && written.starts_with(':')) {
        return Err(format!("{written} is no name"));
    }
    let namespace = match prefix {
        "" if !is_element => String::new(),
        "" => scope.get("").cloned().unwrap_or_default(),
        "xml" => XML.to_owned(),
        _ => scope.get(prefix).cloned().ok_or_else(|| format!("the prefix {prefix} is not declared"))?,
    };
    Ok(Name { prefix: prefix.to_owned(), local: local.to_owned(), namespace })
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn a_tree_keeps_names_space_and_values() {
        let root = parse(
            b"<?xml version=\"1.0\"?>\n<p:a xmlns:p=\"urn:p\" xmlns=\"urn:d\" k=\"x&#10;\ty\"><b p:k=\"v\"> 1 &lt; 2&#13;\r\n</b><![CDATA[&]]></p:a>\n",
        );
        let root = root.unwrap();
        assert!(root.is("urn:p", "a"));
        assert_eq!(root.attribute("k"), Some("x\n y"));
        assert_eq!(root.text(), None);
        let b = root.only("urn:d", "b").unwrap();
        assert_eq!(b.attributes[0].name.namespace, "urn:p");
        assert_eq!((b.attribute("k"), b.text().as_deref()), (None, Some(" 1 < 2\r\n")));
        assert_eq!(root.all().len(), 2);
    }

    #[test]
    fn what_may_mean_two_things_is_refused() {
        for (document, part) in [
            ("<!DOCTYPE a><a/>", "document types"),
            ("<a><!-- x --></a>", "comments"),
            ("<a><?x y?></a>", "processing"),
            ("<p:a/>", "prefix p is not declared"),
            ("<a p:k='1'/>", "prefix p is not declared"),
            ("<a k='1' k='2'/>", "duplicate"),
            ("<a xmlns:p='u' xmlns:q='u' p:k='1' q:k='2'/>", "twice"),
            ("<a xmlns:xml='u'/>", "cannot be declared"),
            ("<a xmlns:p=''/>", "cannot be declared"),
            ("<a>&evil;</a>", "evil"),
            ("<a/><b/>", "more than one root"),
            ("<a/>x", "beside the root"),
            ("<a><b></a></b>", "expected"),
            ("<a>", "does not end"),
            ("", "no root"),
            ("<a:b:c xmlns:a='u'/>", "no name"),
        ] {
            let refused = parse(document.as_bytes()).map(|_| ()).unwrap_err();
            assert!(refused.contains(part), "{document}: {refused}");
        }
        let deep = format!("{}{}", "<a>".repeat(65), "</a>".repeat(65));
        assert!(parse(deep.as_bytes()).is_err());
        assert!(parse(&[b'<', 0xff, b'>']).is_err());
    }
}
