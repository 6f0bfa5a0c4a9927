//! What a request tells of tags: `aws:RequestTag/…` and `aws:TagKeys`.

use ports::Cx;
use shape::{Ref, Shape};

/// The tags a request wants to set, or whose keys it names.
pub(super) fn tags(cx: &Cx, input: &dyn Shape) -> Vec<(String, String)> {
    let mut found = Vec::new();
    gather(input, &mut found);
    // S3 takes tags of objects from a header, in the form of a query.
    if let Some(header) = cx.head().header("x-amz-tagging") {
        for pair in header.split('&').filter(|pair| !pair.is_empty()) {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            found.push((unescaped(key), unescaped(value)));
        }
    }
    found
}

fn unescaped(text: &str) -> String {
    percent_encoding::percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}

/// Members of a structure that hold tags, wherever its API puts them.
fn gather(shape: &dyn Shape, found: &mut Vec<(String, String)>) {
    for (index, field) in shape.schema().fields.iter().enumerate() {
        match (field.name, shape.get(index).view()) {
            ("Tags" | "tags" | "TagList" | "TagSet" | "AddTags", Ref::List(list)) => {
                found.extend((0..list.len()).filter_map(|at| tag(list.get(at))));
            }
            ("Tags" | "tags", Ref::Map(map)) => found.extend(map.entries().filter_map(|(key, value)| {
                let Ref::Str(value) = value else { return None };
                Some((key.to_owned(), value.to_owned()))
            })),
            ("TagKeys" | "tagKeys" | "RemoveTagKeys", Ref::List(list)) => {
                found.extend((0..list.len()).filter_map(|at| match list.get(at) {
                    Ref::Str(key) => Some((key.to_owned(), String::new())),
                    other => tag(other),
                }));
            }
            ("TagSpecifications", Ref::List(list)) => {
                for at in 0..list.len() {
                    if let Ref::Struct(specification) = list.get(at) {
                        gather(specification, found);
                    }
                }
            }
            ("Tagging", Ref::Struct(tagging)) => gather(tagging, found),
            _ => {}
        }
    }
}

/// One tag, as its API spells key and value.
fn tag(value: Ref<'_>) -> Option<(String, String)> {
    let Ref::Struct(tag) = value else { return None };
    let member = |names: [&str; 3]| {
        let index = tag.schema().fields.iter().position(|field| names.contains(&field.name))?;
        match tag.get(index).view() {
            Ref::Str(text) => Some(text.to_owned()),
            _ => None,
        }
    };
    Some((member(["Key", "key", "TagKey"])?, member(["Value", "value", "TagValue"]).unwrap_or_default()))
}
