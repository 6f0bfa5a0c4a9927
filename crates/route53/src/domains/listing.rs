//! What is told of domains and operations.

use super::Domains;
use super::deletion::DAY_MILLIS;
use super::domain::Domain;
use super::filter;
use super::operation::Operation;
use crate::error::DomainsError as Error;
use crate::home::home;
use base::Timestamp;
use ports::Cx;
use shapes_route53domains as domains_api;
use std::sync::Arc;
use store::Rows;

/// Items of a page where none is asked for.
const PAGE: usize = 20;

/// A page.
pub(super) struct Asked {
    pub(super) call: &'static str,
    pub(super) marker: Option<String>,
    pub(super) most: Option<i32>,
}

impl Asked {
    /// Cuts the page out of `items`, in the order they come.
    pub(super) fn page<T>(&self, cx: &Cx, items: Vec<T>) -> Result<(Vec<T>, Option<String>), Error> {
        let limit = self.most.and_then(|most| usize::try_from(most).ok()).unwrap_or(PAGE);
        let home = home(cx);
        let pages = cx.world().store.pages(&[&home, self.call]);
        // A place in the list is its number: lists may be turned round.
        let places = items.into_iter().enumerate().map(|(place, item)| (format!("{place:08}"), item));
        let marker = self.marker.as_deref();
        let cut = pages.cut(places, |(place, _)| place.clone(), marker, limit);
        let (page, next) = cut.map_err(|_| Error::Input("Invalid marker".to_owned()))?;
        Ok((page.into_iter().map(|(_, item)| item).collect(), next))
    }
}

/// Milliseconds a registration can be taken back: five days. Source: ICANN, "EPP Status Codes", `addPeriod`.
const ADD_PERIOD_MILLIS: i64 = 5 * DAY_MILLIS;

/// What the registry says of a domain: its states of EPP, and the period it is in.
fn statuses(rows: &impl Rows, cx: &Cx, domain: &Domain) -> Vec<String> {
    let is_going = Operation::running(rows, &domain.home, &domain.name, "DELETE_DOMAIN").is_some();
    let is_offered = domain.offer.as_ref().is_some_and(|offer| cx.now().millis_since(offer.expires_at) < 0);
    let is_new = cx.now().millis_since(domain.created_at) < ADD_PERIOD_MILLIS;
    let states = [
        ("clientTransferProhibited", domain.is_locked),
        ("pendingDelete", is_going),
        ("pendingTransfer", is_offered),
    ];
    let mut found: Vec<&str> = states.iter().filter(|(_, is)| *is).map(|(name, _)| *name).collect();
    if found.is_empty() {
        found.push("ok");
    }
    if is_new {
        found.push("addPeriod");
    }
    found.into_iter().map(str::to_owned).collect()
}

/// `GetDomainDetail`.
pub(super) fn detail(
    cx: &Cx,
    _svc: &Domains,
    input: domains_api::GetDomainDetailRequest,
) -> Result<domains_api::GetDomainDetailResponse, Error> {
    let (domain, status_list) = cx.read(|view| {
        let domain = Domain::own(view, cx, input.domain_name.as_deref())?;
        let statuses = statuses(view, cx, &domain);
        Ok::<_, Error>((domain, statuses))
    })?;
    let server = |own: &super::domain::NameServer| domains_api::Nameserver {
        name: Some(own.name.clone()),
        glue_ips: Some(own.glue.clone()),
    };
    let signer = |own: &super::domain::Signer| domains_api::DnssecKey {
        algorithm: Some(own.algorithm),
        flags: Some(own.flags),
        public_key: Some(own.public.clone()),
        id: Some(own.id.clone()),
        ..domains_api::DnssecKey::default()
    };
    Ok(domains_api::GetDomainDetailResponse {
        domain_name: Some(domain.name.clone()),
        nameservers: Some(domain.name_servers.iter().map(server).collect()),
        auto_renew: Some(domain.renews),
        admin_contact: Some(domain.contacts.admin.shape()),
        registrant_contact: Some(domain.contacts.registrant.shape()),
        tech_contact: Some(domain.contacts.tech.shape()),
        billing_contact: domain.contacts.billing.as_ref().map(super::contact::Contact::shape),
        admin_privacy: Some(domain.privacy.admin),
        registrant_privacy: Some(domain.privacy.registrant),
        tech_privacy: Some(domain.privacy.tech),
        billing_privacy: Some(domain.privacy.billing),
        registrar_name: Some("Amazon Registrar, Inc.".to_owned()),
        who_is_server: Some("whois.registrar.amazon".to_owned()),
        registrar_url: Some("http://registrar.amazon.com".to_owned()),
        abuse_contact_email: Some("trustandsafety@support.aws.com".to_owned()),
        abuse_contact_phone: Some("+1.2024422253".to_owned()),
        creation_date: Some(domain.created_at.into()),
        updated_date: Some(domain.updated_at.into()),
        expiration_date: Some(domain.expires_at.into()),
        status_list: Some(status_list),
        dnssec_keys: (!domain.signers.is_empty()).then(|| domain.signers.iter().map(signer).collect()),
        ..domains_api::GetDomainDetailResponse::default()
    })
}

