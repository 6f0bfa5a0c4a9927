//! Route 53 Resolver: endpoints, rules, query logging, DNS Firewall, and the settings of VPCs.
//!
//! Everything is kept; nothing answers a question of DNS yet.

mod config;
mod endpoint;
mod firewall;
mod outpost;
mod policy;
mod query_log;
mod rule;
mod shared;
pub(crate) mod tag;

use crate::error::ResolverError;
use ports::{Registrar, Registry, Service, ServiceInterfaces, ServiceNetworks, StoredObjects};
use shapes_route53resolver as resolver_api;
use std::sync::Arc;

/// The service.
pub(crate) struct Resolver {
    /// Who knows VPCs, subnets and groups.
    networks: Arc<dyn ServiceNetworks>,
    /// Who puts the endpoints' interfaces into subnets.
    interfaces: Arc<dyn ServiceInterfaces>,
    /// The files that lists of domains are imported from.
    objects: Arc<dyn StoredObjects>,
}

impl Service for Resolver {
    type Error = ResolverError;
}

/// Registers the tables, the jobs and the operations.
pub(crate) fn install(
    registry: &mut Registry,
    networks: Arc<dyn ServiceNetworks>,
    interfaces: Arc<dyn ServiceInterfaces>,
    objects: Arc<dyn StoredObjects>,
) {
    let mut ops = registry.service(Arc::new(Resolver { networks, interfaces, objects }));
    ops.tables()
        .record::<endpoint::Endpoint>()
        .record::<rule::Rule>()
        .record::<rule::association::Association>()
        .record::<query_log::QueryLog>()
        .record::<query_log::association::Association>()
        .record::<firewall::list::List>()
        .record::<firewall::group::Group>()
        .record::<firewall::rule::FirewallRule>()
        .record::<firewall::association::Association>()
        .record::<config::VpcConfig>()
        .record::<policy::Policy>()
        .job::<endpoint::Settle>()
        .job::<rule::Settle>()
        .job::<rule::association::Settle>()
        .job::<query_log::Settle>()
        .job::<query_log::association::Settle>()
        .job::<firewall::list::Settle>()
        .job::<firewall::association::Settle>()
        .job::<config::Settle>();
    endpoints(&mut ops);
    rules(&mut ops);
    logs(&mut ops);
    firewalls(&mut ops);
    ops.answer::<resolver_api::GetResolverConfig>(config::get_resolver)
        .answer::<resolver_api::UpdateResolverConfig>(config::update_resolver)
        .answer::<resolver_api::ListResolverConfigs>(config::list_resolver)
        .answer::<resolver_api::GetResolverDnssecConfig>(config::get_dnssec)
        .answer::<resolver_api::UpdateResolverDnssecConfig>(config::update_dnssec)
        .answer::<resolver_api::ListResolverDnssecConfigs>(config::list_dnssec)
        .answer::<resolver_api::TagResource>(tag::add)
        .answer::<resolver_api::UntagResource>(tag::remove)
        .answer::<resolver_api::ListTagsForResource>(tag::list)
        .answer::<resolver_api::CreateOutpostResolver>(outpost::create)
        .answer::<resolver_api::GetOutpostResolver>(outpost::get)
        .answer::<resolver_api::UpdateOutpostResolver>(outpost::update)
        .answer::<resolver_api::DeleteOutpostResolver>(outpost::delete)
        .answer::<resolver_api::ListOutpostResolvers>(outpost::list);
}

fn endpoints(ops: &mut Registrar<'_, Resolver>) {
    ops.answer::<resolver_api::CreateResolverEndpoint>(endpoint::create)
        .answer::<resolver_api::GetResolverEndpoint>(endpoint::get)
        .answer::<resolver_api::UpdateResolverEndpoint>(endpoint::update)
        .answer::<resolver_api::DeleteResolverEndpoint>(endpoint::delete)
        .answer::<resolver_api::ListResolverEndpoints>(endpoint::list)
        .answer::<resolver_api::AssociateResolverEndpointIpAddress>(endpoint::address::associate)
        .answer::<resolver_api::DisassociateResolverEndpointIpAddress>(endpoint::address::disassociate)
        .answer::<resolver_api::ListResolverEndpointIpAddresses>(endpoint::address::list);
}

