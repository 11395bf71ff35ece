//! The audit as tables.

use super::dependencies::{Dependency, Part};
use super::panics::Kind;
use super::{Advisories, Audit};
use crate::style::{self, thousands};
use crate::table::{Cell, Table, number, text};

pub(super) fn print(audit: &Audit, verbose: bool) {
    print_unsafe(audit);
    print_dependencies(audit);
    print_panics(audit, verbose);
    anstream::println!("\n{}", advisories(&audit.advisories));
    for fault in &audit.faults {
        anstream::println!("{0}✗{0:#} {fault}", style::FAILED);
    }
    if audit.faults.is_empty() {
        anstream::println!("{0}✓{0:#} no rule is broken", style::PASSED);
    }
}

fn print_unsafe(audit: &Audit) {
    let mut table = Table::new([
        "crate",
        "unsafe blocks",
        "fns",
        "impls",
        "linkage",
        "without SAFETY",
    ]);
    for item in &audit.unsafe_code {
        let bare = item.undocumented.len();
        table.row([
            text(item.name.as_str()),
            number(thousands(item.count.blocks)),
            number(thousands(item.count.functions)),
            number(thousands(item.count.impls)),
            number(thousands(item.count.linkage)),
            count(bare).styled(if bare == 0 {
                style::PASSED
            } else {
                style::FAILED
            }),
        ]);
    }
    table.print();
}

fn print_dependencies(audit: &Audit) {
    println!();
    let mut table = Table::new(["dependency", "version", "licence", "in", "for"]);
    for item in &audit.dependencies.0 {
        let part = match item.part {
            Part::Library => "library",
            Part::Program => "program",
            Part::Building => "building",
        };
        table.row([
            text(item.name.as_str()),
            text(item.version.as_str()),
            text(item.licence.as_deref().unwrap_or("none")),
            text(part),
            text(purpose(item)),
        ]);
    }
    table.print();
}

fn purpose(item: &Dependency) -> String {
    match &item.purpose {
        Some(purpose) => purpose.clone(),
        None => format!("used by {}", item.used_by.join(", ")),
    }
}

fn print_panics(audit: &Audit, verbose: bool) {
    println!();
    let kinds = [
        Kind::Unwrap,
        Kind::Expect,
        Kind::Panic,
        Kind::Unreachable,
        Kind::Index,
    ];
    let mut table = Table::new([
        "what can panic in",
        "unwrap",
        "expect",
        "panic!",
        "unreachable!",
        "[]",
    ]);
    for item in &audit.panics {
        let [unwrap, expect, panic, unreachable, index] = kinds.map(|kind| count(item.count(kind)));
        table.row([
            text(item.name.as_str()),
            unwrap,
            expect,
            panic,
            unreachable,
            index,
        ]);
    }
    table.print();
    if verbose {
        println!();
        for place in audit.panics.iter().flat_map(|item| &item.places) {
            println!("{}: {}", place.place, title(place.kind));
        }
    }
}

fn title(kind: Kind) -> &'static str {
    match kind {
        Kind::Unwrap => "unwrap",
        Kind::Expect => "expect",
        Kind::Panic => "panic!",
        Kind::Unreachable => "unreachable!",
        Kind::Index => "[]",
    }
}

fn advisories(advisories: &Advisories) -> String {
    match advisories {
        Advisories::None => "advisories: none".into(),
        Advisories::Found(_) => "advisories: some".into(),
        Advisories::NotChecked(why) => {
            format!("{0}advisories: not checked{0:#} ({why})", style::NOTE)
        }
    }
}

fn count(items: usize) -> Cell {
    number(thousands(items as u64))
}
