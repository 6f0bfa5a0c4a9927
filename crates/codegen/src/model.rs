//! A service model (botocore's service-2 form) lowered to types in which every naming rule is resolved.
//!
//! Nothing of a protocol is left open here but its codec: keys, element names, locations and formats are final.

use crate::{Error, names};
use serde_json::Value;
use shape::{Auth, ErrorMeta, Location, Protocol, TimestampFormat};
use std::collections::BTreeMap;

/// One API.
#[derive(Debug)]
pub struct Api {
    /// Our name for it.
    pub id: String,
    /// How it speaks.
    pub protocol: Protocol,
    /// `apiVersion`.
    pub version: String,
    /// The name in credential scopes.
    pub signing_name: String,
    /// The host label.
    pub endpoint_prefix: String,
    /// `serviceId`.
    pub service_id: String,
    /// `targetPrefix`.
    pub target_prefix: Option<String>,
    /// `jsonVersion`.
    pub json_version: Option<String>,
    /// `xmlNamespace` of the metadata.
    pub namespace: Option<String>,
    /// Structures, by name.
    pub structures: BTreeMap<String, Structure>,
    /// Every shape, by name.
    pub types: BTreeMap<String, Type>,
    /// Operations, by name.
    pub operations: Vec<Operation>,
    /// Waiters, as the model has them.
    pub waiters: Value,
}

/// One structure.
#[derive(Debug)]
pub struct Structure {
    /// The shape's name.
    pub name: String,
    /// Its members, without the streaming one.
    pub members: Vec<Member>,
    /// The streaming member.
    pub stream: Option<String>,
    /// Position of the payload member.
    pub payload: Option<usize>,
    /// `locationName`.
    pub xml_name: Option<String>,
    /// `xmlNamespace`.
    pub namespace: Option<Namespace>,
    /// Code and status, where it is an error.
    pub error: Option<ErrorOf>,
    /// It is a union.
    pub union: bool,
}

/// Code and status of an error shape.
#[derive(Clone, Debug)]
pub struct ErrorOf {
    /// The code on the wire.
    pub code: String,
    /// The HTTP status.
    pub status: u16,
    /// The server's fault.
    pub server_fault: bool,
}

impl ErrorOf {
    /// The same, for the lifetime of the program.
    pub fn leak(&self) -> ErrorMeta {
        ErrorMeta { code: self.code.clone().leak(), status: self.status, server_fault: self.server_fault }
    }
}

/// `xmlNamespace`.
#[derive(Clone, Debug)]
pub struct Namespace {
    /// The URI.
    pub uri: String,
    /// The prefix it is declared for.
    pub prefix: Option<String>,
}

/// One member; the fields are those of `shape::Field`.
#[derive(Debug)]
#[expect(missing_docs, reason = "documented on shape::Field, which has the same fields")]
pub struct Member {
    pub name: String,
    pub wire: String,
    pub query: String,
    pub location: Location,
    pub required: bool,
    pub idempotency_token: bool,
    pub attribute: bool,
    pub sensitive: bool,
    pub host_label: bool,
    /// Name of the target shape.
    pub ty: String,
    pub flattened: bool,
    pub timestamp: Option<TimestampFormat>,
    pub namespace: Option<Namespace>,
}

/// A shape; the constraints are those of `shape::Ty`.
#[derive(Debug)]
#[expect(missing_docs, reason = "documented on shape::Ty, which has the same fields")]
pub enum Type {
    String {
        values: Vec<String>,
        pattern: Option<String>,
        min: Option<u64>,
        max: Option<u64>,
    },
    Boolean,
    Integer {
        min: Option<f64>,
        max: Option<f64>,
    },
    Long {
        min: Option<f64>,
        max: Option<f64>,
    },
    Float {
        min: Option<f64>,
        max: Option<f64>,
    },
    Double {
        min: Option<f64>,
        max: Option<f64>,
    },
    Blob {
        min: Option<f64>,
        max: Option<f64>,
    },
    Timestamp(Option<TimestampFormat>),
    Structure,
    Document,
    List {
        item: String,
        item_name: Option<String>,
        flattened: bool,
        sparse: bool,
        min: Option<u64>,
        max: Option<u64>,
    },
    Map(MapOf),
}

