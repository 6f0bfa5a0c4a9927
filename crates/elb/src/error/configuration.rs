//! Refusals of what cannot be together, all of one code.

use crate::load_balancer::Kind;
use wire::{Fault, sender};

/// What is asked for cannot be, as things are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Configuration {
    /// An address is taken or outside.
    AddressNotFree(String),
    /// Internal ones have no elastic addresses.
    AllocationOfInternal,
    /// Public ones choose no private address.
    PrivateOfPublic,
    /// One without IPv6 has no IPv6 address.
    Ipv6OfIpv4,
    /// Prefixes serve translation only.
    PrefixWithoutTranslation,
    /// No prefix of that length in the subnet.
    SourcePrefix(String, String),
    /// Only network load balancers choose addresses.
    MappingOfKind(Kind),
    /// The subnets lie in several VPCs.
    SeveralVpcs,
    /// Two subnets lie in one zone.
    ZoneTwice,
    /// A zone keeps its subnet.
    SubnetSwap(String),
    /// The kind is in no groups.
    GroupsOfKind(Kind),
    /// It was made without groups.
    MadeWithoutGroups,
    /// One in groups stays in some.
    NoGroups,
    /// Only network load balancers serve endpoints.
    EnforceOfKind(Kind),
    /// Only dual stack network load balancers translate.
    TranslationOfKind,
    /// Datagrams of IPv6 need translation.
    UdpWithoutTranslation,
    /// Only application load balancers stand on Outposts.
    OutpostPoolOfKind(Kind),
    /// Only public application load balancers take addresses of a pool.
    IpamPoolOfKind,
    /// Gateway load balancers keep none ready.
    CapacityOfKind,
    /// What networks say.
    Networks(String),
    /// Another kind has the attribute.
    AttributeOfKind(String, Kind),
    /// Application load balancers always serve all zones.
    CrossZoneOff,
    /// Addresses that were assigned stay.
    SecondaryLowered,
    /// The bucket cannot be written into.
    BucketAccess(String),
    /// The bucket is in another Region than the load balancer of that name.
    BucketRegion(String, String),
    /// Other listeners have the attribute.
    ListenerAttribute(String),
    /// Only HTTPS asks clients for certificates.
    MutualOfPlain,
    /// The version of HTTP needs TLS.
    VersionNeedsHttps(String),
    /// The target group is of another VPC.
    GroupVpc(String),
    /// Only HTTP has versions.
    VersionOfProtocol,
    /// An application load balancer is reached by TCP.
    ProtocolOfBalancer(String),
    /// Only groups of HTTP have control ports.
    ControlPort,
    /// A connection has no path.
    TcpPath,
    /// A connection has no codes.
    TcpMatcher,
    /// Codes are of the other version.
    MatcherOfVersion,
    /// Only functions go unchecked.
    HealthCheckOff,
    /// The kind of targets is not checked so.
    HealthCheckProtocol(String),
    /// Functions have it not.
    AttributeOfLambda(String),
    /// Another kind has the attribute.
    GroupAttribute,
    /// The protocol is not sticky in this way.
    StickinessType(String, String),
    /// TLS is not sticky.
    StickyTls,
    /// Stickiness by a cookie needs its name.
    NoCookieName,
    /// Only one algorithm starts slowly.
    SlowStart,
    /// Only one algorithm mitigates.
    AnomalyMitigation,
    /// What is ended at once is not drained.
    DrainingInterval,
    /// Both have to be equal.
    Failover,
    /// One threshold is below the other.
    Thresholds(String),
}

impl Configuration {
    /// What the client is told.
    pub(super) fn fault(&self) -> Fault {
        sender(400, "InvalidConfigurationRequest", self.sentence())
    }

