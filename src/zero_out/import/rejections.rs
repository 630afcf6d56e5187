//! What was rejected: as a list with reasons, and as a file that can be corrected and imported again.

use crate::core::page::{Page, Slice, Total};
use crate::core::{Actor, Problem};
use crate::enterprises::Uscc;
use crate::list_files::place::Headings;
use crate::list_files::rejection_code::RejectionCode;
use crate::list_files::rejections::{self, RejectionView};
use crate::zero_out::ids::ImportId;
use crate::zero_out::import::column::Column;
use crate::zero_out::import::command::TABLES;
use crate::zero_out::import::view::import_status;
use diesel::PgConnection;

/// The code of the row, where an officer may let it in against the rule that it breaks.
#[must_use]
pub fn admissible(rejection: &RejectionView) -> Option<Uscc> {
    let of_rule = matches!(
        rejection.code,
        RejectionCode::UsccAuthority
            | RejectionCode::UsccRegion
            | RejectionCode::UsccChecksum
            | RejectionCode::UsccOrganisation
    );
    Uscc::shaped(&rejection.value).ok().filter(|_| of_rule)
}

/// The headings of the lists of an import.
///
/// # Errors
/// When the database refuses.
pub fn headings(conn: &mut PgConnection, id: ImportId) -> Result<Headings, Problem> {
    TABLES.kept(id.0).headings(conn)
}

/// The reasons of an import, in the order of the file; the cursor is the place in it.
///
/// # Errors
/// As [`import_status`].
pub fn rejections(
    conn: &mut PgConnection,
    actor: &Actor,
    id: ImportId,
    slice: Slice,
) -> Result<Page<RejectionView>, Problem> {
    import_status(conn, actor, id)?;
    rejections::page(conn, TABLES.kept(id.0), slice)
}

/// How many reasons an import has.
///
/// # Errors
/// As [`import_status`].
pub fn count(conn: &mut PgConnection, actor: &Actor, id: ImportId) -> Result<Total, Problem> {
    import_status(conn, actor, id)?;
    rejections::count(conn, TABLES.kept(id.0))
}

/// The rejected rows as they were, as a CSV with the reasons.
///
/// # Errors
/// As [`import_status`].
pub fn rejections_csv(conn: &mut PgConnection, actor: &Actor, id: ImportId) -> Result<Vec<u8>, Problem> {
    import_status(conn, actor, id)?;
    let mut file = Vec::new();
    rejections::write_csv::<Column>(conn, TABLES.kept(id.0), &mut file)?;
    Ok(file)
}
