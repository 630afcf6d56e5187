//! The consultations of the demo enterprises that have log-ins.

use super::message::DemoMessage;
use super::tables::{caller, case_of};
use crate::app::App;
use crate::chat::Stream;
use crate::consultation_tags::{CreateTag, SetTags};
use crate::consultations::{AcceptConsultation, OpenConsultation, RateConsultation};
use crate::core::clock::shanghai_date;
use crate::core::ids::ConsultationId;
use crate::core::{Caller, Problem};
use crate::remediation::action::ActionKind;
use crate::remediation::advice::GiveAdvice;
use crate::remediation::new_action::NewAction;
use crate::remediation::{AddEvidence, CaseEvent, ConcludeConsultation, NewEvent, RecordEvent};
use chrono::{Days, NaiveDate};

/// Opens them: one that is finished, one under way, one that is offered.
pub(super) fn create(app: &App) -> Result<(), Problem> {
    finished(app)?;
    under_way(app)?;
    open(app, "enterprise-yongxing", "熄火保护装置不合格", "熄火保护装置开阀时间超标，应如何排查？").map(drop)
}

/// Opens a consultation of an enterprise about its nonconformity.
pub(super) fn open(
    app: &App,
    username: &str,
    subject: &str,
    question: &str,
) -> Result<ConsultationId, Problem> {
    let caller = caller(app, username)?;
    let (nonconformity, _) = case_of(app, &caller)?;
    let open = OpenConsultation {
        nonconformity: Some(nonconformity),
        product_kind: None,
        subject: subject.to_owned(),
        question: question.to_owned(),
        on_site: false,
        attachments: Vec::new(),
    };
    app.execute(&caller, &open)
}

fn advise(app: &App, expert: &Caller, id: ConsultationId) -> Result<(), Problem> {
    let today = shanghai_date(app.clock().now());
    let in_days = |days: u64| today.checked_add_days(Days::new(days));
    let action = |kind, text: &str, due_on: Option<NaiveDate>| NewAction {
        kind,
        description: text.to_owned(),
        due_on,
        standard: None,
        clause: None,
        owner: None,
    };
    let advice = GiveAdvice {
        consultation: id,
        summary: Some("请按以下措施整改：".to_owned()),
        cause: Some("铜杆来料电阻率偏高；挤塑模具磨损，绝缘偏心。".to_owned()),
        actions: vec![
            action(ActionKind::Containment, "封存同批次产品，停止销售并通知经销商下架", in_days(2)),
            action(ActionKind::Cause, "抽检铜杆来料电阻率，核对拉丝与退火工艺记录", in_days(5)),
            action(ActionKind::Correction, "调整挤塑模具，使绝缘最薄处不低于标准值", in_days(10)),
            action(ActionKind::Prevention, "每班首件检验导体电阻与绝缘厚度并留样", in_days(20)),
        ],
    };
    app.execute(expert, &advice).map(drop)
}

/// One that went all the way to the evidence.
fn finished(app: &App) -> Result<(), Problem> {
    let id =
        open(app, "enterprise-hengtong", "导体电阻偏大、绝缘偏薄", "两批产品同时不合格，请问从哪里查起？")?;
    let (enterprise, expert) = (caller(app, "enterprise-hengtong")?, caller(app, "expert-chen")?);
    app.execute(&expert, &AcceptConsultation { id })?;
    let talk = |body| DemoMessage { consultation: id, stream: Stream::Talk, body };
    app.execute(&expert, &talk("您好，先确认一下：这两批用的是同一家铜杆吗？"))?;
    app.execute(&enterprise, &talk("是的，上月换了一家供应商。"))?;
    app.execute(
        &expert,
        &DemoMessage {
            consultation: id,
            stream: Stream::Notes,
            body: "疑为铜杆纯度问题，留意同供应商的其他企业。",
        },
    )?;
    advise(app, &expert, id)?;
    app.execute(
        &expert,
        &ConcludeConsultation {
            id,
            conclusion: "原因已查明：铜杆电阻率偏高，模具磨损。按措施整改后可申请复查。".to_owned(),
            cause: Some("铜杆电阻率偏高，挤塑模具磨损。".to_owned()),
            actions: Vec::new(),
            missing_opinions_reason: None,
        },
    )?;
    app.execute(
        &enterprise,
        &RateConsultation { id, rating: 5, comment: Some("专家很专业，回复及时。".to_owned()) },
    )?;
    let (_, case) = case_of(app, &enterprise)?;
    let step = |event| RecordEvent { case, event: NewEvent::new(event) };
    app.execute(&enterprise, &step(CaseEvent::StartCorrection))?;
    let description = "更换铜杆供应商的检验报告、模具更换记录与首件检验照片".to_owned();
    app.execute(
        &enterprise,
        &AddEvidence { case, action: None, criterion: None, description, attachments: Vec::new() },
    )?;
    app.execute(&enterprise, &step(CaseEvent::SubmitEvidence)).map(drop)
}

/// One in the middle of the talk.
fn under_way(app: &App) -> Result<(), Problem> {
    let id = open(
        app,
        "enterprise-lele",
        "小零件与可迁移元素不合格",
        "涂料供应商的报告是合格的，为何成品铅超标？",
    )?;
    let (enterprise, expert) = (caller(app, "enterprise-lele")?, caller(app, "expert-li")?);
    app.execute(&expert, &AcceptConsultation { id })?;
    let talk = |body| DemoMessage { consultation: id, stream: Stream::Talk, body };
    app.execute(&expert, &talk("请把涂料的批号和成品的生产日期对一下，看是否混用了旧批次。"))?;
    app.execute(&enterprise, &talk("好的，我们正在查仓库记录。"))?;
    let (_, case) = case_of(app, &enterprise)?;
    let start = RecordEvent { case, event: NewEvent::new(CaseEvent::StartCorrection) };
    app.execute(&enterprise, &start)?;
    tag(app, &expert, id)
}

/// The tags of the province and of the expert's product hospital; the expert puts the first of each on the consultation under way.
fn tag(app: &App, expert: &Caller, id: ConsultationId) -> Result<(), Problem> {
    let officer = caller(app, "admin-guangdong")?;
    let mut tags = Vec::new();
    for name in ["原材料", "生产工艺", "标识标签", "送检与复检"] {
        tags.push(app.execute(&officer, &CreateTag { name: name.to_owned(), region: None })?);
    }
    tags.truncate(1);
    tags.push(app.execute(expert, &CreateTag { name: "涂料与涂层".to_owned(), region: None })?);
    app.execute(expert, &CreateTag { name: "小零件".to_owned(), region: None })?;
    app.execute(expert, &SetTags { id, tags }).map(drop)
}
