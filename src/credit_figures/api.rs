//! The figures of credit as JSON, CSV or XLSX.

use crate::credit_figures::counts::CreditBy;
use crate::credit_figures::report::{self, CreditReport, Question};
use crate::exports::{BookFile, FilterWord, Format, REGION, Wanted};
use crate::web::problem::Answer;
use crate::web::reply::{ok, read};
use crate::web::state::State;
use crate::web::{Auth, Query};
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::IntoParams;

/// The filters of the report.
const FILTERS: &[FilterWord] = &[
    REGION,
    FilterWord::new("by", "统计方式", "by", |word, w| {
        word.parse::<CreditBy>().map_or_else(|_| word.to_owned(), |by| by.text().get(w.language).to_owned())
    }),
];

/// Which figures of credit.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CreditReportQuery {
    /// What the lines are; the parts of the region where nothing is named.
    #[param(inline)]
    by: Option<CreditBy>,
    /// Code of a region, the caller's own or one under it.
    region: Option<String>,
    /// As of the end of this day, in Asia/Shanghai; today where none is named.
    as_of: Option<NaiveDate>,
    /// `json`, `csv` or `xlsx`; else by `Accept`.
    #[param(inline)]
    format: Option<Format>,
}

/// The credit of the operators of a region and all under it: how many have which grade, how grades moved, how long C and D last, what came of objections
/// and repairs, and how many of each grade fail the next sampling. Figures of a past day never change.
#[utoipa::path(get, path = "/api/v1/reports/credit", tag = "reports", params(CreditReportQuery),
    responses((status = 200, content((CreditReport = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn report(state: State, auth: Auth, query: Query<CreditReportQuery>, wanted: Wanted) -> Answer {
    let CreditReportQuery { by, region, as_of, format } = query.0;
    let question = Question { by, region, as_of };
    let (format, actor, language) = (wanted.format(format), auth.actor(), wanted.language());
    let found = read(&state, move |app| {
        let (now, conn) = (app.clock().now(), &mut *app.snapshot()?);
        report::report(conn, &actor, (app.catalogue(), app.settings()), &question, now, language)
    })
    .await?;
    if format == Format::Json {
        return ok(found);
    }
    let table = found.table(language).file(language, FILTERS);
    wanted.file(&state, &auth, format, table).await
}
