"""Hostile signatures: forged, late, early, torn, for somewhere else; each service refuses in its own words."""

import unittest
from urllib.parse import quote

from hostile import Case, Hostile
from raw import authorization, form, request, rest
from signed import FORM, Key, now

IDENTITY = b"Action=GetCallerIdentity&Version=2011-06-15"
VPCS = b"Action=DescribeVpcs&Version=2016-11-15"
TARGET = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "TrentService.ListKeys"}
RPC = {"Content-Type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"}


class Signatures(Hostile):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        made = cls.ask(rest("s3", "PUT", "/signatures"))
        assert made.status == 200, made
        cls.key = Key(cls.ask)

    def everywhere(self, **how):
        """The same claim made to each protocol, and how each calls a bad one."""
        key = self.key
        return {
            "sts": (key.form("sts", IDENTITY, **how), 403, "SignatureDoesNotMatch", "query"),
            "ec2": (key.form("ec2", VPCS, **how), 401, "AuthFailure", "ec2"),
            "route53": (key.request("route53", "GET", "/2013-04-01/hostedzone", **how), 403, "SignatureDoesNotMatch", "query"),
            "eks": (key.request("eks", "GET", "/clusters", **how), 403, "InvalidSignatureException", "rest-json"),
            "kms": (key.request("kms", "POST", "/", TARGET, b"{}", **how), 400, "InvalidSignatureException", "json"),
            "kms by CBOR": (key.request("kms", "POST", "/service/TrentService/operation/ListKeys", RPC, b"\xa0", **how), 400,
                            "InvalidSignatureException", "cbor"),
            "s3": (key.request("s3", "GET", "/signatures", **how), 403, "SignatureDoesNotMatch", "s3"),
        }

    def refused_everywhere(self, s3=None, **how):
        for service, (sent, status, code, protocol) in self.everywhere(**how).items():
            if service == "s3" and s3:
                status, code = s3
            self.run_cases([Case(service, sent, status, code, protocol)])

    def test_what_holds_is_let_in(self):
        for service, (sent, *_) in self.everywhere().items():
            with self.subTest(service):
                self.assertEqual(self.ask(sent).status, 501 if service.startswith("kms") else 200)

    def test_another_secret(self):
        self.refused_everywhere(secret="not the secret")

    def test_expired(self):
        self.refused_everywhere(date=now(-16), s3=(403, "RequestTimeTooSkewed"))

    def test_from_the_future(self):
        self.refused_everywhere(date=now(16), s3=(403, "RequestTimeTooSkewed"))

    def test_the_day_before_yesterday_in_the_scope(self):
        self.refused_everywhere(scope_date=now(-2 * 24 * 60), s3=(400, "AuthorizationHeaderMalformed"))

    def test_no_date_that_can_be_read(self):
        self.run_cases(
            [
                Case("sts", self.key.form("sts", IDENTITY, date="yesterday", scope_date=now()), 400, "IncompleteSignature", "query"),
                Case("s3", self.key.request("s3", "GET", "/signatures", date="20269999T999999Z", scope_date=now()), 403,
                     "AccessDenied", "s3"),
            ]
        )

    def test_another_body_than_was_signed(self):
        key = self.key
        self.run_cases(
            [
                Case("sts", key.form("sts", IDENTITY, sent_body=IDENTITY + b"&A=b"), 403, "SignatureDoesNotMatch", "query"),
                Case("ec2", key.form("ec2", VPCS, sent_body=VPCS + b"&MaxResults=5"), 401, "AuthFailure", "ec2"),
                Case("kms", key.request("kms", "POST", "/", TARGET, b"{}", sent_body=b"{ }"), 400,
                     "InvalidSignatureException", "json"),
                Case("s3, an object", key.request("s3", "PUT", "/signatures/k", body=b"a", sent_body=b"b"), 400,
                     "XAmzContentSHA256Mismatch", "s3"),
                Case("s3, a document", key.request("s3", "POST", "/signatures?delete", body=b"<a/>", sent_body=b"<b/>"), 400,
                     "XAmzContentSHA256Mismatch", "s3"),
            ]
        )
        self.assertEqual(self.ask(rest("s3", "GET", "/signatures/k")).code, "NoSuchKey")

    def test_a_replay_within_the_quarter_of_an_hour(self):
        # AWS lets the same bytes in again while their time holds; what changes nothing twice stays one change.
        sent = self.key.request("s3", "PUT", "/signatures/replayed", body=b"once")
        self.assertEqual([self.ask(sent).status for _ in range(3)], [200, 200, 200])
        # The signature belongs to this request and to no other.
        other = sent.replace(b"/replayed", b"/other")
        self.run_cases([Case("replayed for another key", other, 403, "SignatureDoesNotMatch", "s3")])
        verb = self.key.request("s3", "GET", "/signatures/replayed").replace(b"GET", b"DELETE", 1)
        self.run_cases([Case("replayed with another method", verb, 403, "SignatureDoesNotMatch", "s3")])
        self.assertEqual(self.ask(rest("s3", "GET", "/signatures/replayed")).body, b"once")

    def test_for_somewhere_else(self):
        elsewhere = self.key.request("s3", "GET", "/signatures").replace(b"/us-east-1/", b"/eu-west-1/")
        service = self.key.form("ec2", VPCS).replace(b"/ec2/", b"/sts/")
        self.run_cases(
            [
                Case("signed for one Region, said to be for another", elsewhere, 403, "SignatureDoesNotMatch", "s3"),
                Case("signed for one service, said to be for another", service, 401, "AuthFailure", "ec2"),
            ]
        )
        # A true signature for another Region sees that Region, and nothing of this one.
        here = self.ask(self.key.form("ec2", VPCS)).body
        there = self.ask(self.key.form("ec2", VPCS, region="eu-west-1")).body
        self.assertNotEqual(vpc_ids(here), vpc_ids(there))
        # AWS answers AuthorizationHeaderMalformed (400) with the bucket's Region; here one endpoint is every Region's,
        # and a bucket answers whatever Region a true signature names.
        self.assertEqual(self.ask(self.key.request("s3", "GET", "/signatures", region="eu-west-1")).status, 200)

    def test_a_foreign_account(self):
        mine = self.ask(form("ec2", VPCS)).body
        foreign = request("POST", "/", {"Authorization": authorization("ec2", key="999999999999"), "Content-Type": FORM}, VPCS)
        theirs = self.ask(foreign).body
        self.assertNotEqual(vpc_ids(mine), vpc_ids(theirs))
        wanted = b"&VpcId.1=" + vpc_ids(mine)[0].encode()
        headers = {"Authorization": authorization("ec2", key="999999999999"), "Content-Type": FORM}
        self.run_cases([Case("by its id", request("POST", "/", headers, VPCS + wanted), 400, "InvalidVpcID.NotFound", "ec2")])

    def test_headers_that_claim_nothing_sound(self):
        ask = lambda value, path="/", method="POST", **more: request(
            method, path, {"Authorization": value, "Content-Type": FORM, **more}, IDENTITY if method == "POST" else b""
        )
        bare = authorization("sts")
        s3 = lambda value: ask(value, "/signatures", "GET", **{"x-amz-content-sha256": "UNSIGNED-PAYLOAD"})
        query = {
            "nothing behind the scheme": "AWS4-HMAC-SHA256",
            "no credential": bare.replace("Credential", "Other"),
            "no signed headers": bare.replace("SignedHeaders", "Other"),
            "no signature": bare.replace("Signature", "Other"),
            "a credential of three parts": "AWS4-HMAC-SHA256 Credential=a/b/c, SignedHeaders=host, Signature=0",
            "a credential of slashes": "AWS4-HMAC-SHA256 Credential=////, SignedHeaders=host, Signature=0",
            "a credential without a key": bare.replace("=test/", "=/"),
            "a scope that ends otherwise": bare.replace("aws4_request", "aws5_request"),
            "a date that is none": bare.replace("20260101", "2026-1-1"),
            "thousands of commas": "AWS4-HMAC-SHA256 " + "," * 5_000,
        }
        self.run_cases([Case(what, ask(value), 400, "IncompleteSignature", "query") for what, value in query.items()])
        self.run_cases(
            [Case("S3: " + what, s3(value), 400, "AuthorizationHeaderMalformed", "s3") for what, value in query.items()]
        )
        unknown = {"another scheme": "Bearer x", "no scheme": "x", "empty": "", "no text": "\xff", "Basic": "Basic eDp5"}
        self.run_cases([Case("S3: " + what, s3(value), 400, "InvalidArgument", "s3") for what, value in unknown.items()])
        self.run_cases(
            [
                Case("no signature at all", request("POST", "/", {"Content-Type": FORM}, IDENTITY), 403,
                     "MissingAuthenticationToken", "query"),
                Case("a service nobody knows", ask(authorization("nothing")), 501, "NotImplemented", "query"),
                Case("a signed header that did not come", s3(self.key.headers("s3", "GET", "/signatures")["Authorization"]), 403,
                     "AccessDenied", "s3"),
            ]
        )

    def test_session_tokens_that_are_none(self):
        token = {"X-Amz-Security-Token": "none"}
        self.run_cases(
            [
                Case("sts", self.key.request("sts", "POST", "/", {"Content-Type": FORM, **token}, IDENTITY), 403,
                     "InvalidClientTokenId", "query"),
                Case("s3", self.key.request("s3", "GET", "/signatures", token), 400, "InvalidToken", "s3"),
                Case("10 KiB", self.key.request("s3", "GET", "/signatures", {"X-Amz-Security-Token": "A" * 10_240}), 400,
                     "InvalidToken", "s3"),
            ]
        )


