"""What Terraform's AWS provider asks of a bucket: whatever is put is read back exactly, twice, and alone has changed.

The provider itself is not run: these are its calls, in its order. A value that is filled in, dropped or reordered would
be a difference in every plan; in a lifecycle it hangs the apply until its timeout.
"""

import json
import unittest

from botocore.exceptions import ClientError

import fresh
from angae import Server, refusal, told

ACCOUNT = "000000000000"
TARGET = "arn:aws:s3:::target"
#: Each refresh of `aws_s3_bucket`, then what the resources beside it read, and the tags as provider 6 reads them.
READS = (
    "head_bucket",
    "get_bucket_policy",
    "get_bucket_acl",
    "get_bucket_cors",
    "get_bucket_website",
    "get_bucket_versioning",
    "get_bucket_accelerate_configuration",
    "get_bucket_request_payment",
    "get_bucket_logging",
    "get_bucket_lifecycle_configuration",
    "get_bucket_replication",
    "get_bucket_encryption",
    "get_object_lock_configuration",
    "get_bucket_tagging",
    "get_bucket_ownership_controls",
    "get_public_access_block",
    "get_bucket_notification_configuration",
    "list_tags_for_resource",
)
NO_BLOCK = (404, "NoSuchPublicAccessBlockConfiguration", "The public access block configuration was not found")
NO_OWNERSHIP = (404, "OwnershipControlsNotFoundError", "The bucket ownership controls were not found")
ALL_BLOCKED = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True)


def encrypted(algorithm, key_enabled, **more):
    by_default = {"SSEAlgorithm": algorithm, **more}
    return {"Rules": [{"ApplyServerSideEncryptionByDefault": by_default, "BucketKeyEnabled": key_enabled}]}


#: What a fresh bucket answers; its ACL names its owner.
FRESH = {
    **fresh.FRESH,
    "list_tags_for_resource": {"Tags": []},
}


def policy(**statement):
    """A document whose spaces and order nobody would choose: it is text, not a structure."""
    statement = {"Resource": ["arn:aws:s3:::bkt/*", "arn:aws:s3:::bkt"], "Action": "s3:*", **statement}
    return json.dumps({"Statement": [statement], "Version": "2012-10-17"}, indent=3)


