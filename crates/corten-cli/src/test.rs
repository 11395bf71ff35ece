//! `corten test`: everything that can be checked.

mod build;
mod built_in;
mod conformance;
mod conformity;
mod cpython;
mod file;
mod own;
mod refleaks;
mod report;
mod rust;
mod stock;
mod suite;
mod surface;

use std::path::PathBuf;

use anyhow::Result;

use self::report::{Failure, Kind, Report, Section};
use crate::Verdict;
use crate::compile_check;
use crate::error::problem;
use crate::overlay::Environment;
use crate::python::{self, Interpreter};
use crate::registry::{Module, Registry};
use crate::style;
use crate::{bench, sync};

/// Runs all tests: Rust's, the modules' own, the comparison of public surfaces, and CPython's against stock.
///
/// On an interpreter that `corten build` made, these are the tests of the build and CPython's, against the results of
/// the stock interpreter: those in conformance/, or those of --stock. With --full that is CPython's whole suite.
///
/// The last line of the output is `N passed, N failed`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Only this module (may be repeated) [default: all, and what is common to them]
    #[arg(long = "module", short, value_name = "M")]
    modules: Vec<String>,
    /// Only this Python: a path, a name, a version (may be repeated) [default: all that are found]
    #[arg(long = "python", value_name = "PY")]
    pythons: Vec<String>,
    /// Run every registered test file, and tests that need much time, memory or disk
    #[arg(long)]
    full: bool,
    /// Write the results to this file, too
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Compare a build with this stock interpreter, which `corten build --modules none` makes
    #[arg(long, value_name = "PY", requires = "pythons")]
    stock: Option<String>,
    /// Look for leaked references in a debug build, and do nothing else with it
    #[arg(long, requires = "pythons")]
    refleaks: bool,
    /// Write how a build compares with stock to docs/conformance.md, too
    #[arg(long, requires_all = ["pythons", "full"], conflicts_with_all = ["modules", "refleaks"])]
    docs: bool,
    /// Run CPython's whole suite on a stock interpreter, and keep the results in conformance/, to compare builds with
    #[arg(long, requires = "pythons", conflicts_with_all = ["modules", "stock", "refleaks", "docs"])]
    record: bool,
}

/// What is to be tested.
struct Plan<'a> {
    registry: &'a Registry,
    modules: Vec<Module>,
    /// Whether what is common to all modules is tested, too.
    all: bool,
    full: bool,
}

pub(crate) fn run(registry: &Registry, args: &Args) -> Result<Verdict> {
    let modules = registry.select(&args.modules)?;
    let plan = Plan {
        registry,
        modules,
        all: args.modules.is_empty(),
        full: args.full,
    };
    let interpreters = interpreters(&args.pythons)?;
    if args.record {
        return stock::record_all(registry, &interpreters);
    }
    let mut report = Report::default();
    let (builds, others): (Vec<_>, Vec<_>) =
        interpreters.into_iter().partition(Interpreter::is_build);
    if !others.is_empty() {
        test_repository(&plan, &others, &mut report)?;
    }
    for interpreter in &others {
        test_python(&plan, interpreter, &mut report)?;
    }
    for interpreter in &builds {
        build::test(&plan, interpreter, args, &mut report)?;
    }
    if let Some(path) = &args.json {
        bench::write_json(path, &report)?;
    }
    report.print();
    Ok(report.verdict())
}

/// The interpreters to test with; says which.
fn interpreters(named: &[String]) -> Result<Vec<Interpreter>> {
    let found = python::choose_all(named)?;
    for interpreter in &found.interpreters {
        let tests = if interpreter.has_tests {
            ""
        } else {
            ", which has no test package: CPython's tests are left out"
        };
        anstream::println!("testing with {interpreter}{tests}");
    }
    for (reason, labels) in &found.skipped {
        anstream::println!(
            "{}not with {}: {reason}{:#}",
            style::FAINT,
            labels.join(", "),
            style::FAINT
        );
    }
    if found.interpreters.is_empty() {
        return Err(problem(
            "no CPython to test with was found",
            "install CPython 3.11 or newer, or name one: --python",
        ));
    }
    Ok(found.interpreters)
}

