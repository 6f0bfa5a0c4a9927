//! Makes a case smaller that shows a difference: whatever can be left out, or written more simply, without the two sides
//! answering otherwise than they did, is.

use serde_json::{Value, json};

/// Texts of documents that may stand for any other.
const SIMPLER: [(&str, &str); 5] = [
    ("Action", "*"),
    ("Resource", "*"),
    ("Principal", "*"),
    ("NotAction", "iam:*"),
    ("Version", "2012-10-17"),
];

/// Every case that is one step smaller, the largest steps first.
pub(super) fn steps(case: &Value) -> Vec<Value> {
    let mut paths = Vec::new();
    collect(case, &mut Vec::new(), &mut paths);
    paths.sort_by_key(Vec::len);
    let mut steps = Vec::new();
    for path in &paths {
        steps.extend(without(case, path));
    }
    for path in &paths {
        steps.extend(simpler(case, path));
    }
    steps
}

/// A place in a case: names and numbers, as texts.
type Path = Vec<String>;

fn collect(value: &Value, path: &mut Path, paths: &mut Vec<Path>) {
    let mut visit = |name: String, child: &Value| {
        path.push(name);
        paths.push(path.clone());
        collect(child, path, paths);
        path.pop();
    };
    match value {
        Value::Object(members) => members.iter().for_each(|(name, child)| visit(name.clone(), child)),
        Value::Array(values) => {
            values.iter().enumerate().for_each(|(index, child)| visit(index.to_string(), child));
        }
        _ => {}
    }
}

fn at<'a>(case: &'a mut Value, path: &[String]) -> Option<&'a mut Value> {
    path.iter().try_fold(case, |value, name| match value {
        Value::Object(members) => members.get_mut(name),
        Value::Array(values) => values.get_mut(name.parse::<usize>().ok()?),
        _ => None,
    })
}

/// The case without what stands at a place.
fn without(case: &Value, path: &[String]) -> Option<Value> {
    let (last, parents) = path.split_last()?;
    // Who asks stays who it is, a document says how it is to be read, and roles and keys have a policy.
    let action = case["action"].as_str().unwrap_or_default();
    let needs_policy = action.starts_with("sts:") || action.starts_with("kms:");
    if path[0] == "caller" || last == "Version" || (needs_policy && path == ["resourcePolicy"]) {
        return None;
    }
    let mut smaller = case.clone();
    match at(&mut smaller, parents)? {
        Value::Object(members) => drop(members.shift_remove(last)?),
        Value::Array(values) => {
            let index = last.parse::<usize>().ok()?;
            // A key has no empty list; without a policy there is no boundary and no endpoint.
            let never_empty = ["context", "boundary", "endpoint"];
            if never_empty.contains(&parents[0].as_str()) && values.len() == 1 {
                return None;
            }
            drop((index < values.len()).then(|| values.remove(index))?);
        }
        _ => return None,
    }
    Some(smaller)
}

/// The case with one text for a list, or a plainer element.
fn simpler(case: &Value, path: &[String]) -> Vec<Value> {
    let name = path.last().map_or("", String::as_str);
    let mut found = Vec::new();
    let mut put = |value: Value| {
        let mut smaller = case.clone();
        if let Some(place) = at(&mut smaller, path).filter(|place| **place != value) {
            *place = value;
            found.push(smaller);
        }
    };
    for (_, text) in SIMPLER.iter().filter(|(element, _)| *element == name) {
        put(json!(text));
    }
    let mut own = case.clone();
    let value = at(&mut own, path);
    // Lists of documents stay lists.
    let is_texts = |values: &[Value]| values.len() == 1 && values[0].is_string();
    if let Some(Value::Array(values)) = value
        && is_texts(values)
        && path.first().is_some_and(|first| first != "context")
    {
        put(values[0].clone());
    }
    found
}

#[cfg(test)]
mod tests {
    use super::steps;
    use serde_json::json;

    #[test]
    fn each_step_leaves_out_one_thing() {
        let case = json!({ "identity": [{ "Action": ["a"] }], "context": { "k": ["v"] } });
        let steps = steps(&case);
        for smaller in [
            json!({ "context": { "k": ["v"] } }),
            json!({ "identity": [{ "Action": ["a"] }], "context": {} }),
            json!({ "identity": [{ "Action": "a" }], "context": { "k": ["v"] } }),
            json!({ "identity": [{ "Action": "*" }], "context": { "k": ["v"] } }),
            json!({ "identity": [{}], "context": { "k": ["v"] } }),
        ] {
            assert!(steps.contains(&smaller), "{smaller}");
        }
        let empty = json!({ "identity": [{ "Action": ["a"] }], "context": { "k": [] } });
        assert!(!steps.contains(&empty) && !steps.contains(&case));
        assert_eq!(steps.first(), Some(&json!({ "context": { "k": ["v"] } })), "the largest comes first");
    }
}
