"""Objects with boto3: encryption, locks, conditions, copies, archives, attributes, multipart rules."""

import base64
import datetime
import hashlib
import os
import threading
import unittest
import zlib

from angae import Server, refusal
from botocore.config import Config

MIB = 1024 * 1024
#: Checksums only where they are asked for: what S3 does by itself shows.
PLAIN = Config(request_checksum_calculation="when_required", response_checksum_validation="when_required")


class Objects(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server("--clock", "stepped")
        cls.addClassCleanup(cls.server.stop)
        cls.s3 = cls.server.client("s3", config=PLAIN)

    def bucket(self, **arguments):
        # The same in every run, and another in every test: those of a class share a server.
        self.made = getattr(self, "made", 0) + 1
        name = f"b-{zlib.crc32(self.id().encode()):08x}-{self.made}"
        self.s3.create_bucket(Bucket=name, **arguments)
        return name

    def versioned(self):
        name = self.bucket()
        self.s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        return name

    def code(self, call, *want):
        status, code, sentence = refusal(call)
        self.assertEqual((status, code), want[:2], sentence)
        if len(want) > 2:
            self.assertEqual(sentence, want[2])


class Encryption(Objects):
    KEY, OTHER = os.urandom(32), os.urandom(32)

    def with_key(self, key):
        return {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": key}

    def test_a_customers_key_seals_and_opens(self):
        b, body = self.bucket(), os.urandom(1_000_000)
        put = self.s3.put_object(Bucket=b, Key="k", Body=body, **self.with_key(self.KEY))
        self.assertEqual(put["SSECustomerAlgorithm"], "AES256")
        self.assertNotIn("ServerSideEncryption", put)
        self.assertNotEqual(put["ETag"].strip('"'), hashlib.md5(body).hexdigest())
        got = self.s3.get_object(Bucket=b, Key="k", **self.with_key(self.KEY))
        self.assertEqual(got["Body"].read(), body)
        part = self.s3.get_object(Bucket=b, Key="k", Range="bytes=777-99999", **self.with_key(self.KEY))
        self.assertEqual(part["Body"].read(), body[777:100000])
        get = lambda **named: self.s3.get_object(Bucket=b, Key="k", **named)
        self.code(get, 400, "InvalidRequest", "The object was stored using a form of Server Side Encryption. The correct parameters must be provided to retrieve the object.")
        self.code(lambda: get(**self.with_key(self.OTHER)), 403, "AccessDenied", "Requests specifying Server Side Encryption with Customer provided keys must provide the correct secret key.")
        self.code(lambda: self.s3.head_object(Bucket=b, Key="k"), 400, "400")
        self.s3.put_object(Bucket=b, Key="plain", Body=b"x")
        self.code(lambda: self.s3.get_object(Bucket=b, Key="plain", **self.with_key(self.KEY)), 400, "InvalidRequest", "The encryption parameters are not applicable to this object.")
        with open(os.path.join(self.server.folder.name, "angae.db"), "rb") as file:
            self.assertNotIn(base64.b64encode(self.KEY), file.read())
        for folder, _, files in os.walk(os.path.join(self.server.folder.name, "blobs")):
            for name in files:
                with open(os.path.join(folder, name), "rb") as file:
                    self.assertNotIn(body[:64], file.read())

    def test_copies_change_the_key(self):
        b, body = self.bucket(), os.urandom(300_000)
        self.s3.put_object(Bucket=b, Key="a", Body=body, **self.with_key(self.KEY))
        source = {"CopySourceSSECustomerAlgorithm": "AES256", "CopySourceSSECustomerKey": self.KEY}
        copy = lambda **named: self.s3.copy_object(Bucket=b, Key="b", CopySource=f"{b}/a", **named)
        self.code(copy, 400, "InvalidRequest")
        copy(**source, **self.with_key(self.OTHER))
        self.assertEqual(self.s3.get_object(Bucket=b, Key="b", **self.with_key(self.OTHER))["Body"].read(), body)
        opened = copy(**source)
        self.assertEqual(opened["CopyObjectResult"]["ETag"].strip('"'), hashlib.md5(body).hexdigest())
        self.assertEqual(self.s3.get_object(Bucket=b, Key="b")["Body"].read(), body)

    def test_multipart_under_a_customers_key(self):
        b, parts = self.bucket(), [os.urandom(5 * MIB), os.urandom(100_000)]
        upload = self.s3.create_multipart_upload(Bucket=b, Key="m", **self.with_key(self.KEY))["UploadId"]
        send = lambda number, **named: self.s3.upload_part(
            Bucket=b, Key="m", UploadId=upload, PartNumber=number, Body=parts[number - 1], **named
        )["ETag"]
        self.code(lambda: send(1), 400, "InvalidRequest", "The multipart upload initiate requested encryption. Subsequent part requests must include the appropriate encryption parameters.")
        self.code(lambda: send(1, **self.with_key(self.OTHER)), 400, "InvalidRequest", "The provided encryption parameters did not match the ones used originally.")
        tags = [{"PartNumber": n, "ETag": send(n, **self.with_key(self.KEY))} for n in (1, 2)]
        self.s3.complete_multipart_upload(Bucket=b, Key="m", UploadId=upload, MultipartUpload={"Parts": tags})
        whole = b"".join(parts)
        self.assertEqual(self.s3.get_object(Bucket=b, Key="m", **self.with_key(self.KEY))["Body"].read(), whole)
        across = self.s3.get_object(Bucket=b, Key="m", Range=f"bytes={5 * MIB - 10}-{5 * MIB + 9}", **self.with_key(self.KEY))
        self.assertEqual(across["Body"].read(), whole[5 * MIB - 10 : 5 * MIB + 10])

    def test_kms_is_recorded_and_repeated(self):
        b = self.bucket()
        put = self.s3.put_object(Bucket=b, Key="k", Body=b"x", ServerSideEncryption="aws:kms", BucketKeyEnabled=True)
        self.assertRegex(put["SSEKMSKeyId"], "^arn:aws:kms:us-east-1:000000000000:key/[0-9a-f-]{36}$")
        self.assertNotEqual(put["ETag"].strip('"'), hashlib.md5(b"x").hexdigest())
        head = self.s3.head_object(Bucket=b, Key="k")
        self.assertEqual((head["ServerSideEncryption"], head["SSEKMSKeyId"], head["BucketKeyEnabled"]), ("aws:kms", put["SSEKMSKeyId"], True))
        key = "1234abcd-12ab-34cd-56ef-1234567890ab"
        own = self.s3.put_object(Bucket=b, Key="k", Body=b"x", ServerSideEncryption="aws:kms", SSEKMSKeyId=key)
        self.assertEqual(own["SSEKMSKeyId"], f"arn:aws:kms:us-east-1:000000000000:key/{key}")
        put = lambda **named: self.s3.put_object(Bucket=b, Key="k", Body=b"x", **named)
        self.code(lambda: put(ServerSideEncryption="aws:kms", SSEKMSKeyId="nonsense"), 400, "KMS.NotFoundException", "Invalid keyId 'nonsense'")
        elsewhere = f"arn:aws:kms:eu-west-1:000000000000:key/{key}"
        self.code(lambda: put(ServerSideEncryption="aws:kms", SSEKMSKeyId=elsewhere), 400, "KMS.NotFoundException", "Invalid arn eu-west-1")
        self.code(lambda: put(SSEKMSKeyId=key), 400, "InvalidArgument")
        self.code(lambda: put(ServerSideEncryption="AES256", **self.with_key(self.KEY)), 400, "InvalidArgument")


class Conditions(Objects):
    def test_one_of_many_creators_wins(self):
        b, won, lost = self.bucket(), [], []

        def create(number):
            s3 = self.server.client("s3", config=PLAIN)
            try:
                s3.put_object(Bucket=b, Key="lock", Body=str(number).encode(), IfNoneMatch="*")
                won.append(number)
            except s3.exceptions.ClientError as error:
                lost.append(error.response["Error"]["Code"])

        threads = [threading.Thread(target=create, args=(n,)) for n in range(64)]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]
        self.assertEqual((len(won), set(lost), len(lost)), (1, {"PreconditionFailed"}, 63))
        self.assertEqual(self.s3.get_object(Bucket=b, Key="lock")["Body"].read(), str(won[0]).encode())

    def test_increments_under_if_match_lose_none(self):
        b, rounds, writers = self.bucket(), 4, 16
        self.s3.put_object(Bucket=b, Key="n", Body=b"0")

        def increment():
            s3 = self.server.client("s3", config=PLAIN)
            for _ in range(rounds):
                while True:
                    got = s3.get_object(Bucket=b, Key="n")
                    value = int(got["Body"].read()) + 1
                    try:
                        s3.put_object(Bucket=b, Key="n", Body=str(value).encode(), IfMatch=got["ETag"])
                        break
                    except s3.exceptions.ClientError as error:
                        assert error.response["Error"]["Code"] == "PreconditionFailed", error

        threads = [threading.Thread(target=increment) for _ in range(writers)]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]
        self.assertEqual(self.s3.get_object(Bucket=b, Key="n")["Body"].read(), str(rounds * writers).encode())

    def test_forms_that_s3_does_not_take(self):
        b = self.bucket()
        put = lambda **named: self.s3.put_object(Bucket=b, Key="k", Body=b"x", **named)
        self.code(lambda: put(IfMatch='"abc"'), 404, "NoSuchKey")
        etag = put()["ETag"]
        self.code(lambda: put(IfMatch="*"), 501, "NotImplemented")
        self.code(lambda: put(IfNoneMatch=etag), 501, "NotImplemented")
        self.code(lambda: put(IfMatch=etag, IfNoneMatch="*"), 501, "NotImplemented")
        self.code(lambda: put(IfMatch='"abc"'), 412, "PreconditionFailed")
        put(IfMatch=etag)
        delete = lambda **named: self.s3.delete_object(Bucket=b, Key="k", **named)
        self.code(lambda: delete(IfMatch='"abc"'), 412, "PreconditionFailed")
        delete(IfMatch=etag)
        self.code(lambda: delete(IfMatch=etag), 404, "NoSuchKey")

    def test_a_completion_meets_what_happened_since(self):
        b = self.bucket()
        begin = lambda: self.s3.create_multipart_upload(Bucket=b, Key="k")["UploadId"]

        def complete(upload, **named):
            tag = self.s3.upload_part(Bucket=b, Key="k", UploadId=upload, PartNumber=1, Body=b"x")["ETag"]
            parts = {"Parts": [{"PartNumber": 1, "ETag": tag}]}
            return self.s3.complete_multipart_upload(Bucket=b, Key="k", UploadId=upload, MultipartUpload=parts, **named)

        upload = begin()
        self.server.advance(5)
        etag = self.s3.put_object(Bucket=b, Key="k", Body=b"y")["ETag"]
        self.code(lambda: complete(upload, IfNoneMatch="*"), 412, "PreconditionFailed")
        self.code(lambda: complete(upload, IfMatch=etag), 409, "ConditionalRequestConflict")
        self.server.advance(5)
        again = begin()
        complete(again, IfMatch=etag)


