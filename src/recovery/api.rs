//! The HTTP handlers of recoveries: they extract and show.

use crate::core::ids::EnterpriseId;
use crate::core::page::Page;
use crate::exports::{BookFile, Format, ListPage, Wanted};
use crate::recovery::exports::RECOVERIES;
use crate::recovery::figures::{self, RecoveryFigures};
use crate::recovery::queries::{self, RecoveryFilter, RecoveryView};
use crate::recovery::state::RecoveryState;
use crate::web::problem::Answer;
use crate::web::reply::{ok, read};
use crate::web::state::State;
use crate::web::{Auth, Query};
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::IntoParams;

/// Filter and page of the list of recoveries.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RecoveryQuery {
    /// Only those that came to this.
    #[param(inline)]
    state: Option<RecoveryState>,
    /// Only enterprises of the region of this code or one under it, on that day.
    region: Option<String>,
    /// Only those of the product kind of this code.
    kind: Option<String>,
    /// Only those of this enterprise.
    enterprise: Option<EnterpriseId>,
    /// As of the end of this day, in Asia/Shanghai; today where none is named.
    as_of: Option<NaiveDate>,
    /// Only enterprises in whose name or credit code these words stand, or whose name is read so.
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

/// What became of each failed item after its case was cleared (康复): cleared, under care, recovered or relapsed, as of the end of a day; the last cleared
/// first. Officers see the enterprises of their region, an enterprise its own.
#[utoipa::path(get, path = "/api/v1/recovery", tag = "recovery", params(RecoveryQuery),
    responses((status = 200, content((Page<RecoveryView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn list(state: State, auth: Auth, query: Query<RecoveryQuery>, wanted: Wanted) -> Answer {
    let RecoveryQuery { state: of_state, region, kind, enterprise, as_of, q, format, limit, cursor } =
        query.0;
    let filter = RecoveryFilter { state: of_state, region, kind, enterprise, as_of, q };
    let asked = ListPage { format, limit, cursor };
    wanted
        .list(state, auth, asked, &RECOVERIES, move |app, conn, actor, slice| {
            queries::list(app, conn, actor, &filter, slice)
        })
        .await
}

/// What the figures are narrowed to.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RecoveryFigureQuery {
    /// The region of this code with all under it; the caller's own where none is named.
    region: Option<String>,
    /// Only the product kind of this code.
    kind: Option<String>,
    /// As of the end of this day, in Asia/Shanghai; today where none is named.
    as_of: Option<NaiveDate>,
}

/// How many items and enterprises recovered and relapsed, by region and kind, with the relapse rate, its n and its interval.
#[utoipa::path(get, path = "/api/v1/recovery/figures", tag = "recovery", params(RecoveryFigureQuery),
    responses((status = 200, body = RecoveryFigures)))]
pub async fn recovery_figures(state: State, auth: Auth, query: Query<RecoveryFigureQuery>) -> Answer {
    let RecoveryFigureQuery { region, kind, as_of } = query.0;
    let filter = RecoveryFilter { region, kind, as_of, ..RecoveryFilter::default() };
    let actor = auth.actor();
    ok(read(&state, move |app| figures::figures(app, &mut *app.snapshot()?, &actor, &filter)).await?)
}
