//! `AssumeRole`.

use super::target::{self, HOUR_SECONDS, ROLE_SECONDS, Target};
use super::trust::{self, Asked};
use super::vend::vend;
use super::{mfa, session_policy, session_tags};
use crate::Iam;
use crate::error::{Error, Refusal};
use crate::event::Changed;
use ports::{CallerKind, Cx, Session};
use shapes_sts as sts;

/// `AssumeRole`.
pub(super) fn assume(
    cx: &Cx,
    _svc: &Iam,
    input: sts::AssumeRoleRequest,
) -> Result<sts::AssumeRoleResponse, Error> {
    let target = Target::parse(input.role_arn, cx.partition())?;
    let name = input.role_session_name.unwrap_or_default();
    let caller = cx.caller();
    let denied = || trust::denied(cx, "sts:AssumeRole", &target.arn);
    if matches!(caller.kind, CallerKind::FederatedUser { .. }) {
        return Err(denied());
    }
    let seconds = input.duration_seconds.unwrap_or(ROLE_SECONDS);
    let is_chained = matches!(caller.kind, CallerKind::RoleSession { .. });
    if is_chained && seconds > HOUR_SECONDS {
        return Err(Refusal::Chained.into());
    }
    if input.provided_contexts.is_some_and(|contexts| !contexts.is_empty()) {
        return Err(Refusal::Context.into());
    }
    let policies = session_policy::read(input.policy, input.policy_arns)?;
    let own_tags = session_tags::read(input.tags, input.transitive_tag_keys.clone())?;
    let before = caller.session.as_deref();
    let handed_on = before.filter(|_| is_chained);
    let source_identity = session_tags::source_identity(handed_on, input.source_identity.clone())?;
    let tags = session_tags::inherit(handed_on, own_tags.clone())?;
    let packed = session_policy::packed(policies.as_slice(), &own_tags)?;
    let mfa = mfa::Given::read(input.serial_number, input.token_code)?;
    let (role, vended) = cx.write(|tx| {
        let mfa_at = match &mfa {
            Some(given) => mfa::verify(tx, cx, Some(given))?,
            // A session that an MFA device opened counts for the roles it assumes.
            None => before.and_then(|session| session.mfa_at),
        };
        let role = target.find(tx).ok_or_else(denied)?;
        let asked = Asked {
            role: &role,
            session_name: &name,
            external_id: input.external_id.as_deref(),
            duration_seconds: input.duration_seconds,
            own_tags: &own_tags,
            transitive: input.transitive_tag_keys.as_deref().unwrap_or_default(),
            source_identity: input.source_identity.as_deref(),
            mfa_at,
        };
        trust::assume_role(tx, cx, &asked)?;
        target::require_length(&role, seconds)?;
        session_policy::require_managed(tx, &target.home, policies.as_ref())?;
        let session = Session {
            mfa_at: None,
            tags: tags.clone(),
            source_identity: source_identity.clone(),
            policies: policies.iter().cloned().collect(),
            chain_depth: handed_on.map_or(0, |session| session.chain_depth).saturating_add(1),
            ..Session::default()
        };
        let grant = target::grant(&role, &name, seconds, input.minimum_session_token_size, session);
        let vended = vend(tx, cx, &grant)?;
        tx.emit(&Changed { kind: "RoleAssumed", resource: role.arn() });
        Ok::<_, Error>((role, vended))
    })?;
    Ok(sts::AssumeRoleResponse {
        credentials: Some(vended.credentials),
        assumed_role_user: Some(target::assumed_user(&role, &name)),
        packed_policy_size: packed,
        source_identity,
        session_token_size: vended.token_bytes,
        session_token_utilization: vended.utilization,
    })
}
