//! What is refused, in AWS's words. The IAM sentences were recorded from AWS by the contributors of public test
//! suites; `GetCallerIdentity` refuses nothing.

mod account;
mod credential;
mod provider;
mod simulation;
mod sts;
mod toolbox;

pub(crate) use account::AccountRefusal;
pub(crate) use credential::CredentialRefusal;
pub(crate) use provider::ProviderRefusal;
pub(crate) use simulation::SimulationRefusal;
pub(crate) use sts::Refusal;
pub(crate) use toolbox::ToolboxRefusal;

use base::AccountId;
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
    Malformed(String),
    /// An ARN that is none.
    BadArn(String),
    /// A value is no good.
    Invalid(String),
    /// The caller has no user name to fall back on.
    NoOwnUser,
    /// The caller may not; user, action and resource.
    Denied(String, &'static str, String),
    /// No group of that name.
    NoGroup(String),
    /// No instance profile of that name.
    NoInstanceProfile(String),
    /// The role is not that instance profile's.
    NotInProfile {
        /// The role.
        role: String,
        /// The instance profile.
        profile: String,
    },
    /// The name is another instance profile's.
    InstanceProfileExists(String),
    /// One key stands twice among the tags of a request.
    DuplicateTags {
        /// Whether keys that differ by case only are one.
        ignoring_case: bool,
    },
    /// The inline policies of an identity are too long together.
    InlineSize {
        /// The most, white space aside.
        bytes: usize,
        /// `user`.
        kind: &'static str,
        /// Its name.
        name: String,
    },
    /// An ARN that names no policy, where one is attached or detached.
    PolicyArn(String),
    /// Text that is no ARN, where a policy itself is asked for.
    UnparsedPolicyArn,
    /// The same of a permissions boundary.
    BoundaryArn(String),
    /// No such policy, said of a permissions boundary.
    NoBoundary(String),
    /// The policy is for service-linked roles only.
    ServiceRolePolicy,
    /// A trust policy names somebody who does not exist.
    InvalidPrincipal(String),
    /// The role belongs to a service, which alone changes it.
    ServiceLinked(String),
    /// The length of such a role's sessions is the service's too.
    ServiceLinkedDuration(String),
    /// No service of that name has roles of its own.
    NoServiceRole(String),
    /// The service has one role only.
    NoSuffix(String),
    /// The service has its role already.
    ServiceRoleTaken(String),
    /// The role is no service's.
    NotServiceLinked(String),
    /// No deletion of a service-linked role by that id.
    NoDeletion(String),
    /// The caller may not know of that access key.
    KeyNotSeen {
        /// Who asks.
        caller: String,
        /// The key.
        id: String,
    },
    /// The user has no password.
    NoLoginProfile(String),
    /// The user has one already.
    LoginProfileExists(String),
    /// A password is missing that the model lets be missing.
    NoPassword,
    /// The password is not what the account's policy asks for.
    WeakPassword,
    /// The old password is another one.
    WrongPassword,
    /// Only users have passwords of their own to change.
    NotAUser,
    /// The account has no password policy of its own.
    NoPasswordPolicy(AccountId),
    /// The same, said when it is to be deleted.
    NoPasswordPolicyToDelete,
    /// The alias is an account's already.
    AliasExists(String),
    /// The account has no such alias.
    NoAlias(String),
    /// There is no credential report.
    NoReport,
    /// The credential report is older than four hours.
    ReportExpired,
    /// Nothing of that ARN.
    NoArn(String),
    /// No job of that id.
    NoJob(String),
    /// A value that is refused as such.
    Input(String),
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
    /// About a simulation.
    Simulation(SimulationRefusal),
    /// By the IAM Toolbox.
    Toolbox(ToolboxRefusal),
    /// What STS refuses.
    Sts(Refusal),
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
            Self::Malformed(sentence) => sender(400, "MalformedPolicyDocument", sentence.clone()),
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
            Self::NoGroup(name) => missing(format!("The group with name {name} cannot be found.")),
            Self::NoInstanceProfile(name) => missing(format!("Instance Profile {name} cannot be found.")),
            Self::NotInProfile { role, profile } => {
                missing(format!("Role {role} in Instance Profile {profile} cannot be found."))
            }
            Self::InstanceProfileExists(name) => {
                sender(409, "EntityAlreadyExists", format!("Instance Profile {name} already exists."))
            }
            Self::DuplicateTags { ignoring_case: true } => sender(
                400,
                "InvalidInput",
                "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
            ),
            Self::DuplicateTags { ignoring_case: false } => {
                sender(400, "InvalidInput", "Duplicate tag keys found.")
            }
            Self::InlineSize { bytes, kind, name } => sender(
                409,
                "LimitExceeded",
                format!("Maximum policy size of {bytes} bytes exceeded for {kind} {name}"),
            ),
            Self::PolicyArn(arn) => sender(400, "ValidationError", format!("ARN {arn} is not valid.")),
            // Two blanks, as recorded.
            Self::UnparsedPolicyArn => sender(400, "ValidationError", "Invalid ARN:  Could not be parsed!"),
            Self::BoundaryArn(arn) => sender(400, "InvalidInput", format!("ARN {arn} is not valid.")),
            Self::NoBoundary(arn) => {
                missing(format!("Scope ARN: {arn} does not exist or is not attachable."))
            }
            Self::ServiceRolePolicy => {
                sender(400, "PolicyNotAttachable", "Cannot attach a Service Role Policy to a Customer Role.")
            }
            Self::InvalidPrincipal(name) => sender(
                400,
                "MalformedPolicyDocument",
                format!("Invalid principal in policy: \"AWS\":\"{name}\""),
            ),
            Self::ServiceLinked(name) => sender(
                400,
                "UnmodifiableEntity",
                format!(
                    "Cannot perform the operation on the protected role '{name}' - this role is only modifiable by AWS"
                ),
            ),
            Self::ServiceLinkedDuration(name) => sender(
                400,
                "UnmodifiableEntity",
                format!("{name} is an AWS service linked role, max session duration cannot be changed."),
            ),
            Self::NoServiceRole(service) => {
                sender(403, "AccessDenied", format!("Cannot find Service Linked Role template for {service}"))
            }
            Self::NoSuffix(service) => {
                sender(400, "InvalidInput", format!("Custom suffix is not allowed for {service}"))
            }
            Self::ServiceRoleTaken(name) => sender(
                400,
                "InvalidInput",
                format!(
                    "Service role name {name} has been taken in this account, please try a different suffix."
                ),
            ),
            Self::NotServiceLinked(name) => sender(
                400,
                "InvalidInput",
                format!("The role with name {name} is not a service-linked role."),
            ),
            Self::NoDeletion(id) => missing(format!("The deletion task {id} cannot be found.")),
            Self::KeyNotSeen { caller, id } => sender(
                403,
                "AccessDenied",
                format!(
                    "User: {caller} is not authorized to perform iam:GetAccessKeyLastUsed on resource: access key {id}"
                ),
            ),
            Self::NoLoginProfile(name) => missing(format!("Login Profile for User {name} cannot be found.")),
            Self::LoginProfileExists(name) => {
                sender(409, "EntityAlreadyExists", format!("Login Profile for user {name} already exists."))
            }
            Self::NoPassword => sender(
                400,
                "ValidationError",
                "1 validation error detected: Value at 'password' failed to satisfy constraint: Member must not be null",
            ),
            Self::WeakPassword => sender(
                400,
                "PasswordPolicyViolation",
                "Password does not conform to the account password policy.",
            ),
            Self::WrongPassword => sender(400, "PasswordPolicyViolation", "The old password was incorrect."),
            Self::NotAUser => sender(400, "InvalidUserType", "Only IAM Users can change their own password"),
            Self::NoPasswordPolicy(account) => {
                missing(format!("The Password Policy with domain name {account} cannot be found."))
            }
            Self::NoPasswordPolicyToDelete => {
                missing("The account policy with name PasswordPolicy cannot be found.".to_owned())
            }
            Self::AliasExists(alias) => {
                sender(409, "EntityAlreadyExists", format!("The account alias {alias} already exists."))
            }
            Self::NoAlias(alias) => missing(format!("The account alias with name {alias} cannot be found.")),
            // AWS says no sentence here (recorded).
            Self::NoReport => Fault { message: None, ..sender(410, "ReportNotPresent", "") },
            Self::ReportExpired => Fault { message: None, ..sender(410, "ReportExpired", "") },
            Self::NoArn(arn) => missing(format!("ARN {arn} cannot be found.")),
            Self::NoJob(id) => missing(format!("The job with id {id} cannot be found.")),
            Self::Input(sentence) => sender(400, "InvalidInput", sentence.clone()),
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
            Self::Simulation(refusal) => refusal.fault(),
            Self::Toolbox(refusal) => refusal.fault(),
            Self::Sts(refusal) => refusal.fault(),
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

impl From<SimulationRefusal> for Error {
    fn from(refusal: SimulationRefusal) -> Self {
        Self::Simulation(refusal)
    }
}

impl From<ToolboxRefusal> for Error {
    fn from(refusal: ToolboxRefusal) -> Self {
        Self::Toolbox(refusal)
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
