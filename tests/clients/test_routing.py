"""Which API and operation a request is for, on requests captured from the real client on a socket.

The rows are those of the wire chapter, section 4.1, and its traps, section 4.3. Only what no SDK sends (a browser's
preflight) or what a proxy changes on the way (the host's case) is written by hand.
"""

import functools
import http.client
import ssl
import unittest
import urllib.request
from urllib.parse import urlsplit

import boto3
from botocore import UNSIGNED
from botocore.config import Config

import angae  # noqa: F401 (names below localhost resolve to loopback)
from bridge import Bridge
from capture import captured

ACCOUNT = "123456789012"
ROUTE53_ZONE = "Z148QEXAMPLE8V"
OBJECT = {"Bucket": "bkt", "Key": "k"}
UPLOAD = {**OBJECT, "UploadId": "u"}
POLICY = "arn:aws:iam::aws:policy/ReadOnlyAccess"


def client(api, endpoint, **config):
    """An SDK's client as a user has it, with one attempt."""
    config.setdefault("retries", {"max_attempts": 1, "mode": "standard"})
    return boto3.client(
        api,
        region_name="us-east-1",
        endpoint_url=endpoint,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        verify=False,
        config=Config(**config),
    )


def call(api, method, arguments=None, **config):
    """A call for `captured`."""
    return lambda endpoint: getattr(client(api, endpoint, **config), method)(**(arguments or {}))


def presigned(api, method, arguments=None, verb=None, **config):
    """A call for `captured`: fetches a URL that the client has signed."""

    def fetch(endpoint):
        url = client(api, endpoint, **config).generate_presigned_url(method, arguments or {}, 300, verb)
        request = urllib.request.Request(url, method=verb or "GET", headers={"x-k8s-aws-id": "c"})
        urllib.request.urlopen(request, context=ssl._create_unverified_context())

    return fetch


def by_hand(verb, target, headers):
    def send(endpoint):
        connection = http.client.HTTPConnection(urlsplit(endpoint).netloc)
        connection.request(verb, target, headers=headers)
        connection.getresponse()

    return send


s3 = functools.partial(call, "s3")
PATH = {"s3": {"addressing_style": "path"}}
VIRTUAL = {"s3": {"addressing_style": "virtual"}}

