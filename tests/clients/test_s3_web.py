"""S3 as browsers and strangers meet it: ACLs, access points, anonymous callers, forms, CORS, websites."""

import base64
import http.client
import json
import unittest
import urllib.parse
import uuid
import xml.etree.ElementTree as ElementTree

from botocore.config import Config

from angae import Server, refusal

ACCOUNT = "000000000000"


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        cls.s3 = cls.server.client("s3")

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def bucket(self, **more):
        name = f"bkt-{uuid.uuid4()}"
        self.s3.create_bucket(Bucket=name, **more)
        return name

    def send(self, method, path, host=None, body=None, **headers):
        """One plain request; nobody signs it, and no redirect is followed."""
        address = urllib.parse.urlsplit(self.server.endpoint)
        connection = http.client.HTTPConnection(address.hostname, address.port, timeout=30)
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        if host:
            names["Host"] = f"{host}:{address.port}"
        try:
            connection.request(method, path, body=body, headers=names)
            answer = connection.getresponse()
            return answer.status, dict((k.lower(), v) for k, v in answer.getheaders()), answer.read()
        finally:
            connection.close()

    def code(self, body):
        return ElementTree.fromstring(body).findtext("Code")


class Anonymous(Case):
    def test_an_object_is_read_by_anybody(self):
        bucket = self.bucket()
        self.s3.put_object(Bucket=bucket, Key="k", Body=b"open")
        status, headers, body = self.send("GET", f"/{bucket}/k")
        self.assertEqual((status, body), (200, b"open"))
        self.assertEqual(self.send("HEAD", f"/{bucket}/k")[0], 200)
        status, _, body = self.send("GET", f"/{bucket}/missing")
        self.assertEqual((status, self.code(body)), (404, "NoSuchKey"))

    def test_answers_are_not_reworded_for_anybody(self):
        bucket = self.bucket()
        self.s3.put_object(Bucket=bucket, Key="k", Body=b"open")
        status, _, body = self.send("GET", f"/{bucket}/k?response-content-type=text/plain")
        self.assertEqual((status, self.code(body)), (400, "InvalidRequest"))


class Acls(Case):
    def grants(self, found):
        shown = []
        for grant in found["Grants"]:
            grantee = grant["Grantee"]
            who = "owner" if grantee.get("ID") == found["Owner"]["ID"] else grantee.get("ID") or grantee["URI"].rsplit("/")[-1]
            shown.append((grantee["Type"], who, grant["Permission"]))
        return shown

    def test_a_new_bucket_is_its_owners(self):
        bucket = self.bucket()
        owner = [("CanonicalUser", "owner", "FULL_CONTROL")]
        self.assertEqual(self.grants(self.s3.get_bucket_acl(Bucket=bucket)), owner)
        # Many a client sends `private` with each write, and its owner may.
        for acl in ("bucket-owner-full-control", "private"):
            self.s3.put_object(Bucket=bucket, Key="k", ACL=acl)
            self.s3.copy_object(Bucket=bucket, Key="c", CopySource=f"{bucket}/k", ACL=acl)
            for key in ("k", "c"):
                self.assertEqual(self.grants(self.s3.get_object_acl(Bucket=bucket, Key=key)), owner)
        stranger = self.server.client("s3", key="111122223333")
        for call in (
            lambda: self.s3.put_bucket_acl(Bucket=bucket, ACL="private"),
            lambda: self.s3.put_object(Bucket=bucket, Key="k", ACL="public-read"),
            lambda: self.s3.put_object_acl(Bucket=bucket, Key="k", ACL="private"),
            lambda: self.s3.create_multipart_upload(Bucket=bucket, Key="k", ACL="public-read"),
            lambda: self.s3.copy_object(Bucket=bucket, Key="c", CopySource=f"{bucket}/k", ACL="public-read"),
            lambda: stranger.put_object(Bucket=bucket, Key="k", ACL="private"),
        ):
            self.assertEqual(refusal(call), (400, "AccessControlListNotSupported", "The bucket does not allow ACLs"))

    def test_grants_come_back_as_they_were_given(self):
        bucket = self.bucket(ObjectOwnership="ObjectWriter")
        self.s3.put_bucket_acl(Bucket=bucket, ACL="log-delivery-write")
        self.assertEqual(
            self.grants(self.s3.get_bucket_acl(Bucket=bucket)),
            [("CanonicalUser", "owner", "FULL_CONTROL"), ("Group", "LogDelivery", "WRITE"), ("Group", "LogDelivery", "READ_ACP")],
        )
        policy = self.s3.get_bucket_acl(Bucket=bucket)
        policy = {"Owner": policy["Owner"], "Grants": policy["Grants"][:1]}
        self.s3.put_bucket_acl(Bucket=bucket, AccessControlPolicy=policy)
        self.assertEqual(len(self.s3.get_bucket_acl(Bucket=bucket)["Grants"]), 1)
        self.s3.put_object(Bucket=bucket, Key="k", GrantRead='uri="http://acs.amazonaws.com/groups/s3/LogDelivery"')
        self.assertEqual(
            self.grants(self.s3.get_object_acl(Bucket=bucket, Key="k")), [("Group", "LogDelivery", "READ")]
        )
        call = lambda: self.s3.put_bucket_acl(Bucket=bucket, ACL="mine")
        self.assertEqual(refusal(call)[:2], (400, "InvalidArgument"))
        call = lambda: self.s3.put_bucket_acl(Bucket=bucket)
        self.assertEqual(refusal(call)[:2], (400, "MissingSecurityHeader"))

    def test_other_accounts_own_what_they_write(self):
        bucket = self.bucket(ObjectOwnership="ObjectWriter")
        other = self.server.client("s3", key="111122223333")
        other.put_object(Bucket=bucket, Key="theirs", Body=b"x")
        other.put_object(Bucket=bucket, Key="shared", Body=b"x", ACL="bucket-owner-full-control")
        mine = self.s3.get_bucket_acl(Bucket=bucket)["Owner"]["ID"]
        listed = {o["Key"]: o["Owner"]["ID"] for o in self.s3.list_objects(Bucket=bucket)["Contents"]}
        self.assertNotIn(mine, listed.values())
        self.assertEqual(len(self.s3.get_object_acl(Bucket=bucket, Key="shared")["Grants"]), 2)


