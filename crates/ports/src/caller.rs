//! Who calls.

use crate::Session;
use base::{AccountId, Partition};
use std::sync::Arc;

/// The authenticated principal behind a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The account it belongs to; for an anonymous caller the default one.
    pub account: AccountId,
    /// The access key id it signed with, if any.
    pub access_key_id: Option<String>,
    /// What it is.
    pub kind: CallerKind,
    /// What is known of its temporary credentials; `None` for long-term ones.
    pub session: Option<Arc<Session>>,
}

/// The kinds of principals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallerKind {
    /// The account's root user; also every key angae does not know.
    Root,
    /// An IAM user.
    User {
        /// Path and name: `/team/anna`.
        path_and_name: String,
        /// `AIDA…`.
        unique_id: String,
    },
    /// A session of a role.
    RoleSession {
        /// The role's name, without its path.
        role: String,
        /// `AROA…`.
        role_id: String,
        /// The session's name.
        session: String,
    },
    /// A session of GetFederationToken.
    FederatedUser {
        /// Its name.
        name: String,
    },
    /// A service, by its principal: `ec2.amazonaws.com`.
    Service(&'static str),
    /// Nobody signed.
    Anonymous,
}

impl Caller {
    /// The root user of `account`.
    pub fn root(account: AccountId, access_key_id: Option<String>) -> Self {
        Self { account, access_key_id, kind: CallerKind::Root, session: None }
    }

    /// Whoever signs with a key that angae never issued: the root user of the account that its id names, else of the
    /// default account.
    pub fn unissued(access_key_id: &str) -> Self {
        Self::root(access_key_id.parse().unwrap_or(AccountId::DEFAULT), Some(access_key_id.to_owned()))
    }

    /// The caller nobody vouches for.
    pub fn anonymous() -> Self {
        Self { account: AccountId::DEFAULT, access_key_id: None, kind: CallerKind::Anonymous, session: None }
    }

    /// Whether nobody signed.
    pub fn is_anonymous(&self) -> bool {
        self.kind == CallerKind::Anonymous
    }

    /// The ARN GetCallerIdentity shows; `None` for services and anonymous callers.
    pub fn arn(&self, partition: Partition) -> Option<String> {
        let (partition, account) = (partition.as_str(), self.account.as_str());
        Some(match &self.kind {
            CallerKind::Root => format!("arn:{partition}:iam::{account}:root"),
            CallerKind::User { path_and_name, .. } => {
                format!("arn:{partition}:iam::{account}:user{path_and_name}")
            }
            CallerKind::RoleSession { role, session, .. } => {
                format!("arn:{partition}:sts::{account}:assumed-role/{role}/{session}")
            }
            CallerKind::FederatedUser { name } => {
                format!("arn:{partition}:sts::{account}:federated-user/{name}")
            }
            CallerKind::Service(_) | CallerKind::Anonymous => return None,
        })
    }

    /// `aws:userid`: what GetCallerIdentity calls `UserId`.
    pub fn user_id(&self) -> String {
        match &self.kind {
            CallerKind::Root => self.account.to_string(),
            CallerKind::User { unique_id, .. } => unique_id.clone(),
            CallerKind::RoleSession { role_id, session, .. } => format!("{role_id}:{session}"),
            CallerKind::FederatedUser { name } => format!("{}:{name}", self.account),
            CallerKind::Service(principal) => (*principal).to_owned(),
            CallerKind::Anonymous => "anonymous".to_owned(),
        }
    }
}
