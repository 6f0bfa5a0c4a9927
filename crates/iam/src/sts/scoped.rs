//! `GetScopedCredentials`.

use super::session_policy;
use super::vend::{Grant, vend_until};
use crate::Iam;
use crate::entity::Home;
use crate::error::{Error, Refusal};
use crate::seal::Who;
use ports::{CallerKind, Cx, Session};
use shapes_sts as sts;

/// `GetScopedCredentials`: the same session, allowed less or for a shorter time.
pub(super) fn get(
    cx: &Cx,
    _svc: &Iam,
    input: sts::GetScopedCredentialsRequest,
) -> Result<sts::GetScopedCredentialsResponse, Error> {
    let caller = cx.caller();
    let session = caller.session.clone().ok_or(Refusal::Subject)?;
    let who = match caller.kind.clone() {
        CallerKind::Root => Who::Root,
        CallerKind::User { path_and_name, unique_id } => Who::User { path_and_name, unique_id },
        CallerKind::RoleSession { role, role_id, session } => Who::Role { role, role_id, session },
        CallerKind::FederatedUser { name } => Who::Federated { name },
        CallerKind::Service(_) | CallerKind::Anonymous => return Err(Refusal::Subject.into()),
    };
    let expires_at = match input.duration_seconds {
        None => session.expires_at,
        Some(seconds) => {
            let asked = cx.now().plus_millis(i64::from(seconds) * 1000).whole_seconds();
            if asked > session.expires_at {
                return Err(Refusal::Lifetime.into());
            }
            asked
        }
    };
    let mut policies = session.policies.clone();
    policies.extend(session_policy::read(input.policy, None)?);
    session_policy::packed(&policies, &session.tags)?;
    let scoped = i32::try_from(policies.len()).ok();
    let grant = Grant {
        home: Home::of(cx),
        who,
        seconds: 0,
        minimum_token_bytes: input.minimum_session_token_size,
        session: Session { policies, ..(*session).clone() },
    };
    let vended = cx.write(|tx| vend_until(tx, cx, &grant, expires_at))?;
    Ok(sts::GetScopedCredentialsResponse {
        credentials: Some(vended.credentials),
        session_info: Some(sts::ScopedSession {
            scoped_session_id: Some(caller.user_id()),
            arn: caller.arn(cx.partition()),
        }),
        session_token_size: vended.token_bytes,
        session_token_utilization: vended.utilization,
        scoped_policies_count: scoped,
        source_identity: session.source_identity.clone(),
    })
}
