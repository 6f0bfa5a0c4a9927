//! The kinds of things that may not be there, and what AWS says when they are not.

use super::endpoint::unreadable;
use super::{Noun, Placement, Template};

/// The kinds of things that may not be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A VPC.
    Vpc,
    /// A VPC to which an internet gateway is attached.
    AttachedVpc,
    /// The association of a VPC with a block.
    CidrAssociation,
    /// The association of a subnet with an IPv6 block.
    SubnetCidrAssociation,
    /// A subnet.
    Subnet,
    /// A reservation of a part of a subnet.
    CidrReservation,
    /// A route table.
    RouteTable,
    /// An association of a route table or a network ACL.
    Association,
    /// An internet gateway.
    InternetGateway,
    /// A gateway as the target of a route.
    RouteGateway,
    /// A NAT gateway.
    NatGateway,
    /// A NAT gateway as the target of a route.
    RouteNatGateway,
    /// An egress-only internet gateway.
    EgressOnlyInternetGateway,
    /// A carrier gateway.
    CarrierGateway,
    /// A path of Reachability Analyzer.
    NetworkInsightsPath,
    /// An analysis of a path.
    NetworkInsightsAnalysis,
    /// A peering connection.
    VpcPeeringConnection,
    /// A virtual private gateway.
    VpnGateway,
    /// A customer gateway.
    CustomerGateway,
    /// A VPN connection.
    VpnConnection,
    /// A transit gateway.
    TransitGateway,
    /// A transit gateway as the target of a route.
    RouteTransitGateway,
    /// What is attached to a transit gateway.
    TransitGatewayAttachment,
    /// A VPC's attachment to a transit gateway.
    TransitGatewayVpcAttachment,
    /// A transit gateway's attachment to another one.
    TransitGatewayPeeringAttachment,
    /// A multicast domain of a transit gateway.
    TransitGatewayMulticastDomain,
    /// A route table of a transit gateway.
    TransitGatewayRouteTable,
    /// An instance.
    Instance,
    /// A network interface.
    NetworkInterface,
    /// A permission on a network interface.
    NetworkInterfacePermission,
    /// The attachment of a network interface.
    Attachment,
    /// An elastic address.
    Allocation,
    /// An elastic address that a NAT gateway is asked to have.
    NatAllocation,
    /// A security group.
    SecurityGroup,
    /// The association of a security group with a further VPC.
    SecurityGroupVpcAssociation,
    /// A rule of a security group.
    Rule,
    /// A network ACL.
    NetworkAcl,
    /// An exclusion from the block of public access.
    PublicAccessExclusion,
    /// A DHCP options set.
    DhcpOptions,
    /// A key pair, by its id.
    KeyPair,
    /// A launch template, by its id.
    LaunchTemplate,
    /// A placement group, by its id.
    PlacementGroup,
    /// A reservation of capacity.
    CapacityReservation,
    /// A fleet.
    Fleet,
    /// A dedicated host.
    Host,
    /// A Spot Fleet.
    SpotFleet,
    /// A request for a Spot Instance.
    SpotRequest,
    /// A prefix list.
    PrefixList,
    /// An endpoint of EC2 Instance Connect.
    InstanceConnectEndpoint,
    /// A VPC endpoint.
    VpcEndpoint,
    /// A service behind VPC endpoints.
    VpcEndpointService,
    /// Who is told of connections to a service.
    ConnectionNotification,
    /// A permission to connect to a service.
    ServicePermission,
    /// A machine image.
    Image,
    /// A window in time for scheduled events.
    EventWindow,
    /// A replacement of a root volume.
    ReplaceRootVolumeTask,
    /// A volume.
    Volume,
    /// A snapshot.
    Snapshot,
    /// One of those that are spoken of by one pattern.
    Noun(Noun),
}

