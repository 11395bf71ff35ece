"""Measures the cases of a module on one implementation, one by one as it is told; `corten bench` runs it.

It begins with a line of JSON that lists the cases. Then it answers each line of standard input with a line:
{"prepare": INDEX} with whether there is anything to measure, {"loops", "values", "warmups"} with the seconds of a call,
as pyperf measured them; 0 loops leave their number to it. All is added to a file that pyperf reads.
"""

import argparse
import gc
import io
import json
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import cases
import processes
import pyperf
from pyperf import _collect_metadata


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("implementation", choices=[*cases.IMPLEMENTATIONS, "package"])
    parser.add_argument("module")
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument("--min-time", required=True, metavar="SECONDS", help="how long loops must take")
    parser.add_argument("--suite", type=Path, required=True, metavar="FILE", help="where pyperf's data go")
    options = parser.parse_args()

    worker = Worker(options.module, options.implementation, list(cases.read(options.files)), options.min_time)
    say(worker.listed())
    for line in sys.stdin:
        say(worker.answer(json.loads(line)))
    worker.save(options.suite)
    return 0


def say(what: Any) -> None:
    print(json.dumps(what), flush=True)


class Worker:
    def __init__(self, module: str, implementation: str, all_cases: list[cases.Case], min_time: str) -> None:
        self.module = module
        self.implementation = implementation
        self.cases = all_cases
        self.runner = pyperf.Runner(processes=1)
        # A process of its own for each case would start some thousand times.
        self.runner.parse_args(["--in-process", "--min-time", min_time])
        # pyperf looks at the machine anew for each measurement, which takes as long as the measurement itself.
        machine = _collect_metadata.collect_metadata()
        _collect_metadata.collect_metadata = lambda process=True: dict(machine)
        self.benchmarks: dict[str, pyperf.Benchmark] = {}
        self.measured = 0
        self.name = ""
        self.work: cases.Work | None = None
        gc.collect()
        gc.freeze()  # else the collection before each case would take longer than the case

    def listed(self) -> list[dict[str, Any]]:
        return [{"name": case.name, "size": case.size, "package": case.package and case.package[0]}
                for case in self.cases]  # fmt: skip

    def answer(self, request: dict[str, int]) -> Any:
        if "prepare" in request:
            return self.prepare(self.cases[request["prepare"]])
        return self.measure(request)

    def prepare(self, case: cases.Case) -> bool:
        processes.use_all_processors()
        self.name = f"{self.module}: {case.name}, {case.size}"
        self.work = None  # before the next one is made: memory is not to hold both
        self.work = case.work(self.module, self.implementation)
        gc.collect()
        processes.share_processor()
        return self.work is not None

    def measure(self, request: dict[str, int]) -> tuple[float, ...]:
        vars(self.runner.args).update(request)
        self.measured += 1  # pyperf wants another name each time
        with redirect_stdout(io.StringIO()):
            benchmark = self.runner.bench_func(str(self.measured), self.work)
        if request["loops"]:
            self.keep(benchmark)
        return benchmark.get_values()

    def keep(self, benchmark: pyperf.Benchmark) -> None:
        benchmark.update_metadata({"name": self.name})
        if self.name in self.benchmarks:
            self.benchmarks[self.name].add_runs(benchmark)
        else:
            self.benchmarks[self.name] = benchmark

    def save(self, file: Path) -> None:
        """Adds what was measured to what other processes measured before."""
        processes.use_all_processors()
        if not self.benchmarks:
            return
        suite = pyperf.BenchmarkSuite(list(self.benchmarks.values()))
        if file.exists():
            whole = pyperf.BenchmarkSuite.load(str(file))
            whole.add_runs(suite)
            suite = whole
        suite.dump(str(file), replace=True)


if __name__ == "__main__":
    sys.exit(main())
