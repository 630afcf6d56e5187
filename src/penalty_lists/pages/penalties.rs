//! The penalties that lists brought.

use askama::Template;

use crate::core::actor::Actor;
use crate::penalty_lists::penalties::{self as shown, PenaltyFilter, PenaltyView};
use crate::penalty_lists::state::PenaltyState;
use crate::web::frame::{Frame, Member};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

#[derive(Template)]
#[template(path = "penalty_lists/penalties.html")]
struct PenaltiesPage {
    f: Frame,
    asked: QueryParams,
    penalties: Vec<PenaltyView>,
    state: Option<PenaltyState>,
    pager: Pager,
}

/// The page.
pub async fn list(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let actor = Actor::Person(person);
        let conn = &mut *app.snapshot()?;
        let state: Option<PenaltyState> = asked.read("state")?;
        let filter = PenaltyFilter {
            state,
            list: asked.read("list")?,
            enterprise: asked.read("enterprise")?,
            q: asked.get("q").map(str::to_owned),
        };
        let page = shown::list(conn, &actor, &filter, frame.slice(&asked)?)?;
        let pager = asked.pager(&page, || shown::count(conn, &actor, &filter))?;
        Ok(PenaltiesPage { f: frame, asked, penalties: page.items, state, pager })
    });
    show(&f, &page.await?)
}

impl PenaltiesPage {
    /// The states to choose from: where each leads, its word, whether it is chosen.
    fn states(&self) -> Vec<(String, String, bool)> {
        let list = self.asked.get("list").map(|list| format!("&list={list}")).unwrap_or_default();
        let all = (
            format!("/penalty-lists/penalties?{}", list.trim_start_matches('&')),
            self.f.t("全部", "All").to_owned(),
            self.state.is_none(),
        );
        let of = PenaltyState::ALL.iter().map(|state| {
            let href = format!("/penalty-lists/penalties?state={state}{list}");
            (href, state.text().get(self.f.language).to_owned(), Some(*state) == self.state)
        });
        std::iter::once(all).chain(of).collect()
    }

    fn word(&self, penalty: &PenaltyView) -> String {
        penalty.state.text().get(self.f.language).to_owned()
    }
}