#: What is called, and the API and operation it is for.
ROWS = {
    "query: ec2": (call("ec2", "describe_vpcs"), "ec2", "DescribeVpcs"),
    "query: elb": (call("elb", "describe_load_balancers"), "elb", "DescribeLoadBalancers"),
    "query: elbv2": (call("elbv2", "describe_load_balancers"), "elbv2", "DescribeLoadBalancers"),
    "query: iam": (call("iam", "list_users"), "iam", "ListUsers"),
    "rest: iam-toolbox": (
        call("iam-toolbox", "get_request_authorization_details", {"authorizationId": "a1"}),
        "iam-toolbox",
        "GetRequestAuthorizationDetails",
    ),
    "rest: iam-toolbox, presigned": (
        presigned(
            "iam-toolbox", "get_request_authorization_policy", {"authorizationId": "a1", "policyUri": POLICY}
        ),
        "iam-toolbox",
        "GetRequestAuthorizationPolicy",
    ),
    "query: sts": (call("sts", "get_caller_identity"), "sts", "GetCallerIdentity"),
    "query: cloudformation": (call("cloudformation", "list_stacks"), "cloudformation", "ListStacks"),
    "query: autoscaling": (call("autoscaling", "describe_tags"), "autoscaling", "DescribeTags"),
    "json: kms": (call("kms", "list_keys"), "kms", "ListKeys"),
    "json: ssm": (call("ssm", "describe_parameters"), "ssm", "DescribeParameters"),
    "json: acm": (call("acm", "list_certificates"), "acm", "ListCertificates"),
    "json: ecr": (call("ecr", "describe_repositories"), "ecr", "DescribeRepositories"),
    "json: ecr-public": (call("ecr-public", "describe_repositories"), "ecr-public", "DescribeRepositories"),
    "json: route53resolver": (
        call("route53resolver", "list_resolver_endpoints"),
        "route53resolver",
        "ListResolverEndpoints",
    ),
    "cbor: route53domains": (call("route53domains", "list_domains"), "route53domains", "ListDomains"),
    "rest: eks": (call("eks", "describe_cluster", {"name": "c"}), "eks", "DescribeCluster"),
    "rest: eks-auth": (
        call("eks-auth", "assume_role_for_pod_identity", {"clusterName": "c", "token": "t"}),
        "eks-auth",
        "AssumeRoleForPodIdentity",
    ),
    "rest: efs": (call("efs", "describe_file_systems"), "efs", "DescribeFileSystems"),
    "rest: ebs": (call("ebs", "list_snapshot_blocks", {"SnapshotId": "snap-1"}), "ebs", "ListSnapshotBlocks"),
    "rest: ebs, unsigned body": (
        call(
            "ebs",
            "put_snapshot_block",
            {
                "SnapshotId": "snap-1",
                "BlockIndex": 0,
                "BlockData": b"x",
                "DataLength": 1,
                "Checksum": "c",
                "ChecksumAlgorithm": "SHA256",
            },
        ),
        "ebs",
        "PutSnapshotBlock",
    ),
    "rest: route53": (call("route53", "get_hosted_zone", {"Id": ROUTE53_ZONE}), "route53", "GetHostedZone"),
    "s3control: account before the host": (
        call("s3control", "get_access_point", {"AccountId": ACCOUNT, "Name": "ap1"}),
        "s3control",
        "GetAccessPoint",
    ),
    "s3control: Outpost": (
        call("s3control", "create_bucket", {"Bucket": "bkt", "OutpostId": "op-01ac5d28a6a232904"}),
        "s3control",
        "CreateBucket",
    ),
    "s3: a bucket called as S3 Control's path": (
        s3("get_object", {"Bucket": "v20180820", "Key": "accesspoint/ap"}),
        "s3",
        "GetObject",
    ),
    "s3: all buckets": (s3("list_buckets"), "s3", "ListBuckets"),
    "s3: localhost": (s3("get_object", OBJECT), "s3", "GetObject"),
    "s3: path style": (s3("get_object", OBJECT, **PATH), "s3", "GetObject"),
    "s3: virtual host": (s3("get_object", OBJECT, **VIRTUAL), "s3", "GetObject"),
    "s3: virtual host, dots": (s3("head_object", {**OBJECT, "Bucket": "a.b.c"}, **VIRTUAL), "s3", "HeadObject"),
    "s3: virtual host of twelve digits": (
        s3("get_object", {**OBJECT, "Bucket": ACCOUNT}, **VIRTUAL),
        "s3",
        "GetObject",
    ),
    "s3: virtual host, the bucket itself": (s3("head_bucket", {"Bucket": "bkt"}, **VIRTUAL), "s3", "HeadBucket"),
    "s3: access point": (
        s3("get_object", {"Bucket": f"arn:aws:s3:us-east-1:{ACCOUNT}:accesspoint/ap1", "Key": "k"}),
        "s3",
        "GetObject",
    ),
    "s3: directory bucket": (s3("list_objects_v2", {"Bucket": "b--use1-az4--x-s3"}), "s3", "CreateSession"),
    "s3: directory buckets": (s3("list_directory_buckets"), "s3", "ListDirectoryBuckets"),
    "s3: Object Lambda": (
        s3("write_get_object_response", {"RequestRoute": "r", "RequestToken": "t"}),
        "s3",
        "WriteGetObjectResponse",
    ),
    "s3: unsigned": (s3("get_object", OBJECT, signature_version=UNSIGNED), "s3", "GetObject"),
    "sts: unsigned": (
        call(
            "sts",
            "assume_role_with_web_identity",
            {"RoleArn": f"arn:aws:iam::{ACCOUNT}:role/r", "RoleSessionName": "session", "WebIdentityToken": "tokn"},
        ),
        "sts",
        "AssumeRoleWithWebIdentity",
    ),
    "presigned: SigV2": (presigned("s3", "get_object", OBJECT, signature_version="s3"), "s3", "GetObject"),
    "presigned: as boto3 does": (presigned("s3", "get_object", OBJECT), "s3", "GetObject"),
    "presigned: SigV4": (presigned("s3", "get_object", OBJECT, signature_version="s3v4"), "s3", "GetObject"),
    "presigned: SigV4, put": (
        presigned("s3", "put_object", OBJECT, "PUT", signature_version="s3v4"),
        "s3",
        "PutObject",
    ),
    "presigned: sts, as EKS tokens are": (
        presigned("sts", "get_caller_identity", verb="GET"),
        "sts",
        "GetCallerIdentity",
    ),
    "s3: put": (s3("put_object", {**OBJECT, "Body": b"x"}), "s3", "PutObject"),
    "s3: delete objects": (
        s3("delete_objects", {"Bucket": "bkt", "Delete": {"Objects": [{"Key": "k"}]}}),
        "s3",
        "DeleteObjects",
    ),
    "s3: copy": (s3("copy_object", {**OBJECT, "CopySource": "a/b"}), "s3", "CopyObject"),
    "s3: part": (s3("upload_part", {**UPLOAD, "PartNumber": 1, "Body": b"x"}), "s3", "UploadPart"),
    "s3: part copy": (s3("upload_part_copy", {**UPLOAD, "PartNumber": 1, "CopySource": "a/b"}), "s3", "UploadPartCopy"),
    "s3: parts": (s3("list_parts", UPLOAD), "s3", "ListParts"),
    "s3: new upload": (s3("create_multipart_upload", OBJECT), "s3", "CreateMultipartUpload"),
    "s3: no upload": (s3("abort_multipart_upload", UPLOAD), "s3", "AbortMultipartUpload"),
    "s3: delete": (s3("delete_object", OBJECT), "s3", "DeleteObject"),
    "s3: list": (s3("list_objects", {"Bucket": "bkt"}), "s3", "ListObjects"),
    "s3: list, version 2": (s3("list_objects_v2", {"Bucket": "bkt"}), "s3", "ListObjectsV2"),
    "s3: acl of the bucket": (s3("get_bucket_acl", {"Bucket": "bkt"}), "s3", "GetBucketAcl"),
    "s3: acl of the object": (s3("get_object_acl", OBJECT), "s3", "GetObjectAcl"),
    "s3: one configuration": (
        s3("get_bucket_metrics_configuration", {"Bucket": "bkt", "Id": "i"}),
        "s3",
        "GetBucketMetricsConfiguration",
    ),
    "s3: all configurations": (
        s3("list_bucket_metrics_configurations", {"Bucket": "bkt"}),
        "s3",
        "ListBucketMetricsConfigurations",
    ),
    "s3: the newer twin": (s3("get_bucket_lifecycle", {"Bucket": "bkt"}), "s3", "GetBucketLifecycleConfiguration"),
}

