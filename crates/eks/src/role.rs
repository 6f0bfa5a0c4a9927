//! The roles that EKS acts by: each has to be there and to trust whom it is for.

use crate::Eks;
use crate::error::{Error, Refusal};
use base::Arn;
use ports::{Asked, Cx};

/// What a role is for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Purpose {
    /// Whom it trusts.
    service: &'static str,
    /// To do what.
    actions: &'static [&'static str],
    /// How it is refused.
    refusal: fn(String) -> Refusal,
}

/// Control planes.
pub(crate) const CLUSTER: Purpose = Purpose {
    service: "eks.amazonaws.com",
    actions: &["sts:AssumeRole"],
    refusal: Refusal::RoleNotAssumable,
};
/// Nodes.
pub(crate) const NODE: Purpose =
    Purpose { service: "ec2.amazonaws.com", actions: &["sts:AssumeRole"], refusal: Refusal::NodeRole };
/// What Fargate runs.
pub(crate) const FARGATE: Purpose = Purpose {
    service: "eks-fargate-pods.amazonaws.com",
    actions: &["sts:AssumeRole"],
    refusal: |_| Refusal::PodExecutionRole,
};
/// Pods, by Pod Identity.
pub(crate) const POD: Purpose = Purpose {
    service: "pods.eks.amazonaws.com",
    actions: &["sts:AssumeRole", "sts:TagSession"],
    refusal: |_| Refusal::PodRole,
};
/// Capabilities.
pub(crate) const CAPABILITY: Purpose = Purpose {
    service: "capabilities.eks.amazonaws.com",
    actions: &["sts:AssumeRole", "sts:TagSession"],
    refusal: |_| Refusal::CapabilityRole,
};

/// Refuses a role that is no ARN of one, is not there, or does not trust whom it is for.
pub(crate) fn require(cx: &Cx, svc: &Eks, role: &str, purpose: Purpose) -> Result<(), Error> {
    require_form(cx, role)?;
    if svc.roles.trusts(cx, role, purpose.service, purpose.actions) {
        Ok(())
    } else {
        Err((purpose.refusal)(role.to_owned()).into())
    }
}

/// Refuses what is no ARN of a role of this account.
pub(crate) fn require_form(cx: &Cx, role: &str) -> Result<(), Error> {
    let bad = || Refusal::RoleArn(role.to_owned());
    let arn: Arn = role.parse().map_err(|_| bad())?;
    let is_role = arn.service == "iam" && arn.region.is_empty() && arn.resource.starts_with("role/");
    let is_here = arn.partition == cx.partition().as_str() && arn.account == cx.account().to_string();
    if is_role && is_here { Ok(()) } else { Err(bad().into()) }
}

/// A role that a service has in every account that uses it.
pub(crate) struct ServiceLinked {
    service: &'static str,
    name: &'static str,
}

/// That of clusters.
pub(crate) const OF_CLUSTERS: ServiceLinked =
    ServiceLinked { service: "eks.amazonaws.com", name: "AWSServiceRoleForAmazonEKS" };
/// That of Fargate profiles.
pub(crate) const OF_FARGATE: ServiceLinked =
    ServiceLinked { service: "eks-fargate.amazonaws.com", name: "AWSServiceRoleForAmazonEKSForFargate" };
/// That of node groups.
pub(crate) const OF_NODEGROUPS: ServiceLinked =
    ServiceLinked { service: "eks-nodegroup.amazonaws.com", name: "AWSServiceRoleForAmazonEKSNodegroup" };
/// That of clusters that run elsewhere.
pub(crate) const OF_CONNECTORS: ServiceLinked =
    ServiceLinked { service: "eks-connector.amazonaws.com", name: "AWSServiceRoleForAmazonEKSConnector" };

/// Makes the role of a service, unless it is there.
///
/// # Errors
/// The caller, for whom it is made, may not make it.
pub(crate) fn ensure_linked(cx: &Cx, svc: &Eks, linked: &ServiceLinked) -> Result<(), Error> {
    let ServiceLinked { service, name } = *linked;
    let path = format!("role/aws-service-role/{service}/{name}");
    let arn = Arn::global(cx.partition(), "iam", cx.account(), path).to_string();
    if svc.roles.principal(cx, &arn).is_some() {
        return Ok(());
    }
    let context = vec![("iam:AWSServiceName", vec![service.to_owned()])];
    let asked = Asked { context, ..Asked::new("iam:CreateServiceLinkedRole", &arn) };
    cx.decide(&asked).map_err(|_| Refusal::ServiceLinkedRole(name))?;
    svc.roles.ensure_service_linked(cx, service);
    Ok(())
}
