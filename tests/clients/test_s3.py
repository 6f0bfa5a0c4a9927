"""S3 through boto3, over http and https."""

import hashlib
import unittest
import urllib.request

from botocore.config import Config

from angae import Server, refusal


class Objects(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server("--tls")
        cls.s3 = cls.server.client("s3")
        cls.s3.create_bucket(Bucket="bkt")

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def put(self, key, body=b"x", **more):
        return self.s3.put_object(Bucket="bkt", Key=key, Body=body, **more)

    def body(self, key, **more):
        return self.s3.get_object(Bucket="bkt", Key=key, **more)["Body"].read()

    def test_what_was_put_comes_back(self):
        for key in ("plain", "a//b", "a/../b", "é x", "d+e", "per%cent", "slash/"):
            self.put(key, key.encode(), Metadata={"who": "me"}, ContentType="text/plain")
            found = self.s3.get_object(Bucket="bkt", Key=key)
            self.assertEqual(found["Body"].read(), key.encode())
            self.assertEqual(found["ETag"], f'"{hashlib.md5(key.encode()).hexdigest()}"')
            self.assertEqual((found["Metadata"], found["ContentType"]), ({"who": "me"}, "text/plain"))

    def test_ranges_and_conditions(self):
        etag = self.put("range", b"0123456789")["ETag"]
        self.assertEqual(self.body("range", Range="bytes=2-4"), b"234")
        self.assertEqual(self.body("range", Range="bytes=-3"), b"789")
        self.assertEqual(self.body("range", Range="bytes=5-100"), b"56789")
        get = lambda **more: self.s3.get_object(Bucket="bkt", Key="range", **more)
        for call, want in (
            (lambda: get(Range="bytes=10-"), (416, "InvalidRange")),
            (lambda: get(IfMatch='"other"'), (412, "PreconditionFailed")),
            (lambda: get(IfNoneMatch=etag), (304, "304")),
            (lambda: self.put("range", IfNoneMatch="*"), (412, "PreconditionFailed")),
            (lambda: self.put("range", IfMatch='"other"'), (412, "PreconditionFailed")),
            (lambda: self.put("range", ContentMD5="AAAAAAAAAAAAAAAAAAAAAA=="), (400, "BadDigest")),
            (lambda: self.s3.get_object(Bucket="bkt", Key="none"), (404, "NoSuchKey")),
            (lambda: self.s3.get_object(Bucket="no-such-bucket", Key="none"), (404, "NoSuchBucket")),
            (lambda: self.s3.head_object(Bucket="bkt", Key="none"), (404, "404")),
        ):
            self.assertEqual(refusal(call)[:2], want)

    def test_checksums_are_shown_to_whoever_asks_in_any_case(self):
        self.put("sum", ChecksumAlgorithm="CRC32")
        get = lambda **more: self.s3.get_object(Bucket="bkt", Key="sum", **more)
        for mode in ("ENABLED", "enabled"):
            self.assertIn("ChecksumCRC32", get(ChecksumMode=mode))
        # botocore asks by itself unless it is told not to.
        refused = refusal(lambda: get(ChecksumMode="DISABLED"))
        self.assertEqual(refused, (400, "InvalidRequest", "Value for x-amz-checksum-mode header is invalid."))

    def test_lists_skip_whole_prefixes_and_page(self):
        self.s3.create_bucket(Bucket="lists")
        keys = sorted(f"{a}/{b}" for a in "abc" for b in range(5)) + ["root"]
        for key in keys:
            self.s3.put_object(Bucket="lists", Key=key, Body=b"")
        shown = self.s3.list_objects_v2(Bucket="lists", Delimiter="/")
        self.assertEqual([p["Prefix"] for p in shown["CommonPrefixes"]], ["a/", "b/", "c/"])
        self.assertEqual([o["Key"] for o in shown["Contents"]], ["root"])
        for size in (1, 2, 3, 7, 1000):
            pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket="lists", PaginationConfig={"PageSize": size})
            self.assertEqual([o["Key"] for page in pages for o in page["Contents"]], keys)
            pages = self.s3.get_paginator("list_objects").paginate(
                Bucket="lists", Delimiter="/", PaginationConfig={"PageSize": size}
            )
            found = [p["Prefix"] for page in pages for p in page.get("CommonPrefixes", [])]
            self.assertEqual(found, ["a/", "b/", "c/"], size)

    def test_versions_hide_and_come_back(self):
        self.s3.create_bucket(Bucket="versions")
        self.s3.put_bucket_versioning(Bucket="versions", VersioningConfiguration={"Status": "Enabled"})
        put = lambda body: self.s3.put_object(Bucket="versions", Key="k", Body=body)["VersionId"]
        first, second = put(b"1"), put(b"2")
        marker = self.s3.delete_object(Bucket="versions", Key="k")
        self.assertTrue(marker["DeleteMarker"])
        self.assertEqual(refusal(lambda: self.s3.get_object(Bucket="versions", Key="k"))[1], "NoSuchKey")
        read = lambda **more: self.s3.get_object(Bucket="versions", Key="k", **more)["Body"].read()
        self.assertEqual((read(VersionId=first), read(VersionId=second)), (b"1", b"2"))
        self.s3.delete_object(Bucket="versions", Key="k", VersionId=marker["VersionId"])
        self.assertEqual(read(), b"2")
        shown = self.s3.list_object_versions(Bucket="versions")["Versions"]
        self.assertEqual([(v["VersionId"], v["IsLatest"]) for v in shown], [(second, True), (first, False)])
        self.assertEqual(refusal(lambda: self.s3.delete_bucket(Bucket="versions"))[1], "BucketNotEmpty")

    def test_parts_become_an_object(self):
        upload = self.s3.create_multipart_upload(Bucket="bkt", Key="parts")["UploadId"]
        named = {"Bucket": "bkt", "Key": "parts", "UploadId": upload}
        send = lambda number, body: {
            "PartNumber": number,
            "ETag": self.s3.upload_part(PartNumber=number, Body=body, **named)["ETag"],
        }
        send(1, b"replaced")
        parts = [send(1, b"a" * 5 * 1024 * 1024), send(3, b"end")]
        complete = lambda parts: self.s3.complete_multipart_upload(MultipartUpload={"Parts": parts}, **named)
        self.assertEqual(refusal(lambda: complete(parts[::-1]))[1], "InvalidPartOrder")
        self.assertEqual(refusal(lambda: complete([{**parts[0], "ETag": '"x"'}]))[1], "InvalidPart")
        self.assertTrue(complete(parts)["ETag"].endswith('-2"'))
        self.assertEqual(self.body("parts", Range="bytes=5242878-5242882"), b"aaend")
        self.assertEqual(refusal(lambda: complete(parts[:1]))[1], "NoSuchUpload")
        self.s3.copy_object(Bucket="bkt", Key="copy", CopySource={"Bucket": "bkt", "Key": "parts"})
        self.s3.delete_object(Bucket="bkt", Key="parts")
        self.assertEqual(self.s3.head_object(Bucket="bkt", Key="copy")["ContentLength"], 5 * 1024 * 1024 + 3)
        self.assertEqual(self.body("copy", Range="bytes=-3"), b"end")

    def test_many_are_deleted_at_once(self):
        for number in range(5):
            self.put(f"many/{number}")
        wish = {"Objects": [{"Key": f"many/{number}"} for number in range(6)]}
        self.assertEqual(len(self.s3.delete_objects(Bucket="bkt", Delete=wish)["Deleted"]), 6)
        self.assertNotIn("Contents", self.s3.list_objects_v2(Bucket="bkt", Prefix="many/"))

    def test_presigned_urls_of_both_versions(self):
        self.put("signed", b"seen")
        for version in ("s3v4", "s3"):
            client = self.server.client("s3", config=Config(signature_version=version))
            url = client.generate_presigned_url("get_object", Params={"Bucket": "bkt", "Key": "signed"})
            with urllib.request.urlopen(url) as answer:
                self.assertEqual(answer.read(), b"seen")

    def test_https_takes_the_unsigned_chunks_with_their_trailer(self):
        secure = self.server.client("s3", secure=True)
        secure.put_object(Bucket="bkt", Key="secure", Body=b"s" * 100_000)
        self.assertEqual(secure.get_object(Bucket="bkt", Key="secure")["Body"].read(), b"s" * 100_000)
        self.assertEqual(self.s3.head_object(Bucket="bkt", Key="secure")["ContentLength"], 100_000)

    def test_everything_survives_a_kill(self):
        self.put("kept", b"k" * 300_000)
        self.server.kill()
        self.server.start()
        type(self).s3 = self.server.client("s3")
        self.assertEqual(self.body("kept"), b"k" * 300_000)


if __name__ == "__main__":
    unittest.main()
