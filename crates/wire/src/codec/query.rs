//! ec2Query and awsQuery: forms in, XML out.
//!
//! A form's dotted keys make a tree; the schema walks it. In ec2Query lists are flat (`Filter.1.Value.1`), in
//! awsQuery they have a level of their own (`Tags.member.1`). The index decides the order, not the arrival, and
//! gaps close up, so that an index of a thousand million costs nothing.

use super::form::{Form, parse_form};
use super::scalar::{self, TimeStyle};
use super::xml::write::{Writer, members};
use super::{MOST_NESTED, json, malformed, writes_millis};
use crate::route::Route;
use crate::{Answer, Fault, Head, sender};
use http::{HeaderName, HeaderValue};
use shape::{Field, List, ListTy, MapTy, Protocol, Shape, Slot, TimestampFormat, Ty};

/// A form's pairs in the order of their keys' parts, in which whatever shares a beginning stands together.
#[derive(Debug)]
struct Sorted<'f>(Vec<(&'f str, &'f str)>);

impl<'f> Sorted<'f> {
    fn of(form: &'f Form<'_>) -> Result<Self, &'static str> {
        if form.pairs.iter().any(|(key, _)| key.split('.').nth(MOST_NESTED).is_some()) {
            return Err("A parameter's name has too many parts");
        }
        let mut pairs: Vec<(&str, &str)> = form.pairs.iter().map(|(key, value)| (&**key, &**value)).collect();
        // Of equal keys the last counts: the sort keeps their order.
        pairs.sort_by(|(left, _), (right, _)| left.split('.').cmp(right.split('.')));
        Ok(Self(pairs))
    }

    fn root(&self) -> Node<'_> {
        Node { pairs: &self.0, from: 0 }
    }
}

/// One level of a form's keys: the pairs whose keys begin with the parts that lead here.
#[derive(Clone, Copy, Debug)]
struct Node<'f> {
    /// Those whose keys end here stand first.
    pairs: &'f [(&'f str, &'f str)],
    /// Where the next part begins in each key; past the end of those that end here.
    from: usize,
}

impl<'f> Node<'f> {
    /// The part of `key` below this level, where there is one.
    fn part(self, key: &'f str) -> Option<&'f str> {
        key.get(self.from..)?.split('.').next()
    }

    fn value(self) -> Option<&'f str> {
        let ended = self.pairs.iter().take_while(|(key, _)| self.part(key).is_none());
        ended.last().map(|(_, value)| *value)
    }

    /// Every level right below, by name, in the order of names.
    fn children(self) -> impl Iterator<Item = (&'f str, Self)> {
        let below = self.pairs.chunk_by(move |(left, _), (right, _)| self.part(left) == self.part(right));
        below.filter_map(move |pairs| {
            let name = self.part(pairs[0].0)?;
            Some((name, Self { pairs, from: self.from + name.len() + 1 }))
        })
    }

    /// The child of this name.
    fn child(self, name: &str) -> Option<Self> {
        let start = self.pairs.partition_point(|(key, _)| self.part(key) < Some(name));
        let below = &self.pairs[start..];
        let pairs = &below[..below.partition_point(|(key, _)| self.part(key) == Some(name))];
        (!pairs.is_empty()).then_some(Self { pairs, from: self.from + name.len() + 1 })
    }

    /// The children named by a number, in its order; the error is a name that is none.
    fn numbered(self) -> Result<Vec<Self>, &'f str> {
        let number = |(key, node)| Ok((str::parse::<u64>(key).map_err(|_| key)?, node));
        let mut found = self.children().map(number).collect::<Result<Vec<(u64, Self)>, &str>>()?;
        found.sort_by_key(|(index, _)| *index);
        Ok(found.into_iter().map(|(_, node)| node).collect())
    }
}

/// Parameters of the protocol itself, which no operation models.
const ENVELOPE: [&str; 9] = [
    "Action",
    "Version",
    "AWSAccessKeyId",
    "Signature",
    "SignatureMethod",
    "SignatureVersion",
    "SecurityToken",
    "Timestamp",
    "Expires",
];

/// Reads a form, from the body or, for GET requests, from the query.
pub(crate) fn decode(
    input: &mut dyn Shape,
    protocol: Protocol,
    head: &Head,
    body: &[u8],
) -> Result<(), Fault> {
    let source = if body.is_empty() { head.query.as_deref().unwrap_or_default().as_bytes() } else { body };
    let form = parse_form(source).map_err(|error| malformed(protocol, error.to_string()))?;
    let sorted = Sorted::of(&form).map_err(|sentence| malformed(protocol, sentence))?;
    if protocol == Protocol::Ec2 {
        refuse_unknown(input, sorted.root())?;
    }
    let decoder = Decoder { protocol };
    decoder.structure(input, sorted.root(), "", 0)
}

