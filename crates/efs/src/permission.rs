//! What EFS does for its callers in EC2, which has to let them do it too, and the role that it has for itself in their
//! accounts.
//!
//! Source: Amazon EFS API reference, CreateMountTarget, DeleteMountTarget, DescribeMountTargetSecurityGroups and
//! ModifyMountTargetSecurityGroups; Amazon EFS User Guide, "Using service-linked roles for Amazon EFS".

use crate::Efs;
use crate::error::Error;
use crate::name::PRINCIPAL;
use base::Arn;
use ports::{Asked, Cx};

/// The interface of a mount target may be made in a subnet, with the groups that are named.
pub(crate) fn to_make(cx: &Cx, subnet: &str, groups: &[String]) -> Result<(), Error> {
    require(cx, "ec2:DescribeSubnets", "*")?;
    require(cx, "ec2:DescribeNetworkInterfaces", "*")?;
    let make = |kind: &str, id: &str| require(cx, "ec2:CreateNetworkInterface", &arn(cx, kind, id));
    make("network-interface", "*")?;
    groups.iter().try_for_each(|group| make("security-group", group))?;
    make("subnet", subnet)
}

/// It may be taken away.
pub(crate) fn to_remove(cx: &Cx, interface: &str) -> Result<(), Error> {
    require(cx, "ec2:DeleteNetworkInterface", &arn(cx, "network-interface", interface))
}

/// It may be asked for its groups.
pub(crate) fn to_tell_groups(cx: &Cx) -> Result<(), Error> {
    require(cx, "ec2:DescribeNetworkInterfaceAttribute", "*")
}

/// It may be given other groups.
pub(crate) fn to_regroup(cx: &Cx, interface: &str, groups: &[String]) -> Result<(), Error> {
    let change =
        |kind: &str, id: &str| require(cx, "ec2:ModifyNetworkInterfaceAttribute", &arn(cx, kind, id));
    change("network-interface", interface)?;
    groups.iter().try_for_each(|group| change("security-group", group))
}

/// Makes the role of EFS in the caller's account, unless it is there: the first mount target or replication needs it.
pub(crate) fn ensure_role(cx: &Cx, svc: &Efs) -> Result<(), Error> {
    svc.roles.ensure_linked(cx, PRINCIPAL).map_err(|_| Error::Forbidden)
}

fn require(cx: &Cx, action: &str, arn: &str) -> Result<(), Error> {
    cx.decide(&Asked::new(action, arn)).map_err(|_| Error::Forbidden)
}

fn arn(cx: &Cx, kind: &str, id: &str) -> String {
    Arn::regional(cx.scope(), "ec2", format!("{kind}/{id}")).to_string()
}
