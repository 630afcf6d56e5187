//! The online sessions, and one of them as its reader may see it.

use askama::Template;

use crate::attachments::form::FileLimits;
use crate::attachments::settings::AttachmentSettings;
use crate::core::actor::{Actor, Role};
use crate::online_sessions::detail::{
    OnlineQuestionView, OnlineSessionDetail, count_questions, detail, question_page,
};
use crate::online_sessions::ids::OnlineSessionId;
use crate::online_sessions::queries::{self, OnlineSessionView, SessionFilter, SessionMemberView};
use crate::online_sessions::questions::QuestionDecision;
use crate::online_sessions::state::{OnlineQuestionState, OnlineSessionState, OnlineSessionStep};
use crate::web::Id;
use crate::web::choices::{self, Choice};
use crate::web::frame::{Frame, Member};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;
use chrono::{DateTime, Utc};

fn state_word(f: &Frame, state: OnlineSessionState) -> &'static str {
    let (zh, en) = state.words();
    f.t(zh, en)
}

/// Whether those who manage a session can decide so about a question of it now.
fn decides(d: &OnlineSessionDetail, question: &OnlineQuestionView, decision: QuestionDecision) -> bool {
    d.allowed.contains(&OnlineSessionStep::Answer) && question.state == decision.before()
}

fn state_tone(state: OnlineSessionState) -> &'static str {
    match state {
        OnlineSessionState::Announced => "good",
        OnlineSessionState::Held => "none",
        OnlineSessionState::Cancelled => "bad",
    }
}

/// A session with codes in words.
struct Listed {
    view: OnlineSessionView,
    place: String,
    kinds: String,
}

#[derive(Template)]
#[template(path = "online_sessions/list.html")]
struct ListPage {
    f: Frame,
    asked: QueryParams,
    sessions: Vec<Listed>,
    pager: Pager,
    regions: Vec<Choice>,
    products: Vec<(Choice, Vec<Choice>)>,
}

/// The list, with the form for another one.
pub async fn list(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let (conn, actor) = (&mut *app.snapshot()?, Actor::Person(person));
        let filter = SessionFilter {
            state: asked.read("state")?,
            region: asked.get("region").map(str::to_owned),
            product_kind: asked.get("product_kind").map(str::to_owned),
            q: asked.get("q").map(str::to_owned),
        };
        let page = queries::list(conn, &actor, &filter, frame.slice(&asked)?)?;
        let pager = asked.pager(&page, || queries::count(conn, &actor, &filter))?;
        let catalogue = app.catalogue();
        let listed = |view: OnlineSessionView| {
            let kinds: Vec<String> = view
                .session
                .product_kinds
                .iter()
                .map(|code| choices::kind(&frame, catalogue, code))
                .collect();
            Listed {
                place: choices::region(frame.language, catalogue, &view.session.region),
                kinds: kinds.join(frame.t("、", ", ")),
                view,
            }
        };
        let officer = actor.officer_region().is_some();
        Ok(ListPage {
            sessions: page.items.into_iter().map(listed).collect(),
            pager,
            regions: if officer { choices::regions(frame.language, &actor, catalogue) } else { Vec::new() },
            products: choices::kinds(&frame, catalogue),
            asked,
            f: frame,
        })
    });
    show(&f, &page.await?)
}

impl ListPage {
    fn states(&self) -> &'static [OnlineSessionState] {
        OnlineSessionState::ALL
    }

    fn state(&self, state: &OnlineSessionState) -> &'static str {
        state_word(&self.f, *state)
    }

    fn tone(&self, state: &OnlineSessionState) -> &'static str {
        state_tone(*state)
    }

    fn is_enterprise(&self) -> bool {
        self.f.role() == Role::Enterprise.as_str()
    }

    /// How many questions wait, where any does.
    fn waiting(&self, view: &OnlineSessionView) -> Option<i64> {
        view.waiting.filter(|waiting| *waiting > 0)
    }

    /// How much of the places is taken, in hundredths.
    fn taken(&self, view: &OnlineSessionView) -> i64 {
        let places = i64::from(view.session.capacity).max(1);
        (view.signed_up.saturating_mul(100) / places).min(100)
    }
}

/// So many questions are shown beside the session; all are on a page of their own.
const SHOWN: usize = 10;

#[derive(Template)]
#[template(path = "online_sessions/session.html")]
struct SessionPage {
    f: Frame,
    d: OnlineSessionDetail,
    place: String,
    kinds: String,
    members: Vec<SessionMemberView>,
    pager: Option<Pager>,
    limits: FileLimits,
    now: DateTime<Utc>,
}

