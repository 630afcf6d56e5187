//! Assessments as a list, and one of them with the drawn table, its sensitivity, its evidence and its history.

use askama::Template;

use crate::core::actor::Actor;
use crate::risk::assessments::evidence::{EvidenceKind, EvidenceView};
use crate::risk::assessments::queries::{self, AssessmentFilter};
use crate::risk::assessments::state::AssessmentState;
use crate::risk::assessments::view::{AssessmentDetail, AssessmentView, EventView, about_text, decimal};
use crate::risk::ids::AssessmentId;
use crate::risk::method::scenario::{Scenario, Sensitivity, Step};
use crate::risk::method::table::Level;
use crate::risk::pages::matrix::{Matrix, matrix};
use crate::risk::pages::tone;
use crate::web::Id;
use crate::web::choices::{self, Choice};
use crate::web::frame::{Frame, Member};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

/// An assessment in the list.
struct Listed {
    view: AssessmentView,
    kind: String,
    place: String,
    level: String,
    tone: &'static str,
    state: String,
    probability: String,
}

#[derive(Template)]
#[template(path = "risk/assessments.html")]
struct AssessmentsPage {
    f: Frame,
    asked: QueryParams,
    items: Vec<Listed>,
    pager: Pager,
    regions: Vec<Choice>,
    export: String,
}

/// The list.
pub async fn list(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let (actor, catalogue) = (Actor::Person(person), app.catalogue());
        let text = |name: &str| asked.get(name).map(str::to_owned);
        let filter = AssessmentFilter {
            state: asked.read("state")?,
            level: asked.read("level")?,
            kind: text("product_kind"),
            region: text("region"),
            q: text("q"),
        };
        let conn = &mut *app.snapshot()?;
        let page = queries::list(conn, &actor, &filter, frame.slice(&asked)?)?;
        let pager = asked.pager(&page, || queries::count(conn, &actor, &filter))?;
        let listed = |view: AssessmentView| Listed {
            kind: choices::kind(&frame, catalogue, &view.product_kind),
            place: choices::region(frame.language, catalogue, &view.region),
            level: frame.say(&view.level.text()).to_owned(),
            tone: tone(view.level),
            state: frame.say(&view.state.text()).to_owned(),
            probability: about_text(&view.probability),
            view,
        };
        Ok(AssessmentsPage {
            items: page.items.into_iter().map(listed).collect(),
            pager,
            regions: choices::regions(frame.language, &actor, catalogue),
            export: asked.file("/api/v1/assessments"),
            asked,
            f: frame,
        })
    });
    show(&f, &page.await?)
}

impl AssessmentsPage {
    fn states(&self) -> &'static [AssessmentState] {
        AssessmentState::ALL
    }

    fn state(&self, state: &AssessmentState) -> String {
        self.f.say(&state.text()).to_owned()
    }

    fn levels(&self) -> &'static [Level] {
        Level::ALL
    }

    fn level(&self, level: &Level) -> String {
        self.f.say(&level.text()).to_owned()
    }
}

#[derive(Template)]
#[template(path = "risk/assessment.html")]
struct AssessmentPage {
    f: Frame,
    a: AssessmentDetail,
    kind: String,
    place: String,
    matrix: Matrix,
}

/// One assessment.
pub async fn one(state: State, member: Member, id: Id<AssessmentId>) -> Answer {
    let Member { frame: f, person } = member;
    let (frame, id) = (f.clone(), id.0);
    let page = read(&state, move |app| {
        let actor = Actor::Person(person);
        let a = queries::detail(&mut *app.snapshot()?, &actor, app.settings(), id)?;
        let catalogue = app.catalogue();
        Ok(AssessmentPage {
            kind: choices::kind(&frame, catalogue, &a.assessment.product_kind),
            place: choices::region(frame.language, catalogue, &a.assessment.region),
            matrix: matrix(&frame, Some((a.judgement.row, a.judgement.severity))),
            a,
            f: frame,
        })
    });
    show(&f, &page.await?)
}

impl AssessmentPage {
    fn level(&self, level: &Level) -> String {
        self.f.say(&level.text()).to_owned()
    }

    fn tone(&self, level: &Level) -> &'static str {
        tone(*level)
    }

    fn state(&self) -> String {
        self.f.say(&self.a.assessment.state.text()).to_owned()
    }

    /// Whether its author changes it and hands it in.
    fn writes(&self) -> bool {
        self.a.own && matches!(self.a.assessment.state, AssessmentState::Draft | AssessmentState::Returned)
    }

    /// Whether the reader validates it.
    fn validates(&self) -> bool {
        !self.a.own && self.a.assessment.state == AssessmentState::Submitted
    }

    /// Whether the reader may withdraw it: its author before it is in force, another officer afterwards.
    fn withdraws(&self) -> bool {
        use AssessmentState::{Draft, Returned, Submitted, Validated};
        match self.a.assessment.state {
            Draft | Submitted | Returned => self.a.own,
            Validated => !self.a.own,
            AssessmentState::Superseded | AssessmentState::Withdrawn => false,
        }
    }

    fn probability(&self) -> String {
        decimal(self.a.judgement.probability_about)
    }

    /// The exact probability, where it is short enough to be read.
    fn exact(&self) -> Option<&str> {
        Some(self.a.judgement.probability.as_str()).filter(|text| text.len() <= 40)
    }

    fn combination(&self) -> String {
        self.f.say(&self.a.combination.text()).to_owned()
    }

    fn urgency(&self) -> String {
        self.f.say(&self.a.urgency.text()).to_owned()
    }

    fn impact(&self) -> String {
        self.f.say(&self.a.social_impact.text()).to_owned()
    }

    fn strength(&self, step: &Step) -> String {
        self.f.say(&step.evidence.text()).to_owned()
    }

    /// The step of a line of the sensitivity.
    fn step(&self, line: &Sensitivity) -> String {
        let scenario: Option<&Scenario> = self.a.scenarios.get(line.scenario);
        let step = scenario.and_then(|scenario| scenario.steps.get(line.step));
        let words = scenario.map(|scenario| scenario.title.as_str()).into_iter();
        words.chain(step.map(|step| step.text.as_str())).collect::<Vec<_>>().join(" · ")
    }

    fn event(&self, event: &EventView) -> String {
        self.f.say(&event.step.text()).to_owned()
    }

    fn evidence_kind(&self, one: &EvidenceView) -> String {
        self.f.say(&one.kind.text()).to_owned()
    }

    fn evidence_href(&self, one: &EvidenceView) -> String {
        match one.kind {
            EvidenceKind::Signal => format!("/signals/{}", one.id),
            EvidenceKind::Inspection => format!("/inspections/{}", one.id),
            EvidenceKind::File => format!("/api/v1/attachments/{}", one.id),
        }
    }
}
