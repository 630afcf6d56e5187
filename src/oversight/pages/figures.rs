//! The figures by region, as a table with bars.

use askama::Template;

use crate::app::App;
use crate::core::Problem;
use crate::core::actor::{Actor, Person};
use crate::oversight::figures::{FigureFilter, OversightFigures, RegionFigures, figures};
use crate::oversight::pages::today;
use crate::oversight::words::OversightKind;
use crate::web::choices::{self, Choice};
use crate::web::frame::{Frame, Member};
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

#[derive(Template)]
#[template(path = "oversight/figures.html")]
struct FiguresPage {
    f: Frame,
    asked: QueryParams,
    figures: OversightFigures,
    /// Each with the name of its region.
    lines: Vec<(String, RegionFigures)>,
    whole: String,
    regions: Vec<Choice>,
    today: String,
}

/// The page.
pub async fn page(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    show(&f, &read(&state, move |app| made(app, frame, person, asked)).await?)
}

fn made(app: &App, f: Frame, person: Person, asked: QueryParams) -> Result<FiguresPage, Problem> {
    let (actor, catalogue, day) = (Actor::Person(person), app.catalogue(), today(app));
    let filter = FigureFilter {
        as_of: asked.read("as_of")?,
        from: asked.read("from")?,
        kind: asked.read("kind")?,
        region: asked.get("region").map(str::to_owned),
    };
    let figures = figures(&mut *app.snapshot()?, &actor, &filter, catalogue, day)?;
    let named = |line: &RegionFigures| (choices::region(f.language, catalogue, &line.region), line.clone());
    Ok(FiguresPage {
        lines: figures.regions.iter().map(named).collect(),
        whole: choices::region(f.language, catalogue, &figures.all.region),
        regions: choices::regions(f.language, &actor, catalogue),
        today: day.to_string(),
        figures,
        asked,
        f,
    })
}

impl FiguresPage {
    fn kinds(&self) -> &'static [OversightKind] {
        OversightKind::ALL
    }

    fn percent(&self, value: &Option<f64>) -> String {
        value.map_or_else(|| "—".to_owned(), |value| format!("{value}%"))
    }

    fn width(&self, value: &Option<f64>) -> String {
        format!("{:.1}", value.unwrap_or_default())
    }

    fn days(&self, value: &Option<f64>) -> String {
        value.map_or_else(|| "—".to_owned(), |value| value.to_string())
    }
}
