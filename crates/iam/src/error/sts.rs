//! What STS refuses, in AWS's words. Sentences were recorded from AWS in public issue threads and test suites; where
//! no recording is known, the sentence is the one the API's reference explains the error by.

use ports::DENY_ID;
use wire::{Fault, sender};

/// Everything STS refuses beside what IAM does.
#[derive(Clone, Debug, PartialEq)]
pub enum Refusal {
    /// Whoever holds no signature of ours may not: the action.
    NotAuthorized(&'static str),
    /// The caller may not, and why.
    Denied { caller: String, action: &'static str, resource: String, why: String },
    /// The same as another refusal; the id it is kept under.
    Explained(Box<Self>, String),
    /// Root assumes no roles.
    Root,
    /// The operation wants long-term credentials.
    Session(&'static str),
    /// Of serial number and code one is missing.
    HalfMfa,
    /// The device is not the caller's.
    MfaDevice,
    /// The code is wrong.
    MfaCode,
    /// A role that a session assumes lasts an hour at the most.
    Chained,
    /// The role does not allow such a long session.
    TooLong,
    /// A value cannot be taken; the sentence says why.
    Value(&'static str),
    /// Session policies and tags are too large together: per cent of what there is room for.
    Packed(usize),
    /// The same, where there are tags only.
    PackedTags(usize),
    /// A session policy is too long, or there are too many: the member and its most.
    Constraint(&'static str, usize),
    /// The token of an identity provider is no good; the sentence says why.
    Token(String),
    /// It was good once.
    ExpiredToken(String),
    /// The identity provider says nothing; what happened is for the log.
    Unreachable(String),
    /// An identity provider's claim that roles cannot be assumed with.
    Claim(String),
    /// No sealed message of this world.
    Message,
    /// The account issues no web identity tokens.
    OutboundDisabled,
    /// The token would outlive the session that asks for it.
    Escalation,
    /// The token would be too large.
    Payload,
    /// No trade-in token of this world is good.
    TradeIn,
    /// Only sessions are scoped down.
    Subject,
    /// The session ends before the credentials it asks for would.
    Lifetime,
    /// No context provider is known.
    Context,
}

impl Refusal {
    /// Code, status and sentence.
    pub(crate) fn fault(&self) -> Fault {
        let denied = |sentence: String| sender(403, "AccessDenied", sentence);
        match self {
            Self::NotAuthorized(action) => denied(format!("Not authorized to perform {action}")),
            Self::Denied { caller, action, resource, why } => denied(format!(
                "User: {caller} is not authorized to perform: {action} on resource: {resource}{why}"
            )),
            Self::Explained(refusal, id) => refusal.fault().header(DENY_ID, id),
            Self::Root => denied("Roles may not be assumed by root accounts.".to_owned()),
            Self::Session(operation) => denied(format!("Cannot call {operation} with session credentials")),
            Self::HalfMfa => denied(
                "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.".to_owned(),
            ),
            Self::MfaDevice => denied(
                "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.".to_owned(),
            ),
            Self::MfaCode => {
                denied("MultiFactorAuthentication failed with invalid MFA one time pass code. ".to_owned())
            }
            Self::Chained => sender(
                400,
                "ValidationError",
                "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining",
            ),
            Self::TooLong => sender(
                400,
                "ValidationError",
                "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
            ),
            Self::Value(sentence) => sender(400, "InvalidParameterValue", *sentence),
            Self::Packed(percent) => sender(
                400,
                "PackedPolicyTooLarge",
                format!("Packed policy consumes {percent}% of allotted space, please use smaller policy."),
            ),
            Self::PackedTags(percent) => sender(
                400,
                "PackedPolicyTooLarge",
                format!("Packed size of session tags consumes {percent}% of allotted space."),
            ),
            Self::Constraint(member, most) => sender(
                400,
                "ValidationError",
                format!(
                    "1 validation error detected: Value at '{member}' failed to satisfy constraint: Member must have length less than or equal to {most}"
                ),
            ),
            Self::Token(sentence) => sender(400, "InvalidIdentityToken", sentence.clone()),
            Self::ExpiredToken(sentence) => sender(400, "ExpiredTokenException", sentence.clone()),
            Self::Unreachable(cause) => sender(
                400,
                "InvalidIdentityToken",
                "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements",
            )
            .because(cause),
            Self::Claim(sentence) => sender(403, "IDPRejectedClaim", sentence.clone()),
            Self::Message => sender(
                400,
                "InvalidAuthorizationMessageException",
                "The message passed to DecodeAuthorizationMessage was invalid.",
            ),
            Self::OutboundDisabled => sender(
                403,
                "OutboundWebIdentityFederationDisabledException",
                "The outbound web identity federation feature is not enabled for this account.",
            ),
            Self::Escalation => sender(
                403,
                "SessionDurationEscalationException",
                "The requested token duration would extend the session beyond its original expiration time.",
            ),
            Self::Payload => sender(
                400,
                "JWTPayloadSizeExceededException",
                "The requested token payload size exceeds the maximum allowed size.",
            ),
            Self::TradeIn => {
                sender(400, "ExpiredTradeInTokenException", "The trade-in token provided is expired.")
            }
            Self::Subject => sender(
                400,
                "InvalidSubjectCredentials",
                "GetScopedCredentials can be called with temporary security credentials only.",
            ),
            Self::Lifetime => sender(
                400,
                "InsufficientSessionLifetime",
                "The requested DurationSeconds exceeds the remaining lifetime of the calling session.",
            ),
            Self::Context => {
                sender(400, "InvalidContextAssertion", "The context assertion provided is not valid.")
            }
        }
    }
}

impl From<Refusal> for super::Error {
    fn from(refusal: Refusal) -> Self {
        Self::Sts(refusal)
    }
}
