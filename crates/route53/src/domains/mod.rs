//! Route 53 Domains: registrations, kept in the world. There is no registry behind them: whoever registers a name first in a
//! world has it there.

mod contact;
mod deletion;
mod domain;
mod filter;
mod listing;
mod operation;
mod register;
mod suggestion;
mod tag;
mod tld;
mod transfer;
mod update;

use crate::error::DomainsError;
use ports::{Registry, Service};
use shapes_route53domains as domains_api;
use std::sync::Arc;

/// The service.
pub(crate) struct Domains;

impl Service for Domains {
    type Error = DomainsError;
}

/// Registers the tables, the jobs and the operations.
pub(crate) fn install(registry: &mut Registry) {
    let mut ops = registry.service(Arc::new(Domains));
    ops.tables()
        .record::<domain::Domain>()
        .record::<operation::Operation>()
        .job::<register::Finish>()
        .job::<operation::Progress>()
        .job::<operation::Settle>()
        .job::<transfer::Expire>()
        .job::<deletion::Leave>()
        .job::<deletion::Forget>()
        .job::<deletion::Return>();
    ops.answer::<domains_api::RegisterDomain>(register::register)
        .answer::<domains_api::RenewDomain>(update::renew)
        .answer::<domains_api::DeleteDomain>(deletion::delete)
        .answer::<domains_api::RestoreDomain>(deletion::restore)
        .answer::<domains_api::GetDomainDetail>(listing::detail)
        .answer::<domains_api::ListDomains>(listing::list)
        .answer::<domains_api::ListOperations>(listing::operations)
        .answer::<domains_api::GetOperationDetail>(listing::operation)
        .answer::<domains_api::ViewBilling>(listing::billing)
        .answer::<domains_api::CheckDomainAvailability>(suggestion::availability)
        .answer::<domains_api::CheckDomainTransferability>(suggestion::transferability)
        .answer::<domains_api::GetDomainSuggestions>(suggestion::suggest)
        .answer::<domains_api::ListPrices>(tld::list)
        .answer::<domains_api::GetDomainPrices>(tld::of_domain)
        .answer::<domains_api::UpdateDomainContact>(update::contacts)
        .answer::<domains_api::UpdateDomainContactPrivacy>(update::privacy)
        .answer::<domains_api::UpdateDomainNameservers>(update::name_servers)
        .answer::<domains_api::EnableDomainAutoRenew>(update::enable_renewal)
        .answer::<domains_api::DisableDomainAutoRenew>(update::disable_renewal)
        .answer::<domains_api::EnableDomainTransferLock>(update::lock)
        .answer::<domains_api::DisableDomainTransferLock>(update::unlock)
        .answer::<domains_api::AssociateDelegationSignerToDomain>(update::add_signer)
        .answer::<domains_api::DisassociateDelegationSignerFromDomain>(update::remove_signer)
        .answer::<domains_api::RetrieveDomainAuthCode>(update::auth_code)
        .answer::<domains_api::GetContactReachabilityStatus>(contact::reachability)
        .answer::<domains_api::ResendContactReachabilityEmail>(contact::resend)
        .answer::<domains_api::TransferDomainToAnotherAwsAccount>(transfer::offer)
        .answer::<domains_api::CancelDomainTransferToAnotherAwsAccount>(transfer::cancel)
        .answer::<domains_api::AcceptDomainTransferFromAnotherAwsAccount>(transfer::accept)
        .answer::<domains_api::RejectDomainTransferFromAnotherAwsAccount>(transfer::reject)
        .answer::<domains_api::UpdateTagsForDomain>(tag::add)
        .answer::<domains_api::DeleteTagsForDomain>(tag::remove)
        .answer::<domains_api::ListTagsForDomain>(tag::list);
}
