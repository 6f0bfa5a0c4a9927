//! Faults in every protocol's own envelope.

use super::scalar::TimeStyle;
use super::xml::write::{self, Writer};
use super::{cbor, is_s3, json, push_header, rest};
use crate::{Answer, Fault, Side};
use http::{HeaderName, HeaderValue, Method};
use shape::{ApiMeta, Location, Protocol, Ref, Schema, TimestampFormat};

/// What of the call goes into the envelope.
#[derive(Clone, Copy)]
pub struct Envelope<'a> {
    /// How the client speaks; for a request whose API is not known, the best guess.
    pub protocol: Protocol,
    /// The API, where it is known.
    pub api: Option<&'a ApiMeta>,
    /// The request's id.
    pub request_id: &'a str,
    /// S3's second id.
    pub host_id: &'a str,
    /// The request's method: HEAD has no body.
    pub method: &'a Method,
}

/// Writes an error answer.
pub fn encode_fault(fault: &Fault, envelope: &Envelope<'_>) -> Answer {
    let s3 = envelope.protocol == Protocol::RestXml && envelope.api.is_none_or(is_s3);
    let mut answer = Answer { status: fault.status, ..Answer::default() };
    for (name, value) in &fault.headers {
        push_header(&mut answer, name, value);
    }
    if let Some(members) = &fault.members {
        rest::bind_head(&mut answer, &**members);
        answer.status = fault.status;
    }
    let (body, content_type) = match envelope.protocol {
        Protocol::Ec2 => (ec2(fault, envelope).into_bytes(), "text/xml;charset=UTF-8"),
        Protocol::Query => (query(fault, envelope).into_bytes(), "text/xml"),
        Protocol::RestXml if is_s3_control(envelope) => {
            (s3_control(fault, envelope).into_bytes(), "application/xml")
        }
        Protocol::RestXml if s3 => (s3_body(fault, envelope).into_bytes(), "application/xml"),
        Protocol::RestXml => (query(fault, envelope).into_bytes(), "text/xml"),
        Protocol::RestJson => (json_body(fault, None, envelope.api).into_bytes(), "application/json"),
        Protocol::Json => {
            (json_body(fault, Some(&fault.code), envelope.api).into_bytes(), json::content_type(envelope.api))
        }
        Protocol::Cbor => (cbor::fault_body(fault, envelope.api), cbor::CONTENT_TYPE),
    };
    match envelope.protocol {
        Protocol::RestJson | Protocol::Json => push_header(&mut answer, "x-amzn-errortype", &fault.code),
        Protocol::Cbor => push_header(&mut answer, cbor::PROTOCOL_HEADER, cbor::PROTOCOL_NAME),
        Protocol::Ec2 | Protocol::Query | Protocol::RestXml => {}
    }
    if s3 {
        push_header(&mut answer, "x-amz-request-id", envelope.request_id);
        push_header(&mut answer, "x-amz-id-2", envelope.host_id);
    } else {
        push_header(&mut answer, "x-amzn-requestid", envelope.request_id);
    }
    // HEAD has no body, and a 304 must not have one.
    if *envelope.method != Method::HEAD && fault.status != 304 {
        let value = HeaderValue::from_static(content_type);
        answer.headers.push((HeaderName::from_static("content-type"), value));
        answer.body = body.into();
    }
    answer
}

fn writer() -> Writer {
    Writer::new(512, TimeStyle { format: TimestampFormat::Iso8601, millis: false })
}

fn text(writer: Writer) -> String {
    String::from_utf8(writer.finish()).expect("the writer appends text only")
}

fn ec2(fault: &Fault, envelope: &Envelope<'_>) -> String {
    let mut writer = writer();
    writer.open("Response");
    writer.open("Errors");
    writer.open("Error");
    writer.leaf("Code", &fault.code);
    writer.leaf("Message", fault.message.as_deref().unwrap_or_default());
    writer.close("Error");
    writer.close("Errors");
    writer.leaf("RequestID", envelope.request_id);
    writer.close("Response");
    text(writer)
}

/// awsQuery, and restXml outside S3. Further members stand beside `Error` (spec: 3.1 of the wire chapter).
fn query(fault: &Fault, envelope: &Envelope<'_>) -> String {
    let mut writer = writer();
    writer.open_root("ErrorResponse", envelope.api.and_then(|api| api.namespace));
    writer.open("Error");
    writer.leaf("Type", if fault.side == Side::Sender { "Sender" } else { "Receiver" });
    writer.leaf("Code", &fault.code);
    if let Some(message) = &fault.message {
        writer.leaf("Message", message);
    }
    modelled(&mut writer, fault);
    writer.close("Error");
    extra(&mut writer, fault);
    writer.leaf("RequestId", envelope.request_id);
    writer.close("ErrorResponse");
    text(writer)
}

