"""Work for many interpreters and threads at once; see python/tests/build/test_stress.py."""

import csv
import hashlib
import io
import random
import threading


def work(seed: int) -> str:
    """Writes and reads tables that `seed` stands for; gives a digest of all results."""
    rng = random.Random(seed)
    texts = ["", "plain", 'quote "', "a,b;c", "two\nlines", "h\xe4user", "\u4e2d\u6587", "\U0001f40d", "x" * 200]
    rows = [[rng.choice([*texts, None, 17, -0.5]) for _ in range(rng.randrange(1, 9))] for _ in range(50)]
    name = f"dialect {seed} {threading.get_ident()}"
    csv.register_dialect(name, delimiter=rng.choice(",;\t"), quoting=rng.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
    results = []
    for dialect in "excel", "unix", name:
        file = io.StringIO(newline="")
        csv.writer(file, dialect).writerows(rows)
        text = file.getvalue()
        read = list(csv.reader(io.StringIO(text, newline=""), dialect))
        assert read == [["" if field is None else str(field) for field in row] for row in rows]
        results += [text, repr(list(csv.reader(text.splitlines(), quotechar="'")))]
    csv.unregister_dialect(name)
    results += [failure(["a\rb"]), failure(['"a"b'], strict=True), failure([b"a"]), failure([], quoting=99)]
    return hashlib.sha256("\0".join(results).encode("utf-8", "surrogatepass")).hexdigest()


def failure(lines: list, **options: object) -> str:
    try:
        return repr(list(csv.reader(lines, **options)))
    except (csv.Error, TypeError) as error:
        return str(error)


class Shared:
    """One reader and one writer for all threads."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.written: list[str] = []
        self.writer = csv.writer(self)
        self.reader = csv.reader(iter(["a,b\n", '"c\n', 'd",e\n'] * 1_000_000))

    def write(self, line: str) -> None:
        with self.lock:
            self.written.append(line)

    def use(self, seed: int) -> None:
        for number in range(seed % 50):
            self.writer.writerow([seed, f"{number},", None])
            assert next(self.reader) in (["a", "b"], ["c\nd", "e"])

    def check(self) -> None:
        for line in self.written:
            seed, number, nothing = next(csv.reader([line]))
            assert int(seed) % 50 > int(number.rstrip(",")) and nothing == ""
