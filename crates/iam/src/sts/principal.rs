//! What a caller brings to a decision: its policies.

use crate::entity::{Home, Permissions, Rows};
use crate::group::Group;
use crate::policy::found;
use crate::role::Role;
use crate::user::User;
use base::Tags;
use policy::compile::{Attached, Kind, Policy, PolicySet, Source, shared};
use policy::document::Document;
use ports::{CallerKind, SessionPolicies};
use std::sync::Arc;

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
        let is_of_root = matches!(caller.kind, CallerKind::FederatedUser { .. }) && by.is_none();
        let (identity, boundary) = (if is_of_root { everything() } else { PolicySet::default() }, None);
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

/// What root's federated users bring: root has no policies and may everything, so what they may is what they were given.
fn everything() -> PolicySet {
    let text = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;
    let attached =
        shared(text, Kind::Identity).map(|policy| Attached { policy, source: Source::inline("root") });
    PolicySet::new(attached.into_iter().collect())
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
