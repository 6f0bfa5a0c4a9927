//! `AssumeRoot`.

use super::trust;
use super::vend::{Grant, vend};
use crate::Iam;
use crate::entity::Home;
use crate::error::{Error, Refusal};
use crate::seal::Who;
use base::{AccountId, Arn};
use ports::{Cx, Session, SessionPolicies};
use shapes_sts as sts;

/// Seconds it lasts where nothing is asked for, and at the most.
const ROOT_SECONDS: i32 = 900;
/// The managed policies that one of has to be named, under `root-task/`. Source: the API's reference.
const TASKS: [&str; 5] = [
    "IAMAuditRootUserCredentials",
    "IAMCreateRootUserPassword",
    "IAMDeleteRootUserCredentials",
    "S3UnlockBucketPolicy",
    "SQSUnlockQueuePolicy",
];

/// `AssumeRoot`: a short session as root of another account, for one task.
pub(super) fn assume(
    cx: &Cx,
    svc: &Iam,
    input: sts::AssumeRootRequest,
) -> Result<sts::AssumeRootResponse, Error> {
    let target = input.target_principal.unwrap_or_default();
    let account = account(&target).ok_or_else(|| Error::BadArn(target.clone()))?;
    let task = input.task_policy_arn.and_then(|policy| policy.arn).unwrap_or_default();
    let prefix = format!("arn:{}:iam::aws:policy/root-task/", cx.partition().as_str());
    if !task.strip_prefix(&prefix).is_some_and(|name| TASKS.contains(&name)) {
        return Err(Refusal::Value("The specified TaskPolicyArn is not a supported task policy.").into());
    }
    let home = Home { partition: cx.partition(), account };
    trust::root(cx, svc, &home)?;
    let source_identity = cx.caller().session.as_ref().and_then(|own| own.source_identity.clone());
    let grant = Grant {
        home,
        who: Who::Root,
        seconds: input.duration_seconds.filter(|seconds| *seconds > 0).unwrap_or(ROOT_SECONDS),
        minimum_token_bytes: input.minimum_session_token_size,
        session: Session {
            policies: vec![SessionPolicies { inline: None, arns: vec![task] }],
            source_identity: source_identity.clone(),
            is_assumed_root: true,
            ..Session::default()
        },
    };
    let vended = cx.write(|tx| vend(tx, cx, &grant))?;
    Ok(sts::AssumeRootResponse {
        credentials: Some(vended.credentials),
        source_identity,
        session_token_size: vended.token_bytes,
        session_token_utilization: vended.utilization,
    })
}

/// The account that is meant: its number, or its root user's ARN.
fn account(target: &str) -> Option<AccountId> {
    if let Ok(account) = target.parse() {
        return Some(account);
    }
    let arn: Arn = target.parse().ok()?;
    (arn.service == "iam" && arn.resource == "root").then(|| arn.account.parse().ok())?
}