/// A text that is no id of its kind.
/// What is said of a text that is no id of a kind.
pub(super) fn malformed(kind: Kind, given: &str, prefix: &str) -> (&'static str, String) {
    // Recorded: `aws_vpc.….id` of CreateSubnet and `aws_route_table.….id` of AssociateRouteTable by Terraform
    // (cloudnloud/weekly-cloud-engineer-interview-program, issue 14), `InvalidVpcId` by the tests of ACK's controller for
    // EC2, `subnet-1,subnet-2` of DescribeSubnets by openshift/hive. An id of something else is malformed.
    if matches!(kind, Kind::Vpc | Kind::Subnet | Kind::RouteTable) && !is_id(given) {
        return not_found(kind, &[given.to_owned()]);
    }
    let sentence = match kind {
        Kind::NatGateway => format!("The NatGateway ID '{given}' is malformed"),
        Kind::SubnetCidrAssociation => {
            format!("The subnet CIDR block with association ID {given} is malformed")
        }
        Kind::Instance => format!("Invalid id: \"{given}\""),
        Kind::VpcEndpoint => unreadable("VpcEndpoint", given, prefix),
        Kind::VpcEndpointService => unreadable("VpcEndpointService", given, prefix),
        Kind::Volume => format!("Value ({given}) for parameter volumes is invalid. Expected: 'vol-...'."),
        _ => format!("Invalid id: \"{given}\" (expecting \"{prefix}...\")"),
    };
    (malformed_code(kind), sentence)
}

/// Whether a text is written as ids are: words and hexadecimal digits.
fn is_id(text: &str) -> bool {
    let Some((words, digits)) = text.rsplit_once('-') else { return false };
    let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase());
    words.split('-').all(is_word) && !digits.is_empty() && digits.bytes().all(is_digit)
}

/// The code of an id that is none of its kind. Some spell `Id` where the same kind's NotFound spells `ID`.
fn malformed_code(kind: Kind) -> &'static str {
    match kind {
        Kind::Vpc => "InvalidVpcID.Malformed",
        // AttachInternetGateway, recorded by the tests of ACK's controller for EC2.
        Kind::AttachedVpc => "InvalidVpcId.Malformed",
        Kind::CidrAssociation => "InvalidVpcCidrBlockAssociationID.Malformed",
        Kind::SubnetCidrAssociation => "InvalidSubnetCidrBlockAssociationId.Malformed",
        Kind::Subnet => "InvalidSubnetID.Malformed",
        Kind::CidrReservation => "InvalidSubnetCidrReservationID.Malformed",
        Kind::RouteTable => "InvalidRouteTableId.Malformed",
        Kind::Association => "InvalidAssociationID.Malformed",
        Kind::InternetGateway => "InvalidInternetGatewayId.Malformed",
        Kind::RouteGateway => "InvalidGatewayID.Malformed",
        Kind::NatGateway => "NatGatewayMalformed",
        Kind::RouteNatGateway => "InvalidNatGatewayID.Malformed",
        Kind::EgressOnlyInternetGateway => "InvalidEgressOnlyInternetGatewayId.Malformed",
        Kind::CarrierGateway => "InvalidCarrierGatewayID.Malformed",
        Kind::NetworkInsightsPath => "InvalidNetworkInsightsPathId.Malformed",
        Kind::NetworkInsightsAnalysis => "InvalidNetworkInsightsAnalysisId.Malformed",
        Kind::VpcPeeringConnection => "InvalidVpcPeeringConnectionId.Malformed",
        Kind::VpnGateway => "InvalidVpnGatewayID.Malformed",
        Kind::CustomerGateway => "InvalidCustomerGatewayId.Malformed",
        Kind::VpnConnection => "InvalidVpnConnectionId.Malformed",
        Kind::TransitGateway | Kind::RouteTransitGateway => "InvalidTransitGatewayID.Malformed",
        Kind::TransitGatewayAttachment
        | Kind::TransitGatewayVpcAttachment
        | Kind::TransitGatewayPeeringAttachment => "InvalidTransitGatewayAttachmentID.Malformed",
        Kind::TransitGatewayMulticastDomain => "InvalidTransitGatewayMulticastDomainId.Malformed",
        Kind::TransitGatewayRouteTable => "InvalidRouteTableId.Malformed",
        Kind::Instance => "InvalidInstanceID.Malformed",
        Kind::NetworkInterface => "InvalidNetworkInterfaceId.Malformed",
        Kind::NetworkInterfacePermission => "InvalidNetworkInterfacePermissionId.Malformed",
        Kind::Attachment => "InvalidAttachmentID.Malformed",
        Kind::Allocation => "InvalidAllocationID.Malformed",
        Kind::NatAllocation => "InvalidElasticIpID.Malformed",
        Kind::SecurityGroup => "InvalidGroupId.Malformed",
        Kind::SecurityGroupVpcAssociation => "InvalidGroupId.Malformed",
        Kind::Rule => "InvalidSecurityGroupRuleId.Malformed",
        Kind::NetworkAcl => "InvalidNetworkAclId.Malformed",
        Kind::PublicAccessExclusion => "InvalidVpcBlockPublicAccessExclusionId.Malformed",
        Kind::DhcpOptions => "InvalidDhcpOptionsId.Malformed",
        Kind::KeyPair => "InvalidKeyPairId.Malformed",
        Kind::LaunchTemplate => "InvalidLaunchTemplateId.Malformed",
        Kind::PlacementGroup => "InvalidPlacementGroupId.Malformed",
        Kind::CapacityReservation => "InvalidCapacityReservationId.Malformed",
        Kind::Fleet => "InvalidFleetId.Malformed",
        Kind::Host => "InvalidHostID.Malformed",
        Kind::SpotFleet => "InvalidSpotFleetRequestId.Malformed",
        Kind::SpotRequest => "InvalidSpotInstanceRequestID.Malformed",
        Kind::PrefixList => "InvalidPrefixListId.Malformed",
        Kind::InstanceConnectEndpoint => "InvalidInstanceConnectEndpointId.Malformed",
        Kind::VpcEndpoint => "InvalidVpcEndpointId.Malformed",
        Kind::VpcEndpointService => "InvalidVpcEndpointServiceId.Malformed",
        Kind::ConnectionNotification => "InvalidConnectionNotification.Malformed",
        Kind::ServicePermission => "InvalidVpcEndpointServicePermissionId.Malformed",
        Kind::Image => "InvalidAMIID.Malformed",
        Kind::EventWindow => "InvalidInstanceEventWindowID.Malformed",
        Kind::ReplaceRootVolumeTask => "InvalidReplaceRootVolumeTaskId.Malformed",
        Kind::Volume => "InvalidParameterValue",
        Kind::Snapshot => "InvalidSnapshotID.Malformed",
        Kind::Noun(noun) => noun.malformed,
    }
}

