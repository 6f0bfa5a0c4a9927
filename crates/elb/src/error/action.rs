//! Refusals of actions.

use crate::load_balancer::Kind;
use wire::{Fault, sender};

/// An action is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// What the kind needs is missing.
    NoConfig(String, &'static str),
    /// Several actions, of which one has no order.
    NoOrder,
    /// Two actions have one order.
    OrderTwice,
    /// Not exactly one action ends the rule, as the last one.
    Last,
    /// The two ways to name a target group differ.
    GroupsDiffer,
    /// A target group stands twice.
    GroupTwice,
    /// Too many target groups.
    TooManyGroups(usize),
    /// A weight lies outside.
    Weight,
    /// Stickiness needs a duration in its range.
    Stickiness,
    /// No such content type.
    ContentType,
    /// The redirect leads back.
    Loop,
    /// A part of the redirect is none.
    RedirectPart(&'static str),
    /// From HTTPS to HTTP.
    LessSecure,
    /// Only on listeners of HTTPS.
    NeedsHttps(&'static str),
    /// Only application load balancers do it.
    OfKind(&'static str, Kind),
    /// No URL of HTTPS.
    Url(&'static str),
    /// No secret, or two, or none that could be kept.
    ClientSecret,
    /// Too many parameters.
    ExtraParameters,
    /// The session is too long, or of no time.
    SessionTimeout,
    /// Too many claims.
    Claims,
    /// The issuer is too long.
    Issuer,
}

impl Action {
    /// What the client is told.
    pub(super) fn fault(&self) -> Fault {
        sender(400, "InvalidLoadBalancerAction", self.sentence())
    }

    fn sentence(&self) -> String {
        match self {
            Self::NoConfig(a, b) => format!("For actions of type '{a}', you must specify the following fields: '{b}'"),
            Self::NoOrder => "An order must be specified for each action when there is more than one".to_owned(),
            Self::OrderTwice => "Each action must have a unique order".to_owned(),
            Self::Last => "The last action must be a forward, a redirect or a fixed-response action, and there can be only one of them".to_owned(),
            Self::GroupsDiffer => "You cannot specify both TargetGroupArn and a ForwardConfig with other target groups".to_owned(),
            Self::GroupTwice => "A target group can be specified only once in an action".to_owned(),
            Self::TooManyGroups(a) => format!("You can specify at most '{a}' target groups in an action"),
            Self::Weight => "The weight of a target group must be between 0 and 999".to_owned(),
            Self::Stickiness => "The duration of target group stickiness must be between 1 and 604800 seconds".to_owned(),
            Self::ContentType => "The ContentType must be one of:'text/html', 'application/json', 'application/javascript', 'text/css', 'text/plain'".to_owned(),
            Self::Loop => "The redirect configuration is not valid because it creates a loop.".to_owned(),
            Self::RedirectPart(a) => format!("The redirect configuration is not valid: the value of '{a}' is not allowed"),
            Self::LessSecure => "You cannot redirect HTTPS to HTTP".to_owned(),
            Self::NeedsHttps(a) => format!("Actions of type '{a}' are supported only on HTTPS listeners"),
            Self::OfKind(a, b) => format!("Actions of type '{a}' are not supported on load balancers with type '{}'", b.word()),
            Self::Url(a) => format!("The value of '{a}' must be a full URL that uses HTTPS"),
            Self::ClientSecret => "Exactly one of ClientSecret and UseExistingClientSecret must be specified".to_owned(),
            Self::ExtraParameters => "You can specify at most 10 extra parameters of an authentication request".to_owned(),
            Self::SessionTimeout => "The session timeout must be between 1 and 604800 seconds".to_owned(),
            Self::Issuer => "The issuer of a token can have at most 256 characters".to_owned(),
            Self::Claims => "You can specify at most 10 additional claims".to_owned(),
        }
    }
}
