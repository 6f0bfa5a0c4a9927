//! What a caller brings to a decision: its policies, and what the request says of it.

use crate::entity::{Home, Permissions, Rows};
use crate::group::Group;
use crate::policy::found;
use crate::role::Role;
use crate::user::User;
use base::Tags;
use policy::compile::{Attached, Kind, Policy, PolicySet, Source, shared};
use policy::context::fixed::Fixed;
use policy::document::Document;
use ports::{CallerKind, Cx, SessionPolicies, SessionTag};
use std::sync::Arc;

/// The policies of a caller.
pub(super) struct Principal(pub(super) ports::Principal);

impl std::ops::Deref for Principal {
    type Target = ports::Principal;

    fn deref(&self) -> &ports::Principal {
        &self.0
    }
}

impl Principal {
    /// Those of whoever calls.
    pub(super) fn of(rows: &impl Rows, cx: &Cx) -> Self {
        Self(gathered(rows, &Home::of(cx), cx.caller()))
    }

    /// What the request says of its caller, whatever it asks for.
    pub(super) fn context(&self, cx: &Cx) -> Fixed {
        let mut context = Fixed::default();
        let mut one = |key: &str, value: String| context.set(key, vec![value], false);
        let caller = cx.caller();
        one("aws:PrincipalArn", self.arn.clone());
        one("aws:PrincipalAccount", caller.account.to_string());
        one("aws:userid", caller.user_id());
        one("aws:PrincipalType", kind(&caller.kind).to_owned());
        if let CallerKind::User { path_and_name, .. } = &caller.kind {
            one("aws:username", path_and_name.rsplit('/').next().unwrap_or_default().to_owned());
        }
        let own = self.tags.iter().map(|(key, value)| (key.as_str(), value.clone()));
        let session = caller.session.as_deref();
        let over = session.iter().flat_map(|session| &session.tags);
        for (key, value) in own.chain(over.map(|tag| (tag.key.as_str(), tag.value.clone()))) {
            one(&format!("aws:PrincipalTag/{key}"), value);
        }
        if let Some(session) = session {
            one("aws:TokenIssueTime", session.issued_at.rfc3339());
            one("aws:MultiFactorAuthPresent", session.mfa_at.is_some().to_string());
            if let Some(at) = session.mfa_at {
                one("aws:MultiFactorAuthAge", (cx.now().millis_since(at) / 1000).to_string());
            }
            if let Some(identity) = &session.source_identity {
                one("aws:SourceIdentity", identity.clone());
            }
            if let Some(provider) = &session.provider {
                one("aws:FederatedProvider", provider.clone());
            }
            if session.is_assumed_root {
                one("aws:AssumedRoot", "true".to_owned());
            }
            for (key, values) in &session.context {
                context.set(key, values.clone(), values.len() != 1);
            }
        }
        connection(cx, &mut context);
        context
    }
}

/// What the connection and the clock say.
pub(super) fn connection(cx: &Cx, context: &mut Fixed) {
    let mut one = |key: &str, value: String| context.set(key, vec![value], false);
    one("aws:CurrentTime", cx.now().rfc3339());
    one("aws:EpochTime", cx.now().millis.div_euclid(1000).to_string());
    one("aws:RequestedRegion", cx.region().as_str().to_owned());
    one("aws:SecureTransport", cx.head().secure.to_string());
    if let Some(peer) = cx.peer() {
        one("aws:SourceIp", peer.to_string());
    }
    for (key, header) in [("aws:UserAgent", "user-agent"), ("aws:referer", "referer")] {
        if let Some(value) = cx.head().header(header) {
            one(key, value.to_owned());
        }
    }
}

/// The tags of a request, as its keys.
pub(super) fn request_tags(tags: &[SessionTag], context: &mut Fixed) {
    for tag in tags {
        context.set(&format!("aws:RequestTag/{}", tag.key), vec![tag.value.clone()], false);
    }
    if !tags.is_empty() {
        context.set("aws:TagKeys", tags.iter().map(|tag| tag.key.clone()).collect(), true);
    }
}

