//! Lists as files: workbooks (XLSX) that open well in Excel and WPS, and CSV.
//!
//! A domain says once for each of its lists what the columns are ([`List`]), and answers it by [`Wanted::answer`]: as JSON page by page,
//! or as a file of the whole list as it is filtered. The rows of a file come from the query of the list itself, for the same actor with
//! the same filter, so that what a view hides, and what another region owns, is in no file.
//!
//! * A file is sent as it is read: some hundred rows, then the next, all from one snapshot of the database, so that a row which moves
//!   meanwhile is there once, as it was when the file began. Nothing of it is held but those rows, so a list of any length costs the same
//!   memory. Each file has a connection of its own beside the pool, so that a client who reads slowly keeps none from others; one that
//!   goes away ends the work.
//! * Above the table stand its name, the moment and the scope; they are in the name of the file as well.
//! * Nothing in a cell is ever run as a formula: people choose their names.
//! * Each file leaves two rows of the audit: who asked for what, before the first row leaves, and how many rows were sent.

mod answer;
mod cell;
mod csv_file;
mod head;
mod list;
mod record;
mod room;
pub mod settings;
mod sheet;
mod slots;
mod streaming;
mod styles;
mod width;
mod words;
mod workbook;
mod xml;

pub use answer::{Table, Wanted};
pub use cell::Cell;
pub use head::{disposition_in, file_disposition};
pub use list::{BookFile, Column, FilterWord, Format, FormatQuery, List, ListPage, Q, REGION, SearchPage};
pub use room::ROOM;
pub use words::Words;

/// The media type of workbooks.
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
