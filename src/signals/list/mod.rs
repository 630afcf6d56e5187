//! The lists of signals that offices send in: their columns, and a row of each read to a signal. Pure.
//!
//! Recalls of all countries have the same columns; files of Safety Gate and CPSC are put into them first (`feeds`).

mod columns;
pub mod complaints;
pub mod penalties;
pub mod recalls;
pub mod units;

use crate::catalogue::Catalogue;
use crate::core::cells::is_empty;
use crate::enterprises::Uscc;
use crate::list_files::ListColumn;
use crate::list_files::cells::Cells;
use crate::list_files::fault::CellFault;
use crate::list_files::placeholder::is_placeholder;
use crate::list_files::reader::line::Mark;
use crate::list_files::rejection_code::RejectionCode;
use crate::list_files::{date, no_record};
use crate::signals::feed::Feed;
use crate::signals::settings::SignalRules;
use chrono::{Datelike, NaiveDate};
use std::collections::BTreeSet;

/// What rows are read by.
#[derive(Debug, Clone, Copy)]
pub struct Rules<'a> {
    /// The kind of file.
    pub feed: Feed,
    /// Regions, products, calendar.
    pub catalogue: &'a Catalogue,
    /// The rules in force.
    pub rules: &'a SignalRules,
    /// The date in Asia/Shanghai.
    pub today: NaiveDate,
    /// Code of the region of who sends the file in.
    pub home: &'a str,
    /// Credit codes against the rule that officers let in.
    pub admitted: &'a BTreeSet<Uscc>,
}

/// A date until today. Recalls began before the sampling of which other lists tell, so 1900 is the first year.
pub(super) fn day<C: ListColumn>(cells: &mut Cells<'_, C>, column: C) -> Option<NaiveDate> {
    let text = cells.cell(column)?;
    let from_1904 = matches!(cells.mark(column), Some(Mark::Days1904 | Mark::Formatted1904));
    let Some(date) = (if from_1904 { date::parse_from_1904(&text) } else { date::parse(&text) }) else {
        cells.fault(
            column,
            RejectionCode::DateInvalid,
            "不是有效日期（可写作 2021-08-03）",
            "is not a date (write it like 2021-08-03)",
        );
        return None;
    };
    if date > cells.today {
        cells.fault(
            column,
            RejectionCode::DateInFuture,
            "日期不能晚于今天",
            "the date must not be in the future",
        );
        return None;
    }
    if date.year() < 1900 {
        cells.fault(
            column,
            RejectionCode::DateTooEarly,
            "日期不能早于 1900 年",
            "the date must not be before 1900",
        );
        return None;
    }
    Some(date)
}

/// What is wrong with a row that can't be taken; that it is no record at all where most of what a record must say is not there.
pub(super) fn refused<C: ListColumn>(cells: Cells<'_, C>) -> Vec<CellFault<C>> {
    let is_blank = |column: &&C| {
        let raw = cells.raw(**column);
        is_empty(&raw) || is_placeholder(&raw)
    };
    let missing = C::ALL.iter().filter(|column| column.is_required()).filter(is_blank).count();
    if missing >= 2 || cells.header.again(&cells.line.cells).is_some() {
        let (header, line) = (cells.header, cells.line);
        if let Some(fault) = no_record::other_separator(line).or_else(|| no_record::no_record(header, line)) {
            return vec![fault];
        }
    }
    cells.faults
}
