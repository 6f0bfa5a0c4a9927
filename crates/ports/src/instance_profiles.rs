//! EC2's need: the instance profile that hands a role to an instance. Met by `iam`.

use base::{AccountId, Partition};
use store::View;

/// Knows instance profiles.
pub trait InstanceProfiles: Send + Sync {
    /// The profile of that name in an account; `None` where there is none.
    fn named(
        &self,
        view: &View,
        partition: Partition,
        account: AccountId,
        name: &str,
    ) -> Option<InstanceProfile>;
}

/// An instance profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstanceProfile {
    /// Its ARN, path and name at its end.
    pub arn: String,
    /// Its unique id, `AIPA…`.
    pub id: String,
    /// The ARN of its role, if it has one.
    pub role: Option<String>,
}

impl InstanceProfile {
    /// The name of its role.
    pub fn role_name(&self) -> Option<&str> {
        self.role.as_deref()?.rsplit('/').next()
    }
}
