//! The figures of inspections as JSON, CSV or XLSX.

use crate::core::problem::FieldError;
use crate::core::{Problem, Text};
use crate::exports::{BookFile, FilterWord, Format, REGION, Wanted};
use crate::inspections::words::Method;
use crate::programmes::settings::ProgrammeSettings;
use crate::sampling_figures::lines::SamplingBy;
use crate::sampling_figures::report::{Question, SamplingReport, report};
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
        let name = |by: SamplingBy| by.text().get(w.language).to_owned();
        match SamplingBy::one_or_two(word) {
            Some((rows, Some(columns))) => format!("{} × {}", name(rows), name(columns)),
            Some((rows, None)) => name(rows),
            None => word.to_owned(),
        }
    }),
    FilterWord::new("method", "检查方式", "method", |word, w| {
        word.parse::<Method>()
            .map_or_else(|_| word.to_owned(), |method| method.text().get(w.language).to_owned())
    }),
    FilterWord::new("year", "年份", "year", |word, _| word.to_owned()),
];

/// Which figures of inspections.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SamplingQuery {
    /// What the lines are: `region`, `class`, `kind`, `level`, `role`, `laboratory`, `programme`, `method` or `month`; the parts of the region where
    /// nothing is named. Two of them with a comma between, such as `region,kind`, give `cross` as well: rows × columns, at most 250 × 40.
    #[param(example = "region,kind")]
    by: Option<String>,
    /// The method; sampling where none is named.
    #[param(inline)]
    method: Option<Method>,
    /// The year of the sampling; that of the day where none is named.
    year: Option<i32>,
    /// Code of a region, the caller's own or one under it.
    region: Option<String>,
    /// As of the end of this day, in Asia/Shanghai; today where none is named.
    as_of: Option<NaiveDate>,
    /// `json`, `csv` or `xlsx`; else by `Accept`.
    #[param(inline)]
    format: Option<Format>,
}

/// The figures of the inspections of a year by one method, in a region and all under it: lines, shares with their formulas, breadth, growth, days,
/// coverage, and what was announced beside what is counted. Figures of a past day never change.
#[utoipa::path(get, path = "/api/v1/reports/sampling", tag = "reports", params(SamplingQuery),
    responses((status = 200, content((SamplingReport = "application/json"), (String = "text/csv"),
        (BookFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn sampling(state: State, auth: Auth, query: Query<SamplingQuery>, wanted: Wanted) -> Answer {
    let SamplingQuery { by, method, year, region, as_of, format } = query.0;
    let (by, and) = match by.as_deref().map(SamplingBy::one_or_two) {
        None => (None, None),
        Some(Some((by, and))) => (Some(by), and),
        Some(None) => {
            let words = SamplingBy::ALL.iter().map(|by| by.as_str()).collect::<Vec<_>>();
            let text = Text::new(
                format!("须为其中之一或其中不同的两项（以逗号分隔）：{}", words.join("、")),
                format!(
                    "must be one of these, or two different ones with a comma between: {}",
                    words.join(", ")
                ),
            );
            return Err(Problem::invalid(vec![FieldError::query("by", text)]).into());
        }
    };
    let question = Question { by, and, method, year, region, as_of };
    let (format, actor, language) = (wanted.format(format), auth.actor(), wanted.language());
    let found = read(&state, move |app| {
        let (now, conn) = (app.clock().now(), &mut *app.conn()?);
        let settings = app.settings().section::<ProgrammeSettings>();
        report(conn, &actor, (app.catalogue(), settings), &question, now, language)
    })
    .await?;
    if format == Format::Json {
        return ok(found);
    }
    let table = found.table(language).file(language, FILTERS);
    wanted.file(&state, &auth, format, table).await
}
