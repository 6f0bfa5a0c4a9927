//! Refusals of who enters a cluster and whose roles its pods act by: access entries and their policies, Pod Identity
//! associations, identity provider configs. Those of principals, names, groups, scopes, policies, formats, issuers and
//! prefixes are answers of AWS of 25 September 2026, kept by the rules of cdk-preflight (GitHub, badmintoncryer, rules/eks);
//! where the words of the others come from stands in `refusal`.

use super::refusal::{in_use, limit, missing, parameter, request};
use wire::Fault;

/// What is refused of who enters.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Access {
    /// Access entries do not count in the cluster.
    NoAccessEntries,
    /// The principal enters already.
    EntryExists,
    /// The principal has no entry.
    NoAccessEntry,
    /// No such user or role.
    Principal,
    /// A service's own role.
    ServiceLinkedEntry,
    /// Too many entries.
    TooManyAccessEntries,
    /// No kind of entry.
    EntryKind(String),
    /// The groups of such an entry are AWS's.
    GroupsOfNodes(String),
    /// The name of such an entry is AWS's.
    NameOfNodes(String),
    /// Nodes enter by a role.
    NodesNeedRole,
    /// Nodes enter by a role of the cluster's account.
    NodesNeedAccount,
    /// A name that begins as those of EKS's own do: with which prefix.
    EntryNamePrefix(&'static str),
    /// A name in which a session stands where it cannot.
    EntryName(String),
    /// A group of EKS's own: the group, its prefix.
    EntryGroup(String, &'static str),
    /// No ARN of a policy.
    PolicyForm,
    /// No such policy.
    NoAccessPolicy,
    /// The policy is not associated.
    PolicyNotAssociated,
    /// A policy for services' own roles.
    PolicyOfServices,
    /// Entries of nodes take no policies.
    PolicyOfNodes,
    /// A scope without namespaces.
    NamespacesNeeded,
    /// Namespaces in a scope that is the whole cluster.
    NamespacesOfCluster,
    /// The service account has a role.
    AssociationExists(String),
    /// No such association.
    NoAssociation(String),
    /// Too many associations.
    TooManyAssociations,
    /// An add-on owns it.
    AssociationOfAddon(String),
    /// No name of a namespace.
    Namespace,
    /// No name of a service account.
    ServiceAccount,
    /// A session policy beside session tags.
    PolicyWithTags,
    /// No policy.
    SessionPolicy,
    /// The name is another config's.
    ProviderExists(String),
    /// No such config.
    ProviderNotAssociated(String),
    /// No such config.
    NoProvider(String, String, String),
    /// Too many configs.
    TooManyProviders,
    /// The cluster's own issuer.
    OwnIssuer,
    /// The configs of a cluster are too long together.
    ProvidersLong,
    /// No URL of HTTPS.
    IssuerScheme,
    /// No URL of an issuer.
    IssuerUrl(String),
    /// Another config has the issuer.
    IssuerTaken(String),
    /// A prefix of Kubernetes' own.
    ProviderPrefix,
}

impl Access {
    /// What the client is told.
    pub(super) fn fault(&self) -> Fault {
        match self {
            Self::NoAccessEntries => request(
                "The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to perform this operation.",
            ),
            Self::EntryExists => {
                in_use("The specified access entry resource is already in use on this cluster.")
            }
            Self::NoAccessEntry => missing(
                "The specified principalArn could not be found. You can view your available access entries with 'list-access-entries'.",
            ),
            Self::Principal => parameter("The specified principalArn is invalid: invalid principal."),
            Self::ServiceLinkedEntry => parameter(
                "The caller is not allowed to modify access entries with a principalArn value of a Service Linked Role",
            ),
            Self::TooManyAccessEntries => {
                limit("The access entry limit of 2500 for the cluster has been exceeded.")
            }
            Self::EntryKind(one) => parameter(format!("The specified type is invalid: {one}")),
            Self::GroupsOfNodes(one) => parameter(format!(
                "The specified kubernetesGroups is invalid: setting kubernetesGroups is not allowed when the type is \"{one}\""
            )),
            Self::NameOfNodes(one) => parameter(format!(
                "The specified username is invalid: setting username is not allowed when the type is \"{one}\""
            )),
            Self::NodesNeedRole => parameter(
                "AccessEntry principalArn must be IAM role when using types [EC2_LINUX, EC2_WINDOWS, FARGATE_LINUX, HYBRID_LINUX, EC2]",
            ),
            Self::NodesNeedAccount => parameter(
                "AccessEntry principalArn must be from the same account as the cluster when using types [EC2_LINUX, EC2_WINDOWS, FARGATE_LINUX, HYBRID_LINUX, EC2]",
            ),
            Self::EntryNamePrefix(one) => parameter(format!("The username must not begin with {one}")),
            Self::EntryName(one) => parameter(format!("The specified username is invalid: {one}")),
            Self::EntryGroup(one, two) => {
                parameter(format!("The kubernetes group name {one} is invalid, it cannot start with {two}"))
            }
            Self::PolicyForm => parameter("The policyArn parameter format is not valid"),
            Self::NoAccessPolicy => missing(
                "The specified policyArn could not be found. You can view your available access policies with 'list-access-policies'",
            ),
            Self::PolicyNotAssociated => missing("The specified policyArn could not be found."),
            Self::PolicyOfServices => {
                parameter("The specified policyArn can only be associated with service-linked roles")
            }
            Self::PolicyOfNodes => parameter(
                "This operation can only be performed on Access Entries with a type of \"STANDARD\"",
            ),
            Self::NamespacesNeeded => {
                parameter("At least 1 namespace must be provided if the type is set as namespace")
            }
            Self::NamespacesOfCluster => {
                parameter("accessScope should not include namespaces if the type is not set as namespace")
            }
            Self::AssociationExists(one) => in_use(format!("Association already exists: {one}")),
            Self::NoAssociation(one) => missing(format!("No association found for ID: {one}")),
            Self::TooManyAssociations => {
                limit("The pod identity association limit of 1000 for the cluster has been exceeded.")
            }
            Self::AssociationOfAddon(one) => {
                request(format!("The association is owned by {one} and can only be changed through it."))
            }
            Self::Namespace => parameter(
                "The parameter namespace contains invalid characters. It should conform to the regular expression ^[a-z0-9]([-a-z0-9]*[a-z0-9])?$",
            ),
            Self::ServiceAccount => parameter(
                "The parameter serviceAccount contains invalid characters. It should conform to the regular expression ^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$",
            ),
            Self::PolicyWithTags => {
                parameter("When policy is specified, disableSessionTags must be set to true")
            }
            Self::SessionPolicy => parameter("The specified policy is invalid."),
            Self::ProviderExists(one) => in_use(format!("Identity provider config {one} already exists")),
            Self::ProviderNotAssociated(one) => {
                request(format!("Identity provider config is not associated with cluster {one}"))
            }
            Self::NoProvider(one, two, three) => missing(format!(
                "No config found for cluster: {one}, config type: {two}, config name: {three}"
            )),
            Self::TooManyProviders => {
                limit("The identity provider config limit for the cluster has been exceeded.")
            }
            Self::OwnIssuer => parameter(
                "Incorrect Identity Provider URL configuration. The Identity Provider URL cannot be same as OpenID Connect (OIDC) issuer URL",
            ),
            Self::ProvidersLong => {
                limit("The identity provider configs of the cluster exceed the limit of 12 KB.")
            }
            Self::IssuerScheme => parameter("IssuerURL must use https:// scheme."),
            Self::IssuerUrl(one) => {
                parameter(format!("The issuerUrl {one} is invalid: it must have a host and no query"))
            }
            Self::IssuerTaken(one) => {
                in_use(format!("The issuerUrl is already used by the identity provider config {one}"))
            }
            Self::ProviderPrefix => parameter("The prefix system: is reserved for Kubernetes system use"),
        }
    }
}
