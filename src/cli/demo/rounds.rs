//! Circuit consultation of the province: a programme with its cohort, a round that is over and one that comes.

use super::past::Past;
use super::tables::{self, applied_plan, caller, circuit_round};
use crate::core::page::Slice;
use crate::core::{Code, Problem};
use crate::programmes::commands::CreateProgramme;
use crate::programmes::ids::ProgrammeId;
use crate::programmes::kind::ProgrammeKind;
use crate::programmes::state::ProgrammeLevel;
use crate::programmes::steps::{ApproveProgramme, StartProgramme, SubmitProgramme};
use crate::rounds::cohort::{AddToCohort, CohortInput};
use crate::rounds::giving::{GiveMembers, GivenMembers};
use crate::rounds::ids::CircuitRoundId;
use crate::rounds::keep::sweep;
use crate::rounds::member_queries::{self, MemberFilter};
use crate::rounds::member_state::{MemberState, MemberStep};
use crate::rounds::members::{DecideMember, MemberDecision};
use crate::rounds::planning::{CloseCircuitRound, CreateCircuitRound};
use crate::rounds::routes::plan::RouteRound;

/// Its name.
const NAME: &str = "制造业产品质量巡回问诊";
/// The day on which it is written, and the one on which the applied plan gives its members experts.
pub(super) const WRITTEN: i64 = -300;
pub(super) const PLANNED: i64 = -59;
/// The region of the province.
const PROVINCE: &str = "440000";
/// Rounds: region, first and last day.
const ROUNDS: [(&str, i64, i64); 2] = [("440100", -50, -44), ("440600", 3, 9)];
/// Why one can't be reached, and why one does not want to.
const REASONS: [(MemberStep, &str); 2] = [
    (MemberStep::Unreachable, "登记电话停机，现场无人，已请镇街协助联系。"),
    (MemberStep::Decline, "企业表示已委托第三方机构整改，暂不需要帮扶。"),
];

/// The programme with the enterprises that have something open then.
pub(super) fn written(past: &Past) -> Result<(), Problem> {
    let (officer, second) = (caller(&past.app, "admin-guangdong")?, caller(&past.app, "admin-review")?);
    let programme = CreateProgramme {
        kind: ProgrammeKind::Circuit,
        name: NAME.to_owned(),
        level: ProgrammeLevel::Provincial,
        organiser_region: None,
        period_from: past.day(WRITTEN),
        period_until: past.day(WRITTEN + 720),
        document_no: None,
        rules_version: None,
        targets: Vec::new(),
    };
    let id = past.app.execute(&officer, &programme)?;
    past.app.execute(&officer, &SubmitProgramme { id })?;
    past.app.execute(&second, &ApproveProgramme { id, called: None })?;
    past.app.execute(&officer, &StartProgramme { id })?;
    let input = CohortInput { region: Some(PROVINCE.to_owned()), ..CohortInput::default() };
    past.app.execute(&officer, &AddToCohort { programme: id, input }).map(drop)
}

/// The experts of the applied plan, and two rounds with their routes.
pub(super) fn planned(past: &Past) -> Result<(), Problem> {
    let officer = caller(&past.app, "admin-guangdong")?;
    let programme = programme(past)?;
    if let Some(plan) = applied_plan(&past.app)? {
        let input = CohortInput { plan: Some(plan), ..CohortInput::default() };
        past.app.execute(&officer, &AddToCohort { programme, input })?;
    }
    for (region, from, until) in ROUNDS {
        let round = CreateCircuitRound {
            programme_id: programme,
            region: region.to_owned(),
            starts_on: past.day(from),
            ends_on: past.day(until),
            per_day: None,
            note: None,
        };
        let id = past.app.execute(&officer, &round)?;
        let given = GivenMembers { regions: vec![region.to_owned()], ..GivenMembers::default() };
        past.app.execute(&officer, &GiveMembers { id, given, out: false })?;
        route(past, id)?;
    }
    Ok(())
}

/// Works the routes of a round out, where it has members with experts.
fn route(past: &Past, id: CircuitRoundId) -> Result<(), Problem> {
    match past.app.execute(&caller(&past.app, "admin-guangdong")?, &RouteRound { id }) {
        Err(problem) if problem.code != Code::CircuitRouteImpossible => Err(problem),
        Ok(_) | Err(_) => Ok(()),
    }
}

/// Enterprises that came on the list since, two that end, the round that is over, and the stages of all.
pub(super) fn recent(past: &Past) -> Result<(), Problem> {
    let officer = caller(&past.app, "admin-guangdong")?;
    let programme = programme(past)?;
    let input = CohortInput { region: Some(PROVINCE.to_owned()), ..CohortInput::default() };
    past.app.execute(&officer, &AddToCohort { programme, input })?;
    while sweep(&past.app, &|| false)? {}
    let filter = MemberFilter {
        programme: Some(programme),
        reached: Some(false),
        state: Some(MemberState::Member),
        in_round: Some(false),
        ..MemberFilter::default()
    };
    let open = member_queries::list(&mut *past.app.conn()?, &officer.actor, &filter, Slice::default())?;
    for (view, (step, reason)) in open.items.iter().zip(REASONS) {
        let decision = MemberDecision { step, reason: Some(reason.to_owned()), expert_id: None };
        past.app.execute(&officer, &DecideMember { id: view.member.id, decision })?;
    }
    let first = circuit_round(&past.app, 1)?;
    past.app.execute(&officer, &CloseCircuitRound { id: first })?;
    let second = circuit_round(&past.app, 2)?;
    route(past, second)
}

fn programme(past: &Past) -> Result<ProgrammeId, Problem> {
    tables::programme(&past.app, NAME)
}
