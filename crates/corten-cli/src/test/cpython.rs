//! CPython's own tests, on stock and on Corten, compared test by test.

use anyhow::Result;

use super::Plan;
use super::file::{self, Outcome, Outcomes, TestFile, TestResult};
use super::report::{Failure, Kind, Report, Section};
use crate::overlay::Environment;
use crate::process::Step;

/// Runs every test file that is registered for a module under test.
pub(super) fn run(plan: &Plan<'_>, environment: &Environment, report: &mut Report) -> Result<()> {
    let step = Step::new(format!(
        "CPython's tests on Python {}",
        environment.interpreter.label()
    ));
    let runner = plan.registry.root.join("python/tools/run_tests.py");
    let names = file_names(plan, environment);
    let both = |name: &String| ["off", ""].map(|setting| test_file(plan, name, setting));
    let files: Vec<TestFile> = names.iter().flat_map(both).collect();
    let results = file::run_all(&files, &runner, environment, &step)?;
    let (mut passed, mut failed) = (0, 0);
    for (name, pair) in names.iter().zip(results.chunks_exact(2)) {
        let mut section = new_section(plan, environment, name);
        let mut comparison = Comparison::of(&pair[0], &pair[1]);
        if !comparison.failures.is_empty() {
            // A test that depends on time or on chance may differ once; one that differs again is a failure.
            step.show(&format!("{name} again"));
            let [stock, corten] = both(name).map(|file| file.run(&runner, environment));
            comparison.confirm(&Comparison::of(&stock?, &corten?));
        }
        passed += comparison.passed;
        failed += comparison.failures.len();
        comparison.tell(&mut section);
        report.add(section);
    }
    step.done(&format!("{passed} passed, {failed} failed"));
    Ok(())
}

/// The files that are registered for the modules under test, each once.
pub(super) fn file_names(plan: &Plan<'_>, environment: &Environment) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for module in plan.modules_for(&environment.interpreter) {
        let full = module.entry.full_tests.iter().filter(|_| plan.full);
        for name in module.entry.tests.iter().chain(full) {
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
    }
    names
}

fn test_file(plan: &Plan<'_>, name: &str, setting: &'static str) -> TestFile {
    TestFile {
        target: name.to_owned(),
        setting,
        python_path: Vec::new(),
        resources: plan.resources(),
    }
}

/// A section for a file, of the modules that it is registered for.
pub(super) fn new_section(plan: &Plan<'_>, environment: &Environment, name: &str) -> Section {
    let is_for = |tests: &[String]| tests.iter().any(|test| test == name);
    let modules = plan.modules_for(&environment.interpreter);
    let modules =
        modules.filter(|module| is_for(&module.entry.tests) || is_for(&module.entry.full_tests));
    let modules = modules.map(|module| module.name.clone()).collect();
    Section::new(Kind::CPython, name)
        .for_python(&environment.interpreter)
        .for_modules(modules)
}

/// What two runs of a file say about each other.
#[derive(Default)]
pub(super) struct Comparison {
    pub(super) passed: u64,
    pub(super) stock_passed: u64,
    pub(super) skipped: u64,
    pub(super) failed_on_both: u64,
    pub(super) failures: Vec<Failure>,
    pub(super) notes: Vec<String>,
}

impl Comparison {
    pub(super) fn of(stock: &Outcomes, corten: &Outcomes) -> Self {
        let mut this = Self::default();
        for (test, result) in stock {
            this.stock_passed += u64::from(is_passed(result.outcome));
            this.add(test, Some(result), corten.get(test));
        }
        for (test, result) in corten.iter().filter(|(test, _)| !stock.contains_key(*test)) {
            this.add(test, None, Some(result));
        }
        if let skips @ 1.. = skipped_on_stock_only(stock, corten) {
            this.notes.push(format!(
                "{skips} that skip themselves on stock pass on Corten"
            ));
        }
        this
    }

    fn add(&mut self, test: &str, stock: Option<&TestResult>, corten: Option<&TestResult>) {
        let Some(corten) = corten else {
            if stock.is_some_and(|result| result.outcome == Outcome::Skipped) {
                // A file that skips itself where there is no C module does not on Corten.
                self.notes
                    .push(format!("{test}: skipped on stock, not there on Corten"));
                return;
            }
            let details = "runs on stock, is missing on Corten".to_owned();
            self.failures.push(Failure {
                test: test.to_owned(),
                details,
            });
            return;
        };
        let stock_outcome = stock.map_or(Outcome::Passed, |result| result.outcome);
        if is_worse(corten.outcome, stock_outcome) {
            let details = format!(
                "{stock_outcome:?} on stock, {:?} on Corten\n{}",
                corten.outcome, corten.details
            );
            self.failures.push(Failure {
                test: test.to_owned(),
                details,
            });
            return;
        }
        match corten.outcome {
            outcome if is_passed(outcome) => self.passed += 1,
            Outcome::Skipped => self.skipped += 1,
            outcome => {
                self.failed_on_both += 1;
                self.notes.push(format!("{test}: {outcome:?}, as on stock"));
            }
        }
        // Of those that stock skips, where it lacks a module, there can be hundreds.
        if is_worse(stock_outcome, corten.outcome) && stock_outcome != Outcome::Skipped {
            self.notes.push(format!(
                "{test}: {stock_outcome:?} on stock, {:?} on Corten",
                corten.outcome
            ));
        }
    }

