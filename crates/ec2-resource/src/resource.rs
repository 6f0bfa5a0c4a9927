//! An id, a scope, tags, filters.

use crate::error::{Error, Kind};
use crate::event::Changed;
use base::ParseIdError;
pub use base::{Scope, Tags};
use shapes_ec2 as ec2;
use std::sync::Arc;
use store::{Record, Rows, Tx, View};

/// A resource that is listed, filtered and tagged.
pub trait Resource: Record {
    /// The word in ARNs and tag specifications: `security-group`.
    const TYPE: &'static str;
    /// What its ids begin with.
    const PREFIX: &'static str;
    /// Which NotFound it has.
    const KIND: Kind;
    /// The names of its filters, tags aside.
    const FILTERS: &'static [&'static str];
    /// Whether a Describe tells its tags, and filters by them.
    const HAS_TAGS: bool = true;
    /// How few and how many results of a page may be asked for.
    const PAGE: (i32, i32) = (5, 1000);
    /// Whether a Describe leaves out ids that are not there, instead of refusing them.
    const OMITS_UNKNOWN: bool = false;
    /// Its id.
    fn id(&self) -> &str;
    /// Whose it is.
    fn scope(&self) -> &Scope;
    /// Its tags.
    fn tags(&self) -> &Tags;
    /// Its tags, to change.
    fn tags_mut(&mut self) -> &mut Tags;
    /// What it has under a filter's name.
    fn filter(&self, name: &str) -> Vec<String>;
    /// What it has under a filter's name, also by what stands beside it.
    fn filter_within(&self, _view: &View, name: &str) -> Vec<String> {
        self.filter(name)
    }

    /// What its ARN ends with: its id, but for what goes by its name.
    fn arn_id(&self) -> &str {
        self.id()
    }
    /// The resource whose ARN ends so.
    fn of_arn(rows: &impl Rows, scope: &Scope, text: &str) -> Option<Arc<Self>> {
        rows.row(&key(scope, text))
    }
    /// The condition keys of its kind alone, without `ec2:`, and their values.
    fn condition_keys(&self) -> Vec<(&'static str, String)> {
        Vec::new()
    }

    /// Its ARN.
    fn arn(&self) -> String {
        arn(self.scope(), Self::TYPE, self.arn_id())
    }
}

/// What a [`Resource`] answers whose record has an `id`, a `scope` and `tags`.
#[macro_export]
macro_rules! own_members {
    () => {
        fn id(&self) -> &str {
            self.id.as_str()
        }
        fn scope(&self) -> &$crate::resource::Scope {
            &self.scope
        }
        fn tags(&self) -> &$crate::resource::Tags {
            &self.tags
        }
        fn tags_mut(&mut self) -> &mut $crate::resource::Tags {
            &mut self.tags
        }
    };
}

pub use crate::own_members;

/// The ARN of a resource of EC2.
pub fn arn(scope: &Scope, kind: &str, id: &str) -> String {
    let (partition, region, account) = (scope.partition, scope.region.as_str(), scope.account.as_str());
    joined(&["arn:", partition.as_str(), ":ec2:", region, ":", account, ":", kind, "/", id])
}

/// The key of a resource: account, Region and id.
pub fn key(scope: &Scope, id: &str) -> String {
    joined(&[scope.account.as_str(), "/", scope.region.as_str(), "/", id])
}

/// Texts put together by hand: a call about a hundred instances makes some ten thousand keys and ARNs, and what else puts
/// texts together takes twice as long or more.
fn joined(parts: &[&str]) -> String {
    let mut text = String::with_capacity(parts.iter().map(|part| part.len()).sum());
    parts.iter().for_each(|part| text.push_str(part));
    text
}

/// What the keys of a scope begin with.
pub fn prefix(scope: &Scope) -> String {
    key(scope, "")
}

/// The resource of that id, to change; its kind's NotFound where there is none.
pub fn take<R: Resource>(tx: &Tx, scope: &Scope, id: &str) -> Result<R, Error> {
    let found = tx.get::<R>(&key(scope, id));
    found.map(|row| (*row).clone()).ok_or_else(|| Error::NotFound(R::KIND, vec![id.to_owned()]))
}

/// Tags as they are answered.
pub fn tag_set(tags: &Tags) -> Option<Vec<ec2::Tag>> {
    let tag =
        |(key, value): (&str, &str)| ec2::Tag { key: Some(key.to_owned()), value: Some(value.to_owned()) };
    Some(tags.iter().map(tag).collect())
}

/// Text of a truth value, as filters spell it.
pub fn truth(value: bool) -> Vec<String> {
    vec![value.to_string()]
}

/// The text of a required member; the pipeline has checked that it is there.
pub fn required(value: Option<String>, name: &'static str) -> Result<String, Error> {
    value.filter(|text| !text.is_empty()).ok_or(Error::Missing(name))
}

/// The id that a call names a resource by.
pub fn named<T>(
    text: Option<String>,
    name: &'static str,
    kind: Kind,
    parse: impl Fn(&str) -> Result<T, ParseIdError>,
) -> Result<T, Error> {
    parse(&required(text, name)?).map_err(|error| Error::Malformed(kind, error.given, error.prefix))
}

/// Takes a resource away, and says so.
pub fn remove<R: Resource>(tx: &mut Tx, scope: &Scope, id: &str, kind: &'static str) -> Result<R, Error> {
    let row: R = take(tx, scope, id)?;
    tx.delete::<R>(&key(scope, id));
    tx.emit(&Changed { kind, resource: row.arn() });
    Ok(row)
}
