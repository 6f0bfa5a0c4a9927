//! Domains that go from one account to another: offered with a password, accepted or rejected within three days. The lock
//! keeps a domain from other registrars, not from other accounts.

use super::Domains;
use super::deletion::DAY_MILLIS;
use super::domain::{Domain, Offer, canonical};
use super::operation::{Operation, State, begin, end};
use super::register::SECRET_LETTERS;
use super::tld;
use crate::error::DomainsError as Error;
use crate::event::Changed;
use crate::home::home;
use base::AccountId;
use ports::Cx;
use serde::{Deserialize, Serialize};
use shapes_route53domains as domains_api;
use std::sync::Arc;
use store::{Job, JobError, Record, Rows, Tx};

/// Milliseconds an offer stands: three days.
const STANDS_MILLIS: i64 = 3 * DAY_MILLIS;
/// Milliseconds a domain stays where it was registered: fourteen days.
/// Source: Route 53 Developer Guide, "Transferring domains".
const STAYS_MILLIS: i64 = 14 * DAY_MILLIS;

/// Refuses a domain that is new, or about to go.
fn require_movable(rows: &impl Rows, cx: &Cx, domain: &Domain) -> Result<(), Error> {
    if Operation::running(rows, &domain.home, &domain.name, "DELETE_DOMAIN").is_some() {
        let sentence =
            format!("The domain {} can't be transferred: its status is pendingDelete.", domain.name);
        return Err(Error::Input(sentence));
    }
    if cx.now().millis_since(domain.created_at) < STAYS_MILLIS {
        let sentence = "can't be transferred within 14 days of its registration.";
        return Err(Error::Input(format!("The domain {} {sentence}", domain.name)));
    }
    Ok(())
}

/// `TransferDomainToAnotherAwsAccount`.
pub(super) fn offer(
    cx: &Cx,
    _svc: &Domains,
    input: domains_api::TransferDomainToAnotherAwsAccountRequest,
) -> Result<domains_api::TransferDomainToAnotherAwsAccountResponse, Error> {
    let account = input.account_id.unwrap_or_default();
    if account.parse::<AccountId>().is_err() || account == cx.account().to_string() {
        return Err(Error::Input("Invalid account ID".to_owned()));
    }
    let (id, password) = (cx.ids().uuid(), cx.ids().text(SECRET_LETTERS, 16));
    cx.write(|tx| {
        let mut domain = (*Domain::own(tx, cx, input.domain_name.as_deref())?).clone();
        if let Some(old) = domain.offer.take_if(|offer| cx.now().millis_since(offer.expires_at) >= 0) {
            end(tx, &old.operation, State::Failed, Some(EXPIRED));
        }
        require_movable(tx, cx, &domain)?;
        let operation = begin(tx, cx, &id, (&domain.name, "INTERNAL_TRANSFER_OUT_DOMAIN"))?;
        tx.put(Operation { flag: Some("PENDING_ACCEPTANCE".to_owned()), ..operation });
        let expires_at = cx.now().plus_millis(STANDS_MILLIS);
        domain.offer = Some(Offer {
            account: account.clone(),
            password: password.clone(),
            operation: id.clone(),
            expires_at,
        });
        tx.at(expires_at, &Expire { key: domain.key(), operation: id.clone() });
        tx.put(domain);
        Ok::<_, Error>(())
    })?;
    let (operation_id, password) = (Some(id), Some(password));
    Ok(domains_api::TransferDomainToAnotherAwsAccountResponse { operation_id, password })
}

const EXPIRED: &str = "The transfer has expired.";

/// Nobody accepted the domain in time.
#[derive(Serialize, Deserialize)]
pub(super) struct Expire {
    key: String,
    operation: String,
}

impl Job for Expire {
    const KIND: &'static str = "route53_domains.expire_offer";

