//! Parameters as a form.

use serde_json::Value;
use shape::{ApiMeta, Protocol};
use wire::sign::uri_encode;

/// The body of a call.
pub(crate) fn body(api: &ApiMeta, operation: &str, parameters: &Value) -> String {
    let mut pairs = vec![("Action".to_owned(), operation.to_owned())];
    pairs.push(("Version".to_owned(), api.version.to_owned()));
    // EC2 numbers the entries of a list at once, the other query services below the word `member`.
    let word = if api.protocol == Protocol::Ec2 { "" } else { "member." };
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
    use crate::spoken::api;
    use serde_json::json;

    #[test]
    fn lists_are_numbered_as_the_service_numbers_them() {
        for (service, want) in [
            ("ec2", "Action=Do&Version=2016-11-15&A=x%26y&L.1.N=1&L.2.N=true"),
            ("iam", "Action=Do&Version=2010-05-08&A=x%26y&L.member.1.N=1&L.member.2.N=true"),
        ] {
            let parameters = json!({"A": "x&y", "L": [{"N": 1}, {"N": true}], "Absent": null});
            assert_eq!(body(api(service).unwrap(), "Do", &parameters), want);
        }
    }
}
