//! The first page: the region at a glance, and what waits for its reader.

use askama::Template;
use chrono::NaiveDate;
use diesel::PgConnection;

use crate::app::App;
use crate::catalogue::missing_year;
use crate::consultations::Status;
use crate::consultations::queries::{self as consultations, ConsultationFilter};
use crate::core::actor::{Actor, Scope};
use crate::core::clock::shanghai_date;
use crate::core::page::Slice;
use crate::core::{Problem, Text};
use crate::enterprises::claim_state::ClaimState;
use crate::enterprises::claims as claim_queue;
use crate::experts::Vetting;
use crate::experts::queries::{self as experts, ExpertFilter};
use crate::experts::specialty_change::SpecialtyChangeState;
use crate::experts::specialty_queries::{self as changes, ChangeFilter};
use crate::inspections::queries::{self as inspections, InspectionFilter};
use crate::inspections::state::InspectionState;
use crate::inspections::words::Outcome;
use crate::programmes::kind::ProgrammeKind;
use crate::programmes::queries as programmes;
use crate::remediation::CaseState;
use crate::remediation::case_filter::Mine;
use crate::remediation::deadlines::clock::Clock;
use crate::remediation::queries as remediation;
use crate::reports::days::{self, DeadlineDays};
use crate::reports::funnel as stages;
use crate::reports::overview::{Overview, overview};
use crate::reports::pages::charts::{Line, Ranked, Square, Stage, calendar, funnel, line, ranked};
use crate::reports::rate::{self, By, Count, Question, RateReport};
use crate::risk::alerts::AlertState;
use crate::risk::alerts::queries::{self as alerts, AlertFilter};
use crate::risk::assessments::queries as assessments;
use crate::web::frame::Frame;

/// Parts of the region in the ranking; all are on the page of progress.
const RANKED: usize = 10;
/// Up to so many of a queue are counted; beyond it a plus is shown.
const COUNTED: i64 = 100;

/// Something that waits for the reader.
struct Wait {
    label: String,
    /// How many, as it is read.
    count: String,
    href: String,
    /// Whether it is urgent.
    urgent: bool,
}

/// The first page.
#[derive(Template)]
#[template(path = "reports/overview.html")]
pub struct OverviewPage {
    f: Frame,
    place: String,
    as_of: NaiveDate,
    figures: Overview,
    months: RateReport,
    line: Line,
    stages: Vec<Stage>,
    ranked: Vec<Ranked>,
    /// Parts that the ranking leaves out.
    more: usize,
    days: DeadlineDays,
    weeks: Vec<Vec<Square>>,
    missed: Vec<(Clock, i64)>,
    waits: Vec<Wait>,
    regulates: bool,
    /// The warning that the holidays of a year are wanted by now and are not loaded.
    missing: Option<Text>,
}

/// The first page of an officer or an operator.
pub fn desk(app: &App, f: Frame, conn: &mut PgConnection, actor: &Actor) -> Result<OverviewPage, Problem> {
    let (catalogue, now) = (app.catalogue(), app.clock().now());
    let figures = overview(conn, actor)?;
    let mut by = |by| {
        let question = Question { by, count: Count::Enterprise, region: None, as_of: None };
        rate::report(conn, actor, catalogue, &question, now, f.language)
    };
    let (months, parts) = (by(By::Month)?, by(By::Region)?);
    let stages = stages::report(conn, actor, catalogue, None, None, now, f.language)?;
    let days = days::report(conn, actor, catalogue, None, now, f.language)?;
    let mut ranked = ranked(&parts.rows, |row| Some(format!("/progress?region={}", row.key)));
    let more = ranked.len().saturating_sub(RANKED);
    ranked.truncate(RANKED);
    let regulates = matches!(actor.scope(), Some(Scope::Admin(_)));
    Ok(OverviewPage {
        place: months.region_name.clone(),
        as_of: months.as_of,
        line: line(&f, &months.rows),
        stages: funnel(&f, &stages),
        ranked,
        more,
        weeks: calendar(&f, &days),
        missed: Clock::ALL.iter().map(|clock| (*clock, days.missed.of(*clock))).collect(),
        waits: waits(&f, conn, actor, &figures, (regulates, shanghai_date(now)))?,
        days,
        months,
        figures,
        regulates,
        missing: catalogue.calendar.missing_on(shanghai_date(now)).map(missing_year),
        f,
    })
}

