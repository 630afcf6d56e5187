//! Credit: operators with penalties and failures in every state of the due process, a grade C with an open objection, a grade D, a repair, and what
//! expired; measures that were carried out and that are late.

use super::companies::companies;
use super::past::Past;
use super::recordings::stored;
use super::tables::{caller, enterprise_of};
use crate::attachments::FileKind;
use crate::conduct::enter::EnterConduct;
use crate::conduct::event::NewConductStep;
use crate::conduct::ids::ConductId;
use crate::conduct::new_conduct::NewConduct;
use crate::conduct::record::RecordConductStep;
use crate::conduct::settings::ConductSettings;
use crate::conduct::state::ConductStep;
use crate::conduct::words::{AnnulGround, ConductSource, Intent};
use crate::core::ids::EnterpriseId;
use crate::core::page::Slice;
use crate::core::{Caller, Problem};
use crate::credit::grading::some::GradeDue;
use crate::credit::measures::task_queries::{self, TaskFilter};
use crate::credit::measures::tasks::FinishTask;
use crate::credit::words::TaskState;
use crate::inspections::words::InspectedRole;
use std::cell::Cell;
use std::rc::Rc;

const OFFICER: &str = "admin-guangdong";
const SECOND: &str = "admin-review";
/// What an applicant for repair declares, by the keys of the rules.
const DECLARED: [&str; 2] = ["duties_done", "harm_removed"];
/// The proof that is handed in: a picture of one pixel.
const PROOF: &[u8] = &[
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52, 0x00,
    0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x06, 0x00, 0x00, 0x00, 0x1f, 0x15, 0xc4, 0x89, 0x00,
    0x00, 0x00, 0x0d, 0x49, 0x44, 0x41, 0x54, 0x78, 0xda, 0x63, 0x64, 0xf8, 0xcf, 0x50, 0x0f, 0x00, 0x03,
    0x86, 0x01, 0x80, 0x5a, 0x34, 0x7d, 0x6b, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42,
    0x60, 0x82,
];

/// What becomes of an entry after the enterprise was told.
#[derive(Clone, Copy)]
enum Course {
    /// It counts, or has expired.
    Stays,
    /// The enterprise objected in time and was right.
    Annulled,
    /// A repair was granted so many days before today.
    Repaired(i64),
    /// A repair was applied for yesterday.
    RepairAsked,
}

/// One entry: the place of the operator in the list, the behaviour, the day of the decision, what becomes of it.
const ENTRIES: [(usize, &str, i64, Course); 12] = [
    (0, "penalty_ordinary", -300, Course::Repaired(-58)),
    (16, "penalty_minor", -210, Course::Stays),
    (14, "label_failed", -130, Course::Stays),
    (14, "commitment_broken", -75, Course::Stays),
    (7, "penalty_severe", -120, Course::Stays),
    (7, "sampling_failed_safety", -220, Course::Stays),
    (5, "counterfeit", -150, Course::Annulled),
    (1, "label_failed", -180, Course::RepairAsked),
    (1, "correction_late", -160, Course::Stays),
    (6, "penalty_ordinary", -170, Course::Stays),
    (6, "reinspection_failed", -110, Course::Stays),
    (15, "sampling_passed", -90, Course::Stays),
];
/// The operator whose measures were carried out in part.
const MEASURED: usize = 6;

/// Something that happens: the day, the minute, the action.
type Happening<'a> = (i64, i64, Box<dyn FnOnce(&Past) -> Result<(), Problem> + 'a>);

/// What happens on which day, for the history.
pub(super) fn events<'a>() -> Vec<Happening<'a>> {
    let mut events: Vec<Happening<'a>> = Vec::new();
    for (at, (place, behaviour, decided, course)) in ENTRIES.into_iter().enumerate() {
        let minute = 620 + i64::try_from(at).unwrap_or(0);
        let id: Made = Rc::default();
        let made = Rc::clone(&id);
        let enters = move |past: &Past| {
            made.set(entered(past, at, place, behaviour, decided)?);
            Ok(())
        };
        events.push((decided + 1, minute, Box::new(enters)));
        for (day, who, event) in later(decided, course) {
            let id = Rc::clone(&id);
            let takes = move |past: &Past| id.get().map_or(Ok(()), |id| take(past, who, id, event));
            events.push((day, minute, Box::new(takes)));
        }
    }
    events
}

/// The entry, once it is made.
type Made = Rc<Cell<Option<ConductId>>>;

/// The later steps: the day, who takes it, the step.
fn later(decided: i64, course: Course) -> Vec<(i64, &'static str, NewConductStep)> {
    let apply = || NewConductStep {
        declared: DECLARED.iter().map(|key| (*key).to_owned()).collect(),
        ..step(ConductStep::ApplyRepair)
    };
    match course {
        Course::Stays => Vec::new(),
        Course::Annulled => {
            let reason = some("产品外包装由委托方提供，商标授权书已附。");
            let annulled = NewConductStep {
                reason: some("经核实，当事人取得商标使用授权，不构成冒用。"),
                article: some("产品质量法第五十三条"),
                ground: Some(AnnulGround::Objection),
                ..step(ConductStep::Annul)
            };
            vec![
                (decided + 5, OFFICER, NewConductStep { reason, ..step(ConductStep::Object) }),
                (decided + 6, SECOND, annulled),
            ]
        }
        Course::Repaired(day) => {
            vec![(day - 2, OFFICER, apply()), (day, SECOND, step(ConductStep::GrantRepair))]
        }
        Course::RepairAsked => vec![(-1, OFFICER, apply())],
    }
}