#: Actions that several APIs share; the version tells them apart.
SHARED = {
    "describe_tags": {
        "ec2": {},
        "elb": {"LoadBalancerNames": ["l"]},
        "elbv2": {"ResourceArns": ["a"]},
        "autoscaling": {},
    },
    "describe_load_balancers": {"elb": {}, "elbv2": {}, "autoscaling": {"AutoScalingGroupName": "g"}},
    "describe_account_limits": {"elb": {}, "elbv2": {}, "cloudformation": {}, "autoscaling": {}},
    "delete_tags": {"ec2": {"Resources": ["r"]}, "autoscaling": {"Tags": [{"Key": "k"}]}},
    "delete_policy": {"iam": {"PolicyArn": POLICY}, "autoscaling": {"PolicyName": "policy"}},
    "add_tags": {
        "elb": {"LoadBalancerNames": ["l"], "Tags": [{"Key": "k"}]},
        "elbv2": {"ResourceArns": ["a"], "Tags": [{"Key": "k"}]},
    },
    "remove_tags": {
        "elb": {"LoadBalancerNames": ["l"], "Tags": [{"Key": "k"}]},
        "elbv2": {"ResourceArns": ["a"], "TagKeys": ["k"]},
    },
    "delete_load_balancer": {"elb": {"LoadBalancerName": "l"}, "elbv2": {"LoadBalancerArn": "a"}},
    "describe_load_balancer_attributes": {"elb": {"LoadBalancerName": "l"}, "elbv2": {"LoadBalancerArn": "a"}},
    "modify_capacity_reservation": {
        "ec2": {"CapacityReservationId": "cr-1"},
        "elbv2": {"LoadBalancerArn": "a"},
    },
}

#: Keys that a router which tidies paths would break.
KEYS = ["a//b", "a/../b", "./a", "a%2Fb", "key/", "/a", "a b+c", "한/é", "a?b#c", "a&b=c", "..", "acl", "a;b:c@d"]

#: Services out of scope, and how their clients are answered.
ELSEWHERE = {
    "json, by target": (call("dynamodb", "list_tables"), "json"),
    "json, by target and path": (call("sqs", "list_queues"), "json"),
    "query": (call("sns", "list_topics"), "query"),
    "rest": (call("lambda", "list_functions"), "rest-json"),
}


