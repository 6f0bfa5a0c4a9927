//! The one list of the APIs in scope: answered, or refused by name.
//!
//! Whoever routes needs all of them (the gateway, the tests' bridge); whoever answers one names its own crate.

use shape::ApiMeta;

/// Every API in scope, by id.
pub static APIS: [&ApiMeta; 23] = [
    &shapes_acm::API,
    &shapes_autoscaling::API,
    &shapes_cloudformation::API,
    &shapes_ebs::API,
    &shapes_ec2::API,
    &shapes_ecr::API,
    &shapes_ecr_public::API,
    &shapes_efs::API,
    &shapes_eks::API,
    &shapes_eks_auth::API,
    &shapes_elb::API,
    &shapes_elbv2::API,
    &shapes_iam::API,
    &shapes_iam_toolbox::API,
    &shapes_kms::API,
    &shapes_organizations::API,
    &shapes_route53::API,
    &shapes_route53domains::API,
    &shapes_route53resolver::API,
    &shapes_s3::API,
    &shapes_s3control::API,
    &shapes_ssm::API,
    &shapes_sts::API,
];
