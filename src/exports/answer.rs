//! A list, answered in the form that is asked for: a page of it as JSON, or all of it as a file.

use std::future::{Ready, ready};
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::PgConnection;
use futures_util::stream;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::app::App;
use crate::core::page::{Page, Slice};
use crate::core::problem::FieldError;
use crate::core::{Actor, Language, Problem, Text};
use crate::exports::XLSX;
use crate::exports::cell::Cell;
use crate::exports::csv_file::CsvFile;
use crate::exports::head::{self, Head, file_disposition};
use crate::exports::list::{FilterWord, Format, List, ListPage};
use crate::exports::record::ExportList;
use crate::exports::settings::ExportSettings;
use crate::exports::slots::ExportSlots;
use crate::exports::streaming::{ExportStream, Next, Tally, Writer, first};
use crate::exports::words::Words;
use crate::exports::workbook::{Heading, Workbook};
use crate::web::Auth;
use crate::web::accept::preferred;
use crate::web::frame::Frame;
use crate::web::problem::{Answer, Failure};
use crate::web::reply::{ok, read};
use crate::web::state::State;

/// In what form a list is wanted, in which language, narrowed to what.
pub struct Wanted {
    frame: Frame,
    accepted: Option<Format>,
    /// The thing whose list it is: the `{id}` of the path.
    of: Option<Uuid>,
    /// The parameters that narrow the list.
    filters: Vec<(String, String)>,
    /// A parameter that asks for one page.
    paged: Option<&'static str>,
    /// Whose list it is, in words, where not the caller's scope says it.
    named: Option<String>,
    /// What filters say, where the handler knows it.
    said: Vec<(&'static str, String)>,
}

impl FromRequest for Wanted {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let offers = [("application/json", Format::Json), ("text/csv", Format::Csv), (XLSX, Format::Xlsx)];
        let mut wanted = Self {
            frame: Frame::of(request),
            accepted: preferred(request, &offers),
            of: request.match_info().get("id").and_then(|id| id.parse().ok()),
            filters: Vec::new(),
            paged: None,
            named: None,
            said: Vec::new(),
        };
        for (name, value) in form_urlencoded::parse(request.query_string().as_bytes()) {
            match name.as_ref() {
                "format" => {}
                // As of a form: an empty field narrows nothing.
                _ if value.trim().is_empty() => {}
                "limit" => wanted.paged = Some("limit"),
                "cursor" => wanted.paged = Some("cursor"),
                _ => wanted.filters.push((name.into_owned(), value.into_owned())),
            }
        }
        ready(Ok(wanted))
    }
}

impl Wanted {
    /// The form: by `format`, else by `Accept`; JSON in doubt.
    pub fn format(&self, asked: Option<Format>) -> Format {
        asked.or(self.accepted).unwrap_or(Format::Json)
    }

    /// The language of the file.
    pub fn language(&self) -> Language {
        self.frame.language
    }

