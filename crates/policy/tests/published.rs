//! The policies that Kubernetes controllers publish for themselves: read, checked, compiled, and asked what they let
//! those controllers do. Only the crate's public interface is used here.

use policy::compile::{Action, Attached, Kind, Policy, PolicySet, Source, no_unique_ids};
use policy::context::fixed::Fixed;
use policy::decide::{Caller, CallerKind, Decision, Gate, PolicyRule, Request, Resource, decide};
use policy::document::Document;
use policy::explain::explain;
use policy::grammar::{Grammar, check};

const ACCOUNT: &str = "111111111111";

fn set(text: &str, kind: Kind, name: &str) -> PolicySet {
    let document = Document::parse(text).expect("the published policies are documents");
    let policy = Policy::compile(&document, kind, &no_unique_ids);
    PolicySet::new(vec![Attached { policy: policy.into(), source: Source::inline(name) }])
}

/// One call: action, resource, values of keys, and whether it is allowed.
type Call = (&'static str, &'static str, &'static [(&'static str, &'static [&'static str])], bool);

#[track_caller]
fn answers(text: &str, calls: &[Call]) {
    check(&Grammar::Identity, text).unwrap_or_else(|refusal| panic!("{}", refusal.sentence()));
    let identity = set(text, Kind::Identity, "published");
    for (action, arn, keys, want) in calls {
        let caller = Caller {
            kind: CallerKind::RoleSession {
                role_arn: "arn:aws:iam::111111111111:role/controller",
                role_id: "AROACONTROLLER000",
                session_arn: "arn:aws:sts::111111111111:assumed-role/controller/1",
            },
            account: ACCOUNT,
            canonical_id: None,
            identity: &identity,
            boundary: None,
            session: None,
            organization: None,
        };
        let resource = Resource {
            arn,
            account: ACCOUNT,
            policy: None,
            rule: PolicyRule::Additive,
            granted: None,
            organization: None,
        };
        let action = Action::new(action);
        let context = Fixed::new(keys);
        let request = Request {
            caller: &caller,
            action: &action,
            resource: &resource,
            endpoint: None,
            context: &context,
        };
        assert_eq!(decide(&request).is_allowed(), *want, "{} {arn} {keys:?}", action.name());
        let explained = explain(&request).decision;
        match explained {
            Decision::Allow => assert!(want),
            Decision::Deny(denial) => {
                assert!(!want);
                assert_eq!((denial.gate, denial.by.is_none()), (Gate::Identity, true), "{}", action.name());
            }
        }
    }
}

const GROUP: &str = "arn:aws:ec2:us-east-1:111111111111:security-group/sg-1";
const BALANCER: &str =
    "arn:aws:elasticloadbalancing:us-east-1:111111111111:loadbalancer/app/web/50dc6c495c0c9188";
const TARGETS: &str = "arn:aws:elasticloadbalancing:us-east-1:111111111111:targetgroup/web/73e2d6bc24d8a067";
const VOLUME: &str = "arn:aws:ec2:us-east-1:111111111111:volume/vol-1";
const SNAPSHOT: &str = "arn:aws:ec2:us-east-1::snapshot/snap-1";
const INSTANCE: &str = "arn:aws:ec2:us-east-1:111111111111:instance/i-1";
const ZONE: &str = "arn:aws:route53:::hostedzone/Z1";

