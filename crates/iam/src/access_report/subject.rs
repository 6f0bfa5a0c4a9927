//! Whom a report is about: the identities behind an ARN, and the policies that allow them something.

use super::grants::Grants;
use crate::entity::identity::Identity;
use crate::entity::{Home, Named, Rows};
use crate::error::Error;
use crate::group::Group;
use crate::policy::found::{self, Found};
use crate::role::Role;
use crate::user::User;
use base::Arn;
use std::sync::Arc;
use store::View;

/// Whom a report is about.
pub(super) enum Subject {
    Group(Arc<Group>),
    Policy(Found),
    Role(Arc<Role>),
    User(Arc<User>),
}

/// A user or role that may have used something.
#[derive(Clone, PartialEq)]
pub(super) struct Principal {
    pub(super) id: String,
    pub(super) arn: String,
    pub(super) name: String,
    pub(super) path: String,
    /// `USER`.
    pub(super) kind: &'static str,
}

/// A policy that allows somebody something.
pub(super) struct Grant {
    pub(super) name: String,
    /// Where it is a managed one.
    pub(super) arn: Option<String>,
    /// Where it is an inline one: the kind and the name of the identity it stands in.
    pub(super) owner: Option<(&'static str, String)>,
    pub(super) grants: Grants,
}

impl Subject {
    /// The one behind an ARN of the account.
    pub(super) fn find(view: &View, home: &Home, text: &str) -> Result<Self, Error> {
        let missing = || Error::NoArn(text.to_owned());
        let arn: Arn = text.parse().map_err(|_| Error::Input(format!("ARN {text} is not valid.")))?;
        let (kind, path) = arn.resource.split_once('/').ok_or_else(missing)?;
        let name = path.rsplit('/').next().unwrap_or_default();
        let key = home.key(name);
        let found = match kind {
            "user" => view.get(&key).map(Self::User),
            "group" => view.get(&key).map(Self::Group),
            "role" => view.get(&key).map(Self::Role),
            "policy" => found::find(view, home, text).map(Self::Policy),
            _ => None,
        };
        found.filter(|subject| subject.arn(home) == text).ok_or_else(missing)
    }

    fn arn(&self, home: &Home) -> String {
        match self {
            Self::Group(group) => group.arn(),
            Self::Policy(policy) => policy.arn(home),
            Self::Role(role) => role.arn(),
            Self::User(user) => user.arn(),
        }
    }

    /// The users and roles it stands for.
    pub(super) fn principals(&self, view: &View, home: &Home) -> Vec<Principal> {
        let mut principals = Vec::new();
        match self {
            Self::User(one) => principals.push(user(one)),
            Self::Role(one) => principals.push(role(one)),
            Self::Group(group) => principals.extend(view.by(&User::GROUP, &group.id).map(user)),
            Self::Policy(policy) => {
                let key = home.own(&policy.arn(home));
                let groups = view.by(&Group::ATTACHED, &key);
                let members = groups.flat_map(|group| view.by(&User::GROUP, &group.id));
                principals.extend(view.by(&User::ATTACHED, &key).chain(members).map(user));
                principals.extend(view.by(&Role::ATTACHED, &key).map(role));
            }
        }
        principals.sort_by(|a, b| a.arn.cmp(&b.arn));
        principals.dedup();
        principals
    }

    /// The policies that allow it something, a user's groups' included.
    pub(super) fn policies(&self, view: &View, home: &Home) -> Vec<Grant> {
        match self {
            Self::Group(group) => of(view, &**group),
            Self::Role(role) => of(view, &**role),
            Self::User(user) => {
                let groups = user.groups.iter().flat_map(|id| view.listed(&Group::ID, id));
                let mut policies = of(view, &**user);
                policies.extend(groups.flat_map(|group| of(view, &*group)));
                policies
            }
            Self::Policy(policy) => vec![managed(policy, home)],
        }
    }
}

/// The policies of one identity: inline ones, then attached ones.
fn of<E: Identity>(view: &View, identity: &E) -> Vec<Grant> {
    let permissions = identity.permissions();
    let inline = permissions.inline.iter().map(|(name, document)| Grant {
        name: name.clone(),
        arn: None,
        owner: Some((E::KIND, identity.name().to_owned())),
        grants: Grants::of(document),
    });
    let home = identity.home();
    let attached = permissions.attached.iter().filter_map(|arn| found::find(view, home, arn));
    inline.chain(attached.map(|policy| managed(&policy, home))).collect()
}

fn managed(policy: &Found, home: &Home) -> Grant {
    let arn = policy.arn(home);
    let name = arn.rsplit('/').next().unwrap_or_default().to_owned();
    Grant { name, arn: Some(arn), owner: None, grants: Grants::of(policy.document()) }
}

fn user(user: &Arc<User>) -> Principal {
    Principal {
        id: user.id.clone(),
        arn: user.arn(),
        name: user.name.clone(),
        path: user.path.clone(),
        kind: "USER",
    }
}

fn role(role: &Arc<Role>) -> Principal {
    Principal {
        id: role.id.clone(),
        arn: role.arn(),
        name: role.name.clone(),
        path: role.path.clone(),
        kind: "ROLE",
    }
}