    /// The scope of who sees everything, in words.
    pub fn everywhere(&self) -> &'static str {
        head::everywhere(&self.frame)
    }

    /// A filter that the handler sets where the caller says nothing, so that the file says it.
    #[must_use]
    pub fn with_default(mut self, parameter: &str, value: &str) -> Self {
        if !self.filters.iter().any(|(name, _)| name == parameter) {
            self.filters.push((parameter.to_owned(), value.to_owned()));
        }
        self
    }

    /// The same of one thing by its name, or of the caller alone: head and name of the file say so in place of the caller's scope.
    #[must_use]
    pub fn named(self, name: String) -> Self {
        Self { named: Some(name), ..self }
    }

    /// The same with the name of what a filter narrows the list to.
    #[must_use]
    pub fn saying(mut self, parameter: &'static str, name: String) -> Self {
        self.said.push((parameter, name));
        self
    }

    /// The same of what is the caller's own.
    #[must_use]
    pub fn own(self) -> Self {
        let own = self.frame.t("本人", "own").to_owned();
        self.named(own)
    }

    /// Answers a list: the page that is asked for, or all of it as a file, likewise.
    ///
    /// # Errors
    /// 422 naming `limit` or `cursor`; else as [`Self::answer`].
    pub async fn list<T, W>(
        self,
        state: State,
        auth: Auth,
        asked: ListPage,
        list: &'static List<T>,
        work: W,
    ) -> Answer
    where
        T: Serialize + Send + 'static,
        W: Fn(&App, &mut PgConnection, &Actor, Slice) -> Result<Page<T>, Problem> + Send + 'static,
    {
        let slice = asked.slice()?;
        self.answer(state, auth, asked.format, list, slice, work).await
    }

    /// Answers a list: the page that is asked for, or all of it as a file. `work` reads a part of it as the actor sees it.
    ///
    /// # Errors
    /// Those of `work`; 422 where a page of a file is asked for, 403 where people's data are and the session has not proved lately who is
    /// in it, 429 and 503 where too many files are being made.
    pub async fn answer<T, W>(
        self,
        state: State,
        auth: Auth,
        format: Option<Format>,
        list: &'static List<T>,
        slice: Slice,
        work: W,
    ) -> Answer
    where
        T: Serialize + Send + 'static,
        W: Fn(&App, &mut PgConnection, &Actor, Slice) -> Result<Page<T>, Problem> + Send + 'static,
    {
        let format = self.format(format);
        if format == Format::Json {
            let actor = auth.actor();
            return ok(read(&state, move |app| work(app, &mut *app.snapshot()?, &actor, slice)).await?);
        }
        if let Some(parameter) = self.paged {
            let text = Text::new("导出的文件包含整个列表，不分页", "a file has the whole list and no pages");
            return Err(Problem::invalid(vec![FieldError::query(parameter, text)]).into());
        }
        if list.people {
            (state.log_in.require_step_up)(&state.app, &auth.person)?;
        }
        let settings = state.app.settings().section::<ExportSettings>();
        let turns = state.app.cache().of::<ExportSlots>();
        let turn = turns.take(auth.person.account, settings.at_once_of_account, settings.at_once)?;
        let words = Words::new(self.frame, Arc::clone(state.app.catalogue()));
        let (caller, who) = (auth.caller(), auth.person.name.clone());
        let (filters, of, named, known) = (self.filters, self.of, self.named, self.said);
        let (sending, named, language) = read(&state, move |app| {
            let now = app.clock().now();
            let mut conn = app.pool().long_snapshot()?;
            let page = work(app, &mut conn, &caller.actor, first(app))?;
            let id = Uuid::now_v7();
            let scope = named.unwrap_or_else(|| head::scope(&words, &caller.actor, &filters));
            let said = head::filters(&words, list.filters, &filters, &known, &page.items);
            let title = words.t(list.zh, list.en);
            let head = Head {
                title: title.to_owned(),
                about: head::about(&words, &head::as_of(&words, None, now), &scope, &said, &who),
                too_long: too_long(&words),
            };
            let day = head::day(now);
            let named = file_disposition(
                &head::file_name(title, &scope, day),
                &format!("{}_{day}", list.name),
                format.as_str(),
            );
            let asked = ExportList {
                id,
                list: list.name,
                title: Text::new(list.zh, list.en),
                format: format.as_str(),
                of,
                filters,
            };
            app.execute(&caller, &asked)?;
            let tally = Tally { app: app.clone(), caller, id, list: list.name, rows: 0, ended: false };
            let language = words.tag();
            let writer = Writer::begin(format, list, &words, head, &page.items)?;
            let sending =
                ExportStream { writer, tally, words, list, conn, work, next: Next::Page(page), _turn: turn };
            Ok((sending, named, language))
        })
        .await?;
        let parts = stream::try_unfold((state, sending), |(state, mut sending)| async move {
            let step = read(&state, move |app| {
                let bytes = sending.step(app)?;
                Ok(bytes.map(|bytes| (bytes, sending)))
            });
            match step.await {
                Ok(sent) => Ok(sent.map(|(bytes, sending)| (bytes, (state, sending)))),
                // The head of the answer has left: all that is to be done is to break it off.
                Err(failure) => {
                    let cause = failure.problem.cause.as_deref().unwrap_or_default();
                    tracing::error!(cause, "an export broke off");
                    Err(actix_web::Error::from(failure))
                }
            }
        });
        Ok(response(format, &named, language).streaming(parts))
    }
}

/// A table that is in memory whole.
pub struct Table {
    /// The word of the audit, and the name of the file where a client knows no other than ASCII.
    pub name: &'static str,
    /// What it is, in the language of the file.
    pub title: String,
    /// Whose figures they are.
    pub scope: String,
    /// As of the end of this day; now, where none is named.
    pub as_of: Option<NaiveDate>,
    /// The filters, in words.
    pub known: &'static [FilterWord],
    /// The headings of the columns.
    pub headings: Vec<String>,
    /// The rows.
    pub rows: Vec<Vec<Cell>>,
}

