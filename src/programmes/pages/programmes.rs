//! The programmes, and one with its tasks, its draws and its history.

use askama::Template;

use crate::catalogue::Catalogue;
use crate::core::Language;
use crate::core::actor::Actor;
use crate::programmes::draw::queries::{self as draws, DrawView};
use crate::programmes::ids::ProgrammeId;
use crate::programmes::kind::ProgrammeKind;
use crate::programmes::laboratories::queries::{self as laboratories, LaboratoryView};
use crate::programmes::pages::today;
use crate::programmes::policy::keeps;
use crate::programmes::queries::{self, ProgrammeDetail, ProgrammeFilter, ProgrammeView, Progress};
use crate::programmes::state::{OperatorRole, ProgrammeLevel, ProgrammeState, ProgrammeStep};
use crate::programmes::target_queries::{self, TargetFilter, TargetView};
use crate::programmes::words;
use crate::web::Id;
use crate::web::charts::percent;
use crate::web::choices::{self, Choice};
use crate::web::frame::{Frame, Member};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::params::largest_page;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

/// A programme with codes in words.
struct Listed {
    view: ProgrammeView,
    place: String,
    /// The bar of the samples that were taken, 0 to 100.
    bar: String,
}

fn bar(progress: &Progress) -> String {
    format!("{:.1}", percent(progress.taken.min(progress.samples), progress.samples.max(1)))
}

#[derive(Template)]
#[template(path = "programmes/programmes.html")]
struct ProgrammesPage {
    f: Frame,
    asked: QueryParams,
    /// The kind that is shown.
    kind: ProgrammeKind,
    programmes: Vec<Listed>,
    pager: Pager,
    regions: Vec<Choice>,
    /// The level at which the reader's office organises.
    own_level: Option<ProgrammeLevel>,
    today: String,
}

/// The list, with the form for another one.
pub async fn list(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let actor = Actor::Person(person);
        let filter = ProgrammeFilter {
            state: asked.read("state")?,
            kind: asked.read("kind")?,
            level: asked.read("level")?,
            region: asked.get("region").map(str::to_owned),
            late: asked.read("late")?,
            q: asked.get("q").map(str::to_owned),
        };
        let conn = &mut *app.snapshot()?;
        let day = today(app);
        let page = queries::list(conn, &actor, &filter, day, frame.slice(&asked)?)?;
        let pager = asked.pager(&page, || queries::count(conn, &actor, &filter, day))?;
        let catalogue = app.catalogue();
        let listed = |view: ProgrammeView| Listed {
            place: choices::region(frame.language, catalogue, &view.programme.organiser_region),
            bar: bar(&view.progress),
            view,
        };
        Ok(ProgrammesPage {
            kind: filter.kind.unwrap_or(ProgrammeKind::Sampling),
            programmes: page.items.into_iter().map(listed).collect(),
            pager,
            regions: choices::regions(frame.language, &actor, catalogue),
            own_level: ProgrammeLevel::of_region(&catalogue.regions, actor.officer_region()),
            today: day.to_string(),
            asked,
            f: frame,
        })
    });
    show(&f, &page.await?)
}

impl ProgrammesPage {
    fn states(&self) -> &'static [ProgrammeState] {
        ProgrammeState::ALL
    }

    fn levels(&self) -> &'static [ProgrammeLevel] {
        ProgrammeLevel::ALL
    }

    fn state(&self, state: &ProgrammeState) -> &'static str {
        words::state_word(&self.f, *state)
    }

    fn tone(&self, state: &ProgrammeState) -> &'static str {
        words::state_tone(*state)
    }

    fn level(&self, level: &ProgrammeLevel) -> &'static str {
        words::level_of_kind(&self.f, self.kind, *level)
    }

    fn plain_level(&self, level: &ProgrammeLevel) -> &'static str {
        words::plain_level(&self.f, *level)
    }

    fn is_own(&self, level: &ProgrammeLevel) -> bool {
        self.own_level == Some(*level)
    }

    fn kinds(&self) -> &'static [ProgrammeKind] {
        ProgrammeKind::ALL
    }

    fn kind(&self, kind: &ProgrammeKind) -> &'static str {
        words::kind_word(&self.f, *kind)
    }

    fn is_sampling(&self) -> bool {
        self.kind.has_targets()
    }
}

