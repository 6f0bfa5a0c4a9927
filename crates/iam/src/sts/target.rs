//! The role that is to be assumed, and the session that comes of it.

use super::vend::Grant;
use crate::entity::{Home, Rows};
use crate::error::{Error, Refusal};
use crate::role::Role;
use crate::seal::Who;
use base::{Arn, Partition};
use ports::{Caller, CallerKind, Cx, Request, Session};
use shapes_sts as sts;
use std::sync::Arc;

/// Seconds a role's session lasts where nothing is asked for.
pub(super) const ROLE_SECONDS: i32 = 3600;
/// Sessions of roles that other sessions assume last an hour at the most.
pub(super) const HOUR_SECONDS: i32 = 3600;

/// A role's ARN, taken apart.
pub(super) struct Target {
    pub(super) arn: String,
    pub(super) home: Home,
    name: String,
}

impl Target {
    /// Reads a role's ARN.
    pub(super) fn parse(text: Option<String>, partition: Partition) -> Result<Self, Error> {
        let text = text.unwrap_or_default();
        let bad = || Error::BadArn(text.clone());
        let arn: Arn = text.parse().map_err(|_| bad())?;
        let account = arn.account.parse().map_err(|_| bad())?;
        let path = arn.resource.strip_prefix("role/").ok_or_else(bad)?;
        if arn.partition != partition.as_str() || arn.service != "iam" || !arn.region.is_empty() {
            return Err(bad());
        }
        let name = path.rsplit('/').next().unwrap_or_default().to_owned();
        Ok(Self { home: Home { partition, account }, name, arn: text })
    }

    /// The role, where there is one with this very ARN.
    pub(super) fn find(&self, rows: &impl Rows) -> Option<Arc<Role>> {
        rows.row::<Role>(&self.home.key(&self.name)).filter(|role| role.arn() == self.arn)
    }
}

/// Refuses a session that is longer than its role allows.
pub(super) fn require_length(role: &Role, seconds: i32) -> Result<(), Error> {
    if seconds > role.max_session_seconds { Err(Refusal::TooLong.into()) } else { Ok(()) }
}

/// The session of a role.
pub(super) fn grant(
    role: &Role,
    name: &str,
    seconds: i32,
    minimum_token_bytes: Option<i32>,
    session: Session,
) -> Grant {
    let who = Who::Role { role: role.name.clone(), role_id: role.id.clone(), session: name.to_owned() };
    Grant { home: role.home.clone(), who, seconds, minimum_token_bytes, session }
}

/// Who somebody is that assumed a role.
pub(super) fn assumed_user(role: &Role, session: &str) -> sts::AssumedRoleUser {
    let resource = format!("assumed-role/{}/{session}", role.name);
    let arn = Arn::global(role.home.partition, "sts", role.home.account, resource);
    sts::AssumedRoleUser {
        assumed_role_id: Some(format!("{}:{session}", role.id)),
        arn: Some(arn.to_string()),
    }
}

/// The call as a session of a role makes it.
pub(super) fn acting(cx: &Cx, role: &Role, name: &str, session: Session) -> Cx {
    let kind = CallerKind::RoleSession {
        role: role.name.clone(),
        role_id: role.id.clone(),
        session: name.to_owned(),
    };
    let account = role.home.account;
    cx.within(Request {
        caller: Caller { account, access_key_id: None, kind, session: Some(Arc::new(session)) },
        scope: cx.scope().clone(),
        now: cx.now(),
        id: cx.request_id().to_owned(),
        peer: cx.peer(),
        head: Arc::new(cx.head().clone()),
    })
}