/// EC2 refuses parameters it does not know; the other query services ignore them.
fn refuse_unknown(input: &dyn Shape, root: Node<'_>) -> Result<(), Fault> {
    let fields = input.schema().fields;
    for (key, _) in root.children() {
        let known = fields.iter().any(|field| field.query == key)
            || ENVELOPE.contains(&key)
            || key.starts_with("X-Amz-");
        if !known {
            return Err(unknown(key));
        }
    }
    Ok(())
}

fn unknown(parameter: &str) -> Fault {
    sender(400, "UnknownParameter", format!("The parameter {parameter} is not recognized"))
}

struct Decoder {
    protocol: Protocol,
}

impl Decoder {
    fn structure(&self, into: &mut dyn Shape, node: Node<'_>, path: &str, depth: usize) -> Result<(), Fault> {
        for (index, field) in into.schema().fields.iter().enumerate() {
            let Some(child) = node.child(field.query) else { continue };
            let Some(value) = into.get_mut(index) else { continue };
            let path = join(path, field.query);
            self.value(value.slot(), child, field.ty, Some(field), &path, depth + 1)?;
        }
        Ok(())
    }

    fn value(
        &self,
        slot: Slot<'_>,
        node: Node<'_>,
        ty: &Ty,
        field: Option<&Field>,
        path: &str,
        depth: usize,
    ) -> Result<(), Fault> {
        if depth > MOST_NESTED {
            return Err(malformed(self.protocol, "A parameter's name has too many parts"));
        }
        match (slot, ty) {
            (Slot::Struct(structure), _) => self.structure(structure, node, path, depth),
            (Slot::List(list), Ty::List(ty)) => {
                let flat = ty.flattened || field.is_some_and(|field| field.flattened);
                self.list(list, node, ty, flat, path, depth)
            }
            (Slot::Map(map), Ty::Map(ty)) => {
                let flat = ty.flattened || field.is_some_and(|field| field.flattened);
                self.map(map, node, ty, flat, path, depth)
            }
            (slot, ty) => {
                let Some(text) = node.value() else {
                    return Err(malformed(self.protocol, format!("The parameter {path} has no value")));
                };
                let format =
                    scalar::time_format(field.and_then(|f| f.timestamp), ty, TimestampFormat::Iso8601);
                scalar::parse(slot, text, format).map_err(|not_a| self.not_a(not_a.0, text, path))
            }
        }
    }

    fn list(
        &self,
        list: &mut dyn List,
        node: Node<'_>,
        ty: &ListTy,
        flat: bool,
        path: &str,
        depth: usize,
    ) -> Result<(), Fault> {
        let level = if self.protocol == Protocol::Ec2 || flat {
            Some(node)
        } else {
            node.child(ty.item_name.unwrap_or("member"))
        };
        for (position, element) in self.numbered(level, path)?.into_iter().enumerate() {
            let path = format!("{path}.{}", position + 1);
            self.value(list.push(), element, ty.item, None, &path, depth + 1)?;
        }
        Ok(())
    }

    fn map(
        &self,
        map: &mut dyn shape::Map,
        node: Node<'_>,
        ty: &MapTy,
        flat: bool,
        path: &str,
        depth: usize,
    ) -> Result<(), Fault> {
        let level = if flat { Some(node) } else { node.child("entry") };
        for entry in self.numbered(level, path)? {
            let key = entry.child(ty.key_name.unwrap_or("key")).and_then(Node::value);
            let Some(key) = key else {
                return Err(malformed(self.protocol, format!("An entry of {path} has no key")));
            };
            if let Some(value) = entry.child(ty.value_name.unwrap_or("value")) {
                self.value(map.insert(key.to_owned()), value, ty.value, None, path, depth + 1)?;
            }
        }
        Ok(())
    }

    /// The elements of a level. EC2 must not take a filter it cannot read for none at all: the answer would be
    /// everything.
    fn numbered<'f>(&self, level: Option<Node<'f>>, path: &str) -> Result<Vec<Node<'f>>, Fault> {
        let Some(level) = level else { return Ok(Vec::new()) };
        level.numbered().map_err(|name| match self.protocol {
            Protocol::Ec2 => unknown(&format!("{path}.{name}")),
            _ => malformed(self.protocol, format!("{name} at {path} is no index")),
        })
    }

    /// EC2's sentence follows its InvalidParameterValue answers (recorded for several operations); the others' is
    /// ours.
    fn not_a(&self, what: &str, text: &str, path: &str) -> Fault {
        let shown: String = text.chars().take(256).collect();
        match self.protocol {
            Protocol::Ec2 => malformed(
                self.protocol,
                format!("Invalid value '{shown}' for {path}. It is not a valid {what}."),
            ),
            _ => malformed(self.protocol, format!("Invalid value '{shown}' at {path}: not a valid {what}")),
        }
    }
}

fn join(path: &str, part: &str) -> String {
    if path.is_empty() { part.to_owned() } else { format!("{path}.{part}") }
}

/// Bytes reserved for an answer; most are shorter.
const ANSWER_CAPACITY: usize = 1024;

