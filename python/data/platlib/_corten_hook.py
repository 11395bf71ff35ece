"""The start-up hook: lets `import zlib` find Corten's zlib.

`corten.pth` has every interpreter and sub-interpreter that runs `site` import this. Each start of Python pays for it,
so that it does no more than to register itself, the module being the finder. `corten._overlay` does the rest, when
one of the modules is imported.
"""

import sys

# Each module, with the first Python it serves and the first one it doesn't.
# modules:begin (written by `cargo corten sync`)
SERVED = {
    "_bisect": ((3, 11), (4, 0)),
    "_blake2": ((3, 11), (4, 0)),
    "_bz2": ((3, 11), (4, 0)),
    "_csv": ((3, 11), (4, 0)),
    "_functools": ((3, 11), (4, 0)),
    "_hashlib": ((3, 11), (4, 0)),
    "_heapq": ((3, 11), (4, 0)),
    "_hmac": ((3, 14), (4, 0)),
    "_json": ((3, 11), (4, 0)),
    "_lzma": ((3, 11), (4, 0)),
    "_md5": ((3, 11), (4, 0)),
    "_opcode": ((3, 11), (3, 14)),
    "_operator": ((3, 11), (4, 0)),
    "_queue": ((3, 11), (4, 0)),
    "_random": ((3, 11), (4, 0)),
    "_sha1": ((3, 11), (4, 0)),
    "_sha2": ((3, 12), (4, 0)),
    "_sha256": ((3, 11), (3, 12)),
    "_sha3": ((3, 11), (4, 0)),
    "_sha512": ((3, 11), (3, 12)),
    "_statistics": ((3, 11), (4, 0)),
    "_struct": ((3, 11), (3, 15)),
    "_zstd": ((3, 14), (4, 0)),
    "array": ((3, 11), (3, 15)),
    "binascii": ((3, 11), (4, 0)),
    "cmath": ((3, 11), (4, 0)),
    "math": ((3, 11), (3, 15)),
    "unicodedata": ((3, 11), (3, 15)),
    "zlib": ((3, 11), (4, 0)),
}
# modules:end


_overlay = None


def find_spec(name, path=None, target=None):
    global _overlay
    if name not in SERVED:
        return None
    if _overlay is None:
        _overlay = _load_overlay()
    return _overlay.find_spec(name, target, SERVED)


def _load_overlay():
    """`corten._overlay`, the one beside this file, whatever else is called `corten` on the path."""
    from _frozen_importlib import module_from_spec
    from _frozen_importlib_external import spec_from_file_location

    file = __file__.rpartition("_corten_hook")[0] + "corten/_overlay.py"
    spec = spec_from_file_location("corten._overlay", file)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if sys.modules[__name__] not in sys.meta_path:
    sys.meta_path.insert(0, sys.modules[__name__])
