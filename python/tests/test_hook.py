"""The start-up hook, in Pythons of their own."""

import os
import shutil
import subprocess
import sys
import tempfile
import textwrap
import unittest
import zipapp
import zipfile

import _corten_hook
from corten._overlay import LIBRARY
from support import ALL_C, ALL_RUST, TELL, output, python

SITE = os.path.dirname(_corten_hook.__file__)


class StartTest(unittest.TestCase):
    """Which modules a new Python has."""

    def test_all_modules_are_corten_s(self):
        self.assertEqual(output("-c", TELL), ALL_RUST)

    def test_under_every_flag(self):
        for flags in (["-I"], ["-E"], ["-s"], ["-P"], ["-OO"], ["-B"], ["-bb"], ["-u"], ["-W", "error"],
                      ["-X", "frozen_modules=off"], ["-X", "frozen_modules=on"], ["-X", "utf8=0"]):  # fmt: skip
            with self.subTest(flags=flags):
                self.assertEqual(output(*flags, "-c", TELL), ALL_RUST)

    def test_under_flags_that_write_to_standard_error(self):
        for flag in ("importtime", "dev"):
            with self.subTest(flag=flag):
                self.assertEqual(python("-X", flag, "-c", TELL).stdout.strip(), ALL_RUST)

    def test_without_site_there_is_no_hook(self):
        self.assertEqual(output("-S", "-c", TELL), ALL_C)

    def test_it_loads_nothing_but_itself(self):
        with Installation() as folder:
            code = f"""
                import encodings.utf_8_sig, os, site, sys
                before = set(sys.modules)
                site.addsitedir({folder!r})
                print(*(set(sys.modules) - before))
            """
            self.assertEqual(output("-I", "-S", "-c", textwrap.dedent(code)), "_corten_hook")

    def test_other_implementations_and_versions_are_left_alone(self):
        for disguise in ("sys.implementation.name = 'pypy'", "sys.version_info = (3, 10, 0)"):
            with self.subTest(disguise):
                code = f"import sys; {disguise}; import _corten_hook; {TELL}"
                self.assertEqual(output("-S", "-c", code, PYTHONPATH=SITE), ALL_C)

    def test_it_is_installed_once(self):
        code = "import importlib, sys, _corten_hook as h; importlib.reload(h); print(sys.meta_path.count(h))"
        self.assertEqual(output("-c", code), "1")


class SettingTest(unittest.TestCase):
    """The environment variable CORTEN."""

    def test_values(self):
        values = {
            "": ALL_RUST,
            "on": ALL_RUST,
            "off": ALL_C,
            "zlib": "False False True",
            "zlib,_json": "True False True",
            " zlib , _json ,": "True False True",
            "-zlib": "True True False",
            "-zlib,-_json": "False True False",
            "zlib,_json,-_json": "False False True",
            "zlib,off": ALL_C,
        }
        for value, modules in values.items():
            with self.subTest(value):
                self.assertEqual(output("-c", TELL, CORTEN=value), modules)

    def test_isolated_mode_honours_it(self):
        for flag in ("-I", "-E"):
            with self.subTest(flag):
                self.assertEqual(output(flag, "-c", TELL, CORTEN="-zlib"), "True True False")

    def test_a_warning_names_the_line_that_imports(self):
        with tempfile.TemporaryDirectory() as folder:
            script = os.path.join(folder, "script.py")
            with open(script, "w") as file:
                file.write("import sys\nimport zlib\n")
            self.assertIn(f"{script}:2: RuntimeWarning", python(script, CORTEN="zlob").stderr)

    def test_an_unknown_name_gives_one_warning(self):
        done = python("-c", TELL, CORTEN="zlib,zlob,-zlab")
        self.assertEqual(done.stdout.strip(), "False False True")
        self.assertEqual(done.stderr.count("Warning"), 1, done.stderr)
        self.assertRegex(done.stderr, r"Corten has no module zlab, zlob; it has .*_json, .*binascii, .*zlib")


