//! The policies of access points: stored and repeated as they were sent.

use super::record::AccessPointRow;
use super::{check_account, find, missing, text};
use crate::S3;
use crate::configuration::{policy, public_access_block};
use crate::error::{AccessPointFault, Error};
use ::policy::grammar::Refusal;
use ports::Cx;
use serde_json::Value;
use shape::Empty;
use shapes_s3control as api;
use std::collections::BTreeMap;

/// `GetAccessPointPolicy`.
pub(crate) fn get(
    cx: &Cx,
    svc: &S3,
    input: api::GetAccessPointPolicyRequest,
) -> Result<api::GetAccessPointPolicyResult, Error> {
    check_account(cx, input.account_id.as_deref())?;
    let point = find(cx, input.name.as_deref())?;
    let none = || Error::AccessPoint(AccessPointFault::NoPolicy(point.name.clone()));
    let text = point.policy.as_deref().ok_or_else(none)?;
    let now = svc.principals.current(cx.world(), text, &point.principals);
    Ok(api::GetAccessPointPolicyResult { policy: Some(now) })
}

/// `PutAccessPointPolicy`. A public policy is refused where the public access block of the access point or of its
/// account says so.
pub(crate) fn put(cx: &Cx, svc: &S3, input: api::PutAccessPointPolicyRequest) -> Result<Empty, Error> {
    check_account(cx, input.account_id.as_deref())?;
    let text = input.policy.unwrap_or_default();
    let opens = policy::is_public(&check(&text)?);
    let principals = policy::resolve(cx, svc, &text)?;
    change(cx, input.name.as_deref(), opens, |point| AccessPointRow {
        policy: Some(text.clone()),
        principals: principals.clone(),
        ..point
    })
}

/// `DeleteAccessPointPolicy`: also where there is none.
pub(crate) fn delete(cx: &Cx, _svc: &S3, input: api::DeleteAccessPointPolicyRequest) -> Result<Empty, Error> {
    check_account(cx, input.account_id.as_deref())?;
    change(cx, input.name.as_deref(), false, |point| AccessPointRow {
        policy: None,
        principals: BTreeMap::new(),
        ..point
    })
}

fn change(
    cx: &Cx,
    name: Option<&str>,
    opens: bool,
    changed: impl Fn(AccessPointRow) -> AccessPointRow,
) -> Result<Empty, Error> {
    let name = name.unwrap_or_default();
    cx.write(|tx| {
        let point = tx.get::<AccessPointRow>(&text(cx, name)).ok_or_else(|| missing(name))?;
        if opens && (point.block.public_policy || public_access_block::refuses_policies(tx, &point)?) {
            return Err(Error::AccessDenied);
        }
        tx.put(changed(AccessPointRow::clone(&point)));
        Ok(Empty {})
    })
}

/// `GetAccessPointPolicyStatus`: whether its policy is public.
pub(crate) fn status(
    cx: &Cx,
    _svc: &S3,
    input: api::GetAccessPointPolicyStatusRequest,
) -> Result<api::GetAccessPointPolicyStatusResult, Error> {
    check_account(cx, input.account_id.as_deref())?;
    let point = find(cx, input.name.as_deref())?;
    let none = || Error::AccessPoint(AccessPointFault::NoPolicy(point.name.clone()));
    let document = policy::parse(point.policy.as_deref().ok_or_else(none)?)?;
    let status = api::PolicyStatus { is_public: Some(policy::is_public(&document)) };
    Ok(api::GetAccessPointPolicyStatusResult { policy_status: Some(status) })
}

/// A policy is a JSON object with statements.
fn check(text: &str) -> Result<Value, Error> {
    let document = policy::parse(text)?;
    if document.get("Statement").is_none() {
        return Err(Refusal::Missing("Statement").into());
    }
    Ok(document)
}
