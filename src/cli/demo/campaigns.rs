//! A campaign on key products with hazards in several states, one around campuses, testing vouchers that were drawn, and an online session that was held.

use super::past::Past;
use super::tables::caller;
use crate::campaigns::checks::{CampaignCheckInput, EnterCampaignCheck};
use crate::campaigns::hazards::{EnterHazard, HazardInput};
use crate::campaigns::ids::HazardId;
use crate::campaigns::register::{AddSubjects, SubjectInput};
use crate::campaigns::schools::{EnterSchools, SchoolInput};
use crate::campaigns::set_up::SetUpCampaign;
use crate::campaigns::state::{CheckOutcome, HazardStep, Theme};
use crate::campaigns::steps::{HazardStepInput, RecordHazardStep};
use crate::core::actor::Scope;
use crate::core::ids::EnterpriseId;
use crate::core::page::Slice;
use crate::core::{Caller, Problem};
use crate::online_sessions::announce::{AnnounceSession, OnlineSessionInput};
use crate::online_sessions::detail::detail;
use crate::online_sessions::hold::HoldSession;
use crate::online_sessions::members::{InviteEnterprises, JoinSession, SignUp};
use crate::online_sessions::moment::Moment;
use crate::online_sessions::questions::{AskQuestion, DecideQuestion, QuestionDecision};
use crate::programmes::ids::ProgrammeId;
use crate::programmes::state::ProgrammeLevel;
use crate::programmes::steps::{ApproveProgramme, StartProgramme, SubmitProgramme};
use crate::vouchers::apply::ApplyForVoucher;
use crate::vouchers::ids::IssueId;
use crate::vouchers::issue_steps::ApproveIssue;
use crate::vouchers::issues::{CreateIssue, VoucherIssueInput, VoucherTierInput};
use crate::vouchers::lottery::{DrawWinners, FreezeFrame};
use crate::vouchers::redeem::{MakeCode, RedeemVoucher};
use crate::vouchers::views::{self, VoucherFilter};
use chrono::Duration;

const OFFICER: &str = "admin-guangdong";
const SECOND: &str = "admin-review";
const ENTERPRISES: [&str; 4] =
    ["enterprise-hengtong", "enterprise-lele", "enterprise-yongxing", "enterprise-jinhui"];
/// The hazards: whose, the key product, what, and how many steps it has taken.
const HAZARDS: [(usize, &str, &str, usize); 4] = [
    (0, "wire_cable", "导体电阻偏大", 4),
    (2, "gas_appliances", "熄火保护装置失效", 2),
    (3, "rebar", "重量偏差超标", 1),
    (1, "toys", "小零件脱落", 0),
];

/// All of them.
pub(super) fn held(past: &Past) -> Result<(), Problem> {
    past.set(-60, 30);
    let campaign = under_way(past, Theme::KeyProducts, "十类重点产品质量安全隐患集中治理")?;
    past.set(-40, 0);
    for (owner, product, item, steps) in HAZARDS {
        hazard(past, campaign, (ENTERPRISES.get(owner).copied().unwrap_or(OFFICER), product, item), steps)?;
    }
    past.set(-38, 0);
    campus(past)?;
    vouchers(past)?;
    online(past)?;
    past.set_to_present();
    Ok(())
}

/// The enterprise of a person.
fn enterprise(past: &Past, username: &str) -> Result<EnterpriseId, Problem> {
    match caller(&past.app, username)?.actor.scope() {
        Some(Scope::Enterprise(id)) => Ok(*id),
        _ => Err(Problem::internal("not of an enterprise")),
    }
}

/// A campaign of the province that has begun.
fn under_way(past: &Past, theme: Theme, name: &str) -> Result<ProgrammeId, Problem> {
    let (officer, second) = (caller(&past.app, OFFICER)?, caller(&past.app, SECOND)?);
    let set_up = SetUpCampaign {
        theme,
        programme_id: None,
        name: Some(name.to_owned()),
        level: Some(ProgrammeLevel::Provincial),
        organiser_region: None,
        period_from: Some(past.today()),
        period_until: Some(past.day(180)),
        document_no: None,
        radius_m: None,
    };
    let id = past.app.execute(&officer, &set_up)?;
    past.app.execute(&officer, &SubmitProgramme { id })?;
    past.app.execute(&second, &ApproveProgramme { id, called: None })?;
    past.app.execute(&officer, &StartProgramme { id })?;
    Ok(id)
}

