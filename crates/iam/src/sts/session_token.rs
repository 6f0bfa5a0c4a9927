//! `GetSessionToken`.

use super::mfa;
use super::vend::{Grant, vend};
use crate::Iam;
use crate::entity::Home;
use crate::error::{Error, Refusal};
use crate::seal::Who;
use ports::{CallerKind, Cx, Session};
use shapes_sts as sts;

/// Seconds it lasts where nothing is asked for.
const SESSION_SECONDS: i32 = 43_200;
/// Seconds it lasts at the most.
const MOST_SECONDS: i32 = 129_600;
/// Root's last an hour at the most.
const ROOT_SECONDS: i32 = 3600;

/// `GetSessionToken`: for long-term keys of users and of root. It needs no permission.
pub(super) fn get(
    cx: &Cx,
    _svc: &Iam,
    input: sts::GetSessionTokenRequest,
) -> Result<sts::GetSessionTokenResponse, Error> {
    let (who, most) = long_term(cx, "GetSessionToken")?;
    let mfa = mfa::Given::read(input.serial_number, input.token_code)?;
    let seconds = input.duration_seconds.unwrap_or(SESSION_SECONDS).min(most);
    let vended = cx.write(|tx| {
        let mfa_at = mfa.as_ref().map(|given| mfa::verify(tx, cx, given)).transpose()?;
        let session = Session { mfa_at, ..Session::default() };
        let grant = Grant {
            home: Home::of(cx),
            who: who.clone(),
            seconds,
            minimum_token_bytes: input.minimum_session_token_size,
            session,
        };
        vend(tx, cx, &grant)
    })?;
    Ok(sts::GetSessionTokenResponse {
        credentials: Some(vended.credentials),
        session_token_size: vended.token_bytes,
        session_token_utilization: vended.utilization,
    })
}

/// Whom long-term credentials speak for, and how many seconds their sessions last at the most.
pub(super) fn long_term(cx: &Cx, operation: &'static str) -> Result<(Who, i32), Error> {
    match &cx.caller().kind {
        _ if cx.caller().session.is_some() => Err(Refusal::Session(operation).into()),
        CallerKind::Root => Ok((Who::Root, ROOT_SECONDS)),
        CallerKind::User { path_and_name, unique_id } => {
            let (path_and_name, unique_id) = (path_and_name.clone(), unique_id.clone());
            Ok((Who::User { path_and_name, unique_id }, MOST_SECONDS))
        }
        CallerKind::RoleSession { .. }
        | CallerKind::FederatedUser { .. }
        | CallerKind::Service(_)
        | CallerKind::Anonymous => Err(Refusal::Session(operation).into()),
    }
}
