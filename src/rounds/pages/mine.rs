//! What an expert has to do in the rounds: the own members and the week; and what an enterprise is notified: that it is in a round, who comes, when.

use askama::Template;

use crate::core::actor::Actor;
use crate::rounds::member_queries::{self, MemberFilter};
use crate::rounds::pages::members::Listed;
use crate::rounds::pages::one::{Day, Stop, days};
use crate::rounds::pages::today;
use crate::rounds::stage::CircuitStage;
use crate::rounds::stop_queries::{self, StopFilter};
use crate::rounds::words;
use crate::web::frame::{Frame, Member};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::params::largest_page;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;
use chrono::Days;

#[derive(Template)]
#[template(path = "rounds/mine.html")]
struct MinePage {
    f: Frame,
    asked: QueryParams,
    members: Vec<Listed>,
    pager: Pager,
    /// The days of the next week.
    week: Vec<Day>,
}

/// The page.
pub async fn page(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let actor = Actor::Person(person);
        let (conn, catalogue, day) = (&mut *app.snapshot()?, app.catalogue(), today(app));
        let filter = MemberFilter {
            stage: asked.read("stage")?,
            q: asked.get("q").map(str::to_owned),
            ..MemberFilter::default()
        };
        let page = member_queries::list(conn, &actor, &filter, frame.slice(&asked)?)?;
        let pager = asked.pager(&page, || member_queries::count(conn, &actor, &filter))?;
        let until = day.checked_add_days(Days::new(6)).unwrap_or(day);
        let week = StopFilter { from: Some(day), until: Some(until), ..StopFilter::default() };
        let mut stops = stop_queries::list(conn, &actor, week, largest_page())?;
        stops.items.sort_by_key(|stop| (stop.on_day, stop.round_id, stop.ordinal));
        Ok(MinePage {
            members: page.items.into_iter().map(|view| Listed::of(&frame, catalogue, view)).collect(),
            week: days(stops.items.into_iter().map(|view| Stop::of(&frame, catalogue, view)).collect()),
            pager,
            asked,
            f: frame,
        })
    });
    show(&f, &page.await?)
}

impl MinePage {
    fn is_expert(&self) -> bool {
        self.f.role() == "expert"
    }

    fn stages(&self) -> &'static [CircuitStage] {
        CircuitStage::ALL
    }

    fn stage(&self, stage: &CircuitStage) -> &'static str {
        words::stage_word(&self.f, *stage)
    }

    fn tone(&self, stage: &CircuitStage) -> &'static str {
        words::stage_tone(*stage)
    }
}