class ImportTest(unittest.TestCase):
    """The import system, with the hook in it."""

    def test_find_spec(self):
        code = "import importlib.util as u; s = u.find_spec('zlib'); print(s.name, s.origin, s.has_location, s.parent == '')"
        self.assertEqual(output("-c", code), f"zlib {LIBRARY} True True")

    def test_attributes_of_a_module(self):
        code = "import zlib; print(zlib.__name__, zlib.__file__, zlib.__loader__ is zlib.__spec__.loader, zlib.__package__)"
        self.assertEqual(output("-c", code), f"zlib {LIBRARY} True")

    def test_reload(self):
        code = (
            "import importlib, zlib; before = zlib.crc32; print(importlib.reload(zlib) is zlib, zlib.crc32 is before)"
        )
        self.assertEqual(output("-c", code), "True True")

    def test_reload_keeps_a_c_module(self):
        code = "import zlib, site; site.main(); import importlib; print('_corten' in importlib.reload(zlib).__spec__.origin)"
        self.assertEqual(output("-S", "-c", code), "False")

    def test_a_loaded_module_is_left_alone(self):
        code = "import zlib, site; old = zlib; site.main(); import zlib; print(zlib is old)"
        self.assertEqual(output("-S", "-c", code), "True")

    def test_a_blocked_module(self):
        code = "import sys; sys.modules['_json'] = None; import json.scanner; print(json.scanner.c_make_scanner)"
        self.assertEqual(output("-c", code), "None")

    def test_fresh_modules(self):
        code = """
            from test.support.import_helper import import_fresh_module as fresh
            with_c, without = fresh('json', fresh=['_json']), fresh('json', blocked=['_json'])
            print(with_c.scanner.c_make_scanner is not None, without.scanner.c_make_scanner)
            import json, _json
            print(with_c is not json, with_c.scanner.c_make_scanner is not _json.make_scanner)
        """
        if python("-c", "import test.support").returncode:
            self.skipTest("this Python has no test package")
        self.assertEqual(output("-c", textwrap.dedent(code)), "True None\nTrue True")

    def test_lazy_loading(self):
        code = """
            import importlib.util, sys
            spec = importlib.util.find_spec('zlib')
            spec.loader = importlib.util.LazyLoader(spec.loader)
            module = sys.modules['zlib'] = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            print(module.crc32(b'x'))
        """
        self.assertEqual(output("-c", textwrap.dedent(code)), "2363233923")

    def test_a_module_of_the_user_s_hides_it(self):
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, "zlib.py"), "w") as file:
                file.write("mine = True\n")
            self.assertEqual(output("-c", "import zlib; print(zlib.mine)", PYTHONPATH=folder), "True")
            self.assertEqual(output("-c", "import zlib; print(zlib.mine)", cwd=folder), "True")

    def test_a_module_called_corten_does_no_harm(self):
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, "corten.py"), "w"):
                pass
            self.assertEqual(output("-c", TELL, cwd=folder), ALL_RUST)


class ProcessTest(unittest.TestCase):
    """Every interpreter that a program starts has the hook, too."""

    def test_child_processes(self):
        code = f"import subprocess, sys; subprocess.run([sys.executable, '-I', '-c', {TELL!r}])"
        self.assertEqual(output("-c", code), ALL_RUST)

    @unittest.skipIf(sys.platform == "win32", "needs fork")
    def test_fork(self):
        code = f"import os; pid = os.fork(); os.waitpid(pid, 0) if pid else exec({TELL!r})"
        self.assertEqual(output("-W", "ignore", "-c", code), ALL_RUST)

    def test_multiprocessing(self):
        code = """
            import multiprocessing, sys

            def tell(queue):
                import _json, binascii, zlib
                queue.put(all('_corten.' in m.__spec__.origin for m in (_json, binascii, zlib)))

            if __name__ == '__main__':
                for method in multiprocessing.get_all_start_methods():
                    context = multiprocessing.get_context(method)
                    queue = context.SimpleQueue()
                    process = context.Process(target=tell, args=(queue,))
                    process.start()
                    print(queue.get())
                    process.join()
        """
        with tempfile.TemporaryDirectory() as folder:
            script = os.path.join(folder, "script.py")
            with open(script, "w") as file:
                file.write(textwrap.dedent(code))
            self.assertEqual(set(output(script).split()), {"True"})

    def test_sub_interpreters(self):
        name = "_interpreters" if sys.version_info >= (3, 13) else "_xxsubinterpreters"
        tell = f"{TELL}; import sys; sys.stdout.flush()"
        code = f"import {name} as api; api.run_string(api.create(), {tell!r})"
        self.assertEqual(output("-W", "ignore", "-c", code), ALL_RUST)

    def test_a_zip_application(self):
        with tempfile.TemporaryDirectory() as folder:
            source, target = os.path.join(folder, "app"), os.path.join(folder, "app.pyz")
            os.mkdir(source)
            with open(os.path.join(source, "__main__.py"), "w") as file:
                file.write(TELL)
            zipapp.create_archive(source, target, compressed=True)
            with zipfile.ZipFile(target) as archive:
                self.assertEqual(archive.getinfo("__main__.py").compress_type, zipfile.ZIP_DEFLATED)
            self.assertEqual(output(target), ALL_RUST)


