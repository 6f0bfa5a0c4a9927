"""boto3's checksums, over http and https: each algorithm, whole and in parts, on and off.

What botocore has no code of its own for it computes by `awscrt`, which also signs then: `test_s3_crt` runs this with it.
"""

import base64
import io
import os
import unittest
import zlib

from boto3.exceptions import S3UploadFailedError
from boto3.s3.transfer import TransferConfig
from botocore.compat import HAS_CRT
from botocore.config import Config

from angae import Server, refusal

MIB = 1 << 20
PARTS = TransferConfig(multipart_threshold=5 * MIB, multipart_chunksize=5 * MIB, max_concurrency=4)
ALGORITHMS = ["CRC32", "SHA1", "SHA256", "SHA512"]
if HAS_CRT:
    ALGORITHMS += ["CRC32C", "CRC64NVME", "XXHASH64", "XXHASH3", "XXHASH128"]
SCHEMES = {"http": False, "https": True}


class Checksums(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server("--tls")
        cls.addClassCleanup(cls.server.stop)
        cls.server.client("s3").create_bucket(Bucket="bkt")

    def client(self, secure, **settings):
        """A client and what it sends: the headers of each request, by the operation's name."""
        s3, sent = self.server.client("s3", secure=secure, config=Config(**settings)), {}

        def note(request, event_name, **_):
            sent[event_name.rsplit(".", 1)[1]] = request.headers

        s3.meta.events.register("before-send.s3", note)
        return s3, sent

    def assert_same(self, found, wanted):
        self.assertTrue(found == wanted, "other bytes came back")

    def test_each_algorithm_is_checked_both_ways(self):
        content = os.urandom(100_000)
        for scheme, secure in SCHEMES.items():
            s3, sent = self.client(secure)
            for algorithm in ALGORITHMS:
                for form, body in (("bytes", content), ("file", io.BytesIO(content))):
                    with self.subTest(scheme=scheme, algorithm=algorithm, form=form):
                        named = {"Bucket": "bkt", "Key": f"{scheme} {algorithm} {form}"}
                        made = s3.put_object(**named, Body=body, ChecksumAlgorithm=algorithm)
                        header = f"x-amz-checksum-{algorithm.lower()}"
                        if secure:
                            # It is computed on the way and follows the body.
                            self.assertEqual(sent["PutObject"]["X-Amz-Trailer"].decode(), header)
                        else:
                            self.assertEqual(sent["PutObject"][header].decode(), made[f"Checksum{algorithm}"])
                        kept = s3.get_object(**named, ChecksumMode="ENABLED")
                        self.assertEqual(kept[f"Checksum{algorithm}"], made[f"Checksum{algorithm}"])
                        self.assertEqual((made["ChecksumType"], kept["ChecksumType"]), ("FULL_OBJECT", "FULL_OBJECT"))
                        # botocore compares the checksum while it reads.
                        self.assert_same(kept["Body"].read(), content)

    def test_each_algorithm_travels_with_the_parts(self):
        content = os.urandom(11 * MIB)
        for scheme, secure in SCHEMES.items():
            s3, _ = self.client(secure)
            for algorithm in ALGORITHMS:
                with self.subTest(scheme=scheme, algorithm=algorithm):
                    asked = {"ChecksumAlgorithm": algorithm}
                    s3.upload_fileobj(io.BytesIO(content), "bkt", algorithm, Config=PARTS, ExtraArgs=asked)
                    head = s3.head_object(Bucket="bkt", Key=algorithm, ChecksumMode="ENABLED")
                    # There is no composite CRC64NVME.
                    whole = algorithm == "CRC64NVME"
                    self.assertEqual(head["ChecksumType"], "FULL_OBJECT" if whole else "COMPOSITE")
                    self.assertRegex(head[f"Checksum{algorithm}"], "[=A-Za-z0-9]$" if whole else "-3$")
                    into = io.BytesIO()
                    s3.download_fileobj("bkt", algorithm, into, Config=PARTS)
                    self.assert_same(into.getvalue(), content)

    def test_the_checksum_of_the_whole_vouches_for_all_parts(self):
        content = os.urandom(11 * MIB)
        value = base64.b64encode(zlib.crc32(content).to_bytes(4, "big")).decode()
        for scheme, secure in SCHEMES.items():
            s3, _ = self.client(secure)
            for given, wanted in ((value, True), ("AAAAAA==", False)):
                with self.subTest(scheme=scheme, right=wanted):
                    key = f"whole {scheme} {wanted}"
                    asked = {"ChecksumType": "FULL_OBJECT", "ChecksumCRC32": given}
                    upload = lambda: s3.upload_fileobj(io.BytesIO(content), "bkt", key, Config=PARTS, ExtraArgs=asked)
                    if not wanted:
                        sentence = "BadDigest.*The crc32 you specified did not match the calculated checksum"
                        with self.assertRaisesRegex((S3UploadFailedError, s3.exceptions.ClientError), sentence):
                            upload()
                        self.assertEqual(refusal(lambda: s3.head_object(Bucket="bkt", Key=key))[0], 404)
                        continue
                    upload()
                    head = s3.head_object(Bucket="bkt", Key=key, ChecksumMode="ENABLED")
                    self.assertEqual((head["ChecksumType"], head["ChecksumCRC32"]), ("FULL_OBJECT", value))

    def test_checksums_are_sent_when_supported_and_only_when_required(self):
        content = os.urandom(6 * MIB)
        for scheme, secure in SCHEMES.items():
            for when, on in (("when_supported", True), ("when_required", False)):
                with self.subTest(scheme=scheme, when=when):
                    s3, sent = self.client(secure, request_checksum_calculation=when, response_checksum_validation=when)
                    made = s3.put_object(Bucket="bkt", Key="small", Body=b"content")
                    names = {name.lower() for name in sent["PutObject"]}
                    self.assertEqual(bool(names & {"x-amz-checksum-crc32", "x-amz-trailer"}), on)
                    # Where none is sent S3 computes one of its own.
                    self.assertEqual(("ChecksumCRC32" in made, "ChecksumCRC64NVME" in made), (on, not on))
                    got = s3.get_object(Bucket="bkt", Key="small")
                    self.assertEqual((got["Body"].read(), "x-amz-checksum-mode" in sent["GetObject"]), (b"content", on))
                    s3.upload_fileobj(io.BytesIO(content), "bkt", "large", Config=PARTS)
                    self.assertEqual("x-amz-checksum-algorithm" in sent["CreateMultipartUpload"], on)
                    self.assert_same(s3.get_object(Bucket="bkt", Key="large")["Body"].read(), content)
                    # S3 requires one here whatever the setting.
                    gone = s3.delete_objects(Bucket="bkt", Delete={"Objects": [{"Key": "small"}, {"Key": "large"}]})
                    self.assertEqual(len(gone["Deleted"]), 2)
                    self.assertIn("x-amz-checksum-crc32", {name.lower() for name in sent["DeleteObjects"]})

    def test_wrong_checksums_are_refused_and_leave_nothing(self):
        for scheme, secure in SCHEMES.items():
            s3, _ = self.client(secure)
            for algorithm, length in (("CRC32", 4), ("CRC32C", 4), ("CRC64NVME", 8), ("SHA1", 20), ("SHA256", 32)):
                with self.subTest(scheme=scheme, algorithm=algorithm):
                    wrong = {f"Checksum{algorithm}": base64.b64encode(b"\1" * length).decode()}
                    refused = refusal(lambda: s3.put_object(Bucket="bkt", Key="wrong", Body=b"content", **wrong))
                    sentence = f"The {algorithm} you specified did not match the calculated checksum."
                    self.assertEqual(refused, (400, "BadDigest", sentence))
                    self.assertEqual(refusal(lambda: s3.head_object(Bucket="bkt", Key="wrong"))[0], 404)


if __name__ == "__main__":
    unittest.main()