#[test]
fn the_load_balancer_controller() {
    const OURS: &[(&str, &[&str])] = &[("aws:ResourceTag/elbv2.k8s.aws/cluster", &["demo"])];
    const MADE: &[(&str, &[&str])] = &[("aws:RequestTag/elbv2.k8s.aws/cluster", &["demo"])];
    const CREATED: &[(&str, &[&str])] = &[
        ("aws:RequestTag/elbv2.k8s.aws/cluster", &["demo"]),
        ("ec2:CreateAction", &["CreateSecurityGroup"]),
    ];
    answers(
        include_str!("published/load-balancer-controller.json"),
        &[
            ("ec2:DescribeVpcs", "*", &[], true),
            ("ec2:DescribeVolumes", "*", &[], false),
            ("elasticloadbalancing:DescribeTargetHealth", "*", &[], true),
            ("elasticloadbalancing:CreateLoadBalancer", BALANCER, MADE, true),
            ("elasticloadbalancing:CreateLoadBalancer", BALANCER, &[], false),
            ("elasticloadbalancing:CreateLoadBalancer", BALANCER, OURS, false),
            ("elasticloadbalancing:CreateListener", BALANCER, &[], true),
            ("elasticloadbalancing:DeleteLoadBalancer", BALANCER, OURS, true),
            ("elasticloadbalancing:DeleteLoadBalancer", BALANCER, &[], false),
            ("elasticloadbalancing:RegisterTargets", TARGETS, OURS, true),
            ("elasticloadbalancing:RegisterTargets", TARGETS, &[], false),
            ("elasticloadbalancing:AddTags", TARGETS, OURS, true),
            ("elasticloadbalancing:AddTags", BALANCER, OURS, true),
            ("elasticloadbalancing:AddTags", BALANCER, MADE, false),
            (
                "elasticloadbalancing:AddTags",
                "arn:aws:elasticloadbalancing:us-east-1:111111111111:listener/app/web/1/2",
                OURS,
                false,
            ),
            ("ec2:AuthorizeSecurityGroupIngress", GROUP, &[], true),
            ("ec2:DeleteSecurityGroup", GROUP, &[], false),
            ("ec2:DeleteSecurityGroup", GROUP, OURS, true),
            ("ec2:CreateTags", GROUP, CREATED, true),
            ("ec2:CreateTags", GROUP, OURS, true),
            ("ec2:CreateTags", GROUP, MADE, false),
            ("ec2:CreateTags", VOLUME, CREATED, false),
            ("wafv2:AssociateWebACL", "arn:aws:wafv2:us-east-1:111111111111:regional/webacl/a/1", &[], true),
            ("iam:CreateRole", "arn:aws:iam::111111111111:role/x", &[], false),
        ],
    );
}

#[test]
fn the_ebs_csi_driver() {
    const CLUSTER: &[(&str, &[&str])] = &[("aws:RequestTag/ebs.csi.aws.com/cluster", &["true"])];
    const NAMED: &[(&str, &[&str])] = &[("aws:RequestTag/CSIVolumeName", &["pvc-1"])];
    const OTHER: &[(&str, &[&str])] = &[("aws:RequestTag/Name", &["x"])];
    const OURS: &[(&str, &[&str])] = &[("ec2:ResourceTag/ebs.csi.aws.com/cluster", &["true"])];
    const NOT_OURS: &[(&str, &[&str])] = &[("ec2:ResourceTag/ebs.csi.aws.com/cluster", &["false"])];
    const PVC: &[(&str, &[&str])] = &[("ec2:ResourceTag/kubernetes.io/created-for/pvc/name", &["data"])];
    answers(
        include_str!("published/ebs-csi-driver.json"),
        &[
            ("ec2:DescribeVolumes", "*", &[], true),
            ("ec2:DescribeVpcs", "*", &[], false),
            ("ec2:CreateVolume", VOLUME, CLUSTER, true),
            ("ec2:CreateVolume", VOLUME, NAMED, true),
            ("ec2:CreateVolume", VOLUME, OTHER, false),
            ("ec2:CreateVolume", VOLUME, &[], false),
            ("ec2:CreateVolume", SNAPSHOT, &[], true),
            ("ec2:AttachVolume", VOLUME, &[], true),
            ("ec2:AttachVolume", INSTANCE, &[], true),
            ("ec2:AttachVolume", SNAPSHOT, &[], false),
            ("ec2:DeleteVolume", VOLUME, OURS, true),
            ("ec2:DeleteVolume", VOLUME, PVC, true),
            ("ec2:DeleteVolume", VOLUME, NOT_OURS, false),
            ("ec2:DeleteVolume", VOLUME, &[], false),
            ("ec2:DeleteSnapshot", SNAPSHOT, OURS, true),
            ("ec2:DeleteSnapshot", SNAPSHOT, &[], false),
            ("ec2:ModifyVolume", VOLUME, &[], true),
            ("ec2:CopyVolumes", VOLUME, &[], true),
            ("ec2:CopyVolumes", "arn:aws:ec2:us-east-1:111111111111:volume/*", &[], false),
            ("ec2:CreateTags", VOLUME, &[("ec2:CreateAction", &["CreateVolume"])], true),
            ("ec2:CreateTags", VOLUME, &[("ec2:CreateAction", &["RunInstances"])], false),
            ("ec2:CreateTags", VOLUME, &[], false),
            ("ec2:DeleteTags", INSTANCE, &[], false),
        ],
    );
}