class Routing(unittest.TestCase):
    """Each call is made by a real client against a socket; the bridge says what it is."""

    @classmethod
    def setUpClass(cls):
        cls.bridge = Bridge()
        cls.addClassCleanup(cls.bridge.close)

    def check(self, request, api, operation, **members):
        reply = self.bridge.decode(request)
        self.assertEqual((reply.get("api"), reply.get("operation")), (api, operation), (request, reply))
        self.assertNotIn("fault", reply)
        self.assertLessEqual(members.items(), reply["input"].items())
        return reply

    def test_each_row(self):
        for name, (make, api, operation) in ROWS.items():
            for secure in (False, True):
                with self.subTest(row=name, secure=secure):
                    self.check(captured(make, secure=secure)[0], api, operation)

    def test_shared_action_names_are_told_apart_by_their_version(self):
        for method, apis in SHARED.items():
            for api, arguments in apis.items():
                with self.subTest(action=method, api=api):
                    name = "".join(word.capitalize() for word in method.split("_"))
                    self.check(captured(call(api, method, arguments))[0], api, name)

    def test_keys_come_through_to_the_letter(self):
        for key in KEYS:
            for style in (PATH, VIRTUAL):
                for method, operation in (("get_object", "GetObject"), ("delete_object", "DeleteObject")):
                    with self.subTest(key=key, style=style, method=method):
                        make = s3(method, {"Bucket": "bkt", "Key": key}, **style)
                        self.check(captured(make)[0], "s3", operation, Bucket="bkt", Key=key)

    def test_presigned_urls_are_of_both_kinds(self):
        """The rows would pass if the client changed its mind about the kind."""
        for name, sign in {
            "presigned: SigV2": "AWSAccessKeyId=",
            "presigned: as boto3 does": "AWSAccessKeyId=",
            "presigned: SigV4": "X-Amz-Credential=",
            "presigned: sts, as EKS tokens are": "X-Amz-Credential=",
        }.items():
            with self.subTest(row=name):
                self.assertIn(sign, captured(ROWS[name][0])[0]["target"])

    def test_a_put_is_framed_only_over_tls(self):
        for secure in (False, True):
            with self.subTest(secure=secure):
                request = captured(s3("put_object", {**OBJECT, "Body": b"content"}), secure=secure)[0]
                headers = {name.lower(): value for name, value in request["headers"]}
                self.assertEqual(headers["expect"], "100-continue")
                framed = headers["x-amz-content-sha256"] == "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
                self.assertEqual(framed, secure)
                self.assertEqual(self.check(request, "s3", "PutObject", **OBJECT)["stream"], b"content")

    def test_an_address_as_endpoint_is_path_style(self):
        request = captured(s3("get_object", OBJECT), host="127.0.0.1")[0]
        self.check(request, "s3", "GetObject", **OBJECT)

    def test_hosts_are_read_as_dns_reads_them(self):
        request = captured(s3("get_object", OBJECT, **VIRTUAL))[0]
        port = request["host"].rsplit(":", 1)[1]
        for host in (
            f"BKT.LocalHost:{port}",
            "bkt.localhost",
            f"bkt.localhost.:{port}",
            f"bkt.s3.localhost:{port}",
            "bkt.s3.us-east-1.localhost",
            "bkt.s3.amazonaws.com",
            "bkt.s3.dualstack.us-east-1.amazonaws.com",
        ):
            with self.subTest(host=host):
                self.check({**request, "host": host}, "s3", "GetObject", **OBJECT)
        listing = captured(s3("list_objects_v2", {"Bucket": "bkt"}, **PATH))[0]
        self.check({**listing, "host": f"[::1]:{port}"}, "s3", "ListObjectsV2", Bucket="bkt")

    def test_a_query_key_with_and_without_an_equals_sign(self):
        request = captured(s3("get_bucket_acl", {"Bucket": "bkt"}, **PATH))[0]
        self.assertEqual(request["target"], "/bkt?acl")
        for target in ("/bkt?acl=", "/bkt/?acl", "/bkt?acl&acl"):
            with self.subTest(target=target):
                self.check({**request, "target": target}, "s3", "GetBucketAcl", Bucket="bkt")

    def test_a_preflight_is_for_s3(self):
        headers = {"Origin": "http://example.com", "Access-Control-Request-Method": "PUT"}
        reply = self.bridge.decode(captured(by_hand("OPTIONS", "/bkt/k", headers))[0])
        self.assertEqual((reply["api"], reply["protocol"], reply["fault"]["message"]), ("s3", "rest-xml", "Preflight"))

    def test_a_service_out_of_scope_is_refused_in_its_own_protocol(self):
        for name, (make, protocol) in ELSEWHERE.items():
            with self.subTest(service=name):
                reply = self.bridge.decode(captured(make)[0])
                self.assertEqual(reply["fault"]["code"], "NotImplemented")
                self.assertEqual((reply["fault"]["status"], reply["protocol"]), (501, protocol))


if __name__ == "__main__":
    unittest.main()
