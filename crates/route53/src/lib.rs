//! Route 53: zones, records, health checks, domains and the resolver.

mod answer;
mod authority;
mod change;
mod cidr;
mod delegation_set;
mod dnssec;
mod domains;
mod error;
mod event;
mod geo;
mod health_check;
mod home;
mod limit;
mod listing;
mod name;
mod query_log;
mod record;
mod resolver;
mod tag;
mod test_answer;
mod traffic;
mod zone;

use ports::{HealthProbes, Registrar, Registry, Service, ServiceInterfaces, ServiceNetworks, StoredObjects};
use shapes_route53 as api;
use std::sync::Arc;

/// The service.
pub struct Route53 {
    /// Who knows VPCs.
    networks: Arc<dyn ServiceNetworks>,
    /// What health checkers saw.
    probes: Arc<dyn HealthProbes>,
}

impl Service for Route53 {
    type Error = error::Error;
}

/// Registers the tables, the jobs and the operations; the answer brings resources' tags to decisions.
pub fn install(
    registry: &mut Registry,
    networks: Arc<dyn ServiceNetworks>,
    interfaces: Arc<dyn ServiceInterfaces>,
    probes: Arc<dyn HealthProbes>,
    objects: Arc<dyn StoredObjects>,
) -> Arc<Route53> {
    domains::install(registry);
    resolver::install(registry, networks.clone(), interfaces, objects);
    let route53 = Arc::new(Route53 { networks, probes });
    let mut ops = registry.service(route53.clone());
    ops.tables()
        .record::<zone::Zone>()
        .record::<delegation_set::DelegationSet>()
        .record::<health_check::HealthCheck>()
        .record::<health_check::Reference>()
        .record::<cidr::Collection>()
        .record::<query_log::QueryLog>()
        .record::<dnssec::SigningKey>()
        .record::<traffic::policy::PolicyVersion>()
        .record::<traffic::instance::Instance>()
        .paged::<change::Change>()
        .paged::<record::model::RecordSet>()
        .job::<change::Spread>()
        .job::<traffic::instance::Apply>();
    zones(&mut ops);
    records(&mut ops);
    health(&mut ops);
    traffic(&mut ops);
    signing(&mut ops);
    route53
}

fn zones(ops: &mut Registrar<'_, Route53>) {
    ops.answer::<api::CreateHostedZone>(zone::create)
        .answer::<api::GetHostedZone>(zone::get)
        .answer::<api::UpdateHostedZoneComment>(zone::update_comment)
        .answer::<api::UpdateHostedZoneFeatures>(zone::features::update)
        .answer::<api::DeleteHostedZone>(zone::delete)
        .answer::<api::GetHostedZoneCount>(zone::count)
        .answer::<api::ListHostedZones>(zone::listing::list)
        .answer::<api::ListHostedZonesByName>(zone::listing::list_by_name)
        .answer::<api::ListHostedZonesByVPC>(zone::vpc::list_zones)
        .answer::<api::AssociateVPCWithHostedZone>(zone::vpc::associate)
        .answer::<api::DisassociateVPCFromHostedZone>(zone::vpc::disassociate)
        .answer::<api::CreateVPCAssociationAuthorization>(zone::vpc::authorize)
        .answer::<api::DeleteVPCAssociationAuthorization>(zone::vpc::unauthorize)
        .answer::<api::ListVPCAssociationAuthorizations>(zone::vpc::list_authorized)
        .answer::<api::CreateReusableDelegationSet>(delegation_set::create)
        .answer::<api::GetReusableDelegationSet>(delegation_set::get)
        .answer::<api::DeleteReusableDelegationSet>(delegation_set::delete)
        .answer::<api::ListReusableDelegationSets>(delegation_set::list)
        .answer::<api::GetReusableDelegationSetLimit>(delegation_set::get_limit)
        .answer::<api::GetAccountLimit>(limit::of_account)
        .answer::<api::GetHostedZoneLimit>(limit::of_zone)
        .answer::<api::ChangeTagsForResource>(tag::change)
        .answer::<api::ListTagsForResource>(tag::list)
        .answer::<api::ListTagsForResources>(tag::list_many);
}

