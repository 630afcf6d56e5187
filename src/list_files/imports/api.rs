//! What is the same over HTTP whatever a list is about: the answers with a template, with the rejected rows, and with a list of what one import holds.

use diesel::PgConnection;
use serde::Deserialize;
use std::io::Write;
use std::path::Path;
use utoipa::IntoParams;

use crate::core::page::Slice;
use crate::core::{Language, Problem};
use crate::exports::{Format, Wanted, XLSX};
use crate::list_files::ListColumn;
use crate::list_files::rejections::{Kept, page, write_csv, write_xlsx};
use crate::list_files::written::{Written, headers};
use crate::web::Lang;
use crate::web::accept::preferred;
use crate::web::problem::{Answer, Failure};
use crate::web::reply::{ok, read};
use crate::web::state::State;

/// In which language the template is wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TemplateQuery {
    /// `zh-CN` or `en`; else by `Accept-Language`.
    #[param(inline)]
    pub language: Option<Language>,
}

/// The answer with a template, by the names of its file in Chinese and English.
///
/// # Errors
/// None of its own; the form is that of every answer.
pub fn template_answer(names: [&str; 2], language: Language, file: Vec<u8>) -> Answer {
    Ok(headers(XLSX, names, "xlsx", language).body(file))
}

/// In what form the rejections are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RejectionsQuery {
    /// `xlsx` or `csv` for a file that can be corrected and imported again; else by `Accept`, JSON in doubt.
    #[param(inline)]
    format: Option<Format>,
    /// Of a workbook: `zh-CN` or `en` for its reasons; else by `Accept-Language`.
    #[param(inline)]
    language: Option<Language>,
    /// Rows on a page, 1 to 200.
    #[param(value_type = Option<i64>)]
    limit: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// The rejected rows of an import: where they are, and how they are written under the columns of its kind of list.
pub struct Rejected {
    kept: Kept,
    csv: fn(&mut PgConnection, Kept, &mut dyn Write) -> Result<(), Problem>,
    xlsx: fn(&mut PgConnection, Kept, Language, &Path, &mut Written) -> Result<(), Problem>,
}

impl Rejected {
    /// Those of a list with these columns.
    #[must_use]
    pub fn of<C: ListColumn>(kept: Kept) -> Self {
        Self { kept, csv: write_csv::<C>, xlsx: write_xlsx::<C> }
    }
}

/// The name of a file of rows that were not taken, in Chinese and English.
const REJECTIONS: [&str; 2] = ["被拒的行", "rejections"];

/// Answers the rows that were not taken: a page of reasons, or a file that can be corrected and imported again. `known` gives them where the caller
/// may know of the import.
///
/// # Errors
/// 422 naming `limit` or `cursor`; those of `known`; 409 where the rows are on more sheets than a workbook takes; 503 when the disk fails.
pub async fn rejections_answer(
    state: &State,
    query: RejectionsQuery,
    lang: Lang,
    request: &actix_web::HttpRequest,
    known: impl FnOnce(&mut PgConnection) -> Result<Rejected, Problem> + Send + 'static,
) -> Answer {
    let language = query.language.unwrap_or(lang.0);
    let offers = [("application/json", Format::Json), ("text/csv", Format::Csv), (XLSX, Format::Xlsx)];
    let format = query.format.or_else(|| preferred(request, &offers)).unwrap_or(Format::Json);
    let slice = Slice::parse(query.limit.as_deref(), query.cursor.as_deref())?;
    if format == Format::Json {
        let reasons = read(state, move |app| {
            let conn = &mut *app.snapshot()?;
            let rejected = known(conn)?;
            page(conn, rejected.kept, slice)
        });
        return ok(reasons.await?);
    }
    let folder = state.uploads.clone();
    let file = read(state, move |app| {
        let conn = &mut *app.snapshot()?;
        let Rejected { kept, csv, xlsx } = known(conn)?;
        let mut file = Written::new(&folder)?;
        match format {
            Format::Csv => csv(conn, kept, &mut file)?,
            _ => xlsx(conn, kept, language, &folder, &mut file)?,
        }
        file.flush().map_err(Problem::internal)?;
        file.done()
    })
    .await?;
    Ok(match format {
        Format::Csv => file.answer("text/csv; charset=utf-8", REJECTIONS, "csv", language),
        _ => file.answer(XLSX, REJECTIONS, "xlsx", language),
    })
}

/// In what form a list of what one import holds is wanted. A file bears the name of the import's own, which `named` gives where the caller may
/// know of the import.
///
/// # Errors
/// Those of `named`.
pub async fn of_import(
    state: &State,
    wanted: Wanted,
    asked: Option<Format>,
    named: impl FnOnce(&mut PgConnection) -> Result<String, Problem> + Send + 'static,
) -> Result<(Wanted, Format), Failure> {
    let format = wanted.format(asked);
    if format == Format::Json {
        return Ok((wanted, format));
    }
    let name = read(state, move |app| named(&mut *app.snapshot()?)).await?;
    Ok((wanted.named(name), format))
}