class Locks(Objects):
    def test_locks_hold(self):
        b = self.bucket(ObjectLockEnabledForBucket=True)
        now = self.server.now()
        later, sooner = now + datetime.timedelta(days=2), now + datetime.timedelta(days=1)
        lock = {"ObjectLockMode": "GOVERNANCE", "ObjectLockRetainUntilDate": later, "ChecksumAlgorithm": "CRC32"}
        put = self.s3.put_object(Bucket=b, Key="k", Body=b"x", **lock)
        version = put["VersionId"]
        head = self.s3.head_object(Bucket=b, Key="k")
        self.assertEqual(head["ObjectLockMode"], "GOVERNANCE")
        delete = lambda **named: self.s3.delete_object(Bucket=b, Key="k", VersionId=version, **named)
        denied = (403, "AccessDenied", "Access Denied because object protected by object lock.")
        self.code(delete, *denied)
        listed = self.s3.delete_objects(Bucket=b, Delete={"Objects": [{"Key": "k", "VersionId": version}]})
        self.assertEqual(listed["Errors"][0]["Code"], "AccessDenied")
        retain = lambda until, mode="GOVERNANCE", **named: self.s3.put_object_retention(
            Bucket=b, Key="k", Retention={"Mode": mode, "RetainUntilDate": until}, **named
        )
        self.code(lambda: retain(sooner), *denied)
        retain(sooner, BypassGovernanceRetention=True)
        self.code(lambda: retain(now - datetime.timedelta(days=1)), 400, "InvalidArgument", "The retain until date must be in the future!")
        self.s3.put_object_legal_hold(Bucket=b, Key="k", LegalHold={"Status": "ON"})
        self.code(lambda: delete(BypassGovernanceRetention=True), *denied)
        self.assertEqual(self.s3.get_object_legal_hold(Bucket=b, Key="k")["LegalHold"]["Status"], "ON")
        self.s3.put_object_legal_hold(Bucket=b, Key="k", LegalHold={"Status": "OFF"})
        self.assertTrue(self.s3.delete_object(Bucket=b, Key="k")["DeleteMarker"], "a marker is always allowed")
        self.server.advance(86_401)
        delete()

    def test_what_was_never_locked_says_so(self):
        b = self.bucket(ObjectLockEnabledForBucket=True)
        self.s3.put_object(Bucket=b, Key="k", Body=b"x")
        self.code(lambda: self.s3.get_object_retention(Bucket=b, Key="k"), 404, "NoSuchObjectLockConfiguration")
        self.code(lambda: self.s3.get_object_retention(Bucket=b, Key="none"), 404, "NoSuchKey")
        plain = self.bucket()
        self.s3.put_object(Bucket=plain, Key="k", Body=b"x")
        self.code(lambda: self.s3.get_object_legal_hold(Bucket=plain, Key="k"), 400, "InvalidRequest", "Bucket is missing Object Lock Configuration")
        self.code(lambda: self.s3.delete_object(Bucket=plain, Key="k", BypassGovernanceRetention=True), 400, "InvalidArgument")


