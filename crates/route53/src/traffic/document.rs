//! The document of a traffic policy: read, and judged.
//! Source: Route 53 API Reference, "Traffic policy document format".

use crate::error::Error;
use crate::record::model::RecordType;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// Versions of the format.
const FORMATS: [&str; 2] = ["2015-10-01", "2023-05-09"];
/// What an endpoint can be.
const ENDPOINTS: [&str; 14] = [
    "value",
    "cloudfront",
    "elastic-load-balancer",
    "application-load-balancer",
    "network-load-balancer",
    "elastic-beanstalk",
    "s3-website",
    "vpc-endpoint",
    "vpc-interface-endpoint",
    "api-gateway",
    "appsync",
    "app-runner",
    "opensearch",
    "verified-access",
];

/// A document.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Document {
    #[serde(rename = "AWSPolicyFormatVersion")]
    format: String,
    record_type: String,
    start_endpoint: Option<String>,
    start_rule: Option<String>,
    #[serde(default)]
    pub(crate) endpoints: BTreeMap<String, Endpoint>,
    #[serde(default)]
    pub(crate) rules: BTreeMap<String, Rule>,
}

/// Where a branch ends.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Endpoint {
    #[serde(rename = "Type")]
    pub(crate) kind: String,
    pub(crate) value: Option<String>,
    pub(crate) region: Option<String>,
}

/// Where a tree branches.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Rule {
    pub(crate) rule_type: String,
    pub(crate) primary: Option<Branch>,
    pub(crate) secondary: Option<Branch>,
    #[serde(default)]
    pub(crate) locations: Vec<Branch>,
    #[serde(default)]
    pub(crate) geoproximity_locations: Vec<Branch>,
    #[serde(default)]
    pub(crate) regions: Vec<Branch>,
    #[serde(default)]
    pub(crate) items: Vec<Branch>,
}

/// A branch. Which of its members count depends on the rule.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Branch {
    endpoint_reference: Option<String>,
    rule_reference: Option<String>,
    pub(crate) health_check: Option<String>,
    #[serde(default, deserialize_with = "flag")]
    pub(crate) evaluate_target_health: bool,
    pub(crate) region: Option<String>,
    #[serde(default, deserialize_with = "number")]
    pub(crate) weight: Option<String>,
    #[serde(default, deserialize_with = "number")]
    pub(crate) bias: Option<String>,
    #[serde(default, deserialize_with = "number")]
    pub(crate) latitude: Option<String>,
    #[serde(default, deserialize_with = "number")]
    pub(crate) longitude: Option<String>,
    pub(crate) continent: Option<String>,
    pub(crate) country: Option<String>,
    pub(crate) subdivision: Option<String>,
    #[serde(default, deserialize_with = "flag")]
    pub(crate) is_default: bool,
}

/// Where a branch leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reference<'d> {
    Endpoint(&'d str),
    Rule(&'d str),
}

/// Truth, written as such or as text.
fn flag<'de, D: serde::Deserializer<'de>>(from: D) -> Result<bool, D::Error> {
    let value = serde_json::Value::deserialize(from)?;
    Ok(value.as_bool().unwrap_or_else(|| value.as_str() == Some("true")))
}

/// A number, written as such or as text.
fn number<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    Ok(match serde_json::Value::deserialize(from)? {
        serde_json::Value::Number(number) => Some(number.to_string()),
        serde_json::Value::String(text) => Some(text),
        _ => None,
    })
}

fn bad(what: impl Into<String>) -> Error {
    Error::BadPolicy(what.into())
}

impl Document {
    /// Reads a document that may come from anybody.
    pub(crate) fn read(text: &str) -> Result<Self, Error> {
        let document: Self = serde_json::from_str(text).map_err(|error| bad(error.to_string()))?;
        document.check()?;
        Ok(document)
    }

    /// The type its records have.
    pub(crate) fn record_type(&self) -> Result<RecordType, Error> {
        let kind = RecordType::parse(&self.record_type);
        let kind = kind.filter(|kind| !matches!(kind, RecordType::Ns | RecordType::Soa | RecordType::Ds));
        kind.ok_or_else(|| bad(format!("RecordType {} is not supported.", self.record_type)))
    }

