//! The tags a request brings, which policies see as `aws:RequestTag/…` and `aws:TagKeys`.

use crate::ResourceType;
use shape::{List, Map, Ref, Shape};

/// Tags to put on, and keys of tags to take off.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct RequestTags {
    /// Keys and values, as they were sent.
    pub tags: Vec<(String, String)>,
    /// All keys: those of `tags`, and those to take off.
    pub keys: Vec<String>,
}

/// Reads the tags of an input. Of EC2's tag specifications only those for resources of that type count, all where no
/// type is given. Tags of S3's objects are none of these.
pub fn request_tags(input: &dyn Shape, kind: Option<&ResourceType>) -> RequestTags {
    let mut found = RequestTags::default();
    found.read(input, kind);
    found
}

impl RequestTags {
    fn read(&mut self, shape: &dyn Shape, kind: Option<&ResourceType>) {
        for (index, field) in shape.schema().fields.iter().enumerate() {
            let value = shape.get(index).view();
            match (field.name.to_ascii_lowercase().as_str(), value) {
                ("tags" | "taglist" | "tagset" | "addtags", Ref::List(list)) => self.pairs(list),
                ("tags", Ref::Map(map)) => self.map(map),
                ("tagkeys" | "removetagkeys", Ref::List(list)) => self.bare_keys(list),
                ("tagspecifications", Ref::List(list)) => {
                    for specification in structures(list).filter(|one| concerns(*one, kind)) {
                        self.read(specification, None);
                    }
                }
                // S3 wraps the tags of buckets.
                ("tagging" | "createbucketconfiguration", Ref::Struct(inner)) => self.read(inner, None),
                _ => {}
            }
        }
    }

    fn pairs(&mut self, list: &dyn List) {
        for tag in structures(list) {
            let (mut key, mut value) = (None, String::new());
            for (index, field) in tag.schema().fields.iter().enumerate() {
                match (field.name.to_ascii_lowercase().as_str(), tag.get(index).view()) {
                    ("key" | "tagkey", Ref::Str(text)) => key = Some(text.to_owned()),
                    ("value" | "tagvalue", Ref::Str(text)) => text.clone_into(&mut value),
                    _ => {}
                }
            }
            // Classic load balancers and Auto Scaling name the resource in the tag; EC2 deletes by key alone.
            if let Some(key) = key {
                self.put(key, value);
            }
        }
    }

    fn map(&mut self, map: &dyn Map) {
        for (key, value) in map.entries() {
            if let Ref::Str(value) = value {
                self.put(key.to_owned(), value.to_owned());
            }
        }
    }

    fn bare_keys(&mut self, list: &dyn List) {
        for index in 0..list.len() {
            match list.get(index) {
                Ref::Str(key) => self.keys.push(key.to_owned()),
                // Classic load balancers wrap each key.
                Ref::Struct(wrapped) => {
                    if let Ref::Str(key) = wrapped.get(0).view() {
                        self.keys.push(key.to_owned());
                    }
                }
                _ => {}
            }
        }
    }

    fn put(&mut self, key: String, value: String) {
        self.keys.push(key.clone());
        self.tags.push((key, value));
    }
}

fn structures(list: &dyn List) -> impl Iterator<Item = &dyn Shape> {
    (0..list.len()).filter_map(|index| match list.get(index) {
        Ref::Struct(shape) => Some(shape),
        _ => None,
    })
}

/// Whether a tag specification is for that type.
fn concerns(specification: &dyn Shape, kind: Option<&ResourceType>) -> bool {
    let Some(kind) = kind else { return true };
    let position = specification.schema().fields.iter().position(|field| field.name == "ResourceType");
    let named = position.map(|index| specification.get(index).view());
    matches!(named, Some(Ref::Str(name)) if name == kind.name)
}
