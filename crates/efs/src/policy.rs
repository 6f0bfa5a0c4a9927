//! A file system's policy: who may do what with it, as a document. It is kept to the byte; what is decided by it is the
//! policy engine's.

use crate::Efs;
use crate::authority::compiled;
use crate::error::{Error, Missing};
use crate::file_system::{FileSystem, StoredPolicy, changed};
use crate::name::SERVICE;
use policy::compile::{Action, Attached, Kind, PolicySet, Source, shared};
use policy::context::NoContext;
use policy::decide::{self, PolicyRule, Request, Resource};
use policy::grammar::{self, Grammar, Refusal};
use ports::{Caller, CallerKind, Cx, Nobody};
use serde_json::Value;
use shape::Empty;
use shapes_efs as api;

/// What the caller has to be able to do under the policy that is put.
const AGAIN: &str = "elasticfilesystem:PutFileSystemPolicy";
/// Everything: what is asked is whether the resource's policy denies.
const EVERYTHING: &str =
    r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;

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
    if !bypasses && locks_out(cx, &text, &found) {
        return Err(Error::Lockout);
    }
    cx.write(|tx| {
        let mut own = FileSystem::available(tx, cx.scope(), &named)?;
        own.policy = Some(StoredPolicy { text: text.clone(), principals: principals.clone() });
        changed(tx, &own);
        Ok(api::FileSystemPolicyDescription {
            file_system_id: Some(own.id.clone()),
            policy: Some(text.clone()),
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

/// Whether a policy keeps its writer, who may write it now, from writing another one.
fn locks_out(cx: &Cx, text: &str, own: &FileSystem) -> bool {
    let policy = set(text, Kind::Resource, "file-system");
    !allows(cx, Names::of(cx, None), &policy, own, AGAIN)
}

/// Whether a file system's policy lets the caller of `cx` do something who may everything by its own policies. `role` is
/// the ARN of the role that it is a session of, where that is known. A caller of another account needs the policy.
pub(crate) fn lets(cx: &Cx, role: Option<&str>, own: &FileSystem, action: &str) -> bool {
    let policy = own.policy.as_ref().and_then(compiled).unwrap_or_default();
    allows(cx, Names::of(cx, role), &policy, own, action)
}

fn set(text: &str, kind: Kind, name: &str) -> PolicySet {
    let attached = shared(text, kind).map(|policy| Attached { policy, source: Source::inline(name) });
    PolicySet::new(attached.into_iter().collect())
}

fn allows(cx: &Cx, names: Names, policy: &PolicySet, own: &FileSystem, action: &str) -> bool {
    let everything = set(EVERYTHING, Kind::Identity, "everything");
    let caller = cx.caller();
    let (account, owner) = (caller.account.to_string(), own.scope.account.to_string());
    let asking = decide::Caller {
        kind: names.kind(caller),
        account: &account,
        canonical_id: None,
        identity: &everything,
        boundary: None,
        session: None,
        organization: None,
    };
    let arn = own.arn();
    let resource = Resource {
        arn: &arn,
        account: &owner,
        policy: Some(policy),
        rule: PolicyRule::Additive,
        granted: None,
        organization: None,
    };
    let request = Request {
        caller: &asking,
        action: &Action::new(action),
        resource: &resource,
        endpoint: None,
        context: &NoContext,
    };
    decide::decide(&request).is_allowed()
}

/// What policies call the caller.
struct Names {
    arn: String,
    role: String,
}

impl Names {
    fn of(cx: &Cx, role: Option<&str>) -> Self {
        let caller = cx.caller();
        let arn = caller.arn(cx.partition()).map(|arn| arn.to_string()).unwrap_or_default();
        let role = match (role, &caller.kind) {
            (Some(role), _) => role.to_owned(),
            (None, CallerKind::RoleSession { role, .. }) => {
                format!("arn:{}:iam::{}:role/{role}", cx.partition().as_str(), caller.account)
            }
            (None, _) => String::new(),
        };
        Self { arn, role }
    }

    fn kind<'a>(&'a self, caller: &'a Caller) -> decide::CallerKind<'a> {
        match &caller.kind {
            CallerKind::Root | CallerKind::Service(_) => decide::CallerKind::Root,
            CallerKind::User { unique_id, .. } => decide::CallerKind::User { arn: &self.arn, unique_id },
            CallerKind::RoleSession { role_id, .. } => {
                decide::CallerKind::RoleSession { role_arn: &self.role, role_id, session_arn: &self.arn }
            }
            CallerKind::FederatedUser { .. } => {
                decide::CallerKind::FederatedUser { arn: &self.arn, user_arn: "", user_id: "" }
            }
            CallerKind::Anonymous => decide::CallerKind::Anonymous,
        }
    }
}
