"""Benchmark cases for _struct: each gives the same work to whichever module it is handed."""

EIGHT = (1, -2, 300, -40_000, 5_000_000, -6_000_000_000, 7, 8)
FORMAT = "<bhiiqqBH"
ONE = {"B": 200, "<i": 70_000, ">q": -(2**40), "Q": 2**64 - 1, "<d": 1.5, ">f": -2.25, "<e": 0.5, "?": True, "4s": b"abcd"}
MEGABYTE = 1 << 20


def cases():
    """Yield the cases: a name, the sizes, and what makes the function to time."""
    yield from eight_fields()
    for format, value in ONE.items():
        yield from one_field(format, value)
    for format in ("%di", ">%dH", "<%dd", "%dB"):
        yield from many(format)
    for format in ("<i", ">HHI", FORMAT, "<ddf", "16s"):
        yield case(f"iter_unpack({format!r})", iter_unpack(format), sizes=[1024, MEGABYTE])
    yield case("iter_unpack('<HHI'), bytearray", iter_unpack("<HHI", bytearray), sizes=[MEGABYTE])
    for format, loop in (FORMAT, eight_variables), (FORMAT, list), ("<i", list):
        yield case(f"iter_unpack({format!r}), {loop.__name__}", iter_unpack(format, loop=loop), sizes=[1024, MEGABYTE])
    yield case("calcsize", lambda module, _: lambda: module.calcsize(FORMAT))
    yield case("calcsize, bytes", lambda module, _: lambda: module.calcsize(b"<bhiiqqBH"))
    yield case("Struct(format)", lambda module, _: lambda: module.Struct(FORMAT))


def case(name, setup, sizes=(0,)):
    return {"name": name, "sizes": list(sizes), "setup": setup}


def eight_fields():
    def pack(module, _):
        return lambda: module.pack(FORMAT, *EIGHT)

    def pack_bound(module, _):
        pack = module.Struct(FORMAT).pack
        return lambda: pack(*EIGHT)

    def pack_into(module, _):
        target = bytearray(100)
        return lambda: module.pack_into(FORMAT, target, 8, *EIGHT)

    def pack_into_bound(module, _):
        target, pack_into = bytearray(100), module.Struct(FORMAT).pack_into
        return lambda: pack_into(target, 8, *EIGHT)

    def unpack(module, _):
        data = module.pack(FORMAT, *EIGHT)
        return lambda: module.unpack(FORMAT, data)

    def unpack_bound(module, _):
        data, unpack = module.pack(FORMAT, *EIGHT), module.Struct(FORMAT).unpack
        return lambda: unpack(data)

    def unpack_100_to_variables(module, _):
        unpack = module.Struct(FORMAT).unpack
        packed = [module.pack(FORMAT, *EIGHT)] * 100
        return lambda: eight_variables(map(unpack, packed))

    def unpack_from(module, _):
        data = bytes(8) + module.pack(FORMAT, *EIGHT)
        return lambda: module.unpack_from(FORMAT, data, 8)

    def unpack_from_bound(module, _):
        data, unpack_from = bytes(8) + module.pack(FORMAT, *EIGHT), module.Struct(FORMAT).unpack_from
        return lambda: unpack_from(data, 8)

    def unpack_from_array(module, _):
        data, unpack_from = bytearray(100), module.Struct(FORMAT).unpack_from
        return lambda: unpack_from(data, 8)

    def pack_ints(module, _):
        return lambda: module.pack("<8I", 1, 2, 3, 4, 5, 6, 7, 8)

    def unpack_ints(module, _):
        data = module.pack("<8I", *range(8))
        return lambda: module.unpack("<8I", data)

    def unpack_big(module, _):
        data = bytes(range(100, 132))
        return lambda: module.unpack(">8I", data)

    for setup in (pack, pack_bound, pack_into, pack_into_bound, unpack, unpack_bound, unpack_100_to_variables, unpack_from,
                  unpack_from_bound, unpack_from_array, pack_ints, unpack_ints, unpack_big):
        yield case(f"8 fields, {setup.__name__}", setup)


def one_field(format, value):
    def pack(module, _):
        return lambda: module.pack(format, value)

    def pack_bound(module, _):
        pack = module.Struct(format).pack
        return lambda: pack(value)

    def unpack(module, _):
        data = module.pack(format, value)
        return lambda: module.unpack(format, data)

    def unpack_bound(module, _):
        data, unpack = module.pack(format, value), module.Struct(format).unpack
        return lambda: unpack(data)

    for setup in (pack, pack_bound, unpack, unpack_bound):
        yield case(f"{format!r}, {setup.__name__}", setup)


def many(format):
    def values(count):
        return [float(i) for i in range(count)] if format.endswith("dd") else [i % 256 for i in range(count)]

    def pack(module, count):
        numbers, pack = values(count), module.Struct(format % count).pack
        return lambda: pack(*numbers)

    def unpack(module, count):
        layout = module.Struct(format % count)
        data = layout.pack(*values(count))
        return lambda: layout.unpack(data)

    yield case(f"{format!r}, pack", pack, sizes=[100, 1000, 100_000])
    yield case(f"{format!r}, unpack", unpack, sizes=[100, 1000, 100_000])


def one_variable(tuples):
    """A loop that has one tuple when it asks for the next."""
    for _ in tuples:
        pass


def eight_variables(tuples):
    """A loop that has the values of one struct when it asks for the next."""
    for a, b, c, d, e, f, g, h in tuples:  # noqa: B007
        pass


def iter_unpack(format, kind=bytes, loop=one_variable):
    def setup(module, size):
        layout = module.Struct(format)
        data = kind(bytes(range(256)) * 4 * (size // 1024))[: size // layout.size * layout.size]
        return lambda: loop(layout.iter_unpack(data))

    return setup
