//! What everybody reads without an account: the listings, and one of them.

use askama::Template;

use crate::oversight::api::public_from;
use crate::oversight::ids::OversightId;
use crate::oversight::pages::tone;
use crate::oversight::public::{self, PublicListing, PublicListingDetail, PublicState};
use crate::web::Id;
use crate::web::choices;
use crate::web::frame::{Frame, Visit};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

/// A listing with codes in words.
struct Listed {
    v: PublicListing,
    from: String,
    kinds: String,
}

fn listed(f: &Frame, catalogue: &crate::catalogue::Catalogue, v: PublicListing) -> Listed {
    let kinds = v.product_kinds.iter().take(5).map(|kind| choices::kind(f, catalogue, kind));
    Listed {
        from: choices::region(f.language, catalogue, &v.from_region),
        kinds: kinds.collect::<Vec<_>>().join(f.t("、", ", ")),
        v,
    }
}

#[derive(Template)]
#[template(path = "oversight/public_list.html")]
struct PublicListPage {
    f: Frame,
    asked: QueryParams,
    items: Vec<Listed>,
    pager: Pager,
}

/// The listings.
pub async fn list(state: State, visit: Visit, asked: QueryParams) -> Answer {
    let f = visit.frame;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let (conn, from) = (&mut *app.snapshot()?, public_from(app));
        let (of_state, q) = (asked.read("state")?, asked.get("q"));
        let page = public::list(conn, from, of_state, q, asked.slice()?)?;
        let pager = asked.pager(&page, || public::count(conn, from, of_state, q))?;
        let items = page.items.into_iter().map(|v| listed(&frame, app.catalogue(), v)).collect();
        Ok(PublicListPage { items, pager, asked, f: frame })
    });
    show(&f, &page.await?)
}

fn state_words(f: &Frame, state: PublicState) -> String {
    match state {
        PublicState::Accepted => f.t("已摘牌", "taken off").to_owned(),
        other => f.say(&other.state().text()).to_owned(),
    }
}

impl PublicListPage {
    fn states(&self) -> &'static [PublicState] {
        PublicState::ALL
    }

    fn state(&self, state: &PublicState) -> String {
        state_words(&self.f, *state)
    }

    fn tone(&self, state: &PublicState) -> &'static str {
        tone(state.state(), false)
    }
}

#[derive(Template)]
#[template(path = "oversight/public_one.html")]
struct PublicOnePage {
    f: Frame,
    d: PublicListingDetail,
    l: Listed,
}

/// One listing.
pub async fn one(state: State, visit: Visit, id: Id<OversightId>) -> Answer {
    let f = visit.frame;
    let (frame, id) = (f.clone(), id.0);
    let page = read(&state, move |app| {
        let d = public::get(&mut *app.snapshot()?, public_from(app), id)?;
        let l = listed(&frame, app.catalogue(), d.listing.clone());
        Ok(PublicOnePage { l, d, f: frame })
    });
    show(&f, &page.await?)
}

impl PublicOnePage {
    fn state(&self) -> String {
        state_words(&self.f, self.l.v.state)
    }

    fn tone(&self) -> &'static str {
        tone(self.l.v.state.state(), false)
    }
}