    fn sentence(&self) -> String {
        match self {
            Self::AddressNotFree(a) => format!("The private IPv4 address '{a}' is not available in the subnet"),
            Self::AllocationOfInternal => "You cannot specify an allocation ID for an internal load balancer".to_owned(),
            Self::PrivateOfPublic => "You cannot specify a private IPv4 address for an internet-facing load balancer".to_owned(),
            Self::Ipv6OfIpv4 => "You cannot specify an IPv6 address for a load balancer with the IP address type 'ipv4'".to_owned(),
            Self::PrefixWithoutTranslation => "You cannot specify a source NAT IPv6 prefix unless the prefix for IPv6 source NAT is enabled".to_owned(),
            Self::SourcePrefix(a, b) => format!("The source NAT IPv6 prefix '{a}' must be a /80 from the IPv6 CIDR block of the subnet '{b}'"),
            Self::MappingOfKind(a) => format!("Addresses cannot be specified for load balancers with type '{}'", a.word()),
            Self::SeveralVpcs => "All subnets must belong to the same VPC".to_owned(),
            Self::ZoneTwice => "A load balancer cannot be attached to multiple subnets in the same Availability Zone".to_owned(),
            Self::SubnetSwap(a) => format!("The subnet of the Availability Zone '{a}' cannot be replaced; remove the Availability Zone first"),
            Self::GroupsOfKind(a) => format!("Security groups are not supported for load balancers with type '{}'", a.word()),
            Self::MadeWithoutGroups => "You cannot add security groups to a load balancer that was created without security groups".to_owned(),
            Self::NoGroups => "You must specify at least one security group".to_owned(),
            Self::EnforceOfKind(a) => format!("EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic is not supported for load balancers with type '{}'", a.word()),
            Self::TranslationOfKind => "A prefix for IPv6 source NAT is supported only for dualstack Network Load Balancers".to_owned(),
            Self::UdpWithoutTranslation => "UDP listeners on dualstack load balancers require a prefix for IPv6 source NAT".to_owned(),
            Self::OutpostPoolOfKind(a) => format!("A customer-owned IPv4 pool is not supported for load balancers with type '{}'", a.word()),
            Self::IpamPoolOfKind => "IPAM pools are supported only for internet-facing Application Load Balancers".to_owned(),
            Self::CapacityOfKind => "Capacity reservations are not supported for Gateway Load Balancers".to_owned(),
            Self::Networks(a) => a.clone(),
            Self::AttributeOfKind(a, b) => format!("Load balancer attribute key '{a}' is not supported on load balancers with type '{}'", b.word()),
            Self::CrossZoneOff => "Cross-zone load balancing cannot be disabled for Application Load Balancers".to_owned(),
            Self::SecondaryLowered => "The number of secondary IP addresses cannot be decreased".to_owned(),
            Self::BucketAccess(a) => format!("Access Denied for bucket: {a}. Please check S3bucket permission"),
            Self::BucketRegion(a, b) => format!("S3Bucket: {a} is not located in the same region with ELB: {b}"),
            Self::ListenerAttribute(a) => format!("Listener attribute key '{a}' is not supported on this listener"),
            Self::MutualOfPlain => "Mutual authentication is supported only on HTTPS listeners".to_owned(),
            Self::VersionNeedsHttps(a) => format!("Listener protocol 'HTTP' is not supported with a target group with the protocol-version '{a}'"),
            Self::GroupVpc(a) => format!("The target group '{a}' does not have the same VPC as the load balancer"),
            Self::VersionOfProtocol => "A protocol version can be specified only for target groups with the HTTP or HTTPS protocol".to_owned(),
            Self::ProtocolOfBalancer(a) => format!("Protocol '{a}' is not supported for target groups with target type 'alb'"),
            Self::ControlPort => "A target control port is not supported for this target group".to_owned(),
            Self::TcpPath => "Health check paths are not supported for TCP health checks".to_owned(),
            Self::TcpMatcher => "Health check matchers are not supported for TCP health checks".to_owned(),
            Self::MatcherOfVersion => "The matcher is not supported for the protocol version of the target group".to_owned(),
            Self::HealthCheckOff => "Health check enabled must be true for target groups with target type 'instance', 'ip' or 'alb'".to_owned(),
            Self::HealthCheckProtocol(a) => format!("Health check protocol '{a}' is not supported for this target group"),
            Self::AttributeOfLambda(a) => format!("A target group with target type 'lambda' does not support the attribute {a}"),
            Self::GroupAttribute => "The provided target group attribute is not supported".to_owned(),
            Self::StickinessType(a, b) => format!("Stickiness type '{a}' is not supported for target groups with the {b} protocol"),
            Self::StickyTls => "You cannot enable stickiness on target groups with the TLS protocol".to_owned(),
            Self::NoCookieName => "You must set an application cookie name to enable stickiness of type 'app_cookie'".to_owned(),
            Self::SlowStart => "Slow start mode is supported only with the 'round_robin' load balancing algorithm".to_owned(),
            Self::AnomalyMitigation => "Anomaly mitigation is supported only with the 'weighted_random' load balancing algorithm".to_owned(),
            Self::DrainingInterval => "You cannot set an unhealthy draining interval when unhealthy connection termination is enabled".to_owned(),
            Self::Thresholds(a) => format!("'target_group_health.dns_failover.minimum_healthy_targets.{a}' must be greater than or equal to 'target_group_health.unhealthy_state_routing.minimum_healthy_targets.{a}'"),
            Self::Failover => "'target_failover.on_deregistration' and 'target_failover.on_unhealthy' must have the same value".to_owned(),
        }
    }
}
