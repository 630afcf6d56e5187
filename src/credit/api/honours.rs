//! Honour lists.

use crate::app::App;
use crate::core::Problem;
use crate::core::actor::Actor;
use crate::core::page::{Page, Slice};
use crate::credit::exports::HONOURS;
use crate::credit::honours::{self, HonourFilter, HonourView};
use crate::credit::policy::permit;
use crate::exports::{BookFile, Format, Wanted};
use crate::web::problem::Answer;
use crate::web::reply::read;
use crate::web::state::State;
use crate::web::{Auth, Query};
use chrono::NaiveDate;
use diesel::PgConnection;
use serde::Deserialize;
use utoipa::IntoParams;

/// Filter and page of the honour lists.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct HonourQuery {
    /// Only those on the list of so many years; each operator stands on its longest list only.
    years: Option<i32>,
    /// Only operators of the region of this code or one under it.
    region: Option<String>,
    /// As of the end of this day, which must be over; yesterday where none is named.
    as_of: Option<NaiveDate>,
    /// Only operators in whose name or credit code these words stand, or whose name is read so.
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

/// The operators of the caller's region and those under it without a failed sampling for years, and with samplings in that time.
#[utoipa::path(get, path = "/api/v1/credit/honours", tag = "credit", params(HonourQuery),
    responses((status = 200, content((Page<HonourView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn list(state: State, auth: Auth, query: Query<HonourQuery>, wanted: Wanted) -> Answer {
    let HonourQuery { years, region, as_of, q, format, limit, cursor } = query.0;
    let slice = Slice::parse(limit.as_deref(), cursor.as_deref())?;
    let actor = auth.actor();
    let kept = move |app: &App| -> Result<NaiveDate, Problem> {
        permit(&actor)?;
        let day = honours::day(as_of, app.clock().now())?;
        honours::keep(app, day)?;
        Ok(day)
    };
    let day = read(&state, kept).await?;
    let filter = HonourFilter { years, region, q };
    let work = move |_: &App, conn: &mut PgConnection, actor: &Actor, slice| {
        honours::list(conn, actor, &filter, day, slice)
    };
    let wanted = wanted.with_default("as_of", &day.to_string());
    wanted.answer(state, auth, format, &HONOURS, slice, work).await
}
