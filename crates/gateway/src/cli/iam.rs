//! `angae iam …`: why something is denied, and who uses what, asked of a running angae.

use super::{http, print};
use crate::failure::Failure;
use crate::settings::Settings;
use ::http::Method;
use clap::{Args, Subcommand};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use std::fmt::Write;
use std::process::ExitCode;

/// What is asked of which world.
#[derive(Args)]
pub(crate) struct Arguments {
    /// The world; where it is left out, the one the port leads to
    #[arg(long, global = true)]
    world: Option<String>,
    #[command(subcommand)]
    question: Question,
}

/// What is asked.
#[derive(Subcommand)]
enum Question {
    /// Say whether a user or role may do something, and why
    Explain {
        /// The ARN of the user, role or session
        #[arg(long = "as")]
        caller: String,
        /// s3:GetObject
        action: String,
        /// The ARN of the resource
        #[arg(default_value = "*")]
        resource: String,
        /// A condition key and its value; several times for several values
        #[arg(long, value_name = "KEY=VALUE")]
        context: Vec<String>,
    },
    /// Say what each principal used, what it is granted beside that, and the least policy it needs
    Audit,
    /// Say why a call was denied, by the id in its x-angae-deny-id header
    Decision {
        /// The id
        id: String,
    },
}

pub(crate) fn run(settings: &Settings, arguments: &Arguments) -> Result<ExitCode, Failure> {
    let ask = |target: &str| -> Result<Value, Failure> {
        let answer = http::Call::new(settings, Method::GET, target, arguments.world.as_deref())?.send()?;
        serde_json::from_slice(&answer).map_err(|error| Failure::new(format!("{target}: {error}")))
    };
    let (answer, said) = match &arguments.question {
        Question::Explain { caller, action, resource, context } => {
            let mut target = "/_angae/iam/explain".to_owned();
            let pairs = [("as", caller), ("action", action), ("resource", resource)];
            let pairs = pairs.into_iter().chain(context.iter().map(|pair| ("context", pair)));
            for (index, (name, value)) in pairs.enumerate() {
                let mark = if index == 0 { '?' } else { '&' };
                let _never = write!(target, "{mark}{name}={}", escaped(value));
            }
            let answer = ask(&target)?;
            let said = decision(&answer);
            (answer, said)
        }
        Question::Audit => {
            let answer = ask("/_angae/iam/audit")?;
            let said = audit(&answer);
            (answer, said)
        }
        Question::Decision { id } => {
            let answer = ask(&format!("/_angae/iam/decisions/{}", escaped(id)))?;
            let said = decision(&answer);
            (answer, said)
        }
    };
    if settings.json {
        print::json(&answer);
    } else {
        print::text(said.trim_end());
    }
    Ok(ExitCode::SUCCESS)
}

fn escaped(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

/// A list of an answer.
fn list<'a>(of: &'a Value, name: &str) -> &'a [Value] {
    of[name].as_array().map_or(&[], Vec::as_slice)
}

fn text<'a>(of: &'a Value, name: &str) -> &'a str {
    of[name].as_str().unwrap_or_default()
}

/// The texts of a list.
fn texts(of: &Value) -> String {
    let list = of.as_array().map_or(&[][..], Vec::as_slice);
    let texts: Vec<&str> = list.iter().filter_map(Value::as_str).collect();
    texts.join(", ")
}

/// Lines of a name and what is said of it, the names as wide as the longest.
#[derive(Default)]
struct Lines(String);

impl Lines {
    fn add(&mut self, name: &str, said: impl std::fmt::Display) {
        let _never = writeln!(self.0, "  {name:<10} {said}");
    }
}

/// Where a statement stands, as compilers say it, and its name.
fn place(statement: &Value) -> String {
    let name = match text(statement, "policy") {
        "" => "policy",
        name => name,
    };
    let sid = match statement["sid"].as_str() {
        Some(sid) => format!("Sid {sid}"),
        None => format!("statement {}", statement["index"].as_u64().unwrap_or_default() + 1),
    };
    format!("{name}.json:{}:{} ({sid})", statement["line"], statement["column"])
}

