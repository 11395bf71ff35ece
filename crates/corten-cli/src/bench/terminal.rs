//! The results on the terminal.

use super::report::{Case, Program, Report, Start, count};
use super::statistics::{Ratio, Verdict, median};
use crate::demo::bytes;
use crate::style::{self, duration, times};
use crate::table::{Cell, Table, number, text};

/// How many of the cases that gain least are told.
const SLOWEST: usize = 12;

/// Prints the results; each case only if `all` are wanted.
pub(super) fn print(report: &Report, all: bool) {
    anstream::println!("\n{}", report.circumstances());
    if !report.cases.is_empty() {
        println!();
        print_modules(report);
        println!();
        if all {
            print_cases("All cases", &report.cases.iter().collect::<Vec<_>>());
        } else {
            print_cases("The cases that gain least", &report.slowest(SLOWEST));
        }
    }
    for (heading, programs) in [
        (
            "Whole programs, everything in C beside everything in Rust",
            &report.programs,
        ),
        ("Benchmarks of pyperformance", &report.pyperformance),
    ] {
        print_programs(heading, programs);
    }
    print_start(&report.start);
    if !report.cases.is_empty() {
        let [faster, same, slower] = count(report.cases.iter().map(|case| case.ratio));
        println!(
            "\n{faster} cases faster than C, {same} the same within the noise, {slower} slower"
        );
    }
}

fn print_modules(report: &Report) {
    let mut table = Table::new([
        "module", "median", "", "smallest", "largest", "faster", "same", "slower",
    ]);
    for (name, cases) in report.modules() {
        let ratios: Vec<f64> = cases.iter().map(|case| case.ratio.value).collect();
        let middle = median(&ratios);
        let [faster, same, slower] = count(cases.iter().map(|case| case.ratio));
        table.row([
            text(name),
            number(times(middle)),
            text(bar(middle)),
            number(times(ratios.iter().copied().fold(f64::INFINITY, f64::min))),
            number(times(ratios.iter().copied().fold(0.0, f64::max))),
            number(faster.to_string()),
            number(same.to_string()),
            number(slower.to_string()).styled(if slower > 0 {
                style::FAILED
            } else {
                style::FAINT
            }),
        ]);
    }
    table.print();
}

fn print_cases(heading: &str, cases: &[&Case]) {
    print_heading(heading);
    let mut table = Table::new([
        "module",
        "case",
        "size",
        "C",
        "Rust",
        "faster",
        "99% interval",
        "",
        "package",
    ]);
    for case in cases {
        table.row([
            text(case.module.as_str()),
            text(case.name.as_str()),
            number(bytes(case.size)),
            number(duration(case.c.median)),
            number(duration(case.rust.median)),
            verdict(case.ratio),
            number(interval(case.ratio)).styled(style::FAINT),
            text(bar(case.ratio.value)),
            text(case.package.as_ref().map_or_else(String::new, |package| {
                format!("{} {}", package.name, times(package.ratio.value))
            })),
        ]);
    }
    table.print();
}

fn print_programs(heading: &str, programs: &[Program]) {
    if programs.is_empty() {
        return;
    }
    println!();
    print_heading(heading);
    let mut table = Table::new([
        "program",
        "C",
        "Rust",
        "faster",
        "99% interval",
        "",
        "memory",
        "on Rust",
    ]);
    for program in programs {
        let (on_c, on_rust) = program.memory.map_or_else(Default::default, |(c, rust)| {
            (bytes(c as u64), bytes(rust as u64))
        });
        table.row([
            text(program.name.as_str()),
            number(duration(program.c.median)),
            number(duration(program.rust.median)),
            verdict(program.ratio),
            number(interval(program.ratio)).styled(style::FAINT),
            text(bar(program.ratio.value)),
            number(on_c),
            number(on_rust),
        ]);
    }
    table.print();
}

fn print_start(rows: &[Start]) {
    if rows.is_empty() {
        return;
    }
    println!();
    print_heading("Starting Python and importing, without Corten and with it");
    let mut table = Table::new(["", "measure", "without", "with", "more or less"]);
    for row in rows {
        table.row([
            text(row.case.as_str()),
            text(row.measure.as_str()),
            number(row.shown(row.stock)),
            number(row.shown(row.corten)),
            number(row.change()),
        ]);
    }
    table.print();
}

fn print_heading(heading: &str) {
    anstream::println!("{}{heading}{:#}", style::HEADING, style::HEADING);
}

/// `2.31×`, or that nothing can be said.
fn verdict(ratio: Ratio) -> Cell {
    match ratio.verdict() {
        Verdict::Faster => number(times(ratio.value)).styled(style::PASSED),
        Verdict::Same => number("same"),
        Verdict::Slower => number(times(ratio.value)).styled(style::FAILED),
    }
}

/// `2.28× to 2.35×`
pub(super) fn interval(ratio: Ratio) -> String {
    format!("{} to {}", times(ratio.low), times(ratio.high))
}

/// A bar to the right of 1× for what is faster, to the left for what is slower; each doubling is as long.
fn bar(ratio: f64) -> String {
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    const DOUBLING: f64 = 4.0;
    const SLOWER: usize = 4;
    let length = ratio.log2() * DOUBLING;
    if length < 0.0 {
        let cells = (-length).round().min(SLOWER as f64) as usize;
        return format!("{:>SLOWER$}│", "▒".repeat(cells));
    }
    let eighths = (length * 8.0).round() as usize;
    format!(
        "{:SLOWER$}│{}{}",
        "",
        "█".repeat(eighths / 8),
        EIGHTHS[eighths % 8]
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_begin_at_one() {
        assert_eq!(bar(1.0), "    │");
        assert_eq!(bar(2.0), "    │████");
        assert_eq!(bar(2.1), "    │████▎");
        assert_eq!(bar(0.7), "  ▒▒│");
        assert_eq!(bar(0.01), "▒▒▒▒│");
    }
}
