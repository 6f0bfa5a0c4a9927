//! Decides cases that come in as lines of JSON, one answer a line, in order: `cargo xtask oracle` holds them against
//! those of an external simulator.
//!
//! A case is told in `crates/xtask/src/oracle/case.rs`. An answer is `{"decision": …, "because": …}`, or
//! `{"refused": …}` where a document is none that may be written, or the case is none.

use policy::compile::{Action, Attached, Kind, Policy, PolicySet, Source, no_unique_ids};
use policy::context::fixed::Fixed;
use policy::decide::{Caller, CallerKind, Decision, Membership, PolicyRule, Request, Resource};
use policy::explain::explain;
use policy::grammar::{self, Grammar};
use serde_json::{Value, json};
use std::io::{BufRead, Write};

/// What is attached to each level of an organization without anybody's doing.
const FULL_ACCESS: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}"#;

/// The policies of a case.
struct Sets {
    identity: PolicySet,
    boundary: Option<PolicySet>,
    session: Option<PolicySet>,
    resource: Option<PolicySet>,
    endpoint: Option<PolicySet>,
    service_control: Vec<PolicySet>,
    resource_control: Vec<PolicySet>,
}

fn main() -> std::io::Result<()> {
    let mut output = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let answer = answer(&line?).unwrap_or_else(|refusal| json!({ "refused": refusal }));
        writeln!(output, "{answer}")?;
    }
    output.flush()
}

fn answer(line: &str) -> Result<Value, String> {
    let case: Value = serde_json::from_str(line).map_err(|error| error.to_string())?;
    let sets = Sets::read(&case)?;
    let context = context(&case)?;
    let (caller, account) = (&case["caller"], text(&case["caller"], "account").unwrap_or_default());
    let names = [text(caller, "principal").unwrap_or_default()];
    let kind = kind(caller, &names)?;
    let member = |levels| Membership { is_management: false, levels };
    let caller = Caller {
        kind,
        account,
        canonical_id: None,
        identity: &sets.identity,
        boundary: sets.boundary.as_ref(),
        session: sets.session.as_ref(),
        organization: case.get("scp").map(|_| member(&sets.service_control)),
    };
    let action = Action::new(text(&case, "action")?);
    let resource = Resource {
        arn: text(&case, "resource")?,
        account: text(&case, "owner")?,
        policy: sets.resource.as_ref(),
        rule: if needs_policy(&action) { PolicyRule::Required } else { PolicyRule::Additive },
        granted: None,
        organization: case.get("rcp").map(|_| member(&sets.resource_control)),
    };
    let request = Request {
        caller: &caller,
        action: &action,
        resource: &resource,
        endpoint: sets.endpoint.as_ref(),
        context: &context,
    };
    let explanation = explain(&request);
    let is_same = explanation.decision.is_allowed() == policy::decide::decide(&request).is_allowed();
    assert!(is_same, "deciding and explaining differ: {line}");
    let (decision, because) = match &explanation.decision {
        Decision::Allow => ("allow", "it is allowed".to_owned()),
        Decision::Deny(denial) => {
            (if denial.by.is_some() { "explicit deny" } else { "implicit deny" }, denial.reason(&action))
        }
    };
    Ok(json!({ "decision": decision, "because": because }))
}

/// Trust and key policies have the last word.
fn needs_policy(action: &Action) -> bool {
    action.service() == "kms" || action.name().starts_with("sts:AssumeRole")
}

fn text<'a>(value: &'a Value, name: &str) -> Result<&'a str, String> {
    value[name].as_str().ok_or_else(|| format!("{name} is no text"))
}

fn kind<'a>(caller: &'a Value, names: &'a [&'a str]) -> Result<CallerKind<'a>, String> {
    let principal = names[0];
    Ok(match text(caller, "kind")? {
        "root" => CallerKind::Root,
        "user" => CallerKind::User { arn: principal, unique_id: "" },
        "role" => {
            CallerKind::RoleSession { role_arn: text(caller, "role")?, role_id: "", session_arn: principal }
        }
        "federated" => CallerKind::FederatedUser { arn: principal, user_arn: "", user_id: "" },
        "oidc" => CallerKind::WebIdentity { provider: principal },
        "saml" => CallerKind::Saml { provider: principal },
        "service" => CallerKind::Service { names },
        "anonymous" => CallerKind::Anonymous,
        other => return Err(format!("there is no caller of the kind {other}")),
    })
}

fn context(case: &Value) -> Result<Fixed, String> {
    let mut context = Fixed::default();
    for (key, value) in case["context"].as_object().into_iter().flatten() {
        let read = |value: &Value| value.as_str().map(str::to_owned).ok_or(format!("{key} is no text"));
        match value.as_array() {
            Some(values) => context.set(key, values.iter().map(read).collect::<Result<_, _>>()?, true),
            None => context.set(key, vec![read(value)?], false),
        }
    }
    Ok(context)
}

impl Sets {
    fn read(case: &Value) -> Result<Self, String> {
        let list = |name: &str| case[name].as_array().map_or(&[][..], Vec::as_slice);
        let some = |name: &str, kind, grammar: &Grammar<'_>| {
            let documents =
                case.get(name).map(|value| value.as_array().cloned().unwrap_or(vec![value.clone()]));
            documents.map(|documents| set(&documents, kind, grammar, None)).transpose()
        };
        let levels = |name: &str, kind, grammar: &Grammar<'_>, given| {
            let level = |documents: &Value| {
                set(documents.as_array().map_or(&[][..], Vec::as_slice), kind, grammar, given)
            };
            list(name).iter().map(level).collect::<Result<Vec<_>, _>>()
        };
        let is_trust = text(case, "action")?.starts_with("sts:AssumeRole");
        let (of_resource, grammar) =
            if is_trust { (Kind::Trust, Grammar::Trust) } else { (Kind::Resource, Grammar::Resource) };
        Ok(Self {
            identity: set(list("identity"), Kind::Identity, &Grammar::Identity, None)?,
            boundary: some("boundary", Kind::Boundary, &Grammar::Identity)?,
            session: some("session", Kind::Session, &Grammar::Session)?,
            resource: some("resourcePolicy", of_resource, &grammar)?,
            endpoint: some("endpoint", Kind::Endpoint, &Grammar::Endpoint)?,
            service_control: levels("scp", Kind::ServiceControl, &Grammar::ServiceControl, None)?,
            resource_control: levels(
                "rcp",
                Kind::ResourceControl,
                &Grammar::ResourceControl,
                Some(FULL_ACCESS),
            )?,
        })
    }
}

/// These documents as one set, and one that nobody wrote.
fn set(
    documents: &[Value],
    kind: Kind,
    grammar: &Grammar<'_>,
    given: Option<&str>,
) -> Result<PolicySet, String> {
    let attach = |name: &str, document| Attached {
        policy: Policy::compile(&document, kind, &no_unique_ids).into(),
        source: Source::inline(name),
    };
    let mut all = Vec::new();
    for document in documents {
        let read = grammar::check(grammar, &document.to_string())
            .map_err(|refusal| format!("{kind:?}: {}", refusal.sentence()))?;
        all.push(attach("written", read));
    }
    if let Some(given) = given {
        let read = policy::document::Document::parse(given).map_err(|wrong| format!("{wrong:?}"))?;
        all.push(attach("given", read));
    }
    Ok(PolicySet::new(all))
}