/// A map shape.
#[derive(Debug)]
#[expect(missing_docs, reason = "documented on shape::MapTy, which has the same fields")]
pub struct MapOf {
    pub key: String,
    pub value: String,
    pub key_name: Option<String>,
    pub value_name: Option<String>,
    pub flattened: bool,
    pub sparse: bool,
    pub min: Option<u64>,
    pub max: Option<u64>,
}

/// One operation; the fields are those of `shape::OperationMeta`.
#[derive(Debug)]
#[expect(missing_docs, reason = "documented on shape::OperationMeta, which has the same fields")]
pub struct Operation {
    pub name: String,
    pub method: String,
    pub path: Vec<Segment>,
    pub trailing_slash: bool,
    pub query: Vec<(String, Option<String>)>,
    pub status: u16,
    pub input: Option<String>,
    pub output: Option<String>,
    pub result_wrapper: Option<String>,
    pub input_root: Option<String>,
    pub input_namespace: Option<Namespace>,
    pub errors: Vec<String>,
    pub auth: Auth,
    pub host_prefix: Option<String>,
    pub checksum_required: bool,
    pub deprecated: bool,
    /// The paginator, as the model has it.
    pub paginator: Option<Value>,
}

/// One segment of a path template.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "documented on shape::PathSegment, which has the same variants")]
pub enum Segment {
    Literal(String),
    Label(String),
    Greedy(String),
}

/// Lowers a whole model.
pub fn lower(id: &str, json: &Value) -> Result<Api, Error> {
    let metadata = &json["metadata"];
    let protocol = protocol(metadata)?;
    let shapes = json["shapes"].as_object().ok_or_else(|| Error(format!("{id}: the model has no shapes")))?;
    let mut structures = BTreeMap::new();
    let mut types = BTreeMap::new();
    for (name, shape) in shapes {
        let ty = lower_type(name, shape)?;
        if matches!(ty, Type::Document) && !has_documents(protocol) {
            return Err(Error(format!("{id}: {name} is a document, and {protocol:?} has no form for one")));
        }
        types.insert(name.clone(), ty);
        if shape["type"] == "structure" && !flag(shape, "document") {
            structures.insert(name.clone(), lower_structure(name, shape, json, protocol)?);
        }
    }
    let operations = json["operations"].as_object().ok_or_else(|| Error(format!("{id}: no operations")))?;
    let operations: Result<Vec<_>, Error> = operations
        .values()
        .map(|operation| {
            let name = operation["name"].as_str().unwrap_or_default();
            lower_operation(operation, json["paginators"].get(name))
        })
        .collect();
    let mut operations = operations?;
    operations.sort_by(|a, b| a.name.cmp(&b.name));
    let endpoint_prefix = text(metadata, "endpointPrefix").unwrap_or_default();
    Ok(Api {
        id: id.to_owned(),
        protocol,
        version: text(metadata, "apiVersion").unwrap_or_default(),
        signing_name: text(metadata, "signingName").unwrap_or_else(|| endpoint_prefix.clone()),
        endpoint_prefix,
        service_id: text(metadata, "serviceId").unwrap_or_default(),
        target_prefix: text(metadata, "targetPrefix"),
        json_version: text(metadata, "jsonVersion"),
        namespace: namespace(metadata.get("xmlNamespace")).map(|namespace| namespace.uri),
        structures,
        types,
        operations,
        waiters: json["waiters"].clone(),
    })
}

/// The first protocol of the model that is one of the five. An API that prefers RPC v2 CBOR (route53domains) also
/// names the one its older clients speak; which of the two a request is in, the request says itself.
fn protocol(metadata: &Value) -> Result<Protocol, Error> {
    let listed = metadata["protocols"].as_array().into_iter().flatten();
    let named = std::iter::once(&metadata["protocol"]).chain(listed).filter_map(Value::as_str);
    let known = |name| match name {
        "ec2" => Some(Protocol::Ec2),
        "query" => Some(Protocol::Query),
        "rest-xml" => Some(Protocol::RestXml),
        "rest-json" => Some(Protocol::RestJson),
        "json" => Some(Protocol::Json),
        _ => None,
    };
    named.filter_map(known).next().ok_or_else(|| Error(format!("no protocol is known: {metadata}")))
}

