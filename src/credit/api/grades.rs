//! Grades: the list, the statement of an operator, the grading of all.

use crate::app::App;
use crate::catalogue::SupervisionClass;
use crate::conduct::settings::ConductSettings;
use crate::conduct::words::Grade;
use crate::core::Problem;
use crate::core::actor::{Actor, Scope};
use crate::core::ids::EnterpriseId;
use crate::core::page::{Page, Slice};
use crate::credit::exports::CREDIT;
use crate::credit::grading::ask::RegradeAll;
use crate::credit::grading::regrading_view::{self, RegradingView};
use crate::credit::ids::RegradingId;
use crate::credit::queries::{self, CreditFilter, CreditView};
use crate::credit::statement;
use crate::credit::statement::view::Statement;
use crate::exports::{BookFile, Format, Wanted};
use crate::inspections::words::InspectedRole;
use crate::web::problem::Answer;
use crate::web::reply::{accepted, execute, ok, read};
use crate::web::state::State;
use crate::web::{Auth, Id, Json, Query};
use chrono::NaiveDate;
use diesel::PgConnection;
use serde::Deserialize;
use utoipa::IntoParams;

/// Filter and page of the list of grades.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CreditQuery {
    /// Only those of this grade.
    #[param(inline)]
    grade: Option<Grade>,
    /// Only operators of the region of this code or one under it.
    region: Option<String>,
    /// Only operators whose products are of this supervision class at the closest.
    #[param(inline)]
    class: Option<SupervisionClass>,
    /// Operators in this role; each in its worst role where none is named.
    #[param(inline)]
    role: Option<InspectedRole>,
    /// Only those under an objection (true), or only all others. Of today alone, as the two below.
    objection: Option<bool>,
    /// Only those with an application for credit repair that waits (true), or only all others.
    repair: Option<bool>,
    /// Only those whose grade changes by itself on a coming day (true), or only all others.
    coming: Option<bool>,
    /// As of the end of this day, in Asia/Shanghai; today where none is named.
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

/// The operators of the caller's region and those under it with their grades, as of today or a past day. Figures of a past day never change.
#[utoipa::path(get, path = "/api/v1/credit", tag = "credit", params(CreditQuery),
    responses((status = 200, content((Page<CreditView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn list(state: State, auth: Auth, query: Query<CreditQuery>, wanted: Wanted) -> Answer {
    let CreditQuery {
        grade,
        region,
        class,
        role,
        objection,
        repair,
        coming,
        as_of,
        q,
        format,
        limit,
        cursor,
    } = query.0;
    let slice = Slice::parse(limit.as_deref(), cursor.as_deref())?;
    let filter = CreditFilter { grade, region, class, role, objection, repair, coming, as_of, q };
    let work = move |app: &App, conn: &mut PgConnection, actor: &Actor, slice| {
        queries::list(conn, actor, &filter, app.clock().now(), slice)
    };
    wanted.answer(state, auth, format, &CREDIT, slice, work).await
}

/// Of which day a statement is.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DayQuery {
    /// As of the end of this day, in Asia/Shanghai; today where none is named.
    as_of: Option<NaiveDate>,
}

async fn statement(state: &State, auth: &Auth, id: EnterpriseId, as_of: Option<NaiveDate>) -> Answer {
    let actor = auth.actor();
    let found: Statement = read(state, move |app| {
        let settings = app.settings().section::<ConductSettings>();
        let now = app.clock().now();
        statement::of(&mut *app.snapshot()?, &actor, (app.catalogue(), settings), id, as_of, now)
    })
    .await?;
    ok(found)
}

/// The statement of an operator, by the id of its enterprise: every entry with its article, points, from and until when it counts and what ends it; the
/// grade in words, what it will be on coming days if nothing happens, its measures and its history.
#[utoipa::path(get, path = "/api/v1/credit/{id}", tag = "credit", params(DayQuery),
    responses((status = 200, body = Statement)))]
pub async fn one(state: State, auth: Auth, id: Id<EnterpriseId>, query: Query<DayQuery>) -> Answer {
    statement(&state, &auth, id.0, query.0.as_of).await
}

/// The caller's own statement.
#[utoipa::path(get, path = "/api/v1/my/credit", tag = "credit", params(DayQuery),
    responses((status = 200, body = Statement)))]
pub async fn mine(state: State, auth: Auth, query: Query<DayQuery>) -> Answer {
    let Some(Scope::Enterprise(id)) = auth.actor().scope().cloned() else {
        return Err(Problem::forbidden().into());
    };
    statement(&state, &auth, id, query.0.as_of).await
}

/// Asks for a grading of all operators: after a change of rules the platform does so by itself. By an officer of a province, with a reason.
#[utoipa::path(post, path = "/api/v1/credit/regradings", tag = "credit", request_body = RegradeAll,
    responses((status = 202, body = RegradingView)))]
pub async fn regrade(state: State, auth: Auth, body: Json<RegradeAll>) -> Answer {
    let id = execute(&state, auth.caller(), body.0).await?;
    let view = read(&state, move |app| regrading_view::get(&mut *app.snapshot()?, id)).await?;
    accepted(&format!("/api/v1/credit/regradings/{id}"), view)
}

/// How far a grading of all operators is. For officers of a province.
#[utoipa::path(get, path = "/api/v1/credit/regradings/{id}", tag = "credit",
    responses((status = 200, body = RegradingView)))]
pub async fn regrading(state: State, auth: Auth, id: Id<RegradingId>) -> Answer {
    let actor = auth.actor();
    let work = move |app: &App| {
        crate::credit::policy::permit_province(&actor, app.catalogue())?;
        regrading_view::get(&mut *app.snapshot()?, id.0)
    };
    ok(read(&state, work).await?)
}
