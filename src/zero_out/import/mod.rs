//! The import of the zero-out list.
//!
//! One row is one nonconformity. The way of a file: [`command::RequestImport`] keeps it,
//! [`run::run_import`] reads it ([`crate::list_files`], [`row`]), brings its good rows in by few
//! statements over all of them (`merge`) and keeps what was rejected with the reasons.
//!
//! What holds:
//! * `rows = inserted + updated + unchanged + rejected`.
//! * The run is one transaction under an advisory lock on the import. Killed, it leaves nothing and
//!   is run again from the kept file; run twice, the second finds nothing to do.
//! * The same file again changes nothing: where rows of one file differ about an enterprise the
//!   last one that says something wins, and a blank cell erases nothing.
//! * What a run changes is kept row by row (`trace`), so that `withdrawals` can take it back as a whole.
//! * What was rejected comes back as a file ([`mod@rejections`]) that holds all that came, and is imported again as it is ([`crate::list_files::origin`]).
//! * A dry run keeps its file for a while; [`checked::ImportChecked`] imports it from there.
//! * Progress is written by a second connection. The run therefore holds no lock on its own row of
//!   `zero_out_import` before its last statement.

pub mod checked;
pub mod column;
pub mod command;
pub mod execute;
mod load;
mod merge;
mod notices;
mod phone;
pub mod rejections;
pub mod row;
pub mod run;
pub mod sample;
mod store;
pub mod template;
mod trace;
pub mod view;
pub mod withdrawal;
pub mod withdrawal_run;
pub mod withdrawal_state;

pub use crate::list_files::imports::{outcome, state};

pub use checked::ImportChecked;
pub use column::Column;
pub use command::RequestImport;
pub use outcome::Outcome;
pub use rejections::{count as count_rejections, rejections, rejections_csv};
pub use run::{JOB, import_file, run_import};
pub use state::ImportState;
pub use view::{ImportReport, ImportView, count_imports, import_status, list_imports};

#[cfg(test)]
mod reading;
