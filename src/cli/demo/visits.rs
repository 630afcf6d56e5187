//! Visits to demo enterprises: one that was brought to its end, one that is agreed, one whose time is to be chosen.

use super::named_enterprises::uscc;
use super::past::Past;
use super::tables::{caller, enterprise_of, expert_of, listed_with_account};
use crate::core::clock::shanghai_midnight;
use crate::core::ids::EnterpriseId;
use crate::core::{Caller, Problem};
use crate::engagements::create::{CreateEngagement, NewBody};
use crate::engagements::detail::{EngagementDetail, detail};
use crate::engagements::ids::EngagementId;
use crate::engagements::new_step::NewStep;
use crate::engagements::queries::Today;
use crate::engagements::settings::EngagementSettings;
use crate::engagements::state::EngagementStep;
use crate::engagements::steps::RecordEngagementStep;
use crate::engagements::visits::findings::{AddFinding, NewFinding};
use crate::engagements::visits::propose::NewVisit;
use crate::engagements::visits::slots::{SlotInput, earliest};
use chrono::Duration;

/// All of them.
pub(super) fn made(past: &Past) -> Result<(), Problem> {
    ended(past)?;
    past.set(-1, 120);
    let officer = caller(&past.app, "admin-guangdong")?;
    let agreed = propose(
        past,
        &officer,
        enterprise_of(&past.app, &uscc(1))?,
        "expert-li",
        ("小零件和可迁移元素整改", &[(1, 10), (2, 10)]),
    )?;
    choose(past, &caller(&past.app, "enterprise-lele")?, agreed)?;
    let city = caller(&past.app, "admin-guangzhou")?;
    let open = enterprise_of(&past.app, &uscc(0))?;
    propose(past, &city, open, "expert-chen", ("导体电阻和绝缘厚度整改", &[(3, 9), (4, 9), (4, 14)]))?;
    past.set_to_present();
    Ok(())
}

/// One of last week, from the proposal to the end.
fn ended(past: &Past) -> Result<(), Problem> {
    past.set(-24, 60);
    let officer = caller(&past.app, "admin-guangzhou")?;
    let Some((enterprise, username)) = listed_with_account(&past.app, "440100", past.day(-25))? else {
        return Ok(());
    };
    let id = propose(past, &officer, enterprise, "expert-chen", ("挤出工序和绝缘厚度整改", &[(0, 10)]))?;
    let (expert, of) = (caller(&past.app, "expert-chen")?, caller(&past.app, &username)?);
    choose(past, &of, id)?;
    let on_day = seen(past, &expert, id)?.view.row.on_day.unwrap_or_else(|| past.today());
    let day = on_day.signed_duration_since(past.day(0)).num_days();
    past.set(day, 65);
    take(past, &expert, id, NewStep::new(EngagementStep::Start))?;
    let finding = NewFinding {
        nonconformity_id: None,
        item: "挤出机头温度偏高".to_owned(),
        cause: Some("温控仪表超过校准期".to_owned()),
        advice: "校准温控仪表，按工艺卡记录温度。".to_owned(),
        due_on: Some(past.day(20)),
        hazard: false,
        imminent: false,
        client_id: None,
    };
    past.app.execute(&expert, &AddFinding { id, finding })?;
    past.advance(Duration::minutes(90));
    take(past, &expert, id, NewStep::new(EngagementStep::Hold))?;
    let text = Some("查看挤出和火花试验工序，核对原材料进货检验记录，提出整改建议一项。".to_owned());
    take(past, &expert, id, NewStep { text, ..NewStep::new(EngagementStep::WriteMinutes) })?;
    take(past, &expert, id, NewStep::new(EngagementStep::ConfirmMinutes))?;
    past.set(day + 1, 30);
    let text = Some("同意建议，月底前完成校准。".to_owned());
    take(past, &of, id, NewStep { text, ..NewStep::new(EngagementStep::AddWords) })?;
    take(past, &of, id, NewStep::new(EngagementStep::ConfirmMinutes))?;
    take(past, &expert, id, NewStep::new(EngagementStep::Close))
}

/// Proposes a visit with times of two hours, each by its hour, so many days behind the first one that can be named.
fn propose(
    past: &Past,
    officer: &Caller,
    enterprise: EnterpriseId,
    expert: &str,
    (topic, slots): (&str, &[(i64, i64)]),
) -> Result<EngagementId, Problem> {
    let rules = past.app.settings().section::<EngagementSettings>().rules_on(past.today());
    let notice = rules.map_or(0, |rules| rules.notice_working_days);
    let first = shanghai_midnight(earliest(&past.app.catalogue().calendar, past.today(), notice));
    let slot = |(days, hour): &(i64, i64)| {
        let starts_at = first + Duration::days(*days) + Duration::hours(*hour);
        SlotInput { starts_at, ends_at: starts_at + Duration::hours(2) }
    };
    let visit = NewVisit {
        enterprise_id: enterprise,
        experts: vec![expert_of(&past.app, expert)?],
        programme_id: None,
        round_no: None,
        topic: topic.to_owned(),
        agenda: Some("查看关键工序，核对整改措施；请准备工艺文件和近三个月的检验记录。".to_owned()),
        place: None,
        nonconformities: Vec::new(),
        slots: slots.iter().map(slot).collect(),
    };
    past.app.execute(officer, &CreateEngagement(NewBody::Visit(visit)))
}

fn take(past: &Past, who: &Caller, id: EngagementId, step: NewStep) -> Result<(), Problem> {
    past.app.execute(who, &RecordEngagementStep { id, step }).map(drop)
}

fn seen(past: &Past, who: &Caller, id: EngagementId) -> Result<EngagementDetail, Problem> {
    let today = Today::of(past.app.settings().section::<EngagementSettings>(), past.today());
    detail(&mut *past.app.conn()?, &who.actor, today, id)
}

/// Chooses the first of the times.
fn choose(past: &Past, who: &Caller, id: EngagementId) -> Result<(), Problem> {
    let slots = seen(past, who, id)?.visit.map(|visit| visit.slots).unwrap_or_default();
    let slot = slots.first().map(|slot| slot.id);
    take(past, who, id, NewStep { slot, ..NewStep::new(EngagementStep::Choose) })
}
