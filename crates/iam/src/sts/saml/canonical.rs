//! Exclusive XML canonicalization without comments (W3C, Exclusive XML Canonicalization 1.0, section 4), of one element
//! of a tree.

use std::collections::BTreeMap;
use wire::tree::{Attribute, Child, Name, Namespaces, Node};

/// The bytes that are digested and signed. `inclusive` are the prefixes that count as used everywhere; `without` is
/// left out: the signature within what it signs.
pub(super) fn canonical(node: &Node, inclusive: &[String], without: Option<&Node>) -> String {
    let mut out = String::new();
    let writer = Writer { inclusive, without };
    writer.element(&mut out, node, &Namespaces::new());
    out
}

struct Writer<'w> {
    inclusive: &'w [String],
    without: Option<&'w Node>,
}

impl Writer<'_> {
    /// Writes an element. `declared` is what the elements round it have declared in the output.
    fn element(&self, out: &mut String, node: &Node, declared: &Namespaces) {
        let mut declared = declared.clone();
        let name = qualified(&node.name);
        out.push('<');
        out.push_str(&name);
        for (prefix, uri) in self.declarations(node, &declared) {
            let key = if prefix.is_empty() { "xmlns".to_owned() } else { format!("xmlns:{prefix}") };
            attribute(out, &key, &uri);
            declared.insert(prefix, uri);
        }
        let mut attributes: Vec<&Attribute> = node.attributes.iter().collect();
        attributes.sort_by_key(|attribute| (&attribute.name.namespace, &attribute.name.local));
        for own in attributes {
            attribute(out, &qualified(&own.name), &own.value);
        }
        out.push('>');
        for child in &node.children {
            match child {
                Child::Element(child) if self.without.is_some_and(|without| std::ptr::eq(without, child)) => {
                }
                Child::Element(child) => self.element(out, child, &declared),
                Child::Text(text) => escape(out, text, &[]),
            }
        }
        out.push_str("</");
        out.push_str(&name);
        out.push('>');
    }

    /// The declarations an element shows: of the prefixes it uses, and of the inclusive ones, unless they stand there
    /// already.
    fn declarations(&self, node: &Node, declared: &Namespaces) -> BTreeMap<String, String> {
        let used = std::iter::once(&node.name)
            .chain(node.attributes.iter().map(|own| &own.name).filter(|name| !name.prefix.is_empty()));
        let mut shown = BTreeMap::new();
        for name in used.filter(|name| name.prefix != "xml") {
            shown.insert(name.prefix.clone(), name.namespace.clone());
        }
        for prefix in self.inclusive {
            let prefix = if prefix == "#default" { "" } else { prefix };
            if let Some(uri) = node.scope.get(prefix) {
                shown.insert(prefix.to_owned(), uri.clone());
            }
        }
        let stands = |prefix: &str| declared.get(prefix).map(String::as_str);
        // No default namespace is what there is before anything is declared.
        shown.retain(|prefix, uri| stands(prefix).unwrap_or_default() != uri);
        shown
    }
}

fn qualified(name: &Name) -> String {
    if name.prefix.is_empty() { name.local.clone() } else { format!("{}:{}", name.prefix, name.local) }
}

fn attribute(out: &mut String, key: &str, value: &str) {
    out.push(' ');
    out.push_str(key);
    out.push_str("=\"");
    escape(out, value, &[('"', "&quot;"), ('\t', "&#x9;"), ('\n', "&#xA;")]);
    out.push('"');
}

/// Writes text; `further` characters have their own references. In text `>` has one, in attributes it has none.
fn escape(out: &mut String, text: &str, further: &[(char, &str)]) {
    for character in text.chars() {
        let reference = match character {
            '&' => Some("&amp;"),
            '<' => Some("&lt;"),
            '\r' => Some("&#xD;"),
            '>' if further.is_empty() => Some("&gt;"),
            other => further.iter().find(|(own, _)| *own == other).map(|(_, reference)| *reference),
        };
        match reference {
            Some(reference) => out.push_str(reference),
            None => out.push(character),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::canonical;
    use wire::tree::parse;

    #[track_caller]
    fn check(document: &str, path: &[usize], inclusive: &[&str], want: &str) {
        let root = parse(document.as_bytes()).unwrap();
        let mut node = &root;
        for index in path {
            node = node.elements().nth(*index).unwrap();
        }
        let inclusive: Vec<String> = inclusive.iter().map(|prefix| (*prefix).to_owned()).collect();
        assert_eq!(canonical(node, &inclusive, None), want, "{document}");
    }

    /// The example of section 2.2: the same element in two surroundings has one form.
    #[test]
    fn surroundings_do_not_count() {
        let want = "<n1:elem2 xmlns:n1=\"http://example.net\" xml:lang=\"en\"><n3:stuff xmlns:n3=\"ftp://example.org\"></n3:stuff></n1:elem2>";
        let inner = "<n1:elem2 xmlns:n1=\"http://example.net\" xml:lang=\"en\"><n3:stuff xmlns:n3=\"ftp://example.org\"/></n1:elem2>";
        let first = format!("<n0:pdu xmlns:n0='http://a.example' xmlns='urn:d'>{inner}</n0:pdu>");
        let second = format!(
            "<n2:pdu xmlns:n1='http://example.com' xmlns:n2='http://foo.example' xml:lang='fr' xml:space='retain'>{inner}</n2:pdu>"
        );
        check(&first, &[0], &[], want);
        check(&second, &[0], &[], want);
    }

    #[test]
    fn each_rule_has_its_case() {
        // Only what is used is declared, where it is used first, and sorted.
        check(
            "<a xmlns='urn:d' xmlns:z='urn:z' xmlns:y='urn:y'><b z:k='1' y:k='2' k='3'/></a>",
            &[],
            &[],
            "<a xmlns=\"urn:d\"><b xmlns:y=\"urn:y\" xmlns:z=\"urn:z\" k=\"3\" y:k=\"2\" z:k=\"1\"></b></a>",
        );
        // A default namespace that ends is said to end; one that never began is not.
        check(
            "<a xmlns='urn:d'><b xmlns=''><c/></b></a>",
            &[],
            &[],
            "<a xmlns=\"urn:d\"><b xmlns=\"\"><c></c></b></a>",
        );
        check("<a xmlns=''><b/></a>", &[], &[], "<a><b></b></a>");
        // Inclusive prefixes stand on the first element, used or not.
        check(
            "<a xmlns:x='urn:x' xmlns='urn:d'><p:b xmlns:p='urn:p'/></a>",
            &[0],
            &["x", "#default"],
            "<p:b xmlns=\"urn:d\" xmlns:p=\"urn:p\" xmlns:x=\"urn:x\"></p:b>",
        );
        // A prefix that comes to mean something else is declared anew.
        check(
            "<p:a xmlns:p='urn:1'><p:b xmlns:p='urn:2'/></p:a>",
            &[],
            &[],
            "<p:a xmlns:p=\"urn:1\"><p:b xmlns:p=\"urn:2\"></p:b></p:a>",
        );
        // Characters.
        check(
            "<a k='&quot;&lt;&gt;&amp;&#9;&#10;&#13;'>&lt;&gt;&amp;\"&#13;\t</a>",
            &[],
            &[],
            "<a k=\"&quot;&lt;>&amp;&#x9;&#xA;&#xD;\">&lt;&gt;&amp;\"&#xD;\t</a>",
        );
    }
}
