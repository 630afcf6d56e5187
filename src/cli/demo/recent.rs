//! What happened in the last days: leave, an application, a claim, a consultation for which nobody was found.

use super::companies::{OPERATING, companies};
use super::consultations;
use super::past::Past;
use super::people::{application, apply_as};
use super::tables::caller;
use crate::canned_replies::CreateReply;
use crate::canned_replies::scope::ReplyScope;
use crate::consultations::matcher::MatchWaiting;
use crate::core::actor::{Actor, Scope};
use crate::core::{Caller, Language, Problem};
use crate::enterprises::registration::{Contact, RegisterEnterprise};
use crate::experts::profile::{Leave, SetAvailability};
use crate::experts::suspension::LiftSuspension;
use crate::people::suspend::SuspendExpert;
use crate::personal_data::AskPersonal;
use crate::personal_data::state::RequestKind;

/// An expert on leave, an application that waits, a claim that waits.
pub(super) fn leave_and_requests(past: &Past) -> Result<(), Problem> {
    let app = &past.app;
    past.set(-2, 0);
    let leave = Leave { from: past.day(-2), to: past.day(9) };
    let away = SetAvailability { available: true, leave: Some(Some(leave)) };
    app.execute(&caller(app, "expert-xu")?, &away)?;
    let applies = application(app, "expert-song", "宋怡", "水泥与混凝土高级工程师", "C02", "440000", 5);
    app.execute(&Caller::of(Actor::Anonymous), &apply_as(app, "expert-song", applies)?)?;
    if let Some(company) = companies().get(OPERATING - 1) {
        let claim = RegisterEnterprise {
            uscc: company.uscc.clone(),
            contact: Contact {
                name: "黄经理".to_owned(),
                email: None,
                phone: Some("13800001234".to_owned()),
            },
            language: Language::Zh,
            network: String::new(),
        };
        app.execute(&Caller::of(Actor::Anonymous), &claim)?;
    }
    past.set_to_present();
    Ok(())
}

/// An expert who was suspended for some days, and what officers and an expert keep to write with.
pub(super) fn suspension_and_replies(past: &Past) -> Result<(), Problem> {
    let app = &past.app;
    past.set(-21, 30);
    let (officer, expert) = (caller(app, "admin-guangdong")?, caller(app, "expert-luo")?);
    if let Some(Scope::Expert(id)) = expert.actor.scope() {
        let suspended = SuspendExpert {
            expert: *id,
            reason: "资格证书到期，换证期间暂停接诊。".to_owned(),
            until: None,
            hand_over: false,
            hand_over_to: None,
        };
        app.execute(&officer, &suspended)?;
        past.set(-14, 30);
        let lifted =
            LiftSuspension { expert: *id, reason: "新证书已核验，恢复接诊。".to_owned() };
        app.execute(&officer, &lifted)?;
    }
    past.set_to_present();
    let (officer, expert) = (caller(app, "admin-guangdong")?, caller(app, "expert-chen")?);
    for (who, scope, title, body) in [
        (
            &officer,
            ReplyScope::Platform,
            "核对期限",
            "请注意：{enterprise}的下一法定期限为{due_date}，请在此前完成整改并提交证据。",
        ),
        (
            &officer,
            ReplyScope::Platform,
            "补充材料",
            "请补充不合格批次的生产记录、原料检验报告和整改前后照片。",
        ),
        (
            &expert,
            ReplyScope::Hospital,
            "送检建议",
            "建议将整改后的{product}送有资质的机构检验，报告可在案件中作为证据提交。",
        ),
        (
            &expert,
            ReplyScope::Own,
            "先问来料",
            "您好，请先说明不合格批次的原料来源、进厂检验结果和生产日期。",
        ),
    ] {
        app.execute(who, &CreateReply { scope, title: title.to_owned(), body: body.to_owned() })?;
    }
    Ok(())
}

/// A correction of personal data that an officer is to decide on.
pub(super) fn personal_request(past: &Past) -> Result<(), Problem> {
    past.set(-1, 120);
    let text = "联系人职务已变更，请将平台登记的职务更正为质量负责人。".to_owned();
    let asks = AskPersonal { kind: RequestKind::Correction, text: Some(text) };
    past.app.execute(&caller(&past.app, "enterprise-jinhui")?, &asks)?;
    past.set_to_present();
    Ok(())
}

/// A consultation that found nobody yesterday and alarmed the officers.
pub(super) fn unmatched(past: &Past) -> Result<(), Problem> {
    past.set(-1, 60);
    let (subject, question) = ("水泥28天抗压强度不足", "熟料配比未变而强度下降，可能的原因有哪些？");
    let id = consultations::open(&past.app, "enterprise-jinhui", subject, question)?;
    for minutes in [0, 400, 480] {
        past.set(-1, 60 + minutes);
        past.app.execute(&Caller::system(), &MatchWaiting { id })?;
    }
    past.set_to_present();
    Ok(())
}
