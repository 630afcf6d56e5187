//! What officers have to decide of penalties: whom they are against, and as what they count.

use askama::Template;

use crate::conduct::settings::ConductSettings;
use crate::core::actor::Actor;
use crate::penalty_lists::pages::words::likeness_word;
use crate::penalty_lists::questions::queries::{self, QuestionFilter, QuestionView};
use crate::penalty_lists::state::{QuestionKind, QuestionState};
use crate::web::choices;
use crate::web::frame::{Frame, Member};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

/// Codes of behaviours with what they are called.
type Behaviours = Vec<(String, String)>;

#[derive(Template)]
#[template(path = "penalty_lists/questions.html")]
struct QuestionsPage {
    f: Frame,
    asked: QueryParams,
    /// Each with the name of the proposed enterprise's region, and the behaviours of the rules of its day.
    questions: Vec<(QuestionView, String, Behaviours)>,
    state: QuestionState,
    pager: Pager,
}

/// The page. Without a state named it shows what waits for a decision.
pub async fn list(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let actor = Actor::Person(person);
        let conn = &mut *app.snapshot()?;
        let state: QuestionState = asked.read("state")?.unwrap_or(QuestionState::Open);
        let filter = QuestionFilter {
            state: Some(state),
            kind: asked.read("kind")?,
            list: asked.read("list")?,
            q: asked.get("q").map(str::to_owned),
        };
        let page = queries::list(conn, &actor, &filter, frame.slice(&asked)?)?;
        let pager = asked.pager(&page, || queries::count(conn, &actor, &filter))?;
        let settings = app.settings().section::<ConductSettings>();
        let line = |question: QuestionView| {
            let region = question.enterprise_region.as_deref();
            let region =
                region.map(|code| choices::region(frame.language, app.catalogue(), code)).unwrap_or_default();
            let rules =
                settings.rules_on(question.decided_on).filter(|_| question.kind == QuestionKind::Behaviour);
            let behaviours = rules.map(|rules| {
                let all = rules.behaviours.iter();
                all.map(|b| (b.code.clone(), b.text.get(frame.language).to_owned())).collect()
            });
            (question, region, behaviours.unwrap_or_default())
        };
        let questions = page.items.into_iter().map(line).collect();
        Ok(QuestionsPage { f: frame.clone(), asked, questions, state, pager })
    });
    show(&f, &page.await?)
}

impl QuestionsPage {
    /// The states to choose from: where each leads, its word, whether it is chosen.
    fn states(&self) -> Vec<(String, String, bool)> {
        let list = self.asked.get("list").map(|list| format!("&list={list}")).unwrap_or_default();
        QuestionState::ALL
            .iter()
            .map(|state| {
                let href = format!("/penalty-lists/questions?state={state}{list}");
                (href, state.text().get(self.f.language).to_owned(), *state == self.state)
            })
            .collect()
    }

    fn reason(&self, question: &QuestionView) -> String {
        question.reason.text().get(self.f.language).to_owned()
    }

    fn likeness(&self, question: &QuestionView) -> Option<&'static str> {
        question.likeness.map(|likeness| likeness_word(&self.f, likeness))
    }

    fn decided(&self, question: &QuestionView) -> String {
        question.state.text().get(self.f.language).to_owned()
    }

    fn of_party(&self, question: &QuestionView) -> bool {
        question.kind == QuestionKind::Party
    }

    /// Whether an officer may still decide.
    fn is_open(&self, question: &QuestionView) -> bool {
        matches!(question.state, QuestionState::Open | QuestionState::Refused)
    }
}