/// One session.
pub async fn one(state: State, member: Member, id: Id<OnlineSessionId>, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let (frame, id) = (f.clone(), id.0);
    let page = read(&state, move |app| {
        let (conn, actor) = (&mut *app.snapshot()?, Actor::Person(person));
        let d = detail(conn, &actor, id)?;
        let catalogue = app.catalogue();
        let kinds: Vec<String> =
            d.view.session.product_kinds.iter().map(|code| choices::kind(&frame, catalogue, code)).collect();
        let (members, pager) = match frame.role() == Role::Enterprise.as_str() {
            true => (Vec::new(), None),
            false => {
                let page = queries::members(conn, &actor, id, frame.slice(&asked)?)?;
                let pager = asked.pager(&page, || queries::count_members(conn, &actor, id))?;
                (page.items, Some(pager))
            }
        };
        Ok(SessionPage {
            place: choices::region(frame.language, catalogue, &d.view.session.region),
            kinds: kinds.join(frame.t("、", ", ")),
            members,
            pager,
            limits: FileLimits::of(app.settings().section::<AttachmentSettings>()),
            now: app.clock().now(),
            f: frame,
            d,
        })
    });
    show(&f, &page.await?)
}

impl SessionPage {
    fn keeps(&self) -> bool {
        self.f.role() != Role::Enterprise.as_str()
    }

    fn state(&self) -> &'static str {
        state_word(&self.f, self.d.view.session.state)
    }

    fn tone(&self) -> &'static str {
        state_tone(self.d.view.session.state)
    }

    fn allows(&self, word: &str) -> bool {
        self.d.allowed.iter().any(|step| step.as_str() == word)
    }

    fn begun(&self) -> bool {
        self.now >= self.d.view.session.starts_at
    }

    fn over(&self) -> bool {
        self.now >= self.d.view.session.ends_at
    }

    fn signed(&self) -> bool {
        self.d.view.own_signed_up_at.is_some()
    }

    /// The questions that are shown here: those that wait first for those who manage the session.
    fn questions(&self) -> Vec<&OnlineQuestionView> {
        let mut all: Vec<&OnlineQuestionView> = self.d.questions.iter().collect();
        if self.keeps() {
            all.sort_by_key(|question| question.state != OnlineQuestionState::Waiting);
        }
        all.truncate(SHOWN);
        all
    }

    fn question(&self, state: &OnlineQuestionState) -> &'static str {
        let (zh, en) = state.words();
        self.f.t(zh, en)
    }

    fn waits(&self, question: &OnlineQuestionView) -> bool {
        self.keeps() && decides(&self.d, question, QuestionDecision::Answer)
    }

    fn answered(&self, question: &OnlineQuestionView) -> bool {
        self.keeps() && decides(&self.d, question, QuestionDecision::Correct)
    }

    fn members_file(&self) -> String {
        format!("/api/v1/online-sessions/{}/members?", self.d.view.session.id)
    }
}

#[derive(Template)]
#[template(path = "online_sessions/questions.html")]
struct QuestionsPage {
    f: Frame,
    asked: QueryParams,
    d: OnlineSessionDetail,
    questions: Vec<OnlineQuestionView>,
    pager: Pager,
}

/// The questions of a session.
pub async fn questions(state: State, member: Member, id: Id<OnlineSessionId>, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let (frame, id) = (f.clone(), id.0);
    let page = read(&state, move |app| {
        let (conn, actor) = (&mut *app.snapshot()?, Actor::Person(person));
        let d = detail(conn, &actor, id)?;
        let of_state: Option<OnlineQuestionState> = asked.read("state")?;
        let page = question_page(conn, &actor, id, of_state, asked.slice()?)?;
        let pager = asked.pager(&page, || count_questions(conn, &actor, id, of_state))?;
        Ok(QuestionsPage { f: frame, asked, d, questions: page.items, pager })
    });
    show(&f, &page.await?)
}

impl QuestionsPage {
    fn keeps(&self) -> bool {
        self.f.role() != Role::Enterprise.as_str()
    }

    fn states(&self) -> &'static [OnlineQuestionState] {
        OnlineQuestionState::ALL
    }

    /// The address of the list as a file.
    fn file(&self) -> String {
        self.asked.file(&format!("/api/v1/online-sessions/{}/questions", self.d.view.session.id))
    }

    fn question(&self, state: &OnlineQuestionState) -> &'static str {
        let (zh, en) = state.words();
        self.f.t(zh, en)
    }

    fn waits(&self, question: &OnlineQuestionView) -> bool {
        self.keeps() && decides(&self.d, question, QuestionDecision::Answer)
    }

    fn answered(&self, question: &OnlineQuestionView) -> bool {
        self.keeps() && decides(&self.d, question, QuestionDecision::Correct)
    }
}
