//! `GetFederationToken`.

use super::session_policy;
use super::session_tags;
use super::session_token::long_term;
use super::vend::{Grant, vend};
use crate::Iam;
use crate::entity::Home;
use crate::error::Error;
use crate::seal::Who;
use base::Arn;
use ports::{Cx, FederatedBy, Session, SessionPolicies};
use shapes_sts as sts;

/// Seconds it lasts where nothing is asked for.
const FEDERATED_SECONDS: i32 = 43_200;

/// `GetFederationToken`: for long-term keys. The session may what both its user and the policies passed allow; where
/// none is passed, nothing.
pub(super) fn get(
    cx: &Cx,
    _svc: &Iam,
    input: sts::GetFederationTokenRequest,
) -> Result<sts::GetFederationTokenResponse, Error> {
    let (user, most) = long_term(cx, "GetFederationToken")?;
    let name = input.name.unwrap_or_default();
    let home = Home::of(cx);
    let federated = Arn::global(home.partition, "sts", home.account, format!("federated-user/{name}"));
    let policies = session_policy::read(input.policy, input.policy_arns)?;
    let tags = session_tags::read(input.tags, None)?;
    let passed: Vec<SessionPolicies> = policies.iter().cloned().collect();
    let packed = session_policy::packed(&passed, &tags)?.or(Some(0));
    let federated_by = match user {
        Who::User { path_and_name, unique_id } => Some(FederatedBy { path_and_name, unique_id }),
        Who::Root | Who::Role { .. } | Who::Federated { .. } | Who::Instance { .. } => None,
    };
    let session = Session {
        tags,
        // An empty set allows nothing.
        policies: vec![policies.clone().unwrap_or_default()],
        federated_by,
        ..Session::default()
    };
    let seconds = input.duration_seconds.unwrap_or(FEDERATED_SECONDS).min(most);
    let vended = cx.write(|tx| {
        session_policy::require_managed(tx, &home, policies.as_ref())?;
        let grant = Grant {
            home: home.clone(),
            who: Who::Federated { name: name.clone() },
            seconds,
            minimum_token_bytes: input.minimum_session_token_size,
            session: session.clone(),
        };
        vend(tx, cx, &grant)
    })?;
    Ok(sts::GetFederationTokenResponse {
        credentials: Some(vended.credentials),
        federated_user: Some(sts::FederatedUser {
            federated_user_id: Some(format!("{}:{name}", home.account)),
            arn: Some(federated.to_string()),
        }),
        packed_policy_size: packed,
        session_token_size: vended.token_bytes,
        session_token_utilization: vended.utilization,
    })
}
