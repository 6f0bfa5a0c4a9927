//! Which function answers which operation.

use crate::{
    Vpc, absent, account, address, carrier_gateway, customer_gateway, dhcp_options,
    egress_only_internet_gateway, flow_log, instance_connect_endpoint, internet_gateway, ipam, nat_gateway,
    network_acl, network_insights_access_scope as scope, network_insights_access_scope_analysis as analysis,
    network_insights_analysis, network_insights_path, network_interface, prefix_list, public_access,
    route_table, security_group, subnet, tag, traffic_mirror, transit_gateway, vpc, vpc_endpoint,
    vpc_endpoint_service, vpc_peering_connection, vpn_connection, vpn_gateway,
};
use ports::Registrar;
use shapes_ec2 as ec2;

/// Registers the operations.
pub(crate) fn register(ops: &mut Registrar<'_, Vpc>) {
    subnets(ops);
    gateways(ops);
    interfaces(ops);
    endpoints(ops);
    prefix_lists(ops);
    rules(ops);
    public_access(ops);
    insights(ops);
    access_scopes(ops);
    flow_logs(ops);
    ipams(ops);
    traffic_mirrors(ops);
    absent(ops);
    connections(ops);
    transit(ops);
    ops.answer::<ec2::CreateTags>(tag::create)
        .answer::<ec2::DeleteTags>(tag::delete)
        .answer::<ec2::DescribeTags>(tag::describe)
        .answer::<ec2::DescribeRegions>(account::regions)
        .answer::<ec2::DescribeAvailabilityZones>(account::zones)
        .answer::<ec2::DescribeAccountAttributes>(account::attributes);
}

/// VPCs, subnets and routes.
fn subnets(ops: &mut Registrar<'_, Vpc>) {
    ops.answer::<ec2::CreateVpc>(vpc::create)
        .answer::<ec2::CreateDefaultVpc>(vpc::create_default)
        .answer::<ec2::DescribeVpcs>(vpc::describe)
        .answer::<ec2::DeleteVpc>(vpc::delete)
        .answer::<ec2::ModifyVpcAttribute>(vpc::modify_attribute)
        .answer::<ec2::DescribeVpcAttribute>(vpc::describe_attribute)
        .answer::<ec2::AssociateVpcCidrBlock>(vpc::associate_cidr_block)
        .answer::<ec2::DisassociateVpcCidrBlock>(vpc::disassociate_cidr_block)
        .answer::<ec2::ModifyVpcTenancy>(vpc::modify_tenancy)
        .answer::<ec2::CreateDhcpOptions>(dhcp_options::create)
        .answer::<ec2::DescribeDhcpOptions>(dhcp_options::describe)
        .answer::<ec2::DeleteDhcpOptions>(dhcp_options::delete)
        .answer::<ec2::AssociateDhcpOptions>(dhcp_options::associate)
        .answer::<ec2::CreateSubnet>(subnet::create)
        .answer::<ec2::DescribeSubnets>(subnet::describe)
        .answer::<ec2::DeleteSubnet>(subnet::delete)
        .answer::<ec2::ModifySubnetAttribute>(subnet::modify_attribute)
        .answer::<ec2::CreateDefaultSubnet>(subnet::create_default)
        .answer::<ec2::AssociateSubnetCidrBlock>(subnet::associate_cidr_block)
        .answer::<ec2::DisassociateSubnetCidrBlock>(subnet::disassociate_cidr_block)
        .answer::<ec2::CreateSubnetCidrReservation>(subnet::reservation::create)
        .answer::<ec2::GetSubnetCidrReservations>(subnet::reservation::get)
        .answer::<ec2::DeleteSubnetCidrReservation>(subnet::reservation::delete)
        .answer::<ec2::CreateRouteTable>(route_table::create)
        .answer::<ec2::DescribeRouteTables>(route_table::describe)
        .answer::<ec2::DeleteRouteTable>(route_table::delete)
        .answer::<ec2::CreateRoute>(route_table::create_route)
        .answer::<ec2::ReplaceRoute>(route_table::replace_route)
        .answer::<ec2::DeleteRoute>(route_table::delete_route)
        .answer::<ec2::AssociateRouteTable>(route_table::associate)
        .answer::<ec2::DisassociateRouteTable>(route_table::disassociate)
        .answer::<ec2::ReplaceRouteTableAssociation>(route_table::replace_association);
}