/// A target with codes in words.
struct Task {
    view: TargetView,
    place: String,
    product: String,
    /// The bar of the samples that were taken, 0 to 100.
    bar: String,
    /// The address of the inspections of this target.
    inspections: String,
}

/// A draw with its task in words.
struct Drawing {
    view: DrawView,
    task: String,
}

#[derive(Template)]
#[template(path = "programmes/programme.html")]
struct ProgrammePage {
    f: Frame,
    asked: QueryParams,
    d: ProgrammeDetail,
    place: String,
    /// Whether the reader keeps it.
    keeps: bool,
    tasks: Vec<Task>,
    pager: Pager,
    draws: Vec<Drawing>,
    /// The names of all tasks that can be drawn, for the choice of a form.
    choices: Vec<(String, String)>,
    regions: Vec<Choice>,
    products: Vec<(Choice, Vec<Choice>)>,
    classes: Vec<Choice>,
    laboratories: Vec<LaboratoryView>,
    /// The address of the tasks that are shown, to be exported.
    export: String,
}

fn task(f: &Frame, catalogue: &Catalogue, view: TargetView) -> Task {
    let target = &view.target;
    let (kind, class) = (target.product_kind.as_deref(), target.product_class.as_deref());
    let (taken, samples) = (i64::from(target.taken), i64::from(target.samples));
    let product =
        kind.map(|code| ("product_kind", code)).or_else(|| class.map(|code| ("product_class", code)));
    let (name, code) = product.unwrap_or_default();
    Task {
        inspections: format!(
            "/inspections?programme={}&region={}&role={}&{name}={code}",
            target.programme_id, target.region, target.role
        ),
        place: choices::region(f.language, catalogue, &target.region),
        product: words::product(f, catalogue, kind, class),
        bar: format!("{:.1}", percent(taken.min(samples), samples.max(1))),
        view,
    }
}

/// The name of a task: region, product and role.
fn task_name(f: &Frame, task: &Task) -> String {
    format!("{} · {} · {}", task.place, task.product, words::role_word(f, task.view.target.role))
}

/// One programme.
pub async fn one(state: State, member: Member, id: Id<ProgrammeId>, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let (frame, id) = (f.clone(), id.0);
    let page = read(&state, move |app| {
        let actor = Actor::Person(person);
        let conn = &mut *app.snapshot()?;
        let (day, catalogue) = (today(app), app.catalogue());
        let d = queries::detail(conn, &actor, id, day)?;
        let row = &d.view.programme;
        let keeps = keeps(&actor, &row.organiser_region, catalogue);
        let filter = TargetFilter { late: asked.read("late")?, q: asked.get("q").map(str::to_owned) };
        let page = target_queries::list(conn, &actor, id, &filter, day, frame.slice(&asked)?)?;
        let pager = asked.pager(&page, || target_queries::count(conn, &actor, id, &filter, day))?;
        let everything =
            target_queries::list(conn, &actor, id, &TargetFilter::default(), day, largest_page())?;
        let everything: Vec<Task> =
            everything.items.into_iter().map(|view| task(&frame, catalogue, view)).collect();
        let name =
            |id| everything.iter().find(|task| task.view.target.id == id).map(|t| task_name(&frame, t));
        let draws = draws::list(conn, &actor, id, largest_page())?;
        let drawing = |view: DrawView| Drawing { task: name(view.target_id).unwrap_or_default(), view };
        Ok(ProgrammePage {
            place: choices::region(frame.language, catalogue, &row.organiser_region),
            tasks: page.items.into_iter().map(|view| task(&frame, catalogue, view)).collect(),
            pager,
            draws: draws.items.into_iter().map(drawing).collect(),
            choices: everything
                .iter()
                .map(|task| (task.view.target.id.to_string(), task_name(&frame, task)))
                .collect(),
            regions: under(frame.language, catalogue, &row.organiser_region),
            products: choices::kinds(&frame, catalogue),
            classes: choices::classes(&frame, catalogue),
            laboratories: laboratories::choices(conn, &actor)?,
            export: asked.file(&format!("/api/v1/programmes/{id}/targets")),
            keeps,
            asked,
            f: frame,
            d,
        })
    });
    show(&f, &page.await?)
}

