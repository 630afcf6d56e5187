//! The page on which a list is withdrawn: what will follow, or what stands in the way.

use askama::Template;

use crate::core::actor::Actor;
use crate::penalty_lists::ids::PenaltyListId;
use crate::penalty_lists::view::{PenaltyListView, list_status};
use crate::penalty_lists::withdrawal::standing::{STANDING, StandingPenalty, standing};
use crate::web::Id;
use crate::web::frame::{Frame, Member};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

#[derive(Template)]
#[template(path = "penalty_lists/withdraw.html")]
struct WithdrawListPage {
    f: Frame,
    i: PenaltyListView,
    rows: Vec<StandingPenalty>,
    pager: Pager,
    /// Whether this is the first page of the rows, so that none means that nothing stands in the way.
    first: bool,
}

/// The page.
pub async fn withdraw(state: State, member: Member, id: Id<PenaltyListId>, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let (frame, id) = (f.clone(), id.0);
    let page = read(&state, move |app| {
        let actor = Actor::Person(person);
        let conn = &mut *app.snapshot()?;
        let i = list_status(conn, &actor, id)?;
        let page = standing(conn, &actor, id, asked.slice()?)?;
        let pager = asked.pager(&page, || STANDING.count(conn, id.0))?;
        Ok(WithdrawListPage { f: frame, i, rows: page.items, pager, first: asked.get("cursor").is_none() })
    });
    show(&f, &page.await?)
}

impl WithdrawListPage {
    /// Whether nothing stands in the way.
    fn clear(&self) -> bool {
        self.rows.is_empty() && self.first
    }

    /// The address of the rows on which something stands, to be exported.
    fn file(&self) -> String {
        format!("/api/v1/conduct/imports/{}/standing?", self.i.id)
    }
}
