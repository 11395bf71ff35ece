//! The charts: how many times faster than C, on a logarithmic axis.

use super::report::{Case, Program, Report};
use super::statistics::{Ratio, Verdict, median, quartiles};
use super::svg::{Anchor, Svg};
use crate::demo::bytes;
use crate::style::{duration, times};

/// The sizes of input that are shown together.
pub(super) const SIZES: [(&str, std::ops::RangeInclusive<u64>); 5] = [
    ("up to 64 bytes", 0..=64),
    ("1 KiB", 65..=4096),
    ("64 KiB", 4097..=131_072),
    ("400 kB to 1 MiB", 131_073..=2_000_000),
    ("10 MB", 2_000_001..=u64::MAX),
];

/// Where the charts are shown, by the width in pixels.
pub(super) const LAPTOP: f64 = 860.0;
pub(super) const PHONE: f64 = 350.0;

const ROW: f64 = 28.0;
const HEAD: f64 = 28.0;
const LETTER: f64 = 8.0;

/// What a chart of cases shows in a row.
struct Strip<'a> {
    label: String,
    cases: Vec<&'a Case>,
}

/// Each module's cases, the quickest module first.
pub(super) fn by_module(report: &Report, width: f64) -> (Svg, f64) {
    let mut strips: Vec<Strip<'_>> = report
        .modules()
        .into_iter()
        .map(|(name, cases)| Strip {
            label: name.to_owned(),
            cases,
        })
        .collect();
    strips.sort_by(|a, b| b.median().total_cmp(&a.median()));
    draw_strips(&strips, width)
}

/// The cases of all modules by the size of their input.
pub(super) fn by_size(report: &Report, width: f64) -> (Svg, f64) {
    let strips: Vec<Strip<'_>> = SIZES
        .iter()
        .map(|(label, sizes)| Strip {
            label: (*label).to_owned(),
            cases: of_sizes(&report.cases, sizes),
        })
        .filter(|strip| !strip.cases.is_empty())
        .collect();
    draw_strips(&strips, width)
}

/// The cases whose size lies in a range.
pub(super) fn of_sizes<'a>(
    cases: impl IntoIterator<Item = &'a Case>,
    sizes: &std::ops::RangeInclusive<u64>,
) -> Vec<&'a Case> {
    let is_of_size = |case: &&Case| sizes.contains(&case.size);
    cases.into_iter().filter(is_of_size).collect()
}

impl Strip<'_> {
    fn ratios(&self) -> Vec<f64> {
        self.cases.iter().map(|case| case.ratio.value).collect()
    }

    fn median(&self) -> f64 {
        median(&self.ratios())
    }

    fn packages(&self) -> Vec<f64> {
        let packages = self.cases.iter().filter_map(|case| case.package.as_ref());
        packages.map(|package| package.ratio.value).collect()
    }
}

