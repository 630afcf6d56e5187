//! Tasks of measures.

use crate::app::App;
use crate::core::actor::Actor;
use crate::core::clock::shanghai_date;
use crate::core::ids::EnterpriseId;
use crate::core::page::{Page, Slice};
use crate::credit::exports::TASKS;
use crate::credit::ids::CreditTaskId;
use crate::credit::measures::task_queries::{self, TaskFilter};
use crate::credit::measures::tasks::FinishTask;
use crate::credit::measures::view::{TaskCounts, TaskView};
use crate::credit::settings::CreditSettings;
use crate::credit::words::TaskState;
use crate::exports::{BookFile, Format, Wanted};
use crate::web::problem::Answer;
use crate::web::reply::{execute, ok, read};
use crate::web::state::State;
use crate::web::{Auth, Id, Json, Query};
use chrono::NaiveDate;
use diesel::PgConnection;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// Filter and page of the list of tasks.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TaskQuery {
    /// Only those of this state.
    #[param(inline)]
    state: Option<TaskState>,
    /// Only open ones whose last day is over (true), or only all others.
    late: Option<bool>,
    /// Only those of the region of this code or one under it.
    region: Option<String>,
    /// Only those of this operator.
    enterprise: Option<EnterpriseId>,
    /// Only those of operators in whose name or credit code these words stand, or whose name is read so.
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

/// The tasks of the measures that grades bring with them, in the caller's region and those under it, the newest first.
#[utoipa::path(get, path = "/api/v1/credit/tasks", tag = "credit", params(TaskQuery),
    extensions(("x-step-up" = json!(["csv", "xlsx"]))),
    responses((status = 200, content((Page<TaskView> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn list(state: State, auth: Auth, query: Query<TaskQuery>, wanted: Wanted) -> Answer {
    let TaskQuery { state: of_state, late, region, enterprise, q, format, limit, cursor } = query.0;
    let slice = Slice::parse(limit.as_deref(), cursor.as_deref())?;
    let filter = TaskFilter { state: of_state, late, region, enterprise, q };
    let work = move |app: &App, conn: &mut PgConnection, actor: &Actor, slice| {
        task_queries::list(conn, actor, &filter, shanghai_date(app.clock().now()), slice)
    };
    wanted.answer(state, auth, format, &TASKS, slice, work).await
}

/// How much waits for the officers of the caller's region: tasks that are due soon or late, objections and applications for credit repair.
#[utoipa::path(get, path = "/api/v1/credit/tasks/counts", tag = "credit",
    responses((status = 200, body = TaskCounts)))]
pub async fn counts(state: State, auth: Auth) -> Answer {
    let actor = auth.actor();
    let work = move |app: &App| {
        let today = shanghai_date(app.clock().now());
        let method = app.settings().section::<CreditSettings>().method_on(today);
        let days = method.map_or(0, |method| method.remind_days);
        task_queries::counts(&mut *app.snapshot()?, &actor, today, days)
    };
    ok(read(&state, work).await?)
}

/// Report of what was done for a task.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CreditTaskDone)]
pub struct TaskDone {
    /// What was done, at most 1,000 characters.
    note: String,
    /// On which day; today where none is named.
    #[serde(default)]
    done_on: Option<NaiveDate>,
}

/// Writes down that a task was done. Where its measure asks for it again, the next task begins.
#[utoipa::path(post, path = "/api/v1/credit/tasks/{id}/done", tag = "credit", request_body = TaskDone,
    responses((status = 200, body = TaskView)))]
pub async fn done(state: State, auth: Auth, id: Id<CreditTaskId>, body: Json<TaskDone>) -> Answer {
    let TaskDone { note, done_on } = body.0;
    let id = execute(&state, auth.caller(), FinishTask { id: id.0, note, done_on }).await?;
    let actor = auth.actor();
    let work = move |app: &App| {
        task_queries::get(&mut *app.snapshot()?, &actor, id, shanghai_date(app.clock().now()))
    };
    ok(read(&state, work).await?)
}
