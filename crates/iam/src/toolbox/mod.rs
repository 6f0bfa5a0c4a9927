//! The IAM Toolbox (preview): why a call was denied, and the policies as they were then.
//!
//! The gateway keeps denials and brings them by a port; here it is decided who may see what of them. Whoever belongs to
//! the caller's account sees all but what another account's resource brought; whoever belongs to the resource's account
//! sees that. Source: IAM User Guide, "Troubleshoot access denied error messages with authorization ID".

mod shape;
#[cfg(test)]
mod tests;

use self::shape::{Seen, Side};
use crate::Iam;
use crate::error::{Error, ToolboxRefusal};
use ::shape::Document;
use ports::{Cx, Denial, Evaluation, Registrar};
use shapes_iam_toolbox as api;
use std::sync::Arc;
use wire::codec::document;

/// Evaluations of a page; the preview does not say how many it answers.
const PAGE: usize = 50;

/// Registers the operations.
pub(crate) fn register(ops: &mut Registrar<'_, Iam>) {
    ops.answer::<api::GetRequestAuthorizationDetails>(details)
        .answer::<api::GetRequestAuthorizationPolicy>(policy);
}

/// `GetRequestAuthorizationDetails`: what a denied call brought, how each pair of action and resource was decided, and
/// which policies were asked.
fn details(
    cx: &Cx,
    svc: &Iam,
    input: api::GetRequestAuthorizationDetailsInput,
) -> Result<api::GetRequestAuthorizationDetailsOutput, Error> {
    let id = input.authorization_id.unwrap_or_default();
    let account = cx.account().to_string();
    let denial = denied(cx, svc, &id).ok_or(ToolboxRefusal::NoDetails)?;
    let seen = Seen::of(&denial, &account).ok_or(ToolboxRefusal::NoDetails)?;
    let pages = cx.world().store.pages(&[&account, "GetRequestAuthorizationDetails", &id]);
    let numbered = seen.evaluations().enumerate();
    let key = |(number, _): &(usize, &Evaluation)| format!("{number:08}");
    let (page, next_token) = pages
        .cut(numbered, key, input.next_token.as_deref(), PAGE)
        .map_err(|_| Error::from(ToolboxRefusal::Malformed))?;
    Ok(api::GetRequestAuthorizationDetailsOutput {
        request_context: Some(seen.context()),
        evaluations: Some(page.into_iter().map(|(_, evaluation)| seen.evaluation(evaluation)).collect()),
        policies: Some(seen.policies()),
        next_token,
    })
}

/// `GetRequestAuthorizationPolicy`: one of those policies, as it was when the call was denied.
fn policy(
    cx: &Cx,
    svc: &Iam,
    input: api::GetRequestAuthorizationPolicyInput,
) -> Result<api::GetRequestAuthorizationPolicyOutput, Error> {
    let (id, uri) = (input.authorization_id.unwrap_or_default(), input.policy_uri.unwrap_or_default());
    let denial = denied(cx, svc, &id).ok_or(ToolboxRefusal::NoPolicy)?;
    let account = cx.account().to_string();
    // Documents are for the account of whoever called, which alone was recorded for them.
    let seen = Seen::of(&denial, &account).filter(|seen| seen.side == Side::Caller);
    let seen = seen.ok_or(ToolboxRefusal::NoPolicy)?;
    let policy_document = seen.document(&uri).ok_or(ToolboxRefusal::NoPolicy)?;
    Ok(api::GetRequestAuthorizationPolicyOutput { policy_document: Some(policy_document) })
}

/// A denial, in the Region where it happened.
fn denied(cx: &Cx, svc: &Iam, id: &str) -> Option<Arc<Denial>> {
    svc.denials.denial(cx, id).filter(|denial| denial.region == *cx.region())
}

/// A policy's document. A policy that was compiled is one that can be read.
fn read(text: &str) -> Option<Document> {
    document::parse(text)
}
