//! Who may assume what: the one place of STS that asks the policy engine.
//!
//! Trust decides where policies are enforced. With `--iam off` nothing is evaluated, with `audit` nothing is refused.

use super::principal;
use super::target::Target;
use crate::Iam;
use crate::entity::Home;
use crate::error::{Error, Refusal};
use crate::organization;
use crate::role::Role;
use policy::compile::{Action, PolicySet};
use policy::decide::{Caller, CallerKind, Decision, Denial, Gate, PolicyRule, Request, Resource, decide};
use ports::{
    CallContext, Cx, IamMode, Judged, Placement, Places, Principal, Principals, RequestTags, ResourceFacts,
    SessionTag,
};
use std::borrow::Cow;

/// The session that somebody asks for.
pub(super) struct Asked<'a> {
    pub(super) target: &'a Target,
    /// `sts:AssumeRole…`.
    pub(super) action: &'static str,
    pub(super) name: &'a str,
    pub(super) duration_seconds: Option<i32>,
    /// The tags of the call, without those that a chain hands on.
    pub(super) tags: &'a [SessionTag],
    /// That of the call.
    pub(super) source_identity: Option<&'a str>,
    /// Condition keys beside these.
    pub(super) keys: Vec<(&'a str, Vec<String>)>,
}

/// Whether the caller may assume a role: by the role's trust policy, and by the caller's own policies unless that
/// names the caller itself.
pub(super) fn assume_role(cx: &Cx, svc: &Iam, asked: Asked<'_>) -> Result<(), Error> {
    use ports::CallerKind as Kind;
    let mode = cx.world().iam.of("sts");
    if mode == IamMode::Off {
        return Ok(());
    }
    let principal = svc.of(cx.world(), cx.caller());
    let own = cx.caller().arn(cx.partition()).unwrap_or_default();
    let kind = match &cx.caller().kind {
        Kind::Root if mode == IamMode::Enforce => return Err(Refusal::Root.into()),
        Kind::Root => return Ok(()),
        Kind::User { unique_id, .. } => CallerKind::User { arn: &own, unique_id },
        Kind::RoleSession { role_id, .. } => {
            CallerKind::RoleSession { role_arn: &principal.arn, role_id, session_arn: &own }
        }
        Kind::FederatedUser { .. } | Kind::Service(_) | Kind::Anonymous => {
            return Err(denied(cx, asked.action, &asked.target.arn));
        }
    };
    let role = asked.target.arn.clone();
    judge(cx, svc, &principal, (kind, mode), asked).map_err(|refused| {
        let Refused { action, why, id } = refused;
        explained(Refusal::Denied { caller: own.clone(), action, resource: role, why }, id)
    })
}

/// Whether a role trusts whom a provider vouches for.
pub(super) fn vouched(cx: &Cx, svc: &Iam, provider: &str, mut asked: Asked<'_>) -> Result<(), Error> {
    let mode = cx.world().iam.of("sts");
    if mode == IamMode::Off {
        return Ok(());
    }
    let kind = match asked.action {
        "sts:AssumeRoleWithSAML" => CallerKind::Saml { provider },
        _ => CallerKind::WebIdentity { provider },
    };
    asked.keys.push(("aws:FederatedProvider", vec![provider.to_owned()]));
    let action = asked.action;
    judge(cx, svc, &Principal::default(), (kind, mode), asked)
        .map_err(|refused| explained(Refusal::NotAuthorized(action), refused.id))
}

/// Whether a role trusts an AWS service.
pub(super) fn service(cx: &Cx, svc: &Iam, names: &[&str], asked: Asked<'_>) -> Result<(), Error> {
    let mode = cx.world().iam.of("sts");
    if mode == IamMode::Off {
        return Ok(());
    }
    let kind = CallerKind::Service { names };
    let action = asked.action;
    judge(cx, svc, &Principal::default(), (kind, mode), asked)
        .map_err(|refused| explained(Refusal::NotAuthorized(action), refused.id))
}

/// Whether a role lets an AWS service do something, whatever is enforced: for services that look at trust policies
/// themselves. Nothing is written down of it.
pub(super) fn lets(cx: &Cx, svc: &Iam, names: &[&str], asked: Asked<'_>) -> bool {
    let kind = CallerKind::Service { names };
    judge(cx, svc, &Principal::default(), (kind, IamMode::Off), asked).is_ok()
}

/// The same refusal, with where it is explained.
fn explained(refusal: Refusal, id: Option<String>) -> Error {
    match id {
        Some(id) => Refusal::Explained(Box::new(refusal), id).into(),
        None => refusal.into(),
    }
}

/// Somebody may not.
struct Refused {
    action: &'static str,
    /// The end of the sentence that says so.
    why: String,
    /// What it is kept under.
    id: Option<String>,
}

