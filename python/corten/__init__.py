"""Corten: memory-safe Rust modules in place of CPython's C extension modules.

Nothing has to be imported from here: once installed, `import zlib`, `import json` and so on run on Rust.
`python -m corten` shows what is in effect. `CORTEN=off` in the environment switches it off.
"""
