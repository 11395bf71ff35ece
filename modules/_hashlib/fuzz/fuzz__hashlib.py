"""Random use of _hashlib: hash objects by name, HMAC, key derivation, comparison."""

import sys

from fuzzing import buffers, call, calls, data, ints, mostly, session, sizes, texts
from hypothesis import strategies as st

HASHES = ["md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha512_256", "sha3_256", "blake2b512", "blake2s256", "ripemd160", "sm3"]


def programs():
    name = mostly(st.sampled_from([*HASHES, "SHA256", "Sha1"]).map(repr), st.sampled_from(["'nope'", "''", "'sha256\\0'"]))
    asks = [st.just("x.digest()"), st.just("x.hexdigest()"), st.just("x.copy().digest()")]
    looks = ("x.name", "x.digest_size", "x.block_size")
    extendable = st.sampled_from(["m.new('shake_128')", "m.new('shake_256', b'abc')", "m.openssl_shake_128()"])
    return st.one_of(
        session(call("m.new", name, optional=(buffers(),)), call("x.update", buffers()), *asks, looks=looks, most=6),
        session(extendable, call("x.update", buffers()), call("x.digest", ints(-1, 300)), call("x.hexdigest", ints(-1, 300)), looks=looks, most=6),
        session(call("m.hmac_new", buffers(), optional=(buffers(),), digestmod=name), call("x.update", buffers()), *asks, looks=looks, most=6),
        calls(
            call("m.hmac_digest", buffers(), buffers(), name),
            call("m.compare_digest", buffers(), buffers()),
            call("m.compare_digest", texts(), texts()),
            call("m.pbkdf2_hmac", name, data(), data(most=9), ints(-1, 4), optional=(ints(-1, 80),)),
            call("m.scrypt", data(most=9), salt=data(most=9), n=st.sampled_from(["2", "4", "16", "3", "0", "1"]), r=ints(0, 4), p=ints(0, 3),
                 maxmem=mostly(st.just("0"), sizes()), dklen=ints(0, 80)),
            call("m.openssl_sha256", optional=(buffers(),)).map("{}.digest()".format),
        ),
    )


def excused(line, c, rust):
    """Early releases of 3.13 have one text for all that can be wrong with a name."""
    return (3, 13) <= sys.version_info < (3, 13, 4) and c[:3] == ("raised", "TypeError", "name must be a string")
