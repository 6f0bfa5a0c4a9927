//! What policies are attached to and what has tags: the root, a unit, an account.

use crate::account::Account;
use crate::error::Error;
use crate::organization::Organization;
use crate::policy::PolicyKind;
use crate::unit::Unit;
use base::Tags;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::Rows;
use store::Tx;

/// The ids of the policies that are attached, by kind, in the order they were. Empty while the kind is not enabled.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Attached(pub(crate) BTreeMap<PolicyKind, Vec<String>>);

impl Attached {
    /// What everything begins with: of each kind that is enabled, the policy that allows all.
    pub(crate) fn full(organization: &Organization) -> Self {
        let full = |kind: &PolicyKind| (*kind, vec![kind.full().id.to_owned()]);
        Self(organization.enabled.iter().map(full).collect())
    }

    /// Those of a kind.
    pub(crate) fn of(&self, kind: PolicyKind) -> &[String] {
        self.0.get(&kind).map_or(&[], Vec::as_slice)
    }
}

/// A root, a unit or an account, to read or to change.
#[derive(Clone)]
pub(crate) enum Node {
    Root(Organization),
    Unit(Unit),
    Account(Account),
}

impl Node {
    /// The one of that id in an organization.
    pub(crate) fn find(rows: &impl Rows, organization: &Arc<Organization>, id: &str) -> Option<Self> {
        if id == organization.root {
            return Some(Self::Root((**organization).clone()));
        }
        if let Some(unit) = rows.row::<Unit>(&Unit::key_of(&organization.id, id)) {
            return Some(Self::Unit((*unit).clone()));
        }
        let account = rows.row::<Account>(id).filter(|account| account.organization == organization.id)?;
        Some(Self::Account((*account).clone()))
    }

    /// All of an organization: the root, the units, the accounts.
    pub(crate) fn all(rows: &impl Rows, organization: &Arc<Organization>) -> Vec<Self> {
        let units = Unit::all(rows, &organization.id).into_iter().map(|unit| Self::Unit((*unit).clone()));
        let accounts = Account::all(rows, &organization.id).into_iter();
        let accounts = accounts.map(|account| Self::Account((*account).clone()));
        std::iter::once(Self::Root((**organization).clone())).chain(units).chain(accounts).collect()
    }

    pub(crate) fn id(&self) -> &str {
        match self {
            Self::Root(organization) => &organization.root,
            Self::Unit(unit) => &unit.id,
            Self::Account(account) => account.id.as_str(),
        }
    }

    /// `ROOT`, `ORGANIZATIONAL_UNIT`, `ACCOUNT`.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Root(_) => "ROOT",
            Self::Unit(_) => "ORGANIZATIONAL_UNIT",
            Self::Account(_) => "ACCOUNT",
        }
    }

    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Root(_) => Organization::ROOT_NAME,
            Self::Unit(unit) => &unit.name,
            Self::Account(account) => &account.name,
        }
    }

    pub(crate) fn arn(&self, organization: &Organization) -> String {
        match self {
            Self::Root(_) => organization.root_arn(),
            Self::Unit(unit) => unit.arn(organization),
            Self::Account(account) => account.arn(organization),
        }
    }

    /// The root or unit it stands in; nothing for the root.
    pub(crate) fn parent(&self) -> Option<&str> {
        match self {
            Self::Root(_) => None,
            Self::Unit(unit) => Some(&unit.parent),
            Self::Account(account) => Some(&account.parent),
        }
    }

    pub(crate) fn attached(&self) -> &Attached {
        match self {
            Self::Root(organization) => &organization.attached,
            Self::Unit(unit) => &unit.attached,
            Self::Account(account) => &account.attached,
        }
    }

    pub(crate) fn attached_mut(&mut self) -> &mut Attached {
        match self {
            Self::Root(organization) => &mut organization.attached,
            Self::Unit(unit) => &mut unit.attached,
            Self::Account(account) => &mut account.attached,
        }
    }

    pub(crate) fn tags(&self) -> &Tags {
        match self {
            Self::Root(organization) => &organization.root_tags,
            Self::Unit(unit) => &unit.tags,
            Self::Account(account) => &account.tags,
        }
    }

    pub(crate) fn tags_mut(&mut self) -> &mut Tags {
        match self {
            Self::Root(organization) => &mut organization.root_tags,
            Self::Unit(unit) => &mut unit.tags,
            Self::Account(account) => &mut account.tags,
        }
    }

    /// Stores it.
    pub(crate) fn put(self, tx: &mut Tx) {
        match self {
            Self::Root(organization) => tx.put(organization),
            Self::Unit(unit) => tx.put(unit),
            Self::Account(account) => tx.put(account),
        }
    }
}

/// The root or unit of that id.
pub(crate) fn parent(rows: &impl Rows, organization: &Arc<Organization>, id: &str) -> Result<Node, Error> {
    match Node::find(rows, organization, id) {
        Some(node @ (Node::Root(_) | Node::Unit(_))) => Ok(node),
        Some(Node::Account(_)) | None => Err(Error::NoParent),
    }
}

/// The ids from the root down to a node, the node included.
pub(crate) fn lineage(rows: &impl Rows, organization: &Arc<Organization>, node: &Node) -> Vec<String> {
    let mut ids = vec![node.id().to_owned()];
    let mut parent = node.parent().map(str::to_owned);
    // A unit's parent was there before it, and units do not move: this ends at the root.
    while let Some(id) = parent {
        let above = rows.row::<Unit>(&Unit::key_of(&organization.id, &id));
        ids.push(id);
        parent = above.map(|unit| unit.parent.clone());
    }
    ids.reverse();
    ids
}

/// `o-…/r-…/ou-…/`: a node's place, as paths say it.
pub(crate) fn path(organization: &Organization, lineage: &[String]) -> String {
    format!("{}/{}/", organization.id, lineage.join("/"))
}
