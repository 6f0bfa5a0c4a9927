//! Refused about the account: its organization, requests for access to it, its switches.
//!
//! The sentences were recorded from AWS by public test suites and bug reports. Where none is known, the sentence says
//! what the API reference says of the error; the README names those.

use wire::{Fault, sender};

/// Refused about the account: its organization, requests for access to it, its switches.
#[derive(Clone, Debug, PartialEq)]
pub enum AccountRefusal {
    /// The account is in no organization.
    NoOrganization,
    /// It is in one that another account manages, said to who wants to switch something on.
    NotManagement,
    /// The same, said where delegated administrators may too.
    NotDelegated,
    /// Its organization is for one bill alone.
    NotAllFeatures,
    /// Its organization does not trust IAM.
    NotTrusted,
    /// Its organization has no service control policies enabled.
    NoServiceControl,
    /// Nothing of its organization stands at that path.
    NoEntity(String),
    /// Its organization has no service control policy of that id.
    NoServiceControlPolicy(String),
    /// No job of that id.
    NoJob(String),
    /// No delegation request of that id.
    NoDelegationRequest(String),
    /// The workflow has a request already.
    WorkflowExists(String),
    /// A delegation request whose state does not allow this.
    DelegationState(&'static str),
    /// Something about a delegation request is not as it must be.
    Delegation(&'static str),
    /// No role template of that ARN.
    NoRoleTemplate(String),
    /// The entity is of a kind that has no summary.
    SummaryKind(String),
    /// Outbound federation is on already.
    OutboundEnabled,
    /// Outbound federation is off.
    OutboundDisabled,
    /// An account property that is none.
    Property(String),
    /// Account properties of several namespaces.
    PropertyNamespaces,
}

impl AccountRefusal {
    /// Code, status and sentence.
    pub(super) fn fault(&self) -> Fault {
        let input = |sentence: &str| sender(400, "InvalidInput", sentence);
        let missing = |sentence: String| sender(404, "NoSuchEntity", sentence);
        match self {
            Self::NoOrganization => sender(
                400,
                "OrganizationNotFoundException",
                "The request was rejected because no organization is associated with your account.",
            ),
            Self::NotManagement => sender(
                400,
                "CallerIsNotManagementAccountException",
                "The request was rejected because the account making the request is not the management account for the organization.",
            ),
            Self::NotDelegated => sender(
                400,
                "AccountNotManagementOrDelegatedAdministratorException",
                "The request was rejected because the account making the request is not the management account or delegated administrator account for centralized root access.",
            ),
            Self::NotAllFeatures => sender(
                400,
                "OrganizationNotInAllFeaturesModeException",
                "The request was rejected because your organization does not have All features enabled.",
            ),
            Self::NotTrusted => sender(
                400,
                "ServiceAccessNotEnabledException",
                "The request was rejected because trusted access is not enabled for IAM in Organizations.",
            ),
            Self::NoServiceControl => {
                input("Service control policies must be enabled for the root of your organization.")
            }
            Self::NoEntity(path) => input(&format!("The entity path {path} is not in your organization.")),
            Self::NoServiceControlPolicy(id) => {
                input(&format!("The service control policy {id} is not in your organization."))
            }
            Self::NoJob(id) => missing(format!("Job with id {id} cannot be found.")),
            Self::NoDelegationRequest(id) => {
                missing(format!("The delegation request with id {id} cannot be found."))
            }
            Self::WorkflowExists(id) => sender(
                409,
                "EntityAlreadyExists",
                format!("A delegation request with the workflow id {id} already exists."),
            ),
            Self::DelegationState(state) => {
                input(&format!("The operation is not allowed for a delegation request in state {state}."))
            }
            Self::Delegation(sentence) => input(sentence),
            Self::NoRoleTemplate(arn) => missing(format!("The role template {arn} cannot be found.")),
            Self::SummaryKind(arn) => input(&format!("Summaries are not supported for the entity {arn}.")),
            Self::OutboundEnabled => sender(
                409,
                "FeatureEnabled",
                "Outbound identity federation is already enabled for your account.",
            ),
            Self::OutboundDisabled => {
                sender(404, "FeatureDisabled", "Outbound identity federation is disabled for your account.")
            }
            Self::Property(key) => input(&format!("The account property {key} is invalid.")),
            Self::PropertyNamespaces => input("All properties must belong to the same namespace."),
        }
    }
}
