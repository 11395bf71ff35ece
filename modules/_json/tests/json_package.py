"""A copy of the json package that works with a given implementation of `_json`."""

import importlib
import sys

PACKAGE = ("json", "json.scanner", "json.decoder", "json.encoder")


def json_package(module):
    """Return a fresh json package whose `_json` is module."""
    saved = {name: sys.modules.pop(name) for name in (*PACKAGE, "_json") if name in sys.modules}
    sys.modules["_json"] = module
    try:
        return importlib.import_module("json")
    finally:
        for name in (*PACKAGE, "_json"):
            sys.modules.pop(name, None)
        sys.modules.update(saved)
