//! The HTTP binding of restXml and restJson1: labels, query, headers, status and payload.

use super::form::{Form, parse_form};
use super::scalar::{self, TimeStyle};
use super::xml::{known, read, write};
use super::{is_s3, json, push_header, writes_millis};
use crate::route::Route;
use crate::{Answer, Fault, Head};
use http::{HeaderName, HeaderValue};
use percent_encoding::percent_decode_str;
use shape::{ApiMeta, Field, Location, OperationMeta, Protocol, Ref, Shape, Slot, TimestampFormat, Ty};

/// Reads a request.
pub(crate) fn decode(input: &mut dyn Shape, route: &Route, head: &Head, body: &[u8]) -> Result<(), Fault> {
    let Route { api, operation, labels, .. } = route;
    let query = parse_form(head.query.as_deref().unwrap_or_default().as_bytes());
    let query = query.map_err(|_| {
        no_uri(api, head).unwrap_or_else(|| malformed(api, "The query string is not valid UTF-8"))
    })?;
    let hoisted = Some(&query).filter(|query| is_s3(api) && is_presigned(query));
    for (index, field) in input.schema().fields.iter().enumerate() {
        let Some(member) = input.get_mut(index) else { continue };
        let bound = match field.location {
            Location::Label => label(member, field, labels),
            Location::Query => from_query(member, field, &query, is_s3(api)),
            Location::Header => from_header(member, field, head, hoisted),
            Location::Headers => from_headers(member, field, head, hoisted),
            Location::Body | Location::Payload | Location::Status => Ok(()),
        };
        bound.map_err(|wrong| unbound(api, head, field, &wrong))?;
    }
    if input.schema().stream.is_some() {
        return Ok(());
    }
    match input.schema().payload {
        Some(index) => payload(input, index, api, body),
        None if operation.has_input => document(input, api, body),
        None => Ok(()),
    }
}

/// S3 has a code of its own for a document it cannot read; Route 53 has that of the query services.
fn malformed(api: &ApiMeta, sentence: impl Into<String>) -> Fault {
    match api.protocol {
        Protocol::RestXml if !is_s3(api) => super::malformed(Protocol::Query, sentence),
        protocol => super::malformed(protocol, sentence),
    }
}

/// A text that is no value of its member.
struct Unbound {
    text: String,
    wanted: &'static str,
}

/// What a label is wanted to be that is no UTF-8.
const NO_TEXT: &str = "UTF-8 text";

/// S3's answer to a path or query that decodes to no text.
fn no_uri(api: &ApiMeta, head: &Head) -> Option<Fault> {
    is_s3(api).then(|| {
        crate::sender(400, "InvalidURI", "Couldn't parse the specified URI.").with("URI", head.path.clone())
    })
}

/// S3 names the argument; the JSON services have their common sentence.
fn unbound(api: &ApiMeta, head: &Head, field: &Field, wrong: &Unbound) -> Fault {
    if let (NO_TEXT, Some(fault)) = (wrong.wanted, no_uri(api, head)) {
        return fault;
    }
    if api.protocol == Protocol::RestXml {
        let sentence = match (field.wire, wrong.wanted) {
            // S3 has one sentence for whatever is no number of a part.
            ("partNumber", "integer") => {
                "Part number must be an integer between 1 and 10000, inclusive".to_owned()
            }
            (name, "integer" | "long") => format!("Provided {name} not an integer or within integer range"),
            (name, wanted) => format!("Provided {name} not a valid {wanted}"),
        };
        return crate::sender(400, "InvalidArgument", sentence)
            .with("ArgumentName", field.wire)
            .with("ArgumentValue", wrong.text.clone());
    }
    malformed(api, format!("STRING_VALUE can not be converted to {}", wrong.wanted))
}

fn label(member: &mut dyn shape::Value, field: &Field, labels: &[(&str, String)]) -> Result<(), Unbound> {
    let Some((_, raw)) = labels.iter().find(|(name, _)| *name == field.wire) else { return Ok(()) };
    let text = percent_decode_str(raw).decode_utf8();
    let text = text.map_err(|_| Unbound { text: (*raw).to_owned(), wanted: NO_TEXT })?;
    scalar(member.slot(), &text, field, TimestampFormat::Iso8601)
}

/// S3 takes a number without digits for one that was not sent, where it can be left out: its member stays unset.
fn from_query(
    member: &mut dyn shape::Value,
    field: &Field,
    query: &Form<'_>,
    is_s3: bool,
) -> Result<(), Unbound> {
    let values = query.pairs.iter().filter(|(key, _)| key == field.wire).map(|(_, value)| value);
    let may_be_empty = is_s3 && !field.required && matches!(field.ty, Ty::Integer(_) | Ty::Long(_));
    for value in values {
        // To ask a member for its slot sets it.
        if may_be_empty && value.is_empty() {
            break; // the first of several counts
        }
        match (member.slot(), field.ty) {
            (Slot::List(list), Ty::List(ty)) => {
                scalar_of(list.push(), value, field, ty.item, TimestampFormat::Iso8601)?;
            }
            (slot, _) => {
                scalar(slot, value, field, TimestampFormat::Iso8601)?;
                break;
            }
        }
    }
    Ok(())
}