/// Asks the engine for everything the session needs. A role that is not there trusts nobody. Decisions in a world that
/// does not decide are nobody's business.
fn judge(
    cx: &Cx,
    svc: &Iam,
    principal: &Principal,
    (kind, mode): (CallerKind<'_>, IamMode),
    asked: Asked<'_>,
) -> Result<(), Refused> {
    let account = asked.target.home.account;
    let has_account = !matches!(
        kind,
        CallerKind::Saml { .. } | CallerKind::WebIdentity { .. } | CallerKind::Service { .. }
    );
    let place = |account| svc.organizations.of(cx.world(), account);
    let own_place = if has_account { place(cx.account()) } else { None };
    let its_place = place(account);
    let endpoint_place = cx.endpoint().and_then(|passed| place(passed.account));
    let places = Places {
        caller: own_place.as_deref(),
        resource: its_place.as_deref(),
        endpoint: endpoint_place.as_deref(),
        ..Places::default()
    };
    let role = cx.read(|view| asked.target.find(view));
    let trust = role.as_deref().map(principal::trust).unwrap_or_default();
    let facts =
        ResourceFacts { tags: role.as_deref().map(tags).unwrap_or_default(), ..ResourceFacts::of(account) };
    let (actions, tags, keys) = (asked.actions(), asked.request_tags(), asked.all_keys());
    let (request_tags, resource_facts) = (|| tags.clone(), || Some(facts.clone()));
    let context = CallContext::new(cx, principal, &keys, &request_tags, &resource_facts).placed(places);
    let (own_account, its_account) = (cx.account().to_string(), account.to_string());
    let resource = Resource {
        arn: &asked.target.arn,
        account: &its_account,
        policy: Some(&trust),
        rule: PolicyRule::Required,
        granted: None,
        organization: places.resource.map(Placement::of_resource),
    };
    // Each set of session policies limits what the others leave.
    let sessions = principal.sessions.iter().map(Some);
    let none = principal.sessions.is_empty().then_some(None);
    let sessions: Vec<Option<&PolicySet>> = sessions.chain(none).collect();
    for action in actions {
        let ready = Action::new(action);
        for &session in &sessions {
            let caller = Caller {
                kind,
                account: if has_account { &own_account } else { "" },
                canonical_id: None,
                identity: &principal.identity,
                boundary: principal.boundary.as_ref(),
                session,
                organization: places.caller.map(Placement::of_caller),
            };
            let request = Request {
                caller: &caller,
                action: &ready,
                resource: &resource,
                endpoint: cx.endpoint().and_then(|passed| passed.policy.as_ref()),
                context: &context,
            };
            let decision = decide(&request);
            let why = match &decision {
                Decision::Allow => None,
                Decision::Deny(denial) => Some(why(denial, action)),
            };
            let judged = Judged { principal, request: &request, decision, places };
            let id = if mode == IamMode::Off { None } else { svc.denials.judged(cx, &judged) };
            if let (Some(why), IamMode::Enforce | IamMode::Off) = (why, mode) {
                return Err(Refused { action, why, id });
            }
        }
    }
    Ok(())
}

impl<'a> Asked<'a> {
    /// What the session needs: tags and a source identity need permissions of their own.
    fn actions(&self) -> impl Iterator<Item = &'static str> + use<> {
        let tags = (!self.tags.is_empty()).then_some("sts:TagSession");
        let identity = self.source_identity.map(|_| "sts:SetSourceIdentity");
        std::iter::once(self.action).chain(tags).chain(identity)
    }

    fn request_tags(&self) -> RequestTags {
        RequestTags {
            tags: self.tags.iter().map(|tag| (tag.key.clone(), tag.value.clone())).collect(),
            keys: self.tags.iter().map(|tag| tag.key.clone()).collect(),
        }
    }

    /// All condition keys that the call itself does not tell.
    fn all_keys(&self) -> Vec<(&'a str, Vec<String>)> {
        let mut keys = self.keys.clone();
        let mut one = |key, value: Option<Cow<'_, str>>| {
            keys.extend(value.map(|value| (key, vec![value.into_owned()])));
        };
        one("sts:RoleSessionName", Some(self.name.into()));
        one("sts:DurationSeconds", self.duration_seconds.map(|seconds| seconds.to_string().into()));
        one("sts:SourceIdentity", self.source_identity.map(Cow::from));
        keys
    }
}

fn tags(role: &Role) -> Vec<(String, String)> {
    role.tags.iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}

/// The end of a denial's sentence. That a role does not trust somebody is not said.
fn why(denial: &Denial<'_>, action: &str) -> String {
    let noun = denial.gate.noun();
    let article = if noun.starts_with('i') { "an" } else { "a" };
    match (denial.gate, &denial.by) {
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
    let caller = cx.caller().arn(cx.partition()).unwrap_or_default();
    Error::Denied(caller, action, resource.to_owned())
}
