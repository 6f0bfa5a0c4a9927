//! The settings that add-ons take: JSON Schemas, and whether values follow them.
//!
//! Source of what the schemas have: EKS user guide and answers of DescribeAddonConfiguration in public threads; they
//! tell the settings that people use most. Source of the refusals' sentences: the same threads; they are those of a
//! validator that AWS uses.

use super::yaml;
use serde_json::{Map, Value, json};

/// The schema of an add-on.
pub(crate) fn of(addon: &str) -> Value {
    let (title, properties) = match addon {
        "coredns" => ("Coredns", coredns()),
        "vpc-cni" => ("VpcCni", vpc_cni()),
        "kube-proxy" => ("KubeProxy", kube_proxy()),
        "aws-ebs-csi-driver" => ("EbsCsi", ebs_csi()),
        "eks-pod-identity-agent" => ("EksPodIdentityAgent", agent()),
        _ => ("Addon", plain()),
    };
    let mut definitions = Map::new();
    definitions.insert(
        title.to_owned(),
        json!({ "type": "object", "title": title, "additionalProperties": false, "properties": properties }),
    );
    json!({
        "$schema": "http://json-schema.org/draft-06/schema#",
        "$ref": format!("#/definitions/{title}"),
        "definitions": definitions,
    })
}

fn object() -> Value {
    json!({ "type": "object" })
}

fn list() -> Value {
    json!({ "type": "array" })
}

fn resources() -> Value {
    let amounts =
        json!({ "type": "object", "additionalProperties": { "type": ["string", "integer", "number"] } });
    json!({
        "type": "object",
        "additionalProperties": false,
        "properties": { "limits": amounts, "requests": amounts },
    })
}

/// What nearly every deployment takes.
fn plain() -> Value {
    json!({
        "affinity": object(),
        "nodeSelector": object(),
        "podAnnotations": object(),
        "podLabels": object(),
        "replicas": { "type": "integer" },
        "resources": resources(),
        "tolerations": list(),
        "topologySpreadConstraints": list(),
    })
}

fn coredns() -> Value {
    json!({
        "affinity": object(),
        "autoScaling": {
            "type": "object",
            "additionalProperties": false,
            "properties": {
                "enabled": { "type": "boolean" },
                "minReplicas": { "type": "integer" },
                "maxReplicas": { "type": "integer" },
            },
        },
        "computeType": { "type": "string" },
        "corefile": { "type": "string" },
        "nodeSelector": object(),
        "podAnnotations": object(),
        "podDisruptionBudget": {
            "type": "object",
            "additionalProperties": false,
            "properties": {
                "enabled": { "type": "boolean" },
                "maxUnavailable": { "type": ["integer", "string"] },
                "minAvailable": { "type": ["integer", "string"] },
            },
        },
        "podLabels": object(),
        "replicaCount": { "type": "integer" },
        "resources": resources(),
        "tolerations": list(),
        "topologySpreadConstraints": list(),
    })
}

fn vpc_cni() -> Value {
    json!({
        "affinity": object(),
        "enableNetworkPolicy": { "type": "string", "format": "boolean" },
        "enableWindowsIpam": { "type": "string", "format": "boolean" },
        "enableWindowsPrefixDelegation": { "type": "string", "format": "boolean" },
        "env": { "type": "object", "additionalProperties": { "type": "string" } },
        "eniConfig": {
            "type": "object",
            "additionalProperties": false,
            "properties": { "create": { "type": "boolean" }, "region": { "type": "string" }, "subnets": object() },
        },
        "init": {
            "type": "object",
            "additionalProperties": false,
            "properties": { "env": object(), "resources": resources() },
        },
        "livenessProbeTimeoutSeconds": { "type": "integer" },
        "nodeAgent": object(),
        "podAnnotations": object(),
        "podLabels": object(),
        "readinessProbeTimeoutSeconds": { "type": "integer" },
        "resources": resources(),
        "tolerations": list(),
    })
}

