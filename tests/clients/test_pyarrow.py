"""pyarrow: Parquet in a bucket, by the AWS SDK for C++."""

import os
import unittest

import pyarrow
from pyarrow import dataset, parquet
from pyarrow.fs import FileSelector, FileType, S3FileSystem

from tool import KEYS, MIB, Tool


class Arrow(Tool):
    def setUp(self):
        super().setUp()
        self.s3 = S3FileSystem(
            access_key=KEYS[0],
            secret_key=KEYS[1],
            region="us-east-1",
            scheme="http",
            endpoint_override=self.server.endpoint.removeprefix("http://"),
            allow_bucket_creation=True,
            allow_bucket_deletion=True,
        )
        self.s3.create_dir("bkt")

    def paths(self, folder="bkt"):
        found = self.s3.get_file_info(FileSelector(folder, recursive=True))
        return sorted(info.path for info in found if info.type == FileType.File)

    def test_a_table_is_written_read_by_columns_and_replaced(self):
        table = pyarrow.table({"n": range(1_000_000), "text": [f"행 {n % 1000}" for n in range(1_000_000)]})
        parquet.write_table(table, "bkt/dir/표 é.parquet", filesystem=self.s3, compression="none", use_dictionary=False)
        self.assertGreater(self.s3.get_file_info("bkt/dir/표 é.parquet").size, 15 * MIB)
        self.assertTrue(parquet.read_table("bkt/dir/표 é.parquet", filesystem=self.s3).equals(table))
        column = parquet.read_table("bkt/dir/표 é.parquet", columns=["n"], filters=[("n", "<", 3)], filesystem=self.s3)
        self.assertEqual(column.to_pydict(), {"n": [0, 1, 2]})
        parquet.write_table(table.slice(0, 10), "bkt/dir/표 é.parquet", filesystem=self.s3)
        self.assertEqual(parquet.read_metadata("bkt/dir/표 é.parquet", filesystem=self.s3).num_rows, 10)

    def test_a_partitioned_dataset_is_found_by_its_folders(self):
        table = pyarrow.table({"year": [2024, 2024, 2025], "value": ["a", "b", "c"]})
        parts = dataset.partitioning(pyarrow.schema([("year", pyarrow.int64())]), flavor="hive")
        dataset.write_dataset(table, "bkt/set", format="parquet", partitioning=parts, filesystem=self.s3)
        self.assertEqual(self.paths("bkt/set"), ["bkt/set/year=2024/part-0.parquet", "bkt/set/year=2025/part-0.parquet"])
        found = dataset.dataset("bkt/set", partitioning="hive", filesystem=self.s3)
        self.assertEqual(found.to_table(filter=dataset.field("year") == 2025)["value"].to_pylist(), ["c"])

    def test_files_are_streamed_copied_moved_and_deleted(self):
        content = os.urandom(20 * MIB)
        # Anything beyond its buffer goes in parts.
        with self.s3.open_output_stream("bkt/large", metadata={"Content-Type": "text/x-own"}) as stream:
            stream.write(content)
        with self.s3.open_input_file("bkt/large") as file:
            self.assertEqual(file.size(), len(content))
            self.assertTrue(file.read_at(MIB, 7 * MIB) == content[7 * MIB : 8 * MIB], "other bytes came back")
            self.assertEqual(file.metadata()["Content-Type"], b"text/x-own")
        self.s3.copy_file("bkt/large", "bkt/copy é")
        self.s3.move("bkt/large", "bkt/dir/moved")
        self.s3.open_output_stream("bkt/empty").close()
        self.assertEqual(self.paths(), ["bkt/copy é", "bkt/dir/moved", "bkt/empty"])
        with self.s3.open_input_stream("bkt/dir/moved") as stream:
            self.assertTrue(stream.read() == content, "other bytes came back")
        self.assertEqual(self.s3.get_file_info("bkt/empty").size, 0)
        self.s3.delete_dir_contents("bkt")
        self.assertEqual(self.s3.get_file_info(FileSelector("bkt")), [])
        self.s3.delete_dir("bkt")
        self.assertEqual(self.s3.get_file_info(FileSelector("")), [])

    def test_refusals_are_shown(self):
        with self.assertRaisesRegex(FileNotFoundError, "bkt/none"):
            self.s3.open_input_file("bkt/none")
        self.assertEqual(self.s3.get_file_info("bkt/none").type, FileType.NotFound)
        with self.assertRaisesRegex(OSError, "NO_SUCH_BUCKET.*The specified bucket does not exist"):
            with self.s3.open_output_stream("none/key") as stream:
                stream.write(b"x")


if __name__ == "__main__":
    unittest.main()
