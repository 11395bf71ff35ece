//! CPython's tests on a build, compared test by test with those on the stock interpreter.

use std::collections::{BTreeMap, BTreeSet};
use std::mem;

use anyhow::Result;

use super::built_in::Skips;
use super::cpython::{self, Comparison};
use super::report::{Failure, Kind, Report, Section};
use super::suite::{self, File, RESOURCES, Run, State, Suite};
use super::{Plan, stock};
use crate::overlay::Environment;
use crate::process::Step;

/// A test file on both interpreters.
struct Compared {
    stock: File,
    corten: File,
    comparison: Comparison,
    /// How many tests were worse in one run, and not in the other.
    worse_once: u64,
}

/// What a whole comparison comes to.
#[derive(Default)]
pub(super) struct Totals {
    pub(super) platform: String,
    pub(super) files: u64,
    pub(super) tests: u64,
    pub(super) stock_passed: u64,
    pub(super) passed: u64,
    pub(super) stock_skipped: u64,
    pub(super) skipped: u64,
    pub(super) failed_on_both: u64,
    pub(super) worse_once: u64,
    pub(super) differences: u64,
}

/// Runs the tests of the modules, or the whole suite, on a build.
pub(super) fn run(
    plan: &Plan<'_>,
    build: &Environment,
    stock: Option<&str>,
    report: &mut Report,
) -> Result<Totals> {
    let registered = cpython::file_names(plan, build);
    let names = if plan.is_whole() {
        &[][..]
    } else {
        &registered
    };
    let mut stock = stock::results(plan.registry, build, stock, names)?;
    if !names.is_empty() {
        stock.restrict(names);
    }
    let step = Step::new(format!("CPython's tests on {}", build.interpreter));
    let first = Run {
        environment: build,
        names,
        resources: RESOURCES,
        options: &[],
        folder: "corten",
    };
    let platform = stock.equipment.platform.clone();
    let meant = Skips::of(plan, &build.interpreter)?;
    let mut files = compare_all(stock, first.run(plan.registry, &step)?, &meant);
    let doubtful = doubtful(&files);
    if !doubtful.is_empty() {
        // A test that depends on time or on chance may be worse once.
        let again = Run {
            names: &doubtful,
            options: &["--jobs", "1", "--details"],
            folder: "again",
            ..first
        };
        for (name, file) in again.run(plan.registry, &step)?.files {
            if let Some(compared) = files.get_mut(&name) {
                compared.repeat(&name, file, &meant);
            }
        }
    }
    let totals = Totals::of(&files, platform);
    step.done(&format!(
        "{} passed, {} failed",
        totals.passed, totals.differences
    ));
    tell(plan, build, files, report);
    Ok(totals)
}

/// Every file that one of the interpreters has.
fn compare_all(mut stock: Suite, corten: Suite, meant: &Skips) -> BTreeMap<String, Compared> {
    let absent = || File::of_state(State::Absent);
    let mut files = BTreeMap::new();
    for (name, file) in corten.files {
        let on_stock = stock.files.remove(&name).unwrap_or_else(absent);
        files.insert(name, (on_stock, file));
    }
    for (name, file) in stock.files {
        files.insert(name, (file, absent()));
    }
    files.retain(|_, (stock, corten)| [stock.state, corten.state] != [State::Absent; 2]);
    let compare = |(name, (stock, corten)): (String, (File, File))| {
        let compared = Compared::new(&name, stock, corten, meant);
        (name, compared)
    };
    files.into_iter().map(compare).collect()
}

/// The files that were worse than on stock.
fn doubtful(files: &BTreeMap<String, Compared>) -> Vec<String> {
    let doubtful = files
        .iter()
        .filter(|(_, file)| !file.comparison.failures.is_empty());
    doubtful.map(|(name, _)| name.clone()).collect()
}

/// A section for each file that is registered for a module, and one for the others.
fn tell(
    plan: &Plan<'_>,
    build: &Environment,
    mut files: BTreeMap<String, Compared>,
    report: &mut Report,
) {
    for registered in cpython::file_names(plan, build) {
        let mut section = cpython::new_section(plan, build, &registered);
        for (_, file) in files.extract_if(.., |name, _| suite::is_of(name, &registered)) {
            file.comparison.tell(&mut section);
        }
        report.add(section);
    }
    if files.is_empty() {
        return;
    }
    let title = format!("CPython's other {} test files", files.len());
    let mut section = Section::new(Kind::CPython, title).for_python(&build.interpreter);
    for file in files.into_values() {
        file.comparison.tell(&mut section);
    }
    report.add(section);
}

