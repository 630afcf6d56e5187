//! The page on which an import is withdrawn: what will follow, or what stands in the way.

use askama::Template;

use crate::core::actor::Actor;
use crate::web::Id;
use crate::web::frame::{Frame, Member};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;
use crate::withdrawals::preview::{Preview, preview};
use crate::withdrawals::standing::{Standing, StandingRow, count, standing};
use crate::zero_out::ids::ImportId;
use crate::zero_out::import::{ImportView, import_status};

#[derive(Template)]
#[template(path = "withdrawals/withdraw.html")]
struct WithdrawPage {
    f: Frame,
    i: ImportView,
    will: Preview,
    rows: Vec<StandingRow>,
    pager: Pager,
    /// Whether this is the first page of the rows, so that none means that nothing stands in the way.
    first: bool,
}

impl WithdrawPage {
    /// Whether nothing stands in the way.
    fn clear(&self) -> bool {
        self.rows.is_empty() && self.first
    }

    /// The address of the rows on which something stands, to be exported.
    fn file(&self) -> String {
        format!("/api/v1/zero-out/imports/{}/standing?", self.i.id)
    }

    /// The page that shows what stands there, for who may open it: cases, consultations, plans and alerts are for officers.
    fn link<'a>(&self, standing: &'a Standing) -> Option<&'a str> {
        standing.href.as_deref().filter(|_| self.f.role() == "admin")
    }
}

/// The page.
pub async fn withdraw(state: State, member: Member, id: Id<ImportId>, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let (frame, id) = (f.clone(), id.0);
    let page = read(&state, move |app| {
        let actor = Actor::Person(person);
        let conn = &mut *app.snapshot()?;
        let i = import_status(conn, &actor, id)?;
        let will = preview(conn, id)?;
        let page = standing(conn, &actor, id, frame.slice(&asked)?)?;
        let pager = asked.pager(&page, || count(conn, id))?;
        Ok(WithdrawPage { f: frame, i, will, rows: page.items, pager, first: asked.get("cursor").is_none() })
    });
    show(&f, &page.await?)
}