/// Whether documents have a form in the protocol: it is that of JSON.
fn has_documents(protocol: Protocol) -> bool {
    match protocol {
        Protocol::RestJson | Protocol::Json => true,
        Protocol::Ec2 | Protocol::Query | Protocol::RestXml | Protocol::Cbor => false,
    }
}

fn lower_type(name: &str, shape: &Value) -> Result<Type, Error> {
    let (min, max) = (number(shape, "min"), number(shape, "max"));
    let (least, most) = (count(shape, "min"), count(shape, "max"));
    let target = |field: &str| {
        let target = shape[field]["shape"].as_str();
        target.map(str::to_owned).ok_or_else(|| Error(format!("{name}: {field} names no shape")))
    };
    Ok(match shape["type"].as_str() {
        Some("string" | "character") => {
            let values = shape["enum"].as_array().into_iter().flatten();
            let values = values.filter_map(Value::as_str).map(str::to_owned).collect();
            Type::String { values, pattern: text(shape, "pattern"), min: least, max: most }
        }
        Some("boolean") => Type::Boolean,
        Some("integer") => Type::Integer { min, max },
        Some("long") => Type::Long { min, max },
        Some("float") => Type::Float { min, max },
        Some("double") => Type::Double { min, max },
        Some("blob") => Type::Blob { min, max },
        Some("timestamp") => Type::Timestamp(timestamp_format(shape)?),
        Some("structure") if flag(shape, "document") => Type::Document,
        Some("structure") => Type::Structure,
        Some("list") => Type::List {
            item: target("member")?,
            item_name: text(&shape["member"], "locationName"),
            flattened: flag(shape, "flattened"),
            sparse: flag(shape, "sparse"),
            min: least,
            max: most,
        },
        Some("map") => Type::Map(MapOf {
            key: target("key")?,
            value: target("value")?,
            key_name: text(&shape["key"], "locationName"),
            value_name: text(&shape["value"], "locationName"),
            flattened: flag(shape, "flattened"),
            sparse: flag(shape, "sparse"),
            min: least,
            max: most,
        }),
        other => return Err(Error(format!("{name}: the type {other:?} is not known"))),
    })
}

