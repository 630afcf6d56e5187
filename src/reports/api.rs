//! Progress in figures: each report as JSON, CSV or XLSX.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};

use crate::accounts::factors::step_up;
use crate::core::Language;
use crate::reports::days::{self, DeadlineDays};
use crate::reports::deadlines::{self, DeadlineReport};
use crate::reports::experts::{self, ExpertReport};
use crate::reports::funnel::{self, Funnel};
use crate::reports::overview::{self, Overview};
use crate::reports::published::{self, PublishFigures, PublishedReport};
use crate::reports::rate::{self, By, Count, Question, RateReport};
use crate::reports::table::Table;
use crate::web::accept::preferred;
use crate::web::problem::Answer;
use crate::web::reply::{created, execute, ok, read};
use crate::web::state::State;
use crate::web::{Auth, Json, Lang, Query};

crate::word_enum! {
    /// The forms of a report.
    pub enum Form {
        /// For programs.
        Json = "json",
        /// For spreadsheets: UTF-8 with a byte order mark.
        Csv = "csv",
        /// A workbook.
        Xlsx = "xlsx",
    }
}

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

impl Form {
    /// The form that is asked for by `format`, else by `Accept`; JSON in doubt.
    fn of(asked: Option<Self>, request: &HttpRequest) -> Self {
        let offers = [("application/json", Self::Json), ("text/csv", Self::Csv), (XLSX, Self::Xlsx)];
        asked.or_else(|| preferred(request, &offers)).unwrap_or(Self::Json)
    }
}

fn answer(form: Form, language: Language, report: impl Serialize, table: Table) -> Answer {
    let (file, kind, ending) = match form {
        Form::Json => return ok(report),
        Form::Csv => (table.csv(language)?, "text/csv; charset=utf-8; header=present", "csv"),
        Form::Xlsx => (table.xlsx(language)?, XLSX, "xlsx"),
    };
    let name = format!("attachment; filename=\"{}\"", table.file_name(ending));
    Ok(HttpResponse::Ok()
        .content_type(kind)
        .insert_header((header::CONTENT_DISPOSITION, name))
        .insert_header((header::CONTENT_LANGUAGE, language.tag()))
        .body(file))
}

/// The format of a report.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FormQuery {
    /// `json`, `csv` or `xlsx`; else by `Accept`.
    #[param(inline)]
    format: Option<Form>,
}

/// The headline figures of the caller's region and all under it.
#[utoipa::path(get, path = "/api/v1/reports/overview", tag = "reports", params(FormQuery),
    responses((status = 200, content((Overview = "application/json"), (String = "text/csv")))))]
pub async fn overview(
    state: State,
    auth: Auth,
    lang: Lang,
    query: Query<FormQuery>,
    request: HttpRequest,
) -> Answer {
    let form = Form::of(query.0.format, &request);
    let report = read(&state, move |app| overview::overview(&mut *app.conn()?, &auth.actor())).await?;
    let table = report.table();
    answer(form, lang.0, report, table)
}

/// Which zero-out rate.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RateQuery {
    /// What the lines are; the parts of the region where nothing is named.
    #[param(inline)]
    by: Option<By>,
    /// What is counted; enterprises where nothing is named.
    #[param(inline)]
    count: Option<Count>,
    /// Code of a region, the caller's own or one under it.
    region: Option<String>,
    /// As of the end of this day, in Asia/Shanghai; today where none is named.
    as_of: Option<NaiveDate>,
    /// `json`, `csv` or `xlsx`; else by `Accept`.
    #[param(inline)]
    format: Option<Form>,
}

/// The zero-out rate (清零率) by parts of a region, product class or month. What is said of a past day never changes.
#[utoipa::path(get, path = "/api/v1/reports/zero-out-rate", tag = "reports", params(RateQuery),
    responses((status = 200, content((RateReport = "application/json"), (String = "text/csv")))))]
pub async fn zero_out_rate(
    state: State,
    auth: Auth,
    lang: Lang,
    query: Query<RateQuery>,
    request: HttpRequest,
) -> Answer {
    let RateQuery { by, count, region, as_of, format } = query.0;
    let (by, count) = (by.unwrap_or(By::Region), count.unwrap_or(Count::Enterprise));
    let question = Question { by, count, region, as_of };
    let report = read(&state, move |app| {
        let (now, conn) = (app.clock().now(), &mut *app.conn()?);
        rate::report(conn, &auth.actor(), app.catalogue(), &question, now, lang.0)
    })
    .await?;
    let table = report.table();
    answer(Form::of(format, &request), lang.0, report, table)
}

/// Of which region, as of when, in which form.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ReportQuery {
    /// Code of a region, the caller's own or one under it.
    region: Option<String>,
    /// As of the end of this day, in Asia/Shanghai; today where none is named.
    as_of: Option<NaiveDate>,
    /// `json`, `csv` or `xlsx`; else by `Accept`.
    #[param(inline)]
    format: Option<Form>,
}

/// How many enterprises have come how far, from the list to clearance. What is said of a past day never changes.
#[utoipa::path(get, path = "/api/v1/reports/funnel", tag = "reports", params(ReportQuery),
    responses((status = 200, content((Funnel = "application/json"), (String = "text/csv")))))]
