//! What is published of actions: access level, resource types, condition keys, dependents.

use crate::tables::{self, Service};

/// One action.
#[derive(Debug)]
pub struct Action {
    /// `ec2:RunInstances`.
    pub name: String,
    /// What it does to whom; nothing where AWS has published nothing of the action yet.
    pub access: Option<Access>,
    /// The resource types a policy may restrict it to. None: only `*` matches.
    pub resources: Vec<ActionResource>,
    /// Condition keys whatever the resource, global ones aside.
    pub keys: &'static [String],
    /// Whether `ec2:Attribute` is among the keys.
    pub(crate) has_attributes: bool,
    /// Actions AWS lists as needed beside this one. Facts for explanations: which of them an operation really asks for
    /// stands in its row.
    pub dependents: Vec<String>,
}

/// Access levels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Lists resources.
    List,
    /// Reads them.
    Read,
    /// Makes, changes or deletes them.
    Write,
    /// Changes who may do what.
    Permissions,
    /// Changes tags only.
    Tagging,
}

/// A resource type of an action.
#[derive(Debug)]
pub struct ActionResource {
    /// The type.
    pub kind: &'static ResourceType,
    /// Every call concerns one.
    pub required: bool,
    /// Condition keys for resources of this type.
    pub keys: &'static [String],
}

/// A type of resources.
#[derive(Debug)]
pub struct ResourceType {
    /// Prefix of the service whose table names it: `ec2`.
    pub service: String,
    /// `subnet`.
    pub name: String,
    /// `arn:${Partition}:ec2:${Region}:${Account}:subnet/${SubnetId}`.
    pub template: String,
}

/// The action of that name, however it is spelled in letter case.
pub fn action(name: &str) -> Option<&'static Action> {
    let (prefix, rest) = name.split_once(':')?;
    tables::service(&prefix.to_ascii_lowercase())?.action(rest)
}

/// The actions of a service in scope, by name.
pub fn actions(prefix: &str) -> Option<&'static [Action]> {
    tables::service(prefix).map(Service::actions)
}

/// The names of all actions of all services in scope.
pub fn all_actions() -> impl Iterator<Item = &'static str> {
    tables::services().flat_map(|service| service.actions().iter().map(|action| action.name.as_str()))
}

/// Whether resource control policies apply to the actions of that prefix.
pub fn supports_resource_control(prefix: &str) -> bool {
    tables::RESOURCE_CONTROL.lines().any(|line| line == prefix)
}
