//! What changes of a domain: each by an operation, but for its renewal.

use super::Domains;
use super::contact::{Contact, judge};
use super::domain::{Domain, NameServer, Signer};
use super::operation::changed;
use super::register::years_after;
use super::tld;
use crate::error::DomainsError as Error;
use crate::name::Name;
use ports::Cx;
use shapes_route53domains as domains_api;
use std::net::IpAddr;

/// Keys of a domain at the most; years it may run ahead.
/// Source: Route 53 Developer Guide, "Configuring DNSSEC for a domain" and "Renewing registration".
const MOST_SIGNERS: usize = 4;
const MOST_YEARS: i32 = 10;

/// Changes a domain by an operation.
fn by_operation(
    cx: &Cx,
    name: Option<&str>,
    kind: &'static str,
    change: impl Fn(&mut Domain) -> Result<(), Error>,
) -> Result<Option<String>, Error> {
    let id = cx.ids().uuid();
    cx.write(|tx| {
        let mut domain = (*Domain::own(tx, cx, name)?).clone();
        change(&mut domain)?;
        changed(tx, cx, &id, kind, domain).map(Some)
    })
}

/// `UpdateDomainContact`: what is not given stays as it is.
pub(super) fn contacts(
    cx: &Cx,
    _svc: &Domains,
    input: domains_api::UpdateDomainContactRequest,
) -> Result<domains_api::UpdateDomainContactResponse, Error> {
    judge([&input.admin_contact, &input.registrant_contact, &input.tech_contact, &input.billing_contact])?;
    let operation_id = by_operation(cx, input.domain_name.as_deref(), "UPDATE_DOMAIN_CONTACT", |domain| {
        let read = |given: &Option<domains_api::ContactDetail>| given.as_ref().map(Contact::read);
        let own = &mut domain.contacts;
        own.admin = read(&input.admin_contact).unwrap_or(std::mem::take(&mut own.admin));
        own.registrant = read(&input.registrant_contact).unwrap_or(std::mem::take(&mut own.registrant));
        own.tech = read(&input.tech_contact).unwrap_or(std::mem::take(&mut own.tech));
        own.billing = read(&input.billing_contact).or(own.billing.take());
        Ok(())
    })?;
    Ok(domains_api::UpdateDomainContactResponse { operation_id })
}

/// `UpdateDomainContactPrivacy`.
pub(super) fn privacy(
    cx: &Cx,
    _svc: &Domains,
    input: domains_api::UpdateDomainContactPrivacyRequest,
) -> Result<domains_api::UpdateDomainContactPrivacyResponse, Error> {
    let kind = "CHANGE_PRIVACY_PROTECTION";
    let operation_id = by_operation(cx, input.domain_name.as_deref(), kind, |domain| {
        tld::require(&domain.name, |tld| tld.has_privacy)?;
        let own = &mut domain.privacy;
        own.admin = input.admin_privacy.unwrap_or(own.admin);
        own.registrant = input.registrant_privacy.unwrap_or(own.registrant);
        own.tech = input.tech_privacy.unwrap_or(own.tech);
        own.billing = input.billing_privacy.unwrap_or(own.billing);
        Ok(())
    })?;
    Ok(domains_api::UpdateDomainContactPrivacyResponse { operation_id })
}

/// A name server with at most one address of each kind.
fn name_server(given: &domains_api::Nameserver) -> Result<NameServer, String> {
    let name = given.name.clone().unwrap_or_default();
    if Name::parse(&name).is_err() || name.len() > 255 {
        return Err(format!("{name} is not a valid host name"));
    }
    let (mut four, mut six) = (0, 0);
    for text in given.glue_ips.iter().flatten() {
        match text.parse::<IpAddr>() {
            Ok(IpAddr::V4(_)) => four += 1,
            Ok(IpAddr::V6(_)) => six += 1,
            Err(_) => return Err(format!("{text} is not a valid IP address")),
        }
    }
    if four > 1 {
        return Err("GlueIps list must include only 1 IPv4 address".to_owned());
    }
    if six > 1 {
        return Err("GlueIps list must include only 1 IPv6 address".to_owned());
    }
    Ok(NameServer { name, glue: given.glue_ips.clone().unwrap_or_default() })
}

/// `UpdateDomainNameservers`.
pub(super) fn name_servers(
    cx: &Cx,
    _svc: &Domains,
    input: domains_api::UpdateDomainNameserversRequest,
) -> Result<domains_api::UpdateDomainNameserversResponse, Error> {
    let (mut servers, mut wrong) = (Vec::new(), Vec::new());
    for given in input.nameservers.iter().flatten() {
        match name_server(given) {
            Ok(server) => servers.push(server),
            Err(sentence) => wrong.push(sentence),
        }
    }
    if !wrong.is_empty() {
        return Err(Error::Wrong(wrong));
    }
    let operation_id = by_operation(cx, input.domain_name.as_deref(), "UPDATE_NAMESERVER", |domain| {
        domain.name_servers.clone_from(&servers);
        Ok(())
    })?;
    Ok(domains_api::UpdateDomainNameserversResponse { operation_id })
}

fn renewal(cx: &Cx, name: Option<&str>, renews: bool) -> Result<(), Error> {
    let kind = if renews { "ENABLE_AUTORENEW" } else { "DISABLE_AUTORENEW" };
    by_operation(cx, name, kind, |domain| {
        domain.renews = renews;
        Ok(())
    })?;
    Ok(())
}

