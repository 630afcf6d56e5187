//! A province over the past fourteen months: a list, experts, and cases that went every way, each step by its command on the day
//! on which it happened. The same on every run, but for the ids.

use super::{ClaimForDemo, DemoMessage, address, caller};
use crate::accounts::password;
use crate::accounts::settings::AuthSettings;
use crate::alerts::{FindClusters, HoldMeeting, queries as alerts};
use crate::app::App;
use crate::chat::Stream;
use crate::consultations::matcher::MatchWaiting;
use crate::consultations::{
    AcceptConsultation, ConcludeConsultation, DeclineConsultation, OpenConsultation, RateConsultation,
};
use crate::core::actor::Actor;
use crate::core::clock::{ManualClock, shanghai_date, shanghai_midnight};
use crate::core::ids::{CaseId, ConsultationId, ExpertId, NonconformityId};
use crate::core::secret::Sensitive;
use crate::core::{Caller, Language, Problem};
use crate::db::schema::{account, consultation, enterprise, nonconformity, remediation_case};
use crate::enterprises::registration::{Contact, RegisterEnterprise};
use crate::enterprises::uscc::check_character;
use crate::experts::ApproveExpert;
use crate::experts::application::{ApplyAsExpert, Specialty};
use crate::experts::profile::{Leave, SetAvailability};
use crate::experts::rota::{Duty, DutyShift, SetDuty};
use crate::matching::plan::run_plan;
use crate::matching::plan::{ApplyPlan, CapacityBasis, RequestPlan};
use crate::remediation::action::{ActionKind, ActionStep};
use crate::remediation::advice::{GiveAdvice, NewAction};
use crate::remediation::clearance::NewDecision;
use crate::remediation::event::RetestOutcome;
use crate::remediation::move_action::Answer;
use crate::remediation::queries as cases;
use crate::remediation::{
    AddEvidence, CaseEvent, DecideCriterion, MoveAction, NewEvent, OpenCase, RecordEvent,
};
use crate::zero_out::import::import_file;
use chrono::{DateTime, Days, Duration, NaiveDate, Utc};
use diesel::prelude::*;
use std::sync::Arc;

/// How many days ago the list came.
const BEGINS: i64 = 430;
/// How many enterprises are on it, and how many of them operate.
const LISTED: usize = 78;
const OPERATING: usize = 62;
/// Whose cases went all the way to clearance.
const CLEARED: usize = 35;

/// Where they are: a code that districts begin with, the city's name.
const CITIES: [(&str, &str); 12] = [
    ("4401", "广州"),
    ("4403", "深圳"),
    ("4419", "东莞"),
    ("4406", "佛山"),
    ("4420", "中山"),
    ("4413", "惠州"),
    ("4407", "江门"),
    ("4404", "珠海"),
    ("4405", "汕头"),
    ("4412", "肇庆"),
    ("4408", "湛江"),
    ("4452", "揭阳"),
];

/// What they make: class, trade, items that fail.
const TRADES: [(&str, &str, [&str; 3]); 9] = [
    ("C06", "玩具", ["小零件", "可迁移元素", "标识"]),
    ("C22", "照明", ["骚扰电压", "爬电距离", "结构"]),
    ("C03", "线缆", ["导体电阻", "绝缘厚度", "阻燃性能"]),
    ("C10", "家具", ["甲醛释放量", "力学性能", "漆膜附着力"]),
    ("C23", "电工", ["防触电保护", "温升", "插头尺寸"]),
    ("C04", "燃具", ["热效率", "熄火保护装置", "一氧化碳含量"]),
    ("C25", "厨电", ["电气强度", "接地措施", "稳定性"]),
    ("C42", "服饰", ["纤维含量", "pH值", "色牢度"]),
    ("C38", "塑料", ["总迁移量", "感官要求", "脱色试验"]),
];

const BRANDS: [&str; 12] =
    ["华南", "粤海", "南粤", "珠江", "岭南", "宏达", "联创", "新力", "顺达", "鸿运", "信诚", "东升"];

