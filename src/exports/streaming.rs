//! A file under way: the next rows are read when the ones before have left.

use actix_web::web::Bytes;
use diesel::PgConnection;
use uuid::Uuid;

use crate::app::App;
use crate::core::page::{Page, Slice};
use crate::core::{Actor, Caller, Language, Problem};
use crate::exports::cell::Cell;
use crate::exports::csv_file::CsvFile;
use crate::exports::head::Head;
use crate::exports::list::{Format, List};
use crate::exports::record::FinishExport;
use crate::exports::settings::ExportSettings;
use crate::exports::slots::ExportSlot;
use crate::exports::words::Words;
use crate::exports::workbook::{Heading, Workbook};

/// Rows that are read at a time.
const PIECE: i64 = 500;

/// The rows that are read first.
pub fn first(app: &App) -> Slice {
    Slice { limit: PIECE.min(most(app)), ..Slice::default() }
}

fn most(app: &App) -> i64 {
    i64::try_from(app.settings().section::<ExportSettings>().max_rows).unwrap_or(i64::MAX)
}

/// What writes the file.
pub enum Writer {
    /// A workbook.
    Book(Box<Workbook>),
    /// Comma-separated values.
    Comma(Box<CsvFile>),
    /// All is written.
    Ended,
}

impl Writer {
    /// Begins the file. The columns are as wide as the headings and the first rows need.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn begin<T>(
        format: Format,
        list: &'static List<T>,
        words: &Words,
        head: Head,
        first: &[T],
    ) -> Result<Self, Problem> {
        let headings = list.columns.iter().map(|column| words.t(column.zh, column.en));
        if format == Format::Csv {
            return Ok(Self::Comma(Box::new(CsvFile::begin(headings)?)));
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
pub enum Next<T> {
    /// Read already.
    Page(Page<T>),
    /// Not read yet.
    Slice(Slice),
    /// All was read.
    Nothing,
}

/// A file under way.
pub struct ExportStream<T: 'static, W> {
    /// What writes it.
    pub writer: Writer,
    /// What was sent.
    pub tally: Tally,
    /// The words of its cells.
    pub words: Words,
    /// What it is a file of.
    pub list: &'static List<T>,
    /// What the list is read from: the database as it was when the file began.
    pub conn: PgConnection,
    /// Reads a part of the list.
    pub work: W,
    /// What is read next.
    pub next: Next<T>,
    /// Its place among the files that are made at once.
    pub _turn: ExportSlot,
}

impl<T, W> ExportStream<T, W>
where
    W: Fn(&App, &mut PgConnection, &Actor, Slice) -> Result<Page<T>, Problem>,
{
    /// The next piece of the file; none at its end.
    ///
    /// # Errors
    /// Those of reading the list, and when it can't be written.
    pub fn step(&mut self, app: &App) -> Result<Option<Bytes>, Problem> {
        let page = match std::mem::replace(&mut self.next, Next::Nothing) {
            Next::Page(page) => page,
            Next::Slice(slice) => (self.work)(app, &mut self.conn, &self.tally.caller.actor, slice)?,
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
pub struct Tally {
    /// The application.
    pub app: App,
    /// Who asked for the file.
    pub caller: Caller,
    /// Id of the file.
    pub id: Uuid,
    /// The list, by its word.
    pub list: &'static str,
    /// The rows so far.
    pub rows: u64,
    /// Whether its end was noted.
    pub ended: bool,
}

impl Tally {
    /// Notes the end of the file.
    ///
    /// # Errors
    /// When the audit can't be written.
    pub fn end(&mut self, complete: bool) -> Result<(), Problem> {
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
