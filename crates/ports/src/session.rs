//! What is known of a session: of temporary credentials, beyond whom they speak for.

use base::Timestamp;
use serde::{Deserialize, Serialize};

/// A session. It came with the credentials' token and does not change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Session {
    /// When the credentials were issued: `aws:TokenIssueTime`.
    pub issued_at: Timestamp,
    /// When they end.
    pub expires_at: Timestamp,
    /// When the code of an MFA device was given: `aws:MultiFactorAuthPresent` and `aws:MultiFactorAuthAge`. `None`
    /// where none was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mfa_at: Option<Timestamp>,
    /// The session's own tags, over those of its role: `aws:PrincipalTag/…`. Keys ignore case.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<SessionTag>,
    /// `aws:SourceIdentity`: kept through a chain of roles.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_identity: Option<String>,
    /// What limits the session. The policies of one set are united, each further set limits what the others leave.
    /// None: the session may what its identity may.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub policies: Vec<SessionPolicies>,
    /// `aws:FederatedProvider`: the ARN of the OIDC or SAML provider that vouched for the caller.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// The provider's condition keys, as `issuer.example/path:sub` and `saml:aud`, each with its values.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub context: Vec<(String, Vec<String>)>,
    /// How many roles were assumed on the way here: 1 for a role that a user assumed.
    pub chain_depth: u8,
    /// Of a federated user: the IAM user behind it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub federated_by: Option<FederatedBy>,
    /// Whether AssumeRoot made it: `aws:AssumedRoot`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub is_assumed_root: bool,
}

/// A tag of a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionTag {
    /// Its key, in the letters it was given in.
    pub key: String,
    /// Its value.
    pub value: String,
    /// Whether the sessions of roles that this one assumes have it too.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_transitive: bool,
}

/// The session policies of one call.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SessionPolicies {
    /// The document that was passed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inline: Option<String>,
    /// ARNs of managed policies.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub arns: Vec<String>,
}

/// The user who called GetFederationToken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FederatedBy {
    /// Path and name: `/team/anna`.
    pub path_and_name: String,
    /// `AIDA…`.
    pub unique_id: String,
}
