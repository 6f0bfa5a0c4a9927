"""boto3's transfer manager: files and streams in parts, by many threads."""

import io
import os
import tempfile
import threading
import unittest

from boto3.exceptions import S3UploadFailedError
from boto3.s3.transfer import TransferConfig

from angae import Server, refusal

MIB = 1 << 20
PARTS = TransferConfig(multipart_threshold=5 * MIB, multipart_chunksize=5 * MIB, max_concurrency=4)
SIZES = {"empty": 0, "한글 é+&%41": 4_321, "dir/below": 5 * MIB - 1, "dir/large": 20 * MIB + 7}


class Transfers(unittest.TestCase):
    def setUp(self):
        self.server = Server()
        self.addCleanup(self.server.stop)
        self.s3 = self.server.client("s3")
        self.s3.create_bucket(Bucket="bkt")
        folder = tempfile.TemporaryDirectory(prefix="angae-transfer-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def file(self, content):
        path = os.path.join(self.folder, "source")
        with open(path, "wb") as file:
            file.write(content)
        return path

    def download(self, key, **named):
        path = os.path.join(self.folder, "back")
        self.s3.download_file("bkt", key, path, Config=PARTS, **named)
        with open(path, "rb") as file:
            return file.read()

    def assert_same(self, found, wanted, what):
        self.assertTrue(found == wanted, f"{what} came back with other bytes")

    def test_files_go_up_and_come_back(self):
        for key, size in SIZES.items():
            content = os.urandom(size)
            self.s3.upload_file(self.file(content), "bkt", key, Config=PARTS, ExtraArgs={"Metadata": {"who": "me"}})
            self.assert_same(self.download(key), content, key)
            head = self.s3.head_object(Bucket="bkt", Key=key)
            self.assertEqual((head["ContentLength"], head["Metadata"]), (size, {"who": "me"}))
            self.assertEqual("-" in head["ETag"], size > 5 * MIB, key)
        listed = [found["Key"] for found in self.s3.list_objects_v2(Bucket="bkt")["Contents"]]
        self.assertEqual(listed, sorted(SIZES, key=str.encode))

    def test_streams_of_unknown_length_are_followed_by_their_bytes(self):
        content, seen, lock = os.urandom(12 * MIB), [], threading.Lock()

        class Pipe(io.RawIOBase):
            """A stream that can neither seek nor tell its length."""

            source = io.BytesIO(content)

            def readable(self):
                return True

            def readinto(self, into):
                return self.source.readinto(into)

        def progress(count):
            with lock:
                seen.append(count)

        self.s3.upload_fileobj(io.BufferedReader(Pipe()), "bkt", "stream", Config=PARTS, Callback=progress)
        self.assertEqual(sum(seen), len(content))
        into = io.BytesIO()
        self.s3.download_fileobj("bkt", "stream", into, Config=PARTS)
        self.assert_same(into.getvalue(), content, "stream")

    def test_a_large_object_is_copied_in_parts_and_overwritten(self):
        content = os.urandom(11 * MIB)
        self.s3.upload_file(self.file(content), "bkt", "a é", Config=PARTS)
        self.s3.create_bucket(Bucket="other")
        self.s3.copy({"Bucket": "bkt", "Key": "a é"}, "other", "b+c", Config=PARTS)
        self.assertIn("-3", self.s3.head_object(Bucket="other", Key="b+c")["ETag"])
        self.assert_same(self.s3.get_object(Bucket="other", Key="b+c")["Body"].read(), content, "the copy")
        self.s3.upload_fileobj(io.BytesIO(b"short"), "bkt", "a é", Config=PARTS)
        self.assertEqual(self.download("a é"), b"short")
        self.assertNotIn("Uploads", self.s3.list_multipart_uploads(Bucket="other"))

    def test_refusals_are_shown_and_leave_nothing(self):
        with self.assertRaisesRegex(S3UploadFailedError, "NoSuchBucket.*The specified bucket does not exist"):
            self.s3.upload_file(self.file(os.urandom(6 * MIB)), "none", "k", Config=PARTS)
        self.assertEqual(refusal(lambda: self.download("none"))[:2], (404, "404"))
        wrong = {"ChecksumType": "FULL_OBJECT", "ChecksumCRC32": "AAAAAA=="}
        with self.assertRaisesRegex(S3UploadFailedError, "BadDigest.*The crc32 you specified did not match the calculated checksum"):
            self.s3.upload_file(self.file(os.urandom(6 * MIB)), "bkt", "k", Config=PARTS, ExtraArgs=wrong)
        self.assertNotIn("Uploads", self.s3.list_multipart_uploads(Bucket="bkt"))
        self.assertNotIn("Contents", self.s3.list_objects_v2(Bucket="bkt"))


if __name__ == "__main__":
    unittest.main()
