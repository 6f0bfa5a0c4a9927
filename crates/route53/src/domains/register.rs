//! `RegisterDomain`: a domain with a hosted zone of its name, whose servers are the domain's.

use super::Domains;
use super::contact::{Contact, judge};
use super::domain::{Contacts, Domain, NameServer, Privacy, canonical};
use super::operation::{REGISTRY_MILLIS, State, begin, end};
use super::tld;
use crate::error::DomainsError as Error;
use crate::event::Changed;
use crate::home::{ID_LETTERS, home};
use crate::name::Name;
use crate::zone::{self, Zone, draw};
use base::{Tags, Timestamp};
use ports::Cx;
use serde::{Deserialize, Serialize};
use shapes_route53domains as domains_api;
use store::{Job, JobError, Record, Tx};

/// Letters of secrets.
pub(super) const SECRET_LETTERS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";

/// `RegisterDomain`.
pub(super) fn register(
    cx: &Cx,
    _svc: &Domains,
    input: domains_api::RegisterDomainRequest,
) -> Result<domains_api::RegisterDomainResponse, Error> {
    let name = canonical(input.domain_name.as_deref().unwrap_or_default());
    let (label, tld) = tld::split(&name)?;
    let zone_name = Name::parse(&name).ok().filter(|_| tld::is_label(label));
    let zone_name = zone_name.ok_or_else(|| Error::Input("Invalid domain name".to_owned()))?;
    judge([&input.admin_contact, &input.registrant_contact, &input.tech_contact, &input.billing_contact])?;
    let contact =
        |given: &Option<domains_api::ContactDetail>| given.as_ref().map(Contact::read).unwrap_or_default();
    let years = input.duration_in_years.unwrap_or(1);
    if years > tld.most_years {
        return Err(Error::TooManyYears(tld.most_years));
    }
    let hides = |wanted: Option<bool>| tld.has_privacy && wanted.unwrap_or(true);
    let servers = draw(cx.ids());
    let domain = Domain {
        name: name.clone(),
        home: home(cx),
        contacts: Contacts {
            admin: contact(&input.admin_contact),
            registrant: contact(&input.registrant_contact),
            tech: contact(&input.tech_contact),
            billing: input.billing_contact.as_ref().map(Contact::read),
        },
        privacy: Privacy {
            admin: hides(input.privacy_protect_admin_contact),
            registrant: hides(input.privacy_protect_registrant_contact),
            tech: hides(input.privacy_protect_tech_contact),
            billing: hides(input.privacy_protect_billing_contact),
        },
        renews: input.auto_renew.unwrap_or(true),
        is_locked: tld.has_lock,
        name_servers: servers
            .iter()
            .map(|name| NameServer { name: name.clone(), glue: Vec::new() })
            .collect(),
        signers: Vec::new(),
        tags: Tags::default(),
        auth_code: cx.ids().text(SECRET_LETTERS, 32),
        offer: None,
        restorable_until: None,
        created_at: cx.now(),
        updated_at: cx.now(),
        expires_at: years_after(cx.now(), years),
    };
    let (id, zone_id) = (cx.ids().uuid(), format!("Z{}", cx.ids().text(ID_LETTERS, 20)));
    cx.write(|tx| {
        if Domain::any(tx, cx, &name).is_some() {
            return Err(Error::Input(format!("Domain {name} is not available.")));
        }
        begin(tx, cx, &id, (&name, "REGISTER_DOMAIN"))?;
        let zone = Zone::registered(&zone_id, &domain.home, &zone_name, &servers, cx.now());
        let finish = Finish { operation: id.clone(), domain: domain.clone(), zone };
        tx.after(REGISTRY_MILLIS, finish);
        Ok(())
    })?;
    Ok(domains_api::RegisterDomainResponse { operation_id: Some(id) })
}

/// So many years later, as the calendar of registries has them: of 365 days.
pub(super) fn years_after(from: Timestamp, years: i32) -> Timestamp {
    from.plus_millis(i64::from(years) * 365 * 24 * 3600 * 1000)
}

/// The registry has the domain.
#[derive(Serialize, Deserialize)]
pub(super) struct Finish {
    operation: String,
    domain: Domain,
    zone: Zone,
}

impl Job for Finish {
    const KIND: &'static str = "route53_domains.register";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        // Somebody else may have been faster.
        if tx.get::<Domain>(&self.domain.key()).is_some() {
            end(tx, &self.operation, State::Failed, Some("The domain is not available."));
            return Ok(());
        }
        tx.emit(&Changed { kind: "DomainRegistered", resource: self.domain.name.clone() });
        tx.put(self.domain);
        zone::found(tx, self.zone);
        end(tx, &self.operation, State::Successful, None);
        Ok(())
    }
}
