//! One product kind: its regions today, its index over time, its assessments.

use askama::Template;

use crate::app::App;
use crate::core::Problem;
use crate::core::actor::Actor;
use crate::core::page::Slice;
use crate::risk::api::index::MOST_DAYS;
use crate::risk::assessments::queries::{self as assessments, AssessmentFilter};
use crate::risk::assessments::view::{AssessmentView, about_text};
use crate::risk::index::keep::{asked as asked_day, keep};
use crate::risk::index::queries::{self, RiskView};
use crate::risk::pages::chart::{Line, line};
use crate::risk::pages::{Bar, bars, tone};
use crate::risk::rules_view::of_day;
use crate::web::Part;
use crate::web::choices;
use crate::web::frame::{Frame, Member};
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

/// The most regions that are listed.
const REGIONS: usize = 50;

/// A region in which the kind has an index.
struct Place {
    code: String,
    name: String,
    value: String,
    view: RiskView,
    bars: Vec<Bar>,
}

/// An assessment of the kind.
struct Assessed {
    view: AssessmentView,
    place: String,
    level: String,
    tone: &'static str,
    state: String,
    probability: String,
}

#[derive(Template)]
#[template(path = "risk/kind.html")]
struct KindPage {
    f: Frame,
    code: String,
    name: String,
    /// The region of the course.
    region: String,
    region_name: String,
    day: String,
    window: i32,
    /// The index there today, where there is one.
    here: Option<Place>,
    line: Option<Line>,
    places: Vec<Place>,
    assessed: Vec<Assessed>,
}

/// The page.
pub async fn kind(state: State, member: Member, kind: Part<String>, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| page(app, &Actor::Person(person), frame, &kind.0, &asked));
    show(&f, &page.await?)
}

fn page(app: &App, actor: &Actor, f: Frame, kind: &str, asked: &QueryParams) -> Result<KindPage, Problem> {
    let catalogue = app.catalogue();
    let now = app.clock().now();
    let known =
        catalogue.products.kind(kind).filter(|found| found.code == kind).ok_or_else(Problem::not_found)?;
    let of = asked_day(app.settings(), asked.read("as_of")?, asked.read("window")?, now)?;
    keep(app, of.0)?;
    let own = actor.officer_region().ok_or_else(Problem::forbidden)?;
    let region = asked.get("region").unwrap_or(own).to_owned();
    let conn = &mut *app.snapshot()?;
    let rules = of_day(app.settings(), conn, of)?;
    let days = queries::history(conn, actor, (kind, &region), of, MOST_DAYS)?;
    let place = |row| {
        let view = RiskView::of(row, &rules);
        Place {
            name: choices::region(f.language, catalogue, &view.region),
            code: view.region.clone(),
            value: format!("{:.1}", view.index),
            bars: bars(&f, &view),
            view,
        }
    };
    let mut places: Vec<Place> = queries::of_kind(conn, actor, kind, of)?.into_iter().map(place).collect();
    let here = places.iter().position(|place| place.code == region).map(|at| places.remove(at));
    places.truncate(REGIONS);
    let filter = AssessmentFilter { kind: Some(kind.to_owned()), ..AssessmentFilter::default() };
    let assessed = assessments::list(conn, actor, &filter, Slice::default())?.items;
    let assessed = assessed.into_iter().map(|view| Assessed {
        place: choices::region(f.language, catalogue, &view.region),
        level: f.say(&view.level.text()).to_owned(),
        tone: tone(view.level),
        state: f.say(&view.state.text()).to_owned(),
        probability: about_text(&view.probability),
        view,
    });
    Ok(KindPage {
        code: kind.to_owned(),
        name: known.name(f.language).to_owned(),
        region_name: choices::region(f.language, catalogue, &region),
        region,
        day: f.day(&of.0),
        window: of.1,
        here,
        line: line(&days),
        places,
        assessed: assessed.collect(),
        f,
    })
}

impl KindPage {
    fn percent(&self, rate: &f64) -> String {
        format!("{:.1}%", rate * 100.0)
    }

    /// The line in one sentence.
    fn sentence(&self, line: &Line) -> String {
        let (first, last) = (line.points.first(), line.points.last());
        match first.zip(last) {
            Some((first, last)) => self
                .f
                .t(
                    &format!(
                        "由 {} 的 {} 变为 {} 的 {}",
                        self.f.day(&first.day),
                        first.value,
                        self.f.day(&last.day),
                        last.value
                    ),
                    &format!(
                        "from {} on {} to {} on {}",
                        first.value,
                        self.f.day(&first.day),
                        last.value,
                        self.f.day(&last.day)
                    ),
                )
                .to_owned(),
            None => String::new(),
        }
    }
}
