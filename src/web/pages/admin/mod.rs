//! The regulator's console.

mod plans;

use askama::Template;
use diesel::PgConnection;
use serde::Deserialize;

use super::chart::{Bar, Course, bars, course};
use super::frame::Frame;
use super::{PageRow, pages, wide};
use crate::app::App;
use crate::catalogue::Catalogue;
use crate::consultations::Status;
use crate::consultations::queries::{self as consultations, ConsultationFilter, ConsultationView};
use crate::core::Problem;
use crate::core::actor::{Actor, Scope};
use crate::core::page::Slice;
use crate::enterprises::claims::{self as claim_queue, ClaimView};
use crate::enterprises::import::{ImportView, list_imports};
use crate::enterprises::registration::ClaimState;
use crate::experts::Vetting;
use crate::experts::queries::{self as experts, ExpertFilter, ExpertView};
use crate::remediation::CaseState;
use crate::remediation::queries::{self as remediation, CaseFilter, CaseView};
use crate::reports::overview::{Overview, overview};

pages! {
    GET "/plans" => plans::list;
    GET "/plans/{id}" => plans::one;
}

/// Which part of the lists of the first page is shown.
#[derive(Deserialize)]
pub(super) struct Show {
    state: Option<CaseState>,
    cursor: Option<String>,
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

/// The first page.
#[derive(Template)]
#[template(path = "web/admin.html")]
pub(super) struct AdminDesk {
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

/// The first page: the region at a glance, and what waits.
pub(super) fn desk(
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
