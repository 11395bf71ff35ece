"""The tour of `corten demo`: real work on C and on Rust, each result checked against the other.

Prints one JSON object in a line for each thing to show: an input, a row of the table, a check.
"""

import ast
import functools
import html.entities
import io
import json
import locale
import mimetypes
import os
import pydoc_data.topics
import sys
import sysconfig
import tarfile
import unicodedata
from collections.abc import Callable
from typing import Any

from corten.testing import c_module, layer, rust_module
from measure import compare

C, RUST = c_module, rust_module
PIECE = 2 << 20


def main() -> int:
    files = standard_library()
    archive = pack_and_unpack(files)
    json_there_and_back()
    base64_there_and_back(archive)
    checksums(archive)
    digests(archive)
    packed_small(archive[:PIECE])
    return 0


def standard_library() -> dict[str, bytes]:
    """The standard library's own sources."""
    root = sysconfig.get_path("stdlib")
    files = {}
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(set(folders) - {"test", "tests", "site-packages", "__pycache__", "idlelib", "lib2to3"})
        for name in sorted(name for name in names if name.endswith(".py")):
            path = os.path.join(folder, name)
            with open(path, "rb") as file:
                files[os.path.relpath(path, root)] = file.read()
    return files


def pack_and_unpack(files: dict[str, bytes]) -> bytes:
    """Packs files to .tar.gz and unpacks them, on both; gives the archive without compression."""
    show("input", text=f"the standard library of this Python: {len(files)} files", size=sum(map(len, files.values())))
    gzip = {name: layer("gzip", module("zlib")) for name, module in (("c", C), ("rust", RUST))}
    packed = {name: pack(gzip[name], files) for name in gzip}
    row("pack it to .tar.gz", sum(map(len, files.values())), lambda name: functools.partial(pack, gzip[name], files))
    row("unpack it", len(packed["c"]), lambda name: functools.partial(unpack, gzip[name], packed["c"]))
    check("each side unpacks what the other packed, file by file",
          unpack(gzip["c"], packed["rust"]) == files and unpack(gzip["rust"], packed["c"]) == files)  # fmt: skip
    size = len(packed["rust"]) / len(packed["c"])
    check(f"the archive is no larger than C's, by more than 1% ({size:.1%} of its size)", size < 1.01)
    return gzip["c"].decompress(packed["c"])


