//! The label checks, one of them, and the form for the phone.

use askama::Template;

use crate::catalogue::SupervisionClass;
use crate::core::actor::{Actor, Scope};
use crate::inspections::ids::InspectionId;
use crate::inspections::policy::may_know;
use crate::inspections::queries::{self as inspections, InspectionFilter};
use crate::inspections::state::InspectionState;
use crate::inspections::view::InspectionView;
use crate::inspections::words::Method;
use crate::label_checks::checklist::{Answer as CheckAnswer, LabelOutcome};
use crate::label_checks::pages::{level, today};
use crate::label_checks::queries::{self, CheckView, ChecklistView, LabelCheckView, LabelFilter, LabelLine};
use crate::label_checks::words;
use crate::programmes::regimes::history::regime_in;
use crate::programmes::regimes::queries::changes;
use crate::programmes::state::ProgrammeLevel;
use crate::web::Id;
use crate::web::choices::{self, Choice};
use crate::web::frame::{Frame, Member};
use crate::web::pager::Pager;
use crate::web::pages::{redirect, show};
use crate::web::params::largest_page;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

/// A label check with codes in words.
struct Listed {
    line: LabelLine,
    place: String,
    kind: String,
}

impl Listed {
    /// Whether it is still to be checked.
    fn waits(&self) -> bool {
        use InspectionState as S;
        matches!(self.line.inspection.state, S::Drawn | S::Assigned | S::Attempted)
    }
}

#[derive(Template)]
#[template(path = "label_checks/list.html")]
struct ListPage {
    f: Frame,
    asked: QueryParams,
    checks: Vec<Listed>,
    pager: Pager,
}

/// The list.
pub async fn list(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let (conn, actor) = (&mut *app.snapshot()?, Actor::Person(person));
        let filter = LabelFilter {
            region: asked.get("region").map(str::to_owned),
            product_class: asked.get("product_class").map(str::to_owned),
            conforming: asked.read("conforming")?,
            q: asked.get("q").map(str::to_owned),
        };
        let day = today(app);
        let page = queries::list(conn, &actor, &filter, day, frame.slice(&asked)?)?;
        let pager = asked.pager(&page, || queries::count(conn, &actor, &filter, day))?;
        let catalogue = app.catalogue();
        let listed = |line: LabelLine| {
            let row = &line.inspection;
            let kind = row.product_kind.as_deref().map(|code| choices::kind(&frame, catalogue, code));
            Listed {
                place: choices::region(frame.language, catalogue, &row.place_region),
                kind: kind.unwrap_or_default(),
                line,
            }
        };
        Ok(ListPage { checks: page.items.into_iter().map(listed).collect(), pager, asked, f: frame })
    });
    show(&f, &page.await?)
}

impl ListPage {
    fn outcome(&self, outcome: &LabelOutcome) -> &'static str {
        words::outcome_word(&self.f, *outcome)
    }

    fn tone(&self, outcome: &LabelOutcome) -> &'static str {
        words::outcome_tone(*outcome)
    }
}

#[derive(Template)]
#[template(path = "label_checks/one.html")]
struct OnePage {
    f: Frame,
    c: LabelCheckView,
}

/// One label check. What was entered without the checklist, such as by another system, is shown as the inspection.
pub async fn one(state: State, member: Member, id: Id<InspectionId>) -> Answer {
    let Member { frame: f, person } = member;
    let (frame, id) = (f.clone(), id.0);
    let page = read(&state, move |app| {
        let (conn, actor) = (&mut *app.snapshot()?, Actor::Person(person));
        if may_know(conn, &actor, id.0)? && !queries::is_checked(conn, id)? {
            return Ok(None);
        }
        Ok(Some(OnePage { c: queries::get(conn, &actor, app.settings(), id)?, f: frame }))
    });
    match page.await? {
        Some(page) => show(&f, &page),
        None => Ok(redirect(&format!("/inspections/{id}"))),
    }
}

