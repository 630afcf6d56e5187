//! Commitments, trainings, follow-ups and an event for the public, with the demo enterprises.

use super::past::Past;
use super::tables::caller;
use crate::core::actor::Scope;
use crate::core::clock::shanghai_midnight;
use crate::core::ids::EnterpriseId;
use crate::core::{Caller, Problem};
use crate::engagements::commitments::create::{AskForCommitment, NewCommitment};
use crate::engagements::commitments::promises::NewPromise;
use crate::engagements::commitments::sign::{SignCommitment, Signature};
use crate::engagements::commitments::texts::in_force;
use crate::engagements::common::words::{FollowUpResult, KindStep, ListStatus, PlaceKind};
use crate::engagements::follow_ups::plan::{NewFollowUp, PlanFollowUp};
use crate::engagements::follow_ups::record::{FollowUpReport, RecordFollowUp};
use crate::engagements::ids::EngagementId;
use crate::engagements::outreach::create::{NewOutreach, OutreachReport, PlanOutreach, ReportOutreach};
use crate::engagements::outreach::signals::{AddOutreachSignals, NewOutreachSignal};
use crate::engagements::training::api::present_code;
use crate::engagements::training::attend::{AttendByCode, Attendance, EnterQuiz, MarkAttendance, QuizResult};
use crate::engagements::training::create::{MoveTraining, NewTraining, PlanTraining};
use crate::engagements::training::invite::{Invitation, InviteToTraining};
use crate::remediation::action::ActionKind;
use chrono::Duration;

/// The demo enterprises.
const FIRMS: [&str; 4] =
    ["enterprise-hengtong", "enterprise-lele", "enterprise-yongxing", "enterprise-jinhui"];

/// All of them.
pub(super) fn held(past: &Past) -> Result<(), Problem> {
    past.set(-1, 240);
    let officer = caller(&past.app, "admin-guangdong")?;
    commitments(past, &officer)?;
    trainings(past, &officer)?;
    follow_up(past, &officer)?;
    outreach(past, &officer)?;
    past.set_to_present();
    Ok(())
}

fn firm(past: &Past, username: &str) -> Result<(Caller, EnterpriseId), Problem> {
    let who = caller(&past.app, username)?;
    match who.actor.scope() {
        Some(Scope::Enterprise(id)) => {
            let id = *id;
            Ok((who, id))
        }
        _ => Err(Problem::not_found()),
    }
}

/// One that is signed, with its promises as actions of the case, and one that waits for its signature.
fn commitments(past: &Past, officer: &Caller) -> Result<(), Problem> {
    let promise = |text: &str, day: i64, kind: ActionKind| NewPromise {
        text: text.to_owned(),
        due_on: past.day(day),
        kind,
    };
    for (username, topic, signs) in [
        ("enterprise-yongxing", "燃气灶具热效率和熄火保护整改", true),
        ("enterprise-jinhui", "水泥抗压强度整改", false),
    ] {
        let (who, enterprise_id) = firm(past, username)?;
        let commitment = NewCommitment {
            enterprise_id: Some(enterprise_id),
            uscc: None,
            topic: topic.to_owned(),
            case_id: None,
            product_kind: None,
            matter: None,
            programme_id: None,
            round_no: None,
            promises: vec![promise("查明不合格原因并更换不合格部件", 14, ActionKind::Correction)],
        };
        let id = past.app.execute(officer, &AskForCommitment { commitment })?;
        if !signs {
            continue;
        }
        let text = in_force(&mut *past.app.conn()?, past.app.settings(), past.today())?;
        let signature = Signature {
            text_version: text.version,
            told: true,
            signer_name: "梁永兴".to_owned(),
            signer_post: "总经理".to_owned(),
            promises: vec![
                promise("停止销售同批次产品并召回已售出产品", 3, ActionKind::Containment),
                promise("更换熄火保护装置供应商，逐批检验", 20, ActionKind::Correction),
                promise("组织全员质量培训", 40, ActionKind::Prevention),
            ],
        };
        past.app.execute(&who, &SignCommitment { id, signature })?;
    }
    Ok(())
}

