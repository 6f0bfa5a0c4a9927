//! Accounts of an organization.

pub(crate) mod creation;

use crate::Organizations;
use crate::error::Error;
use crate::event::Changed;
use crate::listing::Asked;
use crate::node::{Attached, Node, lineage, parent, path};
use crate::organization::{Organization, managed, of_member};
use base::{AccountId, Tags, Timestamp};
use ports::Cx;
use serde::{Deserialize, Serialize};
use shape::Empty;
use shapes_organizations as api;
use std::sync::Arc;
use store::Rows;
use store::{Index, Job, JobError, Record, Tx};

/// Milliseconds an account is closing.
const CLOSING_MILLIS: u32 = 60_000;
/// Milliseconds of a day.
const DAY_MILLIS: i64 = 24 * 60 * 60 * 1000;
/// Days a closed account can still be reopened; then it is gone.
const KEPT_DAYS: i64 = 90;
/// Accounts that may be closed within thirty days: a tenth of those there are, and ten in any case.
/// Source: AWS Organizations User Guide, "Closing a member account".
const CLOSED_WITHIN_DAYS: i64 = 30;
const LEAST_CLOSED: usize = 10;

/// An account.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Account {
    pub(crate) id: AccountId,
    pub(crate) organization: String,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) state: State,
    pub(crate) joined: Joined,
    pub(crate) joined_at: Timestamp,
    /// When its closing was asked for.
    pub(crate) closed_at: Option<Timestamp>,
    /// The root or the unit it stands in.
    pub(crate) parent: String,
    pub(crate) attached: Attached,
    pub(crate) tags: Tags,
}

/// What an account is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum State {
    Active,
    PendingClosure,
    Suspended,
}

/// How it came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Joined {
    Invited,
    Created,
}

impl Record for Account {
    const TABLE: &'static str = "organizations_account";
    const INDEXES: &'static [Index<Self>] = &[Self::ORGANIZATION];
    type Key = String;

    fn key(&self) -> String {
        self.id.to_string()
    }
}

impl Account {
    /// By its organization.
    pub(crate) const ORGANIZATION: Index<Self> =
        Index { name: "organization", keys: |account| vec![account.organization.clone()] };

    /// Those of an organization, by id.
    pub(crate) fn all(rows: &impl Rows, organization: &str) -> Vec<Arc<Self>> {
        rows.listed(&Self::ORGANIZATION, organization)
    }

    pub(crate) fn arn(&self, organization: &Organization) -> String {
        organization.own(&format!("account/{}/{}", organization.id, self.id))
    }

    /// Of an account that was there before anybody asked for its address.
    pub(crate) fn unknown_email(id: AccountId) -> String {
        format!("{id}@example.com")
    }
}

impl State {
    fn name(self) -> &'static str {
        match self {
            Self::Active => "ACTIVE",
            Self::PendingClosure => "PENDING_CLOSURE",
            Self::Suspended => "SUSPENDED",
        }
    }
}

fn find(rows: &impl Rows, organization: &Organization, id: &str) -> Result<Arc<Account>, Error> {
    let found = rows.row::<Account>(id).filter(|account| account.organization == organization.id);
    found.ok_or(Error::NoAccount)
}

/// `DescribeAccount`.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Organizations,
    input: api::DescribeAccountRequest,
) -> Result<api::DescribeAccountResponse, Error> {
    let id = input.account_id.unwrap_or_default();
    cx.read(|view| {
        let organization = managed(view, cx)?;
        let account = find(view, &organization, &id)?;
        Ok(api::DescribeAccountResponse { account: Some(shape(view, &organization, &account)) })
    })
}

/// `ListAccounts`, by id.
pub(crate) fn list(
    cx: &Cx,
    _svc: &Organizations,
    input: api::ListAccountsRequest,
) -> Result<api::ListAccountsResponse, Error> {
    let asked = Asked { token: input.next_token, most: input.max_results };
    let (accounts, next_token) = page(cx, &asked, &["ListAccounts"], None)?;
    Ok(api::ListAccountsResponse { accounts: Some(accounts), next_token })
}

/// `ListAccountsForParent`: those that stand in it themselves, by id.
pub(crate) fn list_for_parent(
    cx: &Cx,
    _svc: &Organizations,
    input: api::ListAccountsForParentRequest,
) -> Result<api::ListAccountsForParentResponse, Error> {
    let above = input.parent_id.unwrap_or_default();
    let asked = Asked { token: input.next_token, most: input.max_results };
    let (accounts, next_token) = page(cx, &asked, &["ListAccountsForParent", &above], Some(&above))?;
    Ok(api::ListAccountsForParentResponse { accounts: Some(accounts), next_token })
}

fn page(
    cx: &Cx,
    asked: &Asked,
    call: &[&str],
    above: Option<&str>,
) -> Result<(Vec<api::Account>, Option<String>), Error> {
    cx.read(|view| {
        let organization = managed(view, cx)?;
        let mut accounts = Account::all(view, &organization.id);
        if let Some(above) = above {
            parent(view, &organization, above)?;
            accounts.retain(|account| account.parent == above);
        }
        let (accounts, next) = asked.page(cx, call, accounts, |account| account.id.to_string())?;
        let shapes = accounts.iter().map(|account| shape(view, &organization, account)).collect();
        Ok((shapes, next))
    })
}

