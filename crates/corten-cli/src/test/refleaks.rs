//! The hunt for leaked references: CPython's tests of the modules, each file several times, on a debug build.

use anyhow::Result;

use super::report::{Failure, Kind, Report, Section};
use super::suite::{File, Run, State, Suite};
use super::{Plan, cpython, stock};
use crate::error::problem;
use crate::overlay::Environment;
use crate::process::Step;

/// Three runs to warm up, and three that count, with nothing beside them that could make them time out.
const OPTIONS: [&str; 7] = [
    "--huntrleaks",
    "3:3",
    "--jobs",
    "1",
    "--timeout",
    "3600",
    "--details",
];

/// Fails for each file that leaks on the build, and not on the stock interpreter.
pub(super) fn run(
    plan: &Plan<'_>,
    build: &Environment,
    stock: Option<&str>,
    report: &mut Report,
) -> Result<()> {
    if !build.interpreter.debug {
        return Err(problem(
            format!("{} does not count references", build.interpreter),
            format!(
                "build one that does: `corten build {} --debug`",
                build.interpreter.release()
            ),
        ));
    }
    let stock = stock
        .map(|name| stock::named(plan.registry, build, name))
        .transpose()?;
    let names = cpython::file_names(plan, build);
    let corten = hunt(plan, build, &names, "leaks")?;
    let suspects = corten.unsound();
    let on_stock = match &stock {
        Some(stock) if !suspects.is_empty() => {
            Some(hunt(plan, stock, &suspects, "leaks-on-stock")?)
        }
        _ => None,
    };
    let mut section =
        Section::new(Kind::CPython, "leaks of references").for_python(&build.interpreter);
    for (name, file) in &corten.files {
        let on_stock = on_stock.as_ref().and_then(|suite| suite.files.get(name));
        judge(name, file, on_stock, &mut section);
    }
    report.add(section);
    Ok(())
}

fn hunt(
    plan: &Plan<'_>,
    environment: &Environment,
    names: &[String],
    folder: &str,
) -> Result<Suite> {
    let step = Step::new(format!("leaks on {}", environment.interpreter));
    let run = Run {
        environment,
        names,
        resources: "none",
        options: &OPTIONS,
        folder,
    };
    let suite = run.run(plan.registry, &step)?;
    step.done("");
    Ok(suite)
}

fn judge(name: &str, file: &File, on_stock: Option<&File>, section: &mut Section) {
    match on_stock {
        _ if file.state == State::Passed => section.pass(),
        _ if file.is_sound() => section.skip(1),
        Some(stock) if stock.state == file.state => {
            section.note(format!("{name}: {:?}, as on stock", file.state));
        }
        stock => section.fail(Failure {
            test: name.to_owned(),
            details: match stock {
                Some(stock) => format!("{:?} on stock\n{}", stock.state, file.end(name)),
                None => format!(
                    "not compared: name the stock interpreter, --stock PY\n{}",
                    file.end(name)
                ),
            },
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_leak_on_stock_is_worth_a_note() {
        let judged = |file: State, stock: Option<State>| {
            let mut section = Section::new(Kind::CPython, "leaks");
            let stock = stock.map(File::of_state);
            judge(
                "test_a",
                &File::of_state(file),
                stock.as_ref(),
                &mut section,
            );
            let json = serde_json::to_value(&section).unwrap();
            let failed = json["failures"].as_array().unwrap().len();
            (json["passed"].as_u64().unwrap(), failed)
        };
        assert_eq!(judged(State::Passed, None), (1, 0));
        assert_eq!(judged(State::Skipped, None), (0, 0));
        assert_eq!(judged(State::ReferenceLeak, None), (0, 1));
        assert_eq!(judged(State::ReferenceLeak, Some(State::Passed)), (0, 1));
        assert_eq!(judged(State::Crashed, Some(State::ReferenceLeak)), (0, 1));
        assert_eq!(
            judged(State::ReferenceLeak, Some(State::ReferenceLeak)),
            (0, 0)
        );
    }
}