/// Experts of the past year: username, name, title, class, city, capacity.
const SPECIALISTS: [(&str, &str, &str, &str, &str, i32); 8] = [
    ("expert-wang", "王丽娟", "照明电器高级工程师", "C22", "440300", 8),
    ("expert-zhou", "周国平", "电器附件正高级工程师", "C23", "440600", 6),
    ("expert-lin", "林海燕", "家具检验高级工程师", "C10", "440000", 6),
    ("expert-he", "何伟强", "厨房电器高级工程师", "C25", "442000", 5),
    ("expert-xu", "许晓彤", "纺织品高级工程师", "C42", "440000", 5),
    ("expert-deng", "邓建华", "食品接触材料高级工程师", "C38", "440000", 5),
    ("expert-luo", "罗文静", "玩具安全工程师", "C06", "440500", 4),
    ("expert-peng", "彭志刚", "电线电缆工程师", "C03", "440000", 4),
];

/// What becomes of a case, by days from today.
#[derive(Clone, Copy)]
enum Path {
    /// Cleared on this day.
    Cleared(i64),
    /// Ordered on this day and not begun.
    Ordered(i64),
    /// Ordered on this day; the enterprise corrects.
    Correcting(i64),
    /// Ordered on this day; the evidence is in.
    Submitted(i64),
    /// Ordered on this day; passed, not cleared yet.
    Passed(i64),
    /// Ordered on this day; failed, and so many steps further: 1 reported up, 2 announced, 3 failed again, 4 suspended.
    Failed(i64, u8),
    /// Ordered on this day; a re-test is under way.
    Retesting(i64),
    /// Ordered on this day; a re-test overturned the result.
    Overturned(i64),
    /// Sale stopped on this day, not ordered yet.
    Stopped(i64),
    /// Nothing happened yet.
    Untouched,
}

/// The paths of those that operate, the cleared ones first.
fn path(at: usize) -> Path {
    let days = i64::try_from(at).unwrap_or(0);
    if at < CLEARED {
        return Path::Cleared(-352 + days * 10 - (days % 3));
    }
    let rest = [
        Path::Ordered(-3),
        Path::Ordered(-7),
        Path::Ordered(-12),
        Path::Correcting(-57),
        Path::Correcting(-53),
        Path::Correcting(-50),
        Path::Correcting(-46),
        Path::Correcting(-41),
        Path::Correcting(-36),
        Path::Correcting(-32),
        Path::Submitted(-71),
        Path::Submitted(-67),
        Path::Submitted(-63),
        Path::Submitted(-58),
        Path::Submitted(-83),
        Path::Correcting(-92),
        Path::Ordered(-105),
        Path::Passed(-61),
        Path::Failed(-74, 0),
        Path::Failed(-165, 2),
        Path::Failed(-230, 4),
        Path::Retesting(-9),
        Path::Overturned(-120),
        Path::Stopped(-4),
    ];
    rest.get(at - CLEARED).copied().unwrap_or(Path::Untouched)
}

/// One enterprise of the list.
struct Company {
    uscc: String,
    username: String,
    name: String,
    class: usize,
    path: Path,
}

/// The days of the province.
pub(super) struct Province {
    app: App,
    clock: Arc<ManualClock>,
    now: DateTime<Utc>,
}

/// What is done when its day has come.
type ScheduledAction<'a> = Box<dyn FnOnce(&Province) -> Result<(), Problem> + 'a>;

/// What happens on a day.
struct Step<'a> {
    day: i64,
    minute: i64,
    what: ScheduledAction<'a>,
}

impl Province {
    /// The province beside an application, on its database.
    pub fn with_past_clock(app: &App) -> Self {
        let now = app.clock().now();
        let clock = Arc::new(ManualClock::at(now));
        let past = App::with_clock(
            Arc::clone(app.settings()),
            app.pool().clone(),
            Arc::clone(app.catalogue()),
            clock.clone(),
        );
        Self { app: past, clock, now }
    }

    /// The application under the clock of the past.
    pub fn app(&self) -> &App {
        &self.app
    }

