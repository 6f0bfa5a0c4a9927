//! The gateway's need: what a caller brings to a decision. Met by `iam`.

use crate::{Acting, Caller, Cx, World};
use policy::compile::PolicySet;
use std::sync::Arc;

/// Knows the policies of callers.
pub trait Principals: Send + Sync {
    /// What the caller brings, as it stands now.
    fn of(&self, world: &World, caller: &Caller) -> Arc<Principal>;

    /// The principal behind an ARN of a user or role, as a caller; `None` where there is none. For explanations.
    fn named(&self, world: &World, arn: &str) -> Option<Caller>;

    /// A session of the role that a service has in the account of a call, as a caller; `None` where it has none.
    fn of_service(&self, cx: &Cx, acting: &Acting) -> Option<Caller>;

    /// Seals the record of a decision, JSON, for DecodeAuthorizationMessage; `None` where the state cannot be written.
    fn seal(&self, cx: &Cx, record: &str) -> Option<String>;
}

/// What a caller brings.
#[derive(Debug, Default)]
pub struct Principal {
    /// The ARN of the user, or of the role or user behind a session; of a root user its own.
    pub arn: String,
    /// Its own policies and those of its groups; of a session those of its role or user.
    pub identity: PolicySet,
    /// Its permissions boundary.
    pub boundary: Option<PolicySet>,
    /// The session policies of each call that narrowed it: each set limits what the others leave.
    pub sessions: Vec<PolicySet>,
    /// The tags of the user or role.
    pub tags: Vec<(String, String)>,
}
