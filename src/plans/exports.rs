//! The plans as files, and what stands in each: who gets whom, who gets nobody, the load of the experts, what changed since. All allowed
//! pairs are a file of their own (`export`), for programs.

use crate::exports::{Cell, Column, FilterWord, List, Q, Words};
use crate::plans::changes::{PlanChange, Side};
use crate::plans::lines::{AssignmentView, ExpertLoad};
use crate::plans::pages::{change_word, state_word};
use crate::plans::view::PlanView;
use crate::plans::vocabulary::PresentBy;

/// A figure of a plan, once it is computed.
fn figure(plan: &PlanView, which: fn(&crate::plans::figures::Figures) -> u64) -> Cell {
    plan.figures.as_ref().map_or(Cell::Empty, |figures| Cell::number_of(which(figures)))
}

/// The plans.
pub static PLANS: List<PlanView> = List {
    name: "plans",
    zh: "巡回问诊方案",
    en: "Plans of circuit consultation",
    people: true,
    columns: &[
        Column::new("方案", "Plan", |p, _| Cell::text(&p.name)),
        Column::new("状态", "State", |p, w| Cell::text(state_word(w, p.state))),
        Column::new("地区", "Region", |p, w| Cell::text(w.region(&p.region))),
        Column::new("产品类别", "Product class", |p, w| {
            Cell::some(p.class.as_ref().map(|code| w.class(code)))
        }),
        Column::new("轮数", "Rounds", |p, _| Cell::count(p.rounds)),
        Column::new("企业数", "Enterprises", |p, _| figure(p, |f| f.enterprises)),
        Column::new("已安排", "Assigned", |p, _| figure(p, |f| f.assigned)),
        Column::new("未安排", "Without an expert", |p, _| figure(p, |f| f.unserved)),
        Column::new("最低匹配分", "Least score", |p, _| Cell::number(p.least_score, 6)),
        Column::new("手动调整", "Changed by hand", |p, _| figure(p, |f| f.by_hand)),
        Column::new("专家数", "Experts", |p, _| figure(p, |f| f.experts)),
        Column::new("名额", "Places", |p, _| figure(p, |f| f.places)),
        Column::new("总分", "Total score", |p, _| Cell::number(p.total_score, 6)),
        Column::new("提交人", "Asked for by", |p, _| Cell::text(&p.requested_by)),
        Column::new("提交时间", "Asked for", |p, _| Cell::Moment(p.created_at)),
        Column::new("算出时间", "Computed", |p, _| Cell::moment(p.computed_at)),
        Column::new("决定时间", "Decided", |p, _| Cell::moment(p.decided_at)),
    ],
    filters: &[Q],
};

fn present_by(by: PresentBy, w: &Words) -> &str {
    match by {
        PresentBy::Consultation => w.t("问诊", "consultation"),
        PresentBy::Plan => w.t("方案", "plan"),
    }
}

const LINES: &[Column<AssignmentView>] = &[
    Column::new("统一社会信用代码", "Credit code", |l, _| Cell::text(&l.enterprise.uscc)),
    Column::new("企业名称", "Enterprise", |l, _| Cell::text(&l.enterprise.name)),
    Column::new("地区代码", "Region code", |l, _| Cell::text(&l.enterprise.region)),
    Column::new("地区", "Region", |l, w| Cell::text(w.region(&l.enterprise.region))),
    Column::new("变更", "Change", |l, w| Cell::text(change_word(w, l.change))),
    Column::new("现有专家", "Expert now", |l, _| Cell::some(l.present.as_ref().map(|e| &e.name))),
    Column::new("现有安排来自", "Whence", |l, w| Cell::some(l.present_by.map(|by| present_by(by, w)))),
    Column::new("方案专家", "Expert by the plan", |l, _| Cell::some(l.expert.as_ref().map(|e| &e.name))),
    Column::new("匹配分", "Score", |l, _| Cell::number(l.score, 6)),
    Column::new("未安排的原因", "Why nobody", |l, w| {
        Cell::some(
            w.t(l.reason_zh.as_deref().unwrap_or_default(), l.reason_en.as_deref().unwrap_or_default())
                .into(),
        )
    }),
    Column::new("手动调整人", "Changed by hand by", |l, _| {
        Cell::some(l.by_hand.as_ref().map(|h| &h.by))
    }),
    Column::new("手动调整时间", "Changed by hand", |l, _| {
        Cell::moment(l.by_hand.as_ref().map(|h| h.at))
    }),
    Column::new("手动调整原因", "Why it was changed", |l, _| {
        Cell::some(l.by_hand.as_ref().map(|h| &h.reason))
    }),
    Column::new("算出的专家", "Expert as computed", |l, _| {
        Cell::some(l.by_hand.as_ref().and_then(|h| h.computed.as_ref()).map(|e| &e.name))
    }),
    Column::new("算出的匹配分", "Score as computed", |l, _| {
        Cell::number(l.by_hand.as_ref().and_then(|h| h.computed_score), 6)
    }),
];

/// A plan compared with the present.
pub static ASSIGNMENTS: List<AssignmentView> = List {
    name: "plan-assignments",
    zh: "巡回问诊方案安排",
    en: "Assignments of a plan",
    people: true,
    columns: LINES,
    filters: &[
        Q,
        FilterWord::new("change", "变更", "change", |word, w| match word.parse() {
            Ok(change) => change_word(w, change).to_owned(),
            Err(_) => word.to_owned(),
        }),
        FilterWord::of_row("expert", "专家", "expert", &[("id", "name")]),
        FilterWord::new("by_hand", "手动调整", "changed by hand", |word, w| {
            if word == "true" { w.t("是", "yes").to_owned() } else { w.t("否", "no").to_owned() }
        }),
    ],
};

/// The enterprises that get nobody.
pub static UNSERVED: List<AssignmentView> = List {
    name: "plan-unserved",
    zh: "巡回问诊方案未能安排的企业",
    en: "Enterprises without an expert",
    people: true,
    columns: LINES,
    filters: &[Q],
};

/// The load of the experts.
pub static LOADS: List<ExpertLoad> = List {
    name: "plan-experts",
    zh: "巡回问诊方案专家负荷",
    en: "Load of the experts",
    people: true,
    columns: &[
        Column::new("专家", "Expert", |l, _| Cell::text(&l.expert.name)),
        Column::new("可承接", "Capacity", |l, _| Cell::count(l.capacity)),
        Column::new("名额", "Places", |l, _| Cell::count(l.places)),
        Column::new("现有", "Now", |l, _| Cell::count(l.before)),
        Column::new("方案", "Plan", |l, _| Cell::count(l.after)),
    ],
    filters: &[Q],
};

/// What changed since a plan was computed.
pub static CHANGES: List<PlanChange> = List {
    name: "plan-changes",
    zh: "巡回问诊方案算出后的变更",
    en: "Changes since a plan was computed",
    people: true,
    columns: &[
        Column::new("对象", "Object", |c, w| {
            Cell::text(match c.side {
                Side::Enterprise => w.t("企业", "enterprise"),
                Side::Expert => w.t("专家", "expert"),
                Side::Plan => w.t("方案", "plan"),
            })
        }),
        Column::new("名称", "Name", |c, _| Cell::text(&c.name)),
        Column::new("变更", "Change", |c, w| Cell::text(w.t(&c.detail_zh, &c.detail_en))),
    ],
    filters: &[],
};
