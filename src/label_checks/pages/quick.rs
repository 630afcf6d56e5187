//! The quick tests: suspect ones that wait for a formal sample or a reason, the form for another one, and the devices.

use askama::Template;

use crate::core::Problem;
use crate::core::actor::{Actor, Scope};
use crate::core::page::Slice;
use crate::inspections::ids::InspectionId;
use crate::inspections::queries::{self as inspections, InspectionFilter};
use crate::inspections::state::InspectionState;
use crate::inspections::view::InspectionView;
use crate::inspections::words::Method;
use crate::label_checks::device_queries::{self as device_queries, DeviceFilter, DeviceView};
use crate::label_checks::pages::{level, today};
use crate::programmes::state::ProgrammeLevel;
use crate::web::choices::{self, Choice};
use crate::web::frame::{Frame, Member};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::params::largest_page;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;
use chrono::NaiveDate;
use diesel::PgConnection;

/// A quick test with codes in words.
struct Listed {
    view: InspectionView,
    place: String,
    state: &'static str,
    /// Whether it waits for a formal sample or a reason.
    waits: bool,
    /// The samplings at the same operator, of which one can be its formal sample: ids with their numbers.
    formal: Vec<(InspectionId, String)>,
    /// The address of the form by which its formal sample is registered.
    register: String,
}

/// The address of the form for the formal sample of a quick test.
fn register(test: &InspectionView) -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("follows", &test.id.to_string())
        .append_pair("purpose", test.purpose.as_str())
        .append_pair("region", &test.place_region)
        .append_pair("role", test.role.as_str())
        .append_pair("operator_name", &test.operator_name)
        .append_pair("product_kind", test.product_kind.as_deref().unwrap_or_default())
        .finish();
    format!("/inspections/new?{query}")
}

#[derive(Template)]
#[template(path = "label_checks/quick_tests.html")]
struct TestsPage {
    f: Frame,
    asked: QueryParams,
    /// The quick tests that are still to be made.
    open: Vec<InspectionView>,
    tests: Vec<Listed>,
    pager: Pager,
    /// Whether all are shown, and not the waiting ones alone.
    all: bool,
    export: String,
    regions: Vec<Choice>,
    kinds: Vec<(Choice, Vec<Choice>)>,
    devices: Vec<DeviceView>,
    /// Whether the reader may enter a new inspection.
    registers: bool,
    name: String,
    level: ProgrammeLevel,
    today: String,
}

/// The suspect quick tests that have neither a formal sample nor a reason; with `all` all of them.
pub async fn list(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let name = person.name.clone();
        let (conn, actor) = (&mut *app.snapshot()?, Actor::Person(person));
        let all = asked.read::<bool>("all")?.unwrap_or(false);
        let filter = InspectionFilter {
            method: Some(Method::Quick),
            state: (!all).then_some(InspectionState::Suspect),
            q: asked.get("q").map(str::to_owned),
            ..InspectionFilter::default()
        };
        let day = today(app);
        let page = inspections::list(conn, &actor, &filter, day, frame.slice(&asked)?)?;
        let pager = asked.pager(&page, || inspections::count(conn, &actor, &filter, day))?;
        let catalogue = app.catalogue();
        let mut tests = Vec::with_capacity(page.items.len());
        for view in page.items {
            let waits = view.state == InspectionState::Suspect;
            tests.push(Listed {
                formal: if waits { formal(conn, &actor, &view, day)? } else { Vec::new() },
                place: choices::region(frame.language, catalogue, &view.place_region),
                register: register(&view),
                state: said(&frame, view.state),
                waits,
                view,
            });
        }
        let devices = DeviceFilter { active: Some(true), q: None };
        let devices = device_queries::list(conn, &actor, &devices, day, largest_page())?.items;
        let state = if all { "" } else { "state=suspect&" };
        Ok(TestsPage {
            open: open(conn, &actor, day)?,
            tests,
            pager,
            all,
            export: format!("/api/v1/inspections?method=quick&{state}"),
            regions: choices::regions(frame.language, &actor, catalogue),
            kinds: choices::kinds(&frame, catalogue),
            devices: devices.into_iter().filter(|device| device.usable).collect(),
            registers: matches!(actor.scope(), Some(Scope::Admin(_))),
            name,
            level: level(&actor, catalogue),
            today: day.to_string(),
            asked,
            f: frame,
        })
    });
    show(&f, &page.await?)
}

/// The quick tests that are still to be made.
fn open(conn: &mut PgConnection, actor: &Actor, day: NaiveDate) -> Result<Vec<InspectionView>, Problem> {
    let mut open = Vec::new();
    for state in [InspectionState::Drawn, InspectionState::Assigned, InspectionState::Attempted] {
        let filter = InspectionFilter {
            method: Some(Method::Quick),
            state: Some(state),
            ..InspectionFilter::default()
        };
        open.extend(inspections::list(conn, actor, &filter, day, largest_page())?.items);
    }
    Ok(open)
}

/// The latest samplings at the operator of a quick test.
fn formal(
    conn: &mut PgConnection,
    actor: &Actor,
    test: &InspectionView,
    day: NaiveDate,
) -> Result<Vec<(InspectionId, String)>, Problem> {
    let filter = InspectionFilter {
        method: Some(Method::Sampling),
        q: Some(test.operator_name.clone()),
        ..InspectionFilter::default()
    };
    let found = inspections::list(conn, actor, &filter, day, Slice::parse(Some("20"), None)?)?;
    let named =
        found.items.into_iter().map(|view| (view.id, format!("{} · {}", view.number, view.product_name)));
    Ok(named.collect())
}

/// The state of a quick test in words.
fn said(f: &Frame, state: InspectionState) -> &'static str {
    match state {
        InspectionState::Suspect => f.t("可疑，待正式抽样", "suspect, waits for a formal sample"),
        InspectionState::Closed => f.t("已结束", "closed"),
        InspectionState::Withdrawn => f.t("已撤回", "withdrawn"),
        _ => f.t("待检测", "to be tested"),
    }
}

#[derive(Template)]
#[template(path = "label_checks/devices.html")]
struct DevicesPage {
    f: Frame,
    asked: QueryParams,
    devices: Vec<Device>,
    pager: Pager,
    regions: Vec<Choice>,
    /// Whether the reader keeps devices.
    keeps: bool,
    today: String,
}

/// A device with codes in words.
struct Device {
    view: DeviceView,
    place: String,
    /// Whether the reader keeps it.
    keeps: bool,
}

/// The devices.
pub async fn devices(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let (conn, actor) = (&mut *app.snapshot()?, Actor::Person(person));
        let filter = DeviceFilter { active: asked.read("active")?, q: asked.get("q").map(str::to_owned) };
        let day = today(app);
        let page = device_queries::list(conn, &actor, &filter, day, frame.slice(&asked)?)?;
        let pager = asked.pager(&page, || device_queries::count(conn, &actor, &filter))?;
        let catalogue = app.catalogue();
        let listed = |view: DeviceView| Device {
            place: choices::region(frame.language, catalogue, &view.device.region),
            keeps: crate::db::regional::sees(&actor, &view.device.region, catalogue),
            view,
        };
        Ok(DevicesPage {
            devices: page.items.into_iter().map(listed).collect(),
            pager,
            regions: choices::regions(frame.language, &actor, catalogue),
            keeps: matches!(actor.scope(), Some(Scope::Admin(_))),
            today: day.to_string(),
            asked,
            f: frame,
        })
    });
    show(&f, &page.await?)
}
