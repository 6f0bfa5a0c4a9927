//! The networking half of EC2: VPCs, subnets, route tables, gateways, network interfaces, elastic addresses, security
//! groups, network ACLs, DHCP options, tags, Regions and zones.

mod account;
mod address;
mod authority;
mod carrier_gateway;
mod dhcp_options;
mod egress_only_internet_gateway;
mod home;
mod internet_gateway;
mod ipv6;
mod listing;
mod nat_gateway;
mod network_acl;
mod network_insights_analysis;
mod network_insights_path;
mod network_interface;
mod public_access;
pub mod reach;
mod route_table;
mod security_group;
mod subnet;
mod tag;
mod vpc;

pub use authority::resources;

use ec2_resource::neighbour::{Instances, Networks};
use ec2_resource::tag::{Kind, kind};
use ec2_resource::{dns, error, event, filter, id, resource, token};
use ports::{Flows, Registrar, Registry, Service};
use shapes_ec2 as ec2;
use std::sync::Arc;

/// The service.
pub struct Vpc {
    instances: Arc<dyn Instances>,
    /// The kinds of resources of the other crates that answer EC2, whose tags are asked for here too.
    others: Vec<&'static [Kind]>,
}

impl Vpc {
    /// Every kind of resource of EC2.
    fn kinds(&self) -> impl Iterator<Item = &'static Kind> {
        KINDS.iter().chain(self.others.iter().copied().flatten())
    }
}

/// The kinds of resources of this crate.
static KINDS: &[Kind] = &[
    kind::<vpc::Vpc>(),
    kind::<subnet::Subnet>(),
    kind::<route_table::RouteTable>(),
    kind::<internet_gateway::InternetGateway>(),
    kind::<security_group::SecurityGroup>(),
    kind::<security_group::Rule>(),
    kind::<network_acl::NetworkAcl>(),
    kind::<dhcp_options::DhcpOptions>(),
    kind::<subnet::CidrReservation>(),
    kind::<network_interface::NetworkInterface>(),
    kind::<address::Address>(),
    kind::<nat_gateway::NatGateway>(),
    kind::<egress_only_internet_gateway::EgressOnlyInternetGateway>(),
    kind::<carrier_gateway::CarrierGateway>(),
    kind::<public_access::Exclusion>(),
    kind::<network_insights_path::NetworkInsightsPath>(),
    kind::<network_insights_analysis::NetworkInsightsAnalysis>(),
];

impl Service for Vpc {
    type Error = error::Error;
}

/// What instances ask of networks.
pub fn networks() -> Arc<dyn Networks> {
    Arc::new(network_interface::OfInstances)
}

/// What the gateway asks of networks when people ask why a flow passes or does not.
pub fn flows() -> Arc<dyn Flows> {
    Arc::new(reach::Explains)
}

/// Registers the tables, the jobs and the operations. `others` are the kinds of resources of EC2 that other crates own.
pub fn install(registry: &mut Registry, instances: Arc<dyn Instances>, others: Vec<&'static [Kind]>) {
    let mut ops = registry.service(Arc::new(Vpc { instances, others }));
    ops.tables()
        .record::<home::Home>()
        .record::<vpc::Vpc>()
        .record::<subnet::Subnet>()
        .record::<subnet::CidrReservation>()
        .record::<route_table::RouteTable>()
        .record::<internet_gateway::InternetGateway>()
        .record::<security_group::SecurityGroup>()
        .record::<security_group::Rule>()
        .record::<security_group::VpcAssociation>()
        .record::<network_acl::NetworkAcl>()
        .record::<dhcp_options::DhcpOptions>()
        .record::<network_interface::NetworkInterface>()
        .record::<network_interface::NetworkInterfacePermission>()
        .record::<address::Address>()
        .record::<nat_gateway::NatGateway>()
        .record::<egress_only_internet_gateway::EgressOnlyInternetGateway>()
        .record::<carrier_gateway::CarrierGateway>()
        .record::<public_access::Options>()
        .record::<public_access::Exclusion>()
        .record::<network_insights_path::NetworkInsightsPath>()
        .record::<network_insights_analysis::NetworkInsightsAnalysis>()
        .job::<vpc::Available>()
        .job::<vpc::Associated>()
        .job::<subnet::Available>()
        .job::<subnet::Associated>()
        .job::<network_interface::Available>()
        .job::<network_interface::Attached>()
        .job::<network_interface::Detached>()
        .job::<address::Named>()
        .job::<nat_gateway::Open>()
        .job::<nat_gateway::Close>()
        .job::<nat_gateway::Forget>()
        .job::<nat_gateway::Settle>()
        .job::<carrier_gateway::Turned>()
        .job::<public_access::TurnedOptions>()
        .job::<public_access::TurnedExclusion>()
        .job::<public_access::ForgetExclusion>()
        .job::<security_group::Turned>()
        .job::<network_insights_analysis::Finish>()
        .job::<network_insights_analysis::Forget>();
    subnets(&mut ops);
    gateways(&mut ops);
    interfaces(&mut ops);
    rules(&mut ops);
    public_access(&mut ops);
    insights(&mut ops);
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
