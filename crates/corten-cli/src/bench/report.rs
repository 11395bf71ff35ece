//! All that a run found.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::statistics::{Ratio, Verdict, best, median, quartiles};
use crate::demo::bytes;
use crate::style::duration;

/// The results, with what is needed to judge them.
#[derive(Default, Serialize)]
pub(crate) struct Report {
    /// The version of CPython.
    pub(crate) python: String,
    /// How many processes measured each implementation.
    pub(crate) rounds: usize,
    /// The special-purpose packages that took part, with their versions.
    pub(crate) packages: BTreeMap<String, String>,
    /// pyperf's metadata.
    pub(crate) machine: Map<String, Value>,
    pub(crate) cases: Vec<Case>,
    pub(crate) programs: Vec<Program>,
    pub(crate) pyperformance: Vec<Program>,
    pub(crate) start: Vec<Start>,
}

/// One case of a module at one size.
#[derive(Serialize)]
pub(crate) struct Case {
    pub(crate) module: String,
    pub(crate) name: String,
    pub(crate) size: u64,
    pub(crate) c: Times,
    pub(crate) rust: Times,
    /// How many times faster Rust is than C.
    pub(crate) ratio: Ratio,
    pub(crate) package: Option<Package>,
}

/// What a special-purpose package makes of a case.
#[derive(Serialize)]
pub(crate) struct Package {
    pub(crate) name: String,
    #[serde(flatten)]
    pub(crate) times: Times,
    /// How many times faster it is than C.
    pub(crate) ratio: Ratio,
}

/// A whole program, which runs in a process of its own each time.
#[derive(Serialize)]
pub(crate) struct Program {
    pub(crate) name: String,
    pub(crate) c: Times,
    pub(crate) rust: Times,
    pub(crate) ratio: Ratio,
    /// The most memory that it had at once, in bytes: on C and on Rust.
    pub(crate) memory: Option<(f64, f64)>,
}

/// Seconds of one call.
#[derive(Serialize)]
pub(crate) struct Times {
    /// The median of the rounds' best values.
    pub(crate) median: f64,
    /// Where the middle half of all values lies.
    pub(crate) quartiles: (f64, f64),
    /// All values, by rounds.
    pub(crate) rounds: Vec<Vec<f64>>,
}

/// What the start of Python, an import, or a file costs without Corten and with it: seconds or bytes.
#[derive(Deserialize, Serialize)]
pub(crate) struct Start {
    pub(crate) case: String,
    pub(crate) measure: String,
    pub(crate) unit: String,
    pub(crate) stock: f64,
    pub(crate) corten: f64,
    pub(crate) ratio: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
    pub(crate) verdict: String,
}

impl Report {
    /// The machine in a line: `AMD EPYC, 2 processors (x86_64, linux)`.
    pub(crate) fn machine(&self) -> String {
        let text = |name: &str| self.machine.get(name).and_then(Value::as_str);
        let processor = text("cpu_model_name").unwrap_or("an unnamed processor");
        let count = self.machine.get("cpu_count").and_then(Value::as_u64);
        let count = count.map_or_else(String::new, |count| format!(", {count} processors"));
        format!(
            "{processor}{count} ({}, {})",
            std::env::consts::ARCH,
            std::env::consts::OS
        )
    }

    /// The day: `2026-11-25`.
    pub(crate) fn date(&self) -> &str {
        let date = self.machine.get("date").and_then(Value::as_str);
        date.and_then(|date| date.split(' ').next()).unwrap_or("")
    }

    /// Machine, versions, and date in a sentence.
    pub(crate) fn circumstances(&self) -> String {
        let packages: Vec<String> = self
            .packages
            .iter()
            .map(|(name, version)| format!(", {name} {version}"))
            .collect();
        format!(
            "CPython {}{}, {}, {}.",
            self.python,
            packages.concat(),
            self.machine(),
            self.date()
        )
    }

    /// The cases by module, in the order of the names.
    pub(crate) fn modules(&self) -> BTreeMap<&str, Vec<&Case>> {
        let mut modules: BTreeMap<&str, Vec<&Case>> = BTreeMap::new();
        for case in &self.cases {
            modules.entry(&case.module).or_default().push(case);
        }
        modules
    }

    /// The cases that gain least, slowest first.
    pub(crate) fn slowest(&self, count: usize) -> Vec<&Case> {
        let mut cases: Vec<&Case> = self.cases.iter().collect();
        cases.sort_by(|a, b| a.ratio.value.total_cmp(&b.ratio.value));
        cases.truncate(count);
        cases
    }
}

