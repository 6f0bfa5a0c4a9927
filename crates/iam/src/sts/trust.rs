//! Who may assume what: the one place of STS that asks the policy engine.
//!
//! Trust decides where policies are enforced. With `--iam off` nothing is evaluated, with `audit` nothing is refused.

use super::principal::{self, Principal};
use crate::Iam;
use crate::entity::Home;
use crate::error::{Error, Refusal};
use crate::organization;
use crate::role::Role;
use base::AccountId;
use base::Timestamp;
use policy::compile::{Action, PolicySet};
use policy::context::fixed::Fixed;
use policy::decide::{Caller, Decision, Denial, Gate, PolicyRule, Request, Resource};
use ports::{CallerKind, Cx, IamMode, Placement, SessionTag};
use std::sync::Arc;
use store::Tx;

/// Where two accounts stand in organizations: that of whoever calls, and that of the role.
#[derive(Default)]
pub(super) struct Places {
    caller: Option<Arc<Placement>>,
    role: Option<Arc<Placement>>,
}

impl Places {
    /// Those of a call for a role of `account`. Whom a provider vouches for has no account.
    pub(super) fn of(svc: &Iam, cx: &Cx, account: AccountId, has_caller: bool) -> Self {
        if cx.world().iam.of("sts") != IamMode::Enforce {
            return Self::default();
        }
        let place = |account| svc.organizations.of(cx.world(), account);
        Self { caller: if has_caller { place(cx.account()) } else { None }, role: place(account) }
    }

    /// Their condition keys.
    fn describe(&self, context: &mut Fixed) {
        for (whose, place) in [("Principal", &self.caller), ("Resource", &self.role)] {
            let Some(place) = place else { continue };
            context.set(&format!("aws:{whose}OrgID"), vec![place.organization.clone()], false);
            context.set(&format!("aws:{whose}OrgPaths"), vec![place.path.clone()], true);
        }
    }
}

/// What is asked of a role's trust policy by somebody who signed.
pub(super) struct Asked<'a> {
    pub(super) places: &'a Places,
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
    pub(super) places: &'a Places,
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

/// Whether the caller may assume a role: by the role's trust policy, and by the caller's own policies unless that
/// names the caller itself.
pub(super) fn assume_role(tx: &Tx, cx: &Cx, asked: &Asked<'_>) -> Result<(), Error> {
    if cx.world().iam.of("sts") != IamMode::Enforce {
        return Ok(());
    }
    if cx.caller().kind == CallerKind::Root {
        return Err(Refusal::Root.into());
    }
    let principal = Principal::of(tx, cx);
    let mut context = principal.context(cx);
    if let Some(at) = asked.mfa_at {
        context.set("aws:MultiFactorAuthPresent", vec!["true".to_owned()], false);
        let age = cx.now().millis_since(at) / 1000;
        context.set("aws:MultiFactorAuthAge", vec![age.to_string()], false);
    }
    if let Some(id) = asked.external_id {
        context.set("sts:ExternalId", vec![id.to_owned()], false);
    }
    if !asked.transitive.is_empty() {
        context.set("sts:TransitiveTagKeys", asked.transitive.to_vec(), true);
    }
    let session = Opening {
        role: asked.role,
        name: asked.session_name,
        duration_seconds: asked.duration_seconds,
        tags: asked.own_tags,
        source_identity: asked.source_identity,
    };
    session.describe(&mut context);
    asked.places.describe(&mut context);
    for action in session.actions("sts:AssumeRole") {
        decide(cx, &principal, &context, (asked.role, asked.places), action)?;
    }
    Ok(())
}

/// Whether a role trusts whom a provider vouches for.
pub(super) fn vouched(cx: &Cx, asked: &Vouched<'_>) -> Result<(), Error> {
    if cx.world().iam.of("sts") != IamMode::Enforce {
        return Ok(());
    }
    let mut context = Fixed::default();
    principal::connection(cx, &mut context);
    for (key, values) in asked.context {
        // What a token may list is a list, whatever it holds.
        context.set(key, values.clone(), values.len() != 1 || key.ends_with(":amr"));
    }
    context.set("aws:FederatedProvider", vec![asked.provider.to_owned()], false);
    let session = Opening {
        role: asked.role,
        name: asked.session_name,
        duration_seconds: asked.duration_seconds,
        tags: asked.tags,
        source_identity: asked.source_identity,
    };
    session.describe(&mut context);
    asked.places.describe(&mut context);
    let kind = match asked.action {
        "sts:AssumeRoleWithSAML" => policy::decide::CallerKind::Saml { provider: asked.provider },
        _ => policy::decide::CallerKind::WebIdentity { provider: asked.provider },
    };
    let none = PolicySet::default();
    let caller = caller(kind, "", &none);
    let trust = principal::trust(asked.role);
    for action in session.actions(asked.action) {
        if refusal(&caller, &context, (asked.role, asked.places), &trust, action).is_some() {
            return Err(Refusal::NotAuthorized(asked.action).into());
        }
    }
    Ok(())
}

/// The session that is to be opened.
struct Opening<'a> {
    role: &'a Role,
    name: &'a str,
    duration_seconds: Option<i32>,
    tags: &'a [SessionTag],
    source_identity: Option<&'a str>,
}