/// `EnableDomainAutoRenew`.
pub(super) fn enable_renewal(
    cx: &Cx,
    _svc: &Domains,
    input: domains_api::EnableDomainAutoRenewRequest,
) -> Result<domains_api::EnableDomainAutoRenewResponse, Error> {
    renewal(cx, input.domain_name.as_deref(), true)?;
    Ok(domains_api::EnableDomainAutoRenewResponse {})
}

/// `DisableDomainAutoRenew`.
pub(super) fn disable_renewal(
    cx: &Cx,
    _svc: &Domains,
    input: domains_api::DisableDomainAutoRenewRequest,
) -> Result<domains_api::DisableDomainAutoRenewResponse, Error> {
    renewal(cx, input.domain_name.as_deref(), false)?;
    Ok(domains_api::DisableDomainAutoRenewResponse {})
}

fn set_lock(cx: &Cx, name: Option<&str>, is_locked: bool) -> Result<Option<String>, Error> {
    by_operation(cx, name, "DOMAIN_LOCK", |domain| {
        tld::require(&domain.name, |tld| tld.has_lock)?;
        domain.is_locked = is_locked;
        Ok(())
    })
}

/// `EnableDomainTransferLock`.
pub(super) fn lock(
    cx: &Cx,
    _svc: &Domains,
    input: domains_api::EnableDomainTransferLockRequest,
) -> Result<domains_api::EnableDomainTransferLockResponse, Error> {
    let operation_id = set_lock(cx, input.domain_name.as_deref(), true)?;
    Ok(domains_api::EnableDomainTransferLockResponse { operation_id })
}

/// `DisableDomainTransferLock`.
pub(super) fn unlock(
    cx: &Cx,
    _svc: &Domains,
    input: domains_api::DisableDomainTransferLockRequest,
) -> Result<domains_api::DisableDomainTransferLockResponse, Error> {
    let operation_id = set_lock(cx, input.domain_name.as_deref(), false)?;
    Ok(domains_api::DisableDomainTransferLockResponse { operation_id })
}

/// `AssociateDelegationSignerToDomain`.
pub(super) fn add_signer(
    cx: &Cx,
    _svc: &Domains,
    input: domains_api::AssociateDelegationSignerToDomainRequest,
) -> Result<domains_api::AssociateDelegationSignerToDomainResponse, Error> {
    let given = input.signing_attributes.unwrap_or_default();
    let signer = Signer {
        id: cx.ids().uuid(),
        algorithm: given.algorithm.unwrap_or_default(),
        flags: given.flags.unwrap_or_default(),
        public: given.public_key.unwrap_or_default(),
    };
    let operation_id = by_operation(cx, input.domain_name.as_deref(), "ADD_DNSSEC", |domain| {
        tld::require(&domain.name, |tld| tld.has_signers)?;
        if domain.signers.len() >= MOST_SIGNERS {
            return Err(Error::TooManySigners);
        }
        domain.signers.push(signer.clone());
        Ok(())
    })?;
    Ok(domains_api::AssociateDelegationSignerToDomainResponse { operation_id })
}

/// `DisassociateDelegationSignerFromDomain`.
pub(super) fn remove_signer(
    cx: &Cx,
    _svc: &Domains,
    input: domains_api::DisassociateDelegationSignerFromDomainRequest,
) -> Result<domains_api::DisassociateDelegationSignerFromDomainResponse, Error> {
    let id = input.id.unwrap_or_default();
    let operation_id = by_operation(cx, input.domain_name.as_deref(), "REMOVE_DNSSEC", |domain| {
        tld::require(&domain.name, |tld| tld.has_signers)?;
        let before = domain.signers.len();
        domain.signers.retain(|signer| signer.id != id);
        if domain.signers.len() == before {
            return Err(Error::Input(format!("The DNSSEC key {id} does not exist")));
        }
        Ok(())
    })?;
    Ok(domains_api::DisassociateDelegationSignerFromDomainResponse { operation_id })
}

/// `RetrieveDomainAuthCode`.
pub(super) fn auth_code(
    cx: &Cx,
    _svc: &Domains,
    input: domains_api::RetrieveDomainAuthCodeRequest,
) -> Result<domains_api::RetrieveDomainAuthCodeResponse, Error> {
    let domain = cx.read(|view| Domain::own(view, cx, input.domain_name.as_deref()))?;
    Ok(domains_api::RetrieveDomainAuthCodeResponse { auth_code: Some(domain.auth_code.clone()) })
}

/// `RenewDomain`: by whoever knows the year it runs out.
pub(super) fn renew(
    cx: &Cx,
    _svc: &Domains,
    input: domains_api::RenewDomainRequest,
) -> Result<domains_api::RenewDomainResponse, Error> {
    let years = input.duration_in_years.unwrap_or(1);
    let operation_id = by_operation(cx, input.domain_name.as_deref(), "RENEW_DOMAIN", |domain| {
        let year = domain.expires_at.rfc3339().get(..4).and_then(|year| year.parse::<i32>().ok());
        if year != input.current_expiry_year {
            return Err(Error::Input("The current expiry year does not match the domain's".to_owned()));
        }
        let renewed = years_after(domain.expires_at, years);
        let (_, tld) = tld::split(&domain.name)?;
        if years > tld.most_years || renewed.millis_since(years_after(cx.now(), MOST_YEARS)) > 0 {
            return Err(Error::TooManyYears(tld.most_years));
        }
        domain.expires_at = renewed;
        Ok(())
    })?;
    Ok(domains_api::RenewDomainResponse { operation_id })
}
