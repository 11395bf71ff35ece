//! The results as one page that needs nothing else.

use std::fmt::Write;

use super::chart::{self, LAPTOP, PHONE};
use super::report::{Case, Program, Report, count};
use super::statistics::{Ratio, Verdict, median};
use super::svg::{STYLE, Svg, escaped};
use super::terminal::interval;
use crate::demo::bytes;
use crate::style::{duration, times};

const PAGE_STYLE: &str = "\
*{box-sizing:border-box}\
body{margin:0 auto;padding:24px 16px 64px;max-width:892px;background:var(--ground);color:var(--text);\
font:16px/1.5 system-ui,-apple-system,'Segoe UI',sans-serif}\
h1{font-size:28px;line-height:1.2;margin:0 0 8px}h2{font-size:20px;margin:40px 0 4px}p{margin:0 0 12px;max-width:70ch}\
.faint{color:var(--faint)}p.faint{font-size:14px}strong.rust{color:var(--rust)}\
.phone{display:none}svg{display:block;max-width:100%;height:auto}\
.scroll{overflow-x:auto;font-size:14px}table{border-collapse:collapse;width:100%;font-size:inherit}\
th,td{padding:4px 12px 4px 0;text-align:right;border-bottom:1px solid var(--grid);white-space:nowrap}\
th{color:var(--faint);font-weight:500}th:first-child,td:first-child{text-align:left;white-space:normal}\
td{font-variant-numeric:tabular-nums}td.verdict{font-weight:600}td.slower{color:var(--rust)}td.same{color:var(--faint)}\
.machine{font-size:14px}.machine td{text-align:left;white-space:normal;overflow-wrap:anywhere;vertical-align:top}\
.machine td:first-child{color:var(--faint);min-width:10em}\
details{border-bottom:1px solid var(--grid)}summary{padding:8px 0;cursor:pointer}\
summary code{font-size:15px;font-weight:600}\
@media(max-width:700px){.laptop{display:none}.phone{display:block}.detail{display:none}\
.scroll{font-size:13px}}";

/// The page.
pub(super) fn page(report: &Report) -> String {
    let mut page = format!(
        "<!doctype html>\n<html lang='en'><head><meta charset='utf-8'>\
         <meta name='viewport' content='width=device-width,initial-scale=1'>\
         <meta name='color-scheme' content='light dark'><title>Corten beside C</title>\
         <style>{STYLE}{PAGE_STYLE}</style></head><body>\n"
    );
    let mut sections = Page(&mut page);
    sections.introduction(report);
    if !report.cases.is_empty() {
        sections.cases(report);
    }
    sections.programs("Whole programs", PROGRAMS, &report.programs);
    sections.programs("pyperformance", PYPERFORMANCE, &report.pyperformance);
    sections.start(report);
    sections.tables(report);
    sections.method(report);
    page + "</body></html>\n"
}

const PROGRAMS: &str = "Each run is a process of its own, with everything in C or with all of Corten's modules in Rust. \
                        The rest of a program's work is the same on both.";
const PYPERFORMANCE: &str =
    "Those of its benchmarks whose time goes to modules of C, for the most part.";

struct Page<'a>(&'a mut String);