impl Opening<'_> {
    /// What it asks for: tags and a source identity need permissions of their own.
    fn actions(&self, first: &'static str) -> impl Iterator<Item = &'static str> {
        let tags = (!self.tags.is_empty()).then_some("sts:TagSession");
        let identity = self.source_identity.map(|_| "sts:SetSourceIdentity");
        std::iter::once(first).chain(tags).chain(identity)
    }

    /// Its condition keys.
    fn describe(&self, context: &mut Fixed) {
        let role = self.role;
        context.set("sts:RoleSessionName", vec![self.name.to_owned()], false);
        if let Some(seconds) = self.duration_seconds {
            context.set("sts:DurationSeconds", vec![seconds.to_string()], false);
        }
        if let Some(identity) = self.source_identity {
            context.set("sts:SourceIdentity", vec![identity.to_owned()], false);
        }
        context.set("aws:ResourceAccount", vec![role.home.account.to_string()], false);
        for (key, value) in role.tags.iter() {
            for prefix in ["aws", "iam"] {
                context.set(&format!("{prefix}:ResourceTag/{key}"), vec![value.to_owned()], false);
            }
        }
        principal::request_tags(self.tags, context);
    }
}

/// Asks the engine for one action of the caller on a role.
fn decide(
    cx: &Cx,
    principal: &Principal,
    context: &Fixed,
    (role, places): (&Role, &Places),
    action: &'static str,
) -> Result<(), Error> {
    let account = cx.account().to_string();
    let own = cx.caller().arn(cx.partition()).map(|arn| arn.to_string()).unwrap_or_default();
    let kind = match &cx.caller().kind {
        CallerKind::Root => policy::decide::CallerKind::Root,
        CallerKind::User { unique_id, .. } => policy::decide::CallerKind::User { arn: &own, unique_id },
        CallerKind::RoleSession { role_id, .. } => {
            policy::decide::CallerKind::RoleSession { role_arn: &principal.arn, role_id, session_arn: &own }
        }
        CallerKind::FederatedUser { .. } | CallerKind::Service(_) | CallerKind::Anonymous => {
            return Err(denied(cx, action, &role.arn()));
        }
    };
    let trust = principal::trust(role);
    // Each set of session policies limits what the others leave.
    let sessions = principal.sessions.iter().map(Some);
    let none = principal.sessions.is_empty().then_some(None);
    for session in sessions.chain(none) {
        let caller = Caller {
            boundary: principal.boundary.as_ref(),
            session,
            organization: places.caller.as_deref().map(Placement::of_caller),
            ..caller(kind, &account, &principal.identity)
        };
        if let Some(why) = refusal(&caller, context, (role, places), &trust, action) {
            return Err(Refusal::Denied { caller: own, action, resource: role.arn(), why }.into());
        }
    }
    Ok(())
}

fn caller<'a>(kind: policy::decide::CallerKind<'a>, account: &'a str, identity: &'a PolicySet) -> Caller<'a> {
    Caller { kind, account, canonical_id: None, identity, boundary: None, session: None, organization: None }
}

/// Why a caller may not do something to a role: the end of the sentence that says so. `None` if it may.
fn refusal(
    caller: &Caller<'_>,
    context: &Fixed,
    (role, places): (&Role, &Places),
    trust: &PolicySet,
    action: &'static str,
) -> Option<String> {
    let (arn, account) = (role.arn(), role.home.account.to_string());
    let resource = Resource {
        arn: &arn,
        account: &account,
        policy: Some(trust),
        rule: PolicyRule::Required,
        granted: None,
        organization: places.role.as_deref().map(Placement::of_resource),
    };
    let ready = Action::new(action);
    let request = Request { caller, action: &ready, resource: &resource, endpoint: None, context };
    match policy::decide::decide(&request) {
        Decision::Allow => None,
        Decision::Deny(denial) => Some(why(&denial, action)),
    }
}

/// The end of a denial's sentence. That a role does not trust somebody is not said.
fn why(denial: &Denial<'_>, action: &str) -> String {
    let noun = denial.gate.noun();
    let article = if noun.starts_with('i') { "an" } else { "a" };
    match (denial.gate, denial.by) {
        (_, Some(_)) => format!(" with an explicit deny in {article} {noun}"),
        (Gate::Resource, None) => String::new(),
        (_, None) => format!(" because no {noun} allows the {action} action"),
    }
}

/// Whether the caller may act as root of another account: that is for the management account of an organization that
/// has switched it on, over its own members. Whether the caller's policies allow it was decided before.
pub(super) fn root(cx: &Cx, svc: &Iam, root: &Home) -> Result<(), Error> {
    let is_managed = match cx.world().iam.of("sts") {
        IamMode::Off | IamMode::Audit => true,
        IamMode::Enforce => organization::may_be_root(cx, svc, root.account),
    };
    if is_managed { Ok(()) } else { Err(denied(cx, "sts:AssumeRoot", &root.arn("root"))) }
}

/// The caller may not.
pub(super) fn denied(cx: &Cx, action: &'static str, resource: &str) -> Error {
    let caller = cx.caller().arn(cx.partition()).map(|arn| arn.to_string()).unwrap_or_default();
    Error::Denied(caller, action, resource.to_owned())
}