/// Whether the query carries a signature. S3 takes the `x-amz-` headers of such a URL from the query too, where
/// clients that presign put them.
fn is_presigned(query: &Form<'_>) -> bool {
    query.get("X-Amz-Signature").or_else(|| query.get("Signature")).is_some()
}

fn from_header(
    member: &mut dyn shape::Value,
    field: &Field,
    head: &Head,
    hoisted: Option<&Form<'_>>,
) -> Result<(), Unbound> {
    // A request has few headers and an input many: to compare lengths costs less than to hash each member's name.
    let named = head.headers.iter().filter(|(name, _)| name.as_str().eq_ignore_ascii_case(field.wire));
    let mut texts: Vec<String> = named.map(|(_, value)| header_value(value)).collect();
    if let Some(query) = hoisted
        && texts.is_empty()
        && is_amz(field.wire)
        && !is_checksum(field.wire)
    {
        let named = query.pairs.iter().find(|(name, _)| name.eq_ignore_ascii_case(field.wire));
        texts.extend(named.map(|(_, value)| value.to_string()));
    }
    for text in texts {
        match (member.slot(), field.ty) {
            (Slot::List(list), Ty::List(ty)) => {
                let format = scalar::time_format(field.timestamp, ty.item, TimestampFormat::Rfc822);
                let dates = matches!(ty.item, Ty::Timestamp(_)) && format == TimestampFormat::Rfc822;
                for element in split_list(&text, dates) {
                    scalar_of(list.push(), &element, field, ty.item, TimestampFormat::Rfc822)?;
                }
            }
            (slot, _) => {
                scalar(slot, &text, field, TimestampFormat::Rfc822)?;
                break;
            }
        }
    }
    Ok(())
}

/// Bytes that are no UTF-8 are read as Latin-1, as HTTP did once.
fn header_value(value: &HeaderValue) -> String {
    match std::str::from_utf8(value.as_bytes()) {
        Ok(text) => text.to_owned(),
        Err(_) => value.as_bytes().iter().map(|&byte| char::from(byte)).collect(),
    }
}

fn is_amz(name: &str) -> bool {
    name.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("x-amz-"))
}

/// Whether the header says what the body's checksum is. S3 looks at no such thing in a URL: the AWS SDK for JavaScript
/// presigns `PutObject` with the CRC32 of no bytes at all, and any bytes may be put there.
/// Source: <https://github.com/aws/aws-sdk-go-v2/issues/2610>.
fn is_checksum(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name == "x-amz-sdk-checksum-algorithm"
        || name.starts_with("x-amz-checksum-") && name != "x-amz-checksum-mode"
}

/// Every header with the prefix, prefix removed; several of one name are joined.
fn from_headers(
    member: &mut dyn shape::Value,
    field: &Field,
    head: &Head,
    hoisted: Option<&Form<'_>>,
) -> Result<(), Unbound> {
    let prefix = field.wire.to_ascii_lowercase();
    let pairs = hoisted.filter(|_| is_amz(&prefix)).map(|query| query.pairs.as_slice()).unwrap_or_default();
    for (name, value) in pairs {
        let name = name.to_ascii_lowercase();
        let Some(rest) = name.strip_prefix(&prefix) else { continue };
        if let Slot::Map(map) = member.slot()
            && let Slot::Str(text) = map.insert(rest.to_owned())
        {
            text.push_str(value);
        }
    }
    for name in head.headers.keys() {
        let Some(rest) = name.as_str().strip_prefix(&prefix) else { continue };
        let values: Vec<String> = head
            .headers
            .get_all(name)
            .iter()
            .map(|value| String::from_utf8_lossy(value.as_bytes()).into())
            .collect();
        if let Slot::Map(map) = member.slot()
            && let Slot::Str(text) = map.insert(rest.to_owned())
        {
            *text = values.join(",");
        }
    }
    Ok(())
}

/// Splits a header's list at its commas: elements may be quoted, RFC 822 dates hold a comma themselves.
fn split_list(text: &str, dates: bool) -> Vec<String> {
    if dates {
        let parts: Vec<&str> = text.split(',').collect();
        return parts.chunks(2).map(|pair| pair.join(",").trim().to_owned()).collect();
    }
    let mut elements = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (element, after) = match rest.strip_prefix('"') {
            Some(quoted) => unquote(quoted),
            None => match rest.split_once(',') {
                Some((element, _)) => (element.trim().to_owned(), &rest[element.len()..]),
                None => (rest.trim().to_owned(), ""),
            },
        };
        elements.push(element);
        rest = after.trim_start().strip_prefix(',').unwrap_or("").trim_start();
    }
    elements
}

