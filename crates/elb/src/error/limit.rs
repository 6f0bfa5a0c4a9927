//! Refusals because of quotas.

use wire::{Fault, sender};

/// There would be too many.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Load balancers of one kind.
    LoadBalancers,
    /// Listeners of one load balancer.
    Listeners,
    /// Rules of one load balancer.
    Rules,
    /// Actions of one rule.
    Actions,
    /// Wildcards of one rule.
    Wildcards,
    /// Target groups.
    TargetGroups,
    /// Target groups of one load balancer.
    UniqueTargetGroups,
    /// Targets of one load balancer.
    Targets(usize, String),
    /// Registrations of one target.
    Registrations,
    /// Certificates of one listener.
    Certificates,
    /// Capacity units.
    CapacityUnits,
    /// Decreases in one day.
    CapacityDecreases,
}

impl Limit {
    /// What the client is told.
    pub(super) fn fault(&self) -> Fault {
        let (code, sentence) = match self {
            Self::LoadBalancers => ("TooManyLoadBalancers", "The maximum number of load balancers has been reached".to_owned()),
            Self::Listeners => ("TooManyListeners", "You've reached the limit on the number of listeners per load balancer.".to_owned()),
            Self::Rules => ("TooManyRules", "You've reached the limit on the number of rules per load balancer.".to_owned()),
            Self::Actions => ("TooManyActions", "You've reached the limit on the number of actions per rule.".to_owned()),
            Self::Wildcards => ("ValidationError", "A rule can only have '5' condition wildcards".to_owned()),
            Self::TargetGroups => ("TooManyTargetGroups", "The maximum number of target groups has been reached".to_owned()),
            Self::UniqueTargetGroups => ("TooManyUniqueTargetGroupsPerLoadBalancer", "You've reached the limit on the number of unique target groups per load balancer across all listeners. If a target group is used by multiple actions for a load balancer, it is counted as only one use.".to_owned()),
            Self::Targets(a, b) => ("TooManyTargets", format!("The maximum number of targets per load balancer '{a}' has been reached on load balancer '{b}'")),
            Self::Registrations => ("TooManyRegistrationsForTargetId", "You've reached the limit on the number of times a target can be registered with a load balancer.".to_owned()),
            Self::Certificates => ("TooManyCertificates", "You've reached the limit on the number of certificates per load balancer".to_owned()),
            Self::CapacityUnits => ("CapacityUnitsLimitExceeded", "The specified capacity exceeds the limit on capacity units.".to_owned()),
            Self::CapacityDecreases => ("CapacityDecreaseRequestLimitExceeded", "You've exceeded the daily capacity decrease limit for this reservation.".to_owned()),
        };
        sender(400, code, sentence)
    }
}