fn draw_strips(strips: &[Strip<'_>], width: f64) -> (Svg, f64) {
    let letters = strips.iter().map(|strip| strip.label.chars().count());
    let left = letters.max().unwrap_or(0) as f64 * LETTER + 16.0;
    let all = strips
        .iter()
        .flat_map(|strip| strip.ratios().into_iter().chain(strip.packages()));
    let scale = Scale::over(all, left, width - 62.0);
    let mut svg = Svg::new(width);
    let bottom = HEAD + ROW * strips.len() as f64;
    scale.draw(&mut svg, bottom);
    for (row, strip) in strips.iter().enumerate() {
        let y = HEAD + ROW * (row as f64 + 0.5);
        svg.text(left - 12.0, y + 4.5, Anchor::End, "", &strip.label);
        draw_strip(&mut svg, strip, &scale, y);
        let value = times(strip.median());
        svg.text(width - 6.0, y + 4.5, Anchor::End, "value", &value);
    }
    let has_packages = strips.iter().any(|strip| !strip.packages().is_empty());
    let height = draw_legend(&mut svg, has_packages, width, bottom + 24.0);
    (svg, height)
}

fn draw_strip(svg: &mut Svg, strip: &Strip<'_>, scale: &Scale, y: f64) {
    let (low, high) = quartiles(&strip.ratios());
    let (low, high) = (scale.x(low), scale.x(high));
    svg.rectangle((low, y - 8.0), ((high - low).max(1.0), 16.0), "half");
    for case in &strip.cases {
        let about = format!("{}: {}", title(case), times(case.ratio.value));
        svg.dot(scale.x(case.ratio.value), y, 2.5, "case", &about);
    }
    let middle = scale.x(strip.median());
    svg.line((middle, y - 10.0), (middle, y + 10.0), "median");
    let packages = strip.packages();
    if !packages.is_empty() {
        svg.diamond(scale.x(median(&packages)), y, "package");
    }
}

/// Says what the shapes mean; gives the height of the whole.
fn draw_legend(svg: &mut Svg, has_packages: bool, width: f64, top: f64) -> f64 {
    let entries = [
        "a case",
        "the middle half",
        "median",
        "median of the packages",
    ];
    let (mut x, mut y) = (8.0, top);
    for (i, text) in entries
        .iter()
        .enumerate()
        .take(3 + usize::from(has_packages))
    {
        let advance = 24.0 + text.len() as f64 * 6.4;
        if x + advance > width {
            (x, y) = (8.0, y + 20.0);
        }
        match i {
            0 => svg.dot(x + 6.0, y - 4.0, 2.5, "case", ""),
            1 => svg.rectangle((x, y - 12.0), (12.0, 16.0), "half"),
            2 => svg.line((x + 6.0, y - 13.0), (x + 6.0, y + 5.0), "median"),
            _ => svg.diamond(x + 6.0, y - 4.0, "package"),
        }
        svg.text(x + 18.0, y, Anchor::Start, "faint", text);
        x += advance + 12.0;
    }
    y + 12.0
}

/// The cases that gain least, each with its interval.
pub(super) fn slowest(report: &Report, width: f64) -> (Svg, f64) {
    let cases = report.slowest(20);
    let ends = cases
        .iter()
        .flat_map(|case| [case.ratio.low, case.ratio.high]);
    let scale = Scale::over(ends, 10.0, width - 62.0);
    let row = 38.0;
    let mut svg = Svg::new(width);
    let bottom = HEAD + row * cases.len() as f64;
    scale.draw(&mut svg, bottom);
    for (i, case) in cases.iter().enumerate() {
        let y = HEAD + row * i as f64 + 26.0;
        let label = shortened(&title(case), ((width - 20.0) / 6.2) as usize);
        svg.text(10.0, y - 10.0, Anchor::Start, "faint label", &label);
        let Ratio { value, low, high } = case.ratio;
        svg.line((scale.x(low), y), (scale.x(high), y), "range");
        let (class, text) = match case.ratio.verdict() {
            Verdict::Same => ("same", "same".to_owned()),
            _ => ("rust", times(value)),
        };
        svg.dot(scale.x(value), y, 4.0, class, &times(value));
        svg.text(width - 6.0, y + 4.5, Anchor::End, "value", &text);
    }
    (svg, bottom + 8.0)
}

/// Programs, with the time that each takes on C and on Rust.
pub(super) fn programs(programs: &[Program], width: f64) -> (Svg, f64) {
    let row = 62.0;
    let room = width - 190.0;
    let mut svg = Svg::new(width);
    for (i, program) in programs.iter().enumerate() {
        let y = row * i as f64 + 16.0;
        svg.text(6.0, y, Anchor::Start, "", &program.name);
        let longest = program.c.median.max(program.rust.median);
        let verdict = match program.ratio.verdict() {
            Verdict::Same => "same".to_owned(),
            _ => times(program.ratio.value),
        };
        let bars = [
            ("c", program.c.median, "C ", String::new()),
            ("rust", program.rust.median, "Rust ", format!(", {verdict}")),
        ];
        for (n, (class, seconds, side, note)) in bars.into_iter().enumerate() {
            let top = y + 7.0 + 17.0 * n as f64;
            let length = room * seconds / longest;
            svg.rectangle((6.0, top), (length, 13.0), class);
            let text = format!("{side}{}{note}", duration(seconds));
            svg.text(length + 13.0, top + 11.0, Anchor::Start, "", &text);
        }
    }
    (svg, row * programs.len() as f64)
}

/// `zlib: crc32, 16 B`
pub(super) fn title(case: &Case) -> String {
    format!("{}: {}, {}", case.module, case.name, bytes(case.size))
}

fn shortened(text: &str, letters: usize) -> String {
    if text.chars().count() <= letters {
        return text.to_owned();
    }
    let kept: String = text.chars().take(letters.saturating_sub(1)).collect();
    kept + "…"
}

/// A logarithmic axis.
struct Scale {
    low: f64,
    high: f64,
    left: f64,
    right: f64,
}

impl Scale {
    /// The axis between two places that has room for some values, and for 1.
    fn over(values: impl Iterator<Item = f64>, left: f64, right: f64) -> Self {
        let (low, high) = values.fold((0.9_f64, 1.25_f64), |(low, high), value| {
            (low.min(value), high.max(value))
        });
        Self {
            low: low / 1.04,
            high: high * 1.04,
            left,
            right,
        }
    }

    fn x(&self, value: f64) -> f64 {
        let share = (value / self.low).ln() / (self.high / self.low).ln();
        self.left + (self.right - self.left) * share
    }

    /// Marks that are far enough from each other for their numbers.
    fn ticks(&self) -> Vec<f64> {
        let mut ticks = vec![1.0];
        // The rounder ones come first, where there is no room for all.
        for step in [1.0, 2.0, 5.0, 3.0, 1.5, 7.0, 9.0, 1.2, 1.1] {
            for power in -3..4 {
                let tick = if power < 0 {
                    step / 10_f64.powi(-power)
                } else {
                    step * 10_f64.powi(power)
                };
                let is_apart = |other: &f64| (self.x(*other) - self.x(tick)).abs() > 46.0;
                if (self.low..=self.high).contains(&tick) && ticks.iter().all(is_apart) {
                    ticks.push(tick);
                }
            }
        }
        ticks
    }

    fn draw(&self, svg: &mut Svg, bottom: f64) {
        for tick in self.ticks() {
            let x = self.x(tick);
            let (class, text) = if tick == 1.0 {
                ("one", "C = 1×".to_owned())
            } else {
                ("grid", format!("{tick}×"))
            };
            svg.line((x, HEAD - 6.0), (x, bottom), class);
            svg.text(x, HEAD - 12.0, Anchor::Middle, "faint", &text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_axis_is_logarithmic_and_has_room_for_1() {
        let scale = Scale::over([2.0, 40.0].into_iter(), 100.0, 500.0);
        assert!(scale.x(1.0) > 100.0 && scale.x(40.0) < 500.0);
        let step = |from: f64, to: f64| scale.x(to) - scale.x(from);
        assert!((step(1.0, 4.0) - step(4.0, 16.0)).abs() < 1e-9);
    }

    #[test]
    fn ticks_keep_apart() {
        let scale = Scale::over([0.2, 300.0].into_iter(), 0.0, 350.0);
        let mut places: Vec<f64> = scale.ticks().iter().map(|tick| scale.x(*tick)).collect();
        places.sort_by(f64::total_cmp);
        assert!(places.len() >= 3, "{places:?}");
        assert!(
            places.windows(2).all(|pair| pair[1] - pair[0] > 46.0),
            "{places:?}"
        );
        assert!(scale.ticks().contains(&1.0));
    }

    #[test]
    fn long_titles_are_cut() {
        assert_eq!(shortened("short", 5), "short");
        assert_eq!(shortened("größer", 5), "größ…");
    }
}
