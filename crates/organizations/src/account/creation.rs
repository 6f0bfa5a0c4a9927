//! Accounts on their way: a creation is asked for, and comes to its end later.

use super::{Account, Joined, State};
use crate::Organizations;
use crate::error::Error;
use crate::event::Changed;
use crate::listing::Asked;
use crate::node::Attached;
use crate::organization::{LETTERS, Organization, managed};
use crate::tag;
use base::{AccountId, Tags, Timestamp};
use ports::{AccessRole, Cx};
use serde::{Deserialize, Serialize};
use shapes_organizations as api;
use std::sync::Arc;
use store::Rows;
use store::{Job, JobError, Record, Tx};

/// Milliseconds AWS takes, about.
const CREATION_MILLIS: u32 = 20_000;
/// Accounts of an organization at the most: ten at first, raised on request to this.
const MOST: usize = 10_000;
/// The role through which the management account enters, where no other name is given.
const ROLE: &str = "OrganizationAccountAccessRole";

/// An account that was asked for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Creation {
    pub(crate) organization: String,
    /// `car-` and 32 characters.
    pub(crate) id: String,
    name: String,
    email: String,
    /// The account it becomes.
    account: AccountId,
    tags: Tags,
    requested_at: Timestamp,
    completed_at: Option<Timestamp>,
    /// Why it comes to nothing: `EMAIL_ALREADY_EXISTS`.
    failure: Option<String>,
}

impl Record for Creation {
    const TABLE: &'static str = "organizations_account_creation";
    type Key = String;

    fn key(&self) -> String {
        format!("{}/{}", self.organization, self.id)
    }
}

impl Creation {
    fn all(rows: &impl Rows, organization: &str) -> Vec<Arc<Self>> {
        rows.below(&format!("{organization}/"))
    }

    fn state(&self) -> &'static str {
        match (self.completed_at, &self.failure) {
            (None, _) => "IN_PROGRESS",
            (Some(_), None) => "SUCCEEDED",
            (Some(_), Some(_)) => "FAILED",
        }
    }
}

/// `CreateAccount`: the answer says `IN_PROGRESS`; what becomes of it is asked for afterwards.
///
/// The role by which the management account enters lies ready in the account before anybody knows its number.
pub(crate) fn create(
    cx: &Cx,
    svc: &Organizations,
    input: api::CreateAccountRequest,
) -> Result<api::CreateAccountResponse, Error> {
    let (name, email) = (input.account_name.unwrap_or_default(), input.email.unwrap_or_default());
    let role = input.role_name.unwrap_or_else(|| ROLE.to_owned());
    let tags = tag::read(input.tags)?;
    let id = format!("car-{}", cx.ids().text(LETTERS, 32));
    let creation = cx.write(|tx| {
        let organization = managed(tx, cx)?;
        let under_way = Creation::all(tx, &organization.id);
        let pending = under_way.iter().filter(|creation| creation.completed_at.is_none());
        if Account::all(tx, &organization.id).len() + pending.count() >= MOST {
            return Err(Error::TooManyAccounts);
        }
        let account = number(tx, cx);
        let failure = is_taken(tx, &email).then(|| "EMAIL_ALREADY_EXISTS".to_owned());
        if failure.is_none() {
            let wanted = AccessRole {
                account,
                partition: organization.partition,
                name: &role,
                trusted: organization.management,
            };
            svc.roles.admit(tx, cx.ids(), &wanted);
        }
        let creation = Creation {
            organization: organization.id.clone(),
            id: id.clone(),
            name: name.clone(),
            email: email.clone(),
            account,
            tags: tags.clone(),
            requested_at: cx.now(),
            completed_at: None,
            failure,
        };
        tx.put(creation.clone());
        tx.after(CREATION_MILLIS, Finish { key: creation.key() });
        Ok(creation)
    })?;
    Ok(api::CreateAccountResponse { create_account_status: Some(shape(&creation)) })
}

