//! Invitations: an organization asks an account to join, and the account says yes or no.

use crate::Organizations;
use crate::account::{Account, Joined, State};
use crate::error::Error;
use crate::event::Changed;
use crate::listing::Asked;
use crate::node::Attached;
use crate::organization::{LETTERS, Organization, managed};
use crate::tag;
use base::{AccountId, Tags, Timestamp};
use ports::Cx;
use serde::{Deserialize, Serialize};
use shapes_organizations as api;
use std::sync::Arc;
use store::Rows;
use store::{Index, Record, Tx};

/// Milliseconds an invitation is open: fifteen days.
const OPEN_MILLIS: i64 = 15 * 24 * 60 * 60 * 1000;

/// An invitation.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Handshake {
    /// `h-` and 32 characters.
    id: String,
    pub(crate) organization: String,
    /// Who is invited.
    account: AccountId,
    notes: Option<String>,
    /// The tags of the account once it joins.
    tags: Tags,
    requested_at: Timestamp,
    /// How it ended; `None` while it is open, or ran out.
    ended: Option<Ended>,
}

/// How an invitation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Ended {
    Accepted,
    Declined,
    Canceled,
}

impl Record for Handshake {
    const TABLE: &'static str = "organizations_handshake";
    const INDEXES: &'static [Index<Self>] = &[Self::ORGANIZATION, Self::ACCOUNT];
    type Key = String;

    fn key(&self) -> String {
        self.id.clone()
    }
}

impl Handshake {
    pub(crate) const ORGANIZATION: Index<Self> =
        Index { name: "organization", keys: |handshake| vec![handshake.organization.clone()] };
    const ACCOUNT: Index<Self> =
        Index { name: "account", keys: |handshake| vec![handshake.account.to_string()] };

    pub(crate) fn arn(&self, organization: &Organization) -> String {
        organization.own(&format!("handshake/{}/invite/{}", organization.id, self.id))
    }

    fn expires_at(&self) -> Timestamp {
        self.requested_at.plus_millis(OPEN_MILLIS)
    }

    fn state(&self, now: Timestamp) -> &'static str {
        match self.ended {
            Some(Ended::Accepted) => "ACCEPTED",
            Some(Ended::Declined) => "DECLINED",
            Some(Ended::Canceled) => "CANCELED",
            None if now >= self.expires_at() => "EXPIRED",
            None => "OPEN",
        }
    }
}

/// `InviteAccountToOrganization`. Accounts are invited by their number; addresses reach nobody here.
pub(crate) fn invite(
    cx: &Cx,
    _svc: &Organizations,
    input: api::InviteAccountToOrganizationRequest,
) -> Result<api::InviteAccountToOrganizationResponse, Error> {
    let target = input.target.unwrap_or_default();
    let number = target.id.unwrap_or_default();
    let account = match target.type_.as_deref() {
        Some("ACCOUNT") => number.parse::<AccountId>().map_err(|_| Error::Pattern)?,
        Some("EMAIL") => return Err(Error::NoSuchAddress),
        _ => return Err(Error::PartyKind),
    };
    let tags = tag::read(input.tags)?;
    let id = format!("h-{}", cx.ids().text(LETTERS, 32));
    cx.write(|tx| {
        let organization = managed(tx, cx)?;
        if tx.get::<Account>(account.as_str()).is_some() {
            return Err(Error::InvitedMember);
        }
        let open = tx.listed(&Handshake::ORGANIZATION, &organization.id);
        if open.iter().any(|own| own.account == account && own.state(cx.now()) == "OPEN") {
            return Err(Error::InvitedTwice);
        }
        let handshake = Handshake {
            id: id.clone(),
            organization: organization.id.clone(),
            account,
            notes: input.notes.clone(),
            tags: tags.clone(),
            requested_at: cx.now(),
            ended: None,
        };
        tx.put(handshake.clone());
        let shape = shape(tx, cx, &organization, &handshake);
        Ok(api::InviteAccountToOrganizationResponse { handshake: Some(shape) })
    })
}

