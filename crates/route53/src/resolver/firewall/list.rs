//! Lists of domains. Those that AWS keeps can be named and not be read.

use super::rule::FirewallRule;
use super::{managed, none};
use crate::error::ResolverError as Error;
use crate::resolver::Resolver;
use crate::resolver::shared::{Asked, Requested, STATE_MILLIS, again, announce, arn, home, tags, trace};
use base::{Tags, Timestamp};
use ports::Cx;
use serde::{Deserialize, Serialize};
use shapes_route53resolver as resolver_api;
use std::collections::BTreeSet;
use std::sync::Arc;
use store::{Index, Job, JobError, Record, Rows, Tx};

/// Domains of a page at the most; domains of a list, as long as AWS is not asked for more.
const DOMAINS_OF_A_PAGE: i32 = 5000;
/// Domains of one request at the most.
const MOST_AT_ONCE: usize = 1000;
/// Octets of a domain at the most.
const LONGEST: usize = 255;

/// How far a list is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum State {
    Complete,
    Updating,
    Importing,
    /// The file cannot be imported; that is told when the import is over.
    Failing,
    ImportFailed,
    Deleting,
}

/// A list.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::resolver) struct List {
    pub(super) id: String,
    pub(super) home: String,
    pub(super) request: String,
    pub(super) digest: String,
    pub(super) name: String,
    /// Without final dots; `*.example.com` stands for all that lies below.
    pub(super) domains: BTreeSet<String>,
    pub(super) state: State,
    pub(super) message: String,
    /// Whether AWS keeps it; such a list is not stored.
    #[serde(default)]
    pub(super) is_managed: bool,
    pub(in crate::resolver) tags: Tags,
    pub(super) created_at: Timestamp,
    pub(super) changed_at: Timestamp,
}

impl Record for List {
    const TABLE: &'static str = "route53_firewall_domain_list";
    const INDEXES: &'static [Index<Self>] = &[Self::OWNER, Self::REQUEST];
    type Key = String;

    fn key(&self) -> String {
        self.id.clone()
    }
}

impl Requested for List {
    const REQUEST: Index<Self> =
        Index { name: "request", keys: |own| vec![format!("{}/{}", own.home, own.request)] };

    fn digest(&self) -> &str {
        &self.digest
    }
}

impl List {
    const OWNER: Index<Self> = Index { name: "owner", keys: |own| vec![own.home.clone()] };

    pub(in crate::resolver) fn own(rows: &impl Rows, cx: &Cx, id: Option<&str>) -> Result<Arc<Self>, Error> {
        let id = id.unwrap_or_default();
        rows.row::<Self>(id).filter(|found| found.home == home(cx)).ok_or_else(|| none(cx, id))
    }

    /// The caller's own one, or one of AWS's.
    fn named(rows: &impl Rows, cx: &Cx, id: Option<&str>) -> Result<Arc<Self>, Error> {
        managed::find(cx, id.unwrap_or_default()).map_or_else(|| Self::own(rows, cx, id), Ok)
    }

    pub(in crate::resolver) fn arn(&self) -> String {
        arn(&self.home, &format!("firewall-domain-list/{}", self.id))
    }

    /// One that a rule can name: that is not about to go.
    pub(super) fn lasting(rows: &impl Rows, cx: &Cx, id: &str) -> Result<Arc<Self>, Error> {
        Self::named(rows, cx, Some(id))
            .and_then(|own| if own.is_leaving() { Err(none(cx, id)) } else { Ok(own) })
    }

    /// The caller's own one, to be changed.
    pub(super) fn changeable(rows: &impl Rows, cx: &Cx, id: Option<&str>) -> Result<Self, Error> {
        let own = Self::named(rows, cx, id)?;
        if own.is_managed {
            return Err(Error::Managed);
        }
        if own.is_leaving() { Err(Error::Leaving) } else { Ok((*own).clone()) }
    }

    pub(super) fn with_domains(self, domains: BTreeSet<String>) -> Self {
        Self { domains, ..self }
    }

    fn is_leaving(&self) -> bool {
        self.state == State::Deleting
    }

