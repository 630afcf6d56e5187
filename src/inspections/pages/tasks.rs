//! The tasks of a sampler, made for a phone: what is to be sampled, and the form that works without a connection.

use askama::Template;

use crate::core::actor::Actor;
use crate::inspections::pages::form::{action, reasons};
use crate::inspections::pages::form_values::FormValues;
use crate::inspections::pages::list::Chip;
use crate::inspections::pages::listed::{Listed, filter};
use crate::inspections::pages::today;
use crate::inspections::queries;
use crate::inspections::settings::InspectionSettings;
use crate::inspections::state::{InspectionState, InspectionStep};
use crate::inspections::words::{Channel, Method};
use crate::programmes::laboratories::queries as laboratories;
use crate::programmes::regimes::history::must_record;
use crate::programmes::regimes::queries::changes;
use crate::programmes::settings::ProgrammeSettings;
use crate::web::frame::{Frame, Member};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

/// The steps of the form, in the order in which they are offered.
const STEPS: [InspectionStep; 6] = [
    InspectionStep::Sample,
    InspectionStep::Seal,
    InspectionStep::Attempt,
    InspectionStep::Refuse,
    InspectionStep::NotFind,
    InspectionStep::Bar,
];

/// A task, with the steps that its form offers.
struct Task {
    listed: Listed,
    /// Whether the sampling must be recorded, by the regime of the product kind.
    must_record: bool,
    /// The steps, with blanks between; empty where there is nothing to be filled in here.
    steps: &'static str,
}

impl Task {
    fn of(listed: Listed, must_record: bool) -> Self {
        let steps = match (listed.method, listed.state) {
            (Method::Sampling, InspectionState::Drawn | InspectionState::Assigned) => {
                "sample attempt refuse not_find bar"
            }
            (Method::Sampling, InspectionState::Attempted) => "sample refuse not_find bar",
            (Method::Sampling, InspectionState::Sampled) => "seal",
            _ => "",
        };
        Self { listed, must_record, steps }
    }

    /// Where a task is filled in that is not a sampling: the words and the address.
    fn elsewhere(&self, f: &Frame) -> Option<(&'static str, String)> {
        use InspectionState as S;
        let is_open = matches!(self.listed.state, S::Drawn | S::Assigned | S::Attempted);
        match self.listed.method {
            Method::Label if is_open => {
                let words = f.t("按检查表登记标识检查", "Check the label by the checklist");
                Some((words, format!("/label-checks/new?task={}", self.listed.id)))
            }
            Method::Quick if is_open => {
                Some((f.t("登记快速检测结果", "Enter the quick test"), "/quick-tests".to_owned()))
            }
            _ => None,
        }
    }

    /// Whether there is something to be filled in.
    fn is_open(&self) -> bool {
        !self.steps.is_empty()
    }
}

/// A reason of the rules: its key and its words.
type Named = (String, String);

#[derive(Template)]
#[template(path = "inspections/tasks.html")]
struct TasksPage {
    f: Frame,
    asked: QueryParams,
    /// The name of the body.
    body: String,
    chips: Vec<Chip>,
    items: Vec<Task>,
    pager: Pager,
    export: String,
    /// The steps of the form with their words.
    choices: Vec<(&'static str, String)>,
    /// The reasons for the steps that need one.
    reasons: Vec<(&'static str, Vec<Named>)>,
    said: FormValues,
    channels: &'static [Channel],
}

/// The page.
pub async fn tasks(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let actor = Actor::Person(person);
        let filter = filter(&asked)?;
        let (catalogue, day) = (app.catalogue(), today(app));
        let conn = &mut *app.snapshot()?;
        let page = queries::list(conn, &actor, &filter, day, frame.slice(&asked)?)?;
        let pager = asked.pager(&page, || queries::count(conn, &actor, &filter, day))?;
        let rules = app.settings().section::<InspectionSettings>().rules_on(day);
        let named = |step: InspectionStep| {
            let of = reasons(rules, step).iter();
            of.map(|reason| (reason.key.clone(), reason.text.get(frame.language).to_owned())).collect()
        };
        let (regimes, changes) = (app.settings().section::<ProgrammeSettings>(), changes(conn)?);
        let with_reason = [InspectionStep::Refuse, InspectionStep::NotFind, InspectionStep::Bar];
        Ok(TasksPage {
            body: laboratories::own_name(conn, &actor)?,
            chips: chips(&frame, &asked),
            items: page
                .items
                .into_iter()
                .map(|view| {
                    let of_kind = (view.product_kind.as_deref(), view.sampled_on.unwrap_or(day));
                    let must_record = must_record(catalogue, regimes, &changes, of_kind);
                    Task::of(Listed::of(frame.language, catalogue, view, day), must_record)
                })
                .collect(),
            pager,
            export: asked.file("/api/v1/inspections"),
            choices: STEPS.map(|step| (step.as_str(), action(&frame, step))).into(),
            reasons: with_reason.map(|step| (step.as_str(), named(step))).into(),
            said: FormValues::default(),
            channels: Channel::ALL,
            asked,
            f: frame,
        })
    });
    show(&f, &page.await?)
}

fn chips(f: &Frame, asked: &QueryParams) -> Vec<Chip> {
    let state = |words, state: InspectionState| {
        (words, format!("/sampling-tasks?state={state}"), asked.is("state", state.as_str()))
    };
    vec![
        (f.t("全部", "all"), "/sampling-tasks".to_owned(), !asked.narrows()),
        (
            f.t("待抽样", "to be sampled"),
            "/sampling-tasks?to_sample=true".to_owned(),
            asked.is("to_sample", "true"),
        ),
        state(f.t("待封样", "to be sealed"), InspectionState::Sampled),
        (f.t("逾期", "late"), "/sampling-tasks?late=true".to_owned(), asked.is("late", "true")),
    ]
}
