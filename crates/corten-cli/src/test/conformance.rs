//! docs/conformance.md: how builds compare with stock, a row for each.

use std::fs;

use anyhow::Result;

use super::conformity::Totals;
use crate::python::Interpreter;
use crate::registry::Registry;
use crate::style::thousands;
use crate::sync::{between, save};

const DOCUMENT: &str = "docs/conformance.md";
const MARKS: (&str, &str) = ("<!-- conformance:begin -->", "<!-- conformance:end -->");

/// The document without results.
const EMPTY: &str = "\
# Conformance

CPython's own regression suite, on CPython with Rust inside and on stock CPython that was built the same way from the
same source, compared test by test. Written by `cargo corten test --full --docs`.

<!-- conformance:begin -->
<!-- conformance:end -->

A difference is a test or a file that fails, crashes, times out or is skipped with Rust where it passes without, in two
runs one after the other; so is a file that runs fewer tests. What was worse in one of these runs only is counted apart.
Tests that skip themselves where a module is built in (`modules/*/built-in-skips.toml` names them) are no difference.

Both interpreters run

```sh
python -m test -u all,-network,-gui --timeout 1200
```

which is every test but those that need a network or a screen. The results on stock are kept in `conformance/`: for
each file how many tests passed, and the outcome of every test that did not.

To repeat it:

```sh
cargo corten build 3.14.7 --prefix DIR
cargo corten test --python DIR/bin/python3.14 --full
```

To measure the stock interpreter anew, on this machine:

```sh
cargo corten build 3.14.7 --modules none --prefix STOCK
cargo corten test --python DIR/bin/python3.14 --full --stock STOCK/bin/python3.14
```
";

const HEADER: &str = "\
| CPython | platform | test files | tests | passed on stock | with Rust | skipped on stock | with Rust \
| failed on both | worse once | differences |
| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
";

/// Writes the row of a build; those of others stay.
pub(super) fn write(registry: &Registry, interpreter: &Interpreter, totals: &Totals) -> Result<()> {
    let old = fs::read_to_string(registry.root.join(DOCUMENT)).unwrap_or_else(|_| EMPTY.to_owned());
    let table = table(&old, &row(&interpreter.label(), totals));
    save(registry, DOCUMENT, &between(DOCUMENT, &old, MARKS, &table)?)
}

fn row(label: &str, totals: &Totals) -> String {
    let numbers = [
        totals.files,
        totals.tests,
        totals.stock_passed,
        totals.passed,
        totals.stock_skipped,
        totals.skipped,
        totals.failed_on_both,
        totals.worse_once,
        totals.differences,
    ];
    let numbers = numbers.map(thousands).join(" | ");
    format!("| {label} | {} | {numbers} |", totals.platform)
}

/// The table with a row put in the place of that of the same build and platform.
fn table(old: &str, row: &str) -> String {
    let key = |row: &str| {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let [_, label, platform, ..] = cells[..] else {
            return None;
        };
        let is_build = label.starts_with(|c: char| c.is_ascii_digit());
        is_build.then(|| (version(label), platform.to_owned()))
    };
    let same = key(row);
    let mut rows: Vec<&str> = old
        .lines()
        .filter(|line| line.starts_with('|') && key(line).is_some() && key(line) != same)
        .chain([row])
        .collect();
    rows.sort_by_key(|row| key(row));
    format!("{HEADER}{}\n", rows.join("\n"))
}

/// The parts of a label, so that 3.9.1 comes before 3.14.0, and that before 3.14.0t.
fn version(label: &str) -> (Vec<u32>, String) {
    let digits = label.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let numbers = digits.split('.').map(|part| part.parse().unwrap_or(0));
    (numbers.collect(), label[digits.len()..].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_takes_the_place_of_its_own() {
        let totals = |passed: u64| Totals {
            platform: "linux".to_owned(),
            files: 492,
            passed,
            ..Totals::default()
        };
        let write = |old: &str, label: &str, passed: u64| {
            let table = table(old, &row(label, &totals(passed)));
            between(DOCUMENT, old, MARKS, &table).unwrap()
        };
        let mut text = write(EMPTY, "3.14.7t", 1);
        for (label, passed) in [("3.9.1", 2), ("3.14.7", 3), ("3.9.1", 40_000)] {
            text = write(&text, label, passed);
        }
        let rows: Vec<&str> = text
            .lines()
            .filter(|line| line.starts_with("| 3"))
            .collect();
        assert_eq!(
            rows,
            [
                "| 3.9.1 | linux | 492 | 0 | 0 | 40,000 | 0 | 0 | 0 | 0 | 0 |",
                "| 3.14.7 | linux | 492 | 0 | 0 | 3 | 0 | 0 | 0 | 0 | 0 |",
                "| 3.14.7t | linux | 492 | 0 | 0 | 1 | 0 | 0 | 0 | 0 | 0 |",
            ]
        );
        assert!(text.ends_with(EMPTY.split_once(MARKS.1).unwrap().1));
    }
}
