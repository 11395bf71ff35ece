"""What to measure of `binascii`: every function, in the forms that programs use."""

import random

SIZES = [16, 1024, 65536, 1048576]
LARGE = [*SIZES, 10_000_000]
LINE = 45


def cases():
    """Yields dicts with name, sizes (bytes of plain data), setup(module, size) -> callable, and what packages do."""

    def case(name, prepare, sizes=SIZES, package=None):
        return {"name": name, "sizes": sizes, "setup": prepare, "package": package and ("pybase64", package)}

    yield case("b2a_base64", lambda m, n: call(m.b2a_base64, data(n)))
    yield case("b2a_base64, no newline", lambda m, n: call(m.b2a_base64, data(n), newline=False), LARGE,
               package=lambda p, n: call(p.b64encode, data(n)))
    yield case("a2b_base64", lambda m, n: call(m.a2b_base64, m.b2a_base64(data(n))), LARGE,
               package=lambda p, n: call(p.b64decode, p.b64encode(data(n))))
    yield case("a2b_base64, str", lambda m, n: call(m.a2b_base64, m.b2a_base64(data(n)).decode()))
    yield case("a2b_base64, lines of 76", lambda m, n: call(m.a2b_base64, in_lines(m, data(n))))
    yield case("a2b_base64, lines of 76, CRLF",
               lambda m, n: call(m.a2b_base64, in_lines(m, data(n)).replace(b"\n", b"\r\n")))
    yield case("a2b_base64, strict",
               lambda m, n: call(m.a2b_base64, m.b2a_base64(data(n), newline=False), strict_mode=True),
               package=lambda p, n: call(p.b64decode, p.b64encode(data(n)), validate=True))
    yield case("a2b_base64, blank after each character",
               lambda m, n: call(m.a2b_base64, m.b2a_base64(data(n)).decode().replace("", " ")))
    yield case("hexlify", lambda m, n: call(m.hexlify, data(n)), LARGE)
    yield case("hexlify, bytearray", lambda m, n: call(m.hexlify, bytearray(data(n))))
    for count in 1, 2, 4, -4, 5, 16, 100:
        yield case(f"hexlify, separator every {count}",
                   lambda m, n, count=count: call(m.hexlify, data(n), ":", count))
    yield case("unhexlify", lambda m, n: call(m.unhexlify, m.hexlify(data(n))), LARGE)
    yield case("unhexlify, str in upper case",
               lambda m, n: call(m.unhexlify, m.hexlify(data(n)).decode().upper()))
    yield case("crc32", lambda m, n: call(m.crc32, data(n)), LARGE)
    yield case("crc32, bytearray", lambda m, n: call(m.crc32, bytearray(data(n))))
    yield case("crc_hqx", lambda m, n: call(m.crc_hqx, data(n), 0))
    yield case("b2a_qp, text", lambda m, n: call(m.b2a_qp, text(n)))
    yield case("b2a_qp, UTF-8 text", lambda m, n: call(m.b2a_qp, utf8(n)))
    yield case("b2a_qp, binary", lambda m, n: call(m.b2a_qp, data(n), istext=False))
    yield case("b2a_qp, header", lambda m, n: call(m.b2a_qp, utf8(n), header=True))
    yield case("a2b_qp, text", lambda m, n: call(m.a2b_qp, m.b2a_qp(text(n))))
    yield case("a2b_qp, UTF-8 text", lambda m, n: call(m.a2b_qp, m.b2a_qp(utf8(n))))
    yield case("a2b_qp, binary", lambda m, n: call(m.a2b_qp, m.b2a_qp(data(n), istext=False)))
    yield case("a2b_qp, header", lambda m, n: call(m.a2b_qp, m.b2a_qp(utf8(n), header=True), header=True))
    yield case("b2a_uu", lambda m, n: call(m.b2a_uu, data(n)), [16, LINE])
    yield case("a2b_uu", lambda m, n: call(m.a2b_uu, m.b2a_uu(data(n))), [16, LINE])


def call(function, *args, **kwargs):
    if kwargs:
        return lambda: function(*args, **kwargs)
    if len(args) == 1:
        (arg,) = args
        return lambda: function(arg)
    return lambda: function(*args)


def data(size):
    return random.Random(size).randbytes(size)


def text(size):
    return fill(b"It was the best of times, it was the worst of times, it was the age of wisdom = 1.\n", size)


def utf8(size):
    return fill("Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich.\n".encode(), size)


def fill(pattern, size):
    return (pattern * (size // len(pattern) + 1))[:size]


def in_lines(module, data):
    return b"".join(module.b2a_base64(data[at : at + 57]) for at in range(0, len(data), 57))
