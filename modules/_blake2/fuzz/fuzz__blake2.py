"""Random use of BLAKE2 with all parameters."""

from fuzzing import buffers, call, data, ints, mostly, session, sizes
from hypothesis import strategies as st


def programs():
    return st.one_of(objects("blake2b"), objects("blake2s"))


def objects(name):
    small = ints(-1, 300)
    make = call(f"m.{name}", optional=(buffers(),), digest_size=ints(-1, 70), key=data(most=70), salt=data(most=18), person=data(most=18),
                fanout=small, depth=small, leaf_size=mostly(small, sizes()), node_offset=mostly(small, sizes()), node_depth=small,
                inner_size=ints(-1, 70), last_node=st.sampled_from(["True", "False"]), usedforsecurity=st.just("True"))
    return session(make, call("x.update", buffers()), st.just("x.digest()"), st.just("x.hexdigest()"), st.just("x.copy().digest()"),
                   looks=("x.name", "x.digest_size", "x.block_size"), most=6)
