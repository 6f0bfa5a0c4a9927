//! What is wrong with a node group, told by what EC2 and IAM refused.
//!
//! Recorded of launches (terraform-aws-eks, cluster-api-provider-aws): `Could not launch On-Demand Instances. CODE - SENTENCE
//! Launching EC2 instance failed.` The other sentences are those of the EKS API reference, "Issue".

use super::model::{Issue, Nodegroup};
use wire::Fault;

/// The issues that an update may begin with. Recorded: EKS user guide, "Troubleshoot problems with Amazon EKS clusters".
const MENDABLE: [&str; 4] =
    ["AsgInstanceLaunchFailures", "InstanceLimitExceeded", "InsufficientFreeAddresses", "ClusterUnreachable"];

impl Issue {
    fn new(code: &str, message: impl Into<String>, resource: &str) -> Self {
        let resource_ids = vec![resource.to_owned()];
        Self { code: code.to_owned(), message: message.into(), resource_ids }
    }

    /// Whether an update may begin with it.
    pub(crate) fn is_mendable(&self) -> bool {
        MENDABLE.contains(&self.code.as_str())
    }

    /// What of it an update is told by: not all codes of health are codes of updates.
    pub(crate) fn update_code(&self) -> &'static str {
        match self.code.as_str() {
            "InsufficientFreeAddresses" => "InsufficientFreeAddresses",
            "AccessDenied" => "AccessDenied",
            "Ec2SubnetNotFound" => "SubnetNotFound",
            "Ec2SecurityGroupNotFound" => "SecurityGroupNotFound",
            _ => "NodeCreationFailure",
        }
    }
}

/// A launch was refused.
pub(crate) fn of_launch(group: &Nodegroup, subnet: &str, fault: &Fault) -> Issue {
    let code: &str = &fault.code;
    let sentence = fault.message.as_deref().unwrap_or_default();
    match code {
        "InsufficientFreeAddressesInSubnet" => Issue::new(
            "InsufficientFreeAddresses",
            "One or more of the subnets associated with your managed node group does not have enough available IP addresses for new nodes.",
            subnet,
        ),
        "InvalidSubnetID.NotFound" => Issue::new(
            "Ec2SubnetNotFound",
            "We couldn't find one or more subnets for your managed node group.",
            subnet,
        ),
        "InvalidLaunchTemplateId.NotFound" => no_template(group),
        "InvalidLaunchTemplateId.VersionNotFound" => Issue::new(
            "Ec2LaunchTemplateVersionMismatch",
            "The Amazon EC2 launch template version for your managed node group does not match the version that Amazon EKS created. You may be able to revert to the version that Amazon EKS created to recover.",
            group.beside.template.as_deref().unwrap_or_default(),
        ),
        "InvalidGroup.NotFound" => Issue::new("Ec2SecurityGroupNotFound", sentence, &group.scaling_group()),
        "VcpuLimitExceeded" | "InstanceLimitExceeded" => Issue::new(
            "InstanceLimitExceeded",
            "Your AWS account is unable to launch any more instances of the specified instance type. You may be able to request an Amazon EC2 instance limit increase to recover.",
            &group.scaling_group(),
        ),
        "UnauthorizedOperation" => Issue::new("AccessDenied", sentence, &group.scaling_group()),
        _ if sentence.contains("iamInstanceProfile") => Issue::new(
            "IamInstanceProfileNotFound",
            "We couldn't find the IAM instance profile for your managed node group. You may be able to recreate an instance profile with the same settings to recover.",
            &group.own_name(),
        ),
        _ => {
            let kind = if group.capacity_type == "SPOT" { "Spot" } else { "On-Demand" };
            let end = if sentence.ends_with('.') { "" } else { "." };
            let told = format!(
                "Could not launch {kind} Instances. {code} - {sentence}{end} Launching EC2 instance failed."
            );
            Issue::new("AsgInstanceLaunchFailures", told, &group.scaling_group())
        }
    }
}

/// Whether another instance type may be launched where this one is not.
pub(crate) fn is_of_type(fault: &Fault) -> bool {
    matches!(&*fault.code, "Unsupported" | "InsufficientInstanceCapacity")
}

/// Whether there may be room in another subnet.
pub(crate) fn is_of_subnet(fault: &Fault) -> bool {
    matches!(
        &*fault.code,
        "InsufficientFreeAddressesInSubnet"
            | "InvalidSubnetID.NotFound"
            | "InsufficientInstanceCapacity"
            | "Unsupported"
    )
}

/// An instance cannot be ended.
pub(crate) fn stays(id: &str, fault: &Fault) -> Issue {
    Issue::new("NodeTerminationFailure", fault.message.clone().unwrap_or_default(), id)
}

/// Its launch template is gone.
pub(crate) fn no_template(group: &Nodegroup) -> Issue {
    Issue::new(
        "Ec2LaunchTemplateNotFound",
        "We couldn't find the Amazon EC2 launch template for your managed node group. You may be able to recreate a launch template with the same settings to recover.",
        group.beside.template.as_deref().unwrap_or_default(),
    )
}

/// The user's launch template is gone.
pub(crate) fn no_user_template(id: &str, fault: &Fault) -> Issue {
    Issue::new("SourceEc2LaunchTemplateNotFound", fault.message.clone().unwrap_or_default(), id)
}

/// The user's launch template cannot be used. Recorded: terraform-provider-aws, aws_eks_node_group.
pub(crate) fn not_mime(id: &str) -> Issue {
    let sentence = "User data was not in the MIME multipart format.";
    Issue::new("Ec2LaunchTemplateInvalidConfiguration", sentence, id)
}

/// Making what stands beside nodes was refused.
pub(crate) fn of_beside(group: &Nodegroup, resource: &str, fault: &Fault) -> Issue {
    let sentence = fault.message.clone().unwrap_or_default();
    match &*fault.code {
        "NoSuchEntity" => Issue::new(
            "IamNodeRoleNotFound",
            "We couldn't find the IAM role for your managed node group. You may be able to recreate an IAM role with the same settings to recover.",
            &group.role,
        ),
        "LimitExceeded" => Issue::new("IamLimitExceeded", sentence, resource),
        "AccessDenied" | "UnauthorizedOperation" => Issue::new("AccessDenied", sentence, resource),
        _ => Issue::new("InternalFailure", sentence, resource),
    }
}

/// The group that lets SSH in cannot be deleted.
pub(crate) fn group_stays(id: &str) -> Issue {
    Issue::new(
        "Ec2SecurityGroupDeletionFailure",
        "We could not delete the remote access security group for your managed node group. Remove any dependencies from the security group.",
        id,
    )
}

/// Subnets that lead to the internet and give their instances no public addresses. Recorded: viya4-iac-aws, issue 271.
pub(crate) fn no_public_addresses(group: &Nodegroup, subnets: Vec<String>) -> Issue {
    let message = format!(
        "One or more Amazon EC2 Subnets of [{}] for node group {} does not automatically assign public IP addresses to instances launched into it. If you want your instances to be assigned a public IP address, then you need to enable auto-assign public IP address for the subnet. See IP addressing in VPC guide: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-ip-addressing.html#subnet-public-ip",
        subnets.join(", "),
        group.name
    );
    Issue { code: "Ec2SubnetInvalidConfiguration".to_owned(), message, resource_ids: subnets }
}