/// The handshake of that id, where the caller's account is one of its parties, and its organization.
fn find(rows: &impl Rows, cx: &Cx, id: &str) -> Result<(Arc<Handshake>, Arc<Organization>), Error> {
    let handshake = rows.row::<Handshake>(id).ok_or(Error::NoHandshake)?;
    let organization = rows.row::<Organization>(&handshake.organization).ok_or(Error::NoHandshake)?;
    let is_party = [handshake.account, organization.management].contains(&cx.account());
    if is_party { Ok((handshake, organization)) } else { Err(Error::NoHandshake) }
}

/// Ends an open handshake. The invited account accepts and declines; the management account cancels.
fn end(cx: &Cx, id: Option<&str>, ended: Ended) -> Result<api::Handshake, Error> {
    let id = id.unwrap_or_default();
    cx.write(|tx| {
        let (handshake, organization) = find(tx, cx, id)?;
        let whose = match ended {
            Ended::Accepted | Ended::Declined => handshake.account,
            Ended::Canceled => organization.management,
        };
        if cx.account() != whose {
            return Err(Error::NotManagement);
        }
        if handshake.ended == Some(ended) {
            return Err(Error::HandshakeDone);
        }
        if handshake.state(cx.now()) != "OPEN" {
            return Err(Error::HandshakeClosed);
        }
        if ended == Ended::Accepted {
            join(tx, cx, &organization, &handshake)?;
        }
        let handshake = Handshake { ended: Some(ended), ..(*handshake).clone() };
        tx.put(handshake.clone());
        Ok(shape(tx, cx, &organization, &handshake))
    })
}

fn join(tx: &mut Tx, cx: &Cx, organization: &Organization, handshake: &Handshake) -> Result<(), Error> {
    if tx.get::<Account>(handshake.account.as_str()).is_some() {
        return Err(Error::InvitedMember);
    }
    let account = Account {
        id: handshake.account,
        organization: organization.id.clone(),
        name: handshake.account.to_string(),
        email: Account::unknown_email(handshake.account),
        state: State::Active,
        joined: Joined::Invited,
        joined_at: cx.now(),
        closed_at: None,
        parent: organization.root.clone(),
        attached: Attached::full(organization),
        tags: handshake.tags.clone(),
    };
    tx.emit(&Changed { kind: "AccountJoined", resource: account.arn(organization) });
    tx.put(account);
    Ok(())
}

/// `DescribeHandshake`.
pub(crate) fn describe(
    cx: &Cx,
    _svc: &Organizations,
    input: api::DescribeHandshakeRequest,
) -> Result<api::DescribeHandshakeResponse, Error> {
    let id = input.handshake_id.unwrap_or_default();
    cx.read(|view| {
        let (handshake, organization) = find(view, cx, &id)?;
        let shape = shape(view, cx, &organization, &handshake);
        Ok(api::DescribeHandshakeResponse { handshake: Some(shape) })
    })
}

/// `AcceptHandshake`: the account stands in the root from then on.
pub(crate) fn accept(
    cx: &Cx,
    _svc: &Organizations,
    input: api::AcceptHandshakeRequest,
) -> Result<api::AcceptHandshakeResponse, Error> {
    let handshake = end(cx, input.handshake_id.as_deref(), Ended::Accepted)?;
    Ok(api::AcceptHandshakeResponse { handshake: Some(handshake) })
}

/// `DeclineHandshake`.
pub(crate) fn decline(
    cx: &Cx,
    _svc: &Organizations,
    input: api::DeclineHandshakeRequest,
) -> Result<api::DeclineHandshakeResponse, Error> {
    let handshake = end(cx, input.handshake_id.as_deref(), Ended::Declined)?;
    Ok(api::DeclineHandshakeResponse { handshake: Some(handshake) })
}

/// `CancelHandshake`.
pub(crate) fn cancel(
    cx: &Cx,
    _svc: &Organizations,
    input: api::CancelHandshakeRequest,
) -> Result<api::CancelHandshakeResponse, Error> {
    let handshake = end(cx, input.handshake_id.as_deref(), Ended::Canceled)?;
    Ok(api::CancelHandshakeResponse { handshake: Some(handshake) })
}

