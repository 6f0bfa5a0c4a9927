"""Worlds, the clock, the state as a file, and the ways a start can fail."""

import json
import subprocess
import unittest
import urllib.error
import urllib.request

from angae import BINARY, Server, refusal


def page(server, method, path, body=None):
    data = json.dumps(body).encode() if isinstance(body, dict) else body
    request = urllib.request.Request(server.endpoint + path, data=data, method=method)
    request.add_header("content-type", "application/json")
    with urllib.request.urlopen(request) as answer:
        text = answer.read()
    kind = answer.headers.get_content_type()
    if kind == "application/octet-stream":
        return text
    return json.loads(text) if kind == "application/json" else text.decode()


class Worlds(unittest.TestCase):
    def setUp(self):
        self.server = Server("--seed", "7", "--clock", "stepped:1767268800000")
        self.addCleanup(self.server.stop)

    def test_a_fork_begins_with_everything_and_goes_its_own_way(self):
        ec2, s3 = self.server.client("ec2"), self.server.client("s3")
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        s3.create_bucket(Bucket="shared")
        s3.put_object(Bucket="shared", Key="k", Body=b"before")
        world = page(self.server, "POST", "/_angae/worlds", {"name": "ci"})
        other = Server.__new__(Server)
        other.endpoint = world["endpoint"]
        fork_ec2, fork_s3 = other.client("ec2"), other.client("s3")
        self.assertEqual(fork_s3.get_object(Bucket="shared", Key="k")["Body"].read(), b"before")
        fork_ec2.delete_vpc(VpcId=vpc)
        fork_s3.put_object(Bucket="shared", Key="k", Body=b"after")
        self.assertEqual(ec2.describe_vpcs(VpcIds=[vpc])["Vpcs"][0]["VpcId"], vpc)
        self.assertEqual(s3.get_object(Bucket="shared", Key="k")["Body"].read(), b"before")
        s3.delete_object(Bucket="shared", Key="k")
        self.assertEqual(fork_s3.get_object(Bucket="shared", Key="k")["Body"].read(), b"after")
        page(self.server, "DELETE", "/_angae/worlds/ci")
        names = [world["name"] for world in page(self.server, "GET", "/_angae/worlds")["worlds"]]
        self.assertEqual(names, ["main"])

    def test_the_clock_moves_when_told(self):
        before = page(self.server, "GET", "/_angae/clock")["millis"]
        after = page(self.server, "POST", "/_angae/clock", {"advance": "90s"})["millis"]
        self.assertEqual(after - before, 90_000)

    def test_a_state_goes_out_and_in(self):
        ec2 = self.server.client("ec2")
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        state = page(self.server, "GET", "/_angae/state")
        page(self.server, "POST", "/_angae/reset")
        self.assertEqual(refusal(lambda: ec2.describe_vpcs(VpcIds=[vpc]))[1], "InvalidVpcID.NotFound")
        page(self.server, "PUT", "/_angae/state", state)
        self.assertEqual(ec2.describe_vpcs(VpcIds=[vpc])["Vpcs"][0]["VpcId"], vpc)

    def test_a_reset_gives_the_bytes_back(self):
        s3 = self.server.client("s3")
        s3.create_bucket(Bucket="bytes")
        for key, size in (("small", 10), ("large", 1 << 20)):
            s3.put_object(Bucket="bytes", Key=key, Body=b"x" * size)
        s3.copy_object(Bucket="bytes", Key="twin", CopySource="bytes/large")
        page(self.server, "POST", "/_angae/reset")
        space = page(self.server, "POST", "/_angae/compact")["after"]
        self.assertEqual((space["usage"]["live_bytes"], space["usage"]["file_bytes"], space["dead_bytes"]), (0, 0, 0))

    def test_a_state_brings_its_bytes(self):
        s3 = self.server.client("s3")
        s3.create_bucket(Bucket="bytes")
        bodies = {"small": b"s" * 10, "large": b"l" * (1 << 20)}
        for key, body in bodies.items():
            s3.put_object(Bucket="bytes", Key=key, Body=body)
        state = page(self.server, "GET", "/_angae/state")
        other = Server()
        self.addCleanup(other.stop)
        page(other, "POST", "/_angae/state", state)
        there = other.client("s3")
        self.assertEqual({key: there.get_object(Bucket="bytes", Key=key)["Body"].read() for key in bodies}, bodies)
        self.assertEqual(page(other, "GET", "/_angae/state"), state)

    def test_rows_alone_name_only_bytes_that_are_there(self):
        s3 = self.server.client("s3")
        s3.create_bucket(Bucket="bytes")
        bodies = {"small": b"s" * 10, "twin": b"t" * 10, "large": b"l" * (1 << 20)}
        for key, body in bodies.items():
            s3.put_object(Bucket="bytes", Key=key, Body=body)
        state = self.rows_only()
        # Its segment stays, and with it the small one: it is named again, and counted once.
        s3.delete_object(Bucket="bytes", Key="small")
        page(self.server, "POST", "/_angae/state", state)
        for _ in range(2):
            self.assertEqual({key: s3.get_object(Bucket="bytes", Key=key)["Body"].read() for key in bodies}, bodies)
            page(self.server, "POST", "/_angae/compact")
        self.assertTrue(page(self.server, "GET", "/_angae/integrity")["ok"])
        # The large one's file went with it, and compaction has moved the others.
        s3.delete_object(Bucket="bytes", Key="large")
        with self.assertRaises(urllib.error.HTTPError) as refused:
            page(self.server, "POST", "/_angae/state", state)
        self.assertEqual(refused.exception.code, 400)
        self.assertIn("not in this data folder", refused.exception.read().decode())
        self.assertEqual(s3.get_object(Bucket="bytes", Key="twin")["Body"].read(), bodies["twin"])
        self.assertTrue(page(self.server, "GET", "/_angae/integrity")["ok"])

    def rows_only(self):
        """The state as it was exported before: with the references of the byte store, and without the bytes."""
        import sqlite3

        header = json.loads(page(self.server, "GET", "/_angae/state").split(b"\n", 1)[0])
        lines = [json.dumps({"angae": 1, "tables": header["tables"]})]
        database = sqlite3.connect(f"file:{self.server.folder.name}/angae.db?mode=ro", uri=True)
        self.addCleanup(database.close)
        for table in header["tables"]:
            for key, doc in database.execute(f'SELECT key, doc FROM "{table}" ORDER BY key'):
                lines.append(json.dumps({"table": table, "key": key, "doc": json.loads(doc)}))
        return ("\n".join(lines) + "\n").encode()

    def test_a_large_state_goes_in(self):
        iam = self.server.client("iam")
        iam.create_user(UserName="anna-0000")
        header, *rows, _end = page(self.server, "GET", "/_angae/state").decode().splitlines()
        state = "\n".join([header.replace('"angae":2', '"angae":1'), *rows, ""])
        row = next(line for line in rows if '"table":"iam_user"' in line)
        copies = [row.replace("anna-0000", f"anna-{number:04}") for number in range(1, 9000)]
        large = (state + "\n".join(copies)).encode()
        self.assertGreater(len(large), 2_100_000)
        page(self.server, "POST", "/_angae/state", large)
        pages = iam.get_paginator("list_users").paginate(PaginationConfig={"PageSize": 1000})
        self.assertEqual(sum(len(found["Users"]) for found in pages), 9000)

    def test_equal_seeds_and_requests_give_equal_states(self):
        def script(server):
            ec2, iam, sts = server.client("ec2"), server.client("iam"), server.client("sts")
            answers = []
            for number in range(40):
                vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]
                subnet = ec2.create_subnet(VpcId=vpc["VpcId"], CidrBlock="10.0.1.0/24")["Subnet"]
                ec2.create_tags(Resources=[subnet["SubnetId"]], Tags=[{"Key": "n", "Value": str(number)}])
                user = iam.create_user(UserName=f"u{number}")["User"]
                key = iam.create_access_key(UserName=f"u{number}")["AccessKey"]
                answers.append((vpc, subnet, user, key, sts.get_caller_identity()["Arn"]))
            return repr(answers), page(server, "GET", "/_angae/state")

        twin = Server("--seed", "7", "--clock", "stepped:1767268800000")
        self.addCleanup(twin.stop)
        self.assertEqual(script(self.server), script(twin))

    def test_events_tell_what_happened(self):
        self.server.client("iam").create_user(UserName="anna")
        with urllib.request.urlopen(self.server.endpoint + "/_angae/events?since=0&follow=false") as answer:
            text = answer.read().decode()
        self.assertIn("event: UserCreated", text)

    def test_pages_of_our_own(self):
        health = page(self.server, "GET", "/_angae/health")
        self.assertEqual((health["status"], health["planes"]), ("running", "api-only"))
        self.assertIn("elb", health["nothing_listens_for"])
        self.assertIn("ec2", page(self.server, "GET", "/_localstack/health")["services"])
        self.server.client("sts").get_caller_identity()
        self.assertIn('operation="GetCallerIdentity",status="200"', page(self.server, "GET", "/_angae/metrics"))
        with self.assertRaises(urllib.error.HTTPError) as caught:
            page(self.server, "GET", "/_angae/nowhere")
        self.assertEqual(caught.exception.code, 404)
        caught.exception.close()