/// Internet, egress-only, carrier and NAT gateways.
fn gateways(ops: &mut Registrar<'_, Vpc>) {
    ops.answer::<ec2::CreateInternetGateway>(internet_gateway::create)
        .answer::<ec2::DescribeInternetGateways>(internet_gateway::describe)
        .answer::<ec2::AttachInternetGateway>(internet_gateway::attach)
        .answer::<ec2::DetachInternetGateway>(internet_gateway::detach)
        .answer::<ec2::DeleteInternetGateway>(internet_gateway::delete)
        .answer::<ec2::CreateEgressOnlyInternetGateway>(egress_only_internet_gateway::create)
        .answer::<ec2::DescribeEgressOnlyInternetGateways>(egress_only_internet_gateway::describe)
        .answer::<ec2::DeleteEgressOnlyInternetGateway>(egress_only_internet_gateway::delete)
        .answer::<ec2::CreateCarrierGateway>(carrier_gateway::create)
        .answer::<ec2::DescribeCarrierGateways>(carrier_gateway::describe)
        .answer::<ec2::DeleteCarrierGateway>(carrier_gateway::delete)
        .answer::<ec2::CreateNatGateway>(nat_gateway::create)
        .answer::<ec2::DescribeNatGateways>(nat_gateway::describe)
        .answer::<ec2::DeleteNatGateway>(nat_gateway::delete)
        .answer::<ec2::AssociateNatGatewayAddress>(nat_gateway::associate_address)
        .answer::<ec2::DisassociateNatGatewayAddress>(nat_gateway::disassociate_address)
        .answer::<ec2::AssignPrivateNatGatewayAddress>(nat_gateway::assign_address)
        .answer::<ec2::UnassignPrivateNatGatewayAddress>(nat_gateway::unassign_address);
}

/// Network interfaces and elastic addresses.
fn interfaces(ops: &mut Registrar<'_, Vpc>) {
    ops.answer::<ec2::CreateNetworkInterface>(network_interface::create)
        .answer::<ec2::DescribeNetworkInterfaces>(network_interface::describe)
        .answer::<ec2::DeleteNetworkInterface>(network_interface::delete)
        .answer::<ec2::AttachNetworkInterface>(network_interface::attach)
        .answer::<ec2::DetachNetworkInterface>(network_interface::detach)
        .answer::<ec2::DescribeNetworkInterfaceAttribute>(network_interface::describe_attribute)
        .answer::<ec2::ModifyNetworkInterfaceAttribute>(network_interface::modify_attribute)
        .answer::<ec2::ResetNetworkInterfaceAttribute>(network_interface::reset_attribute)
        .answer::<ec2::AssignPrivateIpAddresses>(network_interface::assign)
        .answer::<ec2::UnassignPrivateIpAddresses>(network_interface::unassign)
        .answer::<ec2::AssignIpv6Addresses>(network_interface::assign_ipv6)
        .answer::<ec2::UnassignIpv6Addresses>(network_interface::unassign_ipv6)
        .answer::<ec2::CreateNetworkInterfacePermission>(network_interface::create_permission)
        .answer::<ec2::DescribeNetworkInterfacePermissions>(network_interface::describe_permissions)
        .answer::<ec2::DeleteNetworkInterfacePermission>(network_interface::delete_permission)
        .answer::<ec2::ModifyPublicIpDnsNameOptions>(network_interface::modify_public_name)
        .answer::<ec2::AllocateAddress>(address::allocate)
        .answer::<ec2::DescribeAddresses>(address::describe)
        .answer::<ec2::ReleaseAddress>(address::release)
        .answer::<ec2::AssociateAddress>(address::associate)
        .answer::<ec2::DisassociateAddress>(address::disassociate)
        .answer::<ec2::DescribeAddressesAttribute>(address::describe_attribute)
        .answer::<ec2::ModifyAddressAttribute>(address::modify_attribute)
        .answer::<ec2::ResetAddressAttribute>(address::reset_attribute);
}

