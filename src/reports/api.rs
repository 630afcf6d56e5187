//! Progress in figures: each report as JSON, CSV or XLSX.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};

use crate::accounts::factors::step_up;
use crate::exports::{BookFile, FilterWord, Format, FormatQuery, REGION, Wanted};
use crate::reports::days::{self, DeadlineDays};
use crate::reports::deadlines::{self, DeadlineReport};
use crate::reports::experts::{self, ExpertReport};
use crate::reports::funnel::{self, Funnel};
use crate::reports::overview::{self, Overview};
use crate::reports::published::{self, PublishFigures, PublishedReport};
use crate::reports::rate::{self, By, Count, Question, RateReport};
use crate::reports::table::Table;
use crate::web::problem::Answer;
use crate::web::reply::{created, execute, ok, read};
use crate::web::state::State;
use crate::web::{Auth, Json, Lang, Query};

/// The filters of the reports.
const FILTERS: &[FilterWord] = &[
    REGION,
    FilterWord::new("by", "统计方式", "by", |word, w| match word.parse() {
        Ok(By::Region) => w.t("按地区", "region").to_owned(),
        Ok(By::Class) => w.t("按产品类别", "product class").to_owned(),
        Ok(By::Month) => w.t("按月", "month").to_owned(),
        Err(_) => word.to_owned(),
    }),
    FilterWord::new("count", "统计对象", "counted", |word, w| match word.parse() {
        Ok(Count::Enterprise) => w.t("企业", "enterprises").to_owned(),
        Ok(Count::Nonconformity) => w.t("不合格记录", "nonconformities").to_owned(),
        Err(_) => word.to_owned(),
    }),
];

async fn answer(
    state: &State,
    auth: &Auth,
    wanted: Wanted,
    format: Format,
    report: impl Serialize,
    table: Table,
) -> Answer {
    if format == Format::Json {
        return ok(report);
    }
    let language = wanted.language();
    wanted.file(state, auth, format, table.file(language, FILTERS)).await
}

