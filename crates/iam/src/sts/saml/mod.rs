//! `AssumeRoleWithSAML`: the assertions of SAML providers.

mod assertion;
mod canonical;
mod signature;
#[cfg(test)]
mod tests;

use super::provider;
use super::session_policy;
use super::session_tags;
use super::target::{self, ROLE_SECONDS, Target};
use super::vouched::Opening;
use crate::Iam;
use crate::error::{Error, Refusal};
use base::{Clock, Timestamp};
use ports::Cx;
use serde::{Deserialize, Serialize};
use shapes_sts as sts;
use store::{Record, Tx};

/// What trust policies have to allow.
const ACTION: &str = "sts:AssumeRoleWithSAML";
/// Assertions that are remembered until they cannot be used any more, at the most.
const MOST_USED: usize = 10_000;

/// An assertion that was used: it is not taken again.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct UsedAssertion {
    provider: String,
    id: String,
    /// When nobody could use it any more, by the machine's time.
    expires_at: Timestamp,
}

impl Record for UsedAssertion {
    const TABLE: &'static str = "iam_used_assertion";
    type Key = String;

    fn key(&self) -> String {
        format!("{} {}", self.provider, self.id)
    }
}

/// `AssumeRoleWithSAML`.
pub(super) fn assume(
    cx: &Cx,
    svc: &Iam,
    input: sts::AssumeRoleWithSAMLRequest,
) -> Result<sts::AssumeRoleWithSAMLResponse, Error> {
    let target = Target::parse(input.role_arn, cx.partition())?;
    let provider_arn = input.principal_arn.unwrap_or_default();
    let policies = session_policy::read(input.policy, input.policy_arns)?;
    let now = Clock::machine();
    let provider = cx.read(|view| provider::saml(view, &target.home, &provider_arn, now));
    let provider = provider.ok_or_else(|| Refusal::Token("Specified provider doesn't exist".to_owned()))?;
    let encoded = input.saml_assertion.unwrap_or_default();
    let assertion = assertion::read(&encoded, &provider.entity_id, &provider.certificates, now)?;
    if !assertion.names(&target.arn, &provider.arn) {
        return Err(Refusal::NotAuthorized(ACTION).into());
    }
    let name = assertion.session_name()?;
    let tags = session_tags::read(Some(assertion.tags.clone()), Some(assertion.transitive.clone()))?;
    let account_and_name = format!("{}/{}", target.home.account, provider.name);
    let opening = Opening {
        target: &target,
        action: ACTION,
        provider: &provider.arn,
        context: assertion.context(&account_and_name),
        name: &name,
        duration_seconds: input.duration_seconds,
        seconds: match (input.duration_seconds, assertion.session_seconds) {
            (Some(asked), Some(most)) => asked.min(most),
            (asked, most) => asked.or(most).unwrap_or(ROLE_SECONDS),
        },
        packed: session_policy::packed(policies.as_slice(), &tags)?,
        policies,
        tags,
        source_identity: session_tags::source_identity(None, assertion.source_identity.clone())?,
        minimum_token_bytes: input.minimum_session_token_size,
    };
    opening.require_trust(cx, svc)?;
    let (role, vended) = cx.write(|tx| {
        use_once(tx, &provider.arn, &assertion.id, assertion.expires_at, now)?;
        opening.open(tx, cx)
    })?;
    Ok(sts::AssumeRoleWithSAMLResponse {
        credentials: Some(vended.credentials),
        assumed_role_user: Some(target::assumed_user(&role, &name)),
        packed_policy_size: opening.packed,
        name_qualifier: Some(assertion.name_qualifier(&account_and_name)),
        subject: Some(assertion.subject),
        subject_type: Some(assertion.subject_type),
        issuer: Some(assertion.issuer),
        audience: Some(assertion.audience),
        source_identity: opening.source_identity.clone(),
        session_token_size: vended.token_bytes,
        session_token_utilization: vended.utilization,
        ..sts::AssumeRoleWithSAMLResponse::default()
    })
}

/// Refuses an assertion that was used before, and remembers this one. What nobody can use any more is forgotten.
fn use_once(
    tx: &mut Tx,
    provider: &str,
    id: &str,
    expires_at: Timestamp,
    now: Timestamp,
) -> Result<(), Error> {
    let used = UsedAssertion { provider: provider.to_owned(), id: id.to_owned(), expires_at };
    if tx.get::<UsedAssertion>(&used.key()).is_some() {
        return Err(Refusal::Token("The SAML assertion was used before".to_owned()).into());
    }
    let past: Vec<String> =
        tx.range::<UsedAssertion>("").filter(|used| used.expires_at <= now).map(|used| used.key()).collect();
    let left = tx.range::<UsedAssertion>("").count() - past.len();
    for key in past {
        tx.delete::<UsedAssertion>(&key);
    }
    if left >= MOST_USED {
        return Err(Refusal::Token("Too many assertions were used in these minutes".to_owned()).into());
    }
    tx.put(used);
    Ok(())
}