fn training(past: &Past, topic: &str, place: &str, day: i64) -> NewTraining {
    let starts_at = shanghai_midnight(past.day(day)) + Duration::minutes(14 * 60);
    NewTraining {
        topic: topic.to_owned(),
        region: None,
        product_kinds: Vec::new(),
        place: Some(place.to_owned()),
        online_url: None,
        starts_at,
        ends_at: starts_at + Duration::hours(2),
        quiz: true,
        experts: Vec::new(),
        programme_id: None,
        round_no: None,
        attachments: Vec::new(),
    }
}

fn invite(past: &Past, officer: &Caller, id: EngagementId) -> Result<(), Problem> {
    let mut enterprises = Vec::new();
    for username in FIRMS {
        enterprises.push(firm(past, username)?.1);
    }
    let invitation = Invitation {
        region: None,
        product_kinds: Vec::new(),
        list_status: ListStatus::Any,
        enterprises,
        usccs: Vec::new(),
    };
    past.app.execute(officer, &InviteToTraining { id, invitation })?;
    Ok(())
}

/// One that took place, with attendance by the code and by hand, and one that is ahead.
fn trainings(past: &Past, officer: &Caller) -> Result<(), Problem> {
    let new = training(past, "产品质量安全主体责任和强制性标准培训", "广东产品质量检验研究院报告厅", -1);
    let id = past.app.execute(officer, &PlanTraining { training: new })?;
    invite(past, officer, id)?;
    for username in FIRMS.into_iter().take(2) {
        let (who, enterprise_id) = firm(past, username)?;
        let code = present_code(&past.app, &officer.actor, id, "")?.code;
        past.app.execute(&who, &AttendByCode { code })?;
        let quiz = QuizResult { enterprise_id, result: 88 };
        past.app.execute(officer, &EnterQuiz { id, quiz })?;
    }
    let attendance = Attendance {
        enterprise_id: Some(firm(past, "enterprise-yongxing")?.1),
        uscc: None,
        attended: true,
        reason: "现场签到表有签名，手机无法扫码".to_owned(),
    };
    past.app.execute(officer, &MarkAttendance { id, attendance })?;
    past.app.execute(officer, &MoveTraining { id, step: KindStep::Hold, reason: None })?;
    let new = training(past, "电线电缆质量提升培训", "广州市质量监督检测研究院", 10);
    let ahead = past.app.execute(officer, &PlanTraining { training: new })?;
    invite(past, officer, ahead)
}

/// One that was held, and one that waits.
fn follow_up(past: &Past, officer: &Caller) -> Result<(), Problem> {
    for (username, day, held) in [("enterprise-lele", 0, true), ("enterprise-hengtong", 60, false)] {
        let follow_up = NewFollowUp {
            enterprise_id: Some(firm(past, username)?.1),
            uscc: None,
            topic: "整改效果回访".to_owned(),
            due_on: past.day(day),
            months: 0,
            programme_id: None,
            round_no: None,
        };
        let id = past.app.execute(officer, &PlanFollowUp { follow_up })?;
        if held {
            let report = FollowUpReport {
                result: FollowUpResult::Well,
                held_on: past.day(-1),
                note: Some("整改措施保持有效，近期出厂检验记录完整。".to_owned()),
                attachments: Vec::new(),
            };
            past.app.execute(officer, &RecordFollowUp { id, report })?;
        }
    }
    Ok(())
}

/// An event in a community, with what people said of dangers.
fn outreach(past: &Past, officer: &Caller) -> Result<(), Problem> {
    let new = NewOutreach {
        topic: "家用电器质量安全进社区".to_owned(),
        region: Some("440106".to_owned()),
        place: "天河区某街道社区服务中心".to_owned(),
        place_kind: PlaceKind::Community,
        on_day: past.day(-1),
        programme_id: None,
        round_no: None,
    };
    let id = past.app.execute(officer, &PlanOutreach { outreach: new })?;
    let report = OutreachReport {
        people: 160,
        leaflets: 1_000,
        questions: 50,
        asked: Some(120),
        satisfied: Some(116),
        note: None,
        attachments: Vec::new(),
    };
    past.app.execute(officer, &ReportOutreach { id, report })?;
    let signal = |text: &str| NewOutreachSignal { text: text.to_owned(), product_kind: None, region: None };
    let signals = vec![signal("某品牌电动自行车充电器使用中明显发烫"), signal("网购的儿童玩具漆面容易脱落")];
    past.app.execute(officer, &AddOutreachSignals { id, signals })?;
    Ok(())
}
