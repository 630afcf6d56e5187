//! The audit, for those who are responsible for it.

use chrono::NaiveDate;
use diesel::PgConnection;
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use crate::app::App;
use crate::audit::exports::AUDIT;
use crate::audit::{self, AuditEntry, AuditFilter, names};
use crate::core::Actor;
use crate::core::page::{Page, Slice};
use crate::exports::{BookFile, Format, Wanted};
use crate::web::problem::Answer;
use crate::web::state::State;
use crate::web::{Auth, Query};

/// Which rows of the audit.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AuditQuery {
    /// Only this action.
    #[param(example = "log_in")]
    action: Option<String>,
    /// Only what this account did.
    actor: Option<Uuid>,
    /// Only what was done to this thing.
    subject: Option<Uuid>,
    /// Only what was done to things of this kind.
    #[param(example = "remediation_case")]
    subject_type: Option<String>,
    /// Only what an account of this name, or with this log-in name, did.
    by: Option<String>,
    /// Only what was done on this day, in Asia/Shanghai, or later.
    from: Option<NaiveDate>,
    /// Only what was done on this day or earlier.
    to: Option<NaiveDate>,
    /// `xlsx` or `csv` for the whole list as a file; else by `Accept`, and JSON for all others.
    #[param(inline)]
    format: Option<Format>,
    /// Rows on a page, 1 to 200.
    #[param(value_type = Option<i64>)]
    limit: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// What was done, newest first: an admin sees its region and all under it, an operator everything.
#[utoipa::path(get, path = "/api/v1/audit", tag = "audit", params(AuditQuery),
    extensions(("x-step-up" = json!(["csv", "xlsx"]))),
    responses((status = 200, content((Page<AuditEntry> = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn list(state: State, auth: Auth, query: Query<AuditQuery>, wanted: Wanted) -> Answer {
    let query = query.0;
    let slice = Slice::parse(query.limit.as_deref(), query.cursor.as_deref())?;
    let filter = AuditFilter {
        action: query.action,
        actor: query.actor,
        subject: query.subject,
        subject_type: query.subject_type,
        by: query.by,
        from: query.from,
        to: query.to,
    };
    let work = move |app: &App, conn: &mut PgConnection, actor: &Actor, slice| {
        let page = audit::list(conn, actor, &filter, slice)?;
        names::add(app, conn, actor, page)
    };
    wanted.answer(state, auth, query.format, &AUDIT, slice, work).await
}
