//! One list: what it would change, what it changed, and the rows that were not taken.

use askama::Template;

use crate::core::actor::Actor;
use crate::list_files::ListColumn;
use crate::list_files::header::Warning;
use crate::list_files::rejections::{self, RejectionView};
use crate::list_files::settings::ImportSettings;
use crate::sampling_lists::ids::SamplingListId;
use crate::sampling_lists::list::column::Column;
use crate::sampling_lists::pages::words::list_state_word;
use crate::sampling_lists::request::TABLES;
use crate::sampling_lists::view::{SamplingListView, list_status};
use crate::web::Id;
use crate::web::frame::{Frame, Member};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;
use crate::zero_out::pages::imports::{Part, shares};

#[derive(Template)]
#[template(path = "sampling_lists/list.html")]
struct ListPage {
    f: Frame,
    i: SamplingListView,
    rejections: Vec<RejectionView>,
    pager: Pager,
    /// Whether the file of a check can be imported from here.
    kept: bool,
    /// Of how many checks of an account the files are kept.
    most: u32,
}

/// The page.
pub async fn one(state: State, member: Member, id: Id<SamplingListId>, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let (frame, id) = (f.clone(), id.0);
    let page = read(&state, move |app| {
        let actor = Actor::Person(person);
        let conn = &mut *app.snapshot()?;
        let i = list_status(conn, &actor, id)?;
        let rejected = TABLES.kept(id.0);
        let page = rejections::page(conn, rejected, asked.slice()?)?;
        let pager = asked.pager(&page, || rejections::count(conn, rejected))?;
        let kept = i.file_until.is_some_and(|until| until > app.clock().now());
        let most = app.settings().section::<ImportSettings>().checked_files_per_account;
        Ok(ListPage { f: frame, i, rejections: page.items, pager, kept, most })
    });
    show(&f, &page.await?)
}

impl ListPage {
    /// Whether it would change anything, or has.
    fn changes(&self) -> bool {
        self.i.inserted + self.i.updated > 0
    }

    /// Where the columns of a row are named in the reader's words.
    fn column(&self, word: &str) -> String {
        word.parse::<Column>()
            .map_or_else(|_| word.to_owned(), |column| column.heading(self.f.language).to_owned())
    }

    fn tag(&self) -> &'static str {
        list_state_word(&self.f, self.i.state)
    }

    /// The sheet of a warning that does not name it.
    fn sheet<'a>(&self, warning: &'a Warning) -> Option<&'a str> {
        warning.sheet.as_deref().filter(|sheet| !warning.detail_zh.contains(sheet))
    }

    fn parts(&self) -> Vec<Part> {
        let i = &self.i;
        shares(&self.f, i.rows, [i.inserted, i.updated, i.unchanged, i.to_mend(), i.not_records])
    }
}