impl OnePage {
    fn outcome(&self) -> &'static str {
        words::outcome_word(&self.f, self.c.summary.outcome)
    }

    fn tone(&self) -> &'static str {
        words::outcome_tone(self.c.summary.outcome)
    }

    fn answer(&self, answer: &CheckAnswer) -> &'static str {
        words::answer_word(&self.f, *answer)
    }

    fn yes(&self, word: &bool) -> bool {
        *word
    }

    fn failed(&self, answer: &CheckAnswer) -> bool {
        answer.failed()
    }

    fn text<'a>(&'a self, check: &'a CheckView) -> &'a str {
        self.f.t(&check.text_zh, &check.text_en)
    }

    fn article<'a>(&'a self, check: &'a CheckView) -> &'a str {
        self.f.t(&check.article_zh, &check.article_en)
    }

    fn inspectors(&self) -> String {
        self.c.summary.inspectors.join(self.f.t("、", ", "))
    }
}

#[derive(Template)]
#[template(path = "label_checks/new.html")]
struct NewPage {
    f: Frame,
    asked: QueryParams,
    list: ChecklistView,
    regions: Vec<Choice>,
    kinds: Vec<(Choice, Vec<Choice>)>,
    /// Codes of the product kinds under strict supervision today, with blanks between.
    strict: String,
    /// Those under special supervision.
    special: String,
    /// The inspections of labels that are still to be made, of which one can be chosen.
    open: Vec<InspectionView>,
    /// Whether the reader may enter a new inspection.
    registers: bool,
    name: String,
    level: ProgrammeLevel,
    today: String,
}

/// The form for the phone: one check a card. It works without a connection once it is open. `task` names the inspection that is to be checked.
pub async fn new(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let name = person.name.clone();
        let (conn, actor) = (&mut *app.snapshot()?, Actor::Person(person));
        let day = today(app);
        let catalogue = app.catalogue();
        let mut open = Vec::new();
        for state in [InspectionState::Drawn, InspectionState::Assigned, InspectionState::Attempted] {
            let filter = InspectionFilter {
                method: Some(Method::Label),
                state: Some(state),
                ..InspectionFilter::default()
            };
            open.extend(inspections::list(conn, &actor, &filter, day, largest_page())?.items);
        }
        let list = queries::checklists(app.settings(), Some(day)).into_iter().next();
        let changes = changes(conn)?;
        let kinds_in = |regime: SupervisionClass| {
            let kinds = catalogue.products.kinds().filter(|kind| regime_in(&changes, kind, day) == regime);
            kinds.map(|kind| kind.code.as_str()).collect::<Vec<_>>().join(" ")
        };
        Ok(NewPage {
            list: list.ok_or_else(|| crate::core::Problem::internal("no checklist"))?,
            regions: choices::regions(frame.language, &actor, catalogue),
            kinds: choices::kinds(&frame, catalogue),
            strict: kinds_in(SupervisionClass::Strict),
            special: kinds_in(SupervisionClass::Special),
            open,
            registers: matches!(actor.scope(), Some(Scope::Admin(_))),
            name,
            level: level(&actor, catalogue),
            today: day.to_string(),
            asked,
            f: frame,
        })
    });
    show(&f, &page.await?)
}

impl NewPage {
    fn text<'a>(&'a self, check: &'a CheckView) -> &'a str {
        self.f.t(&check.text_zh, &check.text_en)
    }

    fn article<'a>(&'a self, check: &'a CheckView) -> &'a str {
        self.f.t(&check.article_zh, &check.article_en)
    }

    /// The class of a task's product kind; empty where it is not known.
    fn class(&self, kind: &Option<String>) -> &str {
        let is_wanted = |known: &Choice| Some(&known.code) == kind.as_ref();
        let known = self.kinds.iter().find(|(_, kinds)| kinds.iter().any(is_wanted));
        known.map_or("", |(class, _)| &class.code)
    }

    /// Whether the reader comes from a task.
    fn chosen(&self, task: &InspectionId) -> bool {
        self.asked.is("task", &task.to_string())
    }

    fn answers(&self) -> &'static [CheckAnswer] {
        CheckAnswer::ALL
    }

    fn answer(&self, answer: &CheckAnswer) -> &'static str {
        words::answer_word(&self.f, *answer)
    }
}
