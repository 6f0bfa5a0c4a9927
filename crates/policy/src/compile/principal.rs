//! Principals: who calls, and whom a statement names.

use crate::decide::{Caller, CallerKind, Reach};
use crate::document::{Element, Principal as Written};
use crate::semantics;

/// `Principal` or `NotPrincipal` of a statement.
#[derive(Clone, Debug)]
pub(crate) struct Principals {
    pub(crate) negated: bool,
    entries: Box<[Principal]>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Principal {
    Everyone,
    /// Account id.
    Account(Box<str>),
    /// The ARN of a user, a role or a session, and the unique id that a user or role had when the policy was written.
    Arn(Box<str>, Option<Box<str>>),
    /// `AIDA…`, `AROA…`: what is left of a user or role that is gone. Any other text is nobody's id.
    UniqueId(Box<str>),
    /// A service, or every one.
    Service(Box<str>),
    /// An identity provider, or every one.
    Federated(Box<str>),
    CanonicalUser(Box<str>),
    /// Not understood: fits nobody.
    Unknown(Box<str>),
}

impl Principals {
    pub(crate) fn new(written: &Element<Written>, unique_id: &dyn Fn(&str) -> Option<String>) -> Self {
        let entries = written.values.iter().map(|principal| Principal::new(principal, unique_id)).collect();
        Self { negated: written.negated, entries }
    }

    /// How the statement reaches a caller; `None` if it does not.
    pub(crate) fn reach(&self, caller: &Caller<'_>, is_deny: bool) -> Option<Reach> {
        if !self.negated {
            return self.entries.iter().filter_map(|principal| principal.reach(caller)).max();
        }
        // Spec 1.4 and "Newer than most memories": NotPrincipal is for Deny only, and denies whoever has a boundary.
        let applies = is_deny && (caller.boundary.is_some() || !self.exempts(caller));
        applies.then_some(Reach::Direct)
    }

    /// Whether `NotPrincipal` spares a caller: its account is listed, and itself.
    fn exempts(&self, caller: &Caller<'_>) -> bool {
        let mut account = false;
        let mut itself = false;
        for reach in self.entries.iter().filter_map(|principal| principal.reach(caller)) {
            account |= reach == Reach::Account;
            itself |= reach != Reach::Account;
        }
        let is_everyone = self.entries.contains(&Principal::Everyone);
        match caller.kind {
            _ if is_everyone => true,
            CallerKind::Root => account,
            CallerKind::User { .. } | CallerKind::RoleSession { .. } | CallerKind::FederatedUser { .. } => {
                account && (itself || !semantics::ACCOUNT_ALONE_EXEMPTS_ROOT_ONLY)
            }
            CallerKind::Service { .. } | CallerKind::WebIdentity { .. } | CallerKind::Saml { .. } => itself,
            CallerKind::Anonymous => false,
        }
    }
}

impl Principal {
    fn new(written: &Written, unique_id: &dyn Fn(&str) -> Option<String>) -> Self {
        let text: Box<str> = written.text.value.as_str().into();
        match written.kind.as_str() {
            "AWS" if &*text == "*" => Self::Everyone,
            "AWS" => Self::of_aws(text, unique_id),
            "Service" => Self::Service(text),
            "Federated" => Self::Federated(text),
            "CanonicalUser" => Self::CanonicalUser(text),
            _ => Self::Unknown(text),
        }
    }

    fn of_aws(text: Box<str>, unique_id: &dyn Fn(&str) -> Option<String>) -> Self {
        let parts: Vec<&str> = text.splitn(6, ':').collect();
        match parts[..] {
            [""] => Self::Unknown(text),
            ["arn", _, "iam", "", account, "root"] => Self::Account(account.into()),
            ["arn", ..] => {
                let id = unique_id(&text).map(String::into_boxed_str);
                Self::Arn(text, id)
            }
            _ if text.bytes().all(|byte| byte.is_ascii_digit()) => Self::Account(text),
            _ => Self::UniqueId(text),
        }
    }

    fn reach(&self, caller: &Caller<'_>) -> Option<Reach> {
        let same = |own: &str, id: &Option<Box<str>>, arn: &str, unique_id: &str| match id {
            // A principal deleted and made again has another id.
            Some(id) => **id == *unique_id,
            None => own == arn,
        };
        match (self, &caller.kind) {
            (Self::Everyone, _) => {
                Some(if semantics::EVERYONE_IS_DIRECT { Reach::Direct } else { Reach::Role })
            }
            (Self::Account(account), kind) => {
                (kind.has_account() && **account == *caller.account).then_some(Reach::Account)
            }
            (Self::CanonicalUser(id), kind) => {
                (kind.has_account() && caller.canonical_id == Some(&**id)).then_some(Reach::Account)
            }
            (Self::Arn(own, id), CallerKind::User { arn, unique_id }) => {
                same(own, id, arn, unique_id).then_some(Reach::Direct)
            }
            (Self::Arn(own, _), CallerKind::FederatedUser { arn, .. }) if **own == **arn => {
                Some(Reach::Direct)
            }
            (Self::Arn(own, id), CallerKind::FederatedUser { user_arn, user_id, .. }) => {
                same(own, id, user_arn, user_id).then_some(Reach::Role)
            }
            (Self::Arn(own, _), CallerKind::RoleSession { session_arn, .. }) if **own == **session_arn => {
                Some(Reach::Direct)
            }
            (Self::Arn(own, id), CallerKind::RoleSession { role_arn, role_id, .. }) => {
                same(own, id, role_arn, role_id).then_some(Reach::Role)
            }
            (Self::UniqueId(id), CallerKind::User { unique_id, .. }) => {
                (**id == **unique_id).then_some(Reach::Direct)
            }
            (Self::UniqueId(id), CallerKind::RoleSession { role_id, .. }) => {
                (**id == **role_id).then_some(Reach::Role)
            }
            (Self::UniqueId(id), CallerKind::FederatedUser { user_id, .. }) => {
                (**id == **user_id).then_some(Reach::Role)
            }
            (Self::Service(name), CallerKind::Service { names }) => {
                (&**name == "*" || names.contains(&&**name)).then_some(Reach::Direct)
            }
            (Self::Federated(name), CallerKind::WebIdentity { provider } | CallerKind::Saml { provider }) => {
                (&**name == "*" || **name == **provider).then_some(Reach::Direct)
            }
            _ => None,
        }
    }
}

impl std::fmt::Display for Principals {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut separator = if self.negated { "anyone but " } else { "" };
        for principal in &self.entries {
            let text: &str = match principal {
                Principal::Everyone => "*",
                Principal::Account(text)
                | Principal::Arn(text, _)
                | Principal::UniqueId(text)
                | Principal::Service(text)
                | Principal::Federated(text)
                | Principal::CanonicalUser(text)
                | Principal::Unknown(text) => text,
            };
            write!(f, "{separator}{text}")?;
            separator = ", ";
        }
        Ok(())
    }
}
