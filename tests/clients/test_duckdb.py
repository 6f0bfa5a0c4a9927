"""DuckDB: SQL over files in a bucket, by its httpfs extension."""

import importlib.resources
import unittest

import duckdb
import duckdb_extension_httpfs

from tool import KEYS, Tool


def extension():
    """The extension as its package brings it: DuckDB would download it, and checks its signature either way."""
    folder = importlib.resources.files(duckdb_extension_httpfs) / "extensions" / f"v{duckdb.__version__}"
    return folder / "httpfs.duckdb_extension"


class DuckDb(Tool):
    def setUp(self):
        super().setUp()
        self.duck = duckdb.connect(config={"home_directory": str(self.home)})
        self.addCleanup(self.duck.close)
        self.duck.execute(f"LOAD '{extension()}'")
        host = self.server.endpoint.removeprefix("http://")
        self.duck.execute(
            f"CREATE SECRET (TYPE s3, KEY_ID '{KEYS[0]}', SECRET '{KEYS[1]}', REGION 'us-east-1', "
            f"ENDPOINT '{host}', URL_STYLE 'path', USE_SSL false)"
        )
        self.make_bucket("bkt")

    def rows(self, query):
        return self.duck.execute(query).fetchall()

    def test_a_table_goes_in_parts_and_is_read_by_ranges(self):
        self.duck.execute("CREATE TABLE numbers AS SELECT range AS n, hash(range)::VARCHAR AS text FROM range(1500000)")
        self.duck.execute("COPY numbers TO 's3://bkt/dir/표 é.parquet' (FORMAT parquet, COMPRESSION uncompressed)")
        sums = "SELECT count(*), sum(n), md5(string_agg(text ORDER BY n)) FROM "
        self.assertEqual(self.rows(sums + "'s3://bkt/dir/표 é.parquet'"), self.rows(sums + "numbers"))
        size = self.rows("SELECT size FROM read_blob('s3://bkt/dir/*')")[0][0]
        self.assertGreater(size, 20_000_000)
        self.assertEqual(self.rows("SELECT n FROM 's3://bkt/dir/*.parquet' WHERE n = 777777"), [(777777,)])
        self.duck.execute("COPY (SELECT 1 AS n) TO 's3://bkt/dir/표 é.parquet' (FORMAT parquet)")
        self.assertEqual(self.rows("FROM 's3://bkt/dir/표 é.parquet'"), [(1,)])

    def test_files_are_found_by_their_pattern(self):
        rows = "(VALUES (2024, 'a'), (2025, 'b'), (2025, 'c')) AS t(year, value)"
        self.duck.execute(f"COPY (SELECT * FROM {rows}) TO 's3://bkt/set' (FORMAT parquet, PARTITION_BY (year))")
        found = "read_parquet('s3://bkt/set/*/*.parquet', hive_partitioning = true)"
        self.assertEqual(self.rows(f"SELECT value FROM {found} WHERE year = 2025 ORDER BY value"), [("b",), ("c",)])
        self.duck.execute(f"COPY (SELECT * FROM {rows}) TO 's3://bkt/set/as.csv' (HEADER)")
        self.duck.execute(f"COPY (SELECT * FROM {rows}) TO 's3://bkt/set/as.json'")
        for name in ("as.csv", "as.json"):
            self.assertEqual(self.rows(f"SELECT count(*) FROM 's3://bkt/set/{name}' WHERE year = 2025"), [(2,)], name)
        names = [name for (name,) in self.rows("FROM glob('s3://bkt/set/as.*') ORDER BY 1")]
        self.assertEqual(names, ["s3://bkt/set/as.csv", "s3://bkt/set/as.json"])

    def test_refusals_are_shown(self):
        with self.assertRaisesRegex(duckdb.HTTPException, "HTTP 404 Not Found"):
            self.duck.execute("FROM 's3://bkt/none.parquet'")
        with self.assertRaisesRegex(duckdb.Error, "HTTP code 404"):
            self.duck.execute("COPY (SELECT 1 AS n) TO 's3://none/a.parquet' (FORMAT parquet)")


if __name__ == "__main__":
    unittest.main()
