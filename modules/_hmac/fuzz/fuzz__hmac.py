"""Random use of _hmac."""

from fuzzing import buffers, call, calls, session
from hypothesis import strategies as st

HASHES = ["md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha3_256"]


def programs():
    name = st.sampled_from([*map(repr, HASHES), "'nope'", "'SHA256'"])
    one_shot = [call(f"m.compute_{name}", buffers(), buffers()) for name in HASHES]
    return st.one_of(
        session(call("m.new", buffers(), optional=(buffers(),), digestmod=name), call("x.update", buffers()), st.just("x.digest()"),
                st.just("x.hexdigest()"), st.just("x.copy().digest()"), looks=("x.name", "x.digest_size", "x.block_size", "repr(x)"), most=6),
        calls(call("m.compute_digest", buffers(), buffers(), name), *one_shot),
    )