/// What a caller brings: as a user, as a role behind a session, or as nobody IAM knows.
pub(crate) fn gathered(rows: &impl Rows, home: &Home, caller: &ports::Caller) -> ports::Principal {
    let by = caller.session.as_ref().and_then(|session| session.federated_by.as_ref());
    let found = match &caller.kind {
        CallerKind::User { unique_id, .. } => user(rows, home, unique_id),
        CallerKind::FederatedUser { .. } => by.and_then(|by| user(rows, home, &by.unique_id)),
        CallerKind::RoleSession { role_id, .. } => role(rows, role_id),
        CallerKind::Root | CallerKind::Service(_) | CallerKind::Anonymous => None,
    };
    let sessions = caller.session.iter().flat_map(|session| &session.policies);
    let sessions = sessions.map(|policies| session(rows, home, policies)).collect();
    let Some((arn, permissions, groups, tags)) = found else {
        let arn = caller.arn(home.partition).map(|arn| arn.to_string()).unwrap_or_default();
        let (identity, boundary) = (PolicySet::default(), None);
        return ports::Principal { identity, boundary, sessions, arn, tags: Vec::new() };
    };
    let mut attached = Vec::new();
    gather(rows, home, &permissions, &mut attached);
    for group in groups.iter().flat_map(|id| rows.listed(&Group::ID, id)) {
        gather(rows, home, &group.permissions, &mut attached);
    }
    let boundary = permissions
        .boundary
        .as_ref()
        .map(|arn| PolicySet::new(managed(rows, home, arn, Kind::Boundary).into_iter().collect()));
    let tags = tags.iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
    ports::Principal { identity: PolicySet::new(attached), boundary, sessions, arn, tags }
}

type Found = (String, Permissions, Vec<String>, Tags);

fn user(rows: &impl Rows, home: &Home, id: &str) -> Option<Found> {
    let user = rows.listed(&User::ID, id).into_iter().find(|user| user.home == *home)?;
    Some((user.arn(), user.permissions.clone(), user.groups.clone(), user.tags.clone()))
}

fn role(rows: &impl Rows, id: &str) -> Option<Found> {
    let role = rows.listed(&Role::ID, id).into_iter().next()?;
    Some((role.arn(), role.permissions.clone(), Vec::new(), role.tags.clone()))
}

/// `aws:PrincipalType`.
fn kind(kind: &CallerKind) -> &'static str {
    match kind {
        CallerKind::Root => "Account",
        CallerKind::User { .. } => "User",
        CallerKind::RoleSession { .. } => "AssumedRole",
        CallerKind::FederatedUser { .. } => "FederatedUser",
        CallerKind::Service(_) => "Service",
        CallerKind::Anonymous => "Anonymous",
    }
}

fn gather(rows: &impl Rows, home: &Home, permissions: &Permissions, into: &mut Vec<Attached>) {
    into.extend(permissions.inline.iter().filter_map(|(name, text)| {
        Some(Attached { policy: shared(text.clone(), Kind::Identity)?, source: Source::inline(name) })
    }));
    into.extend(permissions.attached.iter().filter_map(|arn| managed(rows, home, arn, Kind::Identity)));
}

fn managed(rows: &impl Rows, home: &Home, arn: &str, kind: Kind) -> Option<Attached> {
    let found = found::find(rows, home, arn)?;
    let name = arn.rsplit('/').next().unwrap_or_default();
    Some(Attached { policy: found.compiled(kind)?, source: Source::managed(name, arn) })
}

fn session(rows: &impl Rows, home: &Home, policies: &SessionPolicies) -> PolicySet {
    let inline = policies.inline.iter().filter_map(|text| {
        Some(Attached { policy: shared(text.as_str(), Kind::Session)?, source: Source::inline("") })
    });
    let arns = policies.arns.iter().filter_map(|arn| managed(rows, home, arn, Kind::Session));
    PolicySet::new(inline.chain(arns).collect())
}

/// A role's trust policy. Principals that were made again under their name are others.
pub(super) fn trust(role: &Role) -> PolicySet {
    let Ok(document) = Document::parse(role.trust.as_str()) else { return PolicySet::default() };
    let policy = Policy::compile(&document, Kind::Trust, &|name| role.principals.get(name).cloned());
    PolicySet::new(vec![Attached { policy: Arc::new(policy), source: Source::inline("") }])
}
