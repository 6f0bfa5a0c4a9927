//! The need of services that act by roles: by one which their user names, and by one of their own in each account that uses
//! them. Met by `iam`.

use crate::{Cx, Denied};

/// Lets services act by roles.
pub trait ServiceRoles: Send + Sync {
    /// The same call as a session of the role of an ARN makes it, which `service` has assumed; what is decided of it is
    /// decided about the role. `None` where there is no such role, or where it does not trust the service, whatever is
    /// enforced: a service looks at the trust policy itself.
    fn acting(&self, cx: &Cx, role: &str, service: &'static str, session: &str) -> Option<Cx>;

    /// Makes the role that a service (`elasticfilesystem.amazonaws.com`) has for itself in the account of the call, unless
    /// it is there. It is made for the caller, who has to be allowed `iam:CreateServiceLinkedRole`; an account that has no
    /// room for it goes without.
    ///
    /// # Errors
    /// The caller may not make it.
    fn ensure_linked(&self, cx: &Cx, service: &'static str) -> Result<(), Denied>;
}
