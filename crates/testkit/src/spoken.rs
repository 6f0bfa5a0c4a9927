//! How a call is spoken: the request that the API's model makes of an operation and its parameters.
//!
//! Forms take their parameters under the names on the wire. REST and JSON take them under the members' names, as SDKs do;
//! what the model places into path, query, headers or payload goes there.

use crate::form;
use serde_json::{Map, Value};
use shape::{ApiMeta, Field, Location, OperationMeta, PathSegment, Protocol, Schema, Ty, XmlNamespace};
use std::fmt::Write;
use wire::sign::uri_encode;

/// A request before it is signed.
pub(crate) struct Spoken {
    pub(crate) method: &'static str,
    /// Percent-encoded, with the query.
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

/// The API of that id.
pub(crate) fn api(id: &str) -> Option<&'static ApiMeta> {
    apis::APIS.into_iter().find(|api| api.id == id)
}

/// The request of a call.
#[track_caller]
pub(crate) fn speak(service: &str, operation: &str, parameters: &Value) -> Spoken {
    let api = api(service).unwrap_or_else(|| panic!("no API is called {service}"));
    let post = |kind: &str, body: Vec<u8>| Spoken {
        method: "POST",
        target: "/".to_owned(),
        headers: vec![("content-type".to_owned(), kind.to_owned())],
        body,
    };
    match api.protocol {
        Protocol::Ec2 | Protocol::Query => post(
            "application/x-www-form-urlencoded; charset=utf-8",
            form::body(api, operation, parameters).into_bytes(),
        ),
        Protocol::Json | Protocol::Cbor => {
            let kind = format!("application/x-amz-json-{}", api.json_version.unwrap_or("1.1"));
            let mut spoken = post(&kind, parameters.to_string().into_bytes());
            let target = format!("{}.{operation}", api.target_prefix.unwrap_or_default());
            spoken.headers.push(("x-amz-target".to_owned(), target));
            spoken
        }
        Protocol::RestXml | Protocol::RestJson => rest(api, operation, parameters),
    }
}

#[track_caller]
fn rest(api: &ApiMeta, operation: &str, parameters: &Value) -> Spoken {
    let found = api.operations.iter().find(|meta| meta.name == operation);
    let meta = found.unwrap_or_else(|| panic!("{} has no {operation}", api.id));
    let empty = Map::new();
    let given = parameters.as_object().unwrap_or(&empty);
    if let Some(name) = given.keys().find(|name| !meta.input.fields.iter().any(|field| field.name == *name)) {
        panic!("{operation} has no member {name}");
    }
    let mut query: Vec<(String, String)> =
        meta.query.iter().map(|(key, value)| ((*key).to_owned(), value.unwrap_or("").to_owned())).collect();
    let mut headers = Vec::new();
    for (field, value) in set(meta.input, given) {
        match (field.location, value) {
            (Location::Query, Value::Object(pairs)) => {
                query.extend(pairs.iter().map(|(key, value)| (key.clone(), text(value))));
            }
            (Location::Query, Value::Array(items)) => {
                query.extend(items.iter().map(|item| (field.wire.to_owned(), text(item))));
            }
            (Location::Query, value) => query.push((field.wire.to_owned(), text(value))),
            (Location::Header, value) => headers.push((field.wire.to_ascii_lowercase(), text(value))),
            (Location::Headers, Value::Object(pairs)) => {
                headers
                    .extend(pairs.iter().map(|(key, value)| (format!("{}{key}", field.wire), text(value))));
            }
            _ => {}
        }
    }
    let (kind, body) = body(api.protocol, meta, given);
    if !body.is_empty() {
        headers.push(("content-type".to_owned(), kind.to_owned()));
    }
    Spoken { method: meta.method, target: target(meta, given, &query), headers, body }
}