/// `ListDomains`, by name where nothing else is asked for.
pub(super) fn list(
    cx: &Cx,
    _svc: &Domains,
    input: domains_api::ListDomainsRequest,
) -> Result<domains_api::ListDomainsResponse, Error> {
    let conditions = filter::read(input.filter_conditions.as_deref().unwrap_or_default())?;
    let mut kept = cx.read(|view| view.listed(&Domain::OWNER, &home(cx)));
    kept.retain(|domain| conditions.iter().all(|condition| condition.passes(domain)));
    if let Some(sort) = &input.sort_condition {
        if sort.name.as_deref() == Some("Expiry") {
            kept.sort_by_key(|domain| domain.expires_at.millis);
        }
        if sort.sort_order.as_deref() == Some("DESC") {
            kept.reverse();
        }
    }
    let asked = Asked { call: "ListDomains", marker: input.marker, most: input.max_items };
    let (page, next_page_marker) = asked.page(cx, kept)?;
    let summary = |domain: &Arc<Domain>| domains_api::DomainSummary {
        domain_name: Some(domain.name.clone()),
        auto_renew: Some(domain.renews),
        transfer_lock: Some(domain.is_locked),
        expiry: Some(domain.expires_at.into()),
    };
    Ok(domains_api::ListDomainsResponse {
        domains: Some(page.iter().map(summary).collect()),
        next_page_marker,
    })
}

/// `GetOperationDetail`.
pub(super) fn operation(
    cx: &Cx,
    _svc: &Domains,
    input: domains_api::GetOperationDetailRequest,
) -> Result<domains_api::GetOperationDetailResponse, Error> {
    let id = input.operation_id.unwrap_or_default();
    let found = cx.read(|view| view.row::<Operation>(&id)).filter(|found| found.home == home(cx));
    let found = found.ok_or_else(|| Error::Input(format!("Operation {id} not found")))?;
    Ok(domains_api::GetOperationDetailResponse {
        operation_id: Some(found.id.clone()),
        status: Some(found.status().to_owned()),
        message: found.message.clone(),
        domain_name: Some(found.domain.clone()),
        type_: Some(found.kind.clone()),
        submitted_date: Some(found.submitted_at.into()),
        last_updated_date: Some(found.updated_at.into()),
        status_flag: found.flag.clone(),
    })
}

/// `ListOperations`, by the time they were asked for.
pub(super) fn operations(
    cx: &Cx,
    _svc: &Domains,
    input: domains_api::ListOperationsRequest,
) -> Result<domains_api::ListOperationsResponse, Error> {
    let mut all = cx.read(|view| view.listed(&Operation::OWNER, &home(cx)));
    let since = input.submitted_since.map(Timestamp::from);
    let is_among = |wanted: &Option<Vec<String>>, own: &str| {
        wanted.as_ref().is_none_or(|wanted| wanted.is_empty() || wanted.iter().any(|text| text == own))
    };
    all.retain(|own| {
        since.is_none_or(|since| own.submitted_at.millis_since(since) >= 0)
            && is_among(&input.status, own.status())
            && is_among(&input.type_, &own.kind)
    });
    all.sort_by_key(|own| own.submitted_at.millis);
    if input.sort_order.as_deref() == Some("DESC") {
        all.reverse();
    }
    let asked = Asked { call: "ListOperations", marker: input.marker, most: input.max_items };
    let (page, next_page_marker) = asked.page(cx, all)?;
    let summary = |own: &Arc<Operation>| domains_api::OperationSummary {
        operation_id: Some(own.id.clone()),
        status: Some(own.status().to_owned()),
        type_: Some(own.kind.clone()),
        submitted_date: Some(own.submitted_at.into()),
        domain_name: Some(own.domain.clone()),
        message: own.message.clone(),
        status_flag: own.flag.clone(),
        last_updated_date: Some(own.updated_at.into()),
    };
    let operations = Some(page.iter().map(summary).collect());
    Ok(domains_api::ListOperationsResponse { operations, next_page_marker })
}

/// `ViewBilling`: nothing is charged.
pub(super) fn billing(
    _cx: &Cx,
    _svc: &Domains,
    _input: domains_api::ViewBillingRequest,
) -> Result<domains_api::ViewBillingResponse, Error> {
    Ok(domains_api::ViewBillingResponse { next_page_marker: None, billing_records: Some(Vec::new()) })
}