class Archives(Objects):
    def test_an_archived_object_comes_back_for_a_while(self):
        b = self.bucket()
        self.s3.put_object(Bucket=b, Key="k", Body=b"cold", StorageClass="GLACIER")
        get = lambda: self.s3.get_object(Bucket=b, Key="k")
        self.code(get, 403, "InvalidObjectState")
        self.code(lambda: self.s3.copy_object(Bucket=b, Key="c", CopySource=f"{b}/k"), 403, "ObjectNotInActiveTierError")
        restore = lambda key="k", **request: self.s3.restore_object(Bucket=b, Key=key, RestoreRequest=request)
        self.assertEqual(restore(Days=1)["ResponseMetadata"]["HTTPStatusCode"], 202)
        self.assertIn('ongoing-request="false", expiry-date="', self.s3.head_object(Bucket=b, Key="k")["Restore"])
        self.assertEqual(get()["Body"].read(), b"cold")
        self.assertEqual(restore(Days=2)["ResponseMetadata"]["HTTPStatusCode"], 200)
        self.server.advance(4 * 86_400)
        self.code(get, 403, "InvalidObjectState")
        self.assertNotIn("Restore", self.s3.head_object(Bucket=b, Key="k"))
        self.s3.put_object(Bucket=b, Key="warm", Body=b"x")
        self.code(lambda: restore(key="warm", Days=1), 403, "InvalidObjectState")
        self.code(restore, 400, "MalformedXML")