/// VPC endpoints, the services behind them, and endpoints of EC2 Instance Connect.
fn endpoints(ops: &mut Registrar<'_, Vpc>) {
    ops.answer::<ec2::CreateVpcEndpoint>(vpc_endpoint::create)
        .keys::<ec2::CreateVpcEndpoint>("vpc-endpoint", vpc_endpoint::keys_of_new)
        .answer::<ec2::DescribeVpcEndpoints>(vpc_endpoint::describe)
        .answer::<ec2::DescribeVpcEndpointAssociations>(vpc_endpoint::describe_associations)
        .answer::<ec2::DescribeVpcEndpointServices>(vpc_endpoint::describe_services)
        .answer::<ec2::ModifyVpcEndpoint>(vpc_endpoint::modify)
        .answer::<ec2::DeleteVpcEndpoints>(vpc_endpoint::delete)
        .answer::<ec2::CreateVpcEndpointServiceConfiguration>(vpc_endpoint_service::create)
        .answer::<ec2::DescribeVpcEndpointServiceConfigurations>(vpc_endpoint_service::describe)
        .answer::<ec2::ModifyVpcEndpointServiceConfiguration>(vpc_endpoint_service::modify)
        .answer::<ec2::DeleteVpcEndpointServiceConfigurations>(vpc_endpoint_service::delete)
        .answer::<ec2::DescribeVpcEndpointServicePermissions>(vpc_endpoint_service::describe_permissions)
        .answer::<ec2::ModifyVpcEndpointServicePermissions>(vpc_endpoint_service::modify_permissions)
        .answer::<ec2::DescribeVpcEndpointConnections>(vpc_endpoint_service::describe_connections)
        .answer::<ec2::AcceptVpcEndpointConnections>(vpc_endpoint_service::accept)
        .answer::<ec2::RejectVpcEndpointConnections>(vpc_endpoint_service::reject)
        .answer::<ec2::CreateVpcEndpointConnectionNotification>(vpc_endpoint_service::create_notification)
        .answer::<ec2::DescribeVpcEndpointConnectionNotifications>(
            vpc_endpoint_service::describe_notifications,
        )
        .answer::<ec2::ModifyVpcEndpointConnectionNotification>(vpc_endpoint_service::modify_notification)
        .answer::<ec2::DeleteVpcEndpointConnectionNotifications>(vpc_endpoint_service::delete_notifications)
        .answer::<ec2::CreateInstanceConnectEndpoint>(instance_connect_endpoint::create)
        .answer::<ec2::DescribeInstanceConnectEndpoints>(instance_connect_endpoint::describe)
        .answer::<ec2::ModifyInstanceConnectEndpoint>(instance_connect_endpoint::modify)
        .answer::<ec2::DeleteInstanceConnectEndpoint>(instance_connect_endpoint::delete);
}

/// Prefix lists.
fn prefix_lists(ops: &mut Registrar<'_, Vpc>) {
    ops.answer::<ec2::CreateManagedPrefixList>(prefix_list::create)
        .answer::<ec2::DescribeManagedPrefixLists>(prefix_list::describe)
        .answer::<ec2::DescribePrefixLists>(prefix_list::describe_gateways)
        .answer::<ec2::GetManagedPrefixListEntries>(prefix_list::get_entries)
        .answer::<ec2::GetManagedPrefixListAssociations>(prefix_list::get_associations)
        .answer::<ec2::ModifyManagedPrefixList>(prefix_list::modify)
        .answer::<ec2::RestoreManagedPrefixListVersion>(prefix_list::restore)
        .answer::<ec2::DeleteManagedPrefixList>(prefix_list::delete);
}