pub async fn funnel(
    state: State,
    auth: Auth,
    lang: Lang,
    query: Query<ReportQuery>,
    request: HttpRequest,
) -> Answer {
    let ReportQuery { region, as_of, format } = query.0;
    let report = read(&state, move |app| {
        let (now, conn) = (app.clock().now(), &mut *app.conn()?);
        funnel::report(conn, &auth.actor(), app.catalogue(), region.as_deref(), as_of, now)
    })
    .await?;
    let table = report.table();
    answer(Form::of(format, &request), lang.0, report, table)
}

/// The work of the experts on the enterprises of a region.
#[utoipa::path(get, path = "/api/v1/reports/experts", tag = "reports", params(ReportQuery),
    extensions(("x-step-up" = json!(["csv", "xlsx"]))),
    responses((status = 200, content((ExpertReport = "application/json"), (String = "text/csv")))))]
pub async fn experts(
    state: State,
    auth: Auth,
    lang: Lang,
    query: Query<ReportQuery>,
    request: HttpRequest,
) -> Answer {
    let ReportQuery { region, as_of, format } = query.0;
    let form = Form::of(format, &request);
    // The file takes people's names out of the platform.
    if form != Form::Json {
        step_up::require_now(&state.app, &auth.person)?;
    }
    let report = read(&state, move |app| {
        let (now, conn) = (app.clock().now(), &mut *app.conn()?);
        experts::report(conn, &auth.actor(), app.catalogue(), region.as_deref(), as_of, now)
    })
    .await?;
    let table = report.table();
    answer(form, lang.0, report, table)
}

/// The statutory deadlines that run, ahead and missed. What is said of a past day never changes.
#[utoipa::path(get, path = "/api/v1/reports/deadlines", tag = "reports", params(ReportQuery),
    responses((status = 200, content((DeadlineReport = "application/json"), (String = "text/csv")))))]
pub async fn deadlines(
    state: State,
    auth: Auth,
    lang: Lang,
    query: Query<ReportQuery>,
    request: HttpRequest,
) -> Answer {
    let ReportQuery { region, as_of, format } = query.0;
    let report = read(&state, move |app| {
        let (now, conn) = (app.clock().now(), &mut *app.conn()?);
        deadlines::report(conn, &auth.actor(), app.catalogue(), region.as_deref(), as_of, now, lang.0)
    })
    .await?;
    let table = report.table(lang.0);
    answer(Form::of(format, &request), lang.0, report, table)
}

/// The figures that a regulator published and the platform can't count: credit scores, supervision sampling, label
/// inspection, visits. Of the region itself, each year's. What is said of a past day never changes.
#[utoipa::path(get, path = "/api/v1/reports/published-figures", tag = "reports", params(ReportQuery),
    responses((status = 200, content((PublishedReport = "application/json"), (String = "text/csv")))))]
pub async fn published(
    state: State,
    auth: Auth,
    lang: Lang,
    query: Query<ReportQuery>,
    request: HttpRequest,
) -> Answer {
    let ReportQuery { region, as_of, format } = query.0;
    let report = read(&state, move |app| {
        let (now, conn) = (app.clock().now(), &mut *app.conn()?);
        published::report(conn, &auth.actor(), app.catalogue(), region.as_deref(), as_of, now)
    })
    .await?;
    let table = report.table(lang.0);
    answer(Form::of(format, &request), lang.0, report, table)
}

/// Of which region, in which form.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RegionQuery {
    /// Code of a region, the caller's own or one under it.
    region: Option<String>,
    /// `json`, `csv` or `xlsx`; else by `Accept`.
    #[param(inline)]
    format: Option<Form>,
}

/// The statutory deadlines that run, by the day on which they end: those that were missed, today and the thirty days after it.
#[utoipa::path(get, path = "/api/v1/reports/deadline-days", tag = "reports", params(RegionQuery),
    responses((status = 200, content((DeadlineDays = "application/json"), (String = "text/csv")))))]
pub async fn deadline_days(
    state: State,
    auth: Auth,
    lang: Lang,
    query: Query<RegionQuery>,
    request: HttpRequest,
) -> Answer {
    let RegionQuery { region, format } = query.0;
    let report = read(&state, move |app| {
        let (now, conn) = (app.clock().now(), &mut *app.conn()?);
        days::report(conn, &auth.actor(), app.catalogue(), region.as_deref(), now)
    })
    .await?;
    let table = report.table(lang.0);
    answer(Form::of(format, &request), lang.0, report, table)
}

/// Figures that were published.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PublishBody {
    /// Code of the region, the officer's own or one under it; the own where none is named.
    region: Option<String>,
    /// The year.
    year: i32,
    /// Where they were published.
    source: String,
    /// The figures by their words, as in the report.
    figures: BTreeMap<String, i64>,
}

/// Enters published figures. One that is entered again takes the place of the earlier one from then on.
#[utoipa::path(post, path = "/api/v1/reports/published-figures", tag = "reports", request_body = PublishBody,
    responses((status = 201, body = PublishedReport)))]
pub async fn publish(state: State, auth: Auth, body: Json<PublishBody>) -> Answer {
    let PublishBody { region, year, source, figures } = body.0;
    let region = execute(&state, auth.caller(), PublishFigures { region, year, source, figures }).await?;
    let location = format!("/api/v1/reports/published-figures?region={region}");
    let report = read(&state, move |app| {
        let (now, conn) = (app.clock().now(), &mut *app.conn()?);
        published::report(conn, &auth.actor(), app.catalogue(), Some(&region), None, now)
    })
    .await?;
    created(&location, report)
}
