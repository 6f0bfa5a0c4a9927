//! The gateway's and IAM's need: where an account stands in its organization. Met by `organizations`.

use crate::World;
use base::AccountId;
use policy::compile::PolicySet;
use policy::decide::Membership;
use std::sync::Arc;

/// Knows organizations.
pub trait Organizations: Send + Sync {
    /// Where an account stands now; `None` where it is in no organization.
    fn of(&self, world: &World, account: AccountId) -> Option<Arc<Placement>>;

    /// What stands at `o-…/r-…/ou-…` (or with an account at the end) in the organization of `account`; with a service
    /// control policy, as far as that policy binds it.
    ///
    /// # Errors
    ///
    /// Where there is no such entity or policy.
    fn subtree(
        &self,
        world: &World,
        account: AccountId,
        path: &str,
        policy: Option<&str>,
    ) -> Result<Subtree, NoSubtree>;
}

/// An entity of an organization, for reports about it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subtree {
    /// The documents of the service control policies, level by level from the root; none where none binds.
    pub levels: Vec<Vec<String>>,
    /// The accounts at it or below, each with its path.
    pub accounts: Vec<(AccountId, String)>,
}

/// Why there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoSubtree {
    /// Nothing stands at the path.
    Entity,
    /// There is no such service control policy.
    Policy,
}

/// An account's place.
#[derive(Debug, Default)]
pub struct Placement {
    /// The organization's id: `aws:PrincipalOrgID`.
    pub organization: String,
    /// The ids from the root to the account, both included: the levels of its policies.
    pub lineage: Vec<String>,
    /// `o-…/r-…/ou-…/`: `aws:PrincipalOrgPaths`.
    pub path: String,
    /// Whether it is the management account, which no policy of the organization binds.
    pub is_management: bool,
    /// Whether the organization has all features, and not those of one bill alone.
    pub has_all_features: bool,
    /// The principals of services that may work in all its accounts: `iam.amazonaws.com`.
    pub services: Vec<String>,
    /// The service control policies of each level, from the root; empty while they are not enabled.
    pub service_control: Vec<PolicySet>,
    /// The resource control policies likewise.
    pub resource_control: Vec<PolicySet>,
}

impl Placement {
    /// What it brings to a decision as the caller's place.
    pub fn of_caller(&self) -> Membership<'_> {
        Membership { is_management: self.is_management, levels: &self.service_control }
    }

    /// What it brings as the resource's.
    pub fn of_resource(&self) -> Membership<'_> {
        Membership { is_management: self.is_management, levels: &self.resource_control }
    }
}
