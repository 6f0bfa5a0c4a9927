//! Tags of load balancers, listeners, rules, target groups and trust stores.

use crate::Elb;
use crate::arn::{self, Kind};
use crate::error::{Error, Missing, Refused, Trust, Validation};
use crate::event::Changed;
use crate::listener::Listener;
use crate::load_balancer::LoadBalancer;
use crate::rule::Rule;
use crate::target_group::TargetGroup;
use crate::trust_store::TrustStore;
use base::{Scope, Tags};
use ports::Cx;
use shapes_elbv2 as api;
use store::{Record, Rows, Tx};

/// Tags of one resource at the most. Source: ELB user guides, "Tag restrictions".
pub(crate) const MOST: usize = 50;
/// Resources of one DescribeTags at the most. Source: ELB API reference, DescribeTags.
const MOST_DESCRIBED: usize = 20;

/// Reads pairs of keys and values.
pub(crate) fn pairs(
    given: impl IntoIterator<Item = (Option<String>, Option<String>)>,
) -> Result<Tags, Error> {
    let mut tags = Tags::default();
    for (key, value) in given {
        let key = key.unwrap_or_default();
        if key.to_lowercase().starts_with("aws:") {
            return Err(Validation::ReservedTag.into());
        }
        if tags.0.insert(key, value.unwrap_or_default()).is_some() {
            return Err(Refused::TagTwice.into());
        }
    }
    if tags.0.len() > MOST { Err(Refused::TooManyTags.into()) } else { Ok(tags) }
}

/// Reads the tags of a request.
pub(crate) fn read(given: Option<Vec<api::Tag>>) -> Result<Tags, Error> {
    pairs(given.unwrap_or_default().into_iter().map(|tag| (tag.key, tag.value)))
}

/// Adds tags to those that are there.
pub(crate) fn merge(own: &mut Tags, new: &Tags) -> Result<(), Error> {
    own.0.extend(new.0.clone());
    if own.0.len() > MOST { Err(Refused::TooManyTags.into()) } else { Ok(()) }
}

/// What has tags: where they lie in a record.
trait Tagged: Record {
    fn tags(&self, resource: &str) -> &Tags;
    fn tags_mut(&mut self, resource: &str) -> &mut Tags;
}

macro_rules! tagged {
    ($($of:ty),*) => {$(
        impl Tagged for $of {
            fn tags(&self, _resource: &str) -> &Tags {
                &self.tags
            }

            fn tags_mut(&mut self, _resource: &str) -> &mut Tags {
                &mut self.tags
            }
        }
    )*};
}

tagged!(LoadBalancer, Rule, TargetGroup, TrustStore);

/// A listener has its own tags and those of its default rule.
impl Tagged for Listener {
    fn tags(&self, resource: &str) -> &Tags {
        if resource.starts_with("listener-rule/") { &self.default_rule_tags } else { &self.tags }
    }

    fn tags_mut(&mut self, resource: &str) -> &mut Tags {
        if resource.starts_with("listener-rule/") { &mut self.default_rule_tags } else { &mut self.tags }
    }
}

/// The tags of a resource part; `None` where there is no such thing.
pub(crate) fn of(rows: &impl Rows, scope: &Scope, kind: Kind, resource: &str) -> Option<Tags> {
    fn one<R: Tagged>(rows: &impl Rows, key: &str, resource: &str) -> Option<Tags> {
        rows.row::<R>(key).map(|row| row.tags(resource).clone())
    }
    let key = arn::key(scope, resource);
    match kind {
        Kind::LoadBalancer => one::<LoadBalancer>(rows, &key, resource),
        Kind::Listener => one::<Listener>(rows, &key, resource),
        Kind::TargetGroup => one::<TargetGroup>(rows, &key, resource),
        Kind::TrustStore => one::<TrustStore>(rows, &key, resource),
        Kind::Rule => one::<Rule>(rows, &key, resource).or_else(|| {
            let listener = Listener::of_default_rule(rows, scope, resource)?;
            Some(listener.default_rule_tags.clone())
        }),
    }
}