    fn status(&self) -> &'static str {
        match self.state {
            State::Complete => "COMPLETE",
            State::Updating => "UPDATING",
            State::Importing | State::Failing => "IMPORTING",
            State::ImportFailed => "COMPLETE_IMPORT_FAILED",
            State::Deleting => "DELETING",
        }
    }

    /// Writes the list on its way to another state, and what follows.
    pub(super) fn moved(self, tx: &mut Tx, cx: &Cx, state: State, message: &str) -> Self {
        let own = Self { state, message: message.to_owned(), changed_at: cx.now(), ..self };
        announce(tx, "FirewallDomainListChanged", own.arn());
        tx.after(STATE_MILLIS, Settle { id: own.id.clone() });
        tx.put(own.clone());
        own
    }

    /// Id, name, status and its message, as answers to changes have them.
    pub(super) fn told(self) -> [Option<String>; 4] {
        let status = self.status().to_owned();
        [Some(self.id), Some(self.name), Some(status), Some(self.message)]
    }

    fn shape(&self) -> resolver_api::FirewallDomainList {
        resolver_api::FirewallDomainList {
            id: Some(self.id.clone()),
            arn: Some(self.arn()),
            name: Some(self.name.clone()),
            domain_count: i32::try_from(self.domains.len()).ok(),
            status: Some(self.status().to_owned()),
            status_message: Some(self.message.clone()),
            creator_request_id: Some(self.request.clone()),
            managed_owner_name: self.is_managed.then(|| managed::OWNER.to_owned()),
            creation_time: (!self.is_managed).then(|| self.created_at.rfc3339()),
            modification_time: (!self.is_managed).then(|| self.changed_at.rfc3339()),
            ..resolver_api::FirewallDomainList::default()
        }
    }
}

/// The list is as it was wished.
#[derive(Serialize, Deserialize)]
pub(in crate::resolver) struct Settle {
    id: String,
}

impl Job for Settle {
    const KIND: &'static str = "route53_resolver.firewall_domain_list";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        let Some(own) = tx.get::<List>(&self.id) else { return Ok(()) };
        let (state, message) = match own.state {
            State::Deleting => {
                tx.delete::<List>(&self.id);
                announce(tx, "FirewallDomainListDeleted", own.arn());
                return Ok(());
            }
            State::Complete | State::ImportFailed => return Ok(()),
            State::Updating => (State::Complete, "Finished domain list update"),
            State::Importing => (State::Complete, "Finished domain list import"),
            State::Failing => (State::ImportFailed, own.message.as_str()),
        };
        let message = message.to_owned();
        tx.put(List { state, message, ..(*own).clone() });
        Ok(())
    }
}

fn exists(request: String) -> Error {
    Error::Conflict(format!("A firewall domain list with creator request ID '{request}' already exists"))
}

/// `CreateFirewallDomainList`.
pub(in crate::resolver) fn create(
    cx: &Cx,
    _svc: &Resolver,
    input: resolver_api::CreateFirewallDomainListRequest,
) -> Result<resolver_api::CreateFirewallDomainListResponse, Error> {
    let (name, request) = (input.name.unwrap_or_default(), input.creator_request_id.unwrap_or_default());
    let (id, tags) = (cx.ids().hex_id("rslvr-fdl-"), tags(input.tags.as_deref())?);
    let shape = cx.write(|tx| {
        let home = home(cx);
        if let Some(found) = again::<List>(tx, &home, (&request, &name), exists)? {
            return Ok(found.shape());
        }
        let list = List {
            id: id.clone(),
            home,
            request: request.clone(),
            digest: name.clone(),
            name: name.clone(),
            domains: BTreeSet::new(),
            state: State::Complete,
            message: "Created Firewall Domain List".to_owned(),
            is_managed: false,
            tags: tags.clone(),
            created_at: cx.now(),
            changed_at: cx.now(),
        };
        announce(tx, "FirewallDomainListCreated", list.arn());
        let shape = list.shape();
        tx.put(list);
        Ok::<_, Error>(shape)
    })?;
    Ok(resolver_api::CreateFirewallDomainListResponse { firewall_domain_list: Some(shape) })
}

/// `GetFirewallDomainList`.
pub(in crate::resolver) fn get(
    cx: &Cx,
    _svc: &Resolver,
    input: resolver_api::GetFirewallDomainListRequest,
) -> Result<resolver_api::GetFirewallDomainListResponse, Error> {
    let list = cx.read(|view| List::named(view, cx, input.firewall_domain_list_id.as_deref()))?;
    Ok(resolver_api::GetFirewallDomainListResponse {
        firewall_domain_list: Some(list.shape()),
        ..resolver_api::GetFirewallDomainListResponse::default()
    })
}

/// `DeleteFirewallDomainList`: of one that no rule names.
pub(in crate::resolver) fn delete(
    cx: &Cx,
    _svc: &Resolver,
    input: resolver_api::DeleteFirewallDomainListRequest,
) -> Result<resolver_api::DeleteFirewallDomainListResponse, Error> {
    let shape = cx.write(|tx| {
        let list = List::changeable(tx, cx, input.firewall_domain_list_id.as_deref())?;
        if tx.by(&FirewallRule::LIST, &list.id).next().is_some() {
            let sentence = format!("The firewall domain list '{}' is in use by firewall rules.", list.id);
            return Err(Error::Conflict(sentence));
        }
        Ok(list.moved(tx, cx, State::Deleting, "Deleting the Firewall Domain List").shape())
    })?;
    Ok(resolver_api::DeleteFirewallDomainListResponse { firewall_domain_list: Some(shape) })
}

