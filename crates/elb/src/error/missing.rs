//! Refusals of what is not there.

use wire::{Fault, sender};

/// What is named is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Missing {
    /// No load balancer of that ARN.
    LoadBalancer(String),
    /// The same, of a list.
    LoadBalancersOf(String),
    /// No load balancer of one of the names.
    LoadBalancers,
    /// No listener of one of the ARNs.
    Listeners,
    /// No rule of one of the ARNs.
    Rules,
    /// No target group of that ARN.
    TargetGroup(String),
    /// No target group of one of the ARNs or names.
    TargetGroups,
    /// No such subnet.
    Subnet(String),
    /// No such group.
    SecurityGroup(String),
    /// Groups of another VPC, or too many.
    SecurityGroups,
    /// No such elastic address.
    Allocation(String),
    /// No such certificate.
    Certificate(String),
    /// No such policy.
    SslPolicy(String),
    /// No policy of one of the names.
    SslPolicies,
}

impl Missing {
    /// What the client is told.
    pub(super) fn fault(&self) -> Fault {
        let (code, sentence) = match self {
            Self::LoadBalancer(a) => ("LoadBalancerNotFound", format!("Load balancer '{a}' not found")),
            Self::LoadBalancersOf(a) => ("LoadBalancerNotFound", format!("Load balancers '[{a}]' not found")),
            Self::LoadBalancers => {
                ("LoadBalancerNotFound", "One or more load balancers not found".to_owned())
            }
            Self::Listeners => ("ListenerNotFound", "One or more listeners not found".to_owned()),
            Self::Rules => ("RuleNotFound", "One or more rules not found".to_owned()),
            Self::TargetGroup(a) => ("TargetGroupNotFound", format!("Target group '{a}' not found")),
            Self::TargetGroups => ("TargetGroupNotFound", "One or more target groups not found".to_owned()),
            Self::Subnet(a) => ("SubnetNotFound", format!("The subnet ID '{a}' does not exist")),
            Self::SecurityGroup(a) => {
                ("InvalidSecurityGroup", format!("Security group '{a}' does not exist"))
            }
            Self::SecurityGroups => {
                ("InvalidSecurityGroup", "One or more security groups are invalid".to_owned())
            }
            Self::Allocation(a) => ("AllocationIdNotFound", format!("The allocation IDs '{a}' do not exist")),
            Self::Certificate(a) => ("CertificateNotFound", format!("Certificate '{a}' not found")),
            Self::SslPolicy(a) => ("SSLPolicyNotFound", format!("SSL policy '{a}' not found")),
            Self::SslPolicies => ("SSLPolicyNotFound", "One or more SSL policies not found".to_owned()),
        };
        sender(400, code, sentence)
    }
}