/// Where in an organization a policy is attached.
fn level(of: &Value) -> String {
    of["target"].as_str().map_or_else(String::new, |target| format!(" of {target}"))
}

/// A decision for people.
fn decision(told: &Value) -> String {
    let word = match text(told, "decision") {
        "allowed" => "allowed",
        "explicitDeny" => "denied, explicitly",
        "refusedByService" => "refused",
        _ => "denied",
    };
    let (caller, action, resource) = (text(told, "caller"), text(told, "action"), text(told, "resource"));
    let mut lines = Lines(format!("{word}: {action} on {resource} for {caller}\n"));
    let blocking = list(told, "blocking");
    match blocking.first() {
        Some(first) => {
            lines.add("because", text(first, "reason").trim_start_matches("because "));
            match &first["statement"] {
                Value::Null => lines.add("decided by", "no statement"),
                statement => lines.add("decided by", place(statement)),
            }
            if let Some(target) = first["target"].as_str() {
                lines.add("level", format!("{} of {target}", text(first, "gate")));
            }
        }
        None if word == "allowed" => {
            let allows = list(told, "checks").iter().filter(|check| text(check, "outcome") == "Allow");
            for check in allows {
                for statement in list(check, "matched") {
                    lines.add("decided by", format!("{}, {}", place(statement), text(check, "gate")));
                }
            }
        }
        None => lines.add("because", text(told, "reason")),
    }
    for miss in list(told, "nearest") {
        lines.add("nearest", format!("{}: {}", place(&miss["statement"]), missed(miss)));
    }
    for other in blocking.iter().skip(1) {
        let by = match &other["statement"] {
            Value::Null => "no statement allows".to_owned(),
            statement => place(statement),
        };
        lines.add("then", format!("{}{} denies too: {by}", text(other, "gate"), level(other)));
    }
    for fix in list(told, "fixes") {
        match fix.get("add") {
            Some(statement) => {
                lines.add("fix", format!("add to the {}{}: {statement}", text(fix, "gate"), level(fix)));
            }
            None => {
                let gate = format!("{}{}", text(fix, "gate"), level(fix));
                lines.add("fix", format!("{gate}: change {}", text(fix, "change")));
            }
        }
    }
    for asked in list(&told["mapping"], "asks") {
        let (api, operation) = (text(&told["mapping"], "api"), text(&told["mapping"], "operation"));
        let (action, resource) = (text(asked, "action"), text(asked, "resource"));
        lines.add("asks", format!("{api} {operation} needs {action} on {resource}"));
    }
    for value in list(told, "context") {
        let (key, origin) = (text(value, "key"), text(value, "origin"));
        lines.add("context", format!("{key} = {} ({origin})", texts(&value["values"])));
    }
    for key in list(told, "missing_keys").iter().filter_map(Value::as_str) {
        lines.add("missing", format!("{key}: the request does not have it"));
    }
    lines.0
}

/// What a statement wanted, and what the request had.
fn missed(miss: &Value) -> String {
    let part = match (miss["operator"].as_str(), miss["key"].as_str()) {
        (Some(operator), Some(key)) => format!("{operator} {key}"),
        _ => text(miss, "part").to_owned(),
    };
    let wanted = texts(&miss["wanted"]);
    match &miss["had"] {
        Value::Null => format!("{part} wanted {wanted}; the request has no such value"),
        had => match miss["origin"].as_str() {
            Some(origin) => format!("{part} wanted {wanted}; the request had {} ({origin})", texts(had)),
            None => format!("{part} wanted {wanted}; the request had {}", texts(had)),
        },
    }
}

