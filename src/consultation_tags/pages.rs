//! The page on which officers keep the tags of their region.

use askama::Template;

use crate::consultation_tags::queries::{self, TagFilter, TagView};
use crate::consultation_tags::settings::TagSettings;
use crate::core::actor::Actor;
use crate::web::choices::{self, Choice};
use crate::web::frame::{Frame, Member};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

#[derive(Template)]
#[template(path = "consultation_tags/tags.html")]
struct TagsPage {
    f: Frame,
    asked: QueryParams,
    /// Each with the place of its region.
    tags: Vec<(TagView, String)>,
    pager: Pager,
    /// The reader's region and those under it.
    regions: Vec<Choice>,
    /// Most characters of a name.
    most: u32,
}

/// The tags, with the form for another one.
pub async fn list(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let actor = Actor::Person(person);
        let filter = TagFilter {
            q: asked.get("q").map(str::to_owned),
            retired: asked.read("retired")?,
            consultation: None,
        };
        let catalogue = app.catalogue();
        let conn = &mut *app.snapshot()?;
        let page = queries::list(conn, &actor, catalogue, &filter, frame.slice(&asked)?)?;
        let pager = asked.pager(&page, || queries::count(conn, &actor, &filter))?;
        let placed = |view: TagView| {
            let place = choices::region(frame.language, catalogue, &view.region);
            (view, place)
        };
        Ok(TagsPage {
            tags: page.items.into_iter().map(placed).collect(),
            pager,
            regions: choices::regions(frame.language, &actor, catalogue),
            most: app.settings().section::<TagSettings>().name_chars,
            asked,
            f: frame,
        })
    });
    show(&f, &page.await?)
}