    fn day(&self, day: i64) -> NaiveDate {
        let today = shanghai_date(self.now);
        match u64::try_from(day) {
            Ok(ahead) => today.checked_add_days(Days::new(ahead)).unwrap_or(today),
            Err(_) => today.checked_sub_days(Days::new(day.unsigned_abs())).unwrap_or(today),
        }
    }

    /// Sets the clock: some minutes after nine on a day, never beyond the present.
    pub fn at(&self, day: i64, minute: i64) {
        let at = shanghai_midnight(self.day(day)) + Duration::minutes(9 * 60 + minute);
        self.clock.set(at.min(self.now));
    }

    /// Sets the clock to the beginning of the history.
    pub fn reset_clock(&self) {
        self.at(-BEGINS, 0);
    }

    /// Experts who came at the beginning.
    pub fn experts(&self) -> Result<(), Problem> {
        let (app, system) = (&self.app, Caller::system());
        for (username, name, title, class, region, capacity) in SPECIALISTS {
            let applied =
                app.execute(&system, &application(app, username, name, title, class, region, capacity))?;
            app.execute(&system, &ApproveExpert { id: applied.id })?;
        }
        let rota = |weekdays: &[i32], from: &str, to: &str| Duty {
            shifts: vec![DutyShift {
                weekdays: weekdays.to_vec(),
                from: from.to_owned(),
                to: to.to_owned(),
                holidays: false,
            }],
        };
        for (username, duty) in [
            ("expert-lin", rota(&[1, 2, 3, 4, 5], "08:30", "17:30")),
            ("expert-he", rota(&[1, 3, 5, 6], "09:00", "21:00")),
        ] {
            app.execute(&caller(app, username)?, &SetDuty { expert: None, duty })?;
        }
        Ok(())
    }

    /// Imports the list and generates everything that followed until today.
    pub fn generate_history(&self) -> Result<(), Problem> {
        let app = &self.app;
        let companies = companies();
        self.list(&companies)?;
        let hash = password::hash(super::PASSWORD, app.settings().section::<AuthSettings>())?;
        let mut steps: Vec<Step<'_>> = Vec::new();
        for (at, company) in companies.iter().enumerate().take(OPERATING) {
            self.plan_of(at, company, &hash, &mut steps);
        }
        steps.push(Step { day: -420, minute: 400, what: Box::new(|p| p.clusters(true)) });
        steps.push(Step { day: -20, minute: 200, what: Box::new(|p| p.sampling()) });
        steps.push(Step { day: -60, minute: 300, what: Box::new(|p| p.round()) });
        // The order of a day's steps is that in which they were planned.
        steps.sort_by_key(|step| (step.day, step.minute));
        for step in steps {
            self.at(step.day, step.minute);
            (step.what)(self)?;
        }
        self.at(-1, 500);
        self.clusters(false)
    }

