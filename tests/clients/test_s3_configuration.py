"""What is configured of buckets, through boto3: exact codes where nothing is, and what was put where something is."""

import http.client
import json
import unittest
import urllib.parse

import fresh
from angae import Server, refusal

ACCOUNT = "000000000000"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/replicator"
QUEUE = f"arn:aws:sqs:us-east-1:{ACCOUNT}:q"
TOPIC = f"arn:aws:sns:us-east-1:{ACCOUNT}:t"
FUNCTION = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:f"
POLICY = (
    '{ "Version": "2012-10-17",  "Statement": [{"Sid": "é", "Effect": "Deny", "Principal": {"AWS": "' + ACCOUNT + '"}, '
    '"Action": ["s3:PutObject"], "Resource": "arn:aws:s3:::full/*"}]}'
)
RULE = {
    "ID": "r",
    "Priority": 0,
    "Filter": {},
    "Status": "Enabled",
    "Destination": {"Bucket": "arn:aws:s3:::target"},
    "DeleteMarkerReplication": {"Status": "Disabled"},
}
LIFECYCLE = {
    "Rules": [
        {"ID": "z", "Status": "Enabled", "Filter": {}, "Expiration": {"Days": 90}},
        {"ID": "a", "Status": "Disabled", "Prefix": "old/", "Expiration": {"ExpiredObjectDeleteMarker": True}},
        {
            "ID": "m",
            "Status": "Enabled",
            "Filter": {"And": {"Prefix": "x/", "Tags": [{"Key": "k", "Value": "v"}], "ObjectSizeLessThan": 10}},
            "Transitions": [{"Days": 30, "StorageClass": "STANDARD_IA"}],
            "NoncurrentVersionExpiration": {"NoncurrentDays": 3, "NewerNoncurrentVersions": 2},
        },
    ]
}
#: What a fresh bucket answers: what Terraform reads, and the rest.
FRESH = {
    **fresh.FRESH,
    "get_bucket_policy_status": (404, "NoSuchBucketPolicy", "The bucket policy does not exist"),
    "list_bucket_analytics_configurations": {"IsTruncated": False},
    "list_bucket_inventory_configurations": {"IsTruncated": False},
    "list_bucket_metrics_configurations": {"IsTruncated": False},
    "list_bucket_intelligent_tiering_configurations": {"IsTruncated": False},
}
#: Put, with which status, and what the Get then answers; in an order in which each can be put.
CONFIGURED = [
    ("versioning", 200, {"VersioningConfiguration": {"Status": "Enabled"}}, {"Status": "Enabled"}),
    ("policy", 204, {"Policy": POLICY}, {"Policy": POLICY}),
    (
        "cors",
        200,
        {
            "CORSConfiguration": {
                "CORSRules": [
                    {"AllowedMethods": ["PUT", "GET"], "AllowedOrigins": ["http://*.b", "http://a"]},
                    {"ID": "i", "AllowedMethods": ["HEAD"], "AllowedOrigins": ["*"], "MaxAgeSeconds": 5},
                ]
            }
        },
        lambda put: put["CORSConfiguration"],
    ),
    (
        "website",
        200,
        {
            "WebsiteConfiguration": {
                "IndexDocument": {"Suffix": "index.html"},
                "ErrorDocument": {"Key": "404.html"},
                "RoutingRules": [
                    {"Condition": {"KeyPrefixEquals": "a/"}, "Redirect": {"ReplaceKeyPrefixWith": "b/"}}
                ],
            }
        },
        lambda put: put["WebsiteConfiguration"],
    ),
    ("accelerate_configuration", 200, {"AccelerateConfiguration": {"Status": "Suspended"}}, {"Status": "Suspended"}),
    ("request_payment", 200, {"RequestPaymentConfiguration": {"Payer": "Requester"}}, {"Payer": "Requester"}),
    (
        "logging",
        200,
        {
            "BucketLoggingStatus": {
                "LoggingEnabled": {
                    "TargetBucket": "target",
                    "TargetPrefix": "log/",
                    "TargetGrants": [{"Grantee": {"Type": "CanonicalUser", "ID": "odd"}, "Permission": "READ"}],
                    "TargetObjectKeyFormat": {"SimplePrefix": {}},
                }
            }
        },
        lambda put: put["BucketLoggingStatus"],
    ),
    (
        "lifecycle_configuration",
        200,
        {"LifecycleConfiguration": LIFECYCLE, "TransitionDefaultMinimumObjectSize": "varies_by_storage_class"},
        {**LIFECYCLE, "TransitionDefaultMinimumObjectSize": "varies_by_storage_class"},
    ),
    (
        "replication",
        200,
        {"ReplicationConfiguration": {"Role": ROLE, "Rules": [RULE]}},
        lambda put: put,
    ),
    (
        "encryption",
        200,
        {
            "ServerSideEncryptionConfiguration": {
                "Rules": [
                    {
                        "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "alias/a"},
                        "BucketKeyEnabled": True,
                    }
                ]
            }
        },
        lambda put: put,
    ),
    (
        "tagging",
        204,
        {"Tagging": {"TagSet": [{"Key": "b", "Value": "2"}, {"Key": "a", "Value": ""}]}},
        lambda put: put["Tagging"],
    ),
    (
        "notification_configuration",
        200,
        {
            "NotificationConfiguration": {
                "QueueConfigurations": [
                    {
                        "Id": "q",
                        "QueueArn": QUEUE,
                        "Events": ["s3:ObjectCreated:*"],
                        "Filter": {"Key": {"FilterRules": [{"Name": "Prefix", "Value": "in/"}]}},
                    }
                ],
                "TopicConfigurations": [{"Id": "t", "TopicArn": TOPIC, "Events": ["s3:ObjectRemoved:Delete"]}],
                "LambdaFunctionConfigurations": [
                    {"Id": "f", "LambdaFunctionArn": FUNCTION, "Events": ["s3:ObjectTagging:*"]}
                ],
                "EventBridgeConfiguration": {},
            }
        },
        lambda put: put["NotificationConfiguration"],
    ),
    (
        "ownership_controls",
        200,
        {"OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerPreferred"}]}},
        lambda put: put,
    ),
]
#: The kinds of which a bucket has several: the list's member, one configuration.
IDENTIFIED = {
    "analytics": {
        "Id": "one",
        "Filter": {"Prefix": "p"},
        "StorageClassAnalysis": {
            "DataExport": {
                "OutputSchemaVersion": "V_1",
                "Destination": {"S3BucketDestination": {"Format": "CSV", "Bucket": "arn:aws:s3:::target"}},
            }
        },
    },
    "inventory": {
        "Id": "one",
        "IsEnabled": True,
        "IncludedObjectVersions": "Current",
        "Schedule": {"Frequency": "Weekly"},
        "Destination": {
            "S3BucketDestination": {
                "Bucket": "arn:aws:s3:::target",
                "Format": "ORC",
                "Encryption": {"SSES3": {}},
            }
        },
        "OptionalFields": ["Size", "ETag"],
    },
    "metrics": {"Id": "one", "Filter": {"Tag": {"Key": "k", "Value": "v"}}},
    "intelligent_tiering": {
        "Id": "one",
        "Status": "Enabled",
        "Tierings": [{"Days": 90, "AccessTier": "ARCHIVE_ACCESS"}],
    },
}