/// Security groups and network ACLs.
fn rules(ops: &mut Registrar<'_, Vpc>) {
    ops.answer::<ec2::CreateSecurityGroup>(security_group::create)
        .answer::<ec2::DescribeSecurityGroups>(security_group::describe)
        .answer::<ec2::DeleteSecurityGroup>(security_group::delete)
        .answer::<ec2::AuthorizeSecurityGroupIngress>(security_group::authorize_ingress)
        .answer::<ec2::AuthorizeSecurityGroupEgress>(security_group::authorize_egress)
        .answer::<ec2::RevokeSecurityGroupIngress>(security_group::revoke_ingress)
        .answer::<ec2::RevokeSecurityGroupEgress>(security_group::revoke_egress)
        .answer::<ec2::DescribeSecurityGroupRules>(security_group::describe_rules)
        .answer::<ec2::ModifySecurityGroupRules>(security_group::modify_rules)
        .answer::<ec2::UpdateSecurityGroupRuleDescriptionsIngress>(security_group::describe_ingress)
        .answer::<ec2::UpdateSecurityGroupRuleDescriptionsEgress>(security_group::describe_egress)
        .answer::<ec2::AssociateSecurityGroupVpc>(security_group::associate_vpc)
        .answer::<ec2::DisassociateSecurityGroupVpc>(security_group::disassociate_vpc)
        .answer::<ec2::DescribeSecurityGroupVpcAssociations>(security_group::describe_vpc_associations)
        .answer::<ec2::GetSecurityGroupsForVpc>(security_group::for_vpc)
        .answer::<ec2::DescribeSecurityGroupReferences>(security_group::describe_references)
        .answer::<ec2::DescribeStaleSecurityGroups>(security_group::describe_stale)
        .answer::<ec2::CreateNetworkAcl>(network_acl::create)
        .answer::<ec2::DescribeNetworkAcls>(network_acl::describe)
        .answer::<ec2::DeleteNetworkAcl>(network_acl::delete)
        .answer::<ec2::CreateNetworkAclEntry>(network_acl::create_entry)
        .answer::<ec2::ReplaceNetworkAclEntry>(network_acl::replace_entry)
        .answer::<ec2::DeleteNetworkAclEntry>(network_acl::delete_entry)
        .answer::<ec2::ReplaceNetworkAclAssociation>(network_acl::replace_association);
}

/// What nobody has here.
fn absent(ops: &mut Registrar<'_, Vpc>) {
    ops.answer::<ec2::DescribeVpcClassicLink>(absent::classic_link)
        .answer::<ec2::DescribeVpcClassicLinkDnsSupport>(absent::classic_link_dns_support)
        .answer::<ec2::DescribeMovingAddresses>(absent::moving_addresses)
        .answer::<ec2::DescribeAddressTransfers>(absent::address_transfers)
        .answer::<ec2::DescribePublicIpv4Pools>(absent::public_ipv4_pools)
        .answer::<ec2::DescribeIpv6Pools>(absent::ipv6_pools)
        .answer::<ec2::DescribeCoipPools>(absent::coip_pools)
        .answer::<ec2::GetCoipPoolUsage>(absent::coip_pool_usage)
        .answer::<ec2::DescribeByoipCidrs>(absent::byoip_cidrs)
        .answer::<ec2::DescribeLocalGateways>(absent::local_gateways)
        .answer::<ec2::DescribeClientVpnEndpoints>(absent::client_vpn_endpoints)
        .answer::<ec2::DescribeIdFormat>(absent::id_format)
        .answer::<ec2::DescribeAggregateIdFormat>(absent::aggregate_id_format);
}