    /// Keeps the failures that a second run shows again.
    fn confirm(&mut self, second: &Self) {
        let is_again = |failure: &Failure| {
            second
                .failures
                .iter()
                .any(|other| other.test == failure.test)
        };
        let (again, once): (Vec<_>, Vec<_>) = self.failures.drain(..).partition(is_again);
        self.failures = again;
        self.passed += once.len() as u64;
        self.notes.extend(
            once.iter()
                .map(|failure| format!("{}: failed once, not again", failure.test)),
        );
    }

    pub(super) fn tell(self, section: &mut Section) {
        section.add_passed(self.passed);
        section.add_stock_passed(self.stock_passed);
        section.skip(self.skipped);
        self.failures
            .into_iter()
            .for_each(|failure| section.fail(failure));
        self.notes.into_iter().for_each(|note| section.note(note));
    }
}

pub(super) fn is_passed(outcome: Outcome) -> bool {
    outcome <= Outcome::ExpectedFailure
}

/// Whether an outcome is worse in kind: passed, skipped, failed, crashed.
fn is_worse(outcome: Outcome, than: Outcome) -> bool {
    let grade = |outcome: Outcome| match outcome {
        Outcome::Passed | Outcome::ExpectedFailure => 0,
        Outcome::Skipped => 1,
        Outcome::UnexpectedSuccess | Outcome::Failed | Outcome::Error => 2,
        Outcome::Crashed => 3,
    };
    grade(outcome) > grade(than)
}

/// How many tests, or whole files, only stock skips.
fn skipped_on_stock_only(stock: &Outcomes, corten: &Outcomes) -> usize {
    let is_skipped_only = |test: &str, result: &TestResult| {
        let now = corten.get(test);
        result.outcome == Outcome::Skipped && now.is_some_and(|now| is_passed(now.outcome))
    };
    let all = stock.iter();
    all.filter(|(test, result)| is_skipped_only(test, result))
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compare(stock: &[(&str, Outcome)], corten: &[(&str, Outcome)]) -> Comparison {
        let outcomes = |list: &[(&str, Outcome)]| {
            let result = |outcome: Outcome| TestResult {
                outcome,
                details: String::new(),
            };
            list.iter()
                .map(|(test, outcome)| ((*test).to_owned(), result(*outcome)))
                .collect()
        };
        Comparison::of(&outcomes(stock), &outcomes(corten))
    }

    #[test]
    fn the_same_outcome_is_no_failure() {
        let all = [
            ("a", Outcome::Passed),
            ("b", Outcome::Skipped),
            ("c", Outcome::Failed),
            ("d", Outcome::Crashed),
        ];
        let same = compare(&all, &all);
        assert_eq!(
            (
                same.passed,
                same.skipped,
                same.failures.len(),
                same.notes.len()
            ),
            (1, 1, 0, 2)
        );
    }

    #[test]
    fn worse_and_missing_are_failures() {
        let stock = [
            ("a", Outcome::Passed),
            ("b", Outcome::Passed),
            ("c", Outcome::Skipped),
            ("d", Outcome::Failed),
        ];
        let corten = [
            ("a", Outcome::Skipped),
            ("c", Outcome::Error),
            ("d", Outcome::Crashed),
            ("e", Outcome::Failed),
        ];
        let mut comparison = compare(&stock, &corten);
        let failed: Vec<&str> = comparison
            .failures
            .iter()
            .map(|failure| failure.test.as_str())
            .collect();
        assert_eq!(failed, ["a", "b", "c", "d", "e"]);
        comparison.confirm(&compare(&stock, &stock));
        assert!(comparison.failures.is_empty());
        assert_eq!(comparison.notes.len(), 5);
    }

    #[test]
    fn a_file_that_is_skipped_on_stock_only_is_no_failure() {
        let run = compare(&[("module", Outcome::Skipped)], &[("a", Outcome::Passed)]);
        assert_eq!((run.passed, run.failures.len(), run.notes.len()), (1, 0, 1));
    }

    #[test]
    fn what_only_stock_skips_is_counted() {
        let stock = [("a", Outcome::Skipped), ("b", Outcome::Skipped)];
        let run = compare(&stock, &[("a", Outcome::Passed), ("b", Outcome::Passed)]);
        assert_eq!(
            run.notes,
            ["2 that skip themselves on stock pass on Corten"]
        );
    }

    #[test]
    fn better_than_stock_is_worth_a_note() {
        let better = compare(&[("a", Outcome::Crashed)], &[("a", Outcome::Passed)]);
        assert_eq!(
            (better.passed, better.failures.len(), better.notes.len()),
            (1, 0, 1)
        );
    }
}
