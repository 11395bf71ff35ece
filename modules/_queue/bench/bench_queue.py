"""Benchmark cases for _queue: each gives the same work to whichever module it is handed."""

import threading


def cases():
    """Yield the cases: a name, the sizes, and what makes the function to time."""
    yield {"name": "put and get", "sizes": [1, 16, 1000, 100_000], "setup": put_and_get("put", "get")}
    yield {"name": "put_nowait and get_nowait", "sizes": [1, 1000], "setup": put_and_get("put_nowait", "get_nowait")}
    yield {"name": "get, timeout", "sizes": [1], "setup": get_with_timeout}
    yield {"name": "get_nowait, empty", "sizes": [0], "setup": get_empty}
    yield {"name": "qsize and empty", "sizes": [0], "setup": ask}
    yield {"name": "SimpleQueue()", "sizes": [0], "setup": lambda module, _: module.SimpleQueue}
    yield {"name": "between threads", "sizes": [1000], "setup": between_threads}


def put_and_get(put_name, get_name):
    def case(module, size):
        queue = module.SimpleQueue()
        put, get = getattr(queue, put_name), getattr(queue, get_name)

        def run():
            for number in range(size):
                put(number)
            for _ in range(size):
                get()
        return run
    return case


def get_with_timeout(module, _):
    queue = module.SimpleQueue()
    put, get = queue.put, queue.get

    def run():
        put(None)
        get(timeout=1.5)
    return run


def get_empty(module, _):
    get, empty = module.SimpleQueue().get_nowait, module.Empty

    def run():
        try:
            get()
        except empty:
            pass
    return run


def ask(module, _):
    queue = module.SimpleQueue()
    qsize, empty = queue.qsize, queue.empty

    def run():
        qsize()
        empty()
    return run


def between_threads(module, size):
    there, back = module.SimpleQueue(), module.SimpleQueue()

    def echo():
        while (item := there.get()) is not None:
            back.put(item)

    def run():
        thread = threading.Thread(target=echo)
        thread.start()
        for number in range(1, size + 1):
            there.put(number)
        for _ in range(size):
            back.get()
        there.put(None)
        thread.join()
    return run
