//! Drawing: the few shapes that the charts need.

use std::fmt::{Display, Write};

/// A picture that grows from top to bottom. What its shapes look like is up to the classes.
pub(super) struct Svg {
    width: f64,
    body: String,
}

/// Where a text stands, seen from its point.
#[derive(Clone, Copy)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// The colours: a neutral one for C, one hue for Rust, another one for packages; and what the classes look like.
pub(super) const STYLE: &str = "\
:root{--ground:#fff;--text:#1d1d1f;--faint:#5c6066;--grid:#e3e4e8;--c:#73777f;--rust:#b0400c;--package:#1f63b5}\
@media(prefers-color-scheme:dark){\
:root{--ground:#16171a;--text:#ececee;--faint:#a3a7ae;--grid:#2f3237;--c:#9599a1;--rust:#f28c57;--package:#7fb4f5}}\
svg{font:13px system-ui,-apple-system,'Segoe UI',sans-serif}\
svg text{fill:var(--text)}svg .faint{fill:var(--faint);font-size:12px}svg .value{font-weight:600}\
svg .label{paint-order:stroke;stroke:var(--ground);stroke-width:4px;stroke-linejoin:round}\
svg .grid{stroke:var(--grid)}svg .one{stroke:var(--c);stroke-width:1.5}\
svg .range{stroke:var(--rust);stroke-width:1.5}svg .case{fill:var(--rust);fill-opacity:.45}\
svg .half{fill:var(--rust);fill-opacity:.22}svg .median{stroke:var(--rust);stroke-width:3}\
svg .rust{fill:var(--rust)}svg .same{fill:var(--ground);stroke:var(--rust);stroke-width:1.5}\
svg .c{fill:var(--c)}svg .package{fill:var(--package)}";

impl Svg {
    pub(super) fn new(width: f64) -> Self {
        Self {
            width,
            body: String::new(),
        }
    }

    pub(super) fn text(&mut self, x: f64, y: f64, anchor: Anchor, class: &str, text: &str) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let text = escaped(text);
        self.add(format_args!(
            "<text x='{x:.1}' y='{y:.1}' text-anchor='{anchor}' class='{class}'>{text}</text>"
        ));
    }

    pub(super) fn line(&mut self, from: (f64, f64), to: (f64, f64), class: &str) {
        self.add(format_args!(
            "<line x1='{:.1}' y1='{:.1}' x2='{:.1}' y2='{:.1}' class='{class}'/>",
            from.0, from.1, to.0, to.1
        ));
    }

    /// A rectangle; `corner` is its upper left one.
    pub(super) fn rectangle(&mut self, corner: (f64, f64), size: (f64, f64), class: &str) {
        self.add(format_args!(
            "<rect x='{:.1}' y='{:.1}' width='{:.1}' height='{:.1}' rx='2' class='{class}'/>",
            corner.0, corner.1, size.0, size.1
        ));
    }

    /// A dot; `about` is shown when one points at it.
    pub(super) fn dot(&mut self, x: f64, y: f64, radius: f64, class: &str, about: &str) {
        let about = escaped(about);
        self.add(format_args!(
            "<circle cx='{x:.1}' cy='{y:.1}' r='{radius}' class='{class}'><title>{about}</title></circle>"
        ));
    }

    pub(super) fn diamond(&mut self, x: f64, y: f64, class: &str) {
        self.add(format_args!(
            "<path d='M{x:.1} {:.1}l5 5l-5 5l-5-5z' class='{class}'/>",
            y - 5.0
        ));
    }

    /// The picture, to stand in a page that has the [`STYLE`]; `title` is for those who can't see it.
    pub(super) fn inline(self, height: f64, title: &str) -> String {
        self.element(height, title, "")
    }

    /// The picture as a file of its own.
    pub(super) fn file(self, height: f64, title: &str) -> String {
        let ground = format!(
            "<style>{STYLE}</style><rect width='100%' height='100%' rx='8' fill='var(--ground)'/>"
        );
        self.element(height, title, &ground) + "\n"
    }

    fn element(self, height: f64, title: &str, ground: &str) -> String {
        let Self { width, body } = self;
        let title = escaped(title);
        format!(
            "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {height}' width='{width}' height='{height}' \
             role='img' aria-label='{title}'>{ground}\n{body}</svg>"
        )
    }

    fn add(&mut self, shape: impl Display) {
        let _ = writeln!(self.body, "{shape}");
    }
}

/// Text as XML and HTML have it, in attributes, too.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '"' => out += "&quot;",
            '\'' => out += "&#39;",
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_escaped() {
        let mut svg = Svg::new(100.0);
        svg.text(1.0, 2.0, Anchor::End, "faint", "loads {'x': <1 & 2>}");
        svg.dot(1.0, 2.0, 3.0, "case", "\"a\"");
        let text = svg.inline(50.0, "Zoë's");
        assert!(
            text.contains("loads {&#39;x&#39;: &lt;1 &amp; 2&gt;}"),
            "{text}"
        );
        assert!(text.contains("<title>&quot;a&quot;</title>"), "{text}");
        assert!(text.contains("aria-label='Zoë&#39;s'"), "{text}");
        assert!(text.contains("viewBox='0 0 100 50'"), "{text}");
    }

    #[test]
    fn a_file_brings_its_style_and_nothing_from_elsewhere() {
        let text = Svg::new(100.0).file(50.0, "empty");
        assert!(text.contains("prefers-color-scheme:dark"));
        assert_eq!(text.matches("http").count(), 1, "the name space only");
    }
}
