//! The batch plans: the list with the form that asks for one, and one plan compared with the present.

use std::collections::BTreeMap;

use askama::Template;

use crate::core::actor::Actor;
use crate::core::page::Slice;
use crate::plans::apply::PlanChanges;
use crate::plans::figures::Figures;
use crate::plans::ids::PlanId;
use crate::plans::lines::{AssignmentView, ExpertLoad, LineFilter, all_loads, lines};
use crate::plans::progress::Phase;
use crate::plans::state::PlanState;
use crate::plans::view::{PlanView, count_plans, list_plans, plan, plan_changes};
use crate::plans::vocabulary::Change;
use crate::web::Id;
use crate::web::charts::percent;
use crate::web::choices::{self, Choice, classes, regions};
use crate::web::frame::{Frame, Member};
use crate::web::pager::Pager;
use crate::web::pages::show;
use crate::web::problem::Answer;
use crate::web::query_params::QueryParams;
use crate::web::reply::read;
use crate::web::state::State;

/// Lines of each kind that a page shows; the API pages through all.
const SHOWN: i64 = 30;
/// Experts whose load is drawn: those whom the plan gives the most.
const DRAWN: usize = 20;

#[derive(Template)]
#[template(path = "plans/plans.html")]
struct PlansPage {
    f: Frame,
    asked: QueryParams,
    plans: Vec<(PlanView, String)>,
    pager: Pager,
    regions: Vec<Choice>,
    classes: Vec<Choice>,
}

/// The plans of an officer's region.
pub async fn list(state: State, member: Member, asked: QueryParams) -> Answer {
    let Member { frame: f, person } = member;
    let frame = f.clone();
    let page = read(&state, move |app| {
        let (actor, catalogue) = (Actor::Person(person), app.catalogue());
        let conn = &mut *app.snapshot()?;
        let page = list_plans(conn, &actor, asked.get("q"), frame.slice(&asked)?)?;
        let pager = asked.pager(&page, || count_plans(conn, &actor, asked.get("q")))?;
        let named = |plan: PlanView| {
            let place = choices::region(frame.language, catalogue, &plan.region);
            (plan, place)
        };
        Ok(PlansPage {
            plans: page.items.into_iter().map(named).collect(),
            pager,
            regions: regions(frame.language, &actor, catalogue),
            classes: classes(&frame, catalogue),
            asked,
            f: frame,
        })
    });
    show(&f, &page.await?)
}

/// An expert's load before and after, drawn against the places.
struct LoadBar {
    name: String,
    places: u32,
    before: u32,
    after: u32,
    /// The bars, 0 to 100 of the greatest of all.
    before_bar: String,
    after_bar: String,
    places_bar: String,
}

/// A part of the comparison: what, how many, its position on the bar.
struct Part {
    word: &'static str,
    count: u64,
    x: String,
    width: String,
    class: &'static str,
}

#[derive(Template)]
#[template(path = "plans/plan.html")]
struct PlanPage {
    f: Frame,
    p: PlanView,
    place: String,
    class: Option<String>,
    differing: Vec<AssignmentView>,
    /// Those who keep their expert.
    unchanged: Vec<AssignmentView>,
    /// What was changed by hand.
    by_hand: Vec<AssignmentView>,
    unserved: Vec<AssignmentView>,
    /// Why enterprises get nobody: the sentence, and how many of those shown.
    reasons: Vec<(String, usize)>,
    loads: Vec<LoadBar>,
    parts: Vec<Part>,
    changes: Option<PlanChanges>,
}

/// One plan: how far it is, what it would change and for whom.
pub async fn one(state: State, member: Member, id: Id<PlanId>) -> Answer {
    let Member { frame: f, person } = member;
    let (frame, id) = (f.clone(), id.0);
    let page = read(&state, move |app| {
        let actor = Actor::Person(person);
        let (catalogue, conn) = (app.catalogue(), &mut *app.snapshot()?);
        let p = plan(conn, &actor, id)?;
        let slice = Slice { limit: SHOWN, ..Slice::default() };
        let mut differing = Vec::new();
        for change in [Change::Removed, Change::Changed, Change::Added] {
            let filter = LineFilter { change: Some(change), ..LineFilter::default() };
            differing.extend(lines(conn, &actor, id, filter, slice)?.items);
        }
        let filter = LineFilter { change: Some(Change::Unchanged), ..LineFilter::default() };
        let unchanged = lines(conn, &actor, id, filter, slice)?.items;
        let filter = LineFilter { by_hand: Some(true), ..LineFilter::default() };
        let by_hand = lines(conn, &actor, id, filter, slice)?.items;
        let filter = LineFilter { unserved: true, ..LineFilter::default() };
        let unserved = lines(conn, &actor, id, filter, slice)?.items;
        let mut reasons: BTreeMap<String, usize> = BTreeMap::new();
        for line in &unserved {
            *reasons.entry(reason(&frame, line).to_owned()).or_default() += 1;
        }
        let changes = match p.state {
            PlanState::Computed => Some(plan_changes(conn, &actor, id, app.clock().now())?),
            _ => None,
        };
        Ok(PlanPage {
            place: choices::region(frame.language, catalogue, &p.region),
            class: p.class.as_deref().map(|code| choices::class(&frame, catalogue, code)),
            loads: load_bars(all_loads(conn, &actor, id)?),
            parts: p.figures.as_ref().map(|figures| parts(&frame, figures)).unwrap_or_default(),
            reasons: reasons.into_iter().collect(),
            differing,
            unchanged,
            by_hand,
            unserved,
            changes,
            p,
            f: frame,
        })
    });
    show(&f, &page.await?)
}

