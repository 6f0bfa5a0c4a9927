//! What is refused, in AWS's words. Most sentences were recorded from AWS in bug reports (of terraform-provider-aws,
//! boto3, org-formation and others) and by the contributors of moto; where none is known, the sentence says what the API
//! reference says of the error. The README names those.

use store::{BadPageToken, StoreError};
use wire::{AwsError, Fault, receiver, sender};

/// Everything this crate refuses.
#[derive(Clone, Debug, PartialEq)]
pub enum Error {
    /// The caller's account is in no organization.
    NotInUse,
    /// It is in one, and this is for its management account.
    NotManagement,
    /// The account is in an organization already.
    AlreadyMember,
    /// Accounts are left.
    NotEmpty,
    /// The organization is for one bill alone.
    NotAllFeatures,
    /// No root of that id.
    NoRoot,
    /// No root and no unit of that id.
    NoParent,
    /// The account does not stand there.
    NoSourceParent,
    /// There is nothing to move it to.
    NoDestinationParent,
    /// The account stands there already.
    AlreadyThere,
    /// No account and no unit of that id.
    NoChild,
    /// No unit of that id.
    NoUnit,
    /// The name is another unit's.
    UnitExists,
    /// Something stands in the unit.
    UnitNotEmpty,
    /// Too many units.
    TooManyUnits,
    /// Units lie too deep.
    TooDeep,
    /// No account of that number in the organization.
    NoAccount,
    /// Too many accounts.
    TooManyAccounts,
    /// No creation of an account by that id.
    NoCreation,
    /// The management account cannot be closed.
    CloseManagement,
    /// The account is closed, or about to be.
    Closed,
    /// Too many accounts were closed lately.
    TooManyClosed,
    /// The management account cannot leave.
    ManagementStays,
    /// Nothing of that id.
    NoTarget,
    /// No policy of that id, said where it is used.
    NoPolicy,
    /// The same, said where it is described.
    NoPolicyToSee,
    /// The name is another policy's.
    PolicyExists,
    /// The policy is attached to something.
    PolicyInUse,
    /// The policy is AWS's.
    ImmutablePolicy,
    /// The document is no policy of its kind; the sentence says so.
    Malformed(String),
    /// The document is too long.
    PolicyTooLong,
    /// Too many policies.
    TooManyPolicies,
    /// The kind of policies is enabled.
    KindEnabled,
    /// It is not.
    KindNotEnabled,
    /// It cannot be.
    KindNotAvailable,
    /// The policy is attached there.
    AlreadyAttached,
    /// It is not.
    NotAttached,
    /// Too many policies are attached there.
    TooManyAttached,
    /// It is the last one there.
    LastAttached,
    /// AWS's own resource control policy is attached to everything.
    StaysAttached,
    /// Nothing of the kind is in effect.
    NoEffectivePolicy,
    /// No handshake of that id.
    NoHandshake,
    /// The handshake ended so already.
    HandshakeDone,
    /// The handshake is no longer open.
    HandshakeClosed,
    /// The invited account is in an organization.
    InvitedMember,
    /// It is invited already.
    InvitedTwice,
    /// Only accounts are invited.
    PartyKind,
    /// Nobody has the address.
    NoSuchAddress,
    /// A value is not of its form.
    Pattern,
    /// No service principal.
    NoService,
    /// One key stands twice among the tags.
    TagTwice,
    /// Too many tags.
    TooManyTags,
    /// The state cannot be read or written.
    Store(StoreError),
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<BadPageToken> for Error {
    fn from(_: BadPageToken) -> Self {
        Self::Pattern
    }
}

fn input(reason: &'static str, sentence: &str) -> Fault {
    sender(400, "InvalidInputException", sentence).with("Reason", reason)
}

fn constraint(reason: &'static str, sentence: &str) -> Fault {
    sender(400, "ConstraintViolationException", sentence).with("Reason", reason)
}

impl AwsError for Error {
    fn fault(&self) -> Fault {
        let plain = |code: &'static str, sentence: &str| sender(400, code, sentence);
        match self {
            Self::NotInUse => plain(
                "AWSOrganizationsNotInUseException",
                "Your account is not a member of an organization.",
            ),
            Self::NotManagement => {
                plain("AccessDeniedException", "You don't have permissions to access this resource.")
            }
            Self::AlreadyMember => plain(
                "AlreadyInOrganizationException",
                "The AWS account is already a member of an organization.",
            ),
            Self::NotEmpty => plain(
                "OrganizationNotEmptyException",
                "To delete an organization you must first remove all member accounts (except the master).",
            ),
            Self::NotAllFeatures => constraint(
                "ORGANIZATION_NOT_IN_ALL_FEATURES_MODE",
                "You attempted to perform an operation that requires an organization to be configured to support all features.",
            ),
            Self::NoRoot => plain("RootNotFoundException", "You specified a root that doesn't exist."),
            Self::NoParent => plain("ParentNotFoundException", "You specified parent that doesn't exist."),
            Self::NoSourceParent => plain(
                "SourceParentNotFoundException",
                "We can't find a source root or OU with the ParentId that you specified.",
            ),
            Self::NoDestinationParent => plain(
                "DestinationParentNotFoundException",
                "We can't find the destination container (a root or OU) with the ParentId that you specified.",
            ),
            Self::AlreadyThere => plain(
                "DuplicateAccountException",
                "That account is already present in the specified destination.",
            ),
            Self::NoChild => plain(
                "ChildNotFoundException",
                "We can't find an organizational unit (OU) or AWS account with the ChildId that you specified.",
            ),
            Self::NoUnit => plain(
                "OrganizationalUnitNotFoundException",
                "You specified an organizational unit that doesn't exist.",
            ),
            Self::UnitExists => {
                plain("DuplicateOrganizationalUnitException", "An OU with the same name already exists.")
            }
            Self::UnitNotEmpty => plain(
                "OrganizationalUnitNotEmptyException",
                "The specified OU is not empty. Move all accounts to another root or to other OUs, remove all child OUs, and try the operation again.",
            ),
            Self::TooManyUnits => constraint(
                "OU_NUMBER_LIMIT_EXCEEDED",
                "You attempted to exceed the number of OUs that you can have in an organization.",
            ),
            Self::TooDeep => constraint(
                "OU_DEPTH_LIMIT_EXCEEDED",
                "You attempted to create an OU tree that is too many levels deep.",
            ),
            Self::NoAccount => {
                plain("AccountNotFoundException", "You specified an account that doesn't exist.")
            }
            Self::TooManyAccounts => constraint(
                "ACCOUNT_NUMBER_LIMIT_EXCEEDED",
                "You have exceeded the allowed number of AWS accounts.",
            ),
            Self::NoCreation => plain(
                "CreateAccountStatusNotFoundException",
                "We can't find an create account request with the CreateAccountRequestId that you specified.",
            ),
            Self::CloseManagement => constraint(
                "CANNOT_CLOSE_MANAGEMENT_ACCOUNT",
                "You attempted to close the management account. To close the management account for the organization, you must first either remove or close all member accounts in the organization.",
            ),
            Self::Closed => {
                plain("AccountAlreadyClosedException", "The provided account is already closed.")
            }
            Self::TooManyClosed => constraint(
                "CLOSE_ACCOUNT_QUOTA_EXCEEDED",
                "You have exceeded close account quota for the past 30 days.",
            ),
            Self::ManagementStays => plain(
                "MasterCannotLeaveOrganizationException",
                "You can't remove a management account from an organization.",
            ),
            Self::NoTarget => plain("TargetNotFoundException", "You specified a target that doesn't exist."),
            Self::NoPolicy => plain(
                "PolicyNotFoundException",
                "We can't find a policy with the PolicyId that you specified.",
            ),
            Self::NoPolicyToSee => {
                plain("PolicyNotFoundException", "You specified a policy that doesn't exist.")
            }
            Self::PolicyExists => {
                plain("DuplicatePolicyException", "A policy with the same name already exists.")
            }
            Self::PolicyInUse => plain(
                "PolicyInUseException",
                "The policy is attached to one or more entities. You must detach it from all roots, OUs, and accounts before performing this operation.",
            ),
            Self::ImmutablePolicy => input(
                "IMMUTABLE_POLICY",
                "You specified a policy that is managed by AWS and can't be modified.",
            ),
            Self::Malformed(sentence) => sender(400, "MalformedPolicyDocumentException", sentence.clone()),
            Self::PolicyTooLong => {
                constraint("POLICY_CONTENT_LIMIT_EXCEEDED", "You have exceeded the maximum policy size.")
            }
            Self::TooManyPolicies => constraint(
                "POLICY_NUMBER_LIMIT_EXCEEDED",
                "You attempted to exceed the number of policies that you can have in an organization.",
            ),
            Self::KindEnabled => plain(
                "PolicyTypeAlreadyEnabledException",
                "The specified policy type is already enabled.",
            ),
            Self::KindNotEnabled => plain(
                "PolicyTypeNotEnabledException",
                "This operation can be performed only for enabled policy types.",
            ),
            Self::KindNotAvailable => plain(
                "PolicyTypeNotAvailableForOrganizationException",
                "You can't use the specified policy type with the feature set currently enabled for this organization.",
            ),
            Self::AlreadyAttached => plain(
                "DuplicatePolicyAttachmentException",
                "A policy with the specified name and type already exists.",
            ),
            Self::NotAttached => plain(
                "PolicyNotAttachedException",
                "The policy isn't attached to the specified target in the specified root.",
            ),
            Self::TooManyAttached => constraint(
                "MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED",
                "You have attached the maximum number of policies to the specified target.",
            ),
            Self::LastAttached => constraint(
                "MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED",
                "You cannot remove the last policy attached to the specified target. You must have at least one attached at all times.",
            ),
            Self::StaysAttached => {
                input("NON_DETACHABLE_POLICY", "You can't detach this AWS managed policy.")
            }
            Self::NoEffectivePolicy => plain(
                "EffectivePolicyNotFoundException",
                "If you ran this action on the management account, this policy type is not enabled. If you ran the action on a member account, the account doesn't have an effective policy of this type. Contact the administrator of your organization about attaching a policy of this type to the account.",
            ),
            Self::NoHandshake => plain(
                "HandshakeNotFoundException",
                "We can't find a handshake with the HandshakeId that you specified.",
            ),
            Self::HandshakeDone => plain(
                "HandshakeAlreadyInStateException",
                "The specified handshake is already in the requested state.",
            ),
            Self::HandshakeClosed => plain(
                "InvalidHandshakeTransitionException",
                "You can't perform the operation on the handshake in its current state.",
            ),
            Self::InvitedMember => plain(
                "HandshakeConstraintViolationException",
                "The handshake request is invalid because the account is already a member of an organization.",
            )
            .with("Reason", "ALREADY_IN_AN_ORGANIZATION"),
            Self::InvitedTwice => plain(
                "DuplicateHandshakeException",
                "A handshake with the same action and target already exists.",
            ),
            Self::PartyKind => input("INVALID_PARTY_TYPE_TARGET", "You specified an invalid value."),
            Self::NoSuchAddress => input(
                "INVALID_EMAIL_ADDRESS_TARGET",
                "You specified an invalid email address for the invited account owner.",
            ),
            Self::NoService => input(
                "UNRECOGNIZED_SERVICE_PRINCIPAL",
                "You specified an unrecognized service principal.",
            ),
            Self::TagTwice => input("DUPLICATE_TAG_KEY", "Tag keys must be unique among the tags attached to the same entity."),
            Self::TooManyTags => constraint(
                "MAX_TAG_LIMIT_EXCEEDED",
                "You have exceeded the number of tags allowed on this resource.",
            ),
            Self::Store(error) => {
                receiver(500, "ServiceException", "AWS Organizations can't complete your request because of an internal service error. Try again later.")
                    .because(error)
            }
            Self::Pattern => {
                input("INVALID_PATTERN", "You provided a value that does not match the required pattern.")
            }
        }
    }
}
