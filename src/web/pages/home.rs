//! The first page, by role: what there is to do.

use actix_web::web;
use askama::Template;
use diesel::PgConnection;
use serde::Deserialize;

use super::chart::{Bar, Course, bars, course};
use super::expert::expert_desk;
use super::frame::{Frame, Visit};
use super::{session, show};
use crate::app::App;
use crate::catalogue::Catalogue;
use crate::consultations::Status;
use crate::consultations::queries::{self as consultations, ConsultationFilter, ConsultationView};
use crate::core::actor::{Actor, Scope};
use crate::core::ids::{ConsultationId, EnterpriseId};
use crate::core::page::Slice;
use crate::core::{Language, Problem};
use crate::enterprises::claims::{self as claim_queue, ClaimView};
use crate::enterprises::import::{ImportView, list_imports};
use crate::enterprises::queries::{self as enterprises, EnterpriseView, NonconformityView};
use crate::enterprises::registration::ClaimState;
use crate::experts::Vetting;
use crate::experts::queries::{self as experts, ExpertFilter, ExpertView};
use crate::remediation::CaseState;
use crate::remediation::queries::{self as remediation, CaseFilter, CaseView};
use crate::reports::overview::{Overview, overview};
use crate::web::problem::Answer;
use crate::web::reply::read;
use crate::web::server::State;

/// Which part of the lists is shown.
#[derive(Deserialize)]
pub(super) struct Show {
    state: Option<CaseState>,
    cursor: Option<String>,
}

/// The first page.
pub(super) async fn home(
    state: State,
    request: actix_web::HttpRequest,
    visit: Visit,
    part: web::Query<Show>,
) -> Answer {
    let f = visit.frame;
    let Some(person) = f.person.clone() else {
        if visit.stale {
            return Ok(session::to_log_in(&request));
        }
        return show(&f, &Welcome { f: f.clone() });
    };
    let actor = Actor::Person(person.clone());
    let part = part.into_inner();
    match person.scope {
        Scope::Enterprise(id) => {
            let frame = f.clone();
            let page = read(&state, move |app| enterprise_desk(app, frame, &mut *app.conn()?, &actor, id));
            show(&f, &page.await?)
        }
        Scope::Expert(id) => {
            let frame = f.clone();
            let page = read(&state, move |app| expert_desk(frame, &mut *app.conn()?, &actor, id));
            show(&f, &page.await?)
        }
        Scope::Admin(_) | Scope::Operator => {
            let frame = f.clone();
            let page = read(&state, move |app| admin_desk(app, frame, &mut *app.conn()?, &actor, &part));
            show(&f, &page.await?)
        }
    }
}

#[derive(Template)]
#[template(path = "web/welcome.html")]
struct Welcome {
    f: Frame,
}

/// One nonconformity as its enterprise sees it.
struct Matter {
    record: NonconformityView,
    case: Option<CaseView>,
    course: Option<Course>,
    /// What to do next.
    next: &'static str,
    /// The consultation about it that is not concluded.
    talk: Option<ConsultationId>,
}

#[derive(Template)]
#[template(path = "web/enterprise.html")]
struct EnterpriseDesk {
    f: Frame,
    enterprise: EnterpriseView,
    matters: Vec<Matter>,
    cleared: usize,
    consultations: Vec<ConsultationView>,
}

fn wide() -> Slice {
    Slice { limit: crate::core::page::MAX_LIMIT, ..Slice::default() }
}

