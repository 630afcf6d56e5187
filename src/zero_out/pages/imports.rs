//! The zero-out list: files, what they would change, what they changed, and what was not taken of them.

use askama::Template;

use crate::core::actor::Actor;
use crate::enterprises::Uscc;
use crate::list_files::ListColumn;
use crate::list_files::header::Warning;
use crate::list_files::rejections::RejectionView;
use crate::list_files::settings::ImportSettings;
use crate::web::Id;
use crate::web::frame::{Frame, Member};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;
use crate::zero_out::ids::ImportId;
use crate::zero_out::import::rejections::{admissible, rejections};
use crate::zero_out::import::{
    Column, ImportState, ImportView, count_imports, count_rejections, import_status, list_imports,
};

#[derive(Template)]
#[template(path = "zero_out/imports.html")]
struct ImportsPage {
    f: Frame,
    asked: QueryParams,
    imports: Vec<ImportView>,
    pager: Pager,
}

/// The files that were imported, and the form for the next.
pub async fn list(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let actor = Actor::Person(person);
        let conn = &mut *app.snapshot()?;
        let page = list_imports(conn, &actor, asked.get("q"), frame.slice(&asked)?)?;
        let pager = asked.pager(&page, || count_imports(conn, &actor, asked.get("q")))?;
        Ok(ImportsPage { f: frame, asked, imports: page.items, pager })
    });
    show(&f, &page.await?)
}

#[derive(Template)]
#[template(path = "zero_out/import.html")]
struct ImportPage {
    f: Frame,
    i: ImportView,
    rejections: Vec<RejectionView>,
    pager: Pager,
    /// Whether the file of a check can be imported from here.
    kept: bool,
    /// Of how many checks of an account the files are kept.
    most: u32,
}

/// One of them, with the rows that were not taken.
pub async fn one(state: State, member: Member, id: Id<ImportId>, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let (frame, id) = (f.clone(), id.0);
    let page = read(&state, move |app| {
        let actor = Actor::Person(person);
        let conn = &mut *app.snapshot()?;
        let i = import_status(conn, &actor, id)?;
        let page = rejections(conn, &actor, id, frame.slice(&asked)?)?;
        let pager = asked.pager(&page, || count_rejections(conn, &actor, id))?;
        let kept = i.file_until.is_some_and(|until| until > app.clock().now());
        let most = app.settings().section::<ImportSettings>().checked_files_per_account;
        Ok(ImportPage { f: frame, i, rejections: page.items, pager, kept, most })
    });
    show(&f, &page.await?)
}

/// The state of an import, in words.
pub fn state_word(f: &Frame, state: ImportState) -> &'static str {
    match state {
        ImportState::Queued => f.t("排队中", "queued"),
        ImportState::Running => f.t("进行中", "under way"),
        ImportState::Done => f.t("完成", "done"),
        ImportState::Failed => f.t("未接受", "refused"),
        ImportState::Withdrawn => f.t("已撤回", "withdrawn"),
    }
}

/// The same, with what a withdrawal that is under way makes of it.
fn tag(f: &Frame, i: &ImportView) -> &'static str {
    if i.is_withdrawing() { f.t("正在撤回", "being withdrawn") } else { state_word(f, i.state) }
}

/// A share of the rows, 0 to 100, for a bar.
pub struct Part {
    /// What became of the rows.
    pub word: &'static str,
    /// How many rows.
    pub rows: i32,
    /// Where the bar begins, in hundredths of the whole.
    pub x: String,
    /// Its width, likewise.
    pub width: String,
    /// The class of its colour.
    pub class: &'static str,
}

/// The shares of the rows of a list: new, changed, the same, rejected, no records.
pub fn shares(
    f: &Frame,
    rows: i32,
    [inserted, updated, unchanged, rejected, not_records]: [i32; 5],
) -> Vec<Part> {
    let whole = i64::from(rows.max(1));
    let mut x = 0.0;
    [
        (f.t("新增", "new"), inserted, "p-new"),
        (f.t("更新", "changed"), updated, "p-changed"),
        (f.t("未变", "same"), unchanged, "p-same"),
        (f.t("拒绝", "rejected"), rejected, "p-rejected"),
        (f.t("非记录行", "no records"), not_records, "p-none"),
    ]
    .into_iter()
    .filter(|(_, rows, class)| *rows > 0 || *class != "p-none")
    .map(|(word, rows, class)| {
        let width = crate::web::charts::percent(i64::from(rows), whole);
        let part = Part { word, rows, x: format!("{x:.1}"), width: format!("{width:.1}"), class };
        x += width;
        part
    })
    .collect()
}

impl ImportsPage {
    fn columns(&self) -> &'static [Column] {
        Column::ALL
    }

    /// The headings of the columns that must be there, or of those that may.
    fn headings(&self, required: bool) -> String {
        let all = Column::ALL.iter().filter(|column| column.is_required() == required);
        let names: Vec<_> = all.map(|column| column.heading(self.f.language)).collect();
        names.join(self.f.t("、", ", "))
    }

    fn rule(&self, column: &Column) -> String {
        column.rule().get(self.f.language).to_owned()
    }

    fn example(&self, column: &Column) -> &'static str {
        column.example(self.f.language)
    }

    fn others(&self, column: &Column) -> String {
        column.other_names().join(self.f.t("、", ", "))
    }

    fn tag(&self, i: &ImportView) -> &'static str {
        tag(&self.f, i)
    }
}

impl ImportPage {
    /// Whether it would change anything, or has.
    fn changes(&self) -> bool {
        self.i.inserted + self.i.updated > 0
    }

    /// The code of a rejected row that an officer may let in.
    fn admissible(&self, rejection: &RejectionView) -> Option<Uscc> {
        admissible(rejection)
    }

    /// Where the columns of a row are named in the reader's words.
    fn column(&self, word: &str) -> String {
        word.parse::<Column>()
            .map_or_else(|_| word.to_owned(), |column| column.heading(self.f.language).to_owned())
    }

    fn tag(&self) -> &'static str {
        tag(&self.f, &self.i)
    }

    /// The sheet of a warning that does not name it.
    fn sheet<'a>(&self, warning: &'a Warning) -> Option<&'a str> {
        warning.sheet.as_deref().filter(|sheet| !warning.detail_zh.contains(sheet))
    }

    /// How many of the records that it named may still be on the list, once it is withdrawn: those that were there before it.
    fn remaining(&self) -> i32 {
        self.i.updated + self.i.unchanged
    }

    fn parts(&self) -> Vec<Part> {
        let i = &self.i;
        shares(&self.f, i.rows, [i.inserted, i.updated, i.unchanged, i.to_mend(), i.not_records])
    }
}