class Installation:
    """A folder like site-packages with the overlay in it, whose library is `library` (none if None)."""

    def __init__(self, library: bytes | None = None):
        self.library = library

    def __enter__(self) -> str:
        self.folder = tempfile.mkdtemp()
        os.mkdir(os.path.join(self.folder, "corten"))
        for name in ("corten.pth", "_corten_hook.py", "corten/_overlay.py"):
            shutil.copy(os.path.join(SITE, name), os.path.join(self.folder, name))
        if self.library is not None:
            with open(os.path.join(self.folder, os.path.relpath(LIBRARY, SITE)), "wb") as stream:
                stream.write(self.library)
        return self.folder

    def __exit__(self, *exception):
        shutil.rmtree(self.folder)


class BrokenTest(unittest.TestCase):
    """What can't be loaded falls back to C, with one warning: a module, or all of them."""

    def run_broken(self, library: bytes | None, code: str, *flags: str) -> subprocess.CompletedProcess[str]:
        with Installation(library) as folder:
            start = f"import site; site.addsitedir({folder!r})\n"
            return python("-I", "-S", *flags, "-c", start + textwrap.dedent(code))

    def test_a_library_that_is_none(self):
        for library in (b"no library", b"", None):
            with self.subTest(library):
                done = self.run_broken(library, TELL)
                self.assertEqual((done.returncode, done.stdout.strip()), (0, ALL_C))
                self.assertEqual(done.stderr.count("RuntimeWarning: Corten's modules can't be loaded"), 1, done.stderr)
                self.assertEqual(done.stderr.count("Warning"), 1, done.stderr)
                self.assertIn("CORTEN=off", done.stderr)

    def test_a_module_that_fails(self):
        code = """
            from importlib.machinery import ExtensionFileLoader

            def fail_for_zlib(self, module, load=ExtensionFileLoader.exec_module):
                if self.name == "zlib" and "_corten" in self.path:
                    raise ValueError("of no use")
                load(self, module)

            ExtensionFileLoader.exec_module = fail_for_zlib
        """
        done = python("-c", f"{textwrap.dedent(code)}\n{TELL}")
        self.assertEqual((done.returncode, done.stdout.strip()), (0, "True True False"))
        self.assertEqual(done.stderr.count("Warning"), 1, done.stderr)
        self.assertRegex(done.stderr, r"RuntimeWarning: Corten's zlib can't be loaded.*of no use.*CORTEN=-zlib")

    def test_the_c_module_is_whole(self):
        code = """
            import importlib, sys, zlib
            print(zlib.decompress(zlib.compress(b'x')), zlib.__file__ == zlib.__spec__.origin)
            print(zlib.__loader__ is zlib.__spec__.loader, importlib.reload(zlib) is zlib is sys.modules['zlib'])
        """
        done = self.run_broken(b"no library", code, "-W", "ignore")
        self.assertEqual(done.stdout, "b'x' True\nTrue True\n", done.stderr)

    def test_the_warning_as_an_error(self):
        done = self.run_broken(b"no library", "import zlib")
        self.assertTrue(done.stderr.startswith("<string>:2: RuntimeWarning"), done.stderr)
        done = self.run_broken(b"no library", "import zlib", "-W", "error")
        self.assertEqual(done.returncode, 1)
        self.assertIn("RuntimeWarning: Corten's modules can't be loaded", done.stderr)


if __name__ == "__main__":
    unittest.main()
