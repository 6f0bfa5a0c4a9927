//! What AWS leaves open, each with the answer chosen here: a correction is one line and one test.
//!
//! The numbers are those of the specification's table of open points; without a number: exceptions to the general
//! algorithm, with their source.

use crate::compile::Kind;

/// 4: which of an ARN's first five segments hold policy variables: Region and account.
pub(crate) const HEAD_SEGMENTS_WITH_VARIABLES: [usize; 2] = [3, 4];

/// 5: letter case of an ARN's first five segments does not matter in `Resource`.
pub(crate) const ARN_HEAD_FOLDS_CASE: bool = true;

/// 7: whether `ForAnyValue:…IfExists` holds where the key is missing. AWS denied sqs:ListQueues to a role that was allowed
/// it under `ForAnyValue:StringEqualsIfExists` on `aws:TagKeys`.
/// Source: AWS re:Post, "ForAnyValue:StringEqualsIfExists behaving unexpectedly".
pub(crate) const ANY_VALUE_IF_EXISTS_WITHOUT_KEY: bool = false;

/// 6: `Principal: "*"` in a resource policy is a grant to the caller itself, which boundary and session do not limit.
pub(crate) const EVERYONE_IS_DIRECT: bool = true;

/// 1: a `NotPrincipal` that lists the caller's account alone exempts the account's root user only.
pub(crate) const ACCOUNT_ALONE_EXEMPTS_ROOT_ONLY: bool = true;

/// Allowed to every caller with an account, whatever any policy denies.
/// Source: AWS STS API Reference, GetCallerIdentity: "No permissions are required"; IAM User Guide, "Permissions for
/// GetSessionToken": it may stand in policies but has no effect there. A Deny of everything kept nobody from calling it.
/// Source: <https://qiita.com/boloyome/items/c78c64e6bb979e81c0a8>.
pub(crate) const ALWAYS_ALLOWED: [&str; 2] = ["sts:getcalleridentity", "sts:getsessiontoken"];

/// What the root user of a bucket's account may do against a Deny of the bucket's own policy.
/// Source: Amazon S3 API Reference, PutBucketPolicy, GetBucketPolicy, DeleteBucketPolicy.
pub(crate) const ROOT_AGAINST_BUCKET_POLICY: [&str; 3] =
    ["s3:putbucketpolicy", "s3:getbucketpolicy", "s3:deletebucketpolicy"];

/// Services whose resources resource control policies bind, as far as they are served here.
/// Source: AWS Organizations User Guide, "Resource control policies".
pub(crate) const BOUND_BY_RESOURCE_CONTROL: [&str; 6] = ["autoscaling", "ecr", "kms", "logs", "s3", "sts"];

/// 13: what the missing segments of a short ARN (`arn:aws:s3:*`) stand for; `None` if the pattern fits nothing.
pub(crate) fn missing_segments(kind: Kind, pattern: &str) -> Option<&'static str> {
    let fits = match kind {
        Kind::Identity | Kind::Boundary | Kind::Session => true,
        Kind::Resource | Kind::Trust | Kind::Endpoint => pattern.contains(['*', '?']),
        Kind::ServiceControl => pattern.ends_with('*'),
        Kind::ResourceControl => false,
    };
    fits.then_some("*")
}
