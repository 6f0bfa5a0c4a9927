//! What is refused, in AWS's words. The IAM sentences were recorded from AWS by the contributors of public test
//! suites; `GetCallerIdentity` refuses nothing.

mod account;
mod credential;
mod provider;

pub(crate) use account::AccountRefusal;
pub(crate) use credential::CredentialRefusal;
pub(crate) use provider::ProviderRefusal;

use store::{BadPageToken, StoreError};
use wire::{AwsError, Fault, receiver, sender};

/// Everything this crate refuses.
#[derive(Clone, Debug, PartialEq)]
pub enum Error {
    /// No user of that name.
    NoUser(String),
    /// No role of that name.
    NoRole(String),
    /// No inline policy of that name: `user` or `role`, and the name.
    NoInlinePolicy(&'static str, String),
    /// No such policy.
    NoPolicy(String),
    /// No such policy, said when attaching.
    NotAttachable(String),
    /// The policy is not attached.
    NotAttached(String),
    /// No such version: policy and version.
    NoVersion(String, String),
    /// No such access key.
    NoAccessKey(String),
    /// The name is taken: `User` or `Role`, and the name.
    Exists(&'static str, String),
    /// The policy's name is taken.
    PolicyExists(String),
    /// Something has to go first; the sentence says what.
    Conflict(&'static str),
    /// A quota: its name and number.
    Limit(&'static str, u32),
    /// A managed policy has five versions.
    VersionLimit,
    /// The document is no policy; the sentence says why.
    Malformed(&'static str),
    /// An ARN that is none.
    BadArn(String),
    /// A value is no good.
    Invalid(String),
    /// The caller has no user name to fall back on.
    NoOwnUser,
    /// The caller may not; user, action and resource.
    Denied(String, &'static str, String),
    /// A marker is none of ours.
    Marker,
    /// The state failed.
    Store(StoreError),
    /// About an identity provider.
    Provider(ProviderRefusal),
    /// About a certificate, a key or a device.
    Credential(CredentialRefusal),
    /// About the account.
    Account(AccountRefusal),
}

impl AwsError for Error {
    fn fault(&self) -> Fault {
        let missing = |sentence: String| sender(404, "NoSuchEntity", sentence);
        match self {
            Self::NoUser(name) => missing(format!("The user with name {name} cannot be found.")),
            Self::NoRole(name) => missing(format!("The role with name {name} cannot be found.")),
            Self::NoInlinePolicy(kind, name) => {
                missing(format!("The {kind} policy with name {name} cannot be found."))
            }
            Self::NoPolicy(arn) => missing(format!("Policy {arn} was not found.")),
            Self::NotAttachable(arn) => missing(format!("Policy {arn} does not exist or is not attachable.")),
            Self::NotAttached(arn) => missing(format!("Policy {arn} was not found.")),
            Self::NoVersion(arn, version) => {
                missing(format!("Policy {arn} version {version} does not exist or is not attachable."))
            }
            Self::NoAccessKey(id) => missing(format!("The Access Key with id {id} cannot be found.")),
            Self::Exists(kind, name) => {
                sender(409, "EntityAlreadyExists", format!("{kind} with name {name} already exists."))
            }
            Self::PolicyExists(name) => sender(
                409,
                "EntityAlreadyExists",
                format!("A policy called {name} already exists. Duplicate names are not allowed."),
            ),
            Self::Conflict(sentence) => sender(409, "DeleteConflict", *sentence),
            Self::Limit(name, number) => {
                sender(409, "LimitExceeded", format!("Cannot exceed quota for {name}: {number}"))
            }
            Self::VersionLimit => sender(
                409,
                "LimitExceeded",
                "A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.",
            ),
            Self::Malformed(sentence) => sender(400, "MalformedPolicyDocument", *sentence),
            Self::BadArn(arn) => sender(400, "ValidationError", format!("{arn} is invalid")),
            Self::Invalid(sentence) => sender(400, "ValidationError", sentence.clone()),
            Self::NoOwnUser => {
                sender(400, "ValidationError", "Must specify userName when calling with non-User credentials")
            }
            Self::Denied(user, action, resource) => sender(
                403,
                "AccessDenied",
                format!("User: {user} is not authorized to perform: {action} on resource: {resource}"),
            ),
            Self::Marker => sender(400, "ValidationError", "Invalid Marker."),
            Self::Store(cause) => receiver(
                500,
                "ServiceFailure",
                "The request processing has failed because of an unknown error, exception or failure.",
            )
            .because(cause),
            Self::Provider(refusal) => refusal.fault(),
            Self::Credential(refusal) => refusal.fault(),
            Self::Account(refusal) => refusal.fault(),
        }
    }
}

impl From<ProviderRefusal> for Error {
    fn from(refusal: ProviderRefusal) -> Self {
        Self::Provider(refusal)
    }
}

impl From<CredentialRefusal> for Error {
    fn from(refusal: CredentialRefusal) -> Self {
        Self::Credential(refusal)
    }
}

impl From<AccountRefusal> for Error {
    fn from(refusal: AccountRefusal) -> Self {
        Self::Account(refusal)
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<BadPageToken> for Error {
    fn from(_: BadPageToken) -> Self {
        Self::Marker
    }
}