impl Compared {
    fn new(name: &str, stock: File, corten: File, meant: &Skips) -> Self {
        Self {
            comparison: compare(name, &stock, &corten, meant),
            stock,
            corten,
            worse_once: 0,
        }
    }

    /// Takes a second run on the build in: a failure is what is worse again.
    fn repeat(&mut self, name: &str, corten: File, meant: &Skips) {
        let second = compare(name, &self.stock, &corten, meant);
        let first = mem::replace(&mut self.comparison, second);
        self.corten = corten;
        let is_in = |failures: &[Failure], test: &str| failures.iter().any(|it| it.test == test);
        let second = mem::take(&mut self.comparison.failures);
        // A run in which the whole file failed tells nothing of its tests.
        let is_whole = [&first.failures, &second]
            .iter()
            .any(|failures| is_in(failures, name) || is_in(failures, &number(name)));
        let (again, once): (Vec<_>, Vec<_>) = second
            .into_iter()
            .partition(|failure| is_whole || is_in(&first.failures, &failure.test));
        let once_before = first
            .failures
            .into_iter()
            .filter(|failure| !is_in(&again, &failure.test));
        for failure in once_before.chain(once) {
            self.worse_once += 1;
            let note = format!("{}: worse in one of two runs", failure.test);
            self.comparison.notes.push(note);
        }
        self.comparison.failures = again;
    }
}

fn compare(name: &str, stock: &File, corten: &File, meant: &Skips) -> Comparison {
    let have_run = stock.has_run() && corten.has_run();
    let tests: BTreeSet<&String> = stock
        .noted()
        .chain(corten.noted())
        .filter(|_| have_run)
        .collect();
    let outcomes = |file: &File| file.outcomes(name, tests.iter().copied());
    let mut comparison = Comparison::of(&outcomes(stock), &outcomes(corten));
    // Most passed tests are counted, not named.
    comparison.passed = corten.passed();
    comparison.stock_passed = stock.passed();
    comparison.skipped = corten.skipped();
    if have_run && corten.tests() < stock.tests() {
        comparison.failures.push(Failure {
            test: number(name),
            details: format!("{} on stock, {} on Corten", stock.tests(), corten.tests()),
        });
    }
    for failure in mem::take(&mut comparison.failures) {
        match meant.reason(&failure.test) {
            Some(reason) if corten.skips(&failure.test) => {
                let note = format!("{}: skips itself: {reason}", failure.test);
                comparison.notes.push(note);
            }
            _ => comparison.failures.push(failure),
        }
    }
    comparison
}

/// What the number of tests in a file is called among tests.
fn number(name: &str) -> String {
    format!("the number of tests in {name}")
}