fn lower_structure(name: &str, shape: &Value, json: &Value, protocol: Protocol) -> Result<Structure, Error> {
    let required: Vec<&str> =
        shape["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let payload = shape["payload"].as_str();
    let mut stream = None;
    let mut members = Vec::new();
    for (member, reference) in shape["members"].as_object().into_iter().flatten() {
        let target_name = reference["shape"].as_str().unwrap_or_default();
        let target = &json["shapes"][target_name];
        let streams = |value: &Value| flag(value, "streaming") || flag(value, "eventstream");
        if payload == Some(member) && (streams(reference) || streams(target)) {
            stream = Some(member.clone());
            continue;
        }
        let location = location(reference, payload == Some(member))?;
        if flag(target, "document") && !matches!(location, Location::Body | Location::Payload) {
            return Err(Error(format!("{name}: {member} is a document, which travels in bodies only")));
        }
        members.push(Member {
            wire: text(reference, "locationName").unwrap_or_else(|| member.clone()),
            query: query_name(member, reference, protocol),
            location,
            required: required.contains(&member.as_str()),
            idempotency_token: flag(reference, "idempotencyToken"),
            attribute: flag(reference, "xmlAttribute"),
            sensitive: flag(target, "sensitive") || flag(reference, "sensitive"),
            host_label: flag(reference, "hostLabel"),
            ty: target_name.to_owned(),
            flattened: flag(reference, "flattened"),
            timestamp: timestamp_format(reference)?,
            namespace: namespace(reference.get("xmlNamespace")),
            name: member.clone(),
        });
    }
    Ok(Structure {
        name: name.to_owned(),
        payload: members.iter().position(|member| member.location == Location::Payload),
        members,
        stream,
        xml_name: text(shape, "locationName"),
        namespace: namespace(shape.get("xmlNamespace")),
        error: error_of(name, shape),
        union: flag(shape, "union"),
    })
}

fn location(reference: &Value, is_payload: bool) -> Result<Location, Error> {
    Ok(match reference["location"].as_str() {
        _ if is_payload => Location::Payload,
        None => Location::Body,
        Some("header") => Location::Header,
        Some("headers") => Location::Headers,
        Some("querystring") => Location::Query,
        Some("uri") => Location::Label,
        Some("statusCode") => Location::Status,
        Some(other) => return Err(Error(format!("the location {other:?} is not known"))),
    })
}

/// The key of a member in requests: ec2Query capitalises, the others do not (spec: 3.2 of the wire chapter).
fn query_name(member: &str, reference: &Value, protocol: Protocol) -> String {
    let wire = text(reference, "locationName").unwrap_or_else(|| member.to_owned());
    match protocol {
        Protocol::Ec2 => text(reference, "queryName").unwrap_or_else(|| names::capitalised(&wire)),
        Protocol::Query | Protocol::RestXml | Protocol::RestJson | Protocol::Json | Protocol::Cbor => wire,
    }
}

fn error_of(name: &str, shape: &Value) -> Option<ErrorOf> {
    let error = shape.get("error");
    if error.is_none() && !flag(shape, "exception") {
        return None;
    }
    let error = error.unwrap_or(&Value::Null);
    let server_fault = flag(shape, "fault") || flag(error, "fault");
    let default = if server_fault { 500 } else { 400 };
    let status = error["httpStatusCode"].as_u64().and_then(|status| u16::try_from(status).ok());
    Some(ErrorOf {
        code: text(error, "code").unwrap_or_else(|| name.to_owned()),
        status: status.unwrap_or(default),
        server_fault: server_fault || status.is_some_and(|status| status >= 500),
    })
}

fn lower_operation(operation: &Value, paginator: Option<&Value>) -> Result<Operation, Error> {
    let name = text(operation, "name").ok_or_else(|| Error("an operation has no name".to_owned()))?;
    let http = &operation["http"];
    let uri = text(http, "requestUri").unwrap_or_else(|| "/".to_owned());
    let (path, query) = uri.split_once('?').unwrap_or((&uri, ""));
    let status = http["responseCode"].as_u64().unwrap_or(200);
    let input = &operation["input"];
    Ok(Operation {
        method: text(http, "method").unwrap_or_else(|| "POST".to_owned()),
        path: path.split('/').filter(|part| !part.is_empty()).map(segment).collect(),
        trailing_slash: path.len() > 1 && path.ends_with('/'),
        query: query.split('&').filter(|part| !part.is_empty()).map(literal_query).collect(),
        status: u16::try_from(status).map_err(|_| Error(format!("{name}: the status {status} is none")))?,
        input: text(input, "shape"),
        output: text(&operation["output"], "shape"),
        result_wrapper: text(&operation["output"], "resultWrapper"),
        input_root: text(input, "locationName"),
        input_namespace: namespace(input.get("xmlNamespace")),
        errors: operation["errors"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|e| text(e, "shape"))
            .collect(),
        auth: auth(operation),
        host_prefix: text(&operation["endpoint"], "hostPrefix"),
        checksum_required: flag(operation, "httpChecksumRequired")
            || flag(&operation["httpChecksum"], "requestChecksumRequired"),
        deprecated: flag(operation, "deprecated"),
        paginator: paginator.cloned(),
        name,
    })
}

fn auth(operation: &Value) -> Auth {
    let unsigned_payload = flag(operation, "unsignedPayload");
    match operation["authtype"].as_str() {
        Some("none") => Auth::None,
        Some("v4-unsigned-body") => Auth::SigV4UnsignedBody,
        _ if unsigned_payload => Auth::SigV4UnsignedBody,
        _ => Auth::SigV4,
    }
}

fn segment(part: &str) -> Segment {
    match part.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
        None => Segment::Literal(part.to_owned()),
        Some(label) => match label.strip_suffix('+') {
            Some(greedy) => Segment::Greedy(greedy.to_owned()),
            None => Segment::Label(label.to_owned()),
        },
    }
}

fn literal_query(part: &str) -> (String, Option<String>) {
    match part.split_once('=') {
        Some((key, value)) if !value.is_empty() => (key.to_owned(), Some(value.to_owned())),
        Some((key, _)) => (key.to_owned(), None),
        None => (part.to_owned(), None),
    }
}

