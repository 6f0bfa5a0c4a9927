//! Refusals of what runs in a cluster: add-ons, Fargate profiles, and the roles of both. Those of formats are answers of
//! AWS of 25 September 2026, kept by the rules of cdk-preflight (GitHub, badmintoncryer, rules/eks); where the words of the
//! others come from stands in `refusal`.

use super::refusal::{in_use, limit, missing, parameter};
use wire::Fault;

/// What is refused of what runs in a cluster.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Within {
    /// No such add-on.
    UnknownAddon,
    /// No such version for the cluster.
    AddonVersion,
    /// The add-on does not go with the cluster.
    AddonOfVersion(String, String),
    /// It is installed.
    AddonExists,
    /// It is not installed.
    NoAddon(String, String),
    /// It is changing.
    AddonBusy(String, &'static str),
    /// Settings that are neither JSON nor YAML.
    AddonText,
    /// No name of a namespace.
    AddonNamespace,
    /// Settings that its schema does not have.
    AddonValues(Vec<String>),
    /// The name is another profile's.
    ProfileExists,
    /// No such profile.
    NoProfile(String),
    /// No name of a profile.
    ProfileName,
    /// Another profile is changing.
    ProfileBusy(String, String, String, &'static str),
    /// Another profile is going.
    ProfileDeletes(String, String, String),
    /// Too many profiles.
    TooManyProfiles,
    /// A profile without selectors.
    NoSelector,
    /// A selector without a namespace.
    NoNamespace,
    /// No name of a namespace, nor a pattern of one.
    SelectorNamespace,
    /// No key of a label.
    SelectorLabel,
    /// Too many selectors.
    TooManySelectors,
    /// Too many labels.
    TooManyLabels,
    /// The subnet leads to the internet.
    PublicSubnet(String),
    /// The role is not there, or does not trust Fargate.
    PodExecutionRole,
    /// The role is not there, or does not trust capabilities.
    CapabilityRole,
}

impl Within {
    /// What the client is told.
    pub(super) fn fault(&self) -> Fault {
        match self {
            Self::UnknownAddon => parameter("Addon specified is not supported"),
            Self::AddonVersion => parameter("Addon version specified is not supported"),
            Self::AddonOfVersion(one, two) => {
                parameter(format!("Addon {one} specified is not supported in {two} kubernetes version"))
            }
            Self::AddonExists => in_use("Addon already exists."),
            Self::NoAddon(one, two) => missing(format!("No addon: {one} found in cluster: {two}")),
            Self::AddonBusy(one, two) => {
                in_use(format!("Addon {one} cannot be updated as it is currently in {two} state"))
            }
            Self::AddonText => {
                parameter("The ConfigurationValues provided is not in valid YAML or JSON format.")
            }
            Self::AddonNamespace => parameter("Provided namespace value is not a valid RFC 1123 DNS label"),
            Self::AddonValues(one) => parameter(format!(
                "ConfigurationValue provided in request is not supported: Json schema validation failed with error: [{}]",
                one.join(", ")
            )),
            Self::ProfileExists => in_use("A Fargate Profile already exists with this name in this cluster."),
            Self::NoProfile(one) => missing(format!("No Fargate Profile found with name: {one}.")),
            Self::ProfileName => parameter(
                "The Fargate profile name parameter contains invalid characters. It should begin with letter or digit and can have any of the following characters: the set of Unicode letters, digits, hyphens and underscores.",
            ),
            Self::ProfileBusy(one, two, three, four) => in_use(format!(
                "Cannot create Fargate Profile {one} because cluster {two} currently has Fargate profile {three} in status {four}"
            )),
            Self::ProfileDeletes(one, two, three) => in_use(format!(
                "Cannot delete Fargate Profile {one} because cluster {two} currently has Fargate profile {three} in status DELETING"
            )),
            Self::TooManyProfiles => {
                limit("The Fargate profile limit of 10 for the cluster has been exceeded.")
            }
            Self::NoSelector => parameter("Fargate Profile requires at least one selector."),
            Self::NoNamespace => parameter(
                "Fargate Profile must have at least one selector with at least one namespace value.",
            ),
            Self::SelectorNamespace => parameter("The namespace provided is invalid."),
            Self::SelectorLabel => parameter("Selector label provided is invalid."),
            Self::TooManySelectors => parameter("Request contains more than 5 Selectors"),
            Self::TooManyLabels => parameter("Request contains Selector with more than 5 Label pairs"),
            Self::PublicSubnet(one) => {
                parameter(format!("Subnet {one} provided in Fargate Profile is not a private subnet"))
            }
            Self::PodExecutionRole => parameter(
                "Misconfigured PodExecutionRole Trust Policy; Please add the eks-fargate-pods.amazonaws.com Service Principal",
            ),
            Self::CapabilityRole => parameter(
                "The trust policy for the provided role is invalid. The policy must include sts:AssumeRole and sts:TagSession actions granting access to the AWS service capabilities.eks.amazonaws.com",
            ),
        }
    }
}