    fn list(&self, companies: &[Company]) -> Result<(), Problem> {
        let app = &self.app;
        let mut csv = csv::Writer::from_writer(Vec::new());
        csv.write_record([
            "uscc",
            "name",
            "operating_status",
            "region_code",
            "contact_name",
            "contact_phone",
            "contact_email",
            "product_kind",
            "report_no",
            "inspected_on",
            "inspection_level",
            "failed_items",
        ])
        .map_err(Problem::internal)?;
        let mut row = 0;
        for (at, company) in companies.iter().enumerate() {
            // Every sixth has a second record.
            for second in 0..=usize::from(at % 6 == 5) {
                row += 1;
                let (prefix, _) = city_of(at);
                let region = district(app, prefix, at);
                let (class, _, items) = products_of_class(company.class + second);
                let kind = kind_of(app, class, at);
                let status = match at {
                    _ if at < OPERATING => "operating",
                    _ if at % 3 == 0 => "moved_out",
                    _ if at % 3 == 1 => "deregistered",
                    _ => "suspended",
                };
                let ago = i64::try_from(at * 37 % 260).unwrap_or(0);
                let inspected = self.day(-BEGINS - 20 - ago).to_string();
                let failed = match at % 3 {
                    0 => items.first().copied().unwrap_or_default().to_owned(),
                    1 => format!("{};{}", items.first().unwrap_or(&""), items.get(1).unwrap_or(&"")),
                    _ => items.get(2).copied().unwrap_or_default().to_owned(),
                };
                // Who has no address on record can't confirm by mail.
                let mail = if at == OPERATING - 1 { String::new() } else { address(&company.username) };
                csv.write_record([
                    company.uscc.as_str(),
                    &company.name,
                    status,
                    &region,
                    "质量负责人",
                    &format!("1390000{at:04}"),
                    &mail,
                    &kind,
                    &format!("GD{}{row:04}", inspected.get(..4).unwrap_or_default()),
                    &inspected,
                    ["provincial", "municipal", "national"].get(at % 3).unwrap_or(&"provincial"),
                    &failed,
                ])
                .map_err(Problem::internal)?;
            }
        }
        let csv = csv.into_inner().map_err(Problem::internal)?;
        let officer = caller(app, "admin-guangdong")?;
        let report = import_file(app, &officer, "广东省清零名单.csv", csv, false, &|_, _| ())?;
        if report.rejected > 0 || report.problem.is_some() {
            return Err(Problem::internal(format!("the demo's list was not taken: {report:?}")));
        }
        Ok(())
    }

    /// What a later sampling found: toys of one town, too many of which fail the same item. Two rows have mistakes.
    fn sampling(&self) -> Result<(), Problem> {
        let (app, officer) = (&self.app, caller(&self.app, "admin-guangdong")?);
        let kind = kind_of(app, "C06", 0);
        let head = "uscc,name,operating_status,region_code,product_kind,report_no,inspected_on,inspection_level,failed_items\n";
        let mut csv = head.to_owned();
        for at in 0..8 {
            let brand = BRANDS.get(at).copied().unwrap_or("华南");
            let code = coded(&format!("91440500MA5GDQ{at:03}"));
            let day = self.day(-60 + i64::try_from(at * 4).unwrap_or(0));
            let row = format!(
                "{code},汕头澄海{brand}玩具有限公司,operating,440515,{kind},JC{at:04},{day},provincial,小零件\n"
            );
            csv.push_str(&row);
        }
        let day = self.day(-35);
        let wrong = format!(
            "91440500MA5GDQ0080,汕头澄海飞达玩具厂,operating,440515,{kind},JC0008,{day},provincial,小零件\n"
        );
        csv.push_str(&wrong);
        let unknown = coded("91440500MA5GDQ009");
        csv.push_str(&format!(
            "{unknown},汕头澄海美乐玩具厂,operating,440515,会飞的玩具,JC0009,{day},provincial,小零件\n"
        ));
        for check in [true, false] {
            let file = csv.clone().into_bytes();
            import_file(app, &officer, "专项抽查-儿童玩具.csv", file, check, &|_, _| ())?;
        }
        Ok(())
    }

