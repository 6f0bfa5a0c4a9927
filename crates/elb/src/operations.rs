//! Which function answers which operation of the two APIs.

use crate::{
    Elb, classic, limit, listener, load_balancer, rule, ssl_policy, tag, target, target_group, trust_store,
};
use ports::Registrar;
use shapes_elb as v1;
use shapes_elbv2 as v2;

/// Registers them all.
pub(crate) fn register(ops: &mut Registrar<'_, Elb>) {
    balancers(ops);
    listeners(ops);
    groups(ops);
    trust_stores(ops);
    classic_balancers(ops);
    classic_policies(ops);
}

fn balancers(ops: &mut Registrar<'_, Elb>) {
    ops.answer::<v2::CreateLoadBalancer>(load_balancer::create)
        .answer::<v2::DeleteLoadBalancer>(load_balancer::delete)
        .answer::<v2::DescribeLoadBalancers>(load_balancer::describe)
        .answer::<v2::DescribeLoadBalancerAttributes>(load_balancer::attribute::describe)
        .answer::<v2::ModifyLoadBalancerAttributes>(load_balancer::attribute::modify)
        .answer::<v2::SetSubnets>(load_balancer::network::set_subnets)
        .answer::<v2::SetSecurityGroups>(load_balancer::network::set_security_groups)
        .answer::<v2::SetIpAddressType>(load_balancer::network::set_ip_address_type)
        .answer::<v2::ModifyIpPools>(load_balancer::network::modify_ip_pools)
        .answer::<v2::DescribeCapacityReservation>(load_balancer::capacity::describe)
        .answer::<v2::ModifyCapacityReservation>(load_balancer::capacity::modify)
        .answer::<v2::DescribeAccountLimits>(limit::describe)
        .answer::<v2::AddTags>(tag::add)
        .answer::<v2::RemoveTags>(tag::remove)
        .answer::<v2::DescribeTags>(tag::describe);
}

fn listeners(ops: &mut Registrar<'_, Elb>) {
    ops.answer::<v2::CreateListener>(listener::create)
        .answer::<v2::ModifyListener>(listener::modify)
        .answer::<v2::DeleteListener>(listener::delete)
        .answer::<v2::DescribeListeners>(listener::describe)
        .answer::<v2::DescribeListenerAttributes>(listener::attribute::describe)
        .answer::<v2::ModifyListenerAttributes>(listener::attribute::modify)
        .answer::<v2::AddListenerCertificates>(listener::certificate::add)
        .answer::<v2::RemoveListenerCertificates>(listener::certificate::remove)
        .answer::<v2::DescribeListenerCertificates>(listener::certificate::describe)
        .answer::<v2::DescribeSSLPolicies>(ssl_policy::describe)
        .answer::<v2::CreateRule>(rule::create)
        .answer::<v2::ModifyRule>(rule::modify)
        .answer::<v2::DeleteRule>(rule::delete)
        .answer::<v2::DescribeRules>(rule::describe)
        .answer::<v2::SetRulePriorities>(rule::priority::set);
}

fn groups(ops: &mut Registrar<'_, Elb>) {
    ops.answer::<v2::CreateTargetGroup>(target_group::create)
        .answer::<v2::ModifyTargetGroup>(target_group::modify)
        .answer::<v2::DeleteTargetGroup>(target_group::delete)
        .answer::<v2::DescribeTargetGroups>(target_group::describe)
        .answer::<v2::DescribeTargetGroupAttributes>(target_group::attribute::describe)
        .answer::<v2::ModifyTargetGroupAttributes>(target_group::attribute::modify)
        .answer::<v2::RegisterTargets>(target::register)
        .answer::<v2::DeregisterTargets>(target::deregister)
        .answer::<v2::DescribeTargetHealth>(target::health::describe);
}

fn classic_balancers(ops: &mut Registrar<'_, Elb>) {
    ops.answer::<v1::CreateLoadBalancer>(classic::create)
        .answer::<v1::DeleteLoadBalancer>(classic::delete)
        .answer::<v1::DescribeLoadBalancers>(classic::describe)
        .answer::<v1::DescribeLoadBalancerAttributes>(classic::attribute::describe)
        .answer::<v1::ModifyLoadBalancerAttributes>(classic::attribute::modify)
        .answer::<v1::AttachLoadBalancerToSubnets>(classic::placing::attach_subnets)
        .answer::<v1::DetachLoadBalancerFromSubnets>(classic::placing::detach_subnets)
        .answer::<v1::EnableAvailabilityZonesForLoadBalancer>(classic::placing::enable_zones)
        .answer::<v1::DisableAvailabilityZonesForLoadBalancer>(classic::placing::disable_zones)
        .answer::<v1::ApplySecurityGroupsToLoadBalancer>(classic::placing::apply_groups)
        .answer::<v1::ConfigureHealthCheck>(classic::health_check::configure)
        .answer::<v1::RegisterInstancesWithLoadBalancer>(classic::instance::register)
        .answer::<v1::DeregisterInstancesFromLoadBalancer>(classic::instance::deregister)
        .answer::<v1::DescribeInstanceHealth>(classic::instance::describe_health)
        .answer::<v1::AddTags>(classic::tag::add)
        .answer::<v1::RemoveTags>(classic::tag::remove)
        .answer::<v1::DescribeTags>(classic::tag::describe)
        .answer::<v1::DescribeAccountLimits>(classic::limits);
}

fn classic_policies(ops: &mut Registrar<'_, Elb>) {
    ops.answer::<v1::CreateLoadBalancerListeners>(classic::listener::create)
        .answer::<v1::DeleteLoadBalancerListeners>(classic::listener::delete)
        .answer::<v1::SetLoadBalancerListenerSSLCertificate>(classic::listener::set_certificate)
        .answer::<v1::CreateLoadBalancerPolicy>(classic::policy::create)
        .answer::<v1::CreateAppCookieStickinessPolicy>(classic::policy::create_app_cookie)
        .answer::<v1::CreateLBCookieStickinessPolicy>(classic::policy::create_lb_cookie)
        .answer::<v1::DeleteLoadBalancerPolicy>(classic::policy::delete)
        .answer::<v1::DescribeLoadBalancerPolicies>(classic::policy::describe)
        .answer::<v1::DescribeLoadBalancerPolicyTypes>(classic::policy::describe_types)
        .answer::<v1::SetLoadBalancerPoliciesOfListener>(classic::policy::set_of_listener)
        .answer::<v1::SetLoadBalancerPoliciesForBackendServer>(classic::policy::set_for_backend);
}

fn trust_stores(ops: &mut Registrar<'_, Elb>) {
    ops.answer::<v2::CreateTrustStore>(trust_store::create)
        .answer::<v2::ModifyTrustStore>(trust_store::modify)
        .answer::<v2::DeleteTrustStore>(trust_store::delete)
        .answer::<v2::DescribeTrustStores>(trust_store::describe)
        .answer::<v2::DescribeTrustStoreAssociations>(trust_store::associations)
        .answer::<v2::DeleteSharedTrustStoreAssociation>(trust_store::delete_association)
        .answer::<v2::AddTrustStoreRevocations>(trust_store::revocation::add)
        .answer::<v2::RemoveTrustStoreRevocations>(trust_store::revocation::remove)
        .answer::<v2::DescribeTrustStoreRevocations>(trust_store::revocation::describe)
        .answer::<v2::GetTrustStoreCaCertificatesBundle>(trust_store::content::bundle)
        .answer::<v2::GetTrustStoreRevocationContent>(trust_store::content::revocation)
        .answer::<v2::GetResourcePolicy>(trust_store::resource_policy);
}
