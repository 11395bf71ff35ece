//! Measuring the modules' cases, in rounds.
//!
//! A round is a fresh process for each implementation. They take turns case by case, so that whatever else the machine
//! does hits all of them alike; which one comes first changes from round to round. Inputs are made at the same time,
//! on all processors; measuring is done by one at a time, always on the same processor.

use std::collections::BTreeMap;
use std::fs;

use anyhow::Result;

use super::Bench;
use super::report::{Case, Package, Times};
use super::statistics::Ratio;
use super::worker::{Implementation, Listed, Plan, Worker};
use crate::demo::bytes;
use crate::process::Step;
use crate::registry::Module;

/// How often each implementation is measured on a case in a round, unless it takes long.
const TURNS: usize = 2;

/// Measures a module, and adds what it found.
pub(super) fn measure(bench: &mut Bench<'_>, module: &Module) -> Result<()> {
    if bench.files(module).is_empty() {
        return Ok(());
    }
    let step = Step::new(format!("measuring {}", module.name));
    for name in &module.entry.modules {
        for implementation in Implementation::ALL {
            // Only this run's data shall be in it.
            let _ = fs::remove_file(implementation.suite(bench, name));
        }
        let mut all = Vec::new();
        for round in 0..bench.rounds {
            Round::start(bench, module, name)?.run(round, &mut all, &step)?;
        }
        bench
            .report
            .cases
            .extend(all.into_iter().filter_map(|series| series.case(name)));
    }
    step.done("");
    Ok(())
}

/// What was measured of one case at one size.
struct Series {
    listed: Listed,
    by: BTreeMap<Implementation, Rounds>,
}

struct Rounds {
    plan: Plan,
    values: Vec<Vec<f64>>,
}

impl Series {
    fn new(listed: &Listed) -> Self {
        Self {
            listed: listed.clone(),
            by: BTreeMap::new(),
        }
    }

    fn measure(
        &mut self,
        implementation: Implementation,
        worker: &mut Worker,
        round: usize,
    ) -> Result<()> {
        let plan = match self.by.get(&implementation) {
            Some(rounds) => rounds.plan,
            None => Plan::after(&worker.measure(Plan::CALIBRATION)?),
        };
        let measured = worker.measure(plan)?;
        let rounds = self.by.entry(implementation).or_insert_with(|| Rounds {
            plan,
            values: Vec::new(),
        });
        rounds.plan = Plan::after(&measured);
        rounds.values.resize_with(round + 1, Vec::new);
        rounds.values[round].extend(measured);
        Ok(())
    }

    /// Whether one turn in a round is enough.
    fn is_long(&self, implementation: Implementation) -> bool {
        let rounds = self.by.get(&implementation);
        rounds.is_some_and(|rounds| rounds.plan.is_long())
    }

    /// None if this Python has no such function.
    fn case(mut self, module: &str) -> Option<Case> {
        let mut times = |implementation| {
            let rounds: Rounds = self.by.remove(&implementation)?;
            Some(Times::of(rounds.values))
        };
        let (c, rust) = (times(Implementation::C)?, times(Implementation::Rust)?);
        let package = times(Implementation::Package).zip(self.listed.package);
        Some(Case {
            module: module.to_owned(),
            name: self.listed.name,
            size: self.listed.size,
            ratio: Ratio::of(&c.best(), &rust.best()),
            package: package.map(|(times, name)| Package {
                name,
                ratio: Ratio::of(&c.best(), &times.best()),
                times,
            }),
            c,
            rust,
        })
    }
}

/// The processes of one round.
struct Round {
    workers: BTreeMap<Implementation, Worker>,
    cases: Vec<Listed>,
    rounds: usize,
}

impl Round {
    fn start(bench: &Bench<'_>, module: &Module, name: &str) -> Result<Self> {
        let takes_part = |implementation: &Implementation| {
            *implementation != Implementation::Package || bench.equipment.has_any_of(module)
        };
        let mut workers = Implementation::ALL
            .into_iter()
            .filter(takes_part)
            .map(|implementation| {
                let worker = Worker::start(bench, module, name, implementation)?;
                Ok((implementation, worker))
            })
            .collect::<Result<BTreeMap<_, _>>>()?;
        let mut cases = Vec::new();
        for worker in workers.values_mut() {
            cases = worker.cases()?;
        }
        Ok(Self {
            workers,
            cases,
            rounds: bench.rounds,
        })
    }

    fn run(mut self, round: usize, all: &mut Vec<Series>, step: &Step) -> Result<()> {
        if all.is_empty() {
            all.extend(self.cases.iter().map(Series::new));
        }
        for (index, series) in all.iter_mut().enumerate() {
            let Listed { name, size, .. } = &series.listed;
            let size = bytes(*size);
            step.show(&format!(
                "round {} of {}: {name} {size}",
                round + 1,
                self.rounds
            ));
            let ready = self.prepare(index)?;
            if !(ready.contains(&Implementation::C) && ready.contains(&Implementation::Rust)) {
                continue;
            }
            for turn in 0..ready.len() * TURNS {
                let implementation = ready[(turn + round) % ready.len()];
                if turn >= ready.len() && series.is_long(implementation) {
                    continue;
                }
                if let Some(worker) = self.workers.get_mut(&implementation) {
                    series.measure(implementation, worker, round)?;
                }
            }
        }
        Worker::finish(self.workers.into_values())
    }

    /// Has all make the input of a case; gives those that have something to measure.
    fn prepare(&mut self, case: usize) -> Result<Vec<Implementation>> {
        for worker in self.workers.values_mut() {
            worker.prepare(case)?;
        }
        let mut ready = Vec::new();
        for (implementation, worker) in &mut self.workers {
            if worker.is_ready()? {
                ready.push(*implementation);
            }
        }
        Ok(ready)
    }
}
