"""Work for many interpreters and threads at once; see python/tests/build/test_stress.py."""

import _sha3
import os
import sys

sys.path.append(os.path.join(os.path.dirname(__file__), *[os.pardir] * 3, "python", "tests"))

from hashes import HashWorkload, SharedHashes  # noqa: E402

WORKLOAD = HashWorkload((_sha3.sha3_224, _sha3.sha3_256, _sha3.sha3_384, _sha3.sha3_512, _sha3.shake_128, _sha3.shake_256))
work = WORKLOAD.work


class Shared(SharedHashes):
    def __init__(self) -> None:
        super().__init__(WORKLOAD)