/// Reads up to the closing quote; `\` keeps the next character.
fn unquote(text: &str) -> (String, &str) {
    let mut element = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return (element, &text[at + 1..]),
            '\\' => element.extend(chars.next().map(|(_, c)| c)),
            c => element.push(c),
        }
    }
    (element, "")
}

fn scalar(slot: Slot<'_>, text: &str, field: &Field, place: TimestampFormat) -> Result<(), Unbound> {
    scalar_of(slot, text, field, field.ty, place)
}

fn scalar_of(
    slot: Slot<'_>,
    text: &str,
    field: &Field,
    ty: &Ty,
    place: TimestampFormat,
) -> Result<(), Unbound> {
    let format = scalar::time_format(field.timestamp, ty, place);
    scalar::parse(slot, text, format).map_err(|not_a| Unbound { text: text.to_owned(), wanted: not_a.0 })
}

/// Reads the body into the member that is the body.
fn payload(input: &mut dyn Shape, index: usize, api: &ApiMeta, body: &[u8]) -> Result<(), Fault> {
    if body.is_empty() {
        return Ok(());
    }
    let field = &input.schema().fields[index];
    let Some(member) = input.get_mut(index) else { return Ok(()) };
    match member.slot() {
        Slot::Blob(bytes) => *bytes = body.to_vec(),
        Slot::Str(text) => {
            let body =
                std::str::from_utf8(body).map_err(|_| malformed(api, "The body is not valid UTF-8"))?;
            body.clone_into(text);
        }
        slot if api.protocol == Protocol::RestXml => {
            if let Some(element) = read::document(body).map_err(|error| malformed(api, error))? {
                refuse_stranger(api, known::stranger(&element, field.ty))?;
                read::read(slot, &element, field.ty, Some(field)).map_err(|error| malformed(api, error))?;
            }
        }
        slot => {
            if let Some(value) = json::parse(body)? {
                json::read(slot, &value, field.ty, None).map_err(|error| malformed(api, error))?;
            }
        }
    }
    Ok(())
}

/// Reads the body into the members that travel in it.
fn document(input: &mut dyn Shape, api: &ApiMeta, body: &[u8]) -> Result<(), Fault> {
    if !input.schema().fields.iter().any(|field| field.location == Location::Body) {
        return Ok(());
    }
    if api.protocol == Protocol::RestJson {
        return json::decode_body(input, body);
    }
    match read::document(body).map_err(|error| malformed(api, error))? {
        Some(element) => {
            refuse_stranger(api, known::in_structure(&element, input.schema()))?;
            read::structure(input, &element).map_err(|error| malformed(api, error))
        }
        None => Ok(()),
    }
}

/// S3 holds documents against its schema; the other services read past what they do not know.
fn refuse_stranger(api: &ApiMeta, stranger: Option<String>) -> Result<(), Fault> {
    match stranger.filter(|_| is_s3(api)) {
        Some(name) => Err(malformed(api, format!("there is no place for {name}"))),
        None => Ok(()),
    }
}

/// Writes an answer.
pub(crate) fn encode(route: &Route, output: &dyn Shape) -> Answer {
    let Route { api, operation, .. } = route;
    let mut answer = Answer { status: operation.status, ..Answer::default() };
    bind_head(&mut answer, output);
    if output.schema().stream.is_some() {
        // S3 says by a member what its bytes are.
        if api.protocol == Protocol::RestJson {
            push_header(&mut answer, "content-type", "application/octet-stream");
        }
        return answer;
    }
    let has_type = answer.headers.iter().any(|(name, _)| name == http::header::CONTENT_TYPE);
    let (body, content_type) = match output.schema().payload {
        Some(index) => payload_body(api, output, index),
        None => document_body(api, operation, output),
    };
    let bare = body.is_empty() && is_s3(api);
    if !has_type
        && !bare
        && let Some(content_type) = content_type
    {
        let value = HeaderValue::from_static(content_type);
        answer.headers.push((HeaderName::from_static("content-type"), value));
    }
    answer.body = body.into();
    answer
}

