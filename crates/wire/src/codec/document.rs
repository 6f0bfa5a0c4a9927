//! Documents as JSON, both ways: the text of bodies, and the values that are read and compared.

use super::{MOST_NESTED, json};
use serde_json::{Map, Number, Value};
use shape::Document;

/// Reads a JSON text; `None` where it is none, or is too deep.
pub fn parse(text: &str) -> Option<Document> {
    read(&serde_json::from_str(text).ok()?).ok()
}

/// A value as it was sent. Whole numbers of 64 bits stay what they are, the others are the nearest double.
pub(crate) fn read(value: &Value) -> Result<Document, String> {
    read_at(value, 0)
}

fn read_at(value: &Value, depth: usize) -> Result<Document, String> {
    if depth > MOST_NESTED {
        return Err("a document is too deep".to_owned());
    }
    Ok(match value {
        Value::Null => Document::Null,
        Value::Bool(truth) => Document::Bool(*truth),
        Value::Number(number) => self::number(number)?,
        Value::String(text) => Document::String(text.clone()),
        Value::Array(elements) => {
            let elements: Result<_, _> = elements.iter().map(|element| read_at(element, depth + 1)).collect();
            Document::List(elements?)
        }
        Value::Object(members) => {
            let member = |(name, value): (&String, &Value)| Ok((name.clone(), read_at(value, depth + 1)?));
            let members: Result<_, String> = members.iter().map(member).collect();
            Document::Object(members?)
        }
    })
}

fn number(number: &Number) -> Result<Document, String> {
    let whole = number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from));
    let double = || number.as_f64().map(Document::Double);
    whole.map(Document::Integer).or_else(double).ok_or_else(|| "a number is too large".to_owned())
}

/// The value of a document. What JSON has no number for is null.
pub(crate) fn value(document: &Document) -> Value {
    match document {
        Document::Null => Value::Null,
        Document::Bool(truth) => (*truth).into(),
        Document::Integer(whole) => Number::from_i128(*whole).map_or(Value::Null, Value::Number),
        Document::Double(number) => Number::from_f64(*number).map_or(Value::Null, Value::Number),
        Document::String(text) => text.as_str().into(),
        Document::List(elements) => elements.iter().map(value).collect(),
        Document::Object(members) => {
            let members = members.iter().map(|(name, member)| (name.clone(), value(member)));
            Value::Object(members.collect::<Map<_, _>>())
        }
    }
}

/// Appends a document.
pub(crate) fn write(out: &mut String, document: &Document) {
    match document {
        Document::List(elements) => {
            out.push('[');
            let mut first = true;
            for element in elements {
                json::separate(out, &mut first);
                write(out, element);
            }
            out.push(']');
        }
        Document::Object(members) => {
            out.push('{');
            let mut first = true;
            for (name, member) in members {
                json::separate(out, &mut first);
                json::string(out, name);
                out.push(':');
                write(out, member);
            }
            out.push('}');
        }
        Document::String(text) => json::string(out, text),
        scalar @ (Document::Null | Document::Bool(_) | Document::Integer(_) | Document::Double(_)) => {
            out.push_str(&value(scalar).to_string());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{MOST_NESTED, parse, write};

    #[test]
    fn a_document_is_written_as_it_was_read() {
        for text in [
            "null",
            "true",
            "\"\"",
            "\"a \\\"b\\\" \\n\"",
            "0",
            "-1",
            "18446744073709551615",
            "-9223372036854775808",
            "1.5",
            "1e300",
            "[]",
            "{}",
            r#"{"z":1,"a":[null,{"é":[[]]}],"m":false}"#,
        ] {
            let mut out = String::new();
            write(&mut out, &parse(text).unwrap());
            assert_eq!(out.replace("e+", "e"), text);
        }
    }

    #[test]
    fn what_is_no_document_is_refused() {
        let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert!(parse(&nested(MOST_NESTED + 1)).is_some());
        for text in [
            "",
            "{",
            "[1,]",
            "nul",
            "{'a':1}",
            "1 2",
            "1e999",
            "NaN",
            &nested(MOST_NESTED + 2),
            &nested(100_000),
        ] {
            assert!(parse(text).is_none(), "{}", &text[..text.len().min(40)]);
        }
    }
}
