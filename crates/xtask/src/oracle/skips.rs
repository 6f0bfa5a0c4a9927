//! Differences that are known, each with its reason and its source, in `skips.toml`; and how a shrunk case shows that it is
//! one of them. Shrinking has left nothing in a case but what makes the difference, so a look at what is left is enough.

use super::side::Answer;
use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write;

const FILE: &str = include_str!("skips.toml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Skip {
    reason: String,
    source: String,
    #[serde(skip)]
    explained: usize,
}

/// All of them, by name, and how many differences each explained.
pub(super) struct Skips(BTreeMap<String, Skip>);

/// Whether a shrunk case shows a known difference.
type Test = fn(&Shrunk<'_>) -> bool;

struct Shrunk<'a> {
    case: &'a Value,
    own: &'a str,
    simulator: &'a str,
}

const TESTS: [(&str, Test); 16] = [
    ("root-user", |shrunk| shrunk.caller("kind") == "root" && shrunk.loses()),
    ("service-linked-role", |shrunk| {
        shrunk.caller("role").contains(":role/aws-service-role/") && (shrunk.has("scp") || shrunk.has("rcp"))
    }),
    ("not-principal", |shrunk| shrunk.statements().any(|statement| statement.get("NotPrincipal").is_some())),
    ("session-policy-and-resource-policy", |shrunk| {
        shrunk.has("session")
            && shrunk.has("resourcePolicy")
            && shrunk.own == "allow"
            && shrunk.is_within_account()
    }),
    ("provider-in-an-account", |shrunk| {
        matches!(shrunk.caller("kind"), "oidc" | "saml")
            && shrunk.statements().any(|statement| statement["Principal"].get("AWS").is_some())
    }),
    ("wildcard-before-the-slash", |shrunk| shrunk.texts(&["Resource", "NotResource"]).any(is_early_wildcard)),
    ("epoch-seconds", |shrunk| {
        shrunk.has_condition("Date", |text| text.bytes().all(|byte| byte.is_ascii_digit()))
    }),
    ("case-of-an-arn", |shrunk| shrunk.has_condition("Arn", |text| text.starts_with("ARN:"))),
    ("variable-in-the-head-of-an-arn", |shrunk| {
        shrunk.has_condition("Arn", |text| text.splitn(6, ':').take(5).any(|segment| segment.contains("${")))
    }),
    ("variable-without-a-value", |shrunk| {
        let has_variable = |text: &str| text.contains("${");
        // The empty text is a value: what is put in is nothing, but it is put in.
        let is_empty = shrunk.given("").any(str::is_empty);
        shrunk.has_condition("Not", has_variable)
            || shrunk.texts(&["NotResource"]).any(has_variable)
            || is_empty && shrunk.has_condition("", has_variable)
            || is_empty && shrunk.texts(&["Resource"]).any(has_variable)
    }),
    ("list-of-one-without-a-prefix", |shrunk| {
        let has_list =
            shrunk.case["context"].as_object().is_some_and(|keys| keys.values().any(Value::is_array));
        has_list && shrunk.has_operator(|operator| !operator.contains(':'))
    }),
    ("no-resource-and-a-short-arn", |shrunk| {
        let is_short = |text: &str| text != "*" && text.split(':').count() < 6;
        shrunk.case["resource"] == "*" && shrunk.texts(&["NotResource"]).any(is_short)
    }),
    ("not-a-number", |shrunk| {
        let is_none = |text: &str| text.parse::<f64>().is_err();
        shrunk.has_condition("Numeric", is_none)
            || shrunk.has_operator(is_numeric) && shrunk.given("").any(is_none)
    }),
    ("not-a-date", |shrunk| {
        let is_none = |text: &str| !text.starts_with("20") || !text.contains('-');
        shrunk.has_operator(|operator| operator.contains("Date")) && shrunk.given("").any(is_none)
    }),
    ("range-of-everything", |shrunk| shrunk.has_condition("IpAddress", |text| text.ends_with("/0"))),
    ("address-of-another-family", |shrunk| {
        let given = |is_new: bool| shrunk.given("Ip").any(|text| text.contains(':') == is_new);
        shrunk.has_condition("NotIpAddress", |text| given(!text.contains(':')))
    }),
];

fn is_numeric(operator: &str) -> bool {
    operator.contains("Numeric")
}

/// `function:res*` and `repo*/app`: a wildcard stands before the first separator of an ARN's last segment.
fn is_early_wildcard(pattern: &str) -> bool {
    let tail = pattern.splitn(6, ':').nth(5).unwrap_or("");
    tail.find(['*', '?']).is_some_and(|at| tail[at..].contains(['/', ':']))
}

