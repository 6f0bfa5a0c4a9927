"""What S3 does by itself: lifecycles by the world's clock, notifications, replication, access logs."""

import http.client
import http.server
import json
import queue
import threading
import unittest
import urllib.parse
import uuid

from angae import Server, refusal

DAY = 24 * 60 * 60
QUEUE = "arn:aws:sqs:us-east-1:000000000000:q"


class Place(http.server.ThreadingHTTPServer):
    """Somewhere messages are posted to: keeps them in order of arrival. Refuses as often as it is told to."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Inbox)
        self.messages = queue.Queue()
        self.refusals = 0
        self.thread = threading.Thread(target=self.serve_forever)
        self.thread.start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/in"

    def next(self):
        return self.messages.get(timeout=60)

    def close(self):
        self.shutdown()
        self.thread.join()
        self.server_close()


class Inbox(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.server.refusals > 0:
            self.server.refusals -= 1
            self.send_response(503)
        else:
            self.server.messages.put((self.path, json.loads(body)))
            self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


class Lifecycle(unittest.TestCase):
    def setUp(self):
        self.server = Server("--clock", "stepped:1767268800000")
        self.addCleanup(self.server.stop)
        self.s3 = self.server.client("s3")
        self.bucket = f"bkt-{uuid.uuid4()}"
        self.s3.create_bucket(Bucket=self.bucket)

    def rule(self, **more):
        rule = {"ID": "r 1", "Status": "Enabled", "Filter": {"Prefix": ""}, **more}
        self.s3.put_bucket_lifecycle_configuration(
            Bucket=self.bucket, LifecycleConfiguration={"Rules": [rule]}
        )

    def keys(self):
        return [o["Key"] for o in self.s3.list_objects_v2(Bucket=self.bucket).get("Contents", [])]

    def test_an_object_expires_when_it_was_told_and_stays_gone_after_a_kill(self):
        self.rule(Filter={"Prefix": "tmp/"}, Expiration={"Days": 1})
        told = 'expiry-date="Sat, 03 Jan 2026 00:00:00 GMT", rule-id="r%201"'
        put = self.s3.put_object(Bucket=self.bucket, Key="tmp/a", Body=b"a" * 3_000_000)
        self.assertEqual(put["Expiration"], told)
        self.assertNotIn("Expiration", self.s3.put_object(Bucket=self.bucket, Key="kept", Body=b"b"))
        self.assertEqual(self.s3.get_object(Bucket=self.bucket, Key="tmp/a")["Expiration"], told)
        self.server.kill()
        self.server.start()
        self.s3 = self.server.client("s3")
        self.server.advance(DAY + DAY // 2 - 1)
        self.assertEqual(self.keys(), ["kept", "tmp/a"])
        self.server.advance(1)
        self.assertEqual(self.keys(), ["kept"])
        self.server.kill()
        self.server.start()
        self.s3 = self.server.client("s3")
        self.assertEqual(self.keys(), ["kept"])
        self.assertEqual(refusal(lambda: self.s3.head_object(Bucket=self.bucket, Key="tmp/a"))[0], 404)
        self.assertEqual(self.s3.get_object(Bucket=self.bucket, Key="kept")["Body"].read(), b"b")

    def test_versions_and_uploads_go_with_time(self):
        self.s3.put_bucket_versioning(Bucket=self.bucket, VersioningConfiguration={"Status": "Enabled"})
        self.rule(
            Expiration={"Days": 1},
            NoncurrentVersionExpiration={"NoncurrentDays": 1},
            AbortIncompleteMultipartUpload={"DaysAfterInitiation": 1},
        )
        self.s3.put_object(Bucket=self.bucket, Key="k", Body=b"1")
        upload = self.s3.create_multipart_upload(Bucket=self.bucket, Key="u")
        self.assertEqual(upload["AbortRuleId"], "r 1")
        for _ in range(2):
            self.server.advance(DAY)
        shown = self.s3.list_object_versions(Bucket=self.bucket)
        self.assertEqual((len(shown["Versions"]), len(shown["DeleteMarkers"])), (1, 1))
        self.assertNotIn("Uploads", self.s3.list_multipart_uploads(Bucket=self.bucket))
        for _ in range(4):
            self.server.advance(DAY)
        shown = self.s3.list_object_versions(Bucket=self.bucket)
        self.assertNotIn("Versions", shown)
        self.assertNotIn("DeleteMarkers", shown)


class Notifications(unittest.TestCase):
    def setUp(self):
        self.place = Place()
        self.addCleanup(self.place.close)
        self.server = Server("--deliver", f"{QUEUE}={self.place.url}")
        self.addCleanup(self.server.stop)
        self.s3 = self.server.client("s3")
        self.bucket = f"bkt-{uuid.uuid4()}"
        self.s3.create_bucket(Bucket=self.bucket)

    def tell(self, *events):
        queue = {"Id": "q", "QueueArn": QUEUE, "Events": list(events)}
        self.s3.put_bucket_notification_configuration(
            Bucket=self.bucket,
            NotificationConfiguration={"QueueConfigurations": [queue]},
            SkipDestinationValidation=True,
        )

    def test_a_message_arrives_at_the_place_that_was_named(self):
        self.tell("s3:ObjectCreated:*")
        answer = self.s3.put_object(Bucket=self.bucket, Key="a b", Body=b"abc")
        path, message = self.place.next()
        record = message["Records"][0]
        self.assertEqual(path, "/in")
        self.assertEqual(record["eventName"], "ObjectCreated:Put")
        self.assertEqual(record["s3"]["object"]["key"], "a+b")
        self.assertEqual(record["s3"]["object"]["size"], 3)
        self.assertEqual(record["requestParameters"]["sourceIPAddress"], "127.0.0.1")
        headers = answer["ResponseMetadata"]["HTTPHeaders"]
        for name in ["x-amz-request-id", "x-amz-id-2"]:
            self.assertEqual(record["responseElements"][name], headers[name])

    def test_a_place_is_sent_a_message_to_begin_with(self):
        queue = {"Id": "q", "QueueArn": QUEUE, "Events": ["s3:ObjectCreated:*"]}
        answer = self.s3.put_bucket_notification_configuration(
            Bucket=self.bucket, NotificationConfiguration={"QueueConfigurations": [queue]}
        )
        message = self.place.next()[1]
        told = [message[name] for name in ("Service", "Event", "Bucket")]
        self.assertEqual(told, ["Amazon S3", "s3:TestEvent", self.bucket])
        headers = answer["ResponseMetadata"]["HTTPHeaders"]
        self.assertEqual(message["RequestId"], headers["x-amz-request-id"])
        self.assertEqual(message["HostId"], headers["x-amz-id-2"])

    def test_a_place_that_refuses_is_asked_again(self):
        self.place.refusals = 1
        self.tell("s3:ObjectRemoved:*")
        self.s3.put_object(Bucket=self.bucket, Key="k")
        self.s3.delete_object(Bucket=self.bucket, Key="k")
        self.assertEqual(self.place.next()[1]["Records"][0]["eventName"], "ObjectRemoved:Delete")


class Replication(unittest.TestCase):
    def test_what_is_put_in_one_bucket_is_in_the_other(self):
        server = Server()
        self.addCleanup(server.stop)
        s3 = server.client("s3")
        for name in ["from-bkt", "to-bkt"]:
            s3.create_bucket(Bucket=name)
            s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        rule = {
            "ID": "r",
            "Priority": 1,
            "Status": "Enabled",
            "Filter": {"Prefix": "in/"},
            "DeleteMarkerReplication": {"Status": "Enabled"},
            "Destination": {"Bucket": "arn:aws:s3:::to-bkt"},
        }
        role = "arn:aws:iam::000000000000:role/replication"
        configuration = {"Role": role, "Rules": [rule]}
        s3.put_bucket_replication(Bucket="from-bkt", ReplicationConfiguration=configuration)
        s3.put_object(Bucket="from-bkt", Key="in/k", Body=b"abc")
        s3.put_object(Bucket="from-bkt", Key="out/k", Body=b"abc")
        self.assertEqual(s3.head_object(Bucket="from-bkt", Key="in/k")["ReplicationStatus"], "COMPLETED")
        self.assertNotIn("ReplicationStatus", s3.head_object(Bucket="from-bkt", Key="out/k"))
        server.kill()
        server.start()
        s3 = server.client("s3")
        replica = s3.get_object(Bucket="to-bkt", Key="in/k")
        self.assertEqual((replica["ReplicationStatus"], replica["Body"].read()), ("REPLICA", b"abc"))
        self.assertEqual(s3.list_objects_v2(Bucket="to-bkt")["KeyCount"], 1)
        s3.delete_object(Bucket="from-bkt", Key="in/k")
        self.assertEqual(s3.list_objects_v2(Bucket="to-bkt")["KeyCount"], 0)


class AccessLogs(unittest.TestCase):
    def test_requests_become_lines_of_an_object_in_the_target(self):
        place = Place()
        self.addCleanup(place.close)
        server = Server("--deliver", f"{QUEUE}={place.url}")
        self.addCleanup(server.stop)
        s3 = server.client("s3")
        for name in ["read-bkt", "logs-bkt"]:
            s3.create_bucket(Bucket=name)
        told = {"Id": "q", "QueueArn": QUEUE, "Events": ["s3:ObjectCreated:*"]}
        s3.put_bucket_notification_configuration(
            Bucket="logs-bkt",
            NotificationConfiguration={"QueueConfigurations": [told]},
            SkipDestinationValidation=True,
        )
        target = {"TargetBucket": "logs-bkt", "TargetPrefix": "log/"}
        s3.put_bucket_logging(Bucket="read-bkt", BucketLoggingStatus={"LoggingEnabled": target})
        s3.put_object(Bucket="read-bkt", Key="a b", Body=b"abc")
        missing = refusal(lambda: s3.get_object(Bucket="read-bkt", Key="missing"))
        self.assertEqual(missing[:2], (404, "NoSuchKey"))
        lines = self.lines(s3, place, 2)
        self.assertRegex(lines[0], r' REST\.PUT\.OBJECT a%20b "PUT /read-bkt/a%20b HTTP/1\.1" 200 - ')
        self.assertRegex(lines[1], r' REST\.GET\.OBJECT missing ".*" 404 NoSuchKey ')
        self.assertIn(" SigV4 ", lines[0])

        # Browsers, and callers who are refused before anybody knows who they are.
        rule = {"AllowedMethods": ["PUT"], "AllowedOrigins": ["https://a.example"]}
        s3.put_bucket_cors(Bucket="read-bkt", CORSConfiguration={"CORSRules": [rule]})
        s3.put_bucket_website(
            Bucket="read-bkt", WebsiteConfiguration={"IndexDocument": {"Suffix": "index.html"}}
        )
        origin = {"Origin": "https://a.example", "Access-Control-Request-Method": "PUT"}
        self.assertEqual(self.visit(server, "OPTIONS", "/read-bkt/a%20b", **origin), 200)
        site = {"Host": "read-bkt.s3-website.localhost"}
        self.assertEqual(self.visit(server, "GET", "/docs/", **site), 404)
        iam = server.client("iam")
        iam.create_user(UserName="u")
        key = iam.create_access_key(UserName="u")["AccessKey"]["AccessKeyId"]
        stranger = server.client("s3", key=key, secret="another")
        wrong = refusal(lambda: stranger.get_object(Bucket="read-bkt", Key="k"))
        self.assertEqual(wrong[:2], (403, "SignatureDoesNotMatch"))
        broken = {"Authorization": "AWS4-HMAC-SHA256 x", "X-Amz-Content-SHA256": "UNSIGNED-PAYLOAD"}
        self.assertEqual(self.visit(server, "GET", "/read-bkt/k", **broken), 400)
        wanted = [
            r' - \S+ REST\.OPTIONS\.PREFLIGHT a%20b "OPTIONS /read-bkt/a%20b HTTP/1\.1" 200 - - - \S+ - ',
            r' - \S+ WEBSITE\.GET\.OBJECT docs/index\.html "GET /docs/ HTTP/1\.1" 404 NoSuchKey \d+ - ',
            r' - \S+ REST\.GET\.OBJECT k "GET /read-bkt/k HTTP/1\.1" 403 SignatureDoesNotMatch \d+ - ',
            r' - \S+ REST\.GET\.OBJECT k "GET /read-bkt/k HTTP/1\.1" 400 AuthorizationHeaderMalformed \d+ - ',
        ]
        for line, want in zip(self.lines(s3, place, 4), wanted, strict=True):
            self.assertRegex(line, want)

    def lines(self, s3, place, count):
        """So many further lines about objects and browsers."""
        lines = []
        while len(lines) < count:
            # A log object says by its notification that it is there.
            key = place.next()[1]["Records"][0]["s3"]["object"]["key"]
            self.assertRegex(key, r"^log/\d{4}(-\d\d){5}-[0-9A-F]{16}$")
            body = s3.get_object(Bucket="logs-bkt", Key=key)["Body"].read().decode()
            lines += [line for line in body.splitlines() if ".OBJECT " in line or ".PREFLIGHT " in line]
        return lines

    def visit(self, server, method, path, **headers):
        """The status of one plain request."""
        address = urllib.parse.urlsplit(server.endpoint)
        connection = http.client.HTTPConnection(address.hostname, address.port, timeout=30)
        try:
            connection.request(method, path, headers=headers)
            return connection.getresponse().status
        finally:
            connection.close()


if __name__ == "__main__":
    unittest.main()