#[test]
fn the_efs_csi_driver() {
    let system = "arn:aws:elasticfilesystem:us-east-1:111111111111:file-system/fs-1";
    let point = "arn:aws:elasticfilesystem:us-east-1:111111111111:access-point/fsap-1";
    answers(
        include_str!("published/efs-csi-driver.json"),
        &[
            ("elasticfilesystem:DescribeFileSystems", system, &[], true),
            ("ec2:DescribeAvailabilityZones", "*", &[], true),
            (
                "elasticfilesystem:CreateAccessPoint",
                system,
                &[("aws:RequestTag/efs.csi.aws.com/cluster", &["true"])],
                true,
            ),
            ("elasticfilesystem:CreateAccessPoint", system, &[], false),
            (
                "elasticfilesystem:DeleteAccessPoint",
                point,
                &[("aws:ResourceTag/efs.csi.aws.com/cluster", &["true"])],
                true,
            ),
            (
                "elasticfilesystem:DeleteAccessPoint",
                point,
                &[("aws:ResourceTag/efs.csi.aws.com/cluster", &["TRUE"])],
                false,
            ),
            ("elasticfilesystem:DeleteFileSystem", system, &[], false),
        ],
    );
}

#[test]
fn external_dns_and_cert_manager() {
    answers(
        include_str!("published/external-dns.json"),
        &[
            ("route53:ChangeResourceRecordSets", ZONE, &[], true),
            ("route53:ListHostedZones", "*", &[], true),
            ("route53:ListResourceRecordSets", ZONE, &[], true),
            ("route53:ListTagsForResource", ZONE, &[], false),
            ("route53:DeleteHostedZone", ZONE, &[], false),
        ],
    );
    answers(
        include_str!("published/cert-manager.json"),
        &[
            ("route53:GetChange", "arn:aws:route53:::change/C1", &[], true),
            ("route53:GetChange", ZONE, &[], false),
            ("route53:ChangeResourceRecordSets", ZONE, &[], true),
            ("route53:ListHostedZonesByName", "*", &[], true),
            ("route53:ListHostedZones", "*", &[], false),
        ],
    );
}

#[test]
fn the_cluster_autoscaler() {
    let group = "arn:aws:autoscaling:us-east-1:111111111111:autoScalingGroup:1:autoScalingGroupName/nodes";
    answers(
        include_str!("published/cluster-autoscaler.json"),
        &[
            ("autoscaling:SetDesiredCapacity", group, &[], true),
            ("autoscaling:DescribeAutoScalingGroups", "*", &[], true),
            ("autoscaling:DeleteAutoScalingGroup", group, &[], false),
            ("eks:DescribeNodegroup", "arn:aws:eks:us-east-1:111111111111:nodegroup/demo/a/1", &[], true),
            ("eks:DeleteNodegroup", "arn:aws:eks:us-east-1:111111111111:nodegroup/demo/a/1", &[], false),
        ],
    );
}

