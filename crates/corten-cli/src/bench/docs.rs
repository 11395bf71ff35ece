//! What the documents say about speed, made of one run of `corten bench`.

use std::fmt::Write;
use std::fs;

use anyhow::Result;

use super::chart::{self, LAPTOP, SIZES, of_sizes};
use super::report::{Case, Program, Report};
use super::statistics::{Verdict, median};
use super::terminal::interval;
use crate::demo::bytes;
use crate::registry::Registry;
use crate::style::{duration, times};
use crate::sync::{between, save};

const README: &str = "README.md";
const MARKS: (&str, &str) = ("<!-- speed:begin -->", "<!-- speed:end -->");
const DOCUMENT: &str = "docs/performance.md";
const CHART: &str = "docs/speed.svg";

/// Writes the documents.
pub(super) fn write(registry: &Registry, report: &Report) -> Result<()> {
    let old = fs::read_to_string(registry.root.join(README)).unwrap_or_default();
    save(
        registry,
        README,
        &between(README, &old, MARKS, &summary(report))?,
    )?;
    let (svg, height) = chart::by_module(report, LAPTOP);
    save(registry, CHART, &svg.file(height, TITLE))?;
    save(registry, DOCUMENT, &document(report))
}

const TITLE: &str = "How many times faster than C each module is";

/// The README's: the chart, and for each module and class of sizes the median ratio of the cases, and the smallest.
fn summary(report: &Report) -> String {
    let sizes: Vec<_> = SIZES
        .iter()
        .filter(|(_, sizes)| !of_sizes(&report.cases, sizes).is_empty())
        .collect();
    let mut text = format!("![{TITLE}]({CHART})\n\n| module |");
    for (name, _) in &sizes {
        let _ = write!(text, " {name} |");
    }
    text += "\n| --- |";
    text += &" ---: |".repeat(sizes.len());
    for (module, cases) in report.modules() {
        let _ = write!(text, "\n| `{module}` |");
        for (_, range) in &sizes {
            let cell = middle(&of_sizes(cases.iter().copied(), range));
            let _ = write!(text, " {cell} |");
        }
    }
    text + "\n\n" + &report.circumstances() + "\n"
}

/// `median (smallest)` of some cases' ratios.
fn middle(cases: &[&Case]) -> String {
    let ratios: Vec<f64> = cases.iter().map(|case| case.ratio.value).collect();
    match ratios.iter().copied().min_by(f64::total_cmp) {
        Some(smallest) => format!("{:.1}× ({smallest:.2}×)", median(&ratios)),
        None => String::new(),
    }
}

/// All that was measured.
fn document(report: &Report) -> String {
    let mut text = format!(
        "# Performance\n\n\
         How many times faster than the C module, with the intervals in which the ratios lie at 99%. \"Same\" is a\n\
         difference inside of that, or of less than 1%. pyperf measured it, in {} rounds; in each, a fresh process for\n\
         each implementation, which took turns case by case. Times are medians of the processes' best. Written by `cargo corten bench --docs`.\n\n{}\n",
        report.rounds,
        report.circumstances()
    );
    programs(&mut text, "Whole programs", &report.programs);
    programs(&mut text, "pyperformance", &report.pyperformance);
    start(&mut text, report);
    for (module, cases) in report.modules() {
        module_table(&mut text, module, &cases);
    }
    text
}

fn module_table(text: &mut String, module: &str, cases: &[&Case]) {
    let has_packages = cases.iter().any(|case| case.package.is_some());
    let (title, rule) = if has_packages {
        (" package |", " --- |")
    } else {
        ("", "")
    };
    let _ = writeln!(
        text,
        "\n## `{module}`\n\n| case | size | C | Rust | faster | interval |{title}\n\
         | --- | ---: | ---: | ---: | ---: | ---: |{rule}"
    );
    for case in cases {
        let _ = write!(
            text,
            "| {} | {} | {} | {} | {} | {} |",
            case.name.replace('|', "\\|"),
            bytes(case.size),
            duration(case.c.median),
            duration(case.rust.median),
            verdict(case.ratio),
            interval(case.ratio),
        );
        if has_packages {
            let package = case.package.as_ref();
            let cell = package.map_or_else(String::new, |package| {
                format!(" {} {}", package.name, times(package.ratio.value))
            });
            let _ = write!(text, "{cell} |");
        }
        text.push('\n');
    }
}

fn programs(text: &mut String, title: &str, programs: &[Program]) {
    if programs.is_empty() {
        return;
    }
    let _ = writeln!(
        text,
        "\n## {title}\n\n| program | C | Rust | faster | interval | memory on C | on Rust |\n\
         | --- | ---: | ---: | ---: | ---: | ---: | ---: |"
    );
    for program in programs {
        let (c, rust) = program.memory.map_or_else(Default::default, |(c, rust)| {
            (bytes(c as u64), bytes(rust as u64))
        });
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} | {c} | {rust} |",
            program.name,
            duration(program.c.median),
            duration(program.rust.median),
            verdict(program.ratio),
            interval(program.ratio),
        );
    }
}

fn start(text: &mut String, report: &Report) {
    if report.start.is_empty() {
        return;
    }
    *text += "\n## Start, imports, memory, files\n\n| | measure | without Corten | with it | more or less |\n\
              | --- | --- | ---: | ---: | ---: |\n";
    for row in &report.start {
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} |",
            row.case,
            row.measure,
            row.shown(row.stock),
            row.shown(row.corten),
            row.change()
        );
    }
}

fn verdict(ratio: super::statistics::Ratio) -> String {
    match ratio.verdict() {
        Verdict::Same => "same".to_owned(),
        _ => times(ratio.value),
    }
}

#[cfg(test)]
mod tests {
    use super::super::report::tests::report;
    use super::*;

    #[test]
    fn medians_and_smallest() {
        let text = summary(&report());
        assert!(
            text.contains("| module | up to 64 bytes | 1 KiB |\n"),
            "{text}"
        );
        assert!(
            text.contains("\n| `_json` | 1.5× (1.00×) | 3.0× (3.00×) |\n"),
            "{text}"
        );
        assert!(text.contains("(docs/speed.svg)"), "{text}");
    }

    #[test]
    fn all_cases() {
        let text = document(&report());
        assert!(
            text.contains(
                "| loads <x> | 16 B | 2.00 s | 1.00 s | 2.00× | 2.00× to 2.00× | orjson 4.00× |"
            ),
            "{text}"
        );
        assert!(
            text.contains("| dumps | 16 B | 1.00 s | 1.00 s | same | 1.00× to 1.00× | |"),
            "{text}"
        );
        assert!(
            text.contains("| python -c pass | wall | 10.0 ms | 11.0 ms | +10% |"),
            "{text}"
        );
    }
}