/// A region and all under it, for a choice.
fn under(language: Language, catalogue: &Catalogue, region: &str) -> Vec<Choice> {
    let codes = catalogue.regions.descendants(region).into_iter();
    codes
        .map(|code| Choice {
            code: code.to_owned(),
            name: choices::region(language, catalogue, code),
            indent: "",
        })
        .collect()
}

impl ProgrammePage {
    fn may(&self, step: ProgrammeStep) -> bool {
        self.keeps && self.d.allowed.contains(&step)
    }

    fn may_change(&self) -> bool {
        self.may(ProgrammeStep::Change)
    }

    fn may_submit(&self) -> bool {
        self.may(ProgrammeStep::Submit)
    }

    fn may_approve(&self) -> bool {
        self.may(ProgrammeStep::Approve)
    }

    fn may_return(&self) -> bool {
        self.may(ProgrammeStep::Return)
    }

    fn may_withdraw(&self) -> bool {
        self.may(ProgrammeStep::Withdraw)
    }

    fn may_start(&self) -> bool {
        self.may(ProgrammeStep::Start)
    }

    fn may_draw(&self) -> bool {
        self.may(ProgrammeStep::Draw)
    }

    /// What comes next, for those who manage it; empty where nothing does.
    fn next(&self) -> &'static str {
        let t = |zh: &'static str, en: &'static str| self.f.t(zh, en);
        let state = self.d.view.programme.state;
        if !self.is_sampling() {
            return match state {
                ProgrammeState::Draft | ProgrammeState::Returned => {
                    t("提交审批，由另一名监管人员批准。", "Hand it in; another officer approves it.")
                }
                ProgrammeState::Submitted => t(
                    "待另一名监管人员批准；起草和提交的人员不能批准。",
                    "Another officer approves it, neither who wrote it nor who handed it in.",
                ),
                ProgrammeState::Approved => t("开始执行后按计划开展工作。", "Begin it and carry it out."),
                ProgrammeState::Running | ProgrammeState::Closed | ProgrammeState::Withdrawn => "",
            };
        }
        match state {
            ProgrammeState::Draft | ProgrammeState::Returned => t(
                "添加任务后提交审批，由另一名监管人员批准。",
                "Add targets and hand it in; another officer approves it.",
            ),
            ProgrammeState::Submitted => t(
                "待另一名监管人员批准；起草和提交的人员不能批准。",
                "Another officer approves it, neither who wrote it nor who handed it in.",
            ),
            ProgrammeState::Approved | ProgrammeState::Running => t(
                "按任务抽取经营者，分配检验机构，再逐家登记检查；结果确定后起草通报。",
                "Draw operators for each target, assign laboratories and register the inspections; write a bulletin of the final results.",
            ),
            ProgrammeState::Closed => t(
                "计划已完成，抽中的经营者名称已经公开。",
                "It is closed; the names of the operators that were drawn are published.",
            ),
            ProgrammeState::Withdrawn => "",
        }
    }

    fn may_close(&self) -> bool {
        self.may(ProgrammeStep::Close)
    }

    fn state(&self) -> &'static str {
        words::state_word(&self.f, self.d.view.programme.state)
    }

    fn tone(&self) -> &'static str {
        words::state_tone(self.d.view.programme.state)
    }

    fn level(&self) -> &'static str {
        words::level_of_kind(&self.f, self.d.view.programme.kind, self.d.view.programme.level)
    }

    fn kind(&self) -> &'static str {
        words::kind_word(&self.f, self.d.view.programme.kind)
    }

    fn is_sampling(&self) -> bool {
        self.d.view.programme.kind.has_targets()
    }

    /// The page on which a programme of another kind is carried out.
    fn carried_out_at(&self) -> Option<String> {
        let row = &self.d.view.programme;
        row.kind.carried_out_at().filter(|_| row.state.is_public()).map(|page| format!("{page}{}", row.id))
    }

    fn step(&self, step: &ProgrammeStep) -> &'static str {
        words::step_word(&self.f, *step)
    }

    fn roles(&self) -> &'static [OperatorRole] {
        OperatorRole::ALL
    }

    fn role(&self, role: &OperatorRole) -> &'static str {
        words::role_word(&self.f, *role)
    }

    fn bar(&self) -> String {
        bar(&self.d.view.progress)
    }
}