class Presigned(Hostile):
    """Signatures in the query."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        assert cls.ask(rest("s3", "PUT", "/signatures")).status == 200
        cls.key = Key(cls.ask)

    def url(self, leave_out=(), signature="0" * 64, **changed):
        date = now()
        parameters = {
            "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
            "X-Amz-Credential": f"{self.key.id}/{date[:8]}/us-east-1/s3/aws4_request",
            "X-Amz-Date": date,
            "X-Amz-Expires": "60",
            "X-Amz-SignedHeaders": "host",
            "X-Amz-Signature": signature,
        }
        parameters |= {f"X-Amz-{name}": value for name, value in changed.items()}
        pairs = [f"{name}={quote(value, safe='')}" for name, value in parameters.items() if name not in leave_out]
        return request("GET", "/signatures/k?" + "&".join(pairs), length=False)

    def test_version_4(self):
        parameters = (400, "AuthorizationQueryParametersError", "s3")
        left_out = ["Credential", "Date", "SignedHeaders", "Signature", "Expires"]
        self.run_cases([Case(f"no {name}", self.url({f"X-Amz-{name}"}), *parameters) for name in left_out])
        for what in ("0", "-1", "604801", "9" * 30, "NaN", "1.5", ""):
            self.run_cases([Case(f"expires {what}", self.url(Expires=what), *parameters)])
        self.run_cases(
            [
                Case("a forged signature", self.url(), 403, "SignatureDoesNotMatch", "s3"),
                Case("a signature of a megabit", self.url(signature="0" * 20_000), 403, "SignatureDoesNotMatch", "s3"),
                Case("expired", self.url(Date=now(-10)), 403, "AccessDenied", "s3"),
                Case("from the future", self.url(Date=now(20)), 403, "AccessDenied", "s3"),
                Case("no date", self.url(Date="NaN"), 403, "AccessDenied", "s3"),
                Case("a credential that is none", self.url(Credential="a/b"), *parameters),
                Case("an algorithm nobody knows", self.url(Algorithm="AWS4-HMAC-MD5"), *parameters),
            ]
        )

    def test_version_2(self):
        url = lambda expires: request(
            "GET", f"/signatures/k?AWSAccessKeyId={self.key.id}&Signature=AAAA&Expires={expires}", length=False
        )
        self.run_cases([Case("forged", url(4_000_000_000), 403, "SignatureDoesNotMatch", "s3")])
        ends = ["1", "0", "-1", str(-(2**63)), str(2**63 - 1), "9" * 30, "NaN", ""]
        self.run_cases([Case(f"expires {end}", url(end), 403, "AccessDenied", "s3") for end in ends])


def vpc_ids(body):
    return [part.split("<", 1)[0] for part in body.decode().split("<vpcId>")[1:]]


if __name__ == "__main__":
    unittest.main()
