"""Benchmark cases for array: each gives the same work to whichever module it is handed."""

BYTES = [16, 1024, 65536, 1 << 20]
ITEMS = [4, 100, 10_000]


def cases():
    """Yield the cases: a name, the sizes, and what makes the function to time."""
    for code in "bhiqd":
        yield in_bytes(f"in, {code}, absent", code, lambda a, _: lambda: 77 in a)
        yield in_bytes(f"count, {code}", code, lambda a, _: lambda: a.count(1))
    yield in_bytes("index, i, last", "i", index_of_last)
    yield in_bytes("in, d, float absent", "d", lambda a, _: lambda: 77.5 in a)
    yield in_bytes("in, i, float absent", "i", lambda a, _: lambda: 77.0 in a)
    yield in_bytes("in, i, None", "i", lambda a, _: lambda: None in a)
    yield in_bytes("remove and append, i", "i", remove)
    for code in "hiqd":
        yield in_bytes(f"byteswap, {code}", code, lambda a, _: a.byteswap)
        yield in_bytes(f"reverse, {code}", code, lambda a, _: a.reverse)
    for code in "Bid":
        yield in_bytes(f"frombytes, {code}", code, frombytes)
        yield in_bytes(f"frombytes of bytearray, {code}", code, lambda a, n: frombytes(a, n, bytearray))
        yield in_bytes(f"tobytes, {code}", code, lambda a, _: a.tobytes)
        yield in_bytes(f"==, {code}", code, equal)
        yield in_bytes(f"<, {code}", code, less)
        yield in_bytes(f"extend by array, {code}", code, extend)
        yield in_bytes(f"+, {code}", code, lambda a, _: lambda: a + a)
        yield in_bytes(f"* 3, {code}", code, lambda a, _: lambda: a * 3)
        yield in_bytes(f"array(array), {code}", code, copy)
        yield in_bytes(f"[:], {code}", code, lambda a, _: lambda: a[:])
        yield in_bytes(f"[::2], {code}", code, lambda a, _: lambda: a[::2])
        yield in_bytes(f"[::-1], {code}", code, lambda a, _: lambda: a[::-1])
        yield in_bytes(f"[1:-1] = , {code}", code, assign)
        yield in_bytes(f"[::2] = , {code}", code, assign_steps)
        yield in_bytes(f"memoryview, {code}", code, lambda a, _: lambda: memoryview(a))
    yield in_bytes("item * n, B", "B", one_item_repeated)
    yield in_bytes("==, i and l", "i", equal_other, [16, 1024, 65536])
    yield in_bytes("==, i and d", "i", lambda a, n: equal_other(a, n, "d"), [16, 1024, 65536])
    for code in "bhiqIQdfu":
        yield in_items(f"a[i], {code}", code, get, [100])
        yield in_items(f"a[i] = x, {code}", code, put, [100])
        yield in_items(f"append, {code}", code, append, [100])
        yield in_items(f"iterate, {code}", code, lambda a, _: lambda: [None for _ in a])
        yield in_items(f"tolist, {code}", code, lambda a, _: a.tolist)
        yield in_items(f"fromlist, {code}", code, fromlist)
        yield in_items(f"array(list), {code}", code, from_list)
    for code in "id":
        yield in_items(f"array(tuple), {code}", code, lambda a, _: from_list(a, _, tuple))
        yield in_items(f"array(iterator), {code}", code, from_iterator)
        yield in_items(f"extend by list, {code}", code, extend_by_list)
        yield in_items(f"insert and pop, {code}", code, insert_and_pop)
        yield in_items(f"pop and append, {code}", code, pop_and_append, [100])
        yield in_items(f"repr, {code}", code, lambda a, _: lambda: repr(a))
        yield in_items(f"in, object, {code}", code, find_object)
        yield in_items(f"reduce_ex, {code}", code, lambda a, _: lambda: a.__reduce_ex__(4))
    yield in_items("tounicode", "u", lambda a, _: a.tounicode)
    yield in_items("fromunicode", "u", fromunicode)
    yield in_items("array(str)", "u", from_text)
    yield in_items("len", "i", lambda a, _: lambda: len(a), [100])
    yield in_items("typecode", "i", lambda a, _: lambda: a.typecode, [100])
    yield in_items("buffer_info", "i", lambda a, _: a.buffer_info, [100])
    yield in_items("iter", "i", lambda a, _: lambda: iter(a), [100])
    yield in_items("sizeof", "i", lambda a, _: a.__sizeof__, [100])
    yield in_items("array()", "i", lambda a, _: lambda new=type(a): new("i"), [0])
    yield in_items("array(b'')", "i", lambda a, _: lambda new=type(a): new("i", b""), [0])
    yield in_bytes("fromfile", "i", fromfile)
    yield in_bytes("tofile", "i", tofile)


