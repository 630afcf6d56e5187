//! What would be erased, what was, the legal holds, and the form to set one.

use askama::Template;
use uuid::Uuid;

use crate::core::actor::{Actor, Role};
use crate::core::clock::shanghai_date;
use crate::core::page::Slice;
use crate::retention::due::KindPreview;
use crate::retention::holds::{Held, HoldTarget, held};
use crate::retention::preview::{Tried, count as count_due};
use crate::retention::queries::{self, HoldFilter, HoldState, HoldView, RunView, permit_overview};
use crate::retention::rules::{Kind, Unit, least};
use crate::web::Id;
use crate::web::choices;
use crate::web::frame::{Frame, Member};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

/// Most days and kinds of what was erased that the page shows.
const RUNS: i64 = 30;

#[derive(Template)]
#[template(path = "retention/retention.html")]
struct RetentionPage {
    f: Frame,
    asked: QueryParams,
    /// What would go; empty for who may not know it.
    kinds: Vec<KindPreview>,
    /// Whether other periods than those in force are counted by.
    tried: bool,
    runs: Vec<RunView>,
    holds: Vec<(HoldView, String)>,
    pager: Pager,
    /// The address of the holds, to be exported.
    holds_file: String,
    officer: bool,
}

/// The page.
pub async fn page(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let officer = person.scope.role() == Role::Admin;
        let actor = Actor::Person(person);
        let conn = &mut *app.snapshot()?;
        let today = shanghai_date(app.clock().now());
        let (mut kinds, mut runs) = (Vec::new(), Vec::new());
        if permit_overview(&actor, app.catalogue()).is_ok() {
            kinds = count_due(app, conn, &actor, &Tried::new(|name| asked.read(name))?)?;
            let slice = Slice { limit: RUNS, ..Slice::default() };
            runs = queries::runs(conn, &actor, app.catalogue(), slice)?.items;
        }
        let filter = HoldFilter { q: asked.get("q").map(str::to_owned), state: asked.read("state")? };
        let found = queries::list(conn, &actor, &filter, today, frame.slice(&asked)?)?;
        let pager = asked.pager(&found, || queries::count(conn, &actor, &filter, today))?;
        let catalogue = app.catalogue();
        let line = |hold: HoldView| {
            let place = choices::region(frame.language, catalogue, &hold.region);
            (hold, place)
        };
        let keys = Kind::ALL.iter().map(|kind| kind.key()).collect::<Vec<_>>();
        Ok(RetentionPage {
            tried: kinds.iter().any(|kind| kind.period != kind.in_force),
            kinds,
            runs,
            holds: found.items.into_iter().map(line).collect(),
            pager,
            holds_file: asked.file_with("/api/v1/retention/holds", &keys, &[]),
            officer,
            asked,
            f: frame,
        })
    });
    show(&f, &page.await?)
}

/// A period, in words.
pub fn period_word(f: &Frame, kind: Kind, period: i64) -> String {
    match (period, kind.unit()) {
        (0, _) => f.t("永久保存", "kept for ever").to_owned(),
        (n, Unit::Months) => f.t(&format!("{n} 个月"), &format!("{n} months")).to_owned(),
        (n, Unit::Days) => f.t(&format!("{n} 天"), &format!("{n} days")).to_owned(),
    }
}

/// The state of a hold, in words.
pub fn state_word(f: &Frame, state: HoldState) -> &'static str {
    match state {
        HoldState::InForce => f.t("留存中", "in force"),
        HoldState::Ended => f.t("已结束", "ended"),
    }
}

impl RetentionPage {
    fn period(&self, kind: &Kind, period: &u32) -> String {
        period_word(&self.f, *kind, i64::from(*period))
    }

    fn went_by(&self, run: &RunView) -> String {
        period_word(&self.f, run.kind, i64::from(run.period))
    }

    fn least(&self, kind: &Kind) -> u32 {
        least(*kind)
    }

    fn unit(&self, kind: &Kind) -> &'static str {
        match kind.unit() {
            Unit::Months => self.f.t("月", "months"),
            Unit::Days => self.f.t("天", "days"),
        }
    }

    fn states(&self) -> &'static [HoldState] {
        HoldState::ALL
    }

    fn state(&self, state: &HoldState) -> &'static str {
        state_word(&self.f, *state)
    }

    fn in_force(&self, hold: &HoldView) -> bool {
        hold.state == HoldState::InForce
    }

    /// The page of what a hold is on, for officers.
    fn href(&self, hold: &HoldView) -> String {
        thing_href(hold.target, hold.target_id)
    }
}

/// The page of a thing.
fn thing_href(target: HoldTarget, id: Uuid) -> String {
    match target {
        HoldTarget::Enterprise => format!("/enterprises/{id}"),
        HoldTarget::Case => format!("/cases/{id}"),
        HoldTarget::Consultation => format!("/queue/{id}"),
    }
}

#[derive(Template)]
#[template(path = "retention/hold.html")]
struct HoldPage {
    f: Frame,
    target: HoldTarget,
    id: Uuid,
    held: Held,
    /// The page of the thing.
    href: String,
    today: chrono::NaiveDate,
}

async fn form(state: State, member: Member, target: HoldTarget, id: Uuid) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let held = held(&mut *app.snapshot()?, &Actor::Person(person), target, id)?;
        let today = shanghai_date(app.clock().now());
        Ok(HoldPage { f: frame, target, id, held, href: thing_href(target, id), today })
    });
    show(&f, &page.await?)
}

/// The form for an enterprise.
pub async fn of_enterprise(state: State, member: Member, id: Id<Uuid>) -> Answer {
    form(state, member, HoldTarget::Enterprise, id.0).await
}

/// The form for a case.
pub async fn of_case(state: State, member: Member, id: Id<Uuid>) -> Answer {
    form(state, member, HoldTarget::Case, id.0).await
}

/// The form for a consultation.
pub async fn of_consultation(state: State, member: Member, id: Id<Uuid>) -> Answer {
    form(state, member, HoldTarget::Consultation, id.0).await
}
