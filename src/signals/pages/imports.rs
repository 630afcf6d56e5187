//! The files that were handed in, and the form for the next.

use askama::Template;

use crate::core::actor::Actor;
use crate::list_files::ListColumn;
use crate::signals::feed::Feed;
use crate::signals::files::view::{self, SignalImportView};
use crate::signals::list::complaints::ComplaintColumn;
use crate::signals::list::penalties::PenaltyColumn;
use crate::signals::list::recalls::RecallColumn;
use crate::signals::pages::words::import_state_word;
use crate::web::frame::{Frame, Member};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

/// A column as the page explains it.
struct Explained {
    heading: &'static str,
    word: &'static str,
    required: bool,
    rule: String,
    example: &'static str,
}

#[derive(Template)]
#[template(path = "signals/imports.html")]
struct ImportsPage {
    f: Frame,
    asked: QueryParams,
    imports: Vec<SignalImportView>,
    pager: Pager,
}

/// The page.
pub async fn imports(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let actor = Actor::Person(person);
        let conn = &mut *app.snapshot()?;
        let page = view::all(conn, &actor, asked.get("q"), frame.slice(&asked)?)?;
        let pager = asked.pager(&page, || view::count(conn, &actor, asked.get("q")))?;
        Ok(ImportsPage { f: frame, asked, imports: page.items, pager })
    });
    show(&f, &page.await?)
}

impl ImportsPage {
    fn feeds(&self) -> &'static [Feed] {
        Feed::ALL
    }

    fn feed(&self, feed: &Feed) -> String {
        self.f.say(&feed.text()).to_owned()
    }

    fn tag(&self, import: &SignalImportView) -> &'static str {
        import_state_word(&self.f, import.state)
    }

    /// The kinds of files that are tables, with their columns.
    fn tables(&self) -> Vec<(Feed, Vec<Explained>)> {
        let tables = Feed::ALL.iter().copied().filter(|feed| feed.is_table());
        tables
            .map(|feed| {
                let columns = match feed {
                    Feed::Penalties => self.explained::<PenaltyColumn>(),
                    Feed::Complaints => self.explained::<ComplaintColumn>(),
                    Feed::SafetyGate | Feed::Cpsc | Feed::DomesticRecalls => self.explained::<RecallColumn>(),
                };
                (feed, columns)
            })
            .collect()
    }

    fn explained<C: ListColumn>(&self) -> Vec<Explained> {
        let language = self.f.language;
        let explain = |column: &C| Explained {
            heading: column.heading(language),
            word: column.word(),
            required: column.is_required(),
            rule: column.rule().get(language).to_owned(),
            example: column.example(language),
        };
        C::ALL.iter().map(explain).collect()
    }
}
