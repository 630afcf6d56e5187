//! The page on which officers keep the tags of their region, and experts those of their product hospital.

use askama::Template;

use crate::consultation_tags::queries::{self, TagFilter, TagView};
use crate::consultation_tags::settings::TagSettings;
use crate::consultations::tags::hospital;
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
    /// Each with the place of its region, or its product hospital.
    tags: Vec<(TagView, String)>,
    pager: Pager,
    /// An officer's region and those under it; none for experts.
    regions: Vec<Choice>,
    /// The name of an expert's product hospital.
    hospital: Option<String>,
    /// The page that leads here, with all consultations.
    whence: &'static str,
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
        let named = |code: &str| {
            catalogue
                .products
                .hospital(code)
                .map_or_else(|| code.to_owned(), |known| known.name(frame.language).to_owned())
        };
        let placed = |view: TagView| {
            let place = match (&view.region, &view.hospital) {
                (Some(region), _) => choices::region(frame.language, catalogue, region),
                (None, code) => code.as_deref().map(named).unwrap_or_default(),
            };
            (view, place)
        };
        let officer = actor.officer_region().is_some();
        Ok(TagsPage {
            tags: page.items.into_iter().map(placed).collect(),
            pager,
            regions: if officer { choices::regions(frame.language, &actor, catalogue) } else { Vec::new() },
            hospital: hospital(conn, &actor)?.as_deref().map(named),
            whence: if officer { "/queue" } else { "/consultations" },
            most: app.settings().section::<TagSettings>().name_chars,
            asked,
            f: frame,
        })
    });
    show(&f, &page.await?)
}