POLICIES = (
    policy(Effect="Deny", Principal="*", Condition={"Bool": {"aws:SecureTransport": "false"}}),
    policy(Effect="Allow", Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, Sid="한글"),
)
CORS = (
    {"CORSRules": [{"AllowedMethods": ["PUT", "GET"], "AllowedOrigins": ["https://*.example.com", "http://a"]}]},
    {
        "CORSRules": [
            {
                "ID": "second first",
                "AllowedHeaders": ["*"],
                "AllowedMethods": ["POST", "DELETE", "HEAD"],
                "AllowedOrigins": ["*"],
                "ExposeHeaders": ["ETag", "x-amz-request-id"],
                "MaxAgeSeconds": 0,
            },
            {"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]},
        ]
    },
)
WEBSITES = (
    {"IndexDocument": {"Suffix": "index.html"}},
    {"RedirectAllRequestsTo": {"HostName": "example.com", "Protocol": "https"}},
    {"RedirectAllRequestsTo": {"HostName": "example.com"}},
    {
        "IndexDocument": {"Suffix": "index.html"},
        "ErrorDocument": {"Key": "errors/404.html"},
        "RoutingRules": [
            {
                "Condition": {"HttpErrorCodeReturnedEquals": "404", "KeyPrefixEquals": "docs/"},
                "Redirect": {"ReplaceKeyPrefixWith": "documents/", "HttpRedirectCode": "302"},
            },
            {"Redirect": {"HostName": "example.com", "Protocol": "http", "ReplaceKeyWith": "gone"}},
        ],
    },
)
LOGGINGS = (
    {"TargetBucket": "target", "TargetPrefix": ""},
    {"TargetBucket": "target", "TargetPrefix": "log/", "TargetObjectKeyFormat": {"SimplePrefix": {}}},
    {
        "TargetBucket": "target",
        "TargetPrefix": "log/",
        "TargetObjectKeyFormat": {"PartitionedPrefix": {"PartitionDateSource": "EventTime"}},
    },
)
NOTIFICATIONS = (
    {"EventBridgeConfiguration": {}},
    {
        "QueueConfigurations": [
            {
                "Id": "tf-s3-queue-20250101000000000000000001",
                "QueueArn": f"arn:aws:sqs:us-east-1:{ACCOUNT}:q",
                "Events": ["s3:ObjectRemoved:*", "s3:ObjectCreated:Put"],
                "Filter": {
                    "Key": {"FilterRules": [{"Name": "Prefix", "Value": "in/"}, {"Name": "Suffix", "Value": ".log"}]}
                },
            }
        ],
        "TopicConfigurations": [
            {"Id": "t", "TopicArn": f"arn:aws:sns:us-east-1:{ACCOUNT}:t", "Events": ["s3:ObjectTagging:*"]}
        ],
        "LambdaFunctionConfigurations": [
            {
                "Id": "f",
                "LambdaFunctionArn": f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:f",
                "Events": ["s3:ObjectRestore:Completed"],
            }
        ],
    },
)


def lifecycle(*rules):
    return [{"ID": f"rule-{number}", "Status": "Enabled", **rule} for number, rule in enumerate(rules)]


DAYS = {"Expiration": {"Days": 365}}
TAG, OTHER_TAG = {"Key": "b", "Value": "2"}, {"Key": "a", "Value": ""}
LIFECYCLES = (
    # Neither a prefix nor a filter in the user's file: provider 6 sends an empty filter, older ones an empty prefix.
    lifecycle({"Filter": {}, **DAYS}),
    lifecycle({"Prefix": "", **DAYS}),
    lifecycle({"Prefix": "old/", **DAYS}),
    lifecycle({"Filter": {"Prefix": ""}, **DAYS}),
    lifecycle({"Filter": {"Prefix": "logs/"}, **DAYS}, {"Filter": {"Tag": TAG}, "Status": "Disabled", **DAYS}),
    lifecycle({"Filter": {"ObjectSizeGreaterThan": 0}, **DAYS}, {"Filter": {"ObjectSizeLessThan": 500}, **DAYS}),
    lifecycle({"Filter": {"And": {"Prefix": "", "ObjectSizeGreaterThan": 1, "ObjectSizeLessThan": 9}}, **DAYS}),
    lifecycle({"Filter": {"And": {"Tags": [TAG, OTHER_TAG]}}, **DAYS}),
    # The order is neither that of the ids nor that of the prefixes.
    [
        {"ID": "z", "Status": "Enabled", "Filter": {}, "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7}},
        {
            "ID": "a",
            "Status": "Enabled",
            "Filter": {"And": {"Prefix": "x/", "Tags": [TAG], "ObjectSizeGreaterThan": 131072}},
            "Transitions": [
                {"Days": 30, "StorageClass": "STANDARD_IA"},
                {"Days": 60, "StorageClass": "GLACIER"},
                {"Days": 0, "StorageClass": "INTELLIGENT_TIERING"},
            ],
            "NoncurrentVersionTransitions": [
                {"NoncurrentDays": 30, "StorageClass": "STANDARD_IA", "NewerNoncurrentVersions": 3},
                {"NoncurrentDays": 90, "StorageClass": "DEEP_ARCHIVE"},
            ],
            "NoncurrentVersionExpiration": {"NoncurrentDays": 180, "NewerNoncurrentVersions": 2},
        },
        {"ID": "m", "Status": "Enabled", "Prefix": "b", "Expiration": {"ExpiredObjectDeleteMarker": True}},
    ],
)
REPLICATIONS = (
    [{"ID": "v1", "Prefix": "", "Status": "Enabled", "Destination": {"Bucket": TARGET}}],
    [
        {
            "ID": "v2",
            "Priority": 10,
            "Filter": {"And": {"Prefix": "p/", "Tags": [TAG, OTHER_TAG]}},
            "Status": "Enabled",
            "DeleteMarkerReplication": {"Status": "Disabled"},
            "Destination": {
                "Bucket": TARGET,
                "StorageClass": "STANDARD_IA",
                "Metrics": {"Status": "Enabled", "EventThreshold": {"Minutes": 15}},
                "ReplicationTime": {"Status": "Enabled", "Time": {"Minutes": 15}},
            },
        },
        {
            "ID": "a",
            "Priority": 0,
            "Filter": {},
            "Status": "Disabled",
            "DeleteMarkerReplication": {"Status": "Enabled"},
            "Destination": {"Bucket": TARGET},
        },
    ],
)
KEY = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/11111111-2222-3333-4444-555555555555"
ENCRYPTIONS = (
    encrypted("aws:kms", True, KMSMasterKeyID=KEY),
    encrypted("aws:kms", False),
    encrypted("aws:kms:dsse", False, KMSMasterKeyID=KEY),
    encrypted("AES256", True),
)
LOCKS = (
    {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Years": 1}}},
    {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 3}}},
    {"ObjectLockEnabled": "Enabled"},
)


def bare(answer):
    """An answer without what every answer has."""
    return {name: value for name, value in answer.items() if name not in ("ResponseMetadata", "ContentType")}


class Refresh(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.server = Server()
        self.addCleanup(self.server.stop)
        self.s3 = self.server.client("s3")
        self.control = self.server.client("s3control")
        self.s3.create_bucket(Bucket="target")
        self.s3.put_bucket_versioning(Bucket="target", VersioningConfiguration={"Status": "Enabled"})
        self.s3.create_bucket(Bucket="bkt")
        self.owner = self.s3.list_buckets()["Owner"]["ID"]
        self.private = [{"Grantee": {"ID": self.owner, "Type": "CanonicalUser"}, "Permission": "FULL_CONTROL"}]
        arn = "arn:aws:s3:::bkt"
        head = {"BucketArn": arn, "BucketRegion": "us-east-1", "AccessPointAlias": False}
        acl = {"Owner": {"ID": self.owner}, "Grants": self.private}
        self.wanted = {"head_bucket": head, "get_bucket_acl": acl, **FRESH}
        self.tags_of = {"AccountId": ACCOUNT, "ResourceArn": arn}

    def read(self, name):
        if name == "list_tags_for_resource":
            return bare(self.control.list_tags_for_resource(**self.tags_of))
        try:
            return bare(getattr(self.s3, name)(Bucket="bkt"))
        except ClientError as error:
            return told(error)

    def assert_refreshed(self, what):
        for reading in ("first", "second"):
            found = {name: self.read(name) for name in READS}
            for name in READS:
                self.assertEqual(found[name], self.wanted[name], f"{name}, the {reading} time after {what}")

    def put(self, read, want, call, **named):
        """Puts one configuration, after which `read` alone answers otherwise: what was put."""
        getattr(self.s3, call)(Bucket="bkt", **named)
        self.wanted[read] = want
        self.assert_refreshed(f"{call} of {named}")

    def neutral(self, read, call, want=None, **named):
        """Takes one configuration back: `read` answers as it did at first, or what it answers from now on."""
        self.put(read, FRESH[read] if want is None else want, call, **named)

    def put_access(self):
        """Who owns what and whom it is open to: each must be open for the next."""
        block = {"BlockPublicAcls": False, "IgnorePublicAcls": True, "BlockPublicPolicy": False, "RestrictPublicBuckets": False}
        kept = {"PublicAccessBlockConfiguration": block}
        self.put("get_public_access_block", kept, "put_public_access_block", **kept)
        for ownership in ("ObjectWriter", "BucketOwnerPreferred"):
            kept = {"OwnershipControls": {"Rules": [{"ObjectOwnership": ownership}]}}
            self.put("get_bucket_ownership_controls", kept, "put_bucket_ownership_controls", **kept)
        group = lambda name, permission: {
            "Grantee": {"Type": "Group", "URI": f"http://acs.amazonaws.com/groups/{name}"},
            "Permission": permission,
        }
        kept = {"Owner": {"ID": self.owner}}
        for canned, more in (
            ("public-read", [group("global/AllUsers", "READ")]),
            ("log-delivery-write", [group("s3/LogDelivery", "WRITE"), group("s3/LogDelivery", "READ_ACP")]),
        ):
            self.put("get_bucket_acl", {**kept, "Grants": self.private + more}, "put_bucket_acl", ACL=canned)
        kept["Grants"] = [group("global/AuthenticatedUsers", "READ_ACP"), *self.private]
        self.put("get_bucket_acl", kept, "put_bucket_acl", AccessControlPolicy=kept)
        for text in POLICIES:
            self.put("get_bucket_policy", {"Policy": text}, "put_bucket_policy", Policy=text)

    def put_behaviour(self):
        for rules in CORS:
            self.put("get_bucket_cors", rules, "put_bucket_cors", CORSConfiguration=rules)
        for website in WEBSITES:
            self.put("get_bucket_website", website, "put_bucket_website", WebsiteConfiguration=website)
        for status in ("Enabled", "Suspended", "Enabled"):
            kept = {"Status": status}
            self.put("get_bucket_versioning", kept, "put_bucket_versioning", VersioningConfiguration=kept)
        for status in ("Enabled", "Suspended"):
            kept, call = {"Status": status}, "put_bucket_accelerate_configuration"
            self.put("get_bucket_accelerate_configuration", kept, call, AccelerateConfiguration=kept)
        kept = {"Payer": "Requester"}
        self.put("get_bucket_request_payment", kept, "put_bucket_request_payment", RequestPaymentConfiguration=kept)
        for logging in LOGGINGS:
            kept = {"LoggingEnabled": logging}
            self.put("get_bucket_logging", kept, "put_bucket_logging", BucketLoggingStatus=kept)
        for kept in NOTIFICATIONS:
            call = "put_bucket_notification_configuration"
            self.put("get_bucket_notification_configuration", kept, call, NotificationConfiguration=kept)

    def put_lifecycles(self):
        for rules in LIFECYCLES:
            for said, minimum in (
                ({"TransitionDefaultMinimumObjectSize": "varies_by_storage_class"}, "varies_by_storage_class"),
                ({"TransitionDefaultMinimumObjectSize": "all_storage_classes_128K"}, "all_storage_classes_128K"),
                ({}, "all_storage_classes_128K"),
            ):
                kept = {"Rules": rules}
                want = {**kept, "TransitionDefaultMinimumObjectSize": minimum}
                call = "put_bucket_lifecycle_configuration"
                self.put("get_bucket_lifecycle_configuration", want, call, LifecycleConfiguration=kept, **said)

    def put_protection(self):
        for rules in REPLICATIONS:
            kept = {"ReplicationConfiguration": {"Role": f"arn:aws:iam::{ACCOUNT}:role/r", "Rules": rules}}
            self.put("get_bucket_replication", kept, "put_bucket_replication", **kept)
        for encryption in ENCRYPTIONS:
            kept = {"ServerSideEncryptionConfiguration": encryption}
            self.put("get_bucket_encryption", kept, "put_bucket_encryption", **kept)
        for lock in LOCKS:
            kept = {"ObjectLockConfiguration": lock}
            self.put("get_object_lock_configuration", kept, "put_object_lock_configuration", **kept)
        for tags in ([TAG, OTHER_TAG], [OTHER_TAG, {"Key": "한글 + é", "Value": "a=b/c:d@e"}, TAG]):
            self.wanted["list_tags_for_resource"] = {"Tags": tags}
            kept = {"TagSet": tags}
            self.put("get_bucket_tagging", kept, "put_bucket_tagging", Tagging=kept)

    def take_back(self):
        """As a destroy does it: by deletes where there are any, else by what says nothing; each is taken twice."""
        for _ in range(2):
            self.wanted["list_tags_for_resource"] = {"Tags": []}
            self.neutral("get_bucket_tagging", "delete_bucket_tagging")
            # As recorded; it is what the bucket's objects are encrypted by all the same.
            kept = {"ServerSideEncryptionConfiguration": {}}
            self.neutral("get_bucket_encryption", "delete_bucket_encryption", kept)
            self.neutral("get_bucket_replication", "delete_bucket_replication")
            self.neutral("get_bucket_lifecycle_configuration", "delete_bucket_lifecycle")
            nothing = {"NotificationConfiguration": {}}
            self.neutral("get_bucket_notification_configuration", "put_bucket_notification_configuration", **nothing)
            self.neutral("get_bucket_logging", "put_bucket_logging", BucketLoggingStatus={})
            payer = {"RequestPaymentConfiguration": {"Payer": "BucketOwner"}}
            self.neutral("get_bucket_request_payment", "put_bucket_request_payment", **payer)
            self.neutral("get_bucket_website", "delete_bucket_website")
            self.neutral("get_bucket_cors", "delete_bucket_cors")
            self.neutral("get_bucket_policy", "delete_bucket_policy")
            acl = {"Owner": {"ID": self.owner}, "Grants": self.private}
            self.neutral("get_bucket_acl", "put_bucket_acl", acl, ACL="private")
        # ACLs are open only while somebody says so: these come last, and nothing says what they were at first.
        for _ in range(2):
            self.neutral("get_bucket_ownership_controls", "delete_bucket_ownership_controls", NO_OWNERSHIP)
            self.neutral("get_public_access_block", "delete_public_access_block", NO_BLOCK)

    def test_each_configuration_is_repeated_twice_and_no_other_changes(self):
        self.assert_refreshed("CreateBucket")
        self.put_access()
        self.put_behaviour()
        self.put_lifecycles()
        self.put_protection()
        self.server.kill()
        self.server.start()
        self.s3, self.control = self.server.client("s3"), self.server.client("s3control")
        self.assert_refreshed("kill -9")
        self.take_back()
        self.s3.delete_bucket(Bucket="bkt")
        for name in READS[1:-1]:
            self.assertEqual(self.read(name), (404, "NoSuchBucket", "The specified bucket does not exist"), name)
        self.assertEqual(self.read("head_bucket")[:2], (404, "404"))

    def test_ids_that_are_left_out_are_made_up_once(self):
        rules = [{"Status": "Enabled", "Filter": {}, **DAYS}, {"Status": "Enabled", "Prefix": "", **DAYS}]
        self.s3.put_bucket_lifecycle_configuration(Bucket="bkt", LifecycleConfiguration={"Rules": rules})
        first = self.read("get_bucket_lifecycle_configuration")["Rules"]
        self.assertEqual(self.read("get_bucket_lifecycle_configuration")["Rules"], first)
        ids = [rule.pop("ID") for rule in first]
        self.assertEqual((len(set(ids)), all(ids), first), (2, True, rules))


class Backend(unittest.TestCase):
    """`backend "s3"` with `use_lockfile`: a state, and a lock that one holds at a time."""

    def setUp(self):
        self.server = Server()
        self.addCleanup(self.server.stop)
        self.s3 = self.server.client("s3")
        self.s3.create_bucket(Bucket="state")

    def test_a_lock_is_held_by_one_and_the_state_is_read_by_range(self):
        lock = {"Bucket": "state", "Key": "env:/test/terraform.tfstate.tflock"}
        state = {"Bucket": "state", "Key": "env:/test/terraform.tfstate"}
        hold = lambda who: self.s3.put_object(**lock, Body=json.dumps({"ID": who}), IfNoneMatch="*")
        self.assertEqual(refusal(lambda: self.s3.get_object(**state))[:2], (404, "NoSuchKey"))
        hold("one")
        refused = (412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold")
        self.assertEqual(refusal(lambda: hold("two")), refused)
        self.assertEqual(self.s3.get_object(**lock)["Body"].read(), b'{"ID": "one"}')
        content = json.dumps({"serial": 1}).encode()
        self.s3.put_object(**state, Body=content, ContentType="application/json")
        part = self.s3.get_object(**state, Range=f"bytes=0-{5 << 20}")
        self.assertEqual(part["ResponseMetadata"]["HTTPStatusCode"], 206)
        self.assertEqual((part["ContentRange"], part["Body"].read()), (f"bytes 0-{len(content) - 1}/{len(content)}", content))
        self.s3.delete_object(**lock)
        hold("two")
        shown = self.s3.list_objects_v2(Bucket="state", Prefix="env:/", MaxKeys=1000)
        self.assertEqual([found["Key"] for found in shown["Contents"]], [state["Key"], lock["Key"]])

    def test_force_destroy_takes_versions_markers_and_locked_objects(self):
        self.s3.create_bucket(Bucket="full", ObjectLockEnabledForBucket=True)
        locked = {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}}}
        self.s3.put_object_lock_configuration(Bucket="full", ObjectLockConfiguration=locked)
        for key in ("a", "b", "b"):
            self.s3.put_object(Bucket="full", Key=key, Body=b"x")
        self.s3.delete_object(Bucket="full", Key="a")
        page = self.s3.list_object_versions(Bucket="full")
        every = [{"Key": one["Key"], "VersionId": one["VersionId"]} for one in page["Versions"] + page["DeleteMarkers"]]
        self.assertEqual(len(every), 4)
        delete = lambda **more: self.s3.delete_objects(Bucket="full", Delete={"Objects": every}, **more)
        self.assertEqual({error["Code"] for error in delete()["Errors"]}, {"AccessDenied"})
        self.assertEqual(refusal(lambda: self.s3.delete_bucket(Bucket="full"))[:2], (409, "BucketNotEmpty"))
        self.assertNotIn("Errors", delete(BypassGovernanceRetention=True))
        self.s3.delete_bucket(Bucket="full")


if __name__ == "__main__":
    unittest.main()
