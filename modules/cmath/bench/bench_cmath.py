"""What to measure of `cmath`: every function."""


def cases():
    """Yields dicts with name, sizes and setup(module, size) -> callable."""

    def case(name, *args, label=None):
        return {"name": label or name, "sizes": [1], "setup": lambda module, _: call(getattr(module, name), *args)}

    for name in ("acos acosh asin asinh atan atanh cos cosh exp isfinite isinf isnan log log10 phase polar sin sinh sqrt tan "
                 "tanh").split():
        yield case(name, 0.7 - 0.3j)
    yield case("sqrt", -2.5, label="sqrt(float)")
    yield case("log", 0.7 - 0.3j, 10, label="log, to a base")
    yield case("rect", 1.5, 0.7)
    yield case("isclose", 1j, 1j + 1e-12)


def call(function, *args):
    if len(args) == 1:
        (arg,) = args
        return lambda: function(arg)
    one, other = args
    return lambda: function(one, other)