fn rules(ops: &mut Registrar<'_, Resolver>) {
    ops.answer::<resolver_api::CreateResolverRule>(rule::create)
        .answer::<resolver_api::GetResolverRule>(rule::get)
        .answer::<resolver_api::UpdateResolverRule>(rule::update)
        .answer::<resolver_api::DeleteResolverRule>(rule::delete)
        .answer::<resolver_api::ListResolverRules>(rule::list)
        .answer::<resolver_api::AssociateResolverRule>(rule::association::associate)
        .answer::<resolver_api::DisassociateResolverRule>(rule::association::disassociate)
        .answer::<resolver_api::GetResolverRuleAssociation>(rule::association::get)
        .answer::<resolver_api::ListResolverRuleAssociations>(rule::association::list)
        .answer::<resolver_api::PutResolverRulePolicy>(policy::put_rule)
        .answer::<resolver_api::GetResolverRulePolicy>(policy::get_rule);
}

fn logs(ops: &mut Registrar<'_, Resolver>) {
    ops.answer::<resolver_api::CreateResolverQueryLogConfig>(query_log::create)
        .answer::<resolver_api::GetResolverQueryLogConfig>(query_log::get)
        .answer::<resolver_api::DeleteResolverQueryLogConfig>(query_log::delete)
        .answer::<resolver_api::ListResolverQueryLogConfigs>(query_log::list)
        .answer::<resolver_api::AssociateResolverQueryLogConfig>(query_log::association::associate)
        .answer::<resolver_api::DisassociateResolverQueryLogConfig>(query_log::association::disassociate)
        .answer::<resolver_api::GetResolverQueryLogConfigAssociation>(query_log::association::get)
        .answer::<resolver_api::ListResolverQueryLogConfigAssociations>(query_log::association::list)
        .answer::<resolver_api::PutResolverQueryLogConfigPolicy>(policy::put_query_log)
        .answer::<resolver_api::GetResolverQueryLogConfigPolicy>(policy::get_query_log);
}

fn firewalls(ops: &mut Registrar<'_, Resolver>) {
    ops.answer::<resolver_api::CreateFirewallDomainList>(firewall::list::create)
        .answer::<resolver_api::GetFirewallDomainList>(firewall::list::get)
        .answer::<resolver_api::DeleteFirewallDomainList>(firewall::list::delete)
        .answer::<resolver_api::ListFirewallDomainLists>(firewall::list::list)
        .answer::<resolver_api::UpdateFirewallDomains>(firewall::list::update_domains)
        .answer::<resolver_api::ImportFirewallDomains>(firewall::import::import)
        .answer::<resolver_api::ListFirewallDomains>(firewall::list::list_domains)
        .answer::<resolver_api::CreateFirewallRuleGroup>(firewall::group::create)
        .answer::<resolver_api::GetFirewallRuleGroup>(firewall::group::get)
        .answer::<resolver_api::DeleteFirewallRuleGroup>(firewall::group::delete)
        .answer::<resolver_api::ListFirewallRuleGroups>(firewall::group::list)
        .answer::<resolver_api::PutFirewallRuleGroupPolicy>(policy::put_group)
        .answer::<resolver_api::GetFirewallRuleGroupPolicy>(policy::get_group)
        .answer::<resolver_api::CreateFirewallRule>(firewall::rule::create)
        .answer::<resolver_api::UpdateFirewallRule>(firewall::rule::update)
        .answer::<resolver_api::DeleteFirewallRule>(firewall::rule::delete)
        .answer::<resolver_api::ListFirewallRules>(firewall::rule::list)
        .answer::<resolver_api::BatchCreateFirewallRule>(firewall::batch::create)
        .answer::<resolver_api::BatchUpdateFirewallRule>(firewall::batch::update)
        .answer::<resolver_api::BatchDeleteFirewallRule>(firewall::batch::delete)
        .answer::<resolver_api::AssociateFirewallRuleGroup>(firewall::association::associate)
        .answer::<resolver_api::DisassociateFirewallRuleGroup>(firewall::association::disassociate)
        .answer::<resolver_api::GetFirewallRuleGroupAssociation>(firewall::association::get)
        .answer::<resolver_api::UpdateFirewallRuleGroupAssociation>(firewall::association::update)
        .answer::<resolver_api::ListFirewallRuleGroupAssociations>(firewall::association::list)
        .answer::<resolver_api::GetFirewallConfig>(config::get_firewall)
        .answer::<resolver_api::UpdateFirewallConfig>(config::update_firewall)
        .answer::<resolver_api::ListFirewallConfigs>(config::list_firewall);
}
