//! The ids of resources, and of what connects them.

base::id_type! {
    /// A VPC.
    pub struct VpcId("vpc-");
    /// The association of a VPC with a block.
    pub struct CidrAssociationId("vpc-cidr-assoc-");
    /// The association of a subnet with an IPv6 block.
    pub struct SubnetCidrAssociationId("subnet-cidr-assoc-");
    /// A subnet.
    pub struct SubnetId("subnet-");
    /// A reservation of a part of a subnet.
    pub struct CidrReservationId("scr-");
    /// A route table.
    pub struct RouteTableId("rtb-");
    /// The association of a route table.
    pub struct RouteTableAssociationId("rtbassoc-");
    /// An internet gateway.
    pub struct InternetGatewayId("igw-");
    /// A security group.
    pub struct SecurityGroupId("sg-");
    /// A rule of a security group.
    pub struct RuleId("sgr-");
    /// A network ACL.
    pub struct NetworkAclId("acl-");
    /// The association of a network ACL with a subnet.
    pub struct NetworkAclAssociationId("aclassoc-");
    /// A DHCP options set.
    pub struct DhcpOptionsId("dopt-");
    /// A network interface.
    pub struct NetworkInterfaceId("eni-");
    /// A permission on a network interface.
    pub struct NetworkInterfacePermissionId("eni-perm-");
    /// The attachment of an interface that belongs to a service.
    pub struct ServiceAttachmentId("ela-attach-");
    /// An elastic address.
    pub struct AllocationId("eipalloc-");
    /// The association of an elastic address with a private one.
    pub struct AddressAssociationId("eipassoc-");
    /// A NAT gateway.
    pub struct NatGatewayId("nat-");
    /// A path of Reachability Analyzer.
    pub struct NetworkInsightsPathId("nip-");
    /// An analysis of a path.
    pub struct NetworkInsightsAnalysisId("nia-");
    /// An egress-only internet gateway.
    pub struct EgressOnlyInternetGatewayId("eigw-");
    /// A carrier gateway.
    pub struct CarrierGatewayId("cagw-");
    /// An exclusion from the block of public access.
    pub struct PublicAccessExclusionId("vpcbpa-exclude-");
    /// A peering connection.
    pub struct VpcPeeringConnectionId("pcx-");
    /// A virtual private gateway.
    pub struct VpnGatewayId("vgw-");
    /// A customer gateway.
    pub struct CustomerGatewayId("cgw-");
    /// A VPN connection.
    pub struct VpnConnectionId("vpn-");
    /// A transit gateway.
    pub struct TransitGatewayId("tgw-");
    /// What is attached to a transit gateway.
    pub struct TransitGatewayAttachmentId("tgw-attach-");
    /// A route table of a transit gateway.
    pub struct TransitGatewayRouteTableId("tgw-rtb-");
    /// A prefix list.
    pub struct PrefixListId("pl-");
    /// A VPC endpoint.
    pub struct VpcEndpointId("vpce-");
    /// The connection of a VPC endpoint with a service.
    pub struct VpcEndpointConnectionId("vpce-con-");
    /// A service behind VPC endpoints.
    pub struct VpcEndpointServiceId("vpce-svc-");
    /// A permission to connect to a service.
    pub struct ServicePermissionId("vpce-svc-perm-");
    /// Who is told of connections to a service.
    pub struct ConnectionNotificationId("vpce-nfn-");
    /// An endpoint of EC2 Instance Connect.
    pub struct InstanceConnectEndpointId("eice-");
    /// An instance.
    pub struct InstanceId("i-");
    /// A reservation: the instances of one call.
    pub struct ReservationId("r-");
    /// The attachment of a network interface to an instance.
    pub struct AttachmentId("eni-attach-");
    /// A machine image.
    pub struct ImageId("ami-");
    /// A key pair.
    pub struct KeyPairId("key-");
    /// A launch template.
    pub struct LaunchTemplateId("lt-");
    /// A placement group.
    pub struct PlacementGroupId("pg-");
    /// A reservation of capacity.
    pub struct CapacityReservationId("cr-");
    /// A dedicated host.
    pub struct HostId("h-");
    /// The association of an instance with an instance profile.
    pub struct ProfileAssociationId("iip-assoc-");
    /// A volume.
    pub struct VolumeId("vol-");
    /// A window in time for scheduled events.
    pub struct EventWindowId("iew-");
    /// A replacement of a root volume.
    pub struct ReplaceRootVolumeTaskId("replacevol-");
    /// A snapshot.
    pub struct SnapshotId("snap-");
    /// A flow log.
    pub struct FlowLogId("fl-");
    /// An IPAM.
    pub struct IpamId("ipam-");
    /// A scope of an IPAM.
    pub struct IpamScopeId("ipam-scope-");
    /// A pool of an IPAM.
    pub struct IpamPoolId("ipam-pool-");
    /// An IPAM's resource discovery.
    pub struct IpamResourceDiscoveryId("ipam-res-disco-");
    /// The association of an IPAM with a resource discovery.
    pub struct IpamResourceDiscoveryAssociationId("ipam-res-disco-assoc-");
    /// A scope of Network Access Analyzer.
    pub struct NetworkInsightsAccessScopeId("nis-");
    /// An analysis of such a scope.
    pub struct NetworkInsightsAccessScopeAnalysisId("nisa-");
    /// A filter of mirrored traffic.
    pub struct TrafficMirrorFilterId("tmf-");
    /// A rule of such a filter.
    pub struct TrafficMirrorFilterRuleId("tmfr-");
    /// A session of mirrored traffic.
    pub struct TrafficMirrorSessionId("tms-");
    /// Where mirrored traffic goes.
    pub struct TrafficMirrorTargetId("tmt-");
}
