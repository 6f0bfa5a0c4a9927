//! Refusals because of what is there.

use crate::load_balancer::Kind;
use wire::{Fault, sender};

/// It is there, and in the way; or it is not for this.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// One key stands twice among the tags.
    TagTwice,
    /// Too many tags.
    TooManyTags,
    /// The name is another load balancer's.
    LoadBalancerExists(String),
    /// The name is another target group's.
    GroupExists(String),
    /// The port is another listener's.
    ListenerExists(String),
    /// It is protected from deletion.
    Protected(String),
    /// It is a target itself.
    LoadBalancerInUse(String),
    /// A load balancer that is a target is reached on the port.
    ListenerInUse(i32, String),
    /// Something leads to it.
    GroupInUse(String),
    /// An elastic address leads elsewhere.
    AllocationInUse,
    /// A certificate has no name with dots, or a key that cannot serve.
    Certificate(String),
    /// The default certificate stays.
    DefaultCertificate,
    /// The default rule goes with its listener.
    DefaultRuleDeleted(String),
    /// The default rule changes with its listener.
    DefaultRuleModified(String),
    /// The default rule is always last.
    DefaultRulePriority,
    /// Only application load balancers have rules.
    RulesOfKind(Kind),
    /// The priority is another rule's.
    Priority(i32),
    /// Listener and target group speak differently.
    Protocols(String, String, String),
    /// Another load balancer leads to the target group.
    AssociationLimit(String),
    /// No such policy.
    NoAlpnPolicy,
    /// No codes of HTTP.
    HttpCode,
    /// No codes of gRPC.
    GrpcCode,
    /// No such target.
    NoTarget,
    /// Instances that do not run.
    NotRunning(Vec<String>),
    /// Instances of another VPC.
    NotInVpc(String, Vec<String>),
    /// The group has one target at the most.
    OneTarget,
    /// The function cannot be called.
    Lambda(String, String),
}

impl Refused {
    /// What the client is told.
    pub(super) fn fault(&self) -> Fault {
        let (code, sentence) = match self {
            Self::TagTwice => ("DuplicateTagKeys", "A tag key was specified more than once.".to_owned()),
            Self::TooManyTags => ("TooManyTags", "The quota for the number of tags that can be assigned to a load balancer has been reached".to_owned()),
            Self::LoadBalancerExists(a) => ("DuplicateLoadBalancerName", format!("A load balancer with the same name '{a}' exists, but with different settings")),
            Self::GroupExists(a) => ("DuplicateTargetGroupName", format!("A target group with the same name '{a}' exists, but with different settings")),
            Self::ListenerExists(a) => ("DuplicateListener", format!("A listener already exists on this port for this load balancer '{a}'")),
            Self::Protected(a) => ("OperationNotPermitted", format!("Load balancer '{a}' cannot be deleted because deletion protection is enabled")),
            Self::LoadBalancerInUse(a) => ("ResourceInUse", format!("Load balancer '{a}' cannot be deleted because it is currently associated with another service")),
            // Recorded: hashicorp/terraform-provider-aws issue 34860.
            Self::ListenerInUse(a, b) => ("ResourceInUse", format!("Listener port '{a}' is in use by registered target '{b}' and cannot be removed.")),
            Self::GroupInUse(a) => ("ResourceInUse", format!("Target group '{a}' is currently in use by a listener or a rule")),
            Self::AllocationInUse => ("ResourceInUse", "The allocation IDs are not available for use".to_owned()),
            // Recorded: hashicorp/terraform-provider-aws issue 26245, crossplane-contrib/provider-upjet-aws issue 338.
            Self::Certificate(a) => ("UnsupportedCertificate", format!("The certificate '{a}' must have a fully-qualified domain name, a supported signature, and a supported key size.")),
            Self::DefaultCertificate => ("OperationNotPermitted", "Default certificate cannot be removed".to_owned()),
            Self::DefaultRuleDeleted(a) => ("OperationNotPermitted", format!("Default rule '{a}' cannot be deleted")),
            Self::DefaultRuleModified(a) => ("OperationNotPermitted", format!("Default rule '{a}' cannot be modified")),
            Self::DefaultRulePriority => ("OperationNotPermitted", "You cannot set the priority for the default rule".to_owned()),
            Self::RulesOfKind(a) => ("UnsupportedProtocol", format!("Rules are unsupported for {} Load Balancer listeners", if *a == Kind::Network { "Network" } else { "Gateway" })),
            Self::Priority(a) => ("PriorityInUse", format!("Priority '{a}' is currently in use")),
            Self::Protocols(a, b, c) => ("IncompatibleProtocols", format!("The listener and its associated target group '{a}' have incompatible protocols: '{b}' and '{c}'")),
            Self::AssociationLimit(a) => ("TargetGroupAssociationLimit", format!("The following target groups cannot be associated with more than one load balancer: {a}")),
            Self::NoAlpnPolicy => ("ALPNPolicyNotFound", "The specified ALPN policy is not supported.".to_owned()),
            Self::HttpCode => ("InvalidParameterValue", "HttpCode must be like 200 | 200-399 | 200,201 ...".to_owned()),
            Self::GrpcCode => ("InvalidParameterValue", "GrpcCode must be like 0 | 0-99 | 0,1 ...".to_owned()),
            Self::NoTarget => ("InvalidTarget", "The specified target does not exist, is not in the same VPC as the target group, or has an unsupported instance type.".to_owned()),
            Self::NotRunning(a) => ("InvalidTarget", format!("The following targets are not in a running state and cannot be registered: '{}'", a.join("', '"))),
            Self::NotInVpc(a, b) => ("InvalidTarget", format!("The following targets are not in the target group VPC '{a}': '{}'", b.join("', '"))),
            Self::OneTarget => ("TooManyTargets", "You've reached the limit on the number of targets.".to_owned()),
            Self::Lambda(a, b) => ("AccessDenied", format!("elasticloadbalancing principal does not have permission to invoke {a} from target group {b}")),
        };
        sender(400, code, sentence)
    }
}

/// A subnet does not do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subnet {
    /// Too few free addresses.
    Full(String),
    /// Its VPC has no internet gateway.
    NoGateway(String),
    /// It has no IPv6 block.
    NoIpv6(String),
}

impl Subnet {
    /// What the client is told.
    pub(super) fn fault(&self) -> Fault {
        let sentence = match self {
            Self::Full(id) => format!(
                "Not enough IP space available in {id}. ELB requires at least 8 free IP addresses in each subnet."
            ),
            Self::NoGateway(vpc) => format!("VPC {vpc} has no internet gateway"),
            Self::NoIpv6(id) => format!("The subnet '{id}' does not have an IPv6 CIDR block"),
        };
        sender(400, "InvalidSubnet", sentence)
    }
}
