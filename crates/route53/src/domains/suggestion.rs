//! Which names can be had.

use super::Domains;
use super::domain::{Domain, canonical};
use super::tld;
use crate::error::DomainsError as Error;
use crate::home::home;
use ports::Cx;
use shapes_route53domains as domains_api;
use store::Rows;

/// What is put before or behind a label to find another one.
const WORDS: [&str; 6] = ["app", "hq", "online", "lab", "shop", "world"];

fn availability_of(rows: &impl Rows, cx: &Cx, name: &str) -> Result<&'static str, Error> {
    let (label, _) = tld::split(name)?;
    if !tld::is_label(label) {
        return Ok("INVALID_NAME_FOR_TLD");
    }
    Ok(if Domain::any(rows, cx, name).is_some() { "UNAVAILABLE" } else { "AVAILABLE" })
}

/// `CheckDomainAvailability`.
pub(super) fn availability(
    cx: &Cx,
    _svc: &Domains,
    input: domains_api::CheckDomainAvailabilityRequest,
) -> Result<domains_api::CheckDomainAvailabilityResponse, Error> {
    let name = canonical(input.domain_name.as_deref().unwrap_or_default());
    let found = cx.read(|view| availability_of(view, cx, &name))?;
    Ok(domains_api::CheckDomainAvailabilityResponse { availability: Some(found.to_owned()), price: None })
}

/// `CheckDomainTransferability`: there is no other registrar that a domain could come from.
pub(super) fn transferability(
    cx: &Cx,
    _svc: &Domains,
    input: domains_api::CheckDomainTransferabilityRequest,
) -> Result<domains_api::CheckDomainTransferabilityResponse, Error> {
    let name = canonical(input.domain_name.as_deref().unwrap_or_default());
    tld::split(&name)?;
    let found = cx.read(|view| Domain::any(view, cx, &name));
    let transferable = match found {
        Some(domain) if domain.restorable_until.is_some() => "UNTRANSFERABLE",
        Some(domain) if domain.home == home(cx) => "DOMAIN_IN_OWN_ACCOUNT",
        Some(_) => "DOMAIN_IN_ANOTHER_ACCOUNT",
        None => "UNTRANSFERABLE",
    };
    let transferability = domains_api::DomainTransferability { transferable: Some(transferable.to_owned()) };
    Ok(domains_api::CheckDomainTransferabilityResponse {
        transferability: Some(transferability),
        message: None,
        price: None,
    })
}

/// `GetDomainSuggestions`: the label under other top-level domains, then with words.
pub(super) fn suggest(
    cx: &Cx,
    _svc: &Domains,
    input: domains_api::GetDomainSuggestionsRequest,
) -> Result<domains_api::GetDomainSuggestionsResponse, Error> {
    let name = canonical(input.domain_name.as_deref().unwrap_or_default());
    let (label, own) = tld::split(&name)?;
    if !tld::is_label(label) {
        return Err(Error::Input("Invalid domain name".to_owned()));
    }
    let count = input.suggestion_count.and_then(|count| usize::try_from(count).ok()).unwrap_or_default();
    if !(1..=50).contains(&count) {
        return Err(Error::Input("SuggestionCount must be between 1 and 50".to_owned()));
    }
    let others = tld::all().iter().map(|tld| (label.to_owned(), tld)).filter(|(_, tld)| tld.name != own.name);
    let words = tld::all().iter().flat_map(|tld| WORDS.map(|word| (format!("{label}{word}"), tld)));
    let only_available = input.only_available == Some(true);
    let suggestions = cx.read(|view| {
        let mut found = Vec::new();
        for (label, tld) in others.chain(words) {
            let name = format!("{label}.{}", tld.name);
            let availability = availability_of(view, cx, &name)?;
            if only_available && availability != "AVAILABLE" {
                continue;
            }
            found.push(domains_api::DomainSuggestion {
                domain_name: Some(name),
                availability: Some(availability.to_owned()),
                price: Some(tld::dollars(tld.year)),
            });
            if found.len() == count {
                break;
            }
        }
        Ok::<_, Error>(found)
    })?;
    Ok(domains_api::GetDomainSuggestionsResponse { suggestions_list: Some(suggestions) })
}
