//! The batch plans: the list with the form that asks for one, and one plan beside the present.

use askama::Template;

use crate::core::actor::Actor;
use crate::core::ids::PlanId;
use crate::core::page::Slice;
use crate::matching::plan::apply::PlanChanges;
use crate::matching::plan::compute::Phase;
use crate::matching::plan::lines::{AssignmentView, ExpertLoad, LineFilter, all_loads, lines};
use crate::matching::plan::view::plan_changes;
use crate::matching::plan::{Change, PlanState, PlanView, list_plans, plan};
use crate::web::Id;
use crate::web::pages::chart::{Bar, bars};
use crate::web::pages::frame::{Frame, Member};
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::reply::read;
use crate::web::server::State;

/// Lines of each kind that a page shows; the API pages through all.
const SHOWN: i64 = 50;
/// Experts whose load is drawn: those whom the plan gives the most.
const DRAWN: usize = 20;

#[derive(Template)]
#[template(path = "web/plans.html")]
struct PlansPage {
    f: Frame,
    plans: Vec<PlanView>,
    classes: Vec<(String, String)>,
}

/// The plans of an admin's region.
pub(super) async fn list(state: State, member: Member) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let plans = list_plans(&mut *app.conn()?, &Actor::Person(person), Slice::default())?.items;
        let classes = app.catalogue().products.classes();
        let name = |c: &crate::catalogue::ProductClass| frame.t(&c.name_zh, &c.name_en).to_owned();
        let classes = classes.map(|c| (c.code.clone(), name(c))).collect();
        Ok(PlansPage { f: frame, plans, classes })
    });
    show(&f, &page.await?)
}

#[derive(Template)]
#[template(path = "web/plan.html")]
struct PlanPage {
    f: Frame,
    p: PlanView,
    differing: Vec<AssignmentView>,
    unserved: Vec<AssignmentView>,
    before: Vec<Bar>,
    after: Vec<Bar>,
    changes: Option<PlanChanges>,
}

/// One plan: how far it is, what it would change and for whom.
pub(super) async fn one(state: State, member: Member, id: Id<PlanId>) -> Answer {
    let Member { frame: f, person } = member;
    let (frame, id) = (f.clone(), id.0);
    let page = read(&state, move |app| {
        let actor = Actor::Person(person);
        let conn = &mut *app.conn()?;
        let p = plan(conn, &actor, id)?;
        let slice = Slice { limit: SHOWN, ..Slice::default() };
        let mut differing = Vec::new();
        for change in [Change::Removed, Change::Changed, Change::Added] {
            let filter = LineFilter { change: Some(change), ..LineFilter::default() };
            differing.extend(lines(conn, &actor, id, filter, slice)?.items);
        }
        let filter = LineFilter { unserved: true, ..LineFilter::default() };
        let unserved = lines(conn, &actor, id, filter, slice)?.items;
        let (before, after) = load_bars(all_loads(conn, &actor, id)?);
        let changes = match p.state {
            PlanState::Computed => Some(plan_changes(conn, &actor, id, app.clock().now())?),
            _ => None,
        };
        Ok(PlanPage { f: frame, p, differing, unserved, before, after, changes })
    });
    show(&f, &page.await?)
}

fn load_bars(mut loads: Vec<ExpertLoad>) -> (Vec<Bar>, Vec<Bar>) {
    loads.sort_by_key(|load| std::cmp::Reverse((load.after, load.before)));
    loads.truncate(DRAWN);
    let name = |load: &ExpertLoad| format!("{} ({})", load.expert.name, load.places);
    // One scale for both: the longest bar of either is full.
    let all = bars(
        loads
            .iter()
            .map(|load| (name(load), i64::from(load.before)))
            .chain(loads.iter().map(|load| (name(load), i64::from(load.after)))),
    );
    let mut before = all;
    let after = before.split_off(before.len() / 2);
    (before, after)
}

fn state_word(f: &Frame, state: PlanState) -> &'static str {
    match state {
        PlanState::Queued => f.t("排队中", "queued"),
        PlanState::Computing => f.t("计算中", "being computed"),
        PlanState::Computed => f.t("待决定", "to decide"),
        PlanState::Failed => f.t("未能算出", "failed"),
        PlanState::Applied => f.t("已执行", "applied"),
        PlanState::Discarded => f.t("已作废", "discarded"),
    }
}

impl PlansPage {
    fn state(&self, state: &PlanState) -> &'static str {
        state_word(&self.f, *state)
    }
}

impl PlanPage {
    fn state(&self) -> &'static str {
        state_word(&self.f, self.p.state)
    }

    fn phase(&self, phase: &Phase) -> &'static str {
        match phase {
            Phase::Reading => self.f.t("读取名单和专家", "reading the list and the experts"),
            Phase::Scoring => self.f.t("评分", "scoring"),
            Phase::Solving => self.f.t("求最优", "finding the optimum"),
            Phase::Storing => self.f.t("保存", "storing"),
        }
    }

    fn change(&self, change: &Change) -> &'static str {
        match change {
            Change::Added => self.f.t("新增", "new"),
            Change::Changed => self.f.t("更换", "changed"),
            Change::Unchanged => self.f.t("不变", "same"),
            Change::Removed => self.f.t("取消", "ended"),
            Change::None => self.f.t("无", "none"),
        }
    }

    fn reason<'a>(&self, line: &'a AssignmentView) -> &'a str {
        let zh = line.reason_zh.as_deref().unwrap_or_default();
        self.f.t(zh, line.reason_en.as_deref().unwrap_or_default())
    }
}
