"""minio-py: the client library of another S3 server, which signs and reads XML in its own way."""

import datetime
import io
import os
import unittest
import urllib.request

from minio import Minio
from minio.commonconfig import ENABLED, REPLACE, ComposeSource, CopySource, Tags
from minio.datatypes import PostPolicy
from minio.deleteobjects import DeleteObject
from minio.error import S3Error
from minio.versioningconfig import VersioningConfig

from tool import KEYS, MIB, SIZES, Tool


class MinioPy(Tool):
    def setUp(self):
        super().setUp()
        host = self.server.endpoint.removeprefix("http://")
        self.client = Minio(host, access_key=KEYS[0], secret_key=KEYS[1], secure=False)
        self.client.make_bucket("bkt")

    def put(self, name, content, **named):
        return self.client.put_object("bkt", name, io.BytesIO(content), len(content), **named)

    def read(self, name, **named):
        answer = self.client.get_object("bkt", name, **named)
        try:
            return answer.read()
        finally:
            answer.close()
            answer.release_conn()

    def names(self, **named):
        return [found.object_name for found in self.client.list_objects("bkt", recursive=True, **named)]

    def refused(self, code, call):
        with self.assertRaises(S3Error) as refusal:
            call()
        self.assertEqual(refusal.exception.code, code)
        return refusal.exception

    def test_files_go_up_and_come_back(self):
        planted = self.plant()
        for name in planted:
            self.client.fput_object("bkt", name, str(self.source / name), part_size=5 * MIB)
        self.assertEqual(self.names(), sorted(SIZES, key=str.encode))
        back = {}
        for name in planted:
            self.client.fget_object("bkt", name, str(self.home / "back"))
            back[name] = (self.home / "back").read_bytes()
        self.assert_same(back, planted)
        self.assertEqual(self.read("dir/한글 é.txt", offset=100, length=7), planted["dir/한글 é.txt"][100:107])
        shown = self.client.list_objects("bkt", prefix="dir/")
        self.assertEqual([(found.object_name, found.is_dir) for found in shown], [("dir/한글 é.txt", False), ("dir/deeper/", True)])
        errors = self.client.remove_objects("bkt", [DeleteObject(name) for name in planted])
        self.assertEqual((list(errors), self.names()), ([], []))
        self.client.remove_bucket("bkt")
        self.assertEqual(self.client.list_buckets(), [])

    def test_a_stream_of_unknown_length_is_sent_in_parts_and_composed(self):
        content = os.urandom(11 * MIB)
        made = self.client.put_object("bkt", "stream", io.BytesIO(content), -1, part_size=5 * MIB)
        self.assertTrue(made.etag.endswith("-3"), made.etag)
        self.put("end", b"end")
        sources = [ComposeSource("bkt", "stream", length=6 * MIB), ComposeSource("bkt", "end")]
        self.client.compose_object("bkt", "whole", sources)
        self.assertTrue(self.read("whole") == content[: 6 * MIB] + b"end", "other bytes came back")

    def test_what_is_said_of_an_object_is_kept_and_replaced(self):
        tags = Tags.new_object_tags()
        tags["a key"] = "a+b = c@d"
        self.put("a", b"content", content_type="text/x-own", metadata={"who": "me"}, tags=tags)
        self.assertEqual(self.client.get_object_tags("bkt", "a"), tags)
        source = CopySource("bkt", "a")
        self.client.copy_object("bkt", "b é", source, metadata={"who": "you"}, metadata_directive=REPLACE)
        stat = self.client.stat_object("bkt", "b é")
        self.assertEqual((stat.size, stat.metadata["x-amz-meta-who"]), (7, "you"))
        self.assertEqual(self.client.stat_object("bkt", "a").content_type, "text/x-own")
        self.client.delete_object_tags("bkt", "a")
        self.assertIsNone(self.client.get_object_tags("bkt", "a"))

    def test_versions_are_listed_and_read(self):
        self.client.set_bucket_versioning("bkt", VersioningConfig(ENABLED))
        first, second = self.put("a", b"first").version_id, self.put("a", b"second").version_id
        self.client.remove_object("bkt", "a")
        self.assertEqual(self.names(), [])
        shown = list(self.client.list_objects("bkt", include_version=True))
        # It puts the markers of a page behind its versions.
        self.assertEqual([found.is_delete_marker for found in shown], [False, False, True])
        self.assertEqual([found.version_id for found in shown[:2]], [second, first])
        self.assertEqual(self.read("a", version_id=first), b"first")

    def test_presigned_addresses_and_forms_need_no_keys(self):
        hour = datetime.timedelta(hours=1)
        up = self.client.presigned_put_object("bkt", "a é", expires=hour)
        with urllib.request.urlopen(urllib.request.Request(up, data=b"sent", method="PUT")) as answer:
            self.assertEqual(answer.status, 200)
        with urllib.request.urlopen(self.client.presigned_get_object("bkt", "a é", expires=hour)) as answer:
            self.assertEqual(answer.read(), b"sent")
        policy = PostPolicy("bkt", datetime.datetime.now(datetime.timezone.utc) + hour)
        policy.add_equals_condition("key", "posted")
        policy.add_content_length_range_condition(1, 10)
        fields = {**self.client.presigned_post_policy(policy), "key": "posted"}
        boundary = "a-boundary"
        parts = [f'--{boundary}\r\ncontent-disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields.items()]
        parts.append(f'--{boundary}\r\ncontent-disposition: form-data; name="file"; filename="f"\r\n\r\nform\r\n--{boundary}--\r\n')
        form = urllib.request.Request(self.server.endpoint + "/bkt", data="".join(parts).encode())
        form.add_header("content-type", f"multipart/form-data; boundary={boundary}")
        with urllib.request.urlopen(form) as answer:
            self.assertEqual(answer.status, 204)
        self.assertEqual(self.read("posted"), b"form")

    def test_refusals_are_shown(self):
        self.put("a", b"x")
        missing = self.refused("NoSuchKey", lambda: self.read("none"))
        self.assertIn("The specified key does not exist", str(missing))
        self.refused("NoSuchBucket", lambda: list(self.client.list_objects("none")))
        self.refused("BucketNotEmpty", lambda: self.client.remove_bucket("bkt"))
        self.refused("NoSuchKey", lambda: self.client.stat_object("bkt", "none"))


if __name__ == "__main__":
    unittest.main()
