//! STS: who is calling, and temporary credentials.

use crate::entity::Home;
use crate::error::Error;
use crate::event::Changed;
use crate::role::Role;
use crate::seal::{self, Session, Who};
use crate::{Iam, key_id};
use base::{Arn, Clock, Timestamp};
use ports::{CallerKind, Cx};
use shapes_sts as sts;
use store::Tx;

/// Seconds a role's session lasts where nothing is asked for.
const ROLE_SECONDS: i32 = 3600;
/// The same for GetSessionToken.
const SESSION_SECONDS: i32 = 43_200;
/// Sessions of root, and of roles that other sessions assume, last an hour at the most.
const HOUR_SECONDS: i32 = 3600;

/// `GetCallerIdentity`: always allowed.
pub(crate) fn caller_identity(
    cx: &Cx,
    _svc: &Iam,
    _input: sts::GetCallerIdentityRequest,
) -> Result<sts::GetCallerIdentityResponse, Error> {
    let caller = cx.caller();
    Ok(sts::GetCallerIdentityResponse {
        user_id: Some(caller.user_id()),
        account: Some(caller.account.to_string()),
        arn: caller.arn(cx.partition()).map(|arn| arn.to_string()),
    })
}

/// `GetAccessKeyInfo`: the account stands in the id.
pub(crate) fn access_key_info(
    _cx: &Cx,
    _svc: &Iam,
    input: sts::GetAccessKeyInfoRequest,
) -> Result<sts::GetAccessKeyInfoResponse, Error> {
    let id = input.access_key_id.unwrap_or_default();
    let account = key_id::account(&id).or_else(|| id.parse().ok());
    let account = account.ok_or_else(|| Error::Invalid(format!("Invalid AccessKeyId: {id}")))?;
    Ok(sts::GetAccessKeyInfoResponse { account: Some(account.to_string()) })
}

/// `GetSessionToken`: for long-term keys of users and of root.
pub(crate) fn session_token(
    cx: &Cx,
    _svc: &Iam,
    input: sts::GetSessionTokenRequest,
) -> Result<sts::GetSessionTokenResponse, Error> {
    let (who, most) = match &cx.caller().kind {
        CallerKind::Root => (Who::Root, HOUR_SECONDS),
        CallerKind::User { path_and_name, unique_id } => {
            (Who::User { path_and_name: path_and_name.clone(), unique_id: unique_id.clone() }, 129_600)
        }
        CallerKind::RoleSession { .. }
        | CallerKind::FederatedUser { .. }
        | CallerKind::Service(_)
        | CallerKind::Anonymous => {
            let arn = cx.caller().arn(cx.partition()).map(|arn| arn.to_string()).unwrap_or_default();
            let resource = "*".to_owned();
            return Err(Error::Denied(arn, "sts:GetSessionToken", resource));
        }
    };
    let seconds = input.duration_seconds.unwrap_or(SESSION_SECONDS).min(most);
    let credentials = cx.write(|tx| vend(tx, cx, seconds, who.clone()))?;
    Ok(sts::GetSessionTokenResponse {
        credentials: Some(credentials),
        ..sts::GetSessionTokenResponse::default()
    })
}

/// `AssumeRole`. The role's trust policy is not decided by yet: whoever asks may assume it.
pub(crate) fn assume_role(
    cx: &Cx,
    _svc: &Iam,
    input: sts::AssumeRoleRequest,
) -> Result<sts::AssumeRoleResponse, Error> {
    let text = input.role_arn.unwrap_or_default();
    let arn: Arn = text.parse().map_err(|_| Error::BadArn(text.clone()))?;
    let account = arn.account.parse().map_err(|_| Error::BadArn(text.clone()))?;
    let path = arn.resource.strip_prefix("role/").ok_or_else(|| Error::BadArn(text.clone()))?;
    let name = path.rsplit('/').next().unwrap_or_default().to_owned();
    let session = input.role_session_name.unwrap_or_default();
    let home = Home { partition: cx.partition(), account };
    let caller = cx.caller().arn(cx.partition()).map(|arn| arn.to_string()).unwrap_or_default();
    let seconds = input.duration_seconds.unwrap_or(ROLE_SECONDS);
    if matches!(cx.caller().kind, CallerKind::RoleSession { .. }) && seconds > HOUR_SECONDS {
        let sentence = "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining";
        return Err(Error::Invalid(sentence.to_owned()));
    }
    let (role, credentials) = cx.write(|tx| {
        let role = tx.get::<Role>(&home.key(&name)).filter(|role| role.arn() == text);
        let role = role.ok_or_else(|| Error::Denied(caller.clone(), "sts:AssumeRole", text.clone()))?;
        if seconds > role.max_session_seconds {
            let sentence = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.";
            return Err(Error::Invalid(sentence.to_owned()));
        }
        let who = Who::Role { role: role.name.clone(), role_id: role.id.clone(), session: session.clone() };
        let credentials = vend_for(tx, cx, &home, seconds, who)?;
        tx.emit(&Changed { kind: "RoleAssumed", resource: role.arn() });
        Ok::<_, Error>((role, credentials))
    })?;
    let assumed =
        Arn::global(home.partition, "sts", account, format!("assumed-role/{}/{session}", role.name));
    Ok(sts::AssumeRoleResponse {
        credentials: Some(credentials),
        assumed_role_user: Some(sts::AssumedRoleUser {
            assumed_role_id: Some(format!("{}:{session}", role.id)),
            arn: Some(assumed.to_string()),
        }),
        source_identity: input.source_identity,
        ..sts::AssumeRoleResponse::default()
    })
}

fn vend(tx: &mut Tx, cx: &Cx, seconds: i32, who: Who) -> Result<sts::Credentials, Error> {
    vend_for(tx, cx, &Home::of(cx), seconds, who)
}

/// Makes temporary credentials. They end by the machine's time, by which clients sign.
fn vend_for(tx: &mut Tx, cx: &Cx, home: &Home, seconds: i32, who: Who) -> Result<sts::Credentials, Error> {
    let expires_at: Timestamp = match cx.world().clock.mode() {
        base::ClockMode::Running => Clock::machine(),
        // Repeatable answers: a stepped world counts from its own time, where that lies ahead.
        base::ClockMode::Stepped => cx.now(),
    }
    .plus_millis(i64::from(seconds) * 1000)
    .whole_seconds();
    let session = Session {
        access_key_id: key_id::access_key("ASIA", home.account, cx.ids()),
        secret: key_id::secret(cx.ids()),
        account: home.account,
        expires_at,
        who,
    };
    let token = seal::seal(tx, cx, &session)?;
    Ok(sts::Credentials {
        access_key_id: Some(session.access_key_id),
        secret_access_key: Some(session.secret),
        session_token: Some(token),
        expiration: Some(session.expires_at.into()),
    })
}