/// What calls for officers of consultations: the filter, the words, the address of the list.
fn of_consultations() -> [(ConsultationFilter, &'static str, &'static str, &'static str); 2] {
    let alarm = ConsultationFilter { alarm: Some(true), ..ConsultationFilter::default() };
    let overdue = ConsultationFilter { overdue: Some(true), ..ConsultationFilter::default() };
    [
        (alarm, "问诊告警：无专家可派", "Alarms: no expert found", "/queue?alarm=true"),
        (overdue, "问诊答复超时", "Consultations with an overdue answer", "/queue?overdue=true"),
    ]
}

/// What waits of inspections: the filter, the words, the address of the list, whether it is urgent.
fn of_inspections() -> [(InspectionFilter, &'static str, &'static str, &'static str, bool); 2] {
    let overdue = InspectionFilter {
        state: Some(InspectionState::Suspect),
        late: Some(true),
        ..InspectionFilter::default()
    };
    let without_kind = InspectionFilter {
        outcome: Some(Outcome::Nonconforming),
        kind_missing: Some(true),
        ..InspectionFilter::default()
    };
    [
        (
            overdue,
            "快检可疑逾期未抽样",
            "Suspect quick tests, sample overdue",
            "/inspections?state=suspect&late=true",
            true,
        ),
        (
            without_kind,
            "不合格结果缺产品种类",
            "Failures without a product kind",
            "/inspections?kind_missing=true&outcome=nonconforming",
            false,
        ),
    ]
}

fn counted(items: usize, more: bool) -> String {
    format!("{items}{}", if more { "+" } else { "" })
}

fn waits(
    f: &Frame,
    conn: &mut PgConnection,
    actor: &Actor,
    figures: &Overview,
    (regulates, today): (bool, NaiveDate),
) -> Result<Vec<Wait>, Problem> {
    let slice = Slice { limit: COUNTED, ..Slice::default() };
    let mut waits = Vec::new();
    let mut add = |items: usize, more: bool, zh: &str, en: &str, href: &str, urgent: bool| {
        if items > 0 {
            let (label, count) = (f.t(zh, en).to_owned(), counted(items, more));
            waits.push(Wait { label, count, href: href.to_owned(), urgent });
        }
    };
    if regulates {
        for (filter, zh, en, href) in of_consultations() {
            let page = consultations::list(conn, actor, &filter, slice)?;
            add(page.items.len(), page.next_cursor.is_some(), zh, en, href, true);
        }
        let filter = AlertFilter { state: Some(AlertState::Open), ..AlertFilter::default() };
        let page = alerts::list(conn, actor, &filter, slice)?;
        let more = page.next_cursor.is_some();
        add(
            page.items.len(),
            more,
            "质量预警待处理",
            "Quality alerts to deal with",
            "/alerts?state=open",
            true,
        );
        for (filter, zh, en, href, urgent) in of_inspections() {
            let found = inspections::count(conn, actor, &filter, today)?;
            add(usize::try_from(found.rows).unwrap_or(0), found.more, zh, en, href, urgent);
        }
    }
    if regulates {
        let assessed = assessments::to_validate(conn, actor)?;
        let href = "/assessments?state=submitted";
        add(assessed, false, "风险研判待审核", "Assessments to validate", href, false);
        let planned = programmes::to_approve(conn, actor)?;
        for kind in ProgrammeKind::ALL {
            let count = planned.iter().filter(|waiting| *waiting == kind).count();
            let (zh, en) = kind.words();
            let (zh, en) = (format!("{zh}计划待审批"), format!("Programmes to approve: {en}"));
            add(count, false, &zh, &en, &kind.to_approve_at(), false);
        }
    }
    let applied = ExpertFilter { vetting: Some(Vetting::Applied), ..ExpertFilter::default() };
    let page = experts::applications(conn, actor, &applied, slice)?;
    add(page.items.len(), page.next_cursor.is_some(), "专家申请待审核", "Experts to vet", "/vetting", false);
    let proposed = ChangeFilter { state: Some(SpecialtyChangeState::Proposed), expert: None };
    let page = changes::list(conn, actor, &proposed, slice)?;
    let more = page.next_cursor.is_some();
    add(page.items.len(), more, "专长变更待审核", "Specialties to vet", "/vetting#changes", false);
    let page = claim_queue::list(conn, actor, Some(ClaimState::ToApprove), None, slice)?;
    let more = page.next_cursor.is_some();
    add(page.items.len(), more, "企业认领待审核", "Claims to approve", "/vetting#claims", false);
    if regulates {
        let waiting = figures.consultations.get(Status::Waiting.as_str()).copied().unwrap_or(0);
        let waiting = usize::try_from(waiting).unwrap_or(0);
        add(waiting, false, "问诊等待专家", "Consultations that wait", "/queue?status=waiting", false);
        let cases = remediation::actionable_by_state(conn, &Mine::of(actor, today))?;
        for (state, count) in
            CaseState::ALL.iter().filter_map(|state| cases.iter().find(|(of, _)| of == state))
        {
            let (zh, en) = to_do(*state);
            let href = format!("/cases?state={state}&mine=true");
            add(usize::try_from(*count).unwrap_or(0), false, zh, en, &href, false);
        }
    }
    Ok(waits)
}

/// What an authority does about a case in a state.
fn to_do(state: CaseState) -> (&'static str, &'static str) {
    match state {
        CaseState::Stopped => ("案件待责令改正", "Cases to order to correct"),
        CaseState::Retesting | CaseState::RetestingOrder => {
            ("复检待登记结论", "Re-tests whose outcome is to be entered")
        }
        CaseState::EvidenceSubmitted => ("整改已报，待复查", "Corrected, to be re-inspected"),
        CaseState::ReinspectionPassed => ("复查合格，待准予清零", "Passed, to be cleared"),
        CaseState::Failed | CaseState::ReportedToCity => {
            ("复查不合格，待上报或公告", "Failed, to be reported up or announced")
        }
        CaseState::ReportedToProvince => ("待省级公告", "To be announced by the province"),
        CaseState::Announced => ("已公告，待再次复查", "Announced, to be re-inspected again"),
        CaseState::FailedAgain => ("再次不合格，待责令停业整顿", "Failed again, to be suspended"),
        CaseState::Suspended => ("停业整顿中，期满待检查", "Suspended, to be checked after the term"),
        CaseState::CheckFailed => ("检查不合格，待吊销执照", "Check failed, licence to be revoked"),
        CaseState::Ordered | CaseState::Correcting => {
            ("整改期满未提交证据，可以复查", "Term over without evidence, may be re-inspected")
        }
        CaseState::Cleared
        | CaseState::Overturned
        | CaseState::LicenceRevoked
        | CaseState::Closed
        | CaseState::Withdrawn => ("案件", "Cases"),
    }
}

impl OverviewPage {
    fn title(&self) -> &'static str {
        match self.f.role() {
            "operator" => self.f.t("运营工作台", "Operator's desk"),
            _ => self.f.t("监管工作台", "Regulator's desk"),
        }
    }

    fn rate(&self) -> String {
        format!("{:.1}", self.months.total.percent)
    }

    fn talking(&self) -> i64 {
        self.figures.consultations.get(Status::Active.as_str()).copied().unwrap_or(0)
    }

    fn clock(&self, clock: &Clock) -> String {
        clock.text().get(self.f.language).to_owned()
    }

    /// Cases with a deadline on one day.
    fn on(&self, day: &NaiveDate) -> String {
        format!("/cases?deadline_from={day}&deadline_to={day}")
    }
}
