"""Loads Corten's modules, all from one library, in place of Python's own.

The environment variable CORTEN switches it: `off`, `zlib,_json` (only these), `-zlib` (all but these). It is read when
the first of the modules is imported. It is none of Python's own variables, so that -E and -I leave it alone.

Imports nothing that Python has not loaded before: the first `import json` of a program waits for it.
"""

import sys
from _frozen_importlib_external import EXTENSION_SUFFIXES, ExtensionFileLoader, spec_from_file_location
from os import environ

LIBRARY = __file__.rpartition("_overlay")[0] + "_corten" + EXTENSION_SUFFIXES[0]

_enabled = None


def find_spec(name, target, served):
    """The spec of Corten's module; None if it is to be Python's own, or one of the user's.

    `served` has the versions of Python that each module serves.
    """
    global _enabled
    if _enabled is None:
        _enabled = set()  # what shows a warning imports some of the modules: Python's own
        _enabled = _find_enabled(served)
    if name not in _enabled or _is_foreign(target):
        return None
    # A module of the user's that hides Python's own hides Corten's, too.
    if (stock := find_stock_spec(name)) is not None and not is_compiled(stock):
        return None
    return spec_from_file_location(name, LIBRARY, loader=Loader(name, LIBRARY))


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
            self._warn_of(error)
            spec.__dict__.update(stock.__dict__)
            module = stock.loader.create_module(spec)
            stock.loader.exec_module(module)
        return module

    def exec_module(self, module):
        pass

    def _warn_of(self, error):
        """One warning, naming the import: for the module, or for all of them if the library is broken."""
        if isinstance(error, ImportError) and error.path == LIBRARY:
            _enabled.clear()
            failed, own, setting = "modules", "own are used", "off"
        else:
            failed, own, setting = self.name, "own is used", f"-{self.name}"
        _warn(
            f"Corten's {failed} can't be loaded, so Python's {own} ({error}). "
            f"CORTEN={setting} does without and without this warning.",
            stacklevel=4,
        )


def find_stock_spec(name):
    """The spec of the module that would be imported without Corten, or None."""
    hook = sys.modules.get("_corten_hook")
    for finder in sys.meta_path:
        if finder is not hook and hasattr(finder, "find_spec") and (spec := finder.find_spec(name, None)) is not None:
            return spec
    return None


def is_compiled(spec):
    """Whether a module is an extension module or built in."""
    return spec.origin == "built-in" or isinstance(spec.loader, ExtensionFileLoader)


def is_served(versions):
    """Whether this Python is from the first version on, and before the second."""
    first, end = versions
    return sys.implementation.name == "cpython" and first <= sys.version_info[:2] < end


def _find_enabled(served):
    """The names of the modules that are to come from the library."""
    if "_corten" in sys.builtin_module_names:
        return set()  # Corten built this interpreter: its own modules are Rust already
    here = {name for name, versions in served.items() if is_served(versions)}
    setting = environ.get("CORTEN")
    return here if setting is None else here & _choose(setting, served.keys())


def _choose(setting, known):
    """Those of the known names that a value of CORTEN asks for."""
    words = [word.strip() for word in setting.split(",")]
    if unknown := {word.removeprefix("-") for word in words} - known - {"", "off", "on"}:
        _warn(
            f"CORTEN={setting}: Corten has no module {', '.join(sorted(unknown))}; it has {', '.join(sorted(known))}",
            stacklevel=6,
        )
    if "off" in words:
        return set()
    only = known & set(words)
    return (only or known) - {word[1:] for word in words if word.startswith("-")}


def _is_foreign(target):
    """Whether a module that is being reloaded was not loaded by Corten."""
    return target is not None and not isinstance(getattr(target, "__loader__", None), Loader)


def _warn(message, stacklevel):
    import warnings

    # Unlike ImportWarning, RuntimeWarning is shown by default.
    warnings.warn(message, RuntimeWarning, stacklevel)
