//! The needs of clusters among identities: who may enter, which roles they act by, and sessions for what runs in them.
//! Met by `iam`.

use crate::{Cx, Delivered, NotDelivered};

/// Knows the principals that clusters name.
pub trait ClusterRoles: Send + Sync {
    /// The user or role that an ARN names, of any account; `None` where there is none with this very ARN.
    fn principal(&self, cx: &Cx, arn: &str) -> Option<KnownPrincipal>;

    /// The user or role behind the caller, by ARN, or its account's root; `None` of services and of nobody.
    fn of_caller(&self, cx: &Cx) -> Option<String>;

    /// Whether a role is there and lets a service do these actions (`sts:AssumeRole`, `sts:TagSession`), whatever is
    /// enforced: a service looks at the trust policy itself.
    fn trusts(&self, cx: &Cx, role: &str, service: &'static str, actions: &[&'static str]) -> bool;

    /// Makes the role that a service needs in the account of the call, unless it is there. A role that cannot be made
    /// is looked for again by the next call.
    fn ensure_service_linked(&self, cx: &Cx, service: &'static str);

    /// Credentials of a session of a role for a pod, and where it asks for one of another role behind it.
    ///
    /// # Errors
    /// A role is not there, or does not trust who assumes it.
    fn deliver_to_pod(&self, cx: &Cx, wish: &PodSession<'_>) -> Result<PodCredentials, NotDelivered>;
}

/// A user or a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownPrincipal {
    /// `AIDA…` or `AROA…`: one that was made again under the name has another.
    pub id: String,
    /// Whether it is a role that a service made for itself.
    pub is_service_linked: bool,
}

/// A session that a pod is to have.
#[derive(Clone, Debug)]
pub struct PodSession<'a> {
    /// The ARN of the role, which trusts `pods.eks.amazonaws.com`.
    pub role: &'a str,
    /// What the session is called.
    pub session: &'a str,
    /// How long the credentials hold.
    pub seconds: i32,
    /// The session's tags; roles behind this one have them too.
    pub tags: &'a [(String, String)],
    /// What limits the session, a policy.
    pub policy: Option<&'a str>,
    /// The role behind it, by its ARN, and the external id that its trust policy may ask for.
    pub target: Option<(&'a str, &'a str)>,
}

/// What a pod is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PodCredentials {
    /// The credentials.
    pub credentials: Delivered,
    /// `arn:aws:sts::…:assumed-role/NAME/SESSION`.
    pub arn: String,
    /// `AROA…:SESSION`.
    pub id: String,
}