    /// What happens to one enterprise, step by step.
    fn plan_of<'a>(&self, at: usize, company: &'a Company, hash: &'a str, steps: &mut Vec<Step<'a>>) {
        let minute = i64::try_from(at * 7 % 300).unwrap_or(0);
        let mut on = |day: i64, later: i64, what: ScheduledAction<'a>| {
            steps.push(Step { day, minute: minute + later, what });
        };
        let ordered = match company.path {
            Path::Cleared(day) => day - 54,
            Path::Ordered(day)
            | Path::Correcting(day)
            | Path::Submitted(day)
            | Path::Passed(day)
            | Path::Failed(day, _)
            | Path::Retesting(day)
            | Path::Overturned(day)
            | Path::Stopped(day) => day,
            Path::Untouched => return,
        };
        let stop = matches!(company.path, Path::Stopped(_));
        on(ordered, 0, Box::new(move |p| p.open_case(company, stop)));
        if stop {
            return;
        }
        let claim = move |p: &Province| p.claim(company, hash);
        on(ordered + 2, 0, Box::new(claim));
        match company.path {
            Path::Retesting(_) | Path::Overturned(_) => {
                on(ordered + 5, 0, Box::new(move |p| p.enterprise(company, CaseEvent::RequestRetest)));
                if matches!(company.path, Path::Overturned(_)) {
                    on(
                        ordered + 25,
                        0,
                        Box::new(move |p| {
                            let event = NewEvent {
                                outcome: Some(RetestOutcome::Overturned),
                                ..NewEvent::new(CaseEvent::RetestOutcome)
                            };
                            p.officer(company, event)
                        }),
                    );
                }
                return;
            }
            Path::Ordered(_) => return,
            _ => {}
        }
        on(ordered + 6, 0, Box::new(move |p| p.enterprise(company, CaseEvent::StartCorrection)));
        // Not everyone asks an expert; some of those who correct now are still talking.
        if at % 7 != 3 {
            let talking = matches!(company.path, Path::Correcting(day) if day > -60);
            on(ordered + 8, 0, Box::new(move |p| p.consult(at, company, talking)));
        }
        if matches!(company.path, Path::Correcting(_)) {
            return;
        }
        on(ordered + 35, 0, Box::new(move |p| p.submit_evidence_of(company)));
        match company.path {
            Path::Cleared(day) => {
                on(ordered + 48, 0, Box::new(move |p| p.inspect(company, CaseEvent::Reinspect, true)));
                on(day, 0, Box::new(move |p| p.clear(company)));
            }
            Path::Passed(_) => {
                on(ordered + 55, 0, Box::new(move |p| p.inspect(company, CaseEvent::Reinspect, true)));
            }
            Path::Failed(_, further) => {
                on(ordered + 65, 0, Box::new(move |p| p.inspect(company, CaseEvent::Reinspect, false)));
                if further >= 1 {
                    on(ordered + 68, 0, Box::new(move |p| p.report_up(company)));
                }
                if further >= 2 {
                    on(
                        ordered + 75,
                        0,
                        Box::new(move |p| p.officer(company, NewEvent::new(CaseEvent::Announce))),
                    );
                }
                if further >= 3 {
                    on(
                        ordered + 152,
                        0,
                        Box::new(move |p| p.inspect(company, CaseEvent::SecondReinspect, false)),
                    );
                }
                if further >= 4 {
                    on(
                        ordered + 158,
                        0,
                        Box::new(move |p| {
                            let event =
                                NewEvent { until: Some(p.day(19)), ..NewEvent::new(CaseEvent::Suspend) };
                            p.officer(company, event)
                        }),
                    );
                }
            }
            _ => {}
        }
    }

    /// The record that the path is about, with its case.
    fn record(&self, company: &Company) -> Result<(NonconformityId, Option<CaseId>), Problem> {
        Ok(nonconformity::table
            .inner_join(enterprise::table.on(enterprise::id.eq(nonconformity::enterprise_id)))
            .left_join(remediation_case::table.on(remediation_case::nonconformity_id.eq(nonconformity::id)))
            .filter(enterprise::uscc.eq(&company.uscc))
            .order(nonconformity::id)
            .select((nonconformity::id, remediation_case::id.nullable()))
            .first(&mut *self.app.conn()?)?)
    }

    fn case(&self, company: &Company) -> Result<CaseId, Problem> {
        let (_, case) = self.record(company)?;
        case.ok_or_else(|| Problem::internal(format!("{} has no case yet", company.name)))
    }

    fn claim(&self, company: &Company, hash: &str) -> Result<(), Problem> {
        let claim = ClaimForDemo {
            uscc: company.uscc.clone(),
            username: company.username.clone(),
            name: "质量负责人".to_owned(),
            hash: hash.to_owned(),
        };
        self.app.execute(&Caller::system(), &claim).map(drop)
    }

    fn open_case(&self, company: &Company, stop: bool) -> Result<(), Problem> {
        let (nonconformity, _) = self.record(company)?;
        let today = shanghai_date(self.app.clock().now());
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
        self.app.execute(&caller(&self.app, "admin-guangdong")?, &open).map(drop)
    }

    fn enterprise(&self, company: &Company, event: CaseEvent) -> Result<(), Problem> {
        let step = RecordEvent { case: self.case(company)?, event: NewEvent::new(event) };
        self.app.execute(&caller(&self.app, &company.username)?, &step).map(drop)
    }

    fn officer(&self, company: &Company, event: NewEvent) -> Result<(), Problem> {
        let step = RecordEvent { case: self.case(company)?, event };
        self.app.execute(&caller(&self.app, "admin-guangdong")?, &step).map(drop)
    }

    fn inspect(&self, company: &Company, event: CaseEvent, passed: bool) -> Result<(), Problem> {
        self.officer(company, NewEvent { passed: Some(passed), ..NewEvent::new(event) })
    }

    /// The province has re-inspected itself where it entered the result, and announces at once.
    fn report_up(&self, company: &Company) -> Result<(), Problem> {
        let case = cases::get(&self.app, &mut *self.app.conn()?, &Actor::System, self.case(company)?)?.case;
        if case.held_by.as_deref() == Some("440000") {
            return Ok(());
        }
        self.officer(company, NewEvent::new(CaseEvent::ReportUp))
    }

    fn consult(&self, at: usize, company: &Company, talking: bool) -> Result<(), Problem> {
        let app = &self.app;
        let (_, trade, items) = products_of_class(company.class);
        let item = items.get(at % 3).copied().unwrap_or_default();
        let (record, case) = self.record(company)?;
        let asks = caller(app, &company.username)?;
        let open = OpenConsultation {
            nonconformity: Some(record),
            product_kind: None,
            subject: format!("{trade}产品{item}不合格，如何整改"),
            question: format!("我公司{trade}产品在抽查中{item}不合格，原因还不清楚，请专家指导。"),
            on_site: at.is_multiple_of(5),
        };
        let id = app.execute(&asks, &open)?;
        let Some(expert) = self.offered(id)? else { return Ok(()) };
        let mut answers = expert;
        if at % 9 == 4 {
            self.clock.set(app.clock().now() + Duration::minutes(4));
            let decline = DeclineConsultation {
                id, reason: Some("本周外出检验，无法及时答复".to_owned())
            };
            app.execute(&answers, &decline)?;
            let Some(next) = self.offered(id)? else { return Ok(()) };
            answers = next;
        }
        let minutes = i64::try_from(3 + at * 11 % 50).unwrap_or(10);
        self.clock.set(app.clock().now() + Duration::minutes(minutes));
        match app.execute(&answers, &AcceptConsultation { id }) {
            // A server that runs beside lets offers of the past lapse.
            Err(problem) if problem.status == 409 => return Ok(()),
            accepted => accepted?,
        };
        let talk = |body| DemoMessage { consultation: id, stream: Stream::Talk, body };
        app.execute(&answers, &talk("您好，请先说明不合格批次的生产日期和原料来源。"))?;
        app.execute(&asks, &talk("不合格批次是上季度生产的，当时更换过原料供应商。"))?;
        let today = shanghai_date(app.clock().now());
        let action = |kind, text: &str, days| NewAction {
            kind,
            description: text.to_owned(),
            due_on: today.checked_add_days(Days::new(days)),
            owner: None,
        };
        let advice = GiveAdvice {
            consultation: id,
            summary: None,
            actions: vec![
                action(ActionKind::Containment, "封存同批次产品，停止销售并通知经销商下架", 3),
                action(ActionKind::Correction, "更换不合格原料，调整工艺并重新送检", 20),
            ],
        };
        app.execute(&answers, &advice)?;
        let case = case.ok_or_else(|| Problem::internal("a consultation before its case"))?;
        let detail = cases::get(app, &mut *app.conn()?, &Actor::System, case)?;
        for action in detail.actions {
            let accept = Answer { owner: Some("质量部".to_owned()), ..Answer::default() };
            let step = MoveAction { case, action: action.id, step: ActionStep::Accept, answer: accept };
            app.execute(&asks, &step)?;
        }
        if talking {
            return Ok(());
        }
        self.clock.set(app.clock().now() + Duration::hours(5));
        let conclusion = format!("{item}不合格的原因是原料批次波动，按措施整改并重新送检后可申请复查。");
        app.execute(&answers, &ConcludeConsultation { id, conclusion })?;
        if at % 4 != 1 {
            let rating = i32::try_from(5 - at % 3 / 2).unwrap_or(5);
            app.execute(&asks, &RateConsultation { id, rating, comment: None })?;
        }
        Ok(())
    }

    /// The expert to whom a consultation is offered.
    fn offered(&self, id: ConsultationId) -> Result<Option<Caller>, Problem> {
        let conn = &mut *self.app.conn()?;
        let expert: Option<ExpertId> =
            consultation::table.find(id).select(consultation::expert_id).first(conn)?;
        let Some(expert) = expert else { return Ok(None) };
        let username: String =
            account::table.filter(account::expert_id.eq(expert)).select(account::username).first(conn)?;
        caller(&self.app, &username).map(Some)
    }

    fn submit_evidence_of(&self, company: &Company) -> Result<(), Problem> {
        let (app, case) = (&self.app, self.case(company)?);
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
        self.enterprise(company, CaseEvent::SubmitEvidence)
    }

    fn clear(&self, company: &Company) -> Result<(), Problem> {
        let (app, case) = (&self.app, self.case(company)?);
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

    /// Looks for clusters; deals with the first in a meeting where that is wanted.
    fn clusters(&self, meet: bool) -> Result<(), Problem> {
        let app = &self.app;
        app.execute(&Caller::system(), &FindClusters {})?;
        let officer = caller(app, "admin-guangdong")?;
        let open = alerts::list(&mut *app.conn()?, &officer.actor, None, Default::default())?;
        if let Some(alert) = open.items.last().filter(|_| meet) {
            let hold = HoldMeeting {
                alert: alert.alert.id,
                held_on: shanghai_date(app.clock().now()),
                participants: ["省局 周敏", "省质检院 陈工", "行业协会 刘秘书长"].map(str::to_owned).to_vec(),
                findings: "同一批次原料流向多家企业，进厂检验项目缺失。".to_owned(),
                measures: "通报原料供应商；组织企业补充进厂检验；三个月后开展专项抽查。".to_owned(),
            };
            app.execute(&officer, &hold)?;
        }
        Ok(())
    }

    /// A plan for a round, applied.
    fn round(&self) -> Result<(), Problem> {
        let (app, officer) = (&self.app, caller(&self.app, "admin-guangdong")?);
        let id = app.execute(&officer, &request("秋季巡回问诊"))?.id;
        run_plan(app, id, None)?;
        app.execute(&officer, &ApplyPlan { id }).map(drop)
    }

    /// What is there today besides: leave, those who wait, an application, a claim.
    pub fn today(&self) -> Result<(), Problem> {
        let app = &self.app;
        self.at(-2, 0);
        let leave = Leave { from: self.day(-2), to: self.day(9) };
        let away = SetAvailability { available: true, leave: Some(Some(leave)) };
        app.execute(&caller(app, "expert-xu")?, &away)?;
        let applies = application(app, "expert-song", "宋怡", "水泥与混凝土高级工程师", "C02", "440000", 5);
        app.execute(&Caller::of(Actor::Anonymous), &applies)?;
        let companies = companies();
        if let Some(company) = companies.get(OPERATING - 1) {
            let claim = RegisterEnterprise {
                uscc: company.uscc.clone(),
                username: company.username.clone(),
                password: Sensitive(super::PASSWORD.to_owned()),
                contact: Contact {
                    name: "黄经理".to_owned(),
                    email: None,
                    phone: Some("13800001234".to_owned()),
                },
                language: Language::Zh,
            };
            app.execute(&Caller::of(Actor::Anonymous), &claim)?;
        }
        self.clock.set(self.now);
        Ok(())
    }

    /// One that found nobody yesterday and alarmed the officers.
    pub fn alarm(&self, username: &str, subject: &str, question: &str) -> Result<(), Problem> {
        self.at(-1, 60);
        let id = super::open(&self.app, username, subject, question)?;
        for minutes in [0, 400, 480] {
            self.at(-1, 60 + minutes);
            self.app.execute(&Caller::system(), &MatchWaiting { id })?;
        }
        self.clock.set(self.now);
        Ok(())
    }

    /// A plan that waits for a decision. The last thing: what changes after it makes it stale.
    pub fn plan(&self) -> Result<(), Problem> {
        let (app, officer) = (&self.app, caller(&self.app, "admin-guangdong")?);
        let id = app.execute(&officer, &request("冬季巡回问诊"))?.id;
        run_plan(app, id, None).map(drop)
    }
}

