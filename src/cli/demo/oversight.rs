//! A letter that was returned, an interview whose minutes wait for a signature, a listing in the middle of its term.

use super::past::Past;
use super::tables::{caller, case_of};
use crate::core::actor::Scope;
use crate::core::page::Slice;
use crate::core::{Caller, Problem};
use crate::inspections::days::working_days_after;
use crate::oversight::create::CreateOversight;
use crate::oversight::facts::Basis;
use crate::oversight::ids::OversightId;
use crate::oversight::record::RecordOversightStep;
use crate::oversight::state::OversightStep as S;
use crate::oversight::step::NewOversightStep;
use crate::oversight::words::{
    BasisKind, OversightKind, OversightSubject, RecipientKind, ResponsibilityKind,
};
use crate::oversight::written::{Invitee, NewOversight, NewResponsibility, Recipient};
use crate::risk::alerts::queries::{self as alerts, AlertFilter};
use chrono::NaiveDate;

const PROVINCE: &str = "admin-guangdong";
const SECOND: &str = "admin-review";
const CITY: &str = "admin-guangzhou";
const FIRM: &str = "enterprise-hengtong";

/// All three.
pub(super) fn under_way(past: &Past) -> Result<(), Problem> {
    listing(past)?;
    letter(past)?;
    interview(past)?;
    past.set_to_present();
    Ok(())
}

/// The working day on or behind the day so many days from today.
fn working(past: &Past, day: i64) -> NaiveDate {
    past.app.catalogue().calendar.next_working_day_on_or_after(past.day(day))
}

fn to_guangzhou(kind: RecipientKind) -> Recipient {
    Recipient { kind, region: Some("440100".to_owned()), enterprise_id: None, laboratory_id: None }
}

fn written(kind: OversightKind, title: &str, to: Recipient, basis: Vec<Basis>) -> NewOversight {
    NewOversight {
        kind,
        subject: OversightSubject::Regional,
        title: title.to_owned(),
        from_region: None,
        to,
        invitee: None,
        basis,
        facts_note: Some("近期监督抽查中，同类产品同一项目多次不合格。".to_owned()),
        requirements: "一、开展专项排查；\n二、督促企业完成整改；\n三、书面报告排查和整改情况。".to_owned(),
        due_on: None,
        responsibilities: Vec::new(),
        attachments: Vec::new(),
        version: None,
    }
}

fn step(past: &Past, who: &str, id: OversightId, event: NewOversightStep) -> Result<(), Problem> {
    let who = caller(&past.app, who)?;
    past.app.execute(&who, &RecordOversightStep { id, event })?;
    Ok(())
}

/// What the province's first alert is, if there is one.
fn alert(past: &Past, officer: &Caller) -> Result<Vec<Basis>, Problem> {
    let page =
        alerts::list(&mut *past.app.conn()?, &officer.actor, &AlertFilter::default(), Slice::default())?;
    let first = page.items.into_iter().next();
    Ok(first.map(|view| Basis { kind: BasisKind::Alert, id: view.alert.id.0 }).into_iter().collect())
}

fn letter(past: &Past) -> Result<(), Problem> {
    past.set(-16, 10);
    let officer = caller(&past.app, PROVINCE)?;
    let basis = alert(past, &officer)?;
    let title = "关于产品质量风险的提醒";
    let body = written(OversightKind::Letter, title, to_guangzhou(RecipientKind::Authority), basis);
    let id = past.app.execute(&officer, &CreateOversight { written: body })?;
    past.set(-15, 10);
    step(past, PROVINCE, id, NewOversightStep::new(S::Issue))?;
    past.set(-14, 10);
    step(past, CITY, id, NewOversightStep::new(S::Receive))?;
    past.set(-6, 10);
    step(past, CITY, id, NewOversightStep::new(S::Reply).saying("已排查生产企业 36 家，责令整改 5 家。"))?;
    past.set(-2, 10);
    step(past, PROVINCE, id, NewOversightStep::new(S::Return).because("请补充 5 家企业的整改完成情况。"))
}

