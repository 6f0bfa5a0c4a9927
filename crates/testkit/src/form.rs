//! Parameters as a form.

use serde_json::Value;
use wire::sign::uri_encode;

/// The versions of the APIs that speak forms.
const VERSIONS: [(&str, &str); 3] = [("ec2", "2016-11-15"), ("iam", "2010-05-08"), ("sts", "2011-06-15")];

/// The body of a call.
pub(crate) fn body(service: &str, operation: &str, parameters: &Value) -> String {
    let version = VERSIONS.iter().find(|(name, _)| *name == service);
    let (_, version) = version.unwrap_or_else(|| panic!("{service} speaks no forms"));
    let mut pairs = vec![("Action".to_owned(), operation.to_owned())];
    pairs.push(("Version".to_owned(), (*version).to_owned()));
    // EC2 numbers the entries of a list at once, the other query services below the word `member`.
    let word = if service == "ec2" { "" } else { "member." };
    flatten("", parameters, word, &mut pairs);
    let encoded =
        pairs.iter().map(|(key, value)| format!("{}={}", uri_encode(key, false), uri_encode(value, false)));
    encoded.collect::<Vec<_>>().join("&")
}

fn flatten(path: &str, value: &Value, word: &str, pairs: &mut Vec<(String, String)>) {
    let below = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    match value {
        Value::Null => {}
        Value::Object(members) => {
            members.iter().for_each(|(key, value)| flatten(&below(key), value, word, pairs));
        }
        Value::Array(items) => items.iter().enumerate().for_each(|(position, item)| {
            flatten(&below(&format!("{word}{}", position + 1)), item, word, pairs);
        }),
        Value::String(text) => pairs.push((path.to_owned(), text.clone())),
        Value::Bool(_) | Value::Number(_) => pairs.push((path.to_owned(), value.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::body;
    use serde_json::json;

    #[test]
    fn lists_are_numbered_as_the_service_numbers_them() {
        for (service, want) in [
            ("ec2", "Action=Do&Version=2016-11-15&A=x%26y&L.1.N=1&L.2.N=true"),
            ("iam", "Action=Do&Version=2010-05-08&A=x%26y&L.member.1.N=1&L.member.2.N=true"),
        ] {
            let parameters = json!({"A": "x&y", "L": [{"N": 1}, {"N": true}], "Absent": null});
            assert_eq!(body(service, "Do", &parameters), want);
        }
    }
}