fn request(name: &str) -> RequestPlan {
    RequestPlan {
        name: Some(name.to_owned()),
        region: None,
        class: None,
        import: None,
        rounds: 1,
        capacity_basis: CapacityBasis::Free,
    }
}

fn application(
    app: &App,
    username: &str,
    name: &str,
    title: &str,
    class: &str,
    region: &str,
    capacity: i32,
) -> ApplyAsExpert {
    ApplyAsExpert {
        username: username.to_owned(),
        password: Sensitive(super::PASSWORD.to_owned()),
        name: name.to_owned(),
        title: title.to_owned(),
        hospital: app.catalogue().products.hospitals().next().map(|h| h.code.clone()),
        email: address(username),
        phone: None,
        languages: vec![Language::Zh],
        language: Language::Zh,
        capacity,
        regions: vec![region.to_owned()],
        specialties: vec![Specialty {
            product_kind: None,
            product_class: Some(class.to_owned()),
            level: 3,
            items: Vec::new(),
        }],
        conflicts: Vec::new(),
        employer: None,
        signed_reports: Vec::new(),
    }
}

/// Which city: the first ones more often.
fn city_of(at: usize) -> (&'static str, &'static str) {
    let place = at % 19;
    let city = if place < 12 { place } else { (place - 12) / 2 };
    CITIES.get(city).copied().unwrap_or(("4401", "广州"))
}

