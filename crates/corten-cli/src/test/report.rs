//! What the tests found, and how it is told.

use serde::Serialize;

use crate::Verdict;
use crate::python::Interpreter;
use crate::style::{self, thousands};
use crate::table::{Cell, Table, number, text};

/// All results.
#[derive(Default, Serialize)]
pub(super) struct Report {
    passed: u64,
    failed: u64,
    skipped: u64,
    sections: Vec<Section>,
}

/// The results of one group of tests.
#[derive(Serialize)]
pub(super) struct Section {
    kind: Kind,
    name: String,
    /// The Python that it ran on, if it did.
    python: Option<String>,
    /// The modules that it tells something about; none if it is common to all.
    modules: Vec<String>,
    passed: u64,
    /// How many passed on stock, where that was compared.
    stock_passed: Option<u64>,
    skipped: u64,
    failures: Vec<Failure>,
    /// What is worth knowing, and no failure.
    notes: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    /// What is derived from the registry is up to date.
    Registry,
    /// `cargo test`.
    Rust,
    /// `cargo check` for each version.
    Compile,
    /// The start-up hook and the tools.
    Hook,
    /// The safe API, through xxcorten.
    Api,
    /// A module's own tests.
    Own,
    /// The public surface, against the C module.
    Surface,
    /// CPython's tests, against stock.
    CPython,
}

/// One thing that failed.
#[derive(Clone, Serialize)]
pub(super) struct Failure {
    pub(super) test: String,
    pub(super) details: String,
}

impl Report {
    pub(super) fn add(&mut self, section: Section) {
        self.passed += section.passed;
        self.failed += section.failures.len() as u64;
        self.skipped += section.skipped;
        self.sections.push(section);
    }

    pub(super) fn verdict(&self) -> Verdict {
        if self.failed == 0 {
            Verdict::Passed
        } else {
            Verdict::Failed
        }
    }

    /// Prints the summary, the differences, and the closing line.
    pub(super) fn print(&self) {
        println!();
        self.print_common();
        println!();
        self.print_modules();
        self.print_notes();
        self.print_failures();
        anstream::println!("\n{} skipped", thousands(self.skipped));
        println!("{} passed, {} failed", self.passed, self.failed);
    }

    /// What is common to all modules.
    fn print_common(&self) {
        let mut table = Table::new(["Python", "what", "passed", "skipped", "failed"]);
        for section in self
            .sections
            .iter()
            .filter(|section| section.modules.is_empty())
        {
            table.row([
                text(section.python.as_deref().unwrap_or("")),
                text(section.name.as_str()),
                number(thousands(section.passed)),
                number(thousands(section.skipped)),
                failed(section.failures.len()),
            ]);
        }
        table.print();
    }

    /// One line for each module and interpreter. A test file of CPython's that exercises two modules counts for both.
    fn print_modules(&self) {
        let mut table = Table::new([
            "Python",
            "module",
            "surface",
            "own tests",
            "CPython's tests on stock",
            "on Corten",
            "skipped",
            "failed",
        ]);
        let mut keys: Vec<(&str, &str)> = Vec::new();
        for section in &self.sections {
            let python = section.python.as_deref().unwrap_or("");
            for module in &section.modules {
                if !keys.contains(&(python, module)) {
                    keys.push((python, module));
                }
            }
        }
        for (python, module) in keys {
            let of = |kind: Kind| {
                self.sections.iter().filter(move |section| {
                    section.kind == kind
                        && section.python.as_deref() == Some(python)
                        && section.modules.iter().any(|name| name == module)
                })
            };
            let passed =
                |kind: Kind| number(thousands(of(kind).map(|section| section.passed).sum()));
            let all = || {
                [Kind::Surface, Kind::Own, Kind::CPython]
                    .into_iter()
                    .flat_map(of)
            };
            table.row([
                text(python),
                text(module),
                passed(Kind::Surface),
                passed(Kind::Own),
                number(thousands(
                    of(Kind::CPython)
                        .filter_map(|section| section.stock_passed)
                        .sum(),
                )),
                passed(Kind::CPython),
                number(thousands(all().map(|section| section.skipped).sum())),
                failed(all().map(|section| section.failures.len()).sum()),
            ]);
        }
        table.print();
    }

    fn print_notes(&self) {
        let notes: Vec<(String, &String)> = self
            .sections
            .iter()
            .flat_map(|section| section.notes.iter().map(|note| (section.title(), note)))
            .collect();
        if notes.is_empty() {
            return;
        }
        anstream::println!("\n{}Worth knowing{:#}", style::HEADING, style::HEADING);
        for (title, note) in notes {
            anstream::println!("  {title}: {note}");
        }
    }

    fn print_failures(&self) {
        for section in &self.sections {
            for failure in &section.failures {
                anstream::println!(
                    "\n{}✗ {}: {}{:#}",
                    style::FAILED,
                    section.title(),
                    failure.test,
                    style::FAILED
                );
                for line in crate::process::tail(&failure.details, 25).lines() {
                    anstream::println!("    {line}");
                }
            }
        }
    }
}

impl Section {
    pub(super) fn new(kind: Kind, name: impl Into<String>) -> Self {
        Self {
            kind,
            name: name.into(),
            python: None,
            modules: Vec::new(),
            passed: 0,
            stock_passed: None,
            skipped: 0,
            failures: Vec::new(),
            notes: Vec::new(),
        }
    }

    pub(super) fn for_python(self, interpreter: &Interpreter) -> Self {
        Self {
            python: Some(interpreter.label()),
            ..self
        }
    }

    pub(super) fn for_modules(self, modules: Vec<String>) -> Self {
        Self { modules, ..self }
    }

    pub(super) fn pass(&mut self) {
        self.passed += 1;
    }

    pub(super) fn add_passed(&mut self, count: u64) {
        self.passed += count;
    }

    pub(super) fn add_stock_passed(&mut self, count: u64) {
        *self.stock_passed.get_or_insert(0) += count;
    }

    pub(super) fn skip(&mut self, count: u64) {
        self.skipped += count;
    }

    pub(super) fn fail(&mut self, failure: Failure) {
        self.failures.push(failure);
    }

    pub(super) fn note(&mut self, note: impl Into<String>) {
        self.notes.push(note.into());
    }

    /// Whether nothing failed.
    pub(super) fn is_clean(&self) -> bool {
        self.failures.is_empty()
    }

    /// The numbers of several sections, in a line.
    pub(super) fn sum(sections: &[Self]) -> String {
        let passed: u64 = sections.iter().map(|section| section.passed).sum();
        let failed: usize = sections.iter().map(|section| section.failures.len()).sum();
        format!("{} passed, {failed} failed", thousands(passed))
    }

    pub(super) fn title(&self) -> String {
        match &self.python {
            Some(python) => format!("{} on {python}", self.name),
            None => self.name.clone(),
        }
    }
}

fn failed(count: usize) -> Cell {
    let color = if count == 0 {
        style::PASSED
    } else {
        style::FAILED
    };
    number(thousands(count as u64)).styled(color)
}