    fn run(self, tx: &mut Tx) -> Result<(), JobError> {
        let is_of_it = |domain: &Arc<Domain>| {
            domain.offer.as_ref().is_some_and(|offer| offer.operation == self.operation)
        };
        if let Some(domain) = tx.get::<Domain>(&self.key).filter(is_of_it) {
            end(tx, &self.operation, State::Failed, Some(EXPIRED));
            tx.put(Domain { offer: None, ..(*domain).clone() });
        }
        Ok(())
    }
}

/// `CancelDomainTransferToAnotherAwsAccount`.
pub(super) fn cancel(
    cx: &Cx,
    _svc: &Domains,
    input: domains_api::CancelDomainTransferToAnotherAwsAccountRequest,
) -> Result<domains_api::CancelDomainTransferToAnotherAwsAccountResponse, Error> {
    let operation_id = cx.write(|tx| {
        let mut domain = (*Domain::own(tx, cx, input.domain_name.as_deref())?).clone();
        let offer = domain.offer.take().ok_or_else(|| none(&domain.name))?;
        end(tx, &offer.operation, State::Failed, Some("The transfer was canceled."));
        tx.put(domain);
        Ok::<_, Error>(Some(offer.operation))
    })?;
    Ok(domains_api::CancelDomainTransferToAnotherAwsAccountResponse { operation_id })
}

fn none(name: &str) -> Error {
    Error::Input(format!("No transfer of the domain {name} is in progress"))
}

/// The domain of that name that was offered to the caller, and the offer.
fn offered(tx: &Tx, cx: &Cx, name: Option<&str>) -> Result<(Arc<Domain>, Offer), Error> {
    let name = canonical(name.unwrap_or_default());
    tld::split(&name)?;
    let domain = Domain::any(tx, cx, &name).ok_or_else(|| none(&name))?;
    let account = cx.account().to_string();
    let offer = domain
        .offer
        .clone()
        .filter(|offer| offer.account == account && cx.now().millis_since(offer.expires_at) < 0);
    Ok((domain, offer.ok_or_else(|| none(&name))?))
}

/// `AcceptDomainTransferFromAnotherAwsAccount`: by whoever knows the password.
pub(super) fn accept(
    cx: &Cx,
    _svc: &Domains,
    input: domains_api::AcceptDomainTransferFromAnotherAwsAccountRequest,
) -> Result<domains_api::AcceptDomainTransferFromAnotherAwsAccountResponse, Error> {
    let (id, password) = (cx.ids().uuid(), input.password.unwrap_or_default());
    cx.write(|tx| {
        let (domain, offer) = offered(tx, cx, input.domain_name.as_deref())?;
        if offer.password != password {
            return Err(Error::Input("The password is not valid".to_owned()));
        }
        require_movable(tx, cx, &domain)?;
        begin(tx, cx, &id, (&domain.name, "INTERNAL_TRANSFER_IN_DOMAIN"))?;
        end(tx, &id, State::Successful, None);
        end(tx, &offer.operation, State::Successful, None);
        tx.emit(&Changed { kind: "DomainTransferred", resource: domain.name.clone() });
        tx.put(Domain { home: home(cx), offer: None, updated_at: cx.now(), ..(*domain).clone() });
        Ok(())
    })?;
    Ok(domains_api::AcceptDomainTransferFromAnotherAwsAccountResponse { operation_id: Some(id) })
}

/// `RejectDomainTransferFromAnotherAwsAccount`.
pub(super) fn reject(
    cx: &Cx,
    _svc: &Domains,
    input: domains_api::RejectDomainTransferFromAnotherAwsAccountRequest,
) -> Result<domains_api::RejectDomainTransferFromAnotherAwsAccountResponse, Error> {
    let operation_id = cx.write(|tx| {
        let (domain, offer) = offered(tx, cx, input.domain_name.as_deref())?;
        end(tx, &offer.operation, State::Failed, Some("The transfer was rejected."));
        tx.put(Domain { offer: None, ..(*domain).clone() });
        Ok::<_, Error>(Some(offer.operation))
    })?;
    Ok(domains_api::RejectDomainTransferFromAnotherAwsAccountResponse { operation_id })
}
