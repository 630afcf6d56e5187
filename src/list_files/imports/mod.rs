//! The course of an import, whatever its list is about: the file is kept ([`request`]), a job reads it ([`run`], [`load`]), and it comes to its
//! end with counts or with the reason for which it was refused ([`run`]); a check keeps its file for a while, to be imported from there
//! ([`checked`]). Done, it can be withdrawn as a whole ([`withdrawal`]), while nothing stands on its rows ([`standing`]).
//! What is answered over HTTP is the same as well, as far as it names no room ([`api`]).
//!
//! A room names its two tables ([`Tables`]) and has the commands, since a command bears the name that the audit writes. Beside them it says who may
//! know of an import, what of its view is its own ([`crate::import_view!`]), and which of its things stand on a row ([`standing::Standing`]).
//!
//! What holds:
//! * `rows = inserted + updated + unchanged + rejected`.
//! * The run is one transaction under an advisory lock on the import. Killed, it leaves nothing and is run again from the kept file.
//! * Progress is written by a second connection, so the run holds no lock on its own row before its last statement.

pub mod api;
pub mod checked;
pub mod load;
pub mod outcome;
pub mod rejected;
pub mod request;
pub mod row_pages;
pub mod run;
pub mod standing;
pub mod state;
pub mod view;
pub mod withdrawal;

pub use outcome::Outcome;
pub use state::ImportState;

use crate::list_files::rejections::Kept;
use uuid::Uuid;

/// The tables in which a room keeps its imports. The names are the room's constants and come from no request.
#[derive(Debug, Clone, Copy)]
pub struct Tables {
    /// The imports: `id`, `requested_by`, `region`, `file_name`, `file`, `sha256`, `dry_run`, `defaults`, `state`, `attempts`, `total`,
    /// `processed`, `rows`, `inserted`, `updated`, `unchanged`, `rejected`, `not_records`, `header`, `warnings`, `problem`, `created_at`,
    /// `started_at`, `finished_at`, `file_until`, `check_id`; `withdrawal` where [`withdrawal::mark`] writes it.
    pub imports: &'static str,
    /// The rejected rows: `import_id`, `row_no`, `ordinal`, `field`, `value`, `code`, `reason_zh`, `reason_en`, `cells`, `marks`.
    pub rejections: &'static str,
}

impl Tables {
    /// Where the rejected rows of an import are, and the headings of its lists.
    #[must_use]
    pub fn kept(self, import: Uuid) -> Kept {
        Kept { imports: self.imports, rejections: self.rejections, import }
    }
}
