//! The programmes to which an engagement can belong: choices for the forms. [`check_programme`](super::common::steps::check_programme) has the last word.

use crate::catalogue::Catalogue;
use crate::core::Problem;
use crate::db::published::programme;
use crate::programmes::ids::ProgrammeId;
use crate::programmes::kind::ProgrammeKind;
use crate::programmes::state::ProgrammeState;
use crate::web::choices::Choice;
use diesel::prelude::*;

/// The most programmes that are offered.
const MOST: i64 = 100;

/// The programmes other than samplings that are approved or carried out, of the authorities around a region and, where `below`, of those under it.
///
/// # Errors
/// When the database can't be asked.
pub fn programmes(
    conn: &mut PgConnection,
    catalogue: &Catalogue,
    region: &str,
    below: bool,
) -> Result<Vec<Choice>, Problem> {
    let regions = &catalogue.regions;
    let fits = |code: &str| regions.contains(code, region) || (below && regions.contains(region, code));
    let organisers: Vec<&str> =
        regions.iter().map(|one| one.code.as_str()).filter(|code| fits(code)).collect();
    let found: Vec<(ProgrammeId, String)> = programme::table
        .filter(programme::organiser_region.eq_any(organisers))
        .filter(programme::state.eq_any(ProgrammeState::UNDER_WAY))
        .filter(programme::kind.ne(ProgrammeKind::Sampling))
        .order((programme::period_from.desc(), programme::id))
        .limit(MOST)
        .select((programme::id, programme::name))
        .load(conn)?;
    let choice = |(id, name): (ProgrammeId, String)| Choice { code: id.to_string(), name, indent: "" };
    Ok(found.into_iter().map(choice).collect())
}