#[test]
fn karpenter() {
    const MADE: &[(&str, &[&str])] = &[
        ("aws:RequestTag/kubernetes.io/cluster/demo", &["owned"]),
        ("aws:RequestTag/eks:eks-cluster-name", &["demo"]),
        ("aws:RequestTag/karpenter.sh/nodepool", &["default"]),
    ];
    const OURS: &[(&str, &[&str])] = &[
        ("aws:ResourceTag/kubernetes.io/cluster/demo", &["owned"]),
        ("aws:ResourceTag/karpenter.sh/nodepool", &["default"]),
    ];
    const NAMED: &[(&str, &[&str])] = &[
        ("aws:ResourceTag/kubernetes.io/cluster/demo", &["owned"]),
        ("aws:ResourceTag/karpenter.sh/nodepool", &["default"]),
        ("aws:TagKeys", &["Name", "karpenter.sh/nodeclaim"]),
    ];
    const STRANGE: &[(&str, &[&str])] = &[
        ("aws:ResourceTag/kubernetes.io/cluster/demo", &["owned"]),
        ("aws:ResourceTag/karpenter.sh/nodepool", &["default"]),
        ("aws:TagKeys", &["Name", "admin"]),
    ];
    let role = "arn:aws:iam::111111111111:role/KarpenterNodeRole-demo";
    answers(
        include_str!("published/karpenter.json"),
        &[
            ("ec2:RunInstances", "arn:aws:ec2:us-east-1::image/ami-1", &[], true),
            ("ec2:RunInstances", "arn:aws:ec2:eu-west-1::image/ami-1", &[], false),
            ("ec2:RunInstances", "arn:aws:ec2:us-east-1:111111111111:subnet/subnet-1", &[], true),
            ("ec2:RunInstances", "arn:aws:ec2:us-east-1:111111111111:instance/*", MADE, true),
            ("ec2:RunInstances", "arn:aws:ec2:us-east-1:111111111111:instance/*", &[], false),
            ("ec2:RunInstances", "arn:aws:ec2:us-east-1:111111111111:launch-template/lt-1", OURS, true),
            ("ec2:TerminateInstances", INSTANCE, OURS, true),
            ("ec2:TerminateInstances", INSTANCE, &[], false),
            ("ec2:TerminateInstances", INSTANCE, MADE, false),
            ("ec2:CreateTags", INSTANCE, NAMED, true),
            ("ec2:CreateTags", INSTANCE, STRANGE, false),
            ("ec2:DescribeInstances", "*", &[("aws:RequestedRegion", &["us-east-1"])], true),
            ("ec2:DescribeInstances", "*", &[("aws:RequestedRegion", &["eu-west-1"])], false),
            ("iam:PassRole", role, &[("iam:PassedToService", &["ec2.amazonaws.com"])], true),
            ("iam:PassRole", role, &[("iam:PassedToService", &["eks.amazonaws.com"])], false),
            (
                "iam:PassRole",
                "arn:aws:iam::111111111111:role/admin",
                &[("iam:PassedToService", &["ec2.amazonaws.com"])],
                false,
            ),
            ("ssm:GetParameter", "arn:aws:ssm:us-east-1::parameter/aws/service/eks/ami", &[], true),
            ("ssm:GetParameter", "arn:aws:ssm:us-east-1:111111111111:parameter/secret", &[], false),
            ("sqs:ReceiveMessage", "arn:aws:sqs:us-east-1:111111111111:demo", &[], true),
            ("sqs:SendMessage", "arn:aws:sqs:us-east-1:111111111111:demo", &[], false),
            ("eks:DescribeCluster", "arn:aws:eks:us-east-1:111111111111:cluster/other", &[], false),
        ],
    );
}

