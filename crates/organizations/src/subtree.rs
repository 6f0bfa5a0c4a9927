//! What an entity's path stands for, for reports about an organization: the accounts below it, and what binds them.

use crate::account::Account;
use crate::node::{Node, lineage};
use crate::organization::Organization;
use crate::policy::{Found, PolicyKind};
use base::AccountId;
use ports::{NoSubtree, Subtree};
use std::sync::Arc;
use store::Rows;

/// The entity at `path` in the organization of `account`: its service control policies level by level, or the one that is
/// asked for; and the accounts they bind. The management account is bound by none, and stands for itself alone.
///
/// Source: IAM API Reference, GenerateOrganizationsAccessReport.
pub(crate) fn subtree(
    rows: &impl Rows,
    account: AccountId,
    path: &str,
    policy: Option<&str>,
) -> Result<Subtree, NoSubtree> {
    let account = rows.row::<Account>(account.as_str()).ok_or(NoSubtree::Entity)?;
    let organization = rows.row::<Organization>(&account.organization).ok_or(NoSubtree::Entity)?;
    let entity = Entity::find(rows, &organization, path).ok_or(NoSubtree::Entity)?;
    let policy = match policy {
        None => None,
        Some(id) => Some(service_control(rows, &organization, id).ok_or(NoSubtree::Policy)?),
    };
    let levels = match &policy {
        _ if entity.is_management => Vec::new(),
        Some(policy) => vec![vec![policy.content().to_owned()]],
        None => entity.lineage.iter().map(|id| documents(rows, &organization, id)).collect(),
    };
    let accounts = Account::all(rows, &organization.id).into_iter().filter_map(|account| {
        let id = account.id;
        let lineage = lineage(rows, &organization, &Node::Account((*account).clone()));
        let is_bound = entity.is_management
            || policy.as_ref().is_none_or(|policy| {
                lineage
                    .iter()
                    .any(|at| attached(rows, &organization, at).iter().any(|own| own == policy.id()))
            });
        let is_management = organization.management == id;
        let is_below = lineage.starts_with(&entity.lineage) && is_management == entity.is_management;
        (is_below && is_bound).then(|| (id, format!("{}/{}", organization.id, lineage.join("/"))))
    });
    Ok(Subtree { levels, accounts: accounts.collect() })
}

struct Entity {
    /// The ids from the root down to it.
    lineage: Vec<String>,
    is_management: bool,
}

impl Entity {
    /// The one at `o-…/r-…/ou-…`, or with an account at the end.
    fn find(rows: &impl Rows, organization: &Arc<Organization>, path: &str) -> Option<Self> {
        let (own, ids) = path.trim_end_matches('/').split_once('/')?;
        let node = Node::find(rows, organization, ids.rsplit('/').next()?)?;
        let lineage = lineage(rows, organization, &node);
        let is_management = node.id() == organization.management.as_str();
        (own == organization.id && lineage.join("/") == ids).then_some(Self { lineage, is_management })
    }
}

fn service_control(rows: &impl Rows, organization: &Arc<Organization>, id: &str) -> Option<Found> {
    Found::find(rows, organization, id).filter(|found| found.kind() == PolicyKind::ServiceControl)
}

/// The ids of the service control policies that are attached to one root, unit or account.
fn attached(rows: &impl Rows, organization: &Arc<Organization>, id: &str) -> Vec<String> {
    let node = Node::find(rows, organization, id);
    node.map_or_else(Vec::new, |node| node.attached().of(PolicyKind::ServiceControl).to_vec())
}

fn documents(rows: &impl Rows, organization: &Arc<Organization>, id: &str) -> Vec<String> {
    let ids = attached(rows, organization, id);
    let found = ids.iter().filter_map(|id| Found::find(rows, organization, id));
    found.map(|policy| policy.content().to_owned()).collect()
}
