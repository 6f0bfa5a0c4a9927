//! A file system's policy: who may do what with it, as a document. It is kept to the byte; what is decided by it is the
//! policy engine's.

use crate::Efs;
use crate::error::{Error, Missing};
use crate::file_system::{FileSystem, StoredPolicy, changed};
use crate::judgement;
use crate::name::SERVICE;
use policy::grammar::{self, Grammar, Refusal};
use ports::{Cx, Nobody};
use serde_json::Value;
use shape::Empty;
use shapes_efs as api;

/// `PutFileSystemPolicy`.
pub(crate) fn put(
    cx: &Cx,
    svc: &Efs,
    input: api::PutFileSystemPolicyRequest,
) -> Result<api::FileSystemPolicyDescription, Error> {
    let named = input.file_system_id.unwrap_or_default();
    let text = input.policy.unwrap_or_default();
    let bypasses = input.bypass_policy_lockout_safety_check == Some(true);
    let found = cx.read(|view| FileSystem::find(view, cx.scope(), &named))?;
    grammar::check(&Grammar::Resource, &text)?;
    require_own(&text, &found.arn())?;
    let principals = svc.principals.resolve(cx.world(), &text).map_err(|Nobody(_)| Refusal::Principal)?;
    let stored = StoredPolicy { text, principals };
    if !bypasses && judgement::locks_out(cx, svc, &stored, &found) {
        return Err(Error::Lockout);
    }
    cx.write(|tx| {
        let mut own = FileSystem::available(tx, cx.scope(), &named)?;
        own.policy = Some(stored.clone());
        changed(tx, &own);
        Ok(api::FileSystemPolicyDescription {
            file_system_id: Some(own.id.clone()),
            policy: Some(stored.text.clone()),
        })
    })
}

/// `DescribeFileSystemPolicy`: the document as it was put, but for principals that are gone.
pub(crate) fn describe(
    cx: &Cx,
    svc: &Efs,
    input: api::DescribeFileSystemPolicyRequest,
) -> Result<api::FileSystemPolicyDescription, Error> {
    let named = input.file_system_id.unwrap_or_default();
    let own = cx.read(|view| FileSystem::find(view, cx.scope(), &named))?;
    let stored = own.policy.as_ref().ok_or(Missing::Policy)?;
    let policy = svc.principals.current(cx.world(), &stored.text, &stored.principals);
    Ok(api::FileSystemPolicyDescription { file_system_id: Some(own.id.clone()), policy: Some(policy) })
}

/// `DeleteFileSystemPolicy`: one that is not there is no fault.
pub(crate) fn delete(cx: &Cx, _svc: &Efs, input: api::DeleteFileSystemPolicyRequest) -> Result<Empty, Error> {
    let named = input.file_system_id.unwrap_or_default();
    cx.write(|tx| {
        let mut own = FileSystem::available(tx, cx.scope(), &named)?;
        own.policy = None;
        changed(tx, &own);
        Ok(Empty {})
    })
}

/// The policy speaks of EFS's actions, and of this file system.
fn require_own(text: &str, arn: &str) -> Result<(), Refusal> {
    let document: Value = serde_json::from_str(text).map_err(|_| Refusal::InvalidJson)?;
    for statement in each(&document["Statement"]) {
        let texts = |name: &str| -> Vec<&str> {
            statement.get(name).map_or(&[][..], each).iter().filter_map(Value::as_str).collect()
        };
        let is_own = |action: &&str| {
            let service = action.split(':').next().unwrap_or_default();
            *action == "*" || service.eq_ignore_ascii_case(SERVICE)
        };
        if ![texts("Action"), texts("NotAction")].concat().iter().all(is_own) {
            return Err(Refusal::Action);
        }
        let is_this = |resource: &&str| *resource == "*" || *resource == arn;
        if ![texts("Resource"), texts("NotResource")].concat().iter().all(is_this) {
            return Err(Refusal::Resource);
        }
    }
    Ok(())
}

/// One value, or a list of them: policies may leave the brackets out.
fn each(value: &Value) -> &[Value] {
    match value {
        Value::Array(values) => values,
        one => std::slice::from_ref(one),
    }
}
