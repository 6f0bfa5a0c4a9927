//! Refused about simulations.
//!
//! Most sentences were recorded from AWS in bug reports and public notes. Of a malformed document the sentence is the
//! one its grammar has; of missing resources, of context and of exclusions none is known, and the sentence says what
//! the API reference says.

use policy::grammar;
use wire::{Fault, sender};

/// Refused about simulations.
#[derive(Clone, Debug, PartialEq)]
pub enum SimulationRefusal {
    /// A document is no policy.
    Document(grammar::Refusal),
    /// A resource is no ARN.
    Resource(String),
    /// The owner of resources is no account.
    Owner(String),
    /// The source of policies is no user, group or role.
    Entity(String),
    /// It is another account's: of the caller, and of the source.
    Foreign(String, String),
    /// The caller is no user, where a resource's policy asks for one.
    Caller,
    /// An action without a service, or with a wildcard.
    Action(String),
    /// A value of a context key is not of the type it is said to be: the key, and the type.
    Context(String, String),
    /// More than one permissions boundary.
    Boundaries,
    /// The scenario needs resources of this kind.
    Scenario(String, &'static str),
    /// There is no such scenario.
    NoScenario(String),
    /// What is to be left out is not said in a way that can be understood.
    Exclusion(String),
}

impl SimulationRefusal {
    pub(super) fn fault(&self) -> Fault {
        let sentence = match self {
            Self::Document(refusal) => refusal.sentence(),
            Self::Resource(arn) => format!("ResourceNames are not in a valid ARN format: {arn}."),
            Self::Owner(arn) => format!("'{arn}' is not a valid as a Resource Owner."),
            Self::Entity(arn) => {
                format!("Invalid Entity Arn: {arn} does not clearly define entity type and name.")
            }
            Self::Foreign(caller, source) => format!(
                "Invalid Policy Source Arn: caller's account {caller} does not have access to policies in account {source}"
            ),
            Self::Caller => "Invalid caller - Caller must be an IAM user in this context.".to_owned(),
            Self::Action(action) => format!("Invalid Input Actions: [{action}] is not an action."),
            Self::Context(key, kind) => format!("Invalid value of type {kind} for context key {key}."),
            Self::Boundaries => "Only one permissions boundary can be simulated.".to_owned(),
            Self::Scenario(option, kind) => {
                format!("ResourceHandlingOption {option} requires a resource of type {kind}.")
            }
            Self::NoScenario(option) => format!("ResourceHandlingOption {option} is not valid."),
            Self::Exclusion(text) => format!("Invalid policy identifier: {text}."),
        };
        sender(400, "InvalidInput", sentence)
    }
}
