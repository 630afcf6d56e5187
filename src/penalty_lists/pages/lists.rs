//! The lists that were handed in, and the form for the next.

use askama::Template;

use crate::core::actor::Actor;
use crate::list_files::ListColumn;
use crate::penalty_lists::list::column::Column;
use crate::penalty_lists::pages::words::list_state_word;
use crate::penalty_lists::questions::queries::{self, QuestionFilter};
use crate::penalty_lists::state::QuestionState;
use crate::penalty_lists::view::{self, PenaltyListView};
use crate::web::frame::{Frame, Member};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

#[derive(Template)]
#[template(path = "penalty_lists/lists.html")]
struct ListsPage {
    f: Frame,
    asked: QueryParams,
    lists: Vec<PenaltyListView>,
    pager: Pager,
    /// What officers have to decide.
    open: i64,
}

/// The page.
pub async fn lists(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let actor = Actor::Person(person);
        let conn = &mut *app.snapshot()?;
        let page = view::all(conn, &actor, asked.get("q"), frame.slice(&asked)?)?;
        let pager = asked.pager(&page, || view::count(conn, &actor, asked.get("q")))?;
        let filter = QuestionFilter { state: Some(QuestionState::Open), ..QuestionFilter::default() };
        let open = queries::count(conn, &actor, &filter)?.rows;
        Ok(ListsPage { f: frame, asked, lists: page.items, pager, open })
    });
    show(&f, &page.await?)
}

impl ListsPage {
    fn columns(&self) -> &'static [Column] {
        Column::ALL
    }

    fn heading(&self, column: &Column) -> &'static str {
        column.heading(self.f.language)
    }

    fn rule(&self, column: &Column) -> String {
        ListColumn::rule(*column).get(self.f.language).to_owned()
    }

    fn example(&self, column: &Column) -> &'static str {
        ListColumn::example(*column, self.f.language)
    }

    fn others(&self, column: &Column) -> String {
        column.other_names().join(self.f.t("、", ", "))
    }

    fn tag(&self, list: &PenaltyListView) -> &'static str {
        list_state_word(&self.f, list.state)
    }
}
