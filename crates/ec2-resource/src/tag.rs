//! Tags: how they are given, and how those of every resource are reached by its id.

use crate::error::Error;
use crate::event::Changed;
use crate::resource::{Resource, prefix, take};
use base::{Scope, Tags};
use shapes_ec2 as ec2;
use std::collections::BTreeMap;
use store::{Tx, View};

/// Tags of one resource at the most.
pub const MOST_TAGS: usize = 50;

/// Reads the tag specifications of a create: `kind` is the one resource type the operation makes.
pub fn of_specifications(
    specifications: Option<Vec<ec2::TagSpecification>>,
    kind: &'static str,
) -> Result<Tags, Error> {
    let mut by_kind = of_each(specifications, &[kind])?;
    Ok(by_kind.remove(kind).unwrap_or_default())
}

/// Reads the tag specifications of a create that makes resources of several types: the tags of each.
pub fn of_each(
    specifications: Option<Vec<ec2::TagSpecification>>,
    kinds: &[&'static str],
) -> Result<BTreeMap<&'static str, Tags>, Error> {
    let mut by_kind: BTreeMap<&'static str, Tags> = BTreeMap::new();
    for specification in specifications.unwrap_or_default() {
        let word = specification.resource_type.ok_or(Error::TagTypeMissing)?;
        let Some(kind) = kinds.iter().find(|kind| **kind == word) else {
            let sentence = format!("'{word}' is not a valid taggable resource type for this operation.");
            return Err(Error::Parameter(sentence));
        };
        let given = specification.tags.unwrap_or_default();
        if given.is_empty() {
            return Err(Error::Parameter("Tag specification must have at least one tag".to_owned()));
        }
        let tags = by_kind.entry(kind).or_default();
        for tag in given {
            let (key, value) = checked(tag)?;
            if tags.0.insert(key.clone(), value).is_some() {
                return Err(Error::Parameter(format!("Duplicate tag key '{key}' specified.")));
            }
        }
        if tags.0.len() > MOST_TAGS {
            return Err(Error::TagLimit);
        }
    }
    Ok(by_kind)
}

/// Whether only AWS gives and takes tags of that key.
pub fn is_reserved(key: &str) -> bool {
    key.starts_with("aws:")
}

/// Refuses a key of AWS. Recorded where they are given and where they are taken away: chef-provisioning-aws issue 555, kops
/// issue 5269.
pub fn require_own(key: &str) -> Result<(), Error> {
    if !is_reserved(key) {
        return Ok(());
    }
    Err(Error::Parameter(format!(
        "Value ( {key} ) for parameter key is invalid. Tag keys starting with 'aws:' are reserved for internal use"
    )))
}

/// A tag within AWS's limits.
pub fn checked(tag: ec2::Tag) -> Result<(String, String), Error> {
    let key = tag.key.unwrap_or_default();
    let value = tag.value.unwrap_or_default();
    let bad =
        |reason: &str| Error::Parameter(format!("Value ( {key} ) for parameter key is invalid. {reason}"));
    if key.is_empty() {
        return Err(bad("Tag keys must be between 1 and 128 characters in length."));
    }
    if key.chars().count() > 128 {
        return Err(bad("Tag keys must be between 1 and 128 characters in length."));
    }
    require_own(&key)?;
    if value.chars().count() > 256 {
        let sentence = format!(
            "Value ( {value} ) for parameter value is invalid. Tag values must be at most 256 characters in length."
        );
        return Err(Error::Parameter(sentence));
    }
    Ok((key, value))
}

/// A change of a resource's tags.
pub type TagChange<'a> = &'a dyn Fn(&mut Tags) -> Result<(), Error>;

/// A kind of resource, by what its ids begin with: what is done to resources whose kind only the id tells.
pub struct Kind {
    /// What its ids begin with.
    pub prefix: &'static str,
    /// The word in ARNs.
    pub word: &'static str,
    /// Changes the tags of the resource of an id.
    pub change: fn(&mut Tx, &Scope, &str, TagChange<'_>) -> Result<(), Error>,
    /// Adds every tag of every resource of a scope.
    pub collect: fn(&View, &Scope, &mut Vec<ec2::TagDescription>),
    /// What the resource whose ARN ends so brings to a decision.
    pub facts: fn(&View, &Scope, &str) -> Option<ports::ResourceFacts>,
    /// The ARN of the resource that an ARN names which ends so: by an id where it goes by its name, or the other way.
    pub arn: fn(&View, &Scope, &str) -> Option<String>,
}

/// The kind of a type.
pub const fn kind<R: Resource>() -> Kind {
    Kind {
        prefix: R::PREFIX,
        word: R::TYPE,
        change: change::<R>,
        collect: collect::<R>,
        facts: crate::authority::facts::<R>,
        arn: |view, scope, text| R::of_arn(view, scope, text).map(|row| row.arn()),
    }
}

/// The kind whose ids begin as this one does.
pub fn of_id<'k>(kinds: impl IntoIterator<Item = &'k Kind>, id: &str) -> Option<&'k Kind> {
    kinds.into_iter().find(|kind| id.starts_with(kind.prefix))
}

fn change<R: Resource>(tx: &mut Tx, scope: &Scope, id: &str, change: TagChange<'_>) -> Result<(), Error> {
    let mut row: R = take(tx, scope, id)?;
    change(row.tags_mut())?;
    tx.emit(&Changed { kind: "TagsChanged", resource: row.arn() });
    tx.put(row);
    Ok(())
}

fn collect<R: Resource>(view: &View, scope: &Scope, rows: &mut Vec<ec2::TagDescription>) {
    for row in view.range::<R>(&prefix(scope)) {
        for (tag, value) in row.tags().iter() {
            rows.push(ec2::TagDescription {
                key: Some(tag.to_owned()),
                value: Some(value.to_owned()),
                resource_id: Some(row.id().to_owned()),
                resource_type: Some(R::TYPE.to_owned()),
            });
        }
    }
}