/// `MoveAccount`.
pub(crate) fn relocate(
    cx: &Cx,
    _svc: &Organizations,
    input: api::MoveAccountRequest,
) -> Result<Empty, Error> {
    let id = input.account_id.unwrap_or_default();
    let from = input.source_parent_id.unwrap_or_default();
    let to = input.destination_parent_id.unwrap_or_default();
    cx.write(|tx| {
        let organization = managed(tx, cx)?;
        let mut account = (*find(tx, &organization, &id)?).clone();
        if account.parent != from {
            return Err(Error::NoSourceParent);
        }
        let to = parent(tx, &organization, &to).map_err(|_| Error::NoDestinationParent)?;
        if to.id() == from {
            return Err(Error::AlreadyThere);
        }
        to.id().clone_into(&mut account.parent);
        tx.emit(&Changed { kind: "AccountMoved", resource: account.arn(&organization) });
        tx.put(account);
        Ok(Empty {})
    })
}

/// `CloseAccount`: it is suspended after a while, and gone after ninety days.
pub(crate) fn close(cx: &Cx, _svc: &Organizations, input: api::CloseAccountRequest) -> Result<Empty, Error> {
    let id = input.account_id.unwrap_or_default();
    cx.write(|tx| {
        let organization = managed(tx, cx)?;
        let mut account = (*find(tx, &organization, &id)?).clone();
        if account.id == organization.management {
            return Err(Error::CloseManagement);
        }
        if account.state != State::Active {
            return Err(Error::Closed);
        }
        let all = Account::all(tx, &organization.id);
        let since = cx.now().plus_millis(-CLOSED_WITHIN_DAYS * DAY_MILLIS);
        let closed = all.iter().filter(|other| other.closed_at.is_some_and(|at| at > since)).count();
        if closed >= LEAST_CLOSED.max(all.len() / 10) {
            return Err(Error::TooManyClosed);
        }
        account.state = State::PendingClosure;
        account.closed_at = Some(cx.now());
        tx.after(CLOSING_MILLIS, Suspend { account: account.id });
        tx.at(cx.now().plus_millis(KEPT_DAYS * DAY_MILLIS), &Forget { account: account.id });
        tx.emit(&Changed { kind: "AccountClosing", resource: account.arn(&organization) });
        tx.put(account);
        Ok(Empty {})
    })
}

/// An account that is closing is closed.
#[derive(Serialize, Deserialize)]
pub(crate) struct Suspend {
    account: AccountId,
}

impl Job for Suspend {
    const KIND: &'static str = "organizations.suspend";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        let closing = tx.get::<Account>(self.account.as_str());
        if let Some(account) = closing.filter(|account| account.state == State::PendingClosure) {
            tx.put(Account { state: State::Suspended, ..(*account).clone() });
        }
        Ok(())
    }
}

/// A closed account is gone.
#[derive(Serialize, Deserialize)]
pub(crate) struct Forget {
    account: AccountId,
}

impl Job for Forget {
    const KIND: &'static str = "organizations.forget";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        let closed = tx.get::<Account>(self.account.as_str());
        if closed.is_some_and(|account| account.closed_at.is_some()) {
            tx.delete::<Account>(self.account.as_str());
        }
        Ok(())
    }
}

/// `RemoveAccountFromOrganization`. Accounts here lack nothing to stand alone.
pub(crate) fn remove(
    cx: &Cx,
    _svc: &Organizations,
    input: api::RemoveAccountFromOrganizationRequest,
) -> Result<Empty, Error> {
    let id = input.account_id.unwrap_or_default();
    cx.write(|tx| {
        let organization = managed(tx, cx)?;
        let account = find(tx, &organization, &id)?;
        go(tx, &organization, &account)
    })
}

/// `LeaveOrganization`: asked by the account that leaves.
pub(crate) fn leave(cx: &Cx, _svc: &Organizations, _input: Empty) -> Result<Empty, Error> {
    cx.write(|tx| {
        let (organization, account) = of_member(tx, cx)?;
        go(tx, &organization, &account)
    })
}

fn go(tx: &mut Tx, organization: &Organization, account: &Account) -> Result<Empty, Error> {
    if account.id == organization.management {
        return Err(Error::ManagementStays);
    }
    tx.delete::<Account>(account.id.as_str());
    tx.emit(&Changed { kind: "AccountRemoved", resource: account.arn(organization) });
    Ok(Empty {})
}

fn shape(rows: &impl Rows, organization: &Arc<Organization>, account: &Account) -> api::Account {
    let lineage = lineage(rows, organization, &Node::Account(account.clone()));
    let joined = match account.joined {
        Joined::Invited => "INVITED",
        Joined::Created => "CREATED",
    };
    api::Account {
        id: Some(account.id.to_string()),
        arn: Some(account.arn(organization)),
        email: Some(account.email.clone()),
        name: Some(account.name.clone()),
        status: Some(account.state.name().to_owned()),
        state: Some(account.state.name().to_owned()),
        paths: Some(vec![path(organization, &lineage)]),
        joined_method: Some(joined.to_owned()),
        joined_timestamp: Some(account.joined_at.into()),
    }
}
