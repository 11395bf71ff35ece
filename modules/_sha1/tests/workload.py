"""Work for many interpreters and threads at once; see python/tests/build/test_stress.py."""

import _sha1
import os
import sys

sys.path.append(os.path.join(os.path.dirname(__file__), *[os.pardir] * 3, "python", "tests"))

from hashes import HashWorkload, SharedHashes  # noqa: E402

WORKLOAD = HashWorkload((_sha1.sha1,))
work = WORKLOAD.work


class Shared(SharedHashes):
    def __init__(self) -> None:
        super().__init__(WORKLOAD)
