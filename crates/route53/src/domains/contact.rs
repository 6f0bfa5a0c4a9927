//! Contacts of registrations, and whether their addresses were confirmed.

use super::Domains;
use super::domain::Domain;
use crate::error::DomainsError as Error;
use ports::Cx;
use serde::{Deserialize, Serialize};
use shapes_route53domains as domains_api;

/// A contact, as it was given.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Contact {
    first_name: Option<String>,
    last_name: Option<String>,
    kind: Option<String>,
    organization: Option<String>,
    address: [Option<String>; 2],
    city: Option<String>,
    state: Option<String>,
    country: Option<String>,
    zip: Option<String>,
    phone: Option<String>,
    pub(super) email: Option<String>,
    fax: Option<String>,
    /// What a registry wants beside: name and value.
    extra: Vec<(String, String)>,
}

/// Characters of most members at the most, and of the others. The model has the same numbers; these sentences are moto's
/// contributors'.
const MOST: usize = 255;
const MOST_OF_MAIL: usize = 254;
const MOST_OF_NUMBER: usize = 30;

/// Tells everything that is too long in contacts.
pub(super) fn judge<'c>(
    given: impl IntoIterator<Item = &'c Option<domains_api::ContactDetail>>,
) -> Result<(), Error> {
    let mut wrong = Vec::new();
    for own in given.into_iter().flatten() {
        for (name, value, most) in [
            ("AddressLine1", &own.address_line1, MOST),
            ("AddressLine2", &own.address_line2, MOST),
            ("City", &own.city, MOST),
            ("Email", &own.email, MOST_OF_MAIL),
            ("Fax", &own.fax, MOST_OF_NUMBER),
            ("FirstName", &own.first_name, MOST),
            ("LastName", &own.last_name, MOST),
            ("OrganizationName", &own.organization_name, MOST),
            ("PhoneNumber", &own.phone_number, MOST_OF_NUMBER),
            ("State", &own.state, MOST),
            ("ZipCode", &own.zip_code, MOST),
        ] {
            if value.as_ref().is_some_and(|value| value.chars().count() > most) {
                wrong.push(format!("Length of {name} is more than {most}"));
            }
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(Error::Wrong(wrong)) }
}

impl Contact {
    pub(super) fn read(given: &domains_api::ContactDetail) -> Self {
        let extra = given.extra_params.iter().flatten();
        let pair = |own: &domains_api::ExtraParam| {
            (own.name.clone().unwrap_or_default(), own.value.clone().unwrap_or_default())
        };
        Self {
            first_name: given.first_name.clone(),
            last_name: given.last_name.clone(),
            kind: given.contact_type.clone(),
            organization: given.organization_name.clone(),
            address: [given.address_line1.clone(), given.address_line2.clone()],
            city: given.city.clone(),
            state: given.state.clone(),
            country: given.country_code.clone(),
            zip: given.zip_code.clone(),
            phone: given.phone_number.clone(),
            email: given.email.clone(),
            fax: given.fax.clone(),
            extra: extra.map(pair).collect(),
        }
    }

    pub(super) fn shape(&self) -> domains_api::ContactDetail {
        let [first, second] = self.address.clone();
        let extra = self.extra.iter().map(|(name, value)| domains_api::ExtraParam {
            name: Some(name.clone()),
            value: Some(value.clone()),
        });
        domains_api::ContactDetail {
            first_name: self.first_name.clone(),
            last_name: self.last_name.clone(),
            contact_type: self.kind.clone(),
            organization_name: self.organization.clone(),
            address_line1: first,
            address_line2: second,
            city: self.city.clone(),
            state: self.state.clone(),
            country_code: self.country.clone(),
            zip_code: self.zip.clone(),
            phone_number: self.phone.clone(),
            email: self.email.clone(),
            fax: self.fax.clone(),
            extra_params: (!self.extra.is_empty()).then(|| extra.collect()),
        }
    }
}

fn named(cx: &Cx, name: Option<String>) -> Result<std::sync::Arc<Domain>, Error> {
    match name {
        Some(name) => cx.read(|view| Domain::own(view, cx, Some(&name))),
        None => Err(Error::Input("The domain name is required".to_owned())),
    }
}

/// `GetContactReachabilityStatus`: nobody sends mail here, so nobody has to confirm any.
pub(super) fn reachability(
    cx: &Cx,
    _svc: &Domains,
    input: domains_api::GetContactReachabilityStatusRequest,
) -> Result<domains_api::GetContactReachabilityStatusResponse, Error> {
    let domain = named(cx, input.domain_name)?;
    Ok(domains_api::GetContactReachabilityStatusResponse {
        domain_name: Some(domain.name.clone()),
        status: Some("DONE".to_owned()),
    })
}

/// `ResendContactReachabilityEmail`: the address counts as confirmed.
pub(super) fn resend(
    cx: &Cx,
    _svc: &Domains,
    input: domains_api::ResendContactReachabilityEmailRequest,
) -> Result<domains_api::ResendContactReachabilityEmailResponse, Error> {
    let domain = named(cx, input.domain_name)?;
    Ok(domains_api::ResendContactReachabilityEmailResponse {
        domain_name: Some(domain.name.clone()),
        email_address: domain.contacts.registrant.email.clone(),
        is_already_verified: Some(true),
    })
}
