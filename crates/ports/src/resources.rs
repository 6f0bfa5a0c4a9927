//! The gateway's need: what a resource brings to a decision. Met by each service whose resources have policies, access
//! control lists or tags that policies may name.

use crate::Cx;
use base::AccountId;
use policy::compile::PolicySet;
use policy::decide::{PolicyRule, Reach};
use std::sync::Arc;

/// Knows resources by their ARNs.
pub trait Resources: Send + Sync {
    /// The services whose ARNs it knows, as ARNs name them: `s3`.
    fn services(&self) -> &'static [&'static str];

    /// Whether it knows the resource of an ARN of its services, should there be one. An API with several owners has each
    /// know its kinds.
    fn knows(&self, _arn: &str) -> bool {
        true
    }

    /// Whether its resources have policies or lists of their own. Where not, it is asked only for what a condition
    /// names.
    fn have_policies(&self) -> bool;

    /// The ARN of what an ARN names that was made of a request, where that is another one: behind an alias.
    fn true_arn(&self, _cx: &Cx, _arn: &str) -> Option<String> {
        None
    }

    /// What lies behind a resource and has to be allowed too: the bucket of an access point.
    fn behind(&self, _cx: &Cx, _arn: &str) -> Option<Behind> {
        None
    }

    /// What a call tells by the condition keys of the services, whatever it is about; asked when a policy names one of
    /// them.
    fn keys_of_call(&self, _cx: &Cx) -> Vec<(String, Vec<String>)> {
        Vec::new()
    }

    /// The condition keys that [`Resources::keys_of_call`] and [`ResourceFacts::keys`] may have, as the service
    /// authorization reference writes them. Those of tags are `…:ResourceTag/*` and need no mention.
    fn condition_keys(&self) -> &'static [&'static str] {
        &[]
    }

    /// What a resource brings, where an action is asked of it; `None` where there is no such resource.
    fn look_up(&self, cx: &Cx, action: &str, arn: &str) -> Option<ResourceFacts>;
}

/// What lies behind a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Behind {
    /// Its ARN.
    pub arn: String,
    /// Condition keys that tell how it is reached.
    pub keys: Vec<(&'static str, Vec<String>)>,
}

/// What a resource brings.
#[derive(Clone, Debug)]
pub struct ResourceFacts {
    /// Whose it is.
    pub account: AccountId,
    /// Its policy.
    pub policy: Option<Arc<PolicySet>>,
    /// What that policy means.
    pub rule: PolicyRule,
    /// What its policy may call the caller's account, beside the account's id: S3's canonical user id.
    pub canonical_id: Option<String>,
    /// What its access control list grants the caller.
    pub granted: Option<Reach>,
    /// Its tags: `aws:ResourceTag/…`.
    pub tags: Vec<(String, String)>,
    /// Condition keys of its service: `s3:ExistingObjectTag/team`.
    pub keys: Vec<(String, Vec<String>)>,
}

impl ResourceFacts {
    /// A resource of an account, without more.
    pub fn of(account: AccountId) -> Self {
        Self {
            account,
            policy: None,
            rule: PolicyRule::Additive,
            canonical_id: None,
            granted: None,
            tags: Vec::new(),
            keys: Vec::new(),
        }
    }
}