/// The block of public access.
fn public_access(ops: &mut Registrar<'_, Vpc>) {
    ops.answer::<ec2::DescribeVpcBlockPublicAccessOptions>(public_access::describe_options)
        .answer::<ec2::ModifyVpcBlockPublicAccessOptions>(public_access::modify_options)
        .answer::<ec2::CreateVpcBlockPublicAccessExclusion>(public_access::create_exclusion)
        .answer::<ec2::DescribeVpcBlockPublicAccessExclusions>(public_access::describe_exclusions)
        .answer::<ec2::ModifyVpcBlockPublicAccessExclusion>(public_access::modify_exclusion)
        .answer::<ec2::DeleteVpcBlockPublicAccessExclusion>(public_access::delete_exclusion);
}

/// Reachability Analyzer.
fn insights(ops: &mut Registrar<'_, Vpc>) {
    ops.answer::<ec2::CreateNetworkInsightsPath>(network_insights_path::create)
        .answer::<ec2::DescribeNetworkInsightsPaths>(network_insights_path::describe)
        .answer::<ec2::DeleteNetworkInsightsPath>(network_insights_path::delete)
        .answer::<ec2::StartNetworkInsightsAnalysis>(network_insights_analysis::start)
        .answer::<ec2::DescribeNetworkInsightsAnalyses>(network_insights_analysis::describe)
        .answer::<ec2::DeleteNetworkInsightsAnalysis>(network_insights_analysis::delete);
}

/// Network Access Analyzer.
fn access_scopes(ops: &mut Registrar<'_, Vpc>) {
    ops.answer::<ec2::CreateNetworkInsightsAccessScope>(scope::create)
        .answer::<ec2::DescribeNetworkInsightsAccessScopes>(scope::describe)
        .answer::<ec2::GetNetworkInsightsAccessScopeContent>(scope::get_content)
        .answer::<ec2::DeleteNetworkInsightsAccessScope>(scope::delete)
        .answer::<ec2::StartNetworkInsightsAccessScopeAnalysis>(analysis::start)
        .answer::<ec2::DescribeNetworkInsightsAccessScopeAnalyses>(analysis::describe)
        .answer::<ec2::GetNetworkInsightsAccessScopeAnalysisFindings>(analysis::get_findings)
        .answer::<ec2::DeleteNetworkInsightsAccessScopeAnalysis>(analysis::delete);
}

/// Flow logs.
fn flow_logs(ops: &mut Registrar<'_, Vpc>) {
    ops.answer::<ec2::CreateFlowLogs>(flow_log::create)
        .answer::<ec2::DescribeFlowLogs>(flow_log::describe)
        .answer::<ec2::DeleteFlowLogs>(flow_log::delete);
}

/// IPAM.
fn ipams(ops: &mut Registrar<'_, Vpc>) {
    ops.answer::<ec2::CreateIpam>(ipam::create)
        .answer::<ec2::DescribeIpams>(ipam::describe)
        .answer::<ec2::ModifyIpam>(ipam::modify)
        .answer::<ec2::DeleteIpam>(ipam::delete)
        .answer::<ec2::CreateIpamScope>(ipam::create_scope)
        .answer::<ec2::DescribeIpamScopes>(ipam::describe_scopes)
        .answer::<ec2::ModifyIpamScope>(ipam::modify_scope)
        .answer::<ec2::DeleteIpamScope>(ipam::delete_scope)
        .answer::<ec2::CreateIpamPool>(ipam::create_pool)
        .answer::<ec2::DescribeIpamPools>(ipam::describe_pools)
        .answer::<ec2::ModifyIpamPool>(ipam::modify_pool)
        .answer::<ec2::DeleteIpamPool>(ipam::delete_pool)
        .answer::<ec2::ProvisionIpamPoolCidr>(ipam::provision)
        .answer::<ec2::DeprovisionIpamPoolCidr>(ipam::deprovision)
        .answer::<ec2::GetIpamPoolCidrs>(ipam::list_cidrs)
        .answer::<ec2::AllocateIpamPoolCidr>(ipam::allocate)
        .answer::<ec2::ReleaseIpamPoolAllocation>(ipam::release)
        .answer::<ec2::GetIpamPoolAllocations>(ipam::list_allocations)
        .answer::<ec2::GetIpamResourceCidrs>(ipam::resource_cidrs);
}

