//! What a prefix list is: one of the account's own, with versions and states.

use super::aws::{self, AwsList};
use crate::error::{Error, Kind, ListFailure};
use crate::id::PrefixListId;
use crate::resource::{self, Resource};
use base::{Ipv4Block, Scope, Tags};
use serde::{Deserialize, Serialize};
use std::net::Ipv6Addr;
use std::sync::Arc;
use store::{Record, Rows};

/// A set of blocks that rules and routes name as one.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct PrefixList {
    pub(crate) scope: Scope,
    pub(crate) id: PrefixListId,
    pub(crate) name: String,
    pub(crate) family: Family,
    pub(crate) max_entries: i32,
    /// From 1; every change of entries makes another one.
    pub(crate) version: i64,
    /// Those of the current version, by block.
    pub(crate) entries: Vec<Entry>,
    /// The versions before, the oldest first.
    pub(crate) past: Vec<Version>,
    pub(crate) state: State,
    pub(crate) failure: Option<String>,
    pub(crate) tags: Tags,
}

/// Which addresses a list has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Family {
    V4,
    V6,
}

/// One block.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Entry {
    pub(crate) cidr: String,
    pub(crate) description: Option<String>,
}

/// The entries that a list had once.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Version {
    pub(crate) number: i64,
    pub(crate) entries: Vec<Entry>,
}

/// What is being done to a list, or was done last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct State {
    pub(crate) doing: Doing,
    pub(crate) step: Step,
}

/// What can be done to a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Doing {
    Create,
    Modify,
    Restore,
    Delete,
}

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Step {
    InProgress,
    Complete,
    Failed,
}

impl State {
    pub(crate) fn begun(doing: Doing) -> Self {
        Self { doing, step: Step::InProgress }
    }

    /// AWS's word.
    pub(crate) fn word(self) -> &'static str {
        match (self.doing, self.step) {
            (Doing::Create, Step::InProgress) => "create-in-progress",
            (Doing::Create, Step::Complete) => "create-complete",
            (Doing::Create, Step::Failed) => "create-failed",
            (Doing::Modify, Step::InProgress) => "modify-in-progress",
            (Doing::Modify, Step::Complete) => "modify-complete",
            (Doing::Modify, Step::Failed) => "modify-failed",
            (Doing::Restore, Step::InProgress) => "restore-in-progress",
            (Doing::Restore, Step::Complete) => "restore-complete",
            (Doing::Restore, Step::Failed) => "restore-failed",
            (Doing::Delete, Step::InProgress) => "delete-in-progress",
            (Doing::Delete, Step::Complete) => "delete-complete",
            (Doing::Delete, Step::Failed) => "delete-failed",
        }
    }
}

impl Family {
    /// AWS's word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::V4 => "IPv4",
            Self::V6 => "IPv6",
        }
    }

    /// A block of the family as AWS keeps it: host bits cleared, IPv6 in its short form (RFC 5952).
    pub(crate) fn block(self, text: &str) -> Option<String> {
        match self {
            Self::V4 => text.parse::<Ipv4Block>().ok().map(|block| block.to_string()),
            Self::V6 => {
                let (address, prefix) = text.split_once('/')?;
                let address: Ipv6Addr = address.parse().ok()?;
                let prefix: u32 = prefix.parse().ok().filter(|prefix| *prefix <= 128)?;
                let mask = u128::MAX.checked_shl(128 - prefix).unwrap_or(0);
                Some(format!("{}/{prefix}", Ipv6Addr::from(u128::from(address) & mask)))
            }
        }
    }
}

impl PrefixList {
    /// Versions of a list at the most; the oldest are forgotten. Source: VPC user guide, "Quotas".
    const MOST_VERSIONS: usize = 1_000;

    /// The entries of a version, if the list remembers it.
    pub(crate) fn of_version(&self, number: i64) -> Option<&[Entry]> {
        if number == self.version {
            return Some(&self.entries);
        }
        self.past.iter().find(|version| version.number == number).map(|version| version.entries.as_slice())
    }

    /// Makes another version.
    pub(crate) fn advance(&mut self, entries: Vec<Entry>) {
        let old = std::mem::replace(&mut self.entries, entries);
        self.past.push(Version { number: self.version, entries: old });
        self.version += 1;
        let over = (self.past.len() + 1).saturating_sub(Self::MOST_VERSIONS);
        self.past.drain(..over);
    }

    /// The end of what was begun.
    pub(crate) fn end(&mut self, failure: Option<ListFailure>) {
        self.state.step = if failure.is_some() { Step::Failed } else { Step::Complete };
        self.failure = failure.map(|failure| failure.said().to_owned());
    }

    pub(crate) fn key_text(&self) -> String {
        resource::key(&self.scope, self.id.as_str())
    }
}

/// A list of the account or of AWS.
#[derive(Clone)]
pub(crate) enum AnyList {
    Own(Arc<PrefixList>),
    Aws(Arc<AwsList>),
}