class AccessPoints(Case):
    def setUp(self):
        self.control = self.server.client("s3control")
        self.name = self.bucket()

    def test_an_access_point_from_birth_to_death(self):
        named = {"AccountId": ACCOUNT, "Name": "my-point"}
        made = self.control.create_access_point(Bucket=self.name, **named)
        self.assertTrue(made["Alias"].startswith("my-point-") and made["Alias"].endswith("-s3alias"))
        got = self.control.get_access_point(**named)
        self.assertEqual((got["Bucket"], got["NetworkOrigin"], got["Alias"]), (self.name, "Internet", made["Alias"]))
        self.assertEqual(set(got["Endpoints"]), {"ipv4", "dualstack", "fips", "fips_dualstack"})
        for key, bucket in (("by-alias", made["Alias"]), ("by-arn", made["AccessPointArn"])):
            self.s3.put_object(Bucket=bucket, Key=key, Body=key.encode())
            self.assertEqual(self.s3.get_object(Bucket=self.name, Key=key)["Body"].read(), key.encode())
            self.assertEqual(self.s3.get_object(Bucket=bucket, Key=key)["Body"].read(), key.encode())
        self.assertEqual(len(self.s3.list_objects_v2(Bucket=made["AccessPointArn"])["Contents"]), 2)
        listed = self.control.list_access_points(AccountId=ACCOUNT, Bucket=self.name)["AccessPointList"]
        self.assertEqual([point["Name"] for point in listed], ["my-point"])
        self.assertEqual(refusal(lambda: self.control.create_access_point(Bucket=self.name, **named))[:2], (409, "AccessPointAlreadyOwnedByYou"))
        policy = json.dumps({"Version": "2012-10-17", "Statement": []})
        self.assertEqual(refusal(lambda: self.control.get_access_point_policy(**named))[:2], (404, "NoSuchAccessPointPolicy"))
        self.control.put_access_point_policy(Policy=policy, **named)
        self.assertEqual(self.control.get_access_point_policy(**named)["Policy"], policy)
        self.control.delete_access_point_policy(**named)
        answer = self.control.delete_access_point(**named)
        self.assertEqual(answer["ResponseMetadata"]["HTTPStatusCode"], 204)
        self.assertEqual(refusal(lambda: self.control.get_access_point(**named))[:2], (404, "NoSuchAccessPoint"))

    def test_what_cannot_be_is_refused(self):
        create = lambda name, bucket: self.control.create_access_point(AccountId=ACCOUNT, Name=name, Bucket=bucket)
        self.assertEqual(refusal(lambda: create("no_point", self.name))[:2], (400, "InvalidURI"))
        self.assertEqual(refusal(lambda: create("point", "no-such-bucket"))[:2], (400, "InvalidRequest"))
        call = lambda: self.control.list_access_points(AccountId="111122223333")
        self.assertEqual(refusal(call)[:2], (403, "AccessDenied"))