impl<'a> Shrunk<'a> {
    fn caller(&self, name: &str) -> &'a str {
        self.case["caller"][name].as_str().unwrap_or_default()
    }

    fn has(&self, name: &str) -> bool {
        self.case.get(name).is_some()
    }

    /// Whether the simulator lacks an Allow that the engine finds.
    fn loses(&self) -> bool {
        (self.own, self.simulator) == ("allow", "implicit deny")
    }

    fn is_within_account(&self) -> bool {
        self.case["owner"] == self.case["caller"]["account"]
    }

    /// The values of context keys whose name ends so.
    fn given(&self, ending: &'static str) -> impl Iterator<Item = &'a str> {
        let keys = self.case["context"].as_object().into_iter().flatten();
        keys.filter(move |(key, _)| key.ends_with(ending)).flat_map(|(_, values)| each(values))
    }

    /// The statements of all documents.
    fn statements(&self) -> impl Iterator<Item = &'a Value> {
        let mut found = Vec::new();
        collect(self.case, &mut found);
        found.into_iter()
    }

    /// The texts of some elements of all statements.
    fn texts(&self, names: &'static [&'static str]) -> impl Iterator<Item = &'a str> {
        let elements =
            self.statements().flat_map(|statement| names.iter().filter_map(move |name| statement.get(name)));
        elements.flat_map(each)
    }

    /// The conditions of all statements: operators, with their keys.
    fn conditions(&self) -> impl Iterator<Item = (&'a String, &'a Value)> {
        self.statements().filter_map(|statement| statement["Condition"].as_object()).flatten()
    }

    fn has_operator(&self, fits: impl Fn(&str) -> bool) -> bool {
        self.conditions().any(|(operator, _)| fits(operator))
    }

    /// Whether a condition whose operator has this in its name has such a value.
    fn has_condition(&self, part: &str, fits: impl Fn(&str) -> bool) -> bool {
        let named = self.conditions().filter(|(operator, _)| operator.contains(part));
        let keys = named.filter_map(|(_, keys)| keys.as_object()).flatten();
        keys.flat_map(|(_, values)| each(values)).any(fits)
    }
}

/// Whatever stands in a list named `Statement`.
fn collect<'a>(value: &'a Value, found: &mut Vec<&'a Value>) {
    match value {
        Value::Object(members) => {
            for (name, inner) in members {
                match inner.as_array() {
                    Some(statements) if name == "Statement" => found.extend(statements),
                    _ => collect(inner, found),
                }
            }
        }
        Value::Array(values) => values.iter().for_each(|inner| collect(inner, found)),
        _ => {}
    }
}

/// A text, or the texts of a list.
fn each(value: &Value) -> impl Iterator<Item = &str> {
    let many = value.as_array().map_or(&[][..], Vec::as_slice);
    value.as_str().into_iter().chain(many.iter().filter_map(Value::as_str))
}

impl Skips {
    /// The file; each entry has its test and each test its entry.
    pub(super) fn read() -> Result<Self> {
        let skips: BTreeMap<String, Skip> = toml::from_str(FILE).context("skips.toml")?;
        let tested: Vec<&str> = TESTS.iter().map(|(name, _)| *name).collect();
        let untested = skips.keys().find(|name| !tested.contains(&name.as_str()));
        let unnamed = tested.iter().find(|name| !skips.contains_key(**name));
        match (untested, unnamed) {
            (None, None) => Ok(Self(skips)),
            (Some(name), _) => bail!("skips.toml names {name}, which has no test in skips.rs"),
            (_, Some(name)) => bail!("skips.rs tests {name}, for which skips.toml gives no reason"),
        }
    }

    /// Whether a difference is known; it is counted where it is.
    pub(super) fn explain(&mut self, case: &Value, own: &Answer, simulator: &Answer) -> bool {
        let (Some(own), Some(simulator)) = (own.decision(), simulator.decision()) else { return false };
        let shrunk = Shrunk { case, own, simulator };
        let found = TESTS.iter().find(|(_, test)| test(&shrunk));
        match found.and_then(|(name, _)| self.0.get_mut(*name)) {
            Some(skip) => {
                skip.explained += 1;
                true
            }
            None => false,
        }
    }

    /// Those that explained nothing.
    pub(super) fn idle(&self) -> Vec<&str> {
        self.0.iter().filter(|(_, skip)| skip.explained == 0).map(|(name, _)| name.as_str()).collect()
    }

    /// Each with its count, for people.
    pub(super) fn text(&self) -> String {
        let mut shown = "known differences:\n".to_owned();
        for (name, skip) in &self.0 {
            let _ = writeln!(shown, "  {:>6} {name}: {} [{}]", skip.explained, skip.reason, skip.source);
        }
        shown.trim_end().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::{Skips, is_early_wildcard};
    use crate::oracle::side::Answer;
    use serde_json::json;

    #[test]
    fn a_difference_is_known_by_what_is_left_of_its_case() {
        let decided = |text: &str| Answer::Decided { decision: text.to_owned(), because: String::new() };
        let (allow, deny) = (decided("allow"), decided("implicit deny"));
        let mut skips = Skips::read().unwrap();
        let root = json!({ "caller": { "kind": "root" } });
        assert!(skips.explain(&root, &allow, &deny));
        assert!(!skips.explain(&root, &deny, &allow));
        let condition = |text: &str| {
            let statement = json!({ "Condition": { "DateEquals": { "aws:CurrentTime": text } } });
            json!({ "caller": { "kind": "user" }, "identity": [{ "Statement": [statement] }] })
        };
        assert!(skips.explain(&condition("1767323045"), &allow, &deny));
        assert!(!skips.explain(&condition("2026-01-02"), &allow, &deny));
        assert!(!skips.idle().contains(&"root-user") && skips.idle().contains(&"not-principal"));
    }

    #[test]
    fn wildcards_before_a_separator_are_early() {
        for (pattern, want) in [
            ("arn:aws:ecr:r:1:repo*/app", true),
            ("arn:aws:lambda:r:1:functio?:f", true),
            ("arn:aws:ecr:r:1:repository/a*", false),
            ("arn:aws:s3:::b*", false),
            ("*", false),
        ] {
            assert_eq!(is_early_wildcard(pattern), want, "{pattern}");
        }
    }
}