fn is_s3_control(envelope: &Envelope<'_>) -> bool {
    envelope.api.is_some_and(|api| api.id == "s3control")
}

/// S3 Control: awsQuery's envelope without `Type`, S3's members within `Error`, and both ids beside it.
fn s3_control(fault: &Fault, envelope: &Envelope<'_>) -> String {
    let mut writer = writer();
    writer.open_root("ErrorResponse", envelope.api.and_then(|api| api.namespace));
    writer.open("Error");
    writer.leaf("Code", &fault.code);
    writer.leaf("Message", fault.message.as_deref().unwrap_or_default());
    modelled(&mut writer, fault);
    extra(&mut writer, fault);
    writer.close("Error");
    writer.leaf("RequestId", envelope.request_id);
    writer.leaf("HostId", envelope.host_id);
    writer.close("ErrorResponse");
    text(writer)
}

/// S3's own. Its documentation shows a `Resource`, which recorded answers do not have.
fn s3_body(fault: &Fault, envelope: &Envelope<'_>) -> String {
    let mut writer = writer();
    writer.open("Error");
    writer.leaf("Code", &fault.code);
    writer.leaf("Message", fault.message.as_deref().unwrap_or_default());
    modelled(&mut writer, fault);
    extra(&mut writer, fault);
    writer.leaf("RequestId", envelope.request_id);
    writer.leaf("HostId", envelope.host_id);
    writer.close("Error");
    text(writer)
}

/// The members of the modelled error, its message aside.
fn modelled(writer: &mut Writer, fault: &Fault) {
    let Some(members) = &fault.members else { return };
    for (index, field) in members.schema().fields.iter().enumerate() {
        if field.location == Location::Body && !is_message(field.name) && field.name != "Code" {
            write::write(writer, field.wire, members.get(index).view(), field.ty, None);
        }
    }
}

fn extra(writer: &mut Writer, fault: &Fault) {
    for (name, value) in &fault.extra {
        writer.leaf(name, value);
    }
}

pub(crate) fn is_message(name: &str) -> bool {
    name.eq_ignore_ascii_case("message")
}

fn json_body(fault: &Fault, type_member: Option<&str>, api: Option<&ApiMeta>) -> String {
    let mut out = String::from("{");
    let mut first = true;
    if let Some(code) = type_member {
        json::separate(&mut out, &mut first);
        out.push_str("\"__type\":");
        json::string(&mut out, code);
    }
    let spelled = match fault.members.as_deref() {
        Some(members) => message_name(members.schema()),
        None => api.and_then(|api| modelled_schema(api, &fault.code)).and_then(message_name),
    };
    let spelled = spelled.unwrap_or("message");
    // EFS tells that there is none: recorded by boto3's users, who are shown `None`.
    let tells_no_message = fault.message.is_none() && api.is_some_and(|api| api.id == "efs");
    if fault.message.is_some() || tells_no_message {
        json::separate(&mut out, &mut first);
        json::string(&mut out, spelled);
        out.push(':');
        match &fault.message {
            Some(message) => json::string(&mut out, message),
            None => out.push_str("null"),
        }
    }
    // EKS tells members that do not apply: recorded by its users.
    let tells_absent = api.is_some_and(|api| api.id == "eks");
    if let Some(members) = &fault.members {
        for (index, field) in members.schema().fields.iter().enumerate() {
            let value = members.get(index).view();
            let is_told = !matches!(value, Ref::Absent);
            if field.location != Location::Body || !is_told && !tells_absent {
                continue;
            }
            if is_message(field.name) && (fault.message.is_some() || tells_no_message) {
                continue;
            }
            json::separate(&mut out, &mut first);
            json::string(&mut out, field.wire);
            out.push(':');
            if is_told {
                json::write(&mut out, value, field.ty, TimestampFormat::Epoch);
            } else {
                out.push_str("null");
            }
        }
    }
    for (name, value) in &fault.extra {
        json::separate(&mut out, &mut first);
        json::string(&mut out, name);
        out.push(':');
        json::string(&mut out, value);
    }
    out.push('}');
    out
}

/// The model of an error that is told by its code alone.
fn modelled_schema(api: &ApiMeta, code: &str) -> Option<&'static Schema> {
    let mut errors = api.operations.iter().flat_map(|operation| operation.errors);
    errors.find(|schema| schema.name == code).copied()
}

/// How the modelled error spells its message.
pub(crate) fn message_name(schema: &'static Schema) -> Option<&'static str> {
    schema.fields.iter().find(|field| is_message(field.name)).map(|field| field.wire)
}
