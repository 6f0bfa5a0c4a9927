//! The networking half of EC2: VPCs, subnets, route tables, gateways, network interfaces, elastic addresses, security
//! groups, network ACLs, DHCP options, tags, Regions and zones.

mod absent;
mod account;
mod address;
mod authority;
mod carrier_gateway;
mod customer_gateway;
mod dhcp_options;
mod egress_only_internet_gateway;
mod flow_log;
mod home;
mod instance_connect_endpoint;
mod internet_gateway;
mod ipam;
mod ipv6;
mod listing;
mod map;
mod nat_gateway;
mod network;
mod network_acl;
mod network_insights_access_scope;
mod network_insights_access_scope_analysis;
mod network_insights_analysis;
mod network_insights_path;
mod network_interface;
mod of_services;
mod operations;
mod prefix_list;
mod public_access;
mod route_table;
mod security_group;
mod shared;
mod staged;
mod subnet;
mod tag;
mod traffic_mirror;
mod transit_gateway;
mod vpc;
mod vpc_endpoint;
mod vpc_endpoint_service;
mod vpc_peering_connection;
mod vpn_connection;
mod vpn_gateway;

pub use authority::resources;

use ec2_resource::holders::Holders;
use ec2_resource::metadata::{MachineFacts, SubnetFacts};
use ec2_resource::neighbour::{EndpointServices, Instances, LoadBalancers, Networks, NoLoadBalancers};
use ec2_resource::tag::{Kind, kind};
use ec2_resource::{dns, error, event, filter, id, resource, token};
use ports::{
    AddressZones, EndpointPolicies, Flows, LogBuckets, NetworkMaps, Registry, Service, ServiceGroups,
    ServiceInterfaces, ServiceNetworks,
};
use staged::Step;
use std::sync::Arc;

/// The service.
pub struct Vpc {
    instances: Arc<dyn Instances>,
    load_balancers: Arc<dyn LoadBalancers>,
    /// The kinds of resources of the other crates that answer EC2, whose tags are asked for here too.
    others: Vec<&'static [Kind]>,
    /// Where flow logs are written.
    buckets: Arc<dyn LogBuckets>,
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
    kind::<prefix_list::PrefixList>(),
    // Before endpoints, whose ids begin in the same way.
    kind::<vpc_endpoint_service::VpcEndpointService>(),
    kind::<vpc_endpoint::VpcEndpoint>(),
    kind::<instance_connect_endpoint::InstanceConnectEndpoint>(),
    kind::<egress_only_internet_gateway::EgressOnlyInternetGateway>(),
    kind::<carrier_gateway::CarrierGateway>(),
    kind::<public_access::Exclusion>(),
    kind::<network_insights_path::NetworkInsightsPath>(),
    kind::<network_insights_analysis::NetworkInsightsAnalysis>(),
    kind::<network_insights_access_scope::NetworkInsightsAccessScope>(),
    kind::<network_insights_access_scope_analysis::NetworkInsightsAccessScopeAnalysis>(),
    kind::<flow_log::FlowLog>(),
    // The longer prefixes first.
    kind::<ipam::IpamPoolAllocation>(),
    kind::<ipam::IpamPool>(),
    kind::<ipam::IpamScope>(),
    kind::<ipam::Ipam>(),
    kind::<traffic_mirror::TrafficMirrorTarget>(),
    kind::<traffic_mirror::TrafficMirrorFilter>(),
    kind::<traffic_mirror::TrafficMirrorFilterRule>(),
    kind::<traffic_mirror::TrafficMirrorSession>(),
    kind::<vpc_peering_connection::VpcPeeringConnection>(),
    kind::<vpn_gateway::VpnGateway>(),
    kind::<customer_gateway::CustomerGateway>(),
    kind::<vpn_connection::VpnConnection>(),
    // The ids of these two begin as those of transit gateways do, and are told first.
    kind::<transit_gateway::TransitGatewayAttachment>(),
    kind::<transit_gateway::TransitGatewayRouteTable>(),
    kind::<transit_gateway::TransitGateway>(),
];

impl Service for Vpc {
    type Error = error::Error;
}

/// What instances ask of networks.
pub fn networks() -> Arc<dyn Networks> {
    Arc::new(network_interface::OfInstances)
}

/// What services ask of networks that they put something into.
pub fn service_networks() -> Arc<dyn ServiceNetworks> {
    Arc::new(of_services::OfServices)
}

/// What services ask of networks when they want interfaces of their own.
pub fn service_interfaces() -> Arc<dyn ServiceInterfaces> {
    Arc::new(of_services::OfServices)
}

/// What load balancers ask of networks about addresses.
pub fn address_zones() -> Arc<dyn AddressZones> {
    Arc::new(of_services::OfServices)
}

/// What services ask of networks when they want security groups of their own.
pub fn service_groups() -> Arc<dyn ServiceGroups> {
    Arc::new(of_services::OfServices)
}

