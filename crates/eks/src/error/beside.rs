//! Refusals of what stands beside clusters: capabilities, insights, subscriptions, tags and EKS Auth. Where their words
//! come from stands with the others.

use super::refusal::{in_use, missing, parameter, request};
use base::Timestamp;
use wire::{Fault, sender};

/// Of the operations about tags.
fn bad(sentence: impl Into<String>) -> Fault {
    sender(400, "BadRequestException", sentence)
}

fn untagged(sentence: impl Into<String>) -> Fault {
    sender(404, "NotFoundException", sentence)
}

/// Of EKS Auth.
fn token(sentence: impl Into<String>) -> Fault {
    sender(400, "InvalidTokenException", sentence)
}

fn expired(sentence: impl Into<String>) -> Fault {
    sender(400, "ExpiredTokenException", sentence)
}

fn denied(sentence: impl Into<String>) -> Fault {
    sender(400, "AccessDeniedException", sentence)
}

/// What is refused of what stands beside clusters.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Beside {
    /// No such insight.
    NoInsight(String),
    /// Nobody asked for a refresh.
    NoRefresh,
    /// A refresh is running.
    Refreshing,
    /// No name of a capability.
    CapabilityName(String),
    /// The name or the kind is taken.
    CapabilityExists(String, String),
    /// No such capability.
    NoCapability(String),
    /// It is changing.
    CapabilityBusy(String, &'static str),
    /// Argo CD without its settings.
    ArgoCdNeeded,
    /// Settings of another kind.
    OtherCapability,
    /// No such subscription.
    NoSubscription(String),
    /// No term that is sold.
    SubscriptionTerm,
    /// Too few or too many licences.
    LicenseQuantity,
    /// The subscription still counts.
    SubscriptionActive(String),
    /// No ARN of this account and Region.
    BadArn(String),
    /// A tag of AWS's own.
    TagsOfAws,
    /// Too many tags.
    TagsTooMany,
    /// Nothing of that ARN.
    NothingTagged(String),
    /// No cluster of that name.
    AuthNoCluster(String),
    /// The service account has no role.
    AuthNoAssociation(String, String),
    /// The token is not for us, or not signed by the cluster's issuer.
    AuthToken,
    /// The token is over.
    AuthExpired(Timestamp, Timestamp),
    /// The role trusts nobody of us.
    AuthDenied(String),
}

impl Beside {
    /// Whether it is one of EKS Auth.
    pub(super) fn is_of_auth(&self) -> bool {
        matches!(
            self,
            Self::AuthNoCluster(_)
                | Self::AuthNoAssociation(..)
                | Self::AuthToken
                | Self::AuthExpired(..)
                | Self::AuthDenied(_)
        )
    }

    /// What the client is told.
    pub(super) fn fault(&self) -> Fault {
        match self {
            Self::NoInsight(one) => missing(format!("No insight found for ID: {one}")),
            Self::NoRefresh => missing("No insights refresh found for the cluster"),
            Self::Refreshing => request("An insights refresh is already in progress"),
            Self::CapabilityName(one) => parameter(format!("The capability name {one} is invalid.")),
            Self::CapabilityExists(one, two) => {
                in_use(format!("A capability with name {one} or type {two} already exists on the cluster."))
            }
            Self::NoCapability(one) => missing(format!("No capability found with name: {one}")),
            Self::CapabilityBusy(one, two) => in_use(format!("Capability {one} is currently in {two} state")),
            Self::ArgoCdNeeded => {
                parameter("The configuration of a capability of type ARGOCD requires argoCd")
            }
            Self::OtherCapability => parameter("The configuration does not match the type of the capability"),
            Self::NoSubscription(one) => missing(format!("No subscription found for ID: {one}")),
            Self::SubscriptionTerm => parameter("The subscription term must be 12 or 36 MONTHS"),
            Self::LicenseQuantity => parameter("The license quantity must be between 1 and 100"),
            Self::SubscriptionActive(one) => {
                request(format!("Subscription {one} is active and cannot be deleted"))
            }
            Self::BadArn(one) => bad(format!("Invalid resource ARN: {one}")),
            Self::TagsOfAws => bad("Tag keys that start with aws: are reserved for system use"),
            Self::TagsTooMany => bad("The number of tags exceeds the limit of 50."),
            Self::NothingTagged(one) => untagged(format!("Resource was not found: {one}")),
            Self::AuthNoCluster(one) => missing(format!("No cluster found for name: {one}.")),
            Self::AuthNoAssociation(one, two) => missing(format!(
                "No pod identity association found for service account {two} in namespace {one}"
            )),
            Self::AuthToken => token("The token included in the request is invalid"),
            Self::AuthExpired(one, two) => expired(format!(
                "The token included in the request is expired: current date/time {} must be before the expiration date/time {}",
                one.rfc3339(),
                two.rfc3339()
            )),
            Self::AuthDenied(one) => denied(format!("Unable to assume role {one}")),
        }
    }
}
