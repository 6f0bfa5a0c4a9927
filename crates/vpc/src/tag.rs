//! `CreateTags` and its like: the tags of every resource of EC2, whichever crate answers for it.

use crate::error::Error;
use crate::filter::Filters;
use crate::{Vpc as Service, home};
use base::{Scope, Tags};
use ec2_resource::listing::page_size;
pub(crate) use ec2_resource::tag::of_specifications;
use ec2_resource::tag::{MOST_TAGS, TagChange, checked, is_reserved, of_id, require_own};
use ports::Cx;
use shape::Empty;
use shapes_ec2 as ec2;
use store::Tx;

/// Resources of one call at the most.
const MOST_RESOURCES: usize = 1000;

/// How few and how many rows of a page may be asked for.
const PAGE: (i32, i32) = (5, 1000);

/// `CreateTags`: all or nothing.
pub(crate) fn create(cx: &Cx, svc: &Service, input: ec2::CreateTagsRequest) -> Result<Empty, Error> {
    let ids = resources(input.resources)?;
    let tags: Result<Vec<_>, _> = input.tags.unwrap_or_default().into_iter().map(checked).collect();
    let tags = tags?;
    if tags.is_empty() {
        return Err(Error::Missing("tag"));
    }
    home::write(cx, |tx| {
        for id in &ids {
            change(tx, svc, cx.scope(), id, &|own| add(own, &tags))?;
        }
        Ok(Empty {})
    })
}

/// `DeleteTags`: a key with a value only where the value is the same; without tags all of them. Those of AWS stay: without
/// tags silently, and named they are refused.
pub(crate) fn delete(cx: &Cx, svc: &Service, input: ec2::DeleteTagsRequest) -> Result<Empty, Error> {
    let ids = resources(input.resources)?;
    let tags = input.tags.unwrap_or_default();
    tags.iter().try_for_each(|tag| require_own(tag.key.as_deref().unwrap_or_default()))?;
    home::write(cx, |tx| {
        for id in &ids {
            change(tx, svc, cx.scope(), id, &|own| {
                if tags.is_empty() {
                    own.0.retain(|key, _| is_reserved(key));
                }
                for tag in &tags {
                    let key = tag.key.as_deref().unwrap_or_default();
                    let same = tag.value.is_none() || own.get(key) == tag.value.as_deref();
                    if same {
                        own.0.remove(key);
                    }
                }
                Ok(())
            })?;
        }
        Ok(Empty {})
    })
}

/// Adds tags; those of AWS do not count. Source: EC2 user guide, "Tag restrictions".
fn add(own: &mut Tags, tags: &[(String, String)]) -> Result<(), Error> {
    own.0.extend(tags.iter().cloned());
    let count = own.0.keys().filter(|key| !is_reserved(key)).count();
    if count > MOST_TAGS { Err(Error::TagLimit) } else { Ok(()) }
}

fn resources(ids: Option<Vec<String>>) -> Result<Vec<String>, Error> {
    let ids = ids.filter(|ids| !ids.is_empty()).ok_or(Error::Missing("resourceIdSet"))?;
    if ids.len() > MOST_RESOURCES {
        let sentence = format!("The maximum number of resources of one call is {MOST_RESOURCES}");
        return Err(Error::Parameter(sentence));
    }
    Ok(ids)
}

fn change(tx: &mut Tx, svc: &Service, scope: &Scope, id: &str, change: TagChange<'_>) -> Result<(), Error> {
    let kind = of_id(svc.kinds(), id).ok_or_else(|| Error::UnknownId(id.to_owned()))?;
    (kind.change)(tx, scope, id, change)
}

/// `DescribeTags`: one row a tag, by resource id and key.
pub(crate) fn describe(
    cx: &Cx,
    svc: &Service,
    input: ec2::DescribeTagsRequest,
) -> Result<ec2::DescribeTagsResult, Error> {
    let known = ["key", "resource-id", "resource-type", "value"];
    let filters = Filters::parse(input.filters, &known)?;
    // Of more than the most, the most are answered. Source: EC2 API reference of 2014, DescribeTags.
    let limit = page_size(input.max_results.map(|most| most.min(PAGE.1)), PAGE)?;
    home::read(cx, |view| {
        let mut rows: Vec<ec2::TagDescription> = Vec::new();
        let scope = cx.scope();
        for kind in svc.kinds() {
            (kind.collect)(view, scope, &mut rows);
        }
        rows.retain(|row| {
            let tag = row.key.clone().zip(row.value.clone());
            filters.pass(&tag.into_iter().collect(), |name| {
                let value = match name {
                    "key" => &row.key,
                    "resource-id" => &row.resource_id,
                    "resource-type" => &row.resource_type,
                    _ => &row.value,
                };
                value.iter().cloned().collect()
            })
        });
        rows.sort_by(|a, b| (&a.resource_id, &a.key).cmp(&(&b.resource_id, &b.key)));
        let digest = format!("{filters:?}");
        let pages = cx.world().store.pages(&["DescribeTags", &scope.to_string(), &digest]);
        let name = |row: &ec2::TagDescription| {
            format!(
                "{} {}",
                row.resource_id.as_deref().unwrap_or_default(),
                row.key.as_deref().unwrap_or_default()
            )
        };
        let (tags, next_token) = pages.cut(rows, name, input.next_token.as_deref(), limit)?;
        Ok(ec2::DescribeTagsResult { tags: Some(tags), next_token })
    })
}

#[cfg(test)]
mod tests {
    use super::{Error, MOST_TAGS, add};
    use base::Tags;

    #[test]
    fn tags_of_aws_do_not_count() {
        let tags = |from: usize, to: usize| -> Vec<(String, String)> {
            (from..to).map(|n| (format!("k{n}"), String::new())).collect()
        };
        let mut own = Tags::default();
        own.0.insert("aws:cloudformation:stack-name".to_owned(), "s".to_owned());
        own.0.insert("aws:cloudformation:stack-id".to_owned(), "i".to_owned());
        assert_eq!(add(&mut own, &tags(0, MOST_TAGS)), Ok(()));
        assert_eq!(add(&mut own.clone(), &tags(0, 1)), Ok(()), "one that is there");
        assert_eq!(add(&mut own, &tags(MOST_TAGS, MOST_TAGS + 1)), Err(Error::TagLimit));
    }
}
