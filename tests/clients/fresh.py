"""What a bucket answers of which nothing has been configured: the configurations that Terraform reads, the ACL aside."""

#: By the call of boto3's that reads it: a refusal, or the answer.
FRESH = {
    "get_bucket_policy": (404, "NoSuchBucketPolicy", "The bucket policy does not exist"),
    "get_bucket_cors": (404, "NoSuchCORSConfiguration", "The CORS configuration does not exist"),
    "get_bucket_website": (
        404,
        "NoSuchWebsiteConfiguration",
        "The specified bucket does not have a website configuration",
    ),
    "get_bucket_versioning": {},
    "get_bucket_accelerate_configuration": {},
    "get_bucket_request_payment": {"Payer": "BucketOwner"},
    "get_bucket_logging": {},
    "get_bucket_lifecycle_configuration": (
        404,
        "NoSuchLifecycleConfiguration",
        "The lifecycle configuration does not exist",
    ),
    "get_bucket_replication": (
        404,
        "ReplicationConfigurationNotFoundError",
        "The replication configuration was not found",
    ),
    "get_bucket_encryption": {
        "ServerSideEncryptionConfiguration": {
            "Rules": [
                {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": False}
            ]
        }
    },
    "get_object_lock_configuration": (
        404,
        "ObjectLockConfigurationNotFoundError",
        "Object Lock configuration does not exist for this bucket",
    ),
    "get_bucket_tagging": (404, "NoSuchTagSet", "The TagSet does not exist"),
    "get_bucket_notification_configuration": {},
    "get_bucket_ownership_controls": {"OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}},
    "get_public_access_block": {
        "PublicAccessBlockConfiguration": {
            "BlockPublicAcls": True,
            "IgnorePublicAcls": True,
            "BlockPublicPolicy": True,
            "RestrictPublicBuckets": True,
        }
    },
}
