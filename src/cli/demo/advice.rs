//! The consultations of the province: each from its opening to its conclusion and rating.

use super::companies::{Company, products_of_class};
use super::message::DemoMessage;
use super::past::Past;
use super::tables::{caller, first_nonconformity, offered_to};
use crate::chat::Stream;
use crate::consultations::{AcceptConsultation, DeclineConsultation, OpenConsultation, RateConsultation};
use crate::core::actor::Actor;
use crate::core::ids::ConsultationId;
use crate::core::{Caller, Problem};
use crate::remediation::action::{ActionKind, ActionStep};
use crate::remediation::advice::GiveAdvice;
use crate::remediation::ids::CaseId;
use crate::remediation::move_action::Answer;
use crate::remediation::new_action::NewAction;
use crate::remediation::queries as cases;
use crate::remediation::{ConcludeConsultation, MoveAction};
use chrono::{Days, Duration};

/// A consultation of the enterprise at this place of the list about its case; `talking`: one that is not concluded yet.
pub(super) fn consult(past: &Past, at: usize, company: &Company, talking: bool) -> Result<(), Problem> {
    let app = &past.app;
    let (_, trade, items) = products_of_class(company.class);
    let item = items.get(at % 3).copied().unwrap_or_default();
    let (nonconformity, case) = first_nonconformity(app, &company.uscc)?;
    let enterprise = caller(app, &company.username)?;
    let open = OpenConsultation {
        nonconformity: Some(nonconformity),
        product_kind: None,
        subject: format!("{trade}产品{item}不合格，如何整改"),
        question: format!("我公司{trade}产品在抽查中{item}不合格，原因还不清楚，请专家指导。"),
        on_site: at.is_multiple_of(5),
        attachments: Vec::new(),
    };
    let id = app.execute(&enterprise, &open)?;
    let Some(expert) = accepted(past, at, id)? else { return Ok(()) };
    let talk = |body| DemoMessage { consultation: id, stream: Stream::Talk, body };
    app.execute(&expert, &talk("您好，请先说明不合格批次的生产日期和原料来源。"))?;
    app.execute(&enterprise, &talk("不合格批次是上季度生产的，当时更换过原料供应商。"))?;
    advise(past, &expert, id)?;
    let case = case.ok_or_else(|| Problem::internal("a consultation before its case"))?;
    accept_actions(past, &enterprise, case)?;
    if talking {
        return Ok(());
    }
    past.advance(Duration::hours(5));
    let conclusion = format!("{item}不合格的原因是原料批次波动，按措施整改并重新送检后可申请复查。");
    app.execute(
        &expert,
        &ConcludeConsultation {
            id,
            conclusion,
            cause: None,
            actions: Vec::new(),
            missing_opinions_reason: None,
        },
    )?;
    if at % 4 != 1 {
        let rating = i32::try_from(5 - at % 3 / 2).unwrap_or(5);
        app.execute(&enterprise, &RateConsultation { id, rating, comment: None })?;
    }
    Ok(())
}

/// The expert who accepts: the first to whom it is offered, or the next where that one declines.
fn accepted(past: &Past, at: usize, id: ConsultationId) -> Result<Option<Caller>, Problem> {
    let app = &past.app;
    let Some(mut expert) = offered_to(app, id)? else { return Ok(None) };
    if at % 9 == 4 {
        past.advance(Duration::minutes(4));
        let decline =
            DeclineConsultation { id, reason: Some("本周外出检验，无法及时答复".to_owned()) };
        app.execute(&expert, &decline)?;
        let Some(next) = offered_to(app, id)? else { return Ok(None) };
        expert = next;
    }
    past.advance(Duration::minutes(i64::try_from(3 + at * 11 % 50).unwrap_or(10)));
    match app.execute(&expert, &AcceptConsultation { id }) {
        // A server that runs beside lets offers of the past lapse.
        Err(problem) if problem.status == 409 => return Ok(None),
        accepted => accepted?,
    };
    Ok(Some(expert))
}

fn advise(past: &Past, expert: &Caller, id: ConsultationId) -> Result<(), Problem> {
    let today = past.today();
    let action = |kind, text: &str, days| NewAction {
        kind,
        description: text.to_owned(),
        due_on: today.checked_add_days(Days::new(days)),
        standard: None,
        clause: None,
        owner: None,
    };
    let advice = GiveAdvice {
        consultation: id,
        summary: None,
        cause: Some("原料批次波动，进厂检验未能发现".to_owned()),
        actions: vec![
            action(ActionKind::Containment, "封存同批次产品，停止销售并通知经销商下架", 3),
            action(ActionKind::Correction, "更换不合格原料，调整工艺并重新送检", 20),
        ],
    };
    past.app.execute(expert, &advice).map(drop)
}

fn accept_actions(past: &Past, enterprise: &Caller, case: CaseId) -> Result<(), Problem> {
    let app = &past.app;
    let detail = cases::get(app, &mut *app.conn()?, &Actor::System, case)?;
    for action in detail.actions {
        let answer = Answer { owner: Some("质量部".to_owned()), ..Answer::default() };
        let step = MoveAction { case, action: action.id, step: ActionStep::Accept, answer };
        app.execute(enterprise, &step)?;
    }
    Ok(())
}
