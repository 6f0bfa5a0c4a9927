"""boto3 with `awscrt`: it signs by other code, and offers every algorithm."""

import unittest

from botocore.compat import HAS_CRT
from test_s3 import Objects  # noqa: F401
from test_s3_checksums import Checksums  # noqa: F401
from test_s3_transfer import Transfers  # noqa: F401


class Environment(unittest.TestCase):
    def test_awscrt_is_in_use(self):
        self.assertTrue(HAS_CRT)


if __name__ == "__main__":
    unittest.main()
