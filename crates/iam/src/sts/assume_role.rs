//! `AssumeRole`.

use super::target::{self, HOUR_SECONDS, ROLE_SECONDS, Target};
use super::trust::{self, Asked};
use super::vend::{Vended, vend};
use super::{mfa, session_policy, session_tags};
use crate::Iam;
use crate::error::{Error, Refusal};
use crate::event::Changed;
use crate::role::Role;
use ports::{CallerKind, Cx, Session, SessionPolicies, SessionTag};
use shapes_sts as sts;
use std::sync::Arc;
use store::Tx;

/// `AssumeRole`.
pub(super) fn assume(
    cx: &Cx,
    svc: &Iam,
    input: sts::AssumeRoleRequest,
) -> Result<sts::AssumeRoleResponse, Error> {
    let call = Call::read(cx, input)?;
    call.require_trust(cx, svc)?;
    let (role, vended) = cx.write(|tx| call.open(tx, cx))?;
    Ok(sts::AssumeRoleResponse {
        credentials: Some(vended.credentials),
        assumed_role_user: Some(target::assumed_user(&role, &call.name)),
        packed_policy_size: call.packed,
        source_identity: call.source_identity,
        session_token_size: vended.token_bytes,
        session_token_utilization: vended.utilization,
    })
}

/// What is asked for, as far as it can be judged without the role.
struct Call {
    target: Target,
    name: String,
    duration_seconds: Option<i32>,
    external_id: Option<String>,
    policies: Option<SessionPolicies>,
    /// The tags of the call, without those that a chain hands on.
    own_tags: Vec<SessionTag>,
    /// With them.
    tags: Vec<SessionTag>,
    transitive: Vec<String>,
    /// The source identity of the call, where one is given.
    own_identity: Option<String>,
    /// That of the session.
    source_identity: Option<String>,
    packed: Option<i32>,
    mfa: Option<mfa::Given>,
    minimum_token_bytes: Option<i32>,
}

impl Call {
    fn read(cx: &Cx, input: sts::AssumeRoleRequest) -> Result<Self, Error> {
        let target = Target::parse(input.role_arn, cx.partition())?;
        if matches!(cx.caller().kind, CallerKind::FederatedUser { .. }) {
            return Err(trust::denied(cx, "sts:AssumeRole", &target.arn));
        }
        let handed_on = chain(cx);
        if handed_on.is_some() && input.duration_seconds.is_some_and(|seconds| seconds > HOUR_SECONDS) {
            return Err(Refusal::Chained.into());
        }
        if input.provided_contexts.is_some_and(|contexts| !contexts.is_empty()) {
            return Err(Refusal::Context.into());
        }
        let policies = session_policy::read(input.policy, input.policy_arns)?;
        let own_tags = session_tags::read(input.tags, input.transitive_tag_keys.clone())?;
        let tags = session_tags::inherit(handed_on, own_tags.clone())?;
        Ok(Self {
            target,
            name: input.role_session_name.unwrap_or_default(),
            duration_seconds: input.duration_seconds,
            external_id: input.external_id,
            packed: session_policy::packed(policies.as_slice(), &own_tags)?,
            policies,
            own_tags,
            tags,
            transitive: input.transitive_tag_keys.unwrap_or_default(),
            source_identity: session_tags::source_identity(handed_on, input.source_identity.clone())?,
            own_identity: input.source_identity,
            mfa: mfa::Given::read(input.serial_number, input.token_code)?,
            minimum_token_bytes: input.minimum_session_token_size,
        })
    }

    /// Whether the caller may, with the device it shows.
    fn require_trust(&self, cx: &Cx, svc: &Iam) -> Result<(), Error> {
        let mut keys = Vec::new();
        if let Some(given) = &self.mfa {
            // A code counts once, whatever comes of the call.
            let shown_at = cx.write(|tx| mfa::verify(tx, cx, given))?;
            let age = cx.now().millis_since(shown_at) / 1000;
            keys.push(("aws:MultiFactorAuthPresent", vec!["true".to_owned()]));
            keys.push(("aws:MultiFactorAuthAge", vec![age.to_string()]));
        }
        keys.extend(self.external_id.iter().map(|id| ("sts:ExternalId", vec![id.clone()])));
        if !self.transitive.is_empty() {
            keys.push(("sts:TransitiveTagKeys", self.transitive.clone()));
        }
        let asked = Asked {
            target: &self.target,
            action: "sts:AssumeRole",
            name: &self.name,
            duration_seconds: self.duration_seconds,
            tags: &self.own_tags,
            source_identity: self.own_identity.as_deref(),
            keys,
        };
        trust::assume_role(cx, svc, asked)
    }

    fn open(&self, tx: &mut Tx, cx: &Cx) -> Result<(Arc<Role>, Vended), Error> {
        let role = self.target.find(tx);
        let role = role.ok_or_else(|| trust::denied(cx, "sts:AssumeRole", &self.target.arn))?;
        let seconds = self.duration_seconds.unwrap_or(ROLE_SECONDS);
        target::require_length(&role, seconds)?;
        session_policy::require_managed(tx, &self.target.home, self.policies.as_ref())?;
        // The device itself is not handed on: AWS leaves it out of what roles know of their sessions.
        let session = Session {
            tags: self.tags.clone(),
            source_identity: self.source_identity.clone(),
            policies: self.policies.iter().cloned().collect(),
            chain_depth: chain(cx).map_or(0, |session| session.chain_depth).saturating_add(1),
            ..Session::default()
        };
        let grant = target::grant(&role, &self.name, seconds, self.minimum_token_bytes, session);
        let vended = vend(tx, cx, &grant)?;
        tx.emit(&Changed { kind: "RoleAssumed", resource: role.arn() });
        Ok((role, vended))
    }
}

/// The session of a role that assumes another one.
fn chain(cx: &Cx) -> Option<&Session> {
    let is_role = matches!(cx.caller().kind, CallerKind::RoleSession { .. });
    cx.caller().session.as_deref().filter(|_| is_role)
}
