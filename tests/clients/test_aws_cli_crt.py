"""The AWS CLI with `awscrt`: it signs by other code, and offers every algorithm."""

import unittest

from test_aws_cli_s3 import HAS_CRT, Checksums, SecureChecksums  # noqa: F401


class Environment(unittest.TestCase):
    def test_awscrt_is_there(self):
        self.assertTrue(HAS_CRT)


if __name__ == "__main__":
    unittest.main()
