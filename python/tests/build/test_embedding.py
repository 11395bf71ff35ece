"""Programs and extension modules in C, made with nothing but the installed interpreter and a C compiler."""

import os
import shlex
import sys
import sysconfig
import tempfile
import unittest
from pathlib import Path

from installation import HERE, MANIFEST, MODULES, main_binary, output, run

CONFIG = f"python{sysconfig.get_config_var('VERSION')}{sys.abiflags}-config"
LEFT_OUT = set(MANIFEST.get("c_libraries", ["-lz"]))  # a stock interpreter needs it in a module's own file only


def config(*options: str) -> list[str]:
    """What the interpreter's python-config answers, as the shell splits it."""
    return shlex.split(output(Path(sys.base_prefix, "bin", CONFIG), *options))


def variable(name: str) -> list[str]:
    return shlex.split(sysconfig.get_config_var(name) or "")


def compile(*arguments: str | Path) -> None:
    compiler = shlex.split(os.environ.get("CC") or sysconfig.get_config_var("CC"))
    run(*compiler, *arguments)


class ConfigTest(unittest.TestCase):
    OPTIONS = (["--includes"], ["--cflags"], ["--libs"], ["--ldflags"], ["--libs", "--embed"], ["--ldflags", "--embed"])

    def test_every_folder_is_one_of_the_installation(self):
        for options in self.OPTIONS:
            for word in config(*options):
                if word.startswith(("-I", "-L")):
                    with self.subTest(word, options=options):
                        self.assertTrue(Path(word[2:]).is_dir())
                        self.assertTrue(Path(word[2:]).is_relative_to(Path(sys.base_prefix).resolve()))
        self.assertIn(f"-I{sysconfig.get_path('include')}", config("--cflags"))

    def test_no_library_of_a_replaced_module_is_wanted(self):
        for options in self.OPTIONS:
            with self.subTest(options=options):
                self.assertFalse(LEFT_OUT & set(config(*options)))

    def test_the_files_of_pkg_config_say_the_same(self):
        for file in Path(sys.base_prefix, "lib", "pkgconfig").glob("python*.pc"):
            with self.subTest(file=file.name):
                text = file.read_text("utf-8")
                self.assertIn(f"prefix={sys.base_prefix}\n", text)
                self.assertFalse(LEFT_OUT & set(text.split()))


class EmbeddingTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.program = Path(folder.name, "embed")

    def build(self, *libraries: str | Path) -> None:
        compile("-Wall", "-Werror", *config("--cflags"), HERE / "embed.c", "-o", self.program, *libraries)

    def check(self, shared: bool) -> None:
        libraries = run("ldd", self.program).stdout
        self.assertEqual("libpython" in libraries, shared, libraries)
        expected = f"{len(MODULES)} modules, in two rounds and two interpreters each"
        self.assertEqual(output(self.program, sys.base_prefix, *MODULES), expected)

    def test_with_the_flags_of_python_config(self):
        """Static or shared, as the interpreter itself is."""
        self.build(*config("--ldflags", "--embed"), *variable("LINKFORSHARED"), f"-Wl,-rpath,{main_binary().parent}")
        self.check(shared=bool(sysconfig.get_config_var("Py_ENABLE_SHARED")))

    def test_with_the_static_library(self):
        archive = Path(sysconfig.get_config_var("LIBPL"), sysconfig.get_config_var("LIBRARY"))
        self.build(archive, *config("--ldflags"), *variable("LINKFORSHARED"))
        self.check(shared=False)


class ExtensionTest(unittest.TestCase):
    def test_an_extension_module_beside_corten_s(self):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, f"extension{sysconfig.get_config_var('EXT_SUFFIX')}")
            flags = [*variable("CFLAGS"), *variable("CCSHARED"), f"-I{sysconfig.get_path('include')}"]
            compile(*flags, "-c", HERE / "extension.c", "-o", file.with_suffix(".o"))
            run(*variable("LDSHARED"), file.with_suffix(".o"), "-o", file)
            code = f"""if True:
                import sys
                sys.path.insert(0, {folder!r})
                import binascii, extension, zlib
                data = zlib.compress(b"Corten" * 1000)
                print(extension.checksum(data) == binascii.crc32(data) == zlib.crc32(data))
            """
            self.assertEqual(output(sys.executable, "-I", "-W", "error", "-c", code), "True")


if __name__ == "__main__":
    unittest.main()
