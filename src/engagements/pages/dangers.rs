//! The reports of imminent danger of an officer's region.

use askama::Template;

use crate::core::actor::Actor;
use crate::engagements::dangers::{self as reports, DangerFilter, DangerView};
use crate::web::choices;
use crate::web::frame::{Frame, Member};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

/// A report with codes in words.
struct Listed {
    view: DangerView,
    place: String,
    ground: String,
}

#[derive(Template)]
#[template(path = "engagements/dangers.html")]
struct DangersPage {
    f: Frame,
    asked: QueryParams,
    dangers: Vec<Listed>,
    pager: Pager,
}

/// The list.
pub async fn dangers(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let (conn, actor) = (&mut *app.snapshot()?, Actor::Person(person));
        let filter = DangerFilter {
            open: asked.read("open")?,
            region: asked.get("region").map(str::to_owned),
            q: asked.get("q").map(str::to_owned),
        };
        let page = reports::list(conn, &actor, &filter, frame.slice(&asked)?)?;
        let pager = asked.pager(&page, || reports::count(conn, &actor, &filter))?;
        let listed = |view: DangerView| Listed {
            place: choices::region(frame.language, app.catalogue(), &view.region),
            ground: frame.say(&view.ground.text()).to_owned(),
            view,
        };
        Ok(DangersPage { dangers: page.items.into_iter().map(listed).collect(), pager, asked, f: frame })
    });
    show(&f, &page.await?)
}