impl Page<'_> {
    fn introduction(&mut self, report: &Report) {
        self.add("<h1>Corten’s Rust beside CPython’s C</h1>");
        if !report.cases.is_empty() {
            let [faster, same, slower] = count(report.cases.iter().map(|case| case.ratio));
            let ratios: Vec<f64> = report.cases.iter().map(|case| case.ratio.value).collect();
            self.add(&format!(
                "<p>Of {} cases {}, <strong class='rust'>{faster} are faster</strong> than C, {same} are \
                 the same within the noise, and {slower} are slower. The median is {}.</p>",
                report.cases.len(),
                match report.modules().len() {
                    1 => "of one module".to_owned(),
                    count => format!("of {count} modules"),
                },
                times(median(&ratios)),
            ));
        }
        self.add(&format!(
            "<p class='faint'>{}</p>",
            escaped(&report.circumstances())
        ));
    }

    fn cases(&mut self, report: &Report) {
        self.section(
            "By module",
            "Each dot is a case at one size of input: how many times faster it is than C.",
        );
        self.chart("Speed of each module", |width| {
            chart::by_module(report, width)
        });
        self.section(
            "By size of input",
            "The cases of all modules. Small inputs show what a call costs.",
        );
        self.chart("Speed by size of input", |width| {
            chart::by_size(report, width)
        });
        self.section(
            "The cases that gain least",
            "The line is the 99% interval; a ring stands for a difference that is inside the noise.",
        );
        self.chart("The slowest cases", |width| chart::slowest(report, width));
    }

    fn programs(&mut self, title: &str, text: &str, programs: &[Program]) {
        if programs.is_empty() {
            return;
        }
        self.section(title, text);
        self.chart(title, |width| chart::programs(programs, width));
        if programs.iter().all(|program| program.memory.is_none()) {
            return;
        }
        let rows = programs.iter().filter_map(|program| {
            let (c, rust) = program.memory?;
            let cells = [escaped(&program.name), bytes(c as u64), bytes(rust as u64)];
            Some(cells.map(|cell| format!("<td>{cell}</td>")).concat())
        });
        self.table(&["most memory at once", "C", "Rust"], rows);
    }

    fn start(&mut self, report: &Report) {
        if report.start.is_empty() {
            return;
        }
        self.section(
            "Start, imports, memory, files",
            "An environment without Corten beside the same one with it.",
        );
        let rows = report.start.iter().map(|row| {
            let cells = [
                escaped(&format!("{}, {}", row.case, row.measure)),
                row.shown(row.stock),
                row.shown(row.corten),
                row.change(),
            ];
            cells.map(|cell| format!("<td>{cell}</td>")).concat()
        });
        self.table(&["", "without", "with", "more or less"], rows);
    }

    fn tables(&mut self, report: &Report) {
        if report.cases.is_empty() {
            return;
        }
        self.section("All cases", "Times of one call: the medians of the processes’ best values, and half the distance of the quartiles of all values.");
        for (name, cases) in report.modules() {
            let ratios: Vec<f64> = cases.iter().map(|case| case.ratio.value).collect();
            self.add(&format!(
                "<details><summary><code>{}</code> <span class='faint'>{} cases, median {}, smallest {}</span></summary>",
                escaped(name),
                cases.len(),
                times(median(&ratios)),
                times(ratios.iter().copied().fold(f64::INFINITY, f64::min)),
            ));
            let has_packages = cases.iter().any(|case| case.package.is_some());
            let titles = [
                "case",
                "C",
                "±",
                "Rust",
                "±",
                "faster",
                "99% interval",
                "package",
            ];
            self.table(
                &titles[..7 + usize::from(has_packages)],
                cases.iter().map(|case| row(case, has_packages)),
            );
            self.add("</details>");
        }
    }

    fn method(&mut self, report: &Report) {
        self.section("How it was measured", "");
        self.add(&format!(
            "<p>By pyperf {}, in {} rounds. In each round, a fresh process for each implementation; they take turns \
             case by case, and on one processor, so that what else the machine does hits all of them alike. The best \
             value of a process counts; the times are the medians of these. The ratio is the Hodges–Lehmann estimate of \
             the rounds’ ratios, the interval that of Wilcoxon’s signed-rank test at 99%. A difference is called one if \
             the interval leaves out 1 and it is more than 1%.</p>",
            escaped(report.machine.get("perf_version").and_then(|v| v.as_str()).unwrap_or("")),
            report.rounds,
        ));
        self.add("<table class='machine'>");
        for name in MACHINE {
            if let Some(value) = report.machine.get(name) {
                let value = value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned);
                self.add(&format!(
                    "<tr><td>{}</td><td>{}</td></tr>",
                    name.replace('_', " "),
                    escaped(&value)
                ));
            }
        }
        self.add("</table>");
    }

    fn section(&mut self, title: &str, text: &str) {
        self.add(&format!("<h2>{title}</h2>"));
        if !text.is_empty() {
            self.add(&format!("<p class='faint'>{text}</p>"));
        }
    }

    /// A chart in two widths, of which the page shows the one that fits.
    fn chart(&mut self, title: &str, draw: impl Fn(f64) -> (Svg, f64)) {
        for (class, width) in [("laptop", LAPTOP), ("phone", PHONE)] {
            let (svg, height) = draw(width);
            let _ = writeln!(
                self.0,
                "<div class='{class}'>{}</div>",
                svg.inline(height, title)
            );
        }
    }

    fn table(&mut self, titles: &[&str], rows: impl Iterator<Item = String>) {
        self.add("<div class='scroll'><table><tr>");
        for title in titles {
            let class = if is_detail(title) {
                " class='detail'"
            } else {
                ""
            };
            self.add(&format!("<th{class}>{title}</th>"));
        }
        self.add("</tr>");
        for row in rows {
            self.add(&format!("<tr>{row}</tr>"));
        }
        self.add("</table></div>");
    }

    fn add(&mut self, text: &str) {
        *self.0 += text;
        self.0.push('\n');
    }
}

