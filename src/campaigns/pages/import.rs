//! One file with entries of a register: what it would change, what it changed, and the rows that were not taken; and the page on which it is withdrawn.

use askama::Template;

use crate::campaigns::ids::CampaignImportId;
use crate::campaigns::imports::request::TABLES;
use crate::campaigns::imports::standing::{StandingEntry, standing};
use crate::campaigns::imports::view::{CampaignImportView, status};
use crate::campaigns::register_list::RegisterColumn;
use crate::core::actor::Actor;
use crate::list_files::ListColumn;
use crate::list_files::header::Warning;
use crate::list_files::rejections::{self, RejectionView};
use crate::list_files::settings::ImportSettings;
use crate::web::Id;
use crate::web::frame::{Frame, Member};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;
use crate::zero_out::pages::imports::{Part, shares, state_word};

#[derive(Template)]
#[template(path = "campaigns/import.html")]
struct ImportPage {
    f: Frame,
    i: CampaignImportView,
    rejections: Vec<RejectionView>,
    pager: Pager,
    /// Whether the file of a check can be imported from here.
    kept: bool,
    /// Of how many checks of an account the files are kept.
    most: u32,
}

/// The page.
pub async fn one(state: State, member: Member, id: Id<CampaignImportId>, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let (frame, id) = (f.clone(), id.0);
    let page = read(&state, move |app| {
        let actor = Actor::Person(person);
        let conn = &mut *app.snapshot()?;
        let i = status(conn, &actor, id)?;
        let rejected = TABLES.kept(id.0);
        let page = rejections::page(conn, rejected, asked.slice()?)?;
        let pager = asked.pager(&page, || rejections::count(conn, rejected))?;
        let kept = i.file_until.is_some_and(|until| until > app.clock().now());
        let most = app.settings().section::<ImportSettings>().checked_files_per_account;
        Ok(ImportPage { f: frame, i, rejections: page.items, pager, kept, most })
    });
    show(&f, &page.await?)
}

impl ImportPage {
    /// Whether it would change anything, or has.
    fn changes(&self) -> bool {
        self.i.inserted + self.i.updated > 0
    }

    /// Where the columns of a row are named in the reader's words.
    fn column(&self, word: &str) -> String {
        let column = word.parse::<RegisterColumn>().ok();
        column.map_or(word, |column| column.heading(self.f.language)).to_owned()
    }

    fn tag(&self) -> &'static str {
        state_word(&self.f, self.i.state)
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

#[derive(Template)]
#[template(path = "campaigns/withdraw.html")]
struct WithdrawPage {
    f: Frame,
    i: CampaignImportView,
    /// What stands on its entries: the first rows.
    rows: Vec<StandingEntry>,
    /// How many rows there are.
    standing: usize,
}

/// So many rows are shown of what stands on entries.
const MOST_SHOWN: usize = 100;

/// The page on which it is withdrawn.
pub async fn withdraw(state: State, member: Member, id: Id<CampaignImportId>) -> Answer {
    let Member { frame: f, person } = member;
    let (frame, id) = (f.clone(), id.0);
    let page = read(&state, move |app| {
        let (conn, actor) = (&mut *app.snapshot()?, Actor::Person(person));
        let i = status(conn, &actor, id)?;
        let mut rows = standing(conn, &actor, id)?;
        let standing = rows.len();
        rows.truncate(MOST_SHOWN);
        Ok(WithdrawPage { f: frame, i, rows, standing })
    });
    show(&f, &page.await?)
}
