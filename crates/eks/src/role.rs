//! The roles that EKS acts by: each has to be there and to trust whom it is for.

use crate::Eks;
use crate::error::{Error, Refusal, Within};
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

/// Control planes of Auto Mode. Source: EKS user guide, "Amazon EKS Auto Mode cluster IAM role".
pub(crate) const AUTO_CLUSTER: Purpose = Purpose {
    service: "eks.amazonaws.com",
    actions: &["sts:AssumeRole", "sts:TagSession"],
    refusal: Refusal::RoleNotAssumable,
};
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
    refusal: |_| Refusal::Within(Within::PodExecutionRole),
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
    refusal: |_| Refusal::Within(Within::CapabilityRole),
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
    require_account(cx, role)?;
    let bad = || Refusal::RoleArn(role.to_owned());
    let arn: Arn = role.parse().map_err(|_| bad())?;
    if is_role(&arn) && arn.partition == cx.partition().as_str() { Ok(()) } else { Err(bad().into()) }
}

/// Refuses a role of another account. Measured: for add-ons and Pod Identity associations before their cluster is looked for
/// (cdk-preflight, pf-eks-addon-service-account-role-account and pf-eks-podidentity-role-arn-account).
pub(crate) fn require_account(cx: &Cx, role: &str) -> Result<(), Error> {
    match role.parse::<Arn>() {
        Ok(arn) if is_role(&arn) && arn.account != cx.account().to_string() => {
            Err(Refusal::CrossAccount.into())
        }
        Ok(_) | Err(_) => Ok(()),
    }
}

fn is_role(arn: &Arn) -> bool {
    arn.service == "iam" && arn.region.is_empty() && arn.resource.starts_with("role/")
}

/// A role that a service has in every account that uses it.
pub(crate) struct ServiceLinked {
    service: &'static str,
    name: &'static str,
}

impl ServiceLinked {
    fn arn(&self, cx: &Cx) -> String {
        let Self { service, name } = self;
        let path = format!("role/aws-service-role/{service}/{name}");
        Arn::global(cx.partition(), "iam", cx.account(), path).to_string()
    }
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

/// Looks whether the role of a service is there, as the caller.
///
/// # Errors
/// The caller may not look. Recorded for node groups: by many who may make the role and not read it.
pub(crate) fn look_for_linked(cx: &Cx, linked: &ServiceLinked) -> Result<(), Error> {
    let arn = linked.arn(cx);
    let asked = Asked::new("iam:GetRole", &arn);
    Ok(cx.decide(&asked).map_err(|_| Refusal::LinkedRoleUnseen(linked.name))?)
}

/// Makes the role of a service, unless it is there.
///
/// # Errors
/// The caller, for whom it is made, may not make it.
pub(crate) fn ensure_linked(cx: &Cx, svc: &Eks, linked: &ServiceLinked) -> Result<(), Error> {
    let ServiceLinked { service, name } = *linked;
    let arn = linked.arn(cx);
    if svc.roles.principal(cx, &arn).is_some() {
        return Ok(());
    }
    let context = vec![("iam:AWSServiceName", vec![service.to_owned()])];
    let asked = Asked { context, ..Asked::new("iam:CreateServiceLinkedRole", &arn) };
    cx.decide(&asked).map_err(|_| Refusal::ServiceLinkedRole(name))?;
    svc.roles.ensure_service_linked(cx, service);
    Ok(())
}
