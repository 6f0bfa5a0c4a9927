//! What AWS calls the services whose APIs are routed here. Source: service authorization reference.

/// Namespace and name.
const NAMES: [(&str, &str); 20] = [
    ("acm", "AWS Certificate Manager"),
    ("autoscaling", "Amazon EC2 Auto Scaling"),
    ("cloudformation", "AWS CloudFormation"),
    ("ebs", "Amazon Elastic Block Store"),
    ("ec2", "Amazon EC2"),
    ("ecr", "Amazon Elastic Container Registry"),
    ("ecr-public", "Amazon Elastic Container Registry Public"),
    ("eks", "Amazon Elastic Kubernetes Service"),
    ("eks-auth", "Amazon EKS Auth"),
    ("elasticfilesystem", "Amazon Elastic File System"),
    ("elasticloadbalancing", "Elastic Load Balancing"),
    ("iam", "AWS Identity and Access Management"),
    ("kms", "AWS Key Management Service"),
    ("organizations", "AWS Organizations"),
    ("route53", "Amazon Route 53"),
    ("route53domains", "Amazon Route 53 Domains"),
    ("route53resolver", "Amazon Route 53 Resolver"),
    ("s3", "Amazon S3"),
    ("ssm", "AWS Systems Manager"),
    ("sts", "AWS Security Token Service"),
];

/// Every namespace that has a name here.
pub(super) fn namespaces() -> impl Iterator<Item = &'static str> {
    NAMES.iter().map(|(namespace, _)| *namespace)
}

/// A service's name; its namespace where it has none here.
pub(super) fn of(namespace: &str) -> &str {
    NAMES.iter().find(|(known, _)| *known == namespace).map_or(namespace, |(_, name)| name)
}
