//! Tables of text on the terminal.

use anstyle::Style;

use crate::style;

/// A table; numbers stand at the right of their column.
pub(crate) struct Table {
    header: Vec<Cell>,
    rows: Vec<Vec<Cell>>,
}

/// One field of a table.
#[derive(Clone)]
pub(crate) struct Cell {
    text: String,
    style: Style,
    right: bool,
}

impl Table {
    /// A table whose columns have these titles.
    pub(crate) fn new<const N: usize>(titles: [&str; N]) -> Self {
        Self {
            header: titles
                .iter()
                .map(|title| text(*title).styled(style::HEADING))
                .collect(),
            rows: Vec::new(),
        }
    }

    /// Adds a row.
    pub(crate) fn row<const N: usize>(&mut self, cells: [Cell; N]) {
        self.rows.push(cells.into());
    }

    /// Writes the table to standard output.
    pub(crate) fn print(&self) {
        let widths = self.widths();
        let last = widths.len().saturating_sub(1);
        for (i, row) in std::iter::once(&self.header).chain(&self.rows).enumerate() {
            let mut line = String::new();
            for (column, (cell, &width)) in row.iter().zip(&widths).enumerate() {
                let right = if i == 0 {
                    self.is_right(column)
                } else {
                    cell.right
                };
                let pad = " ".repeat(width - cell.width());
                let style = cell.style;
                let (before, after) = if right {
                    (pad.as_str(), "")
                } else {
                    ("", pad.as_str())
                };
                let after = if column == last { "" } else { after };
                line += &format!("  {before}{style}{}{style:#}{after}", cell.text);
            }
            anstream::println!("{line}");
        }
    }

    fn widths(&self) -> Vec<usize> {
        (0..self.header.len())
            .map(|column| {
                std::iter::once(&self.header)
                    .chain(&self.rows)
                    .map(|row| row[column].width())
                    .max()
                    .unwrap_or(0)
            })
            .collect()
    }

    fn is_right(&self, column: usize) -> bool {
        self.rows.first().is_some_and(|row| row[column].right)
    }
}

impl Cell {
    /// The same field in another style.
    pub(crate) fn styled(self, style: Style) -> Self {
        Self { style, ..self }
    }

    fn width(&self) -> usize {
        self.text.chars().count()
    }
}

/// A field of text.
pub(crate) fn text(text: impl Into<String>) -> Cell {
    Cell {
        text: text.into(),
        style: Style::new(),
        right: false,
    }
}

/// A field with a number.
pub(crate) fn number(text: impl Into<String>) -> Cell {
    Cell {
        text: text.into(),
        style: Style::new(),
        right: true,
    }
}