/// An audit for people.
fn audit(told: &Value) -> String {
    let mut said = String::new();
    for principal in list(told, "principals") {
        let mut lines = Lines(format!("{}\n", text(principal, "principal")));
        for used in list(principal, "used") {
            for resource in list(used, "resources") {
                let denied = if resource["allowed"] == false { ", denied" } else { "" };
                lines.add(
                    "used",
                    format!("{} on {}{denied}", text(used, "action"), text(resource, "resource")),
                );
            }
        }
        for unused in list(principal, "unused") {
            let actions = texts(&unused["actions"]);
            let (never, granted) = (&unused["unused"], &unused["granted"]);
            lines.add("unused", format!("{never} of {granted} actions of {}: {actions}", place(unused)));
        }
        lines.add("needs", &principal["policy"]);
        said.push_str(&lines.0);
    }
    if said.is_empty() {
        said.push_str("nothing was decided yet: policies decide under --iam audit and --iam enforce\n");
    }
    said
}

#[cfg(test)]
mod tests {
    use super::{audit, decision};
    use serde_json::json;

    #[test]
    fn a_denial_is_told_with_its_nearest_miss_and_its_fix() {
        let told = json!({
            "caller": "arn:aws:iam::000000000000:user/anna", "action": "s3:GetObject",
            "resource": "arn:aws:s3:::b/k", "decision": "implicitDeny",
            "blocking": [
                { "gate": "identity-based policy", "statement": null,
                  "reason": "because no identity-based policy allows the s3:GetObject action" },
                { "gate": "permissions boundary", "statement": null, "reason": "because" },
            ],
            "nearest": [{
                "statement": { "policy": "reads", "sid": "Team", "index": 0, "line": 1, "column": 40 },
                "part": "Condition", "operator": "StringEquals", "key": "aws:PrincipalTag/team",
                "wanted": ["red"], "had": ["blue"], "origin": "tag of the user or role",
            }],
            "fixes": [{ "gate": "identity-based policy", "add": { "Effect": "Allow" } }],
            "context": [{ "key": "aws:username", "values": ["anna"], "origin": "credentials" }],
            "missing_keys": ["aws:SourceVpc"],
            "mapping": {
                "api": "s3", "operation": "GetObject",
                "asks": [{ "action": "s3:GetObject", "resource": "arn:aws:s3:::b/k" }],
            },
        });
        assert_eq!(
            decision(&told),
            "denied: s3:GetObject on arn:aws:s3:::b/k for arn:aws:iam::000000000000:user/anna\n\
             \x20 because    no identity-based policy allows the s3:GetObject action\n\
             \x20 decided by no statement\n\
             \x20 nearest    reads.json:1:40 (Sid Team): StringEquals aws:PrincipalTag/team wanted red; \
             the request had blue (tag of the user or role)\n\
             \x20 then       permissions boundary denies too: no statement allows\n\
             \x20 fix        add to the identity-based policy: {\"Effect\":\"Allow\"}\n\
             \x20 asks       s3 GetObject needs s3:GetObject on arn:aws:s3:::b/k\n\
             \x20 context    aws:username = anna (credentials)\n\
             \x20 missing    aws:SourceVpc: the request does not have it\n"
        );
    }

    #[test]
    fn a_policy_of_an_organization_is_told_with_its_level() {
        let told = json!({
            "caller": "arn:aws:iam::111111111111:root", "action": "ec2:RunInstances", "resource": "*",
            "decision": "implicitDeny",
            "blocking": [{
                "gate": "service control policy", "level": 1, "target": "ou-ab12-cdefghij", "statement": null,
                "reason": "because no service control policy allows the ec2:RunInstances action",
            }],
            "fixes": [{
                "gate": "service control policy", "level": 1, "target": "ou-ab12-cdefghij",
                "add": { "Effect": "Allow" },
            }],
        });
        assert_eq!(
            decision(&told),
            "denied: ec2:RunInstances on * for arn:aws:iam::111111111111:root\n\
             \x20 because    no service control policy allows the ec2:RunInstances action\n\
             \x20 decided by no statement\n\
             \x20 level      service control policy of ou-ab12-cdefghij\n\
             \x20 fix        add to the service control policy of ou-ab12-cdefghij: {\"Effect\":\"Allow\"}\n"
        );
    }

    #[test]
    fn an_audit_without_decisions_says_how_to_get_some() {
        assert!(audit(&json!({ "principals": [] })).contains("--iam audit"));
    }
}
