//! The organization itself. Its root has no row of its own: there is one to each.

use crate::Organizations;
use crate::account::creation::Creation;
use crate::account::{Account, Joined, State};
use crate::error::Error;
use crate::event::Changed;
use crate::handshake::Handshake;
use crate::node::Attached;
use crate::policy::{Policy, PolicyKind};
use crate::unit::Unit;
use base::{AccountId, Arn, Partition, Tags, Timestamp};
use ports::Cx;
use serde::{Deserialize, Serialize};
use shape::Empty;
use shapes_organizations as api;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use store::Record;
use store::Rows;

/// The digits and letters of ids.
pub(crate) const LETTERS: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";

/// An organization.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Organization {
    /// `o-` and ten characters.
    pub(crate) id: String,
    pub(crate) partition: Partition,
    pub(crate) management: AccountId,
    /// Whether it has all features, and not those of one bill alone.
    pub(crate) has_all_features: bool,
    /// `r-` and four characters.
    pub(crate) root: String,
    /// The kinds of policies that are enabled.
    pub(crate) enabled: BTreeSet<PolicyKind>,
    /// What is attached to the root.
    pub(crate) attached: Attached,
    pub(crate) root_tags: Tags,
    /// The services that may work in all accounts, and since when.
    pub(crate) services: BTreeMap<String, Timestamp>,
}

impl Record for Organization {
    const TABLE: &'static str = "organizations_organization";
    type Key = String;

    fn key(&self) -> String {
        self.id.clone()
    }
}

impl Organization {
    pub(crate) const ROOT_NAME: &'static str = "Root";

    /// The ARN of something of it.
    pub(crate) fn own(&self, resource: &str) -> String {
        Arn::global(self.partition, "organizations", self.management, resource).to_string()
    }

    pub(crate) fn arn(&self) -> String {
        self.own(&format!("organization/{}", self.id))
    }

    pub(crate) fn root_arn(&self) -> String {
        self.own(&format!("root/{}/{}", self.id, self.root))
    }
}

/// The caller's organization, and its account there.
pub(crate) fn of_member(rows: &impl Rows, cx: &Cx) -> Result<(Arc<Organization>, Arc<Account>), Error> {
    let account = rows.row::<Account>(cx.account().as_str()).ok_or(Error::NotInUse)?;
    let organization = rows.row::<Organization>(&account.organization).ok_or(Error::NotInUse)?;
    Ok((organization, account))
}

/// The organization that the caller's account manages.
pub(crate) fn managed(rows: &impl Rows, cx: &Cx) -> Result<Arc<Organization>, Error> {
    let (organization, account) = of_member(rows, cx)?;
    if organization.management == account.id { Ok(organization) } else { Err(Error::NotManagement) }
}

/// `CreateOrganization`: the caller's account becomes its management account.
pub(crate) fn create(
    cx: &Cx,
    _svc: &Organizations,
    input: api::CreateOrganizationRequest,
) -> Result<api::CreateOrganizationResponse, Error> {
    let id = format!("o-{}", cx.ids().text(LETTERS, 10));
    let root = format!("r-{}", cx.ids().text(LETTERS, 4));
    let organization = cx.write(|tx| {
        if tx.get::<Account>(cx.account().as_str()).is_some() {
            return Err(Error::AlreadyMember);
        }
        let organization = Organization {
            id: id.clone(),
            partition: cx.partition(),
            management: cx.account(),
            has_all_features: input.feature_set.as_deref() != Some("CONSOLIDATED_BILLING"),
            root: root.clone(),
            enabled: BTreeSet::new(),
            attached: Attached::default(),
            root_tags: Tags::default(),
            services: BTreeMap::new(),
        };
        tx.put(Account {
            id: cx.account(),
            organization: id.clone(),
            name: cx.account().to_string(),
            email: Account::unknown_email(cx.account()),
            state: State::Active,
            joined: Joined::Invited,
            joined_at: cx.now(),
            closed_at: None,
            parent: root.clone(),
            attached: Attached::default(),
            tags: Tags::default(),
        });
        tx.emit(&Changed { kind: "OrganizationCreated", resource: organization.arn() });
        tx.put(organization.clone());
        Ok(organization)
    })?;
    let organization = cx.read(|view| shape(view, &organization));
    Ok(api::CreateOrganizationResponse { organization: Some(organization) })
}

/// `DescribeOrganization`: every member may.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Organizations,
    _input: Empty,
) -> Result<api::DescribeOrganizationResponse, Error> {
    cx.read(|view| {
        let (organization, _) = of_member(view, cx)?;
        Ok(api::DescribeOrganizationResponse { organization: Some(shape(view, &organization)) })
    })
}

/// `DeleteOrganization`: once no account is left but the management account. What else it has goes with it.
pub(crate) fn delete(cx: &Cx, _svc: &Organizations, _input: Empty) -> Result<Empty, Error> {
    cx.write(|tx| {
        let organization = managed(tx, cx)?;
        if Account::all(tx, &organization.id).len() > 1 {
            return Err(Error::NotEmpty);
        }
        let prefix = format!("{}/", organization.id);
        for unit in tx.below::<Unit>(&prefix) {
            tx.delete::<Unit>(&unit.key());
        }
        for policy in tx.below::<Policy>(&prefix) {
            tx.delete::<Policy>(&policy.key());
        }
        for creation in tx.below::<Creation>(&prefix) {
            tx.delete::<Creation>(&creation.key());
        }
        for handshake in tx.listed(&Handshake::ORGANIZATION, &organization.id) {
            tx.delete::<Handshake>(&handshake.key());
        }
        tx.delete::<Account>(organization.management.as_str());
        tx.delete::<Organization>(&organization.id);
        tx.emit(&Changed { kind: "OrganizationDeleted", resource: organization.arn() });
        Ok(Empty {})
    })
}

fn shape(rows: &impl Rows, organization: &Organization) -> api::Organization {
    let management = rows.row::<Account>(organization.management.as_str());
    // What is available says AWS itself no longer truly: always service control policies alone (recorded).
    let available = api::PolicyTypeSummary {
        type_: Some(PolicyKind::ServiceControl.name().to_owned()),
        status: Some("ENABLED".to_owned()),
    };
    let features = if organization.has_all_features { "ALL" } else { "CONSOLIDATED_BILLING" };
    let account = format!("account/{}/{}", organization.id, organization.management);
    api::Organization {
        id: Some(organization.id.clone()),
        arn: Some(organization.arn()),
        feature_set: Some(features.to_owned()),
        master_account_arn: Some(organization.own(&account)),
        master_account_id: Some(organization.management.to_string()),
        master_account_email: management.map(|account| account.email.clone()),
        available_policy_types: Some(if organization.has_all_features {
            vec![available]
        } else {
            Vec::new()
        }),
    }
}
