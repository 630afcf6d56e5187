//! The recordings of one inspection beside its steps and the custody of the sample, on one line of time.

use askama::Template;

use crate::core::actor::Actor;
use crate::core::text::part_in;
use crate::inspections::ids::InspectionId;
use crate::inspections::state::InspectionStep;
use crate::recordings::chain::ChainState;
use crate::recordings::custody::{CustodyStep, SamplePart};
use crate::recordings::manifest::{self, Manifest, SegmentView};
use crate::recordings::pages::timeline::{self, Entry, Item};
use crate::recordings::pages::words;
use crate::recordings::shots::Shot;
use crate::recordings::views::{self, Rendition, ViewView};
use crate::web::Id;
use crate::web::frame::{Frame, Member};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

#[derive(Template)]
#[template(path = "recordings/recording.html")]
struct RecordingPage {
    f: Frame,
    m: Manifest,
    line: Vec<Entry>,
    /// The log of views, for who reads it.
    log: Option<(Vec<ViewView>, Pager)>,
    /// The moment at which the page is made, for the form of the custody.
    now: String,
}

/// One inspection's.
pub async fn one(state: State, member: Member, id: Id<InspectionId>, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let (frame, id) = (f.clone(), id.0);
    let page = read(&state, move |app| {
        let actor = Actor::Person(person);
        let conn = &mut *app.snapshot()?;
        let m = manifest::manifest(app, conn, &actor, id)?;
        let steps = timeline::steps(conn, id)?;
        let log = if m.reads_log {
            let page = views::list(conn, &actor, id, asked.slice()?)?;
            let pager = asked.pager(&page, || views::count(conn, &actor, id))?;
            Some((page.items, pager))
        } else {
            None
        };
        Ok(RecordingPage {
            line: timeline::line(&m, &steps),
            log,
            now: crate::core::clock::shanghai_time(app.clock().now()).format("%Y-%m-%dT%H:%M").to_string(),
            m,
            f: frame,
        })
    });
    show(&f, &page.await?)
}

impl RecordingPage {
    fn chain(&self, state: &ChainState) -> &'static str {
        words::chain_word(&self.f, *state)
    }

    fn tone(&self, state: &ChainState) -> &'static str {
        words::chain_tone(*state)
    }

    fn length(&self, seconds: &i64) -> String {
        words::length(&self.f, *seconds)
    }

    fn step(&self, step: &InspectionStep) -> String {
        self.f.say(&step.text()).to_owned()
    }

    fn custody_steps(&self) -> &'static [CustodyStep] {
        CustodyStep::ALL
    }

    fn parts(&self) -> &'static [SamplePart] {
        SamplePart::ALL
    }

    fn rendition(&self, rendition: &Option<Rendition>) -> &'static str {
        words::rendition_word(&self.f, *rendition)
    }

    /// Numbers of segments, the first of them.
    fn numbers(&self, numbers: &[i32]) -> String {
        let shown: Vec<String> = numbers.iter().take(20).map(ToString::to_string).collect();
        let more = if numbers.len() > shown.len() { "…" } else { "" };
        format!("{}{more}", shown.join(self.f.t("、", ", ")))
    }

    /// What is noted of a segment and what it shows, in a line.
    fn about(&self, segment: &SegmentView) -> String {
        let shots = segment.shots.iter().map(|shot| shot.text());
        let said: Vec<String> = shots.map(|text| self.f.say(&text).to_owned()).collect();
        said.join(self.f.t("、", ", "))
    }

    /// What is to be seen on a recording of another system, in a line.
    fn seen(&self, shots: &[Shot]) -> String {
        let said: Vec<String> = shots.iter().map(|shot| self.f.say(&shot.text()).to_owned()).collect();
        said.join(self.f.t("、", ", "))
    }

    fn source(&self) -> &str {
        part_in(self.f.language, &self.m.rules_source)
    }

    fn log_file(&self) -> String {
        format!("/api/v1/inspections/{}/recordings/views?", self.m.inspection)
    }

    fn taken(&self) -> usize {
        self.m.shots.iter().filter(|shot| shot.taken).count()
    }
}
