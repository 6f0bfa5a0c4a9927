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

#[cfg(test)]
mod tests {
    use super::{GROUPS, INSTANCE_PROFILES, POLICIES, ROLES, USERS};
    use wire::AwsError;

    /// Source: IAM User Guide, "IAM and AWS STS quotas".
    #[test]
    fn one_more_than_a_quota_is_refused_by_its_name() {
        for (quota, most, sentence) in [
            (USERS, 5000, "Cannot exceed quota for UsersPerAccount: 5000"),
            (GROUPS, 500, "Cannot exceed quota for GroupsPerAccount: 500"),
            (ROLES, 10_000, "Cannot exceed quota for RolesPerAccount: 10000"),
            (POLICIES, 10_000, "Cannot exceed quota for PoliciesPerAccount: 10000"),
            (INSTANCE_PROFILES, 1000, "Cannot exceed quota for InstanceProfilesPerAccount: 1000"),
        ] {
            assert!(quota.require_room(most - 1).is_ok(), "{sentence}");
            let fault = quota.require_room(most).unwrap_err().fault();
            let found = (fault.status, &*fault.code, fault.message.as_deref());
            assert_eq!(found, (409, "LimitExceeded", Some(sentence)));
        }
    }
}