class Multipart(Objects):
    def test_attributes_and_parts(self):
        b = self.bucket()
        upload = self.s3.create_multipart_upload(Bucket=b, Key="m", ChecksumAlgorithm="CRC32")["UploadId"]
        bodies = [os.urandom(5 * MIB), os.urandom(10)]
        parts = []
        for number, body in zip((2, 5), bodies):
            sent = self.s3.upload_part(Bucket=b, Key="m", UploadId=upload, PartNumber=number, Body=body)
            parts.append({"PartNumber": number, "ETag": sent["ETag"], "ChecksumCRC32": sent["ChecksumCRC32"]})
        complete = lambda parts, **named: self.s3.complete_multipart_upload(
            Bucket=b, Key="m", UploadId=upload, MultipartUpload={"Parts": parts}, **named
        )
        bare = [{k: part[k] for k in ("PartNumber", "ETag")} for part in parts]
        self.code(lambda: complete(bare), 400, "InvalidRequest", "The upload was created using a crc32 checksum. The complete request must include the checksum for each part. It was missing for part 2 in the request.")
        self.code(lambda: complete(parts[::-1]), 400, "InvalidPartOrder")
        self.code(lambda: complete(parts, MpuObjectSize=7), 400, "InvalidRequest")
        self.code(lambda: complete(parts, ChecksumType="FULL_OBJECT"), 400, "InvalidRequest", "The upload was created using the COMPOSITE checksum mode. The complete request must use the same checksum mode.")
        done = complete(parts)
        self.assertRegex(done["ChecksumCRC32"], "-2$")
        self.assertEqual(complete(parts)["ETag"], done["ETag"], "a repeat is answered alike")
        self.code(lambda: self.s3.list_parts(Bucket=b, Key="m", UploadId=upload), 404, "NoSuchUpload")
        all_of_it = ["ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"]
        found = self.s3.get_object_attributes(Bucket=b, Key="m", ObjectAttributes=all_of_it)
        self.assertEqual(found["ETag"], done["ETag"].strip('"'))
        self.assertEqual(found["Checksum"]["ChecksumCRC32"] + "-2", done["ChecksumCRC32"])
        self.assertEqual((found["ObjectSize"], found["StorageClass"]), (5 * MIB + 10, "STANDARD"))
        self.assertEqual([p["PartNumber"] for p in found["ObjectParts"]["Parts"]], [2, 5])
        second = self.s3.get_object(Bucket=b, Key="m", PartNumber=5, ChecksumMode="ENABLED")
        self.assertEqual((second["Body"].read(), second["PartsCount"], second["ChecksumCRC32"]), (bodies[1], 2, parts[1]["ChecksumCRC32"]))
        self.code(lambda: self.s3.get_object(Bucket=b, Key="m", PartNumber=3), 416, "InvalidPartNumber")
        copy = self.s3.copy_object(Bucket=b, Key="c", CopySource=f"{b}/m")["CopyObjectResult"]
        self.assertEqual(copy["ETag"].strip('"'), hashlib.md5(b"".join(bodies)).hexdigest())
        self.assertEqual(copy["ChecksumType"], "FULL_OBJECT")
        self.assertEqual(self.s3.get_object(Bucket=b, Key="c")["Body"].read(), b"".join(bodies))

    def test_uploads_are_listed_by_key_and_age(self):
        b = self.bucket()
        ids = {}
        for key in ("a", "dir/x", "dir/y", "z", "a"):
            ids.setdefault(key, []).append(self.s3.create_multipart_upload(Bucket=b, Key=key)["UploadId"])
            self.server.advance(1)
        listed = self.s3.list_multipart_uploads(Bucket=b)
        self.assertEqual([u["UploadId"] for u in listed["Uploads"]], ids["a"] + ids["dir/x"] + ids["dir/y"] + ids["z"])
        rolled = self.s3.list_multipart_uploads(Bucket=b, Delimiter="/")
        self.assertEqual([u["Key"] for u in rolled["Uploads"]], ["a", "a", "z"])
        self.assertEqual(rolled["CommonPrefixes"], [{"Prefix": "dir/"}])
        found, marker = [], {}
        while True:
            page = self.s3.list_multipart_uploads(Bucket=b, MaxUploads=1, Delimiter="/", **marker)
            found += [u["UploadId"] for u in page.get("Uploads", [])] + [p["Prefix"] for p in page.get("CommonPrefixes", [])]
            if not page["IsTruncated"]:
                break
            marker = {"KeyMarker": page["NextKeyMarker"], "UploadIdMarker": page["NextUploadIdMarker"]}
        self.assertEqual(found, ids["a"] + ["dir/"] + ids["z"])

    def test_a_copy_onto_itself_has_to_change_something(self):
        b = self.bucket()
        self.s3.put_object(Bucket=b, Key="k", Body=b"x", Metadata={"a": "1"})
        copy = lambda **named: self.s3.copy_object(Bucket=b, Key="k", CopySource=f"{b}/k", **named)
        self.code(copy, 400, "InvalidRequest")
        copy(StorageClass="STANDARD")
        self.assertEqual(self.s3.head_object(Bucket=b, Key="k")["Metadata"], {"a": "1"})
        copy(MetadataDirective="REPLACE", Metadata={"b": "2"})
        self.assertEqual(self.s3.head_object(Bucket=b, Key="k")["Metadata"], {"b": "2"})
        self.code(lambda: copy(StorageClass="STANDARD", CopySourceIfMatch='"no"'), 412, "PreconditionFailed")


