//! When two inputs, or two answers, are the same: the numbered rules of the data's README.

use super::xml_tree::{self, EntryNames};
use crate::dynamic::Structure;
use serde_json::Value as Json;
use shape::{ApiMeta, Location, Protocol, Shape};
use wire::Answer;
use wire::codec::canonical;

/// Headers that a client does not look at: rule 7.
const UNCOMPARED: [&str; 3] = ["content-length", "x-amzn-requestid", "x-amz-target"];

/// Compares what was read with what was wanted.
pub(crate) fn inputs(read: &Structure, wanted: &Structure) -> Result<(), String> {
    let (read, wanted) = (members(read), members(wanted));
    if read == wanted { Ok(()) } else { Err(format!("read {read}, wanted {wanted}")) }
}

/// The members as JSON. An absent payload equals an empty one: rule 2.
fn members(structure: &Structure) -> Json {
    let mut json = canonical::to_json(structure);
    for field in structure.schema().fields.iter().filter(|field| field.location == Location::Payload) {
        let empty = match &json[field.name] {
            Json::String(text) => text.is_empty(),
            Json::Object(members) => members.is_empty(),
            _ => false,
        };
        if empty && let Some(members) = json.as_object_mut() {
            members.remove(field.name);
        }
    }
    json
}

/// Compares what was written with what was wanted: status, headers, body.
pub(crate) fn answers(written: &Answer, wanted: &Json, api: &ApiMeta) -> Result<(), String> {
    if Some(u64::from(written.status)) != wanted["status_code"].as_u64() {
        return Err(format!("status {}, wanted {}", written.status, wanted["status_code"]));
    }
    for (name, value) in wanted["headers"].as_object().into_iter().flatten() {
        let name = name.to_ascii_lowercase();
        if UNCOMPARED.contains(&name.as_str()) {
            continue;
        }
        let found: Vec<_> = written.headers.iter().filter(|(found, _)| found.as_str() == name).collect();
        let [(_, found)] = found.as_slice() else {
            return Err(format!("{} headers {name}, wanted one", found.len()));
        };
        let found = std::str::from_utf8(found.as_bytes()).expect("the suites' headers are UTF-8");
        let wanted = value.as_str().expect("a header is text");
        let same = match name.as_str() {
            "content-type" => media_type(found) == media_type(wanted),
            _ => found == wanted,
        };
        if !same {
            return Err(format!("header {name}: {found:?}, wanted {wanted:?}"));
        }
    }
    let Some(wanted) = wanted["body"].as_str() else { return Ok(()) };
    let written = std::str::from_utf8(&written.body).expect("the suites' bodies are text");
    bodies(written, wanted, api)
}

/// Rule 7: without parameters.
fn media_type(value: &str) -> &str {
    value.split(';').next().unwrap_or_default().trim()
}

fn bodies(written: &str, wanted: &str, api: &ApiMeta) -> Result<(), String> {
    let same = match api.protocol {
        _ if written.is_empty() || wanted.is_empty() => written == wanted,
        Protocol::Json | Protocol::RestJson => match (json(written), json(wanted)) {
            (Ok(written), Ok(wanted)) => written == wanted,
            // A payload that is a text or a blob.
            _ => written == wanted,
        },
        Protocol::Ec2 | Protocol::Query | Protocol::RestXml => {
            let names = EntryNames::of(api);
            match (xml_tree::parse(written, &names), xml_tree::parse(wanted, &names)) {
                (Ok(written), Ok(wanted)) => written == wanted,
                _ => written == wanted,
            }
        }
        Protocol::Cbor => return Err("no suite speaks CBOR".to_owned()),
    };
    if same { Ok(()) } else { Err(format!("body {written:?}, wanted {wanted:?}")) }
}

/// A body as a value; rule 8: `__type` counts from its last `#`.
fn json(body: &str) -> serde_json::Result<Json> {
    let mut json: Json = serde_json::from_str(body)?;
    if let Some(Json::String(code)) = json.get_mut("__type")
        && let Some((_, bare)) = code.rsplit_once('#')
    {
        *code = bare.to_owned();
    }
    Ok(json)
}
