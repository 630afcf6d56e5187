//! The table of probability by severity as it is drawn, with the cell that a judgement lies in.

use crate::risk::method::table::{ROWS, SEVERITIES, row_text, severity_text};
use crate::risk::pages::tone;
use crate::web::frame::Frame;

/// A cell.
pub struct Cell {
    /// Style class of the cell.
    pub tone: &'static str,
    /// The level in words.
    pub word: String,
    /// The severity.
    pub severity: i32,
    /// Whether the judgement lies in it.
    pub lit: bool,
}

/// A row.
pub struct Row {
    /// Its place.
    pub at: usize,
    /// Its name.
    pub name: String,
    /// Its cells.
    pub cells: Vec<Cell>,
}

/// The table.
pub struct Matrix {
    /// The severities with what they mean.
    pub severities: Vec<(i32, String)>,
    /// The rows, the most probable first.
    pub rows: Vec<Row>,
}

/// The table, with the cell of a row and a severity lit.
pub fn matrix(f: &Frame, lit: Option<(usize, i32)>) -> Matrix {
    let cell = |at: usize, severity: i32, level: crate::risk::method::table::Level| Cell {
        tone: tone(level),
        word: f.say(&level.text()).to_owned(),
        severity,
        lit: lit == Some((at, severity)),
    };
    let row = |(at, levels): (usize, &[crate::risk::method::table::Level; 4])| Row {
        at,
        name: f.say(&row_text(at)).to_owned(),
        cells: SEVERITIES.iter().zip(levels).map(|(severity, level)| cell(at, *severity, *level)).collect(),
    };
    Matrix {
        severities: SEVERITIES
            .iter()
            .map(|severity| (*severity, f.say(&severity_text(*severity)).to_owned()))
            .collect(),
        rows: ROWS.iter().enumerate().map(row).collect(),
    }
}
