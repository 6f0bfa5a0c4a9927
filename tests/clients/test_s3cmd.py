"""s3cmd: a bucket from `mb` to `rb`, objects of every name between."""

import json
import unittest
import urllib.request

from tool import KEYS, Tool, files

LIFECYCLE = b"""<LifecycleConfiguration><Rule><ID>old</ID><Filter><Prefix>old/</Prefix></Filter><Status>Enabled</Status>
<Expiration><Days>30</Days></Expiration></Rule></LifecycleConfiguration>"""
CORS = b"""<CORSConfiguration><CORSRule><AllowedOrigin>https://example.com</AllowedOrigin>
<AllowedMethod>GET</AllowedMethod></CORSRule></CORSConfiguration>"""


class S3cmd(Tool):
    def setUp(self):
        super().setUp()
        host = self.server.endpoint.removeprefix("http://")
        settings = {
            "access_key": KEYS[0],
            "secret_key": KEYS[1],
            "host_base": host,
            "host_bucket": host,
            "use_https": False,
            "progress_meter": False,
        }
        lines = [f"{name} = {value}\n" for name, value in settings.items()]
        (self.home / ".s3cfg").write_text("[default]\n" + "".join(lines))
        self.s3cmd("mb", "s3://bkt")

    def s3cmd(self, *words, code=0):
        return self.run_in_home("s3cmd", *words, code=code)

    def names(self, prefix=""):
        return [line.split("s3://bkt/", 1)[1] for line in self.s3cmd("ls", "-r", f"s3://bkt/{prefix}").splitlines()]

    def test_a_tree_goes_up_changes_and_comes_back(self):
        planted = self.plant()
        self.s3cmd("sync", f"{self.source}/", "s3://bkt/tree/")
        self.assertEqual(sorted(self.names()), sorted(f"tree/{name}" for name in planted))
        total = sum(len(content) for content in planted.values())
        self.assertRegex(self.s3cmd("du", "s3://bkt"), rf"^ *{total} +{len(planted)} objects")
        self.write("dir/한글 é.txt", b"other content, other size")
        (self.source / "one byte.txt").unlink()
        told = self.s3cmd("sync", "--delete-removed", f"{self.source}/", "s3://bkt/tree/")
        self.assertEqual((told.count("upload: "), told.count("delete: ")), (1, 1), told)
        back = self.home / "back"
        back.mkdir()
        self.s3cmd("sync", "s3://bkt/tree/", f"{back}/")
        self.assert_same(files(back), files(self.source))
        self.assertEqual(self.s3cmd("sync", f"{self.source}/", "s3://bkt/tree/").count("upload: "), 0)
        self.s3cmd("del", "--recursive", "--force", "s3://bkt")
        self.assertEqual(self.names(), [])
        self.s3cmd("rb", "s3://bkt")
        self.assertEqual(self.s3cmd("ls"), "")

    def test_objects_are_copied_moved_described_and_signed_for(self):
        path = self.write("a", b"content")
        self.s3cmd("put", path, "s3://bkt/a b", "--mime-type", "text/x-own", "--add-header", "x-amz-meta-who: me")
        self.s3cmd("cp", "s3://bkt/a b", "s3://bkt/copy/한글")
        self.s3cmd("mv", "s3://bkt/copy/한글", "s3://bkt/moved/é")
        self.assertEqual(self.names(), ["a b", "moved/é"])
        told = self.s3cmd("info", "s3://bkt/moved/é")
        for part in ("File size: 7", "MIME type: text/x-own", "x-amz-meta-who: me"):
            self.assertIn(part, told)
        self.s3cmd("modify", "--add-header", "cache-control: max-age=1", "s3://bkt/a b")
        address = self.s3cmd("signurl", "s3://bkt/a b", "+600").strip()
        with urllib.request.urlopen(address) as answer:
            self.assertEqual((answer.read(), answer.headers["cache-control"]), (b"content", "max-age=1"))
        self.s3cmd("get", "s3://bkt/moved/é", self.home / "got")
        self.assertEqual((self.home / "got").read_bytes(), b"content")

    def test_configurations_are_kept_and_removed(self):
        reader = {"AWS": "arn:aws:iam::111111111111:root"}
        statement = {"Effect": "Allow", "Principal": reader, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::bkt/*"}
        policy = self.write("policy", json.dumps({"Version": "2012-10-17", "Statement": [statement]}).encode())
        self.s3cmd("setpolicy", policy, "s3://bkt")
        self.s3cmd("setlifecycle", self.write("lifecycle", LIFECYCLE), "s3://bkt")
        self.s3cmd("setcors", self.write("cors", CORS), "s3://bkt")
        told = self.s3cmd("info", "s3://bkt")
        for part in ("s3:GetObject", "https://example.com", "Location:  us-east-1"):
            self.assertIn(part, told)
        self.assertIn("<ID>old</ID>", self.s3cmd("getlifecycle", "s3://bkt"))
        for remove in ("delpolicy", "dellifecycle", "delcors"):
            self.s3cmd(remove, "s3://bkt")
        self.assertIn("NoSuchLifecycleConfiguration", self.s3cmd("getlifecycle", "s3://bkt", code=12))

    def test_refusals_are_shown(self):
        path = self.write("a", b"x")
        self.s3cmd("put", path, "s3://bkt/a")
        refused = self.s3cmd("rb", "s3://bkt", code=13)
        self.assertIn("S3 error: 409 (BucketNotEmpty): The bucket you tried to delete is not empty", refused)
        self.assertIn("Bucket 'none' does not exist", self.s3cmd("ls", "s3://none", code=12))
        # Buckets have had their ACLs switched off since April 2023.
        public = self.s3cmd("put", "--acl-public", path, "s3://bkt/b", code=11)
        self.assertIn("S3 error: 400 (AccessControlListNotSupported): The bucket does not allow ACLs", public)
        self.assertEqual(self.names(), ["a"])


if __name__ == "__main__":
    unittest.main()
