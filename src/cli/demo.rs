//! `demo`: people, lists and consultations to look at.
//!
//! Everything is made by the same commands that people use, in the names of the demo people. Only
//! their accounts are made directly (nobody reads their mail), and mails that were queued meanwhile are deleted.

use crate::accounts::password;
use crate::accounts::settings::AuthSettings;
use crate::accounts::staff::CreateStaff;
use crate::accounts::store::{AccountRow, NewAccount, create_account};
use crate::app::App;
use crate::chat::Stream;
use crate::chat::message::{NewMessage, post};
use crate::cli::CliError;
use crate::consultations::{AcceptConsultation, ConcludeConsultation, OpenConsultation, RateConsultation};
use crate::core::actor::{Actor, Role, Scope};
use crate::core::ids::{AccountId, CaseId, ConsultationId, EnterpriseId, NonconformityId, SessionId};
use crate::core::secret::Sensitive;
use crate::core::{Caller, Language, Problem};
use crate::db::schema::{account, enterprise, nonconformity, outbox_mail, past_day, remediation_case};
use crate::db::{Command, Tx};
use crate::enterprises::uscc::check_character;
use crate::experts::ApproveExpert;
use crate::experts::application::{ApplyAsExpert, Specialty};
use crate::remediation::action::ActionKind;
use crate::remediation::advice::{GiveAdvice, NewAction};
use crate::remediation::{AddEvidence, CaseEvent, NewEvent, RecordEvent};
use crate::zero_out::import::import_file;
use chrono::{Days, NaiveDate};
use diesel::prelude::*;
use serde::Serialize;
use uuid::Uuid;

mod province;

use province::Province;

/// The password of all demo people. There are none in production.
const PASSWORD: &str = "zerodesk-demo";

/// Admins and operators: username, name, role, region.
const STAFF: [(&str, &str, Role, Option<&str>); 4] = [
    ("operator", "平台运营", Role::Operator, None),
    ("admin-guangdong", "省局 周敏", Role::Admin, Some("440000")),
    ("admin-review", "省局 林涛", Role::Admin, Some("440000")),
    ("admin-guangzhou", "广州市局 何强", Role::Admin, Some("440100")),
];

/// Experts: username, name, title, class of products, whether approved.
const EXPERTS: [(&str, &str, &str, &str, bool); 4] = [
    ("expert-chen", "陈志明", "电线电缆高级工程师", "电线电缆", true),
    ("expert-li", "李慧", "玩具与儿童用品高级工程师", "儿童玩具", true),
    ("expert-huang", "黄建国", "燃气具高级工程师", "燃气灶具", true),
    ("expert-wu", "吴晓", "家具检验工程师", "家具", false),
];

/// Enterprises: username, name, region, product kind, failed items, days since the order.
const ENTERPRISES: [(&str, &str, &str, &str, &str, u64); 4] = [
    ("enterprise-hengtong", "广州恒通线缆有限公司", "440106", "电线电缆", "导体电阻;绝缘厚度", 48),
    ("enterprise-lele", "东莞乐乐玩具有限公司", "441900", "儿童玩具", "小零件;可迁移元素", 20),
    ("enterprise-yongxing", "中山永兴燃具有限公司", "442000", "燃气灶具", "热效率;熄火保护装置", 66),
    ("enterprise-jinhui", "佛山金辉建材有限公司", "440605", "水泥", "抗压强度", 5),
];

/// Adds them, once: a second call changes nothing.
///
/// # Errors
/// When a command is refused, which means that the database holds other people's data.
pub fn run(app: &App) -> Result<(), CliError> {
    let there: Option<AccountId> = account::table
        .filter(account::username.eq("admin-guangdong"))
        .select(account::id)
        .first(&mut *app.conn()?)
        .optional()
        .map_err(Problem::from)?;
    if there.is_none() {
        let province = Province::with_past_clock(app);
        province.reset_clock();
        people(province.app())?;
        province.experts()?;
        province.generate_history()?;
        province.today()?;
        applicants(app)?;
        lists(app)?;
        let (subject, question) = ("水泥28天抗压强度不足", "熟料配比未变而强度下降，可能的原因有哪些？");
        province.alarm("enterprise-jinhui", subject, question)?;
        consultations(app)?;
        province.plan()?;
        let mut conn = app.conn()?;
        // Cached figures of past days were counted before these events were entered.
        diesel::delete(past_day::table).execute(&mut conn).map_err(Problem::from)?;
        // These addresses do not exist.
        diesel::delete(outbox_mail::table.filter(outbox_mail::recipient.like("%@example.com")))
            .execute(&mut conn)
            .map_err(Problem::from)?;
    }
    Ok(())
}

