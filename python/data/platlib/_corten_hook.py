"""The start-up hook: lets `import zlib` find Corten's zlib.

`corten.pth` runs it in every interpreter and sub-interpreter that runs `site`. Each start of Python pays for what is
here: it imports nothing that is not loaded by then, and touches no file.

The environment variable CORTEN switches it: `off`, `zlib,_json` (only these), `-zlib` (all but these). It is not one
of Python's own variables, so that -E and -I leave it alone.
"""

import sys
from _frozen_importlib_external import EXTENSION_SUFFIXES, ExtensionFileLoader, spec_from_file_location
from os import environ

# Each module, with the first Python it serves and the first one it doesn't.
# modules:begin (written by `cargo corten sync`)
SERVED = {
    "_json": ((3, 11), (4, 0)),
    "binascii": ((3, 11), (4, 0)),
    "zlib": ((3, 11), (4, 0)),
}
# modules:end


class Finder:
    """Finds Corten's modules, all in one library; stands at the front of `sys.meta_path`."""

    library = __file__.rpartition("_corten_hook")[0] + "corten/_corten" + EXTENSION_SUFFIXES[0]
    modules = frozenset()

    @classmethod
    def find_spec(cls, name, path=None, target=None):
        if name not in cls.modules or _is_foreign(target):
            return None
        # A module of the user's that hides Python's own hides Corten's, too.
        if (stock := find_stock_spec(name)) is not None and not is_compiled(stock):
            return None
        return spec_from_file_location(name, cls.library, loader=Loader(name, cls.library))


class Loader(ExtensionFileLoader):
    """Loads a module from Corten's library, or else the one it stands for."""

    def create_module(self, spec):
        # Executes it, too: in exec_module() it would be too late to hand out another module.
        try:
            module = super().create_module(spec)
            super().exec_module(module)
        except Exception as error:
            stock = find_stock_spec(self.name)
            if stock is None:
                raise
            _warn(f"Corten's {self.name} can't be loaded, so Python's own is used ({error}). "
                  f"CORTEN=-{self.name} does without it and without this warning.")  # fmt: skip
            spec.__dict__.update(stock.__dict__)
            module = stock.loader.create_module(spec)
            stock.loader.exec_module(module)
        return module

    def exec_module(self, module):
        pass


def install():
    """Puts the finder in place, as CORTEN asks for it."""
    if sys.implementation.name != "cpython" or Finder in sys.meta_path:
        return
    served = {name for name, (first, end) in SERVED.items() if first <= sys.version_info[:2] < end}
    setting = environ.get("CORTEN")
    Finder.modules = served if setting is None else served.intersection(_chosen(setting))
    if Finder.modules:
        sys.meta_path.insert(0, Finder)


def find_stock_spec(name):
    """The spec of the module that would be imported without Corten, or None."""
    for finder in sys.meta_path:
        if finder is not Finder and hasattr(finder, "find_spec"):
            if (spec := finder.find_spec(name, None)) is not None:
                return spec
    return None


def is_compiled(spec):
    """Whether a module is in C: an extension module or built in."""
    return spec.origin == "built-in" or isinstance(spec.loader, ExtensionFileLoader)


def _chosen(setting):
    words = [word.strip() for word in setting.split(",")]
    names = {word.removeprefix("-") for word in words} - {"", "off", "on"}
    if unknown := names - SERVED.keys():
        _warn(f"CORTEN={setting}: Corten has no module {', '.join(sorted(unknown))}; "
              f"it has {', '.join(sorted(SERVED))}")  # fmt: skip
    if "off" in words:
        return set()
    only = {word for word in words if word in names}
    return (only or SERVED.keys()) - {word[1:] for word in words if word.startswith("-")}


def _is_foreign(target):
    """Whether a module that is being reloaded was not loaded by Corten."""
    return target is not None and not isinstance(getattr(target, "__loader__", None), Loader)


def _warn(message):
    import warnings

    # Unlike ImportWarning, RuntimeWarning is shown by default.
    warnings.warn(message, RuntimeWarning, stacklevel=3)
