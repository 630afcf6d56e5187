//! Inspections at scale: their list under its filters, and their figures, by everyone who reads them.

use crate::output::{print, progress};
use crate::reports::timing::{Times, at, officers, person, timed};
use chrono::NaiveDate;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use std::time::Instant;
use zerodesk::app::App;
use zerodesk::core::actor::{Actor, Scope};
use zerodesk::core::clock::shanghai_date;
use zerodesk::core::ids::{AccountId, EnterpriseId, LaboratoryId};
use zerodesk::core::page::Slice;
use zerodesk::core::{Caller, Language, Problem};
use zerodesk::db::schema::inspection;
use zerodesk::inspections::orders::ORDERS;
use zerodesk::inspections::queries::{self, InspectionFilter};
use zerodesk::inspections::state::InspectionState;
use zerodesk::inspections::words::{Method, Outcome};
use zerodesk::programmes::settings::ProgrammeSettings;
use zerodesk::sampling_figures::lines::SamplingBy;
use zerodesk::sampling_figures::report::{Question, report};
use zerodesk::sampling_figures::sums::RebuildSamplingFigures;

const FILL: &str = include_str!("inspections.sql");
const INSPECTIONS: u32 = 1_000_000;
/// How often each report is timed by each officer.
const ROUNDS: usize = 10;
/// A year of the inspections that are made, and a past day within it.
const YEAR: i32 = 2023;
const PAST_DAY: &str = "2023-06-30";

/// Times them and prints `inspection_list_p99_ms` and `inspection_search_p99_ms`, each with the slowest, `sampling_report_p99_ms`, `sampling_report_past_day_p99_ms` (of a past day that was asked for
/// before) and `sampling_report_first_past_day_seconds` (of one that was not).
///
/// `app` uses a database of its own, migrated and with the reference data, which is emptied.
///
/// # Errors
/// When the database refuses.
pub(crate) fn bench_inspections(app: &App) -> Result<(), Problem> {
    fill(app)?;
    lists(app, "inspection_list", &filters())?;
    lists(app, "inspection_search", &searches())?;
    reports(app)
}

fn fill(app: &App) -> Result<(), Problem> {
    let started = Instant::now();
    progress(format_args!("fills a database with {INSPECTIONS} inspections"));
    let mut conn = PgConnection::establish(app.pool().url()).map_err(Problem::unavailable)?;
    conn.batch_execute(&FILL.replace("$INSPECTIONS", &INSPECTIONS.to_string()))?;
    progress(format_args!("filled in {:.0} s; counts the figures", started.elapsed().as_secs_f64()));
    // As autovacuum would have by then.
    conn.batch_execute("VACUUM ANALYZE")?;
    app.execute(&Caller::system(), &RebuildSamplingFigures {})?;
    conn.batch_execute("VACUUM ANALYZE sampling_fact, sampling_sum, sampling_operator")?;
    conn.batch_execute("CHECKPOINT")?;
    progress(format_args!("ready after {:.0} s", started.elapsed().as_secs_f64()));
    Ok(())
}

/// The filters of the list, alone and some together.
fn filters() -> Vec<InspectionFilter> {
    let any = InspectionFilter::default;
    let mut all = vec![any()];
    all.extend(InspectionState::ALL.iter().map(|state| InspectionFilter { state: Some(*state), ..any() }));
    all.extend(Method::ALL.iter().map(|method| InspectionFilter { method: Some(*method), ..any() }));
    all.push(InspectionFilter { outcome: Some(Outcome::Nonconforming), ..any() });
    for region in ["440100", "440103"] {
        all.push(InspectionFilter { region: Some(region.to_owned()), ..any() });
        all.push(InspectionFilter {
            region: Some(region.to_owned()),
            outcome: Some(Outcome::Nonconforming),
            ..any()
        });
    }
    all.extend([true, false].map(|late| InspectionFilter { late: Some(late), ..any() }));
    all.extend([true, false].map(|to_sample| InspectionFilter { to_sample: Some(to_sample), ..any() }));
    all.push(InspectionFilter { product_kind: Some("K0101".to_owned()), ..any() });
    all.push(InspectionFilter { product_class: Some("C01".to_owned()), ..any() });
    all.push(InspectionFilter {
        sampled_from: PAST_DAY.parse().ok(),
        sampled_until: PAST_DAY.parse().ok(),
        ..any()
    });
    all
}