def in_bytes(name, code, make, sizes=BYTES):
    def setup(module, size):
        array = module.array(code)
        array.frombytes(bytes(size))
        return make(array, size)
    return {"name": name, "sizes": list(sizes), "setup": setup}


def in_items(name, code, make, sizes=ITEMS):
    def setup(module, size):
        item = {"u": "x", "d": 1.5, "f": 1.5}.get(code, 100)
        return make(module.array(code, [item] * size), size)
    return {"name": name, "sizes": list(sizes), "setup": setup}


def index_of_last(array, _):
    array[-1] = 5
    return lambda: array.index(5)


def remove(array, _):
    array[-1] = 5

    def work():
        array.remove(5)
        array.append(5)
    return work


def frombytes(array, size, kind=bytes):
    data, new, code = kind(size), type(array), array.typecode

    def work():
        new(code).frombytes(data)
    return work


def equal(array, _):
    other = array[:]
    return lambda: array == other


def less(array, _):
    other = array[:]
    return lambda: array < other


def equal_other(array, size, code="l"):
    other = type(array)(code, array)
    return lambda: array == other


def extend(array, _):
    new, code = type(array), array.typecode

    def work():
        new(code).extend(array)
    return work


def copy(array, _):
    new, code = type(array), array.typecode
    return lambda: new(code, array)


def assign(array, _):
    part = array[1:-1]

    def work():
        array[1:-1] = part
    return work


def assign_steps(array, _):
    part = array[::2]

    def work():
        array[::2] = part
    return work


def one_item_repeated(array, size):
    one = array[:1]
    return lambda: one * size


def get(array, _):
    def work():
        array[3], array[50], array[-1]
    return work


def put(array, _):
    item = array[0]

    def work():
        array[3] = array[50] = array[-1] = item
    return work


def append(array, _):
    new, code, item = type(array), array.typecode, array[0]

    def work():
        add = new(code).append
        for _ in range(50):
            add(item)
    return work


def fromlist(array, _):
    new, code, items = type(array), array.typecode, array.tolist()

    def work():
        new(code).fromlist(items)
    return work


def from_list(array, _, kind=list):
    new, code, items = type(array), array.typecode, kind(array)
    return lambda: new(code, items)


def from_iterator(array, _):
    new, code, items = type(array), array.typecode, array.tolist()
    return lambda: new(code, iter(items))


def extend_by_list(array, _):
    new, code, items = type(array), array.typecode, array.tolist()

    def work():
        new(code).extend(items)
    return work


def insert_and_pop(array, size):
    item = array[0]

    def work():
        array.insert(size // 2, item)
        array.pop(size // 2)
    return work


def pop_and_append(array, _):
    def work():
        array.append(array.pop())
    return work


def find_object(array, _):
    class Never:
        def __eq__(self, other):
            return False
    never = Never()
    return lambda: never in array


def fromunicode(array, size):
    new, text = type(array), "x" * size
    empty = new("u")

    def work():
        empty[:].fromunicode(text)
    return work


def from_text(array, size):
    new, text = type(array), "x" * size
    return lambda: new("u", text)


def fromfile(array, size):
    class File:
        def read(self, n):
            return data
    data, file, empty = bytes(size), File(), array[:0]
    return lambda: empty[:].fromfile(file, size // 4)


def tofile(array, _):
    class File:
        def write(self, data):
            pass
    file = File()
    return lambda: array.tofile(file)
