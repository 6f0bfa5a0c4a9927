//! The attributes of listeners, as each kind has them.

use super::record::Listener;
use super::{balancer, find};
use crate::Elb;
use crate::attribute::{Allowed, Attribute, Unfit};
use crate::error::{Configuration, Error, Validation};
use crate::event::Changed;
use crate::load_balancer::{Kind, LoadBalancer};
use ports::Cx;
use shapes_elbv2 as api;

pub(crate) use crate::attribute::Set;

const fn row(key: &'static str, default: &'static str, allowed: Allowed, kinds: &'static str) -> Attribute {
    Attribute { key, default, allowed, kinds }
}

const fn header(key: &'static str, default: &'static str) -> Attribute {
    row(key, default, Allowed::Text, "S")
}

const fn response(key: &'static str) -> Attribute {
    row(key, "", Allowed::Text, "HS")
}

/// Every attribute. `H` are listeners of HTTP and `S` of HTTPS, `T` those of TCP and of gateway load balancers.
/// Source: ELB API reference, ListenerAttribute.
static ATTRIBUTES: [Attribute; 20] = [
    row("tcp.idle_timeout.seconds", "350", Allowed::Range(60, 6000), "T"),
    header(
        "routing.http.request.x_amzn_mtls_clientcert_serial_number.header_name",
        "X-Amzn-Mtls-Clientcert-Serial-Number",
    ),
    header("routing.http.request.x_amzn_mtls_clientcert_issuer.header_name", "X-Amzn-Mtls-Clientcert-Issuer"),
    header(
        "routing.http.request.x_amzn_mtls_clientcert_subject.header_name",
        "X-Amzn-Mtls-Clientcert-Subject",
    ),
    header(
        "routing.http.request.x_amzn_mtls_clientcert_validity.header_name",
        "X-Amzn-Mtls-Clientcert-Validity",
    ),
    header("routing.http.request.x_amzn_mtls_clientcert_leaf.header_name", "X-Amzn-Mtls-Clientcert-Leaf"),
    header("routing.http.request.x_amzn_mtls_clientcert.header_name", "X-Amzn-Mtls-Clientcert"),
    header("routing.http.request.x_amzn_tls_version.header_name", "X-Amzn-Tls-Version"),
    header("routing.http.request.x_amzn_tls_cipher_suite.header_name", "X-Amzn-Tls-Cipher-Suite"),
    row("routing.http.response.server.enabled", "true", Allowed::Bool, "HS"),
    row("routing.http.response.strict_transport_security.header_value", "", Allowed::Text, "S"),
    response("routing.http.response.access_control_allow_origin.header_value"),
    response("routing.http.response.access_control_allow_methods.header_value"),
    response("routing.http.response.access_control_allow_headers.header_value"),
    response("routing.http.response.access_control_allow_credentials.header_value"),
    response("routing.http.response.access_control_expose_headers.header_value"),
    response("routing.http.response.access_control_max_age.header_value"),
    response("routing.http.response.content_security_policy.header_value"),
    response("routing.http.response.x_content_type_options.header_value"),
    response("routing.http.response.x_frame_options.header_value"),
];

fn letter(balancer: &LoadBalancer, own: &Listener) -> char {
    match (balancer.kind, own.protocol.as_deref()) {
        (Kind::Application, Some("HTTPS")) => 'S',
        (Kind::Application, _) => 'H',
        (Kind::Network, Some("TCP")) | (Kind::Gateway, _) => 'T',
        (Kind::Network, _) => '-',
    }
}

fn all(own: &Listener, letter: char) -> Vec<api::ListenerAttribute> {
    let rows = ATTRIBUTES.iter().filter(|row| row.kinds.contains(letter));
    let value = |row: &Attribute| own.attributes.get(row.key).map_or(row.default, String::as_str).to_owned();
    let shape =
        |row: &Attribute| api::ListenerAttribute { key: Some(row.key.to_owned()), value: Some(value(row)) };
    rows.map(shape).collect()
}

/// `DescribeListenerAttributes`.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Elb,
    input: api::DescribeListenerAttributesInput,
) -> Result<api::DescribeListenerAttributesOutput, Error> {
    let text = input.listener_arn.unwrap_or_default();
    cx.read(|view| {
        let own = find(view, cx.scope(), &text)?;
        let letter = letter(&*balancer(view, &own)?, &own);
        Ok(api::DescribeListenerAttributesOutput { attributes: Some(all(&own, letter)) })
    })
}

/// `ModifyListenerAttributes`: some are given, all are answered.
pub(crate) fn modify(
    cx: &Cx,
    _svc: &Elb,
    input: api::ModifyListenerAttributesInput,
) -> Result<api::ModifyListenerAttributesOutput, Error> {
    let text = input.listener_arn.unwrap_or_default();
    let given = input.attributes.unwrap_or_default();
    cx.write(|tx| {
        let mut own = (*find(tx, cx.scope(), &text)?).clone();
        let letter = letter(&*balancer(tx, &own)?, &own);
        for attribute in &given {
            let key = attribute.key.clone().unwrap_or_default();
            let value = attribute.value.clone().unwrap_or_default();
            check(letter, &key, &value)?;
            own.attributes.insert(key, value);
        }
        tx.emit(&Changed { kind: "ListenerChanged", resource: own.arn() });
        tx.put(own.clone());
        Ok(api::ModifyListenerAttributesOutput { attributes: Some(all(&own, letter)) })
    })
}

fn check(letter: char, key: &str, given: &str) -> Result<(), Error> {
    let row = ATTRIBUTES.iter().find(|row| row.key == key);
    let row = row.ok_or_else(|| Validation::ListenerAttribute(key.to_owned()))?;
    if !row.kinds.contains(letter) {
        return Err(Configuration::ListenerAttribute(key.to_owned()).into());
    }
    row.allowed.check(given).map_err(|unfit| match unfit {
        Unfit::OneOf(words) => Validation::AttributeWords(key.to_owned(), words).into(),
        Unfit::Range(least, most) => Validation::AttributeRange(key.to_owned(), least, most).into(),
    })
}