/// Traffic mirroring.
fn traffic_mirrors(ops: &mut Registrar<'_, Vpc>) {
    ops.answer::<ec2::CreateTrafficMirrorTarget>(traffic_mirror::create_target)
        .answer::<ec2::DescribeTrafficMirrorTargets>(traffic_mirror::describe_targets)
        .answer::<ec2::DeleteTrafficMirrorTarget>(traffic_mirror::delete_target)
        .answer::<ec2::CreateTrafficMirrorFilter>(traffic_mirror::create_filter)
        .answer::<ec2::DescribeTrafficMirrorFilters>(traffic_mirror::describe_filters)
        .answer::<ec2::DeleteTrafficMirrorFilter>(traffic_mirror::delete_filter)
        .answer::<ec2::ModifyTrafficMirrorFilterNetworkServices>(traffic_mirror::modify_network_services)
        .answer::<ec2::CreateTrafficMirrorFilterRule>(traffic_mirror::create_rule)
        .answer::<ec2::DescribeTrafficMirrorFilterRules>(traffic_mirror::describe_rules)
        .answer::<ec2::ModifyTrafficMirrorFilterRule>(traffic_mirror::modify_rule)
        .answer::<ec2::DeleteTrafficMirrorFilterRule>(traffic_mirror::delete_rule)
        .answer::<ec2::CreateTrafficMirrorSession>(traffic_mirror::create_session)
        .answer::<ec2::DescribeTrafficMirrorSessions>(traffic_mirror::describe_sessions)
        .answer::<ec2::ModifyTrafficMirrorSession>(traffic_mirror::modify_session)
        .answer::<ec2::DeleteTrafficMirrorSession>(traffic_mirror::delete_session);
}

/// Peering connections, and VPN with its two gateways.
fn connections(ops: &mut Registrar<'_, Vpc>) {
    ops.answer::<ec2::CreateVpcPeeringConnection>(vpc_peering_connection::create)
        .answer::<ec2::DescribeVpcPeeringConnections>(vpc_peering_connection::describe)
        .answer::<ec2::AcceptVpcPeeringConnection>(vpc_peering_connection::accept)
        .answer::<ec2::RejectVpcPeeringConnection>(vpc_peering_connection::reject)
        .answer::<ec2::DeleteVpcPeeringConnection>(vpc_peering_connection::delete)
        .answer::<ec2::ModifyVpcPeeringConnectionOptions>(vpc_peering_connection::modify_options)
        .answer::<ec2::CreateVpnGateway>(vpn_gateway::create)
        .answer::<ec2::DescribeVpnGateways>(vpn_gateway::describe)
        .answer::<ec2::AttachVpnGateway>(vpn_gateway::attach)
        .answer::<ec2::DetachVpnGateway>(vpn_gateway::detach)
        .answer::<ec2::DeleteVpnGateway>(vpn_gateway::delete)
        .answer::<ec2::EnableVgwRoutePropagation>(vpn_gateway::enable_propagation)
        .answer::<ec2::DisableVgwRoutePropagation>(vpn_gateway::disable_propagation)
        .answer::<ec2::CreateCustomerGateway>(customer_gateway::create)
        .answer::<ec2::DescribeCustomerGateways>(customer_gateway::describe)
        .answer::<ec2::DeleteCustomerGateway>(customer_gateway::delete)
        .answer::<ec2::CreateVpnConnection>(vpn_connection::create)
        .answer::<ec2::DescribeVpnConnections>(vpn_connection::describe)
        .answer::<ec2::DeleteVpnConnection>(vpn_connection::delete)
        .answer::<ec2::ModifyVpnConnection>(vpn_connection::modify)
        .answer::<ec2::ModifyVpnConnectionOptions>(vpn_connection::modify_options)
        .answer::<ec2::ModifyVpnTunnelOptions>(vpn_connection::modify_tunnel)
        .answer::<ec2::CreateVpnConnectionRoute>(vpn_connection::create_route)
        .answer::<ec2::DeleteVpnConnectionRoute>(vpn_connection::delete_route);
}