/// An account's number that nobody has.
fn number(tx: &Tx, cx: &Cx) -> AccountId {
    loop {
        let digits = cx.ids().text(b"123456789", 1) + &cx.ids().text(b"0123456789", 11);
        let account: AccountId = digits.parse().expect("twelve digits are an account");
        if tx.get::<Account>(account.as_str()).is_none() {
            return account;
        }
    }
}

/// Whether an account has the address, or is about to.
fn is_taken(rows: &impl Rows, email: &str) -> bool {
    let is_same = |other: &str| other.eq_ignore_ascii_case(email);
    rows.below::<Account>("").iter().any(|account| is_same(&account.email))
        || rows.below::<Creation>("").iter().any(|creation| {
            creation.completed_at.is_none() && creation.failure.is_none() && is_same(&creation.email)
        })
}

/// The creation comes to its end.
#[derive(Serialize, Deserialize)]
pub(crate) struct Finish {
    key: String,
}

impl Job for Finish {
    const KIND: &'static str = "organizations.create_account";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        // Whoever deletes the organization meanwhile deletes its creations too.
        let Some(creation) = tx.get::<Creation>(&self.key).filter(|own| own.completed_at.is_none()) else {
            return Ok(());
        };
        let Some(organization) = tx.get::<Organization>(&creation.organization) else { return Ok(()) };
        let now = tx.now();
        tx.put(Creation { completed_at: Some(now), ..(*creation).clone() });
        if creation.failure.is_some() {
            tx.emit(&Changed { kind: "AccountCreationFailed", resource: creation.id.clone() });
            return Ok(());
        }
        let account = Account {
            id: creation.account,
            organization: organization.id.clone(),
            name: creation.name.clone(),
            email: creation.email.clone(),
            state: State::Active,
            joined: Joined::Created,
            joined_at: now,
            closed_at: None,
            parent: organization.root.clone(),
            attached: Attached::full(&organization),
            tags: creation.tags.clone(),
        };
        tx.emit(&Changed { kind: "AccountCreated", resource: account.arn(&organization) });
        tx.put(account);
        Ok(())
    }
}

/// `DescribeCreateAccountStatus`.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Organizations,
    input: api::DescribeCreateAccountStatusRequest,
) -> Result<api::DescribeCreateAccountStatusResponse, Error> {
    let id = input.create_account_request_id.unwrap_or_default();
    cx.read(|view| {
        let organization = managed(view, cx)?;
        let found = view.get::<Creation>(&format!("{}/{id}", organization.id)).ok_or(Error::NoCreation)?;
        Ok(api::DescribeCreateAccountStatusResponse { create_account_status: Some(shape(&found)) })
    })
}

/// `ListCreateAccountStatus`, by id.
pub(crate) fn list(
    cx: &Cx,
    _svc: &Organizations,
    input: api::ListCreateAccountStatusRequest,
) -> Result<api::ListCreateAccountStatusResponse, Error> {
    let states = input.states.unwrap_or_default();
    let asked = Asked { token: input.next_token, most: input.max_results };
    let mut all = cx.read(|view| managed(view, cx).map(|own| Creation::all(view, &own.id)))?;
    all.retain(|creation| states.is_empty() || states.iter().any(|state| state == creation.state()));
    let call = ["ListCreateAccountStatus", &states.join(",")];
    let (page, next_token) = asked.page(cx, &call, all, |creation| creation.id.clone())?;
    let statuses = page.iter().map(|creation| shape(creation)).collect();
    Ok(api::ListCreateAccountStatusResponse { create_account_statuses: Some(statuses), next_token })
}

fn shape(creation: &Creation) -> api::CreateAccountStatus {
    let is_made = creation.completed_at.is_some() && creation.failure.is_none();
    api::CreateAccountStatus {
        id: Some(creation.id.clone()),
        account_name: Some(creation.name.clone()),
        state: Some(creation.state().to_owned()),
        requested_timestamp: Some(creation.requested_at.into()),
        completed_timestamp: creation.completed_at.map(Into::into),
        account_id: is_made.then(|| creation.account.to_string()),
        gov_cloud_account_id: None,
        failure_reason: creation.completed_at.and(creation.failure.clone()),
    }
}
