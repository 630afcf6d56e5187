//! One file: what it would change, what it changed, and the rows that were not taken; and the page on which it is withdrawn.

use askama::Template;

use crate::core::actor::Actor;
use crate::list_files::ListColumn;
use crate::list_files::header::Warning;
use crate::list_files::rejections::{self, RejectionView};
use crate::list_files::settings::ImportSettings;
use crate::signals::feed::Feed;
use crate::signals::files::request::TABLES;
use crate::signals::files::standing::{STANDING, StandingSignal, standing};
use crate::signals::files::view::{SignalImportView, status};
use crate::signals::ids::SignalImportId;
use crate::signals::list::complaints::ComplaintColumn;
use crate::signals::list::penalties::PenaltyColumn;
use crate::signals::list::recalls::RecallColumn;
use crate::signals::pages::words::import_state_word;
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
#[template(path = "signals/import.html")]
struct ImportPage {
    f: Frame,
    i: SignalImportView,
    rejections: Vec<RejectionView>,
    pager: Pager,
    /// Whether the file of a check can be imported from here.
    kept: bool,
    /// Of how many checks of an account the files are kept.
    most: u32,
}

/// The page.
pub async fn one(state: State, member: Member, id: Id<SignalImportId>, asked: QueryParams) -> Answer {
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

    fn feed(&self) -> String {
        self.f.say(&self.i.feed.text()).to_owned()
    }

    /// Where the columns of a row are named in the reader's words.
    fn column(&self, word: &str) -> String {
        let language = self.f.language;
        let heading = match self.i.feed {
            Feed::Penalties => word.parse::<PenaltyColumn>().ok().map(|column| column.heading(language)),
            Feed::Complaints => word.parse::<ComplaintColumn>().ok().map(|column| column.heading(language)),
            Feed::SafetyGate | Feed::Cpsc | Feed::DomesticRecalls => {
                word.parse::<RecallColumn>().ok().map(|column| column.heading(language))
            }
        };
        heading.unwrap_or(word).to_owned()
    }

    fn tag(&self) -> &'static str {
        import_state_word(&self.f, self.i.state)
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
#[template(path = "signals/withdraw.html")]
struct WithdrawPage {
    f: Frame,
    i: SignalImportView,
    rows: Vec<StandingSignal>,
    pager: Pager,
    /// Whether this is the first page of the rows, so that none means that nothing stands in the way.
    first: bool,
}

/// The page on which it is withdrawn: what will follow, or what stands in the way.
pub async fn withdraw(state: State, member: Member, id: Id<SignalImportId>, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let (frame, id) = (f.clone(), id.0);
    let page = read(&state, move |app| {
        let actor = Actor::Person(person);
        let conn = &mut *app.snapshot()?;
        let i = status(conn, &actor, id)?;
        let page = standing(conn, &actor, id, asked.slice()?)?;
        let pager = asked.pager(&page, || STANDING.count(conn, id.0))?;
        Ok(WithdrawPage { f: frame, i, rows: page.items, pager, first: asked.get("cursor").is_none() })
    });
    show(&f, &page.await?)
}

impl WithdrawPage {
    /// Whether nothing stands in the way.
    fn clear(&self) -> bool {
        self.rows.is_empty() && self.first
    }

    /// The address of the rows on which something stands, to be exported.
    fn file(&self) -> String {
        format!("/api/v1/signals/imports/{}/standing?", self.i.id)
    }
}
