//! The tests of an interpreter that `corten build` made: there is no C module in it to compare with.

use std::path::Path;

use anyhow::Result;

use super::report::{Failure, Kind, Report, Section};
use super::{Args, Plan, conformance, conformity, own, refleaks, stock};
use crate::error::{OrProblem, problem};
use crate::overlay::{self, Environment};
use crate::python::Interpreter;

/// Everything that runs in one build.
pub(super) fn test(
    plan: &Plan<'_>,
    interpreter: &Interpreter,
    args: &Args,
    report: &mut Report,
) -> Result<()> {
    let build = stock::bare(plan.registry, interpreter);
    report.add(in_effect(plan, &build)?);
    if !interpreter.has_tests {
        return Err(problem(
            format!("{interpreter} has no test package"),
            "build it anew: `corten build` installs the tests, too",
        ));
    }
    let stock = args.stock.as_deref();
    if args.refleaks {
        return refleaks::run(plan, &build, stock, report);
    }
    own_tests(plan, &build, report)?;
    let totals = conformity::run(plan, &build, stock, report)?;
    if args.docs {
        conformance::write(plan.registry, interpreter, &totals)?;
    }
    Ok(())
}

/// That each Rust module of the build is part of the interpreter, and that `python -m corten` says so.
fn in_effect(plan: &Plan<'_>, build: &Environment) -> Result<Section> {
    let mut section = Section::new(Kind::Hook, "what is in effect").for_python(&build.interpreter);
    let built_in = built_in(build)?;
    let said = overlay::in_effect(build.command())?;
    for module in &build.interpreter.rust_modules {
        if !plan.provides(module) {
            continue;
        }
        let said = said.iter().find(|item| item.module == *module);
        let implementation = said.and_then(|item| item.implementation.as_deref());
        let fault = match implementation {
            _ if !built_in.contains(module) => "is not built in".to_owned(),
            Some("rust") => {
                section.pass();
                continue;
            }
            other => format!("is {other:?} to `python -m corten`, not rust"),
        };
        section.fail(Failure {
            test: module.clone(),
            details: fault,
        });
    }
    Ok(section)
}

fn built_in(build: &Environment) -> Result<Vec<String>> {
    let code = "import json, sys; print(json.dumps(sys.builtin_module_names))";
    let output = build.command().args(["-I", "-c", code]).output()?;
    serde_json::from_slice(&output.stdout).or_problem(
        format!("{} does not start", build.interpreter),
        "build it anew: `corten build`",
    )
}

/// The tests for builds only.
fn own_tests(plan: &Plan<'_>, build: &Environment, report: &mut Report) -> Result<()> {
    let folder: &Path = &plan.registry.root.join("python/tests/build");
    if plan.all && folder.is_dir() {
        let section = Section::new(Kind::Own, "the build");
        let group = own::Group::new(plan, folder, section);
        own::run_groups(plan, build, vec![group], "the tests of the build", report)?;
    }
    Ok(())
}