/// Enters it.
fn entered(
    past: &Past,
    at: usize,
    place: usize,
    behaviour: &str,
    decided: i64,
) -> Result<Option<ConductId>, Problem> {
    let all = companies();
    let Some(company) = all.get(place) else { return Ok(None) };
    let enterprise = enterprise_of(&past.app, &company.uscc)?;
    let settings = past.app.settings().section::<ConductSettings>();
    let known = settings.rules_on(past.day(decided)).and_then(|rules| rules.behaviour(behaviour));
    let document =
        known.is_some_and(|known| known.document).then(|| format!("粤市监处罚〔2021〕{:03}号", at + 1));
    let source = if document.is_some() { ConductSource::Penalty } else { ConductSource::Officer };
    enter(past, enterprise, behaviour, (decided - 12, decided), document, source).map(Some)
}

fn some(words: &str) -> Option<String> {
    Some(words.to_owned())
}

fn step(step: ConductStep) -> NewConductStep {
    NewConductStep::new(step)
}

/// Enters conduct that happened and was decided on these days. The platform tells the enterprise where somebody of it has an account.
fn enter(
    past: &Past,
    enterprise: EnterpriseId,
    behaviour: &str,
    (happened, decided): (i64, i64),
    document_no: Option<String>,
    source: ConductSource,
) -> Result<ConductId, Problem> {
    let conduct = NewConduct {
        enterprise_id: enterprise,
        role: InspectedRole::Producer,
        line: None,
        behaviour: behaviour.to_owned(),
        intent: Intent::NotStated,
        happened_on: past.day(happened),
        decided_on: past.day(decided),
        document_no,
        authority: None,
        authority_region: None,
        source,
        matter: None,
        legal_basis: None,
        inspection_id: None,
        case_id: None,
        import_id: None,
        entered_by: None,
        fact_id: None,
        description: None,
    };
    Ok(past.app.execute(&caller(&past.app, OFFICER)?, &EnterConduct { conduct })?.id)
}

fn take(past: &Past, who: &str, conduct: ConductId, mut event: NewConductStep) -> Result<(), Problem> {
    let who = caller(&past.app, who)?;
    if event.step == ConductStep::ApplyRepair {
        event.attachments = vec![stored(past, &who, ("履行凭证.png", FileKind::Png), PROOF)?];
    }
    past.app.execute(&who, &RecordConductStep { conduct, event }).map(drop)
}

/// The enterprise whose log-in is shown: grade C since yesterday, with an objection that waits, and an entry that does not count yet.
pub(super) fn recent(past: &Past) -> Result<(), Problem> {
    past.set(-1, 360);
    let own = enterprise_of(&past.app, &super::named_enterprises::uscc(0))?;
    let sold = enter(past, own, "sold_after_stop", (-9, -2), None, ConductSource::Officer)?;
    enter(past, own, "label_failed", (-6, -1), None, ConductSource::Officer)?;
    past.set_to_present();
    let reason = "该批电缆在停售通知送达前已经出库，附出库单和物流单。";
    let object = NewConductStep { reason: some(reason), ..step(ConductStep::Object) };
    past.app.execute(
        &caller(&past.app, "enterprise-hengtong")?,
        &RecordConductStep { conduct: sold, event: object },
    )?;
    graded(past)?;
    carried_out(past)
}

/// Grades all, day by day, as the server does in the background.
fn graded(past: &Past) -> Result<(), Problem> {
    while past.app.execute(&Caller::system(), &GradeDue {})? {}
    Ok(())
}

/// One of the measures that were due was carried out; the others are late.
fn carried_out(past: &Past) -> Result<(), Problem> {
    let all = companies();
    let Some(company) = all.get(MEASURED) else { return Ok(()) };
    let officer = caller(&past.app, OFFICER)?;
    let filter = TaskFilter {
        state: Some(TaskState::Open),
        enterprise: Some(enterprise_of(&past.app, &company.uscc)?),
        ..TaskFilter::default()
    };
    let tasks =
        task_queries::list(&mut *past.app.conn()?, &officer.actor, &filter, past.today(), Slice::default())?;
    let Some(task) = tasks.items.into_iter().min_by_key(|task| task.due_on) else { return Ok(()) };
    let done = FinishTask {
        id: task.id,
        note: "已约谈企业质量负责人，要求完善出厂检验，并留存约谈记录。".to_owned(),
        done_on: Some(past.day(-12)),
    };
    past.app.execute(&officer, &done).map(drop)
}
