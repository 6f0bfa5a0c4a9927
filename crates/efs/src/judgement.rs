//! What a file system's policy lets a caller do, where EFS looks at it by itself: when a policy is put, whether its writer
//! could put another one, and whether another account lets a replication in.

use crate::Efs;
use crate::authority::compiled;
use crate::file_system::{FileSystem, StoredPolicy};
use crate::name::SERVICE;
use policy::compile::{Action, Attached, Kind, PolicySet, Source, shared};
use policy::context::{Context, Key, NoContext, Origin, Value, Values};
use policy::decide::{self, PolicyRule, Request, Resource};
use ports::{CallContext, Caller, CallerKind, Cx, IamMode, Principal, RequestTags, Resources};

/// What the caller has to be able to do under the policy that is put.
const AGAIN: &str = "elasticfilesystem:PutFileSystemPolicy";
/// Everything: what is asked is whether the resource's policy denies.
const EVERYTHING: &str =
    r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;

/// Whether a policy keeps its writer, who may write it now, from writing another one. Where policies are enforced he needs
/// somebody to allow it: this policy or his own; elsewhere it is enough that this one does not deny it.
pub(crate) fn locks_out(cx: &Cx, svc: &Efs, stored: &StoredPolicy, own: &FileSystem) -> bool {
    let policy = compiled(stored).unwrap_or_default();
    if cx.world().iam.of(SERVICE) == IamMode::Enforce {
        return !may(cx, svc, &policy, own);
    }
    let everything = everything();
    let brought = Brought { identity: &everything, boundary: None, session: None, context: &NoContext };
    !allows((cx, &Names::of(cx, None)), &brought, &policy, own, AGAIN)
}

/// Whether a file system's policy lets the caller of `cx` do something who may everything by its own policies. `role` is
/// the ARN of the role that it is a session of, where that is known. A caller of another account needs the policy.
pub(crate) fn lets(cx: &Cx, role: Option<&str>, own: &FileSystem, action: &str) -> bool {
    let policy = own.policy.as_ref().and_then(compiled).unwrap_or_default();
    let everything = everything();
    let brought = Brought { identity: &everything, boundary: None, session: None, context: &NoContext };
    allows((cx, &Names::of(cx, role)), &brought, &policy, own, action)
}

fn everything() -> PolicySet {
    let policy = shared(EVERYTHING, Kind::Identity);
    let attached = policy.map(|policy| Attached { policy, source: Source::inline("everything") });
    PolicySet::new(attached.into_iter().collect())
}

/// Whether the caller could make this very call under a policy. What organizations say of it does not change with it: they
/// have let the call pass.
fn may(cx: &Cx, svc: &Efs, policy: &PolicySet, own: &FileSystem) -> bool {
    let principal: &Principal = &svc.callers.of(cx.world(), cx.caller());
    let facts = || svc.look_up(cx, AGAIN, &own.arn());
    let context = OverTls(CallContext::new(cx, principal, &[], &RequestTags::default, &facts));
    let names = Names::of(cx, Some(&principal.arn));
    let under = |session| {
        let boundary = principal.boundary.as_ref();
        let brought = Brought { identity: &principal.identity, boundary, session, context: &context };
        allows((cx, &names), &brought, policy, own, AGAIN)
    };
    // Each set of session policies limits what the others leave.
    if principal.sessions.is_empty() {
        under(None)
    } else {
        principal.sessions.iter().all(|session| under(Some(session)))
    }
}

/// A call as it would come to AWS: over TLS, however it came here. Policies that deny all others are AWS's own example.
struct OverTls<C>(C);

impl<C: Context> Context for OverTls<C> {
    fn values(&self, key: &Key) -> Option<Values<'_>> {
        match key.name() {
            "aws:securetransport" => Some(Values::value(Value::Bool(true), Origin::Connection)),
            _ => self.0.values(key),
        }
    }
}

/// What a caller brings to a decision.
struct Brought<'a, C> {
    identity: &'a PolicySet,
    boundary: Option<&'a PolicySet>,
    session: Option<&'a PolicySet>,
    context: &'a C,
}

fn allows<C: Context>(
    (cx, names): (&Cx, &Names),
    brought: &Brought<'_, C>,
    policy: &PolicySet,
    own: &FileSystem,
    action: &str,
) -> bool {
    let caller = cx.caller();
    let (account, owner) = (caller.account.to_string(), own.scope.account.to_string());
    let asking = decide::Caller {
        kind: names.kind(caller),
        account: &account,
        canonical_id: None,
        identity: brought.identity,
        boundary: brought.boundary,
        session: brought.session,
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
        context: brought.context,
    };
    decide::decide(&request).is_allowed()
}

/// What policies call the caller.
struct Names {
    arn: String,
    /// The role or user behind a session, where that is known.
    behind: String,
}

impl Names {
    fn of(cx: &Cx, behind: Option<&str>) -> Self {
        let caller = cx.caller();
        let arn = caller.arn(cx.partition()).unwrap_or_default();
        let behind = match (behind, &caller.kind) {
            (Some(behind), _) => behind.to_owned(),
            (None, CallerKind::RoleSession { role, .. }) => {
                format!("arn:{}:iam::{}:role/{role}", cx.partition().as_str(), caller.account)
            }
            (None, _) => String::new(),
        };
        Self { arn, behind }
    }

    fn kind<'a>(&'a self, caller: &'a Caller) -> decide::CallerKind<'a> {
        match &caller.kind {
            CallerKind::Root | CallerKind::Service(_) => decide::CallerKind::Root,
            CallerKind::User { unique_id, .. } => decide::CallerKind::User { arn: &self.arn, unique_id },
            CallerKind::RoleSession { role_id, .. } => {
                decide::CallerKind::RoleSession { role_arn: &self.behind, role_id, session_arn: &self.arn }
            }
            CallerKind::FederatedUser { .. } => {
                let by = caller.session.as_ref().and_then(|session| session.federated_by.as_ref());
                let user_id = by.map_or("", |by| by.unique_id.as_str());
                decide::CallerKind::FederatedUser { arn: &self.arn, user_arn: &self.behind, user_id }
            }
            CallerKind::Anonymous => decide::CallerKind::Anonymous,
        }
    }
}