/// What load balancers ask of networks before they go.
pub fn endpoint_services() -> Arc<dyn EndpointServices> {
    Arc::new(vpc_endpoint_service::OfLoadBalancers)
}

/// What the gateway asks of endpoints when a request comes through one.
pub fn endpoint_policies() -> Arc<dyn EndpointPolicies> {
    Arc::new(vpc_endpoint::Gate)
}

/// What the gateway asks of networks when people want to see them.
pub fn maps(machines: Arc<dyn MachineFacts>) -> Arc<dyn NetworkMaps> {
    Arc::new(map::Maps { machines })
}

/// What lists of instances ask of network interfaces.
pub fn holders() -> Arc<dyn Holders> {
    Arc::new(network_interface::OfInterfaces)
}

/// What the metadata service of instances asks of networks.
pub fn subnet_facts() -> Arc<dyn SubnetFacts> {
    Arc::new(subnet::OfMachines)
}

/// Registers the tables, the jobs and the operations. `others` are the kinds of resources of EC2 that other crates own,
/// `buckets` take flow logs. Answers what the gateway asks of networks: what becomes of a flow.
pub fn install(
    registry: &mut Registry,
    instances: Arc<dyn Instances>,
    others: Vec<&'static [Kind]>,
    buckets: Arc<dyn LogBuckets>,
) -> Arc<dyn Flows> {
    install_with(registry, instances, Arc::new(NoLoadBalancers), others, buckets)
}

/// The same, where somebody balances loads.
pub fn install_with(
    registry: &mut Registry,
    instances: Arc<dyn Instances>,
    load_balancers: Arc<dyn LoadBalancers>,
    others: Vec<&'static [Kind]>,
    buckets: Arc<dyn LogBuckets>,
) -> Arc<dyn Flows> {
    let counts = Arc::new(flow_log::Counts::default());
    let service = Vpc { instances, load_balancers, others, buckets: buckets.clone() };
    let mut ops = registry.service(Arc::new(service));
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
        .record::<prefix_list::PrefixList>()
        .record::<vpc_endpoint::VpcEndpoint>()
        .record::<vpc_endpoint_service::VpcEndpointService>()
        .record::<vpc_endpoint_service::ConnectionNotification>()
        .record::<instance_connect_endpoint::InstanceConnectEndpoint>()
        .record::<egress_only_internet_gateway::EgressOnlyInternetGateway>()
        .record::<carrier_gateway::CarrierGateway>()
        .record::<public_access::Options>()
        .record::<public_access::Exclusion>()
        .record::<network_insights_path::NetworkInsightsPath>()
        .record::<network_insights_analysis::NetworkInsightsAnalysis>()
        .record::<network_insights_access_scope::NetworkInsightsAccessScope>()
        .record::<network_insights_access_scope_analysis::NetworkInsightsAccessScopeAnalysis>()
        .record::<flow_log::FlowLog>()
        .record::<ipam::Ipam>()
        .record::<ipam::IpamScope>()
        .record::<ipam::IpamPool>()
        .record::<ipam::IpamPoolCidr>()
        .record::<ipam::IpamPoolAllocation>()
        .record::<traffic_mirror::TrafficMirrorTarget>()
        .record::<traffic_mirror::TrafficMirrorFilter>()
        .record::<traffic_mirror::TrafficMirrorFilterRule>()
        .record::<traffic_mirror::TrafficMirrorSession>()
        .job::<network_insights_access_scope_analysis::Finish>()
        .job::<network_insights_access_scope_analysis::Forget>()
        .job::<flow_log::Due>()
        .job::<ipam::Settle>()
        .job::<ipam::SettleCidr>()
        .record::<vpc_peering_connection::VpcPeeringConnection>()
        .record::<vpn_gateway::VpnGateway>()
        .record::<customer_gateway::CustomerGateway>()
        .record::<vpn_connection::VpnConnection>()
        .record::<transit_gateway::TransitGateway>()
        .record::<transit_gateway::TransitGatewayAttachment>()
        .record::<transit_gateway::TransitGatewayRouteTable>()
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
        .job::<prefix_list::Settle>()
        .job::<vpc_endpoint::Open>()
        .job::<vpc_endpoint::Close>()
        .job::<instance_connect_endpoint::Settle>()
        .job::<network_insights_analysis::Finish>()
        .job::<network_insights_analysis::Forget>()
        .job::<Step<vpc_peering_connection::VpcPeeringConnection>>()
        .job::<Step<vpn_gateway::VpnGateway>>()
        .job::<Step<customer_gateway::CustomerGateway>>()
        .job::<Step<vpn_connection::VpnConnection>>()
        .job::<Step<transit_gateway::TransitGateway>>()
        .job::<Step<transit_gateway::TransitGatewayAttachment>>()
        .job::<Step<transit_gateway::TransitGatewayRouteTable>>();
    operations::register(&mut ops);
    ops.repeat(flow_log::Deliver { counts: counts.clone(), buckets });
    Arc::new(network::Explains { counts })
}