    /// Where the tree begins.
    pub(crate) fn start(&self) -> Result<Reference<'_>, Error> {
        match (&self.start_endpoint, &self.start_rule) {
            (Some(endpoint), None) => Ok(Reference::Endpoint(endpoint)),
            (None, Some(rule)) => Ok(Reference::Rule(rule)),
            _ => Err(bad("Exactly one of StartEndpoint and StartRule must be specified.")),
        }
    }

    fn check(&self) -> Result<(), Error> {
        if !FORMATS.contains(&self.format.as_str()) {
            return Err(bad(format!("AWSPolicyFormatVersion {} is not supported.", self.format)));
        }
        let kind = self.record_type()?;
        for (id, endpoint) in &self.endpoints {
            if !ENDPOINTS.contains(&endpoint.kind.as_str()) {
                return Err(bad(format!("Endpoint {id} has an unknown type {}.", endpoint.kind)));
            }
            let Some(value) = &endpoint.value else {
                return Err(bad(format!("Endpoint {id} has no value.")));
            };
            if endpoint.kind == "value"
                && let Err(problem) = crate::record::rdata::check(kind, value)
            {
                return Err(bad(format!("Endpoint {id} has an invalid value: {problem}.")));
            }
            if endpoint.kind == "s3-website" && endpoint.region.is_none() {
                return Err(bad(format!("Endpoint {id} has no Region.")));
            }
        }
        for (id, rule) in &self.rules {
            if rule.branches().is_empty() {
                return Err(bad(format!("Rule {id} of type {} has no branches.", rule.rule_type)));
            }
        }
        self.walk(self.start()?, &mut Walked::default())
    }

    /// Follows every branch once: what is named has to be there, and no rule leads back to itself. Many branches may lead
    /// to one rule; whoever walked it for each of them would be at it for two to the power of the rules.
    fn walk<'d>(&'d self, from: Reference<'d>, walked: &mut Walked<'d>) -> Result<(), Error> {
        match from {
            Reference::Endpoint(id) if self.endpoints.contains_key(id) => Ok(()),
            Reference::Endpoint(id) => Err(bad(format!("Endpoint {id} does not exist."))),
            Reference::Rule(id) => {
                let rule = self.rules.get(id).ok_or_else(|| bad(format!("Rule {id} does not exist.")))?;
                if walked.done.contains(id) {
                    return Ok(());
                }
                if !walked.above.insert(id) {
                    return Err(bad(format!("Rule {id} refers to itself.")));
                }
                for branch in rule.branches() {
                    self.walk(branch.target()?, walked)?;
                }
                walked.above.remove(id);
                walked.done.insert(id);
                Ok(())
            }
        }
    }
}

/// Rules on a walk through a document.
#[derive(Default)]
struct Walked<'d> {
    /// Those that lead to where the walk is.
    above: BTreeSet<&'d str>,
    /// Those that were walked to their ends.
    done: BTreeSet<&'d str>,
}

impl Rule {
    /// Its branches; none where the type is not known.
    pub(crate) fn branches(&self) -> Vec<&Branch> {
        match self.rule_type.as_str() {
            "failover" => self.primary.iter().chain(&self.secondary).collect(),
            "geo" => self.locations.iter().collect(),
            "geoproximity" => self.geoproximity_locations.iter().collect(),
            "latency" => self.regions.iter().collect(),
            "weighted" | "multivalue" => self.items.iter().collect(),
            _ => Vec::new(),
        }
    }
}

impl Branch {
    /// Where it leads.
    pub(crate) fn target(&self) -> Result<Reference<'_>, Error> {
        match (&self.endpoint_reference, &self.rule_reference) {
            (Some(endpoint), None) => Ok(Reference::Endpoint(endpoint)),
            (None, Some(rule)) => Ok(Reference::Rule(rule)),
            _ => Err(bad("Exactly one of EndpointReference and RuleReference must be specified.")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Document;

    const ENDPOINT: &str = r#""Endpoints":{"e":{"Type":"value","Value":"192.0.2.1"}}"#;

    #[track_caller]
    fn check(rest: &str, is_good: bool) {
        let text = format!(r#"{{"AWSPolicyFormatVersion":"2015-10-01","RecordType":"A",{rest}}}"#);
        assert_eq!(Document::read(&text).is_ok(), is_good, "{text}");
    }

    #[test]
    fn documents_are_trees_of_what_is_there() {
        let rule = |id: &str, items: &str| format!(r#""{id}":{{"RuleType":"weighted","Items":[{items}]}}"#);
        let to_endpoint = r#"{"Weight":"1","EndpointReference":"e"}"#;
        let to = |rule: &str| format!(r#"{{"Weight":1,"RuleReference":"{rule}"}}"#);
        check(&format!(r#"{ENDPOINT},"StartEndpoint":"e""#), true);
        check(&format!(r#"{ENDPOINT},"StartRule":"a","Rules":{{{}}}"#, rule("a", to_endpoint)), true);
        check(&format!(r#"{ENDPOINT},"StartRule":"a","Rules":{{{}}}"#, rule("a", &to("a"))), false);
        check(&format!(r#"{ENDPOINT},"StartRule":"a","Rules":{{{}}}"#, rule("a", "")), false);
        check(&format!(r#"{ENDPOINT},"StartRule":"b""#), false);
        check(&format!(r#"{ENDPOINT},"StartEndpoint":"f""#), false);
        check(r#""Endpoints":{"e":{"Type":"value","Value":"x"}},"StartEndpoint":"e""#, false);
        // Two branches of each rule lead to the next: 2^64 ways, each rule walked once.
        let chain = |last: &str| {
            let pair = |to: &str| format!("{to},{to}");
            let rules: Vec<String> =
                (0..64).map(|n| rule(&format!("r{n}"), &pair(&to(&format!("r{}", n + 1))))).collect();
            format!(r#"{ENDPOINT},"StartRule":"r0","Rules":{{{},{}}}"#, rules.join(","), rule("r64", last))
        };
        check(&chain(to_endpoint), true);
        check(&chain(&to("r0")), false);
        assert!(Document::read("{}").is_err());
        assert!(Document::read("[").is_err());
    }
}
