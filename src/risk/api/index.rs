//! The index of risk, and the course of a kind in a region.

use crate::catalogue::RegionLevel;
use crate::core::Problem;
use crate::core::page::{Page, Slice};
use crate::exports::{BookFile, Format, Wanted};
use crate::risk::exports::RISK;
use crate::risk::index::keep::{asked, keep};
use crate::risk::index::queries::{self, HistoryDay, RiskFilter, RiskView};
use crate::risk::rules_view::of_day;
use crate::web::problem::Answer;
use crate::web::reply::{ok, read};
use crate::web::state::State;
use crate::web::{Auth, Part, Query};
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::IntoParams;

/// Filter and page of the index.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RiskQuery {
    /// As of the end of this day, in Asia/Shanghai; of this moment where none is named.
    as_of: Option<NaiveDate>,
    /// The days of the window, one of those of the rules; the first of them where none is named.
    window: Option<i32>,
    /// Only the product kind of this code.
    product_kind: Option<String>,
    /// Only kinds of the class of this code.
    class: Option<String>,
    /// Only the region of this code; a region counts what is under it.
    region: Option<String>,
    /// Only regions of this level.
    #[param(inline)]
    level: Option<RegionLevel>,
    /// Only kinds or regions in whose name these words stand, or whose name is read so.
    q: Option<String>,
    /// `xlsx` or `csv` for the whole list as a file; else by `Accept`, and JSON for all others.
    #[param(inline)]
    format: Option<Format>,
    /// Rows on a page, 1 to 200.
    #[param(value_type = Option<i64>)]
    limit: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// The index of risk of the kinds and regions of the caller's region and all under it, the highest first, as of today or a past day, with every part,
/// its weight and its interval. Figures of a past day never change. It ranks work; no measure and no sanction may rest on it.
#[utoipa::path(get, path = "/api/v1/risk", tag = "risk", params(RiskQuery),
    responses((status = 200, content((Page<RiskView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn list(state: State, auth: Auth, query: Query<RiskQuery>, wanted: Wanted) -> Answer {
    let RiskQuery { as_of, window, product_kind, class, region, level, q, format, limit, cursor } = query.0;
    let slice = Slice::parse(limit.as_deref(), cursor.as_deref())?;
    let of = read(&state, move |app| {
        let of = asked(app.settings(), as_of, window, app.clock().now())?;
        keep(app, of.0)?;
        Ok(of)
    })
    .await?;
    let level = level.map(|level| level.to_string());
    let filter = RiskFilter { kind: product_kind, class, region, level, q };
    wanted
        .answer(state, auth, format, &RISK, slice, move |app, conn, actor, slice| {
            let rules = of_day(app.settings(), conn, of)?;
            Ok(queries::list(conn, actor, &filter, of, slice)?.map(|row| RiskView::of(row, &rules)))
        })
        .await
}

/// Of which region and days the course is.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct HistoryQuery {
    /// Code of the region; the caller's own where none is named.
    region: Option<String>,
    /// Up to this day; today where none is named.
    as_of: Option<NaiveDate>,
    /// The days of the window.
    window: Option<i32>,
}

/// The most days of a course.
pub const MOST_DAYS: i64 = 400;

/// The index of a product kind in a region on the days for which it is kept, the earliest first; at most the last 400.
#[utoipa::path(get, path = "/api/v1/risk/{key}/history", tag = "risk", params(HistoryQuery),
    responses((status = 200, body = Vec<HistoryDay>)))]
pub async fn history(state: State, auth: Auth, kind: Part<String>, query: Query<HistoryQuery>) -> Answer {
    let actor = auth.actor();
    let HistoryQuery { region, as_of, window } = query.0;
    let found = read(&state, move |app| {
        if app.catalogue().products.kind(&kind.0).is_none() {
            return Err(Problem::not_found());
        }
        let of = asked(app.settings(), as_of, window, app.clock().now())?;
        keep(app, of.0)?;
        let region = region.or_else(|| actor.officer_region().map(str::to_owned)).unwrap_or_default();
        queries::history(&mut *app.snapshot()?, &actor, (&kind.0, &region), of, MOST_DAYS)
    });
    ok(found.await?)
}
