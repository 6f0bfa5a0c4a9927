//! Decisions: may this caller do this to that?
//!
//! One function for every service. What a caller brings is in [`Caller`], what the resource brings in [`Resource`];
//! neither is looked up here. A call that is about several resources is several requests.

mod conclude;
#[cfg(test)]
mod examples;
mod gate;
#[cfg(test)]
mod tests;
mod tracer;

pub(crate) use conclude::{Facts, Verdict, conclude};
pub(crate) use gate::Live;
pub(crate) use tracer::{Silent, Tracer};

use crate::compile::{Action, PolicySet, Source, Statement};
use crate::context::Context;

/// What is to be decided.
pub struct Request<'a, C: Context + ?Sized> {
    /// Who asks.
    pub caller: &'a Caller<'a>,
    /// For what.
    pub action: &'a Action,
    /// On what.
    pub resource: &'a Resource<'a>,
    /// The policy of the VPC endpoint the request came through.
    pub endpoint: Option<&'a PolicySet>,
    /// The values of condition keys.
    pub context: &'a C,
}

/// Who asks, and the policies that come with it.
#[derive(Clone, Debug)]
pub struct Caller<'a> {
    /// What it is.
    pub kind: CallerKind<'a>,
    /// The id of its account; empty for services and anonymous callers.
    pub account: &'a str,
    /// The canonical user id of its account, for policies that name it.
    pub canonical_id: Option<&'a str>,
    /// Its own policies and those of its groups; of a role session those of the role.
    pub identity: &'a PolicySet,
    /// The permissions boundary, if it has one.
    pub boundary: Option<&'a PolicySet>,
    /// The session policies, if any were passed.
    pub session: Option<&'a PolicySet>,
    /// Its account's place in the organization, with service control policies.
    pub organization: Option<Membership<'a>>,
}

/// The kinds of callers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallerKind<'a> {
    /// The root user of its account.
    Root,
    /// An IAM user.
    User {
        /// `arn:aws:iam::111111111111:user/path/name`.
        arn: &'a str,
        /// `AIDA…`.
        unique_id: &'a str,
    },
    /// A session of a role.
    RoleSession {
        /// `arn:aws:iam::111111111111:role/path/name`.
        role_arn: &'a str,
        /// `AROA…`.
        role_id: &'a str,
        /// `arn:aws:sts::111111111111:assumed-role/name/session`.
        session_arn: &'a str,
    },
    /// A session of GetFederationToken.
    FederatedUser {
        /// `arn:aws:sts::111111111111:federated-user/name`.
        arn: &'a str,
        /// The user behind it.
        user_arn: &'a str,
        /// Its `AIDA…`.
        user_id: &'a str,
    },
    /// Whoever shows a token of an OIDC provider.
    WebIdentity {
        /// Its ARN, or `cognito-identity.amazonaws.com`.
        provider: &'a str,
    },
    /// Whoever shows an assertion of a SAML provider.
    Saml {
        /// Its ARN.
        provider: &'a str,
    },
    /// An AWS service.
    Service {
        /// All its names.
        names: &'a [&'a str],
    },
    /// Nobody signed.
    Anonymous,
}

/// What the request is about, and the policies that come with it.
#[derive(Clone, Debug)]
pub struct Resource<'a> {
    /// Its ARN, or `*` for actions that know no resources.
    pub arn: &'a str,
    /// The account it belongs to; for `*` the caller's.
    pub account: &'a str,
    /// Its own policy, if it has one.
    pub policy: Option<&'a PolicySet>,
    /// What that policy means.
    pub rule: PolicyRule,
    /// What an access control list grants to the caller: `Account` for a grant to its account, `Direct` for one to
    /// everybody.
    pub granted: Option<Reach>,
    /// Its account's place in the organization, with resource control policies.
    pub organization: Option<Membership<'a>>,
}

/// How a resource's policy counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicyRule {
    /// Within one account, it or the caller's own policies allow.
    Additive,
    /// It has to allow, at least the account: trust policies, KMS keys.
    Required,
    /// It only denies: an S3 object that belongs to another account than its bucket.
    OnlyDenies,
}

/// An account's place in an organization.
#[derive(Clone, Copy, Debug)]
pub struct Membership<'a> {
    /// The management account is bound by none of the organization's policies.
    pub is_management: bool,
    /// The policies of each level, from the root to the account.
    pub levels: &'a [PolicySet],
}

/// How a statement of a resource's policy reaches a caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// By its account: delegates, so the caller's own policies have to allow too.
    Account,
    /// By its role, or by the user behind a federated session: boundary and session still limit.
    Role,
    /// Itself.
    Direct,
}

/// The kinds of policies a request has to pass, in the order of the decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gate {
    /// Resource control policies.
    ResourceControl,
    /// Service control policies.
    ServiceControl,
    /// The VPC endpoint's policy.
    Endpoint,
    /// The resource's policy.
    Resource,
    /// The caller's own policies.
    Identity,
    /// Its permissions boundary.
    Boundary,
    /// Its session policies.
    Session,
}

/// May it?
#[derive(Clone, Copy, Debug)]
pub enum Decision<'a> {
    /// Yes.
    Allow,
    /// No.
    Deny(Denial<'a>),
}

/// Why not.
#[derive(Clone, Copy, Debug)]
pub struct Denial<'a> {
    /// The policies that deny.
    pub gate: Gate,
    /// Of an organization's policies the level, from 0 for the root; else 0.
    pub level: usize,
    /// The statement that denies; `None` if it is that no statement allows.
    pub by: Option<Matched<'a>>,
}

/// A statement that is about the request.
#[derive(Clone, Copy, Debug)]
pub struct Matched<'a> {
    /// The policy it stands in.
    pub source: &'a Source,
    /// The statement.
    pub statement: &'a Statement,
}

/// Decides, and says no more than it has to.
#[inline]
pub fn decide<'a, C: Context + ?Sized>(request: &Request<'a, C>) -> Decision<'a> {
    conclude(request.caller, request.action, request.resource, &mut Live::new(request, Silent))
}

impl Gate {
    /// All, in the order of the decision.
    pub const ALL: [Self; 7] = [
        Self::ResourceControl,
        Self::ServiceControl,
        Self::Endpoint,
        Self::Resource,
        Self::Identity,
        Self::Boundary,
        Self::Session,
    ];

    /// As the sentence of a denial calls its policies.
    pub fn noun(self) -> &'static str {
        match self {
            Self::ResourceControl => "resource control policy",
            Self::ServiceControl => "service control policy",
            Self::Endpoint => "VPC endpoint policy",
            Self::Resource => "resource-based policy",
            Self::Identity => "identity-based policy",
            Self::Boundary => "permissions boundary",
            Self::Session => "session policy",
        }
    }
}

impl Decision<'_> {
    /// Whether it may.
    pub fn is_allowed(&self) -> bool {
        matches!(self, Self::Allow)
    }
}

impl CallerKind<'_> {
    /// Whether policies can name it by its account.
    pub(crate) fn has_account(&self) -> bool {
        match self {
            Self::Root | Self::User { .. } | Self::RoleSession { .. } | Self::FederatedUser { .. } => true,
            Self::WebIdentity { .. } | Self::Saml { .. } | Self::Service { .. } | Self::Anonymous => false,
        }
    }

    /// A session of a role that belongs to a service: no organization's policy binds it.
    pub(crate) fn is_service_linked(&self) -> bool {
        match self {
            Self::RoleSession { role_arn, .. } => role_arn.contains(":role/aws-service-role/"),
            _ => false,
        }
    }
}
