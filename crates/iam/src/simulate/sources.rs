//! Where the policies of a simulation come from: the request, or a user, group or role.

use crate::Iam;
use crate::entity::identity::Identity;
use crate::entity::{Home, Rows};
use crate::error::{Error, SimulationRefusal};
use crate::group::Group;
use crate::policy::found;
use crate::role::Role;
use crate::user::User;
use base::Arn;
use policy::compile::{self, Attached, Kind, Policy, no_unique_ids};
use policy::document::Document;
use policy::grammar::{Grammar, check};
use ports::Cx;
use std::sync::Arc;
use store::View;

/// A policy of a simulation.
pub(super) struct Given {
    /// What answers call it: `PolicyInputList.1`; the name of a managed policy; `user_anna_reads` of an inline one
    /// (recorded).
    pub(super) id: String,
    /// What it is besides.
    pub(super) origin: Origin,
    pub(super) document: Document,
    policy: Arc<Policy>,
}

/// Where a policy stands.
pub(super) enum Origin {
    /// In the request.
    Request,
    /// In an identity: its kind and name, and the policy's name.
    Inline(&'static str, String, String),
    /// By itself.
    Managed(String),
}

/// Whose policies they are.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Source {
    User { account: String, arn: String, unique_id: String },
    Role { account: String, arn: String, unique_id: String, session: String },
    Group { account: String },
    Nobody,
}

/// What a user, group or role brings.
pub(super) struct Principal {
    pub(super) source: Source,
    pub(super) policies: Vec<Given>,
    pub(super) boundary: Option<Vec<Given>>,
}

impl Given {
    fn new(id: String, origin: Origin, document: Document, kind: Kind) -> Self {
        let policy = Arc::new(Policy::compile(&document, kind, &no_unique_ids));
        Self { id, origin, document, policy }
    }

    /// A document that was stored; one that cannot be read allows nothing.
    fn stored(id: String, origin: Origin, text: &str, kind: Kind) -> Option<Self> {
        Some(Self::new(id, origin, Document::parse(text).ok()?, kind))
    }

    pub(super) fn attached(&self) -> Attached {
        Attached { policy: self.policy.clone(), source: compile::Source::inline(&self.id) }
    }
}

/// The service control policies of the caller's account, level by level. The management account is bound by none.
pub(super) fn organization(svc: &Iam, cx: &Cx) -> Option<Vec<Vec<Given>>> {
    let place = svc.organizations.of(cx.world(), cx.account()).filter(|place| !place.is_management)?;
    let given = |attached: &Attached| {
        let arn = attached.source.arn.as_deref()?;
        let name = arn.rsplit('/').next().unwrap_or_default().to_owned();
        let text = attached.policy.source();
        Given::stored(name, Origin::Managed(arn.to_owned()), text, Kind::ServiceControl)
    };
    let levels = place.service_control.iter();
    Some(levels.map(|level| level.policies().iter().filter_map(given).collect()).collect())
}

impl Source {
    pub(super) fn account(&self) -> Option<&str> {
        match self {
            Self::User { account, .. } | Self::Role { account, .. } | Self::Group { account } => {
                Some(account)
            }
            Self::Nobody => None,
        }
    }
}

/// Documents of the request, counted from 1.
pub(super) fn written(list: &str, texts: Vec<String>, kind: Kind) -> Result<Vec<Given>, Error> {
    let grammar = match kind {
        Kind::ServiceControl => Grammar::ServiceControl,
        Kind::Resource => Grammar::Resource,
        _ => Grammar::Identity,
    };
    let one = |(index, text): (usize, String)| {
        let document = check(&grammar, &text).map_err(SimulationRefusal::Document)?;
        Ok(Given::new(format!("{list}.{}", index + 1), Origin::Request, document, kind))
    };
    texts.into_iter().enumerate().map(one).collect()
}

/// `PolicyInputList`.
pub(super) fn inputs(texts: Option<Vec<String>>) -> Result<Vec<Given>, Error> {
    written("PolicyInputList", texts.unwrap_or_default(), Kind::Identity)
}

/// `PermissionsBoundaryPolicyInputList`: one document at the most.
pub(super) fn boundary(texts: Option<Vec<String>>) -> Result<Option<Vec<Given>>, Error> {
    let texts = texts.unwrap_or_default();
    if texts.len() > 1 {
        return Err(SimulationRefusal::Boundaries.into());
    }
    if texts.is_empty() {
        return Ok(None);
    }
    written("PermissionsBoundaryPolicyInputList", texts, Kind::Boundary).map(Some)
}

/// `ResourcePolicy`.
pub(super) fn resource(text: String) -> Result<Given, Error> {
    let document = check(&Grammar::Resource, &text).map_err(SimulationRefusal::Document)?;
    Ok(Given::new("ResourcePolicy".to_owned(), Origin::Request, document, Kind::Resource))
}

