//! The actions a bucket policy can speak of, by the kind of resource they are decided on.
//!
//! Source: Service Authorization Reference, "Actions, resources, and condition keys for Amazon S3": the actions whose
//! resource is a bucket or an object.

use super::check::matches;

/// Decided on a bucket.
const ON_BUCKETS: &[&str] = &[
    "CreateBucket",
    "CreateBucketMetadataTableConfiguration",
    "DeleteBucket",
    "DeleteBucketMetadataTableConfiguration",
    "DeleteBucketPolicy",
    "DeleteBucketWebsite",
    "GetAccelerateConfiguration",
    "GetAnalyticsConfiguration",
    "GetBucketAbac",
    "GetBucketAcl",
    "GetBucketCORS",
    "GetBucketLocation",
    "GetBucketLogging",
    "GetBucketMetadataTableConfiguration",
    "GetBucketNotification",
    "GetBucketObjectLockConfiguration",
    "GetBucketOwnershipControls",
    "GetBucketPolicy",
    "GetBucketPolicyStatus",
    "GetBucketPublicAccessBlock",
    "GetBucketRequestPayment",
    "GetBucketTagging",
    "GetBucketVersioning",
    "GetBucketWebsite",
    "GetEncryptionConfiguration",
    "GetIntelligentTieringConfiguration",
    "GetInventoryConfiguration",
    "GetLifecycleConfiguration",
    "GetMetricsConfiguration",
    "GetReplicationConfiguration",
    "ListBucket",
    "ListBucketMultipartUploads",
    "ListBucketVersions",
    "ListTagsForResource",
    "PauseReplication",
    "PutAccelerateConfiguration",
    "PutAnalyticsConfiguration",
    "PutBucketAbac",
    "PutBucketAcl",
    "PutBucketCORS",
    "PutBucketLogging",
    "PutBucketNotification",
    "PutBucketObjectLockConfiguration",
    "PutBucketOwnershipControls",
    "PutBucketPolicy",
    "PutBucketPublicAccessBlock",
    "PutBucketRequestPayment",
    "PutBucketTagging",
    "PutBucketVersioning",
    "PutBucketWebsite",
    "PutEncryptionConfiguration",
    "PutIntelligentTieringConfiguration",
    "PutInventoryConfiguration",
    "PutLifecycleConfiguration",
    "PutMetricsConfiguration",
    "PutReplicationConfiguration",
    "TagResource",
    "UntagResource",
    "UpdateBucketMetadataAnnotationTableConfiguration",
    "UpdateBucketMetadataInventoryTableConfiguration",
    "UpdateBucketMetadataJournalTableConfiguration",
];

/// Decided on an object.
const ON_OBJECTS: &[&str] = &[
    "AbortMultipartUpload",
    "BypassGovernanceRetention",
    "DeleteObject",
    "DeleteObjectAnnotation",
    "DeleteObjectTagging",
    "DeleteObjectVersion",
    "DeleteObjectVersionAnnotation",
    "DeleteObjectVersionTagging",
    "GetObject",
    "GetObjectAcl",
    "GetObjectAnnotation",
    "GetObjectAttributes",
    "GetObjectLegalHold",
    "GetObjectRetention",
    "GetObjectTagging",
    "GetObjectTorrent",
    "GetObjectVersion",
    "GetObjectVersionAcl",
    "GetObjectVersionAnnotation",
    "GetObjectVersionAttributes",
    "GetObjectVersionForReplication",
    "GetObjectVersionTagging",
    "GetObjectVersionTorrent",
    "InitiateReplication",
    "ListMultipartUploadParts",
    "ListObjectAnnotations",
    "ListObjectVersionAnnotations",
    "ObjectOwnerOverrideToBucketOwner",
    "PutObject",
    "PutObjectAcl",
    "PutObjectAnnotation",
    "PutObjectLegalHold",
    "PutObjectRetention",
    "PutObjectTagging",
    "PutObjectVersionAcl",
    "PutObjectVersionAnnotation",
    "PutObjectVersionTagging",
    "ReplicateDelete",
    "ReplicateObject",
    "ReplicateTags",
    "RestoreObject",
    "UpdateObjectEncryption",
];

/// On what an action is decided; a pattern may speak of both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reach {
    pub(super) buckets: bool,
    pub(super) objects: bool,
}

/// What `s3:Get*` speaks of; `None` where it names no action at all. The case does not matter.
pub(super) fn reach(pattern: &str) -> Option<Reach> {
    if pattern == "*" {
        return Some(Reach { buckets: true, objects: true });
    }
    let (service, name) = pattern.split_once(':')?;
    if !service.eq_ignore_ascii_case("s3") {
        return None;
    }
    let name = name.to_ascii_lowercase();
    let any = |actions: &[&str]| actions.iter().any(|action| matches(&name, &action.to_ascii_lowercase()));
    let reach = Reach { buckets: any(ON_BUCKETS), objects: any(ON_OBJECTS) };
    (reach.buckets || reach.objects).then_some(reach)
}

#[cfg(test)]
mod tests {
    use super::{Reach, reach};

    #[test]
    fn patterns_speak_of_buckets_objects_or_both() {
        for (pattern, want) in [
            ("*", Some((true, true))),
            ("s3:*", Some((true, true))),
            ("s3:Get*", Some((true, true))),
            ("S3:getobject", Some((false, true))),
            ("s3:GetObject*", Some((false, true))),
            ("s3:ListBucke?", Some((true, false))),
            ("s3:PutBucketPolicy", Some((true, false))),
            ("s3:HeadObject", None),
            ("s3:ListAllMyBuckets", None),
            ("s3:", None),
            ("ec2:*", None),
            ("GetObject", None),
        ] {
            let want = want.map(|(buckets, objects)| Reach { buckets, objects });
            assert_eq!(reach(pattern), want, "{pattern}");
        }
    }
}