class Forms(Case):
    def form(self, fields, file=b"content", filename="a.txt"):
        mark = "b0undary"
        lines = [f'--{mark}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in fields.items()]
        lines.append(f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{filename}"\r\n\r\n')
        return "".join(lines).encode() + file + f"\r\n--{mark}--\r\n".encode(), f"multipart/form-data; boundary={mark}"

    def post(self, bucket, fields, **more):
        body, content_type = self.form(fields, **more)
        return self.send("POST", f"/{bucket}", body=body, Content_Type=content_type)

    def signed(self, bucket, key, client=None, **more):
        return (client or self.s3).generate_presigned_post(bucket, key, **more)["fields"]

    def test_a_presigned_form_of_each_version_uploads(self):
        bucket = self.bucket()
        for version in ("s3v4", "s3"):
            client = self.server.client("s3", config=Config(signature_version=version))
            fields = self.signed(bucket, f"{version}/${{filename}}", client)
            self.assertEqual(self.post(bucket, fields)[0], 204)
            self.assertEqual(self.s3.get_object(Bucket=bucket, Key=f"{version}/a.txt")["Body"].read(), b"content")

    def test_keys_of_users_are_verified(self):
        iam = self.server.client("iam")
        name = f"u-{uuid.uuid4()}"
        iam.create_user(UserName=name)
        key = iam.create_access_key(UserName=name)["AccessKey"]
        bucket = self.bucket()
        for version in ("s3v4", "s3"):
            client = self.server.client(
                "s3", key["AccessKeyId"], key["SecretAccessKey"], config=Config(signature_version=version)
            )
            fields = self.signed(bucket, "k", client)
            self.assertEqual(self.post(bucket, fields)[0], 204)
            policy = base64.b64decode(fields["policy"]).replace(b'"k"', b'"l"')
            changed = {**fields, "policy": base64.b64encode(policy).decode(), "key": "l"}
            status, _, body = self.post(bucket, changed)
            self.assertEqual((status, self.code(body)), (403, "SignatureDoesNotMatch"))

    def test_the_configured_root_key_signs_where_policies_decide(self):
        server = Server("--iam", "enforce", "--bootstrap-key", "root-key:root-secret")
        self.addCleanup(server.stop)
        made = server.client("s3", "root-key", "root-secret")
        made.create_bucket(Bucket="forms")
        address = urllib.parse.urlsplit(server.endpoint)
        for secret, expected in (("root-secret", 204), ("another", 403)):
            body, content_type = self.form(self.signed("forms", "k", server.client("s3", "root-key", secret)))
            connection = http.client.HTTPConnection(address.hostname, address.port, timeout=30)
            connection.request("POST", "/forms", body=body, headers={"Content-Type": content_type})
            self.assertEqual(connection.getresponse().status, expected)
            connection.close()

    def test_the_policy_decides(self):
        bucket = self.bucket()
        limits = self.signed(bucket, "k", Conditions=[["content-length-range", 1, 3]])
        status, _, body = self.post(bucket, limits)
        document = ElementTree.fromstring(body)
        self.assertEqual(
            (status, document.findtext("Code"), document.findtext("ProposedSize"), document.findtext("MaxSizeAllowed")),
            (400, "EntityTooLarge", "7", "3"),
        )
        status, _, body = self.post(bucket, {**self.signed(bucket, "k"), "key": "other"})
        self.assertEqual(
            (status, ElementTree.fromstring(body).findtext("Message")),
            (403, 'Invalid according to Policy: Policy Condition failed: ["eq", "$key", "k"]'),
        )
        status, _, body = self.post(bucket, {**self.signed(bucket, "k"), "acl": "private"})
        self.assertEqual(
            (status, ElementTree.fromstring(body).findtext("Message")),
            (403, "Invalid according to Policy: Extra input fields: acl"),
        )
        self.assertEqual(refusal(lambda: self.s3.head_object(Bucket=bucket, Key="k"))[0], 404)

    def test_the_answer_is_what_the_form_asks_for(self):
        bucket = self.bucket()
        status, headers, body = self.post(bucket, {"key": "k", "success_action_status": "201"})
        document = ElementTree.fromstring(body)
        self.assertEqual((status, document.tag, document.findtext("Key")), (201, "PostResponse", "k"))
        self.assertEqual(document.findtext("ETag"), headers["etag"])
        status, headers, _ = self.post(bucket, {"key": "k", "success_action_redirect": "http://a.example/x"})
        self.assertEqual(status, 303)
        self.assertTrue(headers["location"].startswith(f"http://a.example/x?bucket={bucket}&key=k&etag=%22"))
        status, _, body = self.send("POST", f"/{bucket}", body=b"a=b", Content_Type="application/x-www-form-urlencoded")
        self.assertEqual((status, self.code(body)), (412, "PreconditionFailed"))

    def test_a_large_file_streams(self):
        bucket = self.bucket()
        file = bytes(range(256)) * 40_000
        self.assertEqual(self.post(bucket, {"key": "big"}, file=file)[0], 204)
        self.assertEqual(self.s3.get_object(Bucket=bucket, Key="big")["Body"].read(), file)


class CrossOrigin(Case):
    def test_browsers_are_told_who_may_read(self):
        bucket = self.bucket()
        self.s3.put_object(Bucket=bucket, Key="k", Body=b"x")
        preflight = {"Origin": "https://a.example", "Access_Control_Request_Method": "GET"}
        status, _, body = self.send("OPTIONS", f"/{bucket}/k", **preflight)
        self.assertEqual((status, self.code(body)), (403, "AccessForbidden"))
        rule = {
            "AllowedOrigins": ["https://*.example"],
            "AllowedMethods": ["GET"],
            "AllowedHeaders": ["x-*"],
            "ExposeHeaders": ["ETag"],
            "MaxAgeSeconds": 60,
        }
        self.s3.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": [rule]})
        status, headers, body = self.send("OPTIONS", f"/{bucket}/k", Access_Control_Request_Headers="X-A", **preflight)
        told = {name: value for name, value in headers.items() if name.startswith("access-control") or name == "vary"}
        wanted = {
            "access-control-allow-origin": "https://a.example",
            "access-control-allow-methods": "GET",
            "access-control-allow-headers": "x-a",
            "access-control-expose-headers": "ETag",
            "access-control-max-age": "60",
            "access-control-allow-credentials": "true",
            "vary": "Origin, Access-Control-Request-Headers, Access-Control-Request-Method",
        }
        self.assertEqual((status, headers["content-length"], told, body), (200, "0", wanted, b""))
        # A preflight is not signed, whatever its query looks like.
        half_signed = f"/{bucket}/k?Signature=x"
        status, headers, _ = self.send("OPTIONS", half_signed, Access_Control_Request_Headers="X-A", **preflight)
        self.assertEqual((status, headers["access-control-allow-origin"]), (200, "https://a.example"))
        status, _, body = self.send("GET", half_signed)
        self.assertEqual((status, self.code(body)), (403, "AccessDenied"))
        del wanted["access-control-allow-headers"]
        for key, want in (("k", 200), ("missing", 404)):
            status, headers, _ = self.send("GET", f"/{bucket}/{key}", Origin="https://a.example")
            told = {n: v for n, v in headers.items() if n.startswith("access-control") or n == "vary"}
            self.assertEqual((status, told), (want, wanted))
        _, headers, _ = self.send("GET", f"/{bucket}/k", Origin="https://elsewhere")
        self.assertFalse([name for name in headers if name.startswith("access-control") or name == "vary"])

    def test_a_preflight_says_where_it_comes_from(self):
        status, _, body = self.send("OPTIONS", f"/{self.bucket()}/k")
        self.assertEqual((status, self.code(body)), (400, "BadRequest"))


class Website(Case):
    def test_a_bucket_is_a_site(self):
        bucket = self.bucket()
        host = f"{bucket}.s3-website.localhost"
        status, _, body = self.send("GET", "/", host)
        self.assertEqual(status, 404)
        self.assertIn(b"<li>Code: NoSuchWebsiteConfiguration</li>", body)
        rules = [{"Condition": {"KeyPrefixEquals": "old/"}, "Redirect": {"ReplaceKeyPrefixWith": "new/"}}]
        self.s3.put_bucket_website(
            Bucket=bucket,
            WebsiteConfiguration={
                "IndexDocument": {"Suffix": "index.html"},
                "ErrorDocument": {"Key": "error.html"},
                "RoutingRules": rules,
            },
        )
        for key in ("index.html", "docs/index.html", "error.html"):
            self.s3.put_object(Bucket=bucket, Key=key, Body=key.encode(), ContentType="text/html")
        regional = f"{bucket}.s3-website-us-east-1.localhost"
        for host in (host, regional):
            # Nobody signs for a site: what looks like a part of a signature is the page's own.
            half_signed = ("/?Signature=x", b"index.html")
            for path, want in (("/", b"index.html"), ("/docs/", b"docs/index.html"), half_signed):
                status, headers, body = self.send("GET", path, host)
                self.assertEqual((status, headers["content-type"], body), (200, "text/html", want))
            self.assertEqual(self.send("GET", "/nothing", host)[::2], (404, b"error.html"))
            self.assertEqual(self.send("GET", "/docs", host)[1]["location"], "/docs/")
            self.assertTrue(self.send("GET", "/old/x", host)[1]["location"].endswith("/new/x"))
            self.assertEqual(self.send("POST", "/", host)[0], 405)
            self.assertNotIn("vary", self.send("GET", "/", host, Origin="https://a.example")[1])
            self.assertEqual(self.send("HEAD", "/", host)[::2], (200, b""))


if __name__ == "__main__":
    unittest.main()