/// What the user, group or role of the account behind an ARN brings.
pub(super) fn find(view: &View, home: &Home, text: &str) -> Result<Principal, Error> {
    let unclear = || SimulationRefusal::Entity(text.to_owned());
    let arn: Arn = text.parse().map_err(|_| unclear())?;
    let (kind, path) = arn.resource.split_once('/').ok_or_else(unclear)?;
    let name = path.rsplit('/').next().filter(|name| !name.is_empty()).ok_or_else(unclear)?;
    if arn.service != "iam" || !matches!(kind, "user" | "group" | "role") {
        return Err(unclear().into());
    }
    if arn.account != home.account.to_string() {
        return Err(SimulationRefusal::Foreign(home.account.to_string(), arn.account).into());
    }
    match kind {
        "user" => user(view, home, name, text),
        "group" => {
            let group = entity::<Group>(view, home, name, text)?;
            let source = Source::Group { account: home.account.to_string() };
            Ok(Principal { source, policies: of(view, &*group), boundary: None })
        }
        _ => {
            let role = entity::<Role>(view, home, name, text)?;
            let policies = of(view, &*role);
            Ok(Principal { boundary: bounded(view, &*role), policies, source: role_source(home, &role) })
        }
    }
}

/// The one of that name, if it has that ARN.
fn entity<E: Identity>(view: &View, home: &Home, name: &str, arn: &str) -> Result<Arc<E>, Error> {
    view.get::<E>(&home.key(name)).filter(|found| found.arn() == arn).ok_or_else(|| E::missing(name))
}

fn user(view: &View, home: &Home, name: &str, arn: &str) -> Result<Principal, Error> {
    let user = entity::<User>(view, home, name, arn)?;
    let mut policies = of(view, &*user);
    for group in user.groups.iter().flat_map(|id| view.listed(&Group::ID, id)) {
        policies.extend(of(view, &*group));
    }
    let (arn, unique_id) = (user.arn(), user.id.clone());
    let source = Source::User { account: home.account.to_string(), arn, unique_id };
    Ok(Principal { source, boundary: bounded(view, &*user), policies })
}

fn role_source(home: &Home, role: &Role) -> Source {
    let account = home.account.to_string();
    let session = format!("arn:{}:sts::{account}:assumed-role/{}/simulation", home.partition, role.name);
    Source::Role { account, arn: role.arn(), unique_id: role.id.clone(), session }
}

/// The policies of one identity: inline ones, then attached ones.
fn of<E: Identity>(view: &View, identity: &E) -> Vec<Given> {
    let permissions = identity.permissions();
    let inline = permissions.inline.iter().filter_map(|(name, text)| {
        let id = format!("{}_{}_{name}", E::KIND, identity.name());
        let origin = Origin::Inline(E::KIND, identity.name().to_owned(), name.clone());
        Given::stored(id, origin, text, Kind::Identity)
    });
    let home = identity.home();
    let attached = permissions.attached.iter().filter_map(|arn| managed(view, home, arn, Kind::Identity));
    inline.chain(attached).collect()
}

fn managed(view: &View, home: &Home, arn: &str, kind: Kind) -> Option<Given> {
    let found = found::find(view, home, arn)?;
    let name = arn.rsplit('/').next().unwrap_or_default().to_owned();
    Given::stored(name, Origin::Managed(arn.to_owned()), found.document(), kind)
}

/// A boundary that is gone allows nothing.
fn bounded<E: Identity>(view: &View, identity: &E) -> Option<Vec<Given>> {
    let arn = identity.permissions().boundary.as_ref()?;
    Some(managed(view, identity.home(), arn, Kind::Boundary).into_iter().collect())
}

/// `CallerArn`: a user, group or role of any account, which need not exist.
pub(super) fn caller(view: &View, text: &str) -> Result<Source, Error> {
    let unclear = || SimulationRefusal::Entity(text.to_owned());
    let arn: Arn = text.parse().map_err(|_| unclear())?;
    let home = Home::of_arn(&arn).ok_or_else(unclear)?;
    let (kind, path) = arn.resource.split_once('/').ok_or_else(unclear)?;
    let name = path.rsplit('/').next().filter(|name| !name.is_empty()).ok_or_else(unclear)?;
    let account = home.account.to_string();
    match kind {
        "user" => {
            let known = entity::<User>(view, &home, name, text).ok();
            let unique_id = known.map(|user| user.id.clone()).unwrap_or_default();
            Ok(Source::User { account, arn: text.to_owned(), unique_id })
        }
        "role" => {
            let known = entity::<Role>(view, &home, name, text).ok();
            let unique_id = known.map(|role| role.id.clone()).unwrap_or_default();
            let session = format!("arn:{}:sts::{account}:assumed-role/{name}/simulation", home.partition);
            Ok(Source::Role { account, arn: text.to_owned(), unique_id, session })
        }
        "group" => Ok(Source::Group { account }),
        _ => Err(unclear().into()),
    }
}