/// The members that are given, with their values.
fn set<'v>(
    schema: &'static Schema,
    given: &'v Map<String, Value>,
) -> impl Iterator<Item = (&'static Field, &'v Value)> {
    schema.fields.iter().filter_map(|field| Some((field, given.get(field.name).filter(|v| !v.is_null())?)))
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn target(meta: &OperationMeta, given: &Map<String, Value>, query: &[(String, String)]) -> String {
    let label = |name: &str| {
        let mut labels = set(meta.input, given).filter(|(field, _)| field.location == Location::Label);
        labels.find(|(field, _)| field.wire == name).map(|(_, value)| text(value)).unwrap_or_default()
    };
    let mut target = String::new();
    for segment in meta.path {
        target.push('/');
        target.push_str(&match segment {
            PathSegment::Literal(text) => (*text).to_owned(),
            PathSegment::Label(name) => uri_encode(&label(name), false),
            PathSegment::Greedy(name) => uri_encode(&label(name), true),
        });
    }
    if target.is_empty() || meta.trailing_slash {
        target.push('/');
    }
    for (position, (key, value)) in query.iter().enumerate() {
        let mark = if position == 0 { '?' } else { '&' };
        let _ = write!(target, "{mark}{}={}", uri_encode(key, false), uri_encode(value, false));
    }
    target
}

/// The body and its type; none where the operation has no members there.
fn body(protocol: Protocol, meta: &OperationMeta, given: &Map<String, Value>) -> (&'static str, Vec<u8>) {
    let is_json = protocol == Protocol::RestJson;
    let kind = if is_json { "application/json" } else { "application/xml" };
    if let Some(field) = meta.input.payload.map(|position| &meta.input.fields[position]) {
        let Some(value) = given.get(field.name) else { return (kind, Vec::new()) };
        return match field.ty {
            Ty::Structure(schema) if is_json => (kind, json(schema, value).to_string().into_bytes()),
            Ty::Structure(schema) => {
                let namespace = field.namespace.or(schema.namespace);
                (kind, document(field.wire, namespace, schema, value))
            }
            _ => ("application/octet-stream", text(value).into_bytes()),
        };
    }
    let mut rest = meta.input.fields.iter().filter(|field| field.location == Location::Body).peekable();
    if rest.peek().is_none() {
        return (kind, Vec::new());
    }
    let value = Value::Object(given.clone());
    match is_json {
        true => (kind, json(meta.input, &value).to_string().into_bytes()),
        false => {
            let root = meta.input_root.unwrap_or(meta.input.name);
            (kind, document(root, meta.input_namespace, meta.input, &value))
        }
    }
}

/// The members of a structure that travel in its document, under their names on the wire.
fn json(schema: &'static Schema, value: &Value) -> Value {
    let Some(given) = value.as_object() else { return value.clone() };
    let members = schema.fields.iter().filter(|field| field.location == Location::Body);
    let known =
        members.filter_map(|field| Some((field.wire.to_owned(), of_type(field.ty, given.get(field.name)?))));
    let unknown = given.iter().filter(|(name, _)| !schema.fields.iter().any(|field| field.name == *name));
    Value::Object(known.chain(unknown.map(|(name, value)| (name.clone(), value.clone()))).collect())
}

fn of_type(ty: &'static Ty, value: &Value) -> Value {
    match (ty, value) {
        (Ty::Structure(schema), value) => json(schema, value),
        (Ty::List(list), Value::Array(items)) => {
            Value::Array(items.iter().map(|item| of_type(list.item, item)).collect())
        }
        (Ty::Map(map), Value::Object(pairs)) => {
            Value::Object(pairs.iter().map(|(key, value)| (key.clone(), of_type(map.value, value))).collect())
        }
        (_, value) => value.clone(),
    }
}

fn document(root: &str, namespace: Option<XmlNamespace>, schema: &'static Schema, value: &Value) -> Vec<u8> {
    let mut out = String::new();
    let declared = namespace.map(|own| format!(" xmlns=\"{}\"", own.uri)).unwrap_or_default();
    let _ = write!(out, "<{root}{declared}>");
    members(&mut out, schema, value);
    let _ = write!(out, "</{root}>");
    out.into_bytes()
}

fn members(out: &mut String, schema: &'static Schema, value: &Value) {
    let Some(given) = value.as_object() else { return };
    for (field, value) in set(schema, given).filter(|(field, _)| field.location == Location::Body) {
        element(out, field.wire, field.ty, field.flattened, value);
    }
}

fn element(out: &mut String, name: &str, ty: &'static Ty, flattened: bool, value: &Value) {
    match (ty, value) {
        (Ty::List(list), Value::Array(items)) => {
            let is_flat = flattened || list.flattened;
            let item_name = if is_flat { name } else { list.item_name.unwrap_or("member") };
            let all = |out: &mut String| {
                items.iter().for_each(|item| element(out, item_name, list.item, false, item))
            };
            if is_flat { all(out) } else { wrapped(out, name, all) }
        }
        (Ty::Map(map), Value::Object(pairs)) => wrapped(out, name, |out| {
            for (key, value) in pairs {
                wrapped(out, "entry", |out| {
                    wrapped(out, map.key_name.unwrap_or("key"), |out| escape(out, key));
                    element(out, map.value_name.unwrap_or("value"), map.value, false, value);
                });
            }
        }),
        (Ty::Structure(schema), value) => wrapped(out, name, |out| members(out, schema, value)),
        (_, value) => wrapped(out, name, |out| escape(out, &text(value))),
    }
}

fn wrapped(out: &mut String, name: &str, inner: impl FnOnce(&mut String)) {
    let _ = write!(out, "<{name}>");
    inner(out);
    let _ = write!(out, "</{name}>");
}

fn escape(out: &mut String, text: &str) {
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\r' => out.push_str("&#13;"),
            other => out.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::speak;
    use serde_json::json;

    #[test]
    fn members_go_where_the_model_places_them() {
        let spoken = speak(
            "efs",
            "PutLifecycleConfiguration",
            &json!({
                "FileSystemId": "fs/1", "LifecyclePolicies": [{ "TransitionToIA": "AFTER_7_DAYS" }],
            }),
        );
        assert_eq!(
            (spoken.method, spoken.target.as_str(), String::from_utf8(spoken.body).unwrap().as_str()),
            (
                "PUT",
                "/2015-02-01/file-systems/fs%2F1/lifecycle-configuration",
                r#"{"LifecyclePolicies":[{"TransitionToIA":"AFTER_7_DAYS"}]}"#,
            )
        );
        let spoken = speak("eks", "ListNodegroups", &json!({ "clusterName": "one", "maxResults": 3 }));
        assert_eq!(
            (spoken.method, spoken.target.as_str()),
            ("GET", "/clusters/one/node-groups?maxResults=3")
        );
        assert!(spoken.body.is_empty());
    }

    #[test]
    fn documents_have_their_root_and_namespace() {
        let spoken = speak(
            "route53",
            "ChangeTagsForResource",
            &json!({
                "ResourceType": "hostedzone", "ResourceId": "Z1",
                "AddTags": [{ "Key": "a<b", "Value": "1" }], "RemoveTagKeys": ["c"],
            }),
        );
        assert_eq!(spoken.target, "/2013-04-01/tags/hostedzone/Z1");
        let body = String::from_utf8(spoken.body).unwrap();
        assert_eq!(
            body,
            "<ChangeTagsForResourceRequest xmlns=\"https://route53.amazonaws.com/doc/2013-04-01/\">\
             <AddTags><Tag><Key>a&lt;b</Key><Value>1</Value></Tag></AddTags>\
             <RemoveTagKeys><Key>c</Key></RemoveTagKeys></ChangeTagsForResourceRequest>"
        );
    }
}