fn records(ops: &mut Registrar<'_, Route53>) {
    ops.answer::<api::ChangeResourceRecordSets>(record::change)
        .answer::<api::ListResourceRecordSets>(record::listing::list)
        .answer::<api::GetChange>(change::get)
        .answer::<api::TestDNSAnswer>(test_answer::test)
        .answer::<api::GetGeoLocation>(geo::get)
        .answer::<api::ListGeoLocations>(geo::list)
        .answer::<api::CreateCidrCollection>(cidr::create)
        .answer::<api::ChangeCidrCollection>(cidr::change)
        .answer::<api::DeleteCidrCollection>(cidr::delete)
        .answer::<api::ListCidrCollections>(cidr::list)
        .answer::<api::ListCidrLocations>(cidr::list_locations)
        .answer::<api::ListCidrBlocks>(cidr::list_blocks)
        .answer::<api::CreateQueryLoggingConfig>(query_log::create)
        .answer::<api::GetQueryLoggingConfig>(query_log::get)
        .answer::<api::DeleteQueryLoggingConfig>(query_log::delete)
        .answer::<api::ListQueryLoggingConfigs>(query_log::list);
}

fn health(ops: &mut Registrar<'_, Route53>) {
    ops.answer::<api::CreateHealthCheck>(health_check::create)
        .answer::<api::GetHealthCheck>(health_check::get)
        .answer::<api::UpdateHealthCheck>(health_check::update)
        .answer::<api::DeleteHealthCheck>(health_check::delete)
        .answer::<api::ListHealthChecks>(health_check::list)
        .answer::<api::GetHealthCheckCount>(health_check::count)
        .answer::<api::GetHealthCheckStatus>(health_check::status::get)
        .answer::<api::GetHealthCheckLastFailureReason>(health_check::status::last_failure)
        .answer::<api::GetCheckerIpRanges>(health_check::status::checker_ranges);
}

fn traffic(ops: &mut Registrar<'_, Route53>) {
    ops.answer::<api::CreateTrafficPolicy>(traffic::policy::create)
        .answer::<api::CreateTrafficPolicyVersion>(traffic::policy::create_version)
        .answer::<api::GetTrafficPolicy>(traffic::policy::get)
        .answer::<api::UpdateTrafficPolicyComment>(traffic::policy::update_comment)
        .answer::<api::DeleteTrafficPolicy>(traffic::policy::delete)
        .answer::<api::ListTrafficPolicies>(traffic::policy::list)
        .answer::<api::ListTrafficPolicyVersions>(traffic::policy::list_versions)
        .answer::<api::CreateTrafficPolicyInstance>(traffic::instance::create)
        .answer::<api::GetTrafficPolicyInstance>(traffic::instance::get)
        .answer::<api::UpdateTrafficPolicyInstance>(traffic::instance::update)
        .answer::<api::DeleteTrafficPolicyInstance>(traffic::instance::delete)
        .answer::<api::GetTrafficPolicyInstanceCount>(traffic::instance::count)
        .answer::<api::ListTrafficPolicyInstances>(traffic::list_all)
        .answer::<api::ListTrafficPolicyInstancesByHostedZone>(traffic::list_by_zone)
        .answer::<api::ListTrafficPolicyInstancesByPolicy>(traffic::list_by_policy);
}

fn signing(ops: &mut Registrar<'_, Route53>) {
    ops.answer::<api::CreateKeySigningKey>(dnssec::create)
        .answer::<api::ActivateKeySigningKey>(dnssec::activate)
        .answer::<api::DeactivateKeySigningKey>(dnssec::deactivate)
        .answer::<api::DeleteKeySigningKey>(dnssec::delete)
        .answer::<api::EnableHostedZoneDNSSEC>(dnssec::enable)
        .answer::<api::DisableHostedZoneDNSSEC>(dnssec::disable)
        .answer::<api::GetDNSSEC>(dnssec::get);
}
