"""Work for many interpreters and threads at once; see python/tests/build/test_stress.py."""

import os
import sys

import _sha2

sys.path.append(os.path.join(os.path.dirname(__file__), *[os.pardir] * 3, "python", "tests"))

from hashes import HashWorkload, SharedHashes  # noqa: E402

WORKLOAD = HashWorkload((_sha2.sha224, _sha2.sha256, _sha2.sha384, _sha2.sha512))
work = WORKLOAD.work


class Shared(SharedHashes):
    def __init__(self) -> None:
        super().__init__(WORKLOAD)