class Starts(unittest.TestCase):
    def fails(self, *flags, **more):
        ended = subprocess.run([BINARY, *flags], capture_output=True, text=True, timeout=30, **more)
        self.assertEqual(ended.returncode, 2, ended.stderr)
        self.assertEqual(len(ended.stderr.strip().splitlines()), 1, ended.stderr)
        return ended.stderr

    def test_each_way_to_fail_says_one_sentence(self):
        server = Server()
        self.addCleanup(server.stop)
        port = server.endpoint.rsplit(":", 1)[1]
        self.assertIn("is in use", self.fails("--port", port, "--ephemeral"))
        self.assertIn("another angae uses", self.fails("--port", "0", "--data-dir", server.folder.name))

    def test_a_damaged_or_newer_database_is_left_alone(self):
        server = Server()
        server.kill()
        path = server.folder.name + "/angae.db"
        import sqlite3

        database = sqlite3.connect(path)
        database.execute("UPDATE _meta SET value='99' WHERE key='format'")
        database.commit()
        database.close()
        self.assertIn("newer angae", self.fails("--port", "0", "--data-dir", server.folder.name))
        with open(path, "wb") as file:
            file.write(b"this is no database, and longer than a page" * 200)
        for tail in ("-wal", "-shm"):
            try:
                __import__("os").remove(path + tail)
            except FileNotFoundError:
                pass
        self.assertIn("damaged", self.fails("--port", "0", "--data-dir", server.folder.name))
        with open(path, "rb") as file:
            self.assertTrue(file.read().startswith(b"this is no database"))
        server.process.stdout.close()
        server.folder.cleanup()

    def test_an_unknown_setting_is_an_error(self):
        import tempfile

        with tempfile.TemporaryDirectory() as folder:
            with open(folder + "/angae.toml", "w") as file:
                file.write("prot = 4566\n")
            ended = subprocess.run([BINARY, "config"], capture_output=True, text=True, cwd=folder)
            self.assertEqual(ended.returncode, 2)
            self.assertIn("unknown field `prot`", ended.stderr)


if __name__ == "__main__":
    unittest.main()
