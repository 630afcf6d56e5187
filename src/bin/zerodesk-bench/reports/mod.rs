//! How long reports and lists take at scale: the overview, and any page of any list under any filter, for everyone.

pub(crate) mod fill;
mod lists;
pub(crate) mod timing;

use crate::output::print;
use timing::{at, officers, timed};
use zerodesk::app::App;
use zerodesk::core::{Language, Problem};
use zerodesk::reports::overview::overview;
use zerodesk::reports::rate::{self, By, Count, Question};
use zerodesk::reports::{deadlines, experts, funnel};

/// What a database is filled with, ten messages to a consultation. The full one; a tenth of it is what growth is measured
/// against.
const CONSULTATIONS: u32 = 1_000_000;
const CASES: u32 = 200_000;
/// How often the overview is timed by each officer.
const ROUNDS: usize = 200;

/// Times all of them and prints `report_overview_p99_ms`, `report_overview_growth` (the median at full size by that at a
/// tenth), `case_list_p99_ms` and those of the other lists, each with its slowest; then the seconds of each report that
/// is counted from history.
///
/// `app` uses a database of its own, migrated and with the reference data, which is emptied.
///
/// # Errors
/// When the database refuses.
pub(crate) fn bench_reports(app: &App) -> Result<(), Problem> {
    fill::fill(app, CONSULTATIONS / 10, CASES / 10)?;
    let small = overviews(app)?;
    fill::fill(app, CONSULTATIONS, CASES)?;
    let full = overviews(app)?;
    print("report_overview_p99_ms", at(&full, 99), "ms");
    print("report_overview_growth", at(&full, 50) / at(&small, 50), "ratio");
    lists::time(app)?;
    from_history(app)
}

fn overviews(app: &App) -> Result<Vec<f64>, Problem> {
    let (mut all, mut conn) = (Vec::new(), app.conn()?);
    for actor in officers().iter().cycle().take(ROUNDS * 3) {
        all.push(timed(|| overview(&mut conn, actor))?);
    }
    all.sort_by(f64::total_cmp);
    Ok(all)
}

/// Reports as of a past day are counted from all that was entered by then.
fn from_history(app: &App) -> Result<(), Problem> {
    let [province, ..] = officers();
    let (mut conn, catalogue) = (app.conn()?, app.catalogue());
    let (now, day) = (app.clock().now(), "2022-12-31".parse().ok());
    let asked = Question { by: By::Region, count: Count::Enterprise, region: None, as_of: day };
    for (name, took) in [
        ("rate", timed(|| rate::report(&mut conn, &province, catalogue, &asked, now, Language::Zh))?),
        ("funnel", timed(|| funnel::report(&mut conn, &province, catalogue, None, day, now, Language::Zh))?),
        (
            "experts",
            timed(|| experts::report(&mut conn, &province, catalogue, None, day, now, Language::Zh))?,
        ),
        (
            "deadlines",
            timed(|| deadlines::report(&mut conn, &province, catalogue, None, day, now, Language::Zh))?,
        ),
    ] {
        print(&format!("report_{name}_of_a_past_day_seconds"), took / 1000.0, "s");
    }
    Ok(())
}
