//! A list, answered in the form that is asked for: a page of it as JSON, or all of it as a file.

use std::future::{Ready, ready};
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use diesel::PgConnection;
use futures_util::stream;
use serde::Serialize;
use uuid::Uuid;

use crate::app::App;
use crate::core::page::{Page, Slice};
use crate::core::problem::FieldError;
use crate::core::{Actor, Caller, Language, Problem, Text};
use crate::exports::XLSX;
use crate::exports::cell::Cell;
use crate::exports::comma::CommaFile;
use crate::exports::head::{self, Head, file_disposition};
use crate::exports::list::{Format, List};
use crate::exports::record::{ExportList, FinishExport};
use crate::exports::settings::ExportSettings;
use crate::exports::turns::{Turn, Turns};
use crate::exports::words::Words;
use crate::exports::workbook::{Heading, Workbook};
use crate::web::Auth;
use crate::web::accept::preferred;
use crate::web::frame::Frame;
use crate::web::problem::{Answer, Failure};
use crate::web::reply::{ok, read};
use crate::web::state::State;

/// Rows that are read at a time.
const PIECE: i64 = 500;

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
        };
        for (name, value) in form_urlencoded::parse(request.query_string().as_bytes()) {
            match name.as_ref() {
                "format" => {}
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

    /// A filter that the handler sets where the caller says nothing, so that the file says it.
    #[must_use]
    pub fn with_default(mut self, parameter: &str, value: &str) -> Self {
        if !self.filters.iter().any(|(name, _)| name == parameter) {
            self.filters.push((parameter.to_owned(), value.to_owned()));
        }
        self
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
            return ok(read(&state, move |app| work(app, &mut *app.conn()?, &actor, slice)).await?);
        }
        if let Some(parameter) = self.paged {
            let text = Text::new("导出的文件包含整个列表，不分页", "a file has the whole list and no pages");
            return Err(Problem::invalid(vec![FieldError::query(parameter, text)]).into());
        }
        if list.people {
            (state.log_in.require_step_up)(&state.app, &auth.person)?;
        }
        let settings = state.app.settings().section::<ExportSettings>();
        let turns = state.app.cache().of::<Turns>();
        let turn = turns.take(auth.person.account, settings.at_once_of_account, settings.at_once)?;
        let words = Words::new(self.frame, Arc::clone(state.app.catalogue()));
        let (caller, who) = (auth.caller(), auth.person.name.clone());
        let (filters, of) = (self.filters, self.of);
        let (sending, named, language) = read(&state, move |app| {
            let first = Slice { after: None, limit: PIECE.min(most(app)) };
            let page = work(app, &mut *app.conn()?, &caller.actor, first)?;
            let (now, id) = (app.clock().now(), Uuid::now_v7());
            let scope = head::scope(&words, &caller.actor, &filters);
            let said = head::filters(&words, list.filters, &filters);
            let title = words.t(list.zh, list.en);
            let head = Head {
                title: title.to_owned(),
                about: head::about(&words, now, &scope, &said, &who),
                too_long: too_long(&words),
            };
            let day = head::day(now);
            let named = file_disposition(
                &head::file_name(title, &scope, day),
                &format!("{}_{day}", list.name),
                format.as_str(),
            );
            app.execute(&caller, &ExportList { id, list: list.name, format: format.as_str(), of, filters })?;
            let tally = Tally { app: app.clone(), caller, id, list: list.name, rows: 0, ended: false };
            let language = words.tag();
            let writer = Writer::begin(format, list, &words, head, &page.items)?;
            let sending = Sending { writer, tally, words, list, work, next: Next::Page(page), _turn: turn };
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

/// A table that is in memory whole, as a file.
///
/// # Errors
/// When the audit or the file can't be written.
pub async fn file(state: &State, auth: &Auth, format: Format, table: Table) -> Answer {
    let (caller, Table { name, named, language, head, headings, rows, filters }) = (auth.caller(), table);
    let body = read(state, move |app| {
        let (id, count) = (Uuid::now_v7(), u64::try_from(rows.len()).unwrap_or(u64::MAX));
        app.execute(&caller, &ExportList { id, list: name, format: format.as_str(), of: None, filters })?;
        let mut tally = Tally { app: app.clone(), caller, id, list: name, rows: count, ended: false };
        let mut headings: Vec<Heading> = headings.into_iter().map(Heading::new).collect();
        let mut body = Vec::new();
        if format == Format::Csv {
            let mut file = CommaFile::begin(headings.iter().map(|heading| heading.words.as_str()))?;
            for row in &rows {
                file.row(row)?;
            }
            body.extend_from_slice(&file.take()?);
        } else {
            for row in &rows {
                headings.iter_mut().zip(row).for_each(|(heading, cell)| heading.fit(cell));
            }
            let mut book = Workbook::begin(head, headings)?;
            for row in &rows {
                book.row(row)?;
            }
            body.extend_from_slice(&book.end(None)?);
        }
        tally.end(true)?;
        Ok(body)
    });
    let body = body.await?;
    Ok(response(format, &named, language).body(body))
}

/// A table that is in memory whole.
pub struct Table {
    /// The word of the audit.
    pub name: &'static str,
    /// The header with the file's name.
    pub named: String,
    /// The tag of the language.
    pub language: &'static str,
    /// What stands above it.
    pub head: Head,
    /// The headings of the columns.
    pub headings: Vec<String>,
    /// The rows.
    pub rows: Vec<Vec<Cell>>,
    /// What it was narrowed to.
    pub filters: Vec<(String, String)>,
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

fn most(app: &App) -> i64 {
    i64::try_from(app.settings().section::<ExportSettings>().max_rows).unwrap_or(i64::MAX)
}

enum Writer {
    Book(Box<Workbook>),
    Comma(Box<CommaFile>),
    Ended,
}

impl Writer {
    /// The columns are as wide as the headings and the first rows need.
    fn begin<T>(
        format: Format,
        list: &'static List<T>,
        words: &Words,
        head: Head,
        first: &[T],
    ) -> Result<Self, Problem> {
        let headings = list.columns.iter().map(|column| words.t(column.zh, column.en));
        if format == Format::Csv {
            return Ok(Self::Comma(Box::new(CommaFile::begin(headings)?)));
        }
        let mut headings: Vec<Heading> = headings.map(Heading::new).collect();
        for row in first {
            for (heading, column) in headings.iter_mut().zip(list.columns) {
                heading.fit(&(column.cell)(row, words));
            }
        }
        Ok(Self::Book(Box::new(Workbook::begin(head, headings)?)))
    }

    fn row(&mut self, cells: &[Cell]) -> Result<(), Problem> {
        match self {
            Self::Book(book) => book.row(cells),
            Self::Comma(file) => file.row(cells),
            Self::Ended => Ok(()),
        }
    }

    fn take(&mut self) -> Result<Bytes, Problem> {
        match self {
            Self::Book(book) => Ok(book.take()),
            Self::Comma(file) => file.take(),
            Self::Ended => Ok(Bytes::new()),
        }
    }

    fn end(&mut self, below: Option<&str>, columns: usize) -> Result<Bytes, Problem> {
        match std::mem::replace(self, Self::Ended) {
            Self::Book(book) => book.end(below),
            Self::Comma(mut file) => {
                if let Some(text) = below {
                    file.line(text, columns)?;
                }
                file.take()
            }
            Self::Ended => Ok(Bytes::new()),
        }
    }
}

/// What is read next.
enum Next<T> {
    /// Read already.
    Page(Page<T>),
    Slice(Slice),
    Nothing,
}

/// A file under way.
struct Sending<T: 'static, W> {
    writer: Writer,
    tally: Tally,
    words: Words,
    list: &'static List<T>,
    work: W,
    next: Next<T>,
    _turn: Turn,
}

impl<T, W> Sending<T, W>
where
    W: Fn(&App, &mut PgConnection, &Actor, Slice) -> Result<Page<T>, Problem>,
{
    /// The next piece of the file; none at its end.
    fn step(&mut self, app: &App) -> Result<Option<Bytes>, Problem> {
        let page = match std::mem::replace(&mut self.next, Next::Nothing) {
            Next::Page(page) => page,
            Next::Slice(slice) => (self.work)(app, &mut *app.conn()?, &self.tally.caller.actor, slice)?,
            Next::Nothing => return Ok(None),
        };
        let mut cells = Vec::with_capacity(self.list.columns.len());
        for row in &page.items {
            cells.clear();
            cells.extend(self.list.columns.iter().map(|column| (column.cell)(row, &self.words)));
            self.writer.row(&cells)?;
            self.tally.rows += 1;
        }
        let left = most(app).saturating_sub(i64::try_from(self.tally.rows).unwrap_or(i64::MAX));
        match page.next_cursor {
            Some(cursor) if left > 0 => {
                let next = Slice::parse(None, Some(&cursor))?;
                self.next = Next::Slice(Slice { limit: PIECE.min(left), ..next });
                self.writer.take().map(Some)
            }
            rest => {
                let rows = self.tally.rows;
                let below = match rest {
                    Some(_) if self.words.language == Language::Zh => {
                        Some(format!("仅导出前 {rows} 行，请缩小筛选范围后再导出其余部分"))
                    }
                    Some(_) => {
                        Some(format!("Only the first {rows} rows; narrow the list to export the rest"))
                    }
                    None => None,
                };
                let bytes = self.writer.end(below.as_deref(), self.list.columns.len())?;
                self.tally.end(below.is_none())?;
                Ok(Some(bytes))
            }
        }
    }
}

/// Counts what was sent, and notes it in the audit: at the end, or where the file is given up before.
struct Tally {
    app: App,
    caller: Caller,
    id: Uuid,
    list: &'static str,
    rows: u64,
    ended: bool,
}

impl Tally {
    fn end(&mut self, complete: bool) -> Result<(), Problem> {
        self.ended = true;
        self.app.execute(&self.caller, &self.note(complete))
    }

    fn note(&self, complete: bool) -> FinishExport {
        FinishExport { id: self.id, list: self.list, rows: self.rows, complete }
    }
}

impl Drop for Tally {
    fn drop(&mut self) {
        if self.ended {
            return;
        }
        let (app, caller, note) = (self.app.clone(), self.caller.clone(), self.note(false));
        let write = move || {
            if let Err(problem) = app.execute(&caller, &note) {
                tracing::error!(%problem, "the end of an export could not be noted");
            }
        };
        // A stream is dropped on a thread that must not wait for the database.
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn_blocking(write)),
            Err(_) => write(),
        }
    }
}