fn step(step: HazardStep, said: Option<&str>) -> HazardStepInput {
    HazardStepInput {
        step,
        said: said.map(str::to_owned),
        occurred_on: None,
        due_on: None,
        attachments: Vec::new(),
    }
}

/// A hazard that has taken so many steps.
fn hazard(
    past: &Past,
    campaign: ProgrammeId,
    (owner, product, item): (&str, &str, &str),
    steps: usize,
) -> Result<(), Problem> {
    let input = HazardInput {
        campaign: Some(campaign),
        enterprise_id: Some(enterprise(past, owner)?),
        uscc: None,
        subject_id: None,
        product: Some(product.to_owned()),
        product_kind: None,
        item: item.to_owned(),
        description: "检查人员现场发现，已拍照留存。".to_owned(),
        source: None,
        inspection_id: None,
        engagement_id: None,
        consented: false,
        found_on: None,
        attachments: Vec::new(),
    };
    let id: HazardId = past.app.execute(&caller(&past.app, OFFICER)?, &EnterHazard(input))?;
    let way = [
        (OFFICER, step(HazardStep::Order, None)),
        (owner, step(HazardStep::Correct, Some("已停用问题批次，更换原料并重新检验。"))),
        (SECOND, step(HazardStep::Verify, None)),
        (OFFICER, step(HazardStep::Close, None)),
    ];
    for (who, event) in way.into_iter().take(steps) {
        past.app.execute(&caller(&past.app, who)?, &RecordHazardStep { hazard: id, event })?;
    }
    Ok(())
}

/// Shops around a school, one of which was checked.
fn campus(past: &Past) -> Result<(), Problem> {
    let officer = caller(&past.app, OFFICER)?;
    let campaign = under_way(past, Theme::Campus, "校园周边商超产品质量专项检查")?;
    let school = SchoolInput {
        name: "育才小学".to_owned(),
        region: "440103".to_owned(),
        latitude: 23.1,
        longitude: 113.24,
    };
    past.app.execute(&officer, &EnterSchools { campaign, schools: vec![school] })?;
    let shop = |name: &str, address: &str, latitude: f64| SubjectInput {
        name: name.to_owned(),
        uscc: None,
        region: "440103".to_owned(),
        address: Some(address.to_owned()),
        product: None,
        latitude: Some(latitude),
        longitude: Some(113.24),
    };
    let subjects = vec![
        shop("小太阳文具店", "广州市荔湾区育才路12号", 23.1005),
        shop("小太阳文具店（个体工商户）", "广州荔湾区育才路12号", 23.1005),
        shop("校门口超市", "广州市荔湾区育才路20号", 23.1010),
    ];
    let added = past.app.execute(&officer, &AddSubjects { campaign, subjects })?;
    if let Some(subject) = added.ids.last() {
        let check = CampaignCheckInput {
            checked_on: past.today(),
            outcome: CheckOutcome::LabelFailed,
            inspection_id: None,
            off_shelf: 6,
            note: Some("玩具无中文标识".to_owned()),
        };
        past.app.execute(&officer, &EnterCampaignCheck { subject: *subject, check })?;
    }
    Ok(())
}

