//! One round: its days and routes, to be printed, and for officers what can be done with it.

use askama::Template;

use crate::core::actor::Actor;
use crate::core::ids::ExpertId;
use crate::rounds::ids::CircuitRoundId;
use crate::rounds::member_counts::{ExpertChoice, experts};
use crate::rounds::policy::plans_in;
use crate::rounds::round_queries::{self, CircuitRoundDetail};
use crate::rounds::round_state::CircuitRoundStep;
use crate::rounds::stage::CircuitStage;
use crate::rounds::stop_queries::{self, CircuitStopView, StopFilter};
use crate::rounds::words;
use crate::web::Id;
use crate::web::choices::{self, Choice};
use crate::web::frame::{Frame, Member};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;
use chrono::NaiveDate;

/// A stop with codes in words.
pub(super) struct Stop {
    pub(super) view: CircuitStopView,
    pub(super) place: String,
    /// From the stop before, in kilometres.
    pub(super) far: String,
}

impl Stop {
    pub(super) fn of(f: &Frame, catalogue: &crate::catalogue::Catalogue, view: CircuitStopView) -> Self {
        Self {
            place: choices::region(f.language, catalogue, &view.region),
            far: words::kilometres(i64::from(view.metres)),
            view,
        }
    }
}

/// The day of an expert.
pub(super) struct Day {
    pub(super) expert: String,
    pub(super) on: NaiveDate,
    pub(super) stops: Vec<Stop>,
}

/// The stops, day by day.
pub(super) fn days(stops: Vec<Stop>) -> Vec<Day> {
    let mut days: Vec<Day> = Vec::new();
    for stop in stops {
        let same = days.last_mut().filter(|day| {
            day.on == stop.view.on_day
                && day.stops.last().is_some_and(|last| last.view.expert_id == stop.view.expert_id)
        });
        match same {
            Some(day) => day.stops.push(stop),
            None => days.push(Day {
                expert: stop.view.expert_name.clone(),
                on: stop.view.on_day,
                stops: vec![stop],
            }),
        }
    }
    days
}

#[derive(Template)]
#[template(path = "rounds/round.html")]
struct RoundPage {
    f: Frame,
    asked: QueryParams,
    d: CircuitRoundDetail,
    place: String,
    /// Whether the reader plans it.
    plans: bool,
    days: Vec<Day>,
    pager: Pager,
    experts: Vec<ExpertChoice>,
    regions: Vec<Choice>,
    /// How long the routes are beside always going to the nearest place.
    lengths: Option<(String, String, String)>,
    /// The address of the stops that are shown, to be exported.
    export: String,
}

/// The page.
pub async fn page(state: State, member: Member, id: Id<CircuitRoundId>, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let (frame, id) = (f.clone(), id.0);
    let page = read(&state, move |app| {
        let actor = Actor::Person(person);
        let (conn, catalogue) = (&mut *app.snapshot()?, app.catalogue());
        let d = round_queries::detail(conn, &actor, id)?;
        let expert: Option<ExpertId> = asked.read("expert")?;
        let filter = StopFilter { expert, day: asked.read("day")?, round: Some(id), ..StopFilter::default() };
        let page = stop_queries::list(conn, &actor, filter, asked.slice()?)?;
        let pager = asked.pager(&page, || stop_queries::count(conn, &actor, filter))?;
        let row = &d.view.round;
        let is_officer = actor.officer_region().is_some();
        let plans = is_officer && plans_in(&actor, &row.region, catalogue);
        let under = catalogue.regions.descendants(&row.region).into_iter();
        let choice = |code: &str| Choice {
            code: code.to_owned(),
            name: choices::region(frame.language, catalogue, code),
            indent: "",
        };
        Ok(RoundPage {
            place: choices::region(frame.language, catalogue, &row.region),
            regions: if plans { under.map(choice).collect() } else { Vec::new() },
            experts: if is_officer { experts(conn, row.programme_id, Some(id))? } else { Vec::new() },
            lengths: row.route_metres.zip(row.nearest_metres).map(|(metres, nearest)| {
                let spared = words::kilometres(nearest.saturating_sub(metres));
                (words::kilometres(metres), words::kilometres(nearest), spared)
            }),
            days: days(page.items.into_iter().map(|view| Stop::of(&frame, catalogue, view)).collect()),
            pager,
            export: asked.file(&format!("/api/v1/circuit-rounds/{id}/stops")),
            plans,
            asked,
            f: frame,
            d,
        })
    });
    show(&f, &page.await?)
}

impl RoundPage {
    fn may(&self, step: CircuitRoundStep) -> bool {
        self.plans && self.d.allowed.contains(&step)
    }

    fn may_change(&self) -> bool {
        self.may(CircuitRoundStep::Change)
    }

    fn may_route(&self) -> bool {
        self.may(CircuitRoundStep::Route)
    }

    fn state(&self) -> &'static str {
        words::round_word(&self.f, self.d.view.round.state)
    }

    fn tone(&self) -> &'static str {
        words::round_tone(self.d.view.round.state)
    }

    fn step(&self, step: &CircuitRoundStep) -> &'static str {
        words::step_word(&self.f, *step)
    }

    fn stage(&self, stage: &CircuitStage) -> &'static str {
        words::stage_word(&self.f, *stage)
    }

    fn is_officer(&self) -> bool {
        self.f.role() == "admin"
    }
}
