"""What a user expects of an interpreter that `corten build` made. For these only: it needs their manifest."""

import ast
import base64
import hashlib
import json
import multiprocessing
import platform
import re
import shutil
import sys
import sysconfig
import tempfile
import textwrap
import unittest
import zipfile
from pathlib import Path
from typing import Any

from installation import HERE, MANIFEST, PACKAGE, RUST, main_binary, output, run

REPOSITORY = HERE.parent.parent.parent

# Real work, also under -O, on what most programs use. Prints the names of the modules that are not built in.
WORK = f"""
import base64, gzip, importlib, json
data = json.dumps({{"name": "Zo\\xeb", "numbers": list(range(100))}}).encode()
if gzip.decompress(base64.b64decode(base64.b64encode(gzip.compress(data)))) != data:
    raise ValueError("what was packed is not what was unpacked")
origins = {{name: importlib.import_module(name).__spec__.origin for name in {RUST!r}}}
print([name for name, origin in origins.items() if origin != "built-in"])
"""


def setUpModule() -> None:
    if not MANIFEST:
        raise FileNotFoundError(f"{PACKAGE} has no manifest.json: run this with an interpreter made by `corten build`")


class Folder(unittest.TestCase):
    """Tests with a folder of their own."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(textwrap.dedent(text), "utf-8")
        return path


def report(python: str | Path, **variables: str) -> list[dict[str, Any]]:
    return json.loads(output(python, "-m", "corten", "--json", **variables))


class ModulesTest(unittest.TestCase):
    def test_there_are_some(self):
        self.assertGreater(len(RUST), 0)
        self.assertEqual(len(RUST), len(set(RUST)))

    def test_they_are_built_in(self):
        self.assertLessEqual(set(RUST), set(sys.builtin_module_names))

    def test_there_is_no_other_form_of_them(self):
        for name in RUST:
            self.assertEqual(list(Path(sysconfig.get_config_var("DESTSHARED")).glob(f"{name}.*")), [])

    def test_the_report_names_each_as_rust(self):
        rows = report(sys.executable)
        self.assertEqual(sorted(row["module"] for row in rows if row["implementation"] == "rust"), sorted(RUST))
        for row in rows:
            self.assertLessEqual({"module", "implementation", "file", "replaces"}, row.keys())

    def test_the_report_for_people_names_each(self):
        text = output(sys.executable, "-m", "corten")
        for name in RUST:
            self.assertRegex(text, rf"(?m)^\s*{name}\s+Rust\b")

    def test_the_documents_are_printed(self):
        self.assertEqual(json.loads(output(sys.executable, "-m", "corten", "manifest")), MANIFEST)
        bill = (PACKAGE / "sbom.cdx.json").read_text("utf-8")
        self.assertEqual(output(sys.executable, "-m", "corten", "sbom"), bill.strip())

    def test_there_is_no_start_up_hook(self):
        code = "import importlib.util, sys; print(importlib.util.find_spec('_corten_hook'), 'corten' in sys.modules)"
        self.assertEqual(output(sys.executable, "-c", code), "None False")


class StartTest(Folder):
    """The modules work however the interpreter is started."""

    def test_under_flags(self):
        for flags in ([], ["-I"], ["-S"], ["-E"], ["-I", "-S"], ["-OO"], ["-X", "frozen_modules=off"], ["-W", "error"]):
            with self.subTest(flags=flags):
                self.assertEqual(output(sys.executable, *flags, "-c", WORK), "[]")

    def test_the_variable_of_the_overlay_changes_nothing(self):
        self.assertEqual(output(sys.executable, "-c", WORK, CORTEN="off"), "[]")

    def test_in_a_zipapp(self):
        """Importing from a compressed archive needs zlib."""
        archive = self.folder / "app.pyz"
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as app:
            app.writestr("__main__.py", "import work")
            app.writestr("work.py", WORK)
        for flags in ([], ["-I"], ["-I", "-S"]):
            with self.subTest(flags=flags):
                self.assertEqual(output(sys.executable, *flags, archive), "[]")

    def test_in_processes_of_multiprocessing(self):
        script = """
            import multiprocessing, sys, zlib

            def work(number):
                data = bytes(range(256)) * number
                return zlib.__spec__.origin == "built-in" and zlib.decompress(zlib.compress(data)) == data

            if __name__ == "__main__":
                with multiprocessing.get_context(sys.argv[1]).Pool(2) as pool:
                    print(all(pool.map(work, range(50))))
        """
        file = self.write("script.py", script)
        for method in multiprocessing.get_all_start_methods():
            with self.subTest(method):
                self.assertEqual(output(sys.executable, file, method), "True")

    def test_in_a_folder_of_another_name(self):
        """The installation works where it was copied to, as a stock one does."""
        prefix = self.folder / "Größe und Maß"
        leave_out = shutil.ignore_patterns("test", "idlelib", "__pycache__", "config-*", "pkgconfig")
        shutil.copytree(sys.base_prefix, prefix, symlinks=True, ignore=leave_out)
        python = prefix / "bin" / Path(sys.executable).resolve().name
        library = {"LD_LIBRARY_PATH": str(prefix / "lib")}
        self.assertEqual(output(python, "-I", "-c", "import sys; print(sys.prefix)", **library), str(prefix))
        self.assertEqual(output(python, "-I", "-c", WORK, **library), "[]")
        self.assertEqual(report(python, **library), report(sys.executable))


class PackagesTest(Folder):
    def test_pip_is_there(self):
        pip = Path(sys.base_prefix, "bin", f"pip{sysconfig.get_python_version()}")
        self.assertIn(f"(python {sysconfig.get_python_version()})", output(pip, "--version"))
        self.assertIn("Name: pip", output(sys.executable, "-m", "pip", "show", "pip"))

    def test_an_environment_with_a_package(self):
        run(sys.executable, "-m", "venv", self.folder / "venv")
        python = self.folder / "venv" / "bin" / "python"
        self.assertEqual(output(python, "-c", WORK), "[]")
        self.assertEqual(report(python), report(sys.executable))

        wheel = self.make_wheel({"tiny.py": "def answer():\n    return 42\n" * 100})
        run(python, "-m", "pip", "install", "--no-index", "--disable-pip-version-check", wheel)
        self.assertEqual(output(python, "-c", "import tiny; print(tiny.answer())"), "42")
        self.assertIn("tiny==1.0", output(python, "-m", "pip", "list", "--format", "freeze"))
        run(python, "-m", "pip", "uninstall", "--yes", "tiny")
        self.assertEqual(output(python, "-c", "import importlib.util; print(importlib.util.find_spec('tiny'))"), "None")

    def make_wheel(self, files: dict[str, str]) -> Path:
        files = files | {
            "tiny-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n",
            "tiny-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        }
        record = "tiny-1.0.dist-info/RECORD"
        lines = [f"{name},{digest(text)},{len(text)}" for name, text in files.items()]
        wheel = self.folder / "tiny-1.0-py3-none-any.whl"
        with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in (files | {record: "\n".join([*lines, f"{record},,", ""])}).items():
                archive.writestr(name, text)
        return wheel


def digest(text: str) -> str:
    return "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()


class BinaryTest(unittest.TestCase):
    """The files that are loaded as machine code."""

    def test_left_out_libraries_are_not_linked(self):
        self.assertEqual({"binascii", "zlib"} <= set(RUST), "-lz" in MANIFEST["c_libraries"])
        left_out = [f"lib{option.removeprefix('-l')}.so" for option in MANIFEST["c_libraries"]]
        files = [sys.executable, main_binary(), *Path(sysconfig.get_config_var("DESTSHARED")).glob("*.so")]
        for file in files:
            needed = re.findall(r"\(NEEDED\).*\[(.*)\]", output("readelf", "-dW", file))
            found = [name for name in needed if name.startswith(tuple(left_out))] if left_out else []
            self.assertEqual(found, [], file)

    def test_it_loads_none_of_them_indirectly_either(self):
        for option in MANIFEST["c_libraries"]:
            self.assertNotIn(f"lib{option.removeprefix('-l')}.so", output("ldd", main_binary()))

    def test_what_it_exports_is_c_python_s(self):
        names = {name for name in exported() if "@" not in name}  # with it: copies of variables of the C library
        self.assertGreater(len(names), 1000)
        self.assertLessEqual({"Py_InitializeFromConfig", "PyObject_CallMethod", "PyLong_Type"}, names)
        others = {name for name in names if not re.match(r"_?Py|PY_", name)}
        linkers = r"_(start|init|fini|end|edata)|(__)?data_start|__bss_start|_IO_stdin_used|main"
        self.assertEqual({name for name in others if not re.fullmatch(linkers, name)}, set())

    def test_the_rust_modules_are_in_it(self):
        self.assertLessEqual({f"PyInit_{name}" for name in RUST}, exported())


def exported() -> set[str]:
    return {line.split()[-1] for line in output("nm", "-D", "--defined-only", main_binary()).splitlines()}


class ManifestTest(unittest.TestCase):
    def test_it_tells_of_this_interpreter(self):
        self.assertEqual(MANIFEST["python"], platform.python_version())
        self.assertEqual(MANIFEST["free_threaded"], bool(sysconfig.get_config_var("Py_GIL_DISABLED")))
        self.assertEqual(MANIFEST["debug"], hasattr(sys, "gettotalrefcount"))
        for option in MANIFEST["configure"]:
            self.assertIn(option, sysconfig.get_config_var("CONFIG_ARGS"))
        self.assertRegex(MANIFEST["version"], r"^\d+\.\d+\.\d+")
        self.assertRegex(MANIFEST["rust"]["rustc"], r"^rustc \d+\.\d+")
        self.assertTrue(MANIFEST["rust"]["target"].startswith(platform.machine()), MANIFEST["rust"]["target"])
        self.assertRegex(MANIFEST["python_sha256"] or "0" * 64, r"^[0-9a-f]{64}$")

    def test_modules(self):
        names = [module["module"] for module in MANIFEST["modules"]]
        self.assertEqual(names, sorted(set(names)))
        crates = {crate["name"] for crate in MANIFEST["crates"]}
        for module in MANIFEST["modules"]:
            with self.subTest(module["module"]):
                self.assertIn(module["implementation"], ("rust", "c"))
                if module["implementation"] == "rust":
                    self.assertIn(module["crate"], crates)
                    self.assertLessEqual(set(module["replaces"]), set(MANIFEST["c_files"]))

    def test_what_was_left_out(self):
        self.assertEqual(sum(MANIFEST["c_files"].values()), MANIFEST["c_lines"])
        for file, lines in MANIFEST["c_files"].items():
            self.assertRegex(file, r"^\w+/[\w./]+\.[ch]$")
            self.assertGreater(lines, 0)


class SbomTest(unittest.TestCase):
    """The required structure of CycloneDX 1.6 (ECMA-424), and what the document must say."""

    TYPES = {
        "application", "framework", "library", "container", "platform", "operating-system", "device", "device-driver",
        "firmware", "file", "machine-learning-model", "data", "cryptographic-asset",
    }  # fmt: skip

    def setUp(self):
        self.document = json.loads((PACKAGE / "sbom.cdx.json").read_text("utf-8"))
        self.main = self.document["metadata"]["component"]
        self.components = self.document["components"]
        self.crates = [crate["name"] for crate in MANIFEST["crates"]]

    def test_the_document(self):
        self.assertEqual(self.document["bomFormat"], "CycloneDX")
        self.assertEqual(self.document["specVersion"], "1.6")
        self.assertGreaterEqual(self.document["version"], 1)
        self.assertLessEqual(self.document.keys(), {
            "$schema", "bomFormat", "specVersion", "serialNumber", "version", "metadata", "components", "services",
            "externalReferences", "dependencies", "compositions", "vulnerabilities", "annotations", "formulation",
            "declarations", "definitions", "properties", "signature",
        })  # fmt: skip

    def test_components(self):
        self.assertEqual((self.main["name"], self.main["version"]), ("cpython", platform.python_version()))
        references = [component["bom-ref"] for component in [self.main, *self.components]]
        self.assertEqual(len(references), len(set(references)))
        for component in [self.main, *self.components]:
            with self.subTest(component["bom-ref"]):
                self.assertIn(component["type"], self.TYPES)
                kind = "cargo" if component["name"] in self.crates else "generic"
                self.assertEqual(component["purl"], f"pkg:{kind}/{component['name']}@{component['version']}")

    def test_licences(self):
        for component in self.components:
            with self.subTest(component["bom-ref"]):
                (licence,) = component["licenses"]
                self.assertEqual(licence.keys(), {"expression"})
                self.assertTrue(is_licence_expression(licence["expression"]), licence)

    def test_hashes(self):
        """Every published crate has one; Corten's own are not published, what compilers add is no crate."""
        without = {path.parent.name for path in REPOSITORY.glob("*/*/Cargo.toml")}
        without.update(part["name"] for part in MANIFEST["runtime"])
        for component in self.components:
            with self.subTest(component["bom-ref"]):
                hashes = component.get("hashes", [])
                self.assertEqual([each["alg"] for each in hashes], [] if component["name"] in without else ["SHA-256"])
                for each in hashes:
                    self.assertRegex(each["content"], r"^[0-9a-f]{64}$")

    def test_dependencies(self):
        graph = {entry["ref"]: entry.get("dependsOn", []) for entry in self.document["dependencies"]}
        self.assertEqual(len(graph), len(self.document["dependencies"]))
        self.assertEqual(set(graph), {component["bom-ref"] for component in [self.main, *self.components]})
        reached: set[str] = set()
        open_ends = [self.main["bom-ref"]]
        while open_ends:
            reference = open_ends.pop()
            if reference not in reached:
                reached.add(reference)
                open_ends.extend(graph[reference])
        self.assertEqual(reached, set(graph))

    def test_it_lists_what_the_manifest_names(self):
        listed = [(component["name"], component["version"]) for component in self.components]
        named = [*MANIFEST["crates"], *MANIFEST["runtime"]]
        self.assertEqual(listed, [(part["name"], part["version"]) for part in named])


def is_licence_expression(text: str) -> bool:
    """Whether it is an SPDX expression: names, perhaps WITH an exception, joined by OR and AND as Python joins them."""
    name = r"\b(?!(?:OR|AND|WITH)\b)[A-Za-z0-9][A-Za-z0-9.+-]*"
    formula = re.sub(rf"{name}( WITH {name})?", "x", text)
    try:
        ast.parse(formula.replace(" OR ", " or ").replace(" AND ", " and "), mode="eval")
    except SyntaxError:
        return False
    return re.fullmatch(r"(x| OR | AND |[()])+", formula) is not None


if __name__ == "__main__":
    unittest.main()
