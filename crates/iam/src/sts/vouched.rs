//! The sessions of those whom a provider vouches for.

use super::session_policy;
use super::target::{self, Target};
use super::trust::{self, Asked};
use super::vend::{Vended, vend};
use crate::Iam;
use crate::error::{Error, Refusal};
use crate::event::Changed;
use crate::role::Role;
use ports::{Cx, Session, SessionPolicies, SessionTag};
use std::sync::Arc;
use store::Tx;

/// What a session is opened with, once the provider's word is believed.
pub(super) struct Opening<'a> {
    pub(super) target: &'a Target,
    /// What the role's trust policy has to allow.
    pub(super) action: &'static str,
    /// The ARN of the provider.
    pub(super) provider: &'a str,
    /// The provider's condition keys.
    pub(super) context: Vec<(String, Vec<String>)>,
    pub(super) name: &'a str,
    /// What was asked for.
    pub(super) duration_seconds: Option<i32>,
    /// What comes of it.
    pub(super) seconds: i32,
    pub(super) policies: Option<SessionPolicies>,
    pub(super) packed: Option<i32>,
    pub(super) tags: Vec<SessionTag>,
    pub(super) source_identity: Option<String>,
    pub(super) minimum_token_bytes: Option<i32>,
}

impl Opening<'_> {
    /// Whether the role trusts the provider.
    pub(super) fn require_trust(&self, cx: &Cx, svc: &Iam) -> Result<(), Error> {
        let asked = Asked {
            target: self.target,
            action: self.action,
            name: self.name,
            duration_seconds: self.duration_seconds,
            tags: &self.tags,
            source_identity: self.source_identity.as_deref(),
            keys: self.context.iter().map(|(key, values)| (key.as_str(), values.clone())).collect(),
        };
        trust::vouched(cx, svc, self.provider, asked)
    }

    /// Opens it.
    pub(super) fn open(&self, tx: &mut Tx, cx: &Cx) -> Result<(Arc<Role>, Vended), Error> {
        let role = self.target.find(tx).ok_or(Refusal::NotAuthorized(self.action))?;
        target::require_length(&role, self.seconds)?;
        session_policy::require_managed(tx, &self.target.home, self.policies.as_ref())?;
        let session = Session {
            tags: self.tags.clone(),
            source_identity: self.source_identity.clone(),
            policies: self.policies.iter().cloned().collect(),
            provider: Some(self.provider.to_owned()),
            context: self.context.clone(),
            chain_depth: 1,
            ..Session::default()
        };
        let grant = target::grant(&role, self.name, self.seconds, self.minimum_token_bytes, session);
        let vended = vend(tx, cx, &grant)?;
        tx.emit(&Changed { kind: "RoleAssumed", resource: role.arn() });
        Ok((role, vended))
    }
}
