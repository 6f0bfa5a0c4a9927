//! Whether a document follows its schema. S3 refuses what the model does not know; the other XML services read past it.

use super::read::Element;
use shape::{ListTy, Location, Schema, Ty};

/// The first thing in `element` that a value of type `ty` has no place for: an element nobody modelled, one that
/// stands twice and is no list, text between elements. `None` where the document follows the model.
pub(crate) fn stranger(element: &Element, ty: &Ty) -> Option<String> {
    match ty {
        Ty::Structure(schema) => in_structure(element, schema),
        Ty::List(ListTy { item, item_name, .. }) => {
            let name = item_name.unwrap_or("member");
            in_between(element).or_else(|| {
                element.children().iter().find_map(|child| {
                    if child.name == name { stranger(child, item) } else { Some(child.name.clone()) }
                })
            })
        }
        // Maps do not occur in S3's bodies, and the reader itself refuses elements within a single value.
        _ => None,
    }
}

/// The same for a structure, whose members in the body are what may stand in it.
pub(crate) fn in_structure(element: &Element, schema: &Schema) -> Option<String> {
    let mut seen: Vec<&str> = Vec::new();
    let in_child = |child: &Element, seen: &[&str]| {
        let in_body = |location| matches!(location, Location::Body);
        let members = schema.fields.iter().filter(|field| in_body(field.location) && !field.attribute);
        let Some(field) = members.into_iter().find(|field| field.wire == child.name) else {
            return Some(child.name.clone());
        };
        match field.ty {
            Ty::List(ty) if ty.flattened || field.flattened => stranger(child, ty.item),
            _ if seen.contains(&child.name.as_str()) => Some(format!("{} twice", child.name)),
            ty => stranger(child, ty),
        }
    };
    for child in element.children() {
        if let Some(found) = in_child(child, &seen) {
            return Some(found);
        }
        seen.push(&child.name);
    }
    in_between(element)
}

fn in_between(element: &Element) -> Option<String> {
    (!element.text().trim().is_empty()).then(|| format!("text in {}", element.name))
}

#[cfg(test)]
mod tests {
    use super::stranger;
    use crate::codec::xml::read::document;
    use shape::{Field, ListTy, Schema, Ty};

    static TAG: Schema = Schema {
        name: "Tag",
        fields: &[
            Field { name: "Key", wire: "Key", ty: &Ty::STRING, ..Field::NEW },
            Field { name: "Value", wire: "Value", ty: &Ty::STRING, ..Field::NEW },
        ],
        ..Schema::NEW
    };
    const TAGS: ListTy =
        ListTy { item: &Ty::Structure(&TAG), item_name: Some("Tag"), flattened: false, min: None, max: None };
    static SCHEMA: Schema = Schema {
        name: "Rule",
        fields: &[
            Field { name: "ID", wire: "ID", ty: &Ty::STRING, ..Field::NEW },
            Field { name: "TagSet", wire: "TagSet", ty: &Ty::List(TAGS), ..Field::NEW },
            Field { name: "Tags", wire: "Tag", ty: &Ty::List(TAGS), flattened: true, ..Field::NEW },
        ],
        ..Schema::NEW
    };

    #[test]
    fn what_the_model_does_not_know_is_found() {
        for (xml, want) in [
            ("<Rule/>", None),
            ("<Rule> <ID>x y</ID>\n</Rule>", None),
            ("<r:Rule xmlns:r='u'><r:ID>x</r:ID></r:Rule>", None),
            ("<Rule><Tag><Key/></Tag><ID/><Tag><Value/></Tag></Rule>", None),
            ("<Rule><TagSet><Tag/><Tag><Key/></Tag></TagSet></Rule>", None),
            ("<Rule><Id>x</Id></Rule>", Some("Id")),
            ("<Rule><ID>x</ID><ID>y</ID></Rule>", Some("ID twice")),
            ("<Rule><TagSet/><TagSet/></Rule>", Some("TagSet twice")),
            ("<Rule><TagSet><Key/></TagSet></Rule>", Some("Key")),
            ("<Rule><Tag><Name/></Tag></Rule>", Some("Name")),
            ("<Rule><TagSet>x</TagSet></Rule>", Some("text in TagSet")),
            ("<Rule>x</Rule>", Some("text in Rule")),
        ] {
            let element = document(xml.as_bytes()).unwrap().unwrap();
            assert_eq!(stranger(&element, &Ty::Structure(&SCHEMA)).as_deref(), want, "{xml}");
        }
    }
}
