//! What users, groups, roles and instance profiles have in common: a home, a name, a path, tags.

pub(crate) mod identity;
mod permissions;

pub(crate) use permissions::Permissions;

use crate::error::Error;
use crate::event::Changed;
use base::{AccountId, Arn, Partition, Tags};
use ports::Cx;
use serde::{Deserialize, Serialize};
use shapes_iam as api;
use std::sync::Arc;
pub(crate) use store::Rows;
use store::{Record, Tx};

/// Tags of one resource at the most.
const MOST_TAGS: usize = 50;

/// Whose identities: IAM knows no Regions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Home {
    pub(crate) partition: Partition,
    pub(crate) account: AccountId,
}

impl Home {
    /// The caller's.
    pub(crate) fn of(cx: &Cx) -> Self {
        Self { partition: cx.partition(), account: cx.account() }
    }

    /// That of an IAM ARN; `None` for AWS's own and for what names no account.
    pub(crate) fn of_arn(arn: &Arn) -> Option<Self> {
        let known = [Partition::Aws, Partition::AwsCn, Partition::AwsUsGov];
        let partition = known.into_iter().find(|known| known.as_str() == arn.partition)?;
        let account = arn.account.parse().ok()?;
        (arn.service == "iam").then_some(Self { partition, account })
    }

    /// What the keys of its identities begin with.
    pub(crate) fn prefix(&self) -> String {
        [self.partition.as_str(), "/", self.account.as_str(), "/"].concat()
    }

    /// The key of the identity of that name. Names ignore case.
    pub(crate) fn key(&self, name: &str) -> String {
        [self.partition.as_str(), "/", self.account.as_str(), "/", &name.to_lowercase()].concat()
    }

    /// The text of an index that belongs to this account alone.
    pub(crate) fn own(&self, text: &str) -> String {
        format!("{}{text}", self.prefix())
    }

    /// An ARN.
    pub(crate) fn arn(&self, resource: &str) -> String {
        Arn::global(self.partition, "iam", self.account, resource).to_string()
    }
}

/// What an account has one of by each name.
pub(crate) trait Named: Record<Key = String> {
    /// What is announced when one changes: `UserChanged`.
    const CHANGED: &'static str;

    /// The refusal where there is none of that name.
    fn missing(name: &str) -> Error;
    /// Its name, as it was given.
    fn name(&self) -> &str;
    /// Its ARN.
    fn arn(&self) -> String;
}

/// The one of that name.
pub(crate) fn find<E: Named>(tx: &Tx, home: &Home, name: &str) -> Result<Arc<E>, Error> {
    tx.get::<E>(&home.key(name)).ok_or_else(|| E::missing(name))
}

/// The one of that name, to change.
pub(crate) fn take<E: Named>(tx: &Tx, home: &Home, name: &str) -> Result<E, Error> {
    find(tx, home, name).map(|found: Arc<E>| (*found).clone())
}

/// Reads the one of that name.
pub(crate) fn read<E: Named>(cx: &Cx, name: Option<&str>) -> Result<Arc<E>, Error> {
    let name = name.unwrap_or_default();
    let found = cx.read(|view| view.get::<E>(&Home::of(cx).key(name)));
    found.ok_or_else(|| E::missing(name))
}

/// Changes the one of that name in a transaction.
pub(crate) fn change<E: Named, T>(
    cx: &Cx,
    name: Option<&str>,
    change: impl Fn(&mut Tx, &mut E) -> Result<T, Error>,
) -> Result<T, Error> {
    let home = Home::of(cx);
    let name = name.unwrap_or_default();
    cx.write(|tx| {
        let mut found: E = take(tx, &home, name)?;
        let value = change(tx, &mut found)?;
        tx.emit(&Changed { kind: E::CHANGED, resource: found.arn() });
        tx.put(found);
        Ok(value)
    })
}

/// Whether the keys of a resource's tags ignore case: those of users and roles do, of everything else they do not
/// (recorded).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Case {
    Ignored,
    Told,
}

impl Case {
    fn same(self, a: &str, b: &str) -> bool {
        match self {
            Self::Ignored => a.to_lowercase() == b.to_lowercase(),
            Self::Told => a == b,
        }
    }
}

