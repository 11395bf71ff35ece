"""Benchmark cases for array: each gives the same work to whichever module it is handed."""

BYTES = [64, 1 << 20]
ITEMS = [4, 1000]


def cases():
    """Yield the cases: a name, the sizes, and what makes the function to time."""
    for code in "Bd":
        yield in_bytes(f"in, {code}, absent", code, lambda a, _: lambda: 77 in a)
    yield in_bytes("count, i", "i", lambda a, _: lambda: a.count(1), [1 << 20])
    yield in_bytes("index, i, last", "i", index_of_last)
    yield in_bytes("remove and append, i", "i", remove)
    yield in_bytes("byteswap, i", "i", lambda a, _: a.byteswap, [1 << 20])
    yield in_bytes("reverse, h", "h", lambda a, _: a.reverse, [1 << 20])
    yield in_bytes("frombytes, i", "i", frombytes)
    yield in_bytes("frombytes of bytearray, i", "i", lambda a, n: frombytes(a, n, bytearray), [64])
    yield in_bytes("tobytes, i", "i", lambda a, _: a.tobytes)
    yield in_bytes("==, i", "i", equal)
    yield in_bytes("<, d", "d", less)
    yield in_bytes("==, i and l", "i", equal_other, [64])
    yield in_bytes("extend by array, i", "i", extend, [64])
    yield in_bytes("+, i", "i", lambda a, _: lambda: a + a, [64])
    yield in_bytes("* 3, i", "i", lambda a, _: lambda: a * 3, [64])
    yield in_bytes("item * n, B", "B", one_item_repeated, [1 << 20])
    yield in_bytes("array(array), i", "i", copy, [64])
    yield in_bytes("copy, i", "i", lambda a, _: a.__copy__, [64])
    yield in_bytes("[:], i", "i", lambda a, _: lambda: a[:])
    yield in_bytes("[::2], i", "i", lambda a, _: lambda: a[::2])
    yield in_bytes("[1:-1] = , i", "i", assign, [64])
    yield in_bytes("[::2] = , i", "i", assign_steps, [1 << 20])
    yield in_bytes("del [::2], i", "i", delete_steps, [4096])
    yield in_bytes("memoryview, i", "i", lambda a, _: lambda: memoryview(a), [64])
    yield in_bytes("fromfile, i", "i", fromfile, [64])
    yield in_bytes("tofile, i", "i", tofile)
    for code in "iQdu":
        yield in_items(f"iterate, {code}", code, lambda a, _: lambda: [None for _ in a], [1000])
        yield in_items(f"tolist, {code}", code, lambda a, _: a.tolist)
    for code in "Id":
        yield in_items(f"fromlist, {code}", code, fromlist)
        yield in_items(f"array(list), {code}", code, from_list, [1000])
    for code in "id":
        yield in_items(f"a[i], {code}", code, get, [100])
        yield in_items(f"a[i] = x, {code}", code, put, [100])
        yield in_items(f"append, {code}", code, append, [100])
    yield in_items("array(tuple), i", "i", lambda a, n: from_list(a, n, tuple), [1000])
    yield in_items("array(iterator), i", "i", from_iterator, [1000])
    yield in_items("extend by list, i", "i", extend_by_list, [1000])
    yield in_items("insert and pop, i", "i", insert_and_pop, [1000])
    yield in_items("pop and append, i", "i", pop_and_append, [100])
    yield in_items("repr, i", "i", lambda a, _: lambda: repr(a), [1000])
    yield in_items("in, object, i", "i", find_object, [1000])
    yield in_items("reduce_ex, i", "i", lambda a, _: lambda: a.__reduce_ex__(4), [4])
    yield in_items("tounicode", "u", lambda a, _: a.tounicode, [1000])
    yield in_items("fromunicode", "u", fromunicode)
    yield in_items("array(str)", "u", from_text, [1000])
    yield in_items("len", "i", lambda a, _: lambda: len(a), [100])
    yield in_items("typecode", "i", lambda a, _: lambda: a.typecode, [100])
    yield in_items("buffer_info", "i", lambda a, _: a.buffer_info, [100])
    yield in_items("sizeof", "i", lambda a, _: a.__sizeof__, [100])
    yield in_items("array()", "i", lambda a, _: lambda: type(a)("i"), [0])
    yield in_items("array(b'')", "i", lambda a, _: lambda: type(a)("i", b""), [0])
    yield in_items("clear", "i", clear, [100])


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


def delete_steps(array, _):
    def run():
        copy = array[:]
        del copy[::2]
    return run


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


def clear(array, _):
    if not hasattr(array, "clear"):  # Before Python 3.13.
        return lambda: array.__delitem__(slice(None))
    return lambda: array[:].clear()


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