fn timestamp_format(value: &Value) -> Result<Option<TimestampFormat>, Error> {
    Ok(match value["timestampFormat"].as_str() {
        None => None,
        Some("iso8601") => Some(TimestampFormat::Iso8601),
        Some("rfc822") => Some(TimestampFormat::Rfc822),
        Some("unixTimestamp") => Some(TimestampFormat::Epoch),
        Some(other) => return Err(Error(format!("the timestamp format {other:?} is not known"))),
    })
}

fn namespace(value: Option<&Value>) -> Option<Namespace> {
    match value? {
        Value::String(uri) => Some(Namespace { uri: uri.clone(), prefix: None }),
        object => Some(Namespace { uri: text(object, "uri")?, prefix: text(object, "prefix") }),
    }
}

fn text(value: &Value, field: &str) -> Option<String> {
    value[field].as_str().map(str::to_owned)
}

fn flag(value: &Value, field: &str) -> bool {
    value[field].as_bool().unwrap_or(false)
}

fn number(value: &Value, field: &str) -> Option<f64> {
    value[field].as_f64()
}

fn count(value: &Value, field: &str) -> Option<u64> {
    value[field].as_u64()
}

#[cfg(test)]
mod tests {
    use super::{Segment, lower};
    use serde_json::json;
    use shape::{Location, Protocol};

    fn model(protocol: &str) -> serde_json::Value {
        json!({
            "metadata": {"protocol": protocol, "apiVersion": "1", "endpointPrefix": "x"},
            "operations": {"Op": {"name": "Op", "http": {"method": "PUT", "requestUri": "/a/{B}/{Key+}?list-type=2&x"},
                "input": {"shape": "In"}}},
            "shapes": {
                "In": {"type": "structure", "required": ["B"], "payload": "Body", "members": {
                    "B": {"shape": "S", "location": "uri", "locationName": "B"},
                    "fooBar": {"shape": "S", "locationName": "fooBar", "queryName": "Q"},
                    "tail": {"shape": "S"},
                    "Body": {"shape": "Blob", "streaming": true}}},
                "S": {"type": "string", "min": 1},
                "Blob": {"type": "blob"},
                "NotFound": {"type": "structure", "members": {}, "error": {"code": "Gone", "httpStatusCode": 404}, "exception": true}
            }
        })
    }

    #[test]
    fn operations_and_members_get_their_final_names() {
        let api = lower("x", &model("ec2")).unwrap();
        assert_eq!(api.protocol, Protocol::Ec2);
        let operation = &api.operations[0];
        assert_eq!(
            operation.path,
            [Segment::Literal("a".into()), Segment::Label("B".into()), Segment::Greedy("Key".into())]
        );
        assert_eq!(operation.query, [("list-type".into(), Some("2".into())), ("x".into(), None)]);
        let input = &api.structures["In"];
        assert_eq!(input.stream.as_deref(), Some("Body"));
        let names: Vec<_> = input.members.iter().map(|m| (m.wire.as_str(), m.query.as_str())).collect();
        assert_eq!(names, [("B", "B"), ("fooBar", "Q"), ("tail", "Tail")]);
        assert_eq!(input.members[0].location, Location::Label);
        assert!(input.members[0].required);
        let error = api.structures["NotFound"].error.clone().unwrap();
        assert_eq!((error.code.as_str(), error.status, error.server_fault), ("Gone", 404, false));
    }

    #[test]
    fn documents_travel_in_the_bodies_of_json() {
        let mut model = model("rest-json");
        model["shapes"]["S"] = json!({"type": "structure", "members": {}, "document": true});
        let refused = lower("x", &model).unwrap_err().0;
        assert_eq!(refused, "In: B is a document, which travels in bodies only");
        model["shapes"]["In"]["members"]["B"] = json!({"shape": "Blob"});
        let api = lower("x", &model).unwrap();
        assert!(matches!(api.types["S"], super::Type::Document));
        assert!(!api.structures.contains_key("S"));
        for protocol in ["ec2", "query", "rest-xml"] {
            model["metadata"]["protocol"] = protocol.into();
            let refused = lower("x", &model).unwrap_err().0;
            assert!(refused.contains("S is a document, and "), "{refused}");
        }
    }

    #[test]
    fn other_protocols_do_not_capitalise() {
        let api = lower("x", &model("query")).unwrap();
        let names: Vec<_> = api.structures["In"].members.iter().map(|m| m.query.as_str()).collect();
        assert_eq!(names, ["B", "fooBar", "tail"]);
    }
}