/// Transit gateways.
fn transit(ops: &mut Registrar<'_, Vpc>) {
    ops.answer::<ec2::CreateTransitGateway>(transit_gateway::create)
        .answer::<ec2::DescribeTransitGateways>(transit_gateway::describe)
        .answer::<ec2::ModifyTransitGateway>(transit_gateway::modify)
        .answer::<ec2::DeleteTransitGateway>(transit_gateway::delete)
        .answer::<ec2::CreateTransitGatewayVpcAttachment>(transit_gateway::create_vpc)
        .answer::<ec2::DescribeTransitGatewayVpcAttachments>(transit_gateway::describe_vpcs)
        .answer::<ec2::ModifyTransitGatewayVpcAttachment>(transit_gateway::modify_vpc)
        .answer::<ec2::AcceptTransitGatewayVpcAttachment>(transit_gateway::accept_vpc)
        .answer::<ec2::RejectTransitGatewayVpcAttachment>(transit_gateway::reject_vpc)
        .answer::<ec2::DeleteTransitGatewayVpcAttachment>(transit_gateway::delete_vpc)
        .answer::<ec2::CreateTransitGatewayPeeringAttachment>(transit_gateway::create_peering)
        .answer::<ec2::DescribeTransitGatewayPeeringAttachments>(transit_gateway::describe_peerings)
        .answer::<ec2::AcceptTransitGatewayPeeringAttachment>(transit_gateway::accept_peering)
        .answer::<ec2::RejectTransitGatewayPeeringAttachment>(transit_gateway::reject_peering)
        .answer::<ec2::DeleteTransitGatewayPeeringAttachment>(transit_gateway::delete_peering)
        .answer::<ec2::DescribeTransitGatewayAttachments>(transit_gateway::describe_attachments)
        .answer::<ec2::DescribeTransitGatewayConnects>(transit_gateway::connects)
        .answer::<ec2::DescribeTransitGatewayMulticastDomains>(transit_gateway::multicast_domains)
        .answer::<ec2::CreateTransitGatewayRouteTable>(transit_gateway::create_table)
        .answer::<ec2::DescribeTransitGatewayRouteTables>(transit_gateway::describe_tables)
        .answer::<ec2::DeleteTransitGatewayRouteTable>(transit_gateway::delete_table)
        .answer::<ec2::AssociateTransitGatewayRouteTable>(transit_gateway::associate)
        .answer::<ec2::DisassociateTransitGatewayRouteTable>(transit_gateway::disassociate)
        .answer::<ec2::GetTransitGatewayRouteTableAssociations>(transit_gateway::associations)
        .answer::<ec2::EnableTransitGatewayRouteTablePropagation>(transit_gateway::enable_propagation)
        .answer::<ec2::DisableTransitGatewayRouteTablePropagation>(transit_gateway::disable_propagation)
        .answer::<ec2::GetTransitGatewayRouteTablePropagations>(transit_gateway::propagations)
        .answer::<ec2::GetTransitGatewayAttachmentPropagations>(transit_gateway::attachment_propagations)
        .answer::<ec2::CreateTransitGatewayRoute>(transit_gateway::create_route)
        .answer::<ec2::ReplaceTransitGatewayRoute>(transit_gateway::replace_route)
        .answer::<ec2::DeleteTransitGatewayRoute>(transit_gateway::delete_route)
        .answer::<ec2::SearchTransitGatewayRoutes>(transit_gateway::search)
        .answer::<ec2::CreateTransitGatewayPrefixListReference>(transit_gateway::create_reference)
        .answer::<ec2::ModifyTransitGatewayPrefixListReference>(transit_gateway::modify_reference)
        .answer::<ec2::DeleteTransitGatewayPrefixListReference>(transit_gateway::delete_reference)
        .answer::<ec2::GetTransitGatewayPrefixListReferences>(transit_gateway::get_references);
}
