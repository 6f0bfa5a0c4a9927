//! Every API in scope and its operations.

use shape::{ApiMeta, OperationMeta};

/// The APIs of the binary, in its order.
pub static APIS: [&ApiMeta; 21] = [
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
    &shapes_kms::API,
    &shapes_route53::API,
    &shapes_route53domains::API,
    &shapes_route53resolver::API,
    &shapes_s3::API,
    &shapes_s3control::API,
    &shapes_ssm::API,
    &shapes_sts::API,
];

/// Every operation with its API.
pub fn operations() -> Vec<(&'static ApiMeta, &'static OperationMeta)> {
    APIS.iter().flat_map(|api| api.operations.iter().map(move |operation| (*api, *operation))).collect()
}

/// The operation a line names (`ec2 DescribeVpcs`); any other line leads to some operation too, so that a mutated
/// one still tests something.
pub fn operation(line: &[u8]) -> (&'static ApiMeta, &'static OperationMeta) {
    let text = String::from_utf8_lossy(line);
    let mut words = text.split_whitespace();
    let (id, name) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let all = operations();
    let named = all.iter().find(|(api, operation)| api.id == id && operation.name == name);
    let hash = line.iter().fold(0_usize, |hash, byte| hash.wrapping_mul(31).wrapping_add(usize::from(*byte)));
    *named.unwrap_or(&all[hash % all.len()])
}
