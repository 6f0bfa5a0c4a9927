//! The need of services that act by a role which their user names: the call as they make it by that role. Met by `iam`.

use crate::Cx;

/// Lets services act by roles.
pub trait ServiceRoles: Send + Sync {
    /// The same call as a session of the role of an ARN makes it, which `service` has assumed; what is decided of it is
    /// decided about the role. `None` where there is no such role, or where it does not trust the service, whatever is
    /// enforced: a service looks at the trust policy itself.
    fn acting(&self, cx: &Cx, role: &str, service: &'static str, session: &str) -> Option<Cx>;
}