fn interview(past: &Past) -> Result<(), Problem> {
    past.set(-30, 30);
    let (officer, firm) = (caller(&past.app, CITY)?, caller(&past.app, FIRM)?);
    let Some(Scope::Enterprise(enterprise)) = firm.actor.scope().cloned() else { return Ok(()) };
    let (_, case) = case_of(&past.app, &firm)?;
    let to = Recipient {
        kind: RecipientKind::Enterprise,
        region: None,
        enterprise_id: Some(enterprise),
        laboratory_id: None,
    };
    let basis = vec![Basis { kind: BasisKind::Case, id: case.0 }];
    let body = NewOversight {
        subject: OversightSubject::MajorViolation,
        invitee: Some(Invitee { name: "梁志强".to_owned(), post: "质量负责人".to_owned() }),
        ..written(OversightKind::Interview, "就产品质量问题约谈企业", to, basis)
    };
    let id = past.app.execute(&officer, &CreateOversight { written: body })?;
    let notice = NewOversightStep {
        meets_on: Some(working_days_after(past.today(), 4, &past.app.catalogue().calendar)),
        place: Some("广州市市场监督管理局会议室".to_owned()),
        ..NewOversightStep::new(S::Notify)
    };
    step(past, CITY, id, notice)?;
    past.set(-1, 20);
    let held = NewOversightStep::new(S::Hold);
    step(past, CITY, id, held)?;
    let minutes = "约谈方通报抽查不合格情况；企业说明进货检验不严，承诺一个月内完成整改。";
    step(past, CITY, id, NewOversightStep::new(S::Minute).saying(minutes))?;
    past.set(-1, 200);
    let words = "我方说明：进货检验制度健全，本次为个别批次漏检；同意一个月内完成整改。";
    step(past, FIRM, id, NewOversightStep::new(S::CorrectMinutes).saying(words))
}

fn listing(past: &Past) -> Result<(), Problem> {
    past.set(-41, 15);
    let officer = caller(&past.app, PROVINCE)?;
    let (_, case) = case_of(&past.app, &caller(&past.app, FIRM)?)?;
    let duty = |kind, holder: &str, post: &str, task: &str| NewResponsibility {
        kind,
        holder: holder.to_owned(),
        post: post.to_owned(),
        task: task.to_owned(),
        due_on: working(past, 20),
    };
    let responsibilities = vec![
        duty(ResponsibilityKind::Leadership, "郑某（演示）", "分管副市长", "组织专项整治，每月听取进展"),
        duty(ResponsibilityKind::Territorial, "何某（演示）", "镇长", "逐户排查辖区内生产企业"),
        duty(ResponsibilityKind::Supervisory, "冯某（演示）", "市场监管局副局长", "对不合格企业逐一复查"),
        duty(ResponsibilityKind::Enterprise, "梁某（演示）", "总经理", "停止生产不合格产品，完成整改"),
    ];
    let basis = vec![Basis { kind: BasisKind::Case, id: case.0 }];
    let to = to_guangzhou(RecipientKind::Government);
    let body = NewOversight {
        subject: OversightSubject::KeyHazard,
        responsibilities,
        ..written(OversightKind::Listing, "电线电缆区域性质量问题挂牌督办", to, basis)
    };
    let id = past.app.execute(&officer, &CreateOversight { written: body })?;
    past.set(-40, 15);
    step(past, SECOND, id, NewOversightStep::new(S::Approve))?;
    step(past, PROVINCE, id, NewOversightStep::new(S::List))?;
    past.set(-12, 40);
    let report = "第一个月：排查企业 128 家，发现隐患 17 处，已整改 11 处。";
    step(past, CITY, id, NewOversightStep::new(S::Report).saying(report))?;
    let done = NewOversightStep {
        responsibility: Some(ResponsibilityKind::Territorial),
        ..NewOversightStep::new(S::TaskDone).saying("辖区内生产企业已全部排查，名单见附件。")
    };
    step(past, CITY, id, done)
}