/// `ListFirewallDomainLists`, by id: the caller's own ones and those of AWS.
pub(in crate::resolver) fn list(
    cx: &Cx,
    _svc: &Resolver,
    input: resolver_api::ListFirewallDomainListsRequest,
) -> Result<resolver_api::ListFirewallDomainListsResponse, Error> {
    let mut all = cx.read(|view| view.listed(&List::OWNER, &home(cx)));
    all.extend(managed::all(cx));
    all.sort_by(|one, other| one.id.cmp(&other.id));
    let call = ["ListFirewallDomainLists"];
    let asked = Asked { call: &call, token: input.next_token.as_deref(), most: input.max_results };
    let (page, next_token) = asked.page(cx, all, |own| own.id.clone())?;
    let shape = |own: &Arc<List>| resolver_api::FirewallDomainListMetadata {
        id: Some(own.id.clone()),
        arn: Some(own.arn()),
        name: Some(own.name.clone()),
        creator_request_id: Some(own.request.clone()),
        managed_owner_name: own.is_managed.then(|| managed::OWNER.to_owned()),
        ..resolver_api::FirewallDomainListMetadata::default()
    };
    let firewall_domain_lists = Some(page.iter().map(shape).collect());
    Ok(resolver_api::ListFirewallDomainListsResponse { next_token, firewall_domain_lists })
}

/// A domain as lists keep it: lower case, without a final dot, with `*` as the first label at the most.
pub(super) fn read(text: &str) -> Option<String> {
    let domain = text.strip_suffix('.').unwrap_or(text).to_ascii_lowercase();
    let below = domain.strip_prefix("*.").unwrap_or(&domain);
    let is_label = |label: &str| {
        let fits = (1..=63).contains(&label.len());
        fits && label.bytes().all(|octet| octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'_'))
    };
    let is_domain = domain == "*" || below.split('.').all(is_label);
    (is_domain && domain.len() <= LONGEST).then_some(domain)
}

/// `UpdateFirewallDomains`.
pub(in crate::resolver) fn update_domains(
    cx: &Cx,
    _svc: &Resolver,
    input: resolver_api::UpdateFirewallDomainsRequest,
) -> Result<resolver_api::UpdateFirewallDomainsResponse, Error> {
    let mut domains = BTreeSet::new();
    for text in input.domains.iter().flatten() {
        let domain = read(text);
        domains.insert(domain.ok_or_else(|| Error::Validation(format!("Invalid domain: {text}")))?);
    }
    if input.domains.as_ref().is_some_and(|given| given.len() > MOST_AT_ONCE) {
        return Err(Error::TooMuch);
    }
    let operation = input.operation.as_deref().unwrap_or_default();
    if operation == "DENY" {
        return Err(Error::NotBuilt("The operation DENY"));
    }
    let list = cx.write(|tx| {
        let mut list = List::changeable(tx, cx, input.firewall_domain_list_id.as_deref())?;
        match operation {
            "ADD" => list.domains.extend(domains.iter().cloned()),
            "REPLACE" => list.domains.clone_from(&domains),
            _ => {
                if let Some(unknown) = domains.iter().find(|domain| !list.domains.contains(*domain)) {
                    let (list, domain) = (list.id.clone(), unknown.clone());
                    return Err(Error::UnknownDomain { list, domain, trace: trace(cx) });
                }
                list.domains.retain(|domain| !domains.contains(domain));
            }
        }
        Ok(list.moved(tx, cx, State::Updating, "Updating the Firewall Domain List"))
    })?;
    let [id, name, status, status_message] = list.told();
    Ok(resolver_api::UpdateFirewallDomainsResponse { id, name, status, status_message })
}

/// `ListFirewallDomains`, by name; each is shown with a final dot, everything as `*.`.
/// Recorded: terraform-provider-aws, issue 23543; AWS CLI, `list-firewall-domains`, example.
pub(in crate::resolver) fn list_domains(
    cx: &Cx,
    _svc: &Resolver,
    input: resolver_api::ListFirewallDomainsRequest,
) -> Result<resolver_api::ListFirewallDomainsResponse, Error> {
    let list = cx.read(|view| List::named(view, cx, input.firewall_domain_list_id.as_deref()))?;
    if list.is_managed {
        return Err(Error::Managed);
    }
    let call = ["ListFirewallDomains", &list.id];
    let most = input.max_results.or(Some(DOMAINS_OF_A_PAGE));
    let asked = Asked { call: &call, token: input.next_token.as_deref(), most };
    let (page, next_token) = asked.page(cx, list.domains.iter(), |domain| (*domain).clone())?;
    let domains = Some(page.iter().map(|domain| format!("{domain}.")).collect());
    Ok(resolver_api::ListFirewallDomainsResponse { next_token, domains })
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn domains_have_a_wildcard_in_front_or_none() {
        for (text, want) in [
            ("Example.com.", Some("example.com")),
            ("*.example.com", Some("*.example.com")),
            ("*", Some("*")),
            ("a.*.com", None),
            ("a..com", None),
            ("", None),
            ("a b", None),
        ] {
            assert_eq!(read(text).as_deref(), want, "{text}");
        }
    }
}
