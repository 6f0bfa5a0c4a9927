//! Names by which resources are known, where they cannot be told from each other.

/// How SDKs of JavaScript call an API, as the map of 2022 does.
pub(super) const SDK: [(&str, &str); 19] = [
    ("acm", "ACM"),
    ("autoscaling", "AutoScaling"),
    ("cloudformation", "CloudFormation"),
    ("ebs", "EBS"),
    ("ec2", "EC2"),
    ("ecr", "ECR"),
    ("ecr-public", "ECRPUBLIC"),
    ("efs", "EFS"),
    ("eks", "EKS"),
    ("elb", "ELB"),
    ("elbv2", "ELBv2"),
    ("iam", "IAM"),
    ("kms", "KMS"),
    ("organizations", "Organizations"),
    ("route53", "Route53"),
    ("route53resolver", "Route53Resolver"),
    ("s3control", "S3Control"),
    ("ssm", "SSM"),
    ("sts", "STS"),
];

/// Actions that tags on creation need beside the one that creates, and the member that holds the tags.
pub(super) const TAGGING: [(&str, &str, &str); 12] = [
    ("acm", "Tags", "AddTagsToCertificate"),
    ("ecr", "tags", "TagResource"),
    ("ecr-public", "tags", "TagResource"),
    ("efs", "Tags", "TagResource"),
    ("eks", "tags", "TagResource"),
    ("elb", "Tags", "AddTags"),
    ("elbv2", "Tags", "AddTags"),
    ("kms", "Tags", "TagResource"),
    ("organizations", "Tags", "TagResource"),
    ("route53resolver", "Tags", "TagResource"),
    ("ssm", "Tags", "AddTagsToResource"),
    ("cloudformation", "Tags", "TagResource"),
];

/// Other names of members, by resource type.
pub(super) const ALIASES: [(&str, &str); 24] = [
    ("maintenancewindow", "windowid"),
    ("autodefinedrule", "resolverruleid"),
    ("securitygroup", "groupid groupids groups"),
    ("placementgroup", "groupname"),
    ("dedicatedhost", "hostid hostids"),
    ("ipampool", "ipv4ipampoolid ipv6ipampoolid"),
    ("ipv4poolec2", "poolid"),
    ("ipv6poolec2", "ipv6pool ipv6poolid"),
    ("declarativepoliciesreport", "reportid"),
    ("imageusagereport", "reportid"),
    ("vpcblockpublicaccessexclusion", "exclusionid"),
    ("vpcendpointservice", "serviceid serviceids"),
    ("importimagetask", "importtaskid"),
    ("importsnapshottask", "importtaskid"),
    ("exportimagetask", "exportimagetaskid exporttaskid"),
    ("coippool", "poolid"),
    ("listenerrule", "rulearn rulearns"),
    ("oidcprovider", "openidconnectproviderarn"),
    ("mfa", "serialnumber virtualmfadevicename"),
    ("podidentityassociation", "associationid"),
    ("cidrcollection", "collectionid"),
    ("managedinstance", "instanceid"),
    ("opsitem", "opsitemid"),
    ("accesspoint", "accesspointid"),
];

/// Parts of ARNs whose name says nothing.
pub(super) const NAMELESS: [&str; 6] = ["id", "name", "resourceid", "uuid", "token", "type"];

/// Verbs that make the resource they name.
pub(super) const MAKING: [&str; 12] = [
    "Create",
    "Run",
    "Allocate",
    "Import",
    "Copy",
    "Register",
    "Request",
    "Upload",
    "Provision",
    "Purchase",
    "Start",
    "Export",
];