fn change(
    tx: &mut Tx,
    scope: &Scope,
    (kind, resource): &(Kind, String),
    change: &impl Fn(&mut Tags) -> Result<(), Error>,
) -> Result<(), Error> {
    fn one<R: Tagged>(
        tx: &mut Tx,
        key: &str,
        resource: &str,
        change: &impl Fn(&mut Tags) -> Result<(), Error>,
    ) -> Result<bool, Error> {
        let Some(row) = tx.get::<R>(key) else { return Ok(false) };
        let mut row = (*row).clone();
        change(row.tags_mut(resource))?;
        tx.put(row);
        Ok(true)
    }
    let key = arn::key(scope, resource);
    let is_done = match kind {
        Kind::LoadBalancer => one::<LoadBalancer>(tx, &key, resource, change)?,
        Kind::Listener => one::<Listener>(tx, &key, resource, change)?,
        Kind::TargetGroup => one::<TargetGroup>(tx, &key, resource, change)?,
        Kind::TrustStore => one::<TrustStore>(tx, &key, resource, change)?,
        Kind::Rule => match Listener::of_default_rule(tx, scope, resource) {
            Some(listener) => one::<Listener>(tx, &listener.key(), resource, change)?,
            None => one::<Rule>(tx, &key, resource, change)?,
        },
    };
    if !is_done {
        return Err(missing(scope, *kind, resource));
    }
    tx.emit(&Changed { kind: "TagsChanged", resource: arn::arn(scope, resource) });
    Ok(())
}

fn missing(scope: &Scope, kind: Kind, resource: &str) -> Error {
    match kind {
        Kind::LoadBalancer => Missing::LoadBalancer(arn::arn(scope, resource)).into(),
        Kind::Listener => Missing::Listeners.into(),
        Kind::Rule => Missing::Rules.into(),
        Kind::TargetGroup => Missing::TargetGroup(arn::arn(scope, resource)).into(),
        Kind::TrustStore => Trust::NoStore.into(),
    }
}

/// The resources that a request names.
fn named(scope: &Scope, arns: Option<Vec<String>>) -> Result<Vec<(Kind, String)>, Error> {
    let read = |text: String| {
        let found = arn::read(scope, &text);
        found.ok_or_else(|| Error::from(Validation::Arn(text, Kind::LoadBalancer)))
    };
    arns.unwrap_or_default().into_iter().map(read).collect()
}

/// `AddTags`: to several resources, or to none of them.
pub(crate) fn add(cx: &Cx, _svc: &Elb, input: api::AddTagsInput) -> Result<api::AddTagsOutput, Error> {
    let tags = read(input.tags)?;
    let resources = named(cx.scope(), input.resource_arns)?;
    cx.write(|tx| {
        for resource in &resources {
            change(tx, cx.scope(), resource, &|own| merge(own, &tags))?;
        }
        Ok(api::AddTagsOutput {})
    })
}

/// `RemoveTags`: keys that are not there are no error.
pub(crate) fn remove(
    cx: &Cx,
    _svc: &Elb,
    input: api::RemoveTagsInput,
) -> Result<api::RemoveTagsOutput, Error> {
    let keys = input.tag_keys.unwrap_or_default();
    let resources = named(cx.scope(), input.resource_arns)?;
    cx.write(|tx| {
        for resource in &resources {
            change(tx, cx.scope(), resource, &|own| {
                own.0.retain(|key, _| !keys.contains(key));
                Ok(())
            })?;
        }
        Ok(api::RemoveTagsOutput {})
    })
}

/// `DescribeTags`, in the order of the ARNs.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Elb,
    input: api::DescribeTagsInput,
) -> Result<api::DescribeTagsOutput, Error> {
    let arns = input.resource_arns.unwrap_or_default();
    if arns.len() > MOST_DESCRIBED {
        return Err(Validation::TooManyArns("resourceArns", arns.len()).into());
    }
    let resources = named(cx.scope(), Some(arns.clone()))?;
    cx.read(|view| {
        let mut found = Vec::new();
        for (arn, (kind, resource)) in arns.iter().zip(&resources) {
            let tags = of(view, cx.scope(), *kind, resource);
            let tags = tags.ok_or_else(|| missing(cx.scope(), *kind, resource))?;
            found.push(api::TagDescription { resource_arn: Some(arn.clone()), tags: Some(shapes(&tags)) });
        }
        Ok(api::DescribeTagsOutput { tag_descriptions: Some(found) })
    })
}

fn shapes(tags: &Tags) -> Vec<api::Tag> {
    let shape =
        |(key, value): (&str, &str)| api::Tag { key: Some(key.to_owned()), value: Some(value.to_owned()) };
    tags.iter().map(shape).collect()
}
