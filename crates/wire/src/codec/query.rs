//! ec2Query and awsQuery: forms in, XML out.
//!
//! A form's dotted keys make a tree; the schema walks it. In ec2Query lists are flat (`Filter.1.Value.1`), in
//! awsQuery they have a level of their own (`Tags.member.1`). The index decides the order, not the arrival, and
//! gaps close up, so that an index of a thousand million costs nothing.

use super::form::{Form, FormError, parse_form};
use super::scalar::{self, TimeStyle};
use super::xml::write::{Writer, members};
use super::{MOST_NESTED, malformed, writes_millis};
use crate::route::Route;
use crate::{Answer, Fault, Head, sender};
use http::{HeaderName, HeaderValue};
use shape::{Field, List, ListTy, MapTy, Protocol, Shape, Slot, TimestampFormat, Ty};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// One level of a form's keys.
#[derive(Debug, Default)]
struct Node<'f> {
    value: Option<&'f str>,
    children: BTreeMap<Cow<'f, str>, Node<'f>>,
}

impl<'f> Node<'f> {
    fn of(form: &'f Form<'_>) -> Result<Self, &'static str> {
        let mut root = Self::default();
        for (key, value) in &form.pairs {
            let mut node = &mut root;
            for (depth, part) in key.split('.').enumerate() {
                if depth == MOST_NESTED {
                    return Err("A parameter's name has too many parts");
                }
                node = node.children.entry(Cow::Borrowed(part)).or_default();
            }
            node.value = Some(value);
        }
        Ok(root)
    }

    /// The children named by a number, in its order.
    fn numbered(&self) -> Vec<&Node<'f>> {
        let number = |(key, node)| Some((str::parse::<u64>(key).ok()?, node));
        let mut found: Vec<(u64, &Node<'f>)> =
            self.children.iter().map(|(key, node)| (&**key, node)).filter_map(number).collect();
        found.sort_by_key(|(index, _)| *index);
        found.into_iter().map(|(_, node)| node).collect()
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
    let form = parse_form(source).map_err(|error| match error {
        FormError::Encoding => malformed(protocol, "The request is not valid UTF-8"),
        FormError::TooMany => malformed(protocol, "The request has too many parameters"),
    })?;
    let root = Node::of(&form).map_err(|sentence| malformed(protocol, sentence))?;
    if protocol == Protocol::Ec2 {
        refuse_unknown(input, &root)?;
    }
    let decoder = Decoder { protocol };
    decoder.structure(input, &root, "", 0)
}

/// EC2 refuses parameters it does not know; the other query services ignore them.
fn refuse_unknown(input: &dyn Shape, root: &Node<'_>) -> Result<(), Fault> {
    let fields = input.schema().fields;
    for key in root.children.keys() {
        let known = fields.iter().any(|field| field.query == *key)
            || ENVELOPE.contains(&&**key)
            || key.starts_with("X-Amz-");
        if !known {
            let sentence = format!("The parameter {key} is not recognized");
            return Err(sender(400, "UnknownParameter", sentence));
        }
    }
    Ok(())
}

struct Decoder {
    protocol: Protocol,
}

impl Decoder {
    fn structure(
        &self,
        into: &mut dyn Shape,
        node: &Node<'_>,
        path: &str,
        depth: usize,
    ) -> Result<(), Fault> {
        for (index, field) in into.schema().fields.iter().enumerate() {
            let Some(child) = node.children.get(field.query) else { continue };
            let Some(value) = into.get_mut(index) else { continue };
            let path = join(path, field.query);
            self.value(value.slot(), child, field.ty, Some(field), &path, depth + 1)?;
        }
        Ok(())
    }

    fn value(
        &self,
        slot: Slot<'_>,
        node: &Node<'_>,
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
                let Some(text) = node.value else {
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
        node: &Node<'_>,
        ty: &ListTy,
        flat: bool,
        path: &str,
        depth: usize,
    ) -> Result<(), Fault> {
        let level = if self.protocol == Protocol::Ec2 || flat {
            Some(node)
        } else {
            node.children.get(ty.item_name.unwrap_or("member"))
        };
        for (position, element) in level.map(Node::numbered).unwrap_or_default().into_iter().enumerate() {
            let path = format!("{path}.{}", position + 1);
            self.value(list.push(), element, ty.item, None, &path, depth + 1)?;
        }
        Ok(())
    }

    fn map(
        &self,
        map: &mut dyn shape::Map,
        node: &Node<'_>,
        ty: &MapTy,
        flat: bool,
        path: &str,
        depth: usize,
    ) -> Result<(), Fault> {
        let level = if flat { Some(node) } else { node.children.get("entry") };
        for entry in level.map(Node::numbered).unwrap_or_default() {
            let key = entry.children.get(ty.key_name.unwrap_or("key")).and_then(|node| node.value);
            let Some(key) = key else {
                return Err(malformed(self.protocol, format!("An entry of {path} has no key")));
            };
            if let Some(value) = entry.children.get(ty.value_name.unwrap_or("value")) {
                self.value(map.insert(key.to_owned()), value, ty.value, None, path, depth + 1)?;
            }
        }
        Ok(())
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