fn enterprise_desk(
    app: &App,
    f: Frame,
    conn: &mut PgConnection,
    actor: &Actor,
    id: EnterpriseId,
) -> Result<EnterpriseDesk, Problem> {
    let detail = enterprises::get(conn, actor, id)?;
    let filter = CaseFilter { enterprise: Some(id), ..CaseFilter::default() };
    let mut cases = remediation::list(app, conn, actor, &filter, wide())?.items;
    let consultations = consultations::list(conn, actor, &ConsultationFilter::default(), wide())?.items;
    let matters: Vec<Matter> = detail
        .nonconformities
        .into_iter()
        .map(|record| {
            let place = cases.iter().position(|c| c.nonconformity_id == record.id);
            let case = place.map(|at| cases.swap_remove(at));
            let next = next_step(&f, case.as_ref());
            let open =
                |c: &&ConsultationView| c.nonconformity == Some(record.id) && c.status != Status::Concluded;
            let talk = consultations.iter().find(open).map(|c| c.id);
            Matter { course: case.as_ref().and_then(course), case, record, next, talk }
        })
        .collect();
    let cleared = matters.iter().filter(|m| m.record.cleared).count();
    Ok(EnterpriseDesk { f, enterprise: detail.enterprise, matters, cleared, consultations })
}

fn next_step(f: &Frame, case: Option<&CaseView>) -> &'static str {
    let Some(case) = case else {
        return f.t(
            "尚未责令改正。可先向专家问诊，了解原因。",
            "No rectification is ordered yet. You can already ask an expert for the cause.",
        );
    };
    match case.state {
        CaseState::Ordered => f.t(
            "停止生产、销售该产品；向专家问诊，制定整改措施，开始整改。",
            "Stop making and selling the product; ask an expert, plan the correction and begin.",
        ),
        CaseState::Correcting => {
            f.t("落实整改措施，在案件中登记证据并提交。", "Carry out the actions, enter the evidence on the case and hand it in.")
        }
        CaseState::EvidenceSubmitted => {
            f.t("等待监管部门复查。", "Wait for the regulator's re-inspection.")
        }
        CaseState::ReinspectionPassed => {
            f.t("复查合格，等待准予清零。", "The re-inspection was passed; clearance follows.")
        }
        CaseState::Failed => f.t(
            "复查不合格：继续停止生产、销售，尽快与监管部门和专家联系。",
            "The re-inspection failed: keep production and sale stopped, and contact the regulator and an expert.",
        ),
        CaseState::Cleared => f.t("已清零，无需操作。", "Cleared; nothing is left to do."),
        CaseState::Stopped => f.t(
            "立即停止生产、销售该产品；对结论有异议的，可在法定期限内申请复检。",
            "Stop making and selling the product; if you doubt the result, ask for a re-test within the term.",
        ),
        CaseState::Retesting | CaseState::RetestingOrder => {
            f.t("等待复检结论。", "Wait for the re-test's outcome.")
        }
        CaseState::ReportedToCity | CaseState::ReportedToProvince | CaseState::Announced => f.t(
            "继续停止生产、销售，完成整改并补充证据，等待再次复查。",
            "Keep production and sale stopped, finish the correction, add evidence, and wait for the second re-inspection.",
        ),
        CaseState::FailedAgain | CaseState::Suspended | CaseState::CheckFailed => f.t(
            "停业整顿；期满检查仍不合格的，将吊销营业执照。",
            "The business is to be suspended; if the check after the term fails too, the licence is revoked.",
        ),
        CaseState::Overturned => f.t("复检合格，原结论已撤销。", "The re-test overturned the result."),
        CaseState::LicenceRevoked | CaseState::Closed => f.t("案件已结束，未清零。", "The case has ended without clearance."),
    }
}

/// An application with its codes in words.
struct Application {
    expert: ExpertView,
    specialties: String,
    regions: String,
}

fn application(f: &Frame, catalogue: &Catalogue, expert: ExpertView) -> Application {
    let name = |zh: &str, en: &str| f.t(zh, en).to_owned();
    let kind = |code: &String| catalogue.products.kind(code).map(|k| name(&k.name_zh, &k.name_en));
    let class = |code: &String| catalogue.products.class(code).map(|c| name(&c.name_zh, &c.name_en));
    let specialties = expert.specialties.iter().filter_map(|s| {
        s.product_kind.as_ref().and_then(kind).or_else(|| s.product_class.as_ref().and_then(class))
    });
    let regions =
        expert.regions.iter().filter_map(|code| catalogue.regions.get(code).map(|r| r.name.as_str()));
    let comma = f.t("、", ", ");
    Application {
        specialties: specialties.collect::<Vec<_>>().join(comma),
        regions: regions.collect::<Vec<_>>().join(comma),
        expert,
    }
}

