//! The steps of the cases of the province.

use super::companies::Company;
use super::past::Past;
use super::people::address;
use super::tables::{ClaimForDemo, caller, first_nonconformity};
use crate::core::actor::Actor;
use crate::core::{Caller, Problem};
use crate::remediation::action::ActionStep;
use crate::remediation::clearance::NewDecision;
use crate::remediation::ids::CaseId;
use crate::remediation::move_action::Answer;
use crate::remediation::queries as cases;
use crate::remediation::{
    AddEvidence, CaseEvent, DecideCriterion, MoveAction, NewEvent, OpenCase, RecordEvent,
};
use chrono::Days;

/// The case of the enterprise, which is open.
fn case(past: &Past, company: &Company) -> Result<CaseId, Problem> {
    let (_, case) = first_nonconformity(&past.app, &company.uscc)?;
    case.ok_or_else(|| Problem::internal(format!("{} has no case yet", company.name)))
}

/// The account of the enterprise.
pub(super) fn claim(past: &Past, company: &Company, hash: &str) -> Result<(), Problem> {
    let claim = ClaimForDemo {
        uscc: company.uscc.clone(),
        username: company.username.clone(),
        name: "质量负责人".to_owned(),
        hash: hash.to_owned(),
        email: address(&company.username),
    };
    past.app.execute(&Caller::system(), &claim).map(drop)
}

/// Opens the case: by the order to correct, or by the stop of sale alone.
pub(super) fn open_case(past: &Past, company: &Company, stop: bool) -> Result<(), Problem> {
    let (nonconformity, _) = first_nonconformity(&past.app, &company.uscc)?;
    let today = past.today();
    let open = OpenCase {
        nonconformity,
        ordered_on: (!stop).then_some(today),
        stopped_on: stop.then_some(today),
        received_on: today.checked_sub_days(Days::new(3)),
        document: Some(format!(
            "粤市监质责改〔{}〕{}号",
            today.format("%Y"),
            company.username.trim_start_matches('p')
        )),
        attachments: Vec::new(),
    };
    past.app.execute(&caller(&past.app, "admin-guangdong")?, &open).map(drop)
}

/// A step of the enterprise.
pub(super) fn enterprise(past: &Past, company: &Company, event: CaseEvent) -> Result<(), Problem> {
    let step = RecordEvent { case: case(past, company)?, event: NewEvent::new(event) };
    past.app.execute(&caller(&past.app, &company.username)?, &step).map(drop)
}

/// A step of the province's officer.
pub(super) fn officer(past: &Past, company: &Company, event: NewEvent) -> Result<(), Problem> {
    let step = RecordEvent { case: case(past, company)?, event };
    past.app.execute(&caller(&past.app, "admin-guangdong")?, &step).map(drop)
}

/// The result of a re-inspection.
pub(super) fn inspect(past: &Past, company: &Company, event: CaseEvent, passed: bool) -> Result<(), Problem> {
    officer(past, company, NewEvent { passed: Some(passed), ..NewEvent::new(event) })
}

/// The province has re-inspected itself where it entered the result, and announces at once.
pub(super) fn report_up(past: &Past, company: &Company) -> Result<(), Problem> {
    let case = cases::get(&past.app, &mut *past.app.conn()?, &Actor::System, case(past, company)?)?.case;
    if case.held_by.as_deref() == Some("440000") {
        return Ok(());
    }
    officer(past, company, NewEvent::new(CaseEvent::ReportUp))
}

/// Completes the actions and submits the evidence.
pub(super) fn submit_evidence(past: &Past, company: &Company) -> Result<(), Problem> {
    let (app, case) = (&past.app, case(past, company)?);
    let asks = caller(app, &company.username)?;
    let evidence = |action, description: &str| AddEvidence {
        case,
        action,
        criterion: None,
        description: description.to_owned(),
        attachments: Vec::new(),
    };
    for action in cases::get(app, &mut *app.conn()?, &Actor::System, case)?.actions {
        app.execute(&asks, &evidence(Some(action.id), "整改记录与现场照片"))?;
        let done = Answer::default();
        app.execute(
            &asks,
            &MoveAction { case, action: action.id, step: ActionStep::Complete, answer: done },
        )?;
    }
    app.execute(&asks, &evidence(None, "整改后产品的第三方检验报告"))?;
    enterprise(past, company, CaseEvent::SubmitEvidence)
}

/// Decides what is open of the criteria, and clears.
pub(super) fn clear(past: &Past, company: &Company) -> Result<(), Problem> {
    let (app, case) = (&past.app, case(past, company)?);
    // Another officer than the one who entered the re-inspection.
    let officer = caller(app, "admin-review")?;
    let detail = cases::get(app, &mut *app.conn()?, &Actor::System, case)?;
    let evidence = detail.evidence.last().map(|e| e.id);
    for criterion in detail.criteria.iter().filter(|c| !c.met) {
        let decision = NewDecision { met: true, evidence, note: None };
        app.execute(&officer, &DecideCriterion { case, key: criterion.key.clone(), decision })?;
    }
    let step = RecordEvent { case, event: NewEvent::new(CaseEvent::Clear) };
    app.execute(&officer, &step).map(drop)
}