/// The managed policies that nodes and control planes of EKS run with (specification, chapter IAM, 14, example 12).
#[test]
fn the_managed_policies_of_clusters() {
    const BALANCING: &[(&str, &[&str])] = &[("iam:AWSServiceName", &["elasticloadbalancing.amazonaws.com"])];
    const SPOT: &[(&str, &[&str])] = &[("iam:AWSServiceName", &["spot.amazonaws.com"])];
    let cluster = "arn:aws:eks:us-east-1:111111111111:cluster/demo";
    let interface = "arn:aws:ec2:us-east-1:111111111111:network-interface/eni-1";
    let role = "arn:aws:iam::111111111111:role/aws-service-role/elasticloadbalancing.amazonaws.com/AWSServiceRoleForElasticLoadBalancing";
    let repository = "arn:aws:ecr:us-east-1:111111111111:repository/app";
    let document = |name: &str| {
        let policy = managed::get(&format!("arn:aws:iam::aws:policy/{name}"));
        policy.expect("AWS has this policy").default_version().document()
    };
    answers(
        document("AmazonEKSWorkerNodePolicy"),
        &[
            ("ec2:DescribeInstances", "*", &[], true),
            ("eks:DescribeCluster", cluster, &[], true),
            ("eks:DeleteCluster", cluster, &[], false),
            ("ec2:RunInstances", INSTANCE, &[], false),
        ],
    );
    answers(
        document("AmazonEKS_CNI_Policy"),
        &[
            ("ec2:AssignPrivateIpAddresses", interface, &[], true),
            ("ec2:CreateTags", interface, &[], true),
            ("ec2:CreateTags", INSTANCE, &[], false),
        ],
    );
    answers(
        document("AmazonEKSClusterPolicy"),
        &[
            ("ec2:DescribeSubnets", "*", &[], true),
            ("iam:CreateServiceLinkedRole", role, BALANCING, true),
            ("iam:CreateServiceLinkedRole", role, SPOT, false),
            ("iam:CreateServiceLinkedRole", role, &[], false),
            ("iam:CreateRole", role, &[], false),
        ],
    );
    answers(
        document("AmazonEC2ContainerRegistryPullOnly"),
        &[
            ("ecr:GetAuthorizationToken", "*", &[], true),
            ("ecr:BatchGetImage", repository, &[], true),
            ("ecr:PutImage", repository, &[], false),
        ],
    );
}

/// The trust policy of a role for a service account (IRSA).
#[test]
fn the_role_of_a_service_account() {
    let text = include_str!("published/cert-manager-trust.json");
    check(&Grammar::Trust, text).unwrap();
    let trust = set(text, Kind::Trust, "trust");
    let none = PolicySet::default();
    let issuer = "oidc.eks.us-east-1.amazonaws.com/id/45DABD88EEE3A227AF0FA468BE4EF0B5";
    let provider = format!("arn:aws:iam::111111111111:oidc-provider/{issuer}");
    let other = provider.replace("45DABD", "45DABE");
    for (provider, subject, want) in [
        (&provider, "system:serviceaccount:cert-manager:cert-manager", true),
        (&provider, "system:serviceaccount:default:cert-manager", false),
        (&other, "system:serviceaccount:cert-manager:cert-manager", false),
    ] {
        let caller = Caller {
            kind: CallerKind::WebIdentity { provider },
            account: "",
            canonical_id: None,
            identity: &none,
            boundary: None,
            session: None,
            organization: None,
        };
        let resource = Resource {
            arn: "arn:aws:iam::111111111111:role/cert-manager",
            account: ACCOUNT,
            policy: Some(&trust),
            rule: PolicyRule::Required,
            granted: None,
            organization: None,
        };
        let action = Action::new("sts:AssumeRoleWithWebIdentity");
        let context = Fixed::new(&[(&format!("{issuer}:sub"), &[subject])]);
        let request = Request {
            caller: &caller,
            action: &action,
            resource: &resource,
            endpoint: None,
            context: &context,
        };
        assert_eq!(decide(&request).is_allowed(), want, "{provider} {subject}");
        if !want {
            let Decision::Deny(denial) = explain(&request).decision else { panic!("allowed") };
            assert_eq!((denial.gate, denial.by.is_none()), (Gate::Resource, true));
        }
    }
}