fn products_of_class(at: usize) -> (&'static str, &'static str, [&'static str; 3]) {
    TRADES.get(at % TRADES.len()).copied().unwrap_or(("C06", "玩具", ["小零件", "可迁移元素", "标识"]))
}

/// A district of a city, or the city where it has none.
fn district(app: &App, prefix: &str, at: usize) -> String {
    let of_city: Vec<&str> = app
        .catalogue()
        .regions
        .iter()
        .filter(|region| region.code.starts_with(prefix) && !region.code.ends_with("00"))
        .map(|region| region.code.as_str())
        .collect();
    let place = at.checked_rem(of_city.len()).and_then(|place| of_city.get(place));
    place.map_or_else(|| format!("{prefix}00"), |code| (*code).to_owned())
}

fn kind_of(app: &App, class: &str, at: usize) -> String {
    let kinds: Vec<&str> = app
        .catalogue()
        .products
        .kinds()
        .filter(|kind| kind.class == class)
        .map(|k| k.code.as_str())
        .collect();
    // Toys are mostly of one kind, so that their failures cluster.
    let place = if class == "C06" { 0 } else { at.checked_rem(kinds.len()).unwrap_or(0) };
    kinds.get(place).copied().unwrap_or_default().to_owned()
}

fn companies() -> Vec<Company> {
    (0..LISTED)
        .map(|at| {
            let (_, city) = city_of(at);
            let class = at * 5 % 9;
            let (_, made, _) = products_of_class(class);
            let brand = BRANDS.get(at % BRANDS.len()).copied().unwrap_or("华南");
            Company {
                uscc: coded(&format!("91440000MA5GDP{at:03}")),
                username: format!("p{:03}", at + 1),
                name: format!("{city}{brand}{made}有限公司"),
                class,
                path: if at < OPERATING { path(at) } else { Path::Untouched },
            }
        })
        .collect()
}

/// A credit code with its check character.
fn coded(body: &str) -> String {
    let check = check_character(body.as_bytes()).map_or('0', char::from);
    format!("{body}{check}")
}
