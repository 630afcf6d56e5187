//! What was rejected: as a list with reasons, and as a file that can be corrected and imported again.

use crate::core::page::{Page, Slice, Total};
use crate::core::{Actor, Language, Problem};
use crate::enterprises::Uscc;
use crate::list_files::place::Headings;
use crate::list_files::rejection_code::RejectionCode;
use crate::list_files::rejections::{self, Kept, RejectionView};
use crate::zero_out::ids::ImportId;
use crate::zero_out::import::column::Column;
use crate::zero_out::import::view::import_status;
use diesel::PgConnection;
use std::io::Write;
use std::path::Path;

/// Where the rejected rows of an import are.
fn kept(id: ImportId) -> Kept {
    Kept { imports: "zero_out_import", rejections: "zero_out_rejection", import: id.0 }
}

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
    kept(id).headings(conn)
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
    rejections::page(conn, kept(id), slice)
}

/// How many reasons an import has.
///
/// # Errors
/// As [`import_status`].
pub fn count(conn: &mut PgConnection, actor: &Actor, id: ImportId) -> Result<Total, Problem> {
    import_status(conn, actor, id)?;
    rejections::count(conn, kept(id))
}

/// The rejected rows as they were, as a CSV with the reasons.
///
/// # Errors
/// As [`import_status`].
pub fn rejections_csv(conn: &mut PgConnection, actor: &Actor, id: ImportId) -> Result<Vec<u8>, Problem> {
    let mut file = Vec::new();
    write_rejections_csv(conn, actor, id, &mut file)?;
    Ok(file)
}

/// The same, written away piece by piece.
///
/// # Errors
/// As [`import_status`]; 500 when the writer fails.
pub fn write_rejections_csv(
    conn: &mut PgConnection,
    actor: &Actor,
    id: ImportId,
    file: &mut dyn Write,
) -> Result<(), Problem> {
    import_status(conn, actor, id)?;
    rejections::write_csv::<Column>(conn, kept(id), file)
}

/// The rejected rows as a workbook. They go to files below `folder` first.
///
/// # Errors
/// As [`import_status`]; 409 where they are on more sheets than such a workbook takes; 500 when the writer fails.
pub fn write_rejections_xlsx(
    conn: &mut PgConnection,
    actor: &Actor,
    id: ImportId,
    language: Language,
    folder: &Path,
    file: &mut (impl Write + Send),
) -> Result<(), Problem> {
    import_status(conn, actor, id)?;
    rejections::write_xlsx::<Column>(conn, kept(id), language, folder, file)
}