impl Wanted {
    /// Answers a table that is in memory whole, as a file.
    ///
    /// # Errors
    /// When the audit or the file can't be written.
    pub async fn file(self, state: &State, auth: &Auth, format: Format, table: Table) -> Answer {
        let (caller, who, filters) = (auth.caller(), auth.person.name.clone(), self.filters);
        let words = Words::new(self.frame, Arc::clone(state.app.catalogue()));
        let language = words.tag();
        let (body, named) = read(state, move |app| {
            let (now, id, name) = (app.clock().now(), Uuid::now_v7(), table.name);
            let asked = ExportList {
                id,
                list: name,
                title: Text::new(table.title.clone(), table.title.clone()),
                format: format.as_str(),
                of: None,
                filters: filters.clone(),
            };
            app.execute(&caller, &asked)?;
            let count = u64::try_from(table.rows.len()).unwrap_or(u64::MAX);
            let mut tally = Tally { app: app.clone(), caller, id, list: name, rows: count, ended: false };
            let written = written(format, &words, table, filters, &who, now)?;
            tally.end(true)?;
            Ok(written)
        })
        .await?;
        Ok(response(format, &named, language).body(body))
    }

    /// Answers a list that everybody may read, in memory whole, as a file. It is no export of the platform's data, so the audit says nothing of it.
    ///
    /// # Errors
    /// When the file can't be written.
    pub async fn public_list<T: Send + 'static>(
        self,
        state: &State,
        format: Format,
        list: &'static List<T>,
        rows: Vec<T>,
    ) -> Answer {
        let words = Words::new(self.frame, Arc::clone(state.app.catalogue()));
        let language = words.tag();
        let public = words.t("公众", "the public").to_owned();
        let scope = self.named.unwrap_or_else(|| words.t("公开", "public").to_owned());
        let filters = self.filters;
        let (body, named) = read(state, move |app| {
            let table = Table {
                name: list.name,
                title: words.t(list.zh, list.en).to_owned(),
                scope,
                as_of: None,
                known: list.filters,
                headings: list.columns.iter().map(|c| words.t(c.zh, c.en).to_owned()).collect(),
                rows: rows
                    .iter()
                    .map(|row| list.columns.iter().map(|column| (column.cell)(row, &words)).collect())
                    .collect(),
            };
            written(format, &words, table, filters, &public, app.clock().now())
        })
        .await?;
        Ok(response(format, &named, language).body(body))
    }
}

/// A table as a file, with its disposition.
fn written(
    format: Format,
    words: &Words,
    table: Table,
    filters: Vec<(String, String)>,
    who: &str,
    now: DateTime<Utc>,
) -> Result<(Bytes, String), Problem> {
    let Table { name, title, scope, as_of, known, headings, rows } = table;
    let day = as_of.unwrap_or_else(|| head::day(now));
    let ascii = format!("{name}_{day}");
    let named = file_disposition(&head::file_name(&title, &scope, day), &ascii, format.as_str());
    let body = if format == Format::Csv {
        let mut file = CsvFile::begin(headings.iter().map(String::as_str))?;
        for row in &rows {
            file.row(row)?;
        }
        file.take()?
    } else {
        let mut headings: Vec<Heading> = headings.into_iter().map(Heading::new).collect();
        for row in &rows {
            headings.iter_mut().zip(row).for_each(|(heading, cell)| heading.fit(cell));
        }
        let as_of = head::as_of(words, as_of, now);
        let said = head::filters::<Value>(words, known, &narrowing(filters), &[], &[]);
        let about = head::about(words, &as_of, &scope, &said, who);
        let mut book = Workbook::begin(Head { title, about, too_long: too_long(words) }, headings)?;
        for row in &rows {
            book.row(row)?;
        }
        book.end(None)?
    };
    Ok((body, named))
}

/// The filters that neither the scope nor the day of the head says.
fn narrowing(filters: Vec<(String, String)>) -> Vec<(String, String)> {
    filters.into_iter().filter(|(name, _)| !["region", "as_of"].contains(&name.as_str())).collect()
}

/// The head of the answer. A file about people is kept by no cache, and a workbook is compressed already.
fn response(format: Format, named: &str, language: &str) -> actix_web::HttpResponseBuilder {
    let mut response = HttpResponse::Ok();
    response
        .insert_header((header::CONTENT_DISPOSITION, named))
        .insert_header((header::CONTENT_LANGUAGE, language))
        .insert_header((header::CACHE_CONTROL, "private, no-store"));
    match format {
        Format::Xlsx => response
            .content_type(XLSX)
            .insert_header((header::CONTENT_ENCODING, header::HeaderValue::from_static("identity"))),
        _ => response.content_type("text/csv; charset=utf-8; header=present"),
    };
    response
}

/// What stands at the end of a text that is too long for a cell.
pub fn too_long(words: &Words) -> &'static str {
    match words.language {
        Language::Zh => "…（内容过长，已截断）",
        Language::En => "… (too long, cut)",
    }
}
