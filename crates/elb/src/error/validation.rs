//! Refusals of what a request says, all of one code.

use crate::arn::Kind;
use crate::load_balancer::Kind as LoadBalancerKind;
use crate::names::Named;
use wire::{Fault, sender};

/// A member is not of its form, or not what goes with the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Validation {
    /// The marker of a page is none of ours, or another call's.
    Marker,
    /// No ARN of this kind, account and Region.
    Arn(String, Kind),
    /// More are named than one call may name.
    TooManyArns(&'static str, usize),
    /// A name is too long.
    NameTooLong(Named, String),
    /// A name has other characters.
    NameLetters(Named, String),
    /// A name begins or ends with a hyphen.
    NameEnds(Named, String),
    /// A load balancer's name begins as those of internal ones do in DNS.
    NameInternal(String),
    /// Two hyphens in a target group's name.
    NameDoubleHyphen(String),
    /// A key begins with `aws:`.
    ReservedTag,
    /// No subnet is named.
    NoSubnets,
    /// Subnets are named in both ways.
    SubnetsTwice,
    /// An application load balancer needs two zones.
    TwoZones,
    /// No address.
    Address(String),
    /// The kind is not reached so.
    AddressType(LoadBalancerKind),
    /// A gateway load balancer has no scheme.
    GatewayScheme,
    /// Names and ARNs are given.
    NamesAndArns,
    /// A pool is to be set and taken away, or neither.
    OnePoolChange,
    /// Capacity is to be set and reset, or neither.
    OneCapacityChange,
    /// Less capacity than may be kept ready.
    LeastCapacity(i32),
    /// No such key.
    LoadBalancerAttribute(String),
    /// No such key.
    ListenerAttribute(String),
    /// No such key.
    GroupAttribute(String),
    /// The value is none of these.
    AttributeWords(String, &'static [&'static str]),
    /// The value lies outside.
    AttributeRange(String, i64, i64),
    /// The value lies outside.
    GroupAttributeRange(String, String, i64, i64),
    /// No prefix for logs.
    LogPrefix(String),
    /// A log is on and has no bucket.
    NoBucket,
    /// No action is given.
    NoAction,
    /// Nothing says which listeners.
    NoListenerSelector,
    /// Both ways are used.
    TwoListenerSelectors,
    /// Nothing says which rules.
    NoRuleSelector,
    /// Both ways are used.
    TwoRuleSelectors,
    /// More than one way is used.
    GroupSelectors,
    /// A listener has no port.
    NoPort,
    /// A listener has no protocol.
    NoProtocol,
    /// Listeners of gateway load balancers have none.
    GatewayPort,
    /// Listeners of gateway load balancers have none.
    GatewayProtocol,
    /// The kind does not speak the protocol.
    ProtocolOfKind(String, LoadBalancerKind),
    /// Another listener has the port.
    PortInUse(i32),
    /// TLS needs a certificate.
    NoCertificate(String),
    /// The policy is empty.
    NoPolicy(String),
    /// Without TLS there is no policy.
    PolicyOfPlain(String),
    /// Without TLS there are no certificates.
    CertificateOfPlain(String),
    /// Which one is the default is not said.
    IsDefault,
    /// A listener has one default certificate.
    OneCertificate,
    /// Only TLS chooses a protocol.
    AlpnOfProtocol(String),
    /// No such mode.
    MutualMode(String),
    /// Only `verify` has a trust store.
    TrustStoreOfMode(String),
    /// `verify` has one.
    VerifyNeedsStore,
    /// Nothing is to change.
    NothingOfRule,
    /// Transforms are set and taken away.
    TransformsTwice,
    /// A kind of transform stands twice.
    TransformTwice(String),
    /// A transform has not exactly the one rewriting that its kind has.
    TransformConfig(&'static str, String),
    /// No rule is named.
    NoPriorities,
    /// The rules are of several listeners.
    SeveralListeners,
    /// A rule stands twice.
    RuleTwice(String),
    /// A priority stands twice.
    PriorityTwice(i32),
    /// A target group has no protocol.
    NoGroupProtocol,
    /// A target group has no port.
    NoGroupPort,
    /// A target group has no VPC.
    NoVpc,
    /// Functions have none.
    OfLambda(&'static str),
    /// No such VPC.
    Vpc(String),
    /// No such version of HTTP.
    Version(String),
    /// Wrapped packets come on one port.
    GenevePort,
    /// Functions are checked by being called.
    HealthCheckOfLambda,
    /// No port.
    HealthCheckPort(String),
    /// No path.
    HealthCheckPath(String),
    /// A check takes longer than the time to the next.
    HealthCheckTimeout(i32, i32, bool),
    /// No such kind of stickiness.
    StickinessType,
    /// No such kind of stickiness of gateway load balancers.
    GatewayStickiness(String),
    /// Load balancers have cookies of that name.
    CookieName(String),
    /// No target is named.
    NoTarget,
    /// No such instance.
    InstanceId(String),
    /// No address that may be a target.
    PrivateAddress(String, bool),
    /// An address outside the VPC needs a zone.
    ZoneRequired(String),
    /// An address inside the VPC has one.
    ZoneOverridden(String, String),
    /// No id of a QUIC server, or a group of another protocol.
    QuicServerId(String),
}

/// How a sentence about a name begins.
fn front(named: Named) -> &'static str {
    match named {
        Named::LoadBalancer => "The load balancer",
        Named::TargetGroup => "Target group",
    }
}

