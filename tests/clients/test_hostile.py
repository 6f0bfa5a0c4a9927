"""Hostile documents in every protocol: each is refused with its own code, in its caller's protocol, and costs little.

What is built (EC2, STS, IAM, S3) is asked for real; of the other APIs a request that can be read is refused as
NotImplemented (501) and one that cannot as its protocol refuses it, so that the two are told apart.
"""

import base64
import hashlib
import unittest

from hostile import Case, Hostile
from raw import form, request, rest, rpc, target

#: Longer than any body that is held in memory.
HELD_LIMIT_BYTES = 8 * 1024 * 1024
BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "lol">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b"]>"
)
EXTERNAL = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
PARAMETER = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY % e SYSTEM "http://127.0.0.1:9/x.dtd"> %e;]>'


def ec2(body, **more):
    return form("ec2", b"Version=2016-11-15&" + body, **more)


def iam(body, **more):
    return form("iam", b"Version=2010-05-08&" + body, **more)


def zone(body, **more):
    return rest("route53", "POST", "/2013-04-01/hostedzone", body, "application/xml", **more)


def delete(body, **more):
    md5 = base64.b64encode(hashlib.md5(body).digest()).decode()
    return rest("s3", "POST", "/documents?delete", body, "application/xml", {"Content-MD5": md5}, **more)


def cluster(body, **more):
    return rest("eks", "POST", "/clusters", body, **more)


def kms(body, operation="CreateKey", **more):
    return target("kms", "TrentService", operation, body, **more)


def cbor(body, **more):
    return rpc("kms", "TrentService", "CreateKey", body, **more)


def indexed(name, count, value="x"):
    return "&".join(f"{name}.{number}={value}" for number in range(1, count + 1)).encode()


def nested(opening, closing, depth):
    return opening * depth + closing * depth


