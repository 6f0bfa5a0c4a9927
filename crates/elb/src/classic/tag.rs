//! Tags of classic load balancers.

use super::{Classic, MOST_NAMED, find};
use crate::Elb;
use crate::error::{Classic as Bad, Error};
use crate::event::Changed;
use crate::tag;
use base::Tags;
use ports::Cx;
use shapes_elb as api;

/// Reads the tags of a request.
pub(super) fn read(given: Option<Vec<api::Tag>>) -> Result<Tags, Error> {
    tag::pairs(given.unwrap_or_default().into_iter().map(|own| (own.key, own.value)))
}

fn change(
    cx: &Cx,
    names: Option<Vec<String>>,
    change: impl Fn(&mut Tags) -> Result<(), Error>,
) -> Result<(), Error> {
    let names = names.unwrap_or_default();
    cx.write(|tx| {
        for name in &names {
            let mut own: Classic = (*find(tx, cx.scope(), name)?).clone();
            change(&mut own.tags)?;
            tx.emit(&Changed { kind: "TagsChanged", resource: own.arn() });
            tx.put(own);
        }
        Ok(())
    })
}

/// `AddTags`.
pub(crate) fn add(cx: &Cx, _svc: &Elb, input: api::AddTagsInput) -> Result<api::AddTagsOutput, Error> {
    let tags = read(input.tags)?;
    change(cx, input.load_balancer_names, |own| tag::merge(own, &tags))?;
    Ok(api::AddTagsOutput {})
}

/// `RemoveTags`: keys that are not there are no error.
pub(crate) fn remove(
    cx: &Cx,
    _svc: &Elb,
    input: api::RemoveTagsInput,
) -> Result<api::RemoveTagsOutput, Error> {
    let keys: Vec<String> = input.tags.unwrap_or_default().into_iter().filter_map(|own| own.key).collect();
    change(cx, input.load_balancer_names, |own| {
        own.0.retain(|key, _| !keys.contains(key));
        Ok(())
    })?;
    Ok(api::RemoveTagsOutput {})
}

/// `DescribeTags`, in the order of the names.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Elb,
    input: api::DescribeTagsInput,
) -> Result<api::DescribeTagsOutput, Error> {
    let names = input.load_balancer_names.unwrap_or_default();
    if names.len() > MOST_NAMED {
        return Err(Bad::TooManyNames(names.len()).into());
    }
    cx.read(|view| {
        let mut found = Vec::new();
        for name in &names {
            let own = find(view, cx.scope(), name)?;
            let shape = |(key, value): (&str, &str)| api::Tag {
                key: Some(key.to_owned()),
                value: Some(value.to_owned()),
            };
            found.push(api::TagDescription {
                load_balancer_name: Some(own.name.clone()),
                tags: Some(own.tags.iter().map(shape).collect()),
            });
        }
        Ok(api::DescribeTagsOutput { tag_descriptions: Some(found) })
    })
}