/// An issue of vouchers that was drawn, of which one is redeemed in part.
fn vouchers(past: &Past) -> Result<(), Problem> {
    past.set(-30, 0);
    let (officer, second) = (caller(&past.app, OFFICER)?, caller(&past.app, SECOND)?);
    let input = VoucherIssueInput {
        name: "清零企业检测券（第一批）".to_owned(),
        region: None,
        programme_id: None,
        budget_fen: 2_000_000,
        limit_fen: None,
        tiers: vec![
            VoucherTierInput { amount_fen: 500_000, count: 1 },
            VoucherTierInput { amount_fen: 200_000, count: 2 },
        ],
        product_kinds: Vec::new(),
        hospitals: Vec::new(),
        apply_from: past.today(),
        apply_until: past.day(-20),
        valid_until: past.day(120),
        seed_event: None,
    };
    let id = past.app.execute(&officer, &CreateIssue(input))?;
    past.app.execute(&second, &ApproveIssue { id })?;
    past.set(-25, 0);
    for username in ENTERPRISES {
        // Who has cleared everything meanwhile needs no test.
        let applied = past.app.execute(&caller(&past.app, username)?, &ApplyForVoucher { issue: id });
        if let Err(problem) = applied {
            tracing::debug!(username, ?problem, "no voucher");
        }
    }
    past.set(-19, 0);
    past.app.execute(&officer, &FreezeFrame { id })?;
    past.app.execute(&officer, &DrawWinners { id, seed: None })?;
    past.set(-10, 0);
    redeemed(past, &officer, id)
}

/// One of them is redeemed in part.
fn redeemed(past: &Past, officer: &Caller, issue: IssueId) -> Result<(), Problem> {
    let hospital = past.app.catalogue().products.hospitals().next().map(|hospital| hospital.code.clone());
    for username in ENTERPRISES {
        let who = caller(&past.app, username)?;
        let filter = VoucherFilter { issue: Some(issue), ..VoucherFilter::default() };
        let own = views::list(&mut *past.app.conn()?, &who.actor, &filter, Slice::default())?;
        let Some(voucher) = own.items.first() else { continue };
        let code = past.app.execute(&who, &MakeCode { voucher: voucher.voucher.id })?;
        let redeem = RedeemVoucher {
            code: code.secret,
            amount_fen: 120_000,
            service: "整改后送检".to_owned(),
            report_no: Some("JC-2026-018".to_owned()),
            hospital,
            laboratory_id: None,
        };
        past.app.execute(officer, &redeem)?;
        return Ok(());
    }
    Ok(())
}

/// An online session with two questions, that was held.
fn online(past: &Past) -> Result<(), Problem> {
    past.set(-9, 0);
    let officer = caller(&past.app, OFFICER)?;
    let from = past.app.clock().now() + Duration::days(2);
    let input = OnlineSessionInput {
        topic: "电线电缆导体电阻不合格答疑".to_owned(),
        about: Some("常见不合格原因、原材料控制和出厂检验。".to_owned()),
        region: None,
        product_kinds: vec!["K0301".to_owned()],
        starts_at: Moment(from),
        ends_at: Moment(from + Duration::hours(2)),
        capacity: 50,
        meeting_url: None,
        experts: Vec::new(),
    };
    let id = past.app.execute(&officer, &AnnounceSession(input))?;
    let enterprises = ENTERPRISES.iter().map(|one| enterprise(past, one)).collect::<Result<Vec<_>, _>>()?;
    past.app.execute(&officer, &InviteEnterprises { id, enterprises, open_on_list: false })?;
    let first = caller(&past.app, "enterprise-hengtong")?;
    past.app.execute(&first, &SignUp { id })?;
    for text in ["铜杆含氧量应控制在多少？", "出厂检验的抽样数量如何确定？"] {
        past.app.execute(&first, &AskQuestion { id, text: text.to_owned() })?;
    }
    let seen = detail(&mut *past.app.conn()?, &officer.actor, id)?;
    if let Some(question) = seen.questions.first() {
        let decide = DecideQuestion {
            id,
            question: question.id,
            decision: QuestionDecision::Answer,
            text: Some("建议使用无氧铜杆，进厂批批检验电阻率。".to_owned()),
        };
        past.app.execute(&officer, &decide)?;
    }
    past.advance(Duration::days(2) + Duration::minutes(5));
    past.app.execute(&first, &JoinSession { id })?;
    past.advance(Duration::hours(2));
    let hold = HoldSession {
        id,
        minutes: "答疑两项，参会企业一家。".to_owned(),
        recording_url: None,
        recording_file: None,
    };
    past.app.execute(&officer, &hold)?;
    Ok(())
}