fn kube_proxy() -> Value {
    json!({
        "ipvs": {
            "type": "object",
            "additionalProperties": false,
            "properties": { "scheduler": { "type": "string", "enum": ["rr", "lc", "dh", "sh", "sed", "nq"] } },
        },
        "mode": { "type": "string", "enum": ["iptables", "ipvs"] },
        "podAnnotations": object(),
        "podLabels": object(),
        "resources": resources(),
    })
}

fn agent() -> Value {
    json!({
        "affinity": object(),
        "agent": object(),
        "init": object(),
        "nodeSelector": object(),
        "resources": resources(),
        "tolerations": list(),
    })
}

fn ebs_csi() -> Value {
    json!({
        "additionalDaemonSets": object(),
        "controller": object(),
        "defaultStorageClass": {
            "type": "object",
            "additionalProperties": false,
            "properties": { "enabled": { "type": "boolean" } },
        },
        "node": object(),
        "sidecars": object(),
    })
}

/// What of a text of settings does not follow the schema. A text that is no JSON is YAML: of that it is only seen whether
/// it is a mapping at all, for none of our crates reads it.
pub(crate) fn breaches(addon: &str, text: &str) -> Vec<String> {
    let value = match serde_json::from_str::<Value>(text) {
        Ok(value) => value,
        Err(_) if yaml::is_word(text) => Value::from(text.trim()),
        Err(_) => return Vec::new(),
    };
    let schema = of(addon);
    let reference = schema["$ref"].as_str().and_then(|text| text.strip_prefix('#')).unwrap_or_default();
    let mut found = Vec::new();
    check(schema.pointer(reference).unwrap_or(&Value::Null), &value, "$", &mut found);
    found
}

fn check(schema: &Value, value: &Value, path: &str, found: &mut Vec<String>) {
    let kinds: Vec<&str> = match &schema["type"] {
        Value::String(kind) => vec![kind],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let own = kind(value);
    if !kinds.is_empty() && !kinds.iter().any(|kind| *kind == own || *kind == "number" && own == "integer") {
        found.push(format!("{path}: {own} found, {} expected", kinds.join(", ")));
        return;
    }
    if let Some(allowed) = schema["enum"].as_array().filter(|allowed| !allowed.contains(value)) {
        let names: Vec<&str> = allowed.iter().filter_map(Value::as_str).collect();
        found.push(format!("{path}: does not have a value in the enumeration [{}]", names.join(", ")));
    }
    let Some(members) = value.as_object() else { return };
    for (name, member) in members {
        let below = format!("{path}.{name}");
        match (schema["properties"].get(name), &schema["additionalProperties"]) {
            (Some(schema), _) => check(schema, member, &below, found),
            (None, Value::Bool(false)) => found.push(format!(
                "{below}: is not defined in the schema and the schema does not allow additional properties"
            )),
            (None, rest) => check(rest, member, &below, found),
        }
    }
}

/// What a value is, in the words of JSON Schema.
fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

#[cfg(test)]
mod tests {
    use super::breaches;

    #[test]
    fn values_follow_the_schema() {
        for (addon, text, want) in [
            ("coredns", r#"{"replicaCount":3,"resources":{"limits":{"cpu":"100m"}}}"#, vec![]),
            ("coredns", "null", vec!["$: null found, object expected"]),
            ("coredns", r#"{"replicaCount":"3"}"#, vec!["$.replicaCount: string found, integer expected"]),
            (
                "kube-proxy",
                r#"{"mode":"x","podAnnotation":{}}"#,
                vec![
                    "$.mode: does not have a value in the enumeration [iptables, ipvs]",
                    "$.podAnnotation: is not defined in the schema and the schema does not allow additional properties",
                ],
            ),
            (
                "vpc-cni",
                r#"{"env":{"WARM_IP_TARGET":1}}"#,
                vec!["$.env.WARM_IP_TARGET: integer found, string expected"],
            ),
            ("coredns", "replicaCount: 2\n", vec![]),
            ("coredns", "nothing", vec!["$: string found, object expected"]),
        ] {
            assert_eq!(breaches(addon, text), want, "{addon} {text}");
        }
    }
}
