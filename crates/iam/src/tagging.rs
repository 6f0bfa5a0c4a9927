//! Tags of providers, certificates and devices. Keys ignore case, and the case given last is kept.

use crate::error::{Error, ProviderRefusal};
use crate::listing::{Page, page};
use base::Tags;
use ports::Cx;
use shapes_iam as api;

/// Tags of one resource at the most.
const MOST_TAGS: usize = 50;

/// Reads the tags of a new resource.
pub(crate) fn read(given: Option<Vec<api::Tag>>) -> Result<Tags, ProviderRefusal> {
    let mut tags = Tags::default();
    merge(&mut tags, given)?;
    Ok(tags)
}

/// Adds tags, in place of those with the same key.
pub(crate) fn merge(tags: &mut Tags, given: Option<Vec<api::Tag>>) -> Result<(), ProviderRefusal> {
    let mut seen: Vec<String> = Vec::new();
    for tag in given.unwrap_or_default() {
        let (key, value) = (tag.key.unwrap_or_default(), tag.value.unwrap_or_default());
        let lower = key.to_lowercase();
        if seen.contains(&lower) {
            return Err(ProviderRefusal::TagTwice);
        }
        tags.0.retain(|own, _| own.to_lowercase() != lower);
        tags.0.insert(key, value);
        seen.push(lower);
    }
    if tags.0.len() > MOST_TAGS { Err(ProviderRefusal::Tags) } else { Ok(()) }
}

/// Takes tags away; keys that are not there are no error.
pub(crate) fn remove(tags: &mut Tags, keys: &[String]) {
    tags.0.retain(|own, _| !keys.iter().any(|key| key.to_lowercase() == own.to_lowercase()));
}

/// Tags by key, as reads of one resource answer them: a list, empty or not.
pub(crate) fn shapes(tags: &Tags) -> Vec<api::Tag> {
    let shape =
        |(key, value): (&str, &str)| api::Tag { key: Some(key.to_owned()), value: Some(value.to_owned()) };
    tags.iter().map(shape).collect()
}

/// Tags as answers to a create carry them: left out where there are none.
pub(crate) fn some(tags: &Tags) -> Option<Vec<api::Tag>> {
    (!tags.is_empty()).then(|| shapes(tags))
}

/// A page of the tags of one resource, by key.
pub(crate) fn list(
    cx: &Cx,
    call: [&str; 2],
    tags: &Tags,
    marker: Option<&str>,
    max_items: Option<i32>,
) -> Result<Page<api::Tag>, Error> {
    let name = |tag: &api::Tag| tag.key.clone().unwrap_or_default();
    page(cx, &call, shapes(tags), name, marker, max_items)
}

#[cfg(test)]
mod tests {
    use super::{merge, read, remove};
    use crate::error::ProviderRefusal;
    use shapes_iam as api;

    fn tags(pairs: &[(&str, &str)]) -> Option<Vec<api::Tag>> {
        let tag = |(key, value): &(&str, &str)| api::Tag {
            key: Some((*key).to_owned()),
            value: Some((*value).to_owned()),
        };
        Some(pairs.iter().map(tag).collect())
    }

    #[test]
    fn keys_ignore_case_and_keep_the_last_one_given() {
        let mut own = read(tags(&[("Team", "red"), ("cost", "1")])).unwrap();
        merge(&mut own, tags(&[("TEAM", "blue")])).unwrap();
        assert_eq!(own.iter().collect::<Vec<_>>(), [("TEAM", "blue"), ("cost", "1")]);
        remove(&mut own, &["team".to_owned(), "none".to_owned()]);
        assert_eq!(own.iter().collect::<Vec<_>>(), [("cost", "1")]);
        assert_eq!(read(tags(&[("a", "1"), ("A", "2")])), Err(ProviderRefusal::TagTwice));
    }

    #[test]
    fn fifty_tags_are_the_most() {
        let names: Vec<String> = (0..51).map(|n| format!("k{n}")).collect();
        let pairs: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "")).collect();
        assert_eq!(read(tags(&pairs)), Err(ProviderRefusal::Tags));
        let mut own = read(tags(&pairs[..50])).unwrap();
        // One that is there already takes no place.
        merge(&mut own, tags(&[("K1", "x")])).unwrap();
        assert_eq!(merge(&mut own, tags(&[("k50", "")])), Err(ProviderRefusal::Tags));
    }
}
