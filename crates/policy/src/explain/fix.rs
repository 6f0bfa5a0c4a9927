//! The least that would lift a denial.

use crate::context::Context;
use crate::decide::{CallerKind, Denial, Gate, Reach, Request};
use std::fmt::Write;

/// What would lift one denial. Others may still stand: see [`super::Explanation::blocking`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fix {
    /// Add this statement to a policy of the gate.
    Add {
        /// Which policies.
        gate: Gate,
        /// The level of an organization's, from the root; else 0.
        level: usize,
        /// The statement, as JSON.
        statement: String,
    },
    /// No statement helps: this one, which denies, has to be changed or taken away.
    Change {
        /// Which policies.
        gate: Gate,
        /// The level of an organization's, from the root; else 0.
        level: usize,
        /// The statement's place.
        place: String,
    },
}

pub(super) fn of<C: Context + ?Sized>(denial: &Denial<'_>, request: &Request<'_, C>) -> Fix {
    let Denial { gate, level, by } = *denial;
    match by {
        Some(matched) => Fix::Change { gate, level, place: matched.place() },
        None => Fix::Add { gate, level, statement: statement(gate, request) },
    }
}

/// How far a statement for the caller reaches in a resource's policy.
pub(super) fn reach<C: Context + ?Sized>(request: &Request<'_, C>) -> Reach {
    match request.caller.kind {
        CallerKind::Root => Reach::Account,
        CallerKind::RoleSession { .. } => Reach::Role,
        CallerKind::User { .. }
        | CallerKind::FederatedUser { .. }
        | CallerKind::WebIdentity { .. }
        | CallerKind::Saml { .. }
        | CallerKind::Service { .. }
        | CallerKind::Anonymous => Reach::Direct,
    }
}

/// The statement about exactly this request.
fn statement<C: Context + ?Sized>(gate: Gate, request: &Request<'_, C>) -> String {
    let mut json = r#"{"Effect":"Allow""#.to_owned();
    let has_principal = matches!(gate, Gate::Resource | Gate::Endpoint | Gate::ResourceControl);
    if has_principal {
        let (kind, name) = if gate == Gate::Resource { principal(request) } else { ("", String::new()) };
        match kind {
            "" => json.push_str(r#","Principal":"*""#),
            kind => {
                let _ = write!(json, r#","Principal":{{"{kind}":{}}}"#, quoted(&name));
            }
        }
    }
    let _ = write!(json, r#","Action":{}"#, quoted(request.action.name()));
    // A trust policy names no resource.
    if !(gate == Gate::Resource && request.action.service() == "sts") {
        let _ = write!(json, r#","Resource":{}"#, quoted(request.resource.arn));
    }
    json.push('}');
    json
}

/// The principal that stands for the caller in a resource's policy; without a kind, everybody.
fn principal<C: Context + ?Sized>(request: &Request<'_, C>) -> (&'static str, String) {
    let caller = request.caller;
    match caller.kind {
        CallerKind::Root => {
            let partition = request.resource.arn.split(':').nth(1).unwrap_or("aws");
            ("AWS", format!("arn:{partition}:iam::{}:root", caller.account))
        }
        CallerKind::User { arn, .. } | CallerKind::FederatedUser { arn, .. } => ("AWS", arn.to_owned()),
        CallerKind::RoleSession { role_arn, .. } => ("AWS", role_arn.to_owned()),
        CallerKind::WebIdentity { provider } | CallerKind::Saml { provider } => {
            ("Federated", provider.to_owned())
        }
        CallerKind::Service { names } => ("Service", names.first().copied().unwrap_or_default().to_owned()),
        CallerKind::Anonymous => ("", String::new()),
    }
}

/// As JSON, every character meaning itself; but `instance/*`, which stands for what is yet to be made, stays.
fn quoted(text: &str) -> String {
    let (body, rest) = match text.strip_suffix('*') {
        Some(body) if body.is_empty() || body.ends_with('/') => (body, "*"),
        _ => (text, ""),
    };
    let mut json = String::with_capacity(text.len() + 2);
    json.push('"');
    for letter in body.chars() {
        match letter {
            '"' => json.push_str("\\\""),
            '\\' => json.push_str("\\\\"),
            control if control < ' ' => {
                let _ = write!(json, "\\u{:04x}", u32::from(control));
            }
            // In a policy these are wildcards and variables; the request means the characters.
            '*' => json.push_str("${*}"),
            '?' => json.push_str("${?}"),
            '$' => json.push_str("${$}"),
            plain => json.push(plain),
        }
    }
    json.push_str(rest);
    json.push('"');
    json
}
