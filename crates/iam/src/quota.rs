//! How much of everything an account may have. A quota that AWS raises on request stands here with the most it is
//! raised to; what it begins with is what [`crate::account::summary`] shows.

use crate::error::Error;

/// A quota: what AWS calls it, and its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Quota(pub(crate) &'static str, pub(crate) u32);

impl Quota {
    /// Refuses one more where there are `present`.
    pub(crate) fn require_room(self, present: usize) -> Result<(), Error> {
        if present >= usize::try_from(self.1).unwrap_or(usize::MAX) {
            return Err(Error::Limit(self.0, self.1));
        }
        Ok(())
    }
}

pub(crate) const USERS: Quota = Quota("UsersPerAccount", 5000);
pub(crate) const GROUPS: Quota = Quota("GroupsPerAccount", 500);
pub(crate) const ROLES: Quota = Quota("RolesPerAccount", 10_000);
pub(crate) const INSTANCE_PROFILES: Quota = Quota("InstanceProfilesPerAccount", 1000);
pub(crate) const POLICIES: Quota = Quota("PoliciesPerAccount", 10_000);
pub(crate) const GROUPS_PER_USER: Quota = Quota("GroupsPerUser", 10);
pub(crate) const KEYS_PER_USER: Quota = Quota("AccessKeysPerUser", 2);
/// The one role of an instance profile (recorded under this name).
pub(crate) const ROLES_PER_PROFILE: Quota = Quota("InstanceSessionsPerInstanceProfile", 1);
pub(crate) const POLICIES_PER_USER: Quota = Quota("PoliciesPerUser", 20);
pub(crate) const POLICIES_PER_ROLE: Quota = Quota("PoliciesPerRole", 25);
pub(crate) const POLICIES_PER_GROUP: Quota = Quota("PoliciesPerGroup", 10);
/// Characters of a managed policy, white space aside.
pub(crate) const POLICY_SIZE: Quota = Quota("PolicySize", 6144);
/// The same of a trust policy.
pub(crate) const TRUST_SIZE: Quota = Quota("ACLSizePerRole", 8192);

impl Quota {
    /// Refuses a document of more characters than this.
    pub(crate) fn require_size(self, size: usize) -> Result<(), Error> {
        if size > usize::try_from(self.1).unwrap_or(usize::MAX) {
            return Err(Error::Limit(self.0, self.1));
        }
        Ok(())
    }
}