impl Totals {
    fn of(files: &BTreeMap<String, Compared>, platform: String) -> Self {
        let sum = |count: fn(&Compared) -> u64| files.values().map(count).sum();
        Self {
            platform,
            files: files.len() as u64,
            tests: sum(|file| file.corten.tests()),
            stock_passed: sum(|file| file.stock.passed()),
            passed: sum(|file| file.corten.passed()),
            stock_skipped: sum(|file| file.stock.skipped()),
            skipped: sum(|file| file.corten.skipped()),
            failed_on_both: sum(|file| file.comparison.failed_on_both),
            worse_once: sum(|file| file.worse_once),
            differences: sum(|file| file.comparison.failures.len() as u64),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(json: &str) -> File {
        serde_json::from_str(json).unwrap()
    }

    fn compared(stock: &str, corten: &str) -> Compared {
        Compared::new("test_a", file(stock), file(corten), &Skips::default())
    }

    fn failures(compared: &Compared) -> Vec<&str> {
        let failures = compared.comparison.failures.iter();
        failures.map(|failure| failure.test.as_str()).collect()
    }

    const GOOD: &str = r#"{"state": "passed", "passed": 5}"#;
    const A_FAILS: &str = r#"{"state": "failed", "passed": 4, "tests": {"a": "failed"}}"#;
    const B_FAILS: &str = r#"{"state": "failed", "passed": 4, "tests": {"b": "error"}}"#;
    const CRASHED: &str = r#"{"state": "crashed", "passed": 0, "why": "Exit code -11 (SIGSEGV)"}"#;

    #[test]
    fn the_same_is_no_failure() {
        for same in [GOOD, A_FAILS, CRASHED] {
            assert!(failures(&compared(same, same)).is_empty(), "{same}");
        }
        assert_eq!(compared(A_FAILS, A_FAILS).comparison.failed_on_both, 1);
    }

    #[test]
    fn what_is_worse_is_a_failure() {
        let skipped = r#"{"state": "passed", "passed": 4, "tests": {"a": "skipped"}}"#;
        let all_skipped = r#"{"state": "skipped", "passed": 0, "why": "No module named 'zlib'"}"#;
        let fewer = r#"{"state": "passed", "passed": 4}"#;
        let changed = r#"{"state": "env changed", "passed": 5}"#;
        assert_eq!(failures(&compared(GOOD, A_FAILS)), ["a"]);
        assert_eq!(failures(&compared(A_FAILS, B_FAILS)), ["b"]);
        assert_eq!(failures(&compared(GOOD, skipped)), ["a"]);
        assert_eq!(failures(&compared(GOOD, fewer)), [number("test_a")]);
        for whole in [all_skipped, changed, CRASHED] {
            assert_eq!(failures(&compared(GOOD, whole)), ["test_a"], "{whole}");
        }
        assert_eq!(failures(&compared(A_FAILS, CRASHED)), ["test_a"]);
    }

    #[test]
    fn a_test_that_is_meant_to_skip_itself_may() {
        let meant: Skips = toml::from_str("[[skip]]\ntest = 'a'\nreason = 'r'").unwrap();
        let compared = |corten: &str| Compared::new("test_a", file(GOOD), file(corten), &meant);
        let skipped = compared(r#"{"state": "passed", "passed": 4, "tests": {"a": "skipped"}}"#);
        assert!(failures(&skipped).is_empty());
        assert_eq!(skipped.comparison.notes, ["a: skips itself: r"]);
        assert_eq!(failures(&compared(A_FAILS)), ["a"]);
    }

    #[test]
    fn a_failure_is_what_is_worse_twice() {
        let repeated = |first: &str, second: &str| {
            let mut compared = compared(GOOD, first);
            compared.repeat("test_a", file(second), &Skips::default());
            compared
        };
        let once = repeated(A_FAILS, GOOD);
        assert!(failures(&once).is_empty());
        assert_eq!((once.worse_once, once.comparison.passed), (1, 5));
        assert_eq!(failures(&repeated(A_FAILS, A_FAILS)), ["a"]);
        assert_eq!(repeated(A_FAILS, B_FAILS).worse_once, 2);
        assert_eq!(failures(&repeated(CRASHED, B_FAILS)), ["b"]);
        assert_eq!(failures(&repeated(A_FAILS, CRASHED)), ["test_a"]);
        assert!(failures(&repeated(CRASHED, GOOD)).is_empty());
    }

    #[test]
    fn every_file_of_either_is_compared() {
        let suite = |files: &str| -> Suite {
            let json = format!(
                r#"{{"version": "3.14.7", "free_threaded": false, "debug": false, "platform": "p",
                    "missing": [], "resources": "", "files": {{{files}}}}}"#
            );
            serde_json::from_str(&json).unwrap()
        };
        let absent = r#"{"state": "absent", "passed": 0}"#;
        let stock = suite(&format!(
            r#""test_a": {GOOD}, "test_b": {GOOD}, "test_c": {absent}"#
        ));
        let corten = suite(&format!(r#""test_a": {GOOD}, "test_c": {absent}"#));
        let files = compare_all(stock, corten, &Skips::default());
        assert_eq!(doubtful(&files), ["test_b"]);
        assert_eq!(files.len(), 2);
        let totals = Totals::of(&files, String::new());
        assert_eq!((totals.files, totals.tests, totals.differences), (2, 5, 1));
    }
}