/// How a kind is called in its sentence: singular and plural.
fn words(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Vpc | Kind::AttachedVpc => ("vpc ID", "vpc IDs"),
        Kind::CidrAssociation => ("vpc CIDR block association ID", "vpc CIDR block association IDs"),
        Kind::SubnetCidrAssociation => {
            ("subnet CIDR block with association ID", "subnet CIDR blocks with association IDs")
        }
        Kind::Subnet => ("subnet ID", "subnet IDs"),
        Kind::CidrReservation => ("subnet-cidr-reservation ID", "subnet-cidr-reservation IDs"),
        Kind::RouteTable => ("routeTable ID", "routeTable IDs"),
        Kind::Association => ("association ID", "association IDs"),
        Kind::InternetGateway => ("internetGateway ID", "internetGateway IDs"),
        Kind::RouteGateway => ("gateway ID", "gateway IDs"),
        Kind::NatGateway | Kind::RouteNatGateway => ("natGateway ID", "natGateway IDs"),
        Kind::EgressOnlyInternetGateway => ("eigw ID", "eigw IDs"),
        Kind::CarrierGateway => ("carrierGateway ID", "carrierGateway IDs"),
        Kind::NetworkInsightsPath => ("networkInsightsPath ID", "networkInsightsPath IDs"),
        Kind::NetworkInsightsAnalysis => ("networkInsightsAnalysis ID", "networkInsightsAnalysis IDs"),
        Kind::VpcPeeringConnection => ("vpcPeeringConnection ID", "vpcPeeringConnection IDs"),
        Kind::VpnGateway => ("vpnGateway ID", "vpnGateway IDs"),
        Kind::CustomerGateway => ("customerGateway ID", "customerGateway IDs"),
        Kind::VpnConnection => ("vpnConnection ID", "vpnConnection IDs"),
        Kind::RouteTransitGateway => ("transitGateway ID", "transitGateway IDs"),
        Kind::TransitGateway => ("Transit Gateway", "Transit Gateways"),
        Kind::TransitGatewayAttachment => ("Transit Gateway Attachment", "Transit Gateway Attachments"),
        Kind::TransitGatewayVpcAttachment => {
            ("Transit Gateway VPC Attachment", "Transit Gateway VPC Attachments")
        }
        Kind::TransitGatewayPeeringAttachment => {
            ("Transit Gateway Peering Attachment", "Transit Gateway Peering Attachments")
        }
        Kind::TransitGatewayMulticastDomain => {
            ("Transit Gateway Multicast Domain", "Transit Gateway Multicast Domains")
        }
        Kind::TransitGatewayRouteTable => ("Transit Gateway Route Table", "Transit Gateway Route Tables"),
        Kind::Instance => ("instance ID", "instance IDs"),
        Kind::NetworkInterface => ("networkInterface ID", "networkInterface IDs"),
        Kind::NetworkInterfacePermission => {
            ("networkInterfacePermission ID", "networkInterfacePermission IDs")
        }
        Kind::Attachment => ("networkInterfaceAttachment ID", "networkInterfaceAttachment IDs"),
        Kind::Allocation | Kind::NatAllocation => ("allocation ID", "allocation IDs"),
        Kind::SecurityGroup => ("security group", "security groups"),
        Kind::SecurityGroupVpcAssociation => {
            ("security group VPC association", "security group VPC associations")
        }
        Kind::Rule => ("security group rule ID", "security group rule IDs"),
        Kind::NetworkAcl => ("networkAcl ID", "networkAcl IDs"),
        Kind::PublicAccessExclusion => {
            ("vpcBlockPublicAccessExclusion ID", "vpcBlockPublicAccessExclusion IDs")
        }
        Kind::DhcpOptions => ("dhcpOption ID", "dhcpOption IDs"),
        Kind::KeyPair => ("key pair ID", "key pair IDs"),
        Kind::LaunchTemplate => ("launch template ID", "launch template IDs"),
        Kind::PlacementGroup => ("placement group ID", "placement group IDs"),
        Kind::CapacityReservation => ("capacity reservation ID", "capacity reservation IDs"),
        Kind::Fleet => ("fleet ID", "fleet IDs"),
        Kind::Host => ("host ID", "host IDs"),
        Kind::SpotFleet => ("spot fleet request ID", "spot fleet request IDs"),
        Kind::SpotRequest => ("spot instance request ID", "spot instance request IDs"),
        Kind::PrefixList => ("prefix list ID", "prefix list IDs"),
        Kind::InstanceConnectEndpoint => ("instanceConnectEndpoint ID", "instanceConnectEndpoint IDs"),
        Kind::VpcEndpoint => ("Vpc Endpoint Id", "Vpc Endpoint Ids"),
        Kind::VpcEndpointService => ("VpcEndpointService Id", "VpcEndpointService Ids"),
        Kind::ConnectionNotification => ("ConnectionNotification Id", "ConnectionNotification Ids"),
        Kind::ServicePermission => ("VpcEndpointServicePermission Id", "VpcEndpointServicePermission Ids"),
        Kind::Image => ("image id", "image ids"),
        Kind::EventWindow => ("instanceEventWindow ID", "instanceEventWindow IDs"),
        Kind::ReplaceRootVolumeTask => ("replaceRootVolumeTask ID", "replaceRootVolumeTask IDs"),
        Kind::Volume => ("volume", "volumes"),
        Kind::Snapshot => ("snapshot", "snapshots"),
        Kind::Noun(noun) => noun.words,
    }
}