/// What is searched for: a part of many names, a number, how a name is read, nothing.
fn searches() -> Vec<InspectionFilter> {
    let words = ["第77", "S777777", "gd77", "nobody"];
    words.map(|q| InspectionFilter { q: Some(q.to_owned()), ..InspectionFilter::default() }).into()
}

/// Who reads the list: officers, a laboratory and an enterprise, each with a name.
fn readers(conn: &mut PgConnection) -> Result<Vec<(&'static str, Actor)>, Problem> {
    let laboratory: LaboratoryId = inspection::table
        .filter(inspection::laboratory_id.is_not_null())
        .select(inspection::laboratory_id.assume_not_null())
        .first(conn)?;
    let operator: EnterpriseId = inspection::table
        .filter(inspection::operator_id.is_not_null())
        .select(inspection::operator_id.assume_not_null())
        .first(conn)?;
    let [province, city, district] = officers();
    let of = |scope| person(AccountId::new(), scope);
    Ok(vec![
        ("the province", province),
        ("a city", city),
        ("a district", district),
        ("a laboratory", of(Scope::Laboratory(laboratory))),
        ("an enterprise", of(Scope::Enterprise(operator))),
    ])
}

/// The first page and the one behind it under each filter, in the list's own order and in each that it offers, and how many rows there are.
fn lists(app: &App, name: &'static str, filters: &[InspectionFilter]) -> Result<(), Problem> {
    let conn = &mut *app.conn()?;
    let today = shanghai_date(app.clock().now());
    let mut times = Times::of(name);
    for (who, actor) in readers(conn)? {
        for filter in filters {
            let first = Slice::default();
            let mut next = None;
            times.add(
                || format!("{who}, {filter:?}, first page"),
                || {
                    next = queries::list(conn, &actor, filter, today, first)?.next_cursor;
                    Ok(())
                },
            )?;
            if let Some(cursor) = next {
                let second = Slice::parse(None, Some(&cursor))?;
                times.add(
                    || format!("{who}, {filter:?}, second page"),
                    || queries::list(conn, &actor, filter, today, second).map(drop),
                )?;
            }
            for order in ORDERS {
                for skip in [0, first.limit] {
                    let slice = Slice { order: Some(order), skip, ..first };
                    times.add(
                        || format!("{who}, {filter:?}, {} from row {skip}", order.word),
                        || queries::list(conn, &actor, filter, today, slice).map(drop),
                    )?;
                }
            }
            times.add(
                || format!("{who}, {filter:?}, how many"),
                || queries::count(conn, &actor, filter, today).map(drop),
            )?;
        }
    }
    times.print();
    Ok(())
}

/// The figures of a year by each grouping, as of today and of a past day.
fn reports(app: &App) -> Result<(), Problem> {
    let (catalogue, conn) = (app.catalogue(), &mut *app.conn()?);
    let settings = app.settings().section::<ProgrammeSettings>();
    let now = app.clock().now();
    let mut ask = |actor: &Actor, by: SamplingBy, as_of: Option<NaiveDate>| {
        let question = Question { by: Some(by), year: Some(YEAR), as_of, ..Question::default() };
        timed(|| report(conn, actor, (catalogue, settings), &question, now, Language::Zh).map(drop))
    };
    let [province, ..] = officers();
    let day = PAST_DAY.parse().ok();
    let first = ask(&province, SamplingBy::Region, day)?;
    print("sampling_report_first_past_day_seconds", first / 1_000.0, "s");
    for (name, as_of) in [("sampling_report_p99_ms", None), ("sampling_report_past_day_p99_ms", day)] {
        let mut times = Vec::new();
        for actor in officers() {
            for by in SamplingBy::ALL {
                // The first time fills the cache of a past day.
                ask(&actor, *by, as_of)?;
                for _ in 0..ROUNDS {
                    times.push(ask(&actor, *by, as_of)?);
                }
            }
        }
        times.sort_by(f64::total_cmp);
        print(name, at(&times, 99), "ms");
    }
    Ok(())
}