/// Headers and status from the members bound to them; also for errors.
pub(crate) fn bind_head(answer: &mut Answer, output: &dyn Shape) {
    for (index, field) in output.schema().fields.iter().enumerate() {
        let value = output.get(index).view();
        match (field.location, value) {
            (_, Ref::Absent) => {}
            (Location::Status, Ref::Int(status)) => {
                answer.status = u16::try_from(status).unwrap_or(answer.status);
            }
            (Location::Header, value) => {
                if let Some(text) = header_text(value, field) {
                    push_header(answer, field.wire, &text);
                }
            }
            (Location::Headers, Ref::Map(map)) => {
                for (key, value) in map.entries() {
                    if let Ref::Str(text) = value {
                        push_header(answer, &format!("{}{key}", field.wire), text);
                    }
                }
            }
            _ => {}
        }
    }
}

fn header_text(value: Ref<'_>, field: &Field) -> Option<String> {
    let mut text = String::new();
    if let (Ref::List(list), Ty::List(ty)) = (value, field.ty) {
        let format = scalar::time_format(field.timestamp, ty.item, TimestampFormat::Rfc822);
        for index in 0..list.len() {
            if index > 0 {
                text.push_str(", ");
            }
            let mut element = String::new();
            scalar::write(&mut element, list.get(index), TimeStyle { format, millis: false });
            let quote = matches!(list.get(index), Ref::Str(_)) && element.contains([',', '"']);
            if quote {
                element = format!("\"{}\"", element.replace('\\', "\\\\").replace('"', "\\\""));
            }
            text.push_str(&element);
        }
        return (!list.is_empty()).then_some(text);
    }
    let format = scalar::time_format(field.timestamp, field.ty, TimestampFormat::Rfc822);
    scalar::write(&mut text, value, TimeStyle { format, millis: false });
    Some(text)
}

/// The member that is the body.
fn payload_body(api: &ApiMeta, output: &dyn Shape, index: usize) -> (Vec<u8>, Option<&'static str>) {
    let field = &output.schema().fields[index];
    match output.get(index).view() {
        Ref::Absent => (Vec::new(), None),
        Ref::Blob(bytes) => (bytes.to_vec(), Some("application/octet-stream")),
        Ref::Str(text) => (text.as_bytes().to_vec(), Some("text/plain")),
        Ref::Struct(structure) if api.protocol == Protocol::RestXml => {
            let schema = structure.schema();
            let named = (field.wire != field.name).then_some(field.wire);
            let root = named.or(schema.xml_name).unwrap_or(schema.name);
            (xml_document(api, root, structure), Some("application/xml"))
        }
        value => {
            let mut body = String::new();
            json::write(&mut body, value, field.ty, TimestampFormat::Epoch);
            (body.into_bytes(), Some("application/json"))
        }
    }
}

fn document_body(
    api: &ApiMeta,
    operation: &OperationMeta,
    output: &dyn Shape,
) -> (Vec<u8>, Option<&'static str>) {
    let schema = output.schema();
    let in_body =
        |field: &Field| matches!(field.location, Location::Body | Location::Query | Location::Label);
    let has_body = schema.fields.iter().any(in_body);
    if api.protocol == Protocol::RestJson {
        if !operation.has_output {
            return (Vec::new(), None);
        }
        let mut body = String::with_capacity(256);
        json::write_structure(&mut body, output);
        return (body.into_bytes(), Some("application/json"));
    }
    if !has_body {
        return (Vec::new(), operation.has_output.then_some("application/xml"));
    }
    (xml_document(api, schema.xml_name.unwrap_or(schema.name), output), Some("application/xml"))
}

/// One XML document. A structure whose one member carries the root's own name is the root's text: S3's
/// GetBucketLocation answers `<LocationConstraint>eu-west-1</LocationConstraint>`.
fn xml_document(api: &ApiMeta, root: &str, structure: &dyn Shape) -> Vec<u8> {
    let style = TimeStyle { format: TimestampFormat::Iso8601, millis: writes_millis(api) };
    let mut writer = write::Writer::new(1024, style);
    writer.open_document(root, structure, api.namespace);
    match structure.schema().fields {
        [only] if only.wire == root && matches!(only.ty, Ty::String(_)) => {
            if let Ref::Str(text) = structure.get(0).view() {
                writer.text(text);
            }
        }
        _ => write::members(&mut writer, structure),
    }
    writer.close(root);
    writer.finish()
}

#[cfg(test)]
mod tests {
    use super::split_list;

    #[test]
    fn header_lists_split_at_their_own_commas() {
        for (text, dates, want) in [
            ("a, b,c", false, vec!["a", "b", "c"]),
            ("\"b,c\", \"\\\"def\\\"\", a", false, vec!["b,c", "\"def\"", "a"]),
            (
                "Mon, 16 Dec 2019 23:48:18 GMT, Mon, 16 Dec 2019 23:48:18 GMT",
                true,
                vec!["Mon, 16 Dec 2019 23:48:18 GMT", "Mon, 16 Dec 2019 23:48:18 GMT"],
            ),
            ("", false, vec![]),
        ] {
            assert_eq!(split_list(text, dates), want);
        }
    }
}