pub(super) fn not_found(kind: Kind, ids: &[String]) -> (&'static str, String) {
    let code = match kind {
        Kind::Vpc | Kind::AttachedVpc => "InvalidVpcID.NotFound",
        Kind::CidrAssociation => "InvalidVpcCidrBlockAssociationID.NotFound",
        Kind::SubnetCidrAssociation => "InvalidSubnetCidrBlockAssociationID.NotFound",
        Kind::Subnet => "InvalidSubnetID.NotFound",
        Kind::CidrReservation => "InvalidSubnetCidrReservationID.NotFound",
        Kind::RouteTable => "InvalidRouteTableID.NotFound",
        Kind::Association => "InvalidAssociationID.NotFound",
        Kind::InternetGateway => "InvalidInternetGatewayID.NotFound",
        Kind::RouteGateway => "InvalidGatewayID.NotFound",
        Kind::NatGateway => "NatGatewayNotFound",
        Kind::RouteNatGateway => "InvalidNatGatewayID.NotFound",
        Kind::EgressOnlyInternetGateway => "InvalidGatewayID.NotFound",
        Kind::CarrierGateway => "InvalidCarrierGatewayID.NotFound",
        Kind::NetworkInsightsPath => "InvalidNetworkInsightsPathId.NotFound",
        Kind::NetworkInsightsAnalysis => "InvalidNetworkInsightsAnalysisId.NotFound",
        Kind::VpcPeeringConnection => "InvalidVpcPeeringConnectionID.NotFound",
        Kind::VpnGateway => "InvalidVpnGatewayID.NotFound",
        Kind::CustomerGateway => "InvalidCustomerGatewayID.NotFound",
        Kind::VpnConnection => "InvalidVpnConnectionID.NotFound",
        Kind::TransitGateway | Kind::RouteTransitGateway => "InvalidTransitGatewayID.NotFound",
        Kind::TransitGatewayAttachment
        | Kind::TransitGatewayVpcAttachment
        | Kind::TransitGatewayPeeringAttachment => "InvalidTransitGatewayAttachmentID.NotFound",
        Kind::TransitGatewayMulticastDomain => "InvalidTransitGatewayMulticastDomainId.NotFound",
        Kind::TransitGatewayRouteTable => "InvalidRouteTableID.NotFound",
        Kind::Instance => "InvalidInstanceID.NotFound",
        Kind::NetworkInterface => "InvalidNetworkInterfaceID.NotFound",
        Kind::NetworkInterfacePermission => "InvalidNetworkInterfacePermissionId.NotFound",
        Kind::Attachment => "InvalidAttachmentID.NotFound",
        Kind::Allocation => "InvalidAllocationID.NotFound",
        Kind::NatAllocation => "InvalidElasticIpID.NotFound",
        Kind::SecurityGroup => "InvalidGroup.NotFound",
        Kind::SecurityGroupVpcAssociation => "InvalidSecurityGroupVpcAssociation.NotFound",
        Kind::Rule => "InvalidSecurityGroupRuleId.NotFound",
        Kind::NetworkAcl => "InvalidNetworkAclID.NotFound",
        Kind::PublicAccessExclusion => "InvalidVpcBlockPublicAccessExclusionId.NotFound",
        Kind::DhcpOptions => "InvalidDhcpOptionID.NotFound",
        Kind::KeyPair => "InvalidKeyPair.NotFound",
        Kind::LaunchTemplate => return Template::NoId(ids.to_vec()).said(),
        Kind::PlacementGroup => return Placement::Unknown(ids.join(", ")).said(),
        Kind::CapacityReservation => "InvalidCapacityReservationId.NotFound",
        Kind::Fleet => "InvalidFleetId.NotFound",
        Kind::Host => "InvalidHostID.NotFound",
        Kind::SpotFleet => "InvalidSpotFleetRequestId.NotFound",
        Kind::SpotRequest => "InvalidSpotInstanceRequestID.NotFound",
        Kind::PrefixList => "InvalidPrefixListID.NotFound",
        Kind::InstanceConnectEndpoint => "InvalidInstanceConnectEndpointId.NotFound",
        Kind::VpcEndpoint => "InvalidVpcEndpointId.NotFound",
        Kind::VpcEndpointService => "InvalidVpcEndpointServiceId.NotFound",
        Kind::ConnectionNotification => "InvalidConnectionNotification.NotFound",
        Kind::ServicePermission => "InvalidVpcEndpointServicePermissionId.NotFound",
        Kind::Image => "InvalidAMIID.NotFound",
        Kind::EventWindow => "InvalidInstanceEventWindowID.NotFound",
        Kind::ReplaceRootVolumeTask => "InvalidReplaceRootVolumeTaskId.NotFound",
        Kind::Volume => "InvalidVolume.NotFound",
        Kind::Snapshot => "InvalidSnapshot.NotFound",
        Kind::Noun(noun) => return noun.not_found(ids),
    };
    let (one, many) = words(kind);
    let sentence = match (kind, ids) {
        (Kind::NatGateway, ids) => format!("NAT gateway {} was not found", ids.join(", ")),
        (Kind::NatAllocation, ids) => format!("Elastic IP address {} could not be found", ids.join(", ")),
        (
            Kind::TransitGateway
            | Kind::TransitGatewayAttachment
            | Kind::TransitGatewayVpcAttachment
            | Kind::TransitGatewayPeeringAttachment
            | Kind::TransitGatewayMulticastDomain
            | Kind::TransitGatewayRouteTable,
            ids,
        ) => format!("{one} {} was deleted or does not exist.", ids.join(", ")),
        (Kind::RouteTransitGateway, ids) => format!("The {one} '{}' does not exist.", ids.join(", ")),
        (Kind::Image, [id]) => format!("The {one} '[{id}]' does not exist"),
        (Kind::Image, ids) => format!("The {many} '[{}]' do not exist", ids.join(", ")),
        (Kind::Volume | Kind::Snapshot, [id]) => format!("The {one} '{id}' does not exist."),
        (Kind::Volume | Kind::Snapshot, ids) => format!("The {many} '{}' do not exist.", ids.join(", ")),
        (_, [id]) => format!("The {one} '{id}' does not exist"),
        (_, ids) => format!("The {many} '{}' do not exist", ids.join(", ")),
    };
    (code, sentence)
}