/// What pyperf knows of the machine that matters.
const MACHINE: [&str; 11] = [
    "date",
    "cpu_model_name",
    "cpu_count",
    "cpu_freq",
    "platform",
    "python_version",
    "python_compiler",
    "python_config_args",
    "aslr",
    "load_avg_1min",
    "timer",
];

/// Columns that a phone has no room for.
fn is_detail(title: &str) -> bool {
    ["±", "99% interval"].contains(&title)
}

fn row(case: &Case, has_packages: bool) -> String {
    let mut row = format!(
        "<td>{}, {}</td><td>{}</td><td class='detail faint'>± {:.1}%</td><td>{}</td>\
         <td class='detail faint'>± {:.1}%</td>{}<td class='detail faint'>{}</td>",
        escaped(&case.name),
        bytes(case.size),
        duration(case.c.median),
        case.c.spread() * 100.0,
        duration(case.rust.median),
        case.rust.spread() * 100.0,
        verdict(case.ratio),
        interval(case.ratio),
    );
    if has_packages {
        let package = case.package.as_ref().map_or_else(String::new, |package| {
            let Ratio { value, .. } = package.ratio;
            format!("{} {}", escaped(&package.name), times(value))
        });
        let _ = write!(row, "<td>{package}</td>");
    }
    row
}

fn verdict(ratio: Ratio) -> String {
    let (class, text) = match ratio.verdict() {
        Verdict::Faster => ("faster", times(ratio.value)),
        Verdict::Same => ("same", "same".to_owned()),
        Verdict::Slower => ("slower", times(ratio.value)),
    };
    format!("<td class='verdict {class}'>{text}</td>")
}

#[cfg(test)]
mod tests {
    use super::super::report::tests::report;
    use super::*;

    #[test]
    fn the_page_needs_nothing_else() {
        let page = page(&report());
        let with_names = page.matches("http").count();
        assert_eq!(with_names, page.matches("xmlns='http").count());
        for reference in ["src=", "href=", "url(", "@import", "<script"] {
            assert!(!page.contains(reference), "{reference}");
        }
    }

    #[test]
    fn it_has_every_case_and_what_was_measured_with() {
        let page = page(&report());
        assert!(page.contains("<td>loads &lt;x&gt;, 16 B</td>"), "{page}");
        assert!(page.contains("<td>orjson 4.00×</td>"), "{page}");
        assert!(
            page.contains("<td class='verdict same'>same</td>"),
            "{page}"
        );
        assert!(
            page.contains("orjson 3.13.0, Abacus, 2 processors"),
            "{page}"
        );
        assert!(page.contains("2026-11-25"), "{page}");
    }

    #[test]
    fn what_was_not_measured_is_left_out() {
        let page = page(&Report::default());
        assert!(
            !page.contains("By module") && !page.contains("Whole programs"),
            "{page}"
        );
    }
}
