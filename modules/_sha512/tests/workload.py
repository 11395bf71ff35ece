"""Work for many interpreters and threads at once; see python/tests/build/test_stress.py."""

import _sha512
import os
import sys

sys.path.append(os.path.join(os.path.dirname(__file__), *[os.pardir] * 3, "python", "tests"))

from hashes import HashWorkload, SharedHashes  # noqa: E402

WORKLOAD = HashWorkload((_sha512.sha384, _sha512.sha512))
work = WORKLOAD.work


class Shared(SharedHashes):
    def __init__(self) -> None:
        super().__init__(WORKLOAD)
