//! A draw as officers see it, with the operators by name, and as it is published.

use askama::Template;

use crate::core::actor::Actor;
use crate::core::ids::LaboratoryId;
use crate::programmes::draw::public::{self, PublicDraw};
use crate::programmes::draw::queries::{self, DrawView, DrawnView};
use crate::programmes::ids::DrawId;
use crate::programmes::pages::today;
use crate::programmes::policy::keeps;
use crate::programmes::queries::{self as programmes, ProgrammeView};
use crate::programmes::target_queries as targets;
use crate::programmes::words;
use crate::web::Id;
use crate::web::choices;
use crate::web::frame::{Frame, Member, Visit};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

/// An operator that was drawn.
struct DrawnShown {
    view: DrawnView,
    /// The place and the product in words.
    place: String,
    product: String,
    /// The address of the form by which its inspection is registered, filled in as far as the draw knows.
    register: String,
}

/// The address of the form for the inspection of an operator that was drawn.
fn register(d: &DrawView, sampler: Option<LaboratoryId>, drawn: &DrawnView) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query
        .append_pair("programme", &d.programme_id.to_string())
        .append_pair("target", &d.target_id.to_string())
        .append_pair("region", &drawn.region)
        .append_pair("role", drawn.role.as_str())
        .append_pair("operator_name", &drawn.name)
        .append_pair("operator_uscc", &drawn.uscc)
        .append_pair("product_kind", &drawn.product_kind);
    for (name, body) in [("laboratory", drawn.laboratory_id), ("sampler", sampler)] {
        if let Some(body) = body {
            query.append_pair(name, &body.to_string());
        }
    }
    format!("/inspections/new?{}", query.finish())
}

#[derive(Template)]
#[template(path = "programmes/draw.html")]
struct DrawPage {
    f: Frame,
    asked: QueryParams,
    d: DrawView,
    p: ProgrammeView,
    keeps: bool,
    operators: Vec<DrawnShown>,
    pager: Pager,
    /// The address of the operators that are shown, to be exported.
    export: String,
}

/// One draw.
pub async fn one(state: State, member: Member, id: Id<DrawId>, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let (frame, id) = (f.clone(), id.0);
    let page = read(&state, move |app| {
        let actor = Actor::Person(person);
        let conn = &mut *app.snapshot()?;
        let catalogue = app.catalogue();
        let d = queries::get(conn, &actor, id)?;
        let p = programmes::get(conn, &actor, d.programme_id, today(app))?;
        let page = queries::operators(conn, &actor, id, asked.get("q"), frame.slice(&asked)?)?;
        let pager = asked.pager(&page, || queries::count_operators(conn, &actor, id, asked.get("q")))?;
        let target = targets::get(conn, &actor, (d.programme_id, d.target_id), today(app))?;
        let sampler = target.target.sampler_id;
        let words = |view: DrawnView| DrawnShown {
            place: choices::region(frame.language, catalogue, &view.region),
            product: choices::kind(&frame, catalogue, &view.product_kind),
            register: register(&d, sampler, &view),
            view,
        };
        Ok(DrawPage {
            keeps: keeps(&actor, &p.programme.organiser_region, catalogue)
                && p.programme.state.is_under_way(),
            operators: page.items.into_iter().map(words).collect(),
            pager,
            export: asked.file(&format!("/api/v1/draws/{id}/operators")),
            asked,
            f: frame,
            d,
            p,
        })
    });
    show(&f, &page.await?)
}

#[derive(Template)]
#[template(path = "programmes/public_draw.html")]
struct PublicDrawPage {
    f: Frame,
    d: PublicDraw,
    organiser: String,
    place: String,
    product: String,
}

/// So many rows that were drawn are shown on the page; all are in the JSON.
const SHOWN: usize = 500;

/// A draw as it is published, for everybody.
pub async fn published(state: State, visit: Visit, id: Id<DrawId>) -> Answer {
    let f = visit.frame;
    let (frame, id) = (f.clone(), id.0);
    let page = read(&state, move |app| {
        let catalogue = app.catalogue();
        let d = public::get(&mut *app.snapshot()?, id)?;
        let (kind, class) = (d.target.product_kind.as_deref(), d.target.product_class.as_deref());
        Ok(PublicDrawPage {
            organiser: choices::region(frame.language, catalogue, &d.programme.organiser_region),
            place: choices::region(frame.language, catalogue, &d.target.region),
            product: words::product(&frame, catalogue, kind, class),
            f: frame,
            d,
        })
    });
    show(&f, &page.await?)
}

impl PublicDrawPage {
    fn level(&self) -> &'static str {
        words::level_word(&self.f, self.d.programme.level)
    }

    fn role(&self) -> &'static str {
        words::role_word(&self.f, self.d.target.role)
    }

    fn shown(&self) -> impl Iterator<Item = &public::PublicDrawn> {
        self.d.drawn.iter().take(SHOWN)
    }

    /// How many rows the page does not show.
    fn hidden(&self) -> usize {
        self.d.drawn.len().saturating_sub(SHOWN)
    }
}
