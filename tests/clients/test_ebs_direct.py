"""The EBS direct APIs through boto3: snapshots written and read by blocks, as backup products do it."""

import base64
import concurrent.futures
import hashlib
import os
import unittest

from angae import Server
from botocore.config import Config

BLOCK = 524_288
# Of the GiB, in CI: the long form writes all of it.
BLOCKS = int(os.environ.get("ANGAE_EBS_BLOCKS", "96"))
CLIENTS = 8


def block(index, version=0):
    """A block of its own, made of its index."""
    seed = hashlib.sha256(f"{version}/{index}".encode()).digest()
    return seed * (BLOCK // len(seed))


def checksum(data):
    return base64.b64encode(hashlib.sha256(data).digest()).decode()


class Blocks(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server("--seed", "1")
        cls.ebs = cls.server.client("ebs", config=Config(max_pool_connections=CLIENTS))
        cls.ec2 = cls.server.client("ec2")

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def begin(self, **wish):
        wish.setdefault("VolumeSize", 1)
        return self.ebs.start_snapshot(**wish)["SnapshotId"]

    def put(self, snapshot, index, data, ebs=None):
        answer = (ebs or self.ebs).put_snapshot_block(
            SnapshotId=snapshot,
            BlockIndex=index,
            BlockData=data,
            DataLength=BLOCK,
            Checksum=checksum(data),
            ChecksumAlgorithm="SHA256",
        )
        self.assertEqual((answer["Checksum"], answer["ChecksumAlgorithm"]), (checksum(data), "SHA256"))

    def write(self, blocks, **wish):
        """A snapshot of blocks, by index."""
        snapshot = self.begin(**wish)
        with concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
            list(pool.map(lambda index: self.put(snapshot, index, blocks[index]()), sorted(blocks)))
        digests = b"".join(hashlib.sha256(blocks[index]()).digest() for index in sorted(blocks))
        answer = self.ebs.complete_snapshot(
            SnapshotId=snapshot,
            ChangedBlocksCount=len(blocks),
            Checksum=checksum(digests),
            ChecksumAlgorithm="SHA256",
            ChecksumAggregationMethod="LINEAR",
        )
        self.assertEqual(answer["Status"], "pending")
        waiter = self.ec2.get_waiter("snapshot_completed")
        waiter.wait(SnapshotIds=[snapshot], WaiterConfig={"Delay": 1, "MaxAttempts": 1})
        return snapshot

    def pages(self, call, members, **wish):
        """All items of a list, page by page: there are no paginators."""
        found = []
        while True:
            page = call(MaxResults=100, **wish)
            found += page[members]
            if not page.get("NextToken"):
                return found
            wish["NextToken"] = page["NextToken"]

    def read(self, snapshot, item):
        answer = self.ebs.get_snapshot_block(
            SnapshotId=snapshot, BlockIndex=item["BlockIndex"], BlockToken=item["BlockToken"]
        )
        data = answer["BlockData"].read()
        self.assertEqual((answer["DataLength"], len(data)), (BLOCK, BLOCK))
        self.assertEqual(answer["Checksum"], checksum(data))
        return data

    def test_a_snapshot_is_read_back_byte_by_byte_and_its_child_lists_what_changed(self):
        first = self.write({index: lambda index=index: block(index) for index in range(BLOCKS)})
        items = self.pages(self.ebs.list_snapshot_blocks, "Blocks", SnapshotId=first)
        self.assertEqual([item["BlockIndex"] for item in items], list(range(BLOCKS)))
        with concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
            for item, data in zip(items, pool.map(lambda item: self.read(first, item), items)):
                self.assertEqual(data, block(item["BlockIndex"]))
        changes = {3: lambda: block(3, 1), BLOCKS // 2: lambda: block(BLOCKS // 2, 1), 2047: lambda: block(2047, 1)}
        second = self.write(changes, ParentSnapshotId=first)
        changed = self.pages(
            self.ebs.list_changed_blocks, "ChangedBlocks", FirstSnapshotId=first, SecondSnapshotId=second
        )
        self.assertEqual([item["BlockIndex"] for item in changed], sorted(changes))
        for item in changed:
            index = item["BlockIndex"]
            self.assertEqual("FirstBlockToken" in item, index < BLOCKS)
            data = self.read(second, {"BlockIndex": index, "BlockToken": item["SecondBlockToken"]})
            self.assertEqual(data, changes[index]())
        (shown,) = self.ec2.describe_snapshots(SnapshotIds=[second])["Snapshots"]
        blocks = len({*range(BLOCKS), *changes})
        self.assertEqual((shown["State"], shown["FullSnapshotSizeInBytes"]), ("completed", blocks * BLOCK))
        for snapshot in (first, second):
            self.ec2.delete_snapshot(SnapshotId=snapshot)

    def test_over_tls_the_signature_leaves_the_body_out(self):
        server = Server("--tls")
        self.addCleanup(server.stop)
        ebs = server.client("ebs", secure=True)
        snapshot = ebs.start_snapshot(VolumeSize=1)["SnapshotId"]
        self.put(snapshot, 0, block(0), ebs)
        ebs.complete_snapshot(SnapshotId=snapshot, ChangedBlocksCount=1)
        (item,) = ebs.list_snapshot_blocks(SnapshotId=snapshot)["Blocks"]
        self.assertEqual(ebs.get_snapshot_block(SnapshotId=snapshot, **item)["BlockData"].read(), block(0))

    def test_a_kill_loses_no_block_that_was_answered(self):
        server = Server()
        self.addCleanup(server.stop)
        ebs = server.client("ebs")
        snapshot = ebs.start_snapshot(VolumeSize=1)["SnapshotId"]
        for index in range(8):
            self.put(snapshot, index, block(index), ebs)
        server.kill()
        server.start()
        ebs = server.client("ebs")
        ebs.complete_snapshot(SnapshotId=snapshot, ChangedBlocksCount=8)
        for item in ebs.list_snapshot_blocks(SnapshotId=snapshot)["Blocks"]:
            answer = ebs.get_snapshot_block(SnapshotId=snapshot, **item)
            self.assertEqual(answer["BlockData"].read(), block(item["BlockIndex"]))

    def test_refusals_carry_their_reasons(self):
        snapshot = self.begin()
        data = block(0)
        with self.assertRaises(self.ebs.exceptions.ValidationException) as caught:
            self.ebs.put_snapshot_block(
                SnapshotId=snapshot,
                BlockIndex=0,
                BlockData=data,
                DataLength=BLOCK,
                Checksum=checksum(b"other"),
                ChecksumAlgorithm="SHA256",
            )
        self.assertEqual(caught.exception.response["Reason"], "INVALID_BLOCK")
        with self.assertRaises(self.ebs.exceptions.ResourceNotFoundException) as caught:
            self.ebs.list_snapshot_blocks(SnapshotId="snap-0123456789abcdef0")
        self.assertEqual(caught.exception.response["Reason"], "SNAPSHOT_NOT_FOUND")
        self.assertEqual(
            caught.exception.response["Error"]["Message"], "The snapshot 'snap-0123456789abcdef0' does not exist."
        )


if __name__ == "__main__":
    unittest.main()