/// The demo log-ins, a line for each.
pub fn log_ins() -> Vec<String> {
    let staff = STAFF.iter().map(|(username, name, ..)| (*username, *name));
    let experts = EXPERTS.iter().filter(|e| e.4).map(|(username, name, ..)| (*username, *name));
    let enterprises = ENTERPRISES.iter().map(|(username, name, ..)| (*username, *name));
    staff
        .chain(experts)
        .chain(enterprises)
        .map(|(username, name)| format!("{username:<20} {PASSWORD}   {name}"))
        .collect()
}

fn address(username: &str) -> String {
    format!("{username}@example.com")
}

fn people(app: &App) -> Result<(), Problem> {
    let system = Caller::system();
    for (username, name, role, region) in STAFF {
        let create = CreateStaff {
            username: username.to_owned(),
            password: Sensitive(PASSWORD.to_owned()),
            name: name.to_owned(),
            email: Some(address(username)),
            role,
            region: region.map(str::to_owned),
            language: Language::Zh,
        };
        app.execute(&system, &create)?;
    }
    experts(app, true)
}

/// Those who wait for the vetting.
fn applicants(app: &App) -> Result<(), Problem> {
    experts(app, false)
}

fn experts(app: &App, wanted: bool) -> Result<(), Problem> {
    let system = Caller::system();
    for (username, name, title, kind, approved) in EXPERTS.into_iter().filter(|e| e.4 == wanted) {
        let class = app.catalogue().products.kind(kind).map(|k| k.class.clone());
        let specialty = Specialty {
            product_kind: None,
            product_class: class.or_else(|| app.catalogue().products.class(kind).map(|c| c.code.clone())),
            level: 3,
            items: Vec::new(),
        };
        let apply = ApplyAsExpert {
            username: username.to_owned(),
            password: Sensitive(PASSWORD.to_owned()),
            name: name.to_owned(),
            title: title.to_owned(),
            hospital: app.catalogue().products.hospitals().next().map(|h| h.code.clone()),
            email: address(username),
            phone: None,
            languages: vec![Language::Zh, Language::En],
            language: Language::Zh,
            capacity: 5,
            regions: vec!["440000".to_owned()],
            specialties: vec![specialty],
            conflicts: Vec::new(),
            employer: None,
            signed_reports: Vec::new(),
        };
        let applied = app.execute(&system, &apply)?;
        if approved {
            app.execute(&system, &ApproveExpert { id: applied.id })?;
        }
    }
    Ok(())
}

/// The credit code of the demo enterprise at a place in the list.
fn uscc(at: usize) -> String {
    let body = format!("91440100MA5DEM{at:03}").replace('O', "0");
    let check = check_character(body.as_bytes()).map_or('0', char::from);
    format!("{body}{check}")
}

fn lists(app: &App) -> Result<(), Problem> {
    let system = Caller::system();
    let today = crate::core::clock::shanghai_date(app.clock().now());
    let ago = |days: u64| today.checked_sub_days(Days::new(days)).unwrap_or(today);
    let mut csv = csv::Writer::from_writer(Vec::new());
    csv.write_record([
        "uscc",
        "name",
        "operating_status",
        "region_code",
        "contact_name",
        "contact_email",
        "product_kind",
        "report_no",
        "inspected_on",
        "inspection_level",
        "failed_items",
        "order_issued_on",
    ])
    .map_err(Problem::internal)?;
    for (at, (username, name, region, kind, items, days)) in ENTERPRISES.into_iter().enumerate() {
        let (inspected, ordered) = (ago(days + 30).to_string(), ago(days).to_string());
        let (code, number, mail) = (uscc(at), format!("GD-DEMO-{at:03}"), address(username));
        let row = [
            &code,
            name,
            "operating",
            region,
            "质量负责人",
            &mail,
            kind,
            &number,
            &inspected,
            "provincial",
            items,
            &ordered,
        ];
        csv.write_record(row).map_err(Problem::internal)?;
    }
    let csv = csv.into_inner().map_err(Problem::internal)?;
    let report = import_file(app, &system, "清零名单-重点企业.csv", csv, false, &|_, _| ())?;
    if report.rejected > 0 || report.problem.is_some() {
        return Err(Problem::internal(format!("the demo's list was not taken: {report:?}")));
    }
    let hash = password::hash(PASSWORD, app.settings().section::<AuthSettings>())?;
    for (at, (username, name, ..)) in ENTERPRISES.into_iter().enumerate() {
        let (username, name, hash) = (username.to_owned(), name.to_owned(), hash.clone());
        app.execute(&system, &ClaimForDemo { uscc: uscc(at), username, name, hash })?;
    }
    Ok(())
}

