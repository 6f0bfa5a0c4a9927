//! Who may assume what: the one place of STS that asks the policy engine.
//!
//! Trust decides where policies are enforced. With `--iam off` nothing is evaluated, with `audit` nothing is refused.

use super::error::Refusal;
use crate::error::Error;
use crate::role::Role;
use base::Timestamp;
use ports::{CallerKind, Cx, IamMode, SessionTag};
use store::Tx;

/// What is asked of a role's trust policy by somebody who signed.
pub(super) struct Asked<'a> {
    pub(super) role: &'a Role,
    pub(super) session_name: &'a str,
    pub(super) external_id: Option<&'a str>,
    pub(super) duration_seconds: Option<i32>,
    /// The tags of the call, without those that a chain hands on.
    pub(super) own_tags: &'a [SessionTag],
    pub(super) transitive: &'a [String],
    pub(super) source_identity: Option<&'a str>,
    /// When the caller showed an MFA device.
    pub(super) mfa_at: Option<Timestamp>,
}

/// What is asked of it by somebody whom a provider vouches for.
pub(super) struct Vouched<'a> {
    pub(super) role: &'a Role,
    pub(super) action: &'static str,
    /// The ARN of the provider.
    pub(super) provider: &'a str,
    /// The provider's condition keys.
    pub(super) context: &'a [(String, Vec<String>)],
    pub(super) session_name: &'a str,
    pub(super) duration_seconds: Option<i32>,
    pub(super) tags: &'a [SessionTag],
    pub(super) source_identity: Option<&'a str>,
}

/// Whether the caller may assume a role.
pub(super) fn assume_role(_tx: &Tx, cx: &Cx, asked: &Asked<'_>) -> Result<(), Error> {
    if cx.world().iam.get() != IamMode::Enforce {
        return Ok(());
    }
    if cx.caller().kind == CallerKind::Root {
        return Err(Refusal::Root.into());
    }
    let _ = (asked.session_name, asked.external_id, asked.duration_seconds, asked.own_tags);
    let _ = (asked.transitive, asked.source_identity, asked.mfa_at);
    Err(denied(cx, "sts:AssumeRole", &asked.role.arn()))
}

/// Whether a role trusts whom a provider vouches for.
pub(super) fn vouched(_tx: &Tx, cx: &Cx, asked: &Vouched<'_>) -> Result<(), Error> {
    if cx.world().iam.get() != IamMode::Enforce {
        return Ok(());
    }
    let _ = (asked.role, asked.provider, asked.context, asked.session_name, asked.duration_seconds);
    let _ = (asked.tags, asked.source_identity);
    Err(Refusal::NotAuthorized(asked.action).into())
}

/// Whether the caller may act as root of another account. That is for the management account of an organization,
/// and there is none here: where policies are enforced, nobody may.
pub(super) fn root(cx: &Cx, root: &str) -> Result<(), Error> {
    match cx.world().iam.get() {
        IamMode::Enforce => Err(denied(cx, "sts:AssumeRoot", root)),
        IamMode::Off | IamMode::Audit => Ok(()),
    }
}

/// The caller may not.
pub(super) fn denied(cx: &Cx, action: &'static str, resource: &str) -> Error {
    let caller = cx.caller().arn(cx.partition()).map(|arn| arn.to_string()).unwrap_or_default();
    Error::Denied(caller, action, resource.to_owned())
}