class Annotations(Objects):
    def test_annotations_belong_to_a_version_and_follow_copies(self):
        b = self.versioned()
        first = self.s3.put_object(Bucket=b, Key="k", Body=b"x")
        at = {"Bucket": b, "Key": "k", "AnnotationName": "ml.label"}
        payload = '{"is": "a café"}'.encode()
        put = self.s3.put_object_annotation(AnnotationPayload=payload, ObjectIfMatch=first["ETag"], **at)
        self.assertEqual(put["ETag"].strip('"'), hashlib.md5(payload).hexdigest())
        self.assertEqual(put["ObjectVersionId"], first["VersionId"])
        got = self.s3.get_object_annotation(**at)
        self.assertEqual((got["AnnotationPayload"].read(), got["ContentLength"]), (payload, len(payload)))
        self.s3.copy_object(Bucket=b, Key="copy", CopySource=f"{b}/k")
        self.s3.copy_object(Bucket=b, Key="bare", CopySource=f"{b}/k", AnnotationDirective="EXCLUDE")
        counts = [self.s3.list_object_annotations(Bucket=b, Key=key)["AnnotationCount"] for key in ("copy", "bare")]
        self.assertEqual(counts, [1, 0])
        self.s3.put_object(Bucket=b, Key="k", Body=b"y")
        self.code(lambda: self.s3.get_object_annotation(**at), 404, "NoSuchAnnotation")
        self.s3.delete_object_annotation(VersionId=first["VersionId"], **at)
        self.code(lambda: self.s3.get_object_annotation(VersionId=first["VersionId"], **at), 404, "NoSuchAnnotation")

    def test_the_key_of_an_object_changes_in_place(self):
        b = self.bucket()
        put = self.s3.put_object(Bucket=b, Key="k", Body=b"x")
        key = "arn:aws:kms:us-east-1:000000000000:key/1234abcd-12ab-34cd-56ef-1234567890ab"
        wish = {"SSEKMS": {"KMSKeyArn": key, "BucketKeyEnabled": True}}
        self.s3.update_object_encryption(Bucket=b, Key="k", ObjectEncryption=wish)
        head = self.s3.head_object(Bucket=b, Key="k")
        self.assertEqual((head["SSEKMSKeyId"], head["BucketKeyEnabled"], head["ETag"]), (key, True, put["ETag"]))


if __name__ == "__main__":
    unittest.main()
