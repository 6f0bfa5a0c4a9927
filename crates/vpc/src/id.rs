//! The ids of this crate's resources and associations.

base::id_type! {
    /// A VPC.
    pub struct VpcId("vpc-");
    /// The association of a VPC with a block.
    pub struct CidrAssociationId("vpc-cidr-assoc-");
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
}
