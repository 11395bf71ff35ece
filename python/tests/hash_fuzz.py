"""Random use that every hash module is put to."""

from fuzzing import Program, buffers, call, ints, session, sizes
from hypothesis import strategies as st


def programs(*names: str) -> st.SearchStrategy[Program]:
    """Hash objects of these functions: made, fed, copied, asked."""
    return st.one_of(*(objects(name) for name in names))


def objects(name: str) -> st.SearchStrategy[Program]:
    length = (ints(-1, 300),) if name.startswith("shake") else ()
    if not length:
        ask = [st.just("x.digest()"), st.just("x.hexdigest()"), st.just("x.copy().digest()")]
    else:
        ask = [call("x.digest", *length), call("x.hexdigest", sizes()), call("x.copy().digest", *length)]
    make = st.one_of(call(f"m.{name}", optional=(buffers(),)), call(f"m.{name}", buffers(), usedforsecurity=st.sampled_from(["True", "0"])))
    looks = ("x.name", "x.digest_size", "x.block_size")
    return session(make, call("x.update", buffers()), *ask, looks=looks, most=6)