fn load_bars(mut loads: Vec<ExpertLoad>) -> Vec<LoadBar> {
    loads.sort_by_key(|load| std::cmp::Reverse((load.after, load.before)));
    loads.truncate(DRAWN);
    let most =
        loads.iter().map(|load| load.before.max(load.after).max(load.places)).max().unwrap_or(0).max(1);
    let bar = |part: u32| format!("{:.1}", percent(i64::from(part), i64::from(most)));
    loads
        .into_iter()
        .map(|load| LoadBar {
            before_bar: bar(load.before),
            after_bar: bar(load.after),
            places_bar: bar(load.places),
            name: load.expert.name,
            places: load.places,
            before: load.before,
            after: load.after,
        })
        .collect()
}

fn parts(f: &Frame, figures: &Figures) -> Vec<Part> {
    let count = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let still_without = figures.unserved.saturating_sub(figures.removed);
    let whole = figures.unchanged + figures.changed + figures.added + figures.removed + still_without;
    let mut x = 0.0;
    [
        (f.t("不变", "same"), figures.unchanged, "p-same"),
        (f.t("更换", "changed"), figures.changed, "p-changed"),
        (f.t("新增", "new"), figures.added, "p-new"),
        (f.t("取消", "ended"), figures.removed, "p-rejected"),
        (f.t("仍无专家", "still without an expert"), still_without, "p-none"),
    ]
    .into_iter()
    .map(|(word, n, class)| {
        let width = percent(count(n), count(whole.max(1)));
        let part = Part { word, count: n, x: format!("{x:.1}"), width: format!("{width:.1}"), class };
        x += width;
        part
    })
    .collect()
}

/// The state of a plan, in words.
pub fn state_word(f: &Frame, state: PlanState) -> &'static str {
    match state {
        PlanState::Queued => f.t("排队中", "queued"),
        PlanState::Computing => f.t("计算中", "being computed"),
        PlanState::Computed => f.t("待决定", "to decide"),
        PlanState::Failed => f.t("计算失败", "failed"),
        PlanState::Applied => f.t("已执行", "applied"),
        PlanState::Discarded => f.t("已作废", "discarded"),
    }
}

/// What becomes of an enterprise's expert, in words.
pub fn change_word(f: &Frame, change: Change) -> &'static str {
    match change {
        Change::Added => f.t("新增", "new"),
        Change::Changed => f.t("更换", "changed"),
        Change::Unchanged => f.t("不变", "same"),
        Change::Removed => f.t("取消", "ended"),
        Change::None => f.t("无", "none"),
    }
}

/// A score, or a sum of scores, to the fourth decimal.
pub fn score(score: f64) -> String {
    format!("{score:.4}")
}

/// A difference of scores, with its sign.
pub fn difference(difference: f64) -> String {
    let size = format!("{:.4}", difference.abs());
    if size == "0.0000" {
        "±0".to_owned()
    } else if difference < 0.0 {
        format!("−{size}")
    } else {
        format!("+{size}")
    }
}

fn reason<'a>(f: &Frame, line: &'a AssignmentView) -> &'a str {
    let zh = line.reason_zh.as_deref().unwrap_or_default();
    f.t(zh, line.reason_en.as_deref().unwrap_or_default())
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

    /// The address of a list of the plan, to be exported.
    fn file(&self, what: &str) -> String {
        format!("/api/v1/matching/plans/{}/{what}?", self.p.id)
    }

    /// The address of the assignments under a filter, to be exported.
    fn only(&self, filter: &str) -> String {
        format!("/api/v1/matching/plans/{}/assignments?{filter}&", self.p.id)
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
        change_word(&self.f, *change)
    }

    fn reason<'a>(&self, line: &'a AssignmentView) -> &'a str {
        reason(&self.f, line)
    }

    fn total(&self) -> String {
        format!("{:.2}", self.p.total_score.unwrap_or_default())
    }

    fn computed_total(&self) -> String {
        score(self.p.computed_score.unwrap_or_default())
    }

    /// What the changes by hand come to.
    fn cost(&self) -> String {
        let (total, computed) = (self.p.total_score, self.p.computed_score);
        difference(total.unwrap_or_default() - computed.unwrap_or_default())
    }

    fn percent(&self, score: &f64) -> String {
        format!("{:.0}%", score * 100.0)
    }
}