impl AnyList {
    pub(crate) fn id(&self) -> &str {
        match self {
            Self::Own(own) => own.id.as_str(),
            Self::Aws(list) => &list.id,
        }
    }

    /// How many rules or routes it counts as.
    pub(crate) fn weight(&self) -> i32 {
        match self {
            Self::Own(own) => own.max_entries,
            Self::Aws(list) => list.weight,
        }
    }

    pub(crate) fn family(&self) -> Family {
        match self {
            Self::Own(own) => own.family,
            Self::Aws(_) => AwsList::FAMILY,
        }
    }

    /// Its blocks.
    pub(crate) fn blocks(&self) -> Vec<String> {
        match self {
            Self::Own(own) => own.entries.iter().map(|entry| entry.cidr.clone()).collect(),
            Self::Aws(list) => list.blocks.iter().map(|block| (*block).to_owned()).collect(),
        }
    }
}

/// Every list that a scope can name, by id.
pub(crate) fn all(rows: &impl Rows, scope: &Scope) -> Vec<AnyList> {
    let own = rows.below::<PrefixList>(&resource::prefix(scope)).into_iter().map(AnyList::Own);
    let of_aws = aws::lists(&scope.region).into_iter().map(|list| AnyList::Aws(Arc::new(list)));
    let mut lists: Vec<AnyList> = own.chain(of_aws).collect();
    lists.sort_by(|a, b| a.id().cmp(b.id()));
    lists
}

/// The list of an id.
pub(crate) fn find(rows: &impl Rows, scope: &Scope, id: &str) -> Result<AnyList, Error> {
    PrefixListId::parse(id).map_err(|error| Error::Malformed(Kind::PrefixList, error.given, error.prefix))?;
    if let Some(own) = rows.row::<PrefixList>(&resource::key(scope, id)) {
        return Ok(AnyList::Own(own));
    }
    let of_aws = aws::lists(&scope.region).into_iter().find(|list| list.id == id);
    let missing = || Error::NotFound(Kind::PrefixList, vec![id.to_owned()]);
    of_aws.map(|list| AnyList::Aws(Arc::new(list))).ok_or_else(missing)
}

impl Record for PrefixList {
    const TABLE: &'static str = "vpc_prefix_list";
    type Key = String;

    fn key(&self) -> String {
        self.key_text()
    }
}

impl Resource for PrefixList {
    const TYPE: &'static str = "prefix-list";
    const PREFIX: &'static str = PrefixListId::PREFIX;
    const KIND: Kind = Kind::PrefixList;
    const PAGE: (i32, i32) = (1, 100);
    const FILTERS: &'static [&'static str] = &["owner-id", "prefix-list-id", "prefix-list-name"];

    crate::resource::own_members!();

    fn filter(&self, name: &str) -> Vec<String> {
        vec![match name {
            "owner-id" => self.scope.account.to_string(),
            "prefix-list-id" => self.id.to_string(),
            _ => self.name.clone(),
        }]
    }
}

#[cfg(test)]
mod tests {
    use super::{Doing, Entry, Family, PrefixList, State};
    use crate::id::PrefixListId;
    use base::{AccountId, Region, Scope, Tags};

    #[test]
    fn blocks_are_kept_in_their_short_form() {
        for (family, text, want) in [
            (Family::V4, "10.0.0.1/8", Some("10.0.0.0/8")),
            (Family::V4, "10.0.0.0", None),
            (Family::V4, "fd00::/8", None),
            (Family::V6, "fd00:FEED:BEEF::/48", Some("fd00:feed:beef::/48")),
            (Family::V6, "fd00::1/64", Some("fd00::/64")),
            (Family::V6, "::/0", Some("::/0")),
            (Family::V6, "fd00::/129", None),
            (Family::V6, "10.0.0.0/8", None),
        ] {
            assert_eq!(family.block(text).as_deref(), want, "{text}");
        }
    }

    #[test]
    fn a_thousand_versions_are_remembered() {
        let mut list = PrefixList {
            scope: Scope::new(AccountId::DEFAULT, Region::us_east_1()),
            id: PrefixListId::parse("pl-00000000").unwrap(),
            name: "list".to_owned(),
            family: Family::V4,
            max_entries: 1,
            version: 1,
            entries: Vec::new(),
            past: Vec::new(),
            state: State::begun(Doing::Create),
            failure: None,
            tags: Tags::default(),
        };
        for number in 0..1_001 {
            list.advance(vec![Entry { cidr: format!("10.0.{}.0/24", number % 256), description: None }]);
        }
        assert_eq!((list.version, list.past.len()), (1_002, 999));
        assert!(list.of_version(2).is_none());
        assert_eq!(list.of_version(3).unwrap()[0].cidr, "10.0.1.0/24");
        assert_eq!(list.of_version(1_002).unwrap()[0].cidr, "10.0.232.0/24");
    }
}
