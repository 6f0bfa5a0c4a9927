//! What may be attached, and what is: counted from those who have it, so that no count can be wrong.

use super::found::find;
use crate::entity::identity::Identity;
use crate::entity::{Home, Rows};
use crate::error::Error;
use crate::group::Group;
use crate::role::Role;
use crate::user::User;
use base::Arn;

/// The ARN of the policy that is asked for; refused where it is no ARN at all. Source: CloudFormation's GetResource of a
/// ManagedPolicy whose identifier was a path and a name, which answers what GetPolicy did.
pub(super) fn addressed(given: Option<String>) -> Result<String, Error> {
    let text = given.unwrap_or_default();
    if text.parse::<Arn>().is_ok() { Ok(text) } else { Err(Error::UnparsedPolicyArn) }
}

/// The ARN of a policy to attach or detach; refused where it names none. Source: LocalStack's recorded answers,
/// `test_role_managed_policy_errors`.
pub(crate) fn parse_arn(given: Option<String>) -> Result<String, Error> {
    let text = given.unwrap_or_default();
    if is_policy(&text) { Ok(text) } else { Err(Error::PolicyArn(text)) }
}

/// The same of a permissions boundary, where one is given.
pub(crate) fn parse_boundary(given: Option<String>) -> Result<Option<String>, Error> {
    match given {
        Some(text) if !is_policy(&text) => Err(Error::BoundaryArn(text)),
        given => Ok(given),
    }
}

fn is_policy(text: &str) -> bool {
    text.parse::<Arn>().is_ok_and(|arn| arn.service == "iam" && arn.resource.starts_with("policy/"))
}

/// Refuses a policy that cannot be attached.
pub(crate) fn require_attachable(rows: &impl Rows, home: &Home, arn: &str) -> Result<(), Error> {
    match find(rows, home, arn) {
        Some(found) if found.is_for_services() => Err(Error::ServiceRolePolicy),
        Some(_) => Ok(()),
        None => Err(Error::NotAttachable(arn.to_owned())),
    }
}

/// Refuses a policy that cannot be a boundary.
pub(crate) fn require_boundary(rows: &impl Rows, home: &Home, arn: &str) -> Result<(), Error> {
    match find(rows, home, arn) {
        Some(found) if found.is_for_services() => Err(Error::ServiceRolePolicy),
        Some(_) => Ok(()),
        None => Err(Error::NoBoundary(arn.to_owned())),
    }
}

/// How many identities of the account a policy is attached to.
pub(super) fn attachments(rows: &impl Rows, home: &Home, arn: &str) -> i32 {
    let key = home.own(arn);
    let count = rows.count(&User::ATTACHED, &key)
        + rows.count(&Group::ATTACHED, &key)
        + rows.count(&Role::ATTACHED, &key);
    i32::try_from(count).unwrap_or(i32::MAX)
}

/// How many identities of the account a policy is the boundary of.
pub(super) fn boundaries(rows: &impl Rows, home: &Home, arn: &str) -> i32 {
    let key = home.own(arn);
    let count = rows.count(&User::BOUNDARY, &key) + rows.count(&Role::BOUNDARY, &key);
    i32::try_from(count).unwrap_or(i32::MAX)
}

/// Whether an identity of the account has it, in either way.
pub(crate) fn is_in_use(rows: &impl Rows, home: &Home, arn: &str) -> bool {
    attachments(rows, home, arn) + boundaries(rows, home, arn) > 0
}

/// Whether a list that asks for policies in use shows this one: `PermissionsPolicy` are those that are attached,
/// `PermissionsBoundary` those that are boundaries; `OnlyAttached` without either takes both.
pub(super) fn is_asked_for(
    rows: &impl Rows,
    home: &Home,
    arn: &str,
    attached: bool,
    usage: Option<&str>,
) -> bool {
    match usage {
        Some("PermissionsBoundary") => boundaries(rows, home, arn) > 0,
        Some(_) => attachments(rows, home, arn) > 0,
        None => !attached || is_in_use(rows, home, arn),
    }
}