/// `ListHandshakesForAccount`: those to which the caller's account is invited, by id.
pub(crate) fn list_for_account(
    cx: &Cx,
    _svc: &Organizations,
    input: api::ListHandshakesForAccountRequest,
) -> Result<api::ListHandshakesForAccountResponse, Error> {
    let asked = Asked { token: input.next_token, most: input.max_results };
    let all = cx.read(|view| view.listed(&Handshake::ACCOUNT, cx.account().as_str()));
    let (handshakes, next_token) = page(cx, &asked, "ListHandshakesForAccount", input.filter, all)?;
    Ok(api::ListHandshakesForAccountResponse { handshakes: Some(handshakes), next_token })
}

/// `ListHandshakesForOrganization`, by id.
pub(crate) fn list_for_organization(
    cx: &Cx,
    _svc: &Organizations,
    input: api::ListHandshakesForOrganizationRequest,
) -> Result<api::ListHandshakesForOrganizationResponse, Error> {
    let asked = Asked { token: input.next_token, most: input.max_results };
    let all = cx.read(|view| {
        managed(view, cx).map(|organization| view.listed(&Handshake::ORGANIZATION, &organization.id))
    })?;
    let (handshakes, next_token) = page(cx, &asked, "ListHandshakesForOrganization", input.filter, all)?;
    Ok(api::ListHandshakesForOrganizationResponse { handshakes: Some(handshakes), next_token })
}

/// All handshakes are invitations: a filter for others finds none, and none has a parent.
fn page(
    cx: &Cx,
    asked: &Asked,
    call: &str,
    filter: Option<api::HandshakeFilter>,
    mut all: Vec<Arc<Handshake>>,
) -> Result<(Vec<api::Handshake>, Option<String>), Error> {
    let filter = filter.unwrap_or_default();
    if filter.action_type.is_some_and(|kind| kind != "INVITE") || filter.parent_handshake_id.is_some() {
        all.clear();
    }
    let (all, next) = asked.page(cx, &[call], all, |handshake| handshake.id.clone())?;
    let shapes = cx.read(|view| {
        let shape = |handshake: &Arc<Handshake>| {
            let organization = view.get::<Organization>(&handshake.organization)?;
            Some(shape(view, cx, &organization, handshake))
        };
        all.iter().filter_map(shape).collect()
    });
    Ok((shapes, next))
}

fn shape(rows: &impl Rows, cx: &Cx, organization: &Organization, handshake: &Handshake) -> api::Handshake {
    let party =
        |id: &str, kind: &str| api::HandshakeParty { id: Some(id.to_owned()), type_: Some(kind.to_owned()) };
    let resource = |kind: &str, value: String| api::HandshakeResource {
        type_: Some(kind.to_owned()),
        value: Some(value),
        resources: None,
    };
    let features = if organization.has_all_features { "ALL" } else { "CONSOLIDATED_BILLING" };
    let management = rows.row::<Account>(organization.management.as_str());
    let (email, name) =
        management.map(|account| (account.email.clone(), account.name.clone())).unwrap_or_default();
    let about = api::HandshakeResource {
        resources: Some(vec![
            resource("MASTER_EMAIL", email),
            resource("MASTER_NAME", name),
            resource("ORGANIZATION_FEATURE_SET", features.to_owned()),
        ]),
        ..resource("ORGANIZATION", organization.id.clone())
    };
    let mut resources = vec![about, resource("ACCOUNT", handshake.account.to_string())];
    resources.extend(handshake.notes.clone().map(|notes| resource("NOTES", notes)));
    api::Handshake {
        id: Some(handshake.id.clone()),
        arn: Some(handshake.arn(organization)),
        parties: Some(vec![
            party(organization.id.trim_start_matches("o-"), "ORGANIZATION"),
            party(handshake.account.as_str(), "ACCOUNT"),
        ]),
        state: Some(handshake.state(cx.now()).to_owned()),
        requested_timestamp: Some(handshake.requested_at.into()),
        expiration_timestamp: Some(handshake.expires_at().into()),
        action: Some("INVITE".to_owned()),
        resources: Some(resources),
    }
}