def pack(gzip: Any, files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb", compresslevel=6, mtime=0) as stream:
        with tarfile.open(fileobj=stream, mode="w") as archive:
            for name, content in files.items():
                entry = tarfile.TarInfo(name)
                entry.size = len(content)
                archive.addfile(entry, io.BytesIO(content))
    return out.getvalue()


def unpack(gzip: Any, packed: bytes) -> dict[str, bytes]:
    with tarfile.open(fileobj=io.BytesIO(gzip.decompress(packed))) as archive:
        return {entry.name: archive.extractfile(entry).read() for entry in archive}  # type: ignore[union-attr]


def json_there_and_back() -> None:
    document = real_document()
    text = json.dumps(document)
    show(
        "input", text="a JSON document of this Python's data: topics, names of characters, syntax trees", size=len(text)
    )
    layers = {name: layer("json", module("_json")) for name, module in (("c", C), ("rust", RUST))}
    row("json.dumps", len(text), lambda name: functools.partial(layers[name].dumps, document))
    row("json.loads", len(text), lambda name: functools.partial(layers[name].loads, text))
    small = {"id": 17, "name": "Zoë", "tags": ["a", "b"], "price": 12.5, "stock": None}
    row("json.dumps, a small object", 76, lambda name: functools.partial(layers[name].dumps, small))
    small_text = json.dumps(small)
    row("json.loads, a small object", 76, lambda name: functools.partial(layers[name].loads, small_text))
    check("the same text from both, byte for byte", layers["c"].dumps(document) == layers["rust"].dumps(document))
    check("the same data from both, and what went in",
          layers["c"].loads(text) == layers["rust"].loads(text) == document)  # fmt: skip


def real_document() -> dict[str, Any]:
    characters = [chr(code) for code in range(0x20, 0x3000) if unicodedata.name(chr(code), None)]
    sources = [ast, functools, json.decoder, locale, mimetypes, tarfile]
    return {
        "topics": pydoc_data.topics.topics,
        "entities": html.entities.html5,
        "characters": [character(c) for c in characters],
        "locales": locale.locale_alias,
        "types": mimetypes.types_map,
        "syntax": {module.__name__: syntax(module.__file__) for module in sources},
    }


def character(c: str) -> dict[str, Any]:
    number = unicodedata.numeric(c, None)
    return {
        "character": c,
        "name": unicodedata.name(c),
        "category": unicodedata.category(c),
        "combining": unicodedata.combining(c),
        "mirrored": bool(unicodedata.mirrored(c)),
        "numeric": number,
    }


def syntax(file: str | None) -> Any:
    """The syntax tree of a source file as plain data."""
    assert file is not None
    with open(file, encoding="utf-8") as source:
        return plain(ast.parse(source.read()))


def plain(node: Any) -> Any:
    if isinstance(node, ast.AST):
        return {"node": type(node).__name__} | {name: plain(value) for name, value in vars(node).items()}
    if isinstance(node, list):
        return [plain(item) for item in node]
    return node if isinstance(node, str | int | float | None) else repr(node)


def base64_there_and_back(data: bytes) -> None:
    layers = {name: layer("base64", module("binascii")) for name, module in (("c", C), ("rust", RUST))}
    text = layers["c"].b64encode(data)
    row("base64.b64encode", len(data), lambda name: functools.partial(layers[name].b64encode, data))
    row("base64.b64decode", len(text), lambda name: functools.partial(layers[name].b64decode, text))
    check("the same base64 from both, and back to the same bytes",
          layers["rust"].b64encode(data) == text and layers["rust"].b64decode(text) == data)  # fmt: skip


def checksums(data: bytes) -> None:
    zlib = {"c": C("zlib"), "rust": RUST("zlib")}
    for name in ("crc32", "adler32"):
        row(f"zlib.{name}", len(data), lambda side, name=name: functools.partial(getattr(zlib[side], name), data))
    check("the same checksums from both",
          all(getattr(zlib["c"], name)(data) == getattr(zlib["rust"], name)(data) for name in ("crc32", "adler32")))  # fmt: skip


def digests(data: bytes) -> None:
    for module_name, name in (("_sha1", "sha1"), ("_sha3", "sha3_256"), ("_blake2", "blake2b")):
        sides = {"c": getattr(C(module_name), name), "rust": getattr(RUST(module_name), name)}
        row(f"{module_name}.{name}", len(data), lambda side, sides=sides: lambda: sides[side](data).digest())
        check(f"the same {name} from both", sides["c"](data).digest() == sides["rust"](data).digest())


def packed_small(data: bytes) -> None:
    """The formats that take their time, on a part of the archive."""
    show("input", text="the beginning of that archive", size=len(data))
    for name in ("bz2", "lzma"):
        layers = {"c": layer(name, C(f"_{name}")), "rust": layer(name, RUST(f"_{name}"))}
        packed = {side: layers[side].compress(data) for side in layers}
        row(f"{name}.compress", len(data), lambda side, layers=layers: functools.partial(layers[side].compress, data))
        row(f"{name}.decompress", len(packed["c"]),
            lambda side, layers=layers, packed=packed: functools.partial(layers[side].decompress, packed["c"]))  # fmt: skip
        check(f"each side unpacks the {name} stream that the other packed",
              layers["c"].decompress(packed["rust"]) == layers["rust"].decompress(packed["c"]) == data)  # fmt: skip


def row(work: str, size: int, side: Callable[[str], Callable[[], object]]) -> None:
    times = compare(side("c"), side("rust"))
    show("row", work=work, size=size, **times._asdict())


def check(text: str, passed: bool) -> None:
    show("check", text=text, passed=passed)


def show(event: str, **what: Any) -> None:
    print(json.dumps({"event": event} | what), flush=True)


if __name__ == "__main__":
    sys.exit(main())
