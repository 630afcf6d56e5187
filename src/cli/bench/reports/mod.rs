//! How long reports and lists take at scale: the overview, and any page of the list of cases.

mod fill;

use crate::app::App;
use crate::core::actor::{Actor, Person, Scope};
use crate::core::ids::{AccountId, CaseId, EnterpriseId, SessionId};
use crate::core::page::Slice;
use crate::core::{Caller, Language, Problem};
use crate::db::schema::remediation_case;
use crate::remediation::CaseState;
use crate::remediation::queries::{CaseFilter, list};
use crate::reports::counted::RebuildFigures;
use crate::reports::overview::overview;
use diesel::prelude::*;
use std::io::Write;
use std::time::Instant;

/// What a database is filled with. The full one; a tenth of it is what growth is measured against.
const CONSULTATIONS: u32 = 1_000_000;
const CASES: u32 = 200_000;
/// How often each is timed.
const ROUNDS: usize = 200;

/// Times both and prints `report_overview_p99_ms`, `report_overview_growth` (the median at full size by that at a tenth)
/// and `case_list_p99_ms`.
///
/// `app` stands on a database of its own, migrated and with the reference data, which is emptied.
///
/// # Errors
/// When the database refuses.
pub fn bench_reports(app: &App) -> Result<(), Problem> {
    fill::fill(app, CONSULTATIONS / 10, CASES / 10)?;
    let small = overviews(app)?;
    fill::fill(app, CONSULTATIONS, CASES)?;
    let full = overviews(app)?;
    let cases = case_lists(app)?;
    let mut out = std::io::stdout();
    writeln!(
        out,
        "report_overview_p99_ms {:.2} ms\nreport_overview_growth {:.2} ratio\ncase_list_p99_ms {:.2} ms",
        at(&full, 99),
        at(&full, 50) / at(&small, 50),
        at(&cases, 99),
    )
    .map_err(Problem::internal)
}

/// The value below which so many percent of the sorted ones lie.
fn at(sorted: &[f64], percent: usize) -> f64 {
    let place = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    sorted.get(place).copied().unwrap_or(f64::NAN)
}

fn person(scope: Scope) -> Actor {
    let (account, session) = (AccountId::new(), SessionId::new());
    Actor::Person(Person { account, session, name: String::new(), language: Language::Zh, scope })
}

/// An officer of the province, of a city and of a district.
fn officers() -> [Actor; 3] {
    ["440000", "440100", "440103"].map(|region| person(Scope::Admin(region.to_owned())))
}

fn timed(all: &mut Vec<f64>, work: impl FnOnce() -> Result<(), Problem>) -> Result<(), Problem> {
    let started = Instant::now();
    work()?;
    all.push(started.elapsed().as_secs_f64() * 1000.0);
    Ok(())
}

fn overviews(app: &App) -> Result<Vec<f64>, Problem> {
    let (mut all, mut conn) = (Vec::new(), app.conn()?);
    for actor in officers().iter().cycle().take(ROUNDS * 3) {
        timed(&mut all, || overview(&mut conn, actor).map(drop))?;
    }
    all.sort_by(f64::total_cmp);
    Ok(all)
}

/// Every filter, alone and with a state, on the first page and on pages anywhere in the list, by everyone.
fn case_lists(app: &App) -> Result<Vec<f64>, Problem> {
    let (mut all, mut conn) = (Vec::new(), app.conn()?);
    let pages: Vec<CaseId> = remediation_case::table
        .filter(diesel::dsl::sql::<diesel::sql_types::Bool>("random() < 0.0001"))
        .select(remediation_case::id)
        .load(&mut conn)?;
    let some: (EnterpriseId, crate::core::ids::NonconformityId) = remediation_case::table
        .select((remediation_case::enterprise_id, remediation_case::nonconformity_id))
        .first(&mut conn)?;
    let day = |text: &str| text.parse().ok();
    let narrow = |of: Option<&str>, due: Option<&str>| CaseFilter {
        region: of.map(str::to_owned),
        due_before: due.and_then(day),
        ..CaseFilter::default()
    };
    let mut filters = vec![
        narrow(None, None),
        narrow(Some("440000"), None),
        narrow(Some("440300"), None),
        narrow(Some("440103"), None),
        narrow(None, Some("2021-01-01")),
        narrow(None, Some("2030-01-01")),
        narrow(Some("440103"), Some("2021-10-20")),
        CaseFilter { enterprise: Some(some.0), ..CaseFilter::default() },
        CaseFilter { nonconformity: Some(some.1), ..CaseFilter::default() },
    ];
    let with_state: Vec<CaseFilter> = CaseState::ALL
        .iter()
        .flat_map(|state| {
            [narrow(None, None), narrow(Some("440103"), None)]
                .map(|filter| CaseFilter { state: Some(*state), ..filter })
        })
        .collect();
    filters.extend(with_state);
    let mut everyone = officers().to_vec();
    everyone.push(person(Scope::Enterprise(some.0)));
    for actor in &everyone {
        for filter in &filters {
            for after in std::iter::once(None).chain(pages.iter().take(5).map(|id| Some(id.0))) {
                let slice = Slice { after, limit: 50 };
                timed(&mut all, || list(app, &mut conn, actor, filter, slice).map(drop))?;
            }
        }
    }
    all.sort_by(f64::total_cmp);
    Ok(all)
}

