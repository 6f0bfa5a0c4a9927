"""Blocks of snapshots that do not come whole: bodies cut in the middle, lengths that lie, connections that end."""

import base64
import hashlib
import json
import unittest

from hostile import Case, Hostile
from raw import Connection, request, rest

BLOCK = 524_288
DATA = bytes(range(256)) * (BLOCK // 256)
SUM = base64.b64encode(hashlib.sha256(DATA).digest()).decode()
CODE = "ValidationException"


class Blocks(Hostile):
    def begin(self):
        answer = self.ask(rest("ebs", "POST", "/snapshots", b'{"VolumeSize": 1}'))
        self.assertEqual(answer.status, 201, answer)
        return json.loads(answer.body)["SnapshotId"]

    def put(self, snapshot, body=DATA, index=0, headers=(), **more):
        own = {
            "x-amz-data-length": str(BLOCK),
            "x-amz-checksum": SUM,
            "x-amz-checksum-algorithm": "SHA256",
            "x-amz-content-sha256": "UNSIGNED-PAYLOAD",
            **dict(headers),
        }
        path = f"/snapshots/{snapshot}/blocks/{index}"
        return rest("ebs", "PUT", path, body, "application/octet-stream", own, **more)

    def complete(self, snapshot, blocks):
        """Nothing but these was kept."""
        headers = {"x-amz-ChangedBlocksCount": str(blocks)}
        answer = self.ask(rest("ebs", "POST", f"/snapshots/completion/{snapshot}", b"", headers=headers))
        self.assertEqual(answer.status, 202, answer)

    def test_bodies_that_end_early(self):
        snapshot = self.begin()
        for size in (0, 1, BLOCK // 2, BLOCK - 1):
            with self.subTest(size), Connection(self.server.endpoint) as connection:
                connection.send(self.put(snapshot, DATA[:size], length=BLOCK))
                # The client goes away in the middle: there is nobody to answer.
                connection.end()
            self.watch_bystander()
        self.complete(snapshot, 0)

    def test_lengths_that_lie(self):
        snapshot = self.begin()
        short = "Failed to read block data"
        for what, sent in {
            "a byte too few": self.put(snapshot, DATA[:-1]),
            "a byte too many": self.put(snapshot, DATA + b"x"),
            "no body": self.put(snapshot, b""),
            "twice the body": self.put(snapshot, DATA + DATA),
            "chunks that are too few": self.put(snapshot, chunks(DATA[:-1]), headers=CHUNKED, length=False),
            "chunks that are too many": self.put(snapshot, chunks(DATA + b"x"), headers=CHUNKED, length=False),
        }.items():
            with self.subTest(what):
                answer = self.ask(sent)
                self.assertEqual((answer.status, answer.code), (400, CODE), answer)
                told = json.loads(answer.body)
                self.assertEqual((told["Message"], told["Reason"]), (short, "INVALID_PARAMETER_VALUE"))
                self.watch_bystander()
        self.complete(snapshot, 0)

    def test_heads_that_say_too_little(self):
        snapshot = self.begin()
        heads = ("x-amz-data-length", "x-amz-checksum", "x-amz-checksum-algorithm")
        self.run_cases(
            [
                Case(f"without {name}", self.put(snapshot).replace(f"{name}: ".encode(), b"x-other: "), 400, CODE, "rest-json")
                for name in heads
            ]
            + [
                Case("a length that is no number", self.put(snapshot, headers={"x-amz-data-length": "many"}), 400,
                     "SerializationException", "rest-json"),
                Case("an index that is no number", self.put(snapshot, index="first"), 400, "SerializationException", "rest-json"),
                Case("an index beyond i32", self.put(snapshot, index=1 << 31), 400, "SerializationException", "rest-json"),
                Case("a negative index", self.put(snapshot, index=-1), 400, CODE, "rest-json"),
                Case("a snapshot that is none", self.put("../../etc"), 404, "UnknownOperationException", "rest-json"),
                Case("a snapshot with an escape", self.put("snap-%2e%2e"), 400, CODE, "rest-json"),
                Case("a count that is no number", rest("ebs", "POST", f"/snapshots/completion/{snapshot}", b"",
                     headers={"x-amz-ChangedBlocksCount": "all"}), 400, "SerializationException", "rest-json"),
                Case("half a document", rest("ebs", "POST", "/snapshots", b'{"VolumeSize": '), 400,
                     "SerializationException", "rest-json"),
            ]
        )
        self.complete(snapshot, 0)

    def test_a_hundred_clients_that_go_away_leave_nothing(self):
        snapshot = self.begin()
        for number in range(100):
            with Connection(self.server.endpoint) as connection:
                connection.send(self.put(snapshot, DATA[: number * 5_000], index=number, length=BLOCK))
        answer = self.ask(self.put(snapshot, index=7))
        self.assertEqual(answer.status, 201, answer)
        self.complete(snapshot, 1)
        kept = json.loads(self.ask(request("GET", "/_angae/integrity")).body)
        self.assertTrue(kept["ok"], kept)


CHUNKED = {"Transfer-Encoding": "chunked"}


def chunks(data):
    """The body in chunks of HTTP."""
    pieces = [data[start : start + 65_536] for start in range(0, len(data), 65_536)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


if __name__ == "__main__":
    unittest.main()