/// Makes the account of a demo enterprise without a mail.
#[derive(Serialize)]
struct ClaimForDemo {
    uscc: String,
    username: String,
    name: String,
    hash: String,
}

impl Command for ClaimForDemo {
    type Output = AccountId;
    const NAME: &'static str = "claim_for_demo";

    fn run(&self, tx: &mut Tx) -> Result<AccountId, Problem> {
        let id: EnterpriseId = enterprise::table
            .filter(enterprise::uscc.eq(&self.uscc))
            .select(enterprise::id)
            .first(&mut *tx.conn)?;
        let new = NewAccount {
            username: &self.username,
            password_hash: &self.hash,
            scope: Scope::Enterprise(id),
            name: &self.name,
            email: Some(&address(&self.username)),
            language: Language::Zh,
            active: true,
        };
        create_account(tx, new)
    }
}

/// Someone's caller, as after a log-in.
fn caller(app: &App, username: &str) -> Result<Caller, Problem> {
    let row = account::table
        .filter(account::username.eq(username))
        .select(AccountRow::as_select())
        .first(&mut *app.conn()?)?;
    let person = row.person(SessionId::new())?;
    Ok(Caller { actor: Actor::Person(person), ..Caller::system() })
}

/// What a demo enterprise's page is about.
fn subject_of(app: &App, caller: &Caller) -> Result<(NonconformityId, CaseId), Problem> {
    let Some(Scope::Enterprise(id)) = caller.actor.scope() else { return Err(Problem::forbidden()) };
    Ok(nonconformity::table
        .inner_join(remediation_case::table.on(remediation_case::nonconformity_id.eq(nonconformity::id)))
        .filter(nonconformity::enterprise_id.eq(*id))
        .select((nonconformity::id, remediation_case::id))
        .first(&mut *app.conn()?)?)
}

fn consultations(app: &App) -> Result<(), Problem> {
    finished(app)?;
    under_way(app)?;
    // One that is offered.
    open(app, "enterprise-yongxing", "熄火保护装置不合格", "熄火保护装置开阀时间超标，应如何排查？").map(drop)
}

fn open(app: &App, username: &str, subject: &str, question: &str) -> Result<ConsultationId, Problem> {
    let caller = caller(app, username)?;
    let (nonconformity, _) = subject_of(app, &caller)?;
    let open = OpenConsultation {
        nonconformity: Some(nonconformity),
        product_kind: None,
        subject: subject.to_owned(),
        question: question.to_owned(),
        on_site: false,
    };
    app.execute(&caller, &open)
}

/// A message of the demo's talk.
#[derive(Serialize)]
struct DemoMessage {
    consultation: ConsultationId,
    stream: Stream,
    body: &'static str,
}

impl Command for DemoMessage {
    type Output = i64;
    const NAME: &'static str = "say_for_demo";

    fn run(&self, tx: &mut Tx) -> Result<i64, Problem> {
        let sender = tx.actor.account().ok_or_else(Problem::unauthenticated)?;
        let new = NewMessage {
            consultation: self.consultation,
            stream: self.stream,
            sender,
            client_id: Uuid::new_v4(),
            kind: "text",
            body: self.body.to_owned(),
        };
        post(tx, new)
    }
}

fn advise(app: &App, expert: &Caller, id: ConsultationId) -> Result<(), Problem> {
    let today = crate::core::clock::shanghai_date(app.clock().now());
    let in_days = |days: u64| today.checked_add_days(Days::new(days));
    let action = |kind, text: &str, due_on: Option<NaiveDate>| NewAction {
        kind,
        description: text.to_owned(),
        due_on,
        owner: None,
    };
    let advice = GiveAdvice {
        consultation: id,
        summary: Some("请按以下措施整改：".to_owned()),
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
        },
    )?;
    app.execute(
        &enterprise,
        &RateConsultation { id, rating: 5, comment: Some("专家很专业，回复及时。".to_owned()) },
    )?;
    let (_, case) = subject_of(app, &enterprise)?;
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
    let (_, case) = subject_of(app, &enterprise)?;
    let start = RecordEvent { case, event: NewEvent::new(CaseEvent::StartCorrection) };
    app.execute(&enterprise, &start).map(drop)
}