#[derive(Template)]
#[template(path = "web/admin.html")]
struct AdminDesk {
    f: Frame,
    /// The region's name; none for the whole platform.
    place: Option<String>,
    figures: Overview,
    funnel: Vec<Bar>,
    consultations: Vec<Bar>,
    cases_by_state: Vec<Bar>,
    waiting: Vec<ConsultationView>,
    applications: Vec<Application>,
    claims: Vec<ClaimView>,
    imports: Vec<ImportView>,
    cases: Vec<(CaseView, Option<Course>)>,
    state: Option<CaseState>,
    next_cursor: Option<String>,
    regulates: bool,
}

fn admin_desk(
    app: &App,
    f: Frame,
    conn: &mut PgConnection,
    actor: &Actor,
    part: &Show,
) -> Result<AdminDesk, Problem> {
    let catalogue = app.catalogue();
    let place = match actor.scope() {
        Some(Scope::Admin(code)) => catalogue.regions.get(code).map(|r| r.name.clone()),
        _ => None,
    };
    let figures = overview(conn, actor)?;
    let waiting = ConsultationFilter { status: Some(Status::Waiting), ..ConsultationFilter::default() };
    let waiting = consultations::list(conn, actor, &waiting, wide())?.items;
    let applied = ExpertFilter { vetting: Some(Vetting::Applied), available: None };
    let applications = experts::applications(conn, actor, &applied, wide())?.items.into_iter();
    let applications = applications.map(|e| application(&f, catalogue, e)).collect();
    let claims = claim_queue::list(conn, actor, Some(ClaimState::ToApprove), wide())?.items;
    let imports = list_imports(conn, actor, Slice { limit: 5, ..Slice::default() })?.items;
    let slice = Slice::parse(Some("25"), part.cursor.as_deref())?;
    let filter = CaseFilter { state: part.state, ..CaseFilter::default() };
    let cases = remediation::list(app, conn, actor, &filter, slice)?;
    let text = |zh: &str, en: &str| f.t(zh, en).to_owned();
    let funnel = bars([
        (text("列入清零名单", "On the zero-out list"), figures.listed),
        (text("正常经营", "In operation"), figures.operating),
        (text("已在线问诊", "Consulted online"), figures.enterprises_consulted),
        (text("已清零", "Cleared"), figures.cleared),
    ]);
    let consulted =
        Status::ALL.iter().map(|s| (f.status(s).to_owned(), of(&figures.consultations, s.as_str())));
    let states = CaseState::ALL.iter().map(|s| (f.state(s), of(&figures.cases, s.as_str())));
    Ok(AdminDesk {
        funnel,
        consultations: bars(consulted.collect::<Vec<_>>()),
        cases_by_state: bars(states.collect::<Vec<_>>()),
        place,
        waiting,
        applications,
        claims,
        imports,
        cases: cases.items.into_iter().map(|case| (case.clone(), course(&case))).collect(),
        state: part.state,
        next_cursor: cases.next_cursor,
        regulates: matches!(actor.scope(), Some(Scope::Admin(_))),
        figures,
        f,
    })
}

fn of(figures: &std::collections::BTreeMap<String, i64>, word: &str) -> i64 {
    figures.get(word).copied().unwrap_or(0)
}

impl AdminDesk {
    /// Each state a case can have.
    fn states(&self) -> &'static [CaseState] {
        CaseState::ALL
    }
}

impl Matter {
    /// The product's name in the reader's language.
    fn product(&self, f: &Frame) -> &str {
        if f.language == Language::Zh { &self.record.product_kind_zh } else { &self.record.product_kind_en }
    }
}