/// Writes the answer as JSON, for clients that ask for it so: the same elements, each a member.
pub(crate) fn encode_json(route: &Route, output: &dyn Shape, request_id: &str) -> Answer {
    let operation = route.operation;
    let mut body = format!("{{\"{}Response\":{{", operation.name);
    if operation.has_output {
        let wrapper =
            operation.result_wrapper.map_or_else(|| format!("{}Result", operation.name), str::to_owned);
        json::string(&mut body, &wrapper);
        body.push(':');
        json::write_structure(&mut body, output);
        body.push(',');
    }
    body.push_str("\"ResponseMetadata\":{\"RequestId\":");
    json::string(&mut body, request_id);
    body.push_str("}}}");
    Answer {
        status: 200,
        headers: vec![(
            HeaderName::from_static("content-type"),
            HeaderValue::from_static("application/json"),
        )],
        body: body.into(),
    }
}

/// Writes an answer of either protocol.
pub(crate) fn encode(route: &Route, output: &dyn Shape, request_id: &str) -> Answer {
    let Route { api, operation, .. } = route;
    let style = TimeStyle { format: TimestampFormat::Iso8601, millis: writes_millis(api) };
    let mut writer = Writer::new(ANSWER_CAPACITY, style);
    let root = format!("{}Response", operation.name);
    let namespace = api.namespace.map(|uri| match api.protocol {
        Protocol::Ec2 => format!("{}/", uri.trim_end_matches('/')),
        _ => uri.to_owned(),
    });
    writer.open_root(&root, namespace.as_deref());
    if api.protocol == Protocol::Ec2 {
        writer.leaf("requestId", request_id);
        members(&mut writer, output);
    } else {
        if operation.has_output {
            let wrapper =
                operation.result_wrapper.map_or_else(|| format!("{}Result", operation.name), str::to_owned);
            writer.open(&wrapper);
            members(&mut writer, output);
            writer.close(&wrapper);
        }
        writer.open("ResponseMetadata");
        writer.leaf("RequestId", request_id);
        writer.close("ResponseMetadata");
    }
    writer.close(&root);
    Answer {
        status: 200,
        headers: vec![(
            HeaderName::from_static("content-type"),
            HeaderValue::from_static("text/xml;charset=UTF-8"),
        )],
        body: writer.finish().into(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Node, Sorted};
    use crate::codec::{MOST_NESTED, parse_form};

    /// The values under `Filter`, in the order of their indices.
    fn values(form: &str) -> Result<Vec<String>, String> {
        let form = parse_form(form.as_bytes()).unwrap();
        let sorted = Sorted::of(&form)?;
        let list = sorted.root().child("Filter").ok_or("there is no Filter")?;
        let numbered = list.numbered()?;
        Ok(numbered.iter().map(|node| node.value().unwrap_or_default().to_owned()).collect())
    }

    #[test]
    fn the_index_decides_and_the_last_of_equal_keys_counts() {
        for (form, want) in [
            ("Filter.10=c&Filter.2=b&Filter.1=a", Ok(vec!["a", "b", "c"])),
            ("Filter.1=a&Filter.1-2=x&Filter.1=b", Err("1-2")),
            ("Filter.1=a&Filter.1=b", Ok(vec!["b"])),
            ("Filter.999999999999=a", Ok(vec!["a"])),
            ("Filter.99999999999999999999=a", Err("99999999999999999999")),
            ("Filter.-1=a", Err("-1")),
            ("Filter.=a", Err("")),
            ("Other=a", Err("there is no Filter")),
        ] {
            let want = want.map(|list| list.into_iter().map(str::to_owned).collect()).map_err(str::to_owned);
            assert_eq!(values(form), want, "{form}");
        }
    }

    #[test]
    fn a_level_has_a_value_and_levels_below() {
        let form = parse_form(b"A.B.C=1&A=2&A.B=3&A-B=4&A..=5&AB=6&A.B.C.D=7").unwrap();
        let sorted = Sorted::of(&form).unwrap();
        let names = |node: Node<'_>| node.children().map(|(name, _)| name.to_owned()).collect::<Vec<_>>();
        assert_eq!(names(sorted.root()), ["A", "A-B", "AB"]);
        let a = sorted.root().child("A").unwrap();
        assert_eq!((a.value(), names(a)), (Some("2"), vec![String::new(), "B".to_owned()]));
        let b = a.child("B").unwrap();
        assert_eq!((b.value(), names(b)), (Some("3"), vec!["C".to_owned()]));
        assert_eq!(b.child("C").unwrap().child("D").and_then(Node::value), Some("7"));
        assert_eq!(a.child("").unwrap().child("").and_then(Node::value), Some("5"));
        assert!(sorted.root().child("").is_none() && b.child("CD").is_none());
    }

    #[test]
    fn keys_of_too_many_parts_are_refused() {
        let parts = |count: usize| format!("Filter{}=x", ".1".repeat(count - 1));
        assert!(Sorted::of(&parse_form(parts(MOST_NESTED).as_bytes()).unwrap()).is_ok());
        assert!(Sorted::of(&parse_form(parts(MOST_NESTED + 1).as_bytes()).unwrap()).is_err());
    }
}