class Forms(Hostile):
    """ec2Query and awsQuery."""

    def test_ec2(self):
        describe = b"Action=DescribeVpcs&"
        self.run_cases(
            [
                Case("no action", ec2(b""), 400, "MissingAction", "ec2"),
                Case("an empty body", form("ec2", b""), 400, "MissingAction", "ec2"),
                Case("no form at all", form("ec2", b"\x00\x01\x02"), 400, "MissingAction", "ec2"),
                Case("an unknown action", ec2(b"Action=Nothing"), 400, "InvalidAction", "ec2"),
                Case("JSON in place of a form", form("ec2", b'{"Action": "DescribeVpcs"}'), 400, "MissingAction", "ec2"),
                Case("bytes that are no UTF-8", ec2(describe + b"VpcId.1=\xff\xfe"), 400, "MalformedQueryString", "ec2"),
                Case("escapes that are no UTF-8", ec2(describe + b"VpcId.1=%ff"), 400, "MalformedQueryString", "ec2"),
                Case("a key that is no UTF-8", ec2(describe + b"%c3%28=1"), 400, "MalformedQueryString", "ec2"),
                Case("an unknown parameter", ec2(describe + b"Foo=1"), 400, "UnknownParameter", "ec2"),
                Case("an index that is no number", ec2(describe + b"VpcId.abc=vpc-1"), 400, "UnknownParameter", "ec2"),
                Case("a negative index", ec2(describe + b"VpcId.-1=vpc-1"), 400, "UnknownParameter", "ec2"),
                Case(
                    "an index beyond every integer",
                    ec2(describe + b"Filter.99999999999999999999999999.Name=vpc-id"),
                    400,
                    "UnknownParameter",
                    "ec2",
                ),
                Case("a great index", ec2(describe + b"Filter.999999999999.Name=none"), 400, "InvalidParameterValue", "ec2"),
                Case("the last of two values counts", ec2(describe + b"VpcId.1=x&VpcId.1=vpc-12345678"), 400,
                     "InvalidVpcID.NotFound", "ec2"),
                Case("a list where a value is expected", ec2(describe + b"MaxResults.1=5"), 400, "InvalidParameterValue", "ec2"),
                Case("an integer beyond i64", ec2(describe + b"MaxResults=99999999999999999999"), 400,
                     "InvalidParameterValue", "ec2"),
                Case("an integer beyond i32", ec2(describe + b"MaxResults=4294967296"), 400, "InvalidParameterValue", "ec2"),
                Case("a negative size", ec2(describe + b"MaxResults=-1"), 400, "InvalidParameterValue", "ec2"),
                Case("NaN for an integer", ec2(describe + b"MaxResults=NaN"), 400, "InvalidParameterValue", "ec2"),
                Case("neither true nor false", ec2(describe + b"DryRun=maybe"), 400, "InvalidParameterValue", "ec2"),
                Case("a NaN date", ec2(b"Action=DescribeSpotPriceHistory&StartTime=NaN"), 400,
                     "InvalidParameterValue", "ec2"),
                Case("an infinite date", ec2(b"Action=DescribeSpotPriceHistory&StartTime=Infinity"), 400,
                     "InvalidParameterValue", "ec2"),
                Case("a date that is none", ec2(b"Action=DescribeSpotPriceHistory&StartTime=2026-02-30T00:00:00Z"), 400,
                     "InvalidParameterValue", "ec2"),
                Case("a date beyond all years", ec2(b"Action=DescribeSpotPriceHistory&StartTime=99999-01-01T00:00:00Z"),
                     400, "InvalidParameterValue", "ec2"),
                Case("10,000 list entries", ec2(describe + indexed("VpcId", 10_000, "vpc-12345678")), 400,
                     "InvalidVpcID.NotFound", "ec2"),
                Case("keys of a thousand levels", ec2(describe + b"Filter" + b".1" * 1_000 + b"=x"), 400,
                     "InvalidParameterValue", "ec2"),
                Case("a key of a million dots", ec2(describe + b"." * 1_000_000), 400, "InvalidParameterValue", "ec2"),
                Case("too many parameters", ec2(describe + b"a=&" * 200_000), 400, "MalformedQueryString", "ec2"),
                Case("deep keys, very many",
                     ec2(describe + b"&".join(b"%d" % n + b".1" * 60 for n in range(50_000))), 400,
                     "UnknownParameter", "ec2"),
                Case("a body past the limit", ec2(describe + b"x" * HELD_LIMIT_BYTES), 413, "RequestEntityTooLarge", "ec2"),
                Case("a NUL in a name", ec2(describe + b"Foo%00=1"), 400, "UnknownParameter", "ec2"),
                Case("a group's name with a NUL", ec2(b"Action=CreateSecurityGroup&GroupName=a%00b&GroupDescription=x"), 400,
                     "InvalidParameterValue", "ec2"),
            ]
        )

    def test_query(self):
        create = b"Action=CreateUser&"
        many = b"&".join(b"Tags.member.%d.Key=k&Tags.member.%d.Value=v" % (n, n) for n in range(1, 10_001))
        self.run_cases(
            [
                Case("no action", iam(b""), 400, "MissingAction", "query"),
                Case("an unknown action", iam(b"Action=Nothing"), 400, "InvalidAction", "query"),
                Case("bytes that are no UTF-8", iam(create + b"UserName=\xff"), 400, "MalformedQueryString", "query"),
                Case("escapes that are no UTF-8", iam(create + b"UserName=%ff"), 400, "MalformedQueryString", "query"),
                Case("XML in place of a form", form("iam", b"<CreateUser/>"), 400, "MissingAction", "query"),
                Case("10,000 list entries", iam(create + b"UserName=u&" + many), 400, "ValidationError", "query"),
                Case("keys of a thousand levels", iam(create + b"UserName" + b".1" * 1_000 + b"=x"), 400,
                     "MalformedInput", "query"),
                Case("a negative size", iam(b"Action=ListUsers&MaxItems=-1"), 400, "ValidationError", "query"),
                Case("an integer beyond i64", iam(b"Action=ListUsers&MaxItems=99999999999999999999"), 400,
                     "MalformedInput", "query"),
                Case("a NaN date",
                     form("autoscaling", b"Version=2011-01-01&Action=PutScheduledUpdateGroupAction&StartTime=NaN"), 400,
                     "MalformedInput", "query"),
                Case("an entry without a key",
                     form("cloudformation", b"Version=2010-05-15&Action=RegisterType&TypeName=a&SchemaHandlerPackage=s3"
                          b"&LoggingConfig.LogRoleArn.x=1"), 400, "MalformedInput", "query"),
                Case("a body past the limit", iam(create + b"x" * HELD_LIMIT_BYTES), 413, "RequestEntityTooLarge", "query"),
                Case("too many parameters", iam(create + b"a=&" * 200_000), 400, "MalformedQueryString", "query"),
                Case("a name with a NUL", iam(create + b"UserName=a%00b"), 400, "ValidationError", "query"),
                Case("a name in another script", iam(create + b"UserName=%D0%96"), 400, "ValidationError", "query"),
            ]
        )

    def test_what_is_odd_and_yet_a_request(self):
        for what, sent in {
            "unknown parameters are ignored by query services": iam(b"Action=ListUsers&Foo=1&Foo.1.Bar=2"),
            "a content type with parameters": ec2(b"Action=DescribeVpcs", content_type="Application/X-WWW-Form-Urlencoded; a=b"),
            "a form under another content type": ec2(b"Action=DescribeVpcs", content_type="text/plain"),
            "a form in the query string": request("GET", "/?Action=GetCallerIdentity&Version=2011-06-15",
                                                  {"Authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/"
                                                   "sts/aws4_request, SignedHeaders=host, Signature=0"}, length=False),
            "empty pairs": ec2(b"&&Action=DescribeVpcs&&&"),
        }.items():
            with self.subTest(what):
                self.assertEqual(self.ask(sent).status, 200)


