"""What the tests share: running Python anew, and telling Rust from C there."""

import os
import subprocess
import sys

# For each module: whether it is Corten's.
TELL = "import _json, binascii, zlib; print(*('_corten.' in str(m.__spec__.origin) for m in (_json, binascii, zlib)))"
ALL_RUST = "True True True"
ALL_C = "False False False"


def python(*arguments: str, cwd: str | None = None, **variables: str) -> subprocess.CompletedProcess[str]:
    """Runs this environment's Python; variables that would disturb it are left out unless they are given."""
    disturbing = ("CORTEN", "CORTEN_LIBRARY", "PYTHONPATH", "PYTHONWARNINGS")
    environment = {name: value for name, value in os.environ.items() if name not in disturbing}
    return subprocess.run(
        [sys.executable, *arguments], env=environment | variables, cwd=cwd, capture_output=True, text=True, timeout=120
    )


def output(*arguments: str, cwd: str | None = None, **variables: str) -> str:
    """What Python prints; it must end well and say nothing on standard error."""
    done = python(*arguments, cwd=cwd, **variables)
    if done.returncode or done.stderr:
        raise AssertionError(f"exit code {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout.strip()