/// Everything that does not depend on the Python.
fn test_repository(
    plan: &Plan<'_>,
    interpreters: &[Interpreter],
    report: &mut Report,
) -> Result<()> {
    if plan.all {
        report.add(derived_files(plan.registry)?);
    }
    report.add(rust::run(plan, &interpreters[0])?);
    if plan.all {
        report.add(compile_checks(plan.registry, interpreters)?);
    }
    Ok(())
}

/// Everything that runs in one Python with the overlay.
fn test_python(plan: &Plan<'_>, interpreter: &Interpreter, report: &mut Report) -> Result<()> {
    let environment = Environment::prepare(plan.registry, interpreter)?;
    report.add(in_effect(plan, &environment)?);
    for module in plan.modules_for(interpreter) {
        report.add(surface::compare(plan.registry, &environment, module)?);
    }
    own::run(plan, &environment, report)?;
    if interpreter.has_tests {
        cpython::run(plan, &environment, report)?;
    }
    Ok(())
}

/// That modules are on Rust with the overlay, and on C with CORTEN=off: what else is measured stands on it.
fn in_effect(plan: &Plan<'_>, environment: &Environment) -> Result<Section> {
    let mut section =
        Section::new(Kind::Hook, "what is in effect").for_python(&environment.interpreter);
    for (setting, wanted) in [("", "rust"), ("off", "c")] {
        for item in environment.in_effect(setting)? {
            let absent = format!("No module named '{}'", item.module);
            match item.implementation.as_deref() {
                _ if !plan.provides(&item.module) => {}
                // This Python was built without the C library that the module needs.
                None if wanted == "c" && item.error.as_ref() == Some(&absent) => {}
                Some(implementation) if implementation == wanted => section.pass(),
                other => section.fail(Failure {
                    test: format!("{} with CORTEN='{setting}'", item.module),
                    details: format!(
                        "is {other:?}, not {wanted}: {}",
                        item.error.unwrap_or_default()
                    ),
                }),
            }
        }
    }
    Ok(section)
}

fn derived_files(registry: &Registry) -> Result<Section> {
    let mut section = Section::new(Kind::Registry, "files derived from the registry");
    for file in sync::derived(registry)? {
        if file.is_stale() {
            section.fail(Failure {
                test: file.path.into(),
                details: "is stale: run `cargo corten sync`".into(),
            });
        } else {
            section.pass();
        }
    }
    Ok(section)
}

/// That the modules compile for the versions that they are not built for anyway.
fn compile_checks(registry: &Registry, interpreters: &[Interpreter]) -> Result<Section> {
    let mut section = Section::new(Kind::Compile, "modules compile for other versions");
    let built: Vec<_> = interpreters.iter().map(Interpreter::series).collect();
    let mut targets = compile_check::targets(registry, &[])?;
    targets.retain(|target| !built.contains(&target.version));
    for target in targets {
        match compile_check::check(registry, &target)? {
            Ok(()) => section.pass(),
            Err(output) => section.fail(Failure {
                test: format!("Python {}", target.version),
                details: output,
            }),
        }
    }
    Ok(section)
}

impl Plan<'_> {
    /// The modules under test that serve an interpreter.
    fn modules_for(&self, interpreter: &Interpreter) -> impl Iterator<Item = &Module> {
        let version = interpreter.version();
        self.modules
            .iter()
            .filter(move |module| module.entry.python.contains(version))
    }

    /// Whether a module under test provides the Python module of this name.
    fn provides(&self, name: &str) -> bool {
        self.modules.iter().any(|module| module.provides(name))
    }

    /// Whether CPython's whole suite is wanted, where it can be had.
    fn is_whole(&self) -> bool {
        self.all && self.full
    }

    /// The resources of `test.support` that are allowed; by default those of `python -m test`: none.
    fn resources(&self) -> &'static str {
        if self.full {
            "cpu,decimal,largefile,subprocess,tzdata,walltime"
        } else {
            ""
        }
    }
}
