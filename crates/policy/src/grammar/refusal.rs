//! Every sentence AWS refuses a policy with. The code beside it is the service's: `MalformedPolicyDocument` of IAM and
//! STS, `MalformedPolicy` of S3, `InvalidPolicyException` of EFS, `InvalidPolicyDocument` of EC2,
//! `MalformedPolicyDocumentException` of Organizations.
//!
//! Sources: for IAM's own policies the documents recorded by contributors of moto (Apache-2.0); the alpha-numeric Sid
//! from a CloudTrail record; for trust policies the answers quoted in issues of terraform-provider-aws, external-dns
//! and versitygw; for buckets those of minio and versitygw; for endpoints and Organizations issues of
//! terraform-provider-aws.

use crate::span::Position;

/// Why a policy is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Of IAM's policies: not JSON, a field it does not know, a value of the wrong type, an unknown operator …
    Syntax,
    /// Of IAM's policies: letter case of `Effect`, a date, an ARN without vendor or with too few parts.
    Legacy,
    /// `Version` is not the current one.
    OldVersion,
    /// An identity policy names a principal.
    PrincipalInIdentity,
    /// No `Action`.
    NoActions,
    /// No `Resource`.
    NoResources,
    /// Two statements of one `Sid`.
    DoubleSid,
    /// The same, of trust policies.
    AccessDoubleSid,
    /// A `Sid` of other than letters and digits.
    SidLetters,
    /// An action without a service.
    NoVendor,
    /// An action with two colons.
    ManyColons,
    /// The service of an action is none.
    Vendor(String),
    /// A resource is no ARN.
    NoArn(String),
    /// A resource's partition is none; with the ARN as IAM completes it.
    Partition {
        /// What stands there.
        partition: String,
        /// The whole, missing parts as `*`.
        arn: String,
    },
    /// An IAM resource with a Region.
    IamRegion(String),
    /// An S3 resource with a Region.
    BucketRegion(String),
    /// An IAM resource of no kind IAM has.
    IamPath,
    /// A resource ends before its service.
    NoResourceVendor,
    /// Of access policies: not JSON.
    InvalidJson,
    /// Of bucket policies: not JSON, or something before the brace.
    BucketNotJson,
    /// A bucket policy beyond 20 KiB.
    TooLarge,
    /// A field is missing.
    Missing(&'static str),
    /// `Principal` is `{}`.
    EmptyPrincipal,
    /// A field that does not belong there.
    Prohibited(&'static str),
    /// `Version` is none.
    Version,
    /// `Statement` is an empty list.
    NoStatement,
    /// Of access policies: a value of the wrong type, two fields that exclude each other.
    AccessSyntax,
    /// `Effect` is neither Allow nor Deny.
    Effect(String),
    /// Nobody AWS knows, as bucket policies say it.
    Principal,
    /// Nobody AWS knows, as trust policies say it. Whether users and roles exist is for who knows them to say.
    NamedPrincipal {
        /// `AWS`, `Service`, `Federated`.
        kind: String,
        /// Who.
        principal: String,
    },
    /// An action of another service.
    Action,
    /// A resource that is not the bucket or within it.
    Resource,
    /// Actions on buckets where objects are named, or the other way round.
    ActionWithoutResource,
    /// A condition key that none of the actions knows.
    ConditionWithoutAction,
    /// An operator that is none.
    Operator(String),
    /// A trust policy speaks of other actions than those of STS.
    TrustAction,
    /// A trust policy has `NotResource`.
    TrustResource,
    /// A trust policy has `NotPrincipal`.
    TrustNotPrincipal,
    /// `NotPrincipal` with Allow.
    AllowNotPrincipal,
    /// `Principal` of a trust policy is a text other than `*`.
    PrincipalNotObject,
    /// Any fault of a policy of an organization.
    Organization,
    /// A VPC endpoint's policy that cannot be read from this place on.
    EndpointSyntax(Position),
    /// Any other fault of a VPC endpoint's policy.
    Endpoint(Box<Refusal>),
}

impl Refusal {
    /// As AWS says it.
    pub fn sentence(&self) -> String {
        match self {
            Self::Vendor(vendor) => format!("Vendor {vendor} is not valid"),
            Self::NoArn(resource) => format!("Resource {resource} must be in ARN format or \"*\"."),
            Self::Partition { partition, arn } => {
                format!("Partition \"{partition}\" is not valid for resource \"{arn}\".")
            }
            Self::IamRegion(arn) => format!("IAM resource {arn} cannot contain region information."),
            Self::BucketRegion(arn) => format!("Resource {arn} can not contain region information."),
            Self::Missing(field) => format!("Missing required field {field}"),
            Self::Prohibited(field) => format!("Has prohibited field {field}"),
            Self::Effect(effect) => format!("Invalid effect: {effect}"),
            Self::NamedPrincipal { kind, principal } => {
                format!("Invalid principal in policy: \"{}\":\"{principal}\"", kind.to_uppercase())
            }
            Self::Operator(name) => format!("Invalid Condition type : {name}"),
            Self::EndpointSyntax(Position { line, column }) => {
                format!("The Policy Document is not valid. Syntax error at position ({line},{column})")
            }
            Self::Endpoint(inner) => format!("The Policy Document is not valid. {}", inner.sentence()),
            fixed => fixed.fixed_sentence().to_owned(),
        }
    }

    fn fixed_sentence(&self) -> &'static str {
        match self {
            Self::Syntax => "Syntax errors in policy.",
            Self::Legacy => "The policy failed legacy parsing",
            Self::OldVersion => "Policy document must be version 2012-10-17 or greater.",
            Self::PrincipalInIdentity => "Policy document should not specify a principal.",
            Self::NoActions => "Policy statement must contain actions.",
            Self::NoResources => "Policy statement must contain resources.",
            Self::DoubleSid => "Statement IDs (SID) in a single policy must be unique.",
            Self::AccessDoubleSid => "The Statement Ids in the policy are not unique",
            Self::SidLetters => {
                "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*"
            }
            Self::NoVendor => "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
            Self::ManyColons => "Actions/Condition can contain only one colon.",
            Self::IamPath => {
                "IAM resource path must either be \"*\" or start with user/, federated-user/, role/, group/, instance-profile/, mfa/, server-certificate/, policy/, sms-mfa/, saml-provider/, oidc-provider/, report/, access-report/."
            }
            Self::NoResourceVendor => "Resource vendor must be fully qualified and cannot contain regexes.",
            Self::InvalidJson => "This policy contains invalid Json",
            Self::BucketNotJson => "Policies must be valid JSON and the first byte must be '{'",
            Self::TooLarge => "Normalized policy document exceeds the maximum allowed size of 20480 bytes",
            Self::EmptyPrincipal => "Missing required field Principal cannot be empty!",
            Self::Version => "The policy must contain a valid version string",
            Self::NoStatement => "Could not parse the policy: Statement is empty!",
            Self::AccessSyntax => "Invalid policy syntax.",
            Self::Principal => "Invalid principal in policy",
            Self::Action => "Policy has invalid action",
            Self::Resource => "Policy has invalid resource",
            Self::ActionWithoutResource => "Action does not apply to any resource(s) in statement",
            Self::ConditionWithoutAction => {
                "Conditions do not apply to combination of actions and resources in statement"
            }
            Self::TrustAction => "AssumeRole policy may only specify STS AssumeRole actions.",
            Self::TrustResource => "AssumeRole policy must not contain resources.",
            Self::TrustNotPrincipal => "AssumeRole policy must not contain NotPrincipal field.",
            Self::AllowNotPrincipal => "Allow with NotPrincipal is not allowed.",
            Self::PrincipalNotObject => "Principal must be a JSON object.",
            Self::Organization => {
                "The provided policy document does not meet the requirements of the specified policy type."
            }
            // Those that hold a value have their sentence above.
            Self::Vendor(_)
            | Self::NoArn(_)
            | Self::Partition { .. }
            | Self::IamRegion(_)
            | Self::BucketRegion(_)
            | Self::Missing(_)
            | Self::Prohibited(_)
            | Self::Effect(_)
            | Self::NamedPrincipal { .. }
            | Self::Operator(_)
            | Self::EndpointSyntax(_)
            | Self::Endpoint(_) => "",
        }
    }
}