/// Reads the tags of a user or role; two keys that differ by case only are one.
pub(crate) fn tags(given: Option<Vec<api::Tag>>) -> Result<Tags, Error> {
    tags_by(Case::Ignored, given)
}

/// Reads tags.
pub(crate) fn tags_by(case: Case, given: Option<Vec<api::Tag>>) -> Result<Tags, Error> {
    let mut tags = Tags::default();
    merge_by(case, &mut tags, given)?;
    Ok(tags)
}

/// Adds tags to a user's or role's, in place of those with the same key.
pub(crate) fn merge(tags: &mut Tags, given: Option<Vec<api::Tag>>) -> Result<(), Error> {
    merge_by(Case::Ignored, tags, given)
}

/// Adds tags, in place of those with the same key.
pub(crate) fn merge_by(case: Case, tags: &mut Tags, given: Option<Vec<api::Tag>>) -> Result<(), Error> {
    let mut seen: Vec<String> = Vec::new();
    for tag in given.unwrap_or_default() {
        let (key, value) = (tag.key.unwrap_or_default(), tag.value.unwrap_or_default());
        if seen.iter().any(|seen| case.same(seen, &key)) {
            return Err(Error::DuplicateTags { ignoring_case: case == Case::Ignored });
        }
        tags.0.retain(|old, _| !case.same(old, &key));
        tags.0.insert(key.clone(), value);
        seen.push(key);
    }
    if tags.0.len() > MOST_TAGS {
        return Err(Error::Limit("TagsPerResource", u32::try_from(MOST_TAGS).unwrap_or(u32::MAX)));
    }
    Ok(())
}

/// Takes tags away; a key that is none is no error.
pub(crate) fn untag(case: Case, tags: &mut Tags, keys: Option<&[String]>) {
    let keys = keys.unwrap_or_default();
    tags.0.retain(|old, _| !keys.iter().any(|key| case.same(old, key)));
}

/// Tags as they are answered; none are left out.
pub(crate) fn tag_set(tags: &Tags) -> Option<Vec<api::Tag>> {
    (!tags.is_empty()).then(|| all_tags(tags))
}

/// Tags as they are answered where even none are shown.
pub(crate) fn all_tags(tags: &Tags) -> Vec<api::Tag> {
    let tag =
        |(key, value): (&str, &str)| api::Tag { key: Some(key.to_owned()), value: Some(value.to_owned()) };
    tags.iter().map(tag).collect()
}

/// A path, `/` where none is given.
pub(crate) fn path(given: Option<String>) -> String {
    given.filter(|path| !path.is_empty()).unwrap_or_else(|| "/".to_owned())
}

#[cfg(test)]
mod tests {
    use super::{Case, all_tags, merge_by, tags_by, untag};
    use crate::error::Error;
    use base::Tags;
    use shapes_iam as api;

    fn given(pairs: &[(&str, &str)]) -> Option<Vec<api::Tag>> {
        let tag = |(key, value): &(&str, &str)| api::Tag {
            key: Some((*key).to_owned()),
            value: Some((*value).to_owned()),
        };
        Some(pairs.iter().map(tag).collect())
    }

    /// Source: recorded answers of AWS for roles and policies.
    #[test]
    fn keys_of_users_and_roles_ignore_case() {
        let twice = given(&[("a", "1"), ("A", "2")]);
        let refused = Err(Error::DuplicateTags { ignoring_case: true });
        assert_eq!(tags_by(Case::Ignored, twice.clone()), refused);
        assert_eq!(tags_by(Case::Told, twice).map(|tags| tags.0.len()), Ok(2));
        let same = given(&[("a", "1"), ("a", "2")]);
        assert_eq!(tags_by(Case::Told, same), Err(Error::DuplicateTags { ignoring_case: false }));
        for (case, left) in [(Case::Ignored, 1), (Case::Told, 2)] {
            let mut tags: Tags = [("Team", "red")].into_iter().collect();
            merge_by(case, &mut tags, given(&[("team", "blue")])).unwrap();
            assert_eq!(all_tags(&tags).len(), left);
            assert_eq!(tags.get("team"), Some("blue"));
            untag(case, &mut tags, Some(&["TEAM".to_owned()]));
            assert_eq!(tags.is_empty(), case == Case::Ignored);
        }
    }
}