impl Start {
    /// One of its figures, in the unit that suits it.
    pub(crate) fn shown(&self, value: f64) -> String {
        match self.unit.as_str() {
            "s" => duration(value),
            _ => bytes(value as u64),
        }
    }

    /// How much more it is with Corten.
    pub(crate) fn change(&self) -> String {
        match self.verdict.as_str() {
            "same" => "same".to_owned(),
            _ => format!("{:+.0}%", (self.ratio - 1.0) * 100.0),
        }
    }
}

impl Times {
    pub(crate) fn of(rounds: Vec<Vec<f64>>) -> Self {
        let all: Vec<f64> = rounds.iter().flatten().copied().collect();
        let mut times = Self {
            median: 0.0,
            quartiles: quartiles(&all),
            rounds,
        };
        times.median = median(&times.best());
        times
    }

    /// One figure for each round: its best value.
    pub(crate) fn best(&self) -> Vec<f64> {
        self.rounds.iter().map(|values| best(values)).collect()
    }

    /// Half the distance of the quartiles, as a share of the median.
    pub(crate) fn spread(&self) -> f64 {
        (self.quartiles.1 - self.quartiles.0) / 2.0 / self.median
    }
}

/// How many ratios say what: faster, same, slower.
pub(crate) fn count(ratios: impl IntoIterator<Item = Ratio>) -> [usize; 3] {
    let mut counts = [0; 3];
    for ratio in ratios {
        counts[match ratio.verdict() {
            Verdict::Faster => 0,
            Verdict::Same => 1,
            Verdict::Slower => 2,
        }] += 1;
    }
    counts
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A small report with something of each kind.
    pub(crate) fn report() -> Report {
        let machine = serde_json::json!({"cpu_model_name": "Abacus", "cpu_count": 2, "date": "2026-11-25 10:00:00"});
        let with_package = Case {
            package: Some(Package {
                name: "orjson".to_owned(),
                times: times(0.5),
                ratio: Ratio::of(&[2.0; 8], &[0.5; 8]),
            }),
            ..case("loads <x>", 16, 2.0)
        };
        let start = r#"{"case": "python -c pass", "measure": "wall", "unit": "s", "stock": 0.01, "corten": 0.011,
                        "ratio": 1.1, "low": 1.05, "high": 1.15, "verdict": "more"}"#;
        Report {
            python: "3.13.0".to_owned(),
            rounds: 8,
            packages: [("orjson".to_owned(), "3.13.0".to_owned())].into(),
            machine: machine.as_object().unwrap().clone(),
            cases: vec![
                with_package,
                case("dumps", 16, 1.0),
                case("dumps", 1024, 3.0),
            ],
            programs: vec![program()],
            pyperformance: Vec::new(),
            start: vec![serde_json::from_str(start).unwrap()],
        }
    }

    fn case(name: &str, size: u64, ratio: f64) -> Case {
        Case {
            module: "_json".to_owned(),
            name: name.to_owned(),
            size,
            c: times(ratio),
            rust: times(1.0),
            ratio: Ratio::of(&[ratio; 8], &[1.0; 8]),
            package: None,
        }
    }

    fn program() -> Program {
        Program {
            name: "filter JSON lines".to_owned(),
            c: times(3.0),
            rust: times(1.0),
            ratio: Ratio::of(&[3.0; 8], &[1.0; 8]),
            memory: Some((20e6, 21e6)),
        }
    }

    fn times(seconds: f64) -> Times {
        Times::of(vec![vec![seconds; 3]; 8])
    }

    #[test]
    fn each_round_counts_once() {
        let times = Times::of(vec![vec![1.5, 1.0, 9.0], vec![2.0], vec![3.0, 3.0]]);
        assert_eq!(times.best(), [1.0, 2.0, 3.0]);
        assert_eq!(times.median, 2.0);
    }

    #[test]
    fn the_circumstances() {
        let text = report().circumstances();
        let start = "CPython 3.13.0, orjson 3.13.0, Abacus, 2 processors (";
        assert!(text.starts_with(start), "{text}");
        assert!(text.ends_with("), 2026-11-25."), "{text}");
    }

    #[test]
    fn verdicts_are_counted() {
        let ratios = report().cases.into_iter().map(|case| case.ratio);
        assert_eq!(count(ratios), [2, 1, 0]);
    }
}
