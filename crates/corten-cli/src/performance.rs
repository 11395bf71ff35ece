//! The speed tables in the documents, made of one run of `corten bench`.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;

use anyhow::Result;

use crate::bench::Case;
use crate::demo::bytes;
use crate::error::OrProblem;
use crate::registry::Registry;
use crate::style::duration;
use crate::sync::between;

const README: &str = "README.md";
const MARKS: (&str, &str) = ("<!-- speed:begin -->", "<!-- speed:end -->");
const DOCUMENT: &str = "docs/performance.md";

/// Sizes that share a column of the README's table.
const CLASSES: [(&str, std::ops::RangeInclusive<u64>); 4] = [
    ("up to 64 bytes", 0..=64),
    ("1 KiB", 65..=4096),
    ("64 KiB", 4097..=131_072),
    ("400 kB to 1 MiB", 131_073..=u64::MAX),
];

/// Writes docs/performance.md and the table in the README. `circumstances` says what was measured
/// with.
pub(crate) fn write(registry: &Registry, cases: &[Case], circumstances: &str) -> Result<()> {
    let readme = registry.root.join(README);
    let old = fs::read_to_string(&readme).unwrap_or_default();
    let summary = format!("{}\n{circumstances}\n", summary(cases));
    save(registry, README, &between(README, &old, MARKS, &summary)?)?;
    save(registry, DOCUMENT, &document(cases, circumstances))
}

/// Writes one of the repository's documents.
pub(crate) fn save(registry: &Registry, path: &str, text: &str) -> Result<()> {
    fs::write(registry.root.join(path), text)
        .or_problem(format!("{path} can't be written"), "make the file writable")
}

/// For each module and class of sizes: the median ratio of the cases, and the smallest.
fn summary(cases: &[Case]) -> String {
    let mut text = String::from("| module |");
    for (name, _) in &CLASSES {
        let _ = write!(text, " {name} |");
    }
    text += "\n| --- |";
    text += &" ---: |".repeat(CLASSES.len());
    for (module, cases) in by(cases, |case| case.module.clone()) {
        let _ = write!(text, "\n| `{module}` |");
        for (_, sizes) in &CLASSES {
            let ratios = cases.iter().filter(|case| sizes.contains(&case.size));
            let _ = write!(
                text,
                " {} |",
                middle(ratios.map(|case| case.ratio).collect())
            );
        }
    }
    text + "\n"
}

/// `median (smallest)` of some ratios.
fn middle(mut ratios: Vec<f64>) -> String {
    ratios.sort_by(f64::total_cmp);
    match ratios.first() {
        Some(smallest) => format!("{:.1}× ({smallest:.2}×)", ratios[ratios.len() / 2]),
        None => String::new(),
    }
}

/// All cases at all sizes.
fn document(cases: &[Case], circumstances: &str) -> String {
    let mut text = format!(
        "# Performance\n\n\
         How many times faster than the C module, measured in turn in one process; medians. Written by\n\
         `cargo corten bench --docs`.\n\n{circumstances}\n"
    );
    for (module, cases) in by(cases, |case| case.module.clone()) {
        let _ = write!(
            text,
            "\n## `{module}`\n\n| case | size | C | Rust | faster |\n| --- | ---: | ---: | ---: | ---: |\n"
        );
        for case in cases {
            let _ = writeln!(
                text,
                "| {} | {} | {} | {} | {:.2}× |",
                case.name,
                bytes(case.size),
                duration(case.c),
                duration(case.rust),
                case.ratio
            );
        }
    }
    text
}

/// The cases in groups, in the order of their keys.
fn by<K: Ord>(cases: &[Case], key: impl Fn(&Case) -> K) -> BTreeMap<K, Vec<&Case>> {
    let mut groups: BTreeMap<K, Vec<&Case>> = BTreeMap::new();
    for case in cases {
        groups.entry(key(case)).or_default().push(case);
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_and_smallest() {
        let case = |size, ratio| Case {
            module: "m".into(),
            name: "n".into(),
            size,
            c: 1.0,
            rust: 1.0,
            ratio,
        };
        let text = summary(&[case(16, 2.0), case(16, 1.0), case(16, 3.0), case(1024, 5.0)]);
        assert!(
            text.ends_with("| `m` | 2.0× (1.00×) | 5.0× (5.00×) |  |  |\n"),
            "{text}"
        );
    }
}
