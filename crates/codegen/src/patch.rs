//! JSON Patch (RFC 6902): `add`, `remove`, `replace`, `test`. What does not apply is an error that names its path,
//! so that a model update which makes a correction obsolete is noticed.

use crate::Error;
use serde_json::Value;

/// Applies every operation of `patch` in order.
pub fn apply(document: &mut Value, patch: &Value) -> Result<(), Error> {
    let operations = patch.as_array().ok_or_else(|| Error("a patch is an array".to_owned()))?;
    for operation in operations {
        let field = |name: &str| operation.get(name).and_then(Value::as_str);
        let (Some(verb), Some(path)) = (field("op"), field("path")) else {
            return Err(Error(format!("{operation} has no op or no path")));
        };
        let value = operation.get("value").cloned();
        apply_one(document, verb, path, value).map_err(|cause| Error(format!("{verb} {path}: {cause}")))?;
    }
    Ok(())
}

fn apply_one(document: &mut Value, verb: &str, path: &str, value: Option<Value>) -> Result<(), &'static str> {
    let (parent, key) = path.rsplit_once('/').ok_or("the path does not begin with /")?;
    let parent = document.pointer_mut(parent).ok_or("the parent does not exist")?;
    let key = key.replace("~1", "/").replace("~0", "~");
    let need = || value.clone().ok_or("there is no value");
    match (parent, verb) {
        (Value::Object(map), "add") => {
            map.insert(key, need()?);
        }
        (Value::Object(map), "replace") => {
            *map.get_mut(&key).ok_or("there is nothing to replace")? = need()?;
        }
        (Value::Object(map), "remove") => {
            map.shift_remove(&key).ok_or("there is nothing to remove")?;
        }
        (Value::Object(map), "test") => {
            if map.get(&key) != value.as_ref() {
                return Err("the value differs");
            }
        }
        (Value::Array(list), "add") if key == "-" => list.push(need()?),
        (Value::Array(list), "remove") => {
            let index: usize = key.parse().map_err(|_| "an array needs an index")?;
            if index >= list.len() {
                return Err("there is nothing to remove");
            }
            list.remove(index);
        }
        _ => return Err("the operation is not known here"),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::apply;
    use serde_json::json;

    #[test]
    fn operations_change_the_document_or_say_why_not() {
        for (patch, want) in [
            (
                json!([{"op": "add", "path": "/a/c", "value": 2}]),
                Ok(json!({"a": {"b": 1, "c": 2}, "l": [1]})),
            ),
            (json!([{"op": "replace", "path": "/a/b", "value": 2}]), Ok(json!({"a": {"b": 2}, "l": [1]}))),
            (json!([{"op": "remove", "path": "/a/b"}]), Ok(json!({"a": {}, "l": [1]}))),
            (json!([{"op": "add", "path": "/l/-", "value": 2}]), Ok(json!({"a": {"b": 1}, "l": [1, 2]}))),
            (json!([{"op": "remove", "path": "/l/0"}]), Ok(json!({"a": {"b": 1}, "l": []}))),
            (json!([{"op": "test", "path": "/a/b", "value": 2}]), Err("test /a/b: the value differs")),
            (json!([{"op": "remove", "path": "/x/y"}]), Err("remove /x/y: the parent does not exist")),
            (
                json!([{"op": "replace", "path": "/a/x", "value": 1}]),
                Err("replace /a/x: there is nothing to replace"),
            ),
        ] {
            let mut document = json!({"a": {"b": 1}, "l": [1]});
            let outcome = apply(&mut document, &patch);
            match want {
                Ok(want) => assert_eq!(document, want),
                Err(sentence) => assert_eq!(outcome.unwrap_err().0, sentence),
            }
        }
    }
}
