//! What EFS needs for a replication to another account: a role of the source's account that it may assume, and the
//! policies of the file systems at both ends.
//!
//! That the role trusts EFS and that the destination's policy lets it in is looked at whatever is enforced; what the role
//! itself may is decided where policies are enforced, as for any call.
//! Source: Amazon EFS User Guide, "Replicating EFS file systems across AWS accounts".

use crate::error::{Bad, Error};
use crate::file_system::FileSystem;
use crate::name::PRINCIPAL;
use crate::{Efs, judgement};
use base::Arn;
use ports::{Asked, Cx};

/// What the session is called.
const SESSION: &str = "efs-replication";
/// What ends a replication.
pub(crate) const DELETE: &str = "elasticfilesystem:DeleteReplicationConfiguration";
/// What the role does at the source.
const HERE: [&str; 2] = ["elasticfilesystem:ReplicationRead", "elasticfilesystem:DescribeFileSystems"];
/// What it does at the destination.
const THERE: [&str; 5] = [
    "elasticfilesystem:ReplicationWrite",
    "elasticfilesystem:CreateReplicationConfiguration",
    "elasticfilesystem:DescribeReplicationConfigurations",
    DELETE,
    "elasticfilesystem:DescribeFileSystems",
];

/// EFS, by a role of the source's account.
pub(crate) struct Agent {
    acting: Cx,
    role: String,
}

impl Agent {
    /// EFS by a role, which has to be one of the caller's account.
    pub(crate) fn of(cx: &Cx, svc: &Efs, role: Option<&str>) -> Result<Self, Error> {
        let role = role.ok_or(Bad::NoRole)?;
        let is_own = role.parse::<Arn>().is_ok_and(|arn| arn.account == cx.account().to_string());
        let acting = svc.roles.acting(cx, role, PRINCIPAL, SESSION).filter(|_| is_own);
        Ok(Self { acting: acting.ok_or(Bad::Role)?, role: role.to_owned() })
    }

    /// Refuses a role that may not replicate, by its own policies and those of the file systems. Not within a transaction.
    pub(crate) fn require_allowed(&self, source: &str, destination: &str) -> Result<(), Error> {
        HERE.into_iter().try_for_each(|action| decide(&self.acting, action, source))?;
        THERE.into_iter().try_for_each(|action| decide(&self.acting, action, destination))
    }

    /// Refuses a destination whose policy does not let the role in. One that is not there lets nobody in.
    pub(crate) fn require_admitted(&self, destination: Option<&FileSystem>) -> Result<(), Error> {
        THERE.into_iter().try_for_each(|action| self.require(destination, action))
    }

    /// Refuses to do one thing at the destination that its policy does not let the role do.
    pub(crate) fn require(
        &self,
        destination: Option<&FileSystem>,
        action: &'static str,
    ) -> Result<(), Error> {
        match destination {
            Some(own) if judgement::lets(&self.acting, Some(&self.role), own, action) => Ok(()),
            Some(_) | None => Err(denied(&self.acting, action)),
        }
    }
}

/// Refuses a caller of the destination's account whom the source's policy does not let end the replication.
pub(crate) fn require_end(cx: &Cx, source: Option<&FileSystem>) -> Result<(), Error> {
    match source {
        Some(own) if judgement::lets(cx, None, own, DELETE) => Ok(()),
        Some(_) | None => Err(denied(cx, DELETE)),
    }
}

fn decide(acting: &Cx, action: &'static str, arn: &str) -> Result<(), Error> {
    acting.decide(&Asked::new(action, arn)).map_err(|_| denied(acting, action))
}

fn denied(cx: &Cx, action: &'static str) -> Error {
    let who = cx.caller().arn(cx.partition()).unwrap_or_default();
    Error::Denied { who, action }
}