impl Validation {
    /// What the client is told.
    pub(super) fn fault(&self) -> Fault {
        sender(400, "ValidationError", self.sentence())
    }

    fn sentence(&self) -> String {
        match self {
            Self::Marker => "The specified marker is not valid".to_owned(),
            Self::Arn(a, b) => format!("'{a}' is not a valid {} ARN", b.noun()),
            Self::TooManyArns(a, b) => format!("1 validation error detected: Value '{b} items' at '{a}' failed to satisfy constraint: Member must have length less than or equal to 20"),
            Self::NameTooLong(a, b) => format!("{} name '{b}' cannot be longer than '32' characters", front(*a)),
            Self::NameLetters(a, b) => format!("{} name '{b}' can only contain characters that are alphanumeric characters {} hyphens(-)", front(*a), if *a == Named::LoadBalancer { "and" } else { "or" }),
            Self::NameEnds(a, b) => format!("{} name '{b}' cannot begin or end with '-'", front(*a)),
            Self::NameInternal(a) => format!("The load balancer name '{a}' cannot begin with 'internal-'"),
            Self::NameDoubleHyphen(a) => format!("1 validation error detected: Value '{a}' at 'targetGroup.targetGroupArn.targetGroupName' failed to satisfy constraint: Member must satisfy regular expression pattern: (?!.*--)(?!^-)(?!.*-$)^[A-Za-z0-9-]+$"),
            Self::ReservedTag => "aws: prefixed tag key names are not allowed for external use.".to_owned(),
            // Recorded: ansible/ansible pull request 42060.
            Self::NoSubnets => "At least one subnet must be specified".to_owned(),
            // Recorded: boto/boto3 issue 1325.
            Self::SubnetsTwice => "You can specify either subnets or subnet mappings, not both".to_owned(),
            Self::TwoZones => "At least two subnets in two different Availability Zones must be specified".to_owned(),
            Self::Address(a) => format!("'{a}' is not a valid IP address"),
            Self::AddressType(a) => format!("The specified IP address type is not supported on load balancers with type '{}'.", a.word()),
            Self::GatewayScheme => "A scheme cannot be specified for gateway load balancers".to_owned(),
            Self::NamesAndArns => "Load balancer names and load balancer ARNs cannot be specified at the same time".to_owned(),
            Self::OnePoolChange => "Exactly one of IpamPools and RemoveIpamPools must be specified".to_owned(),
            Self::OneCapacityChange => "Exactly one of MinimumLoadBalancerCapacity and ResetCapacityReservation must be specified".to_owned(),
            Self::LeastCapacity(a) => format!("The minimum capacity must be at least {a} capacity units"),
            Self::LoadBalancerAttribute(a) => format!("Load balancer attribute key '{a}' is not recognized"),
            Self::ListenerAttribute(a) => format!("Listener attribute key '{a}' is not recognized"),
            Self::GroupAttribute(a) => format!("Target group attribute key '{a}' is not recognized"),
            Self::AttributeWords(a, b) => format!("'{a}' must be one of [{}]", b.join(", ")),
            Self::AttributeRange(a, b, c) => format!("The value of '{a}' must be between '{b}-{c}' inclusive"),
            Self::GroupAttributeRange(a, b, c, d) => format!("'{a}' value '{b}' must be between '{c}-{d}' inclusive"),
            Self::LogPrefix(a) => format!("The value '{a}' is not valid as a prefix of access logs"),
            Self::NoBucket => "S3Bucket name cannot be empty".to_owned(),
            Self::NoAction => "An action must be specified".to_owned(),
            Self::NoListenerSelector => "You must specify either listener ARNs or a load balancer ARN".to_owned(),
            Self::TwoListenerSelectors => "Listener ARNs and a load balancer ARN cannot be specified at the same time".to_owned(),
            Self::NoRuleSelector => "You must specify either listener rule ARNs or a listener ARN".to_owned(),
            Self::TwoRuleSelectors => "Listener rule ARNs and a listener ARN cannot be specified at the same time".to_owned(),
            Self::GroupSelectors => "Target group names, target group ARNs, and a load balancer ARN cannot be specified at the same time".to_owned(),
            Self::NoPort => "A listener port must be specified".to_owned(),
            Self::NoProtocol => "A listener protocol must be specified".to_owned(),
            Self::GatewayPort => "A port cannot be specified for gateway listeners".to_owned(),
            Self::GatewayProtocol => "A protocol cannot be specified for gateway listeners".to_owned(),
            Self::ProtocolOfKind(a, b) => format!("Listener protocol '{a}' must be one of '{}'", if *b == LoadBalancerKind::Network { "TLS, TCP, TCP_UDP, UDP" } else { "HTTPS, HTTP" }),
            Self::PortInUse(a) => format!("Listener port '{a}' is already in use"),
            Self::NoCertificate(a) => format!("A certificate must be specified for {a} listeners"),
            Self::NoPolicy(a) => format!("An SSL policy must be specified for {a} listeners"),
            Self::PolicyOfPlain(a) => format!("An SSL policy cannot be specifed for {a} listeners"),
            Self::CertificateOfPlain(a) => format!("A certificate cannot be specified for {a} listeners"),
            Self::IsDefault => "You cannot set the isDefault parameter for a certificate.".to_owned(),
            Self::OneCertificate => "Only one certificate can be specified for a listener".to_owned(),
            Self::AlpnOfProtocol(a) => format!("An ALPN policy cannot be specified for {a} listeners"),
            Self::MutualMode(a) => format!("Mutual Authentication mode '{a}' is not valid. It must be one of 'off, passthrough, verify'"),
            Self::TrustStoreOfMode(a) => format!("Mutual Authentication mode {a} does not support trust store"),
            Self::VerifyNeedsStore => "Mutual Authentication mode verify requires a trust store".to_owned(),
            Self::NothingOfRule => "Either conditions or actions must be specified".to_owned(),
            Self::TransformsTwice => "You cannot specify both transforms and ResetTransforms".to_owned(),
            Self::TransformTwice(a) => format!("A rule can have only one transform of type '{a}'"),
            Self::TransformConfig(a, b) => format!("A '{a}' with one rewrite must be specified with '{b}'"),
            Self::NoPriorities => "You must specify at least one rule priority".to_owned(),
            Self::SeveralListeners => "All rules must belong to the same listener".to_owned(),
            Self::RuleTwice(a) => format!("Rule '{a}' was provided multiple times"),
            Self::PriorityTwice(a) => format!("Priority '{a}' was provided multiple times"),
            Self::NoGroupProtocol => "A protocol must be specified".to_owned(),
            Self::NoGroupPort => "A port must be specified".to_owned(),
            Self::NoVpc => "A VPC ID must be specified".to_owned(),
            Self::OfLambda(a) => format!("{a} cannot be specified for target groups with target type 'lambda'"),
            Self::Vpc(a) => format!("The VPC ID '{a}' is not found"),
            Self::Version(a) => format!("Protocol version '{a}' is not supported. It must be one of '[GRPC, HTTP1, HTTP2]'"),
            Self::GenevePort => "Port must be 6081 for target groups with the GENEVE protocol".to_owned(),
            Self::HealthCheckOfLambda => "Health check protocol and port cannot be specified for target groups with target type 'lambda'".to_owned(),
            Self::HealthCheckPort(a) => format!("Health check port '{a}' must be 'traffic-port' or in the range of 1-65535"),
            Self::HealthCheckPath(a) => format!("Health check path '{a}' must start with '/' and cannot contain spaces"),
            Self::HealthCheckTimeout(a, b, c) => format!("Health check timeout '{a}' must be smaller than{} the interval '{b}'", if *c { " or equal to" } else { "" }),
            Self::StickinessType => "'Stickiness type' must be one of [app_cookie, lb_cookie, source_ip]".to_owned(),
            Self::GatewayStickiness(a) => format!("'{a}' must be one of [source_ip_dest_ip_proto, source_ip_dest_ip]"),
            Self::CookieName(a) => format!("The application cookie name '{a}' is not valid"),
            Self::NoTarget => "You must specify at least one target".to_owned(),
            Self::InstanceId(a) => format!("Instance ID '{a}' is not valid"),
            Self::PrivateAddress(a, b) => format!("The IP address '{a}' is not a valid {}", if *b { "IPv6 address" } else { "private IPv4 address" }),
            Self::ZoneRequired(a) => format!("The Availability Zone is required for IP address '{a}' because it is not in the VPC"),
            Self::ZoneOverridden(a, b) => format!("The IP address '{a}' is within the VPC, and cannot have its Availability Zone overridden to 'all' from '{b}'"),
            Self::QuicServerId(a) => format!("The QUIC server ID '{a}' is not valid"),
        }
    }
}