class Xml(Hostile):
    """restXml: Route 53 and S3."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        made = cls.ask(rest("s3", "PUT", "/documents"))
        assert made.status == 200, made

    def documents(self, root, inner):
        """Documents that no parser may expand, follow or take for well formed."""
        wrap = lambda text: b"<%s>%s</%s>" % (root, text, root)
        return {
            "a billion laughs": BOMB + wrap(inner % b"&j;"),
            "an external entity": EXTERNAL + wrap(inner % b"&e;"),
            "an external parameter entity": PARAMETER + wrap(inner % b"x"),
            "a document type without entities": b"<!DOCTYPE x>" + wrap(inner % b"x"),
            "an unknown entity": wrap(inner % b"&nbsp;"),
            "a character that XML cannot hold": wrap(inner % b"&#0;"),
            "a character beyond Unicode": wrap(inner % b"&#x110000;"),
            "half a surrogate": wrap(inner % b"&#xD800;"),
            "bytes that are no UTF-8": wrap(inner % b"\xff"),
            "UTF-16": (b"\xff\xfe" + wrap(inner % b"x").decode().encode("utf-16-le")),
            "a document that ends early": wrap(inner % b"x")[:-3],
            "elements that cross": b"<%s><a><b></a></b></%s>" % (root, root),
            "two roots": wrap(inner % b"x") * 2,
            "text after the root": wrap(inner % b"x") + b"x",
            "no XML at all": b"{}",
            "an attribute without quotes": b"<%s a=1></%s>" % (root, root),
            "an attribute twice": b'<%s a="1" a="2"></%s>' % (root, root),
            "10,000 levels": wrap(nested(b"<a>", b"</a>", 10_000)),
            "levels that never end": b"<a>" * 1_000_000,
            "very many attributes": b"<%s %s></%s>" % (root, b" ".join(b'a%d=""' % n for n in range(300_000)), root),
            "very many elements": wrap(b"<a/>" * 1_000_000),
            "an unclosed comment": b"<!-- " + wrap(inner % b"x"),
            "an unclosed CDATA section": wrap(b"<![CDATA[ x"),
        }

    def test_route53(self):
        for what, document in self.documents(b"CreateHostedZoneRequest", b"<Name>%s</Name>").items():
            self.run_cases([Case(what, zone(document), 400, "MalformedInput", "query")])
        self.run_cases(
            [
                # What it reads lacks a caller reference.
                Case("a document it reads", zone(b"<CreateHostedZoneRequest><Name>a.b</Name></CreateHostedZoneRequest>"),
                     400, "InvalidInput", "query"),
                Case("elements where a value is expected", zone(b"<a><Name><b/></Name></a>"), 400, "MalformedInput", "query"),
                Case("a body past the limit", zone(b"x" * (HELD_LIMIT_BYTES + 1)), 413, "RequestEntityTooLarge", "query"),
                Case("an unknown path", rest("route53", "GET", "/2013-04-01/nothing"), 404,
                     "UnknownOperationException", "query"),
                Case("an integer that is none", rest("route53", "GET", "/2013-04-01/hostedzone?maxitems=-0x1&maxitems=%ff"),
                     400, "MalformedInput", "query"),
                Case("10,000 list entries",
                     rest("route53", "POST", "/2013-04-01/hostedzone/Z1/rrset",
                          b"<a><ChangeBatch><Changes>" + b"<Change><Action>CREATE</Action></Change>" * 10_000
                          + b"</Changes></ChangeBatch></a>", "text/xml"), 400, "InvalidInput", "query"),
            ]
        )

    def test_s3(self):
        for what, document in self.documents(b"Delete", b"<Object><Key>%s</Key></Object>").items():
            self.run_cases([Case(what, delete(document), 400, "MalformedXML", "s3")])
        many = b"<Object><Key>k</Key></Object>" * 10_000
        self.run_cases(
            [
                Case("no document", delete(b""), 400, "MissingRequestBodyError", "s3"),
                Case("JSON", delete(b'{"Object": []}'), 400, "MalformedXML", "s3"),
                Case("elements where a value is expected", delete(b"<Delete><Object><Key><b/></Key></Object></Delete>"),
                     400, "MalformedXML", "s3"),
                Case("neither true nor false", delete(b"<Delete><Quiet>maybe</Quiet><Object><Key>k</Key></Object></Delete>"),
                     400, "MalformedXML", "s3"),
                Case("10,000 list entries", delete(b"<Delete>" + many + b"</Delete>"), 400, "MalformedXML", "s3"),
                Case("a body past the limit", delete(b"x" * (HELD_LIMIT_BYTES + 1)), 400, "MaxMessageLengthExceeded", "s3"),
                Case("a negative number", rest("s3", "GET", "/documents?max-keys=-1"), 400, "InvalidArgument", "s3"),
                Case("a number beyond i64", rest("s3", "GET", "/documents?max-keys=99999999999999999999"), 400,
                     "InvalidArgument", "s3"),
                Case("a part number that is none", rest("s3", "PUT", "/documents/k?partNumber=NaN&uploadId=u"), 400,
                     "InvalidArgument", "s3"),
                Case("a query that is no UTF-8", rest("s3", "GET", "/documents?prefix=%ff"), 400, "InvalidURI", "s3"),
                Case("a key that is no UTF-8", rest("s3", "GET", "/documents/%ff"), 400, "InvalidURI", "s3"),
                Case("a date that is NaN", rest("s3", "PUT", "/documents/k", headers={"x-amz-object-lock-mode": "GOVERNANCE",
                     "x-amz-object-lock-retain-until-date": "NaN"}), 400, "InvalidArgument", "s3"),
                Case("a location that XML cannot hold", rest("s3", "PUT", "/other", b"<CreateBucketConfiguration>"
                     b"<LocationConstraint>&#1;</LocationConstraint></CreateBucketConfiguration>"), 400,
                     "InvalidLocationConstraint", "s3"),
                Case("a method nobody knows", rest("s3", "BREW", "/documents"), 405, "MethodNotAllowed", "s3"),
            ]
        )


class Json(Hostile):
    """restJson1 and awsJson1.1."""

    #: What neither can read.
    UNREADABLE = {
        "half a document": b'{"name": "a',
        "bytes that are no UTF-8": b'{"name": "\xff"}',
        "no JSON at all": b"<name/>",
        "two documents": b"{} {}",
        "an array": b"[]",
        "a string": b'"name"',
        "100,000 levels": b'{"tags": ' + nested(b"[", b"]", 100_000) + b"}",
        "100,000 levels of objects": nested(b'{"a":', b"}", 100_000),
        "levels that never end": b"[" * 1_000_000,
        "NaN": b'{"name": NaN}',
        "half a surrogate": b'{"name": "\\ud800"}',
        "a trailing comma": b'{"name": "a",}',
        "a raw line break in a string": b'{"name": "a\nb"}',
        "UTF-16": '{"name": "a"}'.encode("utf-16"),
    }

    def test_rest_json(self):
        for what, body in self.UNREADABLE.items():
            self.run_cases([Case(what, cluster(body), 400, "SerializationException", "rest-json")])
        entries = b",".join(b'"%d": "v"' % n for n in range(10_000))
        self.run_cases(
            [
                # What it reads lacks the members that a cluster needs.
                Case("a document it reads", cluster(b'{"name": "a"}'), 400, "InvalidParameterException", "rest-json"),
                Case("a list where text is expected", cluster(b'{"name": []}'), 400, "SerializationException", "rest-json"),
                Case("a number where text is expected", cluster(b'{"name": 1e400}'), 400, "SerializationException", "rest-json"),
                Case("text where a boolean is expected", cluster(b'{"bootstrapSelfManagedAddons": "true"}'), 400,
                     "SerializationException", "rest-json"),
                Case("10,000 entries", cluster(b'{"name": "a", "tags": {' + entries + b"}}"), 400, "InvalidParameterException", "rest-json"),
                Case("the last of two values counts", cluster(b'{"name": [], "name": "a"}'), 400, "InvalidParameterException", "rest-json"),
                Case("unknown members are ignored", cluster(b'{"name": "a", "other": {"x": [1e308]}}'), 400,
                     "InvalidParameterException", "rest-json"),
                Case("another content type", cluster(b'{"name": "a"}', content_type="text/xml"), 400,
                     "InvalidParameterException", "rest-json"),
                Case("a number in the query that is none", rest("eks", "GET", "/clusters?maxResults=ten"), 400,
                     "SerializationException", "rest-json"),
                Case("a number in the query beyond i64", rest("eks", "GET", "/clusters?maxResults=99999999999999999999"), 400,
                     "SerializationException", "rest-json"),
                Case("an integer beyond i64", rest("eks", "POST", "/clusters/c/node-groups",
                     b'{"diskSize": 99999999999999999999}'), 400, "SerializationException", "rest-json"),
                Case("an integer with a fraction", rest("eks", "POST", "/clusters/c/node-groups", b'{"diskSize": 1.5}'), 400,
                     "SerializationException", "rest-json"),
                Case("a query that is no UTF-8", rest("eks", "GET", "/clusters?nextToken=%ff"), 400,
                     "SerializationException", "rest-json"),
                Case("a label that is no UTF-8", rest("eks", "GET", "/clusters/%ff"), 400, "SerializationException", "rest-json"),
                Case("an unknown path", rest("eks", "GET", "/nothing"), 404, "UnknownOperationException", "rest-json"),
                Case("a body past the limit", cluster(b" " * (HELD_LIMIT_BYTES + 1)), 413, "RequestEntityTooLarge", "rest-json"),
            ]
        )

    def test_json(self):
        for what, body in self.UNREADABLE.items():
            self.run_cases([Case(what, kms(body), 400, "SerializationException", "json")])
        tags = b",".join([b'{"TagKey": "k", "TagValue": "v"}'] * 10_000)
        self.run_cases(
            [
                Case("a document it reads", kms(b"{}"), 501, "NotImplemented", "json"),
                Case("no document", kms(b""), 501, "NotImplemented", "json"),
                Case("10,000 list entries", kms(b'{"Tags": [' + tags + b"]}"), 501, "NotImplemented", "json"),
                Case("text where a list is expected", kms(b'{"Tags": "x"}'), 400, "SerializationException", "json"),
                Case("a blob that is no base64", kms(b'{"CiphertextBlob": "!"}', "Decrypt"), 400,
                     "SerializationException", "json"),
                Case("an integer beyond i64", kms(b'{"Limit": 99999999999999999999}', "ListKeys"), 400,
                     "SerializationException", "json"),
                Case("an integer beyond all doubles", kms(b'{"Limit": 1e999}', "ListKeys"), 400,
                     "SerializationException", "json"),
                Case("a NaN date", kms(b'{"ValidTo": "NaN"}', "ImportKeyMaterial"), 400, "SerializationException", "json"),
                Case("an infinite date", kms(b'{"ValidTo": 1e300}', "ImportKeyMaterial"), 400, "SerializationException", "json"),
                Case("an unknown operation", kms(b"{}", "Nothing"), 400, "UnknownOperationException", "json"),
                Case("another content type", kms(b"{}", content_type="text/xml"), 501, "NotImplemented", "json"),
                Case("a form", kms(b"Action=CreateKey"), 400, "SerializationException", "json"),
                Case("a body past the limit", kms(b" " * (HELD_LIMIT_BYTES + 1)), 413, "RequestEntityTooLarge", "json"),
            ]
        )


class Cbor(Hostile):
    """RPC v2 CBOR, which newer clients speak to the JSON services."""

    def test_cbor(self):
        unreadable = {
            "half a map": b"\xa1\x61",
            "an array that promises 2^60 elements": b"\x9b\x10\x00\x00\x00\x00\x00\x00\x00",
            "a text that promises 2^60 bytes": b"\x7b\x10\x00\x00\x00\x00\x00\x00\x00x",
            "a blob that promises 2^60 bytes": b"\xa1\x61a\x5b\x10\x00\x00\x00\x00\x00\x00\x00x",
            "a map that promises 2^60 entries": b"\xbb\x10\x00\x00\x00\x00\x00\x00\x00",
            "100,000 levels": b"\x81" * 100_000 + b"\x80",
            "100,000 levels of tags": b"\xc1" * 100_000 + b"\x00",
            "100,000 endless levels": b"\x9f" * 100_000,
            "text that is no UTF-8": b"\xa1\x6bDescription\x61\xff",
            "two documents": b"\xa0\xa0",
            "a break where none belongs": b"\xff",
            "a reserved additional value": b"\x1c",
            "an array": b"\x80",
            "a number for a key": b"\xa1\x01\x01",
            "JSON": b"{}",
            "a number where text is expected": b"\xa1\x6bDescription\x01",
            "a NaN date": b"\xa1\x67ValidTo\xc1\xf9\x7e\x00",
            "an infinite date": b"\xa1\x67ValidTo\xc1\xf9\x7c\x00",
        }
        for what, body in unreadable.items():
            dated = rpc("kms", "TrentService", "ImportKeyMaterial", body)
            self.run_cases([Case(what, dated if "date" in what else cbor(body), 400, "SerializationException", "cbor")])
        self.run_cases(
            [
                Case("a document it reads", cbor(b"\xa0"), 501, "NotImplemented", "cbor"),
                Case("unknown members are ignored", cbor(b"\xa1\x61a\x9f\x01\xff"), 501, "NotImplemented", "cbor"),
                Case("an unknown operation", rpc("kms", "TrentService", "Nothing", b""), 404, ""
                     "UnknownOperationException", "cbor"),
                Case("a body past the limit", cbor(b"\x00" * (HELD_LIMIT_BYTES + 1)), 413, "RequestEntityTooLarge", "cbor"),
            ]
        )


if __name__ == "__main__":
    unittest.main()