/// The headline figures of the caller's region and all under it.
#[utoipa::path(get, path = "/api/v1/reports/overview", tag = "reports", params(FormatQuery),
    responses((status = 200, content((Overview = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn overview(state: State, auth: Auth, query: Query<FormatQuery>, wanted: Wanted) -> Answer {
    let (format, actor) = (wanted.format(query.0.format), auth.actor());
    let report = read(&state, move |app| overview::overview(&mut *app.conn()?, &actor)).await?;
    let region = report.region.as_deref().and_then(|code| state.app.catalogue().regions.get(code));
    let table = report.table(region.map_or(wanted.everywhere(), |region| region.name_in(wanted.language())));
    answer(&state, &auth, wanted, format, report, table).await
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
    format: Option<Format>,
}

/// The zero-out rate (清零率) by parts of a region, product class or month. Figures of a past day never change.
#[utoipa::path(get, path = "/api/v1/reports/zero-out-rate", tag = "reports", params(RateQuery),
    responses((status = 200, content((RateReport = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn zero_out_rate(state: State, auth: Auth, query: Query<RateQuery>, wanted: Wanted) -> Answer {
    let RateQuery { by, count, region, as_of, format } = query.0;
    let (by, count) = (by.unwrap_or(By::Region), count.unwrap_or(Count::Enterprise));
    let question = Question { by, count, region, as_of };
    let (format, actor, language) = (wanted.format(format), auth.actor(), wanted.language());
    let report = read(&state, move |app| {
        let (now, conn) = (app.clock().now(), &mut *app.conn()?);
        rate::report(conn, &actor, app.catalogue(), &question, now, language)
    })
    .await?;
    let table = report.table();
    answer(&state, &auth, wanted, format, report, table).await
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
    format: Option<Format>,
}

/// How many enterprises have come how far, from the list to clearance. Figures of a past day never change.
#[utoipa::path(get, path = "/api/v1/reports/funnel", tag = "reports", params(ReportQuery),
    responses((status = 200, content((Funnel = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn funnel(state: State, auth: Auth, query: Query<ReportQuery>, wanted: Wanted) -> Answer {
    let ReportQuery { region, as_of, format } = query.0;
    let (format, actor, language) = (wanted.format(format), auth.actor(), wanted.language());
    let report = read(&state, move |app| {
        let (now, conn) = (app.clock().now(), &mut *app.conn()?);
        funnel::report(conn, &actor, app.catalogue(), region.as_deref(), as_of, now, language)
    })
    .await?;
    let table = report.table();
    answer(&state, &auth, wanted, format, report, table).await
}

/// The work of the experts on the enterprises of a region.
#[utoipa::path(get, path = "/api/v1/reports/experts", tag = "reports", params(ReportQuery),
    extensions(("x-step-up" = json!(["csv", "xlsx"]))),
    responses((status = 200, content((ExpertReport = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn experts(state: State, auth: Auth, query: Query<ReportQuery>, wanted: Wanted) -> Answer {
    let ReportQuery { region, as_of, format } = query.0;
    let (format, actor, language) = (wanted.format(format), auth.actor(), wanted.language());
    // The file takes people's names out of the platform.
    if format != Format::Json {
        step_up::require_now(&state.app, &auth.person)?;
    }
    let report = read(&state, move |app| {
        let (now, conn) = (app.clock().now(), &mut *app.conn()?);
        experts::report(conn, &actor, app.catalogue(), region.as_deref(), as_of, now, language)
    })
    .await?;
    let table = report.table();
    answer(&state, &auth, wanted, format, report, table).await
}

/// The statutory deadlines that run, ahead and missed. Figures of a past day never change.
#[utoipa::path(get, path = "/api/v1/reports/deadlines", tag = "reports", params(ReportQuery),
    responses((status = 200, content((DeadlineReport = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn deadlines(state: State, auth: Auth, query: Query<ReportQuery>, wanted: Wanted) -> Answer {
    let ReportQuery { region, as_of, format } = query.0;
    let (format, actor, language) = (wanted.format(format), auth.actor(), wanted.language());
    let report = read(&state, move |app| {
        let (now, conn) = (app.clock().now(), &mut *app.conn()?);
        deadlines::report(conn, &actor, app.catalogue(), region.as_deref(), as_of, now, language)
    })
    .await?;
    let table = report.table(language);
    answer(&state, &auth, wanted, format, report, table).await
}

/// The figures that a regulator published and the platform can't count: credit scores, supervision sampling, label
/// inspection, visits. Of the region itself, each year's. Figures of a past day never change.
#[utoipa::path(get, path = "/api/v1/reports/published-figures", tag = "reports", params(ReportQuery),
    responses((status = 200, content((PublishedReport = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn published(state: State, auth: Auth, query: Query<ReportQuery>, wanted: Wanted) -> Answer {
    let ReportQuery { region, as_of, format } = query.0;
    let (format, actor, language) = (wanted.format(format), auth.actor(), wanted.language());
    let report = read(&state, move |app| {
        let (now, conn) = (app.clock().now(), &mut *app.conn()?);
        published::report(conn, &actor, app.catalogue(), region.as_deref(), as_of, now, language)
    })
    .await?;
    let table = report.table(language);
    answer(&state, &auth, wanted, format, report, table).await
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
    format: Option<Format>,
}

/// The statutory deadlines that run, by the day on which they end: those that were missed, today and the thirty days after it.
#[utoipa::path(get, path = "/api/v1/reports/deadline-days", tag = "reports", params(RegionQuery),
    responses((status = 200, content((DeadlineDays = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn deadline_days(state: State, auth: Auth, query: Query<RegionQuery>, wanted: Wanted) -> Answer {
    let RegionQuery { region, format } = query.0;
    let (format, actor, language) = (wanted.format(format), auth.actor(), wanted.language());
    let report = read(&state, move |app| {
        let (now, conn) = (app.clock().now(), &mut *app.conn()?);
        days::report(conn, &actor, app.catalogue(), region.as_deref(), now, language)
    })
    .await?;
    let table = report.table(language);
    answer(&state, &auth, wanted, format, report, table).await
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
pub async fn publish(state: State, auth: Auth, lang: Lang, body: Json<PublishBody>) -> Answer {
    let language = lang.0;
    let PublishBody { region, year, source, figures } = body.0;
    let region = execute(&state, auth.caller(), PublishFigures { region, year, source, figures }).await?;
    let location = format!("/api/v1/reports/published-figures?region={region}");
    let report = read(&state, move |app| {
        let (now, conn) = (app.clock().now(), &mut *app.conn()?);
        published::report(conn, &auth.actor(), app.catalogue(), Some(&region), None, now, language)
    })
    .await?;
    created(&location, report)
}