def bare(answer):
    """An answer without what every answer has."""
    return {name: value for name, value in answer.items() if name not in ("ResponseMetadata", "ContentType")}


class Configurations(unittest.TestCase):
    def setUp(self):
        self.server = Server()
        self.addCleanup(self.server.stop)
        self.connect()

    def connect(self):
        self.s3 = self.server.client("s3")
        self.control = self.server.client("s3control")

    def read(self, name, bucket):
        return bare(getattr(self.s3, name)(Bucket=bucket))

    def raw(self, method, path, body="", headers=()):
        """An unsigned request with a body of the test's own; status, headers and text of the answer."""
        address = urllib.parse.urlsplit(self.server.endpoint)
        connection = http.client.HTTPConnection(address.hostname, address.port)
        self.addCleanup(connection.close)
        connection.request(method, path, body.encode(), dict(headers))
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read().decode()

    def test_a_fresh_bucket_answers_the_exact_codes(self):
        self.s3.create_bucket(Bucket="fresh")
        head = self.s3.head_bucket(Bucket="fresh")
        self.assertEqual(head["BucketRegion"], "us-east-1")
        for name, want in FRESH.items():
            with self.subTest(name):
                if isinstance(want, dict):
                    self.assertEqual(self.read(name, "fresh"), want)
                else:
                    self.assertEqual(refusal(lambda: self.read(name, "fresh")), want)
                self.assertEqual(refusal(lambda: self.read(name, "nowhere"))[:2], (404, "NoSuchBucket"))

    def test_what_was_put_is_read_twice_and_after_kill_9(self):
        self.s3.create_bucket(Bucket="target")
        self.s3.put_bucket_versioning(Bucket="target", VersioningConfiguration={"Status": "Enabled"})
        self.s3.create_bucket(Bucket="full")
        wanted = {}
        for what, status, put, want in CONFIGURED:
            with self.subTest(what):
                answer = getattr(self.s3, f"put_bucket_{what}")(Bucket="full", **put)
                self.assertEqual(answer["ResponseMetadata"]["HTTPStatusCode"], status)
                wanted[f"get_bucket_{what}"] = want(put) if callable(want) else want
        lock = {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}}}
        self.s3.put_object_lock_configuration(Bucket="full", ObjectLockConfiguration=lock)
        wanted["get_object_lock_configuration"] = {"ObjectLockConfiguration": lock}
        block = {"BlockPublicAcls": True}
        self.s3.put_public_access_block(Bucket="full", PublicAccessBlockConfiguration=block)
        off = {"IgnorePublicAcls": False, "BlockPublicPolicy": False, "RestrictPublicBuckets": False}
        wanted["get_public_access_block"] = {"PublicAccessBlockConfiguration": {**block, **off}}
        wanted["get_bucket_policy_status"] = {"PolicyStatus": {"IsPublic": False}}
        for kind, configuration in IDENTIFIED.items():
            member = "".join(word.title() for word in kind.split("_")) + "Configuration"
            put = getattr(self.s3, f"put_bucket_{kind}_configuration")
            answer = put(Bucket="full", Id="one", **{member: configuration})
            self.assertEqual(answer["ResponseMetadata"]["HTTPStatusCode"], 204)
            one = getattr(self.s3, f"get_bucket_{kind}_configuration")(Bucket="full", Id="one")
            self.assertEqual(bare(one), {member: configuration})
            wanted[f"list_bucket_{kind}_configurations"] = {
                "IsTruncated": False,
                f"{member}List": [configuration],
            }
        for round_number in range(3):
            for name, want in wanted.items():
                with self.subTest(name, round=round_number):
                    self.assertEqual(self.read(name, "full"), want)
            if round_number == 1:
                self.server.kill()
                self.server.start()
                self.connect()

    def test_deletes_are_repeated_and_end_in_the_codes_of_fresh_buckets(self):
        self.s3.create_bucket(Bucket="gone")
        for what, get in (
            ("bucket_policy", "get_bucket_policy"),
            ("bucket_cors", "get_bucket_cors"),
            ("bucket_website", "get_bucket_website"),
            ("bucket_lifecycle", "get_bucket_lifecycle_configuration"),
            ("bucket_replication", "get_bucket_replication"),
            ("bucket_tagging", "get_bucket_tagging"),
        ):
            for _ in range(2):
                answer = getattr(self.s3, f"delete_{what}")(Bucket="gone")
                self.assertEqual(answer["ResponseMetadata"]["HTTPStatusCode"], 204)
            self.assertEqual(refusal(lambda: self.read(get, "gone")), FRESH[get])
        self.s3.delete_bucket_encryption(Bucket="gone")
        self.assertEqual(self.read("get_bucket_encryption", "gone"), {"ServerSideEncryptionConfiguration": {}})
        self.s3.delete_bucket_ownership_controls(Bucket="gone")
        self.s3.delete_public_access_block(Bucket="gone")
        for get, code in (
            ("get_bucket_ownership_controls", "OwnershipControlsNotFoundError"),
            ("get_public_access_block", "NoSuchPublicAccessBlockConfiguration"),
        ):
            self.assertEqual(refusal(lambda: self.read(get, "gone"))[:2], (404, code))
        for kind in IDENTIFIED:
            delete = getattr(self.s3, f"delete_bucket_{kind}_configuration")
            want = (404, "NoSuchConfiguration", "The specified configuration does not exist.")
            self.assertEqual(refusal(lambda: delete(Bucket="gone", Id="one")), want)

    def test_documents_are_held_against_the_schema(self):
        self.s3.create_bucket(Bucket="bkt")
        rule = "<AllowedMethod>GET</AllowedMethod><AllowedOrigin>*</AllowedOrigin>"
        for query, body, want in (
            ("cors", f"<CORSConfiguration><CORSRule>{rule}</CORSRule></CORSConfiguration>", (200, None)),
            ("cors", f"<CORSConfiguration><CORSRule>{rule}<Colour/></CORSRule></CORSConfiguration>", (400, "MalformedXML")),
            ("cors", "<CORSConfiguration><CORSRule></CORSConfiguration>", (400, "MalformedXML")),
            ("cors", "<CORSConfiguration/>", (400, "MalformedXML")),
            ("cors", "", (400, "MissingRequestBodyError")),
            ("tagging", "<Tagging><TagSet><Tag><Key>a</Key></Tag></TagSet></Tagging>", (400, "MalformedXML")),
            ("tagging", "<Tagging><TagSet><Tag><Key/><Value/></Tag></TagSet></Tagging>", (400, "InvalidTag")),
            ("accelerate", "<A><Status>Enabled</Status><Status>Enabled</Status></A>", (400, "MalformedXML")),
            ("requestPayment", "<R><Payer>Nobody</Payer></R>", (400, "MalformedXML")),
            ("website", "<W><IndexDocument><Suffix/></IndexDocument></W>", (400, "InvalidArgument")),
            ("publicAccessBlock", "<P/>", (400, "InvalidRequest")),
            ("policy", "", (400, "MalformedPolicy")),
        ):
            with self.subTest(query, body=body):
                status, _, text = self.raw("PUT", f"/bkt?{query}", body)
                self.assertEqual(status, want[0], text)
                if want[1]:
                    self.assertIn(f"<Code>{want[1]}</Code>", text)
                # A bucket that is not there comes before whatever is wrong with the document.
                status, _, text = self.raw("PUT", f"/nowhere?{query}", body)
                self.assertEqual(status, 404, text)
                self.assertIn("<BucketName>nowhere</BucketName>", text)

    def test_answers_have_the_roots_and_types_of_s3(self):
        self.s3.create_bucket(Bucket="bkt")
        for query, root in (
            ("analytics", "ListBucketAnalyticsConfigurationResult"),
            ("inventory", "ListInventoryConfigurationsResult"),
            ("metrics", "ListMetricsConfigurationsResult"),
            ("logging", "BucketLoggingStatus"),
            ("accelerate", "AccelerateConfiguration"),
            ("notification", "NotificationConfiguration"),
            ("requestPayment", "RequestPaymentConfiguration"),
            ("ownershipControls", "OwnershipControls"),
            ("abac", "AbacStatus"),
        ):
            _, _, text = self.raw("GET", f"/bkt?{query}")
            self.assertIn(f'\n<{root} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">', text)
        policy = POLICY.replace("full", "bkt")
        self.assertEqual(self.raw("PUT", "/bkt?policy", policy)[0], 204)
        status, headers, text = self.raw("GET", "/bkt?policy")
        self.assertEqual((status, headers["content-type"], text), (200, "application/json", policy))
        status, headers, _ = self.raw("PUT", "/bkt?lifecycle", "<L><Rule><Filter/><Status>Enabled</Status>"
            "<Expiration><Days>1</Days></Expiration></Rule></L>")
        self.assertEqual(headers["x-amz-transition-default-minimum-object-size"], "all_storage_classes_128K")
        _, _, text = self.raw("GET", "/bkt?lifecycle")
        self.assertIn("<Filter></Filter>", text)

    def test_locks_are_for_good_and_public_policies_wait_for_the_block(self):
        self.s3.create_bucket(Bucket="locked", ObjectLockEnabledForBucket=True, ObjectOwnership="ObjectWriter")
        self.assertEqual(self.read("get_bucket_versioning", "locked"), {"Status": "Enabled"})
        suspend = {"Status": "Suspended"}
        call = lambda: self.s3.put_bucket_versioning(Bucket="locked", VersioningConfiguration=suspend)
        self.assertEqual(refusal(call)[:2], (409, "InvalidBucketState"))
        statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::locked/*"}
        put = lambda: self.s3.put_bucket_policy(Bucket="locked", Policy=json.dumps({"Statement": [statement]}))
        status, code, sentence = refusal(put)
        self.assertEqual((status, code), (403, "AccessDenied"))
        self.assertIn("BlockPublicPolicy", sentence)
        self.s3.delete_public_access_block(Bucket="locked")
        put()
        self.assertEqual(self.read("get_bucket_policy_status", "locked"), {"PolicyStatus": {"IsPublic": True}})

    def test_constraints_and_ownership_of_new_buckets(self):
        create = lambda **more: self.s3.create_bucket(Bucket="new-bucket", **more)
        made_up = lambda: create(CreateBucketConfiguration={"LocationConstraint": "made-up"})
        self.assertEqual(
            refusal(made_up), (400, "InvalidLocationConstraint", "The specified location-constraint is not valid")
        )
        nobody = lambda: create(ObjectOwnership="Nobody")
        self.assertEqual(
            refusal(nobody), (400, "InvalidArgument", "Invalid x-amz-object-ownership header: Nobody")
        )

    def test_s3_control_speaks_of_accounts_and_arns(self):
        own = {"AccountId": ACCOUNT}
        missing = lambda: self.control.get_public_access_block(**own)
        self.assertEqual(refusal(missing)[:2], (404, "NoSuchPublicAccessBlockConfiguration"))
        status, _, text = self.raw(
            "GET", "/v20180820/configuration/publicAccessBlock", headers={"x-amz-account-id": ACCOUNT}
        )
        self.assertEqual(status, 404)
        self.assertIn(f"<AccountId>{ACCOUNT}</AccountId></Error><RequestId>", text)
        self.assertIn("</HostId></ErrorResponse>", text)
        block = {"BlockPublicAcls": True, "IgnorePublicAcls": True, "BlockPublicPolicy": True}
        self.control.put_public_access_block(PublicAccessBlockConfiguration=block, **own)
        shown = self.control.get_public_access_block(**own)["PublicAccessBlockConfiguration"]
        self.assertEqual(shown, {**block, "RestrictPublicBuckets": False})
        self.control.delete_public_access_block(**own)
        self.assertEqual(refusal(missing)[:2], (404, "NoSuchPublicAccessBlockConfiguration"))
        other = lambda: self.control.get_public_access_block(AccountId="111111111111")
        self.assertEqual(refusal(other)[:2], (403, "AccessDenied"))

        self.s3.create_bucket(Bucket="bkt")
        arn = {"ResourceArn": "arn:aws:s3:::bkt", **own}
        tags = [{"Key": "b", "Value": "2"}, {"Key": "a", "Value": "1"}]
        self.assertEqual(self.control.tag_resource(Tags=tags, **arn)["ResponseMetadata"]["HTTPStatusCode"], 204)
        self.assertEqual(self.control.list_tags_for_resource(**arn)["Tags"], tags)
        self.assertEqual(self.read("get_bucket_tagging", "bkt"), {"TagSet": tags})
        self.control.untag_resource(TagKeys=["b"], **arn)
        self.assertEqual(self.read("get_bucket_tagging", "bkt"), {"TagSet": tags[1:]})
        nowhere = lambda: self.control.list_tags_for_resource(ResourceArn="arn:aws:s3:::nowhere", **own)
        self.assertEqual(refusal(nowhere), (404, "NoSuchResource", "The specified resource doesn't exist."))


if __name__ == "__main__":
    unittest.main()
