//! Session policies: what a session is limited by, and how much room they take.

use crate::document;
use crate::entity::Home;
use crate::error::{Error, Refusal};
use crate::policy::found;
use ports::{SessionPolicies, SessionTag};
use shapes_sts as sts;
use store::Tx;

/// Characters of a document at the most.
const MOST_CHARACTERS: usize = 2048;
/// Managed policies of a session at the most.
const MOST_ARNS: usize = 10;

/// Reads the policies of a call; none where none were given.
pub(super) fn read(
    inline: Option<String>,
    arns: Option<Vec<sts::PolicyDescriptorType>>,
) -> Result<Option<SessionPolicies>, Error> {
    let arns: Vec<String> = arns.unwrap_or_default().into_iter().filter_map(|policy| policy.arn).collect();
    if let Some(document) = &inline {
        if document.chars().count() > MOST_CHARACTERS {
            return Err(Refusal::Constraint("policy", MOST_CHARACTERS).into());
        }
        document::check(document)?;
    }
    if arns.len() > MOST_ARNS {
        return Err(Refusal::Constraint("policyArns", MOST_ARNS).into());
    }
    let is_none = inline.is_none() && arns.is_empty();
    Ok((!is_none).then_some(SessionPolicies { inline, arns }))
}

/// Refuses managed policies that do not exist in the account or at AWS.
pub(super) fn require_managed(tx: &Tx, home: &Home, policies: Option<&SessionPolicies>) -> Result<(), Error> {
    let arns = policies.map(|policies| policies.arns.as_slice()).unwrap_or_default();
    if arns.iter().all(|arn| found::find(tx, home, arn).is_some()) {
        return Ok(());
    }
    let sentence = "At least one Policy ARN in the PolicyArns parameter does not match an existing IAM Managed Policy ARN.";
    Err(Refusal::Value(sentence).into())
}

/// How much of the room for policies and tags is taken, in per cent; `None` where there are neither.
///
/// AWS says nothing of how it packs. A line through three answers of its own that were published (a document of 105
/// characters takes 16 %, one of 736 with three tags 82 %, one of 1690 takes 157 %) is what we count by.
pub(super) fn packed(policies: &[SessionPolicies], tags: &[SessionTag]) -> Result<Option<i32>, Error> {
    let mut thousandths = 0;
    for policy in policies {
        let inline = policy.inline.as_deref().unwrap_or_default();
        let dense = inline.chars().filter(|c| !c.is_whitespace()).count();
        let arns: usize = policy.arns.iter().map(|arn| arn.chars().count()).sum();
        thousandths += 6650 + 89 * (dense + arns);
    }
    let of_tags: usize =
        tags.iter().map(|tag| 89 * (tag.key.chars().count() + tag.value.chars().count() + 2)).sum();
    if policies.is_empty() && tags.is_empty() {
        return Ok(None);
    }
    let percent = (thousandths + of_tags).div_ceil(1000);
    match percent {
        ..=100 => Ok(i32::try_from(percent).ok()),
        _ if policies.is_empty() => Err(Refusal::PackedTags(percent).into()),
        _ => Err(Refusal::Packed(percent).into()),
    }
}
